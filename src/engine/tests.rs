//! The engine over a CRM and a journal in memory, with what goes wrong written down call by call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use super::clock::VirtualClock;
use super::rehearsal::{RehearsedCrm, RehearsedJournal};
use super::replay::{Ended, Pace, Replay, Steady};
use super::run::{Due, Engine, Target};
use crate::domain::action::{Action, Row};
use crate::domain::contact::Contact;
use crate::domain::conversation::Channel;
use crate::domain::field::samples::field;
use crate::domain::moment::Moment;
use crate::domain::run::{RunRecord, Trigger};
use crate::domain::text::email_key;
use crate::ports::{
    Clock, Cost, Created, Crm, CrmError, Intent, Journal, JournalError, Leases, Refusal, Repeat, Settled, Values,
    Written,
};

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Refused as a whole, nothing done.
    Fails(&'static str, Repeat, Option<u64>),
    /// Done, but the answer is lost.
    Lost,
    /// The first record is refused.
    Refuses(&'static str),
    /// Somebody changes the first contact's phone just before.
    Meddled,
    /// Somebody merges the first contact into one with the same values just before.
    Merged,
    /// Somebody makes the very same contact just before, and the first record is refused.
    Forestalled(&'static str),
}

#[derive(Default)]
struct World {
    contacts: Vec<Contact>,
    made: u64,
    seconds: i64,
    faults: VecDeque<(&'static str, Fault)>,
    calls: Vec<String>,
    lags: bool,
}

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<World>>);

impl Memory {
    fn call<T>(
        &self,
        name: &'static str,
        n: usize,
        act: impl FnOnce(&mut World, Option<Fault>) -> Result<T, CrmError>,
    ) -> Result<T, CrmError> {
        let mut w = self.0.lock().unwrap();
        w.calls.push(format!("{name} {n}"));
        w.seconds += 1;
        let due = w.faults.front().is_some_and(|(at, _)| *at == name);
        let fault = if due { w.faults.pop_front().map(|(_, f)| f) } else { None };
        let error = |code: &str, repeat, after: Option<u64>| CrmError {
            code: code.into(),
            message: format!("{code} happened"),
            repeat,
            after: after.map(Duration::from_secs),
        };
        match fault {
            Some(Fault::Fails(code, repeat, after)) => return Err(error(code, repeat, after)),
            Some(Fault::Meddled) => {
                let at = now(w.seconds);
                w.contacts[0].values.insert("Phone".into(), "555 0199 99".into());
                w.contacts[0].modified_at = at;
            }
            Some(Fault::Merged) => {
                let values = w.contacts.remove(0).values;
                w.insert(values);
            }
            _ => {}
        }
        let answer = act(&mut w, fault)?;
        if let Some(Fault::Lost) = fault { Err(error("network", Repeat::LookFirst, None)) } else { Ok(answer) }
    }

    fn add(&self, values: &[(&str, &str)]) -> String {
        let mut w = self.0.lock().unwrap();
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        w.insert(values)
    }
}

fn now(seconds: i64) -> Timestamp {
    Timestamp::new(1_700_000_000 + seconds, 0).unwrap()
}

impl World {
    fn insert(&mut self, values: BTreeMap<String, String>) -> String {
        self.made += 1;
        let at = now(self.seconds);
        self.contacts.push(Contact { id: self.made.to_string(), created_at: at, modified_at: at, values });
        self.made.to_string()
    }
}

impl Crm for Memory {
    async fn look_up(&self, emails: &[String], _: &[String], cost: &mut Cost) -> Result<Vec<Contact>, CrmError> {
        cost.requests += 1.0;
        cost.credits += 1.0;
        self.call("look_up", emails.len(), |w, _| {
            let lags = w.lags;
            let hit =
                |c: &&Contact| emails.iter().any(|e| c.value("Email").is_some_and(|v| email_key(v) == email_key(e)));
            Ok(if lags { vec![] } else { w.contacts.iter().filter(hit).cloned().collect() })
        })
    }

    async fn get(&self, id: &str, _: &[String], _: &mut Cost) -> Result<Option<Contact>, CrmError> {
        self.call("get", 1, |w, _| Ok(w.contacts.iter().find(|c| c.id == id).cloned()))
    }

    async fn newest(&self, _: &[String], _: &mut Cost) -> Result<Vec<Contact>, CrmError> {
        self.call("newest", 1, |w, _| Ok(w.contacts.iter().rev().take(200).cloned().collect()))
    }

    async fn create(&self, records: &[Values], cost: &mut Cost) -> Result<Vec<Result<Written, Refusal>>, CrmError> {
        cost.requests += 1.0;
        self.call("create", records.len(), |w, fault| {
            let mut out = Vec::new();
            for (i, r) in records.iter().enumerate() {
                if let (0, Some(Fault::Forestalled(_))) = (i, fault) {
                    w.insert(r.iter().cloned().collect());
                }
                if let (0, Some(Fault::Refuses(code) | Fault::Forestalled(code))) = (i, fault) {
                    out.push(Err(Refusal { code: code.into(), message: "refused".into() }));
                    continue;
                }
                let id = w.insert(r.iter().cloned().collect());
                out.push(Ok(Written { id, created_at: w.contacts.last().map(|c| c.created_at) }));
            }
            Ok(out)
        })
    }

    async fn update(
        &self,
        records: &[(String, Values)],
        since: Timestamp,
        _: &mut Cost,
    ) -> Result<Vec<Result<Written, Refusal>>, CrmError> {
        self.call("update", records.len(), |w, fault| {
            let at = now(w.seconds);
            let mut out = Vec::new();
            for (i, (id, values)) in records.iter().enumerate() {
                let refused = match (i, fault) {
                    (0, Some(Fault::Refuses(code))) => Some(code),
                    _ => None,
                };
                let Some(contact) = w.contacts.iter_mut().find(|c| c.id == *id) else {
                    out.push(Err(Refusal { code: "INVALID_DATA".into(), message: "no such record".into() }));
                    continue;
                };
                let refused = refused.or((contact.modified_at > since).then_some("ALREADY_MODIFIED"));
                if let Some(code) = refused {
                    out.push(Err(Refusal { code: code.into(), message: "refused".into() }));
                    continue;
                }
                contact.modified_at = at;
                contact.values.extend(values.iter().cloned());
                out.push(Ok(Written { id: id.clone(), created_at: None }));
            }
            Ok(out)
        })
    }

    fn look_up_lags(&self, _: &str) -> bool {
        self.0.lock().unwrap().lags
    }
}

#[derive(Default)]
struct Notes {
    ledger: Vec<Created>,
    intents: Vec<Intent>,
    records: Vec<RunRecord>,
}

#[derive(Clone, Default)]
struct Notebook(Arc<Mutex<Notes>>);

impl Journal for Notebook {
    async fn ours(&self, org: &str, contacts: &[(String, Timestamp)]) -> Result<Vec<bool>, JournalError> {
        let n = self.0.lock().unwrap();
        let known = |(id, at): &(String, Timestamp)| {
            n.ledger.iter().any(|c| c.organisation == org && c.contact_id == *id && c.created_at == *at)
        };
        Ok(contacts.iter().map(known).collect())
    }

    async fn created_for(&self, _: &str, email: &str) -> Result<Vec<String>, JournalError> {
        let n = self.0.lock().unwrap();
        Ok(n.ledger.iter().filter(|c| c.email == email).map(|c| c.contact_id.clone()).collect())
    }

    async fn unsettled(&self, _: &str, emails: &[String]) -> Result<Vec<Intent>, JournalError> {
        Ok(self.0.lock().unwrap().intents.iter().filter(|i| emails.contains(&i.email)).cloned().collect())
    }

    async fn intend(&self, intents: &[Intent]) -> Result<(), JournalError> {
        let mut n = self.0.lock().unwrap();
        n.intents.retain(|i| !intents.iter().any(|j| (i.replay, i.seq) == (j.replay, j.seq)));
        n.intents.extend(intents.iter().cloned());
        Ok(())
    }

    async fn resolve(&self, intent: &Intent, created: Option<&Created>) -> Result<(), JournalError> {
        let mut n = self.0.lock().unwrap();
        n.intents.retain(|i| i != intent);
        n.ledger.extend(created.cloned());
        Ok(())
    }

    async fn settle(&self, replay: i64, settled: &[Settled]) -> Result<(), JournalError> {
        let mut n = self.0.lock().unwrap();
        for s in settled {
            n.records.push(s.record.clone());
            n.ledger.extend(s.created.clone());
            n.intents.retain(|i| s.uncertain || (i.replay, i.seq) != (replay, s.seq));
        }
        Ok(())
    }
}

struct Free;

impl Leases for Free {
    type Lease = ();
    async fn hold(&self, _: &str, _: &[String]) -> Result<(), JournalError> {
        Ok(())
    }
}

fn target<C>(crm: C, offline_sync: bool) -> Target<C> {
    let names = [("Email", "email"), ("Last_Name", "text"), ("Phone", "phone"), ("Description", "textarea")];
    Target {
        action: Action {
            offline_sync,
            mapping: [("Email", "email"), ("Last_Name", "name"), ("Phone", "phone"), ("Description", "summary")]
                .map(|(z, a)| Row::new(z, a))
                .to_vec(),
            ..Action::new("a")
        },
        fields: names.map(|(n, t)| field(n, t, 100)).into_iter().collect(),
        organisation: "org".into(),
        crm,
    }
}

fn due(seq: u64, attributes: &[(&str, &str)]) -> Due {
    let at: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    Due {
        seq,
        conversation: format!("c-{seq}"),
        at: at + Duration::from_secs(seq),
        moment: Moment {
            at_ms: 0,
            episode: 1,
            trigger: Trigger::Offline,
            attributes: attributes.iter().copied().collect(),
            warnings: vec![],
            channel: Channel::Text,
            sources: vec![],
            doubts: vec![],
            asked: None,
        },
    }
}

fn ana(seq: u64, phone: &str) -> Due {
    due(seq, &[("email", "Ana@example.com"), ("name", "Ruiz"), ("phone", phone)])
}

fn engine<J>(journal: J, dry_run: bool) -> (Engine<J, Free>, Arc<VirtualClock>) {
    let clock = Arc::new(VirtualClock::at("2026-03-02T09:00:00Z".parse().unwrap()));
    let wall: Arc<dyn Clock> = Arc::new(VirtualClock::at(now(0)));
    (Engine { journal, leases: Free, clock: clock.clone(), wall, replay: 1, dry_run, seed: 7 }, clock)
}

fn said(r: &RunRecord) -> String {
    let changes: Vec<_> = r.changes.iter().map(|c| format!("{}={}", c.zoho, c.to)).collect();
    let error = r.error.as_ref().map_or(String::new(), |e| format!(" !{}", e.code));
    let rule = r.rule.map_or("-", crate::domain::run::Rule::as_str);
    let id = r.contact_id.as_deref().unwrap_or("-");
    format!("{} {rule} #{id} [{}] tries {}{error}", r.outcome, changes.join(" "), r.attempts)
}

struct Scene {
    crm: Memory,
    notes: Notebook,
}

impl Scene {
    fn new(faults: &[(&'static str, Fault)]) -> Self {
        let crm = Memory::default();
        crm.0.lock().unwrap().faults = faults.iter().copied().collect();
        Self { crm, notes: Notebook::default() }
    }

    async fn take(&self, due: &[Due]) -> Vec<String> {
        let (engine, _) = engine(self.notes.clone(), false);
        let records = engine.take(&target(self.crm.clone(), true), due).await.unwrap();
        records.iter().map(said).collect()
    }

    fn calls(&self) -> String {
        self.crm.0.lock().unwrap().calls.join(", ")
    }

    fn count(&self) -> usize {
        self.crm.0.lock().unwrap().contacts.len()
    }
}

const CREATED: &str = "created create #1 [Email=Ana@example.com Last_Name=Ruiz Phone=600 123 456]";

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_found_and_is_ours() {
    let s = Scene::new(&[("create", Fault::Lost)]);
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, [format!("{CREATED} tries 2")]);
    assert_eq!((s.count(), s.calls().as_str()), (1, "look_up 1, create 1, look_up 1"));
    assert_eq!(s.take(&[ana(1, "600 999 999")]).await, ["updated update_astra_contact #1 [Phone=600 999 999] tries 1"]);
    assert!(s.notes.0.lock().unwrap().intents.is_empty());
}

#[tokio::test]
async fn where_search_lags_a_lost_create_is_found_among_the_newest() {
    let s = Scene::new(&[("create", Fault::Lost)]);
    s.crm.0.lock().unwrap().lags = true;
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, [format!("{CREATED} tries 2")]);
    assert_eq!(s.count(), 1);
    let again = s.take(&[ana(1, "600 999 999")]).await;
    assert_eq!(again, ["updated update_astra_contact #1 [Phone=600 999 999] tries 1"], "found by the ledger");
}

#[tokio::test]
async fn an_update_whose_answer_was_lost_is_reported_as_done() {
    let s = Scene::new(&[]);
    s.take(&[ana(0, "600 123 456")]).await;
    s.crm.0.lock().unwrap().faults.push_back(("update", Fault::Lost));
    assert_eq!(s.take(&[ana(1, "600 999 999")]).await, ["updated update_astra_contact #1 [Phone=600 999 999] tries 2"]);
    assert_eq!(s.notes.0.lock().unwrap().records[1].changes[0].from.as_deref(), Some("600 123 456"));
}

#[tokio::test]
async fn a_contact_changed_in_between_is_decided_anew() {
    let s = Scene::new(&[]);
    s.take(&[ana(0, "600 123 456")]).await;
    s.crm.0.lock().unwrap().faults.push_back(("update", Fault::Meddled));
    s.take(&[ana(1, "600 999 999")]).await;
    let record = s.notes.0.lock().unwrap().records[1].clone();
    assert_eq!(said(&record), "updated update_astra_contact #1 [Phone=600 999 999] tries 2");
    assert_eq!(record.changes[0].from.as_deref(), Some("555 0199 99"));
}

#[tokio::test]
async fn a_contact_merged_in_between_is_another_contact() {
    let s = Scene::new(&[("update", Fault::Merged)]);
    s.crm.add(&[("Email", "ana@example.com"), ("Last_Name", "Ruiz")]);
    let run = due(0, &[("email", "ana@example.com"), ("name", "Ruiz"), ("summary", "Wants a tent")]);
    assert_eq!(s.take(&[run]).await, ["updated summary_only #2 [Description=Wants a tent] tries 2"]);
}

#[tokio::test]
async fn what_somebody_else_made_is_not_ours_however_alike() {
    let s = Scene::new(&[("create", Fault::Forestalled("DUPLICATE_DATA"))]);
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, ["skipped updates_off #1 [] tries 2"]);
    assert_eq!((s.count(), s.notes.0.lock().unwrap().ledger.len()), (1, 0));
}

#[tokio::test]
async fn what_cannot_work_fails_with_its_code_and_leaves_the_customer_to_later_runs() {
    let s = Scene::new(&[("create", Fault::Refuses("INVALID_DATA"))]);
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, ["failed create #- [] tries 2 !INVALID_DATA"]);
    assert_eq!(s.calls(), "look_up 1, create 1, look_up 1", "the same plan is not sent twice");
    assert_eq!(s.take(&[ana(1, "600 123 456")]).await, [format!("{CREATED} tries 1")]);
    let s = Scene::new(&[("look_up", Fault::Fails("auth_revoked", Repeat::Useless, None))]);
    assert_eq!(s.take(&[ana(0, "1")]).await, ["failed - #- [] tries 1 !auth_revoked"]);
}

