//! Client metadata (RFC 7591 §2): the document a developer sends, checked member by member.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::base::text::is_invisible;
use crate::base::time::Seconds;
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::hs256;
use crate::model::auth_method::AuthMethod;
use crate::model::catalogue::Catalogue;
use crate::model::client_extension::{ClientExtension, ClientKeys};
use crate::model::grant_type::{GrantType, RefreshMode};
use crate::model::metadata_uri::{MetadataUri, Reach};
use crate::model::redirect_uri::{RedirectUri, RedirectUriError};
use crate::model::scope::Scope;

/// Most redirect URIs of one client.
pub const MAX_REDIRECT_URIS: usize = 20;
const MAX_CONTACTS: usize = 5;
/// Longest name, in characters.
pub const MAX_NAME: usize = 100;
/// Longest text of a member that has no limit of its own, in characters.
pub(super) const MAX_TEXT: usize = 100;

/// What a client registered. The order of members is the sealed format: see `client_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// How it authenticates.
    pub auth_method: AuthMethod,
    /// Where owners may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// Which grant types it may use.
    pub grant_types: Vec<GrantType>,
    /// Its name for people. Unverified.
    pub client_name: Option<String>,
    /// The most it may ask for; `None` is whatever the catalogue has.
    pub scope: Option<Scope>,
    /// Its home page.
    pub client_uri: Option<MetadataUri>,
    /// Its logo.
    pub logo_uri: Option<MetadataUri>,
    /// Its privacy policy.
    pub policy_uri: Option<MetadataUri>,
    /// Its terms of service.
    pub tos_uri: Option<MetadataUri>,
    /// Whom to write to.
    pub contacts: Vec<String>,
    /// Which software it is, whoever runs it.
    pub software_id: Option<String>,
    /// Which version of it.
    pub software_version: Option<String>,
    /// Ours: rotate its refresh tokens, or keep them.
    pub refresh_tokens: Option<RefreshMode>,
    /// What came later, if it uses any of it. The last member, and left out where it is empty: a sealed id from before it
    /// ends one byte earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Box<ClientExtension>>,
}

/// What is wrong with a metadata document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataError {
    /// `invalid_redirect_uri` (RFC 7591 §3.2.2), with the reason.
    RedirectUri(String),
    /// `invalid_client_metadata` (RFC 7591 §3.2.2), with the reason.
    Metadata(String),
}

/// A metadata document.
pub type Document = Map<String, Value>;

impl ClientMetadata {
    /// Reads a metadata document. Unknown members are ignored (RFC 7591 §2), known ones must be right.
    ///
    /// # Errors
    /// [`MetadataError`], with a sentence that names the member.
    pub fn parse(document: &Document, catalogue: &Catalogue, reach: Reach) -> Result<Self, MetadataError> {
        let auth_method = match text(document, "token_endpoint_auth_method", MAX_TEXT)? {
            // RFC 7591 §2: "If unspecified or omitted, the default is client_secret_basic".
            None => AuthMethod::SecretBasic,
            Some(word) => {
                AuthMethod::parse(&word).ok_or_else(|| wrong("token_endpoint_auth_method", &word))?
            }
        };
        let grant_types = match words(document, "grant_types")? {
            None => vec![GrantType::AuthorizationCode],
            Some(words) => parse_grant_types(&words)?,
        };
        let redirects = grant_types.contains(&GrantType::AuthorizationCode);
        for word in words(document, "response_types")?.unwrap_or_default() {
            // RFC 7591 §2.1: response types and grant types must fit together.
            if word != "code" || !redirects {
                return Err(wrong("response_types", &word));
            }
        }
        if let Some(grant_type) =
            grant_types.iter().find(|g| g.needs_vouching() && !auth_method.is_confidential())
        {
            let word = grant_type.word();
            return Err(MetadataError::Metadata(format!("grant_types: a public client cannot use {word}")));
        }
        let refresh_tokens = match text(document, "refresh_tokens", MAX_TEXT)? {
            None => None,
            Some(word) => Some(RefreshMode::parse(&word).ok_or_else(|| wrong("refresh_tokens", &word))?),
        };
        if refresh_tokens == Some(RefreshMode::Keep) && !auth_method.is_confidential() {
            return Err(MetadataError::Metadata(
                "refresh_tokens: a public client cannot keep refresh tokens".into(),
            ));
        }
        let redirect_uris = parse_redirect_uris(document, redirects)?;
        let extension = ClientExtension::parse(document, &redirect_uris, reach)?;
        let keys = extension.as_ref().and_then(|extension| extension.keys.as_ref());
        if auth_method == AuthMethod::PrivateKeyJwt && keys.is_none() {
            return Err(MetadataError::Metadata(
                "token_endpoint_auth_method: private_key_jwt needs jwks or jwks_uri".into(),
            ));
        }
        Ok(Self {
            auth_method,
            extension,
            redirect_uris,
            grant_types,
            client_name: text(document, "client_name", MAX_NAME)?.filter(|name| !name.trim().is_empty()),
            scope: parse_scope(document, catalogue)?,
            client_uri: uri(document, "client_uri")?,
            logo_uri: uri_within(document, "logo_uri", reach)?,
            policy_uri: uri(document, "policy_uri")?,
            tos_uri: uri(document, "tos_uri")?,
            contacts: parse_contacts(document)?,
            software_id: text(document, "software_id", MAX_TEXT)?,
            software_version: text(document, "software_version", MAX_TEXT)?,
            refresh_tokens,
        })
    }

