//! The ID token, from `/token`.

use postern::base::base64url;
use serde_json::{Value, json};

use crate::support::{Browser, Client, Harness, Jwt, Sent, at_hash, claims_of, text, userinfo};

const ALL_OF_IT: &str = "openid profile email offline_access";

fn refreshed(client: &Client<'_>, tokens: &Value) -> Value {
    let answer = client.refresh(text(tokens, "refresh_token"));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[test]
fn it_says_who_signed_in_when_and_how_and_nothing_else() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    browser.edit_profile(&[("name", "Alice"), ("email", "alice@example.com")]);
    let client = Client::confidential(&harness);
    harness.wait(100);
    let code = client.signs_in(&browser, &[("scope", Some(ALL_OF_IT))]);
    harness.wait(30);
    let tokens = client.redeem(&code).json();
    let token = Jwt::verified(&harness, text(&tokens, "id_token"));
    assert_eq!(token.alg, "RS256");
    let access = text(&tokens, "access_token");
    let sid = text(&token.claims, "sid");
    assert_eq!(base64url::decode(sid).unwrap().len(), 16);
    // Row 77: nonce and auth_time are those of the authorization request.
    let expected = json!({
        "iss": "https://as.example", "sub": claims_of(access)["sub"], "aud": client.id, "azp": client.id,
        "iat": 1_800_000_130, "exp": 1_800_000_730, "auth_time": 1_800_000_000, "nonce": "n-0S6_WzA2Mj",
        "acr": "1", "amr": ["pwd"], "at_hash": at_hash(access), "sid": sid,
    });
    assert_eq!(token.claims, expected);
}

#[test]
fn what_the_token_request_says_of_nonce_and_time_is_not_heard() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let code = client.signs_in(&browser, &[("nonce", None)]);
    let more = [("nonce", "another"), ("auth_time", "1"), ("max_age", "0"), ("scope", "openid email")];
    let tokens = client.post("/token", &[client.redemption(&code), more.to_vec()].concat()).json();
    let claims = Jwt::verified(&harness, text(&tokens, "id_token")).claims;
    assert_eq!((claims.get("nonce"), &claims["auth_time"]), (None, &json!(1_800_000_000)));
    assert_eq!(tokens["scope"], "openid");
    // Whatever a nonce is made of, it comes back as it was.
    let odd = "<\"\\>\u{1f600} & \u{0}".repeat(10);
    assert_eq!(client.id_token(&browser, &[("nonce", Some(&odd))]).claims["nonce"], odd);
}

#[test]
fn a_refresh_tells_of_the_same_sign_in_without_its_nonce() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let tokens = client.signed_in(&browser, &[("scope", Some("openid offline_access"))]);
    let first = Jwt::verified(&harness, text(&tokens, "id_token")).claims;
    harness.wait(1000);
    // Another sign-in in between is not this one.
    browser.sign_in("alice", "correct horse");
    let again = refreshed(&client, &tokens);
    let second = Jwt::verified(&harness, text(&again, "id_token")).claims;
    let mut expected = first.clone();
    expected.as_object_mut().unwrap().remove("nonce");
    expected["iat"] = json!(1_800_001_000);
    expected["exp"] = json!(1_800_001_600);
    expected["at_hash"] = json!(at_hash(text(&again, "access_token")));
    // Row 90: auth_time and sid do not move.
    assert_eq!(second, expected);
    assert_ne!(second["at_hash"], first["at_hash"]);
    // A retry within the window is no different.
    let retried = refreshed(&client, &tokens);
    assert_eq!(Jwt::verified(&harness, text(&retried, "id_token")).claims["auth_time"], first["auth_time"]);
}

#[test]
fn the_session_is_another_for_each_client_and_each_sign_in() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let (one, other) = (Client::confidential(&harness), Client::public(&harness));
    let sid = |client: &Client<'_>| text(&client.id_token(&browser, &[]).claims, "sid").to_owned();
    let first = sid(&one);
    assert_eq!(sid(&one), first);
    assert_ne!(sid(&other), first);
    harness.wait(1);
    browser.sign_in("alice", "correct horse");
    assert_ne!(sid(&one), first);
    assert_eq!(one.id_token(&browser, &[]).claims["auth_time"], 1_800_000_001);
}

#[test]
fn who_did_not_ask_for_openid_gets_none() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    for scope in [None, Some("calendar.read"), Some("profile email")] {
        let tokens = client.signed_in(&browser, &[("scope", scope)]);
        assert_eq!(tokens.get("id_token"), None, "{scope:?}");
    }
    // A client that did not register the scope cannot ask for it.
    let narrow = Client::register(&harness, json!({ "scope": "calendar.read" }));
    let refused = browser.get(&narrow.asks(&[]));
    assert_eq!(refused.redirected("error").as_deref(), Some("invalid_scope"));
    // For a named resource all the same: the ID token is for the client, not for the resource.
    let resource = "https://as.example/demo/calendar";
    let changes = [("resource", Some(resource)), ("scope", Some("openid calendar.read"))];
    let tokens = client.signed_in(&browser, &changes);
    assert_eq!(claims_of(text(&tokens, "access_token"))["aud"], resource);
    assert_eq!(Jwt::verified(&harness, text(&tokens, "id_token")).claims["aud"], client.id.as_str());
}

