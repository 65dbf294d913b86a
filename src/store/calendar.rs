//! Calendars: an object for each owner.

use async_trait::async_trait;

use crate::model::id::SubjectId;
use crate::protocol::calendar::{CalendarCommand, CalendarReply};
use crate::store::Unavailable;

/// Where calendars are.
#[async_trait(?Send)]
pub trait Calendars {
    /// Sends a command to an owner's calendar.
    async fn send(&self, sub: SubjectId, command: CalendarCommand) -> Result<CalendarReply, Unavailable>;
}
