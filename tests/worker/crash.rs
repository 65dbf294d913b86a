//! The power goes out between two steps. What was answered was written.

use crate::app::{ALL, App, Tokens, metadata};
use crate::browser::{Browser, PASSWORD};
use crate::http::get_as;
use crate::server::{ROOT_KEY, Server};

#[test]
fn the_story_goes_on_after_kill_9_between_any_two_steps() {
    let server = Server::start(&[]);
    let anonymous = App::anonymous(&server);
    let stored = App::vouched_for(&server, &metadata());
    let (browser, name) = Browser::signed_up(&server);
    stored.tokens(&browser, ALL);

    // After registration, sign-up and consent: the client, the account and the approval are there.
    let server = server.crash().restart(&[]);
    let (anonymous, stored) = (anonymous.moved_to(&server), stored.moved_to(&server));
    let browser = Browser::signed_in(&server, &name);
    let silent = stored.asks_for(ALL);
    let code = silent.code_without_asking(&browser.open(&silent.url()));
    let ask = anonymous.asks_for(ALL);
    let other_code = ask.allowed_in(&browser);

    // After the codes were issued: one is redeemed now, the other is redeemed before the next crash.
    let tokens = Tokens::of(&stored.redeem(&code, &silent).expect(200));
    let server = server.crash().restart(&[]);
    let (anonymous, stored) = (anonymous.moved_to(&server), stored.moved_to(&server));
    let other = Tokens::of(&anonymous.redeem(&other_code, &ask).expect(200));
    let renewed = Tokens::of(&stored.refresh(&tokens.refresh).expect(200));

    // After a refresh: the lost answer can be fetched again, and a redeemed code stays redeemed.
    let server = server.crash().restart(&[]);
    let (anonymous, stored) = (anonymous.moved_to(&server), stored.moved_to(&server));
    assert_eq!(Tokens::of(&stored.refresh(&tokens.refresh).expect(200)).refresh, renewed.refresh);
    anonymous.redeem(&other_code, &ask).expect_error(400, "invalid_grant");
    anonymous.refresh(&other.refresh).expect_error(400, "invalid_grant");
    let renewed = Tokens::of(&stored.refresh(&renewed.refresh).expect(200));
    get_as(&renewed.access, &format!("{}/demo/calendar", server.url)).expect(200);
    let browser = Browser::signed_in(&server, &name);
    let page = browser.open("/account");
    assert_eq!(page.forms().len(), 2);
    browser.send(page.forms().remove(0).press("action", "remove")).at("/account");
    let gone = browser.open("/account").forms();

    // After access was removed: it stays removed.
    let server = server.crash().restart(&[]);
    let browser = Browser::signed_in(&server, &name);
    assert_eq!(browser.open("/account").forms().len(), gone.len());
}

#[test]
fn a_code_and_a_session_outlive_a_crash() {
    let server = Server::start(&[]);
    let (browser, _) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(&browser);
    let cookies = browser.cookies();
    let server = server.crash().restart(&[]);
    let app = app.moved_to(&server);
    app.redeem(&code, &ask).expect(200);
    let again = Browser::new(&server);
    crate::http::send(again.replay(&cookies, "GET", "/account")).expect(200);
}

#[test]
fn a_new_root_key_is_taken_into_use_without_anyone_noticing() {
    const NEW: &str = "k2:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg";
    let server = Server::start(&[]);
    let (browser, name) = Browser::signed_up(&server);
    let app = App::anonymous(&server);
    let tokens = app.tokens(&browser, ALL);
    let cookies = browser.cookies();

    let server = server.crash().restart_with_keys(&format!("{NEW},{ROOT_KEY}"));
    let app = app.moved_to(&server);
    get_old_and_new(&server, &app, &tokens);
    crate::http::send(Browser::new(&server).replay(&cookies, "GET", "/account")).expect(200);
    let renewed = Tokens::of(&app.refresh(&tokens.refresh).expect(200));

    // Retired: clients and refresh tokens live on, sessions do not.
    let server = server.crash().restart_with_keys(&format!("{NEW},!{ROOT_KEY}"));
    let app = app.moved_to(&server);
    let renewed = Tokens::of(&app.refresh(&renewed.refresh).expect(200));
    crate::http::send(Browser::new(&server).replay(&cookies, "GET", "/account")).expect(303);
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
