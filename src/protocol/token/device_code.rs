//! `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4), and what it begins with (§3.1).

use crate::base::opaque::Opaque;
use crate::jose::keyring::Keyring;
use crate::model::device_code::DeviceCode;
use crate::model::grant_type::GrantType;
use crate::model::scope::{OFFLINE_ACCESS, Scope};
use crate::protocol::grant::{Command, DeviceRequest, FamilyTerms, Poll, Proven};
use crate::protocol::resource::audience_of;
use crate::protocol::token::TokenRefusal;
use crate::protocol::token::request::{Context, refresh_terms};
use crate::protocol::token::scope::asked_scope;

/// Reads a device authorization request (RFC 8628 §3.1).
///
/// # Errors
/// [`TokenRefusal`]: §3.2 has the errors of the token endpoint.
pub fn device_request(context: &Context<'_>, id: Opaque<16>) -> Result<DeviceRequest, TokenRefusal> {
    let Context { form, client, config, issuer, .. } = *context;
    if !client.metadata.may_use(GrantType::DeviceCode) {
        return Err(TokenRefusal::GrantTypeNotRegistered);
    }
    let audience = audience_of(form, config, issuer).ok_or(TokenRefusal::Resource)?;
    let scope = asked_scope(context, &client.metadata.allowed_scope(&config.catalogue), &audience)?;
    // OpenID Connect Core §11: without a refresh token there is nothing to be offline with.
    let scope = match client.metadata.may_use(GrantType::RefreshToken) {
        true => scope,
        false => scope.without(&Scope::from_tokens([OFFLINE_ACCESS])),
    };
    if scope.is_empty() {
        return Err(TokenRefusal::ScopeNotAllowed);
    }
    Ok(DeviceRequest {
        id,
        client_id: client.id.clone(),
        client_name: client.shown_name().to_owned(),
        origin: client.origin,
        logo_uri: client.metadata.logo_uri.clone(),
        scope,
        audience: audience.identifier,
    })
}

/// A device code that comes for its tokens.
#[derive(Debug)]
pub struct PollRequest {
    /// The code.
    pub code: DeviceCode,
}

impl PollRequest {
    pub(super) fn parse(context: &Context<'_>, keyring: &Keyring) -> Result<Self, TokenRefusal> {
        let code = context.form.value("device_code").ok_or(TokenRefusal::Parameter("device_code"))?;
        Ok(Self { code: DeviceCode::open(keyring, code).ok_or(TokenRefusal::ForgedGrant)? })
    }

    pub(super) fn into_command(
        self,
        context: &Context<'_>,
        audience: Option<String>,
        proven: Proven,
        kid: &str,
    ) -> Command {
        Command::Poll(Poll {
            client_id: context.client.id.clone(),
            id: self.code.id,
            audience,
            family: FamilyTerms {
                refresh: refresh_terms(context.client, context.config),
                access_ttl: context.access_ttl(),
                kid: kid.to_owned(),
                proven,
            },
        })
    }
}
