//! `/authorize`, as OpenID Connect has it: who answers, how fresh, in which words, and how the answer travels.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, Jwt, Sent, text};

/// An answer that went to the client as an error.
#[track_caller]
fn assert_sent_back(answer: &Answer, error: &str) {
    assert!(answer.location().starts_with("https://client.example/cb?"), "{answer:?}");
    assert_eq!(answer.redirected("error").as_deref(), Some(error), "{answer:?}");
    assert_eq!(answer.redirected("iss").as_deref(), Some("https://as.example"));
    assert_eq!(answer.redirected("state").as_deref(), Some("a b&c=\u{d55c}"));
    assert_eq!(answer.redirected("code"), None);
}

/// A page with a form to `action`, after our own redirects.
#[track_caller]
fn shown(browser: &Browser<'_>, target: &str, action: &str) -> Answer {
    let page = browser.follow(browser.get(target));
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains(&format!("action=\"{action}\"")), "{action} in {}", page.body);
    page
}

/// Signs in on a page that asks for it, and goes on from there.
fn sign_in_on(browser: &Browser<'_>, page: &Answer, username: &str) -> Answer {
    let form = Browser::form(&page.body, "/signin").set("username", username);
    browser.follow(browser.submit(&form.set("password", "correct horse")))
}

fn allow(browser: &Browser<'_>, page: &Answer) -> Answer {
    browser.submit(&Browser::form(&page.body, "/consent").set("decision", "allow"))
}

#[test]
fn a_malformed_claims_parameter_is_refused_and_a_strange_one_is_not() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (long, nested) = (format!(r#"{{"x":"{}"}}"#, "a".repeat(6000)), "[".repeat(3000));
    // Row 23.
    for claims in [
        "",
        "null",
        "[]",
        "1",
        "{",
        r#""x""#,
        r#"{"id_token":null}"#,
        r#"{"id_token":[]}"#,
        r#"{"userinfo":1}"#,
        r#"{"userinfo":{"email":true}}"#,
        r#"{"userinfo":{"email":[]}}"#,
        r#"{"id_token":{"sub":{"value":1}}}"#,
        r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":[1]}}}"#,
        &nested,
    ] {
        let answer = browser.get(&client.asks(&[("claims", Some(claims))]));
        if claims.is_empty() {
            // RFC 6749 §3.1: sent without a value is not sent.
            assert_eq!(answer.status, 200);
        } else {
            assert_sent_back(&answer, "invalid_request");
        }
    }
    assert_eq!(browser.get(&client.asks(&[("claims", Some(&long))])).status, 400);
    for claims in [
        "{}",
        r#"{"unknown":{"email":null},"__proto__":{"email":null},"constructor":1}"#,
        r#"{"userinfo":{"__proto__":{"essential":true},"toString":null,"https://a.example/x":null}}"#,
        r#"{"id_token":{"sub":null,"acr":null,"aud":{"value":"other"}}}"#,
    ] {
        let page = shown(&browser, &client.asks(&[("claims", Some(claims))]), "/consent");
        let (_, content) = page.body.split_once("<main").unwrap();
        assert!(!content.contains("e-mail") && !content.contains("__proto__"), "{claims}");
    }
}

#[test]
fn an_essential_acr_that_nothing_meets_is_an_error_and_a_voluntary_one_is_not() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let acr = |how: &str| format!(r#"{{"id_token":{{"acr":{how}}}}}"#);
    // Row 24.
    for how in [r#"{"essential":true,"value":"3"}"#, r#"{"essential":true,"values":["phr","3"]}"#] {
        for browser in [&browser, &Browser::new(&harness)] {
            let answer = browser.get(&client.asks(&[("claims", Some(&acr(how)))]));
            assert_sent_back(&answer, "unmet_authentication_requirements");
        }
    }
    for how in [r#"{"essential":true,"values":["3","1"]}"#, r#"{"values":["3"]}"#, r#"{"essential":true}"#] {
        assert_eq!(client.id_token(&browser, &[("claims", Some(&acr(how)))]).claims["acr"], "1");
    }
    assert_eq!(client.id_token(&browser, &[("acr_values", Some("3 2"))]).claims["acr"], "1");
}

#[test]
fn a_subject_that_is_asked_for_answers_or_nobody_does() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let (alice, bob) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "bob"));
    let sub_of = |browser: &Browser<'_>| text(&client.id_token(browser, &[]).claims, "sub").to_owned();
    let (alices, bobs) = (sub_of(&alice), sub_of(&bob));
    let of = |sub: &str| json!({ "id_token": { "sub": { "essential": true, "value": sub } } }).to_string();
    let none = ("prompt", Some("none"));
    for (sub, hears) in [(&alices, None), (&bobs, Some("login_required"))] {
        let answer = alice.get(&client.asks(&[none, ("claims", Some(&of(sub)))]));
        assert_eq!(answer.redirected("error").as_deref(), hears);
    }
    assert_sent_back(&alice.get(&client.asks(&[none, ("claims", Some(&of("nobody")))])), "login_required");
    // Where something may be shown the right one can sign in, and the wrong one is told.
    let target = client.asks(&[("claims", Some(&of(&bobs)))]);
    let page = shown(&alice, &target, "/signin");
    assert_sent_back(&sign_in_on(&alice, &page, "alice"), "login_required");
    let page = shown(&alice, &target, "/signin");
    let code = sign_in_on(&alice, &page, "bob").redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    assert_eq!(Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"], bobs.as_str());
    // In userinfo as in the ID token.
    let of = json!({ "userinfo": { "sub": { "value": alices } } }).to_string();
    assert_sent_back(&bob.get(&client.asks(&[none, ("claims", Some(&of))])), "login_required");
}

