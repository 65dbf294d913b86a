//! What an owner proves to be the owner with, and how that changes: password, passkeys, recovery codes. There is always a way
//! in left.

use serde::{Deserialize, Serialize};

use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::model::id::BrowserId;
use crate::model::passkey::{CredentialId, Passkey, PasskeyName};
use crate::model::password::{Algorithm, PasswordHash};
use crate::model::session::KnownBrowser;
use crate::protocol::account::{Account, AccountReply, NewSession, Owner, Signed, Transition};
use crate::protocol::webauthn::{Assertion, SpentChallenge};

/// A change of what an owner signs in with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialCommand {
    /// What is there?
    List,
    /// One more passkey.
    AddPasskey(Box<Passkey>, SpentChallenge),
    /// Another name for one.
    RenamePasskey(CredentialId, PasskeyName),
    /// One less.
    RemovePasskey(CredentialId),
    /// New recovery codes, by their hashes, in place of all that there were.
    ReplaceRecoveryCodes(Vec<Opaque<32>>),
    /// From now on without a password.
    RemovePassword,
}

/// Why such a change is not made, or a passkey does not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialRefusal {
    /// Nothing certain would be left to sign in with.
    LastWayIn,
    /// The owner has 20 passkeys.
    TooMany,
    /// That passkey is registered.
    Known,
    /// There is no such passkey.
    Unknown,
    /// The challenge was used before.
    Spent,
    /// The passkey has signed as often as this before: there are two of it.
    Counter,
    /// The signature is wrong.
    Signature,
}

/// What an owner signs in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaysIn {
    /// Whether there is a password.
    pub password: bool,
    /// The passkeys, in the order in which they were registered.
    pub passkeys: Vec<Passkey>,
    /// Recovery codes that were not used yet.
    pub recovery_codes: usize,
}

/// A passkey signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasskeySignIn {
    /// Whose passkey it says it is.
    pub sub: crate::model::id::SubjectId,
    /// What it signed.
    pub assertion: Box<Assertion>,
    /// The session to begin.
    pub session: NewSession,
}

/// A recovery code signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recover {
    /// SHA-256 of the code.
    pub code: Opaque<32>,
    /// The session to begin.
    pub session: NewSession,
    /// A browser that has signed in here before.
    pub browser: Option<KnownBrowser>,
}

/// Another password, or a first one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The one there is.
    pub current: Secret<String>,
    /// The new one.
    pub new: Secret<String>,
    /// How to hash it.
    pub algorithm: Algorithm,
    /// Random.
    pub salt: Opaque<16>,
    /// A browser that has signed in here before.
    #[serde(default)]
    pub browser: Option<BrowserId>,
}

impl WaysIn {
    /// Whether there may be no password: a passkey signs in, and when it is lost there is another one, or a code.
    pub fn do_without_password(&self) -> bool {
        match self.passkeys.len() {
            0 => false,
            1 => self.recovery_codes > 0,
            _ => true,
        }
    }

    /// Whether there is a way in that cannot be lost with one thing.
    fn suffice(&self) -> bool {
        self.password || self.do_without_password()
    }
}

impl Owner {
    pub(super) fn ways_in(&self) -> WaysIn {
        WaysIn {
            password: self.password.is_some(),
            passkeys: self.passkeys.listed().to_vec(),
            recovery_codes: self.recovery_codes.len(),
        }
    }

    /// Changes what the owner signs in with.
    pub(super) fn change_credentials(
        mut self,
        command: CredentialCommand,
        now: UnixTime,
    ) -> (Option<Self>, AccountReply) {
        let changed = match command {
            CredentialCommand::List => {
                let ways = self.ways_in();
                return (None, AccountReply::WaysIn { username: self.username, ways: Box::new(ways) });
            }
            CredentialCommand::AddPasskey(passkey, challenge) => self.passkeys.add(*passkey, challenge, now),
            CredentialCommand::RenamePasskey(id, name) => self.passkeys.rename(&id, name),
            CredentialCommand::RemovePasskey(id) => self.passkeys.remove(&id).and(self.has_way_in()),
            CredentialCommand::ReplaceRecoveryCodes(codes) => {
                self.recovery_codes = codes;
                Ok(())
            }
            CredentialCommand::RemovePassword => {
                self.password = None;
                self.has_way_in()
            }
        };
        match changed {
            Ok(()) => (Some(self), AccountReply::Done),
            Err(refusal) => (None, AccountReply::CredentialRefused(refusal)),
        }
    }

