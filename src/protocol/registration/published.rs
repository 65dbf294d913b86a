//! What a client publishes of itself at the address that is its id (draft-ietf-oauth-client-id-metadata-document §4), and
//! what its sector publishes (OpenID Connect Registration §5).

use serde_json::{Value, json};

use crate::model::auth_method::AuthMethod;
use crate::model::catalogue::Catalogue;
use crate::model::client_id::ClientId;
use crate::model::client_metadata::{ClientMetadata, Document, MetadataError};
use crate::model::grant_type::GrantType;
use crate::model::metadata_uri::Reach;
use crate::model::redirect_uri::RedirectUri;
use crate::model::scope::Scope;

/// Grant types that nobody has to vouch for a client to use: in all of them an owner is asked.
const GRANT_TYPES: [&str; 3] =
    ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];

/// Why there is no client at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishedRefusal {
    /// Not an address that is asked here.
    Address,
    /// The same origin had nothing of use too often just now.
    Throttled,
    /// No answer in time.
    Unreachable,
    /// More than is read.
    TooLarge,
    /// Another status than 200; a redirect is not followed.
    Status(u16),
    /// Not said to be JSON.
    ContentType,
    /// Not a JSON object.
    NotAnObject,
    /// Its `client_id` is not the address that it was fetched from.
    OtherClientId,
    /// It shows a secret, or wants one: everybody can read it.
    Secret,
    /// Its metadata cannot be used here.
    Metadata(MetadataError),
}

impl PublishedRefusal {
    /// Whether it may be over in a moment, and says nothing of the client.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Throttled | Self::Unreachable | Self::Status(429 | 500..))
    }
}

/// Reads a document. It is written for every authorization server there is, so what is merely unknown here (a grant type,
/// a scope) is passed over; what it must not be is refused.
///
/// # Errors
/// [`PublishedRefusal`].
pub fn read_published(
    id: &ClientId,
    content_type: &str,
    body: &[u8],
    catalogue: &Catalogue,
    reach: Reach,
) -> Result<ClientMetadata, PublishedRefusal> {
    if !is_json(content_type) {
        return Err(PublishedRefusal::ContentType);
    }
    let mut document: Document = serde_json::from_slice(body).map_err(|_| PublishedRefusal::NotAnObject)?;
    // §4.1: "MUST contain a client_id property whose value MUST match", by simple string comparison.
    if document.get("client_id").and_then(Value::as_str) != Some(id.as_str()) {
        return Err(PublishedRefusal::OtherClientId);
    }
    // §4.1: "client_secret and client_secret_expires_at MUST NOT be used", nor methods with a shared secret.
    if document.contains_key("client_secret") || document.contains_key("client_secret_expires_at") {
        return Err(PublishedRefusal::Secret);
    }
    let metadata = |reason: &str| PublishedRefusal::Metadata(MetadataError::Metadata(reason.into()));
    if document.get("client_name").and_then(Value::as_str).is_some_and(|name| name.trim().is_empty()) {
        return Err(metadata("client_name: empty"));
    }
    // One document is fetched for a client that nobody knows, and no second one.
    if document.get("sector_identifier_uri").is_some_and(|uri| !uri.is_null()) {
        return Err(metadata("sector_identifier_uri: not for a client that is an address"));
    }
    // The default of RFC 7591 is a secret, which it cannot have.
    document.entry("token_endpoint_auth_method").or_insert_with(|| json!(AuthMethod::None.word()));
    if let Some(Value::Array(words)) = document.get_mut("grant_types") {
        let known = |word: &str| GRANT_TYPES.contains(&word) && GrantType::parse(word).is_some();
        words.retain(|word| word.as_str().is_none_or(known));
    }
    if let Some(Value::Array(words)) = document.get_mut("response_types") {
        words.retain(|word| word.as_str().is_none_or(|word| word == "code"));
    }
    if let Some(Value::String(words)) = document.get_mut("scope")
        && let Ok(scope) = Scope::parse(words)
    {
        let known = scope.and(&catalogue.all());
        *words = known.to_string();
    }
    let read = ClientMetadata::parse(&document, catalogue, reach).map_err(PublishedRefusal::Metadata)?;
    if read.auth_method.has_secret() { Err(PublishedRefusal::Secret) } else { Ok(read) }
}

/// `application/json`, or `application/<anything>+json` (RFC 6839 §3.1).
fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.strip_prefix("application/").is_some_and(|subtype| {
        subtype == "json" || subtype.strip_suffix("+json").is_some_and(|name| !name.is_empty())
    })
}

