//! Runs that wait: fewer of the organisation's credits are left than the operator's floor, or Zoho gives no tokens for the
//! moment. They say so, go on by themselves, and none is lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use astra_zoho::domain::account::Account;
use astra_zoho::domain::action::{Action, Row, State};
use astra_zoho::domain::conversation::Channel;
use astra_zoho::domain::field::ZohoField;
use astra_zoho::domain::moment::Moment;
use astra_zoho::domain::run::{Outcome, RunRecord, Trigger};
use astra_zoho::engine::clock::VirtualClock;
use astra_zoho::engine::replay::{Ended, Pace, Replay, Steady};
use astra_zoho::engine::run::{Due, Engine, Target};
use astra_zoho::live::queue::{DueRuns as _, Parked};
use astra_zoho::live::sqlite::SqliteQueue;
use astra_zoho::play::{digest_of, start};
use astra_zoho::ports::Clock;
use astra_zoho::store::{Journal, NewReplay, Workspace};
use astra_zoho::zoho::{Client, Limits, Patience};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::support::home::{Home, Settings};
use crate::support::scripted::{Reply, Request, Scripted, refusal, token};
use crate::support::tokens::{MemoryTokens, TestClock};
use crate::support::zoho::account;

const FIELDS: &str = include_str!("../samples/contacts-fields.json");

/// A contact is made of whatever is sent; nobody is found.
fn crm(r: &Request, now: Timestamp) -> Reply {
    match r.path.as_str() {
        "/crm/v8/settings/fields" => Reply::text(200, "application/json", FIELDS),
        "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme"}]})),
        "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
        "/crm/v8/Contacts" if r.method == "POST" => {
            let id = now.as_millisecond().to_string();
            let details = json!({"id": id, "Created_Time": now.to_string()});
            Reply::json(201, json!({"data": [{"code": "SUCCESS", "status": "success", "details": details}]}))
        }
        _ => Reply::empty(204),
    }
}

fn due(seq: u64) -> Due {
    let at: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let email = format!("c{seq}@example.com");
    let name = format!("Customer{seq}");
    Due {
        seq,
        conversation: format!("c-{seq}"),
        at: at + Duration::from_secs(seq),
        moment: Moment {
            at_ms: 0,
            episode: 1,
            trigger: Trigger::During,
            attributes: [("email", email.as_str()), ("last_name", name.as_str())].into_iter().collect(),
            warnings: vec![],
            channel: Channel::Text,
            sources: vec![],
            doubts: vec![],
            asked: None,
        },
    }
}

/// What is said while it waits, and the records.
type Told = (Vec<String>, Vec<RunRecord>);

/// Replays so many runs on an account, whose waits pass on the test's clock.
async fn replayed(account: &Account, clock: &Arc<TestClock>, runs: u64) -> Told {
    replayed_on(account, clock, runs, true).await
}

/// The same; where waits are not `real` they pass at once, as against a server on this machine.
async fn replayed_on(account: &Account, clock: &Arc<TestClock>, runs: u64, real: bool) -> Told {
    let (told, ended) = replayed_until(account, clock, runs, real, "no such sentence").await;
    assert_eq!(ended, Ended::Finished);
    told
}