#[test]
fn a_refresh_that_leaves_openid_out_brings_none() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let tokens = client.signed_in(&browser, &[("scope", Some("openid offline_access calendar.read"))]);
    let narrowed = client.post(
        "/token",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", text(&tokens, "refresh_token")),
            ("scope", "calendar.read"),
        ],
    );
    let narrowed = narrowed.json();
    assert_eq!((narrowed["scope"].as_str(), narrowed.get("id_token")), (Some("calendar.read"), None));
    userinfo(&harness, text(&narrowed, "access_token")).assert_error(403, "insufficient_scope");
    // RFC 6749 §6: left out, the scope is that of the grant.
    Jwt::verified(&harness, text(&refreshed(&client, &narrowed), "id_token"));
}

#[test]
fn who_signs_somebody_in_gets_a_refresh_token_for_offline_access_alone() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let refreshes = Client::confidential(&harness);
    let never = Client::register(&harness, json!({ "grant_types": ["authorization_code"] }));
    for (client, scope, granted, refreshed) in [
        (&refreshes, "openid", "openid", false),
        (&refreshes, "openid calendar.read", "calendar.read openid", false),
        (&refreshes, "openid offline_access", "offline_access openid", true),
        (&refreshes, "calendar.read", "calendar.read", true),
        (&refreshes, "calendar.read offline_access", "calendar.read offline_access", true),
        // Without the grant type there is nothing to be offline with: dropped, not refused.
        (&never, "openid offline_access", "openid", false),
        (&never, "calendar.read offline_access", "calendar.read", false),
    ] {
        let tokens = client.signed_in(&browser, &[("scope", Some(scope))]);
        assert_eq!(sorted(text(&tokens, "scope")), granted, "{scope}");
        assert_eq!(tokens.get("refresh_token").is_some(), refreshed, "{scope}");
    }
    // What the owner unticks is not there either.
    let target = refreshes.asks(&[("scope", Some("openid offline_access")), ("prompt", Some("consent"))]);
    let page = browser.get(&target);
    let form = Browser::form(&page.body, "/consent").without("scope").set("decision", "allow");
    let code = browser.submit(&form).redirected("code").unwrap();
    let tokens = refreshes.redeem(&code).json();
    assert_eq!((tokens["scope"].as_str(), tokens.get("refresh_token")), (Some("openid"), None));
}

fn sorted(scope: &str) -> String {
    let mut tokens: Vec<_> = scope.split(' ').collect();
    tokens.sort_unstable();
    tokens.join(" ")
}

#[test]
fn es256_by_client_metadata_and_nothing_that_we_cannot_sign() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for (asked, signed) in [("ES256", "ES256"), ("RS256", "RS256")] {
        let members = json!({ "id_token_signed_response_alg": asked });
        let sealed = Client::register(&harness, members.clone());
        for client in [&sealed, &Client::stored(&harness, members)] {
            let tokens = client.signed_in(&browser, &[("scope", Some("openid offline_access"))]);
            for tokens in [&refreshed(client, &tokens), &tokens] {
                assert_eq!(Jwt::verified(&harness, text(tokens, "id_token")).alg, signed);
            }
        }
    }
    for alg in ["none", "HS256", "PS256", "rs256"] {
        let mut document = crate::support::metadata();
        document["id_token_signed_response_alg"] = json!(alg);
        harness.send(Sent::json("POST", "/register", &document)).assert_error(400, "invalid_client_metadata");
    }
}

/// The subject as the ID token, the access token, userinfo and introspection have it: one and the same.
fn subject(client: &Client<'_>, browser: &Browser<'_>) -> String {
    let tokens = client.signed_in(browser, &[]);
    let access = text(&tokens, "access_token");
    let sub = text(&Jwt::verified(client.harness, text(&tokens, "id_token")).claims, "sub").to_owned();
    assert_eq!(claims_of(access)["sub"], sub);
    assert_eq!(userinfo(client.harness, access).json()["sub"], sub);
    if client.secret.is_some() {
        assert_eq!(client.introspect(access)["sub"], sub);
    }
    sub
}

