//! What runs inside an account's object.
//!
//! Between a load and the save that follows it nothing is awaited. A password hash and a call to a grant do let other
//! commands in, so what comes after them loads again.

use futures_util::future::join_all;

use crate::base::time::{Seconds, UnixTime};
use crate::model::id::GrantId;
use crate::protocol::account::{
    Account, AccountCommand, AccountReply, SignIn, SignUp, apply, sign_in, sign_up,
};
use crate::protocol::grant::{Command, Reply, Revoker};
use crate::store::Unavailable;
use crate::store::grants::Grants;
use crate::store::passwords::PasswordHasher;
use crate::store::record::{self, Record};

/// How many grants are told at once: the platform allows 50 calls a request.
const ONE_PASS: usize = 40;
/// When to try again what could not be delivered.
const RETRY: Seconds = Seconds(5);

/// What an account's object works with.
pub struct AccountObject<'a> {
    /// Its storage.
    pub record: &'a dyn Record,
    /// Slow hashes.
    pub hasher: &'a dyn PasswordHasher,
    /// Where revocations go.
    pub grants: &'a dyn Grants,
    /// The object's own clock.
    pub clock: &'a dyn Fn() -> UnixTime,
}

impl AccountObject<'_> {
    /// Answers a command.
    pub async fn serve(&self, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        match command {
            AccountCommand::SignIn(sign_in) => self.sign_in(sign_in).await,
            AccountCommand::SignUp(sign_up) => self.sign_up(sign_up).await,
            command => {
                let transition = apply(self.load()?, command, (self.clock)());
                if let Some(next) = transition.next {
                    self.save(&next).await?;
                    self.deliver(next.outbox()).await?;
                }
                Ok(transition.reply)
            }
        }
    }

    /// The alarm: delivers what is left, deletes an account that is nobody's.
    pub async fn wake(&self) -> Result<(), Unavailable> {
        let account = self.load()?;
        let now = (self.clock)();
        match account.ends_at() {
            Some(ends_at) if now >= ends_at => return self.record.erase().await,
            Some(ends_at) => self.record.wake_at(ends_at).await?,
            None => {}
        }
        if !account.outbox().is_empty() {
            self.record.wake_at(now.plus(RETRY)).await?;
        }
        self.deliver(account.outbox()).await
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
        let transition = sign_in::finish(self.load()?, &sign_in, &attempt, &hash, renewed, now);
        if let Some(next) = &transition.next {
            self.save(next).await?;
        }
        Ok(transition.reply)
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

    /// Saves, and sets the alarm in the same breath: what is in the outbox survives a crash.
    async fn save(&self, account: &Account) -> Result<(), Unavailable> {
        record::save(self.record, account)?;
        if let Some(ends_at) = account.ends_at() {
            self.record.wake_at(ends_at).await?;
        }
        if !account.outbox().is_empty() {
            self.record.wake_at((self.clock)().plus(RETRY)).await?;
        }
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
