//! Access tokens: verified without any I/O, so a forged one must not get through here.

use postern::base::base64url;
use postern::base::opaque::Opaque;
use postern::base::time::UnixTime;
use postern::jose::jws;
use postern::jose::keyring::Accepts;
use postern::model::access_token::{AccessTokenClaims, TYP};
use postern::model::id::{GrantId, Subject, SubjectId};
use postern::model::purpose::access_label;
use postern::model::scope::Scope;
use postern::protocol::resource::{Access, BearerRefusal, verify};
use serde_json::{Value, json};

use crate::support::ISSUER;
use crate::world::{NOW, RESOURCE, flipped, keyring, text, two};

/// How long the tokens made here live, in seconds.
const TTL: u64 = 600;

/// A token that somebody sent; a header and claims (its two lines) that our own key signed; and a good token that has
/// the bytes in it.
pub fn access_token(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    admitted(sent);
    let (header, claims) = two(sent);
    if let Some(access) = admitted(&signed("k1", RESOURCE, header, claims)) {
        said_by(header, claims, &access);
    }
    // What is signed for one audience is nothing to another, whatever it says of itself.
    for (kid, audience) in [("k1", "https://evil.example"), ("old", RESOURCE)] {
        assert_eq!(verified(&signed(kid, audience, header, claims), NOW), Err(BearerRefusal::Forged));
    }
    good_token_reads_back(sent);
}

/// What `token` allows, if it gets through; then nothing near it does.
fn admitted(token: &str) -> Option<Access> {
    let access = verified(token, NOW).ok()?;
    assert!(NOW < access.expires_at && access.issued_at.seconds() <= NOW.seconds() + 60);
    assert!([ISSUER, RESOURCE].contains(&access.audience.as_str()));
    assert_eq!(verified(token, access.expires_at), Err(BearerRefusal::Expired));
    let other = if access.audience == ISSUER { RESOURCE } else { ISSUER };
    for (issuer, audience) in [("https://evil.example", access.audience.as_str()), (ISSUER, other)] {
        assert_eq!(verify(keyring(), issuer, &[audience], token, NOW), Err(BearerRefusal::Forged));
    }
    for forged in flipped(token) {
        assert_eq!(verified(&forged, NOW), Err(BearerRefusal::Forged), "{forged}");
    }
    Some(access)
}

fn verified(token: &str, now: UnixTime) -> Result<Access, BearerRefusal> {
    verify(keyring(), ISSUER, &[ISSUER, RESOURCE], token, now)
}

/// Any header and any claims, under a tag that is right.
fn signed(kid: &str, audience: &str, header: &str, claims: &str) -> String {
    let key = keyring().key(kid, &access_label(audience), Accepts::Retired).expect("a key of ours");
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    format!("{input}.{}", base64url::encode(key.sign(input.as_bytes())))
}

/// Another JSON parser reads the same out of it.
fn said_by(header: &str, claims: &str, access: &Access) {
    let header: Value = serde_json::from_str(header).expect("it was read");
    let claims: Value = serde_json::from_str(claims).expect("it was read");
    let typ = header["typ"].as_str().map(str::to_ascii_lowercase).unwrap_or_default();
    // RFC 8725 §3.1, §3.11; RFC 7515 §4.1.11.
    assert_eq!((header["alg"].as_str(), header["kid"].as_str()), (Some("HS256"), Some("k1")));
    assert!(typ == TYP || typ == format!("application/{TYP}"), "{typ}");
    assert!(header["crit"].is_null());
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some(RESOURCE)));
    assert_eq!(claims["sub"], json!(access.sub));
    assert_eq!(claims["client_id"], json!(access.client_id));
    assert_eq!(claims["gid"], json!(access.grant));
    assert_eq!(claims["exp"], json!(claims["exp"].as_u64().expect("a number")));
    let scope = claims["scope"].as_str().unwrap_or_default();
    assert!(scope.is_empty() == access.scope.is_empty());
    assert!(scope.split(' ').all(|token| token.is_empty() || access.scope.contains(token)));
}

fn good_token_reads_back(text: &str) {
    let client_id = serde_json::from_value(json!(text)).expect("any text is an id until it is proven");
    let claims = AccessTokenClaims {
        iss: ISSUER.into(),
        sub: Subject::public(SubjectId(Opaque([4; 16]))),
        aud: RESOURCE.into(),
        client_id,
        scope: Scope::parse(text).unwrap_or_default(),
        exp: NOW.seconds() + TTL,
        iat: NOW.seconds(),
        jti: Opaque([5; 16]),
        auth_time: Some(NOW.seconds()),
        acr: None,
        cnf: None,
        act: None,
        gid: GrantId(Opaque([6; 32])),
    };
    let key = keyring().key("k2", &access_label(RESOURCE), Accepts::Current).expect("a key of ours");
    let token = jws::sign(&key, "k2", TYP, &claims).expect("claims of ours");
    // What is too long is not looked at: no client id that was issued makes a token of this length.
    let Some(access) = admitted(&token) else { return assert!(token.len() > 16 * 1024) };
    assert_eq!(access.client_id, claims.client_id);
    assert_eq!((access.scope, access.grant, access.sub), (claims.scope, claims.gid, claims.sub));
}
