//! `/consent`.

use serde_json::json;

use crate::support::{Answer, Browser, Client, Harness, tampered};

fn consent_page<'a>(browser: &Browser<'a>, client: &Client<'a>) -> Answer {
    let page = browser.follow(browser.get(&client.authorize(&[("prompt", Some("consent"))])));
    assert_eq!(page.status, 200, "{page:?}");
    page
}

#[test]
fn the_page_says_who_asks_for_what_and_where_the_answer_goes() {
    let harness = Harness::new();
    let client = Client::register(
        &harness,
        json!({ "policy_uri": "https://client.example/privacy", "tos_uri": "https://client.example/terms" }),
    );
    let browser = Browser::signed_up(&harness, "alice");
    let page = consent_page(&browser, &client);
    for words in [
        "Diary",
        "client.example",
        "See your calendar",
        "Add new entries to your calendar.",
        "alice",
        "Registered anonymously",
        "https://client.example/privacy",
        "https://client.example/terms",
        "name=\"decision\" value=\"allow\"",
        "name=\"decision\" value=\"deny\"",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(page.header("content-security-policy").ends_with("form-action 'self' https://client.example"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("x-frame-options"), "DENY");
    let vouched = Client::stored(&harness, json!({}));
    assert!(!consent_page(&browser, &vouched).body.contains("Registered anonymously"));
}

#[test]
fn denying_says_so_and_leaves_no_grant() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = consent_page(&browser, &client);
    let answer = browser.submit(&Browser::form(&page.body, "/consent").set("decision", "deny"));
    assert_eq!(answer.redirected("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.redirected("state").as_deref(), Some("a b&c=\u{d55c}"));
    assert_eq!(answer.redirected("iss").as_deref(), Some("https://as.example"));
    assert_eq!(harness.memory.objects().0, 0);
    assert_eq!(harness.memory.entries().1, 0);
    assert_eq!(browser.get(&client.authorize(&[])).status, 200, "it is asked again");
}

#[test]
fn an_optional_scope_can_be_unticked_and_is_not_asked_again() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = consent_page(&browser, &client);
    let form = Browser::form(&page.body, "/consent").without("scope").set("decision", "allow");
    let code = browser.submit(&form).redirected("code").unwrap();
    assert_eq!(client.redeem(&code).json()["scope"], "calendar.read");
    let again = browser.get(&client.authorize(&[])).redirected("code").unwrap();
    assert_eq!(client.redeem(&again).json()["scope"], "calendar.read");
    // Unless the client insists: then the box stands as it was left.
    let page = consent_page(&browser, &client);
    let form = Browser::form(&page.body, "/consent");
    assert_eq!(form.value("scope"), "");
    let code =
        browser.submit(&form.set("scope", "calendar.write").set("decision", "allow")).redirected("code");
    assert_eq!(client.redeem(&code.unwrap()).json()["scope"], "calendar.read calendar.write");
}

#[test]
fn fields_that_were_not_on_the_page_add_nothing_and_required_scopes_cannot_be_left_out() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.get(&client.authorize(&[("scope", Some("calendar.read"))]));
    let form = Browser::form(&page.body, "/consent").set("scope", "calendar.write").set("decision", "allow");
    let code = browser.submit(&form).redirected("code").unwrap();
    assert_eq!(client.redeem(&code).json()["scope"], "calendar.read");
}

#[test]
fn allowing_nothing_is_denying() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.get(&client.authorize(&[("scope", Some("calendar.write"))]));
    let form = Browser::form(&page.body, "/consent").without("scope").set("decision", "allow");
    assert_eq!(browser.submit(&form).redirected("error").as_deref(), Some("access_denied"));
}

#[test]
fn one_form_gives_one_code() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = consent_page(&browser, &client);
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    let code = browser.submit(&form).redirected("code").unwrap();
    for seconds in [0, 59, 600, 1139] {
        harness.wait(seconds);
        let again = browser.submit(&form);
        assert_eq!(again.status, 400, "{again:?}");
        assert!(again.body.contains("already answered"));
    }
    // After half an hour the form itself is too old.
    harness.wait(2);
    assert!(browser.submit(&form).body.contains("open for too long"));
    assert_eq!(client.redeem(&code).status, 400, "and the code has long expired");
}