#[test]
fn prompt_none_shows_nothing_whatever_is_missing() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let none = ("prompt", Some("none"));
    assert_sent_back(&Browser::new(&harness).get(&client.asks(&[none])), "login_required");
    assert_sent_back(&browser.get(&client.asks(&[none])), "consent_required");
    client.id_token(&browser, &[]);
    let claims = client.id_token(&browser, &[none]).claims;
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    // More than what was approved.
    assert_sent_back(
        &browser.get(&client.asks(&[none, ("scope", Some("openid email"))])),
        "consent_required",
    );
    let asked = r#"{"userinfo":{"email":null}}"#;
    assert_sent_back(&browser.get(&client.asks(&[none, ("claims", Some(asked))])), "consent_required");
    // Older than what is asked for.
    harness.wait(10);
    assert_sent_back(&browser.get(&client.asks(&[none, ("max_age", Some("9"))])), "login_required");
    assert_sent_back(&browser.get(&client.asks(&[none, ("max_age", Some("0"))])), "login_required");
    client.id_token(&browser, &[none, ("max_age", Some("11"))]);
    for prompt in
        ["none login", "none consent", "login none", "none none", "none select_account", "none create"]
    {
        assert_sent_back(&browser.get(&client.asks(&[("prompt", Some(prompt))])), "invalid_request");
    }
    // A session that was ended elsewhere counts no more, whatever the cookie says.
    let stale = Browser::new(&harness);
    stale.cookies.replace(browser.cookies.borrow().clone());
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    assert_sent_back(&stale.get(&client.asks(&[none])), "login_required");
    assert_sent_back(&stale.get(&client.asks(&[none, ("scope", Some("openid email"))])), "login_required");
}

#[test]
fn a_sign_in_that_is_too_old_is_renewed() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let registered = Client::register(&harness, json!({ "default_max_age": 100 }));
    for client in [&client, &registered] {
        client.id_token(&browser, &[]);
    }
    harness.wait(100);
    let fresh = |client: &Client<'_>, changes: &[(&str, Option<&str>)]| {
        browser.get(&client.asks(changes)).location().starts_with("https://client.example/cb?code=")
    };
    assert!(fresh(&client, &[]) && fresh(&client, &[("max_age", Some("101"))]));
    assert!(!fresh(&client, &[("max_age", Some("100"))]) && !fresh(&client, &[("max_age", Some("0"))]));
    assert!(!fresh(&registered, &[]), "default_max_age");
    // What a request says goes before what was registered.
    assert!(fresh(&registered, &[("max_age", Some("1000"))]));
    let page = shown(&browser, &registered.asks(&[]), "/signin");
    // The time that signing in takes does not count against it.
    harness.wait(500);
    let code = sign_in_on(&browser, &page, "alice").redirected("code").unwrap();
    let tokens = registered.redeem(&code).json();
    let auth_time = Jwt::verified(&harness, text(&tokens, "id_token")).claims["auth_time"].clone();
    assert_eq!(auth_time, 1_800_000_600);
    assert_eq!(registered.registration["default_max_age"], 100);
}

