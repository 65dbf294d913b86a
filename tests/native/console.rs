//! `/console`: the list, and registration.

use serde_json::json;

use crate::support::console::{filled, of_page, page_of, register, registered, shown};
use crate::support::{Browser, Harness, ISSUER, REDIRECT, Sent};

/// A form that was sent by a browser that reads Korean.
fn in_korean(sent: Sent) -> Sent {
    sent.with("accept-language", "ko")
}

#[test]
fn a_developer_registers_a_client_and_sees_its_secret_once() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let page =
        register(&browser, &[("redirect_uris", &format!("{REDIRECT}\r\n\r\n  http://127.0.0.1/cb  "))]);
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let mut client = of_page(&browser, &page.body);
    let secret = client.secret.clone().unwrap();
    assert!(client.id.starts_with("prc_") && secret.starts_with("pcs_"));
    assert_eq!(page.body.matches(&secret).count(), 5, "beside its button, and in four programs");
    let again = browser.get(&page_of(&client, "")).body;
    assert!(again.contains(&client.id) && again.contains("CLIENT_SECRET") && !again.contains(&secret));
    let list = browser.get("/console");
    for words in ["My app", "Web server", "15 January 2027", ">MA<", &page_of(&client, "")] {
        assert!(list.body.contains(words), "{words}: {}", list.body);
    }
    // It works, with both redirect URIs.
    assert!(!client.tokens(&Browser::signed_up(&harness, "alice")).1.is_empty());
    client.redirect_uri = "http://127.0.0.1:4711/cb".into();
    assert!(!client.tokens(&Browser::signed_up(&harness, "bob")).1.is_empty());
}

#[test]
fn kinds_in_plain_words_are_methods_and_grant_types() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    for (kind, method) in [("web", "client_secret_basic"), ("page", "none"), ("native", "none")] {
        let page = register(&browser, &[("kind", kind)]).body;
        assert_eq!(shown(&page, "client_secret").is_some(), method != "none");
        let id = shown(&page, "client_id").unwrap();
        let token = shown(&page, "registration_access_token").unwrap();
        let document = harness.send(Sent::get(&format!("/register/{id}")).bearer(&token)).json();
        assert_eq!(document["token_endpoint_auth_method"], method);
        assert_eq!(document["grant_types"], json!(["authorization_code", "refresh_token"]));
        assert_eq!(document["redirect_uris"], json!([REDIRECT, format!("{ISSUER}/console/test")]));
    }
    let page = browser.submit(&filled(&browser).without("try_here")).body;
    assert!(!page.contains("/console/test"), "only where it was ticked");
}

#[test]
fn mistakes_are_named_beside_their_fields_and_what_was_typed_stays() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let long = "x".repeat(101);
    let many: String = (0..20).map(|n| format!("https://client.example/{n}\n")).collect();
    for (changes, english, korean) in [
        (vec![("client_name", " ")], "Give the app a name.", "앱 이름을 입력해 주세요."),
        (vec![("client_name", &*long)], "at most 100 characters", "100자까지"),
        (vec![("client_name", "a\u{202e}b")], "all of them visible", "보이는 글자만"),
        (vec![("redirect_uris", "http://client.example/")], "Line 1: http is only", "1번째 줄: http는"),
        (vec![("redirect_uris", "\n javascript:alert(1)")], "Line 2: Use https", "2번째 줄: https, 또는"),
        (vec![("redirect_uris", "https://a.example/#f")], "There must be no #", "#을 쓸 수 없습니다"),
        (
            vec![("redirect_uris", "https://u:p@a.example/")],
            "no user name or password",
            "아이디나 비밀번호를",
        ),
        (vec![("redirect_uris", "https://a.example/?code=1")], "Its query must not have", "쿼리에 code"),
        (vec![("redirect_uris", "not an address")], "not a complete address", "완전한 주소를"),
        (
            vec![("redirect_uris", &*format!("https://a.example/{}", "x".repeat(1024)))],
            "longer than",
            "1,024자를",
        ),
        (vec![("redirect_uris", &*many)], "At most 20", "20개까지"),
        (vec![("kind", "page"), ("refresh_tokens", "keep")], "Only a web server", "웹 서버만"),
        (vec![("kind", "machine")], "Choose one of these.", "하나를 골라"),
        (vec![("kind", "something")], "Choose one of these.", "하나를 골라"),
        (vec![("scope", "nothing")], "does not exist here", "여기에 없는"),
    ] {
        let form = changes.iter().fold(filled(&browser), |form, (name, value)| form.set(name, value));
        for (sent, words) in [(form.sent(), english), (in_korean(form.sent()), korean)] {
            let page = browser.send(sent);
            assert_eq!(page.status, 400, "{changes:?}");
            assert!(page.body.contains(words), "{words}: {}", page.body);
            assert!(page.body.contains("class=\"wrong\""), "{changes:?}");
            assert!(changes[0].0 == "client_name" || page.body.contains("value=\"My app\""), "{changes:?}");
        }
    }
    let none = filled(&browser).set("redirect_uris", " ").without("try_here");
    assert!(browser.submit(&none).body.contains("At least one redirect URI"));
    let form = filled(&browser).without("scope");
    let page = browser.submit(&form);
    assert!(page.status == 400 && page.body.contains("Tick at least one."), "no scope is not every scope");
    assert_eq!(harness.memory.entries().0, 0);
}

