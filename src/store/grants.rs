//! Grants: an object each. Never stale.

use async_trait::async_trait;

use crate::model::id::GrantId;
use crate::protocol::grant::{Command, Reply};
use crate::store::Unavailable;

/// Where grants are.
#[async_trait(?Send)]
pub trait Grants {
    /// An address that nobody has used.
    fn new_id(&self) -> Result<GrantId, Unavailable>;
    /// The address that belongs to a name: whoever says it comes to the same grant.
    fn named(&self, name: &str) -> Result<GrantId, Unavailable>;
    /// Sends a command to a grant.
    async fn send(&self, grant: GrantId, command: Command) -> Result<Reply, Unavailable>;
}
