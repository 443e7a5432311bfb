//! Secrets that others cannot read, and leases that keep runs for one address apart.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use astra_zoho::connect::Link;
use astra_zoho::ports::{AccessToken, Credentials, Leases as _, TokenStore};
use astra_zoho::store::{Leases, Workspace, WorkspaceError};
use secrecy::ExposeSecret;

use crate::support::scripted::Scripted;
use crate::support::tokens::TestClock;
use crate::support::zoho::{account, look_up, serves_contacts};

fn workspace() -> (tempfile::TempDir, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
    (dir, workspace)
}

fn credentials() -> Credentials {
    Credentials { client_id: "1000.X".into(), client_secret: "c-secret".into(), refresh_token: "r-secret".into() }
}

fn token(text: &str) -> AccessToken {
    AccessToken {
        token: text.into(),
        expires_at: "2026-03-02T09:00:00Z".parse().unwrap(),
        renew_at: "2026-03-02T08:59:00Z".parse().unwrap(),
        api_url: "https://www.zohoapis.eu".into(),
    }
}

/// Zoho counts an application's requests on their way, in however many processes.
#[tokio::test]
async fn requests_on_their_way_are_counted_over_all_processes() {
    let (dir, workspace) = workspace();
    let server = Scripted::start(serves_contacts).await;
    workspace.tokens("main").unwrap().keep_credentials(&credentials()).unwrap();
    let mut held = Vec::new();
    for _ in 0..5 {
        // as another process would
        let other = Workspace::open(Some(dir.path().to_owned())).unwrap().turns("main", 5);
        held.push(other.take().await.unwrap());
    }
    let link = Link::open(&workspace, &account(&server), TestClock::new()).await.unwrap();
    let asked = look_up(&link.client, &["ana@example.com"], &[]);
    tokio::pin!(asked);
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut asked).await.is_err());
    assert_eq!((server.token_requests(), server.calls().len()), (1, 0), "a token is not counted, a request is");
    let elsewhere = tokio::time::timeout(Duration::from_millis(200), workspace.turns("second", 5).take()).await;
    assert!(elsewhere.unwrap().is_some(), "other accounts have their own");
    drop(held.pop());
    assert_eq!(asked.await.0.unwrap().len(), 1);
    assert!(workspace.turns("main", 5).take().await.is_some(), "and its turn is over with it");
}

#[test]
fn secrets_are_kept_for_the_owner_alone() {
    let (dir, workspace) = workspace();
    let tokens = workspace.tokens("live").unwrap();
    let missing = tokens.credentials().err().unwrap().message;
    assert_eq!(missing, "the account `live` is not connected on this machine: run `astra-zoho account add --id live`");
    tokens.keep_credentials(&credentials()).unwrap();
    tokens.keep_access_token(Some(&token("t1"))).unwrap();
    // another process sees it
    let other = Workspace::open(Some(dir.path().to_owned())).unwrap().tokens("live").unwrap();
    let kept = other.access_token().unwrap().unwrap();
    assert_eq!((kept.token.expose_secret(), kept.expires_at), ("t1", token("t1").expires_at));
    assert_eq!(other.credentials().unwrap().refresh_token.expose_secret(), "r-secret");
    tokens.keep_access_token(None).unwrap();
    assert!(other.access_token().unwrap().is_none());
    assert!(workspace.tokens("other").unwrap().access_token().unwrap().is_none());
    assert!(matches!(workspace.tokens("../x"), Err(WorkspaceError::BadId { .. })));
    tokens.forget().unwrap();
    tokens.forget().unwrap();
    assert!(tokens.credentials().is_err());
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, workspace) = workspace();
    let tokens = workspace.tokens("live").unwrap();
    tokens.keep_credentials(&credentials()).unwrap();
    let file = dir.path().join("secrets/live.json");
    let mode = |p: &std::path::Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&dir.path().join("secrets"))), (0o600, 0o700));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let said = tokens.credentials().err().unwrap().message.replace(&file.display().to_string(), "F");
    assert_eq!(said, "F holds secrets and others can open it (mode 644): run `chmod 600 F`");
    assert!(tokens.keep_access_token(None).is_err());
}