#[test]
fn prompt_login_asks_even_who_just_signed_in() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    client.id_token(&browser, &[]);
    for changes in [[("prompt", Some("login"))], [("max_age", Some("0"))]] {
        let page = shown(&browser, &client.asks(&changes), "/signin");
        // Going back without signing in leads nowhere else.
        let sealed = Browser::form(&page.body, "/signin").value("authorization_request").to_owned();
        let around = format!("/authorize?authorization_request={sealed}");
        assert!(browser.get(&around).location().starts_with("/signin?"));
        harness.wait(5);
        let answer = sign_in_on(&browser, &page, "alice");
        let tokens = client.redeem(&answer.redirected("code").unwrap()).json();
        let claims = Jwt::verified(&harness, text(&tokens, "id_token")).claims;
        assert_eq!(claims["auth_time"], harness.now().seconds());
    }
    let both = shown(&browser, &client.asks(&[("prompt", Some("login consent"))]), "/signin");
    harness.wait(1);
    let page = sign_in_on(&browser, &both, "alice");
    assert!(allow(&browser, &page).redirected("code").is_some());
}

#[test]
fn select_account_lets_the_owner_go_on_or_be_another() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "<i>alice");
    Browser::signed_up(&harness, "bob");
    let client = Client::confidential(&harness);
    let first = client.id_token(&browser, &[]).claims;
    let target = client.asks(&[("prompt", Some("select_account"))]);
    let page = shown(&browser, &target, "/signin");
    assert!(page.body.contains("Continue as"), "{}", page.body);
    assert!(page.body.contains("&lt;i&gt;alice") && !page.body.contains("<i>alice"));
    let link = page.body.split("class=\"button\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let code = browser.get(link).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    assert_eq!(Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"], first["sub"]);
    // Another one is asked for consent, as that one.
    let page = shown(&browser, &target, "/signin");
    let consent = sign_in_on(&browser, &page, "bob");
    let code = allow(&browser, &consent).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    assert_ne!(Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"], first["sub"]);
    // Nobody is signed in: an ordinary sign-in page. A page that was not asked to choose does not offer it.
    let nobody = Browser::new(&harness);
    assert!(!shown(&nobody, &target, "/signin").body.contains("Continue as"));
    let login = client.asks(&[("prompt", Some("login"))]);
    assert!(!shown(&browser, &login, "/signin").body.contains("Continue as"));
}

#[test]
fn prompt_create_leads_to_a_new_account_where_there_can_be_one() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let first = client.id_token(&browser, &[]).claims;
    let target = client.asks(&[("prompt", Some("create"))]);
    assert!(browser.get(&target).location().starts_with("/signup?authorization_request="));
    let page = shown(&browser, &target, "/signup");
    let form = Browser::form(&page.body, "/signup").set("username", "carol").set("password", "correct horse");
    let consent = browser.follow(browser.submit(&form));
    let code = allow(&browser, &consent).redirected("code").unwrap();
    let tokens = client.redeem(&code).json();
    assert_ne!(Jwt::verified(&harness, text(&tokens, "id_token")).claims["sub"], first["sub"]);
    let closed = Harness::with(&[("SIGN_UP", "closed")]);
    let client = Client::confidential(&closed);
    let answer = Browser::new(&closed).get(&client.asks(&[("prompt", Some("create"))]));
    assert!(answer.location().starts_with("/signin?"), "{answer:?}");
}

#[test]
fn a_login_hint_fills_the_field_and_nothing_but_the_field() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::new(&harness);
    let value = |hint: &str| {
        let page = shown(&browser, &client.asks(&[("login_hint", Some(hint))]), "/signin");
        assert!(!page.body.contains("<script>"), "{}", page.body);
        Browser::form(&page.body, "/signin").value("username").to_owned()
    };
    for hint in ["alice@example.com", "앨리스", "\"><script>alert(1)</script>"] {
        assert_eq!(value(hint), hint);
    }
    for hint in ["", "\u{200b}", "a\nb", &"a".repeat(257)] {
        assert_eq!(value(hint), "");
    }
    // On the page for a new account too; and whoever is signed in is not asked.
    let changes = [("login_hint", Some("carol")), ("prompt", Some("create"))];
    let page = shown(&browser, &client.asks(&changes), "/signup");
    assert_eq!(Browser::form(&page.body, "/signup").value("username"), "carol");
    let signed_in = Browser::signed_up(&harness, "alice");
    shown(&signed_in, &client.asks(&[("login_hint", Some("bob"))]), "/consent");
}

