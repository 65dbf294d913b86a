//! Every address there is, in one table: path, methods, and whether browsers of other origins may call it.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};

use crate::endpoint::browser::Browser;
use crate::endpoint::form::Face;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{
    Halt, Handled, World, account, account_data, account_delete, account_passkeys, account_password,
    account_recovery, admin, admin_pages, audit, authorize, consent, console, console_client, console_edit,
    console_register, console_test, demo, demo_mcp, device, device_authorization, dpop, introspect, journal,
    language, limits, logo, logout, operator_journal, par, profile, register, register_manage, revoke,
    sessions, sign_in, sign_in_passkey, sign_in_recovery, sign_out, sign_up, start, static_files, token,
    userinfo, well_known,
};
use crate::model::language::Language;
use crate::pages::message::{self, Turn};
use crate::pages::text::Text;
use crate::protocol::dpop::make_nonce;

/// What an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Route {
    Account,
    AccountData,
    AccountDataFile,
    AccountDelete,
    AdminAccounts,
    AdminAudienceKey,
    AdminClientAllow,
    AdminClientDeny,
    AdminClients,
    AdminEvents,
    AdminKeys,
    AdminOverview,
    AdminRotateKeys,
    AuthorizationServer,
    Authorize,
    BrandLogo,
    Consent,
    Console,
    ConsoleCheck,
    ConsoleClient,
    ConsoleDelete,
    ConsoleEdit,
    ConsoleRegister,
    ConsoleRetire,
    ConsoleSecret,
    ConsoleTest,
    DemoCalendar,
    DemoMcp,
    DemoWhoami,
    Device,
    DeviceAuthorization,
    DeviceConfirm,
    Health,
    Introspect,
    Jwks,
    Language,
    Logo,
    Logout,
    LogoutConfirm,
    Par,
    Passkeys,
    Password,
    Profile,
    ProtectedResource,
    Recovery,
    Register,
    RegisterManage,
    RegisterSecret,
    Revoke,
    Sessions,
    SignIn,
    SignInPasskey,
    SignInRecovery,
    SignOut,
    SignUp,
    Start,
    StaticFile,
    Token,
    Userinfo,
}

/// One row of the table.
struct Row {
    /// The path; `{…}` stands for one segment, `{/…}` for the rest.
    path: &'static str,
    methods: &'static [&'static str],
    /// Endpoints with CORS never read cookies; pages never have CORS.
    cors: bool,
    route: Route,
}

impl Row {
    /// RFC 9110 §9.3.2: HEAD is GET without the body, which the platform drops. Not where GET may issue a code, or end a
    /// session.
    fn answers_head(&self) -> bool {
        self.methods.contains(&"GET") && !matches!(self.route, Route::Authorize | Route::Logout)
    }

    /// Where a client asks for something: what it does wrong is for its developer to know. What an owner answers is not.
    fn is_journaled(&self) -> bool {
        self.route == Route::Authorize || self.counts_errors()
    }

    /// Where codes, tokens and client secrets are tried, every error is one try. Elsewhere an answer says so itself.
    fn counts_errors(&self) -> bool {
        matches!(
            self.route,
            Route::Token | Route::DeviceAuthorization | Route::Par | Route::Revoke | Route::Introspect
        )
    }
}

