//! The journal of runs: what was promised is kept, also with two writers, and what is broken is said.

use std::fs;
use std::path::Path;

use astra_zoho::domain::conversation::Channel;
use astra_zoho::domain::run::{Change, LeftOut, Outcome, Reason, Rule, RunError, RunRecord, Trigger};
use astra_zoho::domain::trace::{Case, Trace};
use astra_zoho::ports::{Created, Intent, Journal as _, Settled};
use astra_zoho::store::{Count, Filter, Journal, Log, NewReplay, Order, ReplayState};
use jiff::Timestamp;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_772_442_000_000 + ms).unwrap()
}

fn record(n: u64, outcome: Outcome) -> RunRecord {
    RunRecord {
        run_id: format!("run-{n}"),
        action: "save-contact".into(),
        conversation: format!("c-{n:03}"),
        episode: 1,
        trigger: Trigger::During,
        at: at(n.cast_signed() * 1000),
        outcome,
        rule: Some(Rule::Create),
        contact_id: Some(format!("57{n}")),
        email: Some(format!("c{n}@example.com")),
        matches: 0,
        created_through_astra: false,
        changes: vec![Change {
            zoho: "Last_Name".into(),
            astra: "last_name".into(),
            from: None,
            to: format!("Ünal-{n}"),
        }],
        left_out: vec![],
        warnings: vec![],
        error: (outcome == Outcome::Failed).then(|| RunError { code: "timeout".into(), message: "no answer".into() }),
        dry_run: false,
        attempts: 1,
        requests: 2.0,
        credits: 2.0,
        duration_ms: 3,
    }
}

fn settled(n: u64, outcome: Outcome) -> Settled {
    Settled { seq: n, record: record(n, outcome), trace: Trace::default(), created: None, uncertain: false }
}

fn intent(replay: i64, seq: u64, email: &str) -> Intent {
    Intent {
        replay,
        seq,
        run_id: format!("run-{seq}"),
        organisation: "o".into(),
        email: email.into(),
        contact_id: None,
        rule: Rule::Create,
        matches: 1,
        created_through_astra: true,
        changes: record(seq, Outcome::Created).changes,
        left_out: vec![LeftOut { zoho: "Phone".into(), astra: "phone".into(), reason: Reason::TooLong }],
    }
}

fn created(seq: u64, email: &str) -> Created {
    Created {
        organisation: "o".into(),
        contact_id: format!("57{seq}"),
        created_at: at(5),
        email: email.into(),
        run_id: format!("run-{seq}"),
    }
}

fn new_replay(input: &str) -> NewReplay {
    NewReplay {
        started_at: at(0),
        actions: vec!["a".into(), "b".into()],
        actions_digest: "d1".into(),
        input_digest: input.into(),
        description: "samples".into(),
        dry_run: false,
    }
}

fn journal() -> (tempfile::TempDir, Journal) {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(&dir.path().join("data/state.db")).unwrap();
    (dir, journal)
}

