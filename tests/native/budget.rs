//! The storage budget (P9): what each endpoint may do, counted.

use postern::base::form::encode_pairs;
use postern::store::meter::Count;
use serde_json::json;

use crate::admin_pages::{administered, root};
use crate::support::assertion::{assert_admitted, by, claims, es256, kept, sent, set};
use crate::support::authenticator::Authenticator;
use crate::support::console::{filled, of_page, page_of, registered};
use crate::support::{ADMIN_TOKEN, Browser, Client, Harness, REDIRECT, Sent, tampered};

/// What a request may cost: KV reads, writes, lists, object calls.
const fn at_most(kv_reads: u32, kv_writes: u32, kv_lists: u32, object_calls: u32) -> Count {
    Count { kv_reads, kv_writes, kv_lists, object_calls }
}

const NOTHING: Count = at_most(0, 0, 0, 0);

/// Runs `act` and holds what it did to exactly `expected`.
#[track_caller]
fn costs<T>(harness: &Harness, expected: Count, act: impl FnOnce() -> T) -> T {
    harness.memory.meter.take();
    let value = act();
    assert_eq!(harness.memory.meter.take(), expected);
    value
}

#[test]
fn resources_documents_and_pages_of_strangers_cost_nothing() {
    let harness = Harness::new();
    let (access, _) = Client::confidential(&harness).tokens(&Browser::signed_up(&harness, "alice"));
    costs(&harness, NOTHING, || harness.send(Sent::get("/demo/whoami").bearer(&access)));
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/",
        "/healthz",
        "/signin",
        "/signup",
        "/signout",
        "/logout",
        "/account",
        "/account/sessions",
        "/account/data",
        "/account/data.json",
        "/account/delete",
        "/console",
        "/logo/x",
        "/brand/logo",
        "/language?to=ko&back=/signin",
        "/static/postern.css",
        "/console/register",
        "/console/test",
        "/console/clients/x",
    ] {
        costs(&harness, NOTHING, || harness.get(path));
    }
    let open = Harness::with(&[("PLAYGROUND", "on")]);
    let visitor = Browser::signed_up(&open, "alice");
    costs(&open, NOTHING, || visitor.get("/playground?code=x&state=y"));
    // The grant, and the calendar's own storage.
    costs(&harness, at_most(0, 0, 0, 2), || harness.send(Sent::get("/demo/calendar").bearer(&access)));
    let message = |method: &str, params: serde_json::Value| {
        let sent = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        Sent::json("POST", "/demo/mcp", &sent)
    };
    costs(&harness, NOTHING, || harness.send(message("ping", json!({}))));
    costs(&harness, at_most(0, 0, 0, 1), || harness.send(message("tools/list", json!({})).bearer(&access)));
    let list = message("tools/call", json!({ "name": "list_events" })).bearer(&access);
    costs(&harness, at_most(0, 0, 0, 2), || harness.send(list));
}

#[test]
fn anonymous_registration_and_forged_things_cost_nothing() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = costs(&harness, NOTHING, || Client::confidential(&harness));
    let (access, refresh) = client.tokens(&browser);
    let code = client.code(&browser);
    for id in tampered(&client.id) {
        costs(&harness, NOTHING, || browser.get(&client.authorize(&[("client_id", Some(&id))])));
        costs(&harness, NOTHING, || harness.send(Sent::form("/token", &[("client_id", &id)])));
    }
    for token in tampered(&access) {
        costs(&harness, NOTHING, || harness.send(Sent::get("/demo/calendar").bearer(&token)));
    }
    for forged in tampered(&code) {
        costs(&harness, NOTHING, || client.redeem(&forged));
    }
    for forged in tampered(&refresh) {
        costs(&harness, NOTHING, || client.refresh(&forged));
        costs(&harness, NOTHING, || client.introspect(&forged));
        costs(&harness, NOTHING, || client.post("/revoke", &[("token", &forged)]));
    }
    let wrong = Client { secret: Some("pcs_x".into()), ..Client::confidential(&harness) };
    costs(&harness, NOTHING, || wrong.redeem(&code));
    // A client that is kept has to be looked up before anything is said about its secret.
    let stored = Client::stored(&harness, json!({}));
    costs(&harness, at_most(1, 0, 0, 0), || stored.redeem("pac_x"));
    for forged in tampered(&browser.cookie("session")) {
        let cookie = format!("__Host-postern_session={forged}");
        costs(&harness, NOTHING, || harness.send(Sent::get("/account").with("cookie", &cookie)));
    }
    costs(&harness, NOTHING, || {
        harness.send(Sent::json("POST", "/admin/clients/deny", &json!({})).bearer("x"))
    });
}

