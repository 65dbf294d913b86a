//! `POST /token` (RFC 6749 §3.2): one KV read and one object call.

use serde_json::Map;

use crate::base::form::Form;
use crate::endpoint::client::{Caller, authenticated_form};
use crate::endpoint::grant_address::grant_address;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, dpop, sign};
use crate::model::client::Client;
use crate::model::event::{Event, EventKind};
use crate::model::scope::OPENID;
use crate::protocol::account::{AccountCommand, AccountReply};
use crate::protocol::grant::{Command, GrantRefusal, Issued, Proven, Reply};
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
    let proven = match prove(world, request, &caller).await? {
        Ok(proven) => proven,
        // Who has yet to learn the nonce has not tried anything (RFC 9449 §8).
        Err(refusal @ TokenRefusal::Dpop(proof)) if proof.asks_for_nonce() => {
            return Ok(refuse(&refusal).faultless());
        }
        Err(refusal) => return Ok(refuse(&refusal).fault_of(caller.answerable())),
    };
    // Beside an assertion, it is not certain which of the two was used before.
    let has_proof = proven.jkt.is_some() && proven.once.len() == 1;
    let client = caller.admit(world, request).await?;
    let context = context(world, &form, client.client());
    let done = match &asked.asked {
        Asked::Code(_) | Asked::Poll(_) => EventKind::CodeRedeemed,
        Asked::Refresh(_) => EventKind::TokenRefreshed,
        Asked::Own(_) => EventKind::ClientTokenIssued,
        Asked::Exchange(_) => EventKind::TokenExchanged,
    };
    // Before anything is spent: without a key no ID token could be signed, and the code would be gone (P10). Where no owner
    // signs in, there is none.
    let exchange = done == EventKind::TokenExchanged;
    if !exchange && done != EventKind::ClientTokenIssued {
        sign::prepare(world, context.client.metadata.id_token_algorithm()).await?;
    }
    let asked_of = asked.grant();
    let proven = Proven { place: request.country(), ..proven };
    let hash = context.client.hash();
    let command = asked.into_command(&context, proven, world.keyring.signing_kid());
    let grant = match (asked_of, &command) {
        (Some(grant), _) => grant,
        (None, Command::Issue(issue)) => grant_address(world.grants, &hash, &issue.family.proven)?,
        (None, _) => world.grants.new_id()?,
    };
    let event = |kind| Event::of(kind).client(&hash).grant(grant);
    let refusal = match world.grants.send(grant, command).await? {
        Reply::Issued(issued) => {
            let event = event(done).scope(&issued.scope);
            let event = if let Some(owner) = issued.terms.owner { event.owner(owner.sub) } else { event };
            let event = match &issued.exchanged {
                Some(face) => event.audience(&face.audience),
                None => event,
            };
            let ttl = context.access_ttl();
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
        Reply::Created | Reply::Revoked | Reply::Alive(_) | Reply::Waiting(_) | Reply::Answered => {
            GrantRefusal::Unknown
        }
    };
    let answerable = client.confidential().is_ok().then(|| hash.clone());
    let refused = match TokenRefusal::of_grant(refusal, has_proof) {
        // What authenticates the client, or its key, is no matter of the subject token.
        TokenRefusal::Grant(refusal)
            if exchange && !matches!(refusal, GrantRefusal::ProofReplayed | GrantRefusal::TooManyProofs) =>
        {
            TokenRefusal::Exchange(ExchangeRefusal::Grant(refusal))
        }
        refused => refused,
    };
    let response = refuse(&refused).fault_of(answerable);
    Ok(match refusal {
        // RFC 8628 §3.5: that is how a device waits. Nothing is wrong with it, and nothing to log.
        GrantRefusal::AuthorizationPending => response.faultless(),
        // Somebody has what they should not have, and the grant is over.
        GrantRefusal::CodeAlreadyRedeemed => response.refused(event(EventKind::CodeReplayed), refusal),
        GrantRefusal::RefreshReused => response.refused(event(EventKind::RefreshReused), refusal),
        _ => response,
    })
}

/// What a back-channel request is read with.
pub fn context<'a>(world: &'a World<'_>, form: &'a Form, client: &'a Client) -> Context<'a> {
    Context { form, client, config: world.config, issuer: &world.issuer, now: world.now }
}

/// What a request proves beside what it brings, whatever its grant type: the key of its DPoP proof (RFC 9449 §5).
async fn prove(
    world: &World<'_>,
    request: &Request,
    caller: &Caller,
) -> Result<Result<Proven, TokenRefusal>, Unavailable> {
    let mut proven = Proven { client_authenticated: caller.confidential().is_ok(), ..Proven::default() };
    // The assertion goes first: a grant without an owner is made at the address of the first.
    proven.once.extend(caller.once());
    let Some(header) = request.header("dpop") else {
        // RFC 9449 §5.2: "the authorization server MUST reject token requests from the client that do not contain the
        // DPoP header".
        let required = caller.client().metadata.extension.as_ref().is_some_and(|e| e.requires_dpop);
        return Ok(if required { Err(TokenRefusal::ProofMissing) } else { Ok(proven) });
    };
    Ok(match dpop::prove(world, request, "/token", &header, None).await? {
        Ok(key) => {
            proven.jkt = Some(key.jkt);
            proven.once.push(key.once);
            Ok(proven)
        }
        Err(refusal) => Err(TokenRefusal::Dpop(refusal)),
    })
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
        // They are voluntary (OpenID Connect Core §5.5.1), and what was brought for the token is spent: an account that does
        // not answer now is asked at the userinfo endpoint.
        if let Ok(AccountReply::Profile { username, profile: said }) =
            world.accounts.send(owner.account, command).await
        {
            let asked = visible(&issued.scope).filter(|claim| issued.terms.id_token_claims.contains(claim));
            profile = said.claims(asked, &username.to_string());
        }
    }
    let facts = IdTokenFacts {
        issuer: &world.issuer,
        access_token,
        lifetime: client.metadata.access_token_ttl(world.config.access_token_ttl),
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

/// The answer to a refused request.
pub fn refuse(refusal: &TokenRefusal) -> Response {
    let (status, code) = refusal.code();
    let response = Response::error(status, code, &refusal.description()).because(refusal);
    if status == 429 { response.retry_after(60) } else { response }
}
