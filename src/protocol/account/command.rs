//! The wire between the Worker and an account's object.

use serde::{Deserialize, Serialize};

use crate::base::secret::Secret;
use crate::base::time::{Seconds, UnixTime};
use crate::model::app_kind::AppKind;
use crate::model::client::StoredClient;
use crate::model::client_id::{ClientHash, ClientId};
use crate::model::consent::Consent;
use crate::model::id::{GrantId, PairwiseSalt, SessionId, SubjectId};
use crate::model::password::Algorithm;
use crate::model::profile::Profile;
use crate::model::scope::Scope;
use crate::model::session::KnownBrowser;
use crate::model::sign_in_method::SignInMethod;
use crate::model::username::Username;
use crate::model::whereabouts::Whereabouts;
use crate::protocol::account::{
    AdminAct, ChangePassword, CredentialCommand, CredentialRefusal, Ending, GrantRow, PasskeySignIn, Recover,
    SessionRow, Standing, WaysIn,
};

/// What may be asked of an account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountCommand {
    /// Make the account.
    SignUp(SignUp),
    /// Prove to be its owner.
    SignIn(SignIn),
    /// Prove to be its owner, with a passkey.
    SignInWithPasskey(PasskeySignIn),
    /// Prove to be its owner, with a recovery code.
    Recover(Recover),
    /// Change what the owner signs in with.
    Credentials(Signed, CredentialCommand),
    /// Set a password.
    ChangePassword(Signed, ChangePassword),
    /// End a session.
    SignOut(Signed),
    /// Is the session alive?
    Check(Signed),
    /// The owner approves a client, now or by what is remembered. Lists the grant.
    Approve(Signed, Approval),
    /// What the account page shows.
    Overview(Signed),
    /// What a client that may see it is told of the owner.
    Profile(SubjectId),
    /// The owner says something else of themselves.
    EditProfile(Signed, Profile),
    /// End every grant of a client.
    RemoveAccess(Signed, ClientHash),
    /// A grant has ended by itself.
    ForgetGrant(SubjectId, GrantId),
    /// The owner registers a client.
    AddClient(Signed, ListedClient),
    /// The owner changed a client.
    ChangeClient(Signed, Box<StoredClient>),
    /// The owner deletes a client.
    RemoveClient(Signed, ClientHash),
    /// The owner ends sessions, perhaps of other browsers.
    EndSessions(Signed, Ending),
    /// The owner leaves for good.
    Leave(Signed),
    /// An administrator looks at the account, or stops it.
    Administer(AdminAct),
}

/// Who asks: a session, and the subject it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The subject.
    pub sub: SubjectId,
    /// The session.
    pub sid: SessionId,
}

/// A session to begin.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct NewSession {
    /// Its id.
    pub sid: SessionId,
    /// When the owner signs in.
    pub auth_time: UnixTime,
    /// How.
    pub method: SignInMethod,
    /// With what, and where.
    pub whereabouts: Whereabouts,
    /// The session that this browser had before: it ends, so that a cookie that was stolen earlier dies with it.
    pub replaces: Option<SessionId>,
    /// For the owner's pairwise subjects, where there is none yet. Random.
    pub salt: PairwiseSalt,
}

/// A new account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignUp {
    /// The name, as typed.
    pub username: Username,
    /// The subject it gets.
    pub sub: SubjectId,
    /// The password.
    pub password: Secret<String>,
    /// How to hash it.
    pub algorithm: Algorithm,
    /// Random.
    pub salt: crate::base::opaque::Opaque<16>,
    /// The session to begin.
    pub session: NewSession,
}

/// An attempt to sign in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignIn {
    /// The password.
    pub password: Secret<String>,
    /// How passwords are hashed today: older hashes are renewed.
    pub algorithm: Algorithm,
    /// Random, for a renewed hash.
    pub salt: crate::base::opaque::Opaque<16>,
    /// The session to begin.
    pub session: NewSession,
    /// A browser that has signed in here before.
    pub browser: Option<KnownBrowser>,
}

/// An approval of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Which client.
    pub client: ClientHash,
    /// The grant that comes of it.
    pub grant: GrantRow,
    /// What it rests on.
    pub basis: Basis,
    /// Whether something that was asked for was declined: older consents then say more than this one.
    pub narrows: bool,
}

/// What an approval rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The owner answered the consent form.
    Asked,
    /// A consent on file, approved at this time.
    Remembered(UnixTime),
}

/// A client that an owner registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedClient {
    /// Its id.
    pub id: ClientId,
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub kind: AppKind,
    /// When.
    pub registered_at: UnixTime,
    /// What became of it last, for as long as KV may have what was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Box<LatestClient>>,
}

/// A client as its developer left it. Whoever changes it again begins with this: what KV has may be older, and a secret that
/// was shown once would be written over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestClient {
    /// When.
    pub at: UnixTime,
    /// As it was stored.
    pub client: StoredClient,
}

/// How long KV may have what was before: about a minute, and another for clocks.
const CATCHING_UP: Seconds = Seconds::minutes(2);