#[tokio::test]
async fn an_intent_lives_until_its_run_is_settled() {
    let (_dir, journal) = journal();
    let replay = journal.start_replay(&new_replay("i")).unwrap();
    let unsettled = async |emails: &[&str]| {
        let emails: Vec<String> = emails.iter().map(|e| (*e).to_owned()).collect();
        journal.unsettled("o", &emails).await.unwrap()
    };
    let (one, two) = (intent(replay, 0, "a@x"), intent(replay, 1, "b@x"));
    journal.intend(&[one.clone(), two.clone()]).await.unwrap();
    assert_eq!(unsettled(&["b@x", "a@x", "a@x"]).await, [one.clone(), two.clone()]);
    assert_eq!(unsettled(&["z@x"]).await, []);
    assert_eq!(journal.unsettled("other", &["a@x".to_owned()]).await.unwrap(), []);
    // a later intent of the same run replaces the earlier
    let later = Intent { contact_id: Some("9".into()), rule: Rule::UpdateExisting, ..one.clone() };
    journal.intend(std::slice::from_ref(&later)).await.unwrap();
    assert_eq!(unsettled(&["a@x"]).await, [later]);

    let ended = Settled { created: Some(created(0, "a@x")), ..settled(0, Outcome::Created) };
    let unsure = Settled { uncertain: true, ..settled(1, Outcome::Failed) };
    journal.settle(replay, &[ended, unsure]).await.unwrap();
    assert_eq!(unsettled(&["a@x", "b@x"]).await, std::slice::from_ref(&two));
    assert_eq!(journal.settled_seqs(replay).unwrap(), [0, 1]);
    assert_eq!(journal.settled_run_ids(replay).unwrap(), ["run-0", "run-1"]);
    assert_eq!(journal.created_for("o", "a@x").await.unwrap(), ["570"]);
    let asked = [("570".to_owned(), at(5)), ("570".to_owned(), at(6)), ("571".to_owned(), at(5))];
    assert_eq!(journal.ours("o", &asked).await.unwrap(), [true, false, false]);

    journal.resolve(&two, Some(&created(1, "b@x"))).await.unwrap();
    assert_eq!(unsettled(&["b@x"]).await, []);
    assert_eq!(journal.ours("o", &asked).await.unwrap(), [true, false, true]);

    journal.forget_organisation("o").unwrap();
    assert_eq!(journal.ours("o", &asked).await.unwrap(), [false, false, false]);
}

#[tokio::test]
async fn settling_is_all_or_nothing() {
    let (dir, journal) = journal();
    let replay = journal.start_replay(&new_replay("i")).unwrap();
    journal.settle(replay, &[settled(3, Outcome::Created)]).await.unwrap();
    let twice =
        [Settled { created: Some(created(4, "a@x")), ..settled(4, Outcome::Created) }, settled(3, Outcome::Created)];
    journal.settle(replay, &twice).await.unwrap_err();
    assert_eq!(journal.settled_seqs(replay).unwrap(), [3]);
    assert_eq!(journal.created_for("o", "a@x").await.unwrap(), [""; 0]);
    let log = Log::open(&dir.path().join("data/state.db")).unwrap();
    assert_eq!(log.page(&Filter::default()).unwrap().len(), 1);
}

#[tokio::test]
async fn replays_are_found_again() {
    let (_dir, journal) = journal();
    let first = journal.start_replay(&new_replay("i")).unwrap();
    let second = journal.start_replay(&new_replay("i")).unwrap();
    let other = journal.start_replay(&new_replay("j")).unwrap();
    journal.set_replay_state(first, ReplayState::Stopped).unwrap();
    journal.settle(first, &[settled(0, Outcome::Failed), settled(1, Outcome::Created)]).await.unwrap();
    let start = new_replay("i");
    let newest = || journal.newest("i", &start.actions).unwrap().unwrap();
    assert_eq!((newest().id, newest().state), (second, ReplayState::Running), "the one that began last counts");
    let dry = journal.start_replay(&NewReplay { dry_run: true, ..start.clone() }).unwrap();
    assert_eq!(newest().id, second, "dry run {dry} does not");
    journal.set_replay_state(second, ReplayState::Finished).unwrap();
    assert_eq!(newest().state, ReplayState::Finished);
    assert_eq!(journal.newest("i", &["other".to_owned()]).unwrap(), None);
    let kept = journal.replay(first).unwrap().unwrap();
    assert_eq!((kept.runs, kept.failed, &kept.start), (2, 1, &start));
    assert_eq!(journal.replay(other).unwrap().unwrap().state, ReplayState::Running);
    assert_eq!(journal.replay(99).unwrap(), None);
}

#[test]
fn two_writers_lose_nothing() {
    let (dir, journal) = journal();
    let path = dir.path().join("data/state.db");
    let replay = journal.start_replay(&new_replay("i")).unwrap();
    std::thread::scope(|s| {
        for start in [0, 200] {
            let path = &path;
            s.spawn(move || {
                let journal = Journal::open(path).unwrap();
                futures_util::future::FutureExt::now_or_never(async {
                    for n in start..start + 200 {
                        journal.intend(&[intent(replay, n, "a@x")]).await.unwrap();
                        journal.settle(replay, &[settled(n, Outcome::Created)]).await.unwrap();
                    }
                })
                .unwrap();
            });
        }
    });
    assert_eq!(journal.settled_seqs(replay).unwrap(), (0..400).collect::<Vec<u64>>());
    let left = futures_util::future::FutureExt::now_or_never(journal.unsettled("o", &["a@x".to_owned()]));
    assert_eq!(left.unwrap().unwrap(), []);
    assert_eq!(journal.replay(replay).unwrap().unwrap().runs, 400);
}

