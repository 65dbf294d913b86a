//! `/par`: requests that are pushed before the owner comes.

use serde_json::json;

use crate::support::{Browser, Client, Harness, Prover, Sent, tampered};

fn pushed<'a>(client: &'a Client<'a>) -> Vec<(String, String)> {
    client.parameters().into_iter().filter(|(name, _)| name != "client_id").collect()
}

fn push(client: &Client<'_>, parameters: &[(String, String)]) -> crate::support::Answer {
    let pairs: Vec<_> = parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.post("/par", &pairs)
}

fn request_uri(client: &Client<'_>) -> String {
    let answer = push(client, &pushed(client));
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{answer:?}");
    assert_eq!(answer.json()["expires_in"], 90);
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

fn authorize(client_id: &str, request_uri: &str, more: &[(&str, &str)]) -> String {
    let pairs = [&[("client_id", client_id), ("request_uri", request_uri)], more].concat();
    format!("/authorize?{}", postern::base::form::encode_pairs(pairs))
}

#[test]
fn a_pushed_request_is_answered_like_any_other_and_survives_the_sign_in() {
    let harness = Harness::new();
    for client in
        [Client::confidential(&harness), Client::public(&harness), Client::stored(&harness, json!({}))]
    {
        let uri = request_uri(&client);
        assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:pur_"), "{uri}");
        let browser = Browser::new(&harness);
        // What stands beside it counts for nothing.
        let target =
            authorize(&client.id, &uri, &[("scope", "nonsense"), ("redirect_uri", "https://evil.example/")]);
        let page = browser.follow(browser.get(&target));
        let name = format!("u{}", client.id.len() + usize::from(client.secret.is_some()));
        let form = Browser::form(&page.body, "/signin");
        let page = browser.get(&format!(
            "/signup?{}",
            postern::base::form::encode_pairs([(
                "authorization_request",
                form.value("authorization_request")
            )])
        ));
        let form =
            Browser::form(&page.body, "/signup").set("username", &name).set("password", "correct horse");
        let page = browser.follow(browser.submit(&form));
        let answer = browser.submit(&Browser::form(&page.body, "/consent").set("decision", "allow"));
        assert_eq!(answer.redirected("state").as_deref(), Some("a b&c=\u{d55c}"));
        let tokens = client.redeem(&answer.redirected("code").unwrap());
        assert_eq!(tokens.json()["scope"], "calendar.read calendar.write", "{tokens:?}");
    }
}

#[test]
fn a_client_that_has_to_push_is_heard_in_no_other_way() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "require_pushed_authorization_requests": true }));
    let browser = Browser::signed_up(&harness, "alice");
    let answer = browser.get(&client.authorize(&[]));
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"));
    assert_eq!(answer.refusal.as_deref(), Some("PushedRequestRequired"));
    let page = browser.get(&authorize(&client.id, &request_uri(&client), &[]));
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    assert!(browser.submit(&form).redirected("code").is_some());
    // A request that came by the front door does not become a pushed one by being posted.
    let pairs = client.parameters();
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let posted = browser.send(Sent::form("/authorize", &pairs));
    assert_eq!(posted.redirected("error").as_deref(), Some("invalid_request"));
}

