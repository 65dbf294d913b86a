//! The form of an app: read, checked as registration checks, and turned into the metadata document it stands for: one set of
//! rules for all ways in.

use serde_json::{Value, json};

use crate::base::form::Form;
use crate::base::text::is_invisible;
use crate::endpoint::World;
use crate::endpoint::browser::Browser;
use crate::endpoint::published::registered_metadata;
use crate::model::app_kind::AppKind;
use crate::model::client_metadata::{ClientMetadata, Document, MAX_NAME, MAX_REDIRECT_URIS, MetadataError};
use crate::model::grant_type::GrantType;
use crate::model::language::Language;
use crate::model::metadata_uri::MetadataUri;
use crate::model::redirect_uri::RedirectUri;
use crate::pages::console_form::{Editable, FormErrors, LINKS, ScopeChoice, Typed};
use crate::pages::text::console::{ConsoleText, at_line};
use crate::protocol::account::Signed;
use crate::protocol::registration::{RegistrationRefusal, check_vouched};

/// A line with a redirect URI on it.
#[derive(Debug, PartialEq, Eq)]
pub struct CheckedLine {
    /// Which, from 1.
    pub line: usize,
    /// What is wrong with it, in words.
    pub wrong: Option<String>,
}

/// Where the console itself receives an answer.
pub fn own_redirect(world: &World<'_>) -> String {
    format!("{}/console/test", world.issuer)
}

/// Whether somebody may register an app that acts for itself: what it gets, no owner was asked about, so that somebody has to
/// vouch for it ([`GrantType::needs_vouching`]). Whoever signs up cannot; who administers the deployment can.
pub fn may_register_machine(world: &World<'_>, by: Signed) -> bool {
    world.config.is_admin(by.sub)
}

/// The fields of a form that was sent.
pub fn read(form: &Form) -> Typed {
    let value = |name: &str| form.value(name).unwrap_or_default().to_owned();
    Typed {
        name: value("client_name").trim().to_owned(),
        kind: form.value("kind").and_then(AppKind::parse),
        redirect_uris: value("redirect_uris"),
        try_here: form.value("try_here").is_some(),
        scopes: form.values("scope").map(str::to_owned).collect(),
        keep: form.value("refresh_tokens") == Some("keep"),
        links: LINKS.map(|name| value(name).trim().to_owned()),
    }
}

/// The fields of an app that is to be edited.
pub fn of_metadata(world: &World<'_>, kind: AppKind, metadata: &ClientMetadata) -> Typed {
    let document = metadata.to_document(&world.config.catalogue);
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let own = own_redirect(world);
    let uris = metadata.redirect_uris.iter().map(RedirectUri::as_str);
    Typed {
        name: text("client_name"),
        kind: Some(kind),
        redirect_uris: uris.clone().filter(|uri| *uri != own).collect::<Vec<_>>().join("\n"),
        try_here: uris.into_iter().any(|uri| uri == own),
        scopes: metadata.allowed_scope(&world.config.catalogue).tokens().map(str::to_owned).collect(),
        keep: text("refresh_tokens") == "keep",
        links: LINKS.map(text),
    }
}

/// What can be chosen of an app that is there already.
pub fn editable(metadata: &ClientMetadata) -> Editable {
    let may_keep = metadata.auth_method.is_confidential() && metadata.may_use(GrantType::RefreshToken);
    Editable { redirects: metadata.may_use(GrantType::AuthorizationCode), may_keep }
}

/// The scopes there are, in words.
pub fn scope_choices<'a>(world: &World<'a>, language: Language) -> Vec<ScopeChoice<'a>> {
    let choice = |entry: &'a crate::model::catalogue::CatalogueEntry| {
        let words = entry.words(language);
        ScopeChoice { name: &entry.name, title: &words.title, description: &words.description }
    };
    world.config.catalogue.entries().iter().map(choice).collect()
}

/// The redirect URIs, line by line, as registration judges them.
pub fn check_lines(language: Language, text: &str) -> Vec<CheckedLine> {
    let words = ConsoleText::of(language);
    let mut count = 0_usize;
    lines(text)
        .map(|(line, uri)| {
            count = count.saturating_add(1);
            let wrong = match RedirectUri::register(uri) {
                Err(error) => Some(words.redirect_uri_error(error)),
                Ok(_) if count > MAX_REDIRECT_URIS => Some(words.uris_many),
                Ok(_) => None,
            };
            CheckedLine { line, wrong: wrong.map(|wrong| at_line(language, line, wrong)) }
        })
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = (1_usize..).zip(text.lines());
    numbered.map(|(line, text)| (line, text.trim())).filter(|(_, text)| !text.is_empty())
}

