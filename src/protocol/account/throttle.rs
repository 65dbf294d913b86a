//! Failed sign-in attempts, and how long to wait after them.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::id::BrowserId;

/// Attempts that cost nothing: people mistype.
const FREE_ATTEMPTS: u32 = 5;
/// The longest wait.
pub const MAX_DELAY: Seconds = Seconds::minutes(15);
/// Failures are forgotten when nothing was tried for so long.
const FORGET_AFTER: Seconds = Seconds::minutes(55);
/// Known browsers that are counted apart.
const MAX_BROWSERS: usize = 8;

/// Counters of failed attempts: one for strangers, one for each browser that has signed in before, so that strangers
/// cannot lock the owner out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle(Vec<Counter>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counter {
    browser: Option<BrowserId>,
    failures: u32,
    last: UnixTime,
}

impl Counter {
    fn allowed_at(&self) -> UnixTime {
        match self.failures.checked_sub(FREE_ATTEMPTS) {
            None => self.last,
            // 1, 2, 4, 8 … seconds
            Some(over) => {
                let delay = 1_u64.checked_shl(over).unwrap_or(u64::MAX).min(MAX_DELAY.0);
                self.last.plus(Seconds(delay))
            }
        }
    }
}

impl Throttle {
    /// Counts an attempt, before anything is known about it.
    ///
    /// # Errors
    /// When it is too early: the time from which another attempt is looked at. Such an attempt does not count.
    pub(super) fn count(&mut self, browser: Option<BrowserId>, now: UnixTime) -> Result<(), UnixTime> {
        self.0.retain(|c| now < c.last.plus(FORGET_AFTER));
        if let Some(counter) = self.0.iter_mut().find(|c| c.browser == browser) {
            let allowed_at = counter.allowed_at();
            if now < allowed_at {
                return Err(allowed_at);
            }
            counter.failures = counter.failures.saturating_add(1);
            counter.last = now;
            return Ok(());
        }
        self.0.push(Counter { browser, failures: 1, last: now });
        let known = self.0.iter().filter(|c| c.browser.is_some()).count();
        if known > MAX_BROWSERS
            && let Some(oldest) = self.0.iter().position(|c| c.browser.is_some())
        {
            self.0.remove(oldest);
        }
        Ok(())
    }

    /// The attempt was right after all.
    pub(super) fn succeeded(&mut self, browser: Option<BrowserId>) {
        self.0.retain(|c| c.browser != browser);
    }

    /// When nothing of it matters any more.
    pub(super) fn forgotten_at(&self) -> UnixTime {
        self.0.iter().map(|c| c.last.plus(FORGET_AFTER)).max().unwrap_or_default()
    }
}
