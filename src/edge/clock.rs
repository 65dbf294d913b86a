//! The clock, read once a request.

use crate::base::time::UnixTime;
use crate::edge::glue;

/// Now. In production it stands still between I/O.
pub fn now() -> UnixTime {
    UnixTime::from_millis(glue::now() as u64)
}
