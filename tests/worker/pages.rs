//! The pages: whose posts count, what their headers say, in which language, and what becomes of foreign text.

use serde_json::json;

use crate::app::{App, metadata_with};
use crate::browser::{Browser, Form, PASSWORD, new_name};
use crate::http::{Reply, flipped, send};
use crate::server::Server;

/// A form of every page that has one, in a browser that is signed in (and one that is not).
fn forms(server: &Server) -> Vec<(Browser, Form)> {
    let fill = |form: Form| form.fill("username", &new_name()).fill("password", PASSWORD);
    let mut forms = Vec::new();
    for path in ["/signin", "/signup"] {
        let browser = Browser::new(server);
        let form = fill(browser.open(path).form());
        forms.push((browser, form));
    }
    let app = App::anonymous(server);
    for path in ["/signout", "/console/register", "/account", "/authorize"] {
        let (browser, _) = Browser::signed_up(server);
        let form = match path {
            "/authorize" => {
                browser.open(&app.asks_for("calendar.read").url()).form().press("decision", "allow")
            }
            "/account" => {
                app.tokens(&browser, "calendar.read");
                browser.open(path).form().press("action", "remove")
            }
            "/console/register" => {
                let form = browser.open(path).form().fill("client_name", "x");
                form.fill("redirect_uris", "https://x.example/cb")
            }
            _ => browser.open(path).form(),
        };
        forms.push((browser, form));
    }
    forms
}

#[test]
fn a_post_counts_only_when_it_comes_from_our_own_page_in_the_same_browser() {
    let server = Server::shared();
    for (browser, form) in forms(server) {
        let post = |headers: &[(&str, &str)], form: &Form| {
            let mut request = browser.request("POST", form.action());
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            send(form.body(request))
        };
        let own = browser.origin();
        let other_port = "http://localhost:1".to_owned();
        for origin in ["https://evil.example", "null", &other_port, &format!("{own}.evil.example")] {
            post(&[("origin", origin)], &form).expect(403);
        }
        for site in ["cross-site", "same-site", "none"] {
            post(&[("origin", &own), ("sec-fetch-site", site)], &form).expect(403);
        }
        let csrf = form.value("csrf");
        let visitor = Browser::new(server).open("/signin").form().value("csrf").to_owned();
        for token in ["", "x", "k1.", &visitor, &flipped(csrf, csrf.len() - 1), &flipped(csrf, 5)] {
            post(&[("origin", &own)], &form.clone().forge("csrf", token)).expect(403);
        }
        post(&[("origin", &own)], &form.clone().without("csrf")).expect(403);
        let no_cookies = form.body(browser.replay("", "POST", form.action()).header("origin", &own));
        send(no_cookies).expect(403);
        // Nothing of it has spent the form, and a browser without those headers is let in.
        let reply = post(&[], &form);
        assert!(matches!(reply.status, 200 | 303 | 403), "{reply:#?}");
        assert_eq!(reply.status == 403, form.action() == "/signin", "{reply:#?}");
    }
}

/// Checks the headers that every page has.
fn check_page(reply: &Reply, path: &str) {
    let csp = reply.header("content-security-policy");
    assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
    assert!(csp.contains("base-uri 'none'") && csp.contains("form-action 'self'"), "{path}: {csp}");
    assert!(!csp.contains("unsafe") && !csp.contains('*'), "{path}: {csp}");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(reply.header(name), value, "{path}: {name}");
    }
    assert!(!reply.body.contains("<script>") && !reply.body.contains("style="), "{path}");
}

const PAGES: [(&str, u16); 11] = [
    ("/", 200),
    ("/signin", 200),
    ("/signup", 200),
    ("/signout", 200),
    ("/account", 200),
    ("/console", 200),
    ("/console/register", 200),
    ("/console/test", 200),
    ("/authorize", 400),
    ("/signin?authorization_request=x", 400),
    ("/no-such-page", 404),
];

#[test]
fn every_page_says_that_it_is_private_and_not_to_be_framed() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    for (path, status) in PAGES {
        let from_elsewhere = browser.request("GET", path).header("origin", "https://evil.example");
        check_page(&send(from_elsewhere).expect(status), path);
    }
    for method in ["DELETE", "POST"] {
        let refused = send(browser.request(method, "/signout"));
        check_page(&refused, method);
    }
}

#[test]
fn forms_may_lead_to_the_redirect_uri_and_nowhere_else() {
    let server = Server::shared();
    for (redirect_uri, source) in [
        ("https://diary.example/cb", "https://diary.example"),
        ("https://diary.example:8443/cb?a=b", "https://diary.example:8443"),
        ("http://127.0.0.1:51004/cb", "http://127.0.0.1:51004"),
        ("com.example.diary:/cb", "com.example.diary:"),
    ] {
        let (browser, _) = Browser::signed_up(server);
        let app = App::registered(server, &metadata_with(json!({ "redirect_uris": [redirect_uri] })));
        let page = browser.open(&app.asks_for("calendar.read").url()).asks_for_consent();
        check_page(&page.reply, redirect_uri);
        let csp = page.reply.header("content-security-policy");
        assert!(csp.ends_with(&format!("form-action 'self' {source}")), "{csp}");
        // The sign-in page, too: what follows a form may be the redirect already.
        let page = Browser::new(server).open(&app.asks_for("calendar.read").url()).at("/signin");
        let csp = page.reply.header("content-security-policy");
        assert!(csp.ends_with(&format!("form-action 'self' {source}")), "{csp}");
    }
}

