//! The rim of every endpoint: methods, origins, types and sizes of bodies.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::app::{App, metadata};
use crate::browser::Browser;
use crate::http::{Reply, encode, get, post, request, send, with_form, with_json};
use crate::server::Server;

const FORM: &str = "application/x-www-form-urlencoded";

/// Every address, the methods it takes, and whether browsers of other origins may call it.
const ENDPOINTS: [(&str, &str, bool); 29] = [
    ("/token", "POST", true),
    ("/revoke", "POST", true),
    ("/introspect", "POST", true),
    ("/register", "POST", true),
    ("/register/x", "GET, PUT, DELETE, HEAD", true),
    ("/register/x/secret", "POST, DELETE", true),
    ("/.well-known/oauth-authorization-server", "GET, HEAD", true),
    ("/.well-known/oauth-protected-resource", "GET, HEAD", true),
    ("/demo/whoami", "GET, HEAD", true),
    ("/demo/calendar", "GET, POST, HEAD", true),
    ("/authorize", "GET, POST", false),
    ("/consent", "POST", false),
    ("/signin", "GET, POST, HEAD", false),
    ("/signup", "GET, POST, HEAD", false),
    ("/signout", "GET, POST, HEAD", false),
    ("/account", "GET, POST, HEAD", false),
    ("/console", "GET, HEAD", false),
    ("/console/register", "GET, POST, HEAD", false),
    ("/console/check", "POST", false),
    ("/console/test", "GET, HEAD", false),
    ("/console/clients/x", "GET, HEAD", false),
    ("/console/clients/x/edit", "GET, POST, HEAD", false),
    ("/console/clients/x/secret", "POST", false),
    ("/console/clients/x/secret/retire", "POST", false),
    ("/console/clients/x/delete", "GET, POST, HEAD", false),
    ("/healthz", "GET, HEAD", false),
    ("/admin", "GET, HEAD", false),
    ("/admin/clients", "GET, POST, HEAD", false),
    ("/admin/audience-key", "POST", false),
];

#[test]
fn a_method_that_an_address_does_not_take_is_refused_with_those_it_does() {
    let server = Server::shared();
    for (path, allow, cors) in ENDPOINTS {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "OPTIONS"] {
            let reply = send(request(method, &format!("{}{path}", server.url)));
            if allow.split(", ").any(|allowed| allowed == method) || (method == "OPTIONS" && cors) {
                assert_ne!(reply.status, 405, "{method} {path}");
                continue;
            }
            assert_eq!((reply.status, reply.header("allow")), (405, allow), "{method} {path}");
            assert_eq!(reply.header("cache-control"), "no-store", "{method} {path}");
        }
    }
    for method in ["GET", "POST", "OPTIONS", "PROPFIND"] {
        for path in ["/nothing", "/token/", "//token", "/TOKEN", "/token/x", "/%74oken", "/register/a/b"] {
            send(request(method, &format!("{}{path}", server.url))).expect(404);
        }
    }
}

#[test]
fn head_is_get_without_the_body() {
    let server = Server::shared();
    for path in ["/", "/healthz", "/signin", "/.well-known/oauth-authorization-server"] {
        let head = send(request("HEAD", &format!("{}{path}", server.url))).expect(200);
        let full = get(&format!("{}{path}", server.url)).expect(200);
        assert_eq!(head.body, "");
        assert_eq!(head.header("content-type"), full.header("content-type"));
    }
}

#[test]
fn browsers_of_other_origins_may_call_what_reads_no_cookies_and_nothing_else() {
    let server = Server::shared();
    for (path, allow, cors) in ENDPOINTS {
        let preflight = request("OPTIONS", &format!("{}{path}", server.url))
            .header("origin", "https://app.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization, content-type");
        let reply = send(preflight);
        assert_eq!(reply.header("access-control-allow-credentials"), "", "{path}");
        if !cors {
            assert_eq!(reply.status, 405, "{path}");
            assert!(!reply.headers.keys().any(|name| name.as_str().starts_with("access-control")), "{path}");
            continue;
        }
        let methods = reply.clone().expect(204).header("access-control-allow-methods").to_owned();
        assert_eq!(methods, allow.trim_end_matches(", HEAD"));
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("access-control-allow-headers"), "Authorization, Content-Type, DPoP");
        // Errors can be read, too.
        let method = allow.split(", ").next().unwrap();
        let actual =
            request(method, &format!("{}{path}", server.url)).header("origin", "https://app.example");
        let actual = send(actual);
        assert_eq!(actual.header("access-control-allow-origin"), "*", "{path}");
        let challenged = !actual.header("www-authenticate").is_empty();
        let exposed = actual.header("access-control-expose-headers").contains("WWW-Authenticate");
        assert_eq!(exposed, challenged, "{path}");
        assert!(actual.all("set-cookie").is_empty());
    }
}

