//! Settings: the operator's JSON and words. What is wrong is named, nothing falls back in silence.

use std::collections::BTreeSet;

use postern::model::catalogue::Catalogue;
use postern::model::config::Config;
use postern::model::issuer::Issuer;
use postern::model::resource::ProtectedResource;
use postern::model::scope::is_scope_token;
use url::Url;

use crate::fixed::{fixed, setting};
use crate::text;

const NAMES: [&str; 18] = [
    "ACCESS_TOKEN_TTL",
    "ADMIN_TOKEN",
    "CODE_TTL",
    "DEV",
    "ISSUER",
    "PASSWORD_HASH",
    "REFRESH_IDLE_TTL",
    "REFRESH_MAX_TTL",
    "REFRESH_RETRY_WINDOW",
    "REFRESH_TOKENS",
    "REGISTRATION",
    "REGISTRATION_TOKEN",
    "RESOURCES",
    "ROOT_KEYS",
    "SCOPES",
    "SEALED_CLIENTS",
    "SIGN_UP",
    "UNKNOWN",
];

/// The bytes as each setting in turn: it holds, or is refused by its own name.
pub fn load(data: &[u8]) {
    let Some(value) = text(data) else { return };
    for name in NAMES {
        let lookup = |asked: &str| if asked == name { Some(value.to_owned()) } else { setting(asked) };
        match Config::load(lookup) {
            Ok((config, _)) => in_order(&config),
            Err(errors) => {
                // RESOURCES is read against SCOPES and ISSUER, REGISTRATION asks for its token.
                let own = |error: &str| {
                    error == name
                        || (error == "RESOURCES" && matches!(name, "SCOPES" | "ISSUER"))
                        || (error == "REGISTRATION_TOKEN" && name == "REGISTRATION")
                };
                assert!(errors.iter().all(|error| own(error.name)), "{name}: {errors:?}");
                assert!(errors.iter().all(|error| !error.reason.is_empty()));
            }
        }
    }
    if let Ok(catalogue) = Catalogue::parse(value) {
        is_catalogue(&catalogue);
    }
    let known = fixed().config.catalogue.all();
    if let Ok(resources) = ProtectedResource::parse_list(value, &known) {
        resources.iter().for_each(is_resource);
    }
    if let Some(issuer) = Issuer::parse(value) {
        is_issuer(&issuer);
    }
}

fn in_order(config: &Config) {
    is_catalogue(&config.catalogue);
    let issuer = config.issuer.as_ref().expect("set, and not in development");
    is_issuer(issuer);
    for (at, resource) in config.resources.iter().enumerate() {
        is_resource(resource);
        assert!(!issuer.is_origin_of(&resource.identifier), "served here");
        assert!(config.resources[..at].iter().all(|other| other.identifier != resource.identifier));
        assert!(resource.scopes.iter().all(|scope| config.catalogue.all().contains(scope)));
    }
    let seconds = [config.code_ttl, config.access_token_ttl, config.refresh_idle_ttl];
    assert!(seconds.iter().all(|span| span.0 > 0));
}

/// Every scope once, a default among them, what is optional or a default is of the catalogue.
fn is_catalogue(catalogue: &Catalogue) {
    let names: BTreeSet<_> = catalogue.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names.len(), catalogue.entries().len());
    assert!(names.iter().all(|name| is_scope_token(name)));
    assert!(catalogue.all().tokens().eq(names));
    assert!(!catalogue.defaults().is_empty() && catalogue.defaults().is_within(&catalogue.all()));
    assert!(catalogue.required().is_within(&catalogue.all()));
    assert!(catalogue.entries_of(&catalogue.all()).eq(catalogue.entries()));
}

/// RFC 8707 §2: an absolute URI without a fragment.
fn is_resource(resource: &ProtectedResource) {
    let url = Url::parse(&resource.identifier).expect("absolute");
    assert!(url.fragment().is_none() && url.has_host(), "{url}");
    assert!(url.scheme() == "https" || matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")));
    assert!(http::HeaderValue::from_str(&resource.identifier).is_ok());
}

/// RFC 8414 §2, and an origin alone: it is compared as it is spelled.
fn is_issuer(issuer: &Issuer) {
    let url = Url::parse(issuer.as_str()).unwrap();
    assert_eq!(url.origin().ascii_serialization(), issuer.as_str());
    assert_eq!((url.path(), url.query(), url.fragment(), url.username()), ("/", None, None, ""));
    assert_eq!(Issuer::parse(issuer.as_str()).as_ref(), Some(issuer));
    assert!(issuer.is_origin_of(issuer.as_str()));
}
