//! The log's search: what it finds is what the words say, and no stretch of a long log is long, whatever is searched for.

use std::ops::ControlFlow;
use std::path::Path;

use astra_zoho::domain::found::found;
use astra_zoho::domain::run::{Change, Outcome, Rule, RunRecord, Trigger};
use astra_zoho::domain::trace::Trace;
use astra_zoho::ports::{Journal as _, Settled};
use astra_zoho::store::{Count, Filter, Journal, Log, NewReplay, Order, Purge};
use jiff::Timestamp;
use tempfile::TempDir;

/// The run of a number: odd ones were created, even ones updated; two actions whose names one cannot tell apart by words.
fn record(n: u64) -> RunRecord {
    let (outcome, rule) =
        if n % 2 == 1 { (Outcome::Created, Rule::Create) } else { (Outcome::Updated, Rule::UpdateExisting) };
    let change = |zoho: &str, to: String| Change { zoho: zoho.into(), astra: "x".into(), from: None, to };
    RunRecord {
        run_id: format!("{:016x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        action: if n % 500 == 7 { "save-contact" } else { "save-contact-2" }.into(),
        conversation: format!("c-{n:05}"),
        episode: 1,
        trigger: Trigger::During,
        at: Timestamp::from_second(1_772_442_000 + n.cast_signed()).unwrap(),
        outcome,
        rule: Some(rule),
        contact_id: Some(format!("5725767000000{n:06}")),
        email: Some(format!("anna{n}@example.com")),
        matches: 0,
        created_through_astra: false,
        changes: vec![
            change("Last_Name", format!("Müllersfrau{}", n % 100)),
            change("City", ["Mönchengladbach", "Mönchengladberg"][usize::from(n.is_multiple_of(300))].into()),
        ],
        left_out: vec![],
        warnings: vec![],
        error: None,
        dry_run: false,
        attempts: 1,
        requests: 2.0,
        credits: 2.0,
        duration_ms: 3,
    }
}

async fn filled(runs: u64) -> (TempDir, Journal, Log) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state.db");
    let journal = Journal::open(&path).unwrap();
    let new = NewReplay {
        started_at: Timestamp::UNIX_EPOCH,
        actions: vec!["a".into()],
        actions_digest: "a".into(),
        input_digest: "i".into(),
        description: "samples".into(),
        dry_run: false,
    };
    let replay = journal.start_replay(&new).unwrap();
    let all: Vec<Settled> = (0..runs)
        .map(|seq| Settled { seq, record: record(seq), trace: Trace::default(), created: None, uncertain: false })
        .collect();
    for some in all.chunks(1_000) {
        journal.settle(replay, some).await.unwrap();
    }
    let log = Log::open(&path).unwrap();
    (dir, journal, log)
}

/// The places of the runs found, and how many each stretch gave.
fn looked(log: &Log, filter: &Filter) -> (Vec<u64>, Vec<usize>) {
    let (mut found, mut stretches) = (Vec::new(), Vec::new());
    let mut look = log.look(filter).unwrap();
    loop {
        let before = found.len();
        let more = look.go_on(&mut |run| {
            found.push(run.seq);
            ControlFlow::Continue(())
        });
        stretches.push(found.len() - before);
        if !more.unwrap() {
            return (found, stretches);
        }
    }
}

const RUNS: u64 = 5_000;
/// The most that a stretch gives.
const STRETCH: usize = 4_097;

