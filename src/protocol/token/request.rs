//! What a client asks of the token endpoint. One file a grant type; here is what they have in common.

use crate::base::form::Form;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::keyring::Keyring;
use crate::model::client::Client;
use crate::model::config::Config;
use crate::model::grant_type::{GrantType, RefreshMode};
use crate::model::id::GrantId;
use crate::model::issuer::Issuer;
use crate::protocol::grant::{Command, Proven, RefreshTerms};
use crate::protocol::resource::audience_of;
use crate::protocol::token::{
    CodeRequest, ExchangeRequest, OwnRequest, PollRequest, RefreshRequest, TokenRefusal,
};

/// What a request is read with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The form.
    pub form: &'a Form,
    /// The client that authenticated.
    pub client: &'a Client,
    /// The settings.
    pub config: &'a Config,
    /// Who we are.
    pub issuer: &'a Issuer,
    /// The time of the request.
    pub now: UnixTime,
}

impl Context<'_> {
    /// How long the access tokens of this client live.
    pub fn access_ttl(&self) -> Seconds {
        self.client.metadata.access_token_ttl(self.config.access_token_ttl)
    }
}

/// A token request of a grant type that the client registered.
#[derive(Debug)]
pub struct TokenRequest {
    /// By its grant type.
    pub asked: Asked,
    /// The resource it named (RFC 8707 §2.2).
    pub audience: Option<String>,
}

/// What is brought in exchange for tokens.
#[derive(Debug)]
pub enum Asked {
    /// RFC 6749 §4.1.3.
    Code(CodeRequest),
    /// RFC 6749 §6.
    Refresh(RefreshRequest),
    /// RFC 6749 §4.4.
    Own(OwnRequest),
    /// RFC 8628 §3.4.
    Poll(PollRequest),
    /// RFC 8693 §2.1.
    Exchange(Box<ExchangeRequest>),
}

impl TokenRequest {
    /// Reads the form. A code or token that is not ours ends here, before any object is woken (P4).
    ///
    /// # Errors
    /// [`TokenRefusal`].
    pub fn parse(context: &Context<'_>, keyring: &Keyring) -> Result<Self, TokenRefusal> {
        let word = context.form.value("grant_type").ok_or(TokenRefusal::Parameter("grant_type"))?;
        let grant_type = GrantType::parse(word).ok_or(TokenRefusal::UnsupportedGrantType)?;
        let vouched = context.client.is_vouched_for() || !grant_type.needs_vouching();
        if !vouched || !context.client.metadata.may_use(grant_type) {
            return Err(TokenRefusal::GrantTypeNotRegistered);
        }
        // RFC 8707 §2.2: judged before the grant is touched.
        let named = context.form.values("resource").next().is_some();
        let audience =
            audience_of(context.form, context.config, context.issuer).ok_or(TokenRefusal::Resource)?;
        let identifier = named.then(|| audience.identifier.clone());
        let asked = match grant_type {
            GrantType::AuthorizationCode => Asked::Code(CodeRequest::parse(context, keyring)?),
            GrantType::RefreshToken => Asked::Refresh(RefreshRequest::parse(context, keyring)?),
            GrantType::ClientCredentials => Asked::Own(OwnRequest::parse(context, audience)?),
            GrantType::DeviceCode => Asked::Poll(PollRequest::parse(context, keyring)?),
            GrantType::TokenExchange => {
                Asked::Exchange(Box::new(ExchangeRequest::parse(context, keyring, identifier.as_deref())?))
            }
        };
        Ok(Self { asked, audience: identifier })
    }

    /// The grant to ask; none where there has to be a new one.
    pub fn grant(&self) -> Option<GrantId> {
        match &self.asked {
            Asked::Code(request) => Some(request.grant),
            Asked::Refresh(request) => Some(request.token.grant),
            Asked::Poll(request) => Some(request.code.grant),
            Asked::Own(_) => None,
            Asked::Exchange(request) => Some(request.grant()),
        }
    }

    /// What to ask it; `proven` is what the request proved beside what it brings.
    pub fn into_command(self, context: &Context<'_>, proven: Proven, kid: &str) -> Command {
        match self.asked {
            Asked::Code(request) => request.into_command(context, self.audience, proven, kid),
            Asked::Refresh(request) => request.into_command(context, self.audience, proven, kid),
            Asked::Poll(request) => request.into_command(context, self.audience, proven, kid),
            Asked::Own(request) => request.into_command(context, proven, kid),
            Asked::Exchange(request) => request.into_command(context, proven),
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