#[test]
fn a_damaged_secrets_file_is_not_quoted() {
    let (dir, workspace) = workspace();
    let tokens = workspace.tokens("live").unwrap();
    tokens.keep_credentials(&credentials()).unwrap();
    let file = dir.path().join("secrets/live.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"1000.X\"", "[\"hidden-thing\"]")).unwrap();
    let error = tokens.credentials().err().unwrap();
    assert!(error.message.contains("is damaged") && !format!("{error:?}").contains("hidden-thing"), "{error:?}");
}

#[tokio::test]
async fn one_renews_at_a_time() {
    let (_dir, workspace) = workspace();
    let (busy, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let renew = || async {
        let tokens = workspace.tokens("live").unwrap();
        let held = tokens.renewal().await.unwrap();
        assert!(!busy.swap(true, Ordering::SeqCst));
        tokio::task::yield_now().await;
        count.fetch_add(1, Ordering::SeqCst);
        busy.store(false, Ordering::SeqCst);
        drop(held);
    };
    futures_util::future::join_all((0..8).map(|_| renew())).await;
    assert_eq!(count.into_inner(), 8);
}

fn emails(list: &[&str]) -> Vec<String> {
    list.iter().map(|e| (*e).to_owned()).collect()
}

#[tokio::test]
async fn an_address_is_held_by_one() {
    let dir = tempfile::tempdir().unwrap();
    // two values stand for two processes: their files conflict all the same
    for other_process in [false, true] {
        let here = Leases::new(dir.path());
        let there = Leases::new(dir.path());
        let second = if other_process { &there } else { &here };
        let lease = here.hold("o", &emails(&["a@x", "b@x", "a@x"])).await.unwrap();
        let list = emails(&["b@x", "c@x"]);
        let waiting = second.hold("o", &list);
        tokio::pin!(waiting);
        let early = tokio::time::timeout(Duration::from_millis(30), waiting.as_mut()).await;
        assert!(early.is_err());
        // somebody else's address, and the same in another organisation, are free (to the extent of their files)
        if !other_process {
            drop(second.hold("o", &emails(&["z@x"])).await.unwrap());
            drop(second.hold("p", &emails(&["a@x"])).await.unwrap());
        }
        drop(lease);
        drop(waiting.await.unwrap());
        drop(here.hold("o", &emails(&["a@x", "b@x", "c@x"])).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_want_overlapping_addresses_all_get_them() {
    let dir = tempfile::tempdir().unwrap();
    let processes = [Leases::new(dir.path()), Leases::new(dir.path()), Leases::new(dir.path())];
    let held: Vec<AtomicBool> = (0..12).map(|_| AtomicBool::new(false)).collect();
    let (processes, held) = (&processes, &held);
    let run = |n: usize| async move {
        let mine: Vec<usize> = (0..4).map(|k| (n * 7 + k * (n % 3 + 1)) % 12).collect();
        let list: Vec<String> = mine.iter().map(|m| format!("{m}@x")).collect();
        let _lease = processes[n % 3].hold("o", &list).await.unwrap();
        let mut unique = mine.clone();
        unique.sort_unstable();
        unique.dedup();
        for m in &unique {
            assert!(!held[*m].swap(true, Ordering::SeqCst), "{m} is held twice");
        }
        tokio::task::yield_now().await;
        for m in &unique {
            held[*m].store(false, Ordering::SeqCst);
        }
    };
    futures_util::future::join_all((0..60).map(run)).await;
}

#[tokio::test]
async fn who_stops_waiting_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (Leases::new(dir.path()), Leases::new(dir.path()));
    let lease = there.hold("o", &emails(&["a@x"])).await.unwrap();
    let list = emails(&["a@x", "b@x", "c@x", "d@x"]);
    assert!(tokio::time::timeout(Duration::from_millis(20), here.hold("o", &list)).await.is_err());
    drop(lease);
    drop(there.hold("o", &list).await.unwrap());
}

#[test]
fn a_replay_is_resumed_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (Leases::new(dir.path()), Leases::new(dir.path()));
    let held = here.hold_replay(1).unwrap();
    assert!(held.is_some());
    assert!(there.hold_replay(1).unwrap().is_none());
    assert!(there.hold_replay(2).unwrap().is_some());
    drop(held);
    assert!(there.hold_replay(1).unwrap().is_some());
}
