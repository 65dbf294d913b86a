//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): an access token of ours for another that may
//! do less, is for another audience, or is held by another client. Without `actor_token` the new one says that the owner
//! came (impersonation, §1.1), with it that somebody acts for the owner (delegation).
//!
//! Who may: the client that the subject token was issued to, towards any resource; and the client that guards the
//! resource which the subject token is for, towards those that the deployment lists for it. `may_act` (§4.4) is in no
//! token of ours.

use crate::jose::keyring::Keyring;
use crate::model::access_token::Actor;
use crate::model::id::{GrantId, Subject};
use crate::model::scope::{STANDARD, Scope};
use crate::protocol::grant::{Command, Exchange, Face, GrantRefusal, Proven};
use crate::protocol::introspection::PresentedToken;
use crate::protocol::resource::{Access, Audience, audience_named};
use crate::protocol::token::TokenRefusal;
use crate::protocol::token::request::Context;

/// What is exchanged, and into what (RFC 8693 §3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
/// Our access tokens are JWTs, and may be called so.
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// Most who act, one for another, in one token.
const MAX_CHAIN: usize = 4;

/// Why an exchange fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeRefusal {
    /// The actor token is not one that the caller got for itself.
    ActorToken,
    /// More would act for one another than may.
    ChainTooLong,
    /// The grant of the subject token said no.
    Grant(GrantRefusal),
    /// The subject token is another client's, and the caller does not guard the resource it is for.
    NotForCaller,
    /// What is asked for is more than the subject token has, or than the target or the caller knows.
    Scope,
    /// Nothing of the subject token's scope means anything to the target.
    ScopeEmpty,
    /// Not an access token of ours that is alive.
    SubjectToken,
    /// Not one resource of this server, or not one for this caller.
    Target,
}

impl ExchangeRefusal {
    /// Status and registered code. RFC 8693 §2.2.2: a subject or actor token that is "invalid for any reason, or \[…\]
    /// unacceptable based on policy" is `invalid_request`.
    pub const fn code(self) -> (u16, &'static str) {
        match self {
            Self::ActorToken | Self::ChainTooLong | Self::NotForCaller | Self::SubjectToken => {
                (400, "invalid_request")
            }
            // In a while there is room again.
            Self::Grant(GrantRefusal::TooManyExchanges) => (429, "temporarily_unavailable"),
            Self::Grant(_) => (400, "invalid_request"),
            Self::Scope | Self::ScopeEmpty => (400, "invalid_scope"),
            Self::Target => (400, "invalid_target"),
        }
    }

    /// For the developer. Whose token it is, or whether its grant is over, is nobody else's business.
    pub const fn description(self) -> &'static str {
        match self {
            Self::ActorToken => {
                "actor_token must be an access token that this client got for itself, by client_credentials"
            }
            Self::ChainTooLong => "act would be nested more than four deep",
            Self::Grant(GrantRefusal::TooManyExchanges) => {
                "too many different tokens were exchanged that are still alive: use them, or wait"
            }
            Self::Grant(_) | Self::NotForCaller | Self::SubjectToken => {
                "subject_token must be an access token that is alive and that this client may exchange"
            }
            Self::Scope => {
                "the scope is wider than that of subject_token, of the resource, or of this client"
            }
            Self::ScopeEmpty => "nothing of the scope of subject_token is for this resource",
            Self::Target => {
                "resource and audience must name one resource that subject_token may be exchanged for"
            }
        }
    }
}

impl From<ExchangeRefusal> for TokenRefusal {
    fn from(refusal: ExchangeRefusal) -> Self {
        Self::Exchange(refusal)
    }
}

/// An exchange that policy allows, if the grant confirms the subject token.
#[derive(Debug)]
pub struct ExchangeRequest {
    subject: Access,
    as_guard: bool,
    audience: String,
    scope: Scope,
    act: Option<Box<Actor>>,
}

impl ExchangeRequest {
    pub(super) fn parse(
        context: &Context<'_>,
        keyring: &Keyring,
        resource: Option<&str>,
    ) -> Result<Self, TokenRefusal> {
        if context.form.value("requested_token_type").is_some_and(|word| word != ACCESS_TOKEN) {
            return Err(TokenRefusal::Parameter("requested_token_type"));
        }
        let token = typed(context, "subject_token", "subject_token_type")?;
        let token = token.ok_or(TokenRefusal::Parameter("subject_token"))?;
        let subject = access(context, keyring, token).ok_or(ExchangeRefusal::SubjectToken)?;
        let act = actor(context, keyring, &subject)?;
        let (as_guard, target) = target(context, &subject, resource)?;
        let scope = scope(context, &subject, &target)?;
        Ok(Self { subject, as_guard, audience: target.identifier, scope, act })
    }

    /// The grant to ask.
    pub fn grant(&self) -> GrantId {
        self.subject.grant
    }

