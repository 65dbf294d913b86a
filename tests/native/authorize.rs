//! `/authorize`.

use serde_json::json;

use crate::support::{Answer, Browser, CHALLENGE, Client, Harness, ISSUER, REDIRECT, Sent, tampered};

/// A page, and nothing that leaves this server.
#[track_caller]
fn assert_page(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("location"), "");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(answer.body.contains(words), "{}", answer.body);
}

#[test]
fn an_unknown_or_missing_client_is_told_to_the_owner_and_costs_nothing() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    harness.memory.meter.take();
    for id in tampered(&client.id).iter().map(String::as_str).chain(["x", "prc_x", "psc_", &"A".repeat(3000)])
    {
        assert_page(&browser.get(&client.authorize(&[("client_id", Some(id))])), 400, "client_id");
    }
    assert_page(&browser.get(&client.authorize(&[("client_id", None)])), 400, "client_id");
    assert_page(&browser.get(&client.authorize(&[("client_id", Some(""))])), 400, "client_id");
    assert_page(&browser.get("/authorize"), 400, "client_id");
    let twice = format!("{}&client_id={}", client.authorize(&[]), client.id);
    assert_page(&browser.get(&twice), 400, "client_id");
    // Only the last request, whose ids were good, looked anything up.
    assert_eq!(harness.memory.meter.take().kv_reads, 2);
}

#[test]
fn a_redirect_uri_that_is_not_exactly_registered_never_redirects() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    for sent in [
        "https://client.example/cb/",
        "https://client.example/CB",
        "https://client.example:443/cb",
        "https://client.example/cb?a=1",
        "https://client.example/cb#f",
        "https://client.example/%63b",
        "https://client.example.evil.example/cb",
        "https://client.example@evil.example/cb",
        "http://client.example/cb",
        "//client.example/cb",
        "/cb",
        "javascript:alert(1)",
        "https://evil.example/",
        " https://client.example/cb",
    ] {
        // Even where something else is wrong as well.
        for response_type in ["code", "token"] {
            let target =
                client.authorize(&[("redirect_uri", Some(sent)), ("response_type", Some(response_type))]);
            assert_page(&harness.get(&target), 400, "redirect_uri");
        }
    }
    for target in [
        client.authorize(&[("redirect_uri", None)]),
        client.authorize(&[("redirect_uri", Some(""))]),
        format!("{}&redirect_uri=https://client.example/cb", client.authorize(&[])),
    ] {
        assert_page(&harness.get(&target), 400, "redirect_uri");
    }
}

#[test]
fn every_other_error_travels_with_state_and_issuer() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "scope": "calendar.read" }));
    let narrow = ("scope", Some("calendar.read"));
    let long_nonce = "n".repeat(513);
    let acr = r#"{"id_token":{"acr":{"essential":true,"value":"9"}}}"#;
    for (name, value, error) in [
        ("response_type", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", Some("code token"), "unsupported_response_type"),
        ("response_type", Some("CODE"), "unsupported_response_type"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("response_mode", Some("query fragment"), "invalid_request"),
        ("nonce", Some(long_nonce.as_str()), "invalid_request"),
        ("claims", Some("[]"), "invalid_request"),
        ("claims", Some(acr), "unmet_authentication_requirements"),
        ("id_token_hint", Some("a.b.c"), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some(&CHALLENGE[1..]), "invalid_request"),
        ("code_challenge", Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="), "invalid_request"),
        ("code_challenge", Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", Some("s256"), "invalid_request"),
        ("scope", Some("calendar.write"), "invalid_scope"),
        ("scope", Some("nothing"), "invalid_scope"),
        ("scope", Some("calendar.read  calendar.read"), "invalid_scope"),
        ("scope", Some("a\"b"), "invalid_scope"),
        ("scope", Some("a\u{1}"), "invalid_scope"),
        ("prompt", Some("sometimes"), "invalid_request"),
        ("prompt", Some("none login"), "invalid_request"),
        ("prompt", Some("none"), "login_required"),
        ("max_age", Some("-1"), "invalid_request"),
        ("max_age", Some("+1"), "invalid_request"),
        ("max_age", Some("x"), "invalid_request"),
        ("max_age", Some("99999999999"), "invalid_request"),
        ("request", Some("eyJ"), "request_not_supported"),
        ("request_uri", Some("https://client.example/r"), "request_uri_not_supported"),
        ("registration", Some("{}"), "registration_not_supported"),
        ("resource", Some("https://elsewhere.example/"), "invalid_target"),
        ("resource", Some("javascript:alert(1)"), "invalid_target"),
        ("resource", Some("https://as.example/demo"), "invalid_target"),
    ] {
        let changes = if name == "scope" { vec![(name, value)] } else { vec![narrow, (name, value)] };
        let answer = harness.get(&client.authorize(&changes));
        assert!(answer.location().starts_with("https://client.example/cb?"), "{name}={value:?}");
        assert_eq!(answer.redirected("error").as_deref(), Some(error), "{name}={value:?}");
        assert_eq!(answer.redirected("state").as_deref(), Some("a b&c=\u{d55c}"));
        assert_eq!(answer.redirected("iss").as_deref(), Some(ISSUER));
        assert_eq!(answer.redirected("code"), None);
        assert!(answer.redirected("error_description").is_some());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[test]
fn a_parameter_that_stands_twice_is_an_error_and_a_doubled_state_is_not_sent_back() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    for name in ["response_type", "scope", "code_challenge", "code_challenge_method", "prompt", "unknown"] {
        let answer = harness.get(&format!("{}&{name}=1&{name}=2", client.authorize(&[(name, None)])));
        assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"), "{name}");
        assert_eq!(answer.redirected("state").as_deref(), Some("a b&c=\u{d55c}"));
    }
    let answer = harness.get(&format!("{}&state=2", client.authorize(&[])));
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"));
    assert_eq!(answer.redirected("state"), None);
    let resources = "&resource=https://as.example/demo/whoami&resource=https://as.example/demo/calendar";
    let answer = harness.get(&format!("{}{resources}", client.authorize(&[])));
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_target"));
}

#[test]
fn a_query_in_the_redirect_uri_stays() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "redirect_uris": ["https://client.example/cb?a=1"] }));
    let answer = harness.get(&client.authorize(&[("prompt", Some("none"))]));
    assert!(answer.location().starts_with("https://client.example/cb?a=1&error=login_required&"));
}

