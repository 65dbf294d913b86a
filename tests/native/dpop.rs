//! DPoP (RFC 9449): the token endpoint, the guards, and what is said of bound tokens.

use postern::base::base64url;
use postern::base::digest::sha256_text;
use postern::jose::algorithm::SigningAlgorithm;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, ISSUER, Prover, Sent, bound, refreshing};

/// Every challenge of an answer, in order.
fn challenges(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect()
}

#[test]
fn a_public_client_walks_the_whole_way_with_its_key() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for algorithm in SigningAlgorithm::ALL {
        let (client, key) = (Client::public(&harness), Prover::of(algorithm, 1));
        let jkt = key.key.thumbprint();
        let asked = client.authorize(&[("dpop_jkt", Some(&jkt)), ("prompt", Some("consent"))]);
        let code = browser.allow(&asked).redirected("code").unwrap();
        let answer = key.redeem(&client, &code);
        assert_eq!(answer.status, 200, "{answer:?}");
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "DPoP");
        assert!(!answer.header("dpop-nonce").is_empty());
        assert!(answer.header("access-control-expose-headers").contains("DPoP-Nonce"));
        let access = tokens["access_token"].as_str().unwrap();
        for (method, path) in [("GET", "/demo/whoami"), ("HEAD", "/demo/whoami"), ("GET", "/demo/calendar")] {
            let answer = harness.send(key.sent(&harness, method, path, access));
            assert_eq!(answer.status, 200, "{answer:?}");
            assert!(!answer.header("dpop-nonce").is_empty());
        }
        let refreshed = key.refresh(&client, tokens["refresh_token"].as_str().unwrap()).json();
        let access = refreshed["access_token"].as_str().unwrap();
        assert_eq!(key.get(&harness, "/demo/calendar", access).status, 200);
    }
}

#[test]
fn userinfo_takes_bound_tokens_by_get_and_by_post() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let asked = client.authorize(&[("scope", Some("openid profile"))]);
    let tokens = key.redeem(&client, &browser.allow(&asked).redirected("code").unwrap()).json();
    let access = tokens["access_token"].as_str().unwrap();
    for method in ["GET", "POST"] {
        let answer = harness.send(key.sent(&harness, method, "/userinfo", access));
        assert_eq!((answer.status, &answer.json()["preferred_username"]), (200, &json!("alice")));
        assert!(!answer.header("dpop-nonce").is_empty());
    }
    harness.send(Sent::get("/userinfo").bearer(access)).assert_error(401, "invalid_token");
}

#[test]
fn a_code_for_a_key_is_refused_without_it_and_stays_good() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (key, other) = (Prover::new(1), Prover::new(2));
    for client in [Client::public(&harness), Client::confidential(&harness)] {
        let jkt = key.key.thumbprint();
        let asked = client.authorize(&[("dpop_jkt", Some(&jkt)), ("prompt", Some("consent"))]);
        let code = browser.allow(&asked).redirected("code").unwrap();
        client.redeem(&code).assert_error(400, "invalid_grant");
        other.redeem(&client, &code).assert_error(400, "invalid_dpop_proof");
        assert_eq!(key.redeem(&client, &code).json()["token_type"], "DPoP");
    }
}

#[test]
fn dpop_jkt_is_a_thumbprint() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::public(&harness);
    for wrong in ["x", "", &"A".repeat(42), &"A".repeat(44), &format!("{}=", "A".repeat(43)), &"+".repeat(43)]
    {
        let answer = browser.get(&client.authorize(&[("dpop_jkt", Some(wrong))]));
        match wrong {
            // RFC 6749 §3.1: "Parameters sent without a value MUST be treated as if they were omitted".
            "" => assert_eq!(answer.status, 200),
            _ => assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"), "{wrong}"),
        }
    }
}

