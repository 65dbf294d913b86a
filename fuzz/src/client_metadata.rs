//! Registration documents (RFC 7591 §2).

use postern::base::text::is_invisible;
use postern::model::client_id::{ClientId, MAX_LENGTH, ProvenClientId};
use postern::model::client_metadata::{ClientMetadata, MetadataError};
use postern::model::grant_type::{GrantType, RefreshMode};
use postern::model::metadata_uri::Reach;
use postern::model::redirect_uri::RedirectUri;
use postern::protocol::registration::{ClientDocument, RegistrationRefusal, parse_document, read_published};
use postern::store::memory::SeededEntropy;

use crate::world::{catalogue, issuer, keyring};

/// The body of `POST /register`.
pub fn client_metadata(data: &[u8]) {
    let catalogue = catalogue();
    published(data);
    let Ok(document) = parse_document(data) else { return };
    let metadata = match ClientMetadata::parse(&document, &catalogue, Reach::Public) {
        Ok(metadata) => metadata,
        Err(error) => return refused(error),
    };
    let redirects = metadata.may_use(GrantType::AuthorizationCode);
    assert!(metadata.redirect_uris.len() <= 20 && (!redirects || !metadata.redirect_uris.is_empty()));
    for uri in &metadata.redirect_uris {
        assert_eq!(RedirectUri::register(uri.as_str()).as_ref(), Ok(uri));
    }
    assert!(metadata.grant_types.iter().any(|grant_type| *grant_type != GrantType::RefreshToken));
    let acts_for_itself = metadata.may_use(GrantType::ClientCredentials);
    assert!(!acts_for_itself || metadata.auth_method.is_confidential());
    assert!(metadata.allowed_scope(&catalogue).is_within(&catalogue.all()));
    let keeps = metadata.refresh_tokens == Some(RefreshMode::Keep);
    assert!(!keeps || metadata.auth_method.is_confidential(), "a public client keeps its refresh tokens");
    for uri in [&metadata.client_uri, &metadata.logo_uri, &metadata.policy_uri, &metadata.tos_uri] {
        assert!(uri.as_ref().is_none_or(|uri| uri.as_str().starts_with("https://")));
    }
    let said = metadata.client_name.iter().chain(&metadata.contacts).chain(&metadata.software_id);
    for text in said.chain(&metadata.software_version) {
        assert!(!text.chars().any(is_invisible) && text.chars().count() <= 100, "{text:?}");
    }

    // What is answered can be sent back (RFC 7592 §2.2), and means the same: a scope that was left out is spelled out.
    let told = information(&metadata);
    for name in [
        "client_name",
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "contacts",
        "software_id",
        "software_version",
    ] {
        assert!(
            told.get(name).is_none_or(|value| document.get(name) == Some(value)),
            "{name} is not what was sent"
        );
    }
    let again = ClientMetadata::parse(&told, &catalogue, Reach::Public).expect("our own answer");
    assert_eq!(again, ClientMetadata { scope: Some(metadata.allowed_scope(&catalogue)), ..metadata.clone() });
    assert_eq!(information(&again), told);

    if let Some(id) = ClientId::sealed(keyring(), &SeededEntropy::new(7), &metadata) {
        assert!(id.as_str().len() <= MAX_LENGTH);
        match ClientId::prove(keyring(), id.as_str()) {
            Some(ProvenClientId::Sealed { metadata: sealed, .. }) => assert_eq!(*sealed, metadata),
            other => panic!("{other:?}"),
        }
    }
}

/// The same bytes at the address that is a client's id.
fn published(data: &[u8]) {
    let Some(ProvenClientId::Url(id)) = ClientId::prove(keyring(), "https://app.example/client.json") else {
        panic!("an address")
    };
    let read = read_published(&id, "application/json", data, &catalogue(), Reach::Public);
    let Ok(metadata) = read else { return };
    assert!(!metadata.auth_method.has_secret(), "everybody can read it");
    assert!(!metadata.redirect_uris.is_empty() && metadata.may_use(GrantType::AuthorizationCode));
    let document = parse_document(data).expect("an object");
    assert_eq!(document["client_id"], id.as_str());
    assert!(!document.contains_key("client_secret"));
}

/// What the client is told it registered, its id aside.
fn information(metadata: &ClientMetadata) -> serde_json::Map<String, serde_json::Value> {
    let id = ClientId::stored(keyring(), &SeededEntropy::new(7));
    let document = ClientDocument { id: &id, metadata, secret: None, issued_at: None, management: None };
    document.to_json(&catalogue(), &issuer())
}

fn refused(error: MetadataError) {
    let refusal = RegistrationRefusal::Metadata(error);
    let (status, code) = refusal.code();
    assert!(status == 400 && ["invalid_redirect_uri", "invalid_client_metadata"].contains(&code));
    let description = refusal.description();
    assert!(description.chars().count() < 300, "for developers, not for floods: {description}");
    assert!(!description.chars().any(is_invisible), "{description:?}");
}
