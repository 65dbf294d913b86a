//! Bearer tokens: in the header, nowhere else (RFC 6750 §2.1).

use postern::model::scope::Scope;
use postern::protocol::resource::{BearerRefusal, Challenge, bearer_token};

use crate::world::{text, two};

/// The first line is the `Authorization` header (empty: there is none), the second the query.
pub fn bearer_header(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let (header, query) = two(input);
    let header = (!header.is_empty()).then_some(header);
    let in_query = query.split('&').any(|p| p == "access_token" || p.starts_with("access_token="));
    match bearer_token(header, query) {
        Ok(token) => {
            let header = header.expect("a token comes in the header");
            assert!(!in_query, "a token in the query goes through");
            assert!(header.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")), "{header}");
            assert_eq!(header.split_at(7).1.trim(), token, "all of it, and nothing else");
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
            assert!(!token.is_empty() && token.bytes().all(plain), "{token}");
            assert_eq!(bearer_token(Some(&format!("Bearer {token}")), ""), Ok(token));
            assert_eq!(bearer_token(Some(header), "access_token=x"), Err(BearerRefusal::Malformed));
        }
        Err(refusal) => {
            assert!(!in_query || refusal == BearerRefusal::Malformed);
            let bearer = |h: &str| h.split(' ').next().is_some_and(|s| s.eq_ignore_ascii_case("bearer"));
            let tried = in_query || header.is_some_and(bearer);
            assert_eq!(refusal, if tried { BearerRefusal::Malformed } else { BearerRefusal::Missing });
            let challenge = Challenge::of(&refusal, &Scope::default());
            // RFC 6750 §3.1: whoever sent no token is told no error.
            assert_eq!(
                (challenge.status, challenge.error.is_some()),
                if tried { (400, true) } else { (401, false) }
            );
        }
    }
}