impl ListedClient {
    /// The client, if it was changed so lately that KV need not have it.
    pub fn changed_lately(&self, now: UnixTime) -> Option<&StoredClient> {
        let latest = self.latest.as_deref().filter(|latest| now < latest.at.plus(CATCHING_UP));
        latest.map(|latest| &latest.client)
    }

    pub(super) fn changed(&mut self, client: &StoredClient, now: UnixTime) {
        self.name = client.metadata.client_name.clone().unwrap_or_default();
        self.latest = Some(Box::new(LatestClient { at: now, client: client.clone() }));
    }

    /// Keeps nothing that KV has by now.
    pub(super) fn forget(&mut self, now: UnixTime) {
        if self.changed_lately(now).is_none() {
            self.latest = None;
        }
    }
}

/// What an account answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountReply {
    /// The session has begun.
    SignedIn {
        /// The account's subject.
        sub: SubjectId,
        /// What its pairwise subjects are made with.
        salt: PairwiseSalt,
    },
    /// Unknown name or wrong password: nobody is told which.
    WrongCredentials,
    /// Too many failed attempts.
    Throttled {
        /// When to try again.
        until: UnixTime,
    },
    /// The name belongs to somebody.
    UsernameTaken,
    /// The session is over, or it was of an account that is gone.
    SessionEnded,
    /// The session is alive.
    Alive {
        /// The owner's name.
        username: Username,
    },
    /// The grant is listed.
    Approved {
        /// By the account's clock, later than any removal.
        approved_at: UnixTime,
        /// When access was last removed: what was remembered before does not count.
        removed_at: Option<UnixTime>,
    },
    /// What is remembered is older than the last removal of this client, or than a narrower answer.
    ConsentSuperseded {
        /// The owner's name, for the page that asks again.
        username: Username,
    },
    /// What the account page shows.
    Overview(Box<Overview>),
    /// What the owner says of themselves.
    Profile {
        /// The owner's name.
        username: Username,
        /// The rest.
        profile: Box<Profile>,
    },
    /// What the owner signs in with.
    WaysIn {
        /// The owner's name.
        username: Username,
        /// The ways.
        ways: Box<WaysIn>,
    },
    /// That way in is not changed, or is none.
    CredentialRefused(CredentialRefusal),
    /// Who they are is certain, and an administrator has stopped the account.
    Disabled,
    /// How the account stands, for an administrator.
    Standing(Box<Standing>),
    /// Nobody has the name, or somebody else than was meant.
    Nobody,
    /// Done.
    Done,
    /// The owner has 20 clients already.
    TooManyClients,
    /// So many sessions that were alive have ended.
    SessionsEnded(usize),
}

/// What the account page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The owner's name.
    pub username: Username,
    /// What the owner says of themselves.
    pub profile: Profile,
    /// When the account was made.
    pub created_at: UnixTime,
    /// Grants that have not been seen to end.
    pub grants: Vec<(ClientHash, GrantRow)>,
    /// Clients, and when their access was last removed.
    pub removals: Vec<(ClientHash, UnixTime)>,
    /// Before this, nothing that is remembered counts.
    pub removals_before: UnixTime,
    /// Clients the owner registered.
    pub clients: Vec<ListedClient>,
    /// Where the owner is signed in, the newest first.
    pub sessions: Vec<SessionRow>,
    /// What the owner signs in with.
    pub ways_in: WaysIn,
}

impl Overview {
    /// Whether a consent on file still counts.
    pub fn honours(&self, client: &ClientHash, consent: &Consent) -> bool {
        let removed = self.removals.iter().find(|(c, _)| c == client).map(|(_, at)| *at);
        consent.outlives(removed.max(Some(self.removals_before)))
    }
}

impl AccountCommand {
    pub(super) fn subject(&self) -> Option<SubjectId> {
        match self {
            Self::SignUp(_)
            | Self::SignIn(_)
            | Self::SignInWithPasskey(_)
            | Self::Recover(_)
            | Self::Administer(_) => None,
            Self::SignOut(by)
            | Self::Credentials(by, _)
            | Self::ChangePassword(by, _)
            | Self::Check(by)
            | Self::Approve(by, _)
            | Self::Overview(by)
            | Self::EditProfile(by, _)
            | Self::RemoveAccess(by, _)
            | Self::AddClient(by, _)
            | Self::ChangeClient(by, _)
            | Self::RemoveClient(by, _)
            | Self::EndSessions(by, _)
            | Self::Leave(by) => Some(by.sub),
            Self::ForgetGrant(sub, _) | Self::Profile(sub) => Some(*sub),
        }
    }
}

impl GrantRow {
    /// Of what was approved.
    pub fn new(grant: GrantId, client_name: &str, scope: Scope, ends_at: Option<UnixTime>) -> Self {
        let (client_name, created_at) = (client_name.to_owned(), UnixTime::default());
        Self { grant, client_name, scope, ends_at, created_at, logout: None }
    }
}
