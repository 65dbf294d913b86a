//! Journals: an object each, addressed by name; and how seldom they are written to.

use std::cell::RefCell;
use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::base::opaque::Opaque;
use crate::base::time::UnixTime;
use crate::model::client_id::ClientHash;
use crate::protocol::journal::{Book, JournalCommand, JournalReply};
use crate::store::Unavailable;

/// The journal of the deployment.
pub const OPERATOR: &str = "operator";

/// The journal of a client.
pub fn of_client(client: &ClientHash) -> String {
    format!("client:{}", client.as_str())
}

/// Where journals are.
#[async_trait(?Send)]
pub trait Journals {
    /// Sends a command to the journal of that name.
    async fn send(&self, whose: &str, command: JournalCommand) -> Result<JournalReply, Unavailable>;
    /// Takes something down, without a promise: nobody waits for it, and nobody is told when it fails, but the log.
    async fn note(&self, whose: &str, command: JournalCommand);
    /// Whether something of that name is noted in a book for the first time in this minute, as far as this isolate knows,
    /// and there is room for more.
    fn first_this_minute(&self, book: Book, what: Opaque<16>, now: UnixTime) -> bool;
}

/// Most that an isolate notes in a minute in all books of a kind together: whoever knows the ids of many clients must not
/// be able to make it write without end, nor keep the operator from hearing of something else.
const MOST: usize = 300;

/// What was noted in this minute.
#[derive(Debug, Default)]
pub struct NotedLately(RefCell<(u64, BTreeSet<(Book, Opaque<16>)>)>);

impl NotedLately {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(RefCell::new((0, BTreeSet::new())))
    }

    /// Whether it is the first time, and there is room.
    pub fn first_this_minute(&self, book: Book, what: Opaque<16>, now: UnixTime) -> bool {
        let (minute, mut noted) = (now.seconds() / 60, self.0.borrow_mut());
        if noted.0 != minute {
            *noted = (minute, BTreeSet::new());
        }
        let count = noted.1.iter().filter(|(other, _)| *other == book).count();
        count < MOST && noted.1.insert((book, what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Seconds;

    fn name(n: u16) -> Opaque<16> {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        Opaque(bytes)
    }

    #[test]
    fn something_is_noted_once_a_minute() {
        let (noted, start) = (NotedLately::new(), UnixTime::from_seconds(120));
        assert!(noted.first_this_minute(Book::Client, name(1), start));
        assert!(!noted.first_this_minute(Book::Client, name(1), start.plus(Seconds(59))));
        assert!(noted.first_this_minute(Book::Client, name(2), start));
        assert!(noted.first_this_minute(Book::Client, name(1), start.plus(Seconds(60))));
    }

    #[test]
    fn there_is_an_end_to_what_is_noted_in_a_minute() {
        let (noted, start) = (NotedLately::new(), UnixTime::from_seconds(120));
        let admitted = (0..1000).filter(|n| noted.first_this_minute(Book::Client, name(*n), start)).count();
        assert_eq!(admitted, 300);
        assert!(noted.first_this_minute(Book::Operator, name(1), start), "the other book has room");
        assert!(noted.first_this_minute(Book::Client, name(999), start.plus(Seconds(60))));
    }
}
