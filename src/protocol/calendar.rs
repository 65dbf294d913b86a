//! The calendar of `/demo/calendar` and `/demo/mcp`: a resource to try the guards on. Each owner's is an object of its own.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::client_id::ClientId;

/// Entries that an owner may have.
pub const MAX_ENTRIES: usize = 100;
/// Longest title, in characters.
const MAX_TITLE: usize = 200;

/// Whether an entry may be called so.
pub fn is_title(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_TITLE && !text.chars().any(char::is_control)
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarEntry {
    /// What.
    pub title: String,
    /// When it was added.
    pub added_at: UnixTime,
    /// Which client added it.
    pub added_by: ClientId,
}

/// What the calendar answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarReply {
    /// Everything in it, oldest first.
    Entries(Vec<CalendarEntry>),
    /// The entry is in it.
    Added,
    /// It has 100 entries already.
    Full,
    /// Nothing is in it.
    Cleared,
}

/// What may be asked of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarCommand {
    /// List the entries.
    List,
    /// Add one.
    Add(CalendarEntry),
    /// Forget them all.
    Clear,
}

/// Applies a command to a calendar: what to save, if anything, and the answer.
pub fn apply(
    mut entries: Vec<CalendarEntry>,
    command: CalendarCommand,
) -> (Option<Vec<CalendarEntry>>, CalendarReply) {
    match command {
        CalendarCommand::List => (None, CalendarReply::Entries(entries)),
        CalendarCommand::Clear => (Some(Vec::new()), CalendarReply::Cleared),
        CalendarCommand::Add(_) if entries.len() >= MAX_ENTRIES => (None, CalendarReply::Full),
        CalendarCommand::Add(entry) => {
            entries.push(entry);
            (Some(entries), CalendarReply::Added)
        }
    }
}
