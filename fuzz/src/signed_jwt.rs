//! JSON Web Tokens that others signed (RFC 7515, RFC 7519), taken apart before anything is believed.

use postern::base::base64url;
use postern::jose::signed::{SignedJwt, compact, signing_input};
use serde_json::{Value, json};

use crate::world::{flipped, text, two};

/// A token that somebody sent; a header and claims (its two lines) under a signature; and a token of ours that has the
/// text in its claims and the bytes for its signature.
pub fn signed_jwt(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    comes_apart(sent);
    let (header, claims) = two(sent);
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(claims));
    comes_apart(&compact(&input, b"signature"));

    let claims = json!({ "said": sent });
    let input = signing_input("ES256", "JWT", "k1", &claims).expect("claims of ours");
    let token = compact(&input, data);
    // What is too long is not looked at.
    let Some(jwt) = SignedJwt::parse(&token) else { return assert!(token.len() > 16 * 1024) };
    assert_eq!((jwt.signing_input, jwt.signature.as_slice()), (input.as_str(), data));
    assert_eq!((jwt.header.alg.as_str(), jwt.header.kid.as_deref()), ("ES256", Some("k1")));
    assert!(jwt.is_typed("JWT") && !jwt.is_typed("at+jwt"));
    assert_eq!(jwt.claims::<Value>(), Some(claims));
}

fn comes_apart(token: &str) {
    let Some(jwt) = SignedJwt::parse(token) else { return };
    assert_eq!(compact(jwt.signing_input, &jwt.signature), token, "one spelling");
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, _] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    let json = |part: &str| serde_json::from_slice::<Value>(&base64url::decode(part).expect("it was read"));

    // RFC 7515 §4, RFC 7519 §7.2: both are JSON objects. What another parser cannot hold (1e999) is no matter.
    if let Ok(header) = json(header) {
        assert!(header.is_object(), "{header}");
        assert_eq!(header["alg"], jwt.header.alg.as_str());
        assert_eq!(
            (header["typ"].as_str(), header["kid"].as_str()),
            (jwt.header.typ.as_deref(), jwt.header.kid.as_deref())
        );
        assert_eq!(header.get("jwk").filter(|jwk| !jwk.is_null()), jwt.header.jwk.as_ref());
        // RFC 7515 §4.1.11.
        assert_eq!(header.get("crit"), None);
    }
    let claims = jwt.claims::<Value>();
    assert_eq!(claims, json(payload).ok().filter(Value::is_object));

    // RFC 7515 §4.1.9: with or without `application/`, in capitals or not.
    if let Some(typ) = jwt.header.typ.as_deref() {
        let short = typ.strip_prefix("application/").unwrap_or(typ);
        assert!(jwt.is_typed(short) && jwt.is_typed(&short.to_ascii_uppercase()));
        assert!(!jwt.is_typed(&format!("{short}x")));
    }
    for other in flipped(token) {
        if let Some(other) = SignedJwt::parse(&other) {
            assert!(other.signing_input != jwt.signing_input || other.signature != jwt.signature);
        }
    }
}
