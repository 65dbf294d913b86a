//! One schedule from its first request to the silence after its last alarm, and the shortest that goes wrong alike.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::actors::Cast;
use crate::choices::{Choices, Recorded};
use crate::ocean::Ocean;
use crate::planted::Planted;
use crate::scheduler::{Scheduler, Time, Violation};

/// What came of a schedule.
pub struct Outcome {
    pub violation: Option<Violation>,
    pub story: Vec<(Time, String)>,
    pub recorded: Recorded,
    /// How many things were checked.
    pub checks: u64,
    /// Grants that were made.
    pub codes: usize,
    /// How often each of [`crate::oracle::TURNS`] happened.
    pub turns: [u64; 5],
}

/// Runs a schedule.
pub fn run(choices: Choices, planted: Option<Planted>) -> Outcome {
    let scheduler = Scheduler::new(choices);
    let ocean = Ocean::new(scheduler.clone(), planted);
    let cast = Cast::new(&ocean);
    let ran = catch_unwind(AssertUnwindSafe(|| {
        cast.enter();
        // What anybody does is over within weeks; then everything is calm, and time runs out for what is left.
        let calm = scheduler.clone();
        scheduler.spawn(async move {
            calm.sleep(120 * 86_400_000).await;
            calm.calm.set(true);
        });
        scheduler.run();
        if scheduler.violation().is_none() {
            ocean.oracle.at_the_end(&ocean);
        }
    }));
    if let Err(panic) = ran {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        scheduler.violated("nothing panics", said.unwrap_or_default());
    }
    let outcome = Outcome {
        violation: scheduler.violation(),
        story: scheduler.story(),
        recorded: scheduler.choices.recorded(),
        checks: ocean.oracle.checks(),
        codes: ocean.oracle.codes(),
        turns: ocean.oracle.turns(),
    };
    scheduler.end();
    cast.leave();
    outcome
}

/// The shortest decisions found that break the same promise.
pub fn shrink(outcome: Outcome, planted: Option<Planted>, mut patience: u32) -> Outcome {
    let broken = outcome.violation.as_ref().map(|violation| violation.oracle);
    let mut best = outcome;
    let mut try_out = |best: &mut Outcome, candidate: Recorded| {
        patience = patience.saturating_sub(1);
        if patience == 0 || candidate == best.recorded {
            return false;
        }
        let next = run(Choices::replayed(candidate.clone()), planted);
        let same = next.violation.as_ref().map(|violation| violation.oracle) == broken;
        if same && next.story.len() <= best.story.len() {
            *best = Outcome { recorded: candidate, ..next };
            return true;
        }
        false
    };
    loop {
        let before = best.recorded.clone();
        for actor in 0..best.recorded.len() {
            // All of an actor's decisions, then halves, quarters ... from the end; then each by itself.
            let mut size = best.recorded[actor].len().max(1);
            while size > 0 {
                let mut end = best.recorded[actor].len();
                while end > 0 {
                    let start = end.saturating_sub(size);
                    let mut zeroed = best.recorded.clone();
                    zeroed[actor][start..end].fill(0);
                    if !try_out(&mut best, zeroed) && size > 1 {
                        let mut cut = best.recorded.clone();
                        let end = end.min(cut[actor].len());
                        cut[actor].drain(start..end);
                        try_out(&mut best, cut);
                    }
                    end = start.min(best.recorded[actor].len());
                }
                size /= 2;
            }
        }
        if best.recorded == before {
            return best;
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, line) in &self.story {
            let (minutes, seconds) = (at / 60_000, at % 60_000);
            writeln!(f, "{minutes:>7}:{:02}.{:03}  {line}", seconds / 1000, seconds % 1000)?;
        }
        match &self.violation {
            Some(Violation { oracle, seen }) => write!(f, "BROKEN: {oracle}: {seen}"),
            None => write!(f, "every promise held"),
        }
    }
}
