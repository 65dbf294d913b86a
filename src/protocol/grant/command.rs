//! The wire between the Worker and a grant's object.

use serde::{Deserialize, Serialize};

use crate::base::opaque::Opaque;
use crate::base::time::{Seconds, UnixTime};
use crate::model::client::ClientOrigin;
use crate::model::client_id::ClientId;
use crate::model::country::Country;
use crate::model::grant_type::RefreshMode;
use crate::model::id::Subject;
use crate::model::metadata_uri::MetadataUri;
use crate::model::pkce::CodeChallenge;
use crate::model::scope::Scope;
use crate::protocol::grant::bound::issued_to;
use crate::protocol::grant::{Approver, AwaitingExchange, Binding, Exchange, Face, GrantRefusal, Terms};

/// What may be asked of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// The owner approved: issue the code. Accepted once per grant, ever.
    Create(Create),
    /// The client brings the code.
    Redeem(Redeem),
    /// The client brings a refresh token.
    Refresh(Refresh),
    /// A client exchanges an access token for another (RFC 8693).
    Exchange(Exchange),
    /// End it. Idempotent.
    Revoke(Revoker),
    /// Say what is alive.
    Inspect,
    /// A client acts for itself: issue its access token (RFC 6749 §4.4). Accepted once per grant, ever.
    Issue(Issue),
    /// A device asks for its owner (RFC 8628 §3.1). Accepted once per grant, ever.
    Ask(Ask),
    /// Somebody typed the user code: say what it is about.
    Look,
    /// The owner answers the device (RFC 8628 §3.3). What is allowed waits for the account to list it.
    Answer(Answer),
    /// The owner's account lists what that answer allowed: the device may have it.
    Listed(Answer),
    /// The device comes for the answer (RFC 8628 §3.4).
    Poll(Poll),
}

/// An access token for a client that acts for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// What the client may do.
    pub terms: Terms,
    /// The tokens.
    pub family: FamilyTerms,
}

/// What a device asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRequest {
    /// Which authorization this is, of all that ever have the address.
    pub id: Opaque<16>,
    /// The client.
    pub client_id: ClientId,
    /// What people are shown as its name.
    pub client_name: String,
    /// Who says so.
    pub origin: ClientOrigin,
    /// Its logo.
    pub logo_uri: Option<MetadataUri>,
    /// What it would do.
    pub scope: Scope,
    /// Where its access tokens would be for.
    pub audience: String,
}

/// A device authorization request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// For what.
    pub request: DeviceRequest,
    /// How long the codes live.
    pub ttl: Seconds,
    /// How long the device waits between polls.
    pub interval: Seconds,
}

/// An owner's answer to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which authorization was asked about.
    pub id: Opaque<16>,
    /// Who answers.
    pub owner: Approver,
    /// What was allowed; none is no.
    pub allowed: Option<Allowed>,
}

/// What an owner allows a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowed {
    /// `sub` as the client sees it.
    pub subject: Subject,
    /// How much of what was asked for.
    pub scope: Scope,
}

/// A token request with a device code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// The client that authenticated.
    pub client_id: ClientId,
    /// Which authorization its code is of.
    pub id: Opaque<16>,
    /// The resource it asked for, if it named one (RFC 8707 §2.2).
    pub audience: Option<String>,
    /// The tokens, if it gets any.
    pub family: FamilyTerms,
}

/// What a family begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyTerms {
    /// Whether and how the client gets refresh tokens.
    pub refresh: Option<RefreshTerms>,
    /// How long access tokens live.
    pub access_ttl: Seconds,
    /// The root key that signs today.
    pub kid: String,
    /// What else the request proved.
    #[serde(default)]
    pub proven: Proven,
}

/// The owner's approval of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Create {
    /// What was approved.
    pub terms: Terms,
    /// As the client spelled it (RFC 6749 §4.1.3).
    pub redirect_uri: String,
    /// RFC 7636 §4.4.
    pub challenge: CodeChallenge,
    /// How long the code lives.
    pub code_ttl: Seconds,
    /// How long the form that approved it may come back; zero where none was shown.
    pub form_ttl: Seconds,
}

/// A token request with a code (RFC 6749 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redeem {
    /// The client that authenticated.
    pub client_id: ClientId,
    /// As it was sent.
    pub redirect_uri: String,
    /// SHA-256 of the verifier it was sent.
    pub challenge: CodeChallenge,
    /// The resource it asked for, if it named one (RFC 8707 §2.2).
    pub audience: Option<String>,
    /// Whether and how the client gets refresh tokens.
    pub refresh: Option<RefreshTerms>,
    /// How long access tokens live.
    pub access_ttl: Seconds,
    /// The root key that signs today.
    pub kid: String,
    /// What else the request proved.
    #[serde(default)]
    pub proven: Proven,
}