#[test]
fn large_and_broken_requests_are_answered() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let long = |n: usize| "x".repeat(n);
    let fits = client.authorize(&[("state", Some(&long(5000)))]);
    assert!(harness.get(&fits).location().starts_with("/signin?"));
    for n in [6 * 1024, 8_000, 64_000] {
        assert_page(&harness.get(&client.authorize(&[("state", Some(&long(n)))])), 400, "6 KB");
    }
    for query in ["%", "client_id=%zz", "client_id=%ff", "a=%c3%28"] {
        assert_page(&harness.get(&format!("/authorize?{query}")), 400, "read");
    }
}

#[test]
fn the_request_survives_sign_in_and_sign_up_without_state_on_the_server() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    Browser::signed_up(&harness, "alice");
    for (page, username) in [("/signin", "alice"), ("/signup", "bob")] {
        let browser = Browser::new(&harness);
        let objects = harness.memory.objects();
        let to_sign_in = browser.get(&client.authorize(&[]));
        assert_eq!(harness.memory.objects(), objects);
        let shown = browser.get(&to_sign_in.location().replace("/signin", page));
        assert!(shown.body.contains("Diary"), "the page says who asks");
        assert!(
            shown.header("content-security-policy").ends_with("form-action 'self' https://client.example")
        );
        let form = crate::support::Browser::form(&shown.body, page);
        let signed_in = browser.submit(&form.set("username", username).set("password", "correct horse"));
        let consent = browser.follow(signed_in);
        assert!(consent.body.contains("Diary"), "{}", consent.body);
        let form = Browser::form(&consent.body, "/consent").set("decision", "allow");
        let answer = browser.submit(&form);
        assert!(answer.redirected("code").unwrap().starts_with("pac_"));
        assert_eq!(answer.redirected("state").as_deref(), Some("a b&c=\u{d55c}"));
    }
}

#[test]
fn a_sealed_request_that_was_changed_or_waited_too_long_is_refused() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let location = harness.get(&client.authorize(&[])).location().to_owned();
    let sealed = location.strip_prefix("/signin?authorization_request=").unwrap();
    for forged in tampered(sealed) {
        for path in ["/authorize", "/signin", "/signup"] {
            let answer = harness.get(&format!("{path}?authorization_request={forged}"));
            assert_page(&answer, 400, "waited");
        }
    }
    assert_eq!(harness.get(&location).status, 200);
    harness.wait(3600);
    assert_page(&harness.get(&location), 400, "waited");
}

#[test]
fn a_post_is_answered_with_its_sealed_self() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let parameters = client.parameters();
    let pairs: Vec<_> = parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    // From another site, without any cookie.
    let sent = Sent::form("/authorize", &pairs)
        .with("origin", "https://client.example")
        .with("sec-fetch-site", "cross-site");
    let answer = harness.send(sent);
    assert!(answer.location().starts_with("/authorize?authorization_request=par_"));
    assert!(browser.follow(answer).body.contains("name=\"decision\""));
    let mut wrong = pairs.clone();
    wrong.retain(|(n, _)| *n != "code_challenge");
    let answer = harness.send(Sent::form("/authorize", &wrong));
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"));
    assert_page(&harness.send(Sent::form("/authorize", &pairs[1..2])), 400, "redirect_uri");
    for content_type in ["application/json", "multipart/form-data; boundary=x", ""] {
        assert_eq!(
            harness.send(Sent::form("/authorize", &pairs).with("content-type", content_type)).status,
            415
        );
    }
}

