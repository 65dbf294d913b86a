//! What owners do with their account: where they are signed in, what is kept of them, and the end of it.

use serde_json::{Value, json};

use crate::app::{ALL, App, metadata};
use crate::browser::{Browser, PASSWORD};
use crate::http::{get_as, request, send, spent, with_json};
use crate::server::Server;

const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/account").status == 200
}

fn data(browser: &Browser) -> Value {
    let file = browser.get("/account/data.json").expect(200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"account-data.json\"");
    file.json()
}

#[test]
fn a_session_that_is_ended_elsewhere_is_over_at_once() {
    let server = Server::shared();
    let (own, name) = Browser::signed_up(server);
    let other = Browser::new(server);
    let form = other.open("/signin").form().fill("username", &name).fill("password", PASSWORD);
    send(other.posting(&form).header("user-agent", CHROME).header("cf-ipcountry", "KR")).expect(303);
    let third = Browser::signed_in(server, &name);

    own.get("/account/sessions").expect(200).costs(spent(0, 0, 0, 1));
    let page = own.open("/account/sessions").at("/account/sessions");
    let rows = page.texts(".apps li > div");
    assert_eq!(rows.len(), 3);
    assert!(rows[1].contains("Chrome on Linux"), "{rows:?}");
    assert!(rows[2].contains("Unknown browser") && rows[2].contains("This browser"), "{rows:?}");
    let row = page.forms().remove(1);
    own.send(row.press("action", "end")).at("/account/sessions");
    assert!(is_signed_in(&own) && is_signed_in(&third) && !is_signed_in(&other));
    let all = page.forms().pop().unwrap();
    own.send(all.press("action", "end_others")).at("/account/sessions");
    assert!(is_signed_in(&own) && !is_signed_in(&third));
}

#[test]
fn who_has_nothing_leaves_and_may_come_again() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    for _ in 0..2 {
        let page = browser.open("/account/delete").at("/account/delete");
        browser.send(page.form().fill("username", &name)).at("/account/delete");
        assert!(!is_signed_in(&browser));
        let page = browser.open("/signup");
        browser.send(page.form().fill("username", &name).fill("password", PASSWORD)).at("/account");
    }
}

#[test]
fn who_leaves_leaves_nothing_and_whoever_comes_next_is_somebody_else() {
    let server = Server::shared();
    let (browser, name) = Browser::signed_up(server);
    let elsewhere = Browser::signed_in(server, &name);
    let apps = [App::anonymous(server), App::vouched_for(server, &metadata())];
    let tokens = apps.each_ref().map(|app| app.tokens(&browser, ALL));
    let calendar = format!("{}/demo/calendar", server.url);
    let dentist = request("POST", &calendar).bearer_auth(&tokens[0].access);
    send(with_json(dentist, &json!({ "title": "dentist" }))).expect(201);
    apps[0].refresh(&tokens[0].refresh).expect(200);

    let kept = data(&browser);
    assert_eq!(
        (&kept["account"]["username"], &kept["calendar"][0]["title"]),
        (&json!(name), &json!("dentist"))
    );
    assert_eq!(kept["grants"].as_array().unwrap().len(), 2);
    assert_eq!((&kept["grants"][1]["alive"], &kept["grants"][1]["refreshes"]), (&json!(true), &json!(1)));

    let page = browser.open("/account/delete").at("/account/delete");
    browser.send(page.form().fill("username", "somebody-else")).refuses(403);
    let gone = browser.send(page.form().fill("username", &name)).at("/account/delete");
    assert!(gone.reply.body.contains("Your account is deleted"));
    for (app, tokens) in apps.iter().zip(&tokens) {
        app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
        assert_eq!(app.introspect(&tokens.access).json(), json!({ "active": false }));
        get_as(&tokens.access, &calendar).expect_error(401, "invalid_token");
    }
    assert!(!is_signed_in(&browser) && !is_signed_in(&elsewhere));
    elsewhere.sign_in(&name, PASSWORD).refuses(403);

    let next = Browser::new(server);
    next.send(next.open("/signup").form().fill("username", &name).fill("password", PASSWORD)).at("/account");
    let theirs = data(&next);
    assert_ne!(theirs["account"]["sub"], kept["account"]["sub"]);
    for list in ["grants", "consents", "calendar", "registered_clients"] {
        assert_eq!(theirs[list], json!([]), "{list}");
    }
    assert!(!is_signed_in(&elsewhere));
    next.open(&apps[1].asks_for(ALL).url()).asks_for_consent();
}