#[test]
fn cookies_are_for_this_host_and_out_of_reach_of_scripts() {
    let server = Server::shared();
    let browser = Browser::new(server);
    let page = browser.open("/signup");
    let form = page.form().fill("username", &new_name()).fill("password", PASSWORD);
    let signed_up = browser.post(&form).expect(303);
    let set: Vec<_> = page.reply.all("set-cookie").into_iter().chain(signed_up.all("set-cookie")).collect();
    let names: Vec<_> = set.iter().map(|cookie| cookie.split('=').next().unwrap()).collect();
    assert_eq!(names, ["postern_visitor", "postern_session", "postern_browser", "postern_visitor"]);
    for cookie in set {
        assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains("Domain") && !cookie.contains("Secure"), "{cookie}");
    }
}

#[test]
fn every_page_speaks_korean() {
    let server = Server::shared();
    let (mut browser, _) = Browser::signed_up(server);
    browser.language = "ko-KR,ko;q=0.9,en;q=0.5";
    let app = App::anonymous(server);
    let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    let korean = |reply: &Reply, path: &str| {
        assert!(reply.body.contains("<html lang=\"ko\">"), "{path}");
        let main = reply.body.split("<main ").nth(1).unwrap();
        assert!(hangul(main), "{path}: {main}");
        for english in ["Sign in", "Sign up", "Account", "password", "Allow", "expired"] {
            assert!(!main.split('>').any(|text| text.split('<').next().unwrap().contains(english)), "{main}");
        }
    };
    for (path, status) in PAGES {
        korean(&browser.get(path).expect(status), path);
    }
    let consent = browser.open(&app.asks_for("calendar.read calendar.write").url()).asks_for_consent();
    korean(&consent.reply, "consent");
    assert!(consent.reply.body.contains("캘린더 보기"));
    korean(&browser.post(&consent.form()).expect(400), "no decision");
    korean(&browser.post(&consent.form().forge("csrf", "x")).expect(403), "foreign form");
    korean(&send(browser.request("PUT", "/account")).expect(405), "405");
    app.tokens(&browser, "calendar.read");
    korean(&browser.get("/account"), "account");
    let form = browser.open("/console/register").form().fill("client_name", "앱");
    let registered = browser.send(form.fill("redirect_uris", "https://x.example/cb"));
    korean(&registered.reply, "registered");
    crate::secrets::met(&registered.texts("#client_secret").concat());
    crate::secrets::met(&registered.texts("#registration_access_token").concat());
    let mut stranger = Browser::new(server);
    stranger.language = "ko";
    korean(&stranger.sign_in(&new_name(), "guess-of-a-stranger").refuses(403).reply, "wrong password");
    korean(&browser.send(browser.open("/signout").form()).reply, "signed out");
    browser.language = "fr, en;q=0.2";
    assert!(browser.get("/").body.contains("<html lang=\"en\">"));
}

#[test]
fn text_of_others_comes_out_as_text() {
    let server = Server::shared();
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";
    let (browser, name) = Browser::signed_up(server);
    let app = App::registered(server, &metadata_with(json!({ "client_name": evil })));
    let harmless = |reply: &Reply| {
        assert!(!reply.body.contains("<script>") && !reply.body.contains("<img src=x"), "{}", reply.body);
        assert!(reply.body.contains("&lt;script&gt;alert(1)"), "{}", reply.body);
    };
    let page = browser.open(&app.asks_for("calendar.read").url()).asks_for_consent();
    harmless(&page.reply);
    assert_eq!(page.texts(".client").concat(), evil);
    app.tokens(&browser, "calendar.read");
    harmless(&browser.open("/account").reply);
    harmless(&Browser::new(server).open(&app.asks_for("calendar.read").url()).reply);
    harmless(&Browser::new(server).sign_in(evil, PASSWORD).reply);
    let form = browser.open("/console/register").form().fill("client_name", evil);
    let wrong = browser.send(form.fill("redirect_uris", evil));
    harmless(&wrong.reply.clone().expect(400));
    assert!(!name.is_empty() && wrong.form().value("client_name") == evil);
    // Nothing of an address comes back as markup either.
    let url = format!("/authorize?client_id={evil}&redirect_uri={evil}&state={evil}");
    assert!(!browser.get(&url).expect(400).body.contains("<script"));
}

#[test]
fn a_program_that_asks_for_json_gets_json_from_pages_that_refuse() {
    let server = Server::shared();
    for (path, status) in [("/authorize", 400), ("/no-such-page", 404)] {
        let request = crate::http::request("GET", &format!("{}{path}", server.url));
        let reply = send(request.header("accept", "application/json")).expect(status);
        assert_eq!(reply.header("content-type"), "application/json");
        assert!(!reply.member("error").is_empty());
    }
}
