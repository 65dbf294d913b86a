//! `/token` with `grant_type=refresh_token`.

use postern::base::base64url;
use serde_json::json;

use crate::support::{Browser, Client, Harness, tampered};

#[test]
fn it_rotates_and_a_retry_gets_the_same_successor() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for client in [Client::confidential(&harness), Client::public(&harness)] {
        let (access, first) = client.tokens(&browser);
        let answer = client.refresh(&first);
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
        let second = answer.json()["refresh_token"].as_str().unwrap().to_owned();
        assert_ne!(second, first);
        assert_ne!(answer.json()["access_token"].as_str().unwrap(), access);
        for _ in 0..3 {
            assert_eq!(client.refresh(&first).json()["refresh_token"], second.as_str());
        }
        harness.wait(59);
        assert_eq!(client.refresh(&first).json()["refresh_token"], second.as_str());
        let third = client.refresh(&second).json()["refresh_token"].as_str().unwrap().to_owned();
        assert_ne!(third, second);
    }
}

#[test]
fn an_old_token_outside_the_window_ends_the_family() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::public(&harness);
    let (_, first) = client.tokens(&browser);
    let answer = client.refresh(&first).json();
    let (access, second) =
        (answer["access_token"].as_str().unwrap(), answer["refresh_token"].as_str().unwrap());
    harness.wait(61);
    client.refresh(&first).assert_error(400, "invalid_grant");
    client.refresh(second).assert_error(400, "invalid_grant");
    let live = harness.send(crate::support::Sent::get("/demo/calendar").bearer(access));
    live.assert_error(401, "invalid_token");
}

#[test]
fn a_family_of_another_device_is_not_concerned() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::public(&harness);
    let (_, phone) = client.tokens(&browser);
    let (_, laptop) = client.tokens(&browser);
    client.refresh(&phone);
    harness.wait(61);
    client.refresh(&phone).assert_error(400, "invalid_grant");
    assert_eq!(client.refresh(&laptop).status, 200);
}

#[test]
fn a_kept_token_stays_for_clients_that_authenticate() {
    let harness = Harness::with(&[("REFRESH_TOKENS", "keep")]);
    let browser = Browser::signed_up(&harness, "alice");
    let kept = Client::confidential(&harness);
    let (_, token) = kept.tokens(&browser);
    for _ in 0..3 {
        harness.wait(1_000_000);
        assert_eq!(kept.refresh(&token).json()["refresh_token"], token.as_str());
    }
    let browser = Browser::signed_up(&harness, "bob");
    let asked = Client::register(&harness, json!({ "refresh_tokens": "rotate" }));
    let public = Client::public(&harness);
    for client in [asked, public] {
        let (_, token) = client.tokens(&browser);
        assert_ne!(client.refresh(&token).json()["refresh_token"], token.as_str());
    }
    let rotating = Harness::new();
    let browser = Browser::signed_up(&rotating, "alice");
    let kept = Client::register(&rotating, json!({ "refresh_tokens": "keep" }));
    let (_, token) = kept.tokens(&browser);
    assert_eq!(kept.refresh(&token).json()["refresh_token"], token.as_str());
}

#[test]
fn scope_narrows_for_one_access_token_only() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, first) = client.tokens(&browser);
    let ask = |token: &str, scope: &str| {
        client.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    };
    ask(&first, "calendar.read admin").assert_error(400, "invalid_scope");
    ask(&first, "a  b").assert_error(400, "invalid_scope");
    let narrow = ask(&first, "calendar.read");
    assert_eq!(narrow.json()["scope"], "calendar.read");
    let second = narrow.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(client.refresh(&second).json()["scope"], "calendar.read calendar.write");
}

#[test]
fn forged_foreign_and_missing_tokens_are_refused() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, refresh) = client.tokens(&browser);
    harness.memory.meter.take();
    for forged in tampered(&refresh).iter().map(String::as_str).chain(["prt_", "x", access.as_str()]) {
        client.refresh(forged).assert_error(400, "invalid_grant");
    }
    assert_eq!(harness.memory.meter.take().object_calls, 0, "junk wakes no object");
    client.refresh("").assert_error(400, "invalid_request");
    let thief = Client::confidential(&harness);
    thief.refresh(&refresh).assert_error(400, "invalid_grant");
    let code = client.code(&browser);
    client.refresh(&code).assert_error(400, "invalid_grant");
    client.redeem(&refresh).assert_error(400, "invalid_grant");
    assert_eq!(client.refresh(&refresh).status, 200);
}

#[test]
fn unused_for_thirty_days_it_is_over_and_the_object_is_gone() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, token) = client.tokens(&browser);
    harness.wait(2_591_999);
    let token = client.refresh(&token).json()["refresh_token"].as_str().unwrap().to_owned();
    harness.wait(2_591_999);
    assert_eq!(harness.memory.objects().0, 1);
    harness.wait(2);
    client.refresh(&token).assert_error(400, "invalid_grant");
    assert_eq!(harness.memory.objects().0, 0);
}

#[test]
fn an_absolute_lifetime_ends_a_family_that_is_in_use() {
    let harness = Harness::with(&[("REFRESH_MAX_TTL", "1000")]);
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (_, token) = client.tokens(&browser);
    harness.wait(999);
    let token = client.refresh(&token).json()["refresh_token"].as_str().unwrap().to_owned();
    harness.wait(1);
    client.refresh(&token).assert_error(400, "invalid_grant");
}

#[test]
fn tokens_survive_a_rotation_of_root_keys_as_long_as_their_key_is_kept() {
    let root = |kid: &str, n: u8| format!("{kid}:{}", base64url::encode([n; 32]));
    let mut harness = Harness::new();
    let (id, secret, first, second, access);
    {
        let browser = Browser::signed_up(&harness, "alice");
        let client = Client::confidential(&harness);
        let tokens = client.tokens(&browser);
        (access, first) = tokens;
        second = client.refresh(&first).json()["refresh_token"].as_str().unwrap().to_owned();
        (id, secret) = (client.id.clone(), client.secret.clone());
    }
    let refresh = |harness: &Harness, token: &str| {
        let client = Client {
            harness,
            id: id.clone(),
            secret: secret.clone(),
            redirect_uri: String::new(),
            registration: json!({}),
        };
        client.refresh(token)
    };
    harness.rotate_keys(&format!("{},{}", root("k2", 2), root("k1", 1)));
    assert_eq!(
        refresh(&harness, &first).json()["refresh_token"],
        second.as_str(),
        "a retry gets the same bytes"
    );
    let third = refresh(&harness, &second).json()["refresh_token"].as_str().unwrap().to_owned();
    // Retired: refresh tokens, client ids and secrets still count, access tokens do not.
    harness.rotate_keys(&format!("{},!{}", root("k2", 2), root("k1", 1)));
    assert_eq!(refresh(&harness, &second).json()["refresh_token"], third.as_str());
    let whoami = harness.send(crate::support::Sent::get("/demo/whoami").bearer(&access));
    whoami.assert_error(401, "invalid_token");
    // Removed: nothing of it counts.
    harness.rotate_keys(&root("k2", 2));
    refresh(&harness, &third).assert_error(401, "invalid_client");
}
