//! The token of a request (RFC 6750 §2.1), and what a refusal says.

use http::HeaderValue;
use postern::model::scope::Scope;
use postern::protocol::resource::{BearerRefusal, Challenge, bearer_token};

use crate::two_texts;

/// A token is found in the header alone, is a `b64token`, and a query that names one is refused.
pub fn header(data: &[u8]) {
    let Some((header, query)) = two_texts(data) else { return };
    let found = bearer_token(Some(header), query);
    let in_query = query.split('&').any(|p| p == "access_token" || p.starts_with("access_token="));
    if in_query {
        assert_eq!(found, Err(BearerRefusal::Malformed));
        assert_eq!(bearer_token(None, query), Err(BearerRefusal::Malformed));
        return;
    }
    assert_eq!(bearer_token(None, query), Err(BearerRefusal::Missing));
    assert_eq!(found, bearer_token(Some(header), ""), "the query has no say");
    match &found {
        Ok(token) => {
            assert!(is_b64token(token), "{token}");
            assert!(header.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")));
            assert_eq!(header[7..].trim(), *token);
            assert_eq!(bearer_token(Some(&format!("Bearer {token}")), ""), Ok(*token));
        }
        Err(refusal) => {
            let challenge = Challenge::of(refusal, &Scope::from_tokens(["calendar.read"]));
            let said = challenge.header("https://as.example/.well-known/oauth-protected-resource");
            assert!(HeaderValue::from_str(&said).is_ok(), "{said}");
            // RFC 6750 §3.1: no error where there was no attempt.
            assert_eq!(challenge.error.is_none(), *refusal == BearerRefusal::Missing);
        }
    }
    if is_b64token(query) {
        assert_eq!(bearer_token(Some(&format!("bearer  {query}")), ""), Ok(query));
    }
}

/// RFC 6750 §2.1: `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
fn is_b64token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b))
}
