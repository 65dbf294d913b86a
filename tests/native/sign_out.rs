//! `/signout`.

use crate::support::{Browser, Harness};

#[test]
fn a_link_asks_and_a_form_signs_out_for_good() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let page = browser.get("/signout");
    assert!(page.body.contains("Do you want to sign out"));
    assert_eq!(browser.get("/account").status, 200, "the link alone does nothing");
    let stolen = browser.cookies.borrow().clone();
    let form = Browser::form(&page.body, "/signout");
    for (name, value) in [("csrf", "x"), ("csrf", "")] {
        assert_eq!(browser.submit(&form.clone().set(name, value)).status, 403);
    }
    assert_eq!(browser.submit(&form).status, 200);
    assert_eq!(browser.cookie("session"), "");
    browser.cookies.replace(stolen);
    for path in ["/account", "/console"] {
        assert!(
            browser.get(path).location().starts_with("/signin?next="),
            "the stolen cookie is worth nothing"
        );
    }
}

#[test]
fn other_sessions_stay() {
    let harness = Harness::new();
    let phone = Browser::signed_up(&harness, "alice");
    let laptop = Browser::new(&harness);
    laptop.sign_in("alice", "correct horse");
    let page = phone.get("/signout");
    phone.submit(&Browser::form(&page.body, "/signout"));
    assert_eq!(laptop.get("/account").status, 200);
    assert_eq!(phone.get("/account").status, 303);
}

#[test]
fn who_is_not_signed_in_may_sign_out_all_the_same() {
    let harness = Harness::new();
    let browser = Browser::new(&harness);
    let page = browser.get("/signout");
    assert_eq!(browser.submit(&Browser::form(&page.body, "/signout")).status, 200);
}