#[test]
fn the_token_endpoints_read_once_and_call_one_object() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let once = at_most(1, 0, 0, 1);
    // An isolate that has no copy of the signing keys gets one; for five minutes it is at hand.
    costs(&harness, at_most(0, 0, 0, 1), || harness.get("/jwks.json"));
    costs(&harness, NOTHING, || harness.get("/jwks.json"));
    for client in [Client::confidential(&harness), Client::stored(&harness, json!({}))] {
        let pushed = client.parameters();
        let pushed: Vec<_> =
            pushed.iter().filter(|(n, _)| n != "client_id").map(|(n, v)| (n.as_str(), v.as_str())).collect();
        costs(&harness, at_most(1, 0, 0, 0), || client.post("/par", &pushed));
        let code = client.code(&browser);
        let tokens = costs(&harness, once, || client.redeem(&code)).json();
        let (access, refresh) =
            (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
        costs(&harness, once, || client.refresh(refresh));
        costs(&harness, once, || client.introspect(access));
        costs(&harness, once, || client.post("/revoke", &[("token", access)]));
    }
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let client = Client::stored(&harness, json!({ "grant_types": ["authorization_code", exchange] }));
    let (access, _) = client.tokens(&browser);
    // Without a signing key at hand: an exchange signs nothing with it.
    harness.wait(301);
    let kind = "urn:ietf:params:oauth:token-type:access_token";
    let sent = |token: &str| {
        client.post(
            "/token",
            &[("grant_type", exchange), ("subject_token", token), ("subject_token_type", kind)],
        )
    };
    let answer = costs(&harness, once, || sent(&access));
    assert_eq!(answer.status, 200);
    for forged in tampered(&access) {
        costs(&harness, at_most(1, 0, 0, 0), || sent(&forged));
    }
}

#[test]
fn a_client_of_the_console_costs_one_object_more_where_it_is_refused_and_once_a_minute() {
    let harness = Harness::new();
    let client = registered(&Browser::signed_up(&harness, "dev"));
    let (access, refresh) = client.tokens(&Browser::signed_up(&harness, "alice"));
    let (read, noted) = (at_most(1, 0, 0, 0), at_most(1, 0, 0, 1));
    costs(&harness, noted, || client.redeem("pac_x"));
    costs(&harness, read, || client.redeem("pac_x"));
    costs(&harness, noted, || client.post("/revoke", &[]));
    let stranger = Browser::new(&harness);
    let elsewhere = client.authorize(&[("redirect_uri", Some("https://x.example/"))]);
    costs(&harness, noted, || stranger.get(&elsewhere));
    costs(&harness, read, || stranger.get(&elsewhere));
    // What is in order costs what it costs everybody.
    costs(&harness, noted, || client.introspect(&access));
    costs(&harness, noted, || client.refresh(&refresh));
}

#[test]
fn a_client_for_itself_reads_once_and_calls_one_object() {
    let harness = Harness::new();
    let client = Client::stored(&harness, json!({ "grant_types": ["client_credentials"] }));
    let ask = |scope| client.post("/token", &[("grant_type", "client_credentials"), ("scope", scope)]);
    costs(&harness, at_most(1, 0, 0, 1), || ask("calendar.read"));
    costs(&harness, at_most(1, 0, 0, 0), || ask("openid"));
}

