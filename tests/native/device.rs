//! The device grant (RFC 8628): `/device_authorization`, `/device`, and the polls at `/token`.

use futures::executor::block_on;
use postern::model::user_code::UserCode;
use postern::protocol::grant::{Command, Revoker};
use postern::store::grants::Grants;
use postern::store::rate_limits::RateLimit;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, Sent, tampered};

pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn metadata() -> Value {
    json!({
        "client_name": "Living-room TV", "token_endpoint_auth_method": "none", "redirect_uris": null,
        "grant_types": [GRANT_TYPE, "refresh_token"],
    })
}

pub fn tv(harness: &Harness) -> Client<'_> {
    Client::register(harness, metadata())
}

/// A device that has asked.
pub struct Device<'a> {
    client: &'a Client<'a>,
    code: String,
    pub user_code: String,
    answer: Value,
}

impl<'a> Device<'a> {
    pub fn asks_for(client: &'a Client<'a>, pairs: &[(&str, &str)]) -> Self {
        let answer = client.post("/device_authorization", pairs);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer = answer.json();
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        Self { client, code: text("device_code"), user_code: text("user_code"), answer }
    }

    pub fn of(client: &'a Client<'a>) -> Self {
        Self::asks_for(client, &[("scope", "calendar.read calendar.write")])
    }

    pub fn poll(&self) -> Answer {
        poll(self.client, &self.code)
    }

    /// Types the code, whose page asks for an answer.
    pub fn confirmation(&self, browser: &Browser<'_>) -> Answer {
        let page = typed(browser, &self.user_code);
        assert_eq!(page.status, 200, "{page:?}");
        page
    }

    pub fn answered(&self, browser: &Browser<'_>, decision: &str) -> Answer {
        let page = self.confirmation(browser);
        browser.submit(&Browser::form(&page.body, "/device/confirm").set("decision", decision))
    }
}

fn poll(client: &Client<'_>, code: &str) -> Answer {
    client.post("/token", &[("grant_type", GRANT_TYPE), ("device_code", code)])
}

fn typed(browser: &Browser<'_>, user_code: &str) -> Answer {
    let page = browser.get("/device");
    browser.submit(&Browser::form(&page.body, "/device").set("user_code", user_code))
}

#[test]
fn a_tv_gets_its_tokens_and_keeps_them() {
    let harness = Harness::new();
    let client = tv(&harness);
    let device = Device::of(&client);
    let answer = &device.answer;
    assert_eq!(answer["verification_uri"], "https://as.example/device");
    let complete = format!("https://as.example/device?user_code={}", device.user_code);
    assert_eq!(answer["verification_uri_complete"], complete.as_str());
    assert_eq!((&answer["expires_in"], &answer["interval"]), (&json!(600), &json!(5)));
    assert!(device.code.starts_with("pdc_") && UserCode::parse(&device.user_code).is_some());
    let waits = device.poll();
    waits.assert_error(400, "authorization_pending");
    assert_eq!((waits.refusal, waits.log), (None, vec![]), "that is how it waits");
    let browser = Browser::signed_up(&harness, "alice");
    let page = device.confirmation(&browser);
    for words in [
        "Living-room TV",
        "Registered anonymously",
        "Only continue if you started this on your own device",
        device.user_code.as_str(),
        "See your calendar",
        "alice",
        "name=\"decision\" value=\"allow\"",
        "name=\"decision\" value=\"deny\"",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(page.header("content-security-policy").ends_with("form-action 'self'"));
    harness.wait(5);
    device.poll().assert_error(400, "authorization_pending");
    let done = browser.submit(&Browser::form(&page.body, "/device/confirm").set("decision", "allow"));
    assert!(done.status == 200 && done.body.contains("Go back to your device"), "{done:?}");
    let answer = device.poll();
    assert_eq!(answer.status, 200, "{answer:?}");
    let tokens = answer.json();
    assert_eq!(tokens["scope"], "calendar.read calendar.write");
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 200);
    assert_eq!(client.refresh(refresh).status, 200);
    // One use. That it comes again ends nothing.
    device.poll().assert_error(400, "invalid_grant");
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 200);
    // The owner sees it and takes it back; it was not remembered as an approval.
    let page = browser.get("/account");
    assert!(page.body.contains("Living-room TV"), "{}", page.body);
    assert_eq!(harness.memory.entries().1, 0);
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 401);
    client.refresh(refresh).assert_error(400, "invalid_grant");
    device.poll().assert_error(400, "invalid_grant");
}