    pub(super) fn into_command(self, context: &Context<'_>, proven: Proven) -> Command {
        Command::Exchange(Exchange {
            client_id: context.client.id.clone(),
            as_guard: self.as_guard,
            subject: Face {
                client_id: self.subject.client_id,
                subject: self.subject.sub,
                audience: self.subject.audience,
                scope: self.subject.scope,
                act: self.subject.actor,
                jkt: self.subject.jkt,
                until: self.subject.expires_at,
            },
            audience: self.audience,
            scope: self.scope,
            act: self.act,
            access_ttl: context.access_ttl(),
            proven,
        })
    }
}

/// A token of a type that is exchanged here. RFC 8693 §2.1: its type stands beside it, and never alone.
fn typed<'a>(
    context: &Context<'a>,
    name: &'static str,
    type_name: &'static str,
) -> Result<Option<&'a str>, TokenRefusal> {
    let (token, kind) = (context.form.value(name), context.form.value(type_name));
    match (token, kind) {
        (Some(_), Some(ACCESS_TOKEN | JWT)) | (None, None) => Ok(token),
        (Some(_), _) => Err(TokenRefusal::Parameter(type_name)),
        (None, Some(_)) => Err(TokenRefusal::Parameter(name)),
    }
}

/// An access token of ours, by its MAC. Codes, refresh tokens, ID tokens and what others signed are none.
fn access(context: &Context<'_>, keyring: &Keyring, token: &str) -> Option<Access> {
    match PresentedToken::recognise(keyring, context.config, context.issuer, token, context.now)? {
        PresentedToken::Access(access) => Some(*access),
        PresentedToken::Refresh(_) => None,
    }
}

/// Who acts, in the new token. The holder of an audience's key could make an actor token up, and its grant is not asked:
/// so it may name the caller alone, which has proven already that it is that.
fn actor(
    context: &Context<'_>,
    keyring: &Keyring,
    subject: &Access,
) -> Result<Option<Box<Actor>>, TokenRefusal> {
    let before = subject.actor.clone();
    let Some(token) = typed(context, "actor_token", "actor_token_type")? else { return Ok(before) };
    let own = Subject::client(context.client.id.as_str());
    let actor = access(context, keyring, token).ok_or(ExchangeRefusal::ActorToken)?;
    if actor.client_id != context.client.id || actor.sub != own {
        return Err(ExchangeRefusal::ActorToken.into());
    }
    let act = Box::new(Actor { sub: own, act: before });
    if act.depth() > MAX_CHAIN {
        return Err(ExchangeRefusal::ChainTooLong.into());
    }
    Ok(Some(act))
}

/// Where the new token is for, if this client may ask for it, and whether it may as a guard.
fn target(
    context: &Context<'_>,
    subject: &Access,
    resource: Option<&str>,
) -> Result<(bool, Audience), ExchangeRefusal> {
    let (config, issuer) = (context.config, context.issuer);
    let named = context.form.value("audience");
    let identifier = match (resource, named) {
        (Some(resource), Some(audience)) if resource != audience => return Err(ExchangeRefusal::Target),
        (resource, audience) => resource.or(audience).unwrap_or(&subject.audience),
    };
    let target = audience_named(identifier, config, issuer).ok_or(ExchangeRefusal::Target)?;
    let caller = Some(context.client.id.as_str());
    let guarded = config
        .resources
        .iter()
        .find(|own| own.identifier == subject.audience && own.introspection_client.as_deref() == caller);
    if guarded.is_some_and(|own| own.exchange_to.contains(&target.identifier)) {
        return Ok((true, target));
    }
    // What is for this server itself opens every resource it knows, and may be narrowed to one of them. What is for one
    // goes on to no other, but to those that this one lists.
    let own = config.resources.iter().find(|own| own.identifier == subject.audience);
    let listed = own.is_some_and(|own| own.exchange_to.contains(&target.identifier));
    let wider = subject.audience != issuer.as_str() && target.identifier != subject.audience && !listed;
    match subject.client_id == context.client.id {
        true if !wider => Ok((false, target)),
        false if guarded.is_none() => Err(ExchangeRefusal::NotForCaller),
        _ => Err(ExchangeRefusal::Target),
    }
}

/// What the new token may do. Who came is no business of another resource: scopes of OpenID Connect stay behind.
fn scope(context: &Context<'_>, subject: &Access, target: &Audience) -> Result<Scope, TokenRefusal> {
    let behind = Scope::from_tokens(STANDARD);
    let most =
        subject.scope.without(&behind).and(&context.client.metadata.allowed_scope(&context.config.catalogue));
    let most = target.narrow(most);
    let scope = match context.form.value("scope") {
        Some(text) => Scope::parse(text).map_err(|_| TokenRefusal::ScopeMalformed)?.without(&behind),
        None => most.clone(),
    };
    if scope.is_empty() {
        return Err(ExchangeRefusal::ScopeEmpty.into());
    }
    if !scope.is_within(&most) {
        return Err(ExchangeRefusal::Scope.into());
    }
    Ok(scope)
}
