//! The sentences of the account.

use crate::model::language::Language;
use crate::model::sign_in_method::SignInMethod;
use crate::model::user_agent::UserAgent;
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
    /// Under the title of the connected apps.
    pub apps_lead: &'static str,
    /// Where there are none yet.
    pub apps_to_come: &'static str,
    /// Link to the playground.
    pub apps_try: &'static str,
    /// Before a date.
    pub since: &'static str,
    /// Before a time.
    pub last_used: &'static str,
    /// Before the place of the last use.
    pub from: &'static str,
    /// Under the title of the sessions.
    pub sessions_lead: &'static str,
    /// Where a browser does not say what it is.
    pub unknown_browser: &'static str,
    /// Mark of the session at hand.
    pub this_browser: &'static str,
    /// Before a time.
    pub signed_in_at: &'static str,
    /// How.
    pub by_password: &'static str,
    /// How.
    pub by_passkey: &'static str,
    /// How.
    pub by_recovery_code: &'static str,
    /// Button.
    pub end_session: &'static str,
    /// Button.
    pub end_others: &'static str,
    /// Button.
    pub end_all: &'static str,
    /// Under the sessions.
    pub sessions_hint: &'static str,
    /// Label.
    pub your_id: &'static str,
    /// Under the id.
    pub your_id_hint: &'static str,
    /// Label.
    pub made_at: &'static str,
    /// Heading.
    pub download: &'static str,
    /// Under the heading.
    pub download_lead: &'static str,
    /// Button.
    pub download_button: &'static str,
    /// Heading, title and button.
    pub delete_account: &'static str,
    /// Under the heading.
    pub delete_lead: &'static str,
    /// Link.
    pub delete_continue: &'static str,
    /// Above the list of what will happen.
    pub delete_warning: &'static str,
    /// What will happen.
    pub delete_consequences: [&'static str; 6],
    /// Before the name that has to be typed.
    pub delete_type: &'static str,
    /// Refusal.
    pub delete_wrong_name: &'static str,
    /// Where there was more than could be deleted at once.
    pub delete_unfinished: &'static str,
    /// Link.
    pub keep_account: &'static str,
    /// Title, when it is done.
    pub deleted: &'static str,
    /// When it is done.
    pub deleted_lead: &'static str,
}

impl AccountText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::account::TEXT,
            Language::Ko => &ko::account::TEXT,
        }
    }

    /// How somebody signed in.
    pub const fn method(&self, method: SignInMethod) -> &'static str {
        match method {
            SignInMethod::Password => self.by_password,
            SignInMethod::Passkey => self.by_passkey,
            SignInMethod::RecoveryCode => self.by_recovery_code,
        }
    }
}

/// A browser, in a few words.
pub fn browser(language: Language, agent: UserAgent) -> String {
    let (browser, system) = (agent.browser.name(), agent.system.name());
    match language {
        Language::En => format!("{browser} on {system}"),
        Language::Ko => format!("{system}의 {browser}"),
    }
}

/// How often new access tokens were fetched.
pub fn refreshes(language: Language, times: u64) -> String {
    match (language, times) {
        (Language::En, 0) => "not renewed yet".into(),
        (Language::En, 1) => "renewed once".into(),
        (Language::En, times) => format!("renewed {times} times"),
        (Language::Ko, 0) => "아직 갱신한 적 없음".into(),
        (Language::Ko, times) => format!("{times}번 갱신함"),
    }
}

/// How many live grants an app has, where it is more than one.
pub fn connections(language: Language, count: usize) -> String {
    match language {
        Language::En => format!("{count} connections"),
        Language::Ko => format!("연결 {count}개"),
    }
}
