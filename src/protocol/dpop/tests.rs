use serde_json::{Value, json};

use super::*;
use crate::base::base64url;
use crate::base::digest::sha256_text;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;

/// RFC 9449 §4.1.
const AT_TOKEN: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
/// RFC 9449 §7.1.
const AT_RESOURCE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
/// The access token beside it.
const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const MADE: UnixTime = UnixTime::from_seconds(1_562_262_616);
const URI: &str = "https://server.example.com/token";

fn ring() -> Keyring {
    Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap()
}

fn expected(ring: &Keyring) -> Expected<'_> {
    Expected { method: "POST", uri: URI, access_token: None, nonce_required: false, keyring: ring, now: MADE }
}

/// The proof of the RFC with some members of its header and of its claims replaced, `null` for none.
fn with(header: Value, claims: Value) -> String {
    let mut parts = AT_TOKEN.split('.').map(|part| base64url::decode(part).unwrap());
    let mut changed = |changes: Value| {
        let mut said: Value = serde_json::from_slice(&parts.next().unwrap()).unwrap();
        let members = said.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            members.insert(name.clone(), value.clone());
        }
        members.retain(|_, value| !value.is_null());
        base64url::encode(said.to_string())
    };
    format!("{}.{}.AA", changed(header), changed(claims))
}

fn refusal(proof: &str) -> Option<DpopRefusal> {
    let ring = ring();
    read_proof(proof, &expected(&ring)).err()
}

#[test]
fn the_proofs_of_rfc_9449_are_read() {
    let ring = ring();
    let proof = read_proof(AT_TOKEN, &expected(&ring)).unwrap();
    // §6.1.
    assert_eq!(proof.jkt, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    assert_eq!(proof.once.until, MADE.plus(Seconds(120)));
    assert!(AT_TOKEN.starts_with(proof.signing_input) && proof.signature.len() == 64);
    let uri = "https://resource.example.org/protectedresource";
    let at_resource = Expected { method: "GET", uri, access_token: Some(ACCESS_TOKEN), ..expected(&ring) };
    let other = read_proof(AT_RESOURCE, &at_resource).unwrap();
    assert_eq!(other.jkt, proof.jkt);
    assert_ne!(other.once.id, proof.once.id);
}

#[test]
fn one_proof_and_nothing_else_is_in_the_header() {
    let twice = format!("{AT_TOKEN}, {AT_TOKEN}");
    let lines = format!("{AT_TOKEN},{AT_TOKEN}");
    for header in ["", "x", " ", &twice, &lines, &format!(" {AT_TOKEN}"), &AT_TOKEN[..300]] {
        assert_eq!(refusal(header), Some(DpopRefusal::Malformed), "{header}");
    }
}

#[test]
fn another_header_is_refused() {
    let with = |header| refusal(&with(header, json!({})));
    assert_eq!(with(json!({})), None);
    for typ in [json!(null), json!("JWT"), json!("at+jwt"), json!("dpop")] {
        assert_eq!(with(json!({ "typ": typ })), Some(DpopRefusal::Type), "{typ}");
    }
    for alg in ["none", "HS256", "RS256", "ES384", "es256", ""] {
        assert_eq!(with(json!({ "alg": alg })), Some(DpopRefusal::Algorithm), "{alg}");
    }
    let (x, y) = (base64url::encode([1; 32]), base64url::encode([2; 32]));
    for jwk in [
        json!(null),
        json!("x"),
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "d": x }),
        json!({ "kty": "oct", "k": x }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x }),
    ] {
        assert_eq!(with(json!({ "jwk": jwk })), Some(DpopRefusal::Key), "{jwk}");
    }
    assert_eq!(with(json!({ "crit": ["x"] })), Some(DpopRefusal::Malformed));
}

#[test]
fn claims_are_there_and_are_what_they_should_be() {
    let with = |claims| refusal(&with(json!({}), claims));
    for claims in [
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": "j".repeat(129) }),
        json!({ "jti": 1 }),
        json!({ "htm": null }),
        json!({ "htu": null }),
        json!({ "iat": null }),
        json!({ "iat": "1562262616" }),
        json!({ "iat": -1 }),
        json!({ "iat": 1e30 }),
        json!({ "iat": 1.5e300 }),
        json!({ "iat": -0.5 }),
        json!({ "nonce": 1 }),
    ] {
        assert_eq!(with(claims.clone()), Some(DpopRefusal::Claims), "{claims}");
    }
    assert_eq!(with(json!({ "jti": "j".repeat(128), "more": {} })), None);
    assert_eq!(with(json!({ "iat": 1_562_262_616.5 })), None);
    for htm in ["GET", "post", "POST ", ""] {
        assert_eq!(with(json!({ "htm": htm })), Some(DpopRefusal::Method), "{htm}");
    }
}

