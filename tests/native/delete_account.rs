//! `/account/delete`: the owner leaves for good.

use serde_json::json;

use crate::logout::{id_token, relying_party};
use crate::support::console::registered;
use crate::support::{Answer, Browser, Client, Form, Harness, Sent, text, userinfo};

const ADDRESS: &str = "/account/delete";

fn form(browser: &Browser<'_>, typed: &str) -> Form {
    let page = browser.get(ADDRESS);
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{page:?}");
    Browser::form(&page.body, ADDRESS).set("username", typed)
}

fn delete(browser: &Browser<'_>, typed: &str) -> Answer {
    browser.submit(&form(browser, typed))
}

fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/account").status == 200
}

fn add_entry(harness: &Harness, access: &str) {
    let sent = Sent::json("POST", "/demo/calendar", &json!({ "title": "Dentist" }));
    assert_eq!(harness.send(sent.bearer(access)).status, 201);
}

#[test]
fn everything_dies_at_once() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "Alice");
    let elsewhere = Browser::new(&harness);
    elsewhere.sign_in("alice", "correct horse");
    let (client, own) = (Client::confidential(&harness), registered(&browser));
    let (access, refresh) = client.tokens(&browser);
    let told = client.signed_in(&browser, &[("scope", Some("openid profile"))]);
    assert_eq!(userinfo(&harness, text(&told, "access_token")).status, 200);
    let waiting = client.code(&browser);
    add_entry(&harness, &access);
    let bob = Browser::signed_up(&harness, "bob");
    let (_, bobs) = own.tokens(&bob);
    let (_, kept) = client.tokens(&bob);
    let cookie = browser.cookie("session");
    harness.log.take();

    let done = delete(&browser, "alice");
    assert_eq!(done.status, 200, "{done:?}");
    assert!(done.body.contains("Your account is deleted") && !done.body.contains("/signout"));
    let events: Vec<serde_json::Value> =
        harness.log.take().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["client_deleted", "account_deleted"]);
    let members: Vec<_> = events[1].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["account", "at", "event", "path", "sub"]);
    // The clients.
    client.refresh(&refresh).assert_error(400, "invalid_grant");
    client.redeem(&waiting).assert_error(400, "invalid_grant");
    assert_eq!(client.introspect(&access), json!({ "active": false }));
    harness.send(Sent::get("/demo/calendar").bearer(&access)).assert_error(401, "invalid_token");
    userinfo(&harness, text(&told, "access_token")).assert_error(401, "invalid_token");
    own.refresh(&bobs).assert_error(401, "invalid_client");
    assert_eq!(client.refresh(&kept).status, 200, "what others have is not concerned");
    // The browsers.
    assert_eq!((browser.cookie("session"), browser.cookie("browser")), (String::new(), String::new()));
    assert!(!is_signed_in(&elsewhere) && is_signed_in(&bob));
    let stolen = Sent::get("/account").with("cookie", &format!("__Host-postern_session={cookie}"));
    assert_eq!(harness.send(stolen).status, 303);
    assert_eq!(browser.sign_in("alice", "correct horse").status, 403);
    // What is kept.
    harness.wait(1);
    let dump = harness.memory.dump().to_lowercase();
    for word in ["alice", "dentist"] {
        assert!(!dump.contains(word), "{word}: {dump}");
    }
    assert_eq!(harness.memory.entries(), (0, 2), "no client, and what bob answered");
}

#[test]
fn who_has_nothing_leaves_nothing_at_once() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    assert_eq!((delete(&browser, "alice").status, harness.memory.objects().1), (200, 0));
}

