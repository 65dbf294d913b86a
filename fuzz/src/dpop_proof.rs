//! DPoP proofs (RFC 9449 §4.3): what is admitted is for this request, of now, and by the key that it shows.

use postern::base::base64url;
use postern::base::digest::sha256_text;
use postern::base::time::{Seconds, UnixTime};
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::Jwk;
use postern::protocol::dpop::{DpopRefusal, Expected, MAX_AGE, UnverifiedProof, make_nonce, read_proof};
use postern::store::memory_signatures::key_pair;
use serde_json::{Value, json};
use url::Url;

use crate::support::ISSUER;
use crate::world::{NOW, filled, flipped, is_genuine, keyring, signed, text, two};

/// An access token that a proof may come with.
pub const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

/// A header that somebody sent; and a header and claims (its two lines), in which `{jwk}`, `{rsa}`, `{ath}` and `{nonce}`
/// stand for what is right, under a signature that is right.
pub fn dpop_proof(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let (own, rsa) =
        (key_pair(SigningAlgorithm::Es256, 1).public, key_pair(SigningAlgorithm::Rs256, 1).public);
    let (jwk, rsa) = (json!(own.to_json()).to_string(), json!(rsa.to_json()).to_string());
    let (ath, nonce) = (sha256_text(TOKEN), make_nonce(keyring(), NOW));
    let good = filled(sent, &[("jwk", &jwk), ("rsa", &rsa), ("ath", &ath), ("nonce", &nonce)]);
    let (header, claims) = two(&good);
    // By the key that is shown, whichever that is.
    let shown = serde_json::from_str::<Value>(header).ok().and_then(|header| Jwk::parse(&header["jwk"]));
    let proof = signed(shown.as_ref().unwrap_or(&own), header, claims);

    let (token, userinfo) = (format!("{ISSUER}/token"), format!("{ISSUER}/userinfo"));
    let at_token = Expected {
        method: "POST",
        uri: &token,
        access_token: None,
        nonce_required: false,
        keyring: keyring(),
        now: NOW,
    };
    let at_resource = Expected {
        method: "GET",
        uri: &userinfo,
        access_token: Some(TOKEN),
        nonce_required: true,
        ..at_token
    };
    for expected in [&at_token, &at_resource] {
        for header in [sent, &proof] {
            match read_proof(header, expected) {
                Ok(read) => admitted(header, expected, &read),
                Err(refusal) => assert_eq!(refusal.asks_for_nonce(), refusal.code() == "use_dpop_nonce"),
            }
        }
    }
}

fn admitted(proof: &str, expected: &Expected<'_>, read: &UnverifiedProof<'_>) {
    let parts: Vec<_> = proof.split('.').collect();
    let json = |at: usize| {
        let bytes = base64url::decode(parts[at]).expect("it was read");
        serde_json::from_slice::<Value>(&bytes)
    };
    assert_eq!(format!("{}.{}", read.signing_input, base64url::encode(&read.signature)), proof);
    // What another parser cannot hold (1e999 in a member that is passed over) is no matter.
    if let (Ok(header), Ok(claims)) = (json(0), json(1)) {
        assert_eq!(
            header["typ"].as_str().map(|typ| typ.to_ascii_lowercase().ends_with("dpop+jwt")),
            Some(true)
        );
        assert_eq!(header["alg"], read.key.algorithm().word());
        assert_eq!(Jwk::parse(&header["jwk"]).as_ref(), Some(&read.key));
        assert_eq!(read.jkt, read.key.thumbprint());
        assert_eq!(claims["htm"], expected.method);
        same_address(claims["htu"].as_str().expect("text"), expected.uri);
        assert!(claims["jti"].as_str().is_some_and(|id| (1..=128).contains(&id.len())));
        let made = claims["iat"].as_f64().expect("a number").floor() as u64;
        assert_eq!(read.once.until.seconds(), made + 2 * MAX_AGE.0);
        let hash = expected.access_token.map(sha256_text);
        assert!(hash.is_none_or(|hash| claims["ath"] == hash));
        assert!(!expected.nonce_required || claims["nonce"] == make_nonce(expected.keyring, expected.now));
        let at = |now| read_proof(proof, &Expected { now, ..*expected }).map(|_| ());
        let (end, start) =
            (UnixTime::from_seconds(made).plus(MAX_AGE), UnixTime::from_seconds(made - MAX_AGE.0));
        assert_eq!(at(end), Err(DpopRefusal::Stale));
        assert_eq!(at(start.previous()), Err(DpopRefusal::Stale));
        assert!(at(end.plus(Seconds(3600))).is_err());
    }
    let elsewhere = |expected| read_proof(proof, &expected).map(|_| ());
    assert_eq!(elsewhere(Expected { method: "PUT", ..*expected }), Err(DpopRefusal::Method));
    for uri in ["https://evil.example/token", "https://as.example/", "http://as.example/token"] {
        assert_eq!(elsewhere(Expected { uri, ..*expected }), Err(DpopRefusal::Uri));
    }
    let other = Expected { access_token: Some("another"), ..*expected };
    // Only by a hash that fits can it be for that one.
    assert_eq!(elsewhere(other), Err(DpopRefusal::TokenHash));
    if is_genuine(&read.key, proof) {
        for forged in flipped(proof) {
            let forged_key = read_proof(&forged, expected).ok().map(|read| read.key);
            assert!(forged_key.is_none_or(|key| !is_genuine(&key, &forged)), "{forged}");
        }
    }
}

/// RFC 9449 §4.3: the same address, its query and fragment aside. By RFC 3986, not as browsers repair it.
fn same_address(said: &str, expected: &str) {
    let address = said.split(['?', '#']).next().unwrap_or_default();
    assert!(address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")), "{said}");
    let authority = address[8..].split('/').next().unwrap_or_default();
    assert!(!authority.is_empty() && !authority.contains(['@', '\\']), "{said}");
    assert!(address.bytes().all(|b| b.is_ascii_graphic()), "{said}");
    assert_eq!(Url::parse(address).expect("a URL"), Url::parse(expected).expect("a URL"));
}
