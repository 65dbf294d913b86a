//! Every sentence of the pages, once in English and once in Korean. A missing one does not compile.

pub mod account;
pub mod admin;
pub mod admin_events;
pub mod consent;
pub mod console;
pub mod country;
pub mod credentials;
mod en;
pub mod faults;
mod ko;
pub mod playground;
pub mod start;

use crate::model::client::NAMELESS;
use crate::model::language::Language;
use crate::model::password::PasswordError;
use crate::protocol::authorization::PageRefusal;

/// The sentences of one language.
#[derive(Debug)]
pub struct Text {
    /// What the service is.
    pub tagline: &'static str,
    /// First link of every page, for who has no mouse.
    pub skip: &'static str,
    /// Name of the links at the head.
    pub ways: &'static str,
    /// Title and link.
    pub playground: &'static str,
    /// Whose turn it is.
    pub turn_owner: &'static str,
    /// Whose turn it is.
    pub turn_operator: &'static str,
    /// Whose turn it is, where the address is wrong.
    pub turn_address: &'static str,
    /// Link.
    pub start_page: &'static str,
    /// Before the id of a request.
    pub request_id: &'static str,
    /// Label.
    pub username: &'static str,
    /// Label.
    pub password: &'static str,
    /// Hint beside the password of a new account.
    pub password_hint: &'static str,
    /// Title and button.
    pub sign_in: &'static str,
    /// Title and button.
    pub sign_up: &'static str,
    /// Title and button.
    pub sign_out: &'static str,
    /// Before the client's name.
    pub continue_to: &'static str,
    /// Link from sign-in.
    pub no_account: &'static str,
    /// Link from sign-up.
    pub have_account: &'static str,
    /// Refusal.
    pub wrong_credentials: &'static str,
    /// Refusal, where the password was right.
    pub account_disabled: &'static str,
    /// Refusal.
    pub username_taken: &'static str,
    /// Refusal.
    pub username_malformed: &'static str,
    /// Refusal.
    pub password_too_short: &'static str,
    /// Refusal.
    pub password_too_long: &'static str,
    /// Refusal.
    pub password_is_username: &'static str,
    /// Refusal.
    pub sign_up_closed: &'static str,
    /// Question on the sign-out page.
    pub sign_out_question: &'static str,
    /// After signing out.
    pub signed_out: &'static str,
    /// Where an app has no name.
    pub no_name: &'static str,
    /// Below that title.
    pub signed_out_hint: &'static str,
    /// Before the user name.
    pub signed_in_as: &'static str,
    /// Title.
    pub account: &'static str,
    /// Heading.
    pub connected_apps: &'static str,
    /// Where the list is empty.
    pub no_connected_apps: &'static str,
    /// Where an approval is remembered but nothing is alive.
    pub not_in_use: &'static str,
    /// Before the question, where an app wants it.
    pub sign_out_asked: &'static str,
    /// Link.
    pub stay_signed_in: &'static str,
    /// Refusal.
    pub logout_refused: &'static str,
    /// Button.
    pub remove_access: &'static str,
    /// Under the button.
    pub remove_access_hint: &'static str,
    /// Title.
    pub console: &'static str,
    /// Link.
    pub back: &'static str,
    /// Title of error pages.
    pub cannot_continue: &'static str,
    /// Whose turn it is, where the app is at fault.
    pub turn_developer: &'static str,
    /// Refusal.
    pub form_used: &'static str,
    /// Refusal.
    pub form_expired: &'static str,
    /// Refusal.
    pub not_from_here: &'static str,
    /// 404.
    pub not_found: &'static str,
    /// 405.
    pub method_not_allowed: &'static str,
    /// 413.
    pub too_large: &'static str,
    /// 415 and broken forms.
    pub malformed_form: &'static str,
    /// 503.
    pub unavailable: &'static str,
    /// Title.
    pub device: &'static str,
    /// Under the title.
    pub device_hint: &'static str,
    /// Label.
    pub user_code: &'static str,
    /// Button.
    pub device_continue: &'static str,
    /// Refusal.
    pub user_code_wrong: &'static str,
    /// After the client's name.
    pub device_asks: &'static str,
    /// Before the code.
    pub device_shows: &'static str,
    /// Above the scopes.
    pub device_warning: &'static str,
    /// After the owner allowed.
    pub device_allowed: &'static str,
    /// After the owner denied.
    pub device_denied: &'static str,
    /// Before the name of whoever is signed in.
    pub continue_as: &'static str,
    /// Heading.
    pub profile: &'static str,
    /// Under the heading.
    pub profile_hint: &'static str,
    /// Label.
    pub profile_name: &'static str,
    /// Label.
    pub profile_email: &'static str,
    /// Label.
    pub profile_locale: &'static str,
    /// Label.
    pub profile_picture: &'static str,
    /// Label.
    pub profile_zoneinfo: &'static str,
    /// Button.
    pub save: &'static str,
    /// After saving.
    pub saved: &'static str,
    /// Refusal.
    pub profile_name_wrong: &'static str,
    /// Refusal.
    pub profile_email_wrong: &'static str,
    /// Refusal.
    pub profile_locale_wrong: &'static str,
    /// Refusal.
    pub profile_picture_wrong: &'static str,
    /// Refusal.
    pub profile_zoneinfo_wrong: &'static str,
}