#[test]
fn a_device_costs_one_object_at_each_step_and_its_owner_three_at_the_most() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    harness.get("/jwks.json");
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let registered = [json!({ "grant_types": [device] })];
    for client in registered
        .into_iter()
        .flat_map(|more| [Client::register(&harness, more.clone()), Client::stored(&harness, more)])
    {
        let once = at_most(1, 0, 0, 1);
        let answer = costs(&harness, once, || client.post("/device_authorization", &[])).json();
        let poll = |code: &str| client.post("/token", &[("grant_type", device), ("device_code", code)]);
        let code = answer["device_code"].as_str().unwrap();
        costs(&harness, once, || poll(code));
        let link = answer["verification_uri_complete"].as_str().unwrap().split_once(".example").unwrap().1;
        let page = costs(&harness, NOTHING, || browser.get(link));
        let typed = Browser::form(&page.body, "/device");
        costs(&harness, NOTHING, || browser.submit(&typed.clone().set("user_code", "x")));
        let page = costs(&harness, at_most(0, 0, 0, 2), || browser.submit(&typed));
        let confirm = Browser::form(&page.body, "/device/confirm").set("decision", "allow");
        // The grant, the account, and the grant again.
        costs(&harness, at_most(1, 0, 0, 3), || browser.submit(&confirm));
        costs(&harness, once, || poll(code));
        let unchecked = if client.id.starts_with("psc_") { NOTHING } else { at_most(1, 0, 0, 0) };
        costs(&harness, unchecked, || poll("pdc_x"));
        costs(&harness, unchecked, || client.post("/device_authorization", &[("scope", "admin")]));
    }
}

#[test]
fn an_authorization_request_reads_twice_and_calls_two_objects_at_the_most() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, json!({}));
    let target = client.authorize(&[]);
    costs(&harness, at_most(1, 0, 0, 0), || harness.get(&target));
    let page = costs(&harness, at_most(2, 0, 0, 1), || browser.get(&target));
    // As somebody else: who is signed in is asked of the account, and nobody of whom is not.
    let link = page.body.split_once("href=\"/signin?").unwrap().1.split('"').next().unwrap();
    let link = format!("/signin?{link}");
    costs(&harness, at_most(0, 0, 0, 1), || browser.get(&link));
    costs(&harness, NOTHING, || harness.get(&link));
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    costs(&harness, at_most(2, 1, 0, 2), || browser.submit(&form));
    let silent = costs(&harness, at_most(2, 0, 0, 2), || browser.get(&target));
    assert!(silent.redirected("code").is_some());
    // Approved again, unchanged: nothing is written.
    let page = browser.get(&client.authorize(&[("prompt", Some("consent"))]));
    let form = Browser::form(&page.body, "/consent").set("decision", "allow");
    costs(&harness, at_most(2, 0, 0, 2), || browser.submit(&form));
    let page = browser.get(&client.authorize(&[("prompt", Some("consent"))]));
    let form = Browser::form(&page.body, "/consent").set("decision", "deny");
    costs(&harness, at_most(1, 0, 0, 0), || browser.submit(&form));
}

