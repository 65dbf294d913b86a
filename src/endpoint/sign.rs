//! JWTs that we sign for others to verify: ID tokens, userinfo and introspection answers, logout tokens.

use serde::Serialize;

use crate::endpoint::World;
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::signed;
use crate::store::Unavailable;

/// Signs claims with the key of the day. No I/O where the keys are at hand.
pub async fn jwt<T: Serialize>(
    world: &World<'_>,
    algorithm: SigningAlgorithm,
    typ: &str,
    claims: &T,
) -> Result<String, Unavailable> {
    let keys = world.signing_keys.current(world.keyring).await?;
    let missing = || Unavailable(format!("no key to sign {} with", algorithm.word()));
    let key = keys.signer(algorithm, world.now).ok_or_else(missing)?;
    let input = signed::signing_input(algorithm.word(), typ, &key.kid, claims).ok_or_else(missing)?;
    let signature = world.signing_keys.sign(world.keyring, key, input.as_bytes()).await?;
    Ok(signed::compact(&input, &signature))
}