#[test]
fn pairwise_subjects_differ_between_sectors_and_agree_within_one() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let at = |uri: &str| {
        let members = json!({ "subject_type": "pairwise", "redirect_uris": [uri] });
        Client::register(&harness, members)
    };
    let public = subject(&Client::confidential(&harness), &browser);
    assert_eq!(subject(&Client::public(&harness), &browser), public);
    let one = subject(&at("https://client.example/cb"), &browser);
    let same_sector = subject(&at("https://client.example/other"), &browser);
    let other = subject(&at("https://other.example/cb"), &browser);
    assert_eq!(one, same_sector);
    let mut all = vec![public, one.clone(), other];
    all.extend(["https://client.example/cb", "https://other.example/cb"].map(|uri| {
        let bob = Browser::signed_up(&harness, &format!("bob of {uri}"));
        subject(&at(uri), &bob)
    }));
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "no two owners and no two sectors share one");
    // Another session of the same owner is the same subject.
    let elsewhere = Browser::new(&harness);
    elsewhere.sign_in("alice", "correct horse");
    assert_eq!(subject(&at("https://client.example/cb"), &elsewhere), one);
}

#[test]
fn pairwise_subjects_outlive_a_rotation_of_the_root_keys() {
    let mut harness = Harness::new();
    let members = json!({ "subject_type": "pairwise" });
    let sub = |harness: &Harness| {
        let browser = Browser::new(harness);
        browser.sign_in("alice", "correct horse");
        subject(&Client::register(harness, members.clone()), &browser)
    };
    Browser::signed_up(&harness, "alice");
    let before = sub(&harness);
    let key = |n: u8| base64url::encode([n; 32]);
    harness.rotate_keys(&format!("k2:{},k1:{}", key(2), key(1)));
    assert_eq!(sub(&harness), before);
    harness.rotate_keys(&format!("k2:{}", key(2)));
    harness.memory.restart_isolate();
    assert_eq!(sub(&harness), before);
}

#[test]
fn claims_that_are_asked_for_by_name_are_in_it() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    browser.edit_profile(&[("name", "Alice"), ("email", "alice@example.com"), ("zoneinfo", "Asia/Seoul")]);
    let client = Client::confidential(&harness);
    let asked = r#"{"id_token":{"email":{"essential":true},"name":null,"picture":null,"phone_number":null,
        "__proto__":null,"constructor":{"essential":true},"sub":null,"nonce":{"value":"forged"}},
        "userinfo":{"zoneinfo":null},"unknown":{"email":null}}"#;
    let changes = [("claims", Some(asked)), ("scope", Some("openid offline_access"))];
    // The scopes that open the claims come along: the owner is asked for what will be told.
    let page = browser.get(&client.asks(&changes));
    for words in ["See your e-mail address", "See your profile"] {
        assert!(page.body.contains(words), "{}", page.body);
    }
    let tokens = client.signed_in(&browser, &changes);
    assert_eq!(sorted(text(&tokens, "scope")), "email offline_access openid profile");
    let claims = Jwt::verified(&harness, text(&tokens, "id_token")).claims;
    assert_eq!((&claims["email"], &claims["name"]), (&json!("alice@example.com"), &json!("Alice")));
    assert_eq!(claims["nonce"], "n-0S6_WzA2Mj");
    for absent in ["picture", "zoneinfo", "phone_number", "__proto__", "constructor", "preferred_username"] {
        assert_eq!(claims.get(absent), None, "{absent}");
    }
    // At a refresh as the profile is by then.
    browser.edit_profile(&[("name", "Alice L.")]);
    let again = refreshed(&client, &tokens);
    assert_eq!(Jwt::verified(&harness, text(&again, "id_token")).claims["name"], "Alice L.");
}

#[test]
fn what_the_owner_declines_is_not_in_it_though_it_was_asked_for() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    browser.edit_profile(&[("name", "Alice"), ("email", "alice@example.com")]);
    let client = Client::confidential(&harness);
    let asked = r#"{"id_token":{"email":{"essential":true},"name":null}}"#;
    let page = browser.get(&client.asks(&[("claims", Some(asked))]));
    let form = Browser::form(&page.body, "/consent").without("scope").set("scope", "profile");
    let code = browser.submit(&form.set("decision", "allow")).redirected("code").unwrap();
    let claims = Jwt::verified(&harness, text(&client.redeem(&code).json(), "id_token")).claims;
    assert_eq!((&claims["name"], claims.get("email")), (&json!("Alice"), None));
    // Nor for a client that did not register the scope, nor without openid.
    let narrow = Client::register(&harness, json!({ "scope": "openid profile calendar.read" }));
    let tokens = narrow.signed_in(&browser, &[("claims", Some(asked))]);
    let claims = Jwt::verified(&harness, text(&tokens, "id_token")).claims;
    assert_eq!((sorted(text(&tokens, "scope")).as_str(), claims.get("email")), ("openid profile", None));
    let plain = [("claims", Some(asked)), ("scope", Some("calendar.read"))];
    assert_eq!(narrow.signed_in(&browser, &plain)["scope"], "calendar.read");
}