#[test]
fn a_sign_in_on_a_device_has_an_id_token() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "grant_types": [GRANT_TYPE, "refresh_token"] }));
    let browser = Browser::signed_up(&harness, "alice");
    for (scope, refreshes) in [("openid", false), ("offline_access openid", true)] {
        let device = Device::asks_for(&client, &[("scope", scope)]);
        assert_eq!(device.answered(&browser, "allow").status, 200);
        let tokens = device.poll().json();
        assert!(tokens["id_token"].is_string());
        assert_eq!((&tokens["scope"], tokens["refresh_token"].is_string()), (&json!(scope), refreshes));
    }
    // Who registered for no refresh tokens is not offline.
    let client = Client::register(&harness, json!({ "grant_types": [GRANT_TYPE] }));
    let device = Device::asks_for(&client, &[("scope", "openid offline_access")]);
    device.answered(&browser, "allow");
    let tokens = device.poll().json();
    assert_eq!((&tokens["scope"], tokens.get("refresh_token")), (&json!("openid"), None));
}

#[test]
fn what_is_asked_for_is_checked_before_anything_is_kept() {
    let harness = Harness::new();
    let client = tv(&harness);
    let ask = |pairs: &[(&str, &str)]| client.post("/device_authorization", pairs);
    for (pairs, error) in [
        ([("scope", "admin")], "invalid_scope"),
        ([("scope", "a  b")], "invalid_scope"),
        ([("scope", "offline_access admin")], "invalid_scope"),
        ([("resource", "https://other.example")], "invalid_target"),
        ([("client_id", "x")], "invalid_request"),
    ] {
        ask(&pairs).assert_error(400, error);
    }
    Client::confidential(&harness)
        .post("/device_authorization", &[])
        .assert_error(400, "unauthorized_client");
    for form in [&[("client_id", "x")], &[("scope", "a")]] {
        harness.send(Sent::form("/device_authorization", form)).assert_error(401, "invalid_client");
    }
    let secret = Client::register(&harness, json!({ "grant_types": [GRANT_TYPE] }));
    let bare = [("client_id", secret.id.as_str())];
    harness.send(Sent::form("/device_authorization", &bare)).assert_error(401, "invalid_client");
    assert_eq!(harness.memory.objects().0, 0);
    assert_eq!(Device::asks_for(&client, &[]).client.id, client.id);
    assert_eq!(harness.get("/device_authorization").status, 405);
    // RFC 8628 §4.
    let metadata = harness.get("/.well-known/oauth-authorization-server").json();
    assert_eq!(metadata["device_authorization_endpoint"], "https://as.example/device_authorization");
    assert!(metadata["grant_types_supported"].as_array().unwrap().contains(&json!(GRANT_TYPE)));
}

#[test]
fn polling_too_fast_is_told_to_slow_down_and_remembered() {
    let harness = Harness::new();
    let client = tv(&harness);
    let device = Device::of(&client);
    device.poll().assert_error(400, "authorization_pending");
    harness.wait(4);
    device.poll().assert_error(400, "slow_down");
    harness.wait(9);
    device.poll().assert_error(400, "slow_down");
    harness.wait(15);
    device.poll().assert_error(400, "authorization_pending");
}

