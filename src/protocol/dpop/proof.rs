//! One proof: a JWT that says which request it is for, signed by the key in its header (RFC 9449 §4.2, §4.3).

use serde::Deserialize;
use serde_json::Number;
use url::Url;

use crate::base::digest::{sha256, sha256_text};
use crate::base::opaque::Opaque;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::jwk::Jwk;
use crate::jose::keyring::Keyring;
use crate::jose::signed::SignedJwt;
use crate::protocol::dpop::{DpopRefusal, nonce};
use crate::protocol::grant::Once;

/// How far the `iat` of a proof may be from our clock, either way (RFC 9449 §11.1: "a relatively brief period"). Clients
/// make a proof for each request, so this is about clocks, not about time to live.
pub const MAX_AGE: Seconds = Seconds(60);

/// How much longer an id is remembered than its proof is accepted: the clock of what remembers may be ahead of the one
/// that looked at `iat`.
const REMEMBERED: Seconds = Seconds(MAX_AGE.0.saturating_mul(2));

/// Longest `jti`, in bytes.
const MAX_JTI: usize = 128;

/// The request that a proof has to be for.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its address, by our own name: never by the Host header.
    pub uri: &'a str,
    /// The access token beside it, where there is one.
    pub access_token: Option<&'a str>,
    /// Whether it must have a nonce of ours. One that is there has to be ours anyway.
    pub nonce_required: bool,
    /// What our nonces are made with.
    pub keyring: &'a Keyring,
    /// The time.
    pub now: UnixTime,
}

/// A proof that is right as far as it goes. Worth nothing until its signature was verified under its key.
#[derive(Debug)]
pub struct UnverifiedProof<'a> {
    /// The key it shows.
    pub key: Jwk,
    /// What was signed.
    pub signing_input: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    /// The key's thumbprint (RFC 7638).
    pub jkt: String,
    /// Good for one use.
    pub once: Once,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    /// A NumericDate, which may have fractions (RFC 7519 §2).
    iat: Number,
    #[serde(default)]
    ath: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
}

/// Reads the DPoP header of a request: everything of RFC 9449 §4.3 but signature, binding and replay.
///
/// # Errors
/// The first [`DpopRefusal`]. That of the nonce is the last one: who is asked to try again has nothing else to mend.
pub fn read_proof<'a>(header: &'a str, expected: &Expected<'_>) -> Result<UnverifiedProof<'a>, DpopRefusal> {
    // "There is not more than one DPoP HTTP request header field": the platform joins several with commas, which no
    // compact JWS contains; base64url refuses them.
    let jwt = SignedJwt::parse(header).ok_or(DpopRefusal::Malformed)?;
    if !jwt.is_typed("dpop+jwt") {
        return Err(DpopRefusal::Type);
    }
    let key = jwt.header.jwk.as_ref().and_then(Jwk::parse).ok_or(DpopRefusal::Key)?;
    if jwt.header.alg != key.algorithm().word() {
        return Err(DpopRefusal::Algorithm);
    }
    let claims: Claims = jwt.claims().ok_or(DpopRefusal::Claims)?;
    if claims.jti.is_empty() || claims.jti.len() > MAX_JTI {
        return Err(DpopRefusal::Claims);
    }
    if claims.htm != expected.method {
        return Err(DpopRefusal::Method);
    }
    if !is_same_uri(&claims.htu, expected.uri) {
        return Err(DpopRefusal::Uri);
    }
    let issued_at = whole_seconds(&claims.iat).ok_or(DpopRefusal::Claims)?;
    if issued_at > expected.now.plus(MAX_AGE) || expected.now >= issued_at.plus(MAX_AGE) {
        return Err(DpopRefusal::Stale);
    }
    // §4.2: "When the DPoP proof is used in conjunction with the presentation of an access token ... the DPoP proof MUST
    // also contain ... ath".
    if expected.access_token.is_some_and(|token| claims.ath.as_deref() != Some(&sha256_text(token))) {
        return Err(DpopRefusal::TokenHash);
    }
    match claims.nonce.as_deref() {
        None if expected.nonce_required => return Err(DpopRefusal::NonceMissing),
        Some(said) if !nonce::is_good(expected.keyring, said, expected.now) => {
            return Err(DpopRefusal::NonceStale);
        }
        _ => {}
    }
    let jkt = key.thumbprint();
    // An id is the client's own to choose: two keys may well choose the same.
    let once = Once { id: short_hash(&format!("{jkt} {}", claims.jti)), until: issued_at.plus(REMEMBERED) };
    Ok(UnverifiedProof { key, signing_input: jwt.signing_input, signature: jwt.signature, jkt, once })
}

fn short_hash(text: &str) -> Opaque<16> {
    let mut short = [0; 16];
    short.iter_mut().zip(sha256(text)).for_each(|(to, from)| *to = from);
    Opaque(short)
}

fn whole_seconds(date: &Number) -> Option<UnixTime> {
    let rounded =
        || date.as_f64().filter(|seconds| (0.0..1e15).contains(seconds)).map(|seconds| seconds as u64);
    date.as_u64().or_else(rounded).map(UnixTime::from_seconds)
}

/// RFC 9449 §4.3: "ignoring any query and fragment parts", and after normalisation (RFC 3986 §6.2.2, §6.2.3).
fn is_same_uri(said: &str, expected: &str) -> bool {
    if said == expected {
        return true;
    }
    let address = said.split(['?', '#']).next().unwrap_or_default();
    // What the parser would mend: blanks, line ends, backslashes; slashes too few or too many, and a user without a name.
    let (_, rest) = address.split_once("://").unwrap_or_default();
    let authority = rest.split('/').next().unwrap_or_default();
    let plain = address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !authority.is_empty()
        && !authority.contains('@');
    let normal = |text: &str| Url::parse(text).map(String::from).ok();
    plain && normal(address).is_some_and(|address| Some(address) == normal(expected))
}