    /// The registered values, as RFC 7591 §3.2.1 wants them returned.
    pub fn to_document(&self, catalogue: &Catalogue) -> Document {
        let mut out = Document::new();
        let grant_types: Vec<_> = self.grant_types.iter().map(|g| g.word()).collect();
        out.insert("token_endpoint_auth_method".into(), json!(self.auth_method.word()));
        out.insert("redirect_uris".into(), json!(self.redirect_uris));
        out.insert("grant_types".into(), json!(grant_types));
        let response_types: &[&str] =
            if self.may_use(GrantType::AuthorizationCode) { &["code"] } else { &[] };
        out.insert("response_types".into(), json!(response_types));
        out.insert("scope".into(), json!(self.allowed_scope(catalogue).to_string()));
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(name.into(), value);
            }
        };
        put("client_name", self.client_name.as_ref().map(|v| json!(v)));
        put("client_uri", self.client_uri.as_ref().map(|v| json!(v)));
        put("logo_uri", self.logo_uri.as_ref().map(|v| json!(v)));
        put("policy_uri", self.policy_uri.as_ref().map(|v| json!(v)));
        put("tos_uri", self.tos_uri.as_ref().map(|v| json!(v)));
        put("contacts", (!self.contacts.is_empty()).then(|| json!(self.contacts)));
        put("software_id", self.software_id.as_ref().map(|v| json!(v)));
        put("software_version", self.software_version.as_ref().map(|v| json!(v)));
        put("refresh_tokens", self.refresh_tokens.map(|v| json!(v.word())));
        if self.auth_method == AuthMethod::SecretJwt {
            out.insert("token_endpoint_auth_signing_alg".into(), json!(hs256::ALGORITHM));
        }
        if let Some(extension) = &self.extension {
            extension.write(&mut out);
        }
        out
    }

    /// The most this client may ask for.
    pub fn allowed_scope(&self, catalogue: &Catalogue) -> Scope {
        match &self.scope {
            Some(scope) => scope.and(&catalogue.all()),
            None => catalogue.all(),
        }
    }

    /// What its ID tokens are signed with.
    pub fn id_token_algorithm(&self) -> SigningAlgorithm {
        let asked = self.extension.as_ref().and_then(|extension| extension.id_token_algorithm);
        asked.unwrap_or(SigningAlgorithm::Rs256)
    }

    /// What it signs its assertions with, if it said; otherwise what its key is for.
    pub fn assertion_algorithm(&self) -> Option<SigningAlgorithm> {
        self.extension.as_ref()?.assertion_algorithm
    }

    /// How long its access tokens live, where `most` is what the deployment lets them.
    pub fn access_token_ttl(&self, most: Seconds) -> Seconds {
        let own = self.extension.as_ref().and_then(|extension| extension.access_token_ttl);
        own.map_or(most, |own| most.min(Seconds(own.into())))
    }

    /// Where its keys are.
    pub fn keys(&self) -> Option<&ClientKeys> {
        self.extension.as_ref()?.keys.as_ref()
    }

    /// The sector whose clients see one and the same subject for an owner; none where all clients do.
    pub fn sector(&self) -> Option<&str> {
        self.extension.as_ref()?.sector.as_deref()
    }

    /// Whether it registered the grant type.
    pub fn may_use(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }
}