#[tokio::test]
async fn whatever_is_searched_for_is_found_whole_in_order_and_in_stretches() {
    let (_dir, _journal, log) = filled(RUNS).await;
    let outcome = |o| Filter { outcome: Some(o), ..Filter::default() };
    let of = |action: &str| Filter { action: Some(action.into()), ..Filter::default() };
    let conversation = |id: &str| Filter { conversation: Some(id.into()), ..Filter::default() };
    let all = Filter::default();
    for (text, filter) in [
        ("anna77@example.com", all.clone()),
        ("anna", all.clone()),
        ("anna7", all.clone()),
        ("a", all.clone()),
        ("example.com", all.clone()),
        ("com.example", all.clone()),
        // in no run, each in half of them
        ("created updated", all.clone()),
        // a beginning with a list of its own; longer ones of few words, of many, of none
        ("57257670", all.clone()),
        ("5725767000000004999", all.clone()),
        ("57257670000000049", all.clone()),
        ("57257670000", all.clone()),
        ("57257670009", all.clone()),
        ("mullersfrau", all.clone()),
        ("MÜLLERSFRAU7", all.clone()),
        ("mönchengladberg", all.clone()),
        ("moenchengladberg", all.clone()),
        ("monchengladberg anna3", all.clone()),
        ("c-00300", all.clone()),
        ("@", all.clone()),
        ("\" * OR", all.clone()),
        ("anna", outcome(Outcome::Updated)),
        ("anna", outcome(Outcome::Failed)),
        ("anna", Filter { rule: Some(Rule::UpdateExisting), ..of("save-contact-2") }),
        ("anna", of("save-contact")),
        ("anna", of("save")),
        ("anna", conversation("c-00300")),
        ("anna300", conversation("c-00300")),
        ("anna301", conversation("c-00300")),
    ] {
        let is_wanted = |n: &u64| {
            let r = record(*n);
            found(text, &r.searched())
                && filter.outcome.is_none_or(|o| o == r.outcome)
                && filter.rule.is_none_or(|w| Some(w) == r.rule)
                && filter.action.as_ref().is_none_or(|a| *a == r.action)
                && filter.conversation.as_ref().is_none_or(|c| *c == r.conversation)
        };
        let mut wanted: Vec<u64> = (0..RUNS).filter(is_wanted).collect();
        let filter = Filter { search: Some(text.into()), ..filter };
        let (got, stretches) = looked(&log, &Filter { order: Order::OldestFirst, ..filter.clone() });
        assert_eq!(got, wanted, "{filter:?}");
        assert!(stretches.iter().all(|n| *n <= STRETCH), "{filter:?}: {stretches:?}");
        wanted.reverse();
        assert_eq!(looked(&log, &filter).0, wanted, "{filter:?}");
        let count = Count { runs: wanted.len().min(1_000) as u64, or_more: wanted.len() > 1_000 };
        assert_eq!(log.count(&filter).unwrap(), count, "{filter:?}");
        // page by page
        let mut paged = Vec::new();
        let mut page = Filter { limit: Some(700), ..filter.clone() };
        for _ in 0..3 {
            let runs = log.page(&page).unwrap();
            paged.extend(runs.iter().map(|r| r.seq));
            page.after = runs.last().map(|r| r.id).or(page.after);
        }
        assert_eq!(paged, wanted[..paged.len()], "{filter:?}");
        assert_eq!(paged.len(), wanted.len().min(2_100), "{filter:?}");
    }
}

#[tokio::test]
async fn the_shortest_list_leads_and_a_search_is_given_up_between_stretches() {
    let (_dir, _journal, log) = filled(RUNS).await;
    let search = |text: &str| Filter { search: Some(text.into()), ..Filter::default() };
    // one run has the address, all have its last words: that run alone is looked at
    assert_eq!(looked(&log, &search("anna77@example.com")), (vec![77], vec![1]));
    assert_eq!(looked(&log, &search("nobody")), (vec![], vec![0]));
    // the few runs of the one action, whatever its name has in common with the other's
    let few = Filter { action: Some("save-contact".into()), limit: Some(5), ..search("anna") };
    assert_eq!(looked(&log, &few).1, [5]);
    // half of all runs each
    let (none, stretches) = looked(&log, &search("created updated"));
    assert!(none.is_empty() && stretches.len() > 2, "{stretches:?}");
    let asked = std::cell::Cell::new(0);
    let given_up = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    assert_eq!(log.count_unless(&search("created updated"), given_up).unwrap(), None);
    assert_eq!(asked.get(), 3);
}

fn holds(path: &Path, text: &str) -> bool {
    std::fs::read(path).unwrap().windows(text.len()).any(|w| w == text.as_bytes())
}

#[tokio::test]
async fn what_is_purged_leaves_no_beginning_of_a_word_behind() {
    let (dir, journal, log) = filled(300).await;
    let path = dir.path().join("state.db");
    let gone = journal.purge(&Purge::Customer("anna77@example.com".into())).unwrap();
    assert_eq!(gone, 1);
    let count = |text: &str| log.count(&Filter { search: Some(text.into()), ..Filter::default() }).unwrap().runs;
    for beginning in ["anna77", "c-00077", "5725767000000000077"] {
        assert_eq!(count(beginning), 0, "{beginning}");
    }
    assert_eq!((count("a"), count("anna"), count("anna7")), (299, 299, 10));
    drop((journal, log));
    assert!(!holds(&path, "anna77@") && !holds(&path, "0anna77") && holds(&path, "anna78@"));
}

#[tokio::test]
async fn the_index_of_an_earlier_version_is_made_anew() {
    let (dir, journal, log) = filled(50).await;
    drop((journal, log));
    let path = dir.path().join("state.db");
    // as the second version made it
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "DROP TABLE search;
         CREATE VIRTUAL TABLE search USING fts5(
             words, kind, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
         INSERT INTO search (rowid, words, kind) SELECT id, 'old', 'created create' FROM runs;
         UPDATE records SET record = '{' WHERE id = 9;
         PRAGMA user_version = 4;",
    )
    .unwrap();
    drop(db);
    let log = Log::open(&path).unwrap();
    let count = |text: &str| log.count(&Filter { search: Some(text.into()), ..Filter::default() }).unwrap().runs;
    assert_eq!((count("old"), count("anna"), count("anna4@exam")), (0, 49, 1));
}
