//! Calls of Durable Objects: a command goes in as JSON, a reply comes out.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::json;
use crate::base::opaque::Opaque;
use crate::edge::task::end_of;
use crate::edge::{Edge, glue, thrown, unavailable};
use crate::model::id::{AccountId, GrantId};
use crate::model::username::Username;
use crate::protocol::account::{AccountCommand, AccountReply};
use crate::protocol::calendar::{CalendarCommand, CalendarReply};
use crate::protocol::grant::{Command, GrantRefusal, Reply};
use crate::protocol::signing_keys::{SigningKeysCommand, SigningKeysReply};
use crate::store::Unavailable;
use crate::store::accounts::Accounts;
use crate::store::calendar::Calendars;
use crate::store::grants::Grants;

impl Edge {
    /// An object's reply to a command; none where the id was not made for that class.
    pub async fn call<C: Serialize, R: DeserializeOwned>(
        &self,
        binding: &str,
        id: &str,
        command: &C,
    ) -> Result<Option<R>, Unavailable> {
        self.meter.object_call();
        let command = serde_json::to_string(command).map_err(unavailable)?;
        let reply = end_of(glue::call_object(&self.env, binding, id, &command)).await.map_err(thrown)?;
        reply.as_string().map(|reply| json::read(&reply).map_err(unavailable)).transpose()
    }
}

/// The platform writes object ids as 64 hex digits.
pub fn from_hex(text: &str) -> Option<Opaque<32>> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let start = at.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(start..start.checked_add(2)?)?, 16).ok()?;
    }
    Some(Opaque(bytes))
}

fn to_hex(address: &Opaque<32>) -> String {
    address.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn address(hex: &str) -> Result<Opaque<32>, Unavailable> {
    from_hex(hex).ok_or_else(|| Unavailable("an object id that is not 64 hex digits".into()))
}

#[async_trait(?Send)]
impl Grants for Edge {
    fn new_id(&self) -> Result<GrantId, Unavailable> {
        address(&glue::new_id(&self.env, "GRANT").map_err(thrown)?).map(GrantId)
    }

    fn named(&self, name: &str) -> Result<GrantId, Unavailable> {
        address(&glue::id_from_name(&self.env, "GRANT", name).map_err(thrown)?).map(GrantId)
    }

    async fn send(&self, grant: GrantId, command: Command) -> Result<Reply, Unavailable> {
        // An id of another deployment, or made up by the holder of an audience key: there is no such grant.
        let reply = self.call("GRANT", &to_hex(&grant.0), &command).await?;
        Ok(reply.unwrap_or(Reply::Refused(GrantRefusal::Unknown)))
    }
}

#[async_trait(?Send)]
impl Accounts for Edge {
    fn address(&self, username: &Username) -> Result<AccountId, Unavailable> {
        let id = glue::id_from_name(&self.env, "ACCOUNT", &username.account_name()).map_err(thrown)?;
        address(&id).map(AccountId)
    }

    async fn send(&self, account: AccountId, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        // A cookie of another deployment with the same root key.
        let reply = self.call("ACCOUNT", &to_hex(&account.0), &command).await?;
        Ok(reply.unwrap_or(AccountReply::SessionEnded))
    }
}

impl Edge {
    /// Asks the object of the signing keys.
    pub async fn signing_keys(&self, command: SigningKeysCommand) -> Result<SigningKeysReply, Unavailable> {
        let id = glue::id_from_name(&self.env, "SIGNING_KEYS", "signing-keys").map_err(thrown)?;
        let reply = self.call("SIGNING_KEYS", &id, &command).await?;
        reply.ok_or_else(|| Unavailable("signing keys without an address".into()))
    }
}

#[async_trait(?Send)]
impl Calendars for Edge {
    async fn send(&self, whose: &str, command: CalendarCommand) -> Result<CalendarReply, Unavailable> {
        let id = glue::id_from_name(&self.env, "CALENDAR", whose).map_err(thrown)?;
        let reply = self.call("CALENDAR", &id, &command).await?;
        reply.ok_or_else(|| Unavailable("a calendar without an address".into()))
    }
}
