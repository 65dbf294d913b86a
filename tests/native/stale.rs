//! KV that is a minute old (P8): it may ask again, and it never revives what was removed.

use crate::support::{Browser, Client, Harness};

#[test]
fn a_stale_consent_asks_again_after_access_was_removed() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    client.tokens(&browser);
    let stale = harness.memory.consents();
    let page = browser.get("/account");
    browser.submit(&Browser::form(&page.body, "/account").set("action", "remove"));
    harness.memory.set_consents(stale.clone());
    // Silence would be wrong: the owner is asked.
    let answer = browser.get(&client.authorize(&[]));
    assert!(answer.status == 200 && answer.body.contains("name=\"decision\""), "{answer:?}");
    let none = browser.get(&client.authorize(&[("prompt", Some("none"))]));
    assert_eq!(none.redirected("error").as_deref(), Some("consent_required"));
    assert!(!browser.get("/account").body.contains("Diary"), "nor is it shown");
    // Approving one scope does not bring back the other.
    harness.memory.set_consents(stale);
    browser.allow(&client.authorize(&[("scope", Some("calendar.read"))]));
    assert_eq!(browser.get(&client.authorize(&[])).status, 200, "calendar.write is asked");
}

#[test]
fn a_consent_that_is_not_visible_yet_asks_again() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let before = harness.memory.consents();
    client.tokens(&browser);
    harness.memory.set_consents(before);
    assert_eq!(browser.get(&client.authorize(&[])).status, 200);
}

#[test]
fn a_consent_of_a_name_that_was_taken_again_is_another_persons() {
    // The subject is in the key, and the subject is random: see `sign_up`. Two owners never share one.
    let harness = Harness::new();
    let (alice, bob) = (Browser::signed_up(&harness, "alice"), Browser::signed_up(&harness, "bob"));
    let client = Client::confidential(&harness);
    client.tokens(&alice);
    assert_eq!(bob.get(&client.authorize(&[])).status, 200);
}

#[test]
fn a_stale_consent_does_not_undo_a_narrower_answer() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    client.tokens(&browser);
    let wide = harness.memory.consents();
    harness.wait(10);
    let page = browser.get(&client.authorize(&[("prompt", Some("consent"))]));
    let form = Browser::form(&page.body, "/consent").without("scope").set("decision", "allow");
    assert!(browser.submit(&form).redirected("code").is_some());
    let narrow = harness.memory.consents();
    harness.memory.set_consents(wide);
    harness.memory.meter.take();
    assert_eq!(browser.get(&client.authorize(&[])).status, 200, "asked again, not granted in silence");
    assert_eq!(harness.memory.meter.take().object_calls, 2);
    harness.memory.set_consents(narrow);
    let code = browser.get(&client.authorize(&[])).redirected("code").unwrap();
    assert_eq!(client.redeem(&code).json()["scope"], "calendar.read");
}
