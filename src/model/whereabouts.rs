//! From what and from where an owner signed in, for their own eyes. Nothing is decided by it.

use serde::{Deserialize, Serialize};

use crate::model::country::Country;
use crate::model::user_agent::UserAgent;

/// Where a browser is, and what it is, as far as either is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<UserAgent>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Country>,
}
