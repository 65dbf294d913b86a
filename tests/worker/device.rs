//! A device (RFC 8628) and a client that acts for itself (RFC 6749 §4.4), from metadata to the resource.

use serde_json::{Value, json};

use crate::app::{ALL, App, Tokens};
use crate::browser::{Browser, PASSWORD};
use crate::http::{Reply, flipped, get, get_as, in_parallel, post_json, send, spent};
use crate::server::Server;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn tv(server: &Server) -> App {
    let metadata = json!({
        "client_name": "Living-room TV",
        "token_endpoint_auth_method": "none",
        "grant_types": [GRANT_TYPE, "refresh_token"],
        // Nobody signs in to it, so that no poll has to fetch the keys of ID tokens.
        "scope": ALL,
    });
    App::registered(server, &metadata)
}

fn ask(app: &App) -> Value {
    app.call("/device_authorization", &[("scope", ALL)]).expect(200).json()
}

fn poll(app: &App, asked: &Value) -> Reply {
    app.token(&[("grant_type", GRANT_TYPE), ("device_code", asked["device_code"].as_str().unwrap())])
}

#[test]
fn a_tv_is_connected_by_somebody_who_signs_in_on_the_way() {
    let server = Server::shared();
    let metadata = get(&format!("{}/.well-known/oauth-authorization-server", server.url)).json();
    assert_eq!(metadata["device_authorization_endpoint"], format!("{}/device_authorization", server.url));
    let (_, name) = Browser::signed_up(server);
    let tv = tv(server);
    let reply = tv.call("/device_authorization", &[("scope", ALL)]).expect(200).costs(spent(1, 0, 0, 1));
    let asked = reply.json();
    assert_eq!(asked["verification_uri"], format!("{}/device", server.url));
    assert_eq!((&asked["expires_in"], &asked["interval"]), (&json!(600), &json!(5)));
    let user_code = asked["user_code"].as_str().unwrap();
    poll(&tv, &asked).expect_error(400, "authorization_pending").costs(spent(1, 0, 0, 1));
    poll(&tv, &asked).expect_error(400, "slow_down");

    // The phone: the address as it is shown, the code as people type it.
    let phone = Browser::new(server);
    let page = phone.open("/device").at("/device");
    let typed = user_code.to_lowercase().replace('-', " ");
    let page = phone.send(page.form().fill("user_code", &typed)).at("/signin");
    let page = phone.send(page.form().fill("username", &name).fill("password", PASSWORD)).at("/device");
    assert_eq!(page.form().value("user_code"), user_code, "it is there already, and waits for a click");
    let page = phone.send(page.form()).asks_for_consent();
    let said = page.texts("main").concat();
    for words in
        ["Living-room TV", "Registered anonymously", "Only continue if you started this", user_code, &name]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    let form = page.form().untick("scope", "calendar.write").press("decision", "allow");
    let done = phone.send(form.clone()).at("/device/confirm");
    assert!(done.reply.body.contains("Go back to your device"), "{done:#?}");
    phone.send(form).refuses(400);

    let tokens = Tokens::of(&poll(&tv, &asked).expect(200));
    assert_eq!(tokens.scope, "calendar.read");
    poll(&tv, &asked).expect_error(400, "invalid_grant");
    let calendar = format!("{}/demo/calendar", server.url);
    get_as(&tokens.access, &calendar).expect(200);
    let tokens = Tokens::of(&tv.refresh(&tokens.refresh).expect(200));
    // It is on the list, and what is taken off the list is over.
    let account = phone.open("/account").at("/account");
    assert!(account.reply.body.contains("Living-room TV"));
    phone.send(account.forms().remove(0).press("action", "remove")).at("/account");
    get_as(&tokens.access, &calendar).expect_error(401, "invalid_token");
    tv.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
}

#[test]
fn of_polls_at_once_one_gets_the_tokens() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let tv = tv(server);
    let asked = ask(&tv);
    let link = format!("/device?user_code={}", asked["user_code"].as_str().unwrap());
    let page = browser.send(browser.open(&link).form()).asks_for_consent();
    browser.send(page.form().press("decision", "allow")).at("/device/confirm");
    let replies = in_parallel(8, |_| poll(&tv, &asked));
    let (given, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
    assert_eq!(given.len(), 1);
    refused.into_iter().for_each(|reply| drop(reply.expect_error(400, "invalid_grant")));
    get_as(&Tokens::of(&given[0]).access, &format!("{}/demo/calendar", server.url)).expect(200);
}

#[test]
fn what_is_denied_or_wrong_gets_nothing() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let tv = tv(server);
    let asked = ask(&tv);
    let code = asked["device_code"].as_str().unwrap();
    for at in [0, 4, code.len() / 2, code.len() - 1] {
        let forged = flipped(code, at);
        tv.token(&[("grant_type", GRANT_TYPE), ("device_code", &forged)]).expect_error(400, "invalid_grant");
    }
    let other = App::registered(server, &json!({ "grant_types": [GRANT_TYPE] }));
    poll(&other, &asked).expect_error(400, "invalid_grant");
    for wrong in ["", "BCDF", "BCDF-GHJK", "AEIO-UUUU"] {
        browser.send(browser.open("/device").form().fill("user_code", wrong)).refuses(400);
    }
    let page = browser.open("/device").form().fill("user_code", asked["user_code"].as_str().unwrap());
    let page = browser.send(page).asks_for_consent();
    let form = page.form().press("decision", "allow");
    browser.send(form.clone().forge("csrf", "x")).refuses(403);
    send(form.body(browser.request("POST", "/device/confirm")).header("origin", "https://evil.example"))
        .expect(403);
    browser.send(page.form().press("decision", "deny")).at("/device/confirm");
    browser.send(form).refuses(400);
    poll(&tv, &asked).expect_error(400, "access_denied");
}

#[test]
fn a_client_acts_for_itself_where_somebody_vouched_for_it() {
    let server = Server::shared();
    let metadata = json!({ "client_name": "Report", "grant_types": ["client_credentials"] });
    let refused = post_json(&format!("{}/register", server.url), &metadata);
    let refused = refused.expect_error(400, "invalid_client_metadata");
    assert!(refused.member("error_description").contains("grant_types"), "{refused:#?}");
    let app = App::vouched_for(server, &metadata);
    let own = |scope: &str| app.token(&[("grant_type", "client_credentials"), ("scope", scope)]);
    let reply = own("calendar.read").expect(200).costs(spent(1, 0, 0, 1));
    let tokens = reply.json();
    assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none(), "{tokens}");
    let access = tokens["access_token"].as_str().unwrap();
    let told = app.introspect(access).expect(200).json();
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(app.id)));
    let calendar = format!("{}/demo/calendar", server.url);
    get_as(access, &calendar).expect(200);
    app.revoke(access).expect(200);
    get_as(access, &calendar).expect_error(401, "invalid_token");
    for scope in ["openid", "offline_access", "admin"] {
        own(scope).expect_error(400, "invalid_scope");
    }
    let public = App::public(server);
    public.token(&[("grant_type", "client_credentials")]).expect_error(400, "unauthorized_client");
}