#[test]
fn a_bound_refresh_token_needs_its_key_and_another_one_changes_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key, thief) = (Client::public(&harness), Prover::new(1), Prover::new(2));
    let (_, first) = key.tokens(&client, &browser);
    let steal = |token: &str| {
        client.refresh(token).assert_error(400, "invalid_grant");
        thief.refresh(&client, token).assert_error(400, "invalid_dpop_proof");
    };
    steal(&first);
    let second = key.refresh(&client, &first).json()["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    // In the window: the same successor with the key, byte for byte, and nothing without.
    steal(&first);
    assert_eq!(key.refresh(&client, &first).json()["refresh_token"], second.as_str());
    harness.wait(61);
    // A thief with a superseded token ends nothing; the client itself would.
    steal(&first);
    assert_eq!(key.refresh(&client, &second).status, 200);
}

#[test]
fn a_client_that_authenticates_may_change_its_key_and_tokens_of_both_are_good() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key, other) = (Client::confidential(&harness), Prover::new(1), Prover::new(2));
    let (first, token) = key.tokens(&client, &browser);
    let answer = other.refresh(&client, &token).json();
    assert_eq!(answer["token_type"], "DPoP");
    let second = answer["access_token"].as_str().unwrap();
    for (key, other, token) in [(&key, &other, &*first), (&other, &key, second)] {
        assert_eq!(key.get(&harness, "/demo/calendar", token).status, 200);
        other.get(&harness, "/demo/calendar", token).assert_error(401, "invalid_token");
        assert_eq!(client.introspect(token)["active"], true);
    }
    // Without a proof it gets what clients without keys get.
    let token = answer["refresh_token"].as_str().unwrap();
    let plain = client.refresh(token).json();
    assert_eq!(plain["token_type"], "Bearer");
    assert_eq!(
        harness.send(Sent::get("/demo/calendar").bearer(plain["access_token"].as_str().unwrap())).status,
        200
    );
}

#[test]
fn a_proof_is_good_for_one_token_request() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let proof = key.proof(&harness, "POST", "/token", json!({}));
    let send = |pairs: &[(&str, &str)]| harness.send(client.sent("/token", pairs).with("dpop", &proof));
    let code = client.code(&browser);
    let tokens = send(&client.redemption(&code)).json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let replayed = send(&refreshing(refresh));
    replayed.assert_error(400, "invalid_dpop_proof");
    assert!(replayed.json()["error_description"].as_str().unwrap().contains("used before"));
    assert!(!replayed.header("dpop-nonce").is_empty());
    // The whole request again, too: it shows no key, and ends nothing.
    send(&client.redemption(&code)).assert_error(400, "invalid_dpop_proof");
    assert_eq!(key.refresh(&client, refresh).status, 200);
}

#[test]
fn a_wrong_proof_is_refused_at_the_token_endpoint_and_burns_no_code() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let code = client.code(&browser);
    let send = |proof: &str| {
        let answer = harness.send(client.sent("/token", &client.redemption(&code)).with("dpop", proof));
        answer.assert_error(400, answer.json()["error"].as_str().unwrap());
        assert!(!answer.header("dpop-nonce").is_empty());
        answer.json()["error"].as_str().unwrap().to_owned()
    };
    let now = harness.now().seconds();
    for changes in [
        json!({ "htm": "GET" }),
        json!({ "htu": "https://as.example/introspect" }),
        json!({ "htu": "http://as.example/token" }),
        json!({ "htu": "https://as.example:444/token" }),
        json!({ "iat": now - 60 }),
        json!({ "iat": now + 61 }),
        json!({ "jti": null }),
    ] {
        assert_eq!(
            send(&key.proof(&harness, "POST", "/token", changes.clone())),
            "invalid_dpop_proof",
            "{changes}"
        );
    }
    let good = key.proof(&harness, "POST", "/token", json!({}));
    let parts: Vec<_> = good.split('.').collect();
    let other = Prover::new(2).proof(&harness, "POST", "/token", json!({}));
    for proof in [
        format!("{}.{}.{}", parts[0], parts[1], other.split('.').nth(2).unwrap()),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{good}, {good}"),
        format!("{good},{other}"),
        String::new(),
    ] {
        assert_eq!(send(&proof), "invalid_dpop_proof", "{proof}");
    }
    assert_eq!(send(&key.proof(&harness, "POST", "/token", json!({ "nonce": "x" }))), "use_dpop_nonce");
    for changes in [json!({ "htu": "https://AS.example:443/token?x#y" }), json!({ "iat": now + 60 })] {
        let proof = key.proof(&harness, "POST", "/token", changes);
        let answer = harness
            .send(client.sent("/token", &client.redemption(&client.code(&browser))).with("dpop", &proof));
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert_eq!(key.redeem(&client, &code).status, 200);
}

