//! The promises, checked after every step against what was really done.

mod accounts;
mod answers;
mod departures;
mod devices;
mod exchanges;
mod grants;
mod notices;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use postern::base::base64url;
use postern::base::time::Seconds;
use postern::jose::keyring::Keyring;
use postern::model::access_token::AccessTokenClaims;
use postern::model::authorization_code;
use postern::model::client_id::ClientId;
use postern::model::id::{GrantId, SubjectId};
use postern::model::refresh_token::RefreshToken;
use postern::model::session::Session;
use postern::protocol::account::{AccountCommand, LogoutTarget};
use postern::protocol::grant::{Command, Create, Reply};
use postern::protocol::oidc::session_of;
use postern::store::meter::Count;

use crate::actors::DEVICE_CODE;
use crate::gateway::EXCHANGE;
use crate::http::{Answer, Sent};
use crate::objects::{Address, Deed, Message, Said};
use crate::ocean::Ocean;
use crate::scheduler::Time;

use accounts::AccountsTruth;
pub use accounts::Click;
pub use departures::TURNS;
use grants::GrantTruth;
use notices::{Ended, NoticesTruth};

/// How long an outage of single calls can keep a removal from its grants.
const DELIVERED_WITHIN: Time = 15 * 60_000;
/// How long a request may be under way.
const UNDER_WAY: Time = 60_000;

/// What is known of the world from watching it.
#[derive(Default)]
pub struct Oracle(RefCell<Watched>);

#[derive(Default)]
struct Watched {
    names: BTreeMap<GrantId, u64>,
    grants: BTreeMap<GrantId, GrantTruth>,
    accounts: AccountsTruth,
    notices: NoticesTruth,
    /// DPoP proofs that tokens were issued for.
    proofs: BTreeSet<String>,
    /// When each grant ended, by true time.
    ended: BTreeMap<GrantId, Time>,
    /// When accounts removed grants, by true time.
    removed: BTreeMap<GrantId, Time>,
    /// The bytes of every refresh token, by grant and generation.
    refresh_tokens: BTreeMap<(GrantId, u32), String>,
    /// Grants whose code was answered with tokens.
    redeemed: BTreeSet<GrantId>,
    /// Grants of which a thief has used something, or whose client gave up retrying.
    excused: BTreeSet<GrantId>,
    /// Since when nothing of these clients may work, and since when these secrets may not.
    gone: BTreeMap<String, Time>,
    /// When somebody asked to leave for good.
    farewells: BTreeMap<SubjectId, Vec<Time>>,
    checks: u64,
}

impl Oracle {
    /// Grants are numbered, for the story.
    pub fn name_grant(&self, grant: GrantId, n: u64) {
        self.0.borrow_mut().names.insert(grant, n);
    }

    /// Whether it has a number.
    pub fn has_name(&self, grant: GrantId) -> bool {
        self.0.borrow().names.contains_key(&grant)
    }

    /// What the story calls it.
    pub fn name_of(&self, address: Address) -> String {
        match address {
            Address::Grant(grant) => match self.0.borrow().names.get(&grant) {
                Some(n) => format!("grant {n}"),
                None => "a grant".into(),
            },
            Address::Account(_) => "an account".into(),
            Address::SigningKeys => "the signing keys".into(),
        }
    }

    /// How many things were checked.
    pub fn checks(&self) -> u64 {
        self.0.borrow().checks
    }

    /// How many codes were redeemed.
    pub fn codes(&self) -> usize {
        self.0.borrow().redeemed.len()
    }

    /// Whether its code was redeemed.
    pub fn is_redeemed(&self, grant: GrantId) -> bool {
        self.0.borrow().grants.get(&grant).is_some_and(|truth| truth.family.is_some())
    }

    /// What it was made from.
    pub fn create_of(&self, grant: GrantId) -> Option<Create> {
        self.0.borrow().grants.get(&grant)?.create.clone()
    }

    /// Somebody presses a button on a consent page.
    pub fn clicks(&self, grant: GrantId, by: SubjectId, click: Click) {
        self.0.borrow_mut().accounts.clicks.entry((grant, by)).or_default().push(click);
    }

    /// Somebody who has these cookies wants to sign out.
    pub fn leaves(&self, ocean: &Ocean, cookies: &str) {
        let session = session_in(ocean, cookies).map(|session| session.sid);
        self.0.borrow_mut().accounts.leaving.extend(session);
    }

    /// A client wants to hear when a session ends.
    pub fn listens(&self, client: &str) {
        self.0.borrow_mut().notices.listeners.insert(client.to_owned());
    }