/// What a token request proved beside its grant: a key (RFC 9449), and ids that are good for one use (RFC 9449 §11.1,
/// RFC 7523 §3). The grant they are spent on remembers them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// The thumbprint of the DPoP key: access tokens are bound to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// Ids of DPoP proofs and client assertions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub once: Vec<Once>,
    /// Whether the client authenticated. Refresh tokens of one that does are bound to it, whatever key it shows; those of
    /// one that does not are bound to the key that the code was redeemed with (RFC 9449 §5).
    #[serde(default)]
    pub client_authenticated: bool,
    /// Where it came from, as the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Country>,
}

/// An id that is good for one use, hashed, and until when what carries it would be accepted at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// Stands for the id.
    pub id: Opaque<16>,
    /// From then on it is refused for its age.
    pub until: UnixTime,
}

/// How a family's refresh tokens live. Fixed when the code is redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshTerms {
    /// Rotated or kept.
    pub mode: RefreshMode,
    /// It ends when unused for so long.
    pub idle_ttl: Seconds,
    /// It ends so long after the code was redeemed.
    pub max_ttl: Option<Seconds>,
}

/// A token request with a refresh token (RFC 6749 §6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The client that authenticated.
    pub client_id: ClientId,
    /// Which generation of the family it brought.
    pub generation: u32,
    /// The scope it asked for; none is all of it.
    pub scope: Option<Scope>,
    /// The resource it asked for, if it named one (RFC 8707 §2.2).
    pub audience: Option<String>,
    /// How long a superseded token still gets its successor.
    pub retry_window: Seconds,
    /// How long access tokens live.
    pub access_ttl: Seconds,
    /// The root key that signs today.
    pub kid: String,
    /// What else the request proved.
    #[serde(default)]
    pub proven: Proven,
}

/// Who ends a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revoker {
    /// A client, at the revocation endpoint: only its own grants.
    Client(ClientId),
    /// A client with an access token, which must say what the grant says: the holder of an audience's key can make
    /// tokens, and must not be able to end what is not for that audience.
    Bearer {
        /// The client that authenticated.
        client_id: ClientId,
        /// The subject of the token.
        sub: Subject,
        /// The audience of the token.
        audience: String,
    },
    /// The owner's account. Leaves a tombstone even where nothing is yet, so that it cannot be overtaken.
    Owner,
}

/// What a grant answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The code may be answered.
    Created,
    /// Tokens may be issued.
    Issued(Issued),
    /// A device waits for this.
    Waiting(DeviceRequest),
    /// The owner's answer was taken.
    Answered,
    /// It is over, now or before.
    Revoked,
    /// It is alive.
    Alive(Inspection),
    /// No, and why.
    Refused(GrantRefusal),
}

/// What tokens to issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// What the grant is about.
    pub terms: Terms,
    /// What this access token may do.
    pub scope: Scope,
    /// The refresh token to answer.
    pub refresh: Option<IssuedRefresh>,
    /// The key that the access token is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// By the grant's clock, which also says when it is over: tokens are dated by it, or a guard that asks the grant
    /// would find a fresh token too long-lived wherever the Worker's clock is ahead.
    pub issued_at: UnixTime,
    /// What the access token says instead of what the terms do, where it was exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchanged: Option<Box<Face>>,
}

/// Names a refresh token: with the grant's id, these two give its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedRefresh {
    /// The generation.
    pub generation: u32,
    /// The root key it is sealed under.
    pub kid: String,
}

/// What a live grant says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// What the grant is about.
    pub terms: Terms,
    /// When the last access token issued from it expires.
    pub access_until: UnixTime,
    /// Access tokens that were exchanged and are alive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanged: Vec<Face>,
    /// The current refresh token and when it expires.
    pub refresh: Option<(u32, UnixTime)>,
    /// When the owner approved.
    pub created_at: UnixTime,
    /// When it last gave out tokens.
    pub used_at: UnixTime,
    /// The keys its access tokens are bound to; empty where none ever was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bindings: Vec<Binding>,
    /// How often its refresh token was used.
    #[serde(default)]
    pub refreshes: u32,
    /// Where it last gave out tokens to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Country>,
}

impl Redeem {
    pub(super) fn family(&self) -> FamilyTerms {
        FamilyTerms {
            refresh: self.refresh,
            access_ttl: self.access_ttl,
            kid: self.kid.clone(),
            proven: self.proven.clone(),
        }
    }
}

impl Create {
    pub(super) fn at(self, now: UnixTime) -> AwaitingExchange {
        AwaitingExchange {
            terms: self.terms,
            redirect_uri: self.redirect_uri,
            challenge: self.challenge,
            created_at: now,
            expires_at: now.plus(self.code_ttl),
            form_expires_at: now.plus(self.form_ttl),
        }
    }
}

impl Inspection {
    /// Whether an access token that says so much of itself was issued from this grant, to the key it names.
    pub fn issued_to(&self, jkt: Option<&str>, expires_at: UnixTime) -> bool {
        issued_to(&self.bindings, self.access_until, jkt, expires_at)
    }
}