#[test]
fn a_code_expires() {
    let harness = Harness::with(&[("DEVICE_CODE_TTL", "60")]);
    let client = tv(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let (seen, allowed) = (Device::of(&client), Device::of(&client));
    assert_eq!(seen.answer["expires_in"], 60);
    let page = seen.confirmation(&browser);
    harness.wait(59);
    seen.poll().assert_error(400, "authorization_pending");
    assert_eq!(allowed.answered(&browser, "allow").status, 200);
    harness.wait(1);
    for device in [&seen, &allowed] {
        device.poll().assert_error(400, "expired_token");
    }
    // The page that was open is no way around it, and the account lists nothing.
    let form = Browser::form(&page.body, "/device/confirm").set("decision", "allow");
    let late = browser.submit(&form);
    assert!(late.status == 400 && late.body.contains("expired"), "{late:?}");
    assert!(!browser.get("/account").body.contains("Living-room TV"));
    assert_eq!(typed(&browser, &seen.user_code).status, 400);
    // What was allowed stays a little longer, for an account that hears of it late.
    harness.wait(300);
    assert!(!harness.memory.dump().contains("Living-room TV"), "nothing is left of either");
    assert_eq!(harness.memory.objects().0, 0);
}

#[test]
fn denied_is_denied_and_leaves_no_grant() {
    let harness = Harness::new();
    let client = tv(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let device = Device::of(&client);
    let form = Browser::form(&device.confirmation(&browser).body, "/device/confirm");
    let done = browser.submit(&form.clone().set("decision", "deny"));
    assert!(done.status == 200 && done.body.contains("the device gets nothing"), "{done:?}");
    device.poll().assert_error(400, "access_denied");
    device.poll().assert_error(400, "access_denied");
    // Neither the open page nor the code turns it around.
    assert_eq!(browser.submit(&form.set("decision", "allow")).status, 400);
    assert_eq!(typed(&browser, &device.user_code).status, 400);
    device.poll().assert_error(400, "access_denied");
    assert!(!browser.get("/account").body.contains("Living-room TV"));
    assert!(!harness.memory.dump().contains("ends_at\\\":null"), "no row of it is left");
    // Allowing nothing is denying.
    let device = Device::asks_for(&client, &[("scope", "calendar.write")]);
    let form = Browser::form(&device.confirmation(&browser).body, "/device/confirm").without("scope");
    browser.submit(&form.set("decision", "allow"));
    device.poll().assert_error(400, "access_denied");
}

#[test]
fn an_optional_scope_can_be_unticked_and_none_can_be_added() {
    let harness = Harness::new();
    let client = tv(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let device = Device::of(&client);
    let form = Browser::form(&device.confirmation(&browser).body, "/device/confirm").without("scope");
    browser.submit(&form.set("decision", "allow"));
    assert_eq!(device.poll().json()["scope"], "calendar.read");
    let device = Device::asks_for(&client, &[("scope", "calendar.read")]);
    let form = Browser::form(&device.confirmation(&browser).body, "/device/confirm");
    browser.submit(&form.set("scope", "calendar.write").set("decision", "allow"));
    assert_eq!(device.poll().json()["scope"], "calendar.read");
}

#[test]
fn another_client_gets_nothing_and_spends_nothing() {
    let harness = Harness::new();
    let (client, thief) = (tv(&harness), Client::register(&harness, json!({ "grant_types": [GRANT_TYPE] })));
    let browser = Browser::signed_up(&harness, "alice");
    let device = Device::of(&client);
    poll(&thief, &device.code).assert_error(400, "invalid_grant");
    device.poll().assert_error(400, "authorization_pending");
    device.answered(&browser, "allow");
    poll(&thief, &device.code).assert_error(400, "invalid_grant");
    for forged in tampered(&device.code) {
        poll(&client, &forged).assert_error(400, "invalid_grant");
    }
    poll(&Client::confidential(&harness), &device.code).assert_error(400, "unauthorized_client");
    client.post("/token", &[("grant_type", GRANT_TYPE)]).assert_error(400, "invalid_request");
    let elsewhere = [("resource", "https://as.example/demo/calendar")];
    let pairs =
        [&[("grant_type", GRANT_TYPE), ("device_code", device.code.as_str())], &elsewhere[..]].concat();
    client.post("/token", &pairs).assert_error(400, "invalid_target");
    assert_eq!(device.poll().status, 200);
}

#[test]
fn a_link_with_the_code_in_it_still_needs_a_click_and_a_look() {
    let harness = Harness::new();
    let client = tv(&harness);
    let device = Device::of(&client);
    let browser = Browser::signed_up(&harness, "alice");
    let link = format!("/device?user_code={}", device.user_code);
    harness.memory.meter.take();
    let page = browser.get(&link);
    assert_eq!(harness.memory.meter.take(), postern::store::meter::Count::default(), "nothing is looked up");
    assert!(page.body.contains(&format!("value=\"{}\"", device.user_code)));
    assert!(!page.body.contains("Living-room TV") && !page.body.contains("/device/confirm"));
    device.poll().assert_error(400, "authorization_pending");
    // Sent by another site's form, it is not even read.
    let form = Browser::form(&page.body, "/device");
    assert_eq!(browser.send(form.sent().with("origin", "https://evil.example")).status, 403);
    assert_eq!(browser.submit(&form.clone().without("csrf")).status, 403);
    let confirm = Browser::form(&browser.submit(&form).body, "/device/confirm").set("decision", "allow");
    for forged in [confirm.clone().without("csrf"), confirm.clone().set("csrf", "x")] {
        assert_eq!(browser.submit(&forged).status, 403);
    }
    for decision in ["", "maybe"] {
        assert_eq!(browser.submit(&confirm.clone().set("decision", decision)).status, 400);
    }
    device.poll().assert_error(400, "slow_down");
    for hostile in ["\"><script>alert(1)</script>", "%00", "BCDF-GHJK%22%3E"] {
        let page = browser.get(&format!("/device?user_code={hostile}"));
        assert!(page.status == 200 && !page.body.contains("<script") && page.body.contains("value=\"\""));
    }
    assert_eq!(browser.submit(&confirm).status, 200);
}

#[test]
fn whoever_is_not_signed_in_signs_in_first_and_keeps_the_code() {
    let harness = Harness::new();
    let client = tv(&harness);
    let device = Device::of(&client);
    Browser::signed_up(&harness, "alice");
    let browser = Browser::new(&harness);
    let sign_in = typed(&browser, &device.user_code.to_lowercase().replace('-', " "));
    assert!(sign_in.location().starts_with("/signin?next=device"), "{sign_in:?}");
    let page = browser.follow(sign_in);
    let form = Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    let back = browser.submit(&form);
    assert_eq!(back.location(), format!("/device?user_code={}", device.user_code));
    assert!(browser.follow(back).body.contains(&format!("value=\"{}\"", device.user_code)));
    assert_eq!(device.answered(&browser, "allow").status, 200);
    assert_eq!(device.poll().status, 200);
    // Nothing but a code of ours goes along.
    for next in ["device?user_code=//evil.example", "device/../x", "device?x=BCDF-GHJK"] {
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = Browser::new(&harness).get(&format!("/signin?next={query}"));
        assert!(!page.body.contains("name=\"next\""), "{next}");
    }
    // A session that has ended cannot look, and cannot allow.
    let device = Device::of(&client);
    let form = Browser::form(&device.confirmation(&browser).body, "/device/confirm").set("decision", "allow");
    let cookies = browser.cookies.borrow().clone();
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    browser.cookies.replace(cookies.clone());
    assert!(browser.submit(&form).location().starts_with("/signin?next=device"));
    browser.cookies.replace(cookies);
    assert!(typed(&browser, &device.user_code).location().starts_with("/signin?next=device"));
    device.poll().assert_error(400, "authorization_pending");
}

#[test]
fn the_first_of_two_owners_answers_and_the_other_lists_nothing() {
    let harness = Harness::new();
    let client = tv(&harness);
    let (alice, mallory) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "mallory"));
    let device = Device::of(&client);
    let form_of = |browser: &Browser<'_>| {
        Browser::form(&device.confirmation(browser).body, "/device/confirm").set("decision", "allow")
    };
    let (hers, his) = (form_of(&alice), form_of(&mallory));
    // A form is for the session that it was shown in.
    assert_eq!(mallory.submit(&his.clone().set("device", hers.value("device"))).status, 403);
    for forged in tampered(hers.value("device")) {
        assert_eq!(alice.submit(&hers.clone().set("device", &forged)).status, 400);
    }
    assert_eq!(alice.submit(&hers).status, 200);
    for form in [his.clone(), his.set("decision", "deny")] {
        assert_eq!(mallory.submit(&form).status, 400);
    }
    assert_eq!(alice.submit(&hers).status, 400, "one answer");
    assert!(alice.submit(&hers.clone().set("decision", "deny")).body.contains("already answered"));
    let tokens = device.poll().json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(!mallory.get("/account").body.contains("Living-room TV"));
    let page = alice.get("/account");
    assert!(page.body.contains("Living-room TV"), "an answer that came twice has taken nothing off the list");
    assert_eq!(harness.send(Sent::get("/demo/calendar").bearer(access)).status, 200);
    harness.wait(1801);
    assert!(alice.submit(&hers).body.contains("open for too long"));
}

