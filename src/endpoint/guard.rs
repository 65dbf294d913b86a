//! The guard of a resource: a token in, owner, client and scopes out, or the 401 or 403 that is due.

use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
use crate::model::resource::GuardMode;
use crate::model::scope::Scope;
use crate::protocol::grant::{Command, Reply};
use crate::protocol::resource::{Access, BearerRefusal, Challenge, bearer_token, confirm, verify};

/// What an operation asks of a token.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// The resource's path: its identifier is issuer and path.
    pub path: &'static str,
    /// By signature alone, or asking the grant too.
    pub mode: GuardMode,
    /// The scopes it needs.
    pub scopes: &'static [&'static str],
}

impl Guard {
    /// Lets a request in, or says why not. `offline` does no I/O at all (P1), `live` calls one object.
    pub async fn admit(&self, world: &World<'_>, request: &Request) -> Result<Access, Halt> {
        let required = Scope::from_tokens(self.scopes.iter().copied());
        let checked = match self.verify(world, request, &required) {
            Ok(access) if self.mode == GuardMode::Live => self.ask_grant(world, access, &required).await?,
            verified => verified,
        };
        checked.map_err(|refusal| self.challenge(world, &refusal, &required).into())
    }

    fn verify(
        &self,
        world: &World<'_>,
        request: &Request,
        required: &Scope,
    ) -> Result<Access, BearerRefusal> {
        let header = request.header("authorization");
        let token = bearer_token(header.as_deref(), &request.query)?;
        let own = format!("{}{}", world.issuer, self.path);
        let audiences = [world.issuer.as_str(), own.as_str()];
        let access = verify(world.keyring, world.issuer.as_str(), &audiences, token, world.now)?;
        access.allows(required)?;
        Ok(access)
    }

    async fn ask_grant(
        &self,
        world: &World<'_>,
        access: Access,
        required: &Scope,
    ) -> Result<Result<Access, BearerRefusal>, Halt> {
        let Reply::Alive(inspection) = world.grants.send(access.grant, Command::Inspect).await? else {
            return Ok(Err(BearerRefusal::GrantEnded));
        };
        let confirmed = confirm(access, &inspection);
        Ok(confirmed.and_then(|access| access.allows(required).map(|()| access)))
    }

    fn challenge(&self, world: &World<'_>, refusal: &BearerRefusal, required: &Scope) -> Response {
        let challenge = Challenge::of(refusal, required);
        let metadata = format!("{}/.well-known/oauth-protected-resource{}", world.issuer, self.path);
        // RFC 6750 §3.1: without a token there is nothing wrong yet, so the body names no registered error either.
        let error = challenge.error.unwrap_or("unauthorized");
        let response = Response::error(challenge.status, error, challenge.description)
            .with(http::header::WWW_AUTHENTICATE, &challenge.header(&metadata))
            .because(refusal);
        match refusal {
            BearerRefusal::Forged => response.fault(),
            // A token that was ours once: its client must hear 401, or it would not know to refresh.
            BearerRefusal::Expired | BearerRefusal::GrantEnded => response,
            BearerRefusal::Missing | BearerRefusal::Malformed | BearerRefusal::InsufficientScope(_) => {
                response
            }
        }
    }
}
