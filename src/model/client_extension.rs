//! Client metadata of OpenID Connect and what came after it: OpenID Connect Registration §2, Back-Channel Logout §2.2,
//! RFC 7523, RFC 9126 §6, RFC 9449 §5.2.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::hs256;
use crate::jose::jwk::{NamedJwk, is_private, parse_set};
use crate::model::auth_method::AuthMethod;
use crate::model::client_metadata::{Document, MAX_TEXT, MetadataError, text, uri_within, words, wrong};
use crate::model::metadata_uri::{MetadataUri, Reach};
use crate::model::redirect_uri::RedirectUri;

/// Most addresses to go to after signing out.
const MAX_LOGOUT_URIS: usize = 20;
/// Most keys of one client.
const MAX_KEYS: usize = 8;

/// The members that a client uses of these. Absent where it uses none, so that ids which were sealed before them keep
/// their bytes. The order is the sealed format: see `client_id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientExtension {
    /// `id_token_signed_response_alg`.
    pub id_token_algorithm: Option<SigningAlgorithm>,
    /// `userinfo_signed_response_alg`: its userinfo answers are JWTs.
    pub userinfo_algorithm: Option<SigningAlgorithm>,
    /// `introspection_signed_response_alg` (RFC 9701 §6).
    pub introspection_algorithm: Option<SigningAlgorithm>,
    /// `subject_type` is `pairwise`: the sector it belongs to (OpenID Connect Core §8.1).
    pub sector: Option<String>,
    /// `sector_identifier_uri`.
    pub sector_identifier_uri: Option<MetadataUri>,
    /// `post_logout_redirect_uris` (RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// `backchannel_logout_uri`.
    pub backchannel_logout_uri: Option<MetadataUri>,
    /// `backchannel_logout_session_required`.
    pub backchannel_logout_session_required: bool,
    /// `require_pushed_authorization_requests` (RFC 9126 §6).
    pub requires_pushed_requests: bool,
    /// `dpop_bound_access_tokens` (RFC 9449 §5.2).
    pub requires_dpop: bool,
    /// `default_max_age`, in seconds.
    pub default_max_age: Option<u32>,
    /// `token_endpoint_auth_signing_alg`, for clients that authenticate by assertion.
    pub assertion_algorithm: Option<SigningAlgorithm>,
    /// `jwks` or `jwks_uri`.
    pub keys: Option<ClientKeys>,
    /// Ours: `access_token_ttl`, in seconds. It shortens the life of the client's access tokens, and never lengthens it. Left
    /// out where it is not there: a sealed extension from before it ends one byte earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_ttl: Option<u32>,
}

/// Where the keys of a client are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientKeys {
    /// In its metadata.
    Here(Vec<NamedJwk>),
    /// At its own address.
    At(MetadataUri),
}

impl ClientExtension {
    /// Reads the members; `None` where there is none of them.
    ///
    /// # Errors
    /// [`MetadataError`], with a sentence that names the member.
    pub fn parse(
        document: &Document,
        redirect_uris: &[RedirectUri],
        reach: Reach,
    ) -> Result<Option<Box<Self>>, MetadataError> {
        let sector_identifier_uri = uri_within(document, "sector_identifier_uri", reach)?;
        let keys = keys(document, reach)?;
        let assertion_algorithm = assertion_algorithm(document, keys.as_ref())?;
        let extension = Self {
            // What is used anyway is not said again: a client that spells it out gets the same id.
            id_token_algorithm: algorithm(document, "id_token_signed_response_alg")?
                .filter(|algorithm| *algorithm != SigningAlgorithm::Rs256),
            userinfo_algorithm: algorithm(document, "userinfo_signed_response_alg")?,
            introspection_algorithm: algorithm(document, "introspection_signed_response_alg")?,
            sector: sector(document, sector_identifier_uri.as_ref(), redirect_uris)?,
            sector_identifier_uri,
            post_logout_redirect_uris: logout_uris(document)?,
            backchannel_logout_uri: logout_uri(document, reach)?,
            backchannel_logout_session_required: flag(document, "backchannel_logout_session_required")?,
            requires_pushed_requests: flag(document, "require_pushed_authorization_requests")?,
            requires_dpop: flag(document, "dpop_bound_access_tokens")?,
            default_max_age: seconds(document, "default_max_age")?,
            assertion_algorithm,
            keys,
            access_token_ttl: access_token_ttl(document)?,
        };
        Ok((extension != Self::default()).then(|| Box::new(extension)))
    }