#[test]
fn a_client_that_was_deleted_in_between_gets_nothing() {
    let harness = Harness::new();
    let client = Client::stored(&harness, metadata());
    let browser = Browser::signed_up(&harness, "alice");
    let device = Device::of(&client);
    let page = device.confirmation(&browser);
    assert!(!page.body.contains("Registered anonymously"));
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let delete = Sent { method: "DELETE".into(), ..Sent::get(&format!("/register/{}", client.id)) };
    assert_eq!(harness.send(delete.bearer(token)).status, 204);
    let form = Browser::form(&page.body, "/device/confirm").set("decision", "allow");
    assert_eq!(browser.submit(&form).status, 400);
    device.poll().assert_error(401, "invalid_client");
}

#[test]
fn a_user_code_that_is_in_use_is_not_given_twice() {
    // Every world draws the same codes. Where some are taken, it goes on to the next: four times, and no more.
    let mut taken: Vec<UserCode> = Vec::new();
    for tries in 1..=5 {
        let harness = Harness::new();
        let client = tv(&harness);
        for code in &taken {
            let grant = harness.memory.named(&code.grant_name()).unwrap();
            block_on(harness.memory.send(grant, Command::Revoke(Revoker::Owner))).unwrap();
        }
        harness.memory.meter.take();
        let code = UserCode::parse(&Device::of(&client).user_code).unwrap();
        assert_eq!(harness.memory.meter.take().object_calls, tries);
        assert!(!taken.contains(&code));
        taken.push(code);
    }
}

