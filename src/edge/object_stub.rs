//! Calls of Durable Objects: a command goes in as JSON, a reply comes out. By fetch: the SDK's objects have no RPC.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{ObjectNamespace, Stub};

use crate::base::opaque::Opaque;
use crate::edge::{Edge, unavailable};
use crate::model::id::{AccountId, GrantId, SubjectId};
use crate::model::username::Username;
use crate::protocol::account::{AccountCommand, AccountReply};
use crate::protocol::grant::{Command, Reply};
use crate::store::Unavailable;
use crate::store::accounts::Accounts;
use crate::store::calendar::{CalendarCommand, CalendarReply, Calendars};
use crate::store::grants::Grants;

impl Edge {
    fn namespace(&self, binding: &str) -> Result<ObjectNamespace, Unavailable> {
        self.env.durable_object(binding).map_err(unavailable)
    }

    fn stub(&self, binding: &str, address: &Opaque<32>) -> Result<Stub, Unavailable> {
        let namespace = self.namespace(binding)?;
        namespace.id_from_string(&to_hex(address)).and_then(|id| id.get_stub()).map_err(unavailable)
    }

    async fn call<C: Serialize, R: DeserializeOwned>(
        &self,
        stub: Stub,
        command: &C,
    ) -> Result<R, Unavailable> {
        self.meter.object_call();
        let json = serde_json::to_string(command).map_err(unavailable)?;
        let init = web_sys::RequestInit::new();
        init.set_method("POST");
        init.set_body(&json.into());
        let request = web_sys::Request::new_with_str_and_init("https://object/", &init);
        let request = request.map_err(|error| Unavailable(format!("{error:?}")))?;
        let mut response = stub.fetch_with_request(request.into()).await.map_err(unavailable)?;
        let text = response.text().await.map_err(unavailable)?;
        if response.status_code() != 200 {
            return Err(Unavailable(text));
        }
        serde_json::from_str(&text).map_err(unavailable)
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
        let namespace = self.namespace("GRANT")?;
        let id = namespace.unique_id().map_err(unavailable)?;
        address(&id.to_string()).map(GrantId)
    }

    async fn send(&self, grant: GrantId, command: Command) -> Result<Reply, Unavailable> {
        self.call(self.stub("GRANT", &grant.0)?, &command).await
    }
}

#[async_trait(?Send)]
impl Accounts for Edge {
    fn address(&self, username: &Username) -> Result<AccountId, Unavailable> {
        let namespace = self.namespace("ACCOUNT")?;
        let id = namespace.id_from_name(&username.account_name()).map_err(unavailable)?;
        address(&id.to_string()).map(AccountId)
    }

    async fn send(&self, account: AccountId, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        self.call(self.stub("ACCOUNT", &account.0)?, &command).await
    }
}

#[async_trait(?Send)]
impl Calendars for Edge {
    async fn send(&self, sub: SubjectId, command: CalendarCommand) -> Result<CalendarReply, Unavailable> {
        let stub = self.namespace("CALENDAR")?.get_by_name(&sub.to_string()).map_err(unavailable)?;
        self.call(stub, &command).await
    }
}
