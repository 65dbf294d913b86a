//! Why a proof is refused (RFC 9449 §4.3).

/// What is wrong with a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DpopRefusal {
    /// Not an algorithm that is spoken here, or not that of the key.
    Algorithm,
    /// A claim is missing or is not what it should be.
    Claims,
    /// No public key of a kind that is spoken here, or a private one.
    Key,
    /// Several proofs, or not a JWT.
    Malformed,
    /// Of a request with another method.
    Method,
    /// The nonce that has to be in it is missing (RFC 9449 §8).
    NonceMissing,
    /// A nonce that is not ours, or is no longer.
    NonceStale,
    /// Not the key that the code or the token is bound to.
    OtherKey,
    /// It was used before.
    Replayed,
    /// The signature is not that of the key.
    Signature,
    /// Made too long ago, or in the future.
    Stale,
    /// Not made for the access token beside it.
    TokenHash,
    /// Another type of JWT.
    Type,
    /// Of a request to another address.
    Uri,
}

impl DpopRefusal {
    /// Whether the caller has to try again with the nonce that this answer gives (RFC 9449 §8, §9).
    pub const fn asks_for_nonce(self) -> bool {
        matches!(self, Self::NonceMissing | Self::NonceStale)
    }

    /// The registered code.
    pub const fn code(self) -> &'static str {
        if self.asks_for_nonce() { "use_dpop_nonce" } else { "invalid_dpop_proof" }
    }

    /// For the developer.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Algorithm => "the DPoP proof must be signed with ES256 or RS256, as its key is",
            Self::Claims => "the DPoP proof must have jti, htm, htu and iat",
            Self::Key => {
                "the DPoP proof must have a public EC P-256 or RSA key in its header, and no private one"
            }
            Self::Malformed => "the DPoP header must be one JWT",
            Self::Method => "the htm of the DPoP proof is not the method of this request",
            Self::NonceMissing => "the DPoP proof must have the nonce of the DPoP-Nonce header",
            Self::NonceStale => {
                "the nonce of the DPoP proof is no longer good; use that of the DPoP-Nonce header"
            }
            Self::OtherKey => "the DPoP proof is by another key than what it comes with is bound to",
            Self::Replayed => "the DPoP proof was used before",
            Self::Signature => "the signature of the DPoP proof does not verify",
            Self::Stale => "the iat of the DPoP proof is more than a minute away",
            Self::TokenHash => "the ath of the DPoP proof must be the hash of the access token",
            Self::Type => "the typ of the DPoP proof must be dpop+jwt",
            Self::Uri => "the htu of the DPoP proof is not the address of this request",
        }
    }
}