    /// Adds the members to what is answered.
    pub fn write(&self, out: &mut Map<String, Value>) {
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(name.into(), value);
            }
        };
        let word = |algorithm: Option<SigningAlgorithm>| algorithm.map(|algorithm| json!(algorithm.word()));
        let yes = |flag: bool| flag.then_some(Value::Bool(true));
        put("id_token_signed_response_alg", word(self.id_token_algorithm));
        put("userinfo_signed_response_alg", word(self.userinfo_algorithm));
        put("introspection_signed_response_alg", word(self.introspection_algorithm));
        put("subject_type", self.sector.as_ref().map(|_| json!("pairwise")));
        put("sector_identifier_uri", self.sector_identifier_uri.as_ref().map(|uri| json!(uri)));
        let logout = &self.post_logout_redirect_uris;
        put("post_logout_redirect_uris", (!logout.is_empty()).then(|| json!(logout)));
        put("backchannel_logout_uri", self.backchannel_logout_uri.as_ref().map(|uri| json!(uri)));
        put("backchannel_logout_session_required", yes(self.backchannel_logout_session_required));
        put("require_pushed_authorization_requests", yes(self.requires_pushed_requests));
        put("dpop_bound_access_tokens", yes(self.requires_dpop));
        put("default_max_age", self.default_max_age.map(|age| json!(age)));
        put("token_endpoint_auth_signing_alg", word(self.assertion_algorithm));
        put("access_token_ttl", self.access_token_ttl.map(|ttl| json!(ttl)));
        match &self.keys {
            Some(ClientKeys::At(uri)) => put("jwks_uri", Some(json!(uri))),
            Some(ClientKeys::Here(keys)) => {
                put("jwks", Some(json!({ "keys": keys.iter().map(written).collect::<Vec<_>>() })))
            }
            None => {}
        }
    }
}

fn written(named: &NamedJwk) -> Value {
    let mut jwk = named.key.to_json();
    if let Some(kid) = &named.kid {
        jwk.insert("kid".into(), json!(kid));
    }
    Value::Object(jwk)
}

fn algorithm(document: &Document, name: &str) -> Result<Option<SigningAlgorithm>, MetadataError> {
    let Some(word) = text(document, name, MAX_TEXT)? else { return Ok(None) };
    SigningAlgorithm::parse(&word).map(Some).ok_or_else(|| wrong(name, &word))
}

/// `token_endpoint_auth_signing_alg` fits the method and the keys. A client whose assertions are under its secret has no
/// choice, so nothing is kept of what it says.
fn assertion_algorithm(
    document: &Document,
    keys: Option<&ClientKeys>,
) -> Result<Option<SigningAlgorithm>, MetadataError> {
    let name = "token_endpoint_auth_signing_alg";
    let method = document.get("token_endpoint_auth_method").and_then(Value::as_str);
    if method == Some(AuthMethod::SecretJwt.word()) {
        return match text(document, name, MAX_TEXT)? {
            Some(word) if word != hs256::ALGORITHM => Err(wrong(name, &word)),
            _ => Ok(None),
        };
    }
    let algorithm = algorithm(document, name)?;
    match (algorithm, keys) {
        (Some(algorithm), Some(ClientKeys::Here(keys)))
            if method == Some(AuthMethod::PrivateKeyJwt.word())
                && keys.iter().all(|named| named.key.algorithm() != algorithm) =>
        {
            Err(MetadataError::Metadata(format!("{name}: jwks has no key for {}", algorithm.word())))
        }
        _ => Ok(algorithm),
    }
}

