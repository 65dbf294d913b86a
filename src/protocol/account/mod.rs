//! The account: one sign-in identity, its owner, and everything that must be decided in one place about them.
//!
//! [`apply`] runs inside the account's Durable Object, between a synchronous load and a synchronous save. Passwords
//! need a slow hash, and while it runs other commands may come in: so a sign-in or sign-up is two commands, one that
//! counts before the hash and one that decides again after it ([`sign_in`], [`sign_up`]).

mod access;
mod administration;
mod command;
pub mod credentials;
mod farewell;
mod logins;
mod owner;
mod passkeys;
mod sessions;
pub mod sign_in;
pub mod sign_up;
mod throttle;

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::event::Event;
use crate::model::id::{BrowserId, GrantId, SubjectId};
use crate::model::session::KnownBrowser;
use crate::protocol::account::logins::Logins;

pub use access::{GrantRow, MAX_GRANTS_PER_CLIENT};
pub use administration::{AdminAct, Standing};
pub use command::{
    AccountCommand, AccountReply, Approval, Basis, LatestClient, ListedClient, NewSession, Overview, SignIn,
    SignUp, Signed,
};
pub use credentials::{ChangePassword, CredentialCommand, CredentialRefusal, PasskeySignIn, Recover, WaysIn};
pub use farewell::Farewell;
pub use logins::{LogoutTarget, Told};
pub use owner::{MAX_CLIENTS, Owner};
pub use sessions::{Ending, SessionRow};
pub use throttle::{MAX_DELAY, Throttle};

/// What an account object stores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who it belongs to; nobody yet, where only guesses were made at a name.
    pub owner: Option<Owner>,
    /// Failed attempts.
    pub throttle: Throttle,
    /// Owners who have left, as long as something is left to say for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub farewells: Vec<Farewell>,
}

/// What a command comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The state to save; `None` leaves what is there.
    pub next: Option<Account>,
    /// The answer.
    pub reply: AccountReply,
}

impl Transition {
    fn to(next: Account, reply: AccountReply) -> Self {
        Self { next: Some(next), reply }
    }

    fn stay(reply: AccountReply) -> Self {
        Self { next: None, reply }
    }
}

impl Account {
    /// Grants whose revocation has yet to be sent or confirmed.
    pub fn outbox(&self) -> Vec<GrantId> {
        let owner = self.owner.iter().flat_map(|owner| &owner.outbox);
        owner.chain(self.farewells.iter().flat_map(|farewell| &farewell.outbox)).copied().collect()
    }

    /// The account after these grants confirmed that they are revoked.
    #[must_use]
    pub fn delivered(mut self, confirmed: &[GrantId]) -> Self {
        let owner = self.owner.iter_mut().map(|owner| &mut owner.outbox);
        for outbox in owner.chain(self.farewells.iter_mut().map(|farewell| &mut farewell.outbox)) {
            outbox.retain(|grant| !confirmed.contains(grant));
        }
        self.farewells.retain(|farewell| !farewell.is_over());
        self
    }

    /// A browser that has signed in before, if that was as the owner there is now. Whoever had the name before could have left
    /// with any number of them, and guess with each.
    fn knows(&self, browser: Option<KnownBrowser>) -> Option<BrowserId> {
        let owner = self.owner.as_ref()?;
        browser.filter(|known| known.sub == owner.sub).map(|known| known.browser)
    }

    fn logins(&self) -> impl Iterator<Item = &Logins> {
        let owner = self.owner.iter().map(|owner| &owner.logins);
        owner.chain(self.farewells.iter().map(|farewell| &farewell.logins))
    }

    fn logins_mut(&mut self) -> impl Iterator<Item = (SubjectId, &mut Logins)> {
        let owner = self.owner.iter_mut().map(|owner| (owner.sub, &mut owner.logins));
        owner.chain(self.farewells.iter_mut().map(|farewell| (farewell.sub, &mut farewell.logins)))
    }

    /// The notices of ended sessions to send now: one pass of one owner's. Each is put off by that: save the account before
    /// anything is sent.
    #[must_use]
    pub fn claim_notices(&mut self, now: UnixTime) -> Vec<LogoutTarget> {
        self.logins_mut().map(|(_, logins)| logins.claim(now)).find(|due| !due.is_empty()).unwrap_or_default()
    }

    /// When there are notices to send.
    pub fn notices_due_at(&self) -> Option<UnixTime> {
        self.logins().filter_map(Logins::due_at).min()
    }

    /// Takes down what became of a notice; what the log is told of it.
    pub fn settle_notice(&mut self, target: &LogoutTarget, told: Told) -> Option<Event> {
        let event = self.logins_mut().find_map(|(sub, logins)| logins.settle(target, told, sub));
        self.farewells.retain(|farewell| !farewell.is_over());
        event
    }

    /// Whether nobody has it, and nothing is left to say for who had it.
    pub fn is_nobodys(&self) -> bool {
        self.owner.is_none() && self.farewells.is_empty()
    }

    /// When an account that belongs to nobody may be deleted.
    pub fn ends_at(&self) -> Option<UnixTime> {
        self.is_nobodys().then(|| self.throttle.forgotten_at())
    }
}

/// Applies a command to an account. Sign-in and sign-up have functions of their own.
pub fn apply(account: Account, command: AccountCommand, now: UnixTime) -> Transition {
    if let AccountCommand::Administer(act) = command {
        return administration::administer(account, act, now);
    }
    let sub = command.subject();
    // A name that was deleted and taken again is another person.
    if account.owner.as_ref().is_none_or(|owner| Some(owner.sub) != sub) {
        return Transition::stay(AccountReply::SessionEnded);
    }
    let Account { owner: Some(owner), throttle, farewells } = account else {
        return Transition::stay(AccountReply::SessionEnded);
    };
    if let AccountCommand::Leave(by) = command {
        return farewell::leave(owner, by, farewells, now);
    }
    let (next, reply) = owner.apply(command, now);
    Transition { next: next.map(|owner| Account { owner: Some(owner), throttle, farewells }), reply }
}

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod tests;
