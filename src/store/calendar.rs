//! Calendars: an object for each owner.

use async_trait::async_trait;

use crate::protocol::calendar::{CalendarCommand, CalendarReply};
use crate::store::Unavailable;

/// Where calendars are.
#[async_trait(?Send)]
pub trait Calendars {
    /// Sends a command to the calendar of a subject.
    async fn send(&self, whose: &str, command: CalendarCommand) -> Result<CalendarReply, Unavailable>;
}
