//! Conversations per second end to end on the embedded Zoho over HTTP, with the journal on disk: online one by one, and
//! Offline Sync in batches. Prints what a contact costs.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a bench that cannot run has nothing to measure"
)]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use astra_zoho::connect::Link;
use astra_zoho::domain::account::Account;
use astra_zoho::domain::action::{Action, Row};
use astra_zoho::domain::decide::Fields;
use astra_zoho::engine::clock::VirtualClock;
use astra_zoho::engine::replay::{Pace, Replay, Steady};
use astra_zoho::engine::run::{Engine, Target};
use astra_zoho::extract::Listener;
use astra_zoho::feed::plan::Plan;
use astra_zoho::ports::{Clock, WallClock};
use astra_zoho::store::{Journal, NewReplay, Workspace};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const CUSTOMERS: u64 = 1000;

fn action(offline_sync: bool) -> Action {
    Action {
        offline_sync,
        mapping: [("Email", "email"), ("Last_Name", "last_name"), ("Phone", "phone"), ("Description", "summary")]
            .map(|(zoho, astra)| Row::new(zoho, astra))
            .to_vec(),
        ..Action::new("a")
    }
}

/// New customers, a minute apart.
fn conversations(first: u64) -> String {
    let one = |i: u64| {
        let minute = i % 1440;
        format!(
            r#"{{"id":"c-{i}","channel":"text","started_at":"2026-03-02T{:02}:{:02}:00Z","messages":[{{"at_ms":0,"role":"agent","text":"What is your name and email?"}},{{"at_ms":9000,"role":"customer","text":"my name is Anna Weber, anna{i}@example.com, my phone is 602 555 0{:03}"}}]}}"#,
            minute / 60,
            minute % 60,
            i % 1000
        )
    };
    (first..first + CUSTOMERS).map(one).collect::<Vec<_>>().join("\n")
}

struct Bench {
    _dir: tempfile::TempDir,
    workspace: Workspace,
    journal: Journal,
    link: Link,
    organisation: String,
    fields: Fields,
    next: u64,
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace::open(Some(dir.path().to_owned())).expect("a workspace");
        let journal = Journal::open(&workspace.state_db()).expect("a journal");
        let link = Link::open(&workspace, &Account::sandbox(), Arc::new(WallClock)).await.expect("a sandbox");
        let organisation = link.organisation().await.expect("an organisation").id;
        let fields = link.fields(true).await.expect("fields").into_iter().collect();
        Self { _dir: dir, workspace, journal, link, organisation, fields, next: 0 }
    }

    /// Replays customers that nobody has seen before; gives the time it took and what it cost.
    async fn replay(&mut self, offline: bool) -> (Duration, f64, f64) {
        let input = conversations(self.next);
        self.next += CUSTOMERS;
        let action = action(offline);
        let wall: Arc<dyn Clock> = Arc::new(WallClock);
        let began = wall.now();
        let mut plan = Plan::new().expect("a plan");
        plan.read("bench", input.as_bytes(), &[&action], |c| Listener::new(c.channel), |r| panic!("{r:?}"), |_| {})
            .expect("conversations");
        let new = NewReplay {
            started_at: began,
            actions: vec!["a".into()],
            actions_digest: String::new(),
            input_digest: plan.input_digest(),
            description: "bench".into(),
            dry_run: false,
        };
        let replay = self.journal.start_replay(&new).expect("a replay");
        let clock = Arc::new(VirtualClock::at(began));
        let engine = Engine {
            journal: &self.journal,
            leases: &self.workspace.leases(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            wall: Arc::clone(&wall),
            replay,
            dry_run: false,
            seed: 0,
        };
        let targets = [Target {
            action,
            fields: self.fields.clone(),
            organisation: self.organisation.clone(),
            crm: Arc::clone(&self.link.client),
        }];
        let stop = AtomicBool::new(false);
        let (mut requests, mut credits, mut runs) = (0.0, 0.0, 0);
        let mut pacer = Steady::new(Pace::Instant, &stop, Arc::clone(&wall), &|_| {});
        Replay { engine, targets: &targets, clock }
            .run(plan.due(), &mut pacer, |record| {
                assert_eq!(record.outcome.as_str(), "created", "{record:?}");
                requests += record.requests;
                credits += record.credits;
                runs += 1;
                Ok(())
            })
            .await
            .expect("a replay to its end");
        assert_eq!(runs, CUSTOMERS);
        let took = Duration::try_from(wall.now().duration_since(began)).expect("time goes forward");
        #[expect(clippy::cast_precision_loss, reason = "a thousand")]
        let n = CUSTOMERS as f64;
        (took, requests / n, credits / n)
    }
}

fn end_to_end(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let mut group = c.benchmark_group("replay");
    group.sample_size(10).throughput(Throughput::Elements(CUSTOMERS));
    for (name, offline) in [("online one by one", false), ("offline batched", true)] {
        let mut bench = runtime.block_on(Bench::new());
        let (_, requests, credits) = runtime.block_on(bench.replay(offline));
        eprintln!("{name}: {requests:.4} requests and {credits:.4} credits a new contact");
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter_custom(|times| (0..times).map(|_| runtime.block_on(bench.replay(offline)).0).sum());
        });
        runtime.block_on(bench.link.close());
    }
    group.finish();
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
