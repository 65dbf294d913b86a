//! Access tokens: JWTs (RFC 9068) under HS256, verified for one of the verifier's own audiences.

use hmac::{Hmac, KeyInit, Mac};
use postern::base::base64url;
use postern::base::opaque::Opaque;
use postern::base::time::UnixTime;
use postern::jose::hs256::HmacKey;
use postern::jose::jws;
use postern::jose::keyring::Accepts;
use postern::model::access_token::{AccessTokenClaims, TYP};
use postern::model::id::{GrantId, SubjectId};
use postern::model::purpose::access_label;
use postern::model::scope::Scope;
use postern::protocol::resource::{Access, BearerRefusal, verify as verified};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::fixed::{ISSUER, NOW, RESOURCE, fixed};
use crate::{sealed, text};

const AUDIENCES: [&str; 2] = [ISSUER, "https://as.example/demo/whoami"];

/// Only what was signed here for this audience, and is still good, is let in; the token's own words choose nothing.
pub fn verify(data: &[u8]) {
    if let Some(sent) = text(data) {
        as_sent(sent);
    }
    as_claims(data);
    as_header(data);
    let token = good("k1", ISSUER);
    sealed::unforgeable(&token, data, |token| opens(token).is_ok());
    for other in [good("k0", ISSUER), good("k1", RESOURCE)] {
        assert_eq!(opens(&other), Err(BearerRefusal::Forged), "a retired key, a foreign audience");
    }
}

fn opens(token: &str) -> Result<Access, BearerRefusal> {
    verified(&fixed().keyring, ISSUER, &AUDIENCES, token, NOW)
}

fn key(kid: &str, audience: &str) -> HmacKey {
    fixed().keyring.key(kid, &access_label(audience), Accepts::Retired).unwrap()
}

fn claims(audience: &str) -> AccessTokenClaims {
    AccessTokenClaims {
        iss: ISSUER.into(),
        sub: SubjectId(Opaque([1; 16])),
        aud: audience.into(),
        client_id: fixed().client.id.clone(),
        scope: Scope::from_tokens(["calendar.read"]),
        exp: NOW.seconds() + 600,
        iat: NOW.seconds(),
        jti: Opaque([2; 16]),
        auth_time: NOW.seconds(),
        gid: GrantId(Opaque([3; 32])),
    }
}

/// A token that is good where its key and its audience are.
pub fn good(kid: &str, audience: &str) -> String {
    jws::sign(&key(kid, audience), kid, TYP, &claims(audience)).unwrap()
}

/// Whatever is let in: its tag is right by another HMAC, its words by another reading of the JSON.
fn as_sent(sent: &str) {
    let Ok(access) = opens(sent) else { return };
    let parts: Vec<_> = sent.split('.').collect();
    let [header, payload, tag] = parts[..] else { panic!("{sent} has {} parts", parts.len()) };
    let read = |part| serde_json::from_slice::<Value>(&base64url::decode(part).unwrap()).unwrap();
    let (header, payload_json) = (read(header), read(payload));
    assert!(is_ours(&header), "{header}");
    let exported = fixed().keyring.export(&access_label(&access.audience));
    let (_, secret) = exported.iter().find(|(kid, _)| header["kid"] == kid.as_str()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()).unwrap();
    mac.update(&sent.as_bytes()[..sent.rfind('.').unwrap()]);
    assert!(mac.verify_slice(&base64url::decode(tag).unwrap()).is_ok());
    in_order(&access, &payload_json);
}

fn in_order(access: &Access, claims: &Value) {
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some(access.audience.as_str())));
    assert!(AUDIENCES.contains(&access.audience.as_str()));
    assert!(access.expires_at > NOW && access.issued_at.seconds() <= NOW.seconds() + 60);
    assert_eq!(claims["exp"].as_u64().map(UnixTime::from_seconds), Some(access.expires_at));
    assert_eq!(claims["sub"], access.sub.to_string());
    assert_eq!(claims["gid"], access.grant.to_string());
    assert_eq!(claims["client_id"], access.client_id.as_str());
    let scope = claims["scope"].as_str().unwrap();
    assert!(scope.is_empty() || Scope::parse(scope).as_ref() == Ok(&access.scope));
}

/// RFC 8725 §3.1, §3.11; RFC 7515 §4.1.11.
fn is_ours(header: &Value) -> bool {
    let typ = header["typ"].as_str().unwrap_or_default();
    let typ = typ.strip_prefix("application/").unwrap_or(typ);
    header["alg"] == "HS256" && typ.eq_ignore_ascii_case(TYP) && header["crit"].is_null()
}

fn signed(header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    format!("{input}.{}", base64url::encode(key("k1", ISSUER).sign(input.as_bytes())))
}

/// Any claims under a right tag: the holder of an audience's key makes those.
fn as_claims(data: &[u8]) {
    let token = signed(br#"{"typ":"at+jwt","alg":"HS256","kid":"k1"}"#, data);
    if let Ok(access) = opens(&token) {
        in_order(&access, &serde_json::from_slice(data).unwrap());
    }
}

/// Any header over right claims.
fn as_header(data: &[u8]) {
    let token = signed(data, json!(claims(ISSUER)).to_string().as_bytes());
    let let_in = opens(&token).is_ok();
    let Ok(header) = serde_json::from_slice::<Value>(data) else {
        assert!(!let_in);
        return;
    };
    assert!(!let_in || (header.is_object() && is_ours(&header) && header["kid"] == "k1"), "{header}");
}
