//! Clients that authenticate by assertion (RFC 7523): with a key of their own, or under their secret.

use postern::base::base64url;
use postern::jose::algorithm::SigningAlgorithm;
use postern::store::memory_signatures::sign;
use postern::store::meter::Count;
use serde_json::{Value, json};

use crate::support::assertion::{
    assert_admitted, assert_refused, by, claims, es256, fetched, introspect, kept, key, private_key_client,
    sent, set, signed, under, with,
};
use crate::support::{Browser, Client, Harness, ISSUER, REDIRECT, Sent};

#[test]
fn a_client_with_a_key_goes_from_the_code_to_the_revocation() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for (stored, algorithm) in [(false, SigningAlgorithm::Es256), (true, SigningAlgorithm::Rs256)] {
        let key = key(algorithm, 1);
        let method =
            json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[(&key, Some("a"))]) });
        let client = kept(&harness, stored, method);
        for secret in ["client_secret", "client_secret_expires_at"] {
            assert_eq!(client.registration.get(secret), None);
        }
        let post = |target: &str, pairs: &[(&str, &str)]| {
            harness.send(sent(target, &by(&key, Some("a"), &claims(&client)), pairs))
        };
        let code = client.code(&browser);
        let first = post("/token", &client.redemption(&code));
        assert_eq!(first.status, 200, "{first:?}");
        let tokens = first.json();
        let refresh = tokens["refresh_token"].as_str().unwrap();
        // With the client_id beside it, as most libraries send it.
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", &client.id)];
        let second = post("/token", &pairs).json();
        let access = second["access_token"].as_str().unwrap();
        assert_eq!(post("/introspect", &[("token", access)]).json()["active"], true);
        let refresh = second["refresh_token"].as_str().unwrap();
        assert_eq!(post("/revoke", &[("token", refresh)]).status, 200);
        assert_eq!(post("/introspect", &[("token", access)]).json()["active"], false);
    }
}

#[test]
fn a_client_that_signs_with_its_secret_is_let_in_and_nothing_of_it_is_at_rest() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let members = json!({ "token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS256" });
    for stored in [false, true] {
        let client = kept(&harness, stored, members.clone());
        let secret = client.secret.clone().unwrap();
        assert_eq!(client.registration["client_secret_expires_at"], 0);
        assert_eq!(client.registration["token_endpoint_auth_signing_alg"], "HS256");
        let redemption = client.code(&browser);
        let redeemed = sent("/token", &under(&secret, &claims(&client)), &client.redemption(&redemption));
        assert_eq!(harness.send(redeemed).status, 200);
        assert_refused(&introspect(&client, &under("pcs_another", &claims(&client))), "Signature");
        assert_refused(&introspect(&client, &under("", &claims(&client))), "Signature");
        // The secret itself is not how it authenticates.
        let posted = [("client_id", client.id.as_str()), ("client_secret", &secret), ("token", "x")];
        harness.send(Sent::form("/introspect", &posted)).assert_error(401, "invalid_client");
        harness
            .send(Sent::form("/introspect", &posted[2..]).with("authorization", &client.basic()))
            .assert_error(401, "invalid_client");
        assert!(!harness.memory.dump().contains(secret.trim_start_matches("pcs_")));
    }
}

