//! The sentences of what an owner signs in with.

use crate::model::language::Language;
use crate::pages::text::{en, ko};

/// The sentences of what an owner signs in with in one language.
#[derive(Debug)]
pub struct CredentialsText {
    /// Between two ways of signing in.
    pub or: &'static str,
    /// Button.
    pub sign_in_with_passkey: &'static str,
    /// Where the browser gives none.
    pub passkey_not_used: &'static str,
    /// Refusal.
    pub passkey_refused: &'static str,
    /// Where the client wants to be sure.
    pub passkey_needed: &'static str,
    /// Link.
    pub use_recovery_code: &'static str,
    /// Title.
    pub recovery_sign_in: &'static str,
    /// Label.
    pub recovery_code: &'static str,
    /// Under the title.
    pub recovery_code_hint: &'static str,
    /// Refusal.
    pub recovery_code_wrong: &'static str,
    /// Link.
    pub back_to_sign_in: &'static str,
    /// Button, where a change needs a fresh sign-in.
    pub sign_in_again: &'static str,
    /// Why.
    pub sign_in_again_hint: &'static str,
    /// Title.
    pub passkeys: &'static str,
    /// Under the title.
    pub passkeys_hint: &'static str,
    /// Where there is none.
    pub no_passkeys: &'static str,
    /// Before a date.
    pub passkey_created: &'static str,
    /// Before a date.
    pub passkey_used: &'static str,
    /// Where it never was.
    pub passkey_unused: &'static str,
    /// Tag.
    pub passkey_synced: &'static str,
    /// Label.
    pub passkey_name: &'static str,
    /// Until it gets one.
    pub passkey_default_name: &'static str,
    /// Under the title.
    pub passkey_name_hint: &'static str,
    /// Button.
    pub add_passkey: &'static str,
    /// Without scripts, or in a browser without passkeys.
    pub add_passkey_unsupported: &'static str,
    /// Button.
    pub rename: &'static str,
    /// Button.
    pub remove: &'static str,
    /// After it was done.
    pub passkey_added: &'static str,
    /// After it was done.
    pub passkey_renamed: &'static str,
    /// After it was done.
    pub passkey_removed: &'static str,
    /// Refusal.
    pub passkey_add_refused: &'static str,
    /// Refusal.
    pub passkey_known: &'static str,
    /// Refusal.
    pub passkeys_too_many: &'static str,
    /// Refusal.
    pub passkey_unknown: &'static str,
    /// Refusal.
    pub passkey_name_wrong: &'static str,
    /// Refusal.
    pub last_way_in: &'static str,
    /// Title.
    pub change_password: &'static str,
    /// Title.
    pub set_password: &'static str,
    /// Label.
    pub current_password: &'static str,
    /// Label.
    pub new_password: &'static str,
    /// Under the title.
    pub change_password_hint: &'static str,
    /// After it was done.
    pub password_changed: &'static str,
    /// Refusal.
    pub current_password_wrong: &'static str,
    /// Title.
    pub remove_password: &'static str,
    /// Where it can go.
    pub remove_password_hint: &'static str,
    /// Button.
    pub remove_password_button: &'static str,
    /// Where it cannot.
    pub remove_password_not_yet: &'static str,
    /// After it was done.
    pub password_removed: &'static str,
    /// Where there is none.
    pub no_password: &'static str,
    /// Title.
    pub recovery: &'static str,
    /// Under the title.
    pub recovery_hint: &'static str,
    /// Where there are none.
    pub no_recovery_codes: &'static str,
    /// Button.
    pub make_recovery_codes: &'static str,
    /// Button.
    pub replace_recovery_codes: &'static str,
    /// Above the codes.
    pub recovery_codes_once: &'static str,
    /// Link from the codes.
    pub recovery_codes_kept: &'static str,
}

impl CredentialsText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::credentials::TEXT,
            Language::Ko => &ko::credentials::TEXT,
        }
    }
}

/// How many codes were not used yet.
pub fn codes_left(language: Language, left: usize) -> String {
    match (language, left) {
        (Language::En, 1) => "One code is left.".to_owned(),
        (Language::En, _) => format!("{left} codes are left."),
        (Language::Ko, _) => format!("코드가 {left}개 남았습니다."),
    }
}
