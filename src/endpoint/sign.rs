//! JWTs that we sign for others to verify: ID tokens, userinfo and introspection answers.

use serde::Serialize;

use crate::endpoint::World;
use crate::jose::algorithm::SigningAlgorithm;
use crate::store::Unavailable;
use crate::store::signing_keys::sign_jwt;

/// Signs claims with the key of the day. No I/O where the keys are at hand.
pub async fn jwt<T: Serialize>(
    world: &World<'_>,
    algorithm: SigningAlgorithm,
    typ: &str,
    claims: &T,
) -> Result<String, Unavailable> {
    sign_jwt(world.signing_keys, world.keyring, algorithm, typ, claims, world.now).await
}
