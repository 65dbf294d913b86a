//! The clock, read once a request.

use worker::Date;

use crate::base::time::UnixTime;

/// Now. In production it stands still between I/O.
pub fn now() -> UnixTime {
    UnixTime::from_millis(Date::now().as_millis())
}
