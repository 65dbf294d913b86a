//! What a client publishes of itself at the address that is its id (draft-ietf-oauth-client-id-metadata-document), and
//! what its sector publishes.

use postern::model::auth_method::AuthMethod;
use postern::model::client_id::{ClientId, ProvenClientId};
use postern::model::client_metadata::ClientMetadata;
use postern::model::grant_type::GrantType;
use postern::model::metadata_uri::{MetadataUri, Reach};
use postern::protocol::registration::{PublishedRefusal, lists_all, read_published};
use serde_json::Value;

use crate::client_id::address;
use crate::world::{catalogue, filled, keyring, text, two};

/// An address, a content type and a document, in three parts. In the document `{id}` stands for the address.
pub fn published_client(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let (id, rest) = two(sent);
    let (content_type, body) = two(rest);
    let Some(ProvenClientId::Url(id)) = ClientId::prove(keyring(), id) else { return };
    address(id.as_str());
    let body = filled(body, &[("id", id.as_str())]);
    let read =
        |kind: &str, body: &str| read_published(&id, kind, body.as_bytes(), &catalogue(), Reach::Public);
    let Ok(metadata) = read(content_type, &body) else {
        return assert!(read("text/html", &body) == Err(PublishedRefusal::ContentType));
    };
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    assert!(
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")),
        "{kind}"
    );
    let document: Value = serde_json::from_str(&body).expect("it was read");
    obeys(&id, &document, &metadata);
    // Another address with the same document is nobody.
    let other = ClientId::prove(keyring(), "https://another.example/client.json").expect("an address");
    let elsewhere = read_published(other.id(), content_type, body.as_bytes(), &catalogue(), Reach::Public);
    assert!(elsewhere.is_err() || id == *other.id());
    sector(&document, &metadata);
}

/// §4.1: every clause, as another parser reads it.
fn obeys(id: &ClientId, document: &Value, metadata: &ClientMetadata) {
    assert_eq!(document["client_id"], id.as_str());
    assert!(document.get("client_secret").is_none() && document.get("client_secret_expires_at").is_none());
    assert!(
        matches!(metadata.auth_method, AuthMethod::None | AuthMethod::PrivateKeyJwt),
        "everybody can read it"
    );
    assert_eq!(
        metadata.auth_method == AuthMethod::PrivateKeyJwt,
        document["token_endpoint_auth_method"] == "private_key_jwt"
    );
    assert!(metadata.auth_method == AuthMethod::None || metadata.keys().is_some(), "it cannot authenticate");
    assert!(document["client_name"].as_str().is_none_or(|name| !name.trim().is_empty()));
    // In all grant types that are left an owner is asked.
    assert!(metadata.grant_types.iter().all(|grant_type| !grant_type.needs_vouching()));
    assert!(metadata.grant_types.iter().any(|grant_type| *grant_type != GrantType::RefreshToken));
    assert!(!metadata.may_use(GrantType::AuthorizationCode) || !metadata.redirect_uris.is_empty());
    assert!(metadata.allowed_scope(&catalogue()).is_within(&catalogue().all()));
    let extension = metadata.extension.as_deref();
    assert!(extension.is_none_or(|extension| extension.sector_identifier_uri.is_none()), "a second document");
    let uris = [&metadata.client_uri, &metadata.logo_uri, &metadata.policy_uri, &metadata.tos_uri];
    for uri in uris
        .into_iter()
        .flatten()
        .chain(extension.and_then(|extension| extension.backchannel_logout_uri.as_ref()))
    {
        assert_eq!(MetadataUri::parse(uri.as_str()).as_ref(), Some(uri), "it leads inside");
    }
}

/// A list that has every redirect URI of the client, and none without one of them.
fn sector(document: &Value, metadata: &ClientMetadata) {
    let list = |list: &Value| lists_all(list.to_string().as_bytes(), &metadata.redirect_uris);
    let uris = &document["redirect_uris"];
    assert!(list(uris) || metadata.redirect_uris.is_empty());
    assert!(!list(document) || metadata.redirect_uris.is_empty(), "no array");
    for uri in &metadata.redirect_uris {
        let others: Vec<_> =
            uris.as_array().into_iter().flatten().filter(|listed| *listed != uri.as_str()).collect();
        assert!(!list(&others.into_iter().cloned().collect()));
    }
}
