//! ID tokens that come back as hints: our own signature is checked, by a key that is at hand.

use crate::endpoint::World;
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
