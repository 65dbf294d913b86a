//! Assertions of clients (RFC 7521 §4.2, RFC 7523 §2.2 and §3, OpenID Connect Core §9): what one claims, and what is still
//! to be shown.

use serde::Deserialize;
use serde_json::Value;

use crate::base::digest::sha256;
use crate::base::opaque::Opaque;
use crate::base::time::{Seconds, UnixTime};
use crate::jose::algorithm::SigningAlgorithm;
use crate::jose::hs256;
use crate::jose::jwk::{Jwk, NamedJwk};
use crate::jose::signed::SignedJwt;
use crate::model::auth_method::AuthMethod;
use crate::model::client::Client;
use crate::model::issuer::Issuer;
use crate::protocol::grant::Once;

/// `client_assertion_type` (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Longest time that an assertion may have left: its id has to be remembered for as long.
const LIFETIME: Seconds = Seconds::minutes(5);
/// How far the clocks of clients may be ahead of ours.
const LEEWAY: Seconds = Seconds(60);
/// Longest `jti`, in characters.
const MAX_ID: usize = 128;

/// Why an assertion proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionFault {
    /// Not a JWT with the claims that RFC 7523 §3 wants, or not said to be one.
    Malformed,
    /// A JWT for something else (RFC 8725 §3.11).
    Typ,
    /// Another algorithm than the client's.
    Algorithm,
    /// Made by another than it is about.
    Issuer,
    /// Not for this server, or not for it alone.
    Audience,
    /// Too old.
    Expired,
    /// Would be good for too long.
    Lifetime,
    /// Of a time that is not yet.
    Early,
    /// Without an id, or with one that is too long.
    Id,
    /// The keys of the client are not to be had.
    KeysUnavailable,
    /// No key fits, or more than one does.
    Key,
    /// The signature is wrong.
    Signature,
}

/// RFC 7519 §4.1.3: one string, or a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    jti: Option<Value>,
}

/// An assertion, of which nothing is believed yet.
#[derive(Debug)]
pub struct ClientAssertion<'a> {
    jwt: SignedJwt<'a>,
    claims: Claims,
}

/// What assertions are held to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Who we are.
    pub issuer: &'a Issuer,
    /// The path that was called.
    pub path: &'a str,
    /// The time.
    pub now: UnixTime,
}

impl<'a> ClientAssertion<'a> {
    /// Takes it apart.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let jwt = SignedJwt::parse(token)?;
        let claims: Claims = jwt.claims()?;
        (!claims.sub.is_empty()).then_some(Self { jwt, claims })
    }

    /// The client it says it is of.
    pub fn subject(&self) -> &str {
        &self.claims.sub
    }

    /// Everything but the signature, with the id that is then spent.
    pub(super) fn check(&self, client: &Client, place: &Place<'_>) -> Result<Once, AssertionFault> {
        let claims = &self.claims;
        let typ = self.jwt.header.typ.is_none()
            || self.jwt.is_typed("JWT")
            || self.jwt.is_typed("client-authentication+jwt");
        if !typ {
            return Err(AssertionFault::Typ);
        }
        if !self.has_algorithm_of(client) {
            return Err(AssertionFault::Algorithm);
        }
        // RFC 7523 §3: "iss" and "sub" are the client_id; the client was found by its "sub".
        if claims.iss != claims.sub || claims.sub != client.id.as_str() {
            return Err(AssertionFault::Issuer);
        }
        if !self.is_for(place) {
            return Err(AssertionFault::Audience);
        }
        let expires_at = date(claims.exp);
        if expires_at <= place.now {
            return Err(AssertionFault::Expired);
        }
        if expires_at > place.now.plus(LIFETIME).plus(LEEWAY) {
            return Err(AssertionFault::Lifetime);
        }
        let early = |at: Option<f64>| at.is_some_and(|at| date(at) > place.now.plus(LEEWAY));
        if early(claims.nbf) || early(claims.iat) {
            return Err(AssertionFault::Early);
        }
        let id = claims.jti.as_ref().and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() || id.chars().count() > MAX_ID {
            return Err(AssertionFault::Id);
        }
        Ok(once(client, id, expires_at))
    }

    /// RFC 8725 §3.1: the client's registration chooses, never the token. So no public key is ever taken for a secret.
    fn has_algorithm_of(&self, client: &Client) -> bool {
        let alg = self.jwt.header.alg.as_str();
        match client.metadata.auth_method {
            AuthMethod::SecretJwt => alg == hs256::ALGORITHM,
            AuthMethod::PrivateKeyJwt => {
                let said = SigningAlgorithm::parse(alg);
                said.is_some() && client.metadata.assertion_algorithm().is_none_or(|own| said == Some(own))
            }
            AuthMethod::SecretBasic | AuthMethod::SecretPost | AuthMethod::None => false,
        }
    }

    /// For the issuer, its token endpoint, or the endpoint that was called, and for nobody else besides: another server
    /// that is named could use it here.
    fn is_for(&self, place: &Place<'_>) -> bool {
        let issuer = place.issuer.as_str();
        let audience = match &self.claims.aud {
            Audience::One(audience) => audience,
            Audience::Many(list) => match list.as_slice() {
                [audience] => audience,
                _ => return false,
            },
        };
        let path = audience.strip_prefix(issuer);
        path.is_some_and(|path| path.is_empty() || path == "/token" || path == place.path)
    }

    /// What was signed.
    pub fn signing_input(&self) -> &[u8] {
        self.jwt.signing_input.as_bytes()
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.jwt.signature
    }

    /// Whether it names its key.
    pub const fn names_its_key(&self) -> bool {
        self.jwt.header.kid.is_some()
    }

    /// The key of the client that it names; or the only one that fits.
    pub fn key_in<'k>(&self, keys: &'k [NamedJwk]) -> Option<&'k Jwk> {
        let (algorithm, kid) = (SigningAlgorithm::parse(&self.jwt.header.alg)?, &self.jwt.header.kid);
        let mut fitting = keys
            .iter()
            .filter(|named| named.key.algorithm() == algorithm && (kid.is_none() || named.kid == *kid));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(&first.key)
    }
}

