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
