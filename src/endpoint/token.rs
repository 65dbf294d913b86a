//! `POST /token` (RFC 6749 §3.2): one KV read and one object call.

use serde_json::Map;

use crate::base::form::Form;
use crate::endpoint::client::authenticated_form;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, sign};
use crate::model::client::Client;
use crate::model::event::{Event, EventKind};
use crate::model::scope::OPENID;
use crate::protocol::account::{AccountCommand, AccountReply};
use crate::protocol::grant::{GrantRefusal, Issued, Reply};
use crate::protocol::oidc::{IdTokenFacts, id_token_claims, visible};
use crate::protocol::token::{Asked, Context, ExchangeRefusal, TokenRefusal, TokenRequest, issue};
use crate::store::Unavailable;

/// Answers.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (form, caller) = authenticated_form(world, request).await?;
    let asked = match TokenRequest::parse(&context(world, &form, caller.client()), world.keyring) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(refuse(&refusal).fault_of(caller.answerable())),
    };
    let client = caller.admit(world, request).await?;
    let context = context(world, &form, client.client());
    let done = match &asked.asked {
        Asked::Code(_) => EventKind::CodeRedeemed,
        Asked::Refresh(_) => EventKind::TokenRefreshed,
        Asked::Exchange(_) => EventKind::TokenExchanged,
    };
    // Before anything is spent: without keys no ID token could be signed, and the code would be gone (P10). An exchange
    // spends nothing and gives none.
    let exchange = done == EventKind::TokenExchanged;
    if !exchange && context.client.metadata.allowed_scope(&world.config.catalogue).contains(OPENID) {
        world.signing_keys.current(world.keyring).await?;
    }
    let grant = asked.grant();
    let hash = context.client.hash();
    let event = |kind| Event::of(kind).client(&hash).grant(grant);
    let command = asked.into_command(&context, world.keyring.signing_kid());
    let refusal = match world.grants.send(grant, command).await? {
        Reply::Issued(issued) => {
            let event = event(done).scope(&issued.scope);
            let event = if let Some(owner) = issued.terms.owner { event.owner(owner.sub) } else { event };
            let event = match &issued.exchanged {
                Some(face) => event.audience(&face.audience),
                None => event,
            };
            let ttl = world.config.access_token_ttl;
            match issue(&issued, grant, world.keyring, &world.issuer, ttl, world.entropy) {
                Some(mut tokens) => {
                    let first = done == EventKind::CodeRedeemed;
                    tokens.id_token =
                        id_token(world, context.client, &issued, &tokens.access_token, first).await?;
                    let response = Response::json(200, &tokens).with(http::header::PRAGMA, "no-cache");
                    return Ok(response.with_event(event));
                }
                None => GrantRefusal::Unknown,
            }
        }
        Reply::Refused(refusal) => refusal,
        Reply::Created | Reply::Revoked | Reply::Alive(_) => GrantRefusal::Unknown,
    };
    let answerable = client.confidential().is_ok().then(|| hash.clone());
    let refused = match exchange {
        true => TokenRefusal::Exchange(ExchangeRefusal::Grant(refusal)),
        false => TokenRefusal::Grant(refusal),
    };
    let response = refuse(&refused).fault_of(answerable);
    Ok(match refusal {
        // Somebody has what they should not have, and the grant is over.
        GrantRefusal::CodeAlreadyRedeemed => response.refused(event(EventKind::CodeReplayed), refusal),
        GrantRefusal::RefreshReused => response.refused(event(EventKind::RefreshReused), refusal),
        _ => response,
    })
}

fn context<'a>(world: &'a World<'_>, form: &'a Form, client: &'a Client) -> Context<'a> {
    Context { form, client, config: world.config, issuer: &world.issuer, now: world.now }
}

/// The ID token, where a sign-in was asked for (OpenID Connect Core §3.1.3.3).
async fn id_token(
    world: &World<'_>,
    client: &Client,
    issued: &Issued,
    access_token: &str,
    first: bool,
) -> Result<Option<String>, Unavailable> {
    let Some(owner) = issued.terms.owner.filter(|_| issued.scope.contains(OPENID)) else { return Ok(None) };
    let mut profile = Map::new();
    // Only claims that were asked for by name are in the ID token; for them the account has to be asked.
    if !issued.terms.id_token_claims.is_empty() {
        let command = AccountCommand::Profile(owner.sub);
        if let AccountReply::Profile { username, profile: said } =
            world.accounts.send(owner.account, command).await?
        {
            let asked = visible(&issued.scope).filter(|claim| issued.terms.id_token_claims.contains(claim));
            profile = said.claims(asked, &username.to_string());
        }
    }
    let facts = IdTokenFacts {
        issuer: &world.issuer,
        access_token,
        lifetime: world.config.access_token_ttl,
        first,
        profile,
    };
    match id_token_claims(issued, facts) {
        Some(claims) => {
            sign::jwt(world, client.metadata.id_token_algorithm(), "JWT", &claims).await.map(Some)
        }
        None => Ok(None),
    }
}

fn refuse(refusal: &TokenRefusal) -> Response {
    let (status, code) = refusal.code();
    let response = Response::error(status, code, &refusal.description()).because(refusal);
    if status == 429 { response.retry_after(60) } else { response }
}
