//! `/consent`: the owner is asked, and answers.

use futures_util::future::try_join;

use crate::endpoint::authorize::{
    Checked, answer_code, approve, ask_sign_in, check_request, create, fail, find_consent, granted,
    other_account,
};
use crate::endpoint::browser::Browser;
use crate::endpoint::client::find_client;
use crate::endpoint::form::{Face, read_form};
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::catalogue::CatalogueEntry;
use crate::model::client::ClientOrigin;
use crate::model::client_id::ClientId;
use crate::model::consent::Consent;
use crate::model::event::{Event, EventKind};
use crate::model::id::GrantId;
use crate::model::logo::Logo;
use crate::model::look_alike::{Vendor, imitated};
use crate::model::metadata_uri::MetadataUri;
use crate::model::redirect_uri::{csp_source, shown_host};
use crate::model::scope::Scope;
use crate::model::username::Username;
use crate::pages::consent::{Before, ConsentPage, ScopeRow, render};
use crate::pages::evidence::Evidence;
use crate::pages::text::Text;
use crate::pages::text::consent::{ConsentText, Lasts};
use crate::protocol::account::{AccountReply, Basis, Signed};
use crate::protocol::authorization::{AuthorizationError, PendingRequest};
use crate::protocol::grant::{FORM_REMEMBERED, Reply, may_refresh};
use crate::protocol::owner_form::ConsentForm;
use crate::protocol::token::refresh_terms;

/// The page. What it asks, of whom, and which grant an approval becomes is sealed into its form.
pub fn show(
    world: &World<'_>,
    browser: &Browser,
    checked: &Checked,
    by: Signed,
    grant: GrantId,
    username: &Username,
    on_file: Option<&Consent>,
) -> Response {
    let metadata = &checked.client.metadata;
    let pending = PendingRequest::new(&checked.form, checked.client.shown_name(), None, world.now);
    let pending = pending.arrived(checked.pushed);
    let form = ConsentForm::new(pending, grant, by.sub, by.sid, world.now).seal(world.keyring);
    let token = browser.page_token(world);
    let redirect_uri = checked.return_to.redirect_uri();
    let (username, text) = (username.to_string(), ConsentText::of(browser.language));

    let page = render(&ConsentPage {
        frame: browser.frame(world),
        csrf: &token.csrf,
        form: &form,
        client: Evidence {
            name: text.named(checked.client.shown_name()),
            logo: logo_address(world, metadata.logo_uri.as_ref()),
            origin: checked.client.origin,
            proven_host: checked.client.proven_host(),
            imitated: who_is_imitated(checked.client.shown_name(), &checked.client.id, checked.client.origin),
        },
        client_uri: metadata.client_uri.as_ref().map(MetadataUri::as_str),
        policy_uri: metadata.policy_uri.as_ref().map(MetadataUri::as_str),
        tos_uri: metadata.tos_uri.as_ref().map(MetadataUri::as_str),
        sent_to: shown_host(redirect_uri),
        destination: checked.return_to.destination(),
        scopes: scope_rows(world, browser, &checked.request.scope, on_file),
        lasts: how_long(world, checked),
        allowed_at: on_file.map(|consent| consent.approved_at),
        username: &username,
        other_account: &other_account(world, checked),
    });
    // Browsers hold the whole redirect chain after a form to its form-action.
    token.attach(Response::page(200, page, Some(&csp_source(redirect_uri))))
}

/// What is asked for, in words.
pub fn scope_rows<'a>(
    world: &World<'a>,
    browser: &Browser,
    asked: &'a Scope,
    on_file: Option<&Consent>,
) -> Vec<ScopeRow<'a>> {
    let row = |entry: &'a CatalogueEntry| {
        let words = entry.words(browser.language);
        // Ticked as it was answered before; what is new is ticked, and can be unticked.
        let ticked = on_file.is_none_or(|consent| !consent.declined.contains(&entry.name));
        let before = match on_file {
            None => Before::Nobody,
            Some(consent) if consent.approved.contains(&entry.name) => Before::Allowed,
            Some(consent) if consent.declined.contains(&entry.name) => Before::Declined,
            Some(_) => Before::New,
        };
        let (name, title, description) = (&entry.name, &words.title, &words.description);
        ScopeRow { name, title, description, optional: entry.optional, ticked, before }
    };
    world.config.catalogue.entries_of(asked).map(row).collect()
}

