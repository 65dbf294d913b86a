//! What a client asks of the token endpoint.

use crate::base::form::Form;
use crate::jose::keyring::Keyring;
use crate::model::authorization_code;
use crate::model::client::Client;
use crate::model::config::Config;
use crate::model::grant_type::{GrantType, RefreshMode};
use crate::model::id::GrantId;
use crate::model::issuer::Issuer;
use crate::model::pkce::{CodeChallenge, CodeVerifier};
use crate::model::refresh_token::RefreshToken;
use crate::model::scope::Scope;
use crate::protocol::grant::{Command, Redeem, Refresh, RefreshTerms};
use crate::protocol::resource::audience_of;
use crate::protocol::token::TokenRefusal;

/// A token request of a grant type that the client registered.
#[derive(Debug)]
pub enum TokenRequest {
    /// RFC 6749 §4.1.3.
    Code(CodeRequest),
    /// RFC 6749 §6.
    Refresh(RefreshRequest),
}

/// A code, and what must match it.
#[derive(Debug)]
pub struct CodeRequest {
    grant: GrantId,
    redirect_uri: String,
    challenge: CodeChallenge,
    audience: Option<String>,
}

/// A refresh token, and what is asked of it.
#[derive(Debug)]
pub struct RefreshRequest {
    token: RefreshToken,
    scope: Option<Scope>,
    audience: Option<String>,
}

impl TokenRequest {
    /// Reads the form. A code or token that is not ours ends here, before any object is woken (P4).
    ///
    /// # Errors
    /// [`TokenRefusal`].
    pub fn parse(
        form: &Form,
        client: &Client,
        keyring: &Keyring,
        config: &Config,
        issuer: &Issuer,
    ) -> Result<Self, TokenRefusal> {
        let word = form.value("grant_type").ok_or(TokenRefusal::Parameter("grant_type"))?;
        let grant_type = GrantType::parse(word).ok_or(TokenRefusal::UnsupportedGrantType)?;
        if !client.metadata.may_use(grant_type) {
            return Err(TokenRefusal::GrantTypeNotRegistered);
        }
        // RFC 8707 §2.2: judged before the grant is touched.
        let asked = form.values("resource").next().is_some();
        let audience = audience_of(form, config, issuer).ok_or(TokenRefusal::Resource)?.identifier;
        let audience = asked.then_some(audience);
        match grant_type {
            GrantType::AuthorizationCode => {
                let code = form.value("code").ok_or(TokenRefusal::Parameter("code"))?;
                let redirect_uri =
                    form.value("redirect_uri").ok_or(TokenRefusal::Parameter("redirect_uri"))?;
                let verifier = form.value("code_verifier").and_then(CodeVerifier::parse);
                let verifier = verifier.ok_or(TokenRefusal::Parameter("code_verifier"))?;
                Ok(Self::Code(CodeRequest {
                    grant: authorization_code::open(keyring, code).ok_or(TokenRefusal::ForgedGrant)?,
                    redirect_uri: redirect_uri.to_owned(),
                    challenge: verifier.challenge(),
                    audience,
                }))
            }
            GrantType::RefreshToken => {
                let token = form.value("refresh_token").ok_or(TokenRefusal::Parameter("refresh_token"))?;
                let scope = form.value("scope").map(Scope::parse).transpose();
                Ok(Self::Refresh(RefreshRequest {
                    token: RefreshToken::open(keyring, token).ok_or(TokenRefusal::ForgedGrant)?,
                    scope: scope.map_err(|_| TokenRefusal::ScopeMalformed)?,
                    audience,
                }))
            }
        }
    }

    /// The grant to ask.
    pub fn grant(&self) -> GrantId {
        match self {
            Self::Code(request) => request.grant,
            Self::Refresh(request) => request.token.grant,
        }
    }

    /// What to ask it.
    pub fn into_command(self, client: &Client, config: &Config, kid: &str) -> Command {
        match self {
            Self::Code(request) => Command::Redeem(Redeem {
                client_id: client.id.clone(),
                redirect_uri: request.redirect_uri,
                challenge: request.challenge,
                audience: request.audience,
                refresh: refresh_terms(client, config),
                access_ttl: config.access_token_ttl,
                kid: kid.to_owned(),
            }),
            Self::Refresh(request) => Command::Refresh(Refresh {
                client_id: client.id.clone(),
                generation: request.token.generation,
                scope: request.scope,
                audience: request.audience,
                retry_window: config.refresh_retry_window,
                access_ttl: config.access_token_ttl,
                kid: kid.to_owned(),
            }),
        }
    }
}

/// Whether and how a client gets refresh tokens.
pub fn refresh_terms(client: &Client, config: &Config) -> Option<RefreshTerms> {
    let metadata = &client.metadata;
    // RFC 9700 §2.2.2: the refresh tokens of public clients must rotate.
    let mode = match metadata.auth_method.is_confidential() {
        true => metadata.refresh_tokens.unwrap_or(config.refresh_tokens),
        false => RefreshMode::Rotate,
    };
    metadata.may_use(GrantType::RefreshToken).then_some(RefreshTerms {
        mode,
        idle_ttl: config.refresh_idle_ttl,
        max_ttl: config.refresh_max_ttl,
    })
}