#[test]
fn a_body_over_64_kib_is_cut_off_with_or_without_a_length() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    for (path, content_type) in [
        ("/token", FORM),
        ("/revoke", FORM),
        ("/introspect", FORM),
        ("/register", "application/json"),
        ("/authorize", FORM),
        ("/signin", FORM),
        ("/consent", FORM),
    ] {
        for size in [65_537, 1_000_000] {
            let post =
                || request("POST", &format!("{}{path}", server.url)).header("content-type", content_type);
            let body = format!("a={}", "x".repeat(size - 2));
            let reply = send(post().body(body)).expect(413);
            let json = reply.header("content-type") == "application/json";
            assert_eq!(json, !matches!(path, "/authorize" | "/signin" | "/consent"), "{path}");
        }
        assert_eq!(status_of_an_endless_body(server, path, content_type), "413", "{path}");
    }
    // Up to the limit it is read.
    let body = encode(&[("grant_type", &"x".repeat(65_000))]);
    let post = request("POST", &format!("{}/token", server.url)).header("content-type", FORM);
    send(post.body(body)).expect_error(401, "invalid_client");
    let token = App::anonymous(server).tokens(&browser, "calendar.write").access;
    let long = json!({ "title": "x".repeat(70_000) });
    let post = request("POST", &format!("{}/demo/calendar", server.url)).bearer_auth(token);
    send(with_json(post, &long)).expect_error(413, "invalid_request");
}

/// Sends a body in chunks that go on beyond the limit, without an end: whoever waited for it would wait for ever.
fn status_of_an_endless_body(server: &Server, path: &str, content_type: &str) -> String {
    let host = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let chunk = format!("{:x}\r\n{}\r\n", 1000, "x".repeat(1000));
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..70 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).expect("an answer before the end of the body");
    line.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_body_of_another_type_is_refused() {
    let server = Server::shared();
    let types: [Option<&str>; 6] = [
        None,
        Some("text/plain"),
        Some("multipart/form-data; boundary=x"),
        Some("application/json, application/x-www-form-urlencoded"),
        Some("application/x-www-form-urlencoded; charset=utf-16"),
        Some("x"),
    ];
    let refused = |path: &str, content_type: Option<&str>, body: &'static str| -> Reply {
        let mut post = request("POST", &format!("{}{path}", server.url)).body(body);
        if let Some(content_type) = content_type {
            post = post.header("content-type", content_type);
        }
        send(post)
    };
    for content_type in types {
        for path in ["/token", "/revoke", "/introspect", "/register"] {
            refused(path, content_type, "{}").expect_error(415, "invalid_request");
        }
        for path in
            ["/authorize", "/signin", "/signup", "/signout", "/consent", "/account", "/console/register"]
        {
            refused(path, content_type, "{}").expect(415);
        }
    }
    refused("/token", Some("application/json"), "{}").expect(415);
    refused("/register", Some(FORM), "a=b").expect(415);
}

#[test]
fn bodies_that_are_no_forms_are_refused() {
    let server = Server::shared();
    for path in ["/token", "/revoke", "/introspect", "/authorize", "/signin", "/consent"] {
        for body in [&b"a=%zz"[..], b"a=%", b"a=%ff", b"\xff\xfe=1", b"a=%c3%28", b"a=%ed%a0%80"] {
            let post = request("POST", &format!("{}{path}", server.url)).header("content-type", FORM);
            send(post.body(body.to_vec())).expect(400);
        }
    }
    // Well-formed and senseless: the endpoint says what it always says.
    for body in ["", "&&&", "=", "=&=", "a", "%00=%00"] {
        let post = request("POST", &format!("{}/token", server.url)).header("content-type", FORM);
        let reply = send(post.body(body));
        assert!(matches!(reply.status, 400 | 401), "{body}: {reply:?}");
    }
}

#[test]
fn calendar_entries_have_a_title_and_it_is_kept_as_it_is() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let token = App::anonymous(server).tokens(&browser, "calendar.read calendar.write").access;
    let url = format!("{}/demo/calendar", server.url);
    let add = |body: serde_json::Value| send(with_json(request("POST", &url).bearer_auth(&token), &body));
    for wrong in [
        json!({}),
        json!([]),
        json!(null),
        json!({ "title": "" }),
        json!({ "title": "  " }),
        json!({ "title": 1 }),
        json!({ "title": "a\u{0}b" }),
        json!({ "title": "x".repeat(201) }),
    ] {
        add(wrong).expect_error(400, "invalid_request");
    }
    let title = "치과 \"<b>&🦷";
    add(json!({ "title": title })).expect(201);
    let entries = send(request("GET", &url).bearer_auth(&token)).expect(200).json();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 1);
    assert_eq!(entries["entries"][0]["title"], title);
}

#[test]
fn long_addresses_are_answered() {
    let server = Server::shared();
    for size in [8_000, 15_000, 64_000] {
        let state = "x".repeat(size);
        let ask = App::anonymous(server).asks_for("calendar.read").with("state", &state);
        let reply = get(&ask.url());
        assert!((400..500).contains(&reply.status), "{size}: {}", reply.status);
        assert_eq!(reply.header("location"), "");
        let token = "x".repeat(size);
        let reply = send(request("GET", &format!("{}/demo/whoami", server.url)).bearer_auth(token));
        assert!((400..500).contains(&reply.status), "{size}: {}", reply.status);
    }
    get(&format!("{}/healthz", server.url)).expect(200);
}

#[test]
fn a_request_that_fails_does_not_harm_the_next() {
    let server = Server::shared();
    let app = App::registered(server, &metadata());
    for _ in 0..5 {
        post(&format!("{}/token", server.url), &[("grant_type", "\u{0}")]).expect(401);
        let broken = with_form(request("POST", &format!("{}/token", server.url)), &[]);
        send(broken.header("authorization", "Basic \u{e9}").body("%")).expect(400);
        app.refresh("x").expect_error(400, "invalid_grant");
    }
}