fn parse_grant_types(words: &[String]) -> Result<Vec<GrantType>, MetadataError> {
    let mut grant_types = Vec::new();
    for word in words {
        let grant_type = GrantType::parse(word).ok_or_else(|| wrong("grant_types", word))?;
        if !grant_types.contains(&grant_type) {
            grant_types.push(grant_type);
        }
    }
    if grant_types.iter().all(|grant_type| *grant_type == GrantType::RefreshToken) {
        let reason = "grant_types: one is missing that grants something in the first place";
        return Err(MetadataError::Metadata(reason.into()));
    }
    Ok(grant_types)
}

/// RFC 7591 §2: "Clients using flows with redirection MUST register" them; others need none.
fn parse_redirect_uris(document: &Document, required: bool) -> Result<Vec<RedirectUri>, MetadataError> {
    let not_a_list =
        || MetadataError::RedirectUri("redirect_uris: a list of 1 to 20 strings is required".into());
    let list = match document.get("redirect_uris") {
        None | Some(Value::Null) if !required => return Ok(Vec::new()),
        sent => sent.and_then(Value::as_array).ok_or_else(not_a_list)?,
    };
    if (required && list.is_empty()) || list.len() > MAX_REDIRECT_URIS {
        return Err(not_a_list());
    }
    let mut uris: Vec<RedirectUri> = Vec::new();
    for value in list {
        let text = value.as_str().ok_or_else(not_a_list)?;
        let uri = RedirectUri::register(text).map_err(|error| {
            // What stands before the host may be a password: it is not said again.
            let said = if error == RedirectUriError::UserInfo { "one".to_owned() } else { shortened(text) };
            MetadataError::RedirectUri(format!("redirect_uris: {said} {}", error.description()))
        })?;
        if !uris.contains(&uri) {
            uris.push(uri);
        }
    }
    Ok(uris)
}

fn parse_scope(document: &Document, catalogue: &Catalogue) -> Result<Option<Scope>, MetadataError> {
    // As long as it likes: all of it must be in the catalogue, and what is answered must be taken back.
    let Some(text) = text(document, "scope", usize::MAX)? else { return Ok(None) };
    let scope = Scope::parse(&text).map_err(|_| wrong("scope", &text))?;
    match scope.without(&catalogue.all()).tokens().next() {
        Some(unknown) => Err(wrong("scope", unknown)),
        None => Ok(Some(scope)),
    }
}

fn parse_contacts(document: &Document) -> Result<Vec<String>, MetadataError> {
    let contacts = words(document, "contacts")?.unwrap_or_default();
    if contacts.len() > MAX_CONTACTS || contacts.iter().any(|c| c.chars().count() > MAX_TEXT) {
        return Err(MetadataError::Metadata("contacts: at most 5, of at most 100 characters".into()));
    }
    Ok(contacts)
}

/// A member that must be a string of visible text, when it is there and not null.
pub(super) fn text(document: &Document, name: &str, max: usize) -> Result<Option<String>, MetadataError> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) if text.chars().count() > max => {
            Err(MetadataError::Metadata(format!("{name}: longer than {max} characters")))
        }
        Some(Value::String(text)) if text.chars().any(is_invisible) => {
            Err(MetadataError::Metadata(format!("{name}: has invisible characters")))
        }
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(MetadataError::Metadata(format!("{name}: not a string"))),
    }
}

/// A member that must be a list of strings, when it is there and not null.
pub(super) fn words(document: &Document, name: &str) -> Result<Option<Vec<String>>, MetadataError> {
    let not_a_list = || MetadataError::Metadata(format!("{name}: not a list of strings"));
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(list)) => list
            .iter()
            .map(|v| {
                v.as_str().filter(|t| !t.chars().any(is_invisible)).map(str::to_owned).ok_or_else(not_a_list)
            })
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(not_a_list()),
    }
}