#[test]
fn a_form_without_or_with_a_foreign_token_does_nothing() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let other = Browser::signed_up(&harness, "mallory");
    let page = consent_page(&browser, &client);
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    let foreign = Browser::form(&consent_page(&other, &client).body, "/consent");
    for csrf in ["", "x", foreign.value("csrf")] {
        assert_eq!(browser.submit(&form.clone().set("csrf", csrf)).status, 403, "{csrf}");
    }
    assert_eq!(browser.submit(&form.clone().without("csrf")).status, 403);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(browser.send(form.sent().with(name, value)).status, 403, "{name}: {value}");
    }
    assert_eq!(harness.send(form.sent()).status, 403, "without any cookie");
    assert_eq!(harness.memory.objects().0, 0);
    assert_eq!(browser.submit(&form).status, 303);
}

#[test]
fn the_form_of_another_session_or_a_changed_form_is_refused() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let other = Browser::signed_up(&harness, "mallory");
    let theirs = Browser::form(&consent_page(&browser, &client).body, "/consent");
    let own = Browser::form(&consent_page(&other, &client).body, "/consent").set("decision", "allow");
    // Mallory sends her own token with Alice's form.
    assert_eq!(other.submit(&own.clone().set("consent", theirs.value("consent"))).status, 403);
    for forged in tampered(theirs.value("consent")) {
        assert_eq!(other.submit(&own.clone().set("consent", &forged)).status, 400);
    }
    assert_eq!(other.submit(&own.clone().without("consent")).status, 400);
    // Alice signs in again: the form was shown in another session.
    browser.sign_in("alice", "correct horse");
    let fresh = Browser::form(&consent_page(&browser, &client).body, "/consent").set("decision", "allow");
    assert_eq!(browser.submit(&fresh.set("consent", theirs.value("consent"))).status, 403);
}

#[test]
fn a_decision_that_is_neither_is_refused_and_burns_nothing() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&consent_page(&browser, &client).body, "/consent");
    for decision in ["", "maybe", "ALLOW"] {
        assert_eq!(browser.submit(&form.clone().set("decision", decision)).status, 400);
    }
    assert!(browser.submit(&form.set("decision", "allow")).redirected("code").is_some());
}

#[test]
fn a_client_that_was_deleted_in_between_gets_nothing() {
    let harness = Harness::new();
    let client = Client::stored(&harness, json!({}));
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&consent_page(&browser, &client).body, "/consent").set("decision", "allow");
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let delete = crate::support::Sent {
        method: "DELETE".into(),
        ..crate::support::Sent::get(&format!("/register/{}", client.id))
    };
    assert_eq!(harness.send(delete.bearer(token)).status, 204);
    let answer = browser.submit(&form);
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("not registered"));
}

#[test]
fn a_session_that_ended_in_between_signs_in_first() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&consent_page(&browser, &client).body, "/consent").set("decision", "allow");
    let cookies = browser.cookies.borrow().clone();
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    browser.cookies.replace(cookies);
    let answer = browser.submit(&form);
    assert!(answer.location().starts_with("/signin?authorization_request="), "{answer:?}");
    assert_eq!(harness.memory.entries().1, 0);
}

#[test]
fn a_grant_remembers_its_form_for_longer_than_the_form_lives() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&browser);
    client.post("/revoke", &[("token", &refresh)]);
    // Clocks differ, and a second answer may have been on its way for long.
    harness.wait(31 * 60);
    assert_eq!(harness.memory.objects().0, 1);
    harness.wait(30 * 60);
    assert_eq!(harness.memory.objects().0, 0);
}

/// The page for a client, seen by somebody new.
fn first_page(harness: &Harness, client: &Client<'_>, changes: &[(&str, Option<&str>)]) -> String {
    let name = format!("owner{}", harness.memory.objects().1);
    Browser::signed_up(harness, &name).get(&client.authorize(changes)).body
}

