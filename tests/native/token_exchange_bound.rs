//! Exchange of tokens that are bound to a key (RFC 8693, RFC 9449).

use serde_json::{Value, json};

use crate::support::{Browser, Client, ISSUER, Prover};
use crate::token_exchange::{
    ACCESS_TOKEN, CALENDAR, GRANT_TYPE, exchange, exchanging, forged, harness, refused,
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
