//! `/admin/accounts`.

use serde_json::json;

use crate::admin_clients::link;
use crate::admin_pages::{act, administered, last_sub, own_form, root, told};
use crate::support::authenticator::Authenticator;
use crate::support::{Answer, Browser, Client, Harness, Sent};

const PAGE: &str = "/admin/accounts";
const PASSWORD: &str = "correct horse";

fn find(root: &Browser<'_>, name: &str) -> Answer {
    let query = postern::base::form::encode_pairs([("username", name)]);
    root.get(&format!("{PAGE}?{query}"))
}

/// Presses the one button that is beside the account of that name.
fn press(root: &Browser<'_>, name: &str, action: &str) -> Answer {
    let page = find(root, name).body;
    assert!(page.contains(&format!("name=\"action\" value=\"{action}\"")), "{page}");
    let form = page.split(" method=\"post\"").nth(1).map(|rest| rest.to_owned()).unwrap();
    root.submit(&Browser::form(&form, PAGE).set("action", action))
}

#[test]
fn every_account_is_listed_and_found_by_its_name() {
    let harness = administered();
    let root = root(&harness);
    let browser = Browser::signed_up(&harness, "Alice@example.com");
    let sub = last_sub(&harness);
    Client::confidential(&harness).tokens(&browser);
    let page = root.get(PAGE).body;
    for words in [
        "<bdi>root</bdi></strong> <span class=\"tag\">you</span>",
        "Alice@example.com",
        &sub,
        "15 January 2027",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches("value=\"disable\"").count(), 1, "nobody disables themselves");
    for typed in ["alice@example.com", " ALICE@example.com "] {
        let page = find(&root, typed).body;
        assert!(page.contains("<bdi>Alice@example.com</bdi>") && page.contains(&sub), "{page}");
        for counted in ["Sessions</dt><dd>1", "Grants to apps</dt><dd>1", "Apps registered</dt><dd>0"] {
            assert!(page.contains(counted), "{counted}: {page}");
        }
        assert!(!page.contains("Diary"), "what it is used for is nobody else's");
    }
    for typed in ["alice", "alice@example.co", "a\nb", &"x".repeat(300)] {
        let page = find(&root, typed);
        assert!(page.status == 200 && page.body.contains("Nobody has this user name."));
    }
    assert!(find(&root, " ").body.contains("All accounts</h2>"));
    assert_eq!(harness.memory.objects().1, 2, "who looks leaves nothing");
}

#[test]
fn a_disabled_account_is_signed_out_and_locked_out_and_its_apps_are() {
    let harness = administered();
    let root = root(&harness);
    let (here, there) = (Browser::signed_up(&harness, "alice"), Browser::new(&harness));
    let sub = last_sub(&harness);
    there.sign_in("alice", PASSWORD);
    let members = json!({ "backchannel_logout_uri": "https://client.example/out" });
    let client = Client::register(&harness, members);
    let other = Client::register(&harness, json!({ "client_name": "Other" }));
    let code = here.allow(&client.authorize(&[("scope", Some("openid offline_access calendar.read"))]));
    let tokens = client.redeem(&code.redirected("code").unwrap()).json();
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let (_, others) = other.tokens(&there);
    let waiting = other.code(&there);
    told(&harness);
    let done = press(&root, "alice", "disable");
    assert_eq!(done.location(), "/admin/accounts?username=alice&done=disabled");
    let disabled = told(&harness).into_iter().find(|line| line["event"] == "account_disabled").unwrap();
    assert_eq!((&disabled["sub"], &disabled["path"]), (&json!(sub), &json!(PAGE)));
    assert_eq!(disabled["by"], harness.config.admins[0].to_string());
    let page = root.follow(done).body;
    assert!(
        page.contains("The account is disabled:") && page.contains("<span class=\"tag\">disabled</span>")
    );
    assert!(page.contains("Sessions</dt><dd>0") && page.contains("Grants to apps</dt><dd>0"), "{page}");
    assert!(root.get(PAGE).body.contains("<span class=\"tag\">disabled</span>"), "the list, too");
    // Every session, in every browser; and the app that wanted to hear of it has.
    for browser in [&here, &there] {
        assert_eq!(browser.get("/account").location(), "/signin?next=account");
    }
    assert_eq!(harness.memory.posted.borrow().len(), 1);
    // Every grant, at once.
    client.refresh(refresh).assert_error(400, "invalid_grant");
    other.refresh(&others).assert_error(400, "invalid_grant");
    other.redeem(&waiting).assert_error(400, "invalid_grant");
    assert_eq!(client.introspect(access), json!({ "active": false }));
    harness.send(Sent::get("/demo/calendar").bearer(access)).assert_error(401, "invalid_token");
    // Who knows the password is told; who does not, is not.
    told(&harness);
    let right = here.sign_in("alice", PASSWORD);
    assert!(right.status == 403 && right.body.contains("disabled by an administrator"), "{right:?}");
    assert_eq!(here.cookie("session"), "");
    let line = told(&harness).remove(0);
    assert_eq!((&line["event"], &line["reason"]), (&json!("sign_in_refused"), &json!("Disabled")));
    let wrong = there.sign_in("alice", "wrong horse");
    assert!(wrong.status == 403 && !wrong.body.contains("disabled"), "{wrong:?}");
    // Nobody else is concerned, and the name stays taken.
    assert_eq!(root.get(PAGE).status, 200);
    let sign_up = Browser::form(&there.get("/signup").body, "/signup");
    assert_eq!(there.submit(&sign_up.set("username", "alice").set("password", PASSWORD)).status, 409);
    // Enabled, the owner signs in; nothing that has ended comes back.
    told(&harness);
    let done = press(&root, "alice", "enable");
    assert_eq!(told(&harness)[0]["event"], "account_enabled");
    assert!(root.follow(done).body.contains("The owner can sign in again."));
    assert_eq!(here.sign_in("alice", PASSWORD).location(), "/account");
    client.refresh(refresh).assert_error(400, "invalid_grant");
    let again = here.get(&client.authorize(&[("scope", Some("openid offline_access calendar.read"))]));
    assert!(again.redirected("code").is_some(), "what the owner approved still counts");
}