#[test]
fn the_page_says_who_brought_the_client_here() {
    let harness = Harness::new();
    let anonymous = first_page(&harness, &Client::confidential(&harness), &[]);
    let vouched = first_page(&harness, &Client::stored(&harness, json!({})), &[]);
    let developer = Browser::signed_up(&harness, "developer");
    let registered = crate::support::console::register(&developer, &[("client_name", "Diary")]);
    let id = registered.body.split("prc_").nth(1).unwrap();
    let id = format!(
        "prc_{}",
        id.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').next().unwrap()
    );
    let console = Client {
        harness: &harness,
        id,
        secret: None,
        redirect_uri: "https://client.example/cb".into(),
        registration: json!({}),
    };
    let console = first_page(&harness, &console, &[]);
    let said = [
        "Registered anonymously",
        "The operator of this server knows this app",
        "Registered here by a developer on <time datetime=\"2027-01-15\">15 January 2027</time>",
    ];
    for (page, sentence) in [(&anonymous, said[0]), (&vouched, said[1]), (&console, said[2])] {
        for other in said {
            assert_eq!(page.contains(other), other == sentence, "{other}: {page}");
        }
    }
}

#[test]
fn what_was_not_asked_for_before_is_marked() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let narrow = client.authorize(&[("scope", Some("calendar.read"))]);
    assert!(!browser.get(&narrow).body.contains("You allowed this app"));
    browser.allow(&narrow);
    let page = browser.get(&client.authorize(&[])).body;
    assert!(
        page.contains("You allowed this app access on <time datetime=\"2027-01-15\">15 January 2027</time>. What it did not ask for"),
        "{page}"
    );
    assert!(page.contains("Add to your calendar</strong> <span class=\"tag new\">new</span>"), "{page}");
    assert!(page.contains("See your calendar</strong> <span class=\"required\">"), "{page}");
    let form = Browser::form(&page, "/consent").without("scope").set("decision", "allow");
    assert!(browser.submit(&form).redirected("code").is_some());
    let page = consent_page(&browser, &client).body;
    assert!(page.contains("It asks for nothing new.") && !page.contains("tag new"), "{page}");
    assert!(
        page.contains("Add to your calendar</strong> <span class=\"tag\">declined before</span>"),
        "{page}"
    );
    // Removed, it is as if it had never been.
    let account = browser.get("/account");
    browser.submit(&Browser::form(&account.body, "/account").set("action", "remove"));
    let page = browser.get(&client.authorize(&[])).body;
    assert!(!page.contains("You allowed this app") && !page.contains("class=\"tag"), "{page}");
}

#[test]
fn a_name_that_imitates_a_vendor_is_told_unless_the_vendor_publishes_it() {
    let harness = Harness::new();
    let warning = "The name may make you think of Kakao";
    for (name, warns) in [("Kakao Talk Login", true), ("K\u{430}kao", true), ("Cacao", false)] {
        let client = Client::register(&harness, json!({ "client_name": name }));
        assert_eq!(first_page(&harness, &client, &[]).contains(warning), warns, "{name}");
    }
    let vouched = Client::stored(&harness, json!({ "client_name": "Kakao" }));
    assert!(!first_page(&harness, &vouched, &[]).contains(warning));
    for (host, warns) in [("accounts.kakao.com", false), ("kakao.com.evil.example", true)] {
        let (id, redirect) = (format!("https://{host}/client.json"), format!("https://{host}/cb"));
        let document = json!({
            "client_id": id, "client_name": "Kakao", "redirect_uris": [redirect], "token_endpoint_auth_method": "none",
        });
        let document = postern::store::web::Document {
            status: 200,
            content_type: "application/json".into(),
            cache_control: String::new(),
            body: document.to_string().into_bytes(),
        };
        harness.memory.documents.borrow_mut().insert(id.clone(), document);
        let client =
            Client { harness: &harness, id, secret: None, redirect_uri: redirect, registration: json!({}) };
        let page = first_page(&harness, &client, &[]);
        assert_eq!(page.contains(warning), warns, "{page}");
        assert!(page.contains(&format!("This app is published by {host}")));
    }
}

