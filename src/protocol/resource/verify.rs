//! Verifying an access token: offline, and against its grant.

use crate::base::time::{Seconds, UnixTime};
use crate::jose::jws::{Unverified, Verified};
use crate::jose::keyring::{Accepts, Keyring};
use crate::model::access_token::{AccessTokenClaims, Actor, TYP};
use crate::model::client_id::ClientId;
use crate::model::id::{GrantId, Subject};
use crate::model::purpose::access_label;
use crate::model::scope::Scope;
use crate::protocol::grant::{Approver, Inspection, Shown};
use crate::protocol::resource::BearerRefusal;

/// Clocks of two data centres may differ by this. It only ever forgives an `iat` ahead of us, never an `exp`: a token
/// must not outlive what its expiry promises.
const LEEWAY: Seconds = Seconds(60);

/// What a verified access token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The resource owner, as this client sees it; or the client.
    pub sub: Subject,
    /// The client.
    pub client_id: ClientId,
    /// What it may do.
    pub scope: Scope,
    /// Which audience it was for.
    pub audience: String,
    /// The grant it comes from.
    pub grant: GrantId,
    /// When it expires.
    pub expires_at: UnixTime,
    /// When it was issued.
    pub issued_at: UnixTime,
    /// The thumbprint of the DPoP key it is bound to.
    pub jkt: Option<String>,
    /// Who acts for the owner.
    pub actor: Option<Box<Actor>>,
    /// The owner, once the grant has said who that is.
    pub owner: Option<Approver>,
}

impl Access {
    /// What it says of itself, for its grant to confirm.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            client_id: &self.client_id,
            subject: &self.sub,
            audience: &self.audience,
            scope: &self.scope,
            act: self.actor.as_deref(),
            jkt: self.jkt.as_deref(),
            until: self.expires_at,
        }
    }

    /// Whether it was granted all of `required`.
    ///
    /// # Errors
    /// [`BearerRefusal::InsufficientScope`].
    pub fn allows(&self, required: &Scope) -> Result<(), BearerRefusal> {
        match required.is_within(&self.scope) {
            true => Ok(()),
            false => Err(BearerRefusal::InsufficientScope(required.clone())),
        }
    }
}

/// Verifies a token for one of `audiences`, without I/O.
///
/// The keys are those of the audiences the verifier stands for. What the token says of itself chooses nothing.
///
/// # Errors
/// [`BearerRefusal::Forged`] or [`BearerRefusal::Expired`].
pub fn verify(
    keyring: &Keyring,
    issuer: &str,
    audiences: &[&str],
    token: &str,
    now: UnixTime,
) -> Result<Access, BearerRefusal> {
    let token = Unverified::parse(token, TYP).ok_or(BearerRefusal::Forged)?;
    let verified = audiences.iter().find_map(|audience| {
        let key = keyring.key(token.kid(), &access_label(audience), Accepts::Current)?;
        let claims = token.verify::<AccessTokenClaims>(&key).map(Verified::into_claims)?;
        (claims.aud == *audience).then_some(claims)
    });
    let claims = verified.filter(|claims| claims.iss == issuer).ok_or(BearerRefusal::Forged)?;
    let (issued_at, expires_at) = (UnixTime::from_seconds(claims.iat), UnixTime::from_seconds(claims.exp));
    if issued_at > now.plus(LEEWAY) {
        return Err(BearerRefusal::Forged);
    }
    if now >= expires_at {
        return Err(BearerRefusal::Expired);
    }
    Ok(Access {
        sub: claims.sub,
        client_id: claims.client_id,
        scope: claims.scope,
        audience: claims.aud,
        grant: claims.gid,
        expires_at,
        issued_at,
        jkt: claims.cnf.map(|cnf| cnf.jkt),
        actor: claims.act,
        owner: None,
    })
}

/// Holds a verified token against what its grant says. Where the two differ the grant is right: the holder of an
/// audience's key can make tokens, and must not become anybody here. An exchanged token is one that the grant remembers.
///
/// # Errors
/// [`BearerRefusal::GrantEnded`].
pub fn confirm(access: Access, inspection: &Inspection) -> Result<Access, BearerRefusal> {
    let confirmed = access.shown().confirmed(inspection);
    match confirmed {
        Some(scope) => Ok(Access { scope, owner: inspection.terms.owner, ..access }),
        None => Err(BearerRefusal::GrantEnded),
    }
}