/// Where a client's logo is at this server.
pub fn logo_address(world: &World<'_>, uri: Option<&MetadataUri>) -> Option<String> {
    uri.map(|uri| Logo::shown(uri, world.now).address(world.keyring))
}

/// Whom a client's name imitates. Where the operator registered it, the operator knows.
pub fn who_is_imitated(name: &str, id: &ClientId, origin: ClientOrigin) -> Option<&'static Vendor> {
    if origin == ClientOrigin::Operator { None } else { imitated(name, id.host()) }
}

/// How long the client keeps what is allowed, if all of it is.
fn how_long(world: &World<'_>, checked: &Checked) -> Lasts {
    match refresh_terms(&checked.client, world.config).filter(|_| may_refresh(&checked.request.scope)) {
        None => Lasts::Once(world.config.access_token_ttl),
        Some(terms) => terms.max_ttl.map_or(Lasts::UntilRemoved, Lasts::AtMost),
    }
}

/// `POST /consent`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    let form = read_form(world, request, Face::Page).await?;
    browser.check_post(world, request, &form)?;
    let text = Text::of(browser.language);
    let (asked, session, by): (ConsentForm, _, _) = browser.answer(world, request, form.value("consent"))?;
    let sent = asked.request.form();
    let id = sent.value("client_id").and_then(|id| ClientId::prove(world.keyring, id));
    let client = find_client(world, id).await?;
    browser.speak(sent.value("ui_locales"));
    let checked = match check_request(world, sent, asked.request.pushed, client) {
        Ok(checked) => checked,
        Err(stop) => return Ok(stop.answer(world, request)),
    };
    let ticked = match form.value("decision") {
        Some("allow") => ticked(world, &checked.request.scope, form.values("scope")),
        Some("deny") => Scope::default(),
        _ => return Ok(browser.refuse(world, request, 400, text.malformed_form, "invalid_request")),
    };
    if ticked.is_empty() {
        let denied = AuthorizationError::AccessDenied;
        let event = Event::of(EventKind::AccessDenied).owner(by.sub).client(&checked.client.hash());
        return Ok(fail(world, &checked.return_to, &denied).refused(event, &denied));
    }
    let (created, on_file) = try_join(
        create(world, &checked, session, asked.grant, ticked.clone(), FORM_REMEMBERED),
        find_consent(world, session, checked.client.id.clone()),
    )
    .await?;
    if created != Reply::Created {
        return Ok(browser
            .refuse(world, request, 400, text.form_used, "invalid_request")
            .because(format_args!("AlreadyCreated")));
    }
    let approved = approve(world, &checked, session, by, asked.grant, ticked.clone(), Basis::Asked).await?;
    let AccountReply::Approved { approved_at, removed_at } = approved else {
        return Ok(ask_sign_in(world, &checked, None));
    };
    // P8: what KV remembers from before the last removal is not built upon.
    let on_file = on_file.filter(|consent| consent.outlives(removed_at));
    let name = checked.client.shown_name();
    let consent = Consent::renewed(on_file.as_ref(), &checked.request.scope, &ticked, approved_at, name);
    let event = granted(EventKind::AccessGranted, &checked, by, asked.grant, &ticked);
    let response = answer_code(world, &checked, asked.grant).with_event(event);
    // A narrower answer has made the account discount what was remembered before, so it is written anew.
    let narrows = !checked.request.scope.is_within(&ticked);
    if !narrows && !consent.changes(on_file.as_ref()) {
        return Ok(response);
    }
    // The grant is made. That the answer is not remembered only means being asked again: what is on file is either
    // discounted by the account, or says less.
    match world.consents.save(by.sub, &checked.client.hash(), &consent).await {
        Ok(()) => Ok(response),
        Err(error) => Ok(response.because(error)),
    }
}

/// What the owner granted of `asked`: what cannot be unticked, and what is ticked. A field that was not on the page
/// adds nothing.
pub fn ticked<'a>(world: &World<'_>, asked: &Scope, fields: impl Iterator<Item = &'a str>) -> Scope {
    let required = asked.and(&world.config.catalogue.required());
    asked.and(&Scope::from_tokens(fields)).or(&required)
}