#[tokio::test]
async fn tries_end_after_five_or_two_minutes_of_the_engines_clock() {
    let down = ("look_up", Fault::Fails("network", Repeat::Safe, None));
    let s = Scene::new(&[down; 5]);
    let (e, clock) = engine(s.notes.clone(), false);
    let began = clock.now();
    let got = e.take(&target(s.crm.clone(), true), &[ana(0, "1")]).await.unwrap();
    assert_eq!(said(&got[0]), "failed - #- [] tries 5 !network");
    let waited = clock.now().duration_since(began);
    assert!((4..=30).contains(&waited.as_secs()), "four waits, none after the last try: {waited}");
    let s = Scene::new(&[("look_up", Fault::Fails("rate_limited", Repeat::Safe, Some(3600)))]);
    assert_eq!(s.take(&[ana(0, "1")]).await, ["failed - #- [] tries 1 !rate_limited"]);
    let s = Scene::new(&[("look_up", Fault::Fails("rate_limited", Repeat::Safe, Some(30)))]);
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, [format!("{CREATED} tries 2")]);
}

#[tokio::test]
async fn a_create_in_doubt_at_the_end_is_settled_by_a_later_run() {
    let down = ("look_up", Fault::Fails("network", Repeat::Safe, None));
    let s = Scene::new(&[("create", Fault::Lost), down, down, down, down]);
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, ["failed create #- [] tries 5 !network"]);
    assert_eq!(s.notes.0.lock().unwrap().intents.len(), 1);
    let later = s.take(&[ana(1, "600 999 999")]).await;
    assert_eq!(later, ["updated update_astra_contact #1 [Phone=600 999 999] tries 1"]);
    assert_eq!((s.count(), s.notes.0.lock().unwrap().intents.len()), (1, 0));
}

