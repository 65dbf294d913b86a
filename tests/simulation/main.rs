//! The whole server in a simulated world: thousands of seeded schedules of races, stale reads, crashes, lost answers and
//! thieves, and after every step the promises.
//!
//! `make simulate` runs as many as one likes; a seed that fails prints its story, made as short as it goes.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that panics has said what it has to say"
)]

mod actors;
mod choices;
mod dpop;
mod gateway;
mod http;
mod keys;
mod kv;
mod objects;
mod ocean;
mod oracle;
mod planted;
mod schedule;
mod scheduler;
mod temper;
mod web;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use choices::{Choices, mix};
use oracle::TURNS;
use planted::Planted;
use schedule::{Outcome, run, shrink};

/// What was seen in many schedules.
#[derive(Default)]
struct Seen {
    /// The first that failed.
    failed: Option<u64>,
    checks: u64,
    codes: u64,
    turns: [u64; TURNS.len()],
}

/// Runs seeds from `first` on, on all cores, until one fails.
fn first_failure(first: u64, count: u64, planted: Option<Planted>) -> Seen {
    let (next, failed) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let (seen, stop) = (Mutex::new(Seen::default()), AtomicBool::new(false));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return;
                    }
                    let outcome = run(Choices::seeded(mix(first.wrapping_add(n))), planted);
                    let mut seen = seen.lock().unwrap();
                    seen.checks += outcome.checks;
                    seen.codes += outcome.codes as u64;
                    seen.turns.iter_mut().zip(outcome.turns).for_each(|(sum, turns)| *sum += turns);
                    if outcome.violation.is_some() {
                        failed.fetch_min(n, Ordering::Relaxed);
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let failed = failed.load(Ordering::Relaxed);
    Seen { failed: (failed != u64::MAX).then_some(failed), ..seen.into_inner().unwrap() }
}

fn retold(seed: u64, planted: Option<Planted>) -> Outcome {
    shrink(run(Choices::seeded(mix(seed)), planted), planted, 3000)
}

#[track_caller]
fn hold(first: u64, count: u64) {
    let began = Instant::now();
    let Seen { failed, checks, codes, turns } = first_failure(first, count, None);
    if let Some(n) = failed {
        let seed = first.wrapping_add(n);
        println!("found in schedule {n}");
        let outcome = match std::env::var("SHRINK").as_deref() {
            Ok("0") => run(Choices::seeded(mix(seed)), None),
            _ => retold(seed, None),
        };
        panic!("{outcome}\nagain: make simulate SEED={seed}");
    }
    println!(
        "{count} schedules from seed {first}: {codes} codes, {checks} checks, {:.1} s",
        began.elapsed().as_secs_f64()
    );
    println!("{:?}", TURNS.iter().zip(turns).collect::<Vec<_>>());
    assert!(codes > count / 4, "the schedules have become too dull to show anything");
    assert!(turns.iter().all(|turns| *turns > count / 50), "something hardly ever happens");
}

#[test]
fn every_promise_holds_in_a_few_thousand_schedules() {
    hold(0, 3000);
}

#[test]
fn every_promise_holds_in_schedules_that_nobody_has_seen_before() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    hold(u64::from(now.subsec_nanos()) << 20, 1000);
}

#[test]
fn the_same_seed_tells_the_same_story() {
    for seed in [1, 2, 3] {
        let (first, again) = (run(Choices::seeded(mix(seed)), None), run(Choices::seeded(mix(seed)), None));
        assert_eq!(first.to_string(), again.to_string());
        let replayed = run(Choices::replayed(first.recorded.clone()), None);
        assert_eq!(replayed.to_string(), first.to_string());
    }
}

#[test]
fn faults_that_are_planted_are_found() {
    for planted in planted::ALL {
        let n = first_failure(0, 3000, Some(planted))
            .failed
            .unwrap_or_else(|| panic!("{planted:?} was not found"));
        println!("{planted:?}: found in schedule {n}");
    }
}

/// `make simulate`, with `SCHEDULES` or `SEED`.
#[test]
#[ignore = "takes minutes"]
fn by_hand() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    match number("SEED") {
        Some(seed) => println!("{}", retold(seed, None)),
        None => hold(number("FIRST").unwrap_or(1 << 40), number("SCHEDULES").unwrap_or(100_000)),
    }
}
