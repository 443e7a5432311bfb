//! One budget of an account for all workers of a database: never more requests on their way, and never more credits used,
//! than one worker alone may.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use astra_zoho::live::postgres::{Address, Postgres, Shared};
use astra_zoho::ports::{Budget, Clock, WallClock};

use crate::support::postgres::{self, Database};

const MOST: usize = 3;
const FLOOR: u64 = 1_000;

/// A worker's connection to the budget.
async fn worker(database: &Database) -> Arc<Shared> {
    let address = Address::read(&database.address(), None).unwrap();
    let home = Arc::new(Postgres::open(&address, 0).await.unwrap());
    Arc::new(Shared::new(home, Arc::new(WallClock), "main", MOST, Some(FLOOR)))
}

#[tokio::test(flavor = "multi_thread")]
async fn three_workers_postgres_never_exceed_what_one_may() {
    let Some(database) = postgres::database().await else {
        println!("skipped: no server");
        return;
    };
    let workers = [worker(&database).await, worker(&database).await, worker(&database).await];
    assert_eq!(workers[0].left(WallClock.now()).await, None, "Zoho said nothing yet");
    // Zoho says what is left: so many that 90 may be used above the floor
    workers[0].take(1).await.unwrap().end(true, Some(FLOOR + 90)).await;
    let on_their_way = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let spent = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for worker in &workers {
        for n in 0..6 {
            let (worker, on_their_way) = (Arc::clone(worker), Arc::clone(&on_their_way));
            let (most, spent) = (Arc::clone(&most), Arc::clone(&spent));
            senders.push(tokio::spawn(async move {
                loop {
                    let credits = 1 + n % 3;
                    match worker.take(credits).await {
                        Ok(turn) => {
                            let now = on_their_way.fetch_add(1, Ordering::SeqCst) + 1;
                            most.fetch_max(now, Ordering::SeqCst);
                            // every fourth never left
                            let sent = n != 3;
                            spent.fetch_add(if sent { credits } else { 0 }, Ordering::SeqCst);
                            // the time of a question
                            worker.left(WallClock.now()).await;
                            on_their_way.fetch_sub(1, Ordering::SeqCst);
                            turn.end(sent, None).await;
                            if !sent {
                                return;
                            }
                        }
                        Err(e) => {
                            assert_eq!(e.code, "credits_exhausted", "{e}");
                            return;
                        }
                    }
                }
            }));
        }
    }
    for sender in senders {
        sender.await.unwrap();
    }
    assert!((1..=MOST).contains(&most.load(Ordering::SeqCst)), "{most:?} requests on their way");
    // to the end, or nearly: what was taken and never sent may have been what the last ones lacked
    let spent = spent.load(Ordering::SeqCst);
    assert!((87..=90).contains(&spent), "{spent}");
    assert_eq!(workers[2].left(WallClock.now()).await, Some(FLOOR + 90 - spent));
    assert!(!workers[1].until(WallClock.now(), FLOOR + 10).await.is_zero());
    let used = database.ask("SELECT sum(credits) FROM astra_zoho.credits WHERE account = 'main'").await;
    assert_eq!(used, [[(1 + spent).to_string()]]);
    assert_eq!(database.ask("SELECT count(*) FROM astra_zoho.turns").await, [["0"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_on_postgres_that_dies_gives_back_its_turns() {
    let Some(database) = postgres::database().await else {
        println!("skipped: no server");
        return;
    };
    let (one, other) = (worker(&database).await, worker(&database).await);
    let mut held = Vec::new();
    for _ in 0..MOST {
        held.push(one.take(1).await.unwrap());
    }
    let waits = {
        let other = Arc::clone(&other);
        tokio::spawn(async move { other.take(1).await.map(drop) })
    };
    let pids: BTreeSet<Vec<String>> = database.ask("SELECT pid FROM astra_zoho.turns").await.into_iter().collect();
    assert_eq!(pids.len(), 1, "one connection stands for the process");
    assert!(!waits.is_finished());
    // as the system does for a process that died
    database.ask("SELECT pg_terminate_backend(pid) FROM astra_zoho.turns").await;
    waits.await.unwrap().unwrap();
    drop(held);
}
