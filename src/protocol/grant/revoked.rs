//! The tombstone of a grant.

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::id::{AccountId, SubjectId};
use crate::protocol::grant::{FORM_LIFETIME, Revoker, Terms};

/// A grant that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// When its tokens and its form are dead, so that the record may go.
    pub(super) until: UnixTime,
    /// Whose list it is still on.
    pub(super) listed_by: Option<(AccountId, SubjectId)>,
}

impl Revoked {
    pub(super) fn of(terms: &Terms, until: UnixTime) -> Self {
        Self { until, listed_by: terms.listed_by() }
    }

    /// The owner's account revokes what a consent form may yet create.
    pub(super) fn before_creation(now: UnixTime) -> Self {
        Self { until: now.plus(FORM_LIFETIME).plus(FORM_LIFETIME), listed_by: None }
    }
}

impl Revoker {
    pub(super) fn may_revoke(&self, terms: &Terms) -> bool {
        match self {
            // RFC 7009 §2.1: "verifies whether the token was issued to the client making the revocation request".
            Self::Client(client_id) => *client_id == terms.client_id,
            Self::Bearer { client_id, sub, audience } => {
                *client_id == terms.client_id && *sub == terms.subject && *audience == terms.audience
            }
            Self::Owner => true,
        }
    }
}
