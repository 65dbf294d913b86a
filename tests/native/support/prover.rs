//! A client that shows its key with each request (RFC 9449).

use std::cell::Cell;

use postern::base::base64url;
use postern::base::digest::sha256_text;
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::jwk::Jwk;
use postern::store::memory_signatures::{key_pair, sign};
use serde_json::{Value, json};

use super::{Answer, Browser, Client, Harness, ISSUER, Sent};

/// The key of a client, and how many proofs it has made.
pub struct Prover {
    pub key: Jwk,
    made: Cell<u32>,
}

impl Prover {
    pub fn new(n: u64) -> Self {
        Self::of(SigningAlgorithm::Es256, n)
    }

    pub fn of(algorithm: SigningAlgorithm, n: u64) -> Self {
        Self { key: key_pair(algorithm, n).public, made: Cell::new(0) }
    }

    /// A proof for a request, with some claims replaced, `null` for none.
    pub fn proof(&self, harness: &Harness, method: &str, path: &str, changes: Value) -> String {
        self.made.set(self.made.get() + 1);
        let mut claims = json!({
            "jti": format!("proof {}", self.made.get()),
            "htm": method,
            "htu": format!("{ISSUER}{path}"),
            "iat": harness.now().seconds(),
        });
        let members = claims.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        members.retain(|_, value| !value.is_null());
        let header = json!({
            "typ": "dpop+jwt",
            "alg": self.key.algorithm().word(),
            "jwk": Value::Object(self.key.to_json()),
        });
        let input =
            format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
        format!("{input}.{}", base64url::encode(sign(&self.key, input.as_bytes())))
    }

    /// A request to the token endpoint with a proof.
    pub fn token(&self, client: &Client<'_>, pairs: &[(&str, &str)]) -> Answer {
        let proof = self.proof(client.harness, "POST", "/token", json!({}));
        client.harness.send(client.sent("/token", pairs).with("dpop", &proof))
    }

    pub fn redeem(&self, client: &Client<'_>, code: &str) -> Answer {
        self.token(client, &client.redemption(code))
    }

    pub fn refresh(&self, client: &Client<'_>, token: &str) -> Answer {
        self.token(client, &refreshing(token))
    }

    /// Access token and refresh token of a fresh grant.
    pub fn tokens(&self, client: &Client<'_>, browser: &Browser<'_>) -> (String, String) {
        let tokens = self.redeem(client, &client.code(browser)).json();
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    /// A request with a token and a proof for it.
    pub fn sent(&self, harness: &Harness, method: &str, path: &str, token: &str) -> Sent {
        let proof = self.proof(harness, method, path, json!({ "ath": sha256_text(token) }));
        bound(method, path, token).with("dpop", &proof)
    }

    pub fn get(&self, harness: &Harness, path: &str, token: &str) -> Answer {
        harness.send(self.sent(harness, "GET", path, token))
    }
}

pub fn bound(method: &str, path: &str, token: &str) -> Sent {
    let sent = Sent { method: method.into(), ..Sent::get(path) };
    sent.with("authorization", &format!("DPoP {token}"))
}

pub fn refreshing(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}
