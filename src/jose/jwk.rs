//! Public keys as JSON (RFC 7517, RFC 7518 §6), and their thumbprints (RFC 7638).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::base::base64url;
use crate::base::digest::sha256_text;
use crate::jose::algorithm::SigningAlgorithm;

/// Fewest bytes of an RSA modulus: 2,048 bits (RFC 7518 §3.3), so that the first bit of as many is set.
const MIN_MODULUS: usize = 256;
/// Most bytes of one: what is longer only costs time.
const MAX_MODULUS: usize = 512;
/// Members that are no part of a public key (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key of a kind that we verify with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Jwk {
    /// A point on P-256.
    Ec {
        /// 32 bytes, base64url.
        x: String,
        /// 32 bytes, base64url.
        y: String,
    },
    /// Modulus and exponent.
    Rsa {
        /// 2,048 to 4,096 bits, base64url.
        n: String,
        /// Base64url.
        e: String,
    },
}

impl Jwk {
    /// Reads a key; `None` for other kinds, for keys with a private part, and for lengths out of bounds.
    pub fn parse(value: &Value) -> Option<Self> {
        // RFC 9449 §4.3: "MUST NOT contain a private key"; nobody should ever send one.
        if is_private(value) {
            return None;
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        match text("kty")? {
            "EC" if text("crv") == Some("P-256") => {
                let coordinate = |name| text(name).filter(|t| base64url::decode_array::<32>(t).is_some());
                Some(Self::Ec { x: coordinate("x")?.to_owned(), y: coordinate("y")?.to_owned() })
            }
            "RSA" => {
                let (n, e) = (base64url::decode(text("n")?)?, base64url::decode(text("e")?)?);
                let leading_zero = n.first() == Some(&0) || e.first() == Some(&0);
                let short = n.len() == MIN_MODULUS && n.first().is_some_and(|first| *first < 0x80);
                let sizes = (MIN_MODULUS..=MAX_MODULUS).contains(&n.len()) && (1..=4).contains(&e.len());
                let odd = e.last().is_some_and(|last| last % 2 == 1) && e != [1];
                (sizes && odd && !leading_zero && !short)
                    .then(|| Self::Rsa { n: base64url::encode(&n), e: base64url::encode(&e) })
            }
            _ => None,
        }
    }

    /// The algorithm that its kind is for.
    pub const fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::Ec { .. } => SigningAlgorithm::Es256,
            Self::Rsa { .. } => SigningAlgorithm::Rs256,
        }
    }

    /// As JSON, without anything that is not the key itself.
    pub fn to_json(&self) -> Map<String, Value> {
        let value = match self {
            Self::Ec { x, y } => json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }),
            Self::Rsa { n, e } => json!({ "kty": "RSA", "n": n, "e": e }),
        };
        value.as_object().cloned().unwrap_or_default()
    }

    /// RFC 7638 §3: SHA-256 of the required members in the order of their names, without blanks.
    pub fn thumbprint(&self) -> String {
        // Base64url needs no escaping.
        sha256_text(match self {
            Self::Ec { x, y } => format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        })
    }
}

/// Whether a key shows what only its holder should have.
pub fn is_private(value: &Value) -> bool {
    PRIVATE.iter().any(|member| value.get(*member).is_some())
}

/// A key of a set (RFC 7517 §5), with what it says it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedJwk {
    /// Its name in the set.
    pub kid: Option<String>,
    /// The key.
    pub key: Jwk,
}

/// Reads the signature keys of a set. Keys of kinds that are not used here, and keys for encryption, are passed over
/// (RFC 7517 §5: "SHOULD ignore JWKs within a JWK Set that use kty values that are not understood").
pub fn parse_set(document: &Value) -> Option<Vec<NamedJwk>> {
    let keys = document.get("keys")?.as_array()?;
    let mut found = Vec::new();
    for value in keys {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let Some(key) = Jwk::parse(value) else { continue };
        let named = text("alg").is_none_or(|alg| alg == key.algorithm().word());
        if named && text("use").is_none_or(|usage| usage == "sig") {
            found.push(NamedJwk { kid: text("kid").map(str::to_owned), key });
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_7638: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    fn ec() -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": base64url::encode([1; 32]), "y": base64url::encode([2; 32]) })
    }

    #[test]
    fn rfc_7638_section_3_1() {
        let key = Jwk::parse(&json!({ "kty": "RSA", "n": RFC_7638, "e": "AQAB", "kid": "x" })).unwrap();
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(key.algorithm(), SigningAlgorithm::Rs256);
        assert_eq!(Jwk::parse(&Value::Object(key.to_json())), Some(key));
    }

    #[test]
    fn foreign_private_short_and_strange_keys_are_refused() {
        assert!(Jwk::parse(&ec()).is_some());
        let with = |name: &str, value: Value| {
            let mut key = ec();
            key[name] = value;
            Jwk::parse(&key)
        };
        assert_eq!(with("d", json!("AA")), None);
        assert_eq!(with("crv", json!("P-384")), None);
        assert_eq!(with("kty", json!("oct")), None);
        assert_eq!(with("x", json!(base64url::encode([1; 31]))), None);
        assert_eq!(with("y", json!(1)), None);
        for (n, e) in
            [(&RFC_7638[..200], "AQAB"), (RFC_7638, ""), (RFC_7638, "AA"), (RFC_7638, "AQ"), (RFC_7638, "Ag")]
        {
            assert_eq!(Jwk::parse(&json!({ "kty": "RSA", "n": n, "e": e })), None, "{e}");
        }
        let rsa = |n: &[u8]| Jwk::parse(&json!({ "kty": "RSA", "n": base64url::encode(n), "e": "AQAB" }));
        assert!(rsa(&[0x80; 256]).is_some() && rsa(&[1; 257]).is_some());
        assert_eq!(rsa(&[0x7f; 256]), None, "2,047 bits");
        assert_eq!(Jwk::parse(&json!("x")), None);
    }

    #[test]
    fn a_set_gives_its_signature_keys_and_skips_the_rest() {
        let mut encryption = ec();
        encryption["use"] = json!("enc");
        let mut other = ec();
        other["alg"] = json!("ES384");
        let mut named = ec();
        named["kid"] = json!("1");
        let set = json!({ "keys": [encryption, other, { "kty": "OKP" }, named, ec()] });
        let kids: Vec<_> = parse_set(&set).unwrap().into_iter().map(|key| key.kid).collect();
        assert_eq!(kids, [Some("1".to_owned()), None]);
        assert_eq!(parse_set(&json!({})), None);
        assert_eq!(parse_set(&json!({ "keys": {} })), None);
    }
}
