//! The log with 100, 100,000 and 1,000,000 runs: opened, read page by page, filtered, searched. What each costs should not
//! depend on how many there are.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to measure")]

use std::hint::black_box;
use std::path::Path;

use astra_zoho::domain::run::{Outcome, Rule};
use astra_zoho::store::{Filter, Journal, Log, Order};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// Runs as the journal keeps them, made by the database itself: a failed one in a thousand, names of a hundred kinds.
fn fill(path: &Path, runs: u64) {
    drop(Journal::open(path).expect("a journal"));
    let mut db = rusqlite::Connection::open(path).expect("a database");
    db.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;").expect("settings");
    let all = db.transaction().expect("a transaction");
    all.execute_batch(&format!(
        r#"CREATE TEMP TABLE made AS
               WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {runs})
               SELECT i, 'c-' || i AS conversation, iif(i % 1000 = 0, 'failed', iif(i % 3 = 0, 'updated', 'created')) AS outcome,
                      iif(i % 3 = 0, 'update_existing', 'create') AS rule, 'anna' || i || '@example.com' AS email,
                      'Weber' || (i % 100) AS name
               FROM n;
           INSERT INTO runs (id, replay, seq, at_ms, outcome, rule, action, dry_run, conversation, seen)
               SELECT i, 1 + i / 10000, i, 1772442000000 + i * 1000, outcome, rule, 'a', 0, conversation, 'new' FROM made;
           INSERT INTO records (id, record, trace) SELECT i, format(
               '{{"run_id":"r%d","action":"a","conversation":"%s","episode":1,"trigger":"during","at":"2026-03-02T09:00:09.500Z","outcome":"%s","rule":"%s","contact_id":"57%012d","email":"%s","matches":0,"created_through_astra":false,"changes":[{{"zoho":"Email","astra":"email","from":null,"to":"%s"}},{{"zoho":"Last_Name","astra":"last_name","from":null,"to":"%s"}}],"left_out":[],"warnings":[],"error":null,"dry_run":false,"attempts":1,"requests":2,"credits":2,"duration_ms":3}}',
               i, conversation, outcome, rule, i, email, email, name), '{{}}' FROM made;
           INSERT INTO search (rowid, words, made_by)
               SELECT i, format('r%d %s a %s %s 57%012d %s %s', i, conversation, outcome, rule, i, email, name), 'a' FROM made;"#
    ))
    .expect("runs");
    all.commit().expect("a commit");
}

fn log(c: &mut Criterion) {
    let mut group = c.benchmark_group("log");
    group.sample_size(20);
    for runs in [100_u64, 100_000, 1_000_000] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("state.db");
        fill(&path, runs);
        let action = || Filter { action: Some("a".into()), limit: Some(201), ..Filter::default() };
        let half = i64::try_from(runs / 2).unwrap_or(i64::MAX);
        group.bench_function(BenchmarkId::new("open, last page and counts", runs), |b| {
            b.iter(|| {
                let log = Log::open(&path).expect("a log");
                black_box((log.page(&action()), log.tallies(Some("a"))).0.expect("a page"))
            });
        });
        let log = Log::open(&path).expect("a log");
        let search = |words: &str| Filter { search: Some(words.into()), ..action() };
        let conversation = Some(format!("c-{half}"));
        for (name, filter) in [
            ("page from the middle", Filter { after: Some(half), order: Order::OldestFirst, ..action() }),
            ("outcome, one in a thousand", Filter { outcome: Some(Outcome::Failed), ..action() }),
            (
                "outcome and rule",
                Filter { outcome: Some(Outcome::Failed), rule: Some(Rule::UpdateExisting), ..action() },
            ),
            ("conversation", Filter { conversation, ..action() }),
            ("text, an address", search(&format!("anna{half}@example.com"))),
            ("text, in every run", search("example.com")),
            ("text, a beginning", search("web")),
            ("text, a beginning of as many words as runs", search("anna")),
            ("text, a long beginning of as many words as runs", search("570000000")),
            ("text, in none", search("nobody")),
            ("text and outcome", Filter { outcome: Some(Outcome::Failed), ..search("weber50") }),
            ("text, the worst: two words of which each run has one", search("created updated")),
        ] {
            group.bench_function(BenchmarkId::new(name, runs), |b| {
                b.iter(|| black_box((log.page(&filter).expect("a page"), log.count(&filter).expect("a count"))));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, log);
criterion_main!(benches);
