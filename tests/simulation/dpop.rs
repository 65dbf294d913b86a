//! DPoP (RFC 9449) as a client of the simulated world does it: a key, and a fresh proof for each attempt.

use postern::base::base64url;
use postern::base::digest::sha256_text;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::Jwk;
use postern::store::memory_signatures::{key_pair, sign};
use serde_json::{Value, json};

use crate::actors::Cast;
use crate::http::Sent;
use crate::ocean::ISSUER;

/// Its number; those of signing keys are small.
pub fn key(n: u64) -> Jwk {
    key_pair(SigningAlgorithm::Es256, 1_000_000 + n).public
}

/// A request with a proof of the key, for the access token that it carries if it does.
pub fn proven(cast: &Cast, key: &Jwk, sent: Sent, access_token: Option<&str>) -> Sent {
    let mut claims = json!({
        "jti": format!("proof {}", cast.unique()),
        "htm": sent.method,
        "htu": format!("{ISSUER}{}", sent.path()),
        "iat": cast.ocean.clock(0).seconds(),
    });
    if let Some(token) = access_token {
        claims["ath"] = json!(sha256_text(token));
    }
    let header =
        json!({ "typ": "dpop+jwt", "alg": key.algorithm().word(), "jwk": Value::Object(key.to_json()) });
    let input =
        format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
    let proof = format!("{input}.{}", base64url::encode(sign(key, input.as_bytes())));
    sent.with("dpop", &proof)
}
