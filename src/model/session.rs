//! The session cookie: which owner signed in, when. Its row in the Account decides whether it still counts.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::jose::sealed;
use crate::model::id::{AccountId, BrowserId, PairwiseSalt, SessionId, SubjectId};
use crate::model::purpose::{BROWSER, SESSION};
use crate::model::sign_in_method::SignInMethod;

/// A session ends this long after sign-in, whatever happens.
pub const LIFETIME: Seconds = Seconds::days(14);

/// A session whose cookie was ours. Whether it was signed out since, only the Account knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Where the owner's account is.
    pub account: AccountId,
    /// Who signed in. The account refuses if its own subject differs.
    pub sub: SubjectId,
    /// Which of the account's sessions.
    pub sid: SessionId,
    /// When the owner proved who they are.
    pub auth_time: UnixTime,
    /// How.
    pub method: SignInMethod,
    /// What the owner's pairwise subjects are made with.
    pub salt: PairwiseSalt,
}

impl Session {
    /// The cookie's value.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &SESSION, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From a cookie; `None` if it is not ours or is over.
    pub fn open(keyring: &Keyring, cookie: &str, now: UnixTime) -> Option<Self> {
        let opened = sealed::open(keyring, &SESSION, cookie)?;
        let session: Self = postcard::from_bytes(&opened.payload).ok()?;
        (now < session.auth_time.plus(LIFETIME)).then_some(session)
    }
}

/// A browser that has signed in to an account before, as whoever had it then: of a name that was deleted and taken again it is
/// a stranger. Guessing elsewhere does not lock it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBrowser {
    /// The account.
    pub account: AccountId,
    /// The owner.
    pub sub: SubjectId,
    /// The browser.
    pub browser: BrowserId,
}

impl KnownBrowser {
    /// The cookie's value.
    pub fn seal(&self, keyring: &Keyring) -> String {
        sealed::seal(keyring, &BROWSER, &postcard::to_allocvec(self).unwrap_or_default())
    }

    /// From a cookie; `None` if it is not ours.
    pub fn open(keyring: &Keyring, cookie: &str) -> Option<Self> {
        postcard::from_bytes(&sealed::open(keyring, &BROWSER, cookie)?.payload).ok()
    }
}