#[test]
fn signing_in_with_a_passkey_or_a_code_calls_one_object_and_junk_none() {
    let harness = Harness::new();
    let owner = Browser::signed_up(&harness, "alice");
    let mut passkey = Authenticator::es256(1);
    passkey.register(&owner);
    let one = at_most(0, 0, 0, 1);
    let browser = Browser::new(&harness);
    let page = costs(&harness, NOTHING, || browser.get("/signin").body);
    let form = passkey.get(&page);
    for (field, junk) in
        [("client_data", "AA"), ("authenticator_data", "AA"), ("user_handle", "AA"), ("signature", "!")]
    {
        costs(&harness, NOTHING, || browser.submit(&form.clone().set(field, junk)));
    }
    costs(&harness, one, || browser.submit(&form.clone().set("signature", "AA")));
    costs(&harness, one, || browser.submit(&form));
    for path in ["/account/passkeys", "/account/password", "/account/recovery"] {
        costs(&harness, one, || owner.get(path));
    }
    let make = Browser::form(&owner.get("/account/recovery").body, "/account/recovery").set("action", "make");
    costs(&harness, one, || owner.submit(&make));
    // A change, and what the page shows after it.
    let page = owner.get("/account/passkeys").body;
    let rename = Browser::form(&page, "/account/passkeys").set("action", "rename");
    costs(&harness, at_most(0, 0, 0, 2), || owner.submit(&rename));
    let page = costs(&harness, NOTHING, || Browser::new(&harness).get("/signin/recovery").body);
    let form = Browser::form(&page, "/signin/recovery").set("username", "alice").set("code", "1");
    let stranger = Browser::new(&harness);
    costs(&harness, NOTHING, || stranger.submit(&form));
    let page = stranger.get("/signin/recovery").body;
    let form = Browser::form(&page, "/signin/recovery").set("username", "alice").set("code", "1");
    costs(&harness, one, || stranger.submit(&form));
}

#[test]
fn signing_in_up_and_out_calls_one_object() {
    let harness = Harness::new();
    let one = at_most(0, 0, 0, 1);
    // And a row in the directory.
    let browser = costs(&harness, at_most(0, 1, 0, 1), || Browser::signed_up(&harness, "alice"));
    costs(&harness, one, || browser.sign_in("alice", "correct horse"));
    costs(&harness, one, || browser.sign_in("alice", "wrong horse"));
    costs(&harness, one, || Browser::new(&harness).sign_in("nobody", "wrong horse"));
    let page = browser.get("/signout");
    costs(&harness, one, || browser.submit(&Browser::form(&page.body, "/signout")));
}

#[test]
fn signing_out_for_a_client_reads_it_and_calls_one_object() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let back = "https://client.example/bye";
    let members = json!({ "post_logout_redirect_uris": [back], "backchannel_logout_uri": "https://client.example/out" });
    let client = Client::register(&harness, members);
    let code = browser.allow(&client.authorize(&[("scope", Some("openid"))])).redirected("code").unwrap();
    let token = client.redeem(&code).json()["id_token"].as_str().unwrap().to_owned();
    let ask = |pairs: &[(&str, &str)]| {
        let query = encode_pairs(pairs.iter().copied().chain([("post_logout_redirect_uri", back)]));
        browser.get(&format!("/logout?{query}"))
    };
    costs(&harness, NOTHING, || ask(&[("client_id", "psc_x")]));
    let page = costs(&harness, at_most(1, 0, 0, 0), || ask(&[("client_id", &client.id)]));
    let form = Browser::form(&page.body, "/logout/confirm");
    costs(&harness, NOTHING, || browser.submit(&form.clone().set("csrf", "x")));
    costs(&harness, at_most(0, 0, 0, 1), || browser.submit(&form));
    assert_eq!(harness.memory.posted.borrow().len(), 1);
    browser.sign_in("alice", "correct horse");
    let stale = costs(&harness, at_most(1, 0, 0, 0), || ask(&[("id_token_hint", &token)]));
    assert_eq!(stale.status, 200);
    let code = browser.get(&client.authorize(&[("scope", Some("openid"))])).redirected("code").unwrap();
    let token = client.redeem(&code).json()["id_token"].as_str().unwrap().to_owned();
    costs(&harness, at_most(1, 0, 0, 1), || assert_eq!(ask(&[("id_token_hint", &token)]).location(), back));
}

#[test]
fn the_account_page_asks_once_and_once_for_each_grant() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    costs(&harness, at_most(0, 0, 1, 1), || browser.get("/account"));
    let client = Client::confidential(&harness);
    for grants in 1..=3 {
        client.tokens(&browser);
        costs(&harness, at_most(0, 0, 1, 1 + grants), || browser.get("/account"));
    }
}

