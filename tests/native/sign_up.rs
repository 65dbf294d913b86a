//! `/signup`.

use crate::support::{Browser, Harness};

#[test]
fn signing_up_signs_in() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice@example.com");
    assert!(browser.get("/account").body.contains("alice@example.com"));
}

#[test]
fn names_of_all_kinds_work_from_end_to_end() {
    let harness = Harness::new();
    for name in ["a:b/c", "urn:x:1", "앨리스", "😀", "<script>", &"n".repeat(200)] {
        let browser = Browser::signed_up(&harness, name);
        let client = crate::support::Client::confidential(&harness);
        assert!(!client.tokens(&browser).0.is_empty());
        assert_eq!(Browser::new(&harness).sign_in(name, "correct horse").status, 303, "{name}");
    }
}

#[test]
fn a_name_is_taken_once_whatever_its_case() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    for name in ["alice", "ALICE", " Alice "] {
        let browser = Browser::new(&harness);
        let page = browser.get("/signup");
        let form =
            Browser::form(&page.body, "/signup").set("username", name).set("password", "another horse");
        let answer = browser.submit(&form);
        assert_eq!(answer.status, 409);
        assert!(answer.body.contains("taken"));
        assert_eq!(browser.cookie("session"), "");
    }
    assert_eq!(Browser::new(&harness).sign_in("alice", "another horse").status, 403);
    assert_eq!(Browser::new(&harness).sign_in("alice", "correct horse").status, 303);
}

#[test]
fn poor_names_and_passwords_are_refused_beside_the_form() {
    let harness = Harness::new();
    for (username, password, words) in [
        ("", "correct horse", "1 to 256 bytes"),
        ("a\nb", "correct horse", "1 to 256 bytes"),
        ("alice", "short", "too short"),
        ("alice", "", "too short"),
        ("alice", &"x".repeat(257), "too long"),
        ("alice-in-chains", "Alice-in-Chains", "must not be the user name"),
        (" alice-in-chains\u{a0}", "alice-in-chains", "must not be the user name"),
    ] {
        let browser = Browser::new(&harness);
        let page = browser.get("/signup");
        let form = Browser::form(&page.body, "/signup").set("username", username).set("password", password);
        let answer = browser.submit(&form);
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    assert_eq!(harness.memory.objects().1, 0);
}

#[test]
fn where_sign_up_is_closed_there_is_no_page_and_no_way_around() {
    let open = Harness::new();
    let form = {
        let browser = Browser::new(&open);
        Browser::form(&browser.get("/signup").body, "/signup")
            .set("username", "a")
            .set("password", "correct horse")
    };
    let harness = Harness::with(&[("SIGN_UP", "closed")]);
    let browser = Browser::new(&harness);
    assert_eq!(browser.get("/signup").status, 403);
    assert_eq!(browser.submit(&form).status, 403);
    assert!(!browser.get("/signin").body.contains("/signup"));
    assert_eq!(harness.memory.objects().1, 0);
}
