//! Clients that a developer registers in the console.

use serde_json::Value;

use super::{Answer, Browser, Client, REDIRECT};

/// Fills in the form with the usual, and what is different.
pub fn register(browser: &Browser<'_>, changes: &[(&str, &str)]) -> Answer {
    let page = browser.get("/console");
    let mut form =
        Browser::form(&page.body, "/console").set("client_name", "My app").set("redirect_uris", REDIRECT);
    for (name, value) in changes {
        form = form.set(name, value);
    }
    browser.submit(&form)
}

/// What the page shows under an id.
pub fn shown(page: &str, id: &str) -> Option<String> {
    let start = page.find(&format!("id=\"{id}\">"))? + id.len() + 6;
    Some(page[start..start + page[start..].find('<')?].into())
}

/// A client with a secret.
pub fn registered<'a>(browser: &Browser<'a>) -> Client<'a> {
    let page = register(browser, &[]).body;
    Client {
        harness: browser.harness,
        id: shown(&page, "client_id").unwrap(),
        secret: shown(&page, "client_secret"),
        redirect_uri: REDIRECT.into(),
        registration: Value::Null,
    }
}

/// The same client, to be changed.
pub fn registered_with<'a>(client: &Client<'a>) -> Client<'a> {
    Client {
        harness: client.harness,
        id: client.id.clone(),
        secret: client.secret.clone(),
        redirect_uri: client.redirect_uri.clone(),
        registration: client.registration.clone(),
    }
}
