//! The power goes out between two steps. What was answered was written.

use serde_json::json;

use crate::app::{ALL, App, Tokens, metadata};
use crate::browser::{Browser, PASSWORD};
use crate::http::{get, get_as, request, send, with_json};
use crate::server::{ADMIN_TOKEN, ROOT_KEY, Server};

/// Where the machine is slow, nothing may lapse for that.
const SETTINGS: [&str; 2] = ["CODE_TTL:600", "REFRESH_RETRY_WINDOW:3600"];

/// Kills the server and starts it again on what is left. Its address stays, so that browsers and apps go on with
/// what they hold: open pages, cookies, codes, tokens.
fn killed(server: Server) -> Server {
    let url = server.url.clone();
    let server = server.crash().restart(&SETTINGS);
    assert_eq!(server.url, url);
    server
}

fn calendar(server: &Server) -> String {
    format!("{}/demo/calendar", server.url)
}

/// Two apps, one sealed into its id and one stored, each with an owner of its own, take one step between any two
/// crashes. What a step finds was left by the one before.
#[test]
fn the_story_goes_on_after_kill_9_at_every_step() {
    // Registration.
    let server = Server::start(&SETTINGS);
    let apps = [App::anonymous(&server), App::vouched_for(&server, &metadata())];
    let server = killed(server);

    // Sign-up.
    let signed_up = apps.each_ref().map(|_| Browser::signed_up(&server));
    let server = killed(server);

    // The request of a browser that has yet to sign in.
    for (browser, _) in &signed_up {
        browser.open("/account").at("/account");
    }
    let browsers = signed_up.each_ref().map(|_| Browser::new(&server));
    let asks = apps.each_ref().map(|app| app.asks_for(ALL));
    let sign_ins = [0, 1].map(|at| browsers[at].open(&asks[at].url()).at("/signin").form());
    let server = killed(server);

    // Sign-in, with the form from before the crash.
    let signed_in = [0, 1].map(|at| {
        let form = sign_ins[at].clone().fill("username", &signed_up[at].1).fill("password", PASSWORD);
        browsers[at].post(&form).expect(303)
    });
    let server = killed(server);

    // The question.
    let forms = [0, 1].map(|at| {
        let page = browsers[at].open(signed_in[at].header("location")).asks_for_consent();
        page.form().press("decision", "allow")
    });
    let server = killed(server);

    // The answer, in the form from before the crash.
    let codes = [0, 1].map(|at| asks[at].code_of(&browsers[at].post(&forms[at])));
    let server = killed(server);

    // Redemption. The form that gave the code gives no other.
    let tokens = [0, 1].map(|at| {
        browsers[at].post(&forms[at]).expect(400);
        Tokens::of(&apps[at].redeem(&codes[at], &asks[at]).expect(200))
    });
    let server = killed(server);

    // Refresh.
    let renewed = [0, 1].map(|at| {
        get_as(&tokens[at].access, &calendar(&server)).expect(200);
        Tokens::of(&apps[at].refresh(&tokens[at].refresh).expect(200))
    });
    let server = killed(server);

    // The lost answer can be fetched again. The approval is remembered; a code of it is redeemed, and stays so after
    // the next crash.
    let asks = apps.each_ref().map(|app| app.asks_for(ALL));
    let codes = [0, 1].map(|at| {
        let again = Tokens::of(&apps[at].refresh(&tokens[at].refresh).expect(200));
        assert_eq!(again.refresh, renewed[at].refresh);
        let code = asks[at].code_without_asking(&browsers[at].open(&asks[at].url()));
        (Tokens::of(&apps[at].redeem(&code, &asks[at]).expect(200)), code)
    });
    let server = killed(server);

    // Removal of access, of a family that lives. The one whose code comes a second time has ended.
    for at in [0, 1] {
        let (others, code) = &codes[at];
        apps[at].redeem(code, &asks[at]).expect_error(400, "invalid_grant");
        apps[at].refresh(&others.refresh).expect_error(400, "invalid_grant");
        get_as(&renewed[at].access, &calendar(&server)).expect(200);
        let page = browsers[at].open("/account").at("/account");
        browsers[at].send(page.form().press("action", "remove")).at("/account");
    }
    let server = killed(server);

    // Sign-out. What was removed stays removed, and is asked for again.
    let cookies = [0, 1].map(|at| {
        apps[at].refresh(&renewed[at].refresh).expect_error(400, "invalid_grant");
        get_as(&renewed[at].access, &calendar(&server)).expect_error(401, "invalid_token");
        assert!(browsers[at].open("/account").at("/account").forms().is_empty());
        browsers[at].open(&apps[at].asks_for(ALL).url()).asks_for_consent();
        let cookies = browsers[at].cookies();
        browsers[at].send(browsers[at].open("/signout").form()).at("/signout");
        cookies
    });
    let server = killed(server);

    // The apps go: the operator denies the one that is stored nowhere, the other deletes itself.
    for at in [0, 1] {
        send(browsers[at].replay(&cookies[at], "GET", "/account")).expect(303);
        browsers[at].open("/account").at("/signin");
    }
    let deny = request("POST", &format!("{}/admin/clients/deny", server.url)).bearer_auth(ADMIN_TOKEN);
    send(with_json(deny, &json!({ "client_id": apps[0].id }))).expect(204);
    let token = apps[1].document["registration_access_token"].as_str().unwrap();
    let address = format!("{}/register/{}", server.url, apps[1].id);
    send(request("GET", &address).bearer_auth(token)).expect(200);
    send(request("DELETE", &address).bearer_auth(token)).expect(204);
    let _server = killed(server);

    // They stay gone, and their owners do not.
    for at in [0, 1] {
        get(&apps[at].asks_for(ALL).url()).expect(400);
        apps[at].refresh(&renewed[at].refresh).expect(401);
        browsers[at].sign_in(&signed_up[at].1, PASSWORD).at("/account");
    }
    send(request("GET", &address).bearer_auth(token)).expect(401);
}

