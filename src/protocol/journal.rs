//! Journals: what went wrong lately, for whoever has to mend it. A client that a developer registered has one, and the
//! operator of the deployment has one; each is an object of its own.
//!
//! Nothing in it is told of a person: what, where, when, and the id of the request, which is in the log too.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};

/// Longest text of an entry, in characters.
const MAX_TEXT: usize = 200;
/// Most details of an entry.
const MAX_DETAILS: usize = 12;

/// Whose journal: how much is in it, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// A client's.
    Client,
    /// The operator's.
    Operator,
}

impl Book {
    /// Most entries: of more, the newest, and a few of each kind.
    pub const fn most(self) -> usize {
        match self {
            Self::Client => 50,
            Self::Operator => 200,
        }
    }

    /// How long an entry is kept.
    pub const fn life(self) -> Seconds {
        match self {
            Self::Client => Seconds::days(1),
            Self::Operator => Seconds::days(30),
        }
    }
}

/// An entry. Its size has a limit, whatever was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When.
    pub at: UnixTime,
    /// What: the word of a refusal, or of an event.
    pub kind: String,
    /// The pattern of the address at which it happened.
    pub path: String,
    /// What the request is called in the log and on the page that refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What else is known of it: names and ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, String)>,
}

impl JournalEntry {
    /// Of something that happened at an address.
    pub fn new(at: UnixTime, kind: &str, path: &str) -> Self {
        Self { at, kind: short(kind), path: short(path), request: None, details: Vec::new() }
    }

    /// Of a refusal, as the log has it: what it quotes is a detail.
    pub fn of_refusal(at: UnixTime, reason: &str, path: &str) -> Self {
        match reason.split_once("(\"").and_then(|(kind, rest)| Some((kind, rest.strip_suffix("\")")?))) {
            Some((kind, quoted)) => Self::new(at, kind, path).with("quoted", quoted),
            None => Self::new(at, reason, path),
        }
    }

    /// The request it happened to.
    #[must_use]
    pub fn request(mut self, id: &str) -> Self {
        self.request = Some(short(id));
        self
    }

    /// What else is known of it.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        if self.details.len() < MAX_DETAILS {
            self.details.push((short(name), short(text)));
        }
        self
    }

    /// A detail.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
    }
}

fn short(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

/// A journal, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    book: Book,
    /// The newest last.
    entries: Vec<JournalEntry>,
}

/// What may be asked of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalCommand {
    /// Take something down.
    Note(Book, JournalEntry),
    /// Tell what is in it.
    Read,
}

/// What a journal answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalReply {
    /// It is in it.
    Noted,
    /// What is in it, the newest first.
    Entries(Vec<JournalEntry>),
}

impl Journal {
    /// When the last entry is too old. By then the journal is empty.
    pub fn ends_at(&self) -> UnixTime {
        let last = self.entries.iter().map(|entry| entry.at).max().unwrap_or_default();
        last.plus(self.book.life())
    }

    fn alive(&self, now: UnixTime) -> impl DoubleEndedIterator<Item = &JournalEntry> {
        let life = self.book.life();
        self.entries.iter().filter(move |entry| now < entry.at.plus(life))
    }
}

/// Takes the oldest of the kind of which there are most: whoever can do one thing again and again must not be able to push
/// out what was taken down of everything else.
fn make_room(entries: &mut Vec<JournalEntry>) {
    let mut counts = BTreeMap::<&str, usize>::new();
    for entry in entries.iter() {
        let count = counts.entry(&entry.kind).or_default();
        *count = count.saturating_add(1);
    }
    let most = counts.values().copied().max();
    let at = entries.iter().position(|entry| counts.get(entry.kind.as_str()).copied() == most);
    if let Some(at) = at {
        entries.remove(at);
    }
}

