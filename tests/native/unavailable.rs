//! Storage that does not answer: 503, said so, and nothing lost.

use crate::support::{Browser, Client, Harness, Sent};

#[test]
fn every_endpoint_says_try_again_and_the_code_stays_usable() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, refresh) = client.tokens(&browser);
    let code = client.code(&browser);
    harness.memory.down.set(true);
    for answer in [
        client.redeem(&code),
        client.refresh(&refresh),
        client.introspect_raw(&access),
        client.post("/revoke", &[("token", &access)]),
        harness.send(Sent::get("/demo/calendar").bearer(&access)),
    ] {
        answer.assert_error(503, "temporarily_unavailable");
        assert_eq!(answer.header("retry-after"), "5");
        assert!(!answer.body.contains("world"), "what broke is for the log");
        assert!(answer.refusal.unwrap().contains("world is down"));
    }
    for path in ["/account", "/console", &client.authorize(&[])] {
        let page = browser.get(path);
        assert_eq!(page.status, 503);
        assert!(page.body.contains("Nothing was lost"));
    }
    // What needs no storage goes on.
    assert_eq!(harness.send(Sent::get("/demo/whoami").bearer(&access)).status, 200);
    assert_eq!(harness.get("/signin").status, 200);
    harness.memory.down.set(false);
    assert_eq!(client.redeem(&code).status, 200);
    assert_eq!(client.refresh(&refresh).status, 200);
}

#[test]
fn a_code_is_answered_only_after_both_writes() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let page = browser.get(&client.authorize(&[]));
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    harness.memory.grants_down.set(true);
    let answer = browser.submit(&form);
    assert_eq!((answer.status, answer.header("location")), (503, ""));
    assert_eq!(harness.memory.entries().1, 0, "nothing is remembered of what was not done");
    assert!(!harness.memory.dump().contains("Diary"), "nor is it on the account's list");
    harness.memory.grants_down.set(false);
    assert!(browser.submit(&form).redirected("code").is_some(), "the same form still counts");
}
