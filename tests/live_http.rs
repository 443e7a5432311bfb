//! The door for events against those who misuse it: bodies without end, clients that dribble, more connections than there
//! are seats, a disk that is full. Refused or waited for; nothing that was acknowledged is lost.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use astra_zoho::live::http::{self, Bounds, Door, MAX_BODY};
use astra_zoho::live::intake;
use astra_zoho::live::metrics::Metrics;
use astra_zoho::live::queue::{Conversations, Queue};
use astra_zoho::live::sqlite::SqliteQueue;
use astra_zoho::ports::{Clock, WallClock};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::support::home::{Home, Settings};
use crate::support::live::listening;

/// A door in this process, with its queue.
struct Here {
    _dir: tempfile::TempDir,
    queue: Arc<SqliteQueue>,
    address: SocketAddr,
}

async fn door(bounds: Bounds) -> Here {
    let dir = tempfile::tempdir().unwrap();
    let queue = Arc::new(SqliteQueue::open(&dir.path().join("live.db")).unwrap());
    let (intake, keeping) = intake::open(Arc::clone(&queue), 0, Arc::new(Notify::new()));
    tokio::spawn(keeping);
    let (asked, keeps) = (Arc::clone(&queue), Arc::clone(&queue));
    let door = Door {
        busy: AtomicBool::default(),
        intake,
        secret: None,
        clock: Arc::new(WallClock),
        metrics: Arc::new(Metrics::default()),
        standing: Box::new(move || {
            let queue = Arc::clone(&asked);
            Box::pin(async move { queue.standing().await.map_err(|e| e.to_string()) })
        }),
        can_keep: Box::new(move || {
            let queue = Arc::clone(&keeps);
            Box::pin(async move { queue.can_keep().await.map_err(|e| e.to_string()) })
        }),
        bounds,
    };
    let listener = http::listen("127.0.0.1:0".parse().unwrap(), false).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(http::serve(listener, Arc::new(door), std::future::pending()));
    Here { _dir: dir, queue, address }
}

fn event(n: u64, text: &str) -> Value {
    json!({"event_id": n.to_string(), "conversation": "c", "channel": "text", "at": "2026-03-02T09:00:00Z",
        "type": "message", "role": "customer", "text": text})
}

/// What comes until the other side closes, at most so much.
async fn rest(stream: &mut TcpStream) -> String {
    let mut out = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut buffer)).await.unwrap() {
        out.extend(&buffer[..n]);
        // an answer that keeps the connection open ends with its body
        if out.ends_with(b"}") {
            break;
        }
    }
    String::from_utf8(out).unwrap()
}

/// Sends a byte at a time until the other side answers or closes.
async fn dribble(stream: &mut TcpStream) -> String {
    let (mut from, mut to) = stream.split();
    let mut out = Vec::new();
    let mut buffer = [0; 4096];
    let mut beat = tokio::time::interval(Duration::from_millis(5));
    let patience = tokio::time::sleep(Duration::from_secs(20));
    tokio::pin!(patience);
    loop {
        tokio::select! {
            read = from.read(&mut buffer) => match read {
                Ok(n @ 1..) => out.extend(&buffer[..n]),
                _ => return String::from_utf8(out).unwrap(),
            },
            _ = beat.tick() => if to.write_all(b"x").await.is_err() && !out.is_empty() {
                return String::from_utf8(out).unwrap();
            },
            () = &mut patience => panic!("it is listened to for ever"),
        }
    }
}

fn quick(connections: usize) -> Bounds {
    Bounds { connections, slowest: Duration::from_millis(150) }
}

