//! `/logout` (RP-Initiated Logout 1.0): what signs out, what asks, what is refused.

use postern::base::base64url;
use postern::base::form::encode_pairs;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, REGISTRATION_TOKEN, Sent, tampered};

const BYE: &str = "https://client.example/bye?from=here";
const STATE: &str = "a b&c=\u{d55c}";

/// A client that owners sign in with.
pub fn relying_party<'a>(harness: &'a Harness, more: Value) -> Client<'a> {
    let mut members = json!({ "post_logout_redirect_uris": [BYE, "http://127.0.0.1/bye"] });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    Client::register(harness, members)
}

/// Signs in with a client; the ID token that it gets.
pub fn id_token(client: &Client<'_>, browser: &Browser<'_>) -> String {
    let ask = client.authorize(&[("scope", Some("openid")), ("prompt", Some("consent"))]);
    let code = browser.allow(&ask).redirected("code").unwrap();
    client.redeem(&code).json()["id_token"].as_str().unwrap().to_owned()
}

fn link(pairs: &[(&str, &str)]) -> String {
    format!("/logout?{}", encode_pairs(pairs.iter().copied()))
}

fn is_signed_in(browser: &Browser<'_>) -> bool {
    browser.get("/account").status == 200
}

/// Where the client's page is, with the state.
fn assert_back(answer: &Answer) {
    assert_eq!(answer.redirected("state").as_deref(), Some(STATE));
    assert!(answer.location().starts_with(&format!("{BYE}&state=")), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[test]
fn an_id_token_of_the_session_signs_out_and_leads_back_with_the_state() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = relying_party(&harness, json!({}));
    let token = id_token(&client, &browser);
    let stolen = browser.cookies.borrow().clone();
    harness.log.take();
    let pairs = [
        ("id_token_hint", token.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", STATE),
        ("client_id", &client.id),
        ("logout_hint", "alice"),
        ("ui_locales", "ko"),
    ];
    assert_back(&browser.get(&link(&pairs)));
    assert!(harness.log.take()[0].contains(r#""event":"signed_out""#));
    assert_eq!(browser.cookie("session"), "");
    browser.cookies.replace(stolen);
    assert!(!is_signed_in(&browser), "the session is over, not only its cookie");
    // Nobody is signed in any more: on at once.
    browser.cookies.borrow_mut().clear();
    assert_back(&browser.get(&link(&pairs)));
}

#[test]
fn a_post_of_the_clients_page_is_sealed_before_any_cookie_is_looked_at() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = relying_party(&harness, json!({}));
    let token = id_token(&client, &browser);
    for hint in ["", token.as_str()] {
        let pairs = [
            ("id_token_hint", hint),
            ("client_id", &client.id),
            ("post_logout_redirect_uri", BYE),
            ("state", STATE),
        ];
        let sent = Sent::form("/logout", &pairs).with("sec-fetch-site", "cross-site");
        // As a browser sends it: without Lax cookies.
        let answer = harness.send(sent.with("origin", "https://client.example"));
        assert!(answer.location().starts_with("/logout?logout_request=plo_"), "{answer:?}");
        assert_eq!(answer.header("set-cookie"), "");
        assert!(!answer.location().contains(&token), "no token in an address");
        assert!(is_signed_in(&browser));
        let answer = browser.get(answer.location());
        match hint {
            "" => assert_eq!(answer.status, 200, "{answer:?}"),
            _ => assert_back(&answer),
        }
    }
    assert!(!is_signed_in(&browser));
}

#[test]
fn without_an_id_token_of_the_session_the_owner_is_asked() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let other = Browser::signed_up(&harness, "bob");
    let client = relying_party(&harness, json!({}));
    let earlier = id_token(&client, &browser);
    browser.sign_in("alice", "correct horse");
    let foreign = id_token(&client, &other);
    let back = ("post_logout_redirect_uri", BYE);
    let state = ("state", STATE);
    for pairs in [
        vec![],
        vec![("client_id", client.id.as_str())],
        vec![("client_id", client.id.as_str()), back, state],
        vec![("id_token_hint", &earlier), back, state],
        vec![("id_token_hint", &foreign), back, state],
    ] {
        let leads_back = pairs.contains(&back);
        let page = browser.get(&link(&pairs));
        assert_eq!(page.status, 200, "{page:?}");
        assert!(is_signed_in(&browser), "a link alone signs nobody out");
        assert!(page.body.contains(r#"name="logout""#) && page.body.contains("An app asks"));
        let csp = page.header("content-security-policy");
        let ends =
            if leads_back { "form-action 'self' https://client.example" } else { "form-action 'self'" };
        assert!(csp.ends_with(ends), "{csp}");
        // Without our token, with another one's, and from elsewhere.
        let form = Browser::form(&page.body, "/logout/confirm").set("logout", "yes");
        let of_bob = Browser::form(&other.get("/logout").body, "/logout/confirm");
        for csrf in ["", "x", of_bob.value("csrf")] {
            let answer = browser.submit(&form.clone().set("csrf", csrf));
            assert_eq!((answer.status, answer.refusal.as_deref()), (403, Some("ForeignForm")));
        }
        for (name, value) in [("origin", "https://client.example"), ("sec-fetch-site", "cross-site")] {
            assert_eq!(browser.send(form.sent().with(name, value)).status, 403);
        }
        assert!(is_signed_in(&browser));
        let done = browser.submit(&form);
        match leads_back {
            true => assert_back(&done),
            false => assert!(done.status == 200 && done.body.contains("You are signed out"), "{done:?}"),
        }
        assert!(!is_signed_in(&browser));
        assert!(is_signed_in(&other));
        // Signed out in another tab meanwhile: on at once.
        assert_eq!(browser.submit(&form).status, done.status);
        browser.sign_in("alice", "correct horse");
    }
}

#[test]
fn an_id_token_counts_long_after_it_has_expired() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = relying_party(&harness, json!({}));
    let token = id_token(&client, &browser);
    harness.wait(13 * 86_400);
    let answer = browser.get(&link(&[("id_token_hint", &token), ("post_logout_redirect_uri", BYE)]));
    assert_eq!(answer.location(), BYE);
    assert!(!is_signed_in(&browser));
}

#[test]
fn the_port_of_a_loopback_address_is_free() {
    let harness = Harness::new();
    let members = json!({ "post_logout_redirect_uris": ["http://127.0.0.1/bye"] });
    let client = Client::stored(&harness, members);
    let to = |uri: &str| {
        harness.get(&link(&[("client_id", &client.id), ("post_logout_redirect_uri", uri), ("state", "s")]))
    };
    assert_eq!(to("http://127.0.0.1:4711/bye").location(), "http://127.0.0.1:4711/bye?state=s");
    assert_eq!(to("http://127.0.0.1:4711/other").status, 400);
}

#[test]
fn a_link_of_a_client_that_nobody_answers_for_leads_nowhere_unasked() {
    let harness = Harness::new();
    let client = relying_party(&harness, json!({}));
    let browser = Browser::signed_up(&harness, "alice");
    let token = id_token(&client, &browser);
    let named = [("client_id", client.id.as_str()), ("post_logout_redirect_uri", BYE), ("state", STATE)];
    // Neither as it is nor in the sealed form that a post turns it into.
    let posted = harness.send(Sent::form("/logout", &named));
    for target in [link(&named), posted.location().to_owned()] {
        let page = harness.get(&target);
        assert_eq!((page.status, page.header("location")), (200, ""));
        assert!(page.body.contains("You are signed out") && !names_client(&page.body));
    }
    // Whoever is signed in decides, and an ID token is a client's own.
    let asked = browser.get(&link(&named));
    assert_back(&browser.submit(&Browser::form(&asked.body, "/logout/confirm")));
    assert_back(&harness.get(&link(&[&named[..], &[("id_token_hint", token.as_str())]].concat())));
    let stored = Client::stored(&harness, json!({ "post_logout_redirect_uris": [BYE] }));
    let named = [("client_id", stored.id.as_str()), ("post_logout_redirect_uri", BYE), ("state", STATE)];
    assert_back(&harness.get(&link(&named)));
}

/// A JWS with another header or other claims, and the signature that it had.
fn reworded(token: &str, header: Option<Value>, claims: Option<Value>) -> String {
    let parts: Vec<_> = token.split('.').collect();
    let part = |new: Option<Value>, old: &str| {
        new.map_or(old.to_owned(), |value| base64url::encode(value.to_string()))
    };
    format!("{}.{}.{}", part(header, parts[0]), part(claims, parts[1]), parts[2])
}

#[test]
fn what_is_not_in_order_is_shown_here_and_signs_nobody_out() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = relying_party(&harness, json!({ "backchannel_logout_uri": "https://client.example/out" }));
    let other = relying_party(&harness, json!({ "client_name": "Other" }));
    let token = id_token(&client, &browser);
    let tokens = client.redeem(&client.code(&browser)).json();
    let (id, hint, back) =
        (client.id.as_str(), ("id_token_hint", token.as_str()), ("post_logout_redirect_uri", BYE));
    let refuses = |reason: &str, pairs: &[(&str, &str)]| {
        for sent in [Sent::get(&link(pairs)), Sent::form("/logout", pairs)] {
            let answer = browser.send(sent.clone());
            assert_eq!((answer.status, answer.refusal.as_deref()), (400, Some(reason)), "{answer:?}");
            assert_eq!((answer.header("location"), answer.header("set-cookie")), ("", ""));
            assert!(answer.body.contains("href=\"/signout\"") && !names_client(&answer.body));
            let json = browser.send(sent.with("accept", "application/json"));
            json.assert_error(400, "invalid_request");
        }
        assert!(is_signed_in(&browser), "{reason}");
    };
    refuses("Malformed", &[hint, back, back]);
    refuses("Malformed", &[hint, back, ("state", &"s".repeat(4096))]);
    for wrong in ["x", "a.b.c", tokens["access_token"].as_str().unwrap()] {
        refuses("Hint", &[("id_token_hint", wrong), back]);
        refuses("Hint", &[("id_token_hint", wrong), ("client_id", id), back]);
    }
    let none = reworded(&token, Some(json!({ "alg": "none", "typ": "JWT" })), None);
    refuses("Hint", &[("id_token_hint", &none), back]);
    refuses("Hint", &[("id_token_hint", &format!("{}.", none.rsplit_once('.').unwrap().0)), back]);
    let kid =
        json!({ "alg": "none", "typ": "JWT", "kid": harness.get("/jwks.json").json()["keys"][0]["kid"] });
    refuses("Hint", &[("id_token_hint", &reworded(&token, Some(kid), None)), back]);
    let mut claims: Value =
        serde_json::from_slice(&base64url::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    claims["aud"] = json!(other.id);
    refuses("Hint", &[("id_token_hint", &reworded(&token, None, Some(claims))), back]);
    for wrong in tampered(&token) {
        refuses("Hint", &[("id_token_hint", &wrong), back]);
    }
    refuses("OtherClient", &[hint, ("client_id", &other.id), back]);
    refuses("UnknownClient", &[("client_id", "psc_x")]);
    refuses("UnknownClient", &[("client_id", &tampered(id)[2]), back]);
    refuses("NoClient", &[back]);
    for wrong in [
        "https://client.example/bye",
        "https://client.example/bye?from=here&more",
        "https://client.example/bye?from=here#",
        "https://CLIENT.example/bye?from=here",
        "https://client.example.evil.example/bye?from=here",
        "https://client.example/cb",
        "javascript:alert(1)",
    ] {
        refuses("RedirectUriMismatch", &[hint, ("post_logout_redirect_uri", wrong)]);
        refuses("RedirectUriMismatch", &[("client_id", id), ("post_logout_redirect_uri", wrong)]);
    }
    // A client that registered nothing of the kind goes nowhere.
    let plain = Client::public(&harness);
    refuses("RedirectUriMismatch", &[("client_id", &plain.id), back]);
    // What is sealed is ours, and not for ever.
    let sealed = harness.send(Sent::form("/logout", &[hint, back]));
    let sealed = sealed.location().split_once('=').unwrap().1.to_owned();
    for wrong in tampered(&sealed).into_iter().chain(["plo_".into(), client.id.clone()]) {
        let answer = browser.get(&link(&[("logout_request", &wrong)]));
        assert_eq!((answer.status, answer.refusal.as_deref()), (400, Some("Expired")), "{wrong}");
    }
    assert_eq!(browser.get("/logout?a=%").refusal.as_deref(), Some("Malformed"));
    let form = Browser::form(&browser.get("/logout").body, "/logout/confirm");
    harness.wait(3600);
    assert_eq!(browser.get(&link(&[("logout_request", &sealed)])).refusal.as_deref(), Some("Expired"));
    assert_eq!(browser.submit(&form).refusal.as_deref(), Some("Expired"));
    assert!(is_signed_in(&browser));
    // A logout token is no ID token.
    browser.get(&link(&[hint]));
    let posted = harness.memory.posted.borrow()[0].1.clone();
    let answer = harness.get(&link(&[("id_token_hint", posted.strip_prefix("logout_token=").unwrap())]));
    assert_eq!(answer.refusal.as_deref(), Some("Hint"));
}

#[test]
fn a_client_that_is_gone_leads_nowhere() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let members =
        json!({ "redirect_uris": ["https://client.example/cb"], "post_logout_redirect_uris": [BYE] });
    let client = Client::stored(&harness, members);
    let token = id_token(&client, &browser);
    let management = client.registration["registration_access_token"].as_str().unwrap();
    let delete = Sent { method: "DELETE".into(), ..Sent::get(&format!("/register/{}", client.id)) };
    assert_eq!(harness.send(delete.bearer(management)).status, 204);
    assert_ne!(management, REGISTRATION_TOKEN);
    let hint = ("id_token_hint", token.as_str());
    let answer = browser.get(&link(&[hint, ("post_logout_redirect_uri", BYE)]));
    assert_eq!((answer.status, answer.refusal.as_deref()), (400, Some("UnknownClient")));
    assert_eq!(browser.get(&link(&[hint])).status, 200, "the owner is asked");
    assert!(is_signed_in(&browser));
}

#[test]
fn a_look_ends_nothing_and_pages_speak_as_they_are_asked_to() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = relying_party(&harness, json!({}));
    let token = id_token(&client, &browser);
    let look = Sent { method: "HEAD".into(), ..Sent::get(&link(&[("id_token_hint", &token)])) };
    let answer = browser.send(look);
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST"));
    assert!(is_signed_in(&browser));
    let page = browser.get("/logout?ui_locales=ko");
    assert!(page.body.contains("<html lang=\"ko\">") && page.body.contains("로그인 유지"));
    let done = browser.submit(&Browser::form(&page.body, "/logout/confirm"));
    assert!(done.body.contains("로그아웃했습니다"), "{done:?}");
}

/// Whether a page has anything of a client's address, but for the link that shows it in the other language.
fn names_client(page: &str) -> bool {
    let (before, rest) = page.split_once("href=\"/language?").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    before.contains("client.example") || after.contains("client.example")
}
