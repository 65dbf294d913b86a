//! JSON Web Tokens in compact JWS form with HS256 (RFC 7515, RFC 7519).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::base::{base64url, json};
use crate::jose::hs256::HmacKey;

/// Longest token that is looked at, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, deserialize_with = "json::is_there")]
    crit: bool,
}

/// A token taken apart, of which nothing has been believed but which key it names.
#[derive(Debug)]
pub struct Unverified<'a> {
    kid: String,
    signing_input: &'a str,
    payload: &'a str,
    tag: Vec<u8>,
}

/// Claims whose tag was right.
#[derive(Debug)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// The claims.
    pub fn into_claims(self) -> T {
        self.0
    }
}

/// Signs `claims`.
///
/// `None` only if the claims do not serialise, which plain structs always do.
pub fn sign<T: Serialize>(key: &HmacKey, kid: &str, typ: &str, claims: &T) -> Option<String> {
    // `kid` and `typ` are ours and need no escaping: the keyring admits letters, digits, `-` and `_` alone.
    let header = base64url::encode(format!(r#"{{"typ":"{typ}","alg":"HS256","kid":"{kid}"}}"#));
    let payload = base64url::encode(serde_json::to_vec(claims).ok()?);
    let signing_input = format!("{header}.{payload}");
    let tag = base64url::encode(key.sign(signing_input.as_bytes()));
    Some(format!("{signing_input}.{tag}"))
}

impl<'a> Unverified<'a> {
    /// Takes a token apart; `None` unless its header says HS256, this `typ` and a kid.
    ///
    /// RFC 8725 §3.1, §3.11: algorithm and type are the verifier's choice, never the token's.
    pub fn parse(token: &'a str, typ: &str) -> Option<Self> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signing_input, tag) = token.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        if payload.contains('.') {
            return None;
        }
        let header: Header = json::read_object(&base64url::decode(header)?)?;
        // RFC 7515 §4.1.9: the `application/` prefix may be written or left out.
        let said = header.typ?;
        let said = said.strip_prefix("application/").unwrap_or(&said);
        // RFC 7515 §4.1.11: an extension that is not understood must be refused; none is.
        if header.alg != "HS256" || !said.eq_ignore_ascii_case(typ) || header.crit {
            return None;
        }
        Some(Self { kid: header.kid?, signing_input, payload, tag: base64url::decode(tag)? })
    }

    /// Which key the token names. A hint for choosing among the verifier's own keys.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The claims, if `key` signed them.
    pub fn verify<T: DeserializeOwned>(&self, key: &HmacKey) -> Option<Verified<T>> {
        if !key.verifies(self.signing_input.as_bytes(), &self.tag) {
            return None;
        }
        json::read_object(&base64url::decode(self.payload)?).map(Verified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Claims {
        sub: String,
    }

    fn token(header: &str) -> String {
        let input = format!("{}.{}", base64url::encode(header), base64url::encode(r#"{"sub":"a"}"#));
        format!("{input}.{}", base64url::encode(HmacKey::new(&[1; 32]).sign(input.as_bytes())))
    }

    fn verify(token: &str) -> Option<Claims> {
        let token = Unverified::parse(token, "at+jwt")?;
        token.verify(&HmacKey::new(&[1; 32])).map(Verified::into_claims)
    }

    #[test]
    fn rfc_7515_appendix_a_1() {
        let key = base64url::decode(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        )
        .unwrap();
        let input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let tag = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap().chain_update(input).finalize();
        assert_eq!(base64url::encode(tag.into_bytes()), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn what_is_signed_verifies_and_any_other_key_does_not() {
        let claims = Claims { sub: "a".into() };
        let token = sign(&HmacKey::new(&[1; 32]), "k1", "at+jwt", &claims).unwrap();
        assert_eq!(verify(&token), Some(claims));
        let taken_apart = Unverified::parse(&token, "at+jwt").unwrap();
        assert_eq!(taken_apart.kid(), "k1");
        assert!(taken_apart.verify::<Claims>(&HmacKey::new(&[2; 32])).is_none());
    }

    #[test]
    fn foreign_algorithms_types_and_shapes_are_refused_even_when_correctly_signed() {
        assert!(verify(&token(r#"{"alg":"HS256","typ":"at+jwt","kid":"k"}"#)).is_some());
        assert!(verify(&token(r#"{"alg":"HS256","typ":"application/AT+JWT","kid":"k"}"#)).is_some());
        for header in [
            r#"{"alg":"none","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"RS256","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"hs256","typ":"at+jwt","kid":"k"}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"k"}"#,
            r#"{"alg":"HS256","kid":"k"}"#,
            r#"{"alg":"HS256","typ":"at+jwt"}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":1}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":"k","crit":["exp"]}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":"k","crit":null}"#,
            r#"["HS256","at+jwt","k"]"#,
            "[]",
            "",
        ] {
            assert_eq!(verify(&token(header)), None, "{header}");
        }
        let good = token(r#"{"alg":"HS256","typ":"at+jwt","kid":"k"}"#);
        for forged in [
            format!("{good}."),
            format!(".{good}"),
            good.replacen('.', "", 1),
            "..".into(),
            "x".repeat(20_000),
        ] {
            assert_eq!(verify(&forged), None);
        }
    }

    #[test]
    fn tokens_are_looked_at_up_to_a_length() {
        let head = format!("{}.", base64url::encode(r#"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#));
        let token = |length: usize| format!("{head}{}.AA", "A".repeat(length - head.len() - 3));
        assert!(Unverified::parse(&token(16 * 1024), "at+jwt").is_some());
        assert!(Unverified::parse(&token(16 * 1024 + 1), "at+jwt").is_none());
        assert!(Unverified::parse(&token(16 * 1024 + 2), "at+jwt").is_none());
    }
}