const fn page(path: &'static str, methods: &'static [&'static str], route: Route) -> Row {
    Row { path, methods, cors: false, route }
}

const fn open(path: &'static str, methods: &'static [&'static str], route: Route) -> Row {
    Row { path, methods, cors: true, route }
}

const TABLE: &[Row] = &[
    // Clients, from anywhere.
    open("/token", &["POST"], Route::Token),
    open("/par", &["POST"], Route::Par),
    open("/device_authorization", &["POST"], Route::DeviceAuthorization),
    open("/revoke", &["POST"], Route::Revoke),
    open("/introspect", &["POST"], Route::Introspect),
    open("/register", &["POST"], Route::Register),
    open("/register/{client_id}", &["GET", "PUT", "DELETE"], Route::RegisterManage),
    open("/register/{client_id}/secret", &["POST", "DELETE"], Route::RegisterSecret),
    open("/.well-known/oauth-authorization-server{/path}", &["GET"], Route::AuthorizationServer),
    open("/.well-known/openid-configuration{/path}", &["GET"], Route::AuthorizationServer),
    open("/jwks.json", &["GET"], Route::Jwks),
    open("/userinfo", &["GET", "POST"], Route::Userinfo),
    open("/.well-known/oauth-protected-resource{/path}", &["GET"], Route::ProtectedResource),
    open("/demo/whoami", &["GET"], Route::DemoWhoami),
    open("/demo/calendar", &["GET", "POST"], Route::DemoCalendar),
    open("/demo/mcp", &["POST"], Route::DemoMcp),
    // People, in their browsers.
    page("/authorize", &["GET", "POST"], Route::Authorize),
    page("/consent", &["POST"], Route::Consent),
    page("/device", &["GET", "POST"], Route::Device),
    page("/device/confirm", &["POST"], Route::DeviceConfirm),
    page("/signin", &["GET", "POST"], Route::SignIn),
    page("/signin/passkey", &["POST"], Route::SignInPasskey),
    page("/signin/recovery", &["GET", "POST"], Route::SignInRecovery),
    page("/signup", &["GET", "POST"], Route::SignUp),
    page("/signout", &["GET", "POST"], Route::SignOut),
    page("/logout", &["GET", "POST"], Route::Logout),
    page("/logout/confirm", &["POST"], Route::LogoutConfirm),
    page("/account", &["GET", "POST"], Route::Account),
    page("/account/passkeys", &["GET", "POST"], Route::Passkeys),
    page("/account/password", &["GET", "POST"], Route::Password),
    page("/account/recovery", &["GET", "POST"], Route::Recovery),
    page("/account/profile", &["GET", "POST"], Route::Profile),
    page("/account/sessions", &["GET", "POST"], Route::Sessions),
    page("/account/data", &["GET"], Route::AccountData),
    page("/account/data.json", &["GET"], Route::AccountDataFile),
    page("/account/delete", &["GET", "POST"], Route::AccountDelete),
    page("/console", &["GET"], Route::Console),
    page("/console/register", &["GET", "POST"], Route::ConsoleRegister),
    page("/console/check", &["POST"], Route::ConsoleCheck),
    page("/console/test", &["GET"], Route::ConsoleTest),
    page("/console/clients/{client_id}", &["GET"], Route::ConsoleClient),
    page("/console/clients/{client_id}/edit", &["GET", "POST"], Route::ConsoleEdit),
    page("/console/clients/{client_id}/secret", &["POST"], Route::ConsoleSecret),
    page("/console/clients/{client_id}/secret/retire", &["POST"], Route::ConsoleRetire),
    page("/console/clients/{client_id}/delete", &["GET", "POST"], Route::ConsoleDelete),
    page("/", &["GET"], Route::Start),
    page("/language", &["GET"], Route::Language),
    page("/static/{name}", &["GET"], Route::StaticFile),
    page("/logo/{sealed}", &["GET"], Route::Logo),
    page("/brand/logo", &["GET"], Route::BrandLogo),
    // Administrators, in their browsers.
    page("/admin", &["GET"], Route::AdminOverview),
    page("/admin/clients", &["GET", "POST"], Route::AdminClients),
    page("/admin/accounts", &["GET", "POST"], Route::AdminAccounts),
    page("/admin/events", &["GET"], Route::AdminEvents),
    page("/admin/keys", &["GET", "POST"], Route::AdminKeys),
    // The operator.
    page("/healthz", &["GET"], Route::Health),
    page("/admin/audience-key", &["POST"], Route::AdminAudienceKey),
    page("/admin/clients/deny", &["POST"], Route::AdminClientDeny),
    page("/admin/clients/allow", &["POST"], Route::AdminClientAllow),
    page("/admin/rotate-keys", &["POST"], Route::AdminRotateKeys),
];

/// Answers a request.
pub async fn answer(world: &World<'_>, request: &Request) -> Response {
    let found = TABLE.iter().find_map(|row| captured(row.path, &request.path).map(|capture| (row, capture)));
    let Some((row, capture)) = found else { return finish(world, false, not_found(world, request)) };
    let mut response = match request.method.as_str() {
        "OPTIONS" if row.cors => preflight(row),
        method if row.methods.contains(&method) || (method == "HEAD" && row.answers_head()) => {
            let answer = match handle(world, request, row.route, capture).await {
                Ok(response) => response,
                Err(Halt::Answer(response)) => *response,
                Err(Halt::Unavailable(error)) => unavailable(world, request, row).because(error),
            };
            let faultless = answer.notes().is_some_and(|notes| notes.faultless);
            let faulty = row.counts_errors() && answer.status.is_client_error() && !faultless;
            limits::count_fault(world, request, if faulty { answer.fault() } else { answer }).await
        }
        _ => method_not_allowed(world, request, row),
    };
    audit::complete(world, request, row.path, &mut response);
    operator_journal::note(world, row.path, &response).await;
    if row.is_journaled() {
        journal::note(world, row.path, &response).await;
    }
    finish(world, row.cors, response)
}

async fn handle(world: &World<'_>, request: &Request, route: Route, capture: &str) -> Handled {
    match (route, request.method.as_str()) {
        (Route::Token, _) => token::post(world, request).await,
        (Route::DemoWhoami, _) => demo::whoami(world, request).await,
        (Route::DemoCalendar, "POST") => demo::add(world, request).await,
        (Route::DemoCalendar, _) => demo::list(world, request).await,
        (Route::DemoMcp, _) => demo_mcp::post(world, request).await,
        (Route::Revoke, _) => revoke::post(world, request).await,
        (Route::Introspect, _) => introspect::post(world, request).await,
        (Route::Register, _) => register::post(world, request).await,
        (Route::RegisterManage, "PUT") => register_manage::put(world, request, capture).await,
        (Route::RegisterManage, "DELETE") => register_manage::delete(world, request, capture).await,
        (Route::RegisterManage, _) => register_manage::get(world, request, capture).await,
        (Route::RegisterSecret, "DELETE") => register_manage::delete_secret(world, request, capture).await,
        (Route::RegisterSecret, _) => register_manage::post_secret(world, request, capture).await,
        (Route::AuthorizationServer, _) => well_known::authorization_server(world, capture),
        (Route::Jwks, _) => well_known::jwks(world).await,
        (Route::Userinfo, _) => userinfo::answer(world, request).await,
        (Route::ProtectedResource, _) => well_known::protected_resource(world, capture),
        (Route::Authorize, "POST") => authorize::post(world, request).await,
        (Route::Authorize, _) => authorize::get(world, request).await,
        (Route::Consent, _) => consent::post(world, request).await,
        (Route::DeviceAuthorization, _) => device_authorization::post(world, request).await,
        (Route::Device, "POST") => device::post(world, request).await,
        (Route::Device, _) => device::get(world, request),
        (Route::DeviceConfirm, _) => device::confirm(world, request).await,
        (Route::SignIn, "POST") => sign_in::post(world, request).await,
        (Route::SignIn, _) => sign_in::get(world, request).await,
        (Route::SignInPasskey, _) => sign_in_passkey::post(world, request).await,
        (Route::SignInRecovery, "POST") => sign_in_recovery::post(world, request).await,
        (Route::SignInRecovery, _) => sign_in_recovery::get(world, request),
        (Route::SignUp, "POST") => sign_up::post(world, request).await,
        (Route::SignUp, _) => sign_up::get(world, request),
        (Route::SignOut, "POST") => sign_out::post(world, request).await,
        (Route::SignOut, _) => sign_out::get(world, request),
        (Route::Logout, "POST") => logout::post(world, request).await,
        (Route::Logout, _) => logout::get(world, request).await,
        (Route::LogoutConfirm, _) => logout::confirm(world, request).await,
        (Route::Account, "POST") => account::post(world, request).await,
        (Route::Account, _) => account::get(world, request).await,
        (Route::AccountData, _) => account_data::get(world, request).await,
        (Route::AccountDataFile, _) => account_data::download(world, request).await,
        (Route::AccountDelete, "POST") => account_delete::post(world, request).await,
        (Route::AccountDelete, _) => account_delete::get(world, request).await,
        (Route::Sessions, "POST") => sessions::post(world, request).await,
        (Route::Sessions, _) => sessions::get(world, request).await,
        (Route::Par, _) => par::post(world, request).await,
        (Route::Passkeys, "POST") => account_passkeys::post(world, request).await,
        (Route::Passkeys, _) => account_passkeys::get(world, request).await,
        (Route::Password, "POST") => account_password::post(world, request).await,
        (Route::Password, _) => account_password::get(world, request).await,
        (Route::Recovery, "POST") => account_recovery::post(world, request).await,
        (Route::Recovery, _) => account_recovery::get(world, request).await,
        (Route::Profile, "POST") => profile::post(world, request).await,
        (Route::Profile, _) => profile::get(world, request).await,
        (Route::Console, _) => console::get(world, request).await,
        (Route::ConsoleRegister, "POST") => console_register::post(world, request).await,
        (Route::ConsoleRegister, _) => console_register::get(world, request).await,
        (Route::ConsoleCheck, _) => console_register::check(world, request).await,
        (Route::ConsoleTest, _) => Ok(console_test::get(world, request)),
        (Route::ConsoleClient, _) => console_client::get(world, request, capture).await,
        (Route::ConsoleEdit, "POST") => console_edit::post(world, request, capture).await,
        (Route::ConsoleEdit, _) => console_edit::get(world, request, capture).await,
        (Route::ConsoleSecret, _) => console_client::post_secret(world, request, capture).await,
        (Route::ConsoleRetire, _) => console_client::retire_secrets(world, request, capture).await,
        (Route::ConsoleDelete, "POST") => console_edit::delete(world, request, capture).await,
        (Route::ConsoleDelete, _) => console_edit::ask_delete(world, request, capture).await,
        (Route::Start, _) => start::get(world, request),
        (Route::Language, _) => language::get(world, request),
        (Route::Logo, _) => logo::get(world, request, capture).await,
        (Route::BrandLogo, _) => logo::brand(world, request).await,
        (Route::StaticFile, _) => static_files::get(world, request, capture),
        (Route::Health, _) => start::health(),
        (Route::AdminOverview, _) => admin_pages::get(world, request).await,
        (Route::AdminClients, "POST") => admin_pages::clients::post(world, request).await,
        (Route::AdminClients, _) => admin_pages::clients::get(world, request).await,
        (Route::AdminAccounts, "POST") => admin_pages::accounts::post(world, request).await,
        (Route::AdminAccounts, _) => admin_pages::accounts::get(world, request).await,
        (Route::AdminEvents, _) => admin_pages::events::get(world, request).await,
        (Route::AdminKeys, "POST") => admin_pages::keys::post(world, request).await,
        (Route::AdminKeys, _) => admin_pages::keys::get(world, request).await,
        (Route::AdminAudienceKey, _) => admin::audience_key(world, request).await,
        (Route::AdminClientDeny, _) => admin::deny_client(world, request).await,
        (Route::AdminClientAllow, _) => admin::allow_client(world, request).await,
        (Route::AdminRotateKeys, _) => admin::rotate_keys(world, request).await,
    }
}

/// What of `path` stands for the braces of `pattern`, if it matches.
fn captured<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, rest)) = pattern.split_once('{') else { return (pattern == path).then_some("") };
    let (name, after) = rest.split_once('}')?;
    let capture = path.strip_prefix(before)?.strip_suffix(after)?;
    let fits = match name.starts_with('/') {
        true => capture.is_empty() || capture.starts_with('/'),
        false => !capture.is_empty() && !capture.contains('/'),
    };
    fits.then_some(capture)
}

