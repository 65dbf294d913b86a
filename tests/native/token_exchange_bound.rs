//! Exchange of tokens that are bound to a key (RFC 8693, RFC 9449).

use serde_json::{Value, json};

use crate::support::{Browser, Client, ISSUER, Prover};
use crate::token_exchange::{
    ACCESS_TOKEN, API, CALENDAR, GRANT_TYPE, STORE, exchange, exchanging, forged, guard, harness, refused,
    token,
};

#[test]
fn a_token_that_is_bound_to_a_key_is_exchanged_with_a_proof_of_it_alone() {
    let harness = harness();
    let client = Client::stored(&harness, exchanging());
    let (prover, other) = (Prover::new(1), Prover::new(2));
    let (access, _) = prover.tokens(&client, &Browser::signed_up(&harness, "alice"));
    refused(&exchange(&client, &access, &[]), "invalid_request", "Exchange(Grant(BoundToOtherKey))");
    let pairs = [
        ("grant_type", GRANT_TYPE),
        ("subject_token", access.as_str()),
        ("subject_token_type", ACCESS_TOKEN),
        ("resource", CALENDAR),
    ];
    let refusal = other.token(&client, &pairs);
    refused(&refusal, "invalid_request", "Exchange(Grant(BoundToOtherKey))");
    let answer = prover.token(&client, &pairs);
    assert_eq!((answer.status, &answer.json()["token_type"]), (200, &json!("DPoP")), "{answer:?}");
    let new = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(client.introspect(&new)["cnf"]["jkt"], prover.key.thumbprint());
    // The proof was good once.
    let proof = prover.proof(&harness, "POST", "/token", json!({}));
    let send = || harness.send(client.sent("/token", &pairs).with("dpop", &proof));
    assert_eq!(send().status, 200);
    send().assert_error(400, "invalid_dpop_proof");
    // Nor may the key be left out of a token of that grant.
    let bare = forged(&harness, ISSUER, &access, &[("cnf", Value::Null)]);
    refused(&exchange(&client, &bare, &[]), "invalid_request", "Exchange(Grant(NotConfirmed))");
}

#[test]
fn a_guard_leaves_room_for_the_client_of_the_grant() {
    let harness = harness();
    let (guard, browser) = (guard(&harness), Browser::signed_up(&harness, "alice"));
    let client = Client::stored(&harness, exchanging());
    let access = token(&client, &browser, API, "calendar.read");
    let pairs = [
        ("grant_type", GRANT_TYPE),
        ("subject_token", access.as_str()),
        ("subject_token_type", ACCESS_TOKEN),
        ("resource", STORE),
    ];
    // With a key for each, which makes as many different tokens.
    let prover = Prover::new(0);
    assert_eq!(prover.token(&guard, &pairs).status, 200);
    for n in 1..24 {
        assert_eq!(Prover::new(n).token(&guard, &pairs).status, 200, "{n}");
    }
    let full = Prover::new(24).token(&guard, &pairs);
    full.assert_error(429, "temporarily_unavailable");
    assert_eq!(full.refusal.as_deref(), Some("Exchange(Grant(TooManyExchanges))"));
    assert_eq!(exchange(&client, &access, &[("resource", STORE)]).status, 200);
    // With one key, whose proofs have to be remembered.
    for n in 24..128 {
        assert_eq!(prover.token(&guard, &pairs).status, 200, "{n}");
    }
    let full = prover.token(&guard, &pairs);
    full.assert_error(429, "temporarily_unavailable");
    assert_eq!(full.refusal.as_deref(), Some("Grant(TooManyProofs)"));
    assert_eq!(prover.token(&client, &pairs).status, 200);
}
