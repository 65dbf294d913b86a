//! Assertions of clients (RFC 7523 §3): what lets a client in is its own, for this server, of now, and good once.

use postern::base::base64url;
use postern::base::form::Form;
use postern::base::secret::Secret;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::hs256::HmacKey;
use postern::jose::jwk::Jwk;
use postern::model::client::{Client, ClientProof};
use postern::model::client_extension::ClientKeys;
use postern::protocol::client_auth::{
    ASSERTION_TYPE, AssertionFault, Authentication, ClientAuthRefusal, Place, PresentedCredentials,
    authenticate,
};
use postern::protocol::grant::Once;
use postern::store::memory_signatures::{key_pair, sign};
use serde_json::{Value, json};

use crate::support::ISSUER;
use crate::world::{NOW, filled, flipped, issuer, registered, signed, text, two};

/// The secret of the client that shares one.
const SECRET: &str = "pcs_a-secret-of-properties";

/// An assertion that somebody sent; and a header and claims (its two lines), in which `{client}` stands for the client's
/// id, under the signature of its key and under a MAC of its secret.
pub fn client_assertion(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let keys = [key_pair(SigningAlgorithm::Es256, 1).public, key_pair(SigningAlgorithm::Rs256, 1).public];
    let (with_keys, with_secret) = clients(&keys);
    let good = filled(sent, &[("client", with_keys.id.as_str())]);
    let (header, claims) = two(&good);
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    let under = |key: &str| {
        let tag = HmacKey::of_bytes(key.as_bytes()).sign(input.as_bytes());
        format!("{input}.{}", base64url::encode(tag))
    };
    let [by_ec, by_rsa] = keys.each_ref().map(|key| signed(key, header, claims));
    for assertion in [sent, &by_ec, &by_rsa, &under(SECRET), &under(&json!(keys[0].to_json()).to_string())] {
        for client in [&with_keys, &with_secret] {
            let Some(once) = lets_in(assertion, client) else { continue };
            obeys(assertion, client, once);
            for forged in flipped(assertion) {
                assert_eq!(lets_in(&forged, client), None, "{forged}");
            }
        }
    }
}

/// One with keys of both kinds, one with a secret.
fn clients(keys: &[Jwk; 2]) -> (Client, Client) {
    let named = |key: &Jwk, kid: &str| {
        let mut json = key.to_json();
        json.insert("kid".into(), json!(kid));
        json
    };
    let jwks = json!({ "keys": [named(&keys[0], "ec"), named(&keys[1], "rsa")] });
    let uris = ["https://client.example/cb"];
    let with_keys =
        json!({ "redirect_uris": uris, "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks });
    let with_secret = json!({ "redirect_uris": uris, "token_endpoint_auth_method": "client_secret_jwt" });
    let proof = ClientProof::Derived(vec![Secret::new(SECRET.into())]);
    (registered(&with_keys), Client { proof, ..registered(&with_secret) })
}

/// What is spent, if it lets the client in: the way of the endpoint, which verifies signatures in between.
fn lets_in(assertion: &str, client: &Client) -> Option<Once> {
    let pairs = [("client_assertion", assertion), ("client_assertion_type", ASSERTION_TYPE)];
    let form = Form::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    let presented = match PresentedCredentials::read(None, &form) {
        Ok(presented) => presented,
        Err(refusal) => {
            assert_eq!(refusal, ClientAuthRefusal::Assertion(AssertionFault::Malformed));
            return None;
        }
    };
    let issuer = issuer();
    let place = Place { issuer: &issuer, path: "/revoke", now: NOW };
    match authenticate(presented, Some(client.clone()), &place).ok()? {
        Authentication::Proven(proven) => Some(proven.once().expect("it is spent")),
        Authentication::Claimed(claimant) => {
            let Some(ClientKeys::Here(keys)) = claimant.keys() else { panic!("it has keys") };
            let key = claimant.assertion.key_in(keys)?;
            let signature = sign(key, claimant.assertion.signing_input());
            let verified = match signature == claimant.assertion.signature() {
                true => Ok(()),
                false => Err(AssertionFault::Signature),
            };
            let proven = claimant.conclude(verified).ok()?;
            assert_eq!(proven.client().id, client.id);
            Some(proven.once().expect("it is spent"))
        }
    }
}

/// RFC 7523 §3, as another parser reads it.
fn obeys(assertion: &str, client: &Client, once: Once) {
    let mut parts = assertion.split('.').map(|part| base64url::decode(part).expect("it was read"));
    let mut json = || serde_json::from_slice::<Value>(&parts.next().expect("a part")).ok();
    let (Some(header), Some(claims)) = (json(), json()) else { return };
    let id = client.id.as_str();
    assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some(id), Some(id)));
    let audience = match &claims["aud"] {
        Value::Array(list) if list.len() == 1 => &list[0],
        audience => audience,
    };
    let own = [ISSUER.to_owned(), format!("{ISSUER}/token"), format!("{ISSUER}/revoke")];
    assert!(own.iter().any(|own| audience == own), "{audience}");
    let seconds = |name: &str| claims[name].as_f64();
    let now = NOW.seconds() as f64;
    let expires_at = seconds("exp").expect("a number");
    assert!(now < expires_at && expires_at < now + 361.0, "{expires_at}");
    assert_eq!(once.until.seconds(), expires_at as u64);
    for early in [seconds("nbf"), seconds("iat")] {
        assert!(early.is_none_or(|at| at < now + 61.0));
    }
    assert!(claims["jti"].as_str().is_some_and(|id| (1..=128).contains(&id.chars().count())));
    // RFC 8725 §3.1: the algorithm is that of the registration.
    let alg = header["alg"].as_str().unwrap_or_default();
    let shared = matches!(client.proof, ClientProof::Derived(_));
    assert_eq!(alg == "HS256", shared);
    assert!(shared || ["ES256", "RS256"].contains(&alg));
    let kid = header["kid"].as_str();
    assert!(shared || kid.is_none_or(|kid| kid == if alg == "ES256" { "ec" } else { "rsa" }));
}
