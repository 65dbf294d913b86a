//! The token of a request (RFC 6750 §2.1, RFC 9449 §7.1): in the header, nowhere else.

use crate::protocol::dpop;
use crate::protocol::resource::BearerRefusal;

/// How a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Whoever has it may use it (RFC 6750).
    Bearer,
    /// With a proof of the key that it is bound to (RFC 9449 §7.1).
    Dpop,
}

impl Scheme {
    /// Its registered word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => dpop::SCHEME,
        }
    }
}

/// Finds the token.
///
/// # Errors
/// [`BearerRefusal::Missing`] or [`BearerRefusal::Malformed`].
pub fn presented_token<'a>(
    authorization: Option<&'a str>,
    query: &str,
) -> Result<(Scheme, &'a str), BearerRefusal> {
    // A token in a URL ends up in logs and histories, so it is refused even where a good one stands beside it.
    if query.split('&').any(|piece| piece.split('=').next() == Some("access_token")) {
        return Err(BearerRefusal::Malformed);
    }
    let header = authorization.ok_or(BearerRefusal::Missing)?;
    let (word, token) = header.split_once(' ').unwrap_or((header, ""));
    let scheme = [Scheme::Bearer, Scheme::Dpop].into_iter().find(|s| word.eq_ignore_ascii_case(s.word()));
    let scheme = scheme.ok_or(BearerRefusal::Missing)?;
    let token = token.trim();
    // RFC 6750 §2.1: b64token, which may end in "=" and has none elsewhere.
    let text = token.trim_end_matches('=');
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    if text.is_empty() || !text.bytes().all(plain) {
        Err(BearerRefusal::Malformed)
    } else {
        Ok((scheme, token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_alone_carries_a_token() {
        let bearer = |token| Ok((Scheme::Bearer, token));
        assert_eq!(presented_token(Some("Bearer a.b"), ""), bearer("a.b"));
        assert_eq!(presented_token(Some("bEARER a.b"), "x=1"), bearer("a.b"));
        assert_eq!(presented_token(Some("Bearer a=="), ""), bearer("a=="));
        assert_eq!(presented_token(Some("dpop a"), ""), Ok((Scheme::Dpop, "a")));
        assert_eq!(presented_token(None, ""), Err(BearerRefusal::Missing));
        assert_eq!(presented_token(Some("Basic a"), ""), Err(BearerRefusal::Missing));
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer a,b",
            "Bearer \"a\"",
            "Bearer a=b",
            "Bearer =",
            "DPoP",
            "DPoP a b",
        ] {
            assert_eq!(presented_token(Some(header), ""), Err(BearerRefusal::Malformed), "{header}");
        }
        assert_eq!(presented_token(Some("Bearer a"), "access_token=b"), Err(BearerRefusal::Malformed));
        assert_eq!(presented_token(None, "x&access_token"), Err(BearerRefusal::Malformed));
    }
}
