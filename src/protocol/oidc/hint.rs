//! `id_token_hint`: an ID token that comes back, to say who is meant (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).

use serde::Deserialize;

use crate::base::time::UnixTime;
use crate::jose::jwk::Jwk;
use crate::jose::signed::SignedJwt;
use crate::model::issuer::Issuer;
use crate::model::signing_key::KeySet;

/// What a hint says. It may have expired (RP-Initiated Logout §2: "SHOULD accept ID Tokens ... even when the exp time has
/// passed").
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdTokenHint {
    /// Who is meant, as the client sees them.
    pub sub: String,
    /// The client it was issued to.
    pub aud: String,
    /// The session, as the client sees it.
    #[serde(default)]
    pub sid: Option<String>,
    iss: String,
    // What only ID tokens have: a signed userinfo answer is none (RFC 8725 §3.11).
    #[serde(rename = "exp")]
    _exp: u64,
    #[serde(rename = "at_hash")]
    _at_hash: String,
}

/// Reads a hint that one of the published keys is said to have signed; with it the key that has to confirm that.
pub fn read_hint<'a>(
    jwt: &SignedJwt<'_>,
    keys: &'a KeySet,
    issuer: &Issuer,
    now: UnixTime,
) -> Option<(IdTokenHint, &'a Jwk)> {
    let key = keys.published(jwt.header.kid.as_deref()?, now)?;
    if jwt.header.alg != key.algorithm().word() || !jwt.is_typed("JWT") {
        return None;
    }
    let hint: IdTokenHint = jwt.claims()?;
    (hint.iss == issuer.as_str()).then_some((hint, &key.public))
}
