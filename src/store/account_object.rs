//! What runs inside an account's object.
//!
//! Between a load and the save that follows it nothing is awaited. A password hash and a call to a grant do let other
//! commands in, so what comes after them loads again.

use futures_util::future::{join, join_all};

use crate::base::time::{Seconds, UnixTime};
use crate::model::id::GrantId;
use crate::model::password::PasswordHash;
use crate::protocol::account::{
    Account, AccountCommand, AccountReply, ChangePassword, CredentialRefusal, LogoutTarget, PasskeySignIn,
    SignIn, SignUp, Signed, Transition, apply, credentials, sign_in, sign_up,
};
use crate::protocol::grant::{Command, Reply, Revoker};
use crate::store::Unavailable;
use crate::store::grants::Grants;
use crate::store::logout_notices::LogoutNotices;
use crate::store::passwords::PasswordHasher;
use crate::store::record::{self, Record};
use crate::store::signatures::Signatures;

/// How many grants are told at once: the platform allows 50 calls a request.
const ONE_PASS: usize = 40;
/// When to try again what could not be delivered.
const RETRY: Seconds = Seconds(5);
/// What the log is told as the place of a notice: it comes of no request.
const PLACE: &str = "back-channel";

/// What an account's object works with.
pub struct AccountObject<'a> {
    /// Its storage.
    pub record: &'a dyn Record,
    /// Slow hashes.
    pub hasher: &'a dyn PasswordHasher,
    /// Where revocations go.
    pub grants: &'a dyn Grants,
    /// Verifies what passkeys sign.
    pub signatures: &'a dyn Signatures,
    /// Where notices of ended sessions go.
    pub notices: &'a dyn LogoutNotices,
    /// The object's own clock.
    pub clock: &'a dyn Fn() -> UnixTime,
}

