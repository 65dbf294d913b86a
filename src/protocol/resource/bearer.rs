//! The token of a request (RFC 6750 §2.1): in the header, nowhere else.

use crate::protocol::resource::BearerRefusal;

/// Finds the token.
///
/// # Errors
/// [`BearerRefusal::Missing`] or [`BearerRefusal::Malformed`].
pub fn bearer_token<'a>(authorization: Option<&'a str>, query: &str) -> Result<&'a str, BearerRefusal> {
    // A token in a URL ends up in logs and histories, so it is refused even where a good one stands beside it.
    if query.split('&').any(|piece| piece.split('=').next() == Some("access_token")) {
        return Err(BearerRefusal::Malformed);
    }
    let header = authorization.ok_or(BearerRefusal::Missing)?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerRefusal::Missing);
    }
    let token = token.trim();
    // RFC 6750 §2.1: b64token, which may end in "=" and has none elsewhere.
    let text = token.trim_end_matches('=');
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    if text.is_empty() || !text.bytes().all(plain) { Err(BearerRefusal::Malformed) } else { Ok(token) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_alone_carries_a_token() {
        assert_eq!(bearer_token(Some("Bearer a.b"), ""), Ok("a.b"));
        assert_eq!(bearer_token(Some("bEARER a.b"), "x=1"), Ok("a.b"));
        assert_eq!(bearer_token(Some("Bearer a=="), ""), Ok("a=="));
        assert_eq!(bearer_token(None, ""), Err(BearerRefusal::Missing));
        assert_eq!(bearer_token(Some("Basic a"), ""), Err(BearerRefusal::Missing));
        for header in
            ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \"a\"", "Bearer a=b", "Bearer ="]
        {
            assert_eq!(bearer_token(Some(header), ""), Err(BearerRefusal::Malformed), "{header}");
        }
        assert_eq!(bearer_token(Some("Bearer a"), "access_token=b"), Err(BearerRefusal::Malformed));
        assert_eq!(bearer_token(None, "x&access_token"), Err(BearerRefusal::Malformed));
    }
}
