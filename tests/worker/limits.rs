//! How much one owner can make the server keep.

use serde_json::json;

use crate::app::{App, Tokens};
use crate::browser::Browser;
use crate::http::{get_as, in_parallel, request, send, with_json};
use crate::server::Server;

#[test]
fn an_owner_has_40_live_grants_of_one_client_and_the_oldest_ends_first() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let first = app.tokens(&browser, "calendar.read");
    let grant = || {
        let ask = app.asks_for("calendar.read");
        Tokens::of(&app.redeem(&ask.code_of(&browser.get(&ask.url())), &ask).expect(200))
    };
    let second = grant();
    (0..38).for_each(|_| drop(grant()));
    app.refresh(&first.refresh).expect(200);
    let last = grant();
    app.refresh(&first.refresh).expect_error(400, "invalid_grant");
    app.refresh(&second.refresh).expect(200);
    app.refresh(&last.refresh).expect(200);
    // One page shows them, and one click ends them all.
    let page = browser.open("/account").at("/account");
    browser.send(page.form().press("action", "remove")).at("/account");
    for tokens in [second, last] {
        app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    }
}

#[test]
fn an_owner_registers_20_clients() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let form = browser.open("/console/register").form().fill("client_name", "Diary");
    let form = form.fill("redirect_uris", "https://diary.example/cb\nhttps://diary.example/other");
    let replies = in_parallel(25, |_| browser.post(&form));
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 20);
    assert_eq!(replies.iter().filter(|reply| reply.status == 403).count(), 5);
    let console = browser.open("/console").at("/console");
    let listed = console.links("/console/clients/");
    assert_eq!(listed.len(), 20);
    browser.send(browser.open(&format!("{}/delete", listed[0])).form());
    browser.send(form).at("/console/register");
}

#[test]
fn a_calendar_has_100_entries() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let token = App::anonymous(server).tokens(&browser, "calendar.read calendar.write").access;
    let url = format!("{}/demo/calendar", server.url);
    let add = |at: usize| {
        let entry = json!({ "title": format!("entry {at}") });
        send(with_json(request("POST", &url).bearer_auth(&token), &entry))
    };
    let statuses = in_parallel(101, |at| add(at).status);
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 100);
    add(101).expect_error(409, "invalid_request");
    let entries = get_as(&token, &url).expect(200).json();
    assert_eq!(entries["entries"].as_array().unwrap().len(), 100);
}

#[test]
fn two_devices_of_one_owner_do_not_disturb_each_other() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let laptop = app.tokens(&browser, "calendar.read");
    let ask = app.asks_for("calendar.read");
    let phone = Tokens::of(&app.redeem(&ask.code_of(&browser.get(&ask.url())), &ask).expect(200));
    app.redeem(&ask.verifier, &ask).expect_error(400, "invalid_grant");
    app.revoke(&laptop.refresh).expect(200);
    app.refresh(&laptop.refresh).expect_error(400, "invalid_grant");
    let phone = Tokens::of(&app.refresh(&phone.refresh).expect(200));
    get_as(&phone.access, &format!("{}/demo/calendar", server.url)).expect(200);
    assert_eq!(browser.open("/account").forms().len(), 1);
}
