//! What clients register of OpenID Connect and what came after it: keys, sectors, addresses to sign out at.

use postern::jose::jwk::Jwk;
use postern::model::client_extension::{ClientExtension, ClientKeys};
use postern::model::client_metadata::{Document, MetadataError};
use postern::model::metadata_uri::{MetadataUri, Reach};
use postern::model::redirect_uri::RedirectUri;
use postern::protocol::registration::parse_document;
use serde_json::{Map, Value};
use url::Url;

/// The members, in a document with redirect URIs.
pub fn client_extension(data: &[u8]) {
    let Ok(document) = parse_document(data) else { return };
    let listed = document.get("redirect_uris").and_then(Value::as_array).into_iter().flatten();
    let uris: Vec<_> =
        listed.filter_map(Value::as_str).filter_map(|uri| RedirectUri::register(uri).ok()).collect();
    let extension = match ClientExtension::parse(&document, &uris, Reach::Public) {
        Ok(Some(extension)) => extension,
        Ok(None) => return assert!(!shows_private_key(&document)),
        Err(MetadataError::Metadata(reason)) | Err(MetadataError::RedirectUri(reason)) => {
            let said = reason.split_once(':').map(|(member, _)| member);
            assert!(said.is_some_and(|member| document.contains_key(member)), "{reason}");
            return assert!(reason.len() < 500, "{reason}");
        }
    };
    assert_ne!(*extension, ClientExtension::default(), "nothing is kept as something");
    assert!(!shows_private_key(&document));
    obeys(&document, &extension, &uris);

    // What is answered can be sent back (RFC 7592 §2.2).
    let mut told = Map::new();
    extension.write(&mut told);
    assert!(!shows_private_key(&told));
    let method = document.get("token_endpoint_auth_method").cloned();
    told.extend(method.map(|method| ("token_endpoint_auth_method".to_owned(), method)));
    let again = ClientExtension::parse(&told, &uris, Reach::Public);
    assert_eq!(again.as_ref().map(Option::as_ref), Ok(Some(&extension)));
}

/// RFC 7518 §6: whoever registers one has shown it to everybody on the way.
fn shows_private_key(document: &Document) -> bool {
    let keys = document.get("jwks").and_then(|jwks| jwks["keys"].as_array()).into_iter().flatten();
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    keys.into_iter().any(|key| private.iter().any(|member| key.get(member).is_some()))
}

fn obeys(document: &Document, extension: &ClientExtension, redirect_uris: &[RedirectUri]) {
    let said = |name: &str| document.get(name).filter(|value| !value.is_null());
    for (name, algorithm) in [
        ("id_token_signed_response_alg", extension.id_token_algorithm),
        ("userinfo_signed_response_alg", extension.userinfo_algorithm),
        ("introspection_signed_response_alg", extension.introspection_algorithm),
        ("token_endpoint_auth_signing_alg", extension.assertion_algorithm),
    ] {
        assert!(
            algorithm.is_none_or(|algorithm| said(name).is_some_and(|word| word == algorithm.word())),
            "{name}"
        );
    }
    for (name, flag) in [
        ("backchannel_logout_session_required", extension.backchannel_logout_session_required),
        ("require_pushed_authorization_requests", extension.requires_pushed_requests),
        ("dpop_bound_access_tokens", extension.requires_dpop),
    ] {
        assert_eq!(said(name).is_some_and(|value| *value == Value::Bool(true)), flag, "{name}");
    }
    let age = said("default_max_age").and_then(Value::as_u64);
    assert_eq!(age, extension.default_max_age.map(u64::from));
    let ttl = said("access_token_ttl").and_then(Value::as_u64);
    assert!(ttl.is_none_or(|ttl| (1..=86_400).contains(&ttl)));
    assert_eq!(ttl, extension.access_token_ttl.map(u64::from));

    let fetched = [&extension.sector_identifier_uri, &extension.backchannel_logout_uri];
    let at = match &extension.keys {
        Some(ClientKeys::At(uri)) => Some(uri),
        _ => None,
    };
    for uri in fetched.into_iter().flatten().chain(at) {
        assert_eq!(MetadataUri::parse(uri.as_str()).as_ref(), Some(uri), "it leads inside");
    }
    let goodbye = &extension.post_logout_redirect_uris;
    assert!(
        goodbye.len() <= 20
            && goodbye.iter().all(|uri| RedirectUri::register(uri.as_str()).as_ref() == Ok(uri))
    );
    keys(document, extension);

    // OpenID Connect Core §8.1: the host of one address, or of all.
    assert_eq!(extension.sector.is_some(), said("subject_type").is_some_and(|kind| kind == "pairwise"));
    let Some(sector) = &extension.sector else { return };
    let host = |uri: &str| Url::parse(uri).expect("a URL").host_str().map(str::to_owned);
    let of = host(&format!("https://{sector}"));
    assert!(of.is_some());
    match &extension.sector_identifier_uri {
        Some(uri) => assert_eq!(host(uri.as_str()), of),
        None => {
            assert!(!redirect_uris.is_empty() && redirect_uris.iter().all(|uri| host(uri.as_str()) == of))
        }
    }
}

/// RFC 7591 §2: one way of publishing them; of those in the document each is public and of a kind that is verified here.
fn keys(document: &Document, extension: &ClientExtension) {
    let (here, at) = (document.get("jwks"), document.get("jwks_uri"));
    let there = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    assert!(!(there(here) && there(at)));
    assert_eq!(extension.keys.is_some(), there(here) || there(at));
    if let Some(ClientKeys::Here(keys)) = &extension.keys {
        let listed = here.and_then(|jwks| jwks["keys"].as_array()).expect("a set");
        assert!((1..=8).contains(&keys.len()) && keys.len() <= listed.len());
        assert!(
            keys.iter().all(|named| listed.iter().any(|key| Jwk::parse(key).as_ref() == Some(&named.key)))
        );
        let own =
            document.get("token_endpoint_auth_method").is_some_and(|method| method == "private_key_jwt");
        let fits = |algorithm| keys.iter().any(|named| named.key.algorithm() == algorithm);
        assert!(!own || extension.assertion_algorithm.is_none_or(fits));
    }
}
