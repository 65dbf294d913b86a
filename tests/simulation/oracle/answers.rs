//! Which answers there may be at all, and what each request may cost (P9, P10).

use postern::store::meter::Count;

use crate::http::{Answer, Sent};

/// RFC 6749 §5.2, RFC 8707 §2, RFC 6750 §3.1, RFC 7591 §3.2.2.
const REGISTERED: [&str; 20] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_target",
    "invalid_token",
    "insufficient_scope",
    "invalid_redirect_uri",
    "invalid_client_metadata",
    "temporarily_unavailable",
    // No token was sent: RFC 6750 §3.1 wants no registered code here.
    "unauthorized",
    "access_denied",
    "not_found",
    // RFC 8628 §3.5.
    "authorization_pending",
    "slow_down",
    "expired_token",
    // RFC 9449 §12.2.
    "invalid_dpop_proof",
    "use_dpop_nonce",
];
/// RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6.
const TRAVELLING: [&str; 4] = ["access_denied", "consent_required", "login_required", "invalid_scope"];

/// Whether the answer is one of those there are.
pub fn is_registered(sent: &Sent, answer: &Answer, disturbed: bool) -> Result<(), String> {
    let path = sent.path();
    let statuses: &[u16] = match (path, sent.method) {
        // Too many exchanged tokens at once.
        ("/token", _) => &[200, 400, 401, 429],
        ("/revoke" | "/introspect" | "/device_authorization", _) => &[200, 400, 401],
        ("/register", _) => &[201, 400, 401],
        ("/jwks.json", _) => &[200],
        ("/demo/whoami" | "/demo/calendar", _) => &[200, 201, 401, 403, 409],
        ("/authorize", _) => &[200, 303, 400],
        ("/consent" | "/signin" | "/signup" | "/signout" | "/account", "POST") => {
            &[200, 303, 400, 403, 409, 429]
        }
        ("/device" | "/device/confirm" | "/logout/confirm", "POST") => &[200, 303, 400, 403],
        ("/logout", "POST") => &[303, 400],
        ("/signin" | "/signup" | "/signout" | "/account" | "/device" | "/logout", _) => &[200, 303, 400],
        (path, _) if path.starts_with("/register/") => &[200, 201, 204, 400, 401],
        // What was typed is not the name, and what is left in KV takes another pass.
        ("/account/delete", "POST") => &[200, 202, 303, 403],
        ("/account/sessions", "POST") => &[303, 403],
        ("/account/password", "POST") => &[200, 303, 403, 429],
        ("/account/passkeys", "POST") => &[200, 303, 400, 403, 409],
        ("/signin/passkey", "POST") => &[303, 400, 403],
        ("/account/delete" | "/account/sessions" | "/account/password" | "/account/passkeys", _) => {
            &[200, 303]
        }
        ("/admin/accounts" | "/admin/clients", "POST") => &[303, 404],
        ("/admin/accounts" | "/admin/clients", _) => &[200, 303],
        // A rotation while one is under way.
        ("/admin/rotate-keys", _) => &[200, 409],
        (path, _) if path.starts_with("/admin/") => &[200, 204, 400, 401],
        _ => &[],
    };
    let allowed = statuses.contains(&answer.status) || (answer.status == 503 && disturbed);
    let error = answer.text("error");
    if !allowed || error.as_deref().is_some_and(|error| !REGISTERED.contains(&error)) {
        return Err(format!("{} {path} was answered with {}", sent.method, answer.summary()));
    }
    match answer.redirected("error") {
        Some(error) if !TRAVELLING.contains(&error.as_str()) => Err(format!("{error} travelled to a client")),
        _ => Ok(()),
    }
}

/// Whether the request kept to its budget (DESIGN §7).
pub fn is_within_budget(sent: &Sent, count: Count) -> Result<(), String> {
    let (reads, writes, lists, objects) = match (sent.path(), sent.method) {
        ("/token" | "/revoke" | "/introspect" | "/device_authorization", _) => (1, 0, 0, 1),
        ("/device", "POST") => (0, 0, 0, 2),
        ("/device/confirm", _) => (1, 0, 0, 3),
        ("/logout", "GET") => (1, 0, 0, 1),
        ("/logout", _) => (1, 0, 0, 0),
        ("/logout/confirm", _) => (0, 0, 0, 1),
        ("/register", _) => (0, 1, 0, 0),
        ("/demo/whoami", _) => (0, 0, 0, 0),
        // The grant, and the calendar's own storage.
        ("/demo/calendar", _) => (0, 0, 0, 2),
        ("/authorize", _) => (2, 0, 0, 2),
        ("/consent", _) => (2, 1, 0, 2),
        // Who was signed in as another has signed out.
        ("/signin", "POST") => (0, 0, 0, 2),
        // Whether whoever is signed in may go on.
        ("/signin", _) => (0, 0, 0, 1),
        ("/signup", "POST") => (0, 1, 0, 2),
        ("/signout", "POST") => (0, 0, 0, 1),
        ("/account", "GET") => (0, 0, 1, 41),
        ("/account", _) => (0, 1, 0, 1),
        ("/account/sessions", _) | ("/account/delete" | "/account/password" | "/account/passkeys", "GET") => {
            (0, 0, 0, 1)
        }
        ("/account/password" | "/account/passkeys", _) => (0, 0, 0, 2),
        // Who was signed in as another has signed out.
        ("/signin/passkey", _) => (0, 0, 0, 2),
        // Answers on file and the directory; the account twice, and the calendar.
        ("/account/delete", _) => (0, 41, 1, 3),
        ("/admin/accounts", "GET") => (0, 0, 1, 2),
        ("/admin/accounts", _) => (0, 1, 1, 2),
        ("/admin/clients", "GET") => (0, 0, 1, 1),
        ("/admin/clients", _) => (1, 2, 1, 1),
        // Before a change is written: whether an administrator disabled it meanwhile.
        (path, "GET" | "DELETE") if path.starts_with("/register/") && !path.ends_with("/secret") => {
            (1, 1, 0, 0)
        }
        (path, _) if path.starts_with("/register/") => (2, 1, 0, 0),
        (path, _) if path.starts_with("/admin/") => (0, 1, 0, 0),
        _ => (0, 0, 0, 0),
    };
    let within = count.kv_reads <= reads
        && count.kv_writes <= writes
        && count.kv_lists <= lists
        && count.object_calls <= objects;
    match within {
        true => Ok(()),
        false => Err(format!("{} {} cost {count:?}", sent.method, sent.path())),
    }
}
