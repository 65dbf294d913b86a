//! The guard of a resource: a token in, owner, client and scopes out, or the 401 or 403 that is due.

use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World, dpop};
use crate::model::resource::GuardMode;
use crate::model::scope::Scope;
use crate::protocol::dpop::DpopRefusal;
use crate::protocol::grant::{Command, Reply};
use crate::protocol::resource::{Access, BearerRefusal, Challenge, Scheme, confirm, presented_token, verify};
use crate::store::Unavailable;

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
        let header = request.header("authorization");
        let verified = match self.verify(world, request, header.as_deref()) {
            Ok((access, Some(token))) => self.prove(world, request, access, token).await?,
            Ok((access, None)) => Ok(access),
            Err(refusal) => Err(refusal),
        };
        let checked = match verified.and_then(|access| access.allows(&required).map(|()| access)) {
            Ok(access) if self.mode == GuardMode::Live => self.ask_grant(world, access, &required).await?,
            allowed => allowed,
        };
        checked.map_err(|refusal| self.challenge(world, &refusal, &required).into())
    }

    /// What a token allows; with the token itself, where it needs a proof of its key.
    fn verify<'a>(
        &self,
        world: &World<'_>,
        request: &Request,
        header: Option<&'a str>,
    ) -> Result<(Access, Option<&'a str>), BearerRefusal> {
        let (scheme, token) = presented_token(header, &request.query)?;
        let own = format!("{}{}", world.issuer, self.path);
        let audiences = [world.issuer.as_str(), own.as_str()];
        world.gives_nonce.set(scheme == Scheme::Dpop);
        let access = verify(world.keyring, world.issuer.as_str(), &audiences, token, world.now)?;
        match (scheme, &access.jkt) {
            (Scheme::Bearer, None) => Ok((access, None)),
            (Scheme::Dpop, Some(_)) => Ok((access, Some(token))),
            // RFC 9449 §7.2: a bound token is none to be sent without its proof, or the binding would be for nothing.
            (Scheme::Bearer, Some(_)) => Err(BearerRefusal::Bound),
            (Scheme::Dpop, None) => Err(BearerRefusal::Unbound),
        }
    }

    /// RFC 9449 §4.3: the proof beside a token, by the key that the token is bound to, and for the first time as far as
    /// this isolate knows.
    async fn prove(
        &self,
        world: &World<'_>,
        request: &Request,
        access: Access,
        token: &str,
    ) -> Result<Result<Access, BearerRefusal>, Unavailable> {
        let header = request.header("dpop").unwrap_or_default();
        let proven = dpop::prove(world, request, self.path, &header, Some(token)).await?;
        let checked = proven.and_then(|key| {
            if access.jkt != Some(key.jkt) {
                Err(DpopRefusal::OtherKey)
            } else if !world.proofs.first_use(key.once, world.now) {
                Err(DpopRefusal::Replayed)
            } else {
                Ok(access)
            }
        });
        Ok(checked.map_err(BearerRefusal::Dpop))
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

    /// The answer to a token that turned out to be worth nothing after all.
    pub fn refuse(&self, world: &World<'_>, refusal: &BearerRefusal) -> Response {
        self.challenge(world, refusal, &Scope::default())
    }

    fn challenge(&self, world: &World<'_>, refusal: &BearerRefusal, required: &Scope) -> Response {
        let challenge = Challenge::of(refusal, required);
        let metadata = format!("{}/.well-known/oauth-protected-resource{}", world.issuer, self.path);
        // RFC 6750 §3.1: without a token there is nothing wrong yet, so the body names no registered error either.
        let error = challenge.error.unwrap_or("unauthorized");
        let mut response = Response::error(challenge.status, error, challenge.description).because(refusal);
        // RFC 9449 §7.1: who sent no token learns of both schemes, who sent one of what would be right for it.
        let schemes: &[Scheme] = match refusal {
            BearerRefusal::Missing | BearerRefusal::Bound => &[Scheme::Bearer, Scheme::Dpop],
            _ if world.gives_nonce.get() => &[Scheme::Dpop],
            _ => &[Scheme::Bearer],
        };
        for &scheme in schemes {
            response = response.with_challenge(&challenge.header(scheme, &metadata));
        }
        match refusal {
            BearerRefusal::Forged => response.fault(),
            // A token that was ours once: its client must hear 401, or it would not know to refresh.
            BearerRefusal::Expired | BearerRefusal::GrantEnded => response,
            BearerRefusal::Missing
            | BearerRefusal::Malformed
            | BearerRefusal::Bound
            | BearerRefusal::Unbound
            | BearerRefusal::Dpop(_)
            | BearerRefusal::InsufficientScope(_) => response,
        }
    }
}