#[test]
fn twenty_may_open_a_new_one_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|s| {
        for _ in 0..20 {
            s.spawn(|| drop(Journal::open(&dir.path().join("data/state.db")).unwrap()));
        }
    });
}

#[tokio::test]
async fn the_log_is_filtered_ordered_and_paged() {
    let (dir, journal) = journal();
    let replay = journal.start_replay(&new_replay("i")).unwrap();
    let second = journal.start_replay(&new_replay("i")).unwrap();
    for r in [replay, second] {
        let runs: Vec<Settled> =
            (0..10).map(|n| settled(n, if n % 5 == 4 { Outcome::Failed } else { Outcome::Created })).collect();
        journal.settle(r, &runs).await.unwrap();
    }
    let log = Log::open(&dir.path().join("data/state.db")).unwrap();
    let seen = |filter: &Filter| -> Vec<String> {
        log.page(filter).unwrap().iter().map(|l| format!("{}/{}", l.replay, l.record().unwrap().conversation)).collect()
    };
    let all = Filter::default();
    assert_eq!(seen(&all).len(), 20);
    assert_eq!(seen(&all)[..3], ["2/c-009", "2/c-008", "2/c-007"], "as they were kept");
    let oldest = Filter { order: Order::OldestFirst, replay: Some(second), ..all.clone() };
    assert_eq!(seen(&oldest)[..2], ["2/c-000", "2/c-001"]);
    let failed = Filter { outcome: Some(Outcome::Failed), ..all.clone() };
    assert_eq!(seen(&failed), ["2/c-009", "2/c-004", "1/c-009", "1/c-004"]);
    assert_eq!(seen(&Filter { since: Some(at(8000)), ..all.clone() }).len(), 4);
    assert_eq!(seen(&Filter { since: Some(at(8000) + jiff::SignedDuration::from_nanos(1)), ..all.clone() }).len(), 2);
    for (text, hits) in [
        ("C-003", 2),
        ("ÜNAL-3", 2),
        ("timeout", 4),
        ("c3@EXAMPLE", 2),
        ("create", 20),
        ("100%", 0),
        (" ", 20),
        ("579", 2),
    ] {
        assert_eq!(seen(&Filter { search: Some(text.into()), ..all.clone() }).len(), hits, "{text}");
    }
    assert_eq!(seen(&Filter { action: Some("other".into()), ..all.clone() }), [""; 0]);
    for order in [Order::NewestFirst, Order::OldestFirst] {
        let mut paged = Vec::new();
        let mut filter = Filter { order, limit: Some(3), ..all.clone() };
        loop {
            let page = log.page(&filter).unwrap();
            let Some(last) = page.last() else { break };
            filter.after = Some(last.id);
            paged.extend(page.iter().map(|l| l.id));
        }
        let whole: Vec<_> = log.page(&Filter { order, ..all.clone() }).unwrap().iter().map(|l| l.id).collect();
        assert_eq!(paged, whole);
    }
    let tallies: Vec<_> = log.tallies(None).unwrap().iter().map(|t| (t.outcome, t.rule, t.runs)).collect();
    let both = [(Outcome::Created, Some(Rule::Create), 16), (Outcome::Failed, Some(Rule::Create), 4)];
    assert_eq!(tallies, both);
    assert_eq!(log.tallies(Some("other")).unwrap(), []);
    for (filter, runs) in [
        (all.clone(), 20),
        (failed, 4),
        (Filter { search: Some("timeout".into()), ..all.clone() }, 4),
        (Filter { conversation: Some("c-003".into()), action: Some("save-contact".into()), ..all.clone() }, 2),
        (Filter { replay: Some(second), ..all.clone() }, 10),
        (Filter { rule: Some(Rule::NoEmail), ..all }, 0),
    ] {
        assert_eq!(log.count(&filter).unwrap(), Count { runs, or_more: false }, "{filter:?}");
        assert_eq!(log.page(&filter).unwrap().len() as u64, runs, "{filter:?}");
    }
}

