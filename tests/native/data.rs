//! `/account/data`: what is kept of an owner.

use serde_json::{Value, json};

use crate::support::console;
use crate::support::{Browser, Client, Harness, Sent};

const FILE: &str = "/account/data.json";

fn add_entry(harness: &Harness, access: &str, title: &str) {
    let sent = Sent::json("POST", "/demo/calendar", &json!({ "title": title }));
    assert_eq!(harness.send(sent.bearer(access)).status, 201);
}

fn register(browser: &Browser<'_>, name: &str) {
    assert_eq!(console::register(browser, &[("client_name", name)]).status, 200);
}

#[test]
fn the_page_says_the_name_the_id_and_the_day() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "al<b>ice");
    let page = browser.get("/account/data");
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let sub = browser.get(FILE).json()["account"]["sub"].as_str().unwrap().to_owned();
    for words in [sub.as_str(), "al&lt;b&gt;ice", "15 January 2027", FILE, "/account/delete"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert_eq!(harness.get("/account/data").location(), "/signin?next=account/data");
}

#[test]
fn the_file_has_everything_and_nobody_may_keep_it() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    browser.edit_profile(&[("name", "Alice <b>"), ("email", "alice@example.com")]);
    register(&browser, "My app");
    let client = Client::confidential(&harness);
    let code = client.code(&browser);
    let sent = client.sent("/token", &client.redemption(&code)).with("cf-ipcountry", "DE");
    let tokens = harness.send(sent).json();
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    add_entry(&harness, access, "Dentist");
    harness.wait(60);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    harness.send(client.sent("/token", &form).with("cf-ipcountry", "KR"));

    let file = browser.get(FILE);
    assert_eq!((file.status, file.header("cache-control")), (200, "no-store"));
    assert_eq!(file.header("content-type"), "application/json");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"account-data.json\"");
    let data = file.json();
    let members: Vec<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "account",
        "calendar",
        "consents",
        "grants",
        "made_at",
        "profile",
        "registered_clients",
        "sessions",
        "sign_in",
    ];
    assert_eq!(members, expected);
    assert_eq!(data["made_at"], "2027-01-15T08:01:00Z");
    assert_eq!(data["account"]["username"], "alice");
    assert_eq!(data["account"]["created_at"], "2027-01-15T08:00:00Z");
    assert_eq!((&data["profile"]["name"], &data["profile"]["locale"]), (&json!("Alice <b>"), &Value::Null));
    assert_eq!(data["sign_in"], json!({ "password": true, "passkeys": [], "recovery_codes_left": 0 }));
    let session = &data["sessions"][0];
    assert_eq!((&session["current"], &session["method"]), (&json!(true), &json!("password")));
    let listed = &data["registered_clients"][0];
    assert_eq!(listed["client_name"], "My app");
    assert!(listed["client_id"].as_str().unwrap().starts_with("prc_"));
    let consent = &data["consents"][0];
    let both = json!("calendar.read calendar.write");
    assert_eq!((&consent["client_name"], &consent["approved"]), (&json!("Diary"), &both));
    assert_eq!((&consent["declined"], &consent["approved_at"]), (&json!(""), &json!("2027-01-15T08:00:00Z")));
    let grant = &data["grants"][0];
    for (name, value) in [
        ("alive", json!(true)),
        ("client_id", json!(client.id)),
        ("client_name", json!("Diary")),
        ("scope", both),
        ("refreshes", json!(1)),
        ("country", json!("KR")),
        ("since", json!("2027-01-15T08:00:00Z")),
        ("last_used_at", json!("2027-01-15T08:01:00Z")),
        ("sub", data["account"]["sub"].clone()),
    ] {
        assert_eq!(grant[name], value, "{name}");
    }
    assert_eq!(data["calendar"][0]["title"], "Dentist");
    // And nothing that opens anything.
    for secret in
        [access, refresh, client.secret.as_deref().unwrap(), &browser.cookie("session"), "salt", "hash"]
    {
        assert!(!file.body.contains(secret), "{secret}");
    }
}

#[test]
fn a_grant_that_is_over_says_so_and_one_that_does_not_answer_says_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, kept) = client.tokens(&browser);
    let (access, _) = client.tokens(&browser);
    client.post("/revoke", &[("token", &access)]);
    client.refresh(&kept);
    let alive = |data: &Value| -> Vec<Value> {
        data["grants"].as_array().unwrap().iter().map(|grant| grant["alive"].clone()).collect()
    };
    assert_eq!(alive(&browser.get(FILE).json()), [json!(false), json!(true)]);
    harness.memory.grants_down.set(true);
    assert_eq!(alive(&browser.get(FILE).json()), [Value::Null, Value::Null]);
}

#[test]
fn it_is_for_the_owner_in_a_session_and_for_nobody_else() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, _) = client.tokens(&browser);
    add_entry(&harness, &access, "Dentist");
    assert_eq!(harness.get(FILE).location(), "/signin?next=account/data");
    assert_eq!(harness.send(Sent::get(FILE).bearer(&access)).status, 303);
    let bob = Browser::signed_up(&harness, "bob").get(FILE);
    assert!(!bob.body.contains("Dentist") && !bob.body.contains("alice"));
    assert_eq!(bob.header("access-control-allow-origin"), "");
    let cookie = format!("__Host-postern_session={}", browser.cookie("session"));
    browser.submit(&Browser::form(&browser.get("/signout").body, "/signout"));
    for address in [FILE, "/account/data"] {
        let answer = harness.send(Sent::get(address).with("cookie", &cookie));
        assert_eq!(answer.location(), "/signin?next=account/data");
    }
}

#[test]
fn half_of_it_is_not_given_out() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    harness.memory.down.set(true);
    assert_eq!((browser.get(FILE).status, browser.get("/account/data").status), (503, 503));
}
