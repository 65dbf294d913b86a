//! `grant_type=authorization_code` (RFC 6749 §4.1.3).

use crate::jose::keyring::Keyring;
use crate::model::authorization_code;
use crate::model::id::GrantId;
use crate::model::pkce::{CodeChallenge, CodeVerifier};
use crate::protocol::grant::{Command, Proven, Redeem};
use crate::protocol::token::TokenRefusal;
use crate::protocol::token::request::{Context, refresh_terms};

/// A code, and what must match it.
#[derive(Debug)]
pub struct CodeRequest {
    /// The grant that the code is of.
    pub grant: GrantId,
    redirect_uri: String,
    challenge: CodeChallenge,
}

impl CodeRequest {
    pub(super) fn parse(context: &Context<'_>, keyring: &Keyring) -> Result<Self, TokenRefusal> {
        let required = |name| context.form.value(name).ok_or(TokenRefusal::Parameter(name));
        let (code, redirect_uri) = (required("code")?, required("redirect_uri")?);
        let verifier = context.form.value("code_verifier").and_then(CodeVerifier::parse);
        let verifier = verifier.ok_or(TokenRefusal::Parameter("code_verifier"))?;
        Ok(Self {
            grant: authorization_code::open(keyring, code).ok_or(TokenRefusal::ForgedGrant)?,
            redirect_uri: redirect_uri.to_owned(),
            challenge: verifier.challenge(),
        })
    }

    pub(super) fn into_command(
        self,
        context: &Context<'_>,
        audience: Option<String>,
        proven: Proven,
        kid: &str,
    ) -> Command {
        Command::Redeem(Redeem {
            client_id: context.client.id.clone(),
            redirect_uri: self.redirect_uri,
            challenge: self.challenge,
            audience,
            refresh: refresh_terms(context.client, context.config),
            access_ttl: context.access_ttl(),
            kid: kid.to_owned(),
            proven,
        })
    }
}
