//! `grant_type=refresh_token` (RFC 6749 §6).

use crate::jose::keyring::Keyring;
use crate::model::refresh_token::RefreshToken;
use crate::model::scope::Scope;
use crate::protocol::grant::{Command, Proven, Refresh};
use crate::protocol::token::TokenRefusal;
use crate::protocol::token::request::Context;

/// A refresh token, and what is asked of it.
#[derive(Debug)]
pub struct RefreshRequest {
    /// The token.
    pub token: RefreshToken,
    scope: Option<Scope>,
}

impl RefreshRequest {
    pub(super) fn parse(context: &Context<'_>, keyring: &Keyring) -> Result<Self, TokenRefusal> {
        let token = context.form.value("refresh_token").ok_or(TokenRefusal::Parameter("refresh_token"))?;
        let scope = context.form.value("scope").map(Scope::parse).transpose();
        Ok(Self {
            token: RefreshToken::open(keyring, token).ok_or(TokenRefusal::ForgedGrant)?,
            scope: scope.map_err(|_| TokenRefusal::ScopeMalformed)?,
        })
    }

    pub(super) fn into_command(
        self,
        context: &Context<'_>,
        audience: Option<String>,
        proven: Proven,
        kid: &str,
    ) -> Command {
        Command::Refresh(Refresh {
            client_id: context.client.id.clone(),
            generation: self.token.generation,
            scope: self.scope,
            audience,
            retry_window: context.config.refresh_retry_window,
            access_ttl: context.access_ttl(),
            kid: kid.to_owned(),
            proven,
        })
    }
}
