//! What happened, for whoever has to know later: one event an act. `docs/EVENTS.md` says what each one means.
//!
//! An event has ids and pseudonyms, and no field that a secret, a code or a token would fit into.

use std::fmt;

use serde_json::Value;

use crate::base::base64url;
use crate::base::time::UnixTime;
use crate::jose::keyring::{Accepts, Keyring};
use crate::model::client_id::ClientHash;
use crate::model::id::{AccountId, GrantId, SubjectId};
use crate::model::network::Network;
use crate::model::purpose::EVENT_SOURCE_LABEL;
use crate::model::scope::Scope;

/// Longest reason, in characters.
const MAX_REASON: usize = 300;

/// What kind of act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// The owner answered: yes.
    AccessGranted,
    /// The owner answered: no.
    AccessDenied,
    /// An earlier answer counted, and nobody was asked.
    AccessRemembered,
    /// The owner ended what a client had.
    AccessRemoved,
    /// An owner left for good.
    AccountDeleted,
    /// An administrator stopped an account.
    AccountDisabled,
    /// An administrator let an account go on.
    AccountEnabled,
    /// The operator took an audience's verification key.
    AudienceKeyIssued,
    /// The operator let a client work again.
    ClientAllowed,
    /// A client was not let in.
    ClientAuthenticationFailed,
    /// A registration was deleted.
    ClientDeleted,
    /// The operator stopped a client.
    ClientDenied,
    /// A client was registered.
    ClientRegistered,
    /// A client got a token for itself.
    ClientTokenIssued,
    /// A registration was replaced.
    ClientUpdated,
    /// A code was exchanged for tokens.
    CodeRedeemed,
    /// A code came a second time: its grant is over.
    CodeReplayed,
    /// A client has taken the notice that a session ended.
    LogoutNotified,
    /// A client could not be told that a session ended.
    LogoutNoticeFailed,
    /// A device asked for its owner.
    DeviceAsked,
    /// An owner registered a passkey.
    PasskeyAdded,
    /// An owner took a passkey away.
    PasskeyRemoved,
    /// An owner set a password; the other sessions are over.
    PasswordChanged,
    /// An owner does without a password.
    PasswordRemoved,
    /// An owner made recovery codes; earlier ones do not work.
    RecoveryCodesMade,
    /// Somebody was over a limit.
    RateLimited,
    /// A refresh token came that was superseded long ago: its grant is over.
    RefreshReused,
    /// A client got a further secret.
    SecretAdded,
    /// A client's older secrets stopped working.
    SecretRemoved,
    /// An owner ended a session, perhaps of another browser.
    SessionEnded,
    /// A password, a passkey or a recovery code was wrong, there is no such account, or an administrator stopped it.
    SignInRefused,
    /// An account was tried too often.
    SignInThrottled,
    /// The operator had new signing keys made.
    SigningKeysRotated,
    /// An owner signed in.
    SignedIn,
    /// An owner signed out.
    SignedOut,
    /// An account was made.
    SignedUp,
    /// An access token was exchanged for another.
    TokenExchanged,
    /// A refresh token was used.
    TokenRefreshed,
    /// A client gave a grant back.
    TokenRevoked,
}

/// One act. When, where and from where is said with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// What is said of it. Private: every member has a method of its own, and none takes a secret.
    said: Vec<(&'static str, String)>,
}

impl Event {
    /// An act of this kind, about nothing yet.
    pub const fn of(kind: EventKind) -> Self {
        Self { kind, said: Vec::new() }
    }

    /// One more member. By reference to whatever it is: one function for all of them is what keeps the module small.
    fn say(mut self, name: &'static str, text: &dyn fmt::Display) -> Self {
        self.said.push((name, text.to_string()));
        self
    }

    /// At an account, which may be nobody's: a name that was typed wrongly is often a password.
    #[must_use]
    pub fn account(self, account: AccountId, keyring: &Keyring) -> Self {
        match pseudonym("account", &account.0.0, keyring) {
            Some(account) => self.say("account", &account),
            None => self,
        }
    }

    /// Of or by an owner.
    #[must_use]
    pub fn owner(self, sub: SubjectId) -> Self {
        self.say("sub", &sub)
    }