    /// A client is about to be told that a session is over.
    pub fn notice_begins(&self, ocean: &Ocean, target: &LogoutTarget) {
        ocean.scheduler.tell(|| "    a client is told that its session is over".into());
        let session = session_of(target.session, &target.client_id);
        self.0.borrow_mut().notices.begins(target.client_id.as_str(), &session);
    }

    /// A client hears that a session is over.
    pub fn notice_arrives(&self, ocean: &Ocean, token: &str, status: u16) {
        ocean.scheduler.tell(|| format!("    it hears, and answers {status}"));
        let watched = &mut *self.0.borrow_mut();
        watched.checks += 1;
        let (accounts, keyring) = (&watched.accounts, ocean.keyring());
        let ended = |client: &str| ended(accounts, keyring, client, false);
        if let Err(wrong) = watched.notices.arrives(token, ended) {
            violated(ocean, "notices are of sessions that are over", wrong);
        }
    }

    /// From now on this family may end at any time, and its client has nobody else to blame.
    pub fn excuse(&self, grant: GrantId) {
        self.0.borrow_mut().excused.insert(grant);
    }

    /// A well-behaved client was told that its refresh token is no good.
    pub fn logged_out(&self, ocean: &Ocean, grant: GrantId) {
        let watched = self.0.borrow();
        let truth = watched.grants.get(&grant);
        let why = truth.and_then(|truth| truth.ended).map(|(_, why)| why);
        let alive = truth.is_some_and(|truth| truth.is_alive(ocean.clock(0).plus(Seconds::minutes(2))));
        let excused = watched.excused.contains(&grant);
        if alive || (why == Some("an old refresh token came again") && !excused) {
            let seen = if alive { "and the family is alive" } else { "its own retries ended its family" };
            violated(ocean, "nobody is logged out by a retry", seen);
        }
    }

    /// Somebody who goes by Cache-Control met a live token whose key it does not know.
    pub fn unknown_key(&self, ocean: &Ocean, kid: &str) {
        violated(ocean, "every verifier knows the key", format!("a live ID token has the unknown kid {kid}"));
    }

    /// An object did something, and it is durable.
    pub fn object_did(&self, ocean: &Ocean, address: Address, deed: &Deed) {
        let mut watched = self.0.borrow_mut();
        watched.checks += 1;
        let now = ocean.scheduler.now();
        match (address, deed) {
            (Address::Grant(grant), Deed::Said(Message::Grant(command), Said::Grant(reply), at)) => {
                let name = watched.names.get(&grant).copied().unwrap_or_default();
                ocean.scheduler.tell(|| format!("    grant {name}: {}", told(command, reply)));
                let truth = watched.grants.entry(grant).or_default();
                let before = truth.ended.is_some();
                let checked = truth.answered(command, reply, *at);
                if truth.ended.is_some() && !before {
                    watched.ended.insert(grant, now);
                }
                if let Err(wrong) = checked {
                    violated(ocean, "the grant keeps its rules", format!("grant {name}: {wrong}"));
                }
                let alive = matches!(**reply, Reply::Issued(_) | Reply::Alive(_));
                if alive && watched.removed.get(&grant).is_some_and(|at| now > at + DELIVERED_WITHIN) {
                    violated(ocean, "removal reaches every grant", format!("grant {name} lives on"));
                }
            }
            (Address::Grant(grant), Deed::Erased(at)) => {
                let name = watched.names.get(&grant).copied().unwrap_or_default();
                ocean.scheduler.tell(|| format!("    grant {name} is deleted"));
                if let Err(wrong) = watched.grants.entry(grant).or_default().erased(*at) {
                    violated(ocean, "the alarm deletes what is over", format!("grant {name}: {wrong}"));
                }
            }
            (Address::Account(account), Deed::Done(command, at)) => {
                let removed: BTreeSet<_> = watched.accounts.removed.clone();
                if let Err(wrong) = watched.accounts.done(account, command, *at) {
                    let signs =
                        !matches!(command, AccountCommand::Approve(..) | AccountCommand::RemoveAccess(..));
                    let promise =
                        if signs { "sessions are the owner's" } else { "approvals are the owner's" };
                    violated(ocean, promise, wrong);
                }
                let fresh: Vec<_> = watched.accounts.removed.difference(&removed).copied().collect();
                for grant in fresh {
                    watched.removed.insert(grant, now);
                }
            }
            (Address::Account(account), Deed::Said(Message::Account(command), Said::Account(reply), at)) => {
                if let Err(wrong) = watched.accounts.said(account, command, reply, *at) {
                    violated(ocean, "sessions are the owner's", wrong);
                }
            }
            _ => {}
        }
    }