/// Applies a command to a journal: what to save, if anything, and the answer.
pub fn apply(
    journal: Option<Journal>,
    command: JournalCommand,
    now: UnixTime,
) -> (Option<Journal>, JournalReply) {
    match command {
        JournalCommand::Read => {
            let entries = journal.iter().flat_map(|journal| journal.alive(now).rev().cloned()).collect();
            (None, JournalReply::Entries(entries))
        }
        JournalCommand::Note(book, entry) => {
            let mut entries: Vec<_> =
                journal.iter().flat_map(|journal| journal.alive(now).cloned()).collect();
            entries.push(entry);
            while entries.len() > book.most() {
                make_room(&mut entries);
            }
            (Some(Journal { book, entries }), JournalReply::Noted)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixTime = UnixTime::from_seconds(1_000_000);

    fn noted(journal: Option<Journal>, book: Book, kind: &str, at: UnixTime) -> Option<Journal> {
        let (next, reply) =
            apply(journal, JournalCommand::Note(book, JournalEntry::new(at, kind, "/token")), at);
        assert_eq!(reply, JournalReply::Noted);
        next
    }

    fn kinds(journal: &Option<Journal>, now: UnixTime) -> Vec<String> {
        let (next, reply) = apply(journal.clone(), JournalCommand::Read, now);
        assert_eq!(next, None, "looking writes nothing");
        let JournalReply::Entries(entries) = reply else { panic!("{reply:?}") };
        entries.into_iter().map(|entry| entry.kind).collect()
    }

    #[test]
    fn the_newest_are_kept_and_told_first() {
        assert_eq!(kinds(&None, START), [""; 0]);
        for (book, most) in [(Book::Client, 50), (Book::Operator, 200)] {
            let mut journal = None;
            for n in 0..=most {
                journal = noted(journal, book, &n.to_string(), START.plus(Seconds(n)));
            }
            let kinds = kinds(&journal, START.plus(Seconds(most)));
            assert_eq!(kinds.len() as u64, most);
            assert_eq!((kinds.first(), kinds.last()), (Some(&most.to_string()), Some(&"1".to_owned())));
        }
    }

    #[test]
    fn what_happens_again_and_again_does_not_push_out_what_happened_once() {
        for book in [Book::Client, Book::Operator] {
            let mut journal = noted(None, book, "client_denied", START);
            for n in 1..1000_u64 {
                let kind = if n % 2 == 0 { "client_updated" } else { "refresh_reused" };
                journal = noted(journal, book, kind, START.plus(Seconds(n)));
            }
            let kinds = kinds(&journal, START.plus(Seconds(1000)));
            assert_eq!((kinds.len(), kinds.last().map(String::as_str)), (book.most(), Some("client_denied")));
        }
    }

    #[test]
    fn an_entry_is_told_until_its_time_is_up_and_not_kept_longer() {
        for (book, days) in [(Book::Client, 1), (Book::Operator, 30)] {
            let first = noted(None, book, "first", START);
            let end = START.plus(Seconds::days(days));
            assert_eq!(first.as_ref().map(Journal::ends_at), Some(end));
            assert_eq!(kinds(&first, end.previous()), ["first"]);
            assert_eq!(kinds(&first, end), [""; 0]);
            let second = noted(first, book, "second", end);
            let json = serde_json::to_string(&second).unwrap();
            assert!(!json.contains("first") && json.contains("second"), "{json}");
        }
    }

    #[test]
    fn an_entry_is_small_whatever_was_sent() {
        let long = "\u{ac00}".repeat(10_000);
        let mut entry = JournalEntry::new(START, &long, &long).request(&long);
        for _ in 0..100 {
            entry = entry.with(&long, &long);
        }
        let size = serde_json::to_string(&entry).unwrap().len();
        assert!(size < 20_000, "{size}");
        assert_eq!((entry.details.len(), entry.kind.chars().count()), (12, 200));
    }

    #[test]
    fn what_a_refusal_quotes_is_a_detail() {
        let of = |reason: &str| JournalEntry::of_refusal(START, reason, "/authorize");
        let scope = of(r#"ScopeUnknown("ad\"m(in")"#);
        assert_eq!((scope.kind.as_str(), scope.detail("quoted")), ("ScopeUnknown", Some(r#"ad\"m(in"#)));
        for plain in ["Grant(RefreshReused)", "RedirectUriMismatch", "Strange(\"unclosed", ""] {
            assert_eq!((of(plain).kind.as_str(), of(plain).detail("quoted")), (plain, None));
        }
    }

    #[test]
    fn what_is_stored_reads_back() {
        let entry = JournalEntry::new(START, "a", "/b").request("c").with("d", "e");
        let (journal, _) = apply(None, JournalCommand::Note(Book::Operator, entry), START);
        let json = serde_json::to_string(&journal).unwrap();
        assert_eq!(serde_json::from_str::<Option<Journal>>(&json).unwrap(), journal);
    }
}