/// The same; it is asked to stop once this is said.
async fn replayed_until(
    account: &Account,
    clock: &Arc<TestClock>,
    runs: u64,
    real: bool,
    last_words: &str,
) -> (Told, Ended) {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
    let wall = Arc::clone(clock) as Arc<dyn Clock>;
    let client = Client::new(account, MemoryTokens::new(), Arc::clone(&wall), Limits::default()).unwrap();
    let client = Arc::new(client.metered(Arc::new(workspace.credits(&account.id))));
    let patience = Patience { clock: clock.as_ref(), seed: 0, tries: 1 };
    let fields: Vec<ZohoField> = client.fields(false, patience, &mut Default::default()).await.unwrap();
    let row = |zoho: &str, astra: &str| Row { zoho: zoho.into(), astra: astra.into(), ..Row::default() };
    let mut action = workspace.actions().unwrap().remove(0).value;
    (action.state, action.account) = (State::Active, account.id.clone());
    action.mapping = vec![row("Email", "email"), row("Last_Name", "last_name")];
    let (journal, leases) = (Journal::open(&workspace.state_db()).unwrap(), workspace.leases());
    let actions: [&Action; 1] = [&action];
    let begun = start(
        &journal,
        &leases,
        &NewReplay {
            started_at: clock.now(),
            actions: vec![action.id.clone()],
            actions_digest: digest_of(&actions).unwrap(),
            input_digest: String::new(),
            description: "test".into(),
            dry_run: false,
        },
    )
    .unwrap();
    let target = Target { action, fields: fields.into_iter().collect(), organisation: "77".into(), crm: client };
    let runs_clock = Arc::new(match real {
        true => VirtualClock::beside(Timestamp::UNIX_EPOCH, Arc::clone(&wall), 1.0),
        false => VirtualClock::at(Timestamp::UNIX_EPOCH),
    });
    let engine = Engine {
        journal: &journal,
        leases: &leases,
        clock: Arc::clone(&runs_clock) as Arc<dyn Clock>,
        wall: Arc::clone(&wall),
        replay: begun.id,
        dry_run: false,
        seed: 1,
    };
    let (stop, said) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let say = |why: &str| {
        said.lock().unwrap().push(why.to_owned());
        stop.store(why.contains(last_words), Ordering::Relaxed);
    };
    let mut pacer = Steady::new(Pace::Instant, &stop, wall, &say);
    let replay = Replay { engine, targets: &[target], clock: runs_clock };
    let mut records = Vec::new();
    let planned = (0..runs).map(|seq| Ok::<_, std::convert::Infallible>((0, due(seq))));
    let ended = replay.run(planned, &mut pacer, |r| {
        records.push(r.clone());
        Ok(())
    });
    let ended = ended.await.unwrap();
    ((said.into_inner().unwrap(), records), ended)
}

#[tokio::test]
async fn a_replay_waits_at_the_floor_of_credits_and_goes_on_when_they_come_back() {
    const A_DAY: i64 = 24 * 3_600;
    let (limit, floor) = (100, 20);
    let clock = TestClock::new();
    let (time, log) = (Arc::clone(&clock), Arc::new(Mutex::new(Vec::<Timestamp>::new())));
    let least = Arc::new(Mutex::new(limit));
    let (seen, calls) = (Arc::clone(&least), Arc::clone(&log));
    let server = Scripted::start(move |r| {
        if r.is_token_request() {
            return token("1000.access");
        }
        let now = time.now();
        let mut calls = calls.lock().unwrap();
        calls.push(now);
        let used = calls.iter().filter(|at| now.duration_since(**at).as_secs() < A_DAY).count();
        let left = limit - used;
        let mut least = seen.lock().unwrap();
        *least = left.min(*least);
        // Zoho tells once half are used
        let answer = crm(r, now);
        if left * 2 <= limit { answer.with("x-api-credits-remaining", left.to_string()) } else { answer }
    })
    .await;
    let began = clock.now();
    let account = Account { credits_floor: Some(floor), ..account(&server) };
    let (said, records) = replayed(&account, &clock, 60).await;
    assert!(records.iter().all(|r| r.outcome == Outcome::Created) && records.len() == 60, "{records:?}");
    assert!(log.lock().unwrap().len() > limit, "more than a day's credits were needed");
    // a run that was let through may cost two
    assert!(*least.lock().unwrap() as u64 >= floor - 2, "{least:?}");
    let day = clock.now().duration_since(began);
    assert!((23..26).contains(&day.as_hours()), "until they came back: {day:?}");
    assert_eq!(
        said[0],
        "account main: 19 of the organisation's API credits are left, below its credits_floor of 20; looking again in 60 minutes"
    );
    assert!(said.len() <= 26, "once an hour: {}", said.len());
}

const AT_ONCE: &str = " on the replay's clock, which takes no such time here: the server has the last word";

