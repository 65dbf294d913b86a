//! Assertions of clients, good and otherwise, and what clients publish.

use postern::base::base64url;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::hs256::HmacKey;
use postern::jose::jwk::Jwk;
use postern::store::memory_signatures::{key_pair, sign};
use postern::store::web::Document;
use serde_json::{Value, json};

use super::{Answer, Client, Harness, ISSUER, Sent};

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub fn key(algorithm: SigningAlgorithm, n: u64) -> Jwk {
    key_pair(algorithm, n).public
}

pub fn es256(n: u64) -> Jwk {
    key(SigningAlgorithm::Es256, n)
}

/// A set of keys, each with a name where it has one.
pub fn set(keys: &[(&Jwk, Option<&str>)]) -> Value {
    let keys = keys.iter().map(|(key, kid)| {
        let mut json = key.to_json();
        json.extend(kid.map(|kid| ("kid".to_owned(), json!(kid))));
        json
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}

pub fn publish(harness: &Harness, uri: &str, cache_control: &str, body: &Value) {
    let document = Document {
        status: 200,
        content_type: "application/json".into(),
        cache_control: cache_control.into(),
        body: body.to_string().into_bytes(),
    };
    harness.memory.documents.borrow_mut().insert(uri.into(), document);
}

pub fn fetched(harness: &Harness) -> usize {
    harness.memory.fetched.take().len()
}

/// Claims that are in order, with an id of their own.
pub fn claims(client: &Client<'_>) -> Value {
    thread_local!(static NEXT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
    let n = NEXT.replace(NEXT.get() + 1);
    let now = client.harness.now().seconds();
    json!({ "iss": client.id, "sub": client.id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": format!("j{n}") })
}

pub fn with(client: &Client<'_>, member: &str, value: Value) -> Value {
    let mut claims = claims(client);
    claims[member] = value;
    claims
}

pub fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let input =
        format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
    let signature = sign(input.as_bytes());
    format!("{input}.{}", base64url::encode(signature))
}

pub fn by(key: &Jwk, kid: Option<&str>, claims: &Value) -> String {
    let mut header = json!({ "alg": key.algorithm().word() });
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    signed(&header, claims, |message| sign(key, message))
}

pub fn under(secret: &str, claims: &Value) -> String {
    let key = HmacKey::of_bytes(secret.as_bytes());
    signed(&json!({ "alg": "HS256" }), claims, |message| key.sign(message).to_vec())
}

pub fn sent(target: &str, assertion: &str, pairs: &[(&str, &str)]) -> Sent {
    let own = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)];
    Sent::form(target, &[pairs, &own].concat())
}

/// Introspects nothing: who is let in hears that it is inactive.
pub fn introspect(client: &Client<'_>, assertion: &str) -> Answer {
    client.harness.send(sent("/introspect", assertion, &[("token", "x")]))
}

#[track_caller]
pub fn assert_admitted(answer: &Answer) {
    assert_eq!((answer.status, answer.json()["active"].as_bool()), (200, Some(false)), "{answer:?}");
}

#[track_caller]
pub fn assert_refused(answer: &Answer, why: &str) {
    answer.assert_error(401, "invalid_client");
    assert_eq!(answer.header("www-authenticate"), "", "no header was tried");
    assert_eq!(answer.refusal.as_deref(), Some(format!("Assertion({why})").as_str()));
}

/// A client that is kept in KV, or in its id.
pub fn kept(harness: &Harness, stored: bool, members: Value) -> Client<'_> {
    if stored { Client::stored(harness, members) } else { Client::register(harness, members) }
}

pub fn private_key_client<'a>(harness: &'a Harness, jwks: &Value) -> Client<'a> {
    Client::register(harness, json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks }))
}