#[tokio::test]
async fn whoever_dribbles_headers_or_a_body_is_not_listened_to_for_long() {
    let here = door(quick(4)).await;
    let mut headers = TcpStream::connect(here.address).await.unwrap();
    headers.write_all(b"POST /v1/events HTTP/1.1\r\nX-Slow: ").await.unwrap();
    let told = dribble(&mut headers).await;
    assert!(told.is_empty() || told.starts_with("HTTP/1.1 408"), "{told}");
    let mut body = TcpStream::connect(here.address).await.unwrap();
    body.write_all(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n[").await.unwrap();
    let told = dribble(&mut body).await;
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("\"time\""), "{told}");
    assert_eq!(here.queue.told("c").await.unwrap(), None);
}

#[tokio::test]
async fn a_body_of_100_mb_is_refused_before_it_is_read() {
    let here = door(Bounds::default()).await;
    let mut told = TcpStream::connect(here.address).await.unwrap();
    told.write_all(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n").await.unwrap();
    let answer = rest(&mut told).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    // one that does not say how long it is
    let mut chunked = TcpStream::connect(here.address).await.unwrap();
    chunked.write_all(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
    let (mut from, mut to) = chunked.split();
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();
    let mut sent = 0_usize;
    let mut answer = [0; 4096];
    let n = loop {
        tokio::select! {
            biased;
            n = from.read(&mut answer) => break n.unwrap_or(0),
            written = to.write_all(&chunk) => match written {
                Ok(()) => sent += chunk.len(),
                Err(_) => break from.read(&mut answer).await.unwrap_or(0),
            },
        }
        assert!(sent < 64 * MAX_BODY, "it takes all that is sent");
    };
    let answer = String::from_utf8_lossy(&answer[..n]);
    assert!(n == 0 || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(sent < 32 * MAX_BODY, "{sent} bytes were taken");
}

#[tokio::test]
async fn more_connections_than_seats_wait_and_those_that_say_nothing_lose_theirs() {
    let here = door(quick(4)).await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(here.address).await.unwrap());
    }
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    let url = format!("http://{}/v1/events", here.address);
    let sent = (0..20).map(|n| {
        let request = http.post(&url).body(event(n, "hi").to_string());
        async move { request.send().await.unwrap().status().as_u16() }
    });
    assert_eq!(futures_util::future::join_all(sent).await, vec![202; 20]);
    assert_eq!(here.queue.told("c").await.unwrap().unwrap().0.events.len(), 20);
    for mut one in silent {
        assert_eq!(rest(&mut one).await.len(), 0, "it was never heard");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_acknowledged_is_lost_and_it_goes_on_when_there_is_room() {
    use rustix::process::{Pid, Resource, Rlimit};
    let home = Home::new();
    home.action(&Settings { offline: true, ..Settings::default() });
    // no file may grow beyond this: as on a full disk, writes fail
    let limited = "trap '' XFSZ; ulimit -S -f 2000; exec \"$0\" \"$@\"";
    let inner = home.command(&["run", "--listen", "127.0.0.1:0", "--lateness", "0"]);
    let mut command = Command::new("sh");
    command.arg("-c").arg(limited).arg(inner.get_program()).args(inner.get_args());
    command.env_clear().env("HOME", home.path("")).env("PATH", "/usr/bin:/bin");
    let (mut child, url) = listening(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()));
    let url = format!("{url}/v1/events");
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    let big = "word ".repeat(20_000);
    let now = WallClock.now().to_string();
    let send = async |n: u64| {
        let mut event = event(n, &big);
        event["at"] = json!(now);
        http.post(&url).body(event.to_string()).send().await.unwrap().status().as_u16()
    };
    let mut acknowledged = BTreeSet::new();
    let refused = loop {
        let n = acknowledged.len() as u64;
        match send(n).await {
            202 => drop(acknowledged.insert(n)),
            503 => break n,
            other => panic!("{other}"),
        }
        assert!(n < 1000, "the disk is never full");
    };
    assert!(!acknowledged.is_empty());
    assert_eq!(send(refused).await, 503, "it stays full");
    // there is room again: the same process goes on
    let pid = Pid::from_child(&child);
    rustix::process::prlimit(Some(pid), Resource::Fsize, Rlimit { current: None, maximum: None }).unwrap();
    let mut status = 503;
    for _ in 0..100 {
        status = send(refused).await;
        if status == 202 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(status, 202);
    acknowledged.insert(refused);
    child.kill().unwrap();
    child.wait().unwrap();
    let queue = SqliteQueue::open(&home.path("data/live.db")).unwrap();
    assert_eq!(queue.told("c").await.unwrap().unwrap().0.events.len(), acknowledged.len());
}
