//! An authorization request that has passed every check.

use crate::base::time::Seconds;
use crate::model::pkce::CodeChallenge;
use crate::model::scope::Scope;

/// What a client asks for. Only [`check`](super::check) makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Never empty, all of it available to the client.
    pub scope: Scope,
    /// RFC 7636.
    pub challenge: CodeChallenge,
    /// The resource the tokens are for (RFC 8707), or the issuer.
    pub audience: String,
    /// What the client wants the owner to be asked.
    pub prompt: Prompt,
    /// How old a sign-in may be.
    pub max_age: Option<Seconds>,
}

/// OpenID Connect Core §3.1.2.1, `prompt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Show nothing.
    pub none: bool,
    /// Sign in again.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
}

impl Prompt {
    /// Reads the parameter.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ') {
            let flag = match word {
                "none" => &mut prompt.none,
                "login" => &mut prompt.login,
                "consent" => &mut prompt.consent,
                _ => return None,
            };
            *flag = true;
        }
        (!prompt.none || text == "none").then_some(prompt)
    }
}