/// What every response carries.
fn finish(world: &World<'_>, cors: bool, response: Response) -> Response {
    let mut response = response.with(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !world.issuer.is_plain_http() {
        response = response.with(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if cors {
        response = response.with(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        let mut exposes =
            response.headers.contains_key(WWW_AUTHENTICATE) || response.headers.contains_key(RETRY_AFTER);
        if world.gives_nonce.get() {
            response = response.with(dpop::NONCE, &make_nonce(world.keyring, world.now));
            exposes = true;
        }
        if exposes {
            response =
                response.with(ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, Retry-After, DPoP-Nonce");
        }
    }
    response
}

fn preflight(row: &Row) -> Response {
    let headers = match row.route {
        // What its clients send with every message.
        Route::DemoMcp => "Authorization, Content-Type, DPoP, MCP-Protocol-Version",
        _ => "Authorization, Content-Type, DPoP",
    };
    Response::empty(204)
        .with(ACCESS_CONTROL_ALLOW_METHODS, &row.methods.join(", "))
        .with(ACCESS_CONTROL_ALLOW_HEADERS, headers)
        .with(ACCESS_CONTROL_MAX_AGE, "86400")
}

fn face(request: &Request, cors: bool) -> Face {
    if cors || request.wants_json() { Face::Json } else { Face::Page }
}

fn tell(
    world: &World<'_>,
    request: &Request,
    cors: bool,
    status: u16,
    error: &str,
    sentence: fn(&Text) -> &'static str,
) -> Response {
    if face(request, cors) == Face::Json {
        return Response::error(status, error, sentence(Text::of(Language::En)));
    }
    let browser = Browser::of(world, request);
    let sentence = sentence(Text::of(browser.language));
    // Only what is our fault is in the log: anybody can ask for what is not there.
    let (turn, id) = match status {
        500.. => (Turn::Operator, Some(world.request_id())),
        404 | 405 => (Turn::Address, None),
        _ => (Turn::Owner, None),
    };
    Response::page(status, message::error(&browser.frame(world), sentence, turn, id), None)
}

/// Nothing is there.
pub fn not_found(world: &World<'_>, request: &Request) -> Response {
    tell(world, request, false, 404, "not_found", |text| text.not_found)
}

fn method_not_allowed(world: &World<'_>, request: &Request, row: &Row) -> Response {
    let mut allow = row.methods.join(", ");
    if row.answers_head() {
        allow.push_str(", HEAD");
    }
    tell(world, request, row.cors, 405, "invalid_request", |text| text.method_not_allowed).with(ALLOW, &allow)
}

fn unavailable(world: &World<'_>, request: &Request, row: &Row) -> Response {
    tell(world, request, row.cors, 503, "temporarily_unavailable", |text| text.unavailable).retry_after(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_for_one_segment_or_for_the_rest() {
        for (pattern, path, capture) in [
            ("/token", "/token", Some("")),
            ("/token", "/token/", None),
            ("/register/{client_id}", "/register/a", Some("a")),
            ("/register/{client_id}", "/register/", None),
            ("/register/{client_id}", "/register/a/b", None),
            ("/register/{client_id}/secret", "/register/a/secret", Some("a")),
            ("/x{/path}", "/x", Some("")),
            ("/x{/path}", "/x/a/b", Some("/a/b")),
            ("/x{/path}", "/xa", None),
        ] {
            assert_eq!(captured(pattern, path), capture, "{pattern} {path}");
        }
    }
}
