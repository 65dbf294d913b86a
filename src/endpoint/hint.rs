//! ID tokens that come back as hints: our own signature is checked, by a key that is at hand.

use crate::endpoint::World;
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::signed::SignedJwt;
use crate::protocol::oidc::{IdTokenHint, read_hint};
use crate::store::Unavailable;

/// What a hint says; `None` where it was not signed here.
pub async fn verified_hint(world: &World<'_>, token: &str) -> Result<Option<IdTokenHint>, Unavailable> {
    let Some(jwt) = SignedJwt::parse(token) else { return Ok(None) };
    let keys = world.signing_keys.current(world.keyring).await?;
    let Some((hint, key)) = read_hint(&jwt, &keys, &world.issuer, world.now) else { return Ok(None) };
    let genuine = world.signatures.verify(key, jwt.signing_input.as_bytes(), &jwt.signature).await?;
    Ok(genuine.then_some(hint))
}

/// Whether what looks like an ID token names a key that is not published, now or any more.
pub async fn names_no_key(world: &World<'_>, token: &str) -> Result<bool, Unavailable> {
    let signed =
        |jwt: &SignedJwt<'_>| jwt.is_typed("JWT") && SigningAlgorithm::parse(&jwt.header.alg).is_some();
    let jwt = SignedJwt::parse(token).filter(signed);
    let Some(kid) = jwt.and_then(|jwt| jwt.header.kid) else { return Ok(false) };
    let keys = world.signing_keys.current(world.keyring).await?;
    Ok(keys.published(&kid, world.now).is_none())
}