#[test]
fn a_client_that_registered_for_it_gets_no_token_without_a_proof() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::register(
        &harness,
        json!({ "token_endpoint_auth_method": "none", "dpop_bound_access_tokens": true }),
    );
    let (code, key) = (client.code(&browser), Prover::new(1));
    let refused = client.redeem(&code);
    refused.assert_error(400, "invalid_request");
    assert_eq!(refused.json()["error_description"], "a DPoP proof is required");
    assert_eq!(key.redeem(&client, &code).status, 200);
}

#[test]
fn bound_tokens_and_bearer_tokens_do_not_pass_for_each_other() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let (access, _) = key.tokens(&client, &browser);
    let (plain, _) = client.tokens(&browser);
    for path in ["/demo/whoami", "/demo/calendar"] {
        let answer = harness.send(Sent::get(path).bearer(&access));
        answer.assert_error(401, "invalid_token");
        let said = challenges(&answer);
        assert!(said[0].starts_with("Bearer ") && said[0].contains("error=\"invalid_token\""), "{said:?}");
        assert!(said[1].starts_with("DPoP ") && said[1].contains("algs=\"ES256 RS256\""), "{said:?}");
        let with_proof = key.sent(&harness, "GET", path, &access).bearer(&access);
        harness.send(with_proof).assert_error(401, "invalid_token");
        let answer = key.get(&harness, path, &plain);
        answer.assert_error(401, "invalid_token");
        assert!(matches!(challenges(&answer)[..], [one] if one.starts_with("DPoP ")), "{answer:?}");
        assert!(answer.header("www-authenticate").contains("algs=\"ES256 RS256\""));
    }
}

#[test]
fn without_a_token_both_schemes_are_named() {
    let answer = Harness::new().get("/demo/calendar");
    let metadata =
        "resource_metadata=\"https://as.example/.well-known/oauth-protected-resource/demo/calendar\"";
    assert_eq!(
        challenges(&answer),
        [
            format!("Bearer {metadata}, scope=\"calendar.read\""),
            format!("DPoP {metadata}, algs=\"ES256 RS256\", scope=\"calendar.read\""),
        ]
    );
    assert_eq!(answer.header("dpop-nonce"), "");
}

#[test]
fn a_resource_refuses_a_wrong_proof() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key, thief) = (Client::public(&harness), Prover::new(1), Prover::new(2));
    let (access, _) = key.tokens(&client, &browser);
    let path = "/demo/whoami";
    let ath = sha256_text(&access);
    let send = |proof: &str| harness.send(bound("GET", path, &access).with("dpop", proof));
    let now = harness.now().seconds();
    for changes in [
        json!({}),
        json!({ "ath": sha256_text("another token") }),
        json!({ "ath": ath, "htm": "POST" }),
        json!({ "ath": ath, "htu": "https://as.example/demo/calendar" }),
        json!({ "ath": ath, "iat": now - 61 }),
    ] {
        let answer = send(&key.proof(&harness, "GET", path, changes.clone()));
        answer.assert_error(401, "invalid_dpop_proof");
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.starts_with("DPoP ") && challenge.contains("error=\"invalid_dpop_proof\""),
            "{changes}"
        );
        assert!(!answer.header("dpop-nonce").is_empty());
    }
    harness.send(bound("GET", path, &access)).assert_error(401, "invalid_dpop_proof");
    let stolen = send(&thief.proof(&harness, "GET", path, json!({ "ath": ath })));
    stolen.assert_error(401, "invalid_token");
    assert!(stolen.header("www-authenticate").contains("another key"));
    // A scope that is missing is still named.
    let asked = client.authorize(&[("scope", Some("calendar.read")), ("prompt", Some("consent"))]);
    let narrow = key.redeem(&client, &browser.allow(&asked).redirected("code").unwrap()).json();
    let narrow = narrow["access_token"].as_str().unwrap();
    let answer = harness.send(key.sent(&harness, "POST", "/demo/calendar", narrow));
    answer.assert_error(403, "insufficient_scope");
    assert!(answer.header("www-authenticate").starts_with("DPoP "));
    harness.wait(600);
    key.get(&harness, path, &access).assert_error(401, "invalid_token");
}

