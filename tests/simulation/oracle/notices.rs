//! Who has to hear that a session is over (Back-Channel Logout), and who did.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A client, and a session as it knows it.
type Seen = (String, String);
/// Sessions that are over as a client knows them, each beside those in which it went on.
pub type Ended = Vec<BTreeSet<String>>;

/// How often each is told before it is given up.
const ATTEMPTS: u32 = 5;

/// All notices.
#[derive(Default)]
pub struct NoticesTruth {
    /// Clients that registered an address for them.
    pub listeners: BTreeSet<String>,
    /// Who got an ID token in which session.
    signed_in: BTreeSet<Seen>,
    /// Who heard.
    heard: BTreeSet<Seen>,
    attempts: BTreeMap<Seen, u32>,
}

fn of(claims: &Value) -> Option<Seen> {
    Some((claims["aud"].as_str()?.to_owned(), claims["sid"].as_str()?.to_owned()))
}

impl NoticesTruth {
    /// A client got an ID token.
    pub fn signs_in(&mut self, token: &str) {
        let (_, claims) = crate::keys::parts(token);
        self.signed_in.extend(of(&claims).filter(|(client, _)| self.listeners.contains(client)));
    }

    /// A client is about to be told.
    pub fn begins(&mut self, client: &str, session: &str) {
        *self.attempts.entry((client.to_owned(), session.to_owned())).or_default() += 1;
    }

    /// A logout token arrived at a client. `ended` are the sessions that are over, as that client knows them.
    pub fn arrives(&mut self, token: &str, ended: impl Fn(&str) -> Ended) -> Result<(), String> {
        let (_, claims) = crate::keys::parts(token);
        let seen = of(&claims).ok_or("it names no session or no client")?;
        if !claims["nonce"].is_null() || claims["events"].as_object().is_none_or(|events| events.len() != 1) {
            return Err("it is no logout token".into());
        }
        if !ended(&seen.0).iter().any(|names| names.contains(&seen.1)) {
            return Err("it is for a session that is alive, or that never was".into());
        }
        self.heard.insert(seen);
        Ok(())
    }

    /// Nobody is left who should have heard.
    pub fn are_delivered(&self, ended: impl Fn(&str) -> Ended) -> Result<(), String> {
        let told = |client: &str, names: &BTreeSet<String>| {
            names.iter().any(|session| {
                let seen = (client.to_owned(), session.clone());
                self.heard.contains(&seen) || self.attempts.get(&seen).is_some_and(|tried| *tried >= ATTEMPTS)
            })
        };
        let missed = self.signed_in.iter().find(|(client, session)| {
            ended(client).iter().any(|names| names.contains(session) && !told(client, names))
        });
        match missed {
            Some(seen) => Err(format!("{} was told {:?} times", seen.0, self.attempts.get(seen))),
            None => Ok(()),
        }
    }
}
