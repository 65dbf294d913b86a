//! Access tokens: in the header, nowhere else (RFC 6750 §2.1, RFC 9449 §7.1).

use postern::model::scope::Scope;
use postern::protocol::resource::{BearerRefusal, Challenge, Scheme, presented_token};

use crate::world::{text, two};

/// The first line is the `Authorization` header (empty: there is none), the second the query.
pub fn bearer_header(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let (header, query) = two(input);
    let header = (!header.is_empty()).then_some(header);
    let in_query = query.split('&').any(|p| p == "access_token" || p.starts_with("access_token="));
    match presented_token(header, query) {
        Ok((scheme, token)) => {
            let header = header.expect("a token comes in the header");
            assert!(!in_query, "a token in the query goes through");
            let (word, rest) = header.split_once(' ').expect("a scheme and a token");
            assert!(word.eq_ignore_ascii_case(scheme.word()), "{header}");
            assert_eq!(rest.trim(), token, "all of it, and nothing else");
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
            assert!(!token.is_empty() && token.bytes().all(plain), "{token}");
            assert_eq!(presented_token(Some(&format!("Bearer {token}")), ""), Ok((Scheme::Bearer, token)));
            assert_eq!(presented_token(Some(header), "access_token=x"), Err(BearerRefusal::Malformed));
        }
        Err(refusal) => {
            assert!(!in_query || refusal == BearerRefusal::Malformed);
            let schemes = [Scheme::Bearer, Scheme::Dpop];
            let known = |word: &str| schemes.iter().any(|scheme| word.eq_ignore_ascii_case(scheme.word()));
            let tried = in_query || header.is_some_and(|h| h.split(' ').next().is_some_and(known));
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
