//! The sentences of the developers' console.

use crate::model::language::Language;
use crate::model::redirect_uri::RedirectUriError;
use crate::pages::text::{en, ko};

/// The sentences of the console in one language.
#[derive(Debug)]
pub struct ConsoleText {
    /// Heading.
    pub my_apps: &'static str,
    /// Under the title.
    pub lead: &'static str,
    /// Where the list is empty.
    pub no_apps: &'static str,
    /// Title and button.
    pub register_app: &'static str,
    /// Before a date.
    pub registered_on: &'static str,
    /// Under the list.
    pub limit_hint: &'static str,
    /// Refusal.
    pub too_many: &'static str,
    /// Refusal.
    pub closed: &'static str,
    /// Label.
    pub name: &'static str,
    /// Hint.
    pub name_hint: &'static str,
    /// Legend.
    pub kind: &'static str,
    /// Choice.
    pub kind_web: &'static str,
    /// Hint.
    pub kind_web_hint: &'static str,
    /// Choice.
    pub kind_page: &'static str,
    /// Hint.
    pub kind_page_hint: &'static str,
    /// Choice.
    pub kind_native: &'static str,
    /// Hint.
    pub kind_native_hint: &'static str,
    /// Choice.
    pub kind_machine: &'static str,
    /// Hint.
    pub kind_machine_hint: &'static str,
    /// Hint, where it cannot be chosen.
    pub machine_ask: &'static str,
    /// Label.
    pub redirect_uris: &'static str,
    /// Hint.
    pub redirect_uris_hint: &'static str,
    /// Box.
    pub try_here: &'static str,
    /// Hint.
    pub try_here_hint: &'static str,
    /// Legend.
    pub scopes: &'static str,
    /// Legend.
    pub refresh: &'static str,
    /// Choice.
    pub refresh_rotate: &'static str,
    /// Choice.
    pub refresh_keep: &'static str,
    /// Button.
    pub register: &'static str,
    /// Legend.
    pub links: &'static str,
    /// Label.
    pub client_uri: &'static str,
    /// Label.
    pub policy_uri: &'static str,
    /// Label.
    pub tos_uri: &'static str,
    /// Label.
    pub logo_uri: &'static str,
    /// Refusal.
    pub name_missing: &'static str,
    /// Refusal.
    pub name_wrong: &'static str,
    /// Refusal.
    pub kind_wrong: &'static str,
    /// Refusal.
    pub scope_missing: &'static str,
    /// Refusal.
    pub scope_wrong: &'static str,
    /// Refusal.
    pub keep_wrong: &'static str,
    /// Refusal.
    pub link_wrong: &'static str,
    /// Refusal.
    pub uris_missing: &'static str,
    /// Refusal.
    pub uris_many: &'static str,
    /// Said while typing.
    pub uris_good: &'static str,
    /// Refusal.
    pub uri_malformed: &'static str,
    /// Refusal.
    pub uri_too_long: &'static str,
    /// Refusal.
    pub uri_fragment: &'static str,
    /// Refusal.
    pub uri_user_info: &'static str,
    /// Refusal.
    pub uri_insecure: &'static str,
    /// Refusal.
    pub uri_answer: &'static str,
    /// Refusal.
    pub uri_scheme: &'static str,
    /// Said once.
    pub registered: &'static str,
    /// Where an administrator said so.
    pub stopped: &'static str,
    /// Heading.
    pub credentials: &'static str,
    /// Label.
    pub client_id: &'static str,
    /// Label.
    pub client_secret: &'static str,
    /// Under the secret.
    pub secret_once: &'static str,
    /// Where there is none.
    pub secret_none: &'static str,
    /// How many there are.
    pub secret_one: &'static str,
    /// How many there are.
    pub secret_two: &'static str,
    /// Button.
    pub secret_add: &'static str,
    /// Hint.
    pub secret_add_hint: &'static str,
    /// Hint, where there are two.
    pub secret_add_third: &'static str,
    /// Button.
    pub secret_retire: &'static str,
    /// Said once.
    pub secret_added: &'static str,
    /// Said once.
    pub secret_retired: &'static str,
    /// Button.
    pub copy: &'static str,
    /// Said of the button.
    pub copied: &'static str,
    /// Label.
    pub registration_token: &'static str,
    /// Heading.
    pub try_it: &'static str,
    /// Button.
    pub try_button: &'static str,
    /// Hint.
    pub try_hint: &'static str,
    /// Hint, where the app goes to an address of its own.
    pub try_own: &'static str,
    /// Heading.
    pub snippets: &'static str,
    /// Hint.
    pub snippets_hint: &'static str,
    /// Hint, where the secret is not known.
    pub snippets_secret: &'static str,
    /// Above the Rust snippet.
    pub snippet_setup: &'static str,
    /// Heading.
    pub recent: &'static str,
    /// Hint.
    pub recent_hint: &'static str,
    /// Where there are none.
    pub recent_none: &'static str,
    /// Where they cannot be had.
    pub recent_down: &'static str,
    /// Before what was sent.
    pub sent: &'static str,
    /// Before an id.
    pub request: &'static str,
    /// Heading.
    pub settings: &'static str,
    /// Title and button.
    pub edit: &'static str,
    /// Button.
    pub save: &'static str,
    /// Said once.
    pub saved: &'static str,
    /// Title and button.
    pub delete: &'static str,
    /// Question.
    pub delete_question: &'static str,
    /// Under the question.
    pub delete_hint: &'static str,
    /// Button.
    pub delete_yes: &'static str,
    /// Link.
    pub cancel: &'static str,
    /// Said once.
    pub deleted: &'static str,
    /// Title.
    pub test_title: &'static str,
    /// Under the title.
    pub test_lead: &'static str,
    /// Where there is no script.
    pub test_script: &'static str,
    /// Button.
    pub test_start: &'static str,
    /// Heading.
    pub test_step_code: &'static str,
    /// Heading.
    pub test_step_token: &'static str,
    /// Heading.
    pub test_step_call: &'static str,
    /// Said.
    pub test_ready: &'static str,
    /// Said.
    pub test_code: &'static str,
    /// Refusal.
    pub test_state_wrong: &'static str,
    /// Refusal.
    pub test_refused: &'static str,
    /// Label.
    pub test_secret: &'static str,
    /// Button.
    pub test_exchange: &'static str,
    /// Button.
    pub test_call: &'static str,
    /// Heading.
    pub test_request: &'static str,
    /// Heading.
    pub test_answer: &'static str,
    /// Said.
    pub test_done: &'static str,
    /// Link.
    pub test_again: &'static str,
    /// Refusal.
    pub test_stray: &'static str,
}

impl ConsoleText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::console::TEXT,
            Language::Ko => &ko::console::TEXT,
        }
    }

    /// Why a redirect URI cannot be registered.
    pub const fn redirect_uri_error(&self, error: RedirectUriError) -> &'static str {
        match error {
            RedirectUriError::Malformed => self.uri_malformed,
            RedirectUriError::TooLong => self.uri_too_long,
            RedirectUriError::Fragment => self.uri_fragment,
            RedirectUriError::UserInfo => self.uri_user_info,
            RedirectUriError::InsecureHttp => self.uri_insecure,
            RedirectUriError::AnswerParameter => self.uri_answer,
            RedirectUriError::Scheme => self.uri_scheme,
        }
    }
}

/// Something about one of several lines.
pub fn at_line(language: Language, line: usize, words: &str) -> String {
    match language {
        Language::En => format!("Line {line}: {words}"),
        Language::Ko => format!("{line}번째 줄: {words}"),
    }
}
