//! `/jwks.json`, and `/admin/rotate-keys`, which changes what is there.

use postern::base::base64url;
use postern::jose::jwk::Jwk;
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Answer, Browser, Client, Harness, Jwt, Sent, published, text, userinfo};

/// Between a rotation and the first signature of its keys.
const NOTICE: u64 = 20 * 60;
/// How long an isolate goes by its copy.
const COPY: u64 = 5 * 60;

fn kids(harness: &Harness) -> Vec<String> {
    let document = harness.get("/jwks.json").json();
    document["keys"].as_array().unwrap().iter().map(|key| text(key, "kid").to_owned()).collect()
}

fn rotate(harness: &Harness) -> Answer {
    harness.send(Sent { method: "POST".into(), ..Sent::get("/admin/rotate-keys") }.bearer(ADMIN_TOKEN))
}

/// Signs in, and verifies the ID token with what is published now: its kid, and the token.
fn signed_in(harness: &Harness, browser: &Browser<'_>) -> (String, String) {
    let tokens = Client::confidential(harness).signed_in(browser, &[]);
    let token = text(&tokens, "id_token").to_owned();
    (Jwt::verified(harness, &token).kid, token)
}

#[test]
fn it_has_one_public_key_for_each_algorithm() {
    let harness = Harness::new();
    let answer = harness.get("/jwks.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let document = answer.json();
    let keys = document["keys"].as_array().unwrap();
    let algorithms: Vec<_> = keys.iter().map(|key| text(key, "alg")).collect();
    assert_eq!(algorithms, ["RS256", "ES256"]);
    for key in keys {
        // Reads as a public key alone: a private or symmetric member would not.
        let public = Jwk::parse(key).unwrap();
        assert_eq!((text(key, "use"), text(key, "kid")), ("sig", public.thumbprint().as_str()));
        let mut expected = Value::Object(public.to_json());
        for name in ["kid", "use", "alg"] {
            expected[name] = key[name].clone();
        }
        assert_eq!(key, &expected, "nothing else");
    }
}

#[test]
fn however_many_isolates_there_are_they_have_the_same_keys() {
    let mut harness = Harness::new();
    let first = kids(&harness);
    harness.memory.other_isolate.set(true);
    assert_eq!(kids(&harness), first);
    harness.memory.restart_isolate();
    assert_eq!(kids(&harness), first);
    harness.wait(100 * 24 * 3600);
    assert_eq!(kids(&harness), first);
}

#[test]
fn only_the_operator_rotates() {
    let harness = Harness::new();
    let before = kids(&harness);
    let call = Sent { method: "POST".into(), ..Sent::get("/admin/rotate-keys") };
    harness.send(call.clone()).assert_error(401, "invalid_token");
    harness.send(call.clone().bearer("x")).assert_error(401, "invalid_token");
    assert_eq!(harness.get("/admin/rotate-keys").status, 405);
    let off = Harness::with(&[("ADMIN_TOKEN", "")]);
    off.send(call.bearer("x")).assert_error(403, "access_denied");
    assert_eq!(kids(&harness), before);
}

#[test]
fn new_keys_are_published_before_they_sign_and_old_ones_stay_until_what_they_signed_is_dead() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let before = kids(&harness);
    let (old, first_token) = signed_in(&harness, &browser);
    let answer = rotate(&harness);
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let listed = answer.json()["keys"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 4);
    let takes_over = harness.now().seconds() + NOTICE;
    for key in &listed {
        // Says when, and nothing of what is secret.
        let new = !before.iter().any(|kid| kid == text(key, "kid"));
        assert_eq!(key["active_at"], if new { takes_over } else { 0 }, "{key}");
        assert_eq!(key["gone_at"].is_null(), new);
        assert_eq!(key.as_object().unwrap().len(), 4);
    }
    // Published at once, and not used yet.
    assert_eq!(kids(&harness).len(), 4);
    harness.wait(NOTICE - 1);
    assert_eq!(signed_in(&harness, &browser).0, old);
    let again = rotate(&harness);
    again.assert_error(409, "invalid_request");
    assert_eq!(kids(&harness).len(), 4);
    harness.wait(1);
    let (new, _) = signed_in(&harness, &browser);
    assert!(new != old && !before.contains(&new));
    // Both verify.
    assert_eq!(Jwt::verified(&harness, &first_token).kid, old);
    let gone = listed.iter().find(|key| key["kid"] == old.as_str()).unwrap()["gone_at"].as_u64().unwrap();
    // Longer than the longest life of anything it signed, and the copies that it was signed by.
    assert_eq!(gone, takes_over + 2 * COPY + 24 * 3600);
    harness.wait(gone - harness.now().seconds() - 1);
    assert!(published(&harness, &old).is_some());
    harness.wait(1);
    assert_eq!((published(&harness, &old), kids(&harness).len()), (None, 2));
    // And by then the next rotation may come.
    assert_eq!(rotate(&harness).status, 200);
}