#[test]
fn a_new_root_key_is_taken_into_use_without_anyone_noticing() {
    const NEW: &str = "k2:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg";
    let server = Server::start(&SETTINGS);
    let (browser, name) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let tokens = app.tokens(&browser, ALL);
    let cookies = browser.cookies();

    let server = server.crash().restart_with_keys(&format!("{NEW},{ROOT_KEY}"));
    let app = app.moved_to(&server);
    get_old_and_new(&server, &app, &tokens);
    send(Browser::new(&server).replay(&cookies, "GET", "/account")).expect(200);
    let renewed = Tokens::of(&app.refresh(&tokens.refresh).expect(200));

    // Retired: clients and refresh tokens live on, sessions do not.
    let server = server.crash().restart_with_keys(&format!("{NEW},!{ROOT_KEY}"));
    let app = app.moved_to(&server);
    let renewed = Tokens::of(&app.refresh(&renewed.refresh).expect(200));
    send(Browser::new(&server).replay(&cookies, "GET", "/account")).expect(303);
    Browser::new(&server).sign_in(&name, PASSWORD).at("/account");

    // Gone, as after a leak: nothing that was made with it counts.
    let server = server.crash().restart_with_keys(NEW);
    let app = app.moved_to(&server);
    app.refresh(&renewed.refresh).expect_error(401, "invalid_client");
    Browser::new(&server).sign_in(&name, PASSWORD).at("/account");
}

fn get_old_and_new(server: &Server, app: &App, old: &Tokens) {
    get_as(&old.access, &format!("{}/demo/whoami", server.url)).expect(200);
    let new = Tokens::of(&app.refresh(&old.refresh).expect(200));
    get_as(&new.access, &format!("{}/demo/whoami", server.url)).expect(200);
    assert_eq!(app.introspect(&new.access).expect(200).json()["active"], true);
}
