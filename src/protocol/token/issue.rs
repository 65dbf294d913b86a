//! Minting tokens, in this one place.

use serde::Serialize;

use crate::base::entropy::{Entropy, random_array};
use crate::base::opaque::Opaque;
use crate::base::time::Seconds;
use crate::jose::jws;
use crate::jose::keyring::{Accepts, Keyring};
use crate::model::access_token::{AccessTokenClaims, Confirmation, TYP};
use crate::model::id::GrantId;
use crate::model::issuer::Issuer;
use crate::model::purpose::access_label;
use crate::model::refresh_token::RefreshToken;
use crate::protocol::dpop;
use crate::protocol::grant::Issued;
use crate::protocol::token::exchange::ACCESS_TOKEN;

/// RFC 6749 §5.1. Has no `Debug`: it is made of secrets.
#[derive(Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// RFC 8693 §2.2.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    scope: String,
    /// OpenID Connect Core §3.1.3.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}

/// Mints what a grant allowed. `None` only where the root key that the grant remembers was removed.
pub fn issue(
    issued: &Issued,
    grant: GrantId,
    keyring: &Keyring,
    issuer: &Issuer,
    access_ttl: Seconds,
    entropy: &dyn Entropy,
) -> Option<TokenResponse> {
    let refresh_token = match &issued.refresh {
        Some(refresh) => {
            Some(RefreshToken { grant, generation: refresh.generation }.seal(keyring, &refresh.kid)?)
        }
        None => None,
    };
    let (terms, face) = (&issued.terms, issued.exchanged.as_deref());
    let audience = face.map_or(&terms.audience, |face| &face.audience);
    let own_end = issued.issued_at.plus(access_ttl);
    let expires_at = face.map_or(own_end, |face| face.until);
    let jkt = issued.jkt.clone();
    let kid = keyring.signing_kid();
    let key = keyring.key(kid, &access_label(audience), Accepts::Current)?;
    let scope = issued.scope.to_string();
    let claims = AccessTokenClaims {
        iss: issuer.to_string(),
        sub: terms.subject.clone(),
        aud: audience.clone(),
        client_id: face.map_or(&terms.client_id, |face| &face.client_id).clone(),
        scope: issued.scope.clone(),
        exp: expires_at.seconds(),
        iat: issued.issued_at.seconds(),
        jti: Opaque(random_array(entropy)),
        auth_time: terms.owner.map(|owner| owner.auth_time.seconds()),
        acr: terms.owner.map(|owner| owner.method.acr().to_owned()),
        cnf: jkt.map(|jkt| Confirmation { jkt }),
        act: face.and_then(|face| face.act.clone()),
        gid: grant,
    };
    let access_token = jws::sign(&key, kid, TYP, &claims)?;
    Some(TokenResponse {
        access_token,
        issued_token_type: face.map(|_| ACCESS_TOKEN),
        token_type: if claims.cnf.is_some() { dpop::SCHEME } else { "Bearer" },
        expires_in: claims.exp.saturating_sub(claims.iat),
        refresh_token,
        scope,
        id_token: None,
    })
}
