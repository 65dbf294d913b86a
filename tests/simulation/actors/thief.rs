//! A thief: has what leaked, and uses it at random moments.

use std::rc::Rc;

use postern::model::authorization_code;
use postern::model::refresh_token::RefreshToken;

use crate::actors::browser::Browser;
use crate::actors::{App, Cast};
use crate::http::Sent;

/// A thief's life in this schedule.
pub async fn prowls(cast: Rc<Cast>) {
    for _ in 0..cast.pick(8) {
        cast.waits().await;
        match cast.pick(8) {
            0 => {}
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
