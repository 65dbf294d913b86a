//! Why an authorization request fails: to the owner's face, or to the client through the redirect.

/// Refusals that must not leave this server, because nobody knows yet that the redirect URI is the client's
/// (RFC 6749 §4.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageRefusal {
    /// Broken escapes, broken UTF-8, or over 6 KB.
    Malformed,
    /// No client id, or two.
    NoClient,
    /// Never issued here, deleted, or denied.
    UnknownClient,
    /// No redirect URI, or two.
    NoRedirectUri,
    /// Not one of the client's.
    RedirectUriMismatch,
    /// A request that waited for its owner for too long, or was not sealed here.
    RequestExpired,
}

/// Errors that travel to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationError {
    /// The owner said no.
    AccessDenied,
    /// An essential `acr` that nothing here meets (Unmet Authentication Requirements §2).
    AcrUnmet,
    /// `claims` is not the JSON it should be.
    Claims,
    /// `prompt=none`, and the owner would have to be asked.
    ConsentRequired,
    /// `prompt=none`, and nobody is signed in.
    LoginRequired,
    /// No code challenge (RFC 7636 §4.4.1).
    ChallengeMissing,
    /// Not 43 characters of base64url.
    ChallengeMalformed,
    /// A method other than S256, or none, which means plain.
    ChallengeMethod,
    /// `id_token_hint` is not an ID token that this client got here.
    IdTokenHint,
    /// A `nonce` that is too long.
    Nonce,
    /// The client did not register the authorization code grant.
    GrantTypeNotRegistered,
    /// Not a whole number of seconds.
    MaxAge,
    /// An unknown prompt, or `none` with another.
    Prompt,
    /// The client registered that it pushes its requests (RFC 9126 §6).
    PushedRequestRequired,
    /// A parameter stands twice (RFC 6749 §3.1).
    Repeated(String),
    /// OpenID Connect Core §6: `request`.
    RequestNotSupported,
    /// OpenID Connect Core §6: `request_uri`.
    RequestUriNotSupported,
    /// OpenID Connect Core §7.2.1: `registration`.
    RegistrationNotSupported,
    /// RFC 8707 §2: not a resource of this server, or more than one.
    Resource,
    /// A response mode other than `query` and `form_post`.
    ResponseMode,
    /// No response type.
    ResponseTypeMissing,
    /// A response type other than `code`.
    ResponseTypeUnsupported,
    /// Nothing of the scope is for this client and this resource.
    ScopeEmpty,
    /// Not a scope (RFC 6749 §3.3).
    ScopeMalformed,
    /// A scope that there is not, or that the client did not register.
    ScopeUnknown(String),
}

impl AuthorizationError {
    /// The registered code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AcrUnmet => "unmet_authentication_requirements",
            Self::ConsentRequired => "consent_required",
            Self::LoginRequired => "login_required",
            Self::ChallengeMissing
            | Self::ChallengeMalformed
            | Self::ChallengeMethod
            | Self::Claims
            | Self::IdTokenHint
            | Self::MaxAge
            | Self::Nonce
            | Self::Prompt
            | Self::PushedRequestRequired
            | Self::Repeated(_)
            | Self::ResponseMode
            | Self::ResponseTypeMissing => "invalid_request",
            Self::GrantTypeNotRegistered => "unauthorized_client",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::Resource => "invalid_target",
            Self::ResponseTypeUnsupported => "unsupported_response_type",
            Self::ScopeEmpty | Self::ScopeMalformed | Self::ScopeUnknown(_) => "invalid_scope",
        }
    }

    /// For the developer.
    pub fn description(&self) -> String {
        match self {
            Self::AccessDenied => "the resource owner denied the request",
            Self::AcrUnmet => "no way to sign in here meets the acr that is asked for as essential",
            Self::Claims => "claims must be a JSON object as OpenID Connect Core 5.5 has it",
            Self::IdTokenHint => "id_token_hint must be an ID token that this client got from this server",
            Self::Nonce => "nonce must have at most 512 characters",
            Self::ConsentRequired => "the resource owner has to be asked for consent",
            Self::LoginRequired => "the resource owner has to sign in",
            Self::ChallengeMissing => "code_challenge is required (PKCE, RFC 7636)",
            Self::ChallengeMalformed => "code_challenge must be the base64url of a SHA-256, 43 characters",
            Self::ChallengeMethod => "code_challenge_method must be S256",
            Self::GrantTypeNotRegistered => "the client did not register the authorization_code grant type",
            Self::MaxAge => "max_age must be a whole number of seconds",
            Self::Prompt => {
                "prompt must be of none, login, consent, select_account and create; none stands alone"
            }
            Self::PushedRequestRequired => "this client has to push its authorization requests",
            Self::Repeated(name) => return format!("the parameter {} stands twice", printable(name)),
            Self::RequestNotSupported => "request objects are not supported",
            Self::RequestUriNotSupported => "request_uri is not supported",
            Self::RegistrationNotSupported => "the registration parameter is not supported",
            Self::Resource => "resource must be one resource of this server",
            Self::ResponseMode => "response_mode must be query or form_post",
            Self::ResponseTypeMissing => "response_type is missing",
            Self::ResponseTypeUnsupported => "response_type must be code",
            Self::ScopeEmpty => "nothing of the scope is available to this client at this resource",
            Self::ScopeMalformed => "scope must be scope tokens separated by single blanks",
            Self::ScopeUnknown(scope) => {
                return format!("the scope {} is not available to this client", printable(scope));
            }
        }
        .to_owned()
    }
}

/// RFC 6749 §4.1.2.1: descriptions are %x20-21 / %x23-5B / %x5D-7E.
fn printable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='!' | '#'..='[' | ']'..='~')).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_say_what_to_do_in_characters_that_may_travel() {
        assert_eq!(AuthorizationError::LoginRequired.description(), "the resource owner has to sign in");
        let repeated = AuthorizationError::Repeated("st\"a\\t\u{e9}e".into());
        assert_eq!(repeated.description(), "the parameter state stands twice");
        let long = AuthorizationError::ScopeUnknown("s".repeat(100)).description();
        assert_eq!(long, format!("the scope {} is not available to this client", "s".repeat(60)));
    }
}
