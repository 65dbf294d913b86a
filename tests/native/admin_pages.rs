//! `/admin` and what is under it: who is let in.

use serde_json::Value;

use crate::support::{Answer, Browser, Harness, ISSUER, Sent};

pub const ROOMS: [&str; 5] = ["/admin", "/admin/clients", "/admin/accounts", "/admin/events", "/admin/keys"];
/// A form for each room in which something can be done, with what is to be done.
pub const ACTS: [(&str, &[(&str, &str)]); 3] = [
    ("/admin/clients", &[("action", "disable"), ("client_id", "https://client.example/app.json")]),
    (
        "/admin/accounts",
        &[
            ("action", "disable"),
            ("account", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"),
            ("sub", "AQEBAQEBAQEBAQEBAQEBAQ"),
        ],
    ),
    ("/admin/keys", &[("action", "rotate")]),
];
const PASSWORD: &str = "correct horse";

/// The lines of the log since the last time.
pub fn told(harness: &Harness) -> Vec<Value> {
    harness.log.take().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The subject of who signed up last.
pub fn last_sub(harness: &Harness) -> String {
    let lines = told(harness);
    let signed_up = lines.iter().rev().find(|line| line["event"] == "signed_up").unwrap();
    signed_up["sub"].as_str().unwrap().to_owned()
}

/// A deployment whose first account administers it, with settings on top of the usual ones.
pub fn administered_with(settings: &[(&str, &str)]) -> Harness {
    // Entropy is seeded: in another world with the same beginning, the first subject is the same.
    let sub = {
        let harness = Harness::with(settings);
        Browser::signed_up(&harness, "root");
        last_sub(&harness)
    };
    Harness::with(&[settings, &[("ADMINS", sub.as_str())]].concat())
}

pub fn administered() -> Harness {
    administered_with(&[])
}

/// The administrator, signed in.
pub fn root(harness: &Harness) -> Browser<'_> {
    let root = Browser::signed_up(harness, "root");
    assert!(harness.config.admins.iter().any(|sub| sub.to_string() == last_sub(harness)));
    root
}

/// A form as `browser` would send it from a page of its own.
pub fn own_form(browser: &Browser<'_>, path: &str, pairs: &[(&str, &str)]) -> Sent {
    let csrf = Browser::form(&browser.get("/account/profile").body, "/account/profile");
    let sent = [pairs, &[("csrf", csrf.value("csrf"))]].concat();
    Sent::form(path, &sent).with("origin", ISSUER).with("sec-fetch-site", "same-origin")
}

pub fn act(browser: &Browser<'_>, path: &str, pairs: &[(&str, &str)]) -> Answer {
    browser.send(own_form(browser, path, pairs))
}

fn korean(browser: &Browser<'_>, path: &str) -> Answer {
    browser.send(Sent::get(path).with("accept-language", "ko"))
}

#[test]
fn for_who_is_no_administrator_the_pages_are_not_there() {
    let harness = administered();
    let (root, alice) = (root(&harness), Browser::signed_up(&harness, "alice"));
    told(&harness);
    harness.memory.meter.take();
    for path in ROOMS {
        let (answer, nothing) = (alice.get(path), alice.get("/admin/nothing"));
        let elsewhere = |path: &str| format!("back={}\"", path.replace('/', "%2F"));
        let body = answer.body.replace(&elsewhere(path), &elsewhere("/admin/nothing"));
        assert_eq!((answer.status, body), (404, nothing.body), "as an address at which nothing ever was");
        assert_eq!(root.get(path).status, 200);
    }
    harness.memory.meter.take();
    for (path, pairs) in ACTS {
        // Not even that a form is wanted.
        let json = Sent::json("POST", path, &serde_json::json!({}));
        for sent in [Sent::form(path, pairs), own_form(&alice, path, pairs), json] {
            harness.memory.meter.take();
            assert_eq!(alice.send(sent).status, 404, "{path}");
            assert_eq!(harness.memory.meter.take(), Default::default(), "and it cost nothing");
        }
    }
    assert!(told(&harness).is_empty());
    assert!(!alice.get("/account").body.contains("href=\"/admin\""));
    assert!(root.get("/account").body.contains("<a href=\"/admin\">Administration</a>"));
    assert!(korean(&root, "/").body.contains("<a href=\"/admin\">관리</a>"));
    assert!(!harness.get("/").body.contains("/admin"));
}

#[test]
fn where_nobody_administers_there_is_nothing_for_anybody() {
    let harness = Harness::new();
    let alice = Browser::signed_up(&harness, "alice");
    for path in ROOMS {
        assert_eq!((harness.get(path).status, alice.get(path).status), (404, 404), "{path}");
    }
    for (path, pairs) in ACTS {
        assert_eq!(harness.send(Sent::form(path, pairs)).status, 404);
        assert_eq!(act(&alice, path, pairs).status, 404);
    }
}

#[test]
fn who_is_not_signed_in_signs_in_first_and_comes_back() {
    let harness = administered();
    root(&harness);
    for path in ROOMS {
        let browser = Browser::new(&harness);
        let answer = browser.get(path);
        assert_eq!(answer.location(), format!("/signin?next={}", &path[1..]));
        let page = browser.follow(answer);
        let form = Browser::form(&page.body, "/signin").set("username", "root").set("password", PASSWORD);
        let back = browser.submit(&form);
        assert_eq!(back.location(), path);
        assert_eq!(browser.follow(back).status, 200);
    }
    for (path, pairs) in ACTS {
        let answer = harness.send(Sent::form(path, pairs));
        assert_eq!(answer.location(), format!("/signin?next={}", &path[1..]));
    }
}

#[test]
fn a_session_that_has_ended_elsewhere_is_over_here_too() {
    let harness = administered();
    let root = root(&harness);
    let stolen = Browser { harness: &harness, cookies: root.cookies.clone() };
    let forms: Vec<_> = ACTS.iter().map(|(path, pairs)| own_form(&stolen, path, pairs)).collect();
    root.submit(&Browser::form(&root.get("/signout").body, "/signout"));
    told(&harness);
    let cookies = stolen.cookies.borrow().clone();
    for path in ROOMS {
        stolen.cookies.replace(cookies.clone());
        assert_eq!(stolen.get(path).location(), format!("/signin?next={}", &path[1..]));
        assert_eq!(stolen.cookie("session"), "");
    }
    for form in forms {
        stolen.cookies.replace(cookies.clone());
        assert!(stolen.send(form).location().starts_with("/signin?next=admin/"));
    }
    assert!(told(&harness).is_empty(), "nothing was done");
}

#[test]
fn what_is_done_needs_a_sign_in_that_is_fresh_and_what_is_looked_at_does_not() {
    let harness = administered();
    let root = root(&harness);
    harness.wait(15 * 60);
    told(&harness);
    for path in ROOMS {
        assert_eq!(root.get(path).status, 200);
    }
    for (path, pairs) in ACTS {
        assert_eq!(act(&root, path, pairs).location(), format!("/signin?next={}", &path[1..]));
    }
    assert!(told(&harness).is_empty(), "nothing was done");
    root.sign_in("root", PASSWORD);
    harness.wait(15 * 60 - 1);
    assert_eq!(act(&root, "/admin/keys", &[("action", "rotate")]).location(), "/admin/keys?done=rotated");
}

#[test]
fn a_form_counts_only_from_our_own_page_in_the_same_session() {
    let harness = administered();
    let root = root(&harness);
    let alice = Browser::signed_up(&harness, "alice");
    told(&harness);
    for (path, pairs) in ACTS {
        let own = own_form(&root, path, pairs);
        let foreign = Sent { body: own_form(&alice, path, pairs).body, ..own.clone() };
        for sent in [
            Sent::form(path, pairs),
            Sent::form(path, &[pairs, &[("csrf", "x")]].concat()),
            own.clone().with("origin", "https://evil.example"),
            own.clone().with("sec-fetch-site", "cross-site"),
            foreign,
        ] {
            assert_eq!(root.send(sent).status, 403, "{path}");
        }
        assert_eq!(root.send(Sent::json("POST", path, &serde_json::json!({}))).status, 415);
        assert_eq!(root.send(Sent { body: vec![b'a'; 70_000], ..own.clone() }).status, 413);
        assert_eq!(root.send(Sent { body: b"a=%".to_vec(), ..own }).status, 400);
        // In order but for what is to be done.
        for action in ["", "x", "Disable"] {
            let changed: Vec<_> = pairs.iter().copied().filter(|(name, _)| *name != "action").collect();
            assert_eq!(act(&root, path, &[&changed[..], &[("action", action)]].concat()).status, 400);
        }
    }
    assert!(told(&harness).iter().all(|line| line["event"] == "refused"), "nothing was done");
}

#[test]
fn the_pages_speak_both_languages_and_are_nobody_elses() {
    let harness = administered_with(&[("REGISTRATION", "token")]);
    let root = root(&harness);
    for (path, english, hangul) in [
        ("/admin", "Who may register an app", "앱을 등록할 수 있는 사람"),
        ("/admin/clients", "Registered apps", "등록된 앱"),
        ("/admin/accounts", "All accounts", "모든 계정"),
        ("/admin/accounts?username=x", "Nobody has this user name.", "이 아이디를 쓰는 계정이 없습니다."),
        ("/admin/events", "Nothing has been noted yet.", "아직 기록된 일이 없습니다."),
        ("/admin/keys", "Keys that sign ID tokens", "ID 토큰에 서명하는 키"),
    ] {
        for (page, words, tag) in [(root.get(path), english, "en"), (korean(&root, path), hangul, "ko")] {
            assert!(page.body.contains(words) && page.body.contains(&format!("<html lang=\"{tag}\">")));
            assert_eq!(page.header("cache-control"), "no-store");
            for forbidden in ["<script", "<style", " style=", "http://"] {
                assert!(!page.body.contains(forbidden), "{path} has {forbidden}");
            }
            let here = path.split('?').next().unwrap();
            assert!(page.body.contains(&format!("<a href=\"{here}\" aria-current=\"page\">")), "{path}");
        }
    }
    let page = root.get("/admin").body;
    let own = harness.config.admins[0].to_string();
    assert!(page.contains(&format!("<code>{own}</code> <span class=\"tag\">you</span>")), "{page}");
}

#[test]
fn storage_that_does_not_answer_is_nobodys_fault() {
    let harness = administered();
    let root = root(&harness);
    let forms: Vec<_> = ACTS.iter().map(|(path, pairs)| own_form(&root, path, pairs)).collect();
    harness.memory.down.set(true);
    for path in ROOMS {
        assert_eq!(root.get(path).status, 503);
    }
    for form in forms {
        assert_eq!(root.send(form).status, 503);
    }
}