#[test]
fn the_rooms_of_the_account_cost_one_object_and_the_file_what_is_in_it() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let one = at_most(0, 0, 0, 1);
    for address in ["/account/sessions", "/account/data", "/account/delete"] {
        costs(&harness, one, || browser.get(address));
    }
    let page = browser.get("/account/sessions");
    let form = Browser::form(&page.body, "/account/sessions").set("action", "end_others");
    costs(&harness, one, || browser.submit(&form));
    costs(&harness, NOTHING, || browser.submit(&form.clone().set("action", "x")));
    costs(&harness, NOTHING, || browser.submit(&form.clone().set("csrf", "x")));
    // The account, the calendar, and each grant.
    for grants in 0..=2 {
        costs(&harness, at_most(0, 0, 1, 2 + grants), || browser.get("/account/data.json"));
        Client::confidential(&harness).tokens(&browser);
    }
}

#[test]
fn leaving_costs_what_is_left_behind() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    for _ in 0..3 {
        Client::confidential(&harness).tokens(&browser);
    }
    let page = browser.get("/account/delete");
    let form = Browser::form(&page.body, "/account/delete");
    costs(&harness, NOTHING, || browser.submit(&form.clone().set("csrf", "x")));
    costs(&harness, at_most(0, 0, 1, 1), || browser.submit(&form.clone().set("username", "bob")));
    // Three answers and the directory; the account twice, the calendar, and three grants.
    costs(&harness, at_most(0, 4, 1, 6), || browser.submit(&form.clone().set("username", "alice")));
    harness.wait(900);
    costs(&harness, NOTHING, || browser.submit(&form));
}

#[test]
fn administrators_pages_ask_for_the_session_and_for_what_they_show() {
    let harness = administered();
    let root = root(&harness);
    let (stored, sealed) = (Client::stored(&harness, json!({})), Client::confidential(&harness));
    Browser::signed_up(&harness, "alice");
    for (path, cost) in [
        ("/admin", at_most(0, 0, 0, 1)),
        ("/admin/clients", at_most(0, 0, 1, 1)),
        ("/admin/accounts", at_most(0, 0, 1, 1)),
        ("/admin/accounts?username=alice", at_most(0, 0, 0, 2)),
        // In an isolate that has no copy of the signing keys; then one that has.
        ("/admin/keys", at_most(0, 0, 0, 2)),
        ("/admin/keys", at_most(0, 0, 0, 1)),
        ("/admin/events", at_most(0, 0, 0, 2)),
    ] {
        costs(&harness, cost, || root.get(path));
        costs(&harness, NOTHING, || harness.get(path));
    }
    let page = root.get("/admin/accounts?username=alice").body;
    let account = Browser::form(page.split(" method=\"post\"").nth(1).unwrap(), "/admin/accounts");
    let account = account.set("action", "disable");
    // What is done is noted in the journal of the deployment, while the answer is on its way.
    costs(&harness, at_most(0, 1, 0, 3), || root.submit(&account));
    let client = Browser::form(&root.get("/admin/clients").body, "/admin/clients").set("action", "disable");
    // Where it is kept, and on the list.
    costs(&harness, at_most(1, 2, 0, 2), || root.submit(&client.clone().set("client_id", &stored.id)));
    costs(&harness, at_most(0, 1, 0, 2), || root.submit(&client.clone().set("client_id", &sealed.id)));
    costs(&harness, at_most(0, 0, 1, 1), || root.submit(&client.clone().set("client_id", "x")));
    costs(&harness, NOTHING, || root.submit(&client.set("csrf", "x")));
    let keys = Browser::form(&root.get("/admin/keys").body, "/admin/keys").set("action", "rotate");
    costs(&harness, at_most(0, 0, 0, 3), || root.submit(&keys));
}

