//! What the journal of the deployment takes down of what happened: acts that change who may do what, and those that smell of
//! theft. Everything is in the log; this is for whoever looks in at the pages.

use crate::base::time::UnixTime;
use crate::model::event::{Event, EventKind};
use crate::protocol::journal::JournalEntry;

/// How often an act is taken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// Each time: the operator or an administrator did it.
    Always,
    /// Once a minute for each client: whoever manages a client can do it again and again.
    OncePerClient,
    /// Once a minute, whoever did it: strangers can do it again and again.
    Once,
}

/// Whether an act is taken down, and how often.
pub fn often(event: &Event) -> Option<Often> {
    match event.kind {
        EventKind::AccountDisabled
        | EventKind::AccountEnabled
        | EventKind::AudienceKeyIssued
        | EventKind::ClientAllowed
        | EventKind::ClientDenied
        | EventKind::SigningKeysRotated => Some(Often::Always),
        // Anybody registers what is kept in its own id, without end.
        EventKind::ClientRegistered => {
            (event.member("kept") == Some("stored")).then_some(Often::OncePerClient)
        }
        EventKind::ClientUpdated
        | EventKind::ClientDeleted
        | EventKind::SecretAdded
        | EventKind::SecretRemoved => Some(Often::OncePerClient),
        EventKind::AccountDeleted
        | EventKind::CodeReplayed
        | EventKind::RefreshReused
        | EventKind::SignInThrottled => Some(Often::Once),
        EventKind::AccessGranted
        | EventKind::AccessDenied
        | EventKind::AccessRemembered
        | EventKind::AccessRemoved
        | EventKind::ClientAuthenticationFailed
        | EventKind::ClientTokenIssued
        | EventKind::CodeRedeemed
        | EventKind::LogoutNotified
        | EventKind::LogoutNoticeFailed
        | EventKind::DeviceAsked
        | EventKind::PasskeyAdded
        | EventKind::PasskeyRemoved
        | EventKind::PasswordChanged
        | EventKind::PasswordRemoved
        | EventKind::RateLimited
        | EventKind::RecoveryCodesMade
        | EventKind::SessionEnded
        | EventKind::SignInRefused
        | EventKind::SignedIn
        | EventKind::SignedOut
        | EventKind::SignedUp
        | EventKind::TokenExchanged
        | EventKind::TokenRefreshed
        | EventKind::TokenRevoked => None,
    }
}

/// What stands for an act among those of the same minute.
pub fn alike(event: &Event, often: Often) -> String {
    let client = event.member("client").filter(|_| often == Often::OncePerClient).unwrap_or_default();
    format!("{}\n{client}", event.kind.word())
}

/// The entry of an act.
pub fn entry(event: &Event, at: UnixTime, path: &str, request: Option<&str>) -> JournalEntry {
    let entry = JournalEntry::new(at, event.kind.word(), path);
    // That a client is stored goes without saying: no other is taken down.
    let said = event.members().filter(|(name, _)| *name != "kept");
    let entry = said.fold(entry, |entry, (name, text)| entry.with(name, text));
    match request {
        Some(id) => entry.request(id),
        None => entry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_client_that_is_stored_is_taken_down() {
        let of = |kept| often(&Event::of(EventKind::ClientRegistered).kept(kept));
        assert_eq!((of("stored"), of("sealed")), (Some(Often::OncePerClient), None));
        assert_eq!(often(&Event::of(EventKind::ClientRegistered)), None);
    }

    #[test]
    fn an_entry_says_what_the_line_of_the_log_says() {
        let event = Event::of(EventKind::AudienceKeyIssued).audience("https://api.example");
        let entry = entry(&event, UnixTime::from_seconds(1), "/admin/audience-key", Some("r"));
        assert_eq!(
            (entry.kind.as_str(), entry.path.as_str()),
            ("audience_key_issued", "/admin/audience-key")
        );
        assert_eq!((entry.request.as_deref(), entry.details.len()), (Some("r"), 1));
        assert_eq!(entry.detail("audience"), Some("https://api.example"));
    }

    #[test]
    fn acts_of_clients_are_told_apart_by_client_and_those_of_strangers_are_not() {
        let of = |kind, client: u8, often| {
            let client = crate::base::opaque::Opaque([client; 32]).to_string();
            let client = crate::model::client_id::ClientHash::parse(&client).unwrap();
            alike(&Event::of(kind).client(&client), often)
        };
        let (secret, replay) = (EventKind::SecretAdded, EventKind::CodeReplayed);
        assert_ne!(of(secret, 1, Often::OncePerClient), of(secret, 2, Often::OncePerClient));
        assert_eq!(of(replay, 1, Often::Once), of(replay, 2, Often::Once));
        assert_ne!(of(replay, 1, Often::Once), of(secret, 1, Often::Once));
    }
}
