//! `application/x-www-form-urlencoded`, strict, for bodies and query strings (RFC 6749 §3.1, §3.2, appendix B).

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

/// Decoded parameters in the order they came. A name may still stand twice: see [`Form::repeated`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// The text is no form: a broken percent escape, or bytes that are not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedForm;

impl Form {
    /// Decodes a query string or a body.
    ///
    /// # Errors
    /// [`MalformedForm`] when an escape is cut short or decodes to invalid UTF-8; nothing is repaired.
    pub fn parse(text: &str) -> Result<Self, MalformedForm> {
        let mut pairs = Vec::new();
        for piece in text.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self(pairs))
    }

    /// Made of pairs that are decoded already.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The parameter's value. An empty value counts as absent (RFC 6749 §3.1).
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// Every non-empty value of the parameter.
    pub fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// The first name that stands twice, empty values included, `except` names aside.
    pub fn repeated(&self, except: &[&str]) -> Option<&str> {
        let mut seen = HashSet::new();
        self.0.iter().map(|(n, _)| n.as_str()).filter(|n| !except.contains(n)).find(|n| !seen.insert(*n))
    }

    /// The decoded pairs.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// What the pairs take when they are sealed, in bytes: a length goes before each name and value.
    pub fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len().saturating_add(value.len()).saturating_add(2)).sum()
    }

    /// Encodes again: what [`Form::parse`] reads back.
    pub fn encode(&self) -> String {
        encode_pairs(self.0.iter().map(|(n, v)| (n.as_str(), v.as_str())))
    }
}

/// Encodes pairs as a query string.
pub fn encode_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    out.extend_pairs(pairs);
    out.finish()
}

/// One component decoded: `+` is a blank, `%` must be followed by two hex digits.
pub fn decode(text: &str) -> Result<String, MalformedForm> {
    let bytes = text.as_bytes();
    let whole = |at: usize| {
        bytes.get(at..).is_some_and(
            |rest| matches!(rest, [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
        )
    };
    if bytes.iter().enumerate().any(|(at, b)| *b == b'%' && !whole(at)) {
        return Err(MalformedForm);
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(|t| t.into_owned()).map_err(|_| MalformedForm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn encoding_is_undone(pairs in proptest::collection::vec((".{1,8}", ".{0,12}"), 0..6)) {
            let form = Form::from_pairs(pairs);
            prop_assert_eq!(Form::parse(&form.encode()), Ok(form));
        }

        #[test]
        fn nothing_panics(text in ".{0,60}") {
            let _ = Form::parse(&text);
        }
    }

    #[test]
    fn appendix_b_of_rfc_6749_decodes() {
        let form = Form::parse("a=+%25%26%2B%C2%A3%E2%82%AC").unwrap();
        assert_eq!(form.value("a"), Some(" %&+\u{a3}\u{20ac}"));
    }

    #[test]
    fn broken_escapes_and_broken_utf8_are_refused() {
        for text in ["a=%", "a=%2", "a=%zz", "%=a", "a=%ff", "a=%c3%28"] {
            assert_eq!(Form::parse(text), Err(MalformedForm), "{text}");
        }
    }

    #[test]
    fn a_repeated_name_is_found_even_when_empty() {
        assert_eq!(Form::parse("a=&b=1&a=").unwrap().repeated(&[]), Some("a"));
        assert_eq!(Form::parse("r=1&b=1&r=2").unwrap().repeated(&["r"]), None);
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        assert_eq!(Form::parse("scope=&state").unwrap().value("scope"), None);
    }
}
