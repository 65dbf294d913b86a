//! `access_token_ttl`: a client may have its access tokens die sooner than those of others.

use serde_json::{Value, json};

use crate::device::{self, Device};
use crate::support::{Browser, Client, Harness, Jwt, Sent, claims_of, text};
use crate::token_exchange::{self, exchange};

fn lifetime(tokens: &Value) -> (u64, u64) {
    let claims = claims_of(text(tokens, "access_token"));
    (
        tokens["expires_in"].as_u64().unwrap(),
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
    )
}

#[test]
fn tokens_die_when_the_client_said_and_the_next_ones_too() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let short = json!({ "access_token_ttl": 20 });
    for client in [Client::register(&harness, short.clone()), Client::stored(&harness, short)] {
        assert_eq!(client.registration["access_token_ttl"], 20);
        let tokens = client.redeem(&client.code(&browser)).json();
        assert_eq!(lifetime(&tokens), (20, 20));
        let ask =
            |tokens: &Value| harness.send(Sent::get("/demo/calendar").bearer(text(tokens, "access_token")));
        harness.wait(19);
        assert_eq!(ask(&tokens).status, 200);
        harness.wait(1);
        let dead = ask(&tokens);
        dead.assert_error(401, "invalid_token");
        let challenge = dead.header("www-authenticate").to_owned();
        assert!(
            challenge.contains(r#"error="invalid_token", error_description="the access token has expired""#)
        );
        assert_eq!(client.introspect(text(&tokens, "access_token")), json!({ "active": false }));
        let next = client.refresh(text(&tokens, "refresh_token")).json();
        assert_eq!((lifetime(&next), ask(&next).status), ((20, 20), 200));
    }
}

#[test]
fn every_grant_type_and_the_id_token_keep_to_it() {
    let harness = token_exchange::harness();
    let browser = Browser::signed_up(&harness, "alice");
    let types = ["authorization_code", "client_credentials", device::GRANT_TYPE, token_exchange::GRANT_TYPE];
    let client = Client::stored(&harness, json!({ "access_token_ttl": 20, "grant_types": types }));
    let own =
        client.post("/token", &[("grant_type", "client_credentials"), ("scope", "calendar.read")]).json();
    assert_eq!(lifetime(&own), (20, 20));
    let device = Device::of(&client);
    device.answered(&browser, "allow");
    assert_eq!(lifetime(&device.poll().json()), (20, 20));
    let code = client.signs_in(&browser, &[]);
    let tokens = client.redeem(&code).json();
    let claims = Jwt::verified(&harness, text(&tokens, "id_token")).claims;
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 20);
    let access = token_exchange::token(&client, &browser, token_exchange::API, "calendar.read");
    harness.wait(5);
    let exchanged = exchange(&client, &access, &[]).json();
    assert_eq!(lifetime(&exchanged), (15, 15), "and never longer than what it was exchanged for");
}

#[test]
fn it_shortens_and_never_lengthens() {
    let harness = Harness::with(&[("ACCESS_TOKEN_TTL", "30")]);
    let browser = Browser::signed_up(&harness, "alice");
    for (asked, given) in [(1, 1), (30, 30), (31, 30), (86_400, 30)] {
        let client = Client::register(&harness, json!({ "access_token_ttl": asked }));
        assert_eq!(lifetime(&client.redeem(&client.code(&browser)).json()), (given, given), "{asked}");
    }
    for wrong in [json!(0), json!(86_401), json!(-1), json!("20"), json!(1.5), json!([20])] {
        let document = json!({ "redirect_uris": ["https://client.example/cb"], "access_token_ttl": wrong });
        harness.send(Sent::json("POST", "/register", &document)).assert_error(400, "invalid_client_metadata");
    }
    let silent = Client::register(&harness, json!({ "access_token_ttl": null }));
    assert!(silent.registration.get("access_token_ttl").is_none());
}
