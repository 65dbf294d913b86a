//! Token revocation (RFC 7009): either token of a grant ends the grant.

use crate::model::client_id::ClientId;
use crate::protocol::grant::{Command, Revoker};
use crate::protocol::introspection::PresentedToken;

/// What to tell the grant of a token in the name of the client that authenticated; the grant may still disagree. `None`
/// where the token itself says that it was issued to another (RFC 7009 §2.1).
pub fn revoke(token: PresentedToken, client_id: ClientId) -> Option<Command> {
    let revoker = match token {
        PresentedToken::Refresh(_) => Revoker::Client(client_id),
        PresentedToken::Access(access) if access.client_id == client_id => {
            Revoker::Bearer { client_id, sub: access.sub, audience: access.audience }
        }
        PresentedToken::Access(_) => return None,
    };
    Some(Command::Revoke(revoker))
}