#[tokio::test]
async fn where_waiting_takes_no_real_time_the_floor_says_so() {
    let server = Scripted::start(|r| {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        if r.is_token_request() { token("1000.access") } else { crm(r, now).with("x-api-credits-remaining", "10") }
    })
    .await;
    let account = Account { credits_floor: Some(50), ..account(&server) };
    let (said, records) = replayed_on(&account, &TestClock::new(), 3, false).await;
    assert!(records.iter().all(|r| r.outcome == Outcome::Created), "{records:?}");
    assert_eq!(said.len(), 3, "an hour before each: {said:?}");
    assert!(said.iter().all(|s| s.ends_with(&format!("looking again in 60 minutes{AT_ONCE}"))), "{said:?}");
}

#[tokio::test]
async fn used_up_credits_end_a_run_at_the_first_answer_and_the_next_waits_an_hour() {
    for real in [true, false] {
        let clock = TestClock::new();
        let (began, time, calls) = (clock.now(), Arc::clone(&clock), Mutex::new(0));
        let server = Scripted::start(move |r| {
            if r.is_token_request() {
                return token("1000.access");
            }
            let mut calls = calls.lock().unwrap();
            *calls += 1;
            // the fields, three runs of two; then none until three were refused
            match *calls {
                8..=10 => refusal(429, "LIMIT_EXCEEDED").with("x-api-credits-remaining", "0"),
                _ => crm(r, time.now()),
            }
        })
        .await;
        let (said, records) = replayed_on(&account(&server), &clock, 8, real).await;
        let codes: Vec<&str> = records.iter().map(|r| r.error.as_ref().map_or("", |e| e.code.as_str())).collect();
        let out = "credits_exhausted";
        assert_eq!(codes, ["", "", "", out, out, out, "", ""], "{real}");
        let cost: Vec<f64> = records.iter().map(|r| r.requests).collect();
        assert!(records.iter().all(|r| r.attempts == 1), "{records:?}");
        assert_eq!(cost, [2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 2.0, 2.0], "{real}");
        let why = "account main: the organisation's API credits of the last 24 hours are used up; looking again in 60 minutes";
        assert_eq!(said, vec![format!("{why}{}", if real { "" } else { AT_ONCE }); 3]);
        assert_eq!(clock.now().duration_since(began).as_hours(), if real { 3 } else { 0 });
    }
}

#[tokio::test]
async fn a_replay_waits_while_zoho_gives_no_tokens() {
    let clock = TestClock::new();
    let began = clock.now();
    let (time, calls) = (Arc::clone(&clock), Mutex::new(0));
    let server = Scripted::start(move |r| {
        let now = time.now();
        let throttles = now.duration_since(began) < SignedDuration::from_mins(10);
        let mut calls = calls.lock().unwrap();
        if r.is_token_request() {
            let said = "You have made too many requests continuously. Please try again after some time.";
            return match *calls > 0 && throttles {
                true => {
                    Reply::json(400, json!({"error_description": said, "error": "Access Denied", "status": "failure"}))
                }
                false => token(if *calls > 0 { "1000.second" } else { "1000.first" }),
            };
        }
        *calls += 1;
        // the first token is refused from some call on
        let refused = *calls > 12 && r.header("authorization").is_some_and(|h| h.ends_with("first"));
        if refused { refusal(401, "INVALID_TOKEN") } else { crm(r, now) }
    })
    .await;
    let (said, records) = replayed(&account(&server), &clock, 20).await;
    assert_eq!(records.len(), 20);
    let failed: Vec<&RunRecord> = records.iter().filter(|r| r.outcome == Outcome::Failed).collect();
    // the one that met it cannot wait ten minutes; it says so, and nobody else fails
    assert!(failed.len() <= 1 && failed.iter().all(|r| r.error.as_ref().unwrap().code == "rate_limited"), "{failed:?}");
    assert!(said[0].contains("Zoho gives no more access tokens until 10:10:00 UTC"), "{said:?}");
    assert!(said[0].contains("the connection is fine"), "{said:?}");
}