#[test]
fn every_page_of_the_log_comes_from_an_index() {
    let (dir, _journal) = journal();
    let db = rusqlite::Connection::open(dir.path().join("data/state.db")).unwrap();
    for condition in [
        "true",
        "action = 'x'",
        "action = 'x' AND outcome = 'x'",
        "action = 'x' AND rule = 'x'",
        "action = 'x' AND outcome = 'x' AND rule = 'x' AND id < 9",
        "conversation = 'x' AND +action = 'x' AND +outcome = 'x'",
        "+replay = 1 AND id > 7",
    ] {
        let sql = format!("EXPLAIN QUERY PLAN SELECT at_ms FROM runs WHERE {condition} ORDER BY id DESC LIMIT 50");
        let plan: Vec<String> =
            db.prepare(&sql).unwrap().query_map([], |r| r.get(3)).unwrap().map(Result::unwrap).collect();
        let plan = plan.join(";");
        let terms = condition.matches(" = ").count() - condition.matches('+').count();
        let by_index = terms == 0 || plan.contains("USING INDEX") && plan.matches("=?").count() == terms;
        assert!(by_index && !plan.contains("TEMP B-TREE"), "{condition}: {plan:?}");
    }
}

fn refused(path: &Path) -> [String; 2] {
    let said = |message: String| message.replace(&path.display().to_string(), "DB");
    [
        said(Journal::open(path).err().map_or_else(String::new, |e| e.message)),
        said(Log::open(path).err().map_or_else(String::new, |e| e.message)),
    ]
}

#[tokio::test]
async fn what_is_broken_is_said_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state.db");
    fs::write(&path, "this is no database, and long enough to be taken for one: ".repeat(50)).unwrap();
    let damaged = "DB is damaged: restore a copy, or move it away and a new one is made (the log of runs starts anew)";
    assert_eq!(refused(&path), [damaged, damaged]);
    assert!(fs::read_to_string(&path).unwrap().starts_with("this is no"));

    fs::remove_file(&path).unwrap();
    drop(Journal::open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let newer = "DB was made by a newer astra-zoho: update this program, or use another workspace";
    assert_eq!(refused(&path), [newer, newer]);

    // pages of the middle overwritten: found when they are read
    let other = dir.path().join("other.db");
    let journal = Journal::open(&other).unwrap();
    let replay = journal.start_replay(&new_replay("i")).unwrap();
    let runs: Vec<Settled> = (0..500).map(|n| settled(n, Outcome::Created)).collect();
    journal.settle(replay, &runs).await.unwrap();
    drop(journal);
    let mut bytes = fs::read(&other).unwrap();
    let from = 4096 * 20;
    bytes[from..].fill(0xa5);
    fs::write(&other, bytes).unwrap();
    let error = Log::open(&other).unwrap().page(&Filter::default()).unwrap_err();
    assert!(error.message.contains("is damaged"), "{error}");
}

#[test]
fn looking_at_a_log_that_is_not_there_makes_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data/state.db");
    let log = Log::open(&path).unwrap();
    assert_eq!(log.page(&Filter::default()).unwrap(), []);
    assert_eq!(log.tallies(None).unwrap(), []);
    assert!(!dir.path().join("data").exists());
}

#[tokio::test]
async fn fields_are_kept_for_later() {
    let (_dir, journal) = journal();
    assert_eq!(journal.kept_fields("a").unwrap(), None);
    journal.keep_fields("a", at(1), "[1]").unwrap();
    journal.keep_fields("a", at(2), "[2]").unwrap();
    assert_eq!(journal.kept_fields("a").unwrap(), Some((at(2), "[2]".into())));
}

