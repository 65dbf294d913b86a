//! Clients that a developer registers in the console.

use serde_json::Value;

use super::browser::Form;
use super::{Answer, Browser, Client, REDIRECT};

/// The form, filled in with the usual.
pub fn filled(browser: &Browser<'_>) -> Form {
    let page = browser.get("/console/register");
    Browser::form(&page.body, "/console/register").set("client_name", "My app").set("redirect_uris", REDIRECT)
}

/// Registers with what is different.
pub fn register(browser: &Browser<'_>, changes: &[(&str, &str)]) -> Answer {
    let form = changes.iter().fold(filled(browser), |form, (name, value)| form.set(name, value));
    browser.submit(&form)
}

/// What the page shows under an id.
pub fn shown(page: &str, id: &str) -> Option<String> {
    let start = page.find(&format!("id=\"{id}\">"))? + id.len() + 6;
    Some(page[start..start + page[start..].find('<')?].into())
}

/// A client with a secret.
pub fn registered<'a>(browser: &Browser<'a>) -> Client<'a> {
    of_page(browser, &register(browser, &[]).body)
}

/// The client that a page has just shown.
pub fn of_page<'a>(browser: &Browser<'a>, page: &str) -> Client<'a> {
    Client {
        harness: browser.harness,
        id: shown(page, "client_id").unwrap(),
        secret: shown(page, "client_secret"),
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

/// Where the page of a client is, or something below it.
pub fn page_of(client: &Client<'_>, more: &str) -> String {
    format!("/console/clients/{}{more}", client.id)
}