#[test]
fn the_name_is_free_and_whoever_takes_it_gets_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, _) = client.tokens(&browser);
    add_entry(&harness, &access);
    let sub = browser.get("/account/data.json").json()["account"]["sub"].clone();
    let (session, known) = (browser.cookie("session"), browser.cookie("browser"));
    delete(&browser, "alice");
    let next = Browser::signed_up(&harness, "alice");
    let data = next.get("/account/data.json").json();
    assert_ne!(data["account"]["sub"], sub);
    for list in ["calendar", "consents", "grants", "registered_clients"] {
        assert_eq!(data[list], json!([]), "{list}");
    }
    let cookie = format!("__Host-postern_session={session}; __Host-postern_browser={known}");
    for address in ["/account", "/account/data.json", "/account/sessions", "/console", "/account/profile"] {
        assert_eq!(harness.send(Sent::get(address).with("cookie", &cookie)).status, 303, "{address}");
    }
    assert_eq!(next.get(&client.authorize(&[])).status, 200, "asked, as anybody is for the first time");
}

#[test]
fn grants_that_could_not_be_told_are_told_later_while_somebody_else_has_the_name() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&browser);
    harness.memory.grants_down.set(true);
    assert_eq!(delete(&browser, "alice").status, 200, "the account has decided");
    let next = Browser::signed_up(&harness, "alice");
    harness.wait(60);
    harness.memory.grants_down.set(false);
    let (_, own) = client.tokens(&next);
    harness.wait(10);
    client.refresh(&refresh).assert_error(400, "invalid_grant");
    assert_eq!(client.refresh(&own).status, 200);
    assert!(!harness.memory.dump().contains("farewell"));
    // Nobody takes it: then nothing stays at all.
    harness.memory.grants_down.set(true);
    delete(&next, "alice");
    harness.wait(60);
    assert_eq!(harness.memory.objects().1, 1);
    harness.memory.grants_down.set(false);
    harness.wait(10);
    assert_eq!(harness.memory.objects().1, 0);
}

#[test]
fn clients_of_its_sessions_are_told() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let out = "https://client.example/out";
    let client = relying_party(&harness, json!({ "backchannel_logout_uri": out }));
    id_token(&client, &browser);
    let elsewhere = Browser::new(&harness);
    elsewhere.sign_in("alice", "correct horse");
    id_token(&client, &elsewhere);
    harness.memory.post_status.set(None);
    delete(&browser, "alice");
    assert_eq!(harness.memory.posted.take().len(), 2);
    harness.memory.post_status.set(Some(200));
    harness.log.take();
    harness.wait(60);
    assert_eq!(harness.memory.posted.take().len(), 2, "again, where it was not heard");
    let log = harness.log.take();
    assert!(log.len() == 2 && log.iter().all(|line| line.contains("logout_notified")), "{log:?}");
    harness.wait(600);
    assert_eq!(harness.memory.objects().1, 0);
}

#[test]
fn it_needs_a_sign_in_that_is_a_quarter_of_an_hour_old_at_most() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    harness.wait(899);
    let form = form(&browser, "alice");
    harness.wait(1);
    let again = "/signin?next=account/delete";
    assert_eq!(browser.get(ADDRESS).location(), again);
    assert_eq!(browser.submit(&form).location(), again);
    assert!(is_signed_in(&browser), "nothing was deleted");
    let page = browser.get(again);
    let sign_in =
        Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    assert_eq!(browser.submit(&sign_in).location(), ADDRESS);
    assert_eq!(delete(&browser, "alice").status, 200);
    assert_eq!(harness.get(ADDRESS).location(), again);
}

#[test]
fn it_needs_the_name_typed() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "al<b>ice");
    let page = browser.get(ADDRESS);
    assert!(page.body.contains("al&lt;b&gt;ice") && !page.body.contains("al<b>"));
    for typed in ["", "  ", "bob", "alice", "al<b>ice\0", "al<b>ice2"] {
        let page = delete(&browser, typed);
        assert_eq!(page.status, 403, "{typed}");
        assert!(page.body.contains("That is not your user name") && page.body.contains("aria-invalid"));
        assert_eq!(page.refusal.as_deref(), Some("OtherName"));
    }
    let korean = form(&browser, "bob").sent().with("accept-language", "ko");
    assert!(browser.send(korean).body.contains("내 아이디와 다릅니다"));
    assert_eq!(browser.submit(&form(&browser, "x").without("username")).status, 403);
    assert!(is_signed_in(&browser));
    assert_eq!(delete(&browser, " AL<B>ICE ").status, 200, "as one signs in");
}

