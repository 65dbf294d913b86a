//! `/account`.

use serde_json::{Value, json};

use crate::support::{Browser, Client, Harness, Sent};

fn remove(browser: &Browser<'_>) -> u16 {
    let page = browser.get("/account");
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove")).status
}

#[test]
fn it_shows_which_clients_have_access_to_what_since_when() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    assert!(browser.get("/account").body.contains("No app has access"));
    Client::confidential(&harness).tokens(&browser);
    let page = browser.get("/account");
    for words in ["Diary", "See your calendar", "Add to your calendar", "15 January 2027", "alice"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("not in use"));
    assert!(!Browser::signed_up(&harness, "bob").get("/account").body.contains("Diary"));
    assert_eq!(harness.get("/account").location(), "/signin?next=account");
}

#[test]
fn it_tells_what_the_grants_say_of_themselves() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let from = |place: &str, pairs: &[(&str, &str)]| {
        harness.send(client.sent("/token", pairs).with("cf-ipcountry", place)).json()
    };
    let refreshed = |place: &str, tokens: &Value| {
        let token = tokens["refresh_token"].as_str().unwrap().to_owned();
        from(place, &[("grant_type", "refresh_token"), ("refresh_token", &token)])
    };
    let first = from("KR", &client.redemption(&client.code(&browser)));
    let page = browser.get("/account").body;
    for words in ["Last used", "15 January 2027, 08:00 UTC", "South Korea", "not renewed yet"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    harness.wait(3600);
    let second = from("DE", &client.redemption(&client.code(&browser)));
    refreshed("US", &second);
    harness.wait(60);
    // A retry is no further use.
    refreshed("AX", &first);
    refreshed("AX", &first);
    let page = browser.get("/account").body;
    for words in ["15 January 2027, 09:01 UTC", "from AX", "renewed 2 times", "2 connections"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let korean = browser.send(Sent::get("/account").with("accept-language", "ko")).body;
    for words in ["연결된 서비스 관리", "2027년 1월 15일 09:01 UTC", "2번 갱신함", "연결 2개"]
    {
        assert!(korean.contains(words), "{words}: {korean}");
    }
    // Who does not answer is believed to be alive, and says nothing.
    harness.memory.grants_down.set(true);
    let page = browser.get("/account").body;
    assert!(page.contains("2 connections") && !page.contains("Last used"), "{page}");
}

#[test]
fn a_place_that_is_none_is_not_told() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    for place in ["XX", "T1", "<b", "kr", ""] {
        let code = client.code(&browser);
        let sent = client.sent("/token", &client.redemption(&code)).with("cf-ipcountry", place);
        assert_eq!(harness.send(sent).status, 200);
        let page = browser.get("/account").body;
        assert!(page.contains("Last used") && !page.contains("from "), "{place}: {page}");
    }
}

#[test]
fn an_approval_whose_grants_are_over_is_shown_as_not_in_use() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, _) = client.tokens(&browser);
    client.post("/revoke", &[("token", &access)]);
    let page = browser.get("/account");
    assert!(page.body.contains("Diary") && page.body.contains("approved, not in use"), "{}", page.body);
}

#[test]
fn removing_access_ends_every_grant_of_that_client_at_once_and_asks_again_next_time() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let other = Client::register(&harness, json!({ "client_name": "Other" }));
    let (access, refresh) = client.tokens(&browser);
    let (_, second) = client.tokens(&browser);
    let waiting = client.code(&browser);
    let page = browser.get("/account");
    let form = Browser::form(&page.body, "/account").set("action", "remove");
    let (_, others) = other.tokens(&browser);
    assert_eq!(browser.submit(&form).location(), "/account");
    for token in [&refresh, &second] {
        client.refresh(token).assert_error(400, "invalid_grant");
    }
    client.redeem(&waiting).assert_error(400, "invalid_grant");
    assert_eq!(client.introspect(&access), json!({ "active": false }));
    harness.send(Sent::get("/demo/calendar").bearer(&access)).assert_error(401, "invalid_token");
    // The offline guard sees it when the token expires.
    assert_eq!(harness.send(Sent::get("/demo/whoami").bearer(&access)).status, 200);
    harness.wait(600);
    harness.send(Sent::get("/demo/whoami").bearer(&access)).assert_error(401, "invalid_token");
    assert!(!browser.get("/account").body.contains("Diary"));
    assert_eq!(browser.get(&client.authorize(&[])).status, 200, "asked again");
    assert_eq!(other.refresh(&others).status, 200, "another client is not concerned");
    // Approved again, it works again.
    assert!(!client.tokens(&browser).1.is_empty());
}

#[test]
fn what_could_not_be_delivered_is_delivered_later() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&browser);
    let page = browser.get("/account");
    let form = Browser::form(&page.body, "/account").set("action", "remove");
    harness.memory.grants_down.set(true);
    assert_eq!(browser.submit(&form).status, 303, "the account has decided");
    harness.wait(60);
    harness.memory.grants_down.set(false);
    harness.wait(10);
    client.refresh(&refresh).assert_error(400, "invalid_grant");
}

#[test]
fn only_the_owner_in_this_session_removes_access() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&browser);
    let page = browser.get("/account");
    let form = Browser::form(&page.body, "/account").set("action", "remove");
    let mallory = Browser::signed_up(&harness, "mallory");
    assert_eq!(mallory.submit(&form).status, 403);
    assert_eq!(browser.submit(&form.clone().set("csrf", "x")).status, 403);
    assert_eq!(harness.send(form.sent()).status, 403);
    for (name, value) in [("action", "x"), ("client", ""), ("client", "../x")] {
        assert_eq!(browser.submit(&form.clone().set(name, value)).status, 400, "{name}={value}");
    }
    // Her own form with Alice's client: nothing of Alice's.
    let own = Client::confidential(&harness);
    own.tokens(&mallory);
    let page = mallory.get("/account");
    let crossed =
        Browser::form(&page.body, "/account").set("client", form.value("client")).set("action", "remove");
    assert_eq!(mallory.submit(&crossed).status, 303);
    assert_eq!(client.refresh(&refresh).status, 200);
    assert_eq!(remove(&browser), 303);
}

#[test]
fn a_client_keeps_forty_grants_and_the_oldest_makes_room() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, oldest) = client.tokens(&browser);
    let (_, second) = client.tokens(&browser);
    for _ in 0..39 {
        client.tokens(&browser);
    }
    client.refresh(&oldest).assert_error(400, "invalid_grant");
    assert_eq!(client.refresh(&second).status, 200);
    assert_eq!(browser.get("/account").status, 200);
}

#[test]
fn a_grant_that_ended_leaves_the_list() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    for _ in 0..30 {
        let code = client.code(&browser);
        harness.wait(1);
        client.redeem(&code);
    }
    harness.wait(2_592_000);
    assert_eq!(harness.memory.objects().0, 0, "every record is gone");
    assert!(!harness.memory.dump().contains("\"client_name\\\":\\\"Diary"), "and every row");
}
