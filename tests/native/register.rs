//! `/register`.

use serde_json::{Value, json};

use crate::support::{Browser, Client, Harness, REDIRECT, REGISTRATION_TOKEN, Sent, metadata};

#[test]
fn a_stranger_gets_a_sealed_id_and_nothing_is_stored() {
    let harness = Harness::new();
    for n in 0..50 {
        let client = Client::register(&harness, json!({ "client_name": format!("App {n}") }));
        assert!(client.id.starts_with("psc_") && client.id.len() <= 1500);
        assert!(client.secret.unwrap().starts_with("pcs_"));
        assert_eq!(client.registration["client_secret_expires_at"], 0);
        for absent in ["client_id_issued_at", "registration_access_token", "registration_client_uri"] {
            assert_eq!(client.registration.get(absent), None);
        }
    }
    assert_eq!(harness.memory.entries(), (0, 0));
    assert_eq!(harness.memory.objects(), (0, 0));
}

#[test]
fn the_same_public_metadata_gives_the_same_id_and_a_confidential_client_never_the_same_secret() {
    let harness = Harness::new();
    let first = Client::public(&harness);
    assert_eq!(first.id, Client::public(&harness).id);
    assert_eq!(first.secret, None);
    assert_eq!(first.registration.get("client_secret_expires_at"), None);
    let named =
        Client::register(&harness, json!({ "token_endpoint_auth_method": "none", "client_name": "Other" }));
    assert_ne!(first.id, named.id);
    let (a, b) = (Client::confidential(&harness), Client::confidential(&harness));
    assert_ne!(a.id, b.id);
    assert_ne!(a.secret, b.secret);
}

