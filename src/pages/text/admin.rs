//! The sentences of the administrators' pages.

use crate::model::language::Language;
use crate::pages::text::{en, ko};

/// The sentences of the administrators' pages in one language.
#[derive(Debug)]
pub struct AdminText {
    /// Title, link, and name of the links between the rooms.
    pub administration: &'static str,
    /// Link.
    pub overview: &'static str,
    /// What these pages are for.
    pub lead: &'static str,
    /// Title and link.
    pub clients: &'static str,
    /// What that page is for.
    pub clients_hint: &'static str,
    /// Title and link.
    pub accounts: &'static str,
    /// What that page is for.
    pub accounts_hint: &'static str,
    /// Title and link.
    pub events: &'static str,
    /// What that page is for.
    pub events_hint: &'static str,
    /// Where there is none.
    pub no_events: &'static str,
    /// Title and link.
    pub keys: &'static str,
    /// What that page is for.
    pub keys_hint: &'static str,
    /// Heading.
    pub settings: &'static str,
    /// Label of a setting.
    pub sign_up: &'static str,
    /// Label of a setting.
    pub registration: &'static str,
    /// Label of a setting.
    pub administrators: &'static str,
    /// Who may.
    pub anybody: &'static str,
    /// Who may.
    pub with_token: &'static str,
    /// Who may.
    pub no_one: &'static str,
    /// Beside one's own account.
    pub you: &'static str,
    /// Button.
    pub disable: &'static str,
    /// Button.
    pub enable: &'static str,
    /// Beside what is disabled.
    pub disabled: &'static str,
    /// Link.
    pub next_page: &'static str,
    /// Link.
    pub first_page: &'static str,
    /// Under a list.
    pub list_lags: &'static str,
    /// Heading of the form that takes any client id.
    pub client_by_id: &'static str,
    /// Label.
    pub client_id: &'static str,
    /// Under its field.
    pub client_by_id_hint: &'static str,
    /// What disabling a client does.
    pub disable_client_hint: &'static str,
    /// Heading.
    pub registered_clients: &'static str,
    /// Where there is none.
    pub no_clients: &'static str,
    /// Before a date.
    pub registered_on: &'static str,
    /// Before the id of an account.
    pub registered_by: &'static str,
    /// Where no account registered it.
    pub registered_with_token: &'static str,
    /// Done.
    pub client_disabled: &'static str,
    /// Done.
    pub client_enabled: &'static str,
    /// Refusal.
    pub client_unknown: &'static str,
    /// Heading of the search.
    pub find_account: &'static str,
    /// Button.
    pub find: &'static str,
    /// Nothing was found.
    pub nobody: &'static str,
    /// Heading and link.
    pub all_accounts: &'static str,
    /// Where there is none.
    pub no_accounts: &'static str,
    /// Before the id of an account.
    pub id: &'static str,
    /// Before a date.
    pub created_on: &'static str,
    /// Label of a number.
    pub sessions: &'static str,
    /// Label of a number.
    pub grants: &'static str,
    /// Label of a number.
    pub own_clients: &'static str,
    /// What disabling an account does.
    pub disable_account_hint: &'static str,
    /// Done.
    pub account_disabled: &'static str,
    /// Done.
    pub account_enabled: &'static str,
    /// Refusal.
    pub not_yourself: &'static str,
    /// Refusal.
    pub account_gone: &'static str,
    /// Heading.
    pub signing_keys: &'static str,
    /// Label.
    pub kid: &'static str,
    /// Label.
    pub signs_from: &'static str,
    /// Label.
    pub gone_at: &'static str,
    /// State of a key.
    pub signs: &'static str,
    /// State of a key.
    pub waits: &'static str,
    /// State of a key.
    pub verifies: &'static str,
    /// A key that had nothing before it.
    pub from_the_first: &'static str,
    /// Button.
    pub rotate: &'static str,
    /// What it does.
    pub rotate_hint: &'static str,
    /// Done.
    pub rotated: &'static str,
    /// Refusal, and in place of the button.
    pub rotation_pending: &'static str,
    /// Heading.
    pub root_keys: &'static str,
    /// Under it.
    pub root_keys_hint: &'static str,
    /// State of a root key.
    pub root_signs: &'static str,
    /// State of a root key.
    pub root_verifies: &'static str,
    /// State of a root key.
    pub root_retired: &'static str,
}

impl AdminText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::admin::TEXT,
            Language::Ko => &ko::admin::TEXT,
        }
    }
}
