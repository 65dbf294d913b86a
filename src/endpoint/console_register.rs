//! `/console/register`: a developer registers an app.

use crate::endpoint::browser::Browser;
use crate::endpoint::console::{done, listed, over, signed};
use crate::endpoint::console_client::{Fresh, show};
use crate::endpoint::console_form::{check_lines, may_register_machine, metadata, read, scope_choices};
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::register::new_client;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World, limits};
use crate::model::app_kind::AppKind;
use crate::model::config::Registration;
use crate::model::event::EventKind;
use crate::pages::console_form::{FormErrors, FormPage, Typed, render};
use crate::pages::text::console::ConsoleText;
use crate::pages::text::try_again_in;
use crate::protocol::account::{AccountCommand, AccountReply, Signed};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// `GET /console/register`.
pub async fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let (_, by) = signed(&browser)?;
    let typed = Typed {
        name: String::new(),
        kind: Some(AppKind::Web),
        redirect_uris: String::new(),
        try_here: true,
        scopes: world.config.catalogue.all().tokens().map(str::to_owned).collect(),
        keep: false,
        links: Default::default(),
    };
    Ok(form_page(world, &browser, by, 200, &typed, &FormErrors::default()))
}

/// `POST /console/register`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let (session, by) = signed(&browser)?;
    let text = ConsoleText::of(browser.language);
    if world.config.registration == Registration::Closed {
        return Ok(browser.refuse(world, request, 403, text.closed, "access_denied"));
    }
    let typed = read(&form);
    let machines = may_register_machine(world, by);
    let metadata = match metadata(world, &browser, &typed, None, machines).await {
        Ok(metadata) => metadata,
        Err(errors) => return Ok(form_page(world, &browser, by, 400, &typed, &errors)),
    };
    if !limits::admits(world, request, RateLimit::Registration).await {
        let sentence = try_again_in(browser.language, PERIOD);
        let page = browser.refuse(world, request, 429, &sentence, "temporarily_unavailable");
        return Ok(limits::over(RateLimit::Registration, None, page));
    }
    let mut new = new_client(world, metadata, Some(by.sub));
    new.client.vouched = typed.kind == Some(AppKind::Machine);
    // Listed first: the account counts to 20, and a client that nobody lists could not be deleted.
    let listed = listed(&new.client, typed.kind.unwrap_or_default(), world.now);
    match world.accounts.send(session.account, AccountCommand::AddClient(by, listed.clone())).await? {
        AccountReply::Done => {}
        AccountReply::TooManyClients => {
            let errors = FormErrors { other: Some(text.too_many.into()), ..FormErrors::default() };
            return Ok(form_page(world, &browser, by, 403, &typed, &errors));
        }
        _ => return Err(over(&browser)),
    }
    world.clients.save(&new.client).await?;
    let fresh = Fresh {
        said: Some(text.registered),
        secret: new.secret.as_ref(),
        registration_token: Some(&new.registration_token),
    };
    let page = show(world, &browser, &listed, &new.client, Some(&[]), &fresh);
    Ok(page.with_event(done(EventKind::ClientRegistered, by, &new.client.id).kept("stored")))
}

/// `POST /console/check`: what registration would say to the redirect URIs, while they are typed. Nothing is stored.
pub async fn check(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Json).await?;
    browser.check_post(world, request, &form)?;
    signed(&browser)?;
    let lines = check_lines(browser.language, form.value("redirect_uris").unwrap_or_default());
    let told: Vec<_> = lines
        .into_iter()
        .map(|checked| {
            let words = checked.wrong.unwrap_or_default();
            serde_json::json!({ "line": checked.line, "ok": words.is_empty(), "words": words })
        })
        .collect();
    Ok(Response::json(200, &told))
}

fn form_page(
    world: &World<'_>,
    browser: &Browser,
    by: Signed,
    status: u16,
    typed: &Typed,
    errors: &FormErrors,
) -> Response {
    let token = browser.page_token(world);
    let page = render(&FormPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        action: "/console/register",
        back: "/console",
        typed,
        errors,
        scopes: scope_choices(world, browser.language),
        machines: may_register_machine(world, by),
        edits: None,
    });
    token.attach(Response::scripted_page(status, page, None))
}
