//! `/account/sessions`.

use serde_json::json;

use crate::logout::{id_token, relying_party};
use crate::support::{Answer, Browser, Client, Harness, Sent};

const ADDRESS: &str = "/account/sessions";
const CHROME: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// Signs in with what the browser says of itself and the platform of its place.
fn signed_in<'a>(harness: &'a Harness, agent: &str, place: &str) -> Browser<'a> {
    let browser = Browser::new(harness);
    let page = browser.get("/signin");
    let form = Browser::form(&page.body, "/signin").set("username", "alice").set("password", "correct horse");
    let sent = form.sent().with("user-agent", agent).with("cf-ipcountry", place);
    assert_eq!(browser.send(sent).location(), "/account");
    browser
}

/// The rows of the page: what is shown, and the name that stands for each.
fn rows(page: &str) -> Vec<(String, String)> {
    let rows = page.split("<li>").skip(1);
    rows.map(|row| {
        let name = Browser::form(row, ADDRESS).value("session").to_owned();
        (row[..row.find("<form").unwrap()].to_owned(), name)
    })
    .collect()
}

fn act(browser: &Browser<'_>, action: &str, session: &str) -> Answer {
    let page = browser.get(ADDRESS);
    browser.submit(&Browser::form(&page.body, ADDRESS).set("session", session).set("action", action))
}

fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/account").status == 200
}

#[test]
fn each_says_when_with_what_and_where_and_which_is_this_one() {
    let harness = Harness::new();
    let first = Browser::signed_up(&harness, "alice");
    harness.wait(3600);
    let second = signed_in(&harness, CHROME, "KR");
    let page = second.get(ADDRESS);
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let shown = rows(&page.body);
    assert_eq!(shown.len(), 2);
    for words in
        ["Chrome on macOS", "South Korea", "15 January 2027, 09:00 UTC", "with the password", "This browser"]
    {
        assert!(shown[0].0.contains(words), "{words}: {}", shown[0].0);
    }
    for words in ["Unknown browser", "15 January 2027, 08:00 UTC"] {
        assert!(shown[1].0.contains(words), "{words}: {}", shown[1].0);
    }
    assert!(!shown[1].0.contains("This browser") && !shown[1].0.contains("South Korea"));
    let korean = second.send(Sent::get(ADDRESS).with("accept-language", "ko"));
    for words in ["macOS의 Chrome", "대한민국", "2027년 1월 15일 09:00 UTC", "지금 이 브라우저"]
    {
        assert!(korean.body.contains(words), "{words}");
    }
    assert!(rows(&first.get(ADDRESS).body)[1].0.contains("This browser"));
}

#[test]
fn no_page_and_no_file_has_the_id_of_a_session() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = relying_party(&harness, json!({}));
    let claims = crate::support::claims_of(&id_token(&client, &browser));
    let sid = claims["sid"].as_str().unwrap();
    for address in [ADDRESS, "/account", "/account/data", "/account/data.json", "/account/delete"] {
        assert!(!browser.get(address).body.contains(sid), "{address}");
    }
}

#[test]
fn one_ends_and_the_browser_it_was_of_is_signed_out_at_once() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    let (other, third) = (signed_in(&harness, CHROME, "KR"), signed_in(&harness, "curl/8", "XX"));
    let shown = rows(&own.get(ADDRESS).body);
    let (_, name) = shown.iter().find(|(row, _)| row.contains("Chrome")).unwrap();
    harness.log.take();
    assert_eq!(act(&own, "end", name).location(), ADDRESS);
    let log = harness.log.take();
    assert!(log.len() == 1 && log[0].contains("\"event\":\"session_ended\""), "{log:?}");
    assert!(is_signed_in(&own) && is_signed_in(&third) && !is_signed_in(&other));
    assert_eq!(rows(&own.get(ADDRESS).body).len(), 2);
    // Once more, as from a page that was open elsewhere: nothing happens, and nothing is told.
    assert_eq!(act(&own, "end", name).location(), ADDRESS);
    assert!(harness.log.take().is_empty());
}

#[test]
fn the_one_at_hand_ends_like_any_other() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    let other = signed_in(&harness, CHROME, "KR");
    let cookie = own.cookie("session");
    let (_, name) = rows(&own.get(ADDRESS).body).pop().unwrap();
    assert_eq!(act(&own, "end", &name).location(), "/signin");
    assert_eq!(own.cookie("session"), "");
    let stolen = Sent::get("/account").with("cookie", &format!("__Host-postern_session={cookie}"));
    assert_eq!(harness.send(stolen).status, 303);
    assert!(is_signed_in(&other));
}

