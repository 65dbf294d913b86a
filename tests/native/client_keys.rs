//! Where the keys of clients come from, and what of it is looked up when they register.

use postern::jose::algorithm::SigningAlgorithm;
use postern::store::web::Document;
use serde_json::{Value, json};

use crate::support::assertion::{
    assert_admitted, assert_refused, by, claims, es256, fetched, introspect, key, private_key_client,
    publish, sent, set, with,
};
use crate::support::{Client, Harness, REDIRECT, REGISTRATION_TOKEN, Sent, metadata, tampered};

const JWKS: &str = "https://client.example/jwks.json";

#[test]
fn the_key_is_the_one_that_is_named_or_the_only_one_that_fits() {
    let harness = Harness::new();
    let (one, two) = (es256(1), es256(2));
    let client = private_key_client(&harness, &set(&[(&one, Some("1")), (&two, Some("2"))]));
    assert_admitted(&introspect(&client, &by(&two, Some("2"), &claims(&client))));
    for (key, kid, why) in [
        (&one, Some("2"), "Signature"),
        (&one, Some("3"), "Key"),
        (&one, Some(""), "Key"),
        (&one, None, "Key"),
    ] {
        assert_refused(&introspect(&client, &by(key, kid, &claims(&client))), why);
    }
    let assertion = by(&one, Some("1"), &claims(&client));
    let (input, signature) = assertion.rsplit_once('.').unwrap();
    for broken in [
        format!("{input}."),
        format!("{input}.{}", &signature[4..]),
        input.to_owned(),
        format!("{assertion}.a"),
    ] {
        introspect(&client, &broken).assert_error(401, "invalid_client");
    }
}

#[test]
fn nobody_is_asked_for_the_keys_of_a_client_that_is_unknown_or_not_itself() {
    let harness = Harness::new();
    let key = es256(1);
    publish(&harness, JWKS, "", &set(&[(&key, Some("a"))]));
    let client = Client::register(
        &harness,
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": JWKS }),
    );
    for forged in tampered(&client.id) {
        let mut wrong = claims(&client);
        (wrong["sub"], wrong["iss"]) = (json!(forged), json!(forged));
        introspect(&client, &by(&key, Some("a"), &wrong)).assert_error(401, "invalid_client");
    }
    introspect(&client, &by(&key, Some("a"), &with(&client, "aud", json!("x"))))
        .assert_error(401, "invalid_client");
    assert_eq!(fetched(&harness), 0);
    // Fetched once, and kept.
    for _ in 0..20 {
        assert_admitted(&introspect(&client, &by(&key, Some("a"), &claims(&client))));
    }
    assert_eq!(fetched(&harness), 1);
    // A wrong signature under a known name is no reason to look again.
    harness.wait(61);
    assert_refused(&introspect(&client, &by(&es256(2), Some("a"), &claims(&client))), "Signature");
    assert_eq!(fetched(&harness), 0);
}

#[test]
fn a_rotated_key_is_looked_up_once_a_minute_at_most() {
    let harness = Harness::new();
    let (old, new) = (es256(1), es256(2));
    publish(&harness, JWKS, "max-age=31536000", &set(&[(&old, Some("old"))]));
    let client = Client::register(
        &harness,
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": JWKS }),
    );
    assert_admitted(&introspect(&client, &by(&old, Some("old"), &claims(&client))));
    publish(&harness, JWKS, "", &set(&[(&new, Some("new"))]));
    assert_refused(&introspect(&client, &by(&new, Some("new"), &claims(&client))), "Key");
    assert_eq!(fetched(&harness), 1);
    harness.wait(60);
    assert_admitted(&introspect(&client, &by(&new, Some("new"), &claims(&client))));
    assert_refused(&introspect(&client, &by(&old, Some("old"), &claims(&client))), "Key");
    for n in 0..50 {
        assert_refused(&introspect(&client, &by(&old, Some(&format!("k{n}")), &claims(&client))), "Key");
    }
    assert_eq!(fetched(&harness), 1);
    // Without names, a signature that does not fit the only key may mean a new one.
    publish(&harness, JWKS, "", &set(&[(&old, None)]));
    harness.wait(60);
    assert_admitted(&introspect(&client, &by(&old, None, &claims(&client))));
    publish(&harness, JWKS, "", &set(&[(&new, None)]));
    harness.wait(60);
    assert_admitted(&introspect(&client, &by(&new, None, &claims(&client))));
    // However long a set says it may be kept, an hour is the most; and five minutes are the least.
    publish(&harness, JWKS, "no-store", &set(&[(&new, None)]));
    harness.wait(3600);
    fetched(&harness);
    for seconds in [0, 299, 1] {
        harness.wait(seconds);
        assert_admitted(&introspect(&client, &by(&new, None, &claims(&client))));
    }
    assert_eq!(fetched(&harness), 2);
}