/// The token ends in the middle of a replay, and for a while there is no other.
async fn no_token_for(wait: u64, clock: &Arc<TestClock>) -> Scripted {
    let (time, since) = (Arc::clone(clock), Mutex::new(None::<Timestamp>));
    let calls = Mutex::new(0);
    Scripted::start(move |r| {
        let (now, mut since) = (time.now(), since.lock().unwrap());
        if r.is_token_request() {
            let Some(began) = *since else { return token("1000.first") };
            let left = i64::try_from(wait).unwrap() - now.duration_since(began).as_secs();
            return match left > 0 {
                true => Reply::empty(429).with("retry-after", left.to_string()),
                false => token("1000.second"),
            };
        }
        let mut calls = calls.lock().unwrap();
        *calls += 1;
        // the fields, and two runs
        if *calls > 5 && r.header("authorization").is_some_and(|h| h.ends_with("first")) {
            since.get_or_insert(now);
            return refusal(401, "INVALID_TOKEN");
        }
        crm(r, now)
    })
    .await
}

/// The run that met it waits as long as a run may; longer, the others wait for it before they begin.
#[tokio::test]
async fn a_wait_for_tokens_in_the_middle_of_a_run_is_told_and_ends_at_a_signal() {
    let clock = TestClock::new();
    let server = no_token_for(45, &clock).await;
    let (said, records) = replayed(&account(&server), &clock, 4).await;
    assert!(records.iter().all(|r| r.outcome == Outcome::Created) && records.len() == 4, "{records:?}");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("Zoho gives no more access tokens until 10:00:45 UTC"), "{said:?}");

    let clock = TestClock::new();
    let server = no_token_for(200, &clock).await;
    let (said, records) = replayed(&account(&server), &clock, 4).await;
    let codes: Vec<&str> = records.iter().map(|r| r.error.as_ref().map_or("", |e| e.code.as_str())).collect();
    assert_eq!(codes, ["", "", "rate_limited", ""], "a run has two minutes");
    assert!(said[0].contains("until 10:03:20 UTC"), "{said:?}");

    // asked to stop, it stops then and there; the run it waited with is left to be made later
    let clock = TestClock::new();
    let server = no_token_for(45, &clock).await;
    let ((said, records), ended) = replayed_until(&account(&server), &clock, 4, true, "access tokens until").await;
    assert_eq!((ended, records.len(), said.len()), (Ended::Stopped, 2, 1), "{said:?}");
    let slept: Duration = clock.slept().iter().sum();
    assert!(slept < Duration::from_secs(1), "{slept:?}");
}

/// Before the first run an account is asked for its organisation and fields: that too may have to wait.
#[tokio::test]
async fn what_a_read_waits_for_is_told() {
    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let clock = TestClock::new();
    let calls = Mutex::new(0);
    let server = Scripted::start(move |r| {
        let mut calls = calls.lock().unwrap();
        match r.is_token_request() {
            true => token("1000.access"),
            false if std::mem::replace(&mut *calls, 1) == 0 => {
                refusal(429, "TOO_MANY_REQUESTS").with("retry-after", "45")
            }
            false => crm(r, "2026-03-02T09:00:00Z".parse().unwrap()),
        }
    })
    .await;
    let wall = Arc::clone(&clock) as Arc<dyn Clock>;
    let client = Client::new(&account(&server), MemoryTokens::new(), wall, Limits::default()).unwrap();
    client.says(|why| SAID.lock().unwrap().push(why.to_owned()));
    let patience = Patience { clock: clock.as_ref(), seed: 0, tries: 2 };
    assert!(!client.fields(false, patience, &mut Default::default()).await.unwrap().is_empty());
    let said = SAID.lock().unwrap();
    assert!(said.len() == 1 && said[0].ends_with("for the moment; trying again at 10:00:45 UTC"), "{said:?}");
}

/// A workspace with an action on a server, and the program at work on live events there.
struct LiveHome {
    home: Home,
}

