//! The administrators' pages: lists from real KV, and what is stopped is stopped.

use serde_json::{Value, json};

use crate::app::{ALL, App, metadata, metadata_with};
use crate::browser::{Browser, PASSWORD};
use crate::http::{flipped, get_as, spent};
use crate::server::Server;

/// A server that its first account administers, and the name of that account.
fn administered() -> (Server, String) {
    let server = Server::start(&[]);
    let (_, name) = Browser::signed_up(&server);
    let log = server.log_once_it_says("\"event\":\"signed_up\"");
    let line =
        log.lines().find_map(|line| line.find("{\"event\":\"signed_up\"").map(|at| &line[at..])).unwrap();
    let sub = serde_json::from_str::<Value>(line).unwrap()["sub"].as_str().unwrap().to_owned();
    (server.crash().restart(&[&format!("ADMINS:{sub}")]), name)
}

#[test]
fn an_administrator_sees_and_stops_clients_and_accounts() {
    let (server, root) = administered();
    let admin = Browser::signed_in(&server, &root);
    let (alice, name) = Browser::signed_up(&server);
    for path in ["/admin", "/admin/clients", "/admin/accounts", "/admin/events", "/admin/keys"] {
        alice.get(path).expect(404);
        admin.get(path).expect(200);
        assert_eq!(
            Browser::new(&server).get(path).expect(303).header("location"),
            format!("/signin?next={}", &path[1..])
        );
    }

    // A client.
    let app = App::vouched_for(&server, &metadata());
    let tokens = app.tokens(&alice, ALL);
    let page = admin.open("/admin/clients");
    page.reply.clone().costs(spent(0, 0, 1, 1));
    let stopped = admin.send(page.form_with("client_id", &app.id).press("action", "disable"));
    assert!(stopped.reply.body.contains("The app is disabled."));
    app.refresh(&tokens.refresh).expect_error(401, "invalid_client");
    admin.send(stopped.form_with("client_id", &app.id).press("action", "enable"));
    let tokens = crate::app::Tokens::of(&app.refresh(&tokens.refresh).expect(200));

    // An account.
    let found = admin.open(&format!("/admin/accounts?username={name}"));
    let mut forms = found.forms();
    assert_eq!(forms.len(), 1);
    let stopped = admin.send(forms.remove(0).press("action", "disable"));
    assert!(stopped.reply.body.contains("The account is disabled:"));
    assert_eq!(alice.get("/account").expect(303).header("location"), "/signin?next=account");
    app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    get_as(&tokens.access, &format!("{}/demo/calendar", server.url)).expect_error(401, "invalid_token");
    alice.sign_in(&name, PASSWORD).refuses(403);
    let listed = admin.open("/admin/accounts");
    listed.reply.clone().costs(spent(0, 0, 1, 1));
    assert!(listed.reply.body.contains(&name) && listed.reply.body.contains("disabled</span>"));
    admin.send(stopped.forms().remove(0).press("action", "enable"));
    alice.sign_in(&name, PASSWORD).at("/account");

    // Keys.
    let page = admin.open("/admin/keys");
    let rotate = page.form().press("action", "rotate");
    assert!(admin.send(rotate.clone()).reply.body.contains("A rotation is under way"));
    admin.post(&rotate).expect(409);

    // All of it is in the journal, as soon as it is written: that is after the answer.
    let said =
        ["New keys", "account was enabled", "account was disabled", "app was enabled", "app was registered"];
    for attempt in 0.. {
        let events = admin.open("/admin/events").reply.body;
        if said.iter().all(|words| events.contains(words)) {
            break;
        }
        assert!(attempt < 100, "{events}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_list_goes_on_where_its_last_page_ended() {
    let (server, root) = administered();
    let admin = Browser::signed_in(&server, &root);
    for n in 0..51 {
        App::vouched_for(&server, &metadata_with(json!({ "client_name": format!("App number {n:02}") })));
    }
    let shown = |path: &str| {
        let page = admin.open(path);
        let names = page.texts("main li bdi");
        let html = scraper::Html::parse_document(&page.reply.body);
        let next = scraper::Selector::parse("a[rel=next]").unwrap();
        let next = html.select(&next).next().and_then(|link| link.attr("href")).map(str::to_owned);
        (names, next)
    };
    let (mut names, next) = shown("/admin/clients");
    assert_eq!(names.len(), 40);
    let next = next.unwrap();
    let (rest, end) = shown(&next);
    assert!(rest.len() == 11 && end.is_none());
    names.extend(rest);
    names.sort();
    assert_eq!(names, (0..51).map(|n| format!("App number {n:02}")).collect::<Vec<_>>());
    // A place that storage would not take is the beginning.
    for from in [flipped(&next, next.len() - 5), "/admin/clients?from=x".to_owned()] {
        assert_eq!(shown(&from).0.len(), 40, "{from}");
    }
}