#[test]
fn all_others_end_or_all() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    assert!(!own.get(ADDRESS).body.contains("end_others"), "there is no other");
    let others = [CHROME, "x"].map(|agent| signed_in(&harness, agent, "DE"));
    harness.log.take();
    assert_eq!(act(&own, "end_others", "").location(), ADDRESS);
    assert_eq!(harness.log.take().len(), 2, "one line each");
    assert!(is_signed_in(&own) && others.iter().all(|other| !is_signed_in(other)));
    let other = signed_in(&harness, CHROME, "KR");
    assert_eq!(act(&own, "end_all", "").location(), "/signin");
    assert!(!is_signed_in(&own) && !is_signed_in(&other));
}

#[test]
fn clients_of_a_session_that_was_ended_are_told() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    let other = signed_in(&harness, CHROME, "KR");
    let out = "https://client.example/out";
    let client = relying_party(&harness, json!({ "backchannel_logout_uri": out }));
    id_token(&client, &other);
    id_token(&client, &own);
    act(&own, "end_others", "");
    assert_eq!(harness.memory.posted.take().len(), 1, "the other's, and not one's own");
    harness.memory.post_status.set(None);
    let other = signed_in(&harness, CHROME, "KR");
    id_token(&client, &other);
    act(&own, "end_others", "");
    harness.memory.posted.take();
    harness.memory.post_status.set(Some(200));
    harness.wait(60);
    assert_eq!(harness.memory.posted.take().len(), 1, "again, where it was not heard");
}

#[test]
fn connected_apps_keep_their_access() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&own);
    act(&own, "end_all", "");
    assert_eq!(client.refresh(&refresh).status, 200);
}

#[test]
fn nobody_ends_the_session_of_somebody_else() {
    let harness = Harness::new();
    let alice = Browser::signed_up(&harness, "alice");
    let mallory = Browser::signed_up(&harness, "mallory");
    let (_, name) = rows(&alice.get(ADDRESS).body).pop().unwrap();
    assert_eq!(act(&mallory, "end", &name).location(), ADDRESS);
    act(&mallory, "end_others", "");
    assert!(is_signed_in(&alice) && is_signed_in(&mallory));
    // Nor without a session, nor from elsewhere, nor with another's form.
    let form = Browser::form(&alice.get(ADDRESS).body, ADDRESS).set("action", "end_all");
    assert_eq!(mallory.submit(&form).status, 403);
    assert_eq!(harness.send(form.sent()).status, 403);
    assert_eq!(alice.submit(&form.clone().set("csrf", "x")).status, 403);
    assert_eq!(alice.send(form.sent().with("origin", "https://evil.example")).status, 403);
    assert_eq!(alice.send(form.sent().with("sec-fetch-site", "cross-site")).status, 403);
    assert!(is_signed_in(&alice));
    assert_eq!(harness.get(ADDRESS).location(), "/signin?next=account/sessions");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&browser.get(ADDRESS).body, ADDRESS).set("action", "end");
    for (name, value) in
        [("action", "x"), ("action", ""), ("session", ""), ("session", "../x"), ("session", "<b>")]
    {
        assert_eq!(browser.submit(&form.clone().set(name, value)).status, 400, "{name}={value}");
    }
    for name in ["action", "session"] {
        assert_eq!(browser.submit(&form.clone().without(name)).status, 400, "{name}");
    }
    assert!(is_signed_in(&browser));
}

#[test]
fn a_session_that_has_ended_ends_no_other() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    let other = signed_in(&harness, CHROME, "KR");
    let form = Browser::form(&other.get(ADDRESS).body, ADDRESS).set("action", "end_all");
    act(&own, "end_others", "");
    assert_eq!(other.submit(&form).location(), "/signin?next=account/sessions");
    assert_eq!((other.cookie("session"), is_signed_in(&own)), (String::new(), true));
    assert_eq!(other.get(ADDRESS).location(), "/signin?next=account/sessions");
}

#[test]
fn nothing_happens_while_nothing_answers() {
    let harness = Harness::new();
    let own = Browser::signed_up(&harness, "alice");
    let other = signed_in(&harness, CHROME, "KR");
    let form = Browser::form(&own.get(ADDRESS).body, ADDRESS).set("action", "end_all");
    harness.memory.down.set(true);
    assert_eq!((own.get(ADDRESS).status, own.submit(&form).status), (503, 503));
    harness.memory.down.set(false);
    assert!(is_signed_in(&own) && is_signed_in(&other));
}

#[test]
fn what_a_browser_says_of_itself_is_never_shown() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    let hostile = [
        "<script>alert(1)</script>",
        "Mozilla/5.0 (<img src=x onerror=alert(1)>) Chrome/1",
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/\"><script>",
        "\u{202e}\u{1f600}",
    ];
    for agent in hostile {
        let browser = signed_in(&harness, agent, "<b");
        let page = browser.get(ADDRESS);
        for part in ["<script", "<img src=x", "onerror", "\u{202e}", "<b\""] {
            assert!(!page.body.contains(part), "{agent}: {}", page.body);
        }
    }
}
