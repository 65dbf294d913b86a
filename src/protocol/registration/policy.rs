//! Who may register, and how the client is kept.

use serde_json::{Map, Value};

use crate::base::secret::Secret;
use crate::model::client_metadata::{ClientMetadata, MetadataError};
use crate::model::config::{Config, Registration};

/// How a new client is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In KV: somebody vouched for it.
    Stored,
    /// Sealed into its id: nothing is stored for strangers (P5).
    Sealed,
}

/// Why a registration request fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationRefusal {
    /// Nobody may register here.
    Closed,
    /// The metadata (RFC 7591 §3.2.2).
    Metadata(MetadataError),
    /// The body is not a JSON object.
    NotAnObject,
    /// The sealed id would be too long.
    TooLong,
    /// A token is needed.
    TokenMissing,
    /// Not the token, or not for this client.
    TokenWrong,
    /// RFC 7592 §2.2: the document names another client, or its secret.
    OtherClient,
}

impl RegistrationRefusal {
    /// Status and registered code.
    pub const fn code(&self) -> (u16, &'static str) {
        match self {
            Self::Closed => (403, "access_denied"),
            Self::Metadata(MetadataError::RedirectUri(_)) => (400, "invalid_redirect_uri"),
            Self::Metadata(MetadataError::Metadata(_))
            | Self::NotAnObject
            | Self::TooLong
            | Self::OtherClient => (400, "invalid_client_metadata"),
            Self::TokenMissing | Self::TokenWrong => (401, "invalid_token"),
        }
    }

    /// For the developer.
    pub fn description(&self) -> &str {
        match self {
            Self::Closed => "registration is closed",
            Self::Metadata(MetadataError::RedirectUri(reason) | MetadataError::Metadata(reason)) => reason,
            Self::NotAnObject => "the body must be a JSON object",
            Self::TooLong => {
                "the metadata is too large to register anonymously: shorten it, or register with a token"
            }
            Self::TokenMissing => "an access token is required to register here",
            Self::TokenWrong => "the access token is not valid here",
            Self::OtherClient => "client_id and client_secret must be those of this client",
        }
    }
}

/// Decides by the setting and by the initial access token (RFC 7591 §3).
///
/// # Errors
/// [`RegistrationRefusal`].
pub fn decide(config: &Config, token: Option<&Secret<String>>) -> Result<Keeping, RegistrationRefusal> {
    match (config.registration, token, &config.registration_token) {
        (Registration::Closed, _, _) => Err(RegistrationRefusal::Closed),
        (_, Some(token), Some(expected)) if token == expected => Ok(Keeping::Stored),
        (_, Some(_), _) => Err(RegistrationRefusal::TokenWrong),
        (Registration::Open, None, _) => Ok(Keeping::Sealed),
        (Registration::Token, None, _) => Err(RegistrationRefusal::TokenMissing),
    }
}

/// Decides by what the client registers: some grant types are only for clients that the operator vouched for, which an owner
/// who registers in the console is not.
///
/// # Errors
/// [`RegistrationRefusal::Metadata`].
pub fn check_vouched(vouched: bool, metadata: &ClientMetadata) -> Result<(), RegistrationRefusal> {
    match metadata.grant_types.iter().find(|grant_type| grant_type.needs_vouching()) {
        Some(grant_type) if !vouched => {
            let word = grant_type.word();
            let reason = format!("grant_types: {word} is only for clients that are registered with a token");
            Err(RegistrationRefusal::Metadata(MetadataError::Metadata(reason)))
        }
        _ => Ok(()),
    }
}

/// Reads the body.
///
/// # Errors
/// [`RegistrationRefusal::NotAnObject`].
pub fn parse_document(body: &[u8]) -> Result<Map<String, Value>, RegistrationRefusal> {
    serde_json::from_slice(body).map_err(|_| RegistrationRefusal::NotAnObject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_say_what_is_wrong() {
        let reason = MetadataError::RedirectUri("https://a#b has a fragment".into());
        assert_eq!(RegistrationRefusal::Metadata(reason).description(), "https://a#b has a fragment");
        assert_eq!(RegistrationRefusal::NotAnObject.description(), "the body must be a JSON object");
    }
}