fn flag(document: &Document, name: &str) -> Result<bool, MetadataError> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(MetadataError::Metadata(format!("{name}: neither true nor false"))),
    }
}

fn seconds(document: &Document, name: &str) -> Result<Option<u32>, MetadataError> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
            let error = || MetadataError::Metadata(format!("{name}: not a whole number of seconds"));
            seconds.map(Some).ok_or_else(error)
        }
    }
}

/// Within what `ACCESS_TOKEN_TTL` may be.
fn access_token_ttl(document: &Document) -> Result<Option<u32>, MetadataError> {
    let name = "access_token_ttl";
    match seconds(document, name)? {
        Some(0 | 86_401..) => Err(MetadataError::Metadata(format!("{name}: not 1 to 86400 seconds"))),
        ttl => Ok(ttl),
    }
}

/// OpenID Connect Core §8.1: the host of `sector_identifier_uri`, or else the one host of all redirect URIs.
fn sector(
    document: &Document,
    uri: Option<&MetadataUri>,
    redirect_uris: &[RedirectUri],
) -> Result<Option<String>, MetadataError> {
    match text(document, "subject_type", MAX_TEXT)?.as_deref() {
        None | Some("public") => return Ok(None),
        Some("pairwise") => {}
        Some(word) => return Err(wrong("subject_type", word)),
    }
    if let Some(uri) = uri {
        return Ok(host(uri.as_str()));
    }
    let mut hosts = redirect_uris.iter().map(|uri| host(uri.as_str()).unwrap_or_default());
    let first = hosts.next().unwrap_or_default();
    let web = redirect_uris.iter().all(|uri| uri.as_str().starts_with("https://"));
    if !web || first.is_empty() || hosts.any(|host| host != first) {
        let reason =
            "subject_type: pairwise needs redirect URIs of one https host, or a sector_identifier_uri";
        return Err(MetadataError::Metadata(reason.into()));
    }
    Ok(Some(first))
}

/// The host alone, whatever its port and its capitals.
fn host(uri: &str) -> Option<String> {
    Url::parse(uri).ok()?.host_str().map(str::to_owned)
}

/// Back-Channel Logout §2.2: "MUST NOT include a fragment component".
fn logout_uri(document: &Document, reach: Reach) -> Result<Option<MetadataUri>, MetadataError> {
    let name = "backchannel_logout_uri";
    match uri_within(document, name, reach)? {
        Some(uri) if uri.as_str().contains('#') => {
            Err(MetadataError::Metadata(format!("{name}: has a fragment")))
        }
        uri => Ok(uri),
    }
}

fn logout_uris(document: &Document) -> Result<Vec<RedirectUri>, MetadataError> {
    let name = "post_logout_redirect_uris";
    let list = words(document, name)?.unwrap_or_default();
    if list.len() > MAX_LOGOUT_URIS {
        return Err(MetadataError::Metadata(format!("{name}: at most {MAX_LOGOUT_URIS}")));
    }
    list.iter()
        .map(|text| {
            RedirectUri::register(text)
                .map_err(|error| MetadataError::Metadata(format!("{name}: one {}", error.description())))
        })
        .collect()
}

