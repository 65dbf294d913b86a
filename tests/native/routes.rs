//! The table of addresses: what is not there, wrong methods, CORS.

use crate::support::{Harness, Sent};

const OPEN: [&str; 9] = [
    "/token",
    "/device_authorization",
    "/revoke",
    "/introspect",
    "/register",
    "/register/x",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/demo/whoami",
    "/demo/calendar",
];
const PAGES: [&str; 13] = [
    "/",
    "/authorize",
    "/consent",
    "/device",
    "/device/confirm",
    "/signin",
    "/signup",
    "/logout",
    "/account",
    "/console",
    "/console/register",
    "/console/test",
    "/console/clients/x",
];

fn with_method(method: &str, path: &str) -> Sent {
    Sent { method: method.into(), ..Sent::get(path) }
}

#[test]
fn what_is_not_there_is_not_found() {
    let harness = Harness::new();
    for path in
        ["/nothing", "/token/", "//token", "/TOKEN", "/%74oken", "/register/", "/admin/", "/.well-known/x"]
    {
        for method in ["GET", "POST", "OPTIONS"] {
            let answer = harness.send(with_method(method, path));
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
        }
    }
    assert_eq!(harness.get("/static/x").status, 404);
    let answer = harness.send(Sent::get("/nothing").with("accept", "application/json"));
    assert_eq!((answer.status, answer.json()["error"].as_str()), (404, Some("not_found")));
}

#[test]
fn browsers_of_other_origins_may_call_what_reads_no_cookie() {
    let harness = Harness::new();
    for path in OPEN {
        let preflight = harness.send(with_method("OPTIONS", path).with("origin", "https://spa.example"));
        assert_eq!((preflight.status, preflight.body.as_str()), (204, ""), "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
        assert_eq!(preflight.header("access-control-allow-headers"), "Authorization, Content-Type, DPoP");
        assert!(!preflight.header("access-control-allow-methods").is_empty());
        let answer = harness.send(with_method("POST", path));
        assert_eq!(answer.header("access-control-allow-origin"), "*", "errors too");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

#[test]
fn pages_are_never_open_to_other_origins_and_never_framed() {
    let harness = Harness::new();
    for path in PAGES {
        for method in ["GET", "POST", "OPTIONS", "PUT", "DELETE"] {
            let answer = harness.send(with_method(method, path).with("origin", "https://spa.example"));
            assert_eq!(answer.header("access-control-allow-origin"), "", "{method} {path}");
            if answer.header("content-type").starts_with("text/html") {
                let csp = answer.header("content-security-policy");
                assert!(csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"), "{csp}");
                assert_eq!(answer.header("cache-control"), "no-store");
            }
        }
        let answer = harness.send(with_method("PROPFIND", path));
        assert_eq!(answer.status, 405);
        assert!(!answer.header("allow").is_empty());
    }
}

#[test]
fn a_look_at_the_authorization_endpoint_issues_no_code() {
    let harness = Harness::new();
    let answer = harness.send(with_method("HEAD", "/authorize"));
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST"));
    assert_eq!(harness.send(with_method("HEAD", "/signin")).status, 200);
}

#[test]
fn every_post_of_a_page_wants_a_form() {
    let harness = Harness::new();
    for path in [
        "/signin",
        "/signup",
        "/signout",
        "/logout",
        "/logout/confirm",
        "/account",
        "/console/register",
        "/console/check",
        "/console/clients/x/edit",
        "/console/clients/x/secret",
        "/console/clients/x/secret/retire",
        "/console/clients/x/delete",
        "/consent",
        "/device",
        "/device/confirm",
        "/authorize",
    ] {
        let json = Sent::json("POST", path, &serde_json::json!({}));
        assert_eq!(harness.send(json).status, 415, "{path}");
        let large = Sent { body: vec![b'a'; 70_000], ..Sent::form(path, &[]) };
        assert_eq!(harness.send(large).status, 413, "{path}");
        let broken = Sent { body: b"a=%".to_vec(), ..Sent::form(path, &[]) };
        assert_eq!(harness.send(broken).status, 400, "{path}");
    }
}

#[test]
fn small_things_are_there() {
    let harness = Harness::new();
    assert_eq!(harness.get("/healthz").json()["status"], "ok");
    assert!(harness.get("/").body.contains("/console"));
    let css = harness.get("/static/postern.css");
    assert_eq!((css.status, css.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(harness.get("/static/icon.svg").body.contains("<svg"));
    assert_eq!(harness.get("/").header("strict-transport-security"), "max-age=31536000");
}
