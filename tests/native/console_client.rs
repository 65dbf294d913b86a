//! `/console/clients/…`: the page of an app, its secrets, its errors; editing and deleting it.

use serde_json::json;

use crate::admin_pages::{administered, root};
use crate::support::console::{filled, of_page, page_of, register, registered, registered_with, shown};
use crate::support::{Answer, Browser, Client, Harness, ISSUER, REDIRECT, Sent};

/// Sends the form of that address, as the page of it shows it.
fn press(browser: &Browser<'_>, page: &str, action: &str) -> Answer {
    browser.submit(&Browser::form(page, action))
}

fn edit(browser: &Browser<'_>, client: &Client<'_>, changes: &[(&str, &str)]) -> Answer {
    let path = page_of(client, "/edit");
    let form = Browser::form(&browser.get(&path).body, &path).set("redirect_uris", REDIRECT);
    browser.submit(&changes.iter().fold(form, |form, (name, value)| form.set(name, value)))
}

#[test]
fn two_secrets_are_live_until_the_older_is_retired() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let first = registered(&browser);
    let (add, retire) = (page_of(&first, "/secret"), page_of(&first, "/secret/retire"));
    let admits = |client: &Client<'_>| client.post("/introspect", &[("token", "x")]).status == 200;
    harness.wait(3600);
    let page = press(&browser, &browser.get(&page_of(&first, "")).body, &add);
    let second = of_page(&browser, &page.body);
    assert!(page.body.contains("There is a new secret.") && page.log.concat().contains("secret_added"));
    assert!(admits(&first) && admits(&second) && first.secret != second.secret);
    assert!(!browser.get(&page_of(&first, "")).body.contains(second.secret.as_ref().unwrap()));
    // A third: the oldest goes.
    let page = press(&browser, &page.body, &add);
    let third = of_page(&browser, &page.body);
    assert!(!admits(&first) && admits(&second) && admits(&third));
    let page = press(&browser, &page.body, &retire);
    assert!(page.log.concat().contains("secret_removed"), "{page:?}");
    assert!(!admits(&second) && admits(&third));
    assert!(!page.body.contains(&retire), "there is nothing to retire any more");
    let form = filled(&browser);
    let again = Sent::form(&retire, &[("csrf", form.value("csrf"))]);
    assert!(!browser.send(again).log.concat().contains("secret_removed"));
}

#[test]
fn an_app_without_a_secret_gets_none() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let page = register(&browser, &[("kind", "page")]).body;
    let client = of_page(&browser, &page);
    assert!(page.contains("has no secret") && !page.contains("CLIENT_SECRET"));
    let sent = Sent::form(&page_of(&client, "/secret"), &[("csrf", filled(&browser).value("csrf"))]);
    assert_eq!(browser.send(sent).status, 400);
}

#[test]
fn what_is_edited_counts_and_what_is_not_shown_stays() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let page = register(&browser, &[]).body;
    let client = of_page(&browser, &page);
    let (path, token) =
        (format!("/register/{}", client.id), shown(&page, "registration_access_token").unwrap());
    let mut document = harness.send(Sent::get(&path).bearer(&token)).json();
    document["default_max_age"] = json!(600);
    document["contacts"] = json!(["dev@client.example"]);
    harness.wait(1);
    assert_eq!(harness.send(Sent::json("PUT", &path, &document).bearer(&token)).status, 200);
    let moved = "https://new.example/cb";
    let changes = [
        ("client_name", "Another"),
        ("redirect_uris", moved),
        ("refresh_tokens", "keep"),
        ("client_uri", "https://new.example/"),
        ("policy_uri", "https://new.example/privacy"),
    ];
    let saved = edit(&browser, &client, &changes);
    assert_eq!(saved.status, 200, "{saved:?}");
    assert!(saved.body.contains("Saved.") && saved.body.contains("<h1>Another</h1>"));
    assert!(saved.log.concat().contains("client_updated"));
    assert!(browser.get("/console").body.contains("Another"), "the list knows, too");
    let document = harness.send(Sent::get(&path).bearer(&token)).json();
    assert_eq!(document["redirect_uris"], json!([moved, format!("{ISSUER}/console/test")]));
    assert_eq!(
        (&document["refresh_tokens"], &document["client_uri"], &document["default_max_age"]),
        (&json!("keep"), &json!("https://new.example/"), &json!(600))
    );
    assert_eq!(document["contacts"], json!(["dev@client.example"]));
    assert_eq!(document["tos_uri"], json!(null));
    // The form shows what is registered, and what is emptied is gone.
    let form = browser.get(&page_of(&client, "/edit")).body;
    assert!(form.contains(moved) && form.contains("value=\"https://new.example/privacy\""));
    assert_eq!(edit(&browser, &client, &[("policy_uri", "")]).status, 200);
    let document = harness.send(Sent::get(&path).bearer(&token)).json();
    assert_eq!(
        (&document["policy_uri"], &document["client_uri"]),
        (&json!(null), &json!("https://new.example/"))
    );
    let narrow = Browser::form(&browser.get(&page_of(&client, "/edit")).body, &page_of(&client, "/edit"));
    let narrow = narrow.set("redirect_uris", REDIRECT).without("try_here").without("scope");
    assert_eq!(browser.submit(&narrow.set("scope", "calendar.read")).status, 200);
    let document = harness.send(Sent::get(&path).bearer(&token)).json();
    assert_eq!(
        (&document["scope"], &document["redirect_uris"]),
        (&json!("calendar.read"), &json!([REDIRECT]))
    );
}

