//! Signing in: count, hash, decide.

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::model::password::{Algorithm, PasswordHash};
use crate::protocol::account::{Account, AccountReply, SignIn, Transition};

/// What to hash before the attempt can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// As the stored hash was made; for unknown names as hashes are made today, so that both take the same time.
    pub algorithm: Algorithm,
    /// The stored salt, or any.
    pub salt: Opaque<16>,
    expected: Option<PasswordHash>,
}

/// Counts the attempt before its password is looked at.
///
/// # Errors
/// [`AccountReply::Throttled`] when it comes too early.
pub fn begin(
    mut account: Account,
    sign_in: &SignIn,
    now: UnixTime,
) -> Result<(Account, Attempt), AccountReply> {
    let browser = account.knows(sign_in.browser);
    account.throttle.count(browser, now).map_err(|until| AccountReply::Throttled { until })?;
    // An owner without a password is like a name without an owner.
    let attempt = match account.owner.as_ref().and_then(|owner| owner.password.as_ref()) {
        Some(password) => {
            Attempt { algorithm: password.algorithm, salt: password.salt, expected: Some(password.clone()) }
        }
        None => Attempt { algorithm: sign_in.algorithm, salt: sign_in.salt, expected: None },
    };
    Ok((account, attempt))
}

impl Attempt {
    /// Whether the password was right.
    pub fn matches(&self, hash: &Secret<Vec<u8>>) -> bool {
        self.expected.as_ref().is_some_and(|expected| expected.hash == *hash)
    }

    /// Whether a right password should be hashed again, as hashes are made today.
    pub fn is_outdated(&self, sign_in: &SignIn) -> bool {
        self.algorithm != sign_in.algorithm
    }
}

/// Decides, on the account as it is now: it may have changed while the hash was computed.
pub fn finish(
    mut account: Account,
    sign_in: &SignIn,
    attempt: &Attempt,
    hash: &Secret<Vec<u8>>,
    renewed: Option<Secret<Vec<u8>>>,
    now: UnixTime,
) -> Transition {
    let browser = account.knows(sign_in.browser);
    let Some(owner) = &mut account.owner else { return Transition::stay(AccountReply::WrongCredentials) };
    if !attempt.matches(hash) || attempt.expected != owner.password {
        return Transition::stay(AccountReply::WrongCredentials);
    }
    if let Some(hash) = renewed {
        owner.password = Some(PasswordHash { algorithm: sign_in.algorithm, salt: sign_in.salt, hash });
    }
    let reply = owner.begin_session(sign_in.session, now);
    account.throttle.succeeded(browser);
    Transition::to(account, reply)
}