#[test]
fn two_secrets_sign_while_one_takes_over_and_a_changed_method_gets_a_new_one() {
    let harness = Harness::new();
    let client = Client::stored(&harness, json!({ "token_endpoint_auth_method": "client_secret_jwt" }));
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let path = format!("/register/{}", client.id);
    let first = client.secret.clone().unwrap();
    let call = |method: &str, path: &str| {
        harness.send(Sent { method: method.into(), ..Sent::get(path) }.bearer(token))
    };
    let second = call("POST", &format!("{path}/secret")).json()["client_secret"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    for secret in [&first, &second] {
        assert_admitted(&introspect(&client, &under(secret, &claims(&client))));
    }
    assert_eq!(call("DELETE", &format!("{path}/secret")).status, 204);
    assert_refused(&introspect(&client, &under(&first, &claims(&client))), "Signature");
    assert_admitted(&introspect(&client, &under(&second, &claims(&client))));

    let put = |method: &str, more: Value| {
        let mut document = json!({ "client_id": client.id, "redirect_uris": [REDIRECT], "token_endpoint_auth_method": method });
        for (name, value) in more.as_object().unwrap() {
            document[name] = value.clone();
        }
        let answer = harness.send(Sent::json("PUT", &path, &document).bearer(token));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    // The other way round what it has still counts, and need not be shown again.
    assert_eq!(put("client_secret_post", json!({ "client_secret": second })).get("client_secret"), None);
    let posted = [("client_id", client.id.as_str()), ("client_secret", &second), ("token", "x")];
    assert_admitted(&harness.send(Sent::form("/introspect", &posted)));
    // A client with a key has no secret at all.
    let keys = put("private_key_jwt", json!({ "jwks": set(&[(&es256(1), None)]) }));
    assert_eq!((keys.get("client_secret"), keys.get("client_secret_expires_at")), (None, None));
    assert_eq!(keys.get("client_secrets_created_at"), None);
    call("POST", &format!("{path}/secret")).assert_error(400, "invalid_client_metadata");
    assert_admitted(&introspect(&client, &by(&es256(1), None, &claims(&client))));
    // A random secret cannot sign: it goes when the method changes, and a new one comes.
    let random = put("client_secret_basic", json!({}))["client_secret"].as_str().unwrap().to_owned();
    let signing = put("client_secret_jwt", json!({}))["client_secret"].as_str().unwrap().to_owned();
    assert_admitted(&introspect(&client, &under(&signing, &claims(&client))));
    assert_refused(&introspect(&client, &under(&random, &claims(&client))), "Signature");
}

#[test]
fn each_claim_is_held_to_the_book() {
    let harness = Harness::new();
    let key = es256(1);
    let client = private_key_client(&harness, &set(&[(&key, None)]));
    let now = harness.now().seconds();
    let other = Client::public(&harness);
    for (member, value, why) in [
        ("iss", json!(other.id), "Issuer"),
        ("iss", json!(""), "Issuer"),
        ("iss", json!(null), "Malformed"),
        ("sub", json!(null), "Malformed"),
        ("aud", json!(null), "Malformed"),
        ("aud", json!(1), "Malformed"),
        ("aud", json!([ISSUER, 1]), "Malformed"),
        ("aud", json!([]), "Audience"),
        ("aud", json!([ISSUER, ISSUER]), "Audience"),
        ("aud", json!([ISSUER, "https://other.example"]), "Audience"),
        ("aud", json!("https://other.example"), "Audience"),
        ("aud", json!(format!("{ISSUER}/")), "Audience"),
        ("aud", json!(format!("{ISSUER}.evil.example")), "Audience"),
        ("aud", json!(format!("{ISSUER}/revoke")), "Audience"),
        ("aud", json!(""), "Audience"),
        ("exp", json!(null), "Malformed"),
        ("exp", json!("soon"), "Malformed"),
        ("exp", json!(now), "Expired"),
        ("exp", json!(now - 1), "Expired"),
        ("exp", json!(0), "Expired"),
        ("exp", json!(-1), "Expired"),
        ("exp", json!(now + 361), "Lifetime"),
        ("exp", json!((now + 60) * 1000), "Lifetime"),
        ("exp", json!(1e300), "Lifetime"),
        ("nbf", json!(now + 61), "Early"),
        ("iat", json!(now + 61), "Early"),
        ("iat", json!("now"), "Malformed"),
        ("jti", json!(null), "Id"),
        ("jti", json!(""), "Id"),
        ("jti", json!(1), "Id"),
        ("jti", json!("j".repeat(129)), "Id"),
    ] {
        let assertion = by(&key, None, &with(&client, member, value.clone()));
        assert_refused(&introspect(&client, &assertion), why);
        // None of it costs anything: the client is in its id.
        let free = Count { kv_reads: 0, kv_writes: 0, kv_lists: 0, object_calls: 0 };
        assert_eq!((harness.memory.meter.take(), fetched(&harness)), (free, 0), "{member} {value}");
    }
    for (member, value) in [
        ("aud", json!([ISSUER])),
        ("aud", json!(format!("{ISSUER}/token"))),
        ("aud", json!([format!("{ISSUER}/introspect")])),
        ("exp", json!(now + 360)),
        ("exp", json!(now as f64 + 1.5)),
        ("exp", json!(now + 1)),
        ("nbf", json!(now + 60)),
        ("iat", json!(now + 60)),
        ("iat", json!(null)),
        ("jti", json!("\u{d55c}".repeat(128))),
    ] {
        assert_admitted(&introspect(&client, &by(&key, None, &with(&client, member, value))));
    }
}

#[test]
fn the_algorithm_is_the_clients_and_never_the_tokens() {
    let harness = Harness::new();
    let (ec, rsa) = (es256(1), key(SigningAlgorithm::Rs256, 1));
    let both = set(&[(&ec, Some("e")), (&rsa, Some("r"))]);
    let free = private_key_client(&harness, &both);
    for key in [&ec, &rsa] {
        assert_admitted(&introspect(&free, &by(key, None, &claims(&free))));
    }
    let bound = json!({ "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256", "jwks": both });
    let bound = Client::stored(&harness, bound);
    assert_admitted(&introspect(&bound, &by(&ec, None, &claims(&bound))));
    assert_refused(&introspect(&bound, &by(&rsa, None, &claims(&bound))), "Algorithm");
    for client in [&free, &bound] {
        for alg in ["none", "None", "", "HS256", "PS256", "ES384", "es256"] {
            let assertion = signed(&json!({ "alg": alg }), &claims(client), |message| sign(&ec, message));
            assert_refused(&introspect(client, &assertion), "Algorithm");
        }
        // A public key is no secret, in whichever form.
        for public in [rsa.thumbprint(), serde_json::to_string(&rsa.to_json()).unwrap()] {
            assert_refused(&introspect(client, &under(&public, &claims(client))), "Algorithm");
        }
        for typ in ["at+jwt", "dpop+jwt", "logout+jwt"] {
            let header = json!({ "alg": "ES256", "typ": typ });
            assert_refused(&introspect(client, &signed(&header, &claims(client), |m| sign(&ec, m))), "Typ");
        }
        for typ in ["JWT", "jwt", "client-authentication+jwt"] {
            let header = json!({ "alg": "ES256", "typ": typ });
            assert_admitted(&introspect(client, &signed(&header, &claims(client), |m| sign(&ec, m))));
        }
        // The key of a client is the one that it registered, not one that it brings.
        let other = es256(2);
        let header = json!({ "alg": "ES256", "jwk": other.to_json() });
        assert_refused(
            &introspect(client, &signed(&header, &claims(client), |m| sign(&other, m))),
            "Signature",
        );
    }
    let secret =
        Client::stored(&harness, json!({ "token_endpoint_auth_method": "client_secret_jwt", "jwks": both }));
    assert_refused(&introspect(&secret, &by(&ec, None, &claims(&secret))), "Algorithm");
    for client in [Client::confidential(&harness), Client::public(&harness)] {
        let answer = introspect(&client, &by(&ec, None, &claims(&client)));
        answer.assert_error(401, "invalid_client");
        assert_eq!(answer.refusal.as_deref(), Some("OtherMethod"));
    }
}

#[test]
fn an_assertion_stands_alone() {
    let harness = Harness::new();
    let key = es256(1);
    let client = private_key_client(&harness, &set(&[(&key, None)]));
    let assertion = || by(&key, None, &claims(&client));
    let basic = Client::confidential(&harness).basic();
    let twice = sent("/introspect", &assertion(), &[("token", "x")]).with("authorization", &basic);
    harness.send(twice).assert_error(400, "invalid_request");
    for more in [("client_secret", "s"), ("client_id", "another"), ("client_assertion", "x")] {
        harness
            .send(sent("/introspect", &assertion(), &[("token", "x"), more]))
            .assert_error(400, "invalid_request");
    }
    for kind in [
        "",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
    ] {
        let form = [("client_assertion_type", kind), ("client_assertion", &assertion()), ("token", "x")];
        assert_refused(&harness.send(Sent::form("/introspect", &form)), "Malformed");
    }
    // Who registered a key and shows none, or a secret.
    let nothing = [("client_id", client.id.as_str()), ("token", "x")];
    harness.send(Sent::form("/introspect", &nothing)).assert_error(401, "invalid_client");
    harness
        .send(Sent::form("/introspect", &[("client_secret", "s"), nothing[0], nothing[1]]))
        .assert_error(401, "invalid_client");
    // Basic is named where Basic was tried.
    let tried = Sent::form("/introspect", &[("token", "x")])
        .with("authorization", &format!("Basic {}", base64url::encode("a:b")));
    assert!(harness.send(tried).header("www-authenticate").starts_with("Basic"));
}