#[test]
fn the_page_says_where_the_answer_goes_and_for_how_long() {
    let harness = Harness::new();
    for (redirect, place) in [
        ("https://client.example/cb", "<bdi>client.example</bdi></strong></dd>"),
        ("http://127.0.0.1:8080/cb", "<bdi>127.0.0.1:8080</bdi></strong> (an app on this computer)"),
        ("com.example.app:/cb", "<bdi>com.example.app</bdi></strong> (an app on this device)"),
    ] {
        let client = Client::register(
            &harness,
            json!({ "redirect_uris": [redirect], "token_endpoint_auth_method": "none", "application_type": "native" }),
        );
        assert!(first_page(&harness, &client, &[]).contains(place), "{redirect}");
    }
    let lasts = |harness: &Harness, more, scope| {
        let page = first_page(harness, &Client::register(harness, more), &[("scope", Some(scope))]);
        let (_, rest) = page.split_once("Access lasts</dt><dd>").unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    let once = json!({ "grant_types": ["authorization_code"] });
    assert_eq!(lasts(&harness, once, "calendar.read"), "10 minutes, then it has to ask again");
    assert_eq!(lasts(&harness, json!({}), "openid"), "10 minutes, then it has to ask again");
    let offline = lasts(&harness, json!({}), "openid offline_access");
    assert!(offline.contains("until you remove it"), "{offline}");
    let bounded = Harness::with(&[("REFRESH_MAX_TTL", "86400")]);
    let bounded = lasts(&bounded, json!({}), "calendar.read");
    assert_eq!(bounded, "at most 1 day, or until you remove it in your account");
}

#[test]
fn enter_neither_allows_nor_denies() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let page = consent_page(&browser, &client).body;
    let form = page.split_once("action=\"/consent\"").unwrap().1;
    // What browsers press for Enter is the first button: it closes a dialog that is not there.
    assert!(
        form.split_once("<button").unwrap().1.starts_with(" type=\"submit\" formmethod=\"dialog\" hidden>"),
        "{form}"
    );
    assert!(!page.contains("autofocus"));
    // Without a button that says which, nothing is decided.
    assert_eq!(browser.submit(&Browser::form(&page, "/consent")).status, 400);
}

#[test]
fn another_account_answers_the_very_same_request() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    Browser::signed_up(&harness, "bob");
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.get(&client.authorize(&[("scope", Some("calendar.write")), ("state", Some("kept"))]));
    let link = page.body.split_once("href=\"/signin?").unwrap().1.split('"').next().unwrap();
    let sign_in = browser.get(&format!("/signin?{link}"));
    assert!(sign_in.body.contains("Continue as <bdi>alice</bdi>"), "{}", sign_in.body);
    // Back again as Alice.
    let back = sign_in.body.split_once("class=\"button\" href=\"").unwrap().1.split('"').next().unwrap();
    assert!(browser.get(back).body.contains("<bdi>alice</bdi>"));
    let form = Browser::form(&sign_in.body, "/signin");
    assert_eq!(
        browser.submit(&form.clone().set("username", "bob").set("password", "wrong horse")).status,
        403
    );
    let signed_in = browser.submit(&form.set("username", "bob").set("password", "correct horse"));
    let page = browser.follow(signed_in);
    assert!(page.body.contains("<bdi>bob</bdi>") && !page.body.contains("alice"), "{}", page.body);
    let answer = browser.submit(&Browser::form(&page.body, "/consent").set("decision", "allow"));
    assert_eq!(answer.redirected("state").as_deref(), Some("kept"));
    let tokens = client.redeem(&answer.redirected("code").unwrap()).json();
    assert_eq!(tokens["scope"], "calendar.write");
}

#[test]
fn another_account_is_held_to_what_the_request_demanded() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let old = browser.cookies.borrow().clone();
    harness.wait(10);
    let asked = browser.get(&client.authorize(&[("prompt", Some("login"))]));
    let page = browser.get(asked.location());
    assert!(!page.body.contains("Continue as"), "who is signed in has to sign in again: {}", page.body);
    harness.wait(1);
    let form = Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    let page = browser.follow(browser.submit(&form));
    let link = page.body.split_once("href=\"/signin?").unwrap().1.split('"').next().unwrap();
    assert!(browser.get(&format!("/signin?{link}")).body.contains("Continue as"));
    // The link is worth nothing to a sign-in from before the request.
    let fresh = browser.cookies.replace(old);
    assert!(!browser.get(&format!("/signin?{link}")).body.contains("Continue as"));
    assert!(browser.get(&format!("/authorize?{link}")).location().starts_with("/signin?"));
    browser.cookies.replace(fresh);
    assert_eq!(browser.get(&format!("/authorize?{link}")).status, 200);
}