#[test]
fn no_scope_means_the_defaults() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let code = browser.allow(&client.authorize(&[("scope", None)])).redirected("code").unwrap();
    assert_eq!(client.redeem(&code).json()["scope"], "calendar.read");
}

#[test]
fn prompt_login_and_max_age_ask_for_a_new_sign_in() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    client.code(&browser);
    harness.wait(100);
    for (changes, asks) in [
        (("prompt", Some("login")), true),
        (("max_age", Some("0")), true),
        (("max_age", Some("99")), true),
        (("max_age", Some("101")), false),
    ] {
        let answer = browser.get(&client.authorize(&[changes]));
        assert_eq!(answer.location().starts_with("/signin?"), asks, "{changes:?}");
    }
    // Going back without having signed in asks again; signing in satisfies it.
    let to_sign_in = browser.get(&client.authorize(&[("prompt", Some("login"))])).location().to_owned();
    let back = to_sign_in.replace("/signin", "/authorize");
    assert!(browser.get(&back).location().starts_with("/signin?"));
    harness.wait(1);
    let page = browser.get(&to_sign_in);
    let form = Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    let answer = browser.submit(&form);
    assert!(browser.get(answer.location()).redirected("code").is_some());
    // With prompt=none nothing is shown, whatever is missing.
    let answer = browser.get(&client.authorize(&[("prompt", Some("none")), ("max_age", Some("0"))]));
    assert_eq!(answer.redirected("error").as_deref(), Some("login_required"));
}

#[test]
fn prompt_none_says_which_of_login_and_consent_is_missing() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let silent = client.authorize(&[("prompt", Some("none"))]);
    assert_eq!(browser.get(&silent).redirected("error").as_deref(), Some("consent_required"));
    let stolen = browser.cookies.borrow().clone();
    browser.allow(&client.authorize(&[]));
    assert!(browser.get(&silent).redirected("code").is_some());
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    // The cookie of a session that was signed out is worth nothing, with consent on file or without.
    browser.cookies.replace(stolen);
    assert_eq!(browser.get(&silent).redirected("error").as_deref(), Some("login_required"));
    let other = Client::public(&harness).authorize(&[("prompt", Some("none"))]);
    assert_eq!(browser.get(&other).redirected("error").as_deref(), Some("login_required"));
    assert!(browser.get(&client.authorize(&[])).location().starts_with("/signin?"));
}

#[test]
fn a_remembered_approval_is_silent_only_where_the_redirect_proves_who_receives_it() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for (uri, sent, silent) in [
        (REDIRECT, REDIRECT, true),
        ("http://127.0.0.1/cb", "http://127.0.0.1:4711/cb", false),
        ("http://[::1]:80/cb", "http://[::1]:4711/cb", false),
        ("http://localhost:3000/cb", "http://localhost:3000/cb", false),
        ("com.example.app:/cb", "com.example.app:/cb", false),
    ] {
        for method in ["none", "client_secret_basic"] {
            let client = Client::register(
                &harness,
                json!({ "redirect_uris": [uri], "token_endpoint_auth_method": method }),
            );
            let target = client.authorize(&[("redirect_uri", Some(sent))]);
            let answer = browser.allow(&target);
            assert!(answer.location().starts_with(sent), "{answer:?}");
            let again = browser.get(&target);
            assert_eq!(again.status == 303, silent, "{uri}");
            if !silent {
                assert!(again.body.contains("checked"), "what was approved is ticked already");
                let none =
                    browser.get(&client.authorize(&[("redirect_uri", Some(sent)), ("prompt", Some("none"))]));
                assert_eq!(none.redirected("error").as_deref(), Some("consent_required"));
            }
        }
    }
}

#[test]
fn asking_for_more_asks_and_asking_for_less_does_not() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    browser.allow(&client.authorize(&[("scope", Some("calendar.read"))]));
    assert!(browser.get(&client.authorize(&[("scope", Some("calendar.read"))])).redirected("code").is_some());
    assert_eq!(browser.get(&client.authorize(&[])).status, 200);
    browser.allow(&client.authorize(&[]));
    assert!(browser.get(&client.authorize(&[])).redirected("code").is_some());
    assert!(browser.get(&client.authorize(&[("scope", Some("calendar.read"))])).redirected("code").is_some());
    assert_eq!(browser.get(&client.authorize(&[("prompt", Some("consent"))])).status, 200);
    // Another owner, another client: asked.
    assert_eq!(Browser::signed_up(&harness, "bob").get(&client.authorize(&[])).status, 200);
    assert_eq!(browser.get(&Client::confidential(&harness).authorize(&[])).status, 200);
}

#[test]
fn a_developer_who_asks_for_json_gets_the_error_as_json() {
    let harness = Harness::new();
    let answer = harness.send(Sent::get("/authorize").with("accept", "application/json"));
    answer.assert_error(400, "invalid_request");
}
