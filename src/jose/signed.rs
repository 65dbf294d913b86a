//! JSON Web Tokens with any signature (RFC 7515, RFC 7519): made of claims, and taken apart before anything is believed.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{base64url, json};

/// Longest token that is looked at, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// What a token says of how it was signed. Nothing of it chooses how it is verified: the verifier compares.
#[derive(Clone, Debug, Deserialize)]
pub struct JwtHeader {
    /// The algorithm.
    pub alg: String,
    /// The type.
    #[serde(default)]
    pub typ: Option<String>,
    /// The key's name.
    #[serde(default)]
    pub kid: Option<String>,
    /// The key itself (RFC 9449 §4.2).
    #[serde(default)]
    pub jwk: Option<Value>,
    #[serde(default, deserialize_with = "json::is_there")]
    crit: bool,
}

/// A token taken apart.
#[derive(Debug)]
pub struct SignedJwt<'a> {
    /// What it says of itself.
    pub header: JwtHeader,
    /// What was signed.
    pub signing_input: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'a> SignedJwt<'a> {
    /// Takes a token apart; `None` where it is no compact JWS, or wants an extension understood (RFC 7515 §4.1.11).
    pub fn parse(token: &'a str) -> Option<Self> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signing_input, signature) = token.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        if payload.contains('.') {
            return None;
        }
        let header: JwtHeader = json::read_object(&base64url::decode(header)?)?;
        if header.crit {
            return None;
        }
        Some(Self {
            header,
            signing_input,
            signature: base64url::decode(signature)?,
            payload: base64url::decode(payload)?,
        })
    }

    /// Whether it says that it is of this type (RFC 8725 §3.11). The `application/` prefix may be left out.
    pub fn is_typed(&self, typ: &str) -> bool {
        self.header
            .typ
            .as_deref()
            .is_some_and(|said| said.strip_prefix("application/").unwrap_or(said).eq_ignore_ascii_case(typ))
    }

    /// What it claims. Worth nothing until the signature was verified; `None` where it is no JSON object (RFC 7519 §7.2).
    pub fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        json::read_object(&self.payload)
    }
}

/// What is to be signed: header and claims. `alg`, `typ` and `kid` are ours and need no escaping.
pub fn signing_input<T: Serialize>(alg: &str, typ: &str, kid: &str, claims: &T) -> Option<String> {
    let header = base64url::encode(format!(r#"{{"alg":"{alg}","typ":"{typ}","kid":"{kid}"}}"#));
    Some(format!("{header}.{}", base64url::encode(serde_json::to_vec(claims).ok()?)))
}

/// The whole token.
pub fn compact(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", base64url::encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_composed_comes_apart_again() {
        let input = signing_input("ES256", "JWT", "k", &json!({ "a": 1 })).unwrap();
        let token = compact(&input, b"sig");
        let parsed = SignedJwt::parse(&token).unwrap();
        assert_eq!((parsed.header.alg.as_str(), parsed.signing_input), ("ES256", input.as_str()));
        assert_eq!(parsed.signature, b"sig");
        assert!(parsed.is_typed("jwt") && !parsed.is_typed("at+jwt"));
        assert_eq!(parsed.claims::<Value>().unwrap()["a"], 1);
    }

    #[test]
    fn claims_are_an_object() {
        #[derive(serde::Deserialize)]
        struct Claims {
            sub: String,
        }
        let sub = |claims: &str| {
            let header = base64url::encode(r#"{"alg":"ES256"}"#);
            let token = format!("{header}.{}.AA", base64url::encode(claims));
            SignedJwt::parse(&token).unwrap().claims().map(|claims: Claims| claims.sub)
        };
        assert_eq!(sub(r#" {"sub":"a"}"#).as_deref(), Some("a"));
        assert_eq!(sub(r#"["a"]"#), None);
    }

    #[test]
    fn what_is_no_compact_jws_is_refused() {
        let encode = |text: &str| base64url::encode(text);
        let good = format!("{}.{}.AA", encode(r#"{"alg":"ES256"}"#), encode("{}"));
        assert!(SignedJwt::parse(&good).is_some());
        for token in [
            String::new(),
            "a.b".into(),
            format!("{good}.AA"),
            format!("{}.{}.AA", encode(r#"{"alg":"ES256","crit":["exp"]}"#), encode("{}")),
            format!("{}.{}.AA", encode(r#"{"alg":"ES256","crit":null}"#), encode("{}")),
            format!("{}.{}.AA", encode(r#"["ES256",null,null,null]"#), encode("{}")),
            format!("{}.{}.AA", encode(r#"{"alg":null}"#), encode("{}")),
            format!("{}.{}.AA", encode("null"), encode("{}")),
            format!("{}.{}.A", encode(r#"{"alg":"ES256"}"#), encode("{}")),
            format!("{good}{}", "A".repeat(MAX_LENGTH)),
        ] {
            assert!(SignedJwt::parse(&token).is_none(), "{token:.80}");
        }
    }
}