#[test]
fn mistakes_of_an_edit_change_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    let public = of_page(&browser, &register(&browser, &[("kind", "native")]).body);
    let before = harness.memory.dump();
    for (changes, words) in [
        ([("client_name", "")], "Give the app a name."),
        ([("redirect_uris", "http://a.example/")], "Line 1"),
        ([("scope", "admin")], "does not exist here"),
        ([("logo_uri", "https://127.0.0.1/x.png")], "public host name"),
        ([("client_uri", "javascript:alert(1)")], "public host name"),
    ] {
        let page = edit(&browser, &client, &changes);
        assert!(page.status == 400 && page.body.contains(words), "{words}: {page:?}");
    }
    let page = edit(&browser, &public, &[("refresh_tokens", "keep")]);
    assert!(page.status == 400, "{page:?}");
    let path = page_of(&client, "/edit");
    let form = Browser::form(&browser.get(&path).body, &path).set("csrf", "x");
    assert_eq!(browser.submit(&form).status, 403);
    assert_eq!(harness.memory.dump(), before);
}

#[test]
fn anothers_app_is_not_there() {
    let harness = Harness::new();
    let client = registered(&Browser::signed_up(&harness, "dev"));
    let mallory = Browser::signed_up(&harness, "mallory");
    let csrf = filled(&mallory).value("csrf").to_owned();
    let before = harness.memory.dump();
    for more in ["", "/edit", "/delete"] {
        assert_eq!(mallory.get(&page_of(&client, more)).status, 404, "{more}");
    }
    for more in ["/edit", "/delete", "/secret", "/secret/retire"] {
        let fields = [("csrf", &*csrf), ("client_name", "x"), ("redirect_uris", "https://evil.example/")];
        let answer = mallory.send(Sent::form(&page_of(&client, more), &fields));
        assert_eq!(answer.status, 404, "{more}");
        assert!(answer.log.concat().contains("NotOwnClient"));
    }
    for id in ["x", "prc_x", "%3Cscript%3E"] {
        assert_eq!(mallory.get(&format!("/console/clients/{id}")).status, 404);
    }
    assert_eq!(harness.memory.dump(), before);
}

#[test]
fn an_app_is_deleted_after_a_question_and_at_once() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    let path = page_of(&client, "/delete");
    let asked = browser.get(&path);
    assert!(asked.body.contains("Delete this app?") && asked.body.contains("My app"));
    assert_eq!(browser.submit(&Browser::form(&asked.body, &path).set("csrf", "x")).status, 403);
    assert_eq!(harness.memory.entries().0, 1);
    let gone = press(&browser, &asked.body, &path);
    assert!(
        gone.status == 200 && gone.body.contains("The app is deleted.") && !gone.body.contains(&client.id)
    );
    assert!(gone.log.concat().contains("client_deleted"));
    client.redeem("pac_x").assert_error(401, "invalid_client");
    assert_eq!(browser.get(&page_of(&client, "")).status, 404);
    assert_eq!(press(&browser, &asked.body, &path).status, 404);
}

#[test]
fn recent_errors_are_told_in_words() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    let page = |language: &str| {
        browser.send(Sent::get(&page_of(&client, "")).with("accept-language", language)).body
    };
    assert!(page("en").contains("Nothing went wrong") && page("ko").contains("오류가 없었습니다"));
    let hostile = "https://x.example/<script>alert(1)</script>";
    let refused = browser.get(&client.authorize(&[("redirect_uri", Some(hostile))]));
    let id = refused.body.split("<code>").nth(1).unwrap().split('<').next().unwrap();
    browser.get(&client.authorize(&[("scope", Some("<b>"))]));
    Client { secret: Some("pcs_x".into()), ..registered_with(&client) }.redeem("x");
    for (language, sentences) in [
        ("en", ["is not one that the app registered", "The client secret is wrong.", "Tick it under Edit"]),
        ("ko", ["앱에 등록된 값이 아닙니다", "클라이언트 시크릿이 틀렸습니다.", "요청할 수 없는 동의항목"]),
    ] {
        let body = page(language);
        assert!(sentences.iter().all(|words| body.contains(words)) && body.contains(id), "{body}");
        assert!(!body.contains("<script>alert") && !body.contains("<b>"), "{body}");
    }
    harness.memory.journals_down.set(true);
    let without = page("en");
    assert!(without.contains("cannot be read just now") && without.contains(&client.id));
}