/// OpenID Connect Registration §5: the document of a sector is an array, and every redirect URI of the client "MUST be
/// included in the elements of the array".
pub fn lists_all(body: &[u8], redirect_uris: &[RedirectUri]) -> bool {
    let list: Vec<String> = serde_json::from_slice(body).unwrap_or_default();
    redirect_uris.iter().all(|uri| list.iter().any(|listed| listed == uri.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;
    use crate::jose::keyring::Keyring;

    const ID: &str = "https://app.example/client.json";

    fn document(changes: Value) -> Value {
        let mut document =
            json!({ "client_id": ID, "client_name": "App", "redirect_uris": ["https://app.example/cb"] });
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        document
    }

    fn read(content_type: &str, body: &str) -> Result<ClientMetadata, PublishedRefusal> {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let id = ClientId::prove(&ring, ID).unwrap().id().clone();
        read_published(&id, content_type, body.as_bytes(), &Catalogue::default(), Reach::Public)
    }

    fn key() -> Value {
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": base64url::encode([1; 32]), "y": base64url::encode([2; 32]) }] })
    }

    #[test]
    fn a_document_for_every_server_is_read_for_this_one() {
        let read = |changes| read("application/json", &document(changes).to_string()).unwrap();
        assert_eq!(read(json!({})).auth_method, AuthMethod::None);
        let with_key = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": key() });
        assert_eq!(read(with_key).auth_method, AuthMethod::PrivateKeyJwt);
        let many = read(json!({
            "grant_types": ["authorization_code", "implicit", "client_credentials", "urn:example:new"],
            "response_types": ["code", "code id_token"], "scope": "calendar.read of.another.server", "unknown": {},
        }));
        assert_eq!(many.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(many.scope.unwrap().to_string(), "calendar.read");
    }

    #[test]
    fn content_types_are_json() {
        let body = document(json!({})).to_string();
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/cimd+json"] {
            assert!(read(good, &body).is_ok(), "{good}");
        }
        for bad in [
            "",
            "text/html",
            "text/json",
            "application/+json",
            "application/jsonp",
            "application/json+x",
            "json",
        ] {
            assert_eq!(read(bad, &body), Err(PublishedRefusal::ContentType), "{bad}");
        }
    }

    #[test]
    fn what_a_document_must_not_be_is_refused() {
        let refusal = |body: &str| read("application/json", body).unwrap_err();
        for body in ["", "null", "[]", "\"x\"", "{", "1"] {
            assert_eq!(refusal(body), PublishedRefusal::NotAnObject, "{body}");
        }
        let with = |changes: Value| refusal(&document(changes).to_string());
        for id in [
            json!(null),
            json!(1),
            json!("https://app.example:443/client.json"),
            json!("https://App.example/client.json"),
            json!("https://app.example/client.json#"),
            json!("https://app.example/./client.json"),
            json!("https://other.example/client.json"),
        ] {
            assert_eq!(with(json!({ "client_id": id })), PublishedRefusal::OtherClientId, "{id}");
        }
        for secret in [
            json!({ "client_secret": "s" }),
            json!({ "client_secret": null }),
            json!({ "client_secret_expires_at": 0 }),
            json!({ "token_endpoint_auth_method": "client_secret_basic" }),
            json!({ "token_endpoint_auth_method": "client_secret_post" }),
            json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
            // What is null is absent, and then the default would be a secret.
            json!({ "token_endpoint_auth_method": null }),
        ] {
            assert_eq!(with(secret.clone()), PublishedRefusal::Secret, "{secret}");
        }
        for (member, value) in [
            ("client_name", json!("")),
            ("client_name", json!("  ")),
            ("redirect_uris", json!(null)),
            ("redirect_uris", json!([])),
            ("redirect_uris", json!(["https://app.example/cb", "http://app.example/cb"])),
            ("grant_types", json!(["client_credentials"])),
            ("token_endpoint_auth_method", json!("tls_client_auth")),
            ("token_endpoint_auth_method", json!("private_key_jwt")),
            ("sector_identifier_uri", json!("https://app.example/sector.json")),
            ("jwks", json!({ "keys": [{ "kty": "oct", "k": "AA" }] })),
        ] {
            let refusal = with(json!({ member: value }));
            let PublishedRefusal::Metadata(error) = refusal else { panic!("{member}: {refusal:?}") };
            let (MetadataError::Metadata(reason) | MetadataError::RedirectUri(reason)) = error;
            assert!(reason.starts_with(member), "{member}: {reason}");
        }
    }

    #[test]
    fn a_sector_lists_every_redirect_uri_as_spelled() {
        let uris =
            |uris: &[&str]| uris.iter().map(|uri| RedirectUri::register(uri).unwrap()).collect::<Vec<_>>();
        let own = uris(&["https://a.example/cb", "https://b.example/cb"]);
        assert!(lists_all(
            br#"["https://b.example/cb","https://c.example/cb","https://a.example/cb"]"#,
            &own
        ));
        for body in [
            r#"["https://a.example/cb"]"#,
            r#"["https://a.example/cb","https://b.example/CB"]"#,
            r#"["https://a.example/cb","https://b.example/cb",1]"#,
            r#"{"redirect_uris":["https://a.example/cb","https://b.example/cb"]}"#,
            "",
        ] {
            assert!(!lists_all(body.as_bytes(), &own), "{body}");
        }
    }
}