fn keys(document: &Document, reach: Reach) -> Result<Option<ClientKeys>, MetadataError> {
    let at = uri_within(document, "jwks_uri", reach)?;
    let here = document.get("jwks").filter(|jwks| !jwks.is_null());
    let Some(jwks) = here else { return Ok(at.map(ClientKeys::At)) };
    if at.is_some() {
        // RFC 7591 §2: "The jwks_uri and jwks parameters MUST NOT both be present".
        return Err(MetadataError::Metadata("jwks: not beside jwks_uri".into()));
    }
    // What is private or symmetric is dropped as unusable below, and a set without a usable key is an error: but a set
    // that shows a private key has to be called out, not cleaned up.
    let listed = jwks.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if listed.iter().any(is_private) {
        return Err(MetadataError::Metadata("jwks: has a private or symmetric key".into()));
    }
    match parse_set(jwks) {
        Some(keys) if !keys.is_empty() && keys.len() <= MAX_KEYS => Ok(Some(ClientKeys::Here(keys))),
        _ => Err(MetadataError::Metadata("jwks: a set of 1 to 8 public RSA or P-256 keys".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;

    fn parse(members: Value) -> Result<Option<Box<ClientExtension>>, MetadataError> {
        let uris = [RedirectUri::register("https://client.example/cb").unwrap()];
        ClientExtension::parse(members.as_object().unwrap(), &uris, Reach::Public)
    }

    fn key() -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": base64url::encode([1; 32]), "y": base64url::encode([2; 32]), "kid": "a" })
    }

    #[test]
    fn defaults_are_nothing() {
        for members in [
            json!({}),
            json!({ "subject_type": "public", "id_token_signed_response_alg": "RS256", "dpop_bound_access_tokens": false }),
            json!({ "jwks": null, "post_logout_redirect_uris": [] }),
        ] {
            assert_eq!(parse(members.clone()), Ok(None), "{members}");
        }
    }

    #[test]
    fn what_is_registered_reads_back() {
        let members = json!({
            "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "RS256",
            "introspection_signed_response_alg": "ES256", "subject_type": "pairwise",
            "sector_identifier_uri": "https://sector.example/uris.json",
            "post_logout_redirect_uris": ["https://client.example/bye"],
            "backchannel_logout_uri": "https://client.example/out", "backchannel_logout_session_required": true,
            "require_pushed_authorization_requests": true, "dpop_bound_access_tokens": true, "default_max_age": 60,
            "token_endpoint_auth_signing_alg": "ES256", "jwks": { "keys": [key()] },
            "access_token_ttl": 20,
        });
        let extension = parse(members.clone()).unwrap().unwrap();
        assert_eq!(extension.sector.as_deref(), Some("sector.example"));
        let mut out = Map::new();
        extension.write(&mut out);
        assert_eq!(Value::Object(out), members);
        let by_url = parse(json!({ "jwks_uri": "https://client.example/jwks" })).unwrap().unwrap();
        assert!(matches!(by_url.keys, Some(ClientKeys::At(_))));
    }

    #[test]
    fn the_algorithm_of_assertions_fits_the_method_and_the_keys() {
        let parse = |method: &str, algorithm: &str| {
            let jwks = json!({ "keys": [key()] });
            let members = json!({ "token_endpoint_auth_method": method, "token_endpoint_auth_signing_alg": algorithm, "jwks": jwks });
            parse(members).map(|extension| extension.unwrap().assertion_algorithm)
        };
        assert_eq!(parse("private_key_jwt", "ES256"), Ok(Some(SigningAlgorithm::Es256)));
        assert_eq!(parse("client_secret_jwt", "HS256"), Ok(None));
        for (method, algorithm) in [
            ("private_key_jwt", "RS256"),
            ("private_key_jwt", "HS256"),
            ("private_key_jwt", "none"),
            ("client_secret_jwt", "ES256"),
            ("client_secret_jwt", "none"),
            ("client_secret_basic", "HS256"),
        ] {
            assert!(parse(method, algorithm).is_err(), "{method} {algorithm}");
        }
    }

    #[test]
    fn the_sector_is_one_host() {
        let sector = |uris: &[&str]| {
            let uris: Vec<_> = uris.iter().map(|uri| RedirectUri::register(uri).unwrap()).collect();
            let members = json!({ "subject_type": "pairwise" });
            ClientExtension::parse(members.as_object().unwrap(), &uris, Reach::Public)
                .map(|extension| extension.unwrap().sector.unwrap())
                .ok()
        };
        assert_eq!(sector(&["https://a.example/1", "https://a.example/2"]).as_deref(), Some("a.example"));
        for other in ["https://a.example:8443/1", "https://A.example/2"] {
            assert_eq!(sector(&["https://a.example/1", other]).as_deref(), Some("a.example"));
        }
        assert_eq!(sector(&["https://a.example/1", "https://b.example/2"]), None);
        assert_eq!(sector(&["http://127.0.0.1/"]), None);
        assert_eq!(sector(&["com.example.app:/cb"]), None);
        assert_eq!(sector(&[]), None);
    }

    #[test]
    fn what_was_sealed_before_a_member_was_thought_of_still_opens() {
        #[derive(Serialize)]
        struct Before {
            algorithms: [Option<SigningAlgorithm>; 3],
            sector: Option<String>,
            sector_identifier_uri: Option<MetadataUri>,
            post_logout_redirect_uris: Vec<RedirectUri>,
            backchannel_logout_uri: Option<MetadataUri>,
            flags: [bool; 3],
            default_max_age: Option<u32>,
            assertion_algorithm: Option<SigningAlgorithm>,
            keys: Option<ClientKeys>,
        }
        let before = Before {
            algorithms: [Some(SigningAlgorithm::Es256), None, None],
            sector: None,
            sector_identifier_uri: None,
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            flags: [false, false, true],
            default_max_age: Some(60),
            assertion_algorithm: None,
            keys: None,
        };
        let sealed = postcard::to_allocvec(&before).unwrap();
        let members = json!({ "id_token_signed_response_alg": "ES256", "dpop_bound_access_tokens": true, "default_max_age": 60 });
        let now = parse(members).unwrap().unwrap();
        assert_eq!(postcard::to_allocvec(&now).unwrap(), sealed, "and ids keep their bytes");
        let whole = [sealed.as_slice(), &[0]].concat();
        assert_eq!(postcard::from_bytes::<ClientExtension>(&whole).unwrap(), *now);
        let shorter = ClientExtension { access_token_ttl: Some(20), ..*now };
        let sealed = postcard::to_allocvec(&shorter).unwrap();
        assert_eq!(
            postcard::from_bytes::<ClientExtension>(&[sealed.as_slice(), &[0]].concat()).unwrap(),
            shorter
        );
    }

    #[test]
    fn each_wrong_member_is_named() {
        let mut private = key();
        private["d"] = json!("AA");
        for (member, value) in [
            ("id_token_signed_response_alg", json!("none")),
            ("id_token_signed_response_alg", json!("HS256")),
            ("userinfo_signed_response_alg", json!(1)),
            ("subject_type", json!("private")),
            ("sector_identifier_uri", json!("http://a.example/")),
            ("post_logout_redirect_uris", json!(["javascript:alert(1)"])),
            ("post_logout_redirect_uris", json!("https://a.example/")),
            ("post_logout_redirect_uris", json!(vec!["https://a.example/"; 21])),
            ("backchannel_logout_uri", json!("https://10.0.0.1/")),
            ("backchannel_logout_uri", json!("https://a.example/out#x")),
            ("backchannel_logout_uri", json!("http://127.0.0.1/")),
            ("backchannel_logout_session_required", json!("true")),
            ("require_pushed_authorization_requests", json!(1)),
            ("dpop_bound_access_tokens", json!([])),
            ("default_max_age", json!(-1)),
            ("default_max_age", json!("60")),
            ("access_token_ttl", json!(0)),
            ("access_token_ttl", json!(86_401)),
            ("access_token_ttl", json!("20")),
            ("access_token_ttl", json!(1.5)),
            ("token_endpoint_auth_signing_alg", json!("none")),
            ("jwks", json!({})),
            ("jwks", json!({ "keys": [] })),
            ("jwks", json!({ "keys": [private] })),
            ("jwks", json!({ "keys": [{ "kty": "oct", "k": "AA" }] })),
            ("jwks", json!({ "keys": [key(), { "kty": "RSA", "p": "AA" }] })),
            ("jwks", json!({ "keys": vec![key(); 9] })),
            ("jwks_uri", json!("https://localhost/")),
        ] {
            match parse(json!({ member: value })) {
                Err(MetadataError::Metadata(reason)) => {
                    assert!(reason.starts_with(member), "{member}: {reason}")
                }
                other => panic!("{member}: {other:?}"),
            }
        }
        let both = json!({ "jwks": { "keys": [key()] }, "jwks_uri": "https://client.example/jwks" });
        assert!(parse(both).is_err());
    }
}
