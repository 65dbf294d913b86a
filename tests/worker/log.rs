//! What the log must never say.

use crate::app::{ALL, App, Tokens, metadata, metadata_with};
use crate::browser::{Browser, PASSWORD, new_name};
use crate::http::{flipped, get_as, request, send};
use crate::secrets;
use crate::server::{ADMIN_TOKEN, REGISTRATION_TOKEN, ROOT_KEY, Server};

#[test]
fn no_secret_that_was_used_is_in_the_log_whatever_went_wrong_with_it() {
    let server = Server::shared();
    for secret in [&ROOT_KEY[3..], REGISTRATION_TOKEN, ADMIN_TOKEN, PASSWORD] {
        secrets::met(secret);
    }
    let (browser, name) = Browser::signed_up(server);
    let wrong_password = "a-password-that-is-wrong";
    Browser::new(server).sign_in(&name, wrong_password).refuses(403);
    Browser::new(server).sign_in(&new_name(), wrong_password).refuses(403);
    for app in [
        App::anonymous(server),
        App::public(server),
        App::vouched_for(server, &metadata()),
        App::registered(server, &metadata_with(serde_json::json!({ "refresh_tokens": "keep" }))),
    ] {
        let ask = app.asks_for(ALL);
        let page = browser.open(&ask.url()).asks_for_consent();
        let form = page.form().press("decision", "allow");
        secrets::met(form.value("consent"));
        secrets::met(form.value("csrf"));
        browser.post(&form.clone().forge("csrf", "x")).expect(403);
        let code = ask.code_of(&browser.post(&form));
        browser.post(&form).expect(400);
        app.redeem(&code, &app.asks_for(ALL)).expect(400);
        let tokens = Tokens::of(&app.redeem(&code, &ask).expect(200));
        app.refresh(&tokens.refresh).expect(200);
        app.redeem(&code, &ask).expect(400);
        app.refresh(&tokens.refresh).expect(400);
        get_as(&tokens.access, &format!("{}/demo/calendar", server.url)).expect(401);
        let in_the_url = format!("{}/demo/whoami?access_token={}", server.url, tokens.access);
        get_as(&tokens.access, &in_the_url).expect(400);
        let mut impostor = app.clone();
        impostor.secret = Some(flipped(impostor.secret.as_deref().unwrap_or("a-secret-that-is-wrong"), 4));
        secrets::met(impostor.secret.as_deref().unwrap());
        impostor.refresh(&tokens.refresh).expect(401);
    }
    let admin = request("POST", &format!("{}/admin/audience-key", server.url));
    send(admin.bearer_auth("an-admin-token-that-is-wrong")).expect(401);
    secrets::met("an-admin-token-that-is-wrong");
    let cookies = browser.cookies();
    browser.send(browser.open("/signout").form()).at("/signout");
    send(browser.replay(&cookies, "GET", "/account")).expect(303);

    // The log is written in order: when it tells of this request, it has told of all before.
    let last = "/register/the-last-request-of-this-test/secret";
    send(request("POST", &format!("{}{last}", server.url)).bearer_auth("x-y-z-x-y-z")).expect(401);
    let log = server.log_once_it_says(&format!("POST {last}"));
    assert!(log.contains("WrongSecret") && log.contains("CodeAlreadyRedeemed"), "the log tells the reasons");
    secrets::assert_none_in(&log);
}
