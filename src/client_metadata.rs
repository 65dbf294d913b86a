//! Client metadata (RFC 7591 §2): the document a developer sends.

use postern::base::text::is_invisible;
use postern::model::client_id::{ClientId, ProvenClientId};
use postern::model::client_metadata::{ClientMetadata, MAX_REDIRECT_URIS};
use postern::model::grant_type::{GrantType, RefreshMode};
use postern::model::metadata_uri::MetadataUri;
use postern::model::redirect_uri::RedirectUri;
use postern::protocol::registration::{ClientDocument, RegistrationRefusal, parse_document};
use postern::store::memory::SeededEntropy;
use serde_json::{Map, Value};
use url::{Host, Url};

use crate::fixed::fixed;

/// The document that registration gives back registers the same client again; the sealed id carries it unchanged.
pub fn document(data: &[u8]) {
    let catalogue = &fixed().config.catalogue;
    let document = match parse_document(data) {
        Ok(document) => document,
        Err(refusal) => return said(&refusal),
    };
    let metadata = match ClientMetadata::parse(&document, catalogue) {
        Ok(metadata) => metadata,
        Err(error) => return said(&RegistrationRefusal::Metadata(error)),
    };
    in_order(&metadata);
    let printed = metadata.to_document(catalogue);
    let again = parse(&printed);
    // No scope means all of the catalogue, and is written out as that.
    let meant = ClientMetadata { scope: Some(metadata.allowed_scope(catalogue)), ..metadata.clone() };
    assert_eq!(again, meant);
    assert_eq!(again.to_document(catalogue), printed);
    sealed(&metadata);
}

/// As text and back: what a client keeps in a file.
fn parse(document: &Map<String, Value>) -> ClientMetadata {
    let text = serde_json::to_vec(document).unwrap();
    ClientMetadata::parse(&parse_document(&text).unwrap(), &fixed().config.catalogue).expect("it was given back")
}

fn in_order(metadata: &ClientMetadata) {
    let uris = &metadata.redirect_uris;
    assert!((1..=MAX_REDIRECT_URIS).contains(&uris.len()));
    for (at, uri) in uris.iter().enumerate() {
        assert_eq!(RedirectUri::register(uri.as_str()).as_ref(), Ok(uri));
        assert!(!uris[..at].contains(uri), "{uri:?} stands twice");
    }
    assert!(metadata.may_use(GrantType::AuthorizationCode) && metadata.grant_types.len() <= 2);
    assert!(metadata.auth_method.is_confidential() || metadata.refresh_tokens != Some(RefreshMode::Keep));
    let texts = [&metadata.client_name, &metadata.software_id, &metadata.software_version];
    for text in texts.into_iter().flatten().chain(&metadata.contacts) {
        assert!(text.chars().count() <= 100 && !text.chars().any(is_invisible), "{text:?}");
    }
    assert!(metadata.client_name.as_deref().is_none_or(|name| !name.trim().is_empty()));
    let links = [&metadata.client_uri, &metadata.logo_uri, &metadata.policy_uri, &metadata.tos_uri];
    links.into_iter().flatten().for_each(link);
}

/// Safe in `href`, and a public name.
fn link(uri: &MetadataUri) {
    assert_eq!(MetadataUri::parse(uri.as_str()).as_ref(), Some(uri));
    let url = Url::parse(uri.as_str()).unwrap();
    assert_eq!((url.scheme(), url.username(), url.password()), ("https", "", None));
    let Some(Host::Domain(name)) = url.host() else { panic!("{uri:?} has no name for a host") };
    let last = name.trim_end_matches('.').rsplit('.').next().unwrap();
    assert!(!["localhost", "local", "internal"].contains(&last), "{uri:?}");
}

fn sealed(metadata: &ClientMetadata) {
    let fixed = fixed();
    let Some(id) = ClientId::sealed(&fixed.keyring, &SeededEntropy::new(1), metadata) else { return };
    match ClientId::prove(&fixed.keyring, id.as_str()) {
        Some(ProvenClientId::Sealed { metadata: carried, .. }) => assert_eq!(carried.as_ref(), metadata),
        other => panic!("{other:?}"),
    }
    let document = ClientDocument { id: &id, metadata, secret: None, issued_at: None, management: None };
    let json = document.to_json(&fixed.config.catalogue, &fixed.issuer);
    assert_eq!(json["client_id"], id.as_str());
}

/// A refusal has a registered code (RFC 7591 §3.2.2) and a short sentence without anything invisible.
fn said(refusal: &RegistrationRefusal) {
    let (status, code) = refusal.code();
    assert_eq!(status, 400);
    assert!(matches!(code, "invalid_redirect_uri" | "invalid_client_metadata"), "{code}");
    let sentence = refusal.description();
    assert!(!sentence.is_empty() && sentence.chars().count() < 300, "{sentence}");
    assert!(!sentence.chars().any(is_invisible), "{sentence:?}");
}