impl AccountObject<'_> {
    /// Answers a command.
    pub async fn serve(&self, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        match command {
            AccountCommand::SignIn(sign_in) => self.sign_in(sign_in).await,
            AccountCommand::SignUp(sign_up) => self.sign_up(sign_up).await,
            AccountCommand::SignInWithPasskey(sign_in) => self.sign_in_with_passkey(sign_in).await,
            AccountCommand::Recover(recover) => {
                self.conclude(credentials::recover(self.load()?, &recover, (self.clock)())).await
            }
            AccountCommand::ChangePassword(by, change) => self.change_password(by, change).await,
            command => self.conclude(apply(self.load()?, command, (self.clock)())).await,
        }
    }

    async fn conclude(&self, transition: Transition) -> Result<AccountReply, Unavailable> {
        if let Some(next) = transition.next {
            self.commit(next).await?;
        }
        Ok(transition.reply)
    }

    /// The alarm: delivers what is left, deletes an account that is nobody's.
    pub async fn wake(&self) -> Result<(), Unavailable> {
        let mut account = self.load()?;
        let now = (self.clock)();
        if account.ends_at().is_some_and(|ends_at| now >= ends_at) {
            return self.record.erase().await;
        }
        let due = account.claim_notices(now);
        if !due.is_empty() {
            record::save(self.record, &account)?;
        }
        self.set_alarm(&account).await?;
        self.send(&account, &due).await
    }

    async fn sign_in(&self, sign_in: SignIn) -> Result<AccountReply, Unavailable> {
        let (counted, attempt) = match sign_in::begin(self.load()?, &sign_in, (self.clock)()) {
            Ok(begun) => begun,
            Err(reply) => return Ok(reply),
        };
        self.save(&counted).await?;
        let hash = self.hasher.hash(&sign_in.password, attempt.algorithm, attempt.salt).await?;
        let renewed = match attempt.matches(&hash) && attempt.is_outdated(&sign_in) {
            true => Some(self.hasher.hash(&sign_in.password, sign_in.algorithm, sign_in.salt).await?),
            false => None,
        };
        let now = (self.clock)();
        self.conclude(sign_in::finish(self.load()?, &sign_in, &attempt, &hash, renewed, now)).await
    }

    async fn sign_in_with_passkey(&self, sign_in: PasskeySignIn) -> Result<AccountReply, Unavailable> {
        let passkey = match credentials::passkey_of(&self.load()?, &sign_in) {
            Ok(passkey) => passkey,
            Err(reply) => return Ok(reply),
        };
        let verified = match sign_in.assertion.to_verify(&passkey.key) {
            Some((message, signature)) => self.signatures.verify(&passkey.key, message, &signature).await?,
            None => false,
        };
        if !verified {
            return Ok(AccountReply::CredentialRefused(CredentialRefusal::Signature));
        }
        let now = (self.clock)();
        self.conclude(credentials::passkey_signed(self.load()?, &sign_in, &passkey, now)).await
    }

    async fn change_password(&self, by: Signed, change: ChangePassword) -> Result<AccountReply, Unavailable> {
        let (browser, now) = (change.browser, (self.clock)());
        let (counted, shown) = match credentials::password_to_show(self.load()?, by, browser, now) {
            Ok(begun) => begun,
            Err(reply) => return Ok(reply),
        };
        if let Some(password) = &shown {
            self.save(&counted).await?;
            let hash = self.hasher.hash(&change.current, password.algorithm, password.salt).await?;
            if hash != password.hash {
                return Ok(AccountReply::WrongCredentials);
            }
        }
        let hash = self.hasher.hash(&change.new, change.algorithm, change.salt).await?;
        let new = PasswordHash { algorithm: change.algorithm, salt: change.salt, hash };
        let now = (self.clock)();
        let shown = shown.as_ref();
        self.conclude(credentials::change_password(self.load()?, by, shown, new, browser, now)).await
    }

    async fn sign_up(&self, sign_up: SignUp) -> Result<AccountReply, Unavailable> {
        if !sign_up::is_free(&self.load()?) {
            return Ok(AccountReply::UsernameTaken);
        }
        let hash = self.hasher.hash(&sign_up.password, sign_up.algorithm, sign_up.salt).await?;
        let transition = sign_up::finish(self.load()?, sign_up, hash, (self.clock)());
        if let Some(next) = &transition.next {
            self.save(next).await?;
        }
        Ok(transition.reply)
    }

    fn load(&self) -> Result<Account, Unavailable> {
        Ok(record::load(self.record)?.unwrap_or_default())
    }

    /// Saves, and tells at once whoever has to hear of it.
    async fn commit(&self, mut account: Account) -> Result<(), Unavailable> {
        let due = account.claim_notices((self.clock)());
        self.save(&account).await?;
        self.send(&account, &due).await
    }

    /// Saves, and sets the alarm in the same breath: what is to be sent survives a crash. Nothing is nothing to save.
    async fn save(&self, account: &Account) -> Result<(), Unavailable> {
        if *account == Account::default() {
            return self.record.erase().await;
        }
        record::save(self.record, account)?;
        self.set_alarm(account).await
    }

    async fn set_alarm(&self, account: &Account) -> Result<(), Unavailable> {
        if let Some(due_at) = account.notices_due_at() {
            self.record.wake_at(due_at).await?;
        }
        if let Some(ends_at) = account.ends_at() {
            self.record.wake_at(ends_at).await?;
        }
        if !account.outbox().is_empty() {
            self.record.wake_at((self.clock)().plus(RETRY)).await?;
        }
        Ok(())
    }

    /// One pass over all that is to be sent.
    async fn send(&self, account: &Account, due: &[LogoutTarget]) -> Result<(), Unavailable> {
        let outbox = account.outbox();
        if outbox.is_empty() && due.is_empty() {
            return Ok(());
        }
        let (delivered, notified) = join(self.deliver(&outbox), self.notify(due)).await;
        // Where the owner has left and everybody has heard it, nothing stays.
        if account.owner.is_none() && self.load()? == Account::default() {
            return self.record.erase().await;
        }
        delivered.and(notified)
    }

    /// Tells clients that a session is over. What is not heard stays for the alarm.
    async fn notify(&self, due: &[LogoutTarget]) -> Result<(), Unavailable> {
        if due.is_empty() {
            return Ok(());
        }
        let now = (self.clock)();
        let told = join_all(due.iter().map(|target| self.notices.notify(target, now))).await;
        let mut account = self.load()?;
        let settled = due.iter().zip(told).filter_map(|(target, told)| account.settle_notice(target, told));
        let events: Vec<_> = settled.collect();
        if !events.is_empty() {
            record::save(self.record, &account)?;
        }
        let at = (self.clock)();
        events.iter().for_each(|event| self.notices.log(&event.line(at, PLACE, None, None)));
        Ok(())
    }

    /// One pass over the outbox. What is not confirmed stays for the alarm.
    async fn deliver(&self, outbox: &[GrantId]) -> Result<(), Unavailable> {
        let sent = outbox.iter().take(ONE_PASS).map(|grant| async {
            let reply = self.grants.send(*grant, Command::Revoke(Revoker::Owner)).await;
            (reply == Ok(Reply::Revoked)).then_some(*grant)
        });
        let confirmed: Vec<_> = join_all(sent).await.into_iter().flatten().collect();
        if !confirmed.is_empty() {
            record::save(self.record, &self.load()?.delivered(&confirmed))?;
        }
        Ok(())
    }
}
