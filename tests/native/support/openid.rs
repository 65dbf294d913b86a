//! What OpenID Connect adds: sign-ins, and tokens that are verified with the keys anyone can fetch.

use postern::base::base64url;
use postern::base::digest::sha256;
use postern::jose::jwk::Jwk;
use postern::jose::signed::{SignedJwt, compact};
use postern::store::memory_signatures::sign;
use serde_json::Value;

use super::{Answer, Browser, Client, Harness, Sent};

/// A JWT that one of the published keys has signed.
#[derive(Clone, Debug)]
pub struct Jwt {
    pub alg: String,
    pub kid: String,
    pub claims: Value,
}

impl Jwt {
    #[track_caller]
    pub fn verified(harness: &Harness, token: &str) -> Self {
        Self::typed(harness, token, "JWT")
    }

    #[track_caller]
    pub fn typed(harness: &Harness, token: &str, typ: &str) -> Self {
        let jwt = SignedJwt::parse(token).unwrap_or_else(|| panic!("no JWT: {token}"));
        assert!(jwt.is_typed(typ));
        let (alg, kid) = (jwt.header.alg.clone(), jwt.header.kid.clone().unwrap());
        let jwk = published(harness, &kid).unwrap_or_else(|| panic!("{kid} is not published"));
        assert_eq!(jwk["alg"], alg.as_str());
        let key = Jwk::parse(&jwk).unwrap();
        assert_eq!(sign(&key, jwt.signing_input.as_bytes()), jwt.signature, "the signature");
        Self { alg, kid, claims: jwt.claims().unwrap() }
    }
}

/// The key that `/jwks.json` has under this name.
pub fn published(harness: &Harness, kid: &str) -> Option<Value> {
    let document = harness.get("/jwks.json").json();
    document["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).cloned()
}

/// Claims under another header, signed with the key of that name, as only its holder could.
pub fn signed(harness: &Harness, header: &Value, claims: &Value) -> String {
    let key = Jwk::parse(&published(harness, header["kid"].as_str().unwrap()).unwrap()).unwrap();
    let input =
        format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
    compact(&input, &sign(&key, input.as_bytes()))
}

/// The claims of a token of any kind, believed.
pub fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap()
}

/// OpenID Connect Core §3.1.3.6.
pub fn at_hash(access_token: &str) -> String {
    base64url::encode(&sha256(access_token)[..16])
}

pub fn userinfo(harness: &Harness, access_token: &str) -> Answer {
    harness.send(Sent::get("/userinfo").bearer(access_token))
}

impl Client<'_> {
    /// An authorization request that asks for a sign-in.
    pub fn asks(&self, changes: &[(&str, Option<&str>)]) -> String {
        let usual = [("scope", Some("openid")), ("nonce", Some("n-0S6_WzA2Mj"))];
        self.authorize(&[&usual, changes].concat())
    }

    /// Goes through with it: the owner, who is signed in, allows what is asked. The code.
    #[track_caller]
    pub fn signs_in(&self, browser: &Browser<'_>, changes: &[(&str, Option<&str>)]) -> String {
        let mut answer = browser.follow(browser.get(&self.asks(changes)));
        if answer.status == 200 {
            answer = browser.submit(&Browser::form(&answer.body, "/consent").set("decision", "allow"));
        }
        answer.redirected("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    /// The token response of a sign-in.
    #[track_caller]
    pub fn signed_in(&self, browser: &Browser<'_>, changes: &[(&str, Option<&str>)]) -> Value {
        let answer = self.redeem(&self.signs_in(browser, changes));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The verified ID token of a sign-in.
    #[track_caller]
    pub fn id_token(&self, browser: &Browser<'_>, changes: &[(&str, Option<&str>)]) -> Jwt {
        let tokens = self.signed_in(browser, changes);
        Jwt::verified(self.harness, text(&tokens, "id_token"))
    }
}

/// A member that has to be there.
#[track_caller]
pub fn text<'a>(document: &'a Value, name: &str) -> &'a str {
    document[name].as_str().unwrap_or_else(|| panic!("no {name} in {document}"))
}

impl Browser<'_> {
    /// Says something of the owner on the profile page.
    pub fn edit_profile(&self, fields: &[(&str, &str)]) -> Answer {
        let page = self.get("/account/profile");
        let form = Browser::form(&page.body, "/account/profile");
        self.submit(&fields.iter().fold(form, |form, (name, value)| form.set(name, value)))
    }
}
