//! `/device/confirm`: the grant hears of an answer before and after the account does, wherever a Worker comes to an end in
//! between, and whoever else answers.

use futures::executor::block_on;
use postern::model::id::Subject;
use postern::model::session::Session;
use postern::protocol::account::{AccountCommand, AccountReply, Approval, Basis, GrantRow, Signed};
use postern::protocol::grant::{Allowed, Answer, Approver, Command, Reply};
use postern::protocol::owner_form::DeviceForm;
use postern::store::accounts::Accounts;
use postern::store::grants::Grants;
use serde_json::json;

use crate::device::{Device, GRANT_TYPE, tv};
use crate::support::{Browser, Client, Harness};

/// Tells the grant, and the account if `listed`, as a Worker does that comes to an end right after.
fn half(harness: &Harness, browser: &Browser<'_>, sealed: &str, listed: bool) {
    let form = DeviceForm::open(&harness.keyring, sealed, harness.now()).unwrap();
    let session = Session::open(&harness.keyring, &browser.cookie("session"), harness.now()).unwrap();
    let Session { sub, sid, account, auth_time, method, .. } = session;
    let scope = form.request.scope.clone();
    let answer = Answer {
        id: form.request.id,
        owner: Approver { sub, account, sid, auth_time, method },
        allowed: Some(Allowed { subject: Subject::public(sub), scope: scope.clone() }),
    };
    let memory = &harness.memory;
    let told = block_on(Grants::send(memory, form.grant, Command::Answer(answer)));
    assert_eq!(told, Ok(Reply::Answered));
    if listed {
        let grant = GrantRow::new(form.grant, &form.request.client_name, scope, None);
        let client = form.request.client_id.hash();
        let approval = Approval { client, grant, basis: Basis::Asked, narrows: false };
        let command = AccountCommand::Approve(Signed { sub, sid }, approval);
        let told = block_on(Accounts::send(memory, account, command));
        assert!(matches!(told, Ok(AccountReply::Approved { .. })));
    }
}

#[test]
fn what_a_worker_did_not_finish_gives_no_tokens_and_leaves_nothing_listed() {
    for listed in [false, true] {
        let harness = Harness::new();
        let (client, browser) = (tv(&harness), Browser::signed_up(&harness, "alice"));
        let device = Device::of(&client);
        let form =
            Browser::form(&device.confirmation(&browser).body, "/device/confirm").set("decision", "allow");
        half(&harness, &browser, form.value("device"), listed);
        device.poll().assert_error(400, "authorization_pending");
        harness.wait(600);
        device.poll().assert_error(400, "expired_token");
        harness.wait(300);
        assert!(!harness.memory.dump().contains("Living-room TV"), "the account lists nothing any more");
        assert_eq!(harness.memory.objects().0, 0);
    }
}

#[test]
fn the_owner_presses_the_button_again() {
    for listed in [false, true] {
        let harness = Harness::new();
        let (client, browser) = (tv(&harness), Browser::signed_up(&harness, "alice"));
        let device = Device::of(&client);
        let form =
            Browser::form(&device.confirmation(&browser).body, "/device/confirm").set("decision", "allow");
        half(&harness, &browser, form.value("device"), listed);
        // Or signs in anew and types the code again, which takes the place of what the old session began.
        if listed {
            browser.sign_in("alice", "correct horse");
            assert_eq!(browser.submit(&form).status, 403);
            assert_eq!(device.answered(&browser, "allow").status, 200);
        } else {
            assert_eq!(browser.submit(&form).status, 200);
        }
        assert_eq!(device.poll().status, 200);
        assert!(browser.get("/account").body.contains("Living-room TV"));
    }
}

#[test]
fn an_answer_in_another_browser_changes_neither_the_list_nor_the_tokens() {
    let harness = Harness::new();
    let (client, phone) = (tv(&harness), Browser::signed_up(&harness, "alice"));
    let laptop = Browser::new(&harness);
    laptop.sign_in("alice", "correct horse");
    let device = Device::of(&client);
    let form = |browser| Browser::form(&device.confirmation(browser).body, "/device/confirm");
    let (all, less) = (form(&phone), form(&laptop).without("scope"));
    assert_eq!(phone.submit(&all.set("decision", "allow")).status, 200);
    assert!(laptop.submit(&less.set("decision", "allow")).body.contains("already answered"));
    assert_eq!(device.poll().json()["scope"], "calendar.read calendar.write");
    assert!(
        phone.get("/account").body.contains("Add to your calendar"),
        "what the device has is what is listed"
    );
}

#[test]
fn a_session_that_is_over_allows_nothing() {
    let harness = Harness::new();
    let (client, browser) = (tv(&harness), Browser::signed_up(&harness, "alice"));
    let device = Device::of(&client);
    let form = Browser::form(&device.confirmation(&browser).body, "/device/confirm").set("decision", "allow");
    let cookies = browser.cookies.borrow().clone();
    let page = browser.get("/signout");
    browser.submit(&Browser::form(&page.body, "/signout"));
    browser.cookies.replace(cookies);
    assert!(browser.submit(&form).location().starts_with("/signin?next=device"));
    device.poll().assert_error(400, "authorization_pending");
    // Signed in again, the owner allows it after all.
    browser.sign_in("alice", "correct horse");
    assert_eq!(device.answered(&browser, "allow").status, 200);
    assert_eq!(device.poll().status, 200);
}

#[test]
fn a_device_that_signs_its_owner_in_hears_when_the_session_ends() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let out = "https://client.example/out";
    let client =
        Client::register(&harness, json!({ "grant_types": [GRANT_TYPE], "backchannel_logout_uri": out }));
    for scope in ["calendar.read", "openid"] {
        let device = Device::asks_for(&client, &[("scope", scope)]);
        assert_eq!(device.answered(&browser, "allow").status, 200);
        assert_eq!(device.poll().status, 200);
        let page = browser.get("/signout");
        browser.submit(&Browser::form(&page.body, "/signout"));
        let told: Vec<_> = harness.memory.posted.take().into_iter().map(|(uri, _)| uri).collect();
        assert_eq!(told, if scope == "openid" { vec![out] } else { vec![] });
        browser.sign_in("alice", "correct horse");
    }
}
