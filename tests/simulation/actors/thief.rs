//! A thief: has what leaked, and uses it at random moments.

use std::rc::Rc;

use postern::model::authorization_code;
use postern::model::device_code::DeviceCode;
use postern::model::refresh_token::RefreshToken;

use crate::actors::browser::Browser;
use crate::actors::device::DEVICE_CODE;
use crate::actors::exchange::exchanging;
use crate::actors::{App, Cast};
use crate::gateway::{API, STORE};
use crate::http::{Sent, fields};
use crate::ocean::ISSUER;
use crate::scheduler::Time;

/// A thief's life in this schedule.
pub async fn prowls(cast: Rc<Cast>) {
    for _ in 0..cast.pick(8) {
        cast.waits().await;
        match cast.pick(14) {
            0 => {}
            8 => repeats_a_proof(&cast).await,
            9 => uses_an_exchanged_token(&cast).await,
            10 | 11 => uses_a_device_code(&cast).await,
            12 => uses_a_user_code(&cast).await,
            13 => posts_a_logout(&cast).await,
            1 | 2 => uses_a_code(&cast).await,
            3 | 4 => uses_a_refresh_token(&cast).await,
            5 | 6 => uses_a_cookie(&cast).await,
            _ => redirects_elsewhere(&cast).await,
        }
    }
}

fn some<T: Clone>(cast: &Cast, leaked: &[T]) -> Option<T> {
    let n = u32::try_from(leaked.len()).unwrap();
    if n == 0 { None } else { leaked.get((n - 1 - cast.pick(n)) as usize).cloned() }
}

/// As the client it was for where that is public, or as another.
async fn uses_a_code(cast: &Rc<Cast>) {
    let Some((app, code, verifier)) = some(cast, &cast.leaks.codes.borrow()) else { return };
    let verifier = verifier.unwrap_or_else(|| "thief-thief-thief-thief-thief-thief-thief-1".into());
    let sent = as_whom(cast, &app).redemption(&code, &verifier);
    let grant = authorization_code::open(cast.ocean.keyring(), &code).unwrap();
    cast.ocean.oracle.excuse(grant);
    drop(cast.ocean.send(cast.pick(3) as usize, sent).await);
}

async fn uses_a_refresh_token(cast: &Rc<Cast>) {
    let Some((app, token)) = some(cast, &cast.leaks.refresh_tokens.borrow()) else { return };
    let grant = RefreshToken::open(cast.ocean.keyring(), &token).unwrap().grant;
    let by = as_whom(cast, &app);
    let greed = (cast.pick(3) == 2).then_some("calendar.read calendar.write notes");
    let mut token = token;
    for _ in 0..=cast.pick(3) {
        cast.ocean.oracle.excuse(grant);
        let answer = cast.ocean.send(cast.pick(3) as usize, by.refreshing(&token, greed)).await;
        // What it got, it goes on with.
        match answer.and_then(|answer| answer.text("refresh_token")) {
            Some(next) => token = next,
            None => return,
        }
        cast.waits().await;
    }
}

/// The client itself, as whom a thief of its secret can act, too; or another client.
fn as_whom(cast: &Cast, app: &Rc<App>) -> Rc<App> {
    let other = cast.some_app().filter(|_| cast.pick(3) == 2);
    other.unwrap_or_else(|| Rc::clone(app))
}

async fn uses_a_cookie(cast: &Rc<Cast>) {
    let Some(cookies) = some(cast, &cast.leaks.cookies.borrow()) else { return };
    let browser = Browser::with_cookies(cast, cast.pick(3) as usize, &cookies);
    match (cast.pick(2), cast.some_app()) {
        (1, Some(app)) => {
            let (link, _) = app.link(cast);
            drop(browser.open(&link).await);
        }
        _ => drop(browser.open("/account").await),
    }
}

/// A sealed client id is no secret. It does not lead anywhere but to its own redirect URIs.
async fn redirects_elsewhere(cast: &Rc<Cast>) {
    let Some(app) = cast.some_app() else { return };
    let (link, _) = app.link(cast);
    let own = postern::base::form::encode_pairs([("redirect_uri", app.redirect_uri)]);
    let elsewhere = link.replace(&own, "redirect_uri=https%3A%2F%2Fthief.example%2Fcb");
    if let Some(answer) = cast.ocean.send(0, Sent::get(elsewhere)).await
        && answer.status == 303
    {
        cast.ocean.scheduler.violated("nobody is sent elsewhere", answer.header("location"));
    }
}

