//! `id_token_hint` (OpenID Connect Core §3.1.2.1): an ID token that we signed, of whatever age, and nothing else.

use postern::base::base64url;
use postern::base::time::{Seconds, UnixTime};
use postern::jose::algorithm::SigningAlgorithm;
use postern::jose::signed::SignedJwt;
use postern::model::issuer::Issuer;
use postern::model::signing_key::{KeySet, SigningKey};
use postern::protocol::oidc::{IdTokenHint, read_hint};
use postern::store::memory_signatures::{key_pair, sign};
use serde_json::{Value, json};

use crate::support::ISSUER;
use crate::world::{NOW, filled, flipped, issuer, signed, text, two};

/// A hint that somebody sent; and a header and claims (its two lines) under the signature of each of our keys. In both,
/// `{es256}`, `{rs256}` and `{gone}` stand for the names of these keys.
pub fn id_token_hint(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let keys = keys();
    let names = [
        ("es256", keys.0[0].kid.as_str()),
        ("rs256", keys.0[1].kid.as_str()),
        ("gone", keys.0[2].kid.as_str()),
    ];
    let good = filled(sent, &names);
    let (header, claims) = two(&good);
    admitted(&keys, sent);
    for key in &keys.0 {
        admitted(&keys, &signed(&key.public, header, claims));
    }
    // Whatever is in it, what was issued comes back.
    let (key, claims) = (
        &keys.0[1],
        json!({ "iss": ISSUER, "sub": sent, "aud": sent, "sid": sent, "exp": 1, "at_hash": "h" }),
    );
    let header = json!({ "alg": "RS256", "typ": "JWT", "kid": key.kid });
    let token = signed(&key.public, &header.to_string(), &claims.to_string());
    let hint = admitted(&keys, &token);
    assert_eq!(hint.is_none(), token.len() > 16 * 1024);
    assert!(
        hint.is_none_or(|hint| hint.sub == sent && hint.aud == sent && hint.sid.as_deref() == Some(sent))
    );
}

/// The set in the middle of a rotation: two keys, and one that is gone since just now.
pub fn keys() -> KeySet {
    let key = |algorithm, n, gone_at| {
        let public = key_pair(algorithm, n).public;
        SigningKey {
            kid: public.thumbprint(),
            public,
            root: "k1".into(),
            sealed: Vec::new(),
            active_at: UnixTime::from_seconds(0),
            gone_at,
        }
    };
    KeySet(vec![
        key(SigningAlgorithm::Es256, 1, Some(NOW.plus(Seconds(60)))),
        key(SigningAlgorithm::Rs256, 2, None),
        key(SigningAlgorithm::Es256, 3, Some(NOW)),
    ])
}

/// As the endpoint does it, with the signature in between.
fn verified(keys: &KeySet, token: &str, issuer: &Issuer, now: UnixTime) -> Option<IdTokenHint> {
    let jwt = SignedJwt::parse(token)?;
    let (hint, key) = read_hint(&jwt, keys, issuer, now)?;
    (sign(key, jwt.signing_input.as_bytes()) == jwt.signature).then_some(hint)
}

fn admitted(keys: &KeySet, token: &str) -> Option<IdTokenHint> {
    let hint = verified(keys, token, &issuer(), NOW)?;
    let mut parts = token.split('.').map(|part| base64url::decode(part).expect("it was read"));
    let mut json = || serde_json::from_slice::<Value>(&parts.next().expect("a part")).ok();
    if let (Some(header), Some(claims)) = (json(), json()) {
        let key = keys.0.iter().find(|key| header["kid"] == key.kid.as_str()).expect("one of ours");
        assert!(key.gone_at.is_none_or(|gone| NOW < gone), "it is no longer published");
        assert_eq!(header["alg"], key.algorithm().word());
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(
            (claims["sub"].as_str(), claims["aud"].as_str()),
            (Some(hint.sub.as_str()), Some(hint.aud.as_str()))
        );
        assert_eq!(claims["sid"].as_str(), hint.sid.as_deref());
        // Neither an access token nor a userinfo answer is a hint (RFC 8725 §3.11).
        assert!(claims["exp"].is_u64() && claims["at_hash"].is_string());
        let typ = header["typ"].as_str().map(str::to_ascii_lowercase);
        assert!(matches!(typ.as_deref(), Some("jwt" | "application/jwt")), "{typ:?}");
        if let Some(gone) = key.gone_at {
            assert_eq!(verified(keys, token, &issuer(), gone), None);
        }
    }
    let other = Issuer::parse("https://evil.example").expect("an issuer");
    assert_eq!(verified(keys, token, &other, NOW), None);
    assert_eq!(verified(&KeySet::default(), token, &issuer(), NOW), None);
    for forged in flipped(token) {
        assert_eq!(verified(keys, &forged, &issuer(), NOW), None, "{forged}");
    }
    Some(hint)
}
