//! Accounts: an object each, addressed by name. Never stale.

use async_trait::async_trait;

use crate::model::id::AccountId;
use crate::model::username::Username;
use crate::protocol::account::{AccountCommand, AccountReply};
use crate::store::Unavailable;

/// Where accounts are.
#[async_trait(?Send)]
pub trait Accounts {
    /// The address of the account of that name, whether it exists or not.
    fn address(&self, username: &Username) -> Result<AccountId, Unavailable>;
    /// Sends a command to an account.
    async fn send(&self, account: AccountId, command: AccountCommand) -> Result<AccountReply, Unavailable>;
}