/// RFC 7519 §2: a NumericDate may have a fraction. What is before 1970 or no number is 1970.
fn date(seconds: f64) -> UnixTime {
    UnixTime::from_seconds(seconds as u64)
}

/// RFC 7523 §3, `jti`: good for one use by one client. Not to be mixed up with the ids of anything else.
fn once(client: &Client, id: &str, until: UnixTime) -> Once {
    let digest = sha256(format!("client_assertion\0{}\0{id}", client.id));
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(digest) {
        *to = from;
    }
    Once { id: Opaque(short), until }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::base64url;
    use crate::jose::keyring::Keyring;
    use crate::model::catalogue::Catalogue;
    use crate::model::client::{ClientOrigin, ClientProof};
    use crate::model::client_id::ClientId;
    use crate::model::client_metadata::ClientMetadata;
    use crate::model::metadata_uri::Reach;

    fn client(id: &str) -> Client {
        let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
        let document = serde_json::json!({ "redirect_uris": ["https://app.example/cb"] });
        let metadata =
            ClientMetadata::parse(document.as_object().unwrap(), &Catalogue::default(), Reach::Public);
        let id = ClientId::prove(&ring, id).unwrap().id().clone();
        Client { id, metadata: metadata.unwrap(), proof: ClientProof::None, origin: ClientOrigin::Anonymous }
    }

    #[test]
    fn an_id_is_spent_by_one_client_until_its_assertion_is_over() {
        let (a, b) = (client("https://app.example/a"), client("https://app.example/b"));
        let until = UnixTime::from_seconds(60);
        assert_eq!(once(&a, "1", until), once(&a, "1", until));
        assert_eq!(once(&a, "1", until).until, until);
        assert_ne!(once(&a, "1", until).id, once(&b, "1", until).id);
        assert_ne!(once(&a, "1", until).id, once(&a, "2", until).id);
    }

    #[test]
    fn dates_are_whole_seconds_and_never_a_surprise() {
        for (said, seconds) in [(1.9, 1), (-1.0, 0), (f64::NAN, 0), (f64::NEG_INFINITY, 0)] {
            assert_eq!(date(said), UnixTime::from_seconds(seconds), "{said}");
        }
        assert_eq!(date(f64::INFINITY), UnixTime::from_seconds(u64::MAX));
    }
}
