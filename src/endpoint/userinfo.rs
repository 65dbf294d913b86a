//! `/userinfo` (OpenID Connect Core §5.3): the grant says whether and to what, then the account says what.
//!
//! Two calls, one after the other: nothing in an access token leads to the account, or clients with pairwise subjects
//! could compare their tokens.

use futures_util::future::try_join;
use http::header::CONTENT_TYPE;
use serde_json::json;

use crate::endpoint::client::{Missing, look_up};
use crate::endpoint::guard::Guard;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, sign};
use crate::model::client_id::ClientId;
use crate::model::resource::GuardMode;
use crate::model::scope::OPENID;
use crate::protocol::account::{AccountCommand, AccountReply};
use crate::protocol::oidc::userinfo_claims;
use crate::protocol::resource::BearerRefusal;
use crate::store::Unavailable;

const USERINFO: Guard = Guard { path: "/userinfo", mode: GuardMode::Live, scopes: &[OPENID] };

/// Answers GET and POST alike.
pub async fn answer(world: &World<'_>, request: &Request) -> Handled {
    let access = USERINFO.admit(world, request).await?;
    // A client that acts for itself has no owner to tell of.
    let Some(owner) = access.owner else { return Ok(USERINFO.refuse(world, &BearerRefusal::Forged)) };
    let id = ClientId::prove(world.keyring, access.client_id.as_str());
    let (reply, client) =
        try_join(world.accounts.send(owner.account, AccountCommand::Profile(owner.sub)), look_up(world, id))
            .await?;
    // What a client publishes may be out of reach for a moment: with 401 it would throw its tokens away.
    if let Err(Missing::Published(refusal)) = &client
        && refusal.may_pass()
    {
        return Err(Unavailable(format!("Published({refusal:?})")).into());
    }
    // An account or a client that is gone: what it had ends here.
    let (AccountReply::Profile { username, profile }, Ok(client)) = (reply, client) else {
        return Ok(USERINFO.refuse(world, &BearerRefusal::GrantEnded));
    };
    let mut claims = userinfo_claims(&access.sub, &access.scope, &profile, &username.to_string());
    let algorithm = client.metadata.extension.and_then(|extension| extension.userinfo_algorithm);
    let Some(algorithm) = algorithm else { return Ok(Response::json(200, &claims)) };
    // §5.3.2: "If signed, the UserInfo Response MUST contain the Claims iss and aud".
    claims.insert("iss".into(), json!(world.issuer.as_str()));
    claims.insert("aud".into(), json!(access.client_id));
    let token = sign::jwt(world, algorithm, "JWT", &claims).await?;
    let mut response = Response::empty(200).no_store().with(CONTENT_TYPE, "application/jwt");
    response.body = token.into_bytes().into();
    Ok(response)
}