#[test]
fn pages_speak_as_ui_locales_wants_where_they_can() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let signed_in = Browser::signed_up(&harness, "alice");
    for (locales, language) in
        [("ko", "ko"), ("fr-CA ko-KR en", "ko"), ("en ko", "en"), ("fr", "en"), ("", "en"), ("<x>", "en")]
    {
        let target = client.asks(&[("ui_locales", Some(locales))]);
        let lang = format!("<html lang=\"{language}\">");
        assert!(shown(&Browser::new(&harness), &target, "/signin").body.contains(&lang), "{locales}");
        assert!(shown(&signed_in, &target, "/consent").body.contains(&lang), "{locales}");
        let create = client.asks(&[("ui_locales", Some(locales)), ("prompt", Some("create"))]);
        assert!(shown(&signed_in, &create, "/signup").body.contains(&lang), "{locales}");
    }
    // Where it says nothing that is known here the browser is heard.
    let target = client.asks(&[("ui_locales", Some("fr"))]);
    let page = signed_in.send(Sent::get(&target).with("accept-language", "ko"));
    assert!(page.body.contains("<html lang=\"ko\">"));
}

#[test]
fn display_and_other_wishes_change_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    for (name, value) in [
        ("display", "popup"),
        ("display", "hologram"),
        ("claims_locales", "ko"),
        ("acr_values", "9"),
        ("unheard_of", "\u{0}<script>"),
    ] {
        assert_eq!(client.id_token(&browser, &[(name, Some(value))]).claims["acr"], "1", "{name}");
    }
}

#[test]
fn a_request_object_is_refused_by_name_even_where_it_stands_for_all_the_rest() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    for changes in [vec![], vec![("response_type", None), ("code_challenge", None), ("scope", None)]] {
        let answer =
            harness.get(&client.asks(&[changes.as_slice(), &[("request", Some("e30.e30."))]].concat()));
        assert_sent_back(&answer, "request_not_supported");
    }
}

/// The fields of a page that posts itself, in their order.
#[track_caller]
fn posted(answer: &Answer, action: &str) -> Value {
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    let csp = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self' https://client.example",
    ] {
        assert!(csp.contains(part), "{csp}");
    }
    assert!(!csp.contains("unsafe") && !answer.body.contains("onload"));
    assert!(answer.body.contains(r#"<script src="/static/form-post.js?v="#));
    assert_eq!(answer.body.matches("<form").count(), 1);
    let form = Browser::form(&answer.body, action);
    form.fields.into_iter().map(|(name, value)| (name, json!(value))).collect()
}

#[test]
fn an_answer_by_form_post_is_a_page_that_sends_itself() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let hostile = "\"></form><script>alert(1)</script>&amp;";
    let by_post = [("response_mode", Some("form_post")), ("state", Some(hostile))];
    let action = "https://client.example/cb";
    let page = browser.get(&client.asks(&by_post));
    let answer = allow(&browser, &page);
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    let fields = posted(&answer, action);
    let code = text(&fields, "code");
    assert_eq!(fields, json!({ "code": code, "state": hostile, "iss": "https://as.example" }));
    let tokens = client.redeem(code).json();
    Jwt::verified(&harness, text(&tokens, "id_token"));
    assert!(answer.body.contains("<title>Postern</title>"));
    // Silently the second time; and without a state no empty one comes back.
    let silent = browser.get(&client.asks(&[by_post[0], ("state", None), ("prompt", Some("none"))]));
    let fields = posted(&silent, action);
    assert_eq!(fields.as_object().unwrap().len(), 2, "{fields}");
    // Errors travel the same way: of the request, of the owner, of prompt=none.
    for (changes, error) in [
        (vec![("code_challenge", None)], "invalid_request"),
        (vec![("scope", Some("nothing"))], "invalid_scope"),
        (vec![("prompt", Some("none")), ("max_age", Some("0"))], "login_required"),
    ] {
        let answer = browser.get(&client.asks(&[by_post.as_slice(), &changes].concat()));
        let fields = posted(&answer, action);
        assert_eq!((text(&fields, "error"), text(&fields, "state")), (error, hostile));
        assert_eq!(text(&fields, "iss"), "https://as.example");
    }
    let asked = client.asks(&[by_post.as_slice(), &[("prompt", Some("consent"))]].concat());
    let page = browser.get(&asked);
    let denied = browser.submit(&Browser::form(&page.body, "/consent").set("decision", "deny"));
    assert_eq!(posted(&denied, action)["error"], "access_denied");
    // What is not the client's gets no form either.
    let elsewhere = [by_post[0], ("redirect_uri", Some("https://evil.example/"))];
    let refused = browser.get(&client.asks(&elsewhere));
    assert!(refused.status == 400 && !refused.body.contains("<form"), "{refused:?}");
}

#[test]
fn the_script_of_that_page_is_ours_and_does_one_thing() {
    let harness = Harness::new();
    let script = harness.get("/static/form-post.js");
    assert_eq!((script.status, script.body.trim()), (200, "document.forms[0].submit();"));
    assert!(script.header("content-type").starts_with("text/javascript"));
}
