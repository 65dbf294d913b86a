//! What runs inside a grant's object: load, apply, save. Nothing is awaited in between.

use crate::base::time::{Seconds, UnixTime};
use crate::model::id::GrantId;
use crate::protocol::account::AccountCommand;
use crate::protocol::grant::{Command, Grant, Reply, apply};
use crate::store::Unavailable;
use crate::store::accounts::Accounts;
use crate::store::record::{self, Record};

/// When to try again where the account did not answer.
const RETRY: Seconds = Seconds::minutes(1);

/// Answers a command.
pub async fn serve(record: &dyn Record, command: Command, now: UnixTime) -> Result<Reply, Unavailable> {
    let transition = apply(record::load(record)?, command, now);
    if let Some(next) = &transition.next {
        record::save(record, next)?;
        record.wake_at(next.ends_at()).await?;
    }
    Ok(transition.reply)
}

/// The alarm: deletes a grant that is over, after its account has taken it off the list.
pub async fn wake(
    record: &dyn Record,
    grant: GrantId,
    accounts: &dyn Accounts,
    now: UnixTime,
) -> Result<(), Unavailable> {
    let Some(stored) = record::load::<Grant>(record)? else { return record.erase().await };
    if now < stored.ends_at() {
        return record.wake_at(stored.ends_at()).await;
    }
    if let Some((account, sub)) = stored.listed_by() {
        // Set before the call, and not by failing: the platform gives up on an alarm that failed seven times in a row,
        // and a reset in mid-call is a failure too.
        record.wake_at(now.plus(RETRY)).await?;
        if accounts.send(account, AccountCommand::ForgetGrant(sub, grant)).await.is_err() {
            return Ok(());
        }
    }
    // Other commands may have come in meanwhile.
    match record::load::<Grant>(record)? {
        Some(stored) if now < stored.ends_at() => record.wake_at(stored.ends_at()).await,
        _ => record.erase().await,
    }
}