impl LiveHome {
    fn on(origin: &str) -> Self {
        let home = Home::new();
        home.action(&Settings { account: "main", summary: false, ..Settings::default() });
        let file = home.write(
            "credentials.json",
            &json!({"accounts_url": origin, "api_url": origin, "client_id": "1000.C", "client_secret": "s3",
                "refresh_token": "1000.r"})
            .to_string(),
        );
        assert!(home.run(&["account", "add", "--id", "main", "--from-json", file.to_str().unwrap()]).status.success());
        Self { home }
    }

    /// One customer, with address and name.
    fn a_customer() -> String {
        let event = |n: u32, more: serde_json::Value| {
            let mut event = json!({"event_id": format!("e{n}"), "conversation": "c-1", "channel": "text",
                "at": "2026-03-02T09:00:00Z"});
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            format!("{event}\n")
        };
        [
            event(1, json!({"type": "attribute", "name": "email", "value": "ana@example.com"})),
            event(2, json!({"type": "attribute", "name": "last_name", "value": "Ruiz"})),
            event(3, json!({"type": "message", "role": "customer", "text": "hi"})),
        ]
        .concat()
    }

    fn floor(&self, floor: u64) {
        let workspace = Workspace::open(Some(self.home.path(""))).unwrap();
        let read = workspace.accounts().unwrap();
        let mut accounts = read.value.clone();
        accounts.iter_mut().filter(|a| a.id == "main").for_each(|a| a.credits_floor = Some(floor));
        workspace.save_accounts(&read, &accounts).unwrap();
    }

    fn queue(&self) -> String {
        String::from_utf8(self.home.run(&["queue"]).stdout).unwrap()
    }

    fn runs(&self, events: &str) -> std::process::Child {
        let file = self.home.write("events.jsonl", events);
        let mut child = self.home.command(&["run", "a", "--events", file.to_str().unwrap(), "--lateness", "0"]);
        let errors = std::fs::File::create(self.home.path("run.log")).unwrap();
        child.stderr(errors).spawn().unwrap()
    }