#[test]
fn redirect_uris_are_checked_while_they_are_typed_as_registration_checks_them() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let csrf = filled(&browser).value("csrf").to_owned();
    let check = |csrf: &str, uris: &str| {
        let sent = Sent::form("/console/check", &[("csrf", csrf), ("redirect_uris", uris)]);
        sent.with("origin", ISSUER).with("sec-fetch-site", "same-origin").with("accept", "application/json")
    };
    harness.memory.meter.take();
    let said = browser.send(check(&csrf, "https://a.example/\n\nhttp://a.example/")).json();
    assert_eq!(harness.memory.meter.take(), postern::store::meter::Count::default(), "nothing is looked up");
    assert_eq!(said[0], json!({ "line": 1, "ok": true, "words": "" }));
    assert_eq!((&said[1]["line"], &said[1]["ok"]), (&json!(3), &json!(false)));
    let words = said[1]["words"].as_str().unwrap();
    let page = register(&browser, &[("redirect_uris", "https://a.example/\n\nhttp://a.example/")]);
    assert!(page.body.contains(words), "the very sentence of registration");
    let said = browser.send(in_korean(check(&csrf, "x"))).json();
    assert!(said[0]["words"].as_str().unwrap().starts_with("1번째 줄"));
    assert_eq!(browser.send(check(&csrf, "")).json(), json!([]));
    browser.send(check("x", "https://a.example/")).assert_error(403, "access_denied");
    assert_eq!(Browser::new(&harness).send(check(&csrf, "https://a.example/")).status, 403);
}

#[test]
fn twenty_clients_and_no_more_until_one_is_deleted() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let first = registered(&browser);
    for _ in 1..20 {
        assert_eq!(register(&browser, &[]).status, 200);
    }
    let page = register(&browser, &[]);
    assert_eq!(page.status, 403);
    assert!(page.body.contains("20 apps") && page.body.contains("value=\"My app\""));
    let delete = page_of(&first, "/delete");
    let asked = browser.get(&delete);
    assert_eq!(browser.submit(&Browser::form(&asked.body, &delete)).status, 200);
    assert_eq!(harness.memory.entries().0, 19);
    assert_eq!(register(&browser, &[]).status, 200);
}

#[test]
fn who_is_not_signed_in_signs_in_first_and_comes_back() {
    let harness = Harness::new();
    let client = registered(&Browser::signed_up(&harness, "dev"));
    let browser = Browser::new(&harness);
    for path in ["/console", "/console/register", &page_of(&client, ""), &page_of(&client, "/edit")] {
        assert_eq!(browser.get(path).location(), "/signin?next=console", "{path}");
    }
    let page = browser.follow(browser.get("/console"));
    let form = Browser::form(&page.body, "/signin").set("username", "dev").set("password", "correct horse");
    assert!(browser.follow(browser.submit(&form)).body.contains("Developer console"));
}

#[test]
fn where_registration_is_closed_nobody_registers() {
    let harness = Harness::with(&[("REGISTRATION", "closed")]);
    let browser = Browser::signed_up(&harness, "dev");
    assert_eq!(register(&browser, &[]).status, 403);
    assert_eq!(harness.memory.entries().0, 0);
    let token = Harness::with(&[("REGISTRATION", "token")]);
    assert_eq!(register(&Browser::signed_up(&token, "dev"), &[]).status, 200);
}

#[test]
fn a_developer_gives_a_client_no_grant_that_the_operator_vouches_for() {
    let harness = Harness::new();
    let page = register(&Browser::signed_up(&harness, "dev"), &[]).body;
    let path = format!("/register/{}", shown(&page, "client_id").unwrap());
    let token = shown(&page, "registration_access_token").unwrap();
    let document = harness.send(Sent::get(&path).bearer(&token)).json();
    let put = |grant_types: &[&str]| {
        let mut document = document.clone();
        document["grant_types"] = json!(grant_types);
        harness.send(Sent::json("PUT", &path, &document).bearer(&token))
    };
    assert_eq!(put(&["authorization_code"]).status, 200);
    for grant_type in ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"] {
        put(&["authorization_code", grant_type]).assert_error(400, "invalid_client_metadata");
    }
    let kept = harness.send(Sent::get(&path).bearer(&token)).json();
    assert_eq!(kept["grant_types"], json!(["authorization_code"]));
}
