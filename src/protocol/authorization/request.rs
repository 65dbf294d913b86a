//! An authorization request that has passed every check.

use crate::base::time::Seconds;
use crate::model::claims_request::ClaimsRequest;
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
    /// For the ID token (OpenID Connect Core §3.1.2.1).
    pub nonce: Option<String>,
    /// The key that the code shall be redeemed with, by its thumbprint (RFC 9449 §10).
    pub jkt: Option<String>,
    /// What is asked for claim by claim.
    pub claims: ClaimsRequest,
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
    /// Let the owner choose an account.
    pub select_account: bool,
    /// Make an account (Initiating User Registration via OpenID Connect §4).
    pub create: bool,
}

impl Prompt {
    /// The words, for discovery.
    pub const WORDS: [&str; 5] = ["none", "login", "consent", "select_account", "create"];

    /// Whether the owner goes through the sign-in page even where somebody is signed in.
    pub const fn chooses(self) -> bool {
        self.select_account || self.create
    }

    /// Reads the parameter.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ') {
            let flag = match word {
                "none" => &mut prompt.none,
                "login" => &mut prompt.login,
                "consent" => &mut prompt.consent,
                "select_account" => &mut prompt.select_account,
                "create" => &mut prompt.create,
                _ => return None,
            };
            *flag = true;
        }
        (!prompt.none || text == "none").then_some(prompt)
    }
}
