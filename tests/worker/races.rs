//! Many at once: what must happen once happens once.

use std::collections::BTreeSet;

use serde_json::json;

use crate::app::{ALL, App, Tokens};
use crate::browser::{Browser, PASSWORD, new_name};
use crate::http::{get_as, in_parallel};
use crate::server::Server;

#[test]
fn of_100_parallel_redemptions_of_a_code_one_is_answered_and_its_family_is_dead() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(&browser);
    let replies = in_parallel(100, |_| app.redeem(&code, &ask));
    let (answered, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
    assert_eq!(answered.len(), 1);
    for reply in refused {
        reply.expect_error(400, "invalid_grant");
    }
    let tokens = Tokens::of(&answered[0]);
    app.refresh(&tokens.refresh).expect_error(400, "invalid_grant");
    get_as(&tokens.access, &format!("{}/demo/calendar", server.url)).expect_error(401, "invalid_token");
    assert_eq!(app.introspect(&tokens.access).expect(200).json(), json!({ "active": false }));
}

#[test]
fn a_hundred_parallel_refreshes_with_one_token_all_get_the_same_successor() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, ALL);
    let replies = in_parallel(100, |_| Tokens::of(&app.refresh(&tokens.refresh).expect(200)));
    let successors: BTreeSet<_> = replies.iter().map(|tokens| &tokens.refresh).collect();
    let access: BTreeSet<_> = replies.iter().map(|tokens| &tokens.access).collect();
    assert_eq!((successors.len(), access.len()), (1, 100));
    assert!(!successors.contains(&tokens.refresh));
    app.refresh(&replies[0].refresh).expect(200);
}

#[test]
fn of_100_parallel_sign_ups_with_one_name_one_makes_the_account() {
    let server = Server::shared();
    let name = new_name();
    let browsers: Vec<_> = (0..100).map(|_| Browser::new(server)).collect();
    let forms: Vec<_> = browsers.iter().map(|browser| browser.open("/signup").form()).collect();
    let passwords: Vec<_> = (0..100).map(|at| format!("{PASSWORD}-{at}")).collect();
    let replies = in_parallel(100, |at| {
        let form = forms[at].clone().fill("username", &name).fill("password", &passwords[at]);
        browsers[at].post(&form)
    });
    let winners: Vec<_> = (0..100).filter(|&at| replies[at].status == 303).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 409).count(), 99);
    browsers[winners[0]].open("/account").at("/account");
    Browser::new(server).sign_in(&name, &passwords[winners[0]]).at("/account");
    let loser = (winners[0] + 1) % 100;
    browsers[loser].open("/account").at("/signin");
    Browser::new(server).sign_in(&name, &passwords[loser]).refuses(403);
}

#[test]
fn a_consent_form_that_is_posted_20_times_at_once_gives_one_code() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let ask = app.asks_for(ALL);
    let page = browser.open(&ask.url()).asks_for_consent();
    let form = page.form().press("decision", "allow");
    let replies = in_parallel(20, |_| browser.post(&form));
    let codes: Vec<_> = replies.iter().filter(|reply| reply.status == 303).collect();
    assert_eq!(codes.len(), 1);
    assert!(replies.iter().all(|reply| matches!(reply.status, 303 | 400)));
    app.redeem(&ask.code_of(codes[0]), &ask).expect(200);
    assert_eq!(browser.open("/account").forms().len(), 1);
}

#[test]
fn after_a_revocation_has_returned_no_refresh_that_raced_it_left_a_live_token() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, "calendar.read");
    let replies = in_parallel(30, |at| match at {
        10 => app.revoke(&tokens.access),
        _ => app.refresh(&tokens.refresh),
    });
    for reply in replies.iter().filter(|reply| reply.body.contains("refresh_token")) {
        let raced = Tokens::of(reply);
        app.refresh(&raced.refresh).expect_error(400, "invalid_grant");
        assert_eq!(app.introspect(&raced.access).expect(200).json(), json!({ "active": false }));
    }
}