#[test]
fn an_isolate_with_an_old_copy_signs_with_nothing_that_is_not_published() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    // Two copies, as old as each other; one isolate hears of the rotation.
    let both = |act: &dyn Fn(bool)| {
        for other in [false, true] {
            harness.memory.other_isolate.set(other);
            act(other);
        }
    };
    both(&|_| drop(kids(&harness)));
    harness.memory.other_isolate.set(false);
    assert_eq!(rotate(&harness).status, 200);
    let mut signers = Vec::new();
    // In steps that do not fall together with anything, until long after the new keys took over.
    for _ in 0..40 {
        both(&|other| {
            harness.memory.other_isolate.set(other);
            let tokens = Client::confidential(&harness).signed_in(&browser, &[]);
            // Whoever asks any isolate, at once or with a copy of its own age, finds the key.
            for asked in [false, true] {
                harness.memory.other_isolate.set(asked);
                Jwt::verified(&harness, text(&tokens, "id_token"));
            }
        });
        signers.push(signed_in(&harness, &browser).0);
        harness.wait(61);
    }
    signers.dedup();
    assert_eq!(signers.len(), 2, "one change of keys");
}

#[test]
fn a_verifier_that_keeps_the_set_as_long_as_it_may_never_meets_an_unknown_key() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    // Fetched from an isolate whose copy is almost too old, just before the rotation, and kept.
    harness.memory.other_isolate.set(true);
    kids(&harness);
    harness.memory.other_isolate.set(false);
    assert_eq!(rotate(&harness).status, 200);
    harness.wait(COPY - 1);
    harness.memory.other_isolate.set(true);
    let kept = kids(&harness);
    assert_eq!(kept.len(), 2, "the stale copy");
    harness.memory.other_isolate.set(false);
    for _ in 0..3 {
        harness.wait(100);
        assert!(kept.contains(&signed_in(&harness, &browser).0));
    }
    // By now it has to be fetched again, and no isolate has that copy any more.
    harness.memory.other_isolate.set(true);
    assert_eq!(kids(&harness).len(), 4);
}

#[test]
fn while_the_keys_are_away_no_code_is_spent() {
    let mut harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    harness.memory.restart_isolate();
    let browser = Browser::new(&harness);
    browser.sign_in("alice", "correct horse");
    let client = Client::confidential(&harness);
    let code = client.signs_in(&browser, &[]);
    harness.memory.signing_keys_down.set(true);
    client.redeem(&code).assert_error(503, "temporarily_unavailable");
    harness.get("/jwks.json").assert_error(503, "temporarily_unavailable");
    harness.memory.signing_keys_down.set(false);
    let tokens = client.redeem(&code).json();
    Jwt::verified(&harness, text(&tokens, "id_token"));
    // A copy that was fetched lasts twice its time while the object is away.
    harness.wait(2 * COPY - 1);
    harness.memory.signing_keys_down.set(true);
    assert_eq!(harness.get("/jwks.json").status, 200);
    harness.memory.signing_keys_down.set(false);
    harness.wait(1);
    harness.memory.signing_keys_down.set(true);
    assert_eq!(harness.get("/jwks.json").status, 503);
}

#[test]
fn the_keys_outlive_a_rotation_of_the_root_keys() {
    let mut harness = Harness::new();
    let root = |n: u8| base64url::encode([n; 32]);
    let before = kids(&harness);
    Browser::signed_up(&harness, "alice");
    // The new root key is added, comes first, and the old one goes: isolates start anew with each.
    for roots in [
        format!("k1:{},k2:{}", root(1), root(2)),
        format!("k2:{},k1:{}", root(2), root(1)),
        format!("k2:{},!k1:{}", root(2), root(1)),
        format!("k2:{}", root(2)),
    ] {
        harness.rotate_keys(&roots);
        harness.memory.restart_isolate();
        assert_eq!(kids(&harness), before, "{roots}");
        let browser = Browser::new(&harness);
        browser.sign_in("alice", "correct horse");
        assert!(before.contains(&signed_in(&harness, &browser).0));
    }
}

#[test]
fn keys_that_were_sealed_under_a_lost_root_key_are_replaced_at_once() {
    let mut harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    let before = kids(&harness);
    harness.rotate_keys(&format!("k9:{}", base64url::encode([9; 32])));
    harness.memory.restart_isolate();
    let browser = Browser::new(&harness);
    browser.sign_in("alice", "correct horse");
    let (kid, _) = signed_in(&harness, &browser);
    assert!(!before.contains(&kid));
    let tokens = Client::confidential(&harness).signed_in(&browser, &[]);
    assert_eq!(userinfo(&harness, text(&tokens, "access_token")).status, 200);
    assert_eq!(json!(kids(&harness).len()), 4, "the old ones are published until what they signed is dead");
}
