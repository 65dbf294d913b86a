//! Who has left or was stopped, and what must be over when that is answered.

use std::collections::BTreeMap;

use postern::model::id::{GrantId, SubjectId};

use crate::http::{Answer, Sent};
use crate::kv::STALENESS;
use crate::ocean::Ocean;
use crate::oracle::{Oracle, UNDER_WAY, Watched, session_in, violated};
use crate::scheduler::Time;

/// Requests that may end sessions, and whose answers do not wait for clients that do not answer.
pub fn may_end_a_session(sent: &Sent) -> bool {
    let paths = [
        "/signout",
        "/logout",
        "/logout/confirm",
        "/account/sessions",
        "/account/password",
        "/account/delete",
        "/admin/accounts",
    ];
    paths.contains(&sent.path())
}

/// What has to happen now and then, or the schedules show nothing of it.
pub const TURNS: [&str; 5] = ["left", "stopped", "ended elsewhere", "new passwords", "by passkey"];

impl Oracle {
    /// How often each of [`TURNS`] happened.
    pub fn turns(&self) -> [u64; 5] {
        let accounts = &self.0.borrow().accounts;
        let (left, stopped) = (accounts.left.len() as u64, accounts.ever_stopped.len() as u64);
        [left, stopped, accounts.elsewhere, accounts.new_passwords, accounts.by_passkey]
    }

    /// A request arrives.
    pub fn begins(&self, ocean: &Ocean, sent: &Sent) {
        let cookie = sent.headers.get("cookie").filter(|_| sent.path() == "/account/delete");
        let sub = cookie.filter(|_| sent.method == "POST").and_then(|cookie| self.subject_of(ocean, cookie));
        if let Some(sub) = sub {
            self.0.borrow_mut().farewells.entry(sub).or_default().push(ocean.scheduler.now());
        }
    }

    /// Whose cookies these are.
    pub fn subject_of(&self, ocean: &Ocean, cookies: &str) -> Option<SubjectId> {
        session_in(ocean, cookies).map(|session| session.sub)
    }

    /// From now on nothing that is authenticated so may succeed, but for KV's staleness.
    pub fn gone(&self, credentials: &str, since: Time) {
        self.0.borrow_mut().gone.insert(credentials.to_owned(), since);
    }

    /// From now on it may.
    pub fn is_back(&self, credentials: &str) {
        self.0.borrow_mut().gone.remove(credentials);
    }
}

impl Watched {
    /// A client was served that has to authenticate itself, or at least to be there.
    pub fn served(&self, ocean: &Ocean, sent: &Sent, began: Time) {
        let credentials = sent.headers.get("authorization").cloned();
        let client = credentials.or_else(|| sent.field("client_id")).unwrap_or_default();
        self.is_there(ocean, &client, began, sent.path());
    }

    pub fn is_there(&self, ocean: &Ocean, client: &str, began: Time, what: &str) {
        if self.gone.get(client).is_some_and(|since| began > since + STALENESS + UNDER_WAY) {
            violated(
                ocean,
                "what was taken away is gone",
                format!("a client that is gone was served: {what}"),
            );
        }
    }

    /// Somebody is told that they have left, or that an account is stopped, or that access was removed. Where nothing gets
    /// lost, every grant has heard of it by then.
    pub fn end_answered(&mut self, ocean: &Ocean, sent: &Sent, answer: &Answer, disturbed: bool) {
        let cookie = sent.headers.get("cookie").cloned().unwrap_or_default();
        let own = session_in(ocean, &cookie).map(|session| session.sub);
        let sub = match (sent.path(), sent.method, answer.status) {
            ("/account", _, 303) if sent.field("action").is_some() => own,
            ("/account/delete", "POST", 200) => {
                if own.is_none_or(|sub| !self.accounts.left.contains(&sub)) {
                    violated(ocean, "who has left is gone", "it was answered, and the account is there");
                }
                own
            }
            ("/admin/accounts", "POST", 303)
                if answer.to_page().is_some_and(|to| to.starts_with("/admin/")) =>
            {
                let sub = sent.field("sub").and_then(|sub| postern::base::opaque::Opaque::parse(&sub));
                let sub = sub.map(SubjectId).filter(|_| sent.field("action").as_deref() == Some("disable"));
                if sub.is_some_and(|sub| !self.accounts.ever_stopped.contains(&sub)) {
                    violated(ocean, "who is stopped is stopped", "it was answered, and the account goes on");
                }
                sub
            }
            _ => None,
        };
        if let Some(sub) = sub.filter(|_| !disturbed && ocean.temper.is_gentle()) {
            self.all_have_heard(ocean, sub);
        }
    }

    fn all_have_heard(&self, ocean: &Ocean, sub: SubjectId) {
        // What is over by itself is off the list, and need not hear.
        let now = ocean.clock(0);
        let late = |grant: &&GrantId| {
            self.grants.get(*grant).is_some_and(|truth| {
                let own = truth.terms.as_ref().is_some_and(|terms| terms.owner.unwrap().sub == sub);
                own && truth.ended.is_none() && (truth.waits(now) || truth.is_alive(now))
            })
        };
        if let Some(grant) = self.removed.keys().find(late) {
            let name = self.name(*grant);
            violated(ocean, "removal reaches every grant", format!("grant {name} had not heard of it"));
        }
    }

    /// Whoever has left has left nothing, but for an answer that was under way while they left.
    pub fn nothing_stays(&self, ocean: &Ocean) {
        let left: BTreeMap<_, _> = self.accounts.left.iter().map(|sub| (sub.to_string(), sub)).collect();
        let stays = |(key, since): &(String, Time)| {
            let mut parts = key.split(':');
            let kind = parts.next().unwrap_or_default();
            let Some(sub) = parts.next().and_then(|sub| left.get(sub)) else { return false };
            let asked = self.farewells.get(sub).map_or(&[][..], Vec::as_slice);
            let last = asked.last().copied().unwrap_or_default();
            let began = asked.iter().find(|at| **at + UNDER_WAY >= last).copied().unwrap_or(last);
            kind == "account" || (kind == "consent" && *since < began)
        };
        if let Some((key, _)) = ocean.kv.stored().iter().find(|stored| stays(stored)) {
            violated(ocean, "who has left has left nothing", format!("{key} stays"));
        }
    }
}
