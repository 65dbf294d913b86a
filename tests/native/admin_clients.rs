//! `/admin/clients`.

use serde_json::json;

use crate::admin_pages::{act, administered, last_sub, root, told};
use crate::support::console::{page_of, register, registered, shown};
use crate::support::{Answer, Browser, Client, REDIRECT, Sent, metadata};

const PAGE: &str = "/admin/clients";

fn switch(root: &Browser<'_>, action: &str, id: &str) -> Answer {
    act(root, PAGE, &[("action", action), ("client_id", id)])
}

/// The address behind a link of that kind.
pub fn link(page: &str, words: &str) -> Option<String> {
    let before = page.split(&format!(">{words}</a>")).next().filter(|before| before.len() < page.len())?;
    let href = before.rsplit("<a href=\"").next()?;
    Some(href.split('"').next()?.replace("&amp;", "&"))
}

#[test]
fn every_registered_client_is_listed_with_who_registered_it_and_since_when() {
    let harness = administered();
    let root = root(&harness);
    assert!(root.get(PAGE).body.contains("No app is registered."));
    let dev = Browser::signed_up(&harness, "dev");
    let sub = last_sub(&harness);
    let id = shown(&register(&dev, &[("client_name", "Her app")]).body, "client_id").unwrap();
    let stored = Client::stored(&harness, json!({}));
    let sealed = Client::register(&harness, json!({ "client_name": "Sealed" }));
    let page = root.get(PAGE).body;
    for words in ["Her app", &id, &format!("By: <code>{sub}</code>"), "Diary", &stored.id, "15 January 2027"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches("With the registration token").count(), 1);
    assert!(!page.contains(&sealed.id) && !page.contains("class=\"tag\""));
}

#[test]
fn a_disabled_client_gets_nothing_until_it_is_enabled() {
    let harness = administered();
    let root = root(&harness);
    let client = Client::stored(&harness, json!({}));
    let (_, refresh) = client.tokens(&root);
    let code = client.code(&root);
    told(&harness);
    let form = Browser::form(&root.get(PAGE).body, PAGE);
    assert_eq!(switch(&root, "disable", &client.id).location(), "/admin/clients?done=disabled");
    let line = told(&harness).remove(0);
    assert_eq!((&line["event"], &line["path"]), (&json!("client_denied"), &json!(PAGE)));
    assert_eq!(line["by"], harness.config.admins[0].to_string());
    let page = root.get("/admin/clients?done=disabled").body;
    assert!(page.contains("The app is disabled.") && page.contains("<span class=\"tag\">disabled</span>"));
    assert!(page.contains("value=\"enable\"") && page.contains("aria-label=\"Enable: Diary\""));
    // Everywhere, as one that is not there.
    client.refresh(&refresh).assert_error(401, "invalid_client");
    client.redeem(&code).assert_error(401, "invalid_client");
    client.introspect_raw(&refresh).assert_error(401, "invalid_client");
    client.post("/revoke", &[("token", &refresh)]).assert_error(401, "invalid_client");
    client.post("/par", &[("response_type", "code")]).assert_error(401, "invalid_client");
    let asked = root.get(&client.authorize(&[]));
    assert!(asked.status == 400 && asked.body.contains("not registered here"), "{asked:?}");
    // Its developer cannot undo it.
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let mut document = metadata();
    document["client_id"] = json!(client.id);
    let path = format!("/register/{}", client.id);
    assert_eq!(harness.send(Sent::json("PUT", &path, &document).bearer(token)).status, 200);
    let secret = Sent { method: "POST".into(), ..Sent::get(&format!("{path}/secret")) }.bearer(token);
    assert_eq!(harness.send(secret).status, 201);
    client.refresh(&refresh).assert_error(401, "invalid_client");
    told(&harness);
    assert_eq!(switch(&root, "enable", &client.id).location(), "/admin/clients?done=enabled");
    assert_eq!(told(&harness)[0]["event"], "client_allowed");
    assert_eq!(client.refresh(&refresh).status, 200, "nothing of it was lost");
    assert!(root.get("/admin/clients?done=enabled").body.contains("The app works again."));
    // The form as the page has it.
    assert_eq!(root.submit(&form.set("client_id", &client.id).set("action", "disable")).status, 303);
}

#[test]
fn a_switch_is_written_each_time_because_what_was_read_may_be_a_minute_old() {
    let harness = administered();
    let root = root(&harness);
    let client = Client::stored(&harness, json!({}));
    for action in ["disable", "disable", "enable", "enable"] {
        let sent = crate::admin_pages::own_form(
            &root,
            PAGE,
            &[("action", action), ("client_id", &format!(" {} ", client.id))],
        );
        harness.memory.meter.take();
        assert_eq!(root.send(sent).status, 303);
        // Where it is kept, and on the list; the session, and the journal of the deployment.
        let count = harness.memory.meter.take();
        assert_eq!((count.kv_reads, count.kv_writes, count.object_calls), (1, 2, 2));
    }
}

