//! Token revocation (RFC 7009): either token of a grant ends the grant.

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::model::client_id::ClientId;
use crate::model::config::Config;
use crate::model::id::GrantId;
use crate::model::issuer::Issuer;
use crate::protocol::grant::{Command, Revoker};
use crate::protocol::introspection::PresentedToken;

/// A token that may be revoked: the grant to tell, if the grant agrees.
#[derive(Debug)]
pub struct Revocable(PresentedToken);

impl Revocable {
    /// Recognises a token; `None` for what is not ours, or is dead anyway (RFC 7009 §2.2: "invalid tokens do not cause
    /// an error").
    pub fn recognise(
        keyring: &Keyring,
        config: &Config,
        issuer: &Issuer,
        token: &str,
        now: UnixTime,
    ) -> Option<Self> {
        PresentedToken::recognise(keyring, config, issuer, token, now).map(Self)
    }

    /// The grant to tell.
    pub fn grant(&self) -> GrantId {
        self.0.grant()
    }

    /// What to tell it in the name of the client that authenticated. `None` where the token itself says that it was
    /// issued to another (RFC 7009 §2.1).
    pub fn into_command(self, client_id: ClientId) -> Option<Command> {
        let revoker = match self.0 {
            PresentedToken::Refresh(_) => Revoker::Client(client_id),
            PresentedToken::Access(access) if access.client_id == client_id => {
                Revoker::Bearer { client_id, sub: access.sub, audience: access.audience }
            }
            PresentedToken::Access(_) => return None,
        };
        Some(Command::Revoke(revoker))
    }
}