    async fn until(&self, what: &str, is: &dyn Fn() -> bool) {
        for _ in 0..200 {
            if is() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{what} in vain: {}{}", self.queue(), std::fs::read_to_string(self.home.path("run.log")).unwrap());
    }

    fn ends(mut child: std::process::Child) {
        let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// The rest is over.
    async fn wakes(&self) {
        let queue = SqliteQueue::open(&self.home.path("data/live.db")).unwrap();
        queue.give_back(&[(1, String::new())], Timestamp::UNIX_EPOCH).await.unwrap();
        queue.park("main", None).await.unwrap();
    }

    /// The rest has so long to go.
    async fn rests(&self, time: Duration) {
        let queue = SqliteQueue::open(&self.home.path("data/live.db")).unwrap();
        let until = wall_clock() + time;
        let parked = queue.parked("main").await.unwrap().unwrap();
        queue.give_back(&[(1, String::new())], until).await.unwrap();
        queue.park("main", Some(&Parked { until, ..parked })).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn live_runs_wait_at_the_floor_too_and_the_queue_says_so() {
    let server = Scripted::start(|r| {
        let now = "2026-03-02T09:00:00Z".parse().unwrap();
        if r.is_token_request() { token("1000.access") } else { crm(r, now).with("x-api-credits-remaining", "10") }
    })
    .await;
    let live = LiveHome::on(&server.origin);
    live.floor(50);
    let posted = || server.calls().iter().any(|r| r.method == "POST" && r.path == "/crm/v8/Contacts");
    let child = live.runs(&LiveHome::a_customer());
    live.until("the account rests", &|| live.queue().contains("account main rests until")).await;
    assert!(live.queue().contains("10 of the organisation's API credits are left, below its credits_floor of 50"));
    assert!(!posted() && live.queue().contains("1 due, 0 failed"), "{}", live.queue());
    LiveHome::ends(child);

    // the operator lowers the floor
    live.floor(5);
    live.wakes().await;
    let child = live.runs("");
    live.until("the run", &posted).await;
    live.until("an empty queue", &|| live.queue().contains("0 due, 0 failed")).await;
    LiveHome::ends(child);
}

/// Trouble of the account is not the run's: it stays in the queue, and is made once the account is well.
#[tokio::test(flavor = "multi_thread")]
async fn live_runs_outlive_whatever_becomes_of_the_account() {
    let throttled = json!({"error": "Access Denied", "status": "failure",
        "error_description": "You have made too many requests continuously. Please try again after some time."});
    let cases: [(&str, Option<serde_json::Value>, i64); 4] = [
        // they come back over a day: no use in looking every few seconds
        ("credits_exhausted", None, 14 * 60),
        ("auth_revoked", Some(json!({"error": "invalid_code"})), 0),
        ("auth_revoked", Some(json!({"error": "invalid_client_secret"})), 0),
        ("Zoho gives account main no more tokens for the moment", Some(throttled), 0),
    ];
    for (why, refusal_of_tokens, rests) in cases {
        let ill = Arc::new(AtomicBool::new(false));
        let (is_ill, of_tokens) = (Arc::clone(&ill), refusal_of_tokens.clone());
        let server = Scripted::start(move |r| {
            let (now, ill) = ("2026-03-02T09:00:00Z".parse().unwrap(), is_ill.load(Ordering::SeqCst));
            match (&of_tokens, r.is_token_request()) {
                (Some(said), true) if ill => Reply::json(400, said.clone()),
                (_, true) => token("1000.access"),
                // what is asked before the first run is answered
                _ if ["/crm/v8/settings/fields", "/crm/v8/org"].contains(&r.path.as_str()) => crm(r, now),
                (Some(_), false) if ill => refusal(401, "INVALID_TOKEN"),
                (None, false) if ill => refusal(429, "LIMIT_EXCEEDED").with("x-api-credits-remaining", "0"),
                _ => crm(r, now),
            }
        })
        .await;
        let live = LiveHome::on(&server.origin);
        ill.store(true, Ordering::SeqCst);
        let asked = server.calls().len();
        let child = live.runs(&LiveHome::a_customer());
        live.until("the account rests", &|| live.queue().contains("account main rests until")).await;
        let queue = live.queue();
        assert!(queue.contains(why) && queue.contains("1 due, 0 failed"), "{why}: {queue}");
        let (_, rest) = queue.split_once("rests until ").unwrap();
        let until: Timestamp = rest.split(": ").next().unwrap().parse().unwrap();
        let left = until.duration_since(wall_clock()).as_secs();
        assert!(left >= rests && left <= 15 * 60, "{why}: {left}");
        let tried = server.calls()[asked..].iter().filter(|r| r.path == "/crm/v8/coql").count();
        assert!(why != "credits_exhausted" || tried == 1, "{tried} tries");
        let reconnects = || {
            let file = live.home.path("credentials.json");
            let again = live.home.run(&["account", "reconnect", "main", "--from-json", file.to_str().unwrap()]);
            assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        };
        let child = if why == "auth_revoked" {
            // the longest rest there is: reconnecting ends it, for the process that is at work
            live.rests(Duration::from_secs(15 * 60)).await;
            ill.store(false, Ordering::SeqCst);
            reconnects();
            child
        } else {
            LiveHome::ends(child);
            ill.store(false, Ordering::SeqCst);
            if refusal_of_tokens.is_some() {
                // what an operator does, or a wait of ten minutes
                reconnects();
            }
            live.wakes().await;
            live.runs("")
        };
        live.until("an empty queue", &|| live.queue().contains("0 due, 0 failed")).await;
        let made = server.calls().iter().filter(|r| r.method == "POST" && r.path == "/crm/v8/Contacts").count();
        assert_eq!(made, 1, "{why}: once");
        LiveHome::ends(child);
    }
}

#[expect(clippy::disallowed_methods, reason = "the program under test lives by the real clock")]
fn wall_clock() -> Timestamp {
    Timestamp::now()
}
