//! The journal of a client: what it did wrong lately, for the developer who registered it.

use futures::executor::block_on;
use postern::model::client_id::ClientId;
use postern::protocol::journal::{JournalCommand, JournalEntry, JournalReply};
use postern::store::journal::{Journals, of_client};
use serde_json::json;

use crate::support::console::{registered, registered_with};
use crate::support::{Browser, Client, Harness};

/// What is in the journal of a client, the newest first.
fn entries(harness: &Harness, client: &Client<'_>) -> Vec<JournalEntry> {
    let id: ClientId = serde_json::from_value(json!(client.id)).unwrap();
    let name = of_client(&id.hash());
    match block_on(Journals::send(&harness.memory, &name, JournalCommand::Read)).unwrap() {
        JournalReply::Entries(entries) => entries,
        reply => panic!("{reply:?}"),
    }
}

fn kinds(harness: &Harness, client: &Client<'_>) -> Vec<(String, String)> {
    entries(harness, client).into_iter().map(|entry| (entry.path, entry.kind)).collect()
}

#[test]
fn every_endpoint_that_a_client_asks_notes_what_it_refused() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    let code = client.code(&Browser::signed_up(&harness, "alice"));
    assert_eq!(kinds(&harness, &client), [], "what is in order is not noted");
    client.redeem(&code);
    client.redeem(&code);
    let wrong = Client { secret: Some("pcs_x".into()), ..registered_with(&client) };
    let get = |changes: &[(&str, Option<&str>)]| browser.get(&client.authorize(changes));
    for (path, kind, refuse) in [
        ("/token", "WrongSecret", &(|| wrong.redeem("pac_x").status) as &dyn Fn() -> u16),
        ("/token", "ForgedGrant", &|| client.redeem("pac_x").status),
        ("/token", "UnsupportedGrantType", &|| client.post("/token", &[("grant_type", "password")]).status),
        ("/revoke", "TokenMissing", &|| client.post("/revoke", &[]).status),
        ("/revoke", "WrongSecret", &|| wrong.post("/revoke", &[("token", "x")]).status),
        ("/introspect", "TokenMissing", &|| client.post("/introspect", &[]).status),
        ("/par", "NestedRequest", &|| client.post("/par", &[("request_uri", "x")]).status),
        ("/par", "NoRedirectUri", &|| client.post("/par", &[]).status),
        ("/device_authorization", "GrantTypeNotRegistered", &|| {
            client.post("/device_authorization", &[]).status
        }),
        ("/authorize", "RedirectUriMismatch", &|| {
            get(&[("redirect_uri", Some("https://x.example/"))]).status
        }),
        ("/authorize", "NoRedirectUri", &|| get(&[("redirect_uri", None)]).status),
        ("/authorize", "ChallengeMissing", &|| get(&[("code_challenge", None)]).status),
        ("/authorize", "ScopeUnknown", &|| get(&[("scope", Some("admin"))]).status),
        ("/authorize", "ResponseTypeUnsupported", &|| get(&[("response_type", Some("token"))]).status),
        ("/authorize", "LoginRequired", &|| {
            Browser::new(&harness).get(&client.authorize(&[("prompt", Some("none"))])).status
        }),
    ] {
        assert_ne!(refuse(), 200, "{path} {kind}");
        let noted = &entries(&harness, &client)[0];
        assert_eq!((noted.path.as_str(), noted.kind.as_str()), (path, kind));
        assert_eq!(noted.at, harness.now());
        harness.wait(1);
    }
    let first = entries(&harness, &client).pop().unwrap();
    assert_eq!(first.kind, "CodeAlreadyRedeemed");
}

#[test]
fn what_is_noted_says_what_was_sent_and_nothing_of_anybody() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    let client = registered(&browser);
    let sent = "https://client.example/cb/?user=alice@mail.example&token=t#f";
    let page = browser.get(&client.authorize(&[("redirect_uri", Some(sent)), ("state", Some("hush"))]));
    let noted = entries(&harness, &client).remove(0);
    assert_eq!(noted.detail("sent"), Some("https://client.example/cb/"));
    let id = noted.request.clone().unwrap();
    assert!(
        page.body.contains(&id) && page.log.concat().contains(&id),
        "the id is on the page and in the log"
    );
    let json = serde_json::to_string(&noted).unwrap();
    assert!(!json.contains("alice") && !json.contains("hush") && !json.contains("token"), "{json}");
    harness.wait(60);
    browser.get(&client.authorize(&[("redirect_uri", Some("https://alice:pw@client.example/"))]));
    assert_eq!(
        entries(&harness, &client)[0].detail("sent"),
        None,
        "a name and a password are not written down"
    );
    browser.get(&client.authorize(&[("scope", Some("of.nobody"))]));
    assert_eq!(entries(&harness, &client)[0].detail("quoted"), Some("of.nobody"));
}

#[test]
fn a_reason_is_noted_once_a_minute_and_an_entry_is_kept_for_a_day() {
    let harness = Harness::new();
    let client = registered(&Browser::signed_up(&harness, "dev"));
    for _ in 0..5 {
        client.redeem("pac_x");
    }
    assert_eq!(entries(&harness, &client).len(), 1);
    client.refresh("prt_x");
    assert_eq!(entries(&harness, &client).len(), 1, "of one kind, at one address");
    client.post("/introspect", &[]);
    assert_eq!(entries(&harness, &client).len(), 2);
    harness.wait(60);
    client.redeem("pac_x");
    assert_eq!(entries(&harness, &client).len(), 3);
    assert_eq!(harness.memory.kept_journals(), 1);
    harness.wait(86_400 - 60);
    assert_eq!(entries(&harness, &client).len(), 1);
    harness.wait(60);
    assert_eq!((entries(&harness, &client).len(), harness.memory.kept_journals()), (0, 0));
}

#[test]
fn clients_without_a_developer_have_no_journal() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for client in [Client::confidential(&harness), Client::stored(&harness, json!({}))] {
        client.redeem("pac_x");
        client.post("/revoke", &[]);
        Client { secret: Some("pcs_x".into()), ..registered_with(&client) }.redeem("pac_x");
        browser.get(&client.authorize(&[("redirect_uri", Some("https://x.example/"))]));
        browser.get(&client.authorize(&[("scope", Some("admin"))]));
        assert_eq!(entries(&harness, &client), []);
    }
    assert_eq!(harness.memory.kept_journals(), 0);
}

#[test]
fn what_the_owner_does_is_no_error_of_the_client() {
    let harness = Harness::new();
    let client = registered(&Browser::signed_up(&harness, "dev"));
    let alice = Browser::signed_up(&harness, "alice");
    let page = alice.follow(alice.get(&client.authorize(&[])));
    let denied = alice.submit(&Browser::form(&page.body, "/consent").set("decision", "deny"));
    assert_eq!(denied.redirected("error").as_deref(), Some("access_denied"));
    alice.submit(&Browser::form(&page.body, "/consent").set("csrf", "x"));
    assert_eq!(entries(&harness, &client), []);
}

#[test]
fn a_journal_that_does_not_answer_changes_nothing() {
    let harness = Harness::new();
    let client = registered(&Browser::signed_up(&harness, "dev"));
    harness.memory.journals_down.set(true);
    client.redeem("pac_x").assert_error(400, "invalid_grant");
    assert!(harness.log.borrow().iter().any(|line| line.contains("no journal")));
    harness.memory.journals_down.set(false);
    assert_eq!(entries(&harness, &client), []);
}
