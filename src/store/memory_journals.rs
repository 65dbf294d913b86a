//! Journals in memory.

use async_trait::async_trait;

use crate::base::digest::sha256;
use crate::base::opaque::Opaque;
use crate::base::time::UnixTime;
use crate::protocol::journal::{Book, JournalCommand, JournalReply};
use crate::store::journal::Journals;
use crate::store::memory::{Memory, MemoryRecord, Stored};
use crate::store::{Unavailable, journal_object};

#[async_trait(?Send)]
impl Journals for Memory {
    async fn send(&self, whose: &str, command: JournalCommand) -> Result<JournalReply, Unavailable> {
        self.meter.object_call();
        self.answering()?;
        if self.journals_down.get() {
            return Err(Unavailable("journals are down".into()));
        }
        let record = MemoryRecord { objects: &self.journals, key: Opaque(sha256(whose)) };
        journal_object::serve(&record, command, self.now.get()).await
    }

    async fn note(&self, whose: &str, command: JournalCommand) {
        if let Err(error) = self.send(whose, command).await {
            self.told.borrow_mut().push(format!("no journal: {error}"));
        }
    }

    fn first_this_minute(&self, book: Book, what: Opaque<16>, now: UnixTime) -> bool {
        self.noted.first_this_minute(book, what, now)
    }
}

impl Memory {
    /// How many journals have anything stored.
    pub fn kept_journals(&self) -> usize {
        self.journals.borrow().len()
    }
}

/// Runs every alarm that is due.
pub(super) async fn wake(memory: &Memory) -> Result<(), Unavailable> {
    let now = memory.now.get();
    let due = |stored: &Stored| stored.alarm.is_some_and(|at| at <= now);
    let due: Vec<_> =
        memory.journals.borrow().iter().filter(|(_, stored)| due(stored)).map(|(id, _)| *id).collect();
    for key in due {
        let record = MemoryRecord { objects: &memory.journals, key };
        record.clear_alarm();
        journal_object::wake(&record, now).await?;
    }
    Ok(())
}
