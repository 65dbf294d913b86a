//! DPoP proofs (RFC 9449): read, and their signatures verified. What they are good for is up to who asks.

use http::header::HeaderName;

use crate::endpoint::World;
use crate::endpoint::request::Request;
use crate::protocol::dpop::{DpopRefusal, Expected, read_proof};
use crate::protocol::grant::Once;
use crate::store::Unavailable;

/// Says the nonce that the next proof is to have (RFC 9449 §8).
pub const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// A key that a request has shown to hold.
pub struct ProvenKey {
    /// Its thumbprint.
    pub jkt: String,
    /// The proof's id. Whether it was used before has yet to be asked.
    pub once: Once,
}

/// The key that the proof `header` of a request shows. The answer will say the next nonce.
pub async fn prove(
    world: &World<'_>,
    request: &Request,
    path: &str,
    header: &str,
    access_token: Option<&str>,
) -> Result<Result<ProvenKey, DpopRefusal>, Unavailable> {
    world.gives_nonce.set(true);
    let expected = Expected {
        method: &request.method,
        uri: &format!("{}{path}", world.issuer),
        access_token,
        nonce_required: world.config.dpop_nonce_required,
        keyring: world.keyring,
        now: world.now,
    };
    let proof = match read_proof(header, &expected) {
        Ok(proof) => proof,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let verified = world.signatures.verify(&proof.key, proof.signing_input.as_bytes(), &proof.signature);
    Ok(match verified.await? {
        true => Ok(ProvenKey { jkt: proof.jkt, once: proof.once }),
        false => Err(DpopRefusal::Signature),
    })
}
