//! How often somebody may do something: counted by the platform, in no storage of ours.

use async_trait::async_trait;

/// Seconds that are counted together. A limiter does not say when there is room again: after so long there is.
pub const PERIOD: u64 = 60;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RateLimit {
    /// Clients that are registered and kept.
    Registration,
    /// New accounts.
    SignUp,
    /// Attempts to sign in, whoever as.
    SignIn,
    /// Tokens, codes and credentials that were wrong.
    TokenErrors,
    /// Devices that ask for their owner, of clients without a secret.
    DeviceAuthorization,
    /// User codes that somebody types.
    DeviceCode,
}

/// Counts, and says whether there is room.
#[async_trait(?Send)]
pub trait RateLimits {
    /// Counts one act of `key`; whether it is within the limit. Without a limiter everything is.
    async fn admits(&self, limit: RateLimit, key: &str) -> bool;
}
