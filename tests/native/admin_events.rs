//! `/admin/events`.

use serde_json::json;

use crate::admin_pages::{act, administered, last_sub, root};
use crate::support::{ADMIN_TOKEN, Browser, Client, Sent, metadata};

const PAGE: &str = "/admin/events";

fn titles(root: &Browser<'_>) -> Vec<String> {
    let page = root.get(PAGE).body;
    let (_, list) = page.split_once("<ol class=\"apps\">").unwrap();
    list.split("<strong>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn what_changes_who_may_do_what_is_there_newest_first_with_who_did_it() {
    let harness = administered();
    let root = root(&harness);
    let own = harness.config.admins[0].to_string();
    let client = Client::stored(&harness, json!({}));
    Client::register(&harness, json!({}));
    Browser::signed_up(&harness, "alice");
    let sub = last_sub(&harness);
    act(&root, "/admin/clients", &[("action", "disable"), ("client_id", &client.id)]);
    let page = root.get("/admin/accounts?username=alice").body;
    let form = Browser::form(page.split(" method=\"post\"").nth(1).unwrap(), "/admin/accounts");
    root.submit(&form.set("action", "disable"));
    harness.wait(30);
    act(&root, "/admin/keys", &[("action", "rotate")]);
    assert_eq!(
        titles(&root),
        [
            "New keys for ID tokens were made",
            "An account was disabled",
            "An app was disabled",
            "An app was registered"
        ]
    );
    let page = root.get(PAGE).body;
    for words in [
        &format!("Owner: <code>{sub}</code>") as &str,
        &postern::base::digest::sha256_text(&client.id),
        "15 January 2027, 08:00 UTC",
        "<code>/admin/accounts</code>",
        "All acts are in the log.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches(&format!("By the administrator: <code>{own}</code>")).count(), 3);
    let korean = root.send(Sent::get(PAGE).with("accept-language", "ko")).body;
    assert!(korean.contains("계정을 중지했습니다") && korean.contains("2027년 1월 15일"), "{korean}");
    // A month later it is forgotten.
    harness.wait(30 * 86_400);
    root.sign_in("root", "correct horse");
    assert!(titles(&root).is_empty());
}

#[test]
fn theft_is_there_and_what_strangers_bring_about_once_a_minute() {
    let harness = administered();
    let root = root(&harness);
    let clients = [Client::confidential(&harness), Client::register(&harness, json!({ "client_name": "x" }))];
    let replay = || {
        for client in &clients {
            let code = client.code(&root);
            client.redeem(&code);
            client.redeem(&code);
        }
    };
    replay();
    for _ in 0..10 {
        Browser::new(&harness).sign_in("nobody", "guess");
    }
    let seen = titles(&root);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[1].starts_with("An authorization code came a second time"));
    assert!(seen[0].starts_with("Too many attempts"));
    harness.wait(60);
    replay();
    assert_eq!(titles(&root).len(), 3);
}

#[test]
fn what_happens_all_day_and_what_is_refused_is_not_there() {
    let harness = administered();
    let root = root(&harness);
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&root);
    client.refresh(&refresh);
    root.sign_in("root", "wrong horse");
    root.sign_in("root", "correct horse");
    let deny = Sent::json("POST", "/admin/clients/deny", &json!({ "client_id": client.id }));
    harness.send(deny.clone().bearer("x"));
    act(&root, "/admin/clients", &[("action", "disable"), ("client_id", "x")]);
    assert!(titles(&root).is_empty());
    assert_eq!(harness.memory.kept_journals(), 0);
    // With the token of the operator, nobody in particular did it.
    harness.send(deny.bearer(ADMIN_TOKEN));
    assert_eq!(titles(&root), ["An app was disabled"]);
    assert!(!root.get(PAGE).body.contains("By the administrator"));
}

#[test]
fn who_manages_a_client_fills_nothing() {
    let harness = administered();
    let root = root(&harness);
    let client = Client::stored(&harness, json!({}));
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let mut document = metadata();
    document["client_id"] = json!(client.id);
    for _ in 0..5 {
        let path = format!("/register/{}", client.id);
        harness.send(Sent::json("PUT", &path, &document).bearer(token));
        harness.send(Sent { method: "POST".into(), ..Sent::get(&format!("{path}/secret")) }.bearer(token));
    }
    let mut seen = titles(&root);
    seen.sort();
    let changed = "The registration of an app was changed";
    assert_eq!(seen, ["An app got a further secret", "An app was registered", changed]);
}

#[test]
fn a_journal_that_does_not_answer_keeps_nobody_from_anything() {
    let harness = administered();
    let root = root(&harness);
    harness.memory.journals_down.set(true);
    let client = Client::stored(&harness, json!({}));
    assert!(harness.log.take().concat().contains("no journal: "));
    let done = act(&root, "/admin/clients", &[("action", "disable"), ("client_id", &client.id)]);
    assert_eq!(done.status, 303);
    assert_eq!(root.get("/admin").status, 200);
}