/// The metadata of the form; `before` is what an app had until now, of which all stays that the form does not show.
///
/// # Errors
/// Everything that is wrong, each beside its field.
pub async fn metadata(
    world: &World<'_>,
    browser: &Browser,
    typed: &Typed,
    before: Option<&ClientMetadata>,
    machines: bool,
) -> Result<ClientMetadata, FormErrors> {
    let text = ConsoleText::of(browser.language);
    let (document, errors) = document(world, browser.language, typed, before, machines);
    if !errors.is_empty() {
        return Err(errors);
    }
    let parsed = registered_metadata(world, &document).await.map_err(RegistrationRefusal::Metadata);
    let vouched = parsed.and_then(|metadata| check_vouched(machines, &metadata).map(|()| metadata));
    vouched.map_err(|refusal| match refusal {
        RegistrationRefusal::Metadata(MetadataError::RedirectUri(_))
            if lines(&typed.redirect_uris).next().is_none() =>
        {
            FormErrors { redirect_uris: vec![text.uris_missing.into()], ..FormErrors::default() }
        }
        refusal => FormErrors { other: Some(refusal.description().to_owned()), ..FormErrors::default() },
    })
}

fn document(
    world: &World<'_>,
    language: Language,
    typed: &Typed,
    before: Option<&ClientMetadata>,
    machines: bool,
) -> (Document, FormErrors) {
    let (text, mut errors) = (ConsoleText::of(language), FormErrors::default());
    let mut out = before.map(|metadata| metadata.to_document(&world.config.catalogue)).unwrap_or_default();
    let kind = typed.kind.filter(|kind| machines || *kind != AppKind::Machine);
    let offered = match before {
        Some(metadata) => editable(metadata),
        None => Editable {
            redirects: kind.is_none_or(AppKind::redirects),
            may_keep: kind.is_none_or(|kind| kind == AppKind::Web),
        },
    };
    errors.name = match typed.name.chars().count() {
        0 => Some(text.name_missing),
        1..=MAX_NAME if !typed.name.chars().any(is_invisible) => None,
        _ => Some(text.name_wrong),
    };
    out.insert("client_name".into(), json!(typed.name));
    if before.is_none() {
        let chosen = kind.unwrap_or_default();
        errors.kind = kind.is_none().then_some(text.kind_wrong);
        let grant_types: Vec<_> = chosen.grant_types().iter().map(|grant_type| grant_type.word()).collect();
        out.insert("token_endpoint_auth_method".into(), json!(chosen.auth_method().word()));
        out.insert("grant_types".into(), json!(grant_types));
    }
    if offered.redirects {
        let own = typed.try_here.then(|| own_redirect(world));
        let mut uris: Vec<_> = lines(&typed.redirect_uris).map(|(_, uri)| uri.to_owned()).collect();
        let checked = check_lines(language, &typed.redirect_uris);
        errors.redirect_uris = checked.into_iter().filter_map(|line| line.wrong).collect();
        uris.extend(own);
        if uris.is_empty() {
            errors.redirect_uris.push(text.uris_missing.into());
        } else if uris.len() > MAX_REDIRECT_URIS && errors.redirect_uris.is_empty() {
            errors.redirect_uris.push(text.uris_many.into());
        }
        out.insert("redirect_uris".into(), json!(uris));
    }
    if typed.keep && !offered.may_keep {
        errors.refresh = Some(text.keep_wrong);
    } else if offered.may_keep {
        out.insert("refresh_tokens".into(), json!(if typed.keep { "keep" } else { "rotate" }));
    }
    let all = world.config.catalogue.all();
    errors.scopes = match &*typed.scopes {
        // No box ticked is no scope; it must not turn into all of them.
        [] => Some(text.scope_missing),
        scopes if !scopes.iter().all(|scope| all.contains(scope)) => Some(text.scope_wrong),
        _ => None,
    };
    out.insert("scope".into(), json!(typed.scopes.join(" ")));
    for ((name, link), error) in LINKS.into_iter().zip(&typed.links).zip(&mut errors.links) {
        match link.as_str() {
            "" => drop(out.remove(name)),
            link if MetadataUri::parse(link).is_none() => *error = Some(text.link_wrong),
            link => drop(out.insert(name.into(), json!(link))),
        }
    }
    (out, errors)
}
