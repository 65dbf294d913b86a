//! `/console`.

use serde_json::json;

use crate::support::{Answer, Browser, Client, Harness, Sent};

fn register(browser: &Browser<'_>, changes: &[(&str, &str)]) -> Answer {
    let page = browser.get("/console");
    let mut form = Browser::form(&page.body, "/console")
        .set("client_name", "My app")
        .set("redirect_uris", "https://client.example/cb\r\n\r\n  http://127.0.0.1/cb  ");
    for (name, value) in changes {
        form = form.set(name, value);
    }
    browser.submit(&form)
}

fn shown(page: &str, id: &str) -> Option<String> {
    let start = page.find(&format!("id=\"{id}\">"))? + id.len() + 6;
    Some(page[start..start + page[start..].find('<')?].into())
}

#[test]
fn an_owner_registers_a_client_and_sees_its_secret_once() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let page = register(&browser, &[]);
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let id = shown(&page.body, "client_id").unwrap();
    let secret = shown(&page.body, "client_secret").unwrap();
    assert!(id.starts_with("prc_") && secret.starts_with("pcs_"));
    let list = browser.get("/console");
    assert!(list.body.contains(&id) && list.body.contains("My app") && !list.body.contains(&secret));
    // It works, with both redirect URIs.
    let client = Client {
        harness: &harness,
        id,
        secret: Some(secret),
        redirect_uri: "http://127.0.0.1:4711/cb".into(),
        registration: json!({}),
    };
    assert!(!client.tokens(&Browser::signed_up(&harness, "alice")).1.is_empty());
}

#[test]
fn a_public_client_has_no_secret_to_show() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let page = register(&browser, &[("kind", "public")]);
    assert!(shown(&page.body, "client_id").is_some());
    assert_eq!(shown(&page.body, "client_secret"), None);
}

#[test]
fn mistakes_are_named_and_what_was_typed_stays() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    for (changes, words) in [
        (vec![("redirect_uris", "http://client.example/")], "http://client.example/"),
        (vec![("redirect_uris", "javascript:alert(1)")], "javascript:alert(1)"),
        (vec![("redirect_uris", " ")], "redirect_uris"),
        (vec![("kind", "public"), ("refresh_tokens", "keep")], "public client"),
        (vec![("scope", "nothing")], "scope"),
        (vec![("client_name", &"x".repeat(101) as &str)], "client_name"),
    ] {
        let page = register(&browser, &changes);
        assert_eq!(page.status, 400);
        assert!(page.body.contains(words), "{words}: {}", page.body);
        assert!(page.body.contains("My app") || words == "client_name");
    }
    let page = browser.get("/console");
    let form =
        Browser::form(&page.body, "/console").set("redirect_uris", "https://c.example/").without("scope");
    assert_eq!(browser.submit(&form).status, 400, "no scope is not every scope");
    assert_eq!(harness.memory.entries().0, 0);
}

#[test]
fn twenty_clients_and_no_more_until_one_is_deleted() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    for _ in 0..20 {
        assert_eq!(register(&browser, &[]).status, 200);
    }
    let page = register(&browser, &[]);
    assert_eq!(page.status, 403);
    assert!(page.body.contains("20"));
    let page = browser.get("/console");
    assert_eq!(browser.submit(&Browser::form(&page.body, "/console/delete")).location(), "/console");
    assert_eq!(harness.memory.entries().0, 19);
    assert_eq!(register(&browser, &[]).status, 200);
}

#[test]
fn only_its_owner_deletes_a_client() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let mallory = Browser::signed_up(&harness, "mallory");
    let id = shown(&register(&browser, &[]).body, "client_id").unwrap();
    register(&mallory, &[]);
    let form = Browser::form(&mallory.get("/console").body, "/console/delete").set("client_id", &id);
    assert_eq!(mallory.submit(&form).status, 404);
    let form = Browser::form(&browser.get("/console").body, "/console/delete");
    assert_eq!(browser.submit(&form.clone().set("csrf", "x")).status, 403);
    assert_eq!(harness.memory.entries().0, 2);
    assert_eq!(browser.submit(&form).status, 303);
    assert_eq!(harness.memory.entries().0, 1);
}

#[test]
fn who_is_not_signed_in_signs_in_first_and_comes_back() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "dev");
    let browser = Browser::new(&harness);
    let to_sign_in = browser.get("/console");
    assert_eq!(to_sign_in.location(), "/signin?next=console");
    let page = browser.follow(to_sign_in);
    let form = Browser::form(&page.body, "/signin").set("username", "dev").set("password", "correct horse");
    assert!(browser.follow(browser.submit(&form)).body.contains("Developer console"));
}

#[test]
fn where_registration_is_closed_nobody_registers() {
    let open = Harness::new();
    let form = Browser::form(&Browser::signed_up(&open, "dev").get("/console").body, "/console");
    let harness = Harness::with(&[("REGISTRATION", "closed")]);
    let browser = Browser::signed_up(&harness, "dev");
    let own = Browser::form(&browser.get("/console").body, "/console");
    let form = form
        .set("csrf", own.value("csrf"))
        .set("redirect_uris", "https://c.example/")
        .set("client_name", "x");
    assert_eq!(browser.submit(&form).status, 403);
    let token = Harness::with(&[("REGISTRATION", "token")]);
    assert_eq!(register(&Browser::signed_up(&token, "dev"), &[]).status, 200);
}

#[test]
fn a_developer_gives_a_client_no_grant_that_the_operator_vouches_for() {
    let harness = Harness::new();
    let page = register(&Browser::signed_up(&harness, "dev"), &[]).body;
    let path = format!("/register/{}", shown(&page, "client_id").unwrap());
    let token = shown(&page, "registration_access_token").unwrap();
    let document = harness.send(Sent::get(&path).bearer(&token)).json();
    let put = |grant_types: &[&str]| {
        let mut document = document.clone();
        document["grant_types"] = json!(grant_types);
        harness.send(Sent::json("PUT", &path, &document).bearer(&token))
    };
    assert_eq!(put(&["authorization_code"]).status, 200);
    for grant_type in ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"] {
        put(&["authorization_code", grant_type]).assert_error(400, "invalid_client_metadata");
    }
    let kept = harness.send(Sent::get(&path).bearer(&token)).json();
    assert_eq!(kept["grant_types"], json!(["authorization_code"]));
}