#[test]
fn an_isolate_remembers_the_proofs_it_has_seen() {
    let mut harness = Harness::new();
    let (key, sent, access);
    {
        let browser = Browser::signed_up(&harness, "alice");
        key = Prover::new(1);
        access = key.tokens(&Client::public(&harness), &browser).0;
        sent = ["/demo/whoami", "/demo/calendar"].map(|path| key.sent(&harness, "GET", path, &access));
        for sent in &sent {
            assert_eq!(harness.send(sent.clone()).status, 200);
            harness.send(sent.clone()).assert_error(401, "invalid_dpop_proof");
        }
    }
    // Another isolate does not know it: that is what iat and nonces are for.
    harness.memory.restart_isolate();
    assert_eq!(harness.send(sent[0].clone()).status, 200);
    harness.wait(60);
    harness.memory.restart_isolate();
    harness.send(sent[0].clone()).assert_error(401, "invalid_dpop_proof");
    assert_eq!(key.get(&harness, "/demo/whoami", &access).status, 200);
}

#[test]
fn where_nonces_are_required_the_answer_gives_one_and_the_next_request_passes() {
    let harness = Harness::with(&[("DPOP_NONCE", "required")]);
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let code = client.code(&browser);
    let redeem = |nonce: &str| {
        let proof = key.proof(&harness, "POST", "/token", json!({ "nonce": nonce }));
        harness.send(client.sent("/token", &client.redemption(&code)).with("dpop", &proof))
    };
    let first = key.redeem(&client, &code);
    first.assert_error(400, "use_dpop_nonce");
    let nonce = first.header("dpop-nonce").to_owned();
    assert!(first.header("access-control-expose-headers").contains("DPoP-Nonce"));
    harness.wait(300);
    let code = client.code(&browser);
    let stale = redeem(&nonce);
    stale.assert_error(400, "use_dpop_nonce");
    let nonce = stale.header("dpop-nonce").to_owned();
    let proof = key.proof(&harness, "POST", "/token", json!({ "nonce": nonce }));
    let redeemed = harness.send(client.sent("/token", &client.redemption(&code)).with("dpop", &proof));
    let access = redeemed.json()["access_token"].as_str().unwrap().to_owned();
    let refused = key.get(&harness, "/demo/whoami", &access);
    refused.assert_error(401, "use_dpop_nonce");
    assert!(refused.header("www-authenticate").starts_with("DPoP "));
    assert!(refused.header("www-authenticate").contains("error=\"use_dpop_nonce\""));
    let changes = json!({ "ath": sha256_text(&access), "nonce": refused.header("dpop-nonce") });
    let proof = key.proof(&harness, "GET", "/demo/whoami", changes);
    let answer = harness.send(bound("GET", "/demo/whoami", &access).with("dpop", &proof));
    assert_eq!(answer.status, 200, "{answer:?}");
    // Who has no key needs no nonce.
    let (plain, _) = client.tokens(&browser);
    let answer = harness.send(Sent::get("/demo/whoami").bearer(&plain));
    assert_eq!((answer.status, answer.header("dpop-nonce")), (200, ""));
}

