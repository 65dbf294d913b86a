//! Proof Key for Code Exchange (RFC 7636), S256 alone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::digest::sha256;
use crate::base::opaque::Opaque;

/// The only `code_challenge_method`: `plain` protects nobody (RFC 9700 §2.1.1).
pub const METHOD: &str = "S256";

/// SHA-256 of a verifier, as sent in the authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(Opaque<32>);

/// What only the client that started the flow knows.
#[derive(Clone)]
pub struct CodeVerifier(String);

impl CodeChallenge {
    /// From the 43 characters of RFC 7636 §4.2.
    pub fn parse(text: &str) -> Option<Self> {
        Opaque::parse(text).map(Self)
    }
}

impl CodeVerifier {
    /// From 43 to 128 unreserved characters (RFC 7636 §4.1).
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        ((43..=128).contains(&text.len()) && text.bytes().all(unreserved)).then(|| Self(text.to_owned()))
    }

    /// The challenge it answers (RFC 7636 §4.6).
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(Opaque(sha256(&self.0)))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7636_appendix_b() {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let challenge = CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert_eq!(verifier.challenge(), challenge);
    }

    #[test]
    fn challenges_of_wrong_length_alphabet_or_with_padding_are_refused() {
        let good = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        for bad in [&good[1..], &format!("{good}A"), &format!("{good}="), &good.replace('-', "+"), ""] {
            assert_eq!(CodeChallenge::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn verifiers_have_43_to_128_unreserved_characters() {
        assert!(CodeVerifier::parse(&"~".repeat(43)).is_some());
        assert!(CodeVerifier::parse(&"a".repeat(128)).is_some());
        for bad in ["a".repeat(42), "a".repeat(129), format!("{} ", "a".repeat(43)), "/".repeat(43)] {
            assert!(CodeVerifier::parse(&bad).is_none(), "{bad}");
        }
    }
}