#[tokio::test]
async fn a_killed_run_that_is_taken_again_says_what_it_did() {
    let s = Scene::new(&[]);
    s.take(&[ana(0, "600 123 456")]).await;
    // as if the process had died after the write and before the record
    let intent = {
        let mut n = s.notes.0.lock().unwrap();
        let r = n.records.remove(0);
        n.ledger.clear();
        Intent {
            replay: 1,
            seq: 0,
            run_id: r.run_id,
            organisation: "org".into(),
            email: r.email.unwrap(),
            contact_id: None,
            rule: r.rule.unwrap(),
            matches: 0,
            created_through_astra: false,
            changes: r.changes,
            left_out: r.left_out,
        }
    };
    s.notes.intend(&[intent]).await.unwrap();
    assert_eq!(s.take(&[ana(0, "600 123 456")]).await, [format!("{CREATED} tries 1")]);
    assert_eq!((s.count(), s.notes.0.lock().unwrap().ledger.len()), (1, 1));
}

#[tokio::test]
async fn several_matches_the_ledgers_else_the_oldest() {
    let s = Scene::new(&[]);
    s.crm.add(&[("Email", "ana@example.com"), ("Last_Name", "Old")]);
    s.take(&[due(0, &[("email", "bob@example.com"), ("name", "Bob")])]).await;
    s.crm.0.lock().unwrap().contacts[1].values.insert("Email".into(), "ANA@example.com".into());
    s.crm.add(&[("Email", "ana@example.com"), ("Last_Name", "New")]);
    let got = s.take(&[ana(1, "600 123 456")]).await;
    assert_eq!(got, ["updated update_astra_contact #2 [Last_Name=Ruiz Phone=600 123 456] tries 1"]);
    let record = s.notes.0.lock().unwrap().records[1].clone();
    assert_eq!((record.matches, record.warnings.len()), (3, 1));
    s.notes.0.lock().unwrap().ledger.clear();
    let got = s.take(&[ana(2, "600 123 456")]).await;
    assert_eq!(got, ["skipped updates_off #1 [] tries 1"]);
}