#[test]
fn only_the_owner_in_this_session_deletes() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let form = form(&browser, "alice");
    let mallory = Browser::signed_up(&harness, "mallory");
    assert_eq!(mallory.submit(&form).status, 403);
    assert_eq!(harness.send(form.sent()).status, 403);
    assert_eq!(browser.submit(&form.clone().set("csrf", "x")).status, 403);
    assert_eq!(browser.send(form.sent().with("origin", "https://evil.example")).status, 403);
    let own = Browser::form(&mallory.get(ADDRESS).body, ADDRESS).set("username", "alice");
    assert_eq!(mallory.submit(&own).status, 403);
    assert!(is_signed_in(&browser) && is_signed_in(&mallory));
    // A session that has ended, with a cookie that is still there.
    let sessions = Browser::form(&browser.get("/account/sessions").body, "/account/sessions");
    let cookie = browser.cookie("session");
    browser.submit(&sessions.set("action", "end_all"));
    let sent = form.sent().with("cookie", &format!("__Host-postern_session={cookie}"));
    assert_eq!(harness.send(sent).location(), "/signin?next=account/delete");
    assert_eq!(Browser::new(&harness).sign_in("alice", "correct horse").status, 303);
}

#[test]
fn whoever_was_cut_short_does_it_again() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&browser);
    let form = form(&browser, "alice");
    harness.memory.down.set(true);
    assert_eq!((browser.get(ADDRESS).status, browser.submit(&form).status), (503, 503));
    harness.memory.down.set(false);
    assert!(is_signed_in(&browser));
    assert_eq!(browser.submit(&form).status, 200);
    client.refresh(&refresh).assert_error(400, "invalid_grant");
    // Pressed twice: the second time there is nobody.
    assert_eq!(browser.submit(&form).status, 403);
}

#[test]
fn an_answer_that_no_list_shows_yet_is_deleted_too() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    Client::confidential(&harness).tokens(&browser);
    harness.memory.consents_unlisted.set(true);
    assert_eq!(harness.memory.entries().1, 1);
    delete(&browser, "alice");
    assert_eq!(harness.memory.entries().1, 0);
}

#[test]
fn nor_is_one_forgotten_whose_access_was_removed_before_any_list_showed_it() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    Client::confidential(&harness).tokens(&browser);
    let answered = harness.memory.consents();
    let page = browser.get("/account");
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
    // KV takes one write a second to a key: the answer stayed.
    harness.memory.set_consents(answered);
    harness.memory.consents_unlisted.set(true);
    harness.wait(119);
    delete(&browser, "alice");
    assert_eq!(harness.memory.entries().1, 0);
}

#[test]
fn more_than_fits_into_one_request_takes_several() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for n in 0..65 {
        Client::register(&harness, json!({ "client_name": format!("App {n}") })).tokens(&browser);
    }
    registered(&browser);
    harness.wait(300);
    let form = form(&browser, "alice");
    for left in [36, 7] {
        let page = browser.submit(&form);
        assert_eq!((page.status, harness.memory.entries()), (202, (1, left)), "their app still works");
        assert!(page.body.contains("more than can be deleted at once"));
    }
    assert_eq!((browser.submit(&form).status, harness.memory.entries()), (200, (0, 0)));
    // The grants beyond the first pass follow.
    harness.wait(10);
    harness.wait(10);
    assert_eq!(harness.memory.objects().1, 0);
}

#[test]
fn a_browser_of_whoever_left_is_a_stranger_to_whoever_takes_the_name() {
    let harness = Harness::new();
    let left = Browser::signed_up(&harness, "alice");
    let known = Browser::new(&harness);
    known.sign_in("alice", "correct horse");
    delete(&left, "alice");
    let owner = Browser::signed_up(&harness, "alice");
    let stranger = Browser::new(&harness);
    assert!((0..10).any(|_| stranger.sign_in("alice", "guess").status == 429));
    assert_eq!(known.sign_in("alice", "guess").status, 429, "it is counted with the others");
    assert_eq!(owner.sign_in("alice", "correct horse").status, 303);
}