fn uri(document: &Document, name: &str) -> Result<Option<MetadataUri>, MetadataError> {
    uri_within(document, name, Reach::Public)
}

/// A member that must be a URI that may be fetched, when it is there and not null.
pub(super) fn uri_within(
    document: &Document,
    name: &str,
    reach: Reach,
) -> Result<Option<MetadataUri>, MetadataError> {
    let Some(text) = text(document, name, 1000)? else { return Ok(None) };
    let error = || MetadataError::Metadata(format!("{name}: not an https URI on a public host name"));
    MetadataUri::parse_within(&text, reach).map(Some).ok_or_else(error)
}

/// A value that is not served here.
pub(super) fn wrong(name: &str, word: &str) -> MetadataError {
    MetadataError::Metadata(format!("{name}: {} is not supported here", shortened(word)))
}

/// What the sender sent, short and printable: error descriptions are for developers, not for floods.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(document: Value) -> Result<ClientMetadata, MetadataError> {
        ClientMetadata::parse(document.as_object().unwrap(), &Catalogue::default(), Reach::Public)
    }

    #[test]
    fn defaults_are_those_of_rfc_7591() {
        let metadata = parse(json!({"redirect_uris": ["https://client.example/cb"]})).unwrap();
        let document = Value::Object(metadata.to_document(&Catalogue::default()));
        assert_eq!(document["token_endpoint_auth_method"], "client_secret_basic");
        assert_eq!(document["grant_types"], json!(["authorization_code"]));
        assert_eq!(document["response_types"], json!(["code"]));
    }

    #[test]
    fn a_registered_document_reads_back() {
        let metadata = parse(json!({
            "redirect_uris": ["https://client.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"],
            "client_name": "앱", "token_endpoint_auth_method": "client_secret_post", "scope": "calendar.read",
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "client_uri": "https://client.example", "logo_uri": "https://client.example/l.png",
            "policy_uri": "https://client.example/p", "tos_uri": "https://client.example/t",
            "contacts": ["dev@client.example"], "software_id": "s", "software_version": "1", "refresh_tokens": "keep",
            "client_id": "mine", "client_secret": "mine", "unknown": {"a": 1},
        }))
        .unwrap();
        let document = Value::Object(metadata.to_document(&Catalogue::default()));
        assert_eq!(document.get("client_id"), None);
        assert_eq!(document.get("unknown"), None);
        assert_eq!(parse(document), Ok(metadata));
    }

    #[test]
    fn the_scope_of_a_long_catalogue_reads_back() {
        let words = json!({"title": "t", "description": "d"});
        let name = |n| format!("https://api.example/{}/{n}", "x".repeat(60));
        let entry = |n| json!({"name": name(n), "en": words, "ko": words, "default": n == 0});
        let catalogue = Catalogue::parse(&json!((0..20).map(entry).collect::<Vec<_>>()).to_string()).unwrap();
        let sent = json!({"redirect_uris": ["https://client.example/cb"]});
        let metadata = ClientMetadata::parse(sent.as_object().unwrap(), &catalogue, Reach::Public).unwrap();
        let answered = metadata.to_document(&catalogue);
        let again = ClientMetadata::parse(&answered, &catalogue, Reach::Public).unwrap();
        assert_eq!(again.to_document(&catalogue), answered);
    }

    #[test]
    fn each_wrong_member_is_named() {
        let long = "x".repeat(101);
        for (member, value) in [
            ("token_endpoint_auth_method", json!("private_key_jwt")),
            ("token_endpoint_auth_method", json!(1)),
            ("grant_types", json!(["implicit"])),
            ("grant_types", json!([])),
            ("grant_types", json!(["refresh_token"])),
            ("grant_types", json!("authorization_code")),
            ("response_types", json!(["token"])),
            ("response_types", json!([1])),
            ("client_name", json!(long)),
            ("client_name", json!("a\u{202e}b")),
            ("client_name", json!("\u{3164}")),
            ("client_name", json!(["a"])),
            ("scope", json!("admin")),
            ("scope", json!("a  b")),
            ("client_uri", json!("javascript:alert(1)")),
            ("logo_uri", json!("http://client.example/l.png")),
            ("policy_uri", json!("https://127.0.0.1/")),
            ("tos_uri", json!({})),
            ("contacts", json!(["a", "a", "a", "a", "a", "a"])),
            ("software_id", json!(long)),
            ("software_version", json!("\0")),
            ("refresh_tokens", json!("never")),
        ] {
            let document = json!({"redirect_uris": ["https://client.example/cb"], member: value});
            match parse(document) {
                Err(MetadataError::Metadata(reason)) => {
                    assert!(reason.starts_with(member), "{member}: {reason}")
                }
                other => panic!("{member}: {other:?}"),
            }
        }
    }

    #[test]
    fn one_bad_redirect_uri_refuses_all_and_is_named() {
        for value in [
            json!(null),
            json!([]),
            json!("https://client.example"),
            json!([1]),
            json!(vec!["https://a.example/"; 21]),
        ] {
            assert!(matches!(parse(json!({"redirect_uris": value})), Err(MetadataError::RedirectUri(_))));
        }
        let with_password = json!({"redirect_uris": ["https://bob:hunter2@client.example/cb"]});
        assert!(!format!("{:?}", parse(with_password)).contains("hunter2"));
        let Err(MetadataError::RedirectUri(reason)) =
            parse(json!({"redirect_uris": ["https://client.example/cb", "javascript:alert(1)"]}))
        else {
            panic!()
        };
        assert!(reason.contains("javascript:alert(1)"));
    }

    #[test]
    fn redirect_uris_are_for_those_whom_owners_are_sent_back_to() {
        let device = "urn:ietf:params:oauth:grant-type:device_code";
        for grant_types in [json!(["client_credentials"]), json!([device, "refresh_token"])] {
            let metadata = parse(json!({ "grant_types": grant_types })).unwrap();
            assert_eq!(metadata.redirect_uris, []);
            let document = metadata.to_document(&Catalogue::default());
            assert_eq!((&document["response_types"], &document["redirect_uris"]), (&json!([]), &json!([])));
            assert_eq!(parse(Value::Object(document)).unwrap().grant_types, metadata.grant_types);
            let sent = json!({ "grant_types": grant_types, "redirect_uris": null, "response_types": null });
            assert!(parse(sent).is_ok());
            let sent = json!({ "grant_types": grant_types, "redirect_uris": ["javascript:alert(1)"] });
            assert!(matches!(parse(sent), Err(MetadataError::RedirectUri(_))));
            let sent = json!({ "grant_types": grant_types, "response_types": ["code"] });
            assert!(
                matches!(parse(sent), Err(MetadataError::Metadata(reason)) if reason.starts_with("response_types"))
            );
        }
        for sent in [json!({}), json!({ "grant_types": ["authorization_code", device] })] {
            assert!(matches!(parse(sent), Err(MetadataError::RedirectUri(_))));
        }
    }

    #[test]
    fn a_client_that_acts_for_itself_authenticates() {
        let sent = json!({ "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none" });
        assert!(
            matches!(parse(sent), Err(MetadataError::Metadata(reason)) if reason.starts_with("grant_types"))
        );
    }

    #[test]
    fn a_public_client_cannot_exchange_tokens() {
        let registered = |method| {
            let grant_types = ["authorization_code", GrantType::TokenExchange.word()];
            parse(
                json!({"redirect_uris": ["https://c.example/"], "token_endpoint_auth_method": method, "grant_types": grant_types}),
            )
        };
        assert!(
            registered("client_secret_basic")
                .is_ok_and(|metadata| metadata.may_use(GrantType::TokenExchange))
        );
        assert!(
            matches!(registered("none"), Err(MetadataError::Metadata(reason)) if reason.starts_with("grant_types"))
        );
    }

    #[test]
    fn a_public_client_cannot_keep_its_refresh_tokens() {
        let document = json!({"redirect_uris": ["https://c.example/"], "token_endpoint_auth_method": "none", "refresh_tokens": "keep"});
        assert!(matches!(parse(document), Err(MetadataError::Metadata(_))));
    }
}