#[test]
fn introspection_says_the_key_and_what_is_not_of_the_grant_is_not_active() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::confidential(&harness), Prover::new(1));
    let (access, _) = key.tokens(&client, &browser);
    let said = client.introspect(&access);
    assert_eq!((&said["active"], &said["token_type"]), (&json!(true), &json!("DPoP")));
    assert_eq!(said["cnf"], json!({ "jkt": key.key.thumbprint() }));
    let (plain, _) = client.tokens(&browser);
    let said = client.introspect(&plain);
    assert_eq!((&said["token_type"], said.get("cnf")), (&json!("Bearer"), None));
    // The holder of an audience's key takes the binding off, or puts another on.
    let claims = access.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&base64url::decode(claims).unwrap()).unwrap();
    assert_eq!(claims["cnf"], json!({ "jkt": key.key.thumbprint() }));
    for cnf in [None, Some(json!({ "jkt": Prover::new(2).key.thumbprint() }))] {
        let mut claims = claims.clone();
        match cnf {
            Some(cnf) => claims["cnf"] = cnf,
            None => drop(claims.as_object_mut().unwrap().remove("cnf")),
        }
        let label = format!("access/{ISSUER}");
        let signer = harness.keyring.key("k1", &label, postern::jose::keyring::Accepts::Current).unwrap();
        let forged = postern::jose::jws::sign(&signer, "k1", "at+jwt", &claims).unwrap();
        assert_eq!(client.introspect(&forged), json!({ "active": false }));
        harness.send(Sent::get("/demo/calendar").bearer(&forged)).assert_error(401, "invalid_token");
        let answer = Prover::new(2).get(&harness, "/demo/calendar", &forged);
        answer.assert_error(401, "invalid_token");
    }
}

#[test]
fn a_missing_nonce_is_a_step_and_a_wrong_proof_counts() {
    use postern::store::rate_limits::RateLimit;

    let harness = Harness::with(&[("DPOP_NONCE", "required")]);
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let code = client.code(&browser);
    harness.from("192.0.2.1").memory.limits.borrow_mut().insert(RateLimit::TokenErrors, 0);
    for _ in 0..3 {
        key.redeem(&client, &code).assert_error(400, "use_dpop_nonce");
    }
    let wrong = key.proof(&harness, "GET", "/token", json!({}));
    let answer = harness.send(client.sent("/token", &client.redemption(&code)).with("dpop", &wrong));
    assert_eq!(answer.status, 429);
}

#[test]
fn the_documents_say_what_is_spoken() {
    let harness = Harness::new();
    let document = harness.get("/.well-known/oauth-authorization-server").json();
    assert_eq!(document["dpop_signing_alg_values_supported"], json!(["RS256", "ES256"]));
    let document = harness.get("/.well-known/oauth-protected-resource/demo/whoami").json();
    assert_eq!(document["dpop_signing_alg_values_supported"], json!(["RS256", "ES256"]));
    assert_eq!(document["dpop_bound_access_tokens_required"], false);
}

#[test]
fn bound_tokens_cost_no_more_storage_than_others() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (client, key) = (Client::public(&harness), Prover::new(1));
    let calls = |act: &dyn Fn() -> Answer| {
        harness.memory.meter.take();
        assert_eq!(act().status, 200);
        let count = harness.memory.meter.take();
        (count.kv_reads, count.kv_writes + count.kv_lists, count.object_calls)
    };
    let (code, (access, refresh)) = (client.code(&browser), key.tokens(&client, &browser));
    assert_eq!(calls(&|| key.redeem(&client, &code)), (1, 0, 1));
    assert_eq!(calls(&|| key.refresh(&client, &refresh)), (1, 0, 1));
    assert_eq!(calls(&|| key.get(&harness, "/demo/whoami", &access)), (0, 0, 0));
    // The grant, and the calendar's own storage.
    assert_eq!(calls(&|| key.get(&harness, "/demo/calendar", &access)), (0, 0, 2));
}