#[test]
fn an_app_is_tried_here_where_it_let_us_and_by_itself_elsewhere() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let link = |body: &str| {
        let at = body.find("id=\"try\" href=\"").unwrap() + 15;
        body[at..at + body[at..].find('"').unwrap()].replace("&amp;", "&")
    };
    let here = link(&register(&browser, &[]).body);
    assert!(here.starts_with("/console/test?client_id=prc_") && here.ends_with("&secret=yes"), "{here}");
    assert!(!link(&register(&browser, &[("kind", "page")]).body).contains("secret"));
    let page = browser.get(&here);
    assert!(page.status == 200 && page.body.contains("/static/console-test.js"));
    assert!(page.header("content-security-policy").contains("connect-src 'self'"));
    let answered = browser.get("/console/test?code=pac_x&state=s&iss=i");
    assert!(answered.status == 200 && !answered.body.contains("pac_x"), "a code is in no link of the page");
    let own = browser.submit(&filled(&browser).without("try_here")).body;
    assert!(own.contains("goes to the first redirect URI of your app"));
    let asked = Browser::signed_up(&harness, "alice").get(&link(&own));
    assert!(asked.status == 200 && asked.body.contains("name=\"decision\""), "{asked:?}");
}

#[test]
fn an_administrator_registers_an_app_that_acts_for_itself_and_nobody_else_does() {
    let harness = administered();
    let admin = root(&harness);
    let form = filled(&admin).set("kind", "machine").set("redirect_uris", "").set("scope", "calendar.read");
    let page = admin.submit(&form);
    assert_eq!(page.status, 200, "{page:?}");
    assert!(!page.body.contains("id=\"try\"") && page.body.contains("client_credentials"));
    let client = of_page(&admin, &page.body);
    let ask = || client.post("/token", &[("grant_type", "client_credentials"), ("scope", "calendar.read")]);
    assert_eq!(ask().status, 200);
    // It has no redirect URI, and needs none to be edited.
    let path = page_of(&client, "/edit");
    let edit = admin.get(&path).body;
    assert!(!edit.contains("redirect_uris"));
    let saved = admin.submit(&Browser::form(&edit, &path).set("client_name", "Robot"));
    assert!(saved.status == 200 && saved.body.contains("<h1>Robot</h1>"), "{saved:?}");
    assert_eq!(ask().status, 200);
    let other = Browser::signed_up(&harness, "dev");
    let page = register(&other, &[("kind", "machine")]);
    assert!(page.status == 400 && page.body.contains("Choose one of these."));
    assert!(page.body.contains("Only an administrator"));
}

#[test]
fn hostile_names_and_addresses_are_text_everywhere() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let name = "<script>alert(1)</script>\"'>";
    let uri = "https://client.example/'$(touch%20x)'&lt;";
    let page = register(&browser, &[("client_name", name), ("redirect_uris", uri)]);
    assert_eq!(page.status, 200);
    let client = of_page(&browser, &page.body);
    let mut pages = vec![page.body, browser.get("/console").body];
    for more in ["", "/edit", "/delete"] {
        pages.push(browser.get(&page_of(&client, more)).body);
    }
    pages.push(register(&browser, &[("client_name", name), ("redirect_uris", name), ("scope", name)]).body);
    for body in pages {
        assert!(!body.contains("<script>") && body.contains("&lt;script&gt;alert"), "{body}");
    }
}

#[test]
fn a_client_that_is_listed_and_not_stored_yet_is_there_in_a_minute() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    harness.memory.down.set(true);
    assert_eq!(browser.get(&page_of(&client, "")).status, 503);
}

#[test]
fn a_change_begins_with_what_was_changed_a_moment_ago_whatever_kv_still_has() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    let old = harness.memory.clients();
    let form = |path: &str| {
        let path = page_of(&client, path);
        let page =
            if path.ends_with("/edit") { browser.get(&path) } else { browser.get(&page_of(&client, "")) };
        Browser::form(&page.body, &path)
    };
    let added = browser.submit(&form("/secret"));
    let new = Client { secret: shown(&added.body, "client_secret"), ..registered_with(&client) };
    assert_ne!(new.secret, client.secret);
    // What another place of the network has for a minute.
    harness.memory.set_clients(old.clone());
    assert_eq!(browser.submit(&form("/edit").set("redirect_uris", REDIRECT)).status, 200);
    for known in [&client, &new] {
        known.redeem("pac_x").assert_error(400, "invalid_grant");
    }
    harness.memory.set_clients(old);
    assert_eq!(browser.submit(&form("/secret/retire")).status, 200);
    client.redeem("pac_x").assert_error(401, "invalid_client");
    new.redeem("pac_x").assert_error(400, "invalid_grant");
    // Two minutes later everybody has it, and the account knows nothing better.
    harness.wait(120);
    assert_eq!(browser.submit(&form("/edit").set("redirect_uris", REDIRECT)).status, 200);
    new.redeem("pac_x").assert_error(400, "invalid_grant");
}
