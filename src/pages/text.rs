//! Every sentence of the pages, once in English and once in Korean. A missing one does not compile.

use crate::model::language::Language;
use crate::model::password::PasswordError;
use crate::protocol::authorization::PageRefusal;

/// The sentences of one language.
#[derive(Debug)]
pub struct Text {
    /// What the service is.
    pub tagline: &'static str,
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
    /// After the client's name.
    pub consent_asks: &'static str,
    /// Under the client's name, where nobody vouched for it.
    pub consent_anonymous: &'static str,
    /// Before the destination.
    pub consent_sent_to: &'static str,
    /// Where the destination is not the host that published the client.
    pub consent_sent_elsewhere: &'static str,
    /// Behind a loopback destination.
    pub consent_this_computer: &'static str,
    /// Behind a private-use destination.
    pub consent_this_device: &'static str,
    /// Before the user name.
    pub signed_in_as: &'static str,
    /// Mark of a required scope.
    pub required: &'static str,
    /// Button.
    pub allow: &'static str,
    /// Button.
    pub deny: &'static str,
    /// Links of the client.
    pub privacy_policy: &'static str,
    /// Links of the client.
    pub terms_of_service: &'static str,
    /// Title.
    pub account: &'static str,
    /// Heading.
    pub connected_apps: &'static str,
    /// Where the list is empty.
    pub no_connected_apps: &'static str,
    /// Before a date.
    pub since: &'static str,
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
    /// Heading.
    pub my_clients: &'static str,
    /// Where the list is empty.
    pub no_clients: &'static str,
    /// Heading.
    pub register_client: &'static str,
    /// Label.
    pub client_name: &'static str,
    /// Label.
    pub redirect_uris: &'static str,
    /// Hint.
    pub redirect_uris_hint: &'static str,
    /// Label.
    pub client_kind: &'static str,
    /// Choice.
    pub kind_confidential: &'static str,
    /// Choice.
    pub kind_public: &'static str,
    /// Label.
    pub scopes: &'static str,
    /// Label.
    pub refresh_tokens: &'static str,
    /// Choice.
    pub refresh_rotate: &'static str,
    /// Choice.
    pub refresh_keep: &'static str,
    /// Button.
    pub register: &'static str,
    /// Button.
    pub delete: &'static str,
    /// Title.
    pub client_registered: &'static str,
    /// Label.
    pub client_id: &'static str,
    /// Label.
    pub client_secret: &'static str,
    /// Under the secret.
    pub client_secret_once: &'static str,
    /// Label.
    pub registration_token: &'static str,
    /// Label.
    pub authorize_link: &'static str,
    /// Refusal.
    pub too_many_clients: &'static str,
    /// Refusal.
    pub registration_closed: &'static str,
    /// Link.
    pub back: &'static str,
    /// Title of error pages.
    pub cannot_continue: &'static str,
    /// Whose turn it is, where the app is at fault.
    pub tell_developer: &'static str,
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
    /// Start page.
    pub start_lead: &'static str,
    /// Start page.
    pub start_story: &'static str,
    /// Start page, one step each.
    pub start_steps: [&'static str; 5],
    /// Start page.
    pub start_developers: &'static str,
}

const EN: Text = Text {
    tagline: "The small gate at the edge of the network",
    username: "User name",
    password: "Password",
    password_hint: "At least 8 characters",
    sign_in: "Sign in",
    sign_up: "Create an account",
    sign_out: "Sign out",
    continue_to: "to continue to",
    no_account: "No account yet? Create one",
    have_account: "Already have an account? Sign in",
    wrong_credentials: "The user name or the password is wrong.",
    username_taken: "This user name is taken. Choose another one.",
    username_malformed: "A user name has 1 to 256 bytes and no control characters.",
    password_too_short: "The password is too short: use at least 8 characters.",
    password_too_long: "The password is too long: use at most 256 bytes.",
    password_is_username: "The password must not be the user name.",
    sign_up_closed: "New accounts cannot be created here.",
    sign_out_question: "Do you want to sign out on this browser?",
    signed_out: "You are signed out.",
    sign_out_asked: "An app asks to sign you out here.",
    stay_signed_in: "Stay signed in",
    logout_refused: "The app asked to sign you out in a way that is not followed. You can sign out here all the same.",
    consent_asks: "asks for access to your account",
    consent_anonymous: "Registered anonymously: nobody has checked this name.",
    consent_sent_to: "You will be sent to",
    consent_sent_elsewhere: "That is not where the app is published. Go on only if you know this address.",
    consent_this_computer: "an app on this computer",
    consent_this_device: "an app on this device",
    signed_in_as: "Signed in as",
    required: "required",
    allow: "Allow",
    deny: "Deny",
    privacy_policy: "Privacy policy",
    terms_of_service: "Terms of service",
    account: "Your account",
    connected_apps: "Connected apps",
    no_connected_apps: "No app has access to your account.",
    since: "since",
    not_in_use: "approved, not in use",
    remove_access: "Remove access",
    remove_access_hint: "The app is locked out at once. An access token it already holds dies within minutes.",
    console: "Developer console",
    my_clients: "My apps",
    no_clients: "You have not registered an app.",
    register_client: "Register an app",
    client_name: "Name",
    redirect_uris: "Authorized redirect URIs",
    redirect_uris_hint: "One on each line. https, http on this computer (127.0.0.1, [::1], localhost), or a scheme like com.example.app:/",
    client_kind: "Kind",
    kind_confidential: "Web server: it can keep a secret",
    kind_public: "Browser, mobile or desktop app: it cannot keep a secret",
    scopes: "Scopes it may ask for",
    refresh_tokens: "Refresh tokens",
    refresh_rotate: "Rotate: each use gives a new one",
    refresh_keep: "Keep: the same one until it expires (web servers only)",
    register: "Register",
    delete: "Delete",
    client_registered: "Your app is registered",
    client_id: "Client ID",
    client_secret: "Client secret",
    client_secret_once: "Copy the secret now: it is not shown again.",
    registration_token: "Registration access token",
    authorize_link: "Send people here (with your own code challenge and state)",
    too_many_clients: "You have registered 20 apps, which is the limit. Delete one first.",
    registration_closed: "Registration is closed here.",
    back: "Back",
    cannot_continue: "This cannot continue",
    tell_developer: "Nothing is wrong with your account. Go back to the app, and tell its developer if it happens again.",
    form_used: "This form was already answered. Go back to the app and start again.",
    form_expired: "This page has been open for too long, or your session has changed. Go back and start again.",
    not_from_here: "This request did not come from our own page, so nothing was done. Go back and try again.",
    not_found: "There is nothing at this address.",
    method_not_allowed: "This address does not answer such requests.",
    too_large: "The request is too large.",
    malformed_form: "The request is not a well-formed form.",
    unavailable: "Something here is not answering. Nothing was lost; try again in a moment.",
    device: "Connect a device",
    device_hint: "Type the code that your device shows.",
    user_code: "Code",
    device_continue: "Continue",
    user_code_wrong: "This code is wrong, expired or used. Check it on your device, or have the device show a new one.",
    device_asks: "on another device asks for access to your account",
    device_shows: "Your device must show this code:",
    device_warning: "Only continue if you started this on your own device. Nobody should have sent you this code: whoever did would get into your account.",
    device_allowed: "Allowed. Go back to your device: it goes on by itself.",
    device_denied: "Denied: the device gets nothing. You can close this page.",
    continue_as: "Continue as",
    profile: "Profile",
    profile_hint: "Apps see this only if you allow it.",
    profile_name: "Name",
    profile_email: "E-mail address",
    profile_locale: "Language (as ko-KR)",
    profile_picture: "Address of a picture",
    profile_zoneinfo: "Time zone (as Asia/Seoul)",
    save: "Save",
    saved: "Saved.",
    profile_name_wrong: "The name has at most 100 visible characters.",
    profile_email_wrong: "This is not an e-mail address.",
    profile_locale_wrong: "This is not a language tag.",
    profile_picture_wrong: "The picture has to be at an https address.",
    profile_zoneinfo_wrong: "This is not a time zone.",
    start_lead: "An OAuth 2.1 authorization server at the edge: one module, no servers.",
    start_story: "The story in five steps",
    start_steps: [
        "Registration: a developer registers an app and gets a client id and a client secret.",
        "The owner's approval: you sign in, see what the app asks for, and allow it.",
        "The server's approval: the app exchanges a one-use code for tokens.",
        "Access token: the app shows it to the API. It expires soon.",
        "Refresh token: the app gets a new access token without asking you again, until you remove its access.",
    ],
    start_developers: "For developers",
};

const KO: Text = Text {
    tagline: "네트워크 끝에 있는 작은 문",
    username: "아이디",
    password: "비밀번호",
    password_hint: "8자 이상",
    sign_in: "로그인",
    sign_up: "회원가입",
    sign_out: "로그아웃",
    continue_to: "다음 앱으로 계속:",
    no_account: "계정이 없으신가요? 회원가입",
    have_account: "이미 계정이 있으신가요? 로그인",
    wrong_credentials: "아이디 또는 비밀번호가 올바르지 않습니다.",
    username_taken: "이미 사용 중인 아이디입니다. 다른 아이디를 입력해 주세요.",
    username_malformed: "아이디는 1~256바이트여야 하며 제어 문자를 쓸 수 없습니다.",
    password_too_short: "비밀번호가 너무 짧습니다. 8자 이상 입력해 주세요.",
    password_too_long: "비밀번호가 너무 깁니다. 256바이트까지 쓸 수 있습니다.",
    password_is_username: "아이디와 같은 비밀번호는 쓸 수 없습니다.",
    sign_up_closed: "여기서는 새 계정을 만들 수 없습니다.",
    sign_out_question: "이 브라우저에서 로그아웃할까요?",
    signed_out: "로그아웃했습니다.",
    sign_out_asked: "앱이 여기에서 로그아웃하기를 요청했습니다.",
    stay_signed_in: "로그인 유지",
    logout_refused: "앱이 보낸 로그아웃 요청이 올바르지 않아 따르지 않았습니다. 여기에서 직접 로그아웃할 수 있습니다.",
    consent_asks: "앱이 내 계정에 접근하려고 합니다",
    consent_anonymous: "익명으로 등록된 앱입니다. 이름이 확인되지 않았습니다.",
    consent_sent_to: "동의하면 이동할 곳:",
    consent_sent_elsewhere: "앱을 제공하는 곳과 다른 주소입니다. 아는 주소일 때만 계속하세요.",
    consent_this_computer: "이 컴퓨터에 있는 앱",
    consent_this_device: "이 기기에 있는 앱",
    signed_in_as: "로그인한 계정:",
    required: "필수",
    allow: "동의",
    deny: "거부",
    privacy_policy: "개인정보 처리방침",
    terms_of_service: "이용약관",
    account: "내 계정",
    connected_apps: "연결된 서비스 관리",
    no_connected_apps: "내 계정에 연결된 앱이 없습니다.",
    since: "연결한 날:",
    not_in_use: "동의함, 사용하지 않는 중",
    remove_access: "연결 해제",
    remove_access_hint: "앱은 바로 차단됩니다. 이미 받은 액세스 토큰은 몇 분 안에 만료됩니다.",
    console: "개발자 콘솔",
    my_clients: "내 앱",
    no_clients: "등록한 앱이 없습니다.",
    register_client: "앱 등록",
    client_name: "이름",
    redirect_uris: "승인된 리다이렉트 URI",
    redirect_uris_hint: "한 줄에 하나씩. https, 이 컴퓨터의 http(127.0.0.1, [::1], localhost), 또는 com.example.app:/ 같은 스킴",
    client_kind: "종류",
    kind_confidential: "웹 서버: 시크릿을 지킬 수 있음",
    kind_public: "브라우저, 모바일, 데스크톱 앱: 시크릿을 지킬 수 없음",
    scopes: "요청할 수 있는 동의항목",
    refresh_tokens: "리프레시 토큰",
    refresh_rotate: "교체: 쓸 때마다 새로 발급",
    refresh_keep: "유지: 만료될 때까지 같은 토큰(웹 서버만)",
    register: "등록",
    delete: "삭제",
    client_registered: "앱을 등록했습니다",
    client_id: "클라이언트 ID",
    client_secret: "클라이언트 시크릿",
    client_secret_once: "지금 복사해 두세요. 시크릿은 다시 보여 드리지 않습니다.",
    registration_token: "등록 관리용 액세스 토큰",
    authorize_link: "사용자를 보낼 주소(code challenge와 state는 직접 만드세요)",
    too_many_clients: "앱은 20개까지 등록할 수 있습니다. 먼저 하나를 삭제해 주세요.",
    registration_closed: "여기서는 앱을 등록할 수 없습니다.",
    back: "뒤로",
    cannot_continue: "계속할 수 없습니다",
    tell_developer: "계정에는 문제가 없습니다. 앱으로 돌아가 주세요. 계속되면 앱 개발자에게 알려 주세요.",
    form_used: "이미 응답한 화면입니다. 앱으로 돌아가 다시 시작해 주세요.",
    form_expired: "화면을 연 지 너무 오래되었거나 로그인 상태가 바뀌었습니다. 돌아가서 다시 시작해 주세요.",
    not_from_here: "이 사이트의 화면에서 보낸 요청이 아니어서 아무것도 하지 않았습니다. 돌아가서 다시 시도해 주세요.",
    not_found: "이 주소에는 아무것도 없습니다.",
    method_not_allowed: "이 주소에서 받지 않는 요청입니다.",
    too_large: "요청이 너무 큽니다.",
    malformed_form: "요청의 형식이 올바르지 않습니다.",
    unavailable: "일시적으로 응답하지 않습니다. 잃은 것은 없으니 잠시 후 다시 시도해 주세요.",
    device: "기기 연결",
    device_hint: "기기에 표시된 코드를 입력해 주세요.",
    user_code: "코드",
    device_continue: "계속",
    user_code_wrong: "코드가 틀렸거나 만료되었거나 이미 사용되었습니다. 기기에서 코드를 확인하거나 새 코드를 받아 주세요.",
    device_asks: "앱이 다른 기기에서 내 계정에 접근하려고 합니다",
    device_shows: "기기에 다음 코드가 표시되어 있어야 합니다:",
    device_warning: "내 기기에서 직접 시작한 경우에만 계속해 주세요. 다른 사람이 이 코드를 보냈다면 그 사람이 내 계정에 들어오게 됩니다.",
    device_allowed: "동의했습니다. 기기로 돌아가면 자동으로 계속됩니다.",
    device_denied: "거부했습니다. 기기는 아무 권한도 받지 않습니다. 이 화면을 닫아도 됩니다.",
    continue_as: "계속하기:",
    profile: "프로필",
    profile_hint: "허락한 앱만 볼 수 있습니다.",
    profile_name: "이름",
    profile_email: "이메일 주소",
    profile_locale: "언어 (예: ko-KR)",
    profile_picture: "사진 주소",
    profile_zoneinfo: "시간대 (예: Asia/Seoul)",
    save: "저장",
    saved: "저장했습니다.",
    profile_name_wrong: "이름은 보이는 글자로 100자까지입니다.",
    profile_email_wrong: "이메일 주소가 아닙니다.",
    profile_locale_wrong: "언어 코드가 아닙니다.",
    profile_picture_wrong: "사진은 https 주소에 있어야 합니다.",
    profile_zoneinfo_wrong: "시간대가 아닙니다.",
    start_lead: "네트워크 끝에서 동작하는 OAuth 2.1 인가 서버. 모듈 하나, 서버 없이.",
    start_story: "다섯 단계로 보는 이야기",
    start_steps: [
        "등록: 개발자가 앱을 등록하고 클라이언트 ID와 클라이언트 시크릿을 받습니다.",
        "자원 소유자의 승인: 로그인하고, 앱이 무엇을 요청하는지 보고, 동의합니다.",
        "서버의 승인: 앱이 한 번만 쓸 수 있는 인가 코드를 토큰으로 바꿉니다.",
        "액세스 토큰: 앱이 API를 호출할 때 보여 줍니다. 곧 만료됩니다.",
        "리프레시 토큰: 다시 묻지 않고 새 액세스 토큰을 받습니다. 연결을 해제할 때까지.",
    ],
    start_developers: "개발자라면",
};

impl Text {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &EN,
            Language::Ko => &KO,
        }
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

/// Under the name of a client whose id is an address: the one thing that is known for certain.
pub fn published_by(language: Language, host: &str) -> String {
    match language {
        Language::En => format!("This app is published by {host}"),
        Language::Ko => format!("{host}에서 제공하는 앱입니다"),
    }
}

/// How long to wait before the next attempt.
pub fn try_again_in(language: Language, seconds: u64) -> String {
    match (language, seconds.div_ceil(60)) {
        (Language::En, _) if seconds <= 90 => format!("Too many attempts. Try again in {seconds} seconds."),
        (Language::En, minutes) => format!("Too many attempts. Try again in {minutes} minutes."),
        (Language::Ko, _) if seconds <= 90 => {
            format!("시도가 너무 많았습니다. {seconds}초 뒤에 다시 시도해 주세요.")
        }
        (Language::Ko, minutes) => format!("시도가 너무 많았습니다. {minutes}분 뒤에 다시 시도해 주세요."),
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
            "요청을 너무 오래 기다렸습니다. 앱에서 다시 시작해 주세요."
        }
    }
}