    /// By an administrator.
    #[must_use]
    pub fn by(self, administrator: SubjectId) -> Self {
        self.say("by", &administrator)
    }

    /// Of or by a client.
    #[must_use]
    pub fn client(self, client: &ClientHash) -> Self {
        self.say("client", &client.as_str())
    }

    /// How that client is kept.
    #[must_use]
    pub fn kept(self, how: &'static str) -> Self {
        self.say("kept", &how)
    }

    /// About a grant.
    #[must_use]
    pub fn grant(self, grant: GrantId) -> Self {
        self.say("grant", &grant)
    }

    /// What was granted.
    #[must_use]
    pub fn scope(self, scope: &Scope) -> Self {
        self.say("scope", scope)
    }

    /// What was asked for and not granted.
    #[must_use]
    pub fn declined(self, declined: &Scope) -> Self {
        if declined.is_empty() { self } else { self.say("declined", declined) }
    }

    /// For a configured audience.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        self.say("audience", &audience)
    }

    /// Why it was refused.
    #[must_use]
    pub fn reason(self, reason: &str) -> Self {
        self.say("reason", &reason)
    }

    /// Its members, with what is said of each.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.said.iter().map(|(name, text)| (*name, text.as_str()))
    }

    /// One member of it.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.said.iter().find(|(said, _)| *said == name).map(|(_, text)| text.as_str())
    }

    /// Its line: one JSON object. `path` is the pattern of the endpoint, for a path may carry a whole client id.
    pub fn line(&self, at: UnixTime, path: &str, source: Option<&str>, request: Option<&str>) -> String {
        let mut line = format!(r#"{{"event":"{}","at":{},"path":"{path}""#, self.kind.word(), at.millis());
        let said = self.said.iter().map(|(name, text)| (*name, text.as_str()));
        let about = [("source", source), ("request", request)];
        let about = about.into_iter().filter_map(|(name, text)| Some((name, text?)));
        for (name, text) in said.chain(about) {
            line.push_str(&format!(r#","{name}":{}"#, Value::from(text)));
        }
        line.push('}');
        line
    }
}

/// Where a request comes from, for events.
pub fn source(network: &Network, keyring: &Keyring) -> Option<String> {
    pseudonym("source", network.bytes(), keyring)
}

/// Stands for something that is not to be in a log. The same thing has the same pseudonym until the root key changes;
/// without that key, nobody can tell what it stands for.
fn pseudonym(name: &str, bytes: &[u8], keyring: &Keyring) -> Option<String> {
    let key = keyring.key(keyring.signing_kid(), EVENT_SOURCE_LABEL, Accepts::Current)?;
    let mut text = base64url::encode(key.sign(&[name.as_bytes(), b":", bytes].concat()));
    // 72 bits: enough that two do not meet by chance.
    text.truncate(12);
    Some(text)
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 39] = [
        Self::AccessGranted,
        Self::AccessDenied,
        Self::AccessRemembered,
        Self::AccessRemoved,
        Self::AccountDeleted,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::AudienceKeyIssued,
        Self::ClientAllowed,
        Self::ClientAuthenticationFailed,
        Self::ClientDeleted,
        Self::ClientDenied,
        Self::ClientRegistered,
        Self::ClientTokenIssued,
        Self::ClientUpdated,
        Self::CodeRedeemed,
        Self::CodeReplayed,
        Self::LogoutNotified,
        Self::LogoutNoticeFailed,
        Self::DeviceAsked,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasswordChanged,
        Self::PasswordRemoved,
        Self::RecoveryCodesMade,
        Self::RateLimited,
        Self::RefreshReused,
        Self::SecretAdded,
        Self::SecretRemoved,
        Self::SessionEnded,
        Self::SignInRefused,
        Self::SignInThrottled,
        Self::SigningKeysRotated,
        Self::SignedIn,
        Self::SignedOut,
        Self::SignedUp,
        Self::TokenExchanged,
        Self::TokenRefreshed,
        Self::TokenRevoked,
    ];

    /// Its word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AccessGranted => "access_granted",
            Self::AccessDenied => "access_denied",
            Self::AccessRemembered => "access_remembered",
            Self::AccessRemoved => "access_removed",
            Self::AccountDeleted => "account_deleted",
            Self::AccountDisabled => "account_disabled",
            Self::AccountEnabled => "account_enabled",
            Self::AudienceKeyIssued => "audience_key_issued",
            Self::ClientAllowed => "client_allowed",
            Self::ClientAuthenticationFailed => "client_authentication_failed",
            Self::ClientDeleted => "client_deleted",
            Self::ClientDenied => "client_denied",
            Self::ClientRegistered => "client_registered",
            Self::ClientTokenIssued => "client_token_issued",
            Self::ClientUpdated => "client_updated",
            Self::CodeRedeemed => "code_redeemed",
            Self::CodeReplayed => "code_replayed",
            Self::LogoutNotified => "logout_notified",
            Self::LogoutNoticeFailed => "logout_notice_failed",
            Self::DeviceAsked => "device_asked",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordRemoved => "password_removed",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::RateLimited => "rate_limited",
            Self::RefreshReused => "refresh_reused",
            Self::SecretAdded => "secret_added",
            Self::SecretRemoved => "secret_removed",
            Self::SessionEnded => "session_ended",
            Self::SignInRefused => "sign_in_refused",
            Self::SignInThrottled => "sign_in_throttled",
            Self::SigningKeysRotated => "signing_keys_rotated",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::SignedUp => "signed_up",
            Self::TokenExchanged => "token_exchanged",
            Self::TokenRefreshed => "token_refreshed",
            Self::TokenRevoked => "token_revoked",
        }
    }
}