#[test]
fn what_is_wrong_is_said_to_the_client_itself() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let with = |name: &str, value: Option<&str>| {
        let mut parameters = pushed(&client);
        parameters.retain(|(n, _)| n != name);
        parameters.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        push(&client, &parameters)
    };
    for (name, value, error) in [
        ("redirect_uri", None, "invalid_request"),
        ("redirect_uri", Some("https://evil.example/"), "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("scope", Some("admin"), "invalid_scope"),
        ("resource", Some("https://elsewhere.example"), "invalid_target"),
        ("request_uri", Some("urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
        ("request", Some("eyJ"), "request_not_supported"),
        ("claims", Some("{"), "invalid_request"),
    ] {
        with(name, value).assert_error(400, error);
    }
    with("state", Some(&"s".repeat(7000))).assert_error(413, "invalid_request");
    let twice = [pushed(&client), vec![("scope".into(), "calendar.read".into())]].concat();
    push(&client, &twice).assert_error(400, "invalid_request");
    // A confidential client that does not authenticate, another's secret, nobody at all.
    let pairs = pushed(&client);
    let mut pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    harness.send(Sent::form("/par", &pairs)).assert_error(401, "invalid_client");
    pairs.push(("client_id", &client.id));
    harness.send(Sent::form("/par", &pairs)).assert_error(401, "invalid_client");
    let other = Client::confidential(&harness);
    let thief = Client { id: client.id.clone(), secret: other.secret, ..Client::confidential(&harness) };
    push(&thief, &pushed(&client)).assert_error(401, "invalid_client");
}

#[test]
fn a_request_uri_is_for_its_client_and_for_ninety_seconds() {
    let harness = Harness::new();
    let (client, other) = (Client::confidential(&harness), Client::public(&harness));
    let uri = request_uri(&client);
    let refused = |target: &str| {
        let answer = harness.get(target);
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{target}");
    };
    for forged in tampered(&uri) {
        // Without the name of a pushed request it is somebody's own address, which is refused by that name.
        if forged.starts_with("urn:ietf:params:oauth:request_uri:") {
            refused(&authorize(&client.id, &forged, &[]));
        }
    }
    refused(&authorize(&other.id, &uri, &[]));
    refused(&format!("/authorize?{}", postern::base::form::encode_pairs([("request_uri", uri.as_str())])));
    harness.wait(89);
    assert_eq!(harness.get(&authorize(&client.id, &uri, &[])).status, 303);
    harness.wait(1);
    refused(&authorize(&client.id, &uri, &[]));
}

#[test]
fn secrets_are_not_sealed_into_a_request() {
    let harness = Harness::new();
    let client = Client::register(&harness, json!({ "token_endpoint_auth_method": "client_secret_post" }));
    let secret = client.secret.clone().unwrap();
    let mut pairs = client.parameters();
    pairs.push(("client_secret".into(), secret.clone()));
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = harness.send(Sent::form("/par", &pairs));
    assert_eq!(answer.status, 201, "{answer:?}");
    let uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
    let sealed = uri.strip_prefix("urn:ietf:params:oauth:request_uri:pur_").unwrap();
    let bytes = postern::base::base64url::decode(sealed).unwrap();
    assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
}

#[test]
fn a_key_that_is_proved_when_pushing_is_the_one_that_redeems() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let (prover, other) = (Prover::new(1), Prover::new(2));
    let push = |prover: &Prover, more: &[(&str, &str)], changes: serde_json::Value| {
        let parameters = pushed(&client);
        let mut pairs: Vec<_> = parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(more);
        let proof = prover.proof(&harness, "POST", "/par", changes);
        harness.send(client.sent("/par", &pairs).with("dpop", &proof))
    };
    push(&other, &[("dpop_jkt", &prover.key.thumbprint())], json!({}))
        .assert_error(400, "invalid_dpop_proof");
    push(&prover, &[], json!({ "htu": "https://as.example/token" })).assert_error(400, "invalid_dpop_proof");
    let browser = Browser::signed_up(&harness, "alice");
    for more in [vec![], vec![("dpop_jkt", String::new())], vec![("dpop_jkt", prover.key.thumbprint())]] {
        let more: Vec<_> = more.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let answer = push(&prover, &more, json!({}));
        assert_eq!(answer.status, 201, "{answer:?}");
        let uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
        let page = browser.follow(browser.get(&authorize(&client.id, &uri, &[("prompt", "consent")])));
        let code = match page.status {
            200 => {
                let form = Browser::form(&page.body, "/consent").set("decision", "allow");
                browser.submit(&form).redirected("code").unwrap()
            }
            _ => page.redirected("code").unwrap(),
        };
        assert_eq!(client.redeem(&code).refusal.as_deref(), Some("Grant(KeyMismatch)"));
        assert_eq!(other.redeem(&client, &code).status, 400);
        assert_eq!(prover.redeem(&client, &code).json()["token_type"], "DPoP");
    }
}

#[test]
fn a_nonce_can_be_required_of_who_pushes_with_a_key() {
    let harness = Harness::with(&[("DPOP_NONCE", "required")]);
    let client = Client::confidential(&harness);
    let parameters = pushed(&client);
    let pairs: Vec<_> = parameters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let send = |changes: serde_json::Value| {
        let proof = Prover::new(1).proof(&harness, "POST", "/par", changes);
        harness.send(client.sent("/par", &pairs).with("dpop", &proof))
    };
    let answer = send(json!({}));
    answer.assert_error(400, "use_dpop_nonce");
    assert_eq!(send(json!({ "nonce": answer.header("dpop-nonce") })).status, 201);
}
