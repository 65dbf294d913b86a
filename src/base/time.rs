//! Instants and spans. Nothing here reads a clock: `now` is always an argument.

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct UnixTime(u64);

impl UnixTime {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the epoch, as in a JWT NumericDate (RFC 7519 §2).
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The instant `span` later, saturating.
    #[must_use]
    pub const fn plus(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0.saturating_mul(1000)))
    }

    /// The instant one millisecond later: the next that can be told apart.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The instant one millisecond earlier.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// Whole seconds from `now` until this instant, rounded up; zero when it has passed.
    pub const fn seconds_after(self, now: UnixTime) -> u64 {
        self.0.saturating_sub(now.0).div_ceil(1000)
    }
}

/// A span of whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub u64);

impl Seconds {
    /// A span of minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// A span of days.
    pub const fn days(days: u64) -> Self {
        Self(days.saturating_mul(86_400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_round_up_so_that_nobody_is_told_to_come_back_too_early() {
        let now = UnixTime::from_millis(1_000);
        assert_eq!(UnixTime::from_millis(1_001).seconds_after(now), 1);
        assert_eq!(now.seconds_after(now), 0);
        assert_eq!(now.plus(Seconds(2)).seconds_after(now), 2);
    }

    #[test]
    fn the_far_future_saturates() {
        assert_eq!(UnixTime::from_millis(u64::MAX).plus(Seconds(1)).millis(), u64::MAX);
        assert_eq!(UnixTime::from_seconds(u64::MAX).millis(), u64::MAX);
    }
}
