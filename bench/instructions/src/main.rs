//! What `make instructions` counts: one case, run a number of times, on the memory stores of the tests.
//!
//!   instructions CASE TIMES
//!
//! Run twice under valgrind with different TIMES, the difference is what the case costs: start and preparation are in
//! both. Nothing here reads a clock or randomness of the platform, so a count is the same every time.

#[expect(dead_code, unused_imports, reason = "the support code of the tests has more than is used here")]
#[path = "../../../tests/native/support/mod.rs"]
mod support;

use std::hint::black_box;

use postern::base::form::Form;
use postern::jose::keyring::Keyring;
use postern::model::client::ClientProof;
use postern::model::client_id::{ClientId, ProvenClientId};
use postern::model::issuer::Issuer;
use postern::model::refresh_token::RefreshToken;
use postern::protocol::authorization::{check, identify};
use postern::protocol::resource::verify;
use postern::store::memory::SeededEntropy;
use serde_json::json;

use support::{Browser, Client, Harness, ISSUER, Sent};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, case, times] = arguments.as_slice() else { panic!("instructions CASE TIMES") };
    let times: usize = times.parse().unwrap();
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, json!({}));
    let (access, refresh) = client.tokens(&browser);
    match case.as_str() {
        "verify-access-token" => repeat(times, || {
            verify(&harness.keyring, ISSUER, &[ISSUER], black_box(&access), harness.now()).unwrap()
        }),
        "resource-request" => {
            let request = Sent::get("/demo/whoami").bearer(&access);
            repeat(times, || assert_eq!(harness.send(request.clone()).status, 200));
        }
        "authorization-request" => {
            let known = sealed_client(&harness);
            let target = client.authorize(&[]);
            let query = target.split_once('?').unwrap().1;
            let issuer = Issuer::parse(ISSUER).unwrap();
            repeat(times, || {
                let form = Form::parse(black_box(query)).unwrap();
                let return_to = identify(&form, Some(&known)).unwrap();
                (check(&form, &known, &harness.config, &issuer).unwrap(), return_to)
            });
        }
        "derive-key" => {
            let root = format!("k1:{}", "A".repeat(43));
            // A keyring derives each key once: a new one each time, and what parsing it takes comes with it.
            repeat(times, || {
                Keyring::parse(black_box(&root)).unwrap().export("access/https://api.example.com")
            });
        }
        "open-refresh-token" => {
            repeat(times, || RefreshToken::open(&harness.keyring, black_box(&refresh)).unwrap());
        }
        "token-refresh" => {
            let mut token = refresh;
            repeat(times, || {
                let answer = client.refresh(&token);
                token = answer.json()["refresh_token"].as_str().unwrap().to_owned();
            });
        }
        "seal-client-id" => {
            let metadata = sealed_client(&harness).metadata;
            let entropy = SeededEntropy::new(1);
            repeat(times, || ClientId::sealed(&harness.keyring, &entropy, black_box(&metadata)).unwrap());
        }
        "open-client-id" => {
            let sealed = Client::confidential(&harness).id;
            repeat(times, || ClientId::prove(&harness.keyring, black_box(&sealed)).unwrap());
        }
        other => panic!("no such case: {other}"),
    }
}

/// A client as it is found from an id that carries it.
fn sealed_client(harness: &Harness) -> postern::model::client::Client {
    let id = Client::confidential(harness).id;
    let Some(ProvenClientId::Sealed { id, metadata, .. }) = ClientId::prove(&harness.keyring, &id) else {
        panic!("not a sealed client");
    };
    let origin = postern::model::client::ClientOrigin::Anonymous;
    postern::model::client::Client { id, metadata: *metadata, proof: ClientProof::None, origin }
}

fn repeat<T>(times: usize, mut case: impl FnMut() -> T) {
    for _ in 0..times {
        black_box(case());
    }
}