/// A refusal in words. Some quote what was sent: the log is for people, and not for filling.
pub fn reason(refusal: &dyn fmt::Debug) -> String {
    format!("{refusal:?}").chars().take(MAX_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::opaque::Opaque;

    fn ring(byte: u8) -> Keyring {
        Keyring::parse(&format!("k1:{}", base64url::encode([byte; 32]))).unwrap()
    }

    #[test]
    fn a_pseudonym_is_of_one_thing_under_one_key() {
        let of = |ring: &Keyring, address: &str| source(&Network::of(address).unwrap(), ring).unwrap();
        let here = of(&ring(1), "192.0.2.1");
        assert_eq!(here.len(), 12);
        assert_eq!(here, of(&ring(1), "::ffff:192.0.2.1"));
        assert_ne!(here, of(&ring(1), "192.0.2.2"));
        assert_ne!(here, of(&ring(2), "192.0.2.1"));
        let account = |byte, key| {
            let event = Event::of(EventKind::SignedIn).account(AccountId(Opaque([byte; 32])), &ring(key));
            event.member("account").unwrap().to_owned()
        };
        assert_eq!(account(0, 1).len(), 12);
        assert_ne!(account(0, 1), account(1, 1));
        assert_ne!(account(0, 1), account(0, 2));
    }

    #[test]
    fn every_word_is_listed_once() {
        // The compiler does not miss a kind that ALL lacks; the source does.
        let source = include_str!("event.rs");
        let listed = source.split("pub enum EventKind {").nth(1).and_then(|s| s.split('}').next()).unwrap();
        assert_eq!(listed.lines().filter(|line| line.ends_with(',')).count(), EventKind::ALL.len());
        let words: std::collections::BTreeSet<_> = EventKind::ALL.map(EventKind::word).into();
        assert_eq!(words.len(), EventKind::ALL.len());
    }

    #[test]
    fn a_line_is_one_json_object_and_says_what_was_said() {
        let at = UnixTime::from_seconds(1);
        let bare = Event::of(EventKind::SignedOut);
        assert_eq!(
            bare.line(at, "/signout", None, None),
            r#"{"event":"signed_out","at":1000,"path":"/signout"}"#
        );
        let scope = Scope::parse("b a").unwrap();
        let event = bare.scope(&scope).declined(&Scope::default()).reason("a \"quoted\"\nword");
        let json: Value = serde_json::from_str(&event.line(at, "/", Some("s"), Some("r"))).unwrap();
        assert_eq!(json["scope"], "a b");
        assert_eq!(json["reason"], "a \"quoted\"\nword");
        assert_eq!((&json["source"], &json["request"]), (&Value::from("s"), &Value::from("r")));
        assert_eq!(json.as_object().unwrap().len(), 7, "nothing was declined");
    }
}
