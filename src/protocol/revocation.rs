//! Token revocation (RFC 7009): either token of a grant ends the grant.

use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::model::config::Config;
use crate::model::id::GrantId;
use crate::model::issuer::Issuer;
use crate::protocol::introspection::PresentedToken;

/// The grant of a token that somebody wants to end; `None` for what is not ours, or is dead anyway
/// (RFC 7009 §2.2: "invalid tokens do not cause an error").
pub fn grant_of(
    keyring: &Keyring,
    config: &Config,
    issuer: &Issuer,
    token: &str,
    now: UnixTime,
) -> Option<GrantId> {
    PresentedToken::recognise(keyring, config, issuer, token, now).map(|token| token.grant())
}