#[test]
fn keys_that_cannot_be_had_let_nobody_in_and_are_not_remembered() {
    let harness = Harness::new();
    let key = es256(1);
    let client = Client::register(
        &harness,
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": JWKS }),
    );
    let introspect = || introspect(&client, &by(&key, None, &claims(&client)));
    assert_refused(&introspect(), "KeysUnavailable");
    let good = set(&[(&key, None)]);
    let with = |status: u16, body: Vec<u8>| {
        let document =
            Document { status, content_type: "application/json".into(), cache_control: String::new(), body };
        harness.memory.documents.borrow_mut().insert(JWKS.into(), document);
    };
    for (status, body) in [
        (301, good.to_string()),
        (404, good.to_string()),
        (500, good.to_string()),
        (206, good.to_string()),
        (200, String::new()),
        (200, "[]".into()),
        (200, "<html>".into()),
        (200, format!("{}{}", good, " ".repeat(64 * 1024))),
    ] {
        with(status, body.into_bytes());
        assert_refused(&introspect(), "KeysUnavailable");
    }
    with(200, json!({ "keys": [] }).to_string().into_bytes());
    assert_refused(&introspect(), "Key");
    harness.wait(60);
    with(200, good.to_string().into_bytes());
    assert_admitted(&introspect());
    // An origin that only fails is left alone after ten times, and asked again a minute later.
    let harness = Harness::new();
    let client = Client::register(
        &harness,
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": JWKS }),
    );
    for _ in 0..50 {
        let answer =
            harness.send(sent("/introspect", &by(&key, None, &self::claims(&client)), &[("token", "x")]));
        assert_refused(&answer, "KeysUnavailable");
    }
    assert_eq!(fetched(&harness), 10);
    publish(&harness, JWKS, "", &good);
    harness.wait(60);
    assert_admitted(&self::introspect(&client, &by(&key, None, &self::claims(&client))));
}

#[test]
fn registration_wants_keys_for_a_method_that_needs_them() {
    let harness = Harness::new();
    let refused = |members: Value| {
        for token in [None, Some(REGISTRATION_TOKEN)] {
            let mut document = metadata();
            for (name, value) in members.as_object().unwrap() {
                document[name] = value.clone();
            }
            let sent = Sent::json("POST", "/register", &document);
            let answer = harness.send(if let Some(token) = token { sent.bearer(token) } else { sent });
            answer.assert_error(400, "invalid_client_metadata");
        }
    };
    let rsa = set(&[(&key(SigningAlgorithm::Rs256, 1), None)]);
    refused(json!({ "token_endpoint_auth_method": "private_key_jwt" }));
    refused(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": rsa, "jwks_uri": JWKS }));
    refused(
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [{ "kty": "oct", "k": "AA" }] } }),
    );
    refused(
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": rsa, "token_endpoint_auth_signing_alg": "ES256" }),
    );
    refused(
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": rsa, "token_endpoint_auth_signing_alg": "HS256" }),
    );
    refused(
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://client.example/jwks" }),
    );
    refused(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://10.0.0.1/jwks" }));
    refused(
        json!({ "token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "RS256" }),
    );
    refused(
        json!({ "token_endpoint_auth_method": "client_secret_basic", "token_endpoint_auth_signing_alg": "HS256" }),
    );
    assert_eq!(fetched(&harness), 0);
}

#[test]
fn a_sector_must_list_every_redirect_uri() {
    let harness = Harness::new();
    const SECTOR: &str = "https://sector.example/uris.json";
    let document =
        json!({ "redirect_uris": [REDIRECT], "subject_type": "pairwise", "sector_identifier_uri": SECTOR });
    let register = || harness.send(Sent::json("POST", "/register", &document));
    register().assert_error(400, "invalid_client_metadata");
    for list in
        [json!([]), json!(["https://other.example/cb"]), json!({ "a": [REDIRECT] }), json!([REDIRECT, 1])]
    {
        publish(&harness, SECTOR, "", &list);
        let refused = register();
        refused.assert_error(400, "invalid_client_metadata");
        assert!(refused.json()["error_description"].as_str().unwrap().starts_with("sector_identifier_uri"));
    }
    publish(&harness, SECTOR, "", &json!(["https://other.example/cb", REDIRECT]));
    assert_eq!(register().status, 201);
    // The same at an update.
    let client =
        Client::stored(&harness, json!({ "subject_type": "pairwise", "sector_identifier_uri": SECTOR }));
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let put = |uri: &str| {
        let mut changed = document.clone();
        changed["client_id"] = json!(client.id);
        changed["redirect_uris"] = json!([uri]);
        harness.send(Sent::json("PUT", &format!("/register/{}", client.id), &changed).bearer(token))
    };
    assert_eq!(put(REDIRECT).status, 200);
    put("https://client.example/other").assert_error(400, "invalid_client_metadata");
}