#[test]
fn grants_that_cannot_be_told_are_told_later() {
    let harness = administered();
    let root = root(&harness);
    let alice = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&alice);
    harness.memory.grants_down.set(true);
    assert_eq!(press(&root, "alice", "disable").status, 303, "the account has decided");
    harness.wait(60);
    harness.memory.grants_down.set(false);
    harness.wait(10);
    client.refresh(&refresh).assert_error(400, "invalid_grant");
}

#[test]
fn an_administrator_disables_others_and_not_themselves() {
    let harness = administered();
    let root = root(&harness);
    Browser::signed_up(&harness, "alice");
    let own = harness.config.admins[0].to_string();
    let form = Browser::form(root.get(PAGE).body.split(" method=\"post\"").nth(1).unwrap(), PAGE);
    told(&harness);
    for account in [form.value("account"), "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"] {
        let sent = form.clone().set("account", account).set("sub", &own).set("action", "disable");
        let page = root.submit(&sent);
        assert!(page.status == 409 && page.body.contains("You cannot disable your own account."));
        assert_eq!(told(&harness)[0]["reason"], "NotYourself");
    }
    assert_eq!(root.get(PAGE).status, 200);
    assert!(!find(&root, "root").body.contains("name=\"action\""));
}

#[test]
fn an_account_that_is_gone_or_somebody_elses_is_not_touched() {
    let harness = administered();
    let root = root(&harness);
    let alice = Browser::signed_up(&harness, "alice");
    let form = Browser::form(find(&root, "alice").body.split(" method=\"post\"").nth(1).unwrap(), PAGE);
    told(&harness);
    // Another person has the name by now; nobody has.
    for (name, value) in
        [("sub", "AQEBAQEBAQEBAQEBAQEBAQ"), ("account", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE")]
    {
        for action in ["disable", "enable"] {
            let page = root.submit(&form.clone().set(name, value).set("action", action));
            assert!(page.status == 404 && page.body.contains("This account is no longer there."));
            assert_eq!(told(&harness)[0]["reason"], "NoAccount");
        }
    }
    assert_eq!(alice.get("/account").status, 200);
    // What the list said of an account that is not there, it says no longer.
    assert!(!root.get(PAGE).body.contains("alice"));
    for (name, value) in [("sub", "x"), ("account", "x"), ("sub", ""), ("account", "")] {
        let page = root.submit(&form.clone().set(name, value).set("action", "disable"));
        assert_eq!(page.status, 400, "{name}={value}");
    }
    assert_eq!(act(&root, PAGE, &[("action", "disable")]).status, 400);
    assert_eq!(harness.memory.objects().1, 2);
}

#[test]
fn a_directory_that_does_not_answer_keeps_nobody_from_signing_up_or_being_found() {
    let harness = administered();
    let root = root(&harness);
    harness.memory.directory_down.set(true);
    let alice = Browser::signed_up(&harness, "alice");
    let lines = told(&harness);
    assert_eq!(lines[0]["event"], "signed_up");
    assert!(lines[1]["reason"].as_str().unwrap().contains("the directory is down"), "{lines:?}");
    assert_eq!(alice.get("/account").status, 200);
    assert!(!root.get(PAGE).body.contains("alice") && find(&root, "alice").body.contains("<bdi>alice</bdi>"));
    assert_eq!(press(&root, "alice", "disable").status, 303, "the account has decided");
    assert!(told(&harness).iter().any(|line| line["event"] == "account_disabled"));
    assert_eq!(alice.get("/account").status, 303);
    // What an administrator does puts it on the list.
    harness.memory.directory_down.set(false);
    press(&root, "alice", "enable");
    assert!(root.get(PAGE).body.contains("<bdi>alice</bdi>"));
}

#[test]
fn a_long_list_is_shown_forty_at_a_time() {
    let harness = administered();
    let root = root(&harness);
    for n in 0..50 {
        Browser::signed_up(&harness, &format!("owner{n:02}"));
    }
    let page = root.get(PAGE).body;
    let next = root.get(&link(&page, "Next page").unwrap()).body;
    let shown = |page: &str| page.matches("<strong><bdi>").count();
    assert_eq!((shown(&page), shown(&next)), (40, 11));
    assert!(link(&next, "Next page").is_none() && link(&next, "First page").as_deref() == Some(PAGE));
}

#[test]
fn what_owners_typed_is_text() {
    let harness = administered();
    let root = root(&harness);
    let hostile = "<script>alert(1)</script>\"'>&";
    Browser::signed_up(&harness, hostile);
    for page in [root.get(PAGE), find(&root, hostile), find(&root, "<script>\"'>")] {
        assert!(!page.body.contains("<script") && !page.body.contains("\"'>"), "{}", page.body);
    }
    let done = press(&root, hostile, "disable");
    assert!(root.follow(done).body.contains("<bdi>&lt;script&gt;"));
    let page = root.get(&format!("{PAGE}?username=nobody&done=disabled")).body;
    assert!(!page.contains("The account is disabled"), "nothing was");
}

#[test]
fn the_switch_is_for_administrators_alone() {
    let harness = administered();
    let root = root(&harness);
    let alice = Browser::signed_up(&harness, "alice");
    let form = Browser::form(find(&root, "alice").body.split(" method=\"post\"").nth(1).unwrap(), PAGE);
    let mallory = Browser::signed_up(&harness, "mallory");
    let pairs = [("action", "disable"), ("account", form.value("account")), ("sub", form.value("sub"))];
    assert_eq!(mallory.send(own_form(&mallory, PAGE, &pairs)).status, 404);
    assert_eq!(alice.get("/account").status, 200);
}

/// The administrator signs in again where the account of one of two was stopped.
#[test]
fn an_administrator_whose_account_is_disabled_is_out() {
    let first = administered();
    root(&first);
    Browser::signed_up(&first, "second");
    let second = last_sub(&first);
    let admins = format!("{} {second}", first.config.admins[0]);
    let harness = Harness::with(&[("ADMINS", &admins)]);
    let (root, other) = (root(&harness), Browser::signed_up(&harness, "second"));
    assert_eq!(other.get(PAGE).status, 200);
    assert_eq!(press(&root, "second", "disable").status, 303);
    assert_eq!(other.get(PAGE).location(), "/signin?next=admin/accounts");
    assert_eq!(other.sign_in("second", PASSWORD).status, 403);
}

#[test]
fn a_disabled_owner_is_refused_whatever_they_prove_it_with() {
    let harness = administered();
    let root = root(&harness);
    let alice = Browser::signed_up(&harness, "alice");
    let mut passkey = Authenticator::es256(1);
    passkey.register(&alice);
    let page = alice.get("/account/recovery").body;
    let codes = alice.submit(&Browser::form(&page, "/account/recovery").set("action", "make")).body;
    let code = codes.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    press(&root, "alice", "disable");
    told(&harness);
    let with_passkey = || {
        let browser = Browser::new(&harness);
        let page = browser.get("/signin").body;
        browser.submit(&passkey.get(&page))
    };
    let with_code = || {
        let browser = Browser::new(&harness);
        let page = browser.get("/signin/recovery").body;
        let form = Browser::form(&page, "/signin/recovery").set("username", "alice");
        browser.submit(&form.set("code", &code))
    };
    for refused in [with_passkey(), with_code()] {
        assert!(
            refused.status == 403 && refused.body.contains("disabled by an administrator"),
            "{refused:?}"
        );
        assert!(!refused.headers.contains_key("set-cookie"));
    }
    assert!(told(&harness).iter().all(|line| line["reason"] == "Disabled"));
    press(&root, "alice", "enable");
    assert_eq!(with_passkey().location(), "/account");
    assert_eq!(with_code().status, 303, "the code is as good as before");
}

#[test]
fn an_owner_who_has_left_is_off_the_list() {
    let harness = administered();
    let root = root(&harness);
    let alice = Browser::signed_up(&harness, "alice");
    let form = Browser::form(find(&root, "alice").body.split(" method=\"post\"").nth(1).unwrap(), PAGE);
    let leave = Browser::form(&alice.get("/account/delete").body, "/account/delete");
    assert_eq!(alice.submit(&leave.set("username", "alice")).status, 200);
    assert!(!root.get(PAGE).body.contains("<bdi>alice</bdi>"));
    assert!(find(&root, "alice").body.contains("Nobody has this user name."));
    // Whoever takes the name is another person.
    let other = Browser::signed_up(&harness, "alice");
    assert_eq!(root.submit(&form.set("action", "disable")).status, 404);
    assert_eq!(other.get("/account").status, 200);
}