#[test]
fn a_developer_who_has_not_heard_of_it_yet_does_not_undo_that_a_client_was_disabled() {
    let harness = administered();
    let root = root(&harness);
    let dev = Browser::signed_up(&harness, "dev");
    let client = registered(&dev);
    let (edit, secret) = (page_of(&client, "/edit"), page_of(&client, "/secret"));
    let form = Browser::form(&dev.get(&edit).body, &edit).set("redirect_uris", REDIRECT);
    let before = harness.memory.clients();
    let new_secret = Browser::form(&dev.get(&page_of(&client, "")).body, &secret);
    switch(&root, "disable", &client.id);
    for change in [form, new_secret] {
        // What another place of the network still has.
        harness.memory.set_clients(before.clone());
        assert_eq!(dev.submit(&change).status, 200);
        assert_eq!(root.get(&client.authorize(&[])).status, 400, "it stays disabled");
    }
    assert!(root.get(PAGE).body.contains("<span class=\"tag\">disabled</span>"));
    switch(&root, "enable", &client.id);
    assert_eq!(root.get(&client.authorize(&[])).status, 200);
}

#[test]
fn what_is_not_stored_is_stopped_by_its_id() {
    let harness = administered();
    let root = root(&harness);
    let client = Client::confidential(&harness);
    let (_, refresh) = client.tokens(&root);
    assert_eq!(switch(&root, "disable", &client.id).status, 303);
    client.refresh(&refresh).assert_error(401, "invalid_client");
    assert_eq!(switch(&root, "enable", &client.id).status, 303);
    assert_eq!(client.refresh(&refresh).status, 200);
    told(&harness);
    let address = "https://client.example/app.json";
    assert_eq!(switch(&root, "disable", address).status, 303);
    let line = told(&harness).remove(0);
    assert_eq!(line["client"], postern::base::digest::sha256_text(address).as_str());
    assert_eq!(switch(&root, "enable", address).status, 303);
}

#[test]
fn an_id_that_nobody_has_is_named_and_stays_typed() {
    let harness = administered();
    let root = root(&harness);
    let gone = Client::stored(&harness, json!({}));
    let token = gone.registration["registration_access_token"].as_str().unwrap();
    let path = format!("/register/{}", gone.id);
    harness.send(Sent { method: "DELETE".into(), ..Sent::get(&path) }.bearer(token));
    told(&harness);
    for id in [gone.id.as_str(), "x", "https://client.example", "<script>\"'>"] {
        for action in ["disable", "enable"] {
            let page = switch(&root, action, id);
            assert_eq!(page.status, 404);
            assert!(page.body.contains("No app has this client ID.") && page.body.contains("aria-invalid"));
            assert!(!page.body.contains("<script>"));
            assert_eq!(told(&harness)[0]["reason"], "UnknownClient");
        }
    }
    assert!(switch(&root, "disable", "psc_x").body.contains("value=\"psc_x\""));
    assert_eq!(harness.memory.entries().0, 0);
    for pairs in [&[("action", "disable")][..], &[("action", "disable"), ("client_id", "")]] {
        assert_eq!(act(&root, PAGE, pairs).status, 400);
    }
}

#[test]
fn a_long_list_is_shown_forty_at_a_time() {
    let harness = administered();
    let root = root(&harness);
    for n in 0..101 {
        Client::stored(&harness, json!({ "client_name": format!("App number {n:03}") }));
    }
    let (mut names, mut sizes, mut address) = (Vec::new(), Vec::new(), PAGE.to_owned());
    loop {
        let page = root.get(&address).body;
        assert_eq!(link(&page, "First page").is_some(), address != PAGE);
        let shown: Vec<_> = page.split("<bdi>App number ").skip(1).map(|rest| rest[..3].to_owned()).collect();
        sizes.push(shown.len());
        names.extend(shown);
        match link(&page, "Next page") {
            Some(next) => address = next,
            None => break,
        }
    }
    names.sort();
    assert_eq!(sizes, [40, 40, 21]);
    assert_eq!(names, (0..101).map(|n| format!("{n:03}")).collect::<Vec<_>>());
    // What was not made here, or for another list, is the beginning.
    let cursor = address.split_once("from=").unwrap().1;
    for from in crate::support::tampered(cursor).iter().map(String::as_str).chain(["", "x", "%00"]) {
        let page = root.get(&format!("{PAGE}?from={from}"));
        assert_eq!((page.status, page.body.matches("<bdi>App").count()), (200, 40), "{from}");
    }
    let other = root.get(&format!("/admin/accounts?from={cursor}"));
    assert!(other.status == 200 && other.body.contains("<bdi>root</bdi>"));
}

#[test]
fn what_developers_typed_is_text() {
    let harness = administered();
    let root = root(&harness);
    let hostile = "<script>alert(1)</script>\"'>&";
    Client::stored(&harness, json!({ "client_name": hostile }));
    let nameless = json!({ "redirect_uris": [REDIRECT] });
    harness.send(Sent::json("POST", "/register", &nameless).bearer(crate::support::REGISTRATION_TOKEN));
    let page = root.get(PAGE).body;
    assert!(!page.contains("<script") && !page.contains("\"'>&"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("<bdi>(no name)</bdi>"));
}

#[test]
fn the_switch_is_for_administrators_alone() {
    let harness = administered();
    let root = root(&harness);
    let client = Client::stored(&harness, json!({}));
    let (_, refresh) = client.tokens(&root);
    let mallory = Browser::signed_up(&harness, "mallory");
    assert_eq!(switch(&mallory, "disable", &client.id).status, 404);
    assert_eq!(client.refresh(&refresh).status, 200);
}