#[test]
fn registered_values_are_returned_and_defaults_named() {
    let harness = Harness::new();
    let answer = harness.send(Sent::json("POST", "/register", &json!({ "redirect_uris": [REDIRECT] })));
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"));
    let document = answer.json();
    assert_eq!(document["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(document["grant_types"], json!(["authorization_code"]));
    assert_eq!(document["response_types"], json!(["code"]));
    assert_eq!(document["scope"], "calendar.read calendar.write email offline_access openid profile");
    assert_eq!(document["redirect_uris"], json!([REDIRECT]));
}

#[test]
fn the_initial_access_token_registers_a_client_that_is_kept() {
    let harness = Harness::new();
    let client = Client::stored(&harness, json!({}));
    assert!(client.id.starts_with("prc_"));
    assert_eq!(client.registration["client_id_issued_at"], 1_800_000_000_u64);
    let uri = format!("https://as.example/register/{}", client.id);
    assert_eq!(client.registration["registration_client_uri"], uri.as_str());
    assert!(client.registration["registration_access_token"].as_str().unwrap().starts_with("prg_"));
    assert_eq!(harness.memory.entries(), (1, 0));
    let secret = client.secret.clone().unwrap();
    assert!(!harness.memory.dump().contains(&secret), "only its hash is stored");
    assert!(!client.tokens(&Browser::signed_up(&harness, "alice")).1.is_empty());
}

#[test]
fn a_wrong_token_is_refused_even_where_none_is_needed() {
    let harness = Harness::new();
    let document = json!({ "redirect_uris": [REDIRECT] });
    for header in ["Bearer wrong", "Bearer", "Bearer ", "Basic eDp5", REGISTRATION_TOKEN] {
        let answer = harness.send(Sent::json("POST", "/register", &document).with("authorization", header));
        answer.assert_error(401, "invalid_token");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
}

#[test]
fn who_may_register_is_a_setting() {
    let document = json!({ "redirect_uris": [REDIRECT] });
    let register = |harness: &Harness, token: Option<&str>| {
        let sent = Sent::json("POST", "/register", &document);
        harness.send(token.map_or(sent.clone(), |token| sent.bearer(token)))
    };
    let token = Harness::with(&[("REGISTRATION", "token")]);
    register(&token, None).assert_error(401, "invalid_token");
    assert_eq!(register(&token, Some(REGISTRATION_TOKEN)).status, 201);
    let closed = Harness::with(&[("REGISTRATION", "closed")]);
    register(&closed, None).assert_error(403, "access_denied");
    register(&closed, Some(REGISTRATION_TOKEN)).assert_error(403, "access_denied");
    let no_token = Harness::with(&[("REGISTRATION_TOKEN", "")]);
    register(&no_token, Some("")).assert_error(401, "invalid_token");
    assert_eq!(register(&no_token, None).status, 201);
}

#[test]
fn sealed_ids_count_only_while_registration_is_open_or_they_are_accepted() {
    let id = Client::public(&Harness::new()).id;
    for (settings, counts) in [
        (vec![("REGISTRATION", "open")], true),
        (vec![("REGISTRATION", "token")], false),
        (vec![("REGISTRATION", "closed")], false),
        (vec![("REGISTRATION", "closed"), ("SEALED_CLIENTS", "accept")], true),
    ] {
        let harness = Harness::with(&settings);
        let answer = harness.get(&format!("/authorize?client_id={id}&redirect_uri={REDIRECT}"));
        assert_eq!(answer.status, if counts { 303 } else { 400 }, "{settings:?}");
    }
}

#[test]
fn a_body_that_is_no_metadata_is_refused_by_name() {
    let harness = Harness::new();
    for body in ["", "null", "[]", "\"x\"", "1", "{", "{\"redirect_uris\": [\"https://a.example/\"]"] {
        let sent = Sent { body: body.into(), ..Sent::json("POST", "/register", &json!({})) };
        harness.send(sent).assert_error(400, "invalid_client_metadata");
    }
    let large = Sent { body: vec![b' '; 64 * 1024 + 1], ..Sent::json("POST", "/register", &json!({})) };
    harness.send(large).assert_error(413, "invalid_request");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let sent = Sent::json("POST", "/register", &json!({})).with("content-type", content_type);
        harness.send(sent).assert_error(415, "invalid_request");
    }
    for (document, error) in [
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": vec![REDIRECT; 1000] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [REDIRECT, "http://client.example/"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://client.example/#f"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [REDIRECT], "grant_types": ["password"] }), "invalid_client_metadata"),
        (json!({ "redirect_uris": [REDIRECT], "logo_uri": "data:x" }), "invalid_client_metadata"),
    ] {
        harness.send(Sent::json("POST", "/register", &document)).assert_error(400, error);
    }
    assert_eq!(harness.get("/register").status, 405);
}

#[test]
fn what_does_not_fit_into_an_id_is_too_large_for_a_stranger_only() {
    let harness = Harness::new();
    let uris: Vec<_> = (0..20).map(|n| format!("https://client.example/{n}/{}", "x".repeat(100))).collect();
    let document = json!({ "redirect_uris": uris });
    let sent = Sent::json("POST", "/register", &document);
    harness.send(sent.clone()).assert_error(400, "invalid_client_metadata");
    assert_eq!(harness.send(sent.bearer(REGISTRATION_TOKEN)).status, 201);
}

#[test]
fn members_that_a_client_may_not_choose_are_ignored() {
    let harness = Harness::new();
    let client = Client::stored(
        &harness,
        json!({ "client_id": "mine", "client_secret": "mine", "client_id_issued_at": 1, "skip_consent": true,
                "trusted": true, "registration_access_token": "mine" }),
    );
    assert_ne!(client.id, "mine");
    assert_ne!(client.secret.as_deref(), Some("mine"));
    assert_eq!(client.registration.get("skip_consent"), None);
    let browser = Browser::signed_up(&harness, "alice");
    assert_eq!(browser.get(&client.authorize(&[])).status, 200, "consent is asked");
}

#[test]
fn the_operator_can_stop_a_sealed_client_and_let_it_work_again() {
    let harness = Harness::new();
    let client = Client::confidential(&harness);
    let browser = Browser::signed_up(&harness, "alice");
    let (_, refresh) = client.tokens(&browser);
    let call = |path: &str| {
        let sent = Sent::json("POST", path, &json!({ "client_id": client.id }));
        harness.send(sent.bearer(crate::support::ADMIN_TOKEN)).status
    };
    assert_eq!(call("/admin/clients/deny"), 204);
    client.refresh(&refresh).assert_error(401, "invalid_client");
    assert_eq!(browser.get(&client.authorize(&[])).status, 400);
    assert_eq!(call("/admin/clients/allow"), 204);
    assert_eq!(client.refresh(&refresh).status, 200);
}

#[test]
fn only_clients_that_somebody_vouched_for_and_that_authenticate_register_token_exchange() {
    let harness = Harness::new();
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let register = |document: Value| Sent::json("POST", "/register", &document);
    let mut document = metadata();
    document["grant_types"] = json!(["authorization_code", exchange]);
    let answer = harness.send(register(document.clone()));
    answer.assert_error(400, "invalid_client_metadata");
    assert!(answer.json()["error_description"].as_str().unwrap().starts_with("grant_types: "));
    let mut public = document.clone();
    public["token_endpoint_auth_method"] = json!("none");
    let token = REGISTRATION_TOKEN;
    harness.send(register(public).bearer(token)).assert_error(400, "invalid_client_metadata");
    // A stored client cannot become public and keep it.
    let client = Client::stored(&harness, json!({ "grant_types": ["authorization_code", exchange] }));
    let management = client.registration["registration_access_token"].as_str().unwrap();
    let mut update = document.clone();
    update["client_id"] = json!(client.id);
    update["token_endpoint_auth_method"] = json!("none");
    let put = Sent::json("PUT", &format!("/register/{}", client.id), &update).bearer(management);
    harness.send(put).assert_error(400, "invalid_client_metadata");
}