#[test]
fn a_registered_client_is_read_once_and_written_once_when_it_changes() {
    let harness = Harness::new();
    let client = costs(&harness, at_most(0, 1, 0, 0), || Client::stored(&harness, json!({})));
    let token = client.registration["registration_access_token"].as_str().unwrap();
    let path = format!("/register/{}", client.id);
    let call = |method: &str, path: &str| {
        harness.send(Sent { method: method.into(), ..Sent::get(path) }.bearer(token));
    };
    costs(&harness, at_most(1, 0, 0, 0), || call("GET", &path));
    let document = json!({ "client_id": client.id, "redirect_uris": [REDIRECT] });
    // Whether it was stopped meanwhile is asked again before it is written.
    costs(&harness, at_most(2, 1, 0, 0), || harness.send(Sent::json("PUT", &path, &document).bearer(token)));
    costs(&harness, at_most(2, 1, 0, 0), || call("POST", &format!("{path}/secret")));
    costs(&harness, at_most(1, 1, 0, 0), || call("DELETE", &path));
    let sealed = Client::confidential(&harness);
    let deny =
        Sent::json("POST", "/admin/clients/deny", &json!({ "client_id": sealed.id })).bearer(ADMIN_TOKEN);
    costs(&harness, at_most(0, 1, 0, 0), || harness.send(deny));
}

#[test]
fn the_console_costs_the_account_and_for_one_app_its_client_and_its_journal() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "dev");
    costs(&harness, at_most(0, 0, 0, 1), || browser.get("/console"));
    let form = costs(&harness, NOTHING, || filled(&browser));
    costs(&harness, NOTHING, || browser.submit(&form.clone().set("redirect_uris", "x")));
    let typing = crate::support::Form { action: "/console/check".into(), ..form.clone() };
    assert_eq!(costs(&harness, NOTHING, || browser.submit(&typing)).status, 200);
    let client = of_page(&browser, &costs(&harness, at_most(0, 1, 0, 1), || browser.submit(&form)).body);
    let page = costs(&harness, at_most(1, 0, 0, 2), || browser.get(&page_of(&client, "")));
    let secret = Browser::form(&page.body, &page_of(&client, "/secret"));
    // Whether it was stopped meanwhile is asked again before it is written, and the account remembers it for two minutes.
    costs(&harness, at_most(2, 1, 0, 3), || browser.submit(&secret));
    let [edit, delete] = ["/edit", "/delete"].map(|more| page_of(&client, more));
    let form = costs(&harness, at_most(1, 0, 0, 1), || browser.get(&edit));
    let form = Browser::form(&form.body, &edit).set("redirect_uris", REDIRECT);
    // The account, twice, and the journal.
    costs(&harness, at_most(2, 1, 0, 3), || browser.submit(&form));
    let asked = costs(&harness, at_most(0, 0, 0, 1), || browser.get(&delete));
    costs(&harness, at_most(0, 1, 0, 2), || browser.submit(&Browser::form(&asked.body, &delete)));
    costs(&harness, at_most(0, 0, 0, 1), || browser.get(&edit));
}

#[test]
fn an_assertion_costs_what_a_secret_does_and_a_forged_one_no_more_than_the_client() {
    let harness = Harness::new();
    let key = es256(1);
    let members = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[(&key, None)]) });
    for (stored, looked_up) in [(true, 1), (false, 0)] {
        let client = kept(&harness, stored, members.clone());
        let send =
            |assertion: &str, token: &str| harness.send(sent("/introspect", assertion, &[("token", token)]));
        let other = by(&es256(2), None, &claims(&client));
        costs(&harness, at_most(looked_up, 0, 0, 0), || send(&other, "x"))
            .assert_error(401, "invalid_client");
        let own = by(&key, None, &claims(&client));
        assert_admitted(&costs(&harness, at_most(looked_up, 0, 0, 0), || send(&own, "x")));
        costs(&harness, NOTHING, || send("a.b.c", "x"));
    }
}
