//! The sentences of the account.

use crate::model::language::Language;
use crate::pages::text::{en, ko};

/// The sentences of the account in one language.
#[derive(Debug)]
pub struct AccountText {
    /// Name of the links between the rooms.
    pub sections: &'static str,
    /// Title and link.
    pub connected_apps: &'static str,
    /// Title and link.
    pub profile: &'static str,
    /// Link.
    pub passkeys: &'static str,
    /// Link.
    pub password: &'static str,
    /// Link.
    pub recovery: &'static str,
    /// Title and link.
    pub sessions: &'static str,
    /// Title and link.
    pub data: &'static str,
}

impl AccountText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::account::TEXT,
            Language::Ko => &ko::account::TEXT,
        }
    }
}