/// A journal as the first version made it, with one run.
fn of_the_first_version(path: &Path) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(include_str!("support/journal-1.sql")).unwrap();
    let record = record(3, Outcome::Created);
    let json = serde_json::to_string(&record).unwrap();
    let haystack = "run-3\nc-003\nsave-contact\ncreated\nc3@example.com\ncreate\n\nünal-3";
    let sql = "INSERT INTO runs VALUES (1, 1, 0, ?, 'created', 'create', 'save-contact', 0, ?)";
    db.execute(sql, rusqlite::params![record.at.as_millisecond(), haystack]).unwrap();
    db.execute("INSERT INTO records VALUES (1, ?)", [&json]).unwrap();
}

#[tokio::test]
async fn what_the_first_version_kept_is_there_filtered_searched_and_counted() {
    for writer_first in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state.db");
        of_the_first_version(&path);
        let journal = writer_first.then(|| Journal::open(&path).unwrap());
        let log = Log::open(&path).unwrap();
        let one = |filter: Filter| {
            let page = log.page(&filter).unwrap();
            assert_eq!((page.len(), log.count(&filter).unwrap().runs), (1, 1), "{filter:?}");
            assert_eq!((page[0].record().unwrap(), page[0].trace()), (record(3, Outcome::Created), Trace::default()));
        };
        one(Filter::default());
        one(Filter { conversation: Some("c-003".into()), ..Filter::default() });
        one(Filter { search: Some("unal c3@exam".into()), ..Filter::default() });
        one(Filter { outcome: Some(Outcome::Created), rule: Some(Rule::Create), ..Filter::default() });
        assert_eq!(log.tallies(Some("save-contact")).unwrap()[0].case, None, "what it saw was not kept");
        let journal = journal.unwrap_or_else(|| Journal::open(&path).unwrap());
        let trace = Trace { case: Some(Case::New), channel: Some(Channel::Voice), ..Trace::default() };
        journal.settle(1, &[Settled { trace: trace.clone(), ..settled(4, Outcome::Created) }]).await.unwrap();
        let page = log.page(&Filter::default()).unwrap();
        assert_eq!((page.len(), page[0].trace()), (2, trace));
        assert_eq!(
            log.tallies(None).unwrap().iter().map(|t| (t.case, t.runs)).collect::<Vec<_>>(),
            [(None, 1), (Some(Case::New), 1)]
        );
    }
}

#[tokio::test]
async fn a_run_just_made_is_found_as_the_index_finds_it() {
    let (dir, journal) = journal();
    let replay = journal.start_replay(&new_replay("i")).unwrap();
    let texts = ["Ünal", "José Ñandú", "ana.maria@example.com", "+1 (602) 555-0100", "STRASSE 12", "ΑΘΗΝΑ", "Łódź"];
    let runs: Vec<Settled> = texts
        .iter()
        .zip(0..)
        .map(|(text, n)| {
            let mut one = settled(n, Outcome::Created);
            one.record.changes[0].to = (*text).into();
            one
        })
        .collect();
    journal.settle(replay, &runs).await.unwrap();
    let log = Log::open(&dir.path().join("data/state.db")).unwrap();
    let words = [
        "",
        " ",
        "unal",
        "UNAL",
        "jose",
        "nan",
        "andu",
        "ana.maria@exam",
        "maria example",
        "maria@",
        "@",
        "@ jose",
        "555-01",
        "602 0100",
        "5550100",
        "strasse",
        "αθη",
        "c-001",
        "run-3",
        "573",
        "created",
        "create",
        "reate",
        "example.com ana",
        "\"",
        "* jose",
        "NOT",
        "łód",
    ];
    for search in words {
        let filter = Filter { search: Some(search.into()), ..Filter::default() };
        let mut indexed = Vec::new();
        log.runs(&filter, |run| {
            indexed.push(run.record().unwrap().run_id);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        indexed.sort();
        let live: Vec<String> = runs
            .iter()
            .filter(|s| astra_zoho::domain::found::found(search, &s.record.searched()))
            .map(|s| s.record.run_id.clone())
            .collect();
        assert_eq!(live, indexed, "{search:?}");
    }
}