    fn has_way_in(&self) -> Result<(), CredentialRefusal> {
        if self.ways_in().suffice() { Ok(()) } else { Err(CredentialRefusal::LastWayIn) }
    }
}

/// The passkey that has to verify what was signed. Nothing is counted: a signature cannot be guessed, and strangers cannot
/// keep an owner from using theirs.
///
/// # Errors
/// [`AccountReply::CredentialRefused`].
pub fn passkey_of(account: &Account, sign_in: &PasskeySignIn) -> Result<Passkey, AccountReply> {
    let owner = account.owner.as_ref().filter(|owner| owner.sub == sign_in.sub);
    let passkey = owner.and_then(|owner| owner.passkeys.find(&sign_in.assertion.id));
    passkey.cloned().ok_or(AccountReply::CredentialRefused(CredentialRefusal::Unknown))
}

/// Begins the session, on the account as it is now: it may have changed while the signature was verified.
pub fn passkey_signed(
    mut account: Account,
    sign_in: &PasskeySignIn,
    verified_with: &Passkey,
    now: UnixTime,
) -> Transition {
    let refused = |refusal| Transition::stay(AccountReply::CredentialRefused(refusal));
    let Some(owner) = account.owner.as_mut().filter(|owner| owner.sub == sign_in.sub) else {
        return refused(CredentialRefusal::Unknown);
    };
    if owner.passkeys.find(&verified_with.id).is_none_or(|passkey| passkey.key != verified_with.key) {
        return refused(CredentialRefusal::Unknown);
    }
    if let Err(refusal) = owner.passkeys.used(&sign_in.assertion, now) {
        return refused(refusal);
    }
    let reply = owner.begin_session(sign_in.session, now);
    Transition::to(account, reply)
}

/// A recovery code signs in, and is used up. Wrong ones count as wrong passwords do; a right one waits for nobody: it has 80
/// bits, and strangers who keep guessing must not keep an owner out who has nothing else left.
pub fn recover(mut account: Account, recover: &Recover, now: UnixTime) -> Transition {
    let browser = account.knows(recover.browser);
    let expected = Secret::new(recover.code.0);
    let known = account.owner.as_mut().and_then(|owner| {
        let before = owner.recovery_codes.len();
        // Each is compared, in constant time.
        owner.recovery_codes.retain(|code| Secret::new(code.0) != expected);
        (owner.recovery_codes.len() < before).then(|| owner.begin_session(recover.session, now))
    });
    match known {
        // The code is not used up: it is as good when the account is let go on.
        Some(AccountReply::Disabled) => Transition::stay(AccountReply::Disabled),
        Some(reply) => {
            account.throttle.succeeded(browser);
            Transition::to(account, reply)
        }
        None => match account.throttle.count(browser, now) {
            Ok(()) => Transition::to(account, AccountReply::WrongCredentials),
            Err(until) => Transition::stay(AccountReply::Throttled { until }),
        },
    }
}

/// The password that has to be shown before it is changed; none where there is none. The attempt is counted first: whoever
/// found a browser that is signed in does not get to guess. It is counted by that browser, as a sign-in is, or strangers
/// could keep an owner from changing a password that they are guessing at.
///
/// # Errors
/// The session is over, or too many attempts.
pub fn password_to_show(
    mut account: Account,
    by: Signed,
    browser: Option<BrowserId>,
    now: UnixTime,
) -> Result<(Account, Option<PasswordHash>), AccountReply> {
    let owner = account.owner.as_ref().filter(|owner| owner.sub == by.sub && owner.holds(by, now));
    let password = owner.ok_or(AccountReply::SessionEnded)?.password.clone();
    if password.is_some() {
        account.throttle.count(browser, now).map_err(|until| AccountReply::Throttled { until })?;
    }
    Ok((account, password))
}

/// Sets the password, on the account as it is now. Every other session ends: who knew the old one may be in it.
pub fn change_password(
    mut account: Account,
    by: Signed,
    shown: Option<&PasswordHash>,
    new: PasswordHash,
    browser: Option<BrowserId>,
    now: UnixTime,
) -> Transition {
    let Some(owner) = account.owner.as_mut().filter(|owner| owner.sub == by.sub && owner.holds(by, now))
    else {
        return Transition::stay(AccountReply::SessionEnded);
    };
    if owner.password.as_ref() != shown {
        return Transition::stay(AccountReply::WrongCredentials);
    }
    owner.password = Some(new);
    owner.end_other_sessions(by.sid, now);
    account.throttle.succeeded(browser);
    Transition::to(account, AccountReply::Done)
}
