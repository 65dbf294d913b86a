//! An account, as far as a list of all of them shows it.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::id::{AccountId, SubjectId};
use crate::model::username::Username;

/// A row of the directory of accounts. The account itself decides; this only leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// Whose.
    pub sub: SubjectId,
    /// Where the account is.
    pub account: AccountId,
    /// The name that its owner signs in with.
    pub username: Username,
    /// When it was made.
    pub created_at: UnixTime,
    /// Whether an administrator stopped it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}