impl Text {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::TEXT,
            Language::Ko => &ko::TEXT,
        }
    }

    /// What an app is called.
    pub fn named<'a>(&self, name: &'a str) -> &'a str {
        if name == NAMELESS { self.no_name } else { name }
    }

    /// Why a password cannot be chosen.
    pub const fn password_error(&self, error: PasswordError) -> &'static str {
        match error {
            PasswordError::TooShort => self.password_too_short,
            PasswordError::TooLong => self.password_too_long,
            PasswordError::IsUsername => self.password_is_username,
        }
    }
}

/// How long to wait before the next attempt.
pub fn try_again_in(language: Language, seconds: u64) -> String {
    match (language, seconds.div_ceil(60)) {
        (Language::En, _) if seconds <= 90 => format!("Too many attempts. Try again in {seconds} seconds."),
        (Language::En, minutes) => format!("Too many attempts. Try again in {minutes} minutes."),
        (Language::Ko, _) if seconds <= 90 => {
            format!("시도 횟수가 너무 많습니다. {seconds}초 뒤에 다시 시도해 주세요.")
        }
        (Language::Ko, minutes) => format!("시도 횟수가 너무 많습니다. {minutes}분 뒤에 다시 시도해 주세요."),
    }
}

/// What went wrong with an authorization request that cannot go back to its client.
pub const fn page_refusal(language: Language, refusal: PageRefusal) -> &'static str {
    match (language, refusal) {
        (Language::En, PageRefusal::Malformed) => {
            "The app sent a request that cannot be read, or is over 6 KB."
        }
        (Language::En, PageRefusal::NoClient) => "The app did not say which client it is (client_id).",
        (Language::En, PageRefusal::UnknownClient) => "The app is not registered here (unknown client_id).",
        (Language::En, PageRefusal::NoRedirectUri) => {
            "The app did not say where to send you back (redirect_uri)."
        }
        (Language::En, PageRefusal::RedirectUriMismatch) => {
            "The address to send you back to (redirect_uri) is not one that the app registered."
        }
        (Language::En, PageRefusal::RequestExpired) => {
            "The request has waited for too long. Start again in the app."
        }
        (Language::Ko, PageRefusal::Malformed) => "앱이 보낸 요청을 읽을 수 없거나 6KB를 넘습니다.",
        (Language::Ko, PageRefusal::NoClient) => "앱이 자신을 밝히지 않았습니다(client_id).",
        (Language::Ko, PageRefusal::UnknownClient) => "등록되지 않은 앱입니다(알 수 없는 client_id).",
        (Language::Ko, PageRefusal::NoRedirectUri) => {
            "앱이 돌아갈 주소를 알려 주지 않았습니다(redirect_uri)."
        }
        (Language::Ko, PageRefusal::RedirectUriMismatch) => {
            "돌아갈 주소(redirect_uri)가 앱이 등록한 주소가 아닙니다."
        }
        (Language::Ko, PageRefusal::RequestExpired) => {
            "요청이 너무 오래되었습니다. 앱에서 다시 시작해 주세요."
        }
    }
}
