//! `/logout`: a client asks to sign its owner out (RP-Initiated Logout §2). A link alone signs nobody out: it has to bring
//! an ID token of the session, or the owner is asked.

use crate::base::form::{Form, encode_pairs};
use crate::endpoint::browser::Browser;
use crate::endpoint::client::find_client;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::hint::{names_no_key, verified_hint};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, sign_out};
use crate::model::client_id::ClientId;
use crate::pages;
use crate::protocol::oidc::{LogoutRefusal, LogoutRequest};
use crate::store::Unavailable;

/// The parameter that carries a request which was checked.
const SEALED: &str = "logout_request";

/// `GET /logout`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let form = Form::parse(&request.query).map_err(|_| LogoutRefusal::Malformed);
    let read = match form {
        Err(refusal) => Err(refusal),
        Ok(form) => match form.value(SEALED) {
            Some(sealed) => LogoutRequest::open(world.keyring, sealed, world.now),
            None => check(world, &form).await?,
        },
    };
    let logout = match read {
        Ok(logout) => logout,
        Err(refusal) => return Ok(refuse(world, &browser, request, refusal)),
    };
    browser.speak(logout.ui_locales());
    match &browser.session {
        None if logout.leads_away_unasked() => Ok(go_on(world, &browser, &logout)),
        None => Ok(done(world, &browser)),
        Some(session) if logout.names(session.sid) => {
            sign_out::end(world, &browser, go_on(world, &browser, &logout)).await
        }
        Some(_) => Ok(ask(world, &browser, &logout)),
    }
}

/// `POST /logout`: answered with 303 to its sealed self, before any cookie is looked at. A cross-site post carries no Lax
/// cookies: it would look as if nobody were signed in.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let form = read_form(world, request, Face::Page).await?;
    match check(world, &form).await? {
        Ok(logout) => {
            let sealed = logout.seal(world.keyring);
            Ok(Response::see_other(&format!("/logout?{}", encode_pairs([(SEALED, sealed.as_str())]))))
        }
        Err(refusal) => Ok(refuse(world, &Browser::of(world, request), request, refusal)),
    }
}

/// `POST /logout/confirm`: the owner was asked, and wants to.
pub async fn confirm(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    // Where the session is over already, nothing is left to do that a foreign form could do.
    if browser.session.is_some() {
        browser.check_post(world, request, &form)?;
    }
    match LogoutRequest::open(world.keyring, form.value(SEALED).unwrap_or_default(), world.now) {
        Ok(logout) => {
            browser.speak(logout.ui_locales());
            match browser.session {
                None => Ok(go_on(world, &browser, &logout)),
                Some(_) => sign_out::end(world, &browser, go_on(world, &browser, &logout)).await,
            }
        }
        Err(refusal) => Ok(refuse(world, &browser, request, refusal)),
    }
}

/// Checks a request as it was sent. One KV read at most, and none where no client is named.
async fn check(world: &World<'_>, form: &Form) -> Result<Result<LogoutRequest, LogoutRefusal>, Unavailable> {
    let hint = match form.value("id_token_hint") {
        None => None,
        Some(token) => match verified_hint(world, token).await? {
            Some(hint) => Some(hint),
            // Its key is gone, as it may be after a rotation: it says nothing any more, and the owner is asked.
            None if form.value("client_id").is_some() && names_no_key(world, token).await? => None,
            None => return Ok(Err(LogoutRefusal::Hint)),
        },
    };
    let named = form.value("client_id").or(hint.as_ref().map(|hint| hint.aud.as_str()));
    let client = find_client(world, named.and_then(|id| ClientId::prove(world.keyring, id))).await?;
    Ok(LogoutRequest::check(form, hint, client.as_ref(), world.now))
}

/// Nobody is signed in any more: back to the client, or a page that says so.
fn go_on(world: &World<'_>, browser: &Browser, logout: &LogoutRequest) -> Response {
    match logout.go_on_to() {
        Some(address) => Response::see_other(address),
        None => done(world, browser),
    }
}

fn done(world: &World<'_>, browser: &Browser) -> Response {
    Response::page(200, pages::sign_out::done(&browser.at(world, "/signin")), None)
}

fn ask(world: &World<'_>, browser: &Browser, logout: &LogoutRequest) -> Response {
    let token = browser.page_token(world);
    let sealed = logout.seal(world.keyring);
    let page = pages::sign_out::asked(&browser.frame(world), &token.csrf, SEALED, &sealed);
    // Browsers hold the whole redirect chain after a form to its form-action.
    token.attach(Response::page(200, page, logout.csp_source().as_deref()))
}

fn refuse(world: &World<'_>, browser: &Browser, request: &Request, refusal: LogoutRefusal) -> Response {
    let description = refusal.description();
    let response = match request.wants_json() {
        true => Response::error(400, "invalid_request", description),
        false => {
            let page = pages::sign_out::refused(&browser.frame(world), description, world.request_id());
            Response::page(400, page, None)
        }
    };
    response.because(refusal)
}