/// Sends once more what its client sent, with the proof in it.
async fn repeats_a_proof(cast: &Rc<Cast>) {
    let Some(sent) = some(cast, &cast.leaks.proven.borrow()) else { return };
    // Where the client's own request was lost, the thief comes first.
    let token = sent.field("refresh_token").unwrap();
    cast.ocean.oracle.excuse(RefreshToken::open(cast.ocean.keyring(), &token).unwrap().grant);
    drop(cast.ocean.send(cast.pick(3) as usize, sent).await);
}

/// At a resource it is not for, and for more of its kind.
async fn uses_an_exchanged_token(cast: &Rc<Cast>) {
    let Some(token) = some(cast, &cast.leaks.exchanged.borrow()) else { return };
    let place = cast.pick(3) as usize;
    match (cast.pick(4), cast.some_app()) {
        (0, Some(app)) => {
            let sent = app.sent("/introspect", &[("token", &token)]);
            drop(cast.ocean.send(place, sent).await);
        }
        (1, Some(app)) => drop(cast.ocean.send(place, app.sent("/revoke", &[("token", &token)])).await),
        (2, Some(app)) => {
            let target = [ISSUER, API, STORE][cast.pick(3) as usize];
            drop(cast.ocean.send(place, exchanging(&app, &token, Some(target), None)).await);
        }
        _ => {
            let target = ["/demo/calendar", "/demo/whoami"][cast.pick(2) as usize];
            drop(cast.ocean.send(place, Sent::get(target).bearer(&token)).await);
        }
    }
}

/// Comes for the tokens of somebody's device, as that device or as another client.
async fn uses_a_device_code(cast: &Rc<Cast>) {
    let Some((device, code)) = some(cast, &cast.leaks.device_codes.borrow()) else { return };
    let grant = DeviceCode::open(cast.ocean.keyring(), &code).unwrap().grant;
    for _ in 0..=cast.pick(4) {
        cast.ocean.oracle.excuse(grant);
        let sent =
            as_whom(cast, &device).sent("/token", &[("grant_type", DEVICE_CODE), ("device_code", &code)]);
        drop(cast.ocean.send(cast.pick(3) as usize, sent).await);
        cast.ocean.scheduler.sleep(Time::from(cast.pick(6)) * 1000).await;
    }
}

/// Types the code of somebody's device, and answers without having been asked; or begins with another code.
async fn uses_a_user_code(cast: &Rc<Cast>) {
    let Some(code) = some(cast, &cast.leaks.user_codes.borrow()) else { return };
    let cookies = some(cast, &cast.leaks.cookies.borrow()).unwrap_or_default();
    let browser = Browser::with_cookies(cast, cast.pick(3) as usize, &cookies);
    let Some(page) = browser.open(&format!("/device?user_code={code}")).await else { return };
    let shown = browser.submit(&page, "/device", &[("user_code", &code)]).await;
    let Some(shown) = shown.filter(|shown| fields(&shown.body, "/device/confirm").is_some()) else { return };
    // The form of one session is worth nothing in another, nor is it without the page's own token.
    let set = [("decision", "allow"), ("scope", "calendar.read")];
    let other = Browser::new(cast, cast.pick(3) as usize);
    drop(other.submit(&shown, "/device/confirm", &set).await);
    drop(browser.submit(&shown, "/device/confirm", &[set[0], set[1], ("csrf", "x")]).await);
}

/// Makes somebody's browser ask to be signed out. What a page elsewhere sends has no cookie that is Lax; that it had is
/// tried, too.
async fn posts_a_logout(cast: &Rc<Cast>) {
    let token = some(cast, &cast.leaks.id_tokens.borrow()).unwrap_or_default();
    let cookies = some(cast, &cast.leaks.cookies.borrow()).unwrap_or_default();
    let place = cast.pick(3) as usize;
    let pairs = [("id_token_hint", token.as_str()), ("logout", "yes")];
    let Some(answer) = cast.ocean.send(place, Sent::form("/logout", pairs)).await else { return };
    let Some(sealed) = answer.to_page().and_then(|page| page.split_once("logout_request=")) else { return };
    let foreign = |target: &str, pairs: &[(&str, &str)]| {
        let sent = Sent::form(target, pairs.iter().copied()).with("origin", "https://thief.example");
        sent.with("sec-fetch-site", "cross-site").with("cookie", &cookies)
    };
    let sent = match cast.pick(3) {
        0 => foreign("/logout/confirm", &[("logout_request", sealed.1), ("logout", "yes")]),
        1 => foreign("/signout", &[]),
        _ => Sent::get(answer.to_page().unwrap()),
    };
    drop(cast.ocean.send(place, sent).await);
}