    /// A request was answered; whether the answer arrives does not matter.
    pub fn answered(
        &self,
        ocean: &Ocean,
        sent: &Sent,
        answer: &Answer,
        began: Time,
        count: Count,
        disturbed: bool,
    ) {
        let mut watched = self.0.borrow_mut();
        watched.checks += 1;
        if let Err(wrong) = answers::is_registered(sent, answer, disturbed) {
            violated(ocean, "every answer is a registered one", wrong);
        }
        if let Err(wrong) = answers::is_within_budget(sent, count) {
            violated(ocean, "the storage budget", wrong);
        }
        match (sent.path(), answer.status) {
            ("/token", 200) => watched.tokens_issued(ocean, sent, answer, began),
            ("/demo/calendar", 200 | 201) | ("/demo/whoami", 200) => watched.guarded(ocean, sent, began),
            ("/introspect", 200) => watched.introspected(ocean, sent, answer, began),
            ("/device_authorization", 200) => watched.served(ocean, sent, began),
            _ => watched.end_answered(ocean, sent, answer, disturbed),
        }
        // A hop takes milliseconds here, and a client that does not answer five seconds.
        if departures::may_end_a_session(sent)
            && ocean.temper.slow == 0
            && ocean.scheduler.now() > began + 8000
        {
            violated(ocean, "notices do not hold up the answer", sent.label());
        }
        if let Some(code) = answer.redirected("code") {
            watched.code_issued(ocean, &code, began);
        }
    }

    /// After everything: nothing is left that should have gone.
    pub fn at_the_end(&self, ocean: &Ocean) {
        let watched = self.0.borrow();
        for (address, json) in ocean.objects.stored() {
            match address {
                Address::Grant(grant) => {
                    let name = watched.names.get(&grant).copied().unwrap_or_default();
                    violated(ocean, "every grant deletes itself", format!("grant {name}: {json}"));
                }
                // They stay for as long as the place stands.
                Address::SigningKeys => {}
                Address::Account(_) => {
                    let account: serde_json::Value = serde_json::from_str(&json).unwrap();
                    let owner = &account["owner"];
                    let listed = owner["access"]["grants"].as_array().map_or(0, Vec::len);
                    let waiting = owner["outbox"].as_array().map_or(0, Vec::len);
                    let notices = owner["logins"]["notices"].as_array().map_or(0, Vec::len);
                    let farewells = account["farewells"].as_array().map_or(0, Vec::len);
                    if owner.is_null() || listed + waiting + notices + farewells > 0 {
                        violated(ocean, "every grant deletes itself", format!("an account keeps {json}"));
                    }
                }
            }
        }
        watched.nothing_stays(ocean);
        let owed = |client: &str| ended(&watched.accounts, ocean.keyring(), client, true);
        if let Err(missed) = watched.notices.are_delivered(owed) {
            violated(ocean, "whoever signs in hears of the end", missed);
        }
        for (grant, at) in &watched.removed {
            if watched.grants.get(grant).is_some_and(|truth| truth.ended.is_none() && !truth.erased) {
                violated(ocean, "removal reaches every grant", format!("one lives on, removed at {at}"));
            }
        }
    }
}

impl Watched {
    fn name(&self, grant: GrantId) -> u64 {
        self.names.get(&grant).copied().unwrap_or_default()
    }

    fn tokens_issued(&mut self, ocean: &Ocean, sent: &Sent, answer: &Answer, began: Time) {
        let claims = claims(&answer.text("access_token").unwrap_or_default());
        let grant = claims.gid;
        let name = self.name(grant);
        let grant_type = sent.field("grant_type").unwrap_or_default();
        if ["authorization_code", DEVICE_CODE].contains(&&*grant_type) && !self.redeemed.insert(grant) {
            violated(ocean, "a code is redeemed once", format!("grant {name} gave tokens twice"));
        }
        if self.ended.get(&grant).is_some_and(|at| began > *at) {
            violated(ocean, "what has ended stays ended", format!("grant {name} gave tokens"));
        }
        if grant_type == EXCHANGE
            && let Err(wrong) = exchanges::is_allowed(ocean, sent, &claims)
        {
            violated(ocean, "an exchange only narrows", format!("grant {name}: {wrong}"));
        }
        if sent.headers.get("dpop").is_some_and(|proof| !self.proofs.insert(proof.clone())) {
            violated(ocean, "a proof is good for one use", format!("grant {name} gave tokens twice"));
        }
        if let Some(token) = answer.text("id_token") {
            self.notices.signs_in(&token);
        }
        match self.accounts.approved.get(&grant) {
            Some(scope) if claims.scope.is_within(scope) => {}
            approved => violated(
                ocean,
                "no token beyond the approval",
                format!("grant {name}: {:?} of {approved:?}", claims.scope),
            ),
        }
        if let Some(token) = answer.text("refresh_token") {
            let parsed = RefreshToken::open(ocean.keyring(), &token).unwrap();
            let known = self.refresh_tokens.entry((parsed.grant, parsed.generation)).or_insert(token.clone());
            if *known != token || parsed.grant != grant {
                violated(
                    ocean,
                    "one successor, byte for byte",
                    format!("grant {name} has two tokens of generation {}", parsed.generation),
                );
            }
        }
        self.served(ocean, sent, began);
    }