#[test]
fn an_address_is_compared_after_normalisation_and_without_its_query() {
    let with = |htu: &str| refusal(&with(json!({}), json!({ "htu": htu })));
    for same in [
        URI,
        "https://server.example.com/token?x=1",
        "https://server.example.com/token#x",
        "HTTPS://SERVER.example.com/token",
        "https://server.example.com:443/token",
        "https://server.example.com/a/../token",
    ] {
        assert_eq!(with(same), None, "{same}");
    }
    for other in [
        "http://server.example.com/token",
        "https://server.example.com:8443/token",
        "https://server.example.com/token/",
        "https://server.example.com/Token",
        "https://server.example.com/",
        "https://server.example.com/introspect",
        "https://server.example.com.evil.example/token",
        "https://user@server.example.com/token",
        "https://@server.example.com/token",
        "https:server.example.com/token",
        "https:/server.example.com/token",
        "https:///server.example.com/token",
        "https://server.example.com\\token",
        " https://server.example.com/token",
        "https://server.example.com/to\nken",
        "/token",
        "",
    ] {
        assert_eq!(with(other), Some(DpopRefusal::Uri), "{other}");
    }
}

#[test]
fn a_proof_lives_for_a_minute_and_clocks_may_be_a_minute_apart() {
    let ring = ring();
    let at = |now| read_proof(AT_TOKEN, &Expected { now, ..expected(&ring) }).err();
    let minute_before = UnixTime::from_seconds(MADE.seconds() - 60);
    assert_eq!(at(minute_before), None);
    assert_eq!(at(minute_before.previous()), Some(DpopRefusal::Stale));
    assert_eq!(at(MADE.plus(MAX_AGE).previous()), None);
    assert_eq!(at(MADE.plus(MAX_AGE)), Some(DpopRefusal::Stale));
}

#[test]
fn beside_an_access_token_a_proof_names_it() {
    let ring = ring();
    let beside =
        |token, proof: &str| read_proof(proof, &Expected { access_token: token, ..expected(&ring) }).err();
    assert_eq!(beside(Some(ACCESS_TOKEN), AT_TOKEN), Some(DpopRefusal::TokenHash));
    let hash = sha256_text(ACCESS_TOKEN);
    assert_eq!(hash, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo", "RFC 9449 §7.1");
    let proof = with(json!({}), json!({ "ath": hash }));
    assert_eq!(beside(Some(ACCESS_TOKEN), &proof), None);
    assert_eq!(beside(Some("another"), &proof), Some(DpopRefusal::TokenHash));
}

#[test]
fn a_nonce_is_ours_and_may_be_required() {
    let ring = ring();
    let nonce = make_nonce(&ring, MADE);
    let good = with(json!({}), json!({ "nonce": nonce }));
    let foreign = with(json!({}), json!({ "nonce": "x" }));
    for nonce_required in [false, true] {
        let read =
            |proof: &str, now| read_proof(proof, &Expected { nonce_required, now, ..expected(&ring) }).err();
        assert_eq!(read(&good, MADE), None);
        assert_eq!(read(&foreign, MADE), Some(DpopRefusal::NonceStale));
        assert_eq!(read(AT_TOKEN, MADE), nonce_required.then_some(DpopRefusal::NonceMissing));
        let later = with(json!({}), json!({ "nonce": nonce, "iat": MADE.seconds() + 300 }));
        assert_eq!(read(&later, MADE.plus(Seconds(300))), Some(DpopRefusal::NonceStale));
    }
}

#[test]
fn ids_of_different_keys_are_different_ids() {
    let ring = ring();
    let id = |proof: &str| read_proof(proof, &expected(&ring)).unwrap().once.id;
    let (x, y) = (base64url::encode([1; 32]), base64url::encode([2; 32]));
    let other_key = with(json!({ "jwk": { "kty": "EC", "crv": "P-256", "x": x, "y": y } }), json!({}));
    assert_ne!(id(AT_TOKEN), id(&other_key));
    assert_ne!(id(AT_TOKEN), id(&with(json!({}), json!({ "jti": "another" }))));
    assert_eq!(id(AT_TOKEN), id(&with(json!({}), json!({ "more": 1 }))), "whatever else it says");
}

#[test]
fn refusals_have_registered_codes_and_say_what_to_do() {
    assert_eq!(DpopRefusal::NonceMissing.code(), "use_dpop_nonce");
    assert_eq!(DpopRefusal::NonceStale.code(), "use_dpop_nonce");
    assert_eq!(DpopRefusal::Replayed.code(), "invalid_dpop_proof");
    assert!(DpopRefusal::NonceMissing.description().contains("DPoP-Nonce"));
}
