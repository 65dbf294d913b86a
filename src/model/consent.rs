//! A consent: what an owner answered a client, as remembered in KV. It only ever saves a question (P8).

use serde::{Deserialize, Serialize};

use crate::base::time::UnixTime;
use crate::model::client_id::ClientHash;
use crate::model::scope::Scope;

/// What an owner answered a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What the client may do.
    pub approved: Scope,
    /// What was asked for and unticked: not asked again until the client says `prompt=consent`.
    pub declined: Scope,
    /// By the clock of the Account, which also knows when access was last removed.
    pub approved_at: UnixTime,
    /// The client's name when it was approved.
    pub client_name: String,
}

/// A consent as the account page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedConsent {
    /// Which client.
    pub client: ClientHash,
    /// What was approved.
    pub consent: Consent,
}

impl Consent {
    /// What of `asked` is granted without asking, if there is nothing new in it.
    pub fn answers(&self, asked: &Scope) -> Option<Scope> {
        let granted = asked.and(&self.approved);
        (asked.is_within(&self.approved.or(&self.declined)) && !granted.is_empty()).then_some(granted)
    }

    /// The consent after the owner ticked `ticked` of `asked`, on top of what was on file.
    pub fn renewed(
        before: Option<&Consent>,
        asked: &Scope,
        ticked: &Scope,
        approved_at: UnixTime,
        client_name: &str,
    ) -> Self {
        let nothing = Scope::default();
        let (approved, declined) = before.map_or((&nothing, &nothing), |c| (&c.approved, &c.declined));
        Self {
            approved: approved.without(asked).or(ticked),
            declined: declined.without(asked).or(&asked.without(ticked)),
            approved_at,
            client_name: client_name.to_owned(),
        }
    }

    /// Whether it was given after access was last removed.
    pub fn outlives(&self, removed_at: Option<UnixTime>) -> bool {
        removed_at.is_none_or(|removed| self.approved_at > removed)
    }

    /// Whether writing `self` over `before` would change what is approved.
    pub fn changes(&self, before: Option<&Consent>) -> bool {
        before.is_none_or(|b| b.approved != self.approved || b.declined != self.declined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn asking_for_more_asks_and_asking_for_what_was_unticked_does_not() {
        let now = UnixTime::from_seconds(1);
        let consent = Consent::renewed(None, &scope("a b"), &scope("a"), now, "n");
        assert_eq!(consent.answers(&scope("a b")), Some(scope("a")));
        assert_eq!(consent.answers(&scope("a")), Some(scope("a")));
        assert_eq!(consent.answers(&scope("a c")), None);
        assert_eq!(consent.answers(&scope("b")), None, "an empty grant is no answer");
    }

    #[test]
    fn a_new_answer_replaces_the_old_one_for_what_was_asked_only() {
        let now = UnixTime::from_seconds(1);
        let before = Consent::renewed(None, &scope("a b"), &scope("a b"), now, "n");
        let after = Consent::renewed(Some(&before), &scope("b c"), &scope("c"), now, "n");
        assert_eq!(after.approved, scope("a c"));
        assert_eq!(after.declined, scope("b"));
        assert!(after.changes(Some(&before)));
        assert!(!before.changes(Some(&before)));
    }
}
