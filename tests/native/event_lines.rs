//! What a line of the log may have in it, and what the document says of them.

use std::collections::BTreeSet;

use postern::model::event::EventKind;
use serde_json::json;

use crate::events::{API, HERE, PASSWORD, admin, client_of, harness, read};
use crate::support::{ADMIN_TOKEN, Browser, Client, REGISTRATION_TOKEN, Sent};

#[test]
fn no_line_has_a_secret_a_name_or_an_address() {
    let harness = harness();
    let guess = "a-guess-at-the-password";
    let browser = Browser::signed_up(&harness, "alice-in-wonderland");
    let mut secrets: Vec<String> = [HERE, PASSWORD, guess, "alice-in-wonderland", "hunter2-typed-as-a-name"]
        .into_iter()
        .chain([ADMIN_TOKEN, REGISTRATION_TOKEN])
        .map(str::to_owned)
        .collect();
    for network in ["2001:db8:77::1", HERE] {
        harness.from(network);
        secrets.push(network.to_owned());
        Browser::new(&harness).sign_in("hunter2-typed-as-a-name", guess);
        Browser::new(&harness).sign_in("alice-in-wonderland", guess);
    }
    for client in
        [Client::confidential(&harness), Client::public(&harness), Client::stored(&harness, json!({}))]
    {
        let code = client.code(&browser);
        let tokens = client.redeem(&code).json();
        let (access, refresh) =
            (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
        client.redeem(&code);
        client.refresh(refresh);
        harness.send(Sent::get("/demo/calendar").bearer(access));
        harness.send(Sent::get(&format!("/demo/whoami?access_token={access}")));
        let impostor = Client { secret: Some("pcs_a-wrong-secret".into()), ..client_of(&client) };
        impostor.refresh(refresh);
        // Things in the wrong places.
        harness.send(Sent::form("/token", &[("client_id", refresh), ("grant_type", refresh)]));
        client.post("/token", &[("grant_type", refresh)]);
        harness.send(Sent::get(&format!("/register/{refresh}")).bearer(access));
        secrets.extend([&code, access, refresh, "pcs_a-wrong-secret", &client.id].map(str::to_owned));
        secrets.extend(client.secret);
        secrets.extend(client.registration["registration_access_token"].as_str().map(str::to_owned));
    }
    harness.send(admin("audience-key", &json!({ "audience": API })));
    secrets.extend(["session", "browser"].map(|name| browser.cookie(name)));
    let log = harness.log.take().join("\n");
    assert!(log.lines().count() > 20, "{log}");
    for secret in secrets {
        assert!(secret.len() > 9 && !log.contains(&secret), "the log says {secret}");
    }
}

#[test]
fn the_document_lists_every_kind_and_the_order_of_a_data_point() {
    let docs = read("docs/EVENTS.md");
    let events = docs.split("\n## ").find(|section| section.starts_with("Events\n")).unwrap();
    let rows = |from: &str| -> Vec<String> {
        let table = events.split(from).nth(1).unwrap().split("\n\n").next().unwrap();
        table
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned))
            .collect()
    };
    let kinds = rows("| event |");
    assert_eq!(kinds.len(), EventKind::ALL.len());
    assert_eq!(
        BTreeSet::from_iter(kinds.iter().map(String::as_str)),
        EventKind::ALL.map(EventKind::word).into()
    );
    let quoted = |text: &str, mark: char| -> Vec<String> {
        text.split(mark).skip(1).step_by(2).map(str::to_owned).collect()
    };
    let blobs = docs.split("<!-- blobs -->\n").nth(1).unwrap().lines().next().unwrap();
    let glue = read("src/edge/glue.js");
    let in_glue = glue.split("const BLOBS = [").nth(1).unwrap().split(']').next().unwrap();
    assert_eq!(quoted(blobs, '`'), quoted(in_glue, '"'));
    // A data point has a time of its own.
    let members = rows("| member |").into_iter().filter(|member| member != "at");
    assert_eq!(quoted(blobs, '`'), members.collect::<Vec<_>>());
}
