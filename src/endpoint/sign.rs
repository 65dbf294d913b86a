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

/// Makes sure that signing cannot fail later. No I/O where the keys are at hand.
pub async fn prepare(world: &World<'_>, algorithm: SigningAlgorithm) -> Result<(), Unavailable> {
    let keys = world.signing_keys.current(world.keyring).await?;
    let missing = || Unavailable(format!("no key to sign {} with", algorithm.word()));
    let key = keys.signer(algorithm, world.now).ok_or_else(missing)?;
    world.signing_keys.prepare(world.keyring, key).await
}
