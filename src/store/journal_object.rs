//! What runs inside a journal's object: load, apply, save; and the alarm at which nothing is left.

use crate::base::time::UnixTime;
use crate::protocol::journal::{Journal, JournalCommand, JournalReply, apply};
use crate::store::Unavailable;
use crate::store::record::{self, Record};

/// Answers a command.
pub async fn serve(
    record: &dyn Record,
    command: JournalCommand,
    now: UnixTime,
) -> Result<JournalReply, Unavailable> {
    let (next, reply) = apply(record::load(record)?, command, now);
    if let Some(next) = &next {
        record::save(record, next)?;
        record.wake_at(next.ends_at()).await?;
    }
    Ok(reply)
}

/// The alarm: deletes a journal whose entries are all too old.
pub async fn wake(record: &dyn Record, now: UnixTime) -> Result<(), Unavailable> {
    match record::load::<Journal>(record)? {
        Some(journal) if now < journal.ends_at() => record.wake_at(journal.ends_at()).await,
        _ => record.erase().await,
    }
}
