//! The clock, read once a request.

use crate::base::time::UnixTime;

/// Now. In production it stands still between I/O.
pub fn now() -> UnixTime {
    UnixTime::from_millis(js_sys::Date::now() as u64)
}