#[test]
fn guessing_is_held_back_by_address_and_by_account() {
    let harness = Harness::new();
    harness.memory.limits.borrow_mut().insert(RateLimit::DeviceCode, 3);
    harness.from("192.0.2.1");
    let client = tv(&harness);
    let device = Device::of(&client);
    let (alice, mallory) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "mallory"));
    harness.memory.limited.take();
    // What is no code, or comes from nobody, is no guess.
    for wrong in ["", "x", "AEIO-UUUU"] {
        assert_eq!(typed(&mallory, wrong).status, 400);
    }
    typed(&Browser::new(&harness), "BCDF-GHJK");
    assert_eq!(harness.memory.limited.take(), []);
    for guess in ["BCDF-GHJK", "bcdfghjl", "BCDF GHJM"] {
        let page = typed(&mallory, guess);
        assert!(page.status == 400 && page.body.contains("This code is wrong, expired or used"), "{page:?}");
    }
    harness.memory.meter.take();
    let held = typed(&mallory, &device.user_code);
    assert_eq!((held.status, held.header("retry-after")), (429, "60"));
    assert!(held.body.contains("Try again in 60 seconds"));
    assert_eq!(held.refusal.as_deref(), Some("DeviceCode"));
    assert_eq!(harness.memory.meter.take().object_calls, 0, "a guess that is right does not get through");
    assert_eq!(typed(&alice, &device.user_code).status, 429, "from the same address");
    harness.from("192.0.2.2");
    assert_eq!(typed(&mallory, &device.user_code).status, 429, "nor does another address help");
    assert_eq!(typed(&alice, &device.user_code).status, 200);
    harness.wait(60);
    assert_eq!(typed(&mallory, &device.user_code).status, 200);
    let off = Harness::with(&[("RATE_LIMITS", "off")]);
    off.memory.limits.borrow_mut().insert(RateLimit::DeviceCode, 0);
    assert_eq!(typed(&Browser::signed_up(&off, "alice"), "BCDF-GHJK").status, 400);
}

#[test]
fn devices_that_ask_are_held_back_where_nobody_answers_for_them_and_those_that_wait_are_not() {
    let harness = Harness::new();
    harness.memory.limits.borrow_mut().insert(RateLimit::DeviceAuthorization, 1);
    harness.memory.limits.borrow_mut().insert(RateLimit::TokenErrors, 1);
    harness.from("192.0.2.1");
    let client = tv(&harness);
    let device = Device::of(&client);
    let held = client.post("/device_authorization", &[]);
    held.assert_error(429, "temporarily_unavailable");
    assert_eq!((held.header("retry-after"), harness.memory.objects().0), ("60", 1));
    // A secret is nothing that anybody could not have.
    let anonymous = Client::register(&harness, json!({ "grant_types": [GRANT_TYPE] }));
    anonymous.post("/device_authorization", &[]).assert_error(429, "temporarily_unavailable");
    let accountable = Client::stored(&harness, json!({ "grant_types": [GRANT_TYPE] }));
    for _ in 0..3 {
        Device::of(&accountable);
    }
    harness.memory.limited.take();
    for _ in 0..5 {
        device.poll().assert_error(400, "authorization_pending");
        harness.wait(5);
    }
    assert_eq!(harness.memory.limited.take(), []);
    harness.wait(60);
    device.poll().assert_error(400, "authorization_pending");
    device.poll().assert_error(400, "slow_down");
    device.poll().assert_error(429, "temporarily_unavailable");
}

#[test]
fn what_a_client_says_of_itself_is_only_text() {
    let harness = Harness::new();
    let mut document = metadata();
    document["client_name"] = json!("<script>alert(1)</script>\"'&");
    let client = Client::register(&harness, document);
    let browser = Browser::signed_up(&harness, "<b>alice</b>");
    let page = Device::of(&client).confirmation(&browser).body;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script"), "{page}");
    assert!(page.contains("&lt;b&gt;alice"), "{page}");
}

#[test]
fn pages_speak_korean() {
    let harness = Harness::new();
    let page = harness.send(Sent::get("/device").with("accept-language", "ko"));
    assert!(page.body.contains("기기에 표시된 코드를 입력해 주세요."), "{}", page.body);
}