#[tokio::test]
async fn runs_due_together_share_requests_and_a_refused_request_fails_only_whom_it_concerns() {
    let people: Vec<Due> =
        (0..120).map(|i| due(i, &[("email", &format!("p{i}@example.com")), ("name", "P"), ("summary", "s")])).collect();
    let s = Scene::new(&[]);
    let got = s.take(&people[..100]).await;
    assert_eq!(got.len(), 100);
    assert_eq!(s.calls(), "look_up 50, look_up 50, create 100");
    let record = s.notes.0.lock().unwrap().records[0].clone();
    assert!((record.requests - 0.03).abs() < 1e-9, "{}", record.requests);

    let s = Scene::new(&[
        ("create", Fault::Fails("INVALID_DATA", Repeat::Useless, None)),
        ("create", Fault::Refuses("INVALID_DATA")),
    ]);
    let got = s.take(&people[..3]).await;
    assert!(got[0].starts_with("failed create"), "{got:?}");
    assert!(got[1].starts_with("created create") && got[2].starts_with("created create"), "{got:?}");
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_remembers_what_it_would_have_written() {
    let s = Scene::new(&[]);
    s.crm.add(&[("Email", "bob@example.com"), ("Last_Name", "Bob")]);
    let (engine, clock) = engine(RehearsedJournal::new(s.notes.clone()), true);
    let targets = [target(RehearsedCrm::new(s.crm.clone(), now(0)), false)];
    let bob = |seq| due(seq, &[("email", "bob@example.com"), ("name", "B"), ("summary", "hello")]);
    let planned = [ana(0, "600 123 456"), ana(1, "600 123 456"), ana(2, "600 999 999"), bob(3), bob(4)];
    let stop = AtomicBool::new(false);
    let mut pacer = Steady::new(Pace::Instant, &stop, Arc::clone(&engine.wall), &|_| {});
    let replay = Replay { engine, targets: &targets, clock };
    let mut got = Vec::new();
    let planned = planned.into_iter().map(|d| Ok::<_, std::convert::Infallible>((0, d)));
    let ended = replay
        .run(planned, &mut pacer, |r| {
            got.push(said(r));
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(ended, Ended::Finished);
    assert_eq!(
        got,
        [
            "created create #- [Email=Ana@example.com Last_Name=Ruiz Phone=600 123 456] tries 1",
            "unchanged update_astra_contact #- [] tries 1",
            "updated update_astra_contact #- [Phone=600 999 999] tries 1",
            "updated summary_only #1 [Description=hello] tries 1",
            "unchanged summary_only #1 [] tries 1",
        ]
    );
    assert_eq!(s.count(), 1);
    assert!(s.notes.0.lock().unwrap().ledger.is_empty());
    assert!(s.notes.0.lock().unwrap().records.iter().all(|r| r.dry_run));
}