    fn guarded(&mut self, ocean: &Ocean, sent: &Sent, began: Time) {
        let header = sent.headers.get("authorization").cloned().unwrap_or_default();
        let claims = claims(header.trim_start_matches("Bearer ").trim_start_matches("DPoP "));
        let name = self.name(claims.gid);
        if claims.cnf.is_some() && !sent.headers.contains_key("dpop") {
            violated(ocean, "a bound token needs its key", format!("one of grant {name} was let in"));
        }
        let slack = Seconds(u64::from(ocean.temper.skew) / 1000 + 1 + UNDER_WAY / 1000);
        if ocean.clock(0).seconds() > claims.exp + slack.0 {
            violated(ocean, "nothing outlives its expiry", format!("a token of grant {name} was let in"));
        }
        let live = sent.path() == "/demo/calendar";
        if live && self.ended.get(&claims.gid).is_some_and(|at| began > *at) {
            violated(ocean, "what has ended stays ended", format!("grant {name} opened the calendar"));
        }
    }

    fn introspected(&mut self, ocean: &Ocean, sent: &Sent, answer: &Answer, began: Time) {
        if answer.json()["active"] != true {
            return;
        }
        self.served(ocean, sent, began);
        let token = sent.field("token").unwrap_or_default();
        let grant = match RefreshToken::open(ocean.keyring(), &token) {
            Some(token) => token.grant,
            None => claims(&token).gid,
        };
        if self.ended.get(&grant).is_some_and(|at| began > *at) {
            let name = self.name(grant);
            violated(
                ocean,
                "what has ended stays ended",
                format!("a token of grant {name} is said to be active"),
            );
        }
    }

    fn code_issued(&mut self, ocean: &Ocean, code: &str, began: Time) {
        let grant = authorization_code::open(ocean.keyring(), code).unwrap();
        let created = self.grants.get(&grant).and_then(|truth| truth.create.as_ref());
        if let Some(create) = created {
            self.is_there(ocean, create.terms.client_id.as_str(), began, "a code");
        }
        if created.is_none() || !self.accounts.approved.contains_key(&grant) {
            violated(ocean, "a code after both writes", format!("grant {}", self.name(grant)));
        }
    }
}

fn violated(ocean: &Ocean, oracle: &'static str, seen: impl Into<String>) {
    ocean.scheduler.violated(oracle, seen);
}

/// The session of a browser with these cookies.
fn session_in(ocean: &Ocean, cookies: &str) -> Option<Session> {
    cookies.split("; ").find_map(|pair| {
        Session::open(ocean.keyring(), pair.strip_prefix("__Host-postern_session=")?, ocean.clock(0))
    })
}

/// The sessions that are over, as a client knows them; those of which it has to hear, where that is `owed`.
fn ended(accounts: &AccountsTruth, keyring: &Keyring, client: &str, owed: bool) -> Ended {
    ClientId::prove(keyring, client).map_or_else(Vec::new, |client| accounts.ended(client.id(), owed))
}

/// The claims of an access token, taken at its word.
pub fn claims(token: &str) -> AccessTokenClaims {
    let payload = token.split('.').nth(1).unwrap_or_default();
    serde_json::from_slice(&base64url::decode(payload).unwrap_or_default()).expect("claims")
}

fn told(command: &Command, reply: &Reply) -> String {
    let asked = match command {
        Command::Create(create) => format!("create for {:?}", create.terms.scope),
        Command::Redeem(_) => "redeem".into(),
        Command::Refresh(refresh) => format!("refresh with generation {}", refresh.generation),
        Command::Revoke(_) => "revoke".into(),
        Command::Exchange(_) => "exchange".into(),
        Command::Inspect => "inspect".into(),
        Command::Issue(_) => "issue".into(),
        Command::Ask(_) => "ask".into(),
        Command::Look => "look".into(),
        Command::Answer(_) => "answer".into(),
        Command::Listed(_) => "listed".into(),
        Command::Poll(_) => "poll".into(),
    };
    let said = match reply {
        Reply::Issued(issued) => {
            format!("issued generation {:?}", issued.refresh.as_ref().map(|r| r.generation))
        }
        Reply::Alive(_) => "alive".into(),
        Reply::Waiting(_) => "it waits".into(),
        other => format!("{other:?}"),
    };
    format!("{asked} -> {said}")
}
