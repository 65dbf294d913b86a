//! Scope: a set of scope tokens (RFC 6749 §3.3).

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The scope that makes a request one of OpenID Connect (Core §3.1.2.1).
pub const OPENID: &str = "openid";
/// The scope that outlives the owner's presence (OpenID Connect Core §11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// What OpenID Connect knows: these speak to this server, not to a resource.
pub const STANDARD: [&str; 4] = [OPENID, "profile", "email", OFFLINE_ACCESS];

/// A set of scope tokens, sorted. May be empty only between two decisions, never in a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

/// The text is no scope: a character outside RFC 6749 §3.3, or blanks that separate nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedScope;

/// Whether `text` is one scope token.
pub fn is_scope_token(text: &str) -> bool {
    // RFC 6749 §3.3: %x21 / %x23-5B / %x5D-7E
    !text.is_empty() && text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

impl Scope {
    /// Reads a space-delimited list.
    ///
    /// # Errors
    /// [`MalformedScope`] for an empty list, a foreign character, or two blanks in a row.
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        let mut scope = Self::default();
        for token in text.split(' ') {
            if !is_scope_token(token) {
                return Err(MalformedScope);
            }
            scope.insert(token);
        }
        Ok(scope)
    }

    /// Of tokens that are known to be well formed.
    pub fn from_tokens<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Self {
        let mut scope = Self::default();
        tokens.into_iter().for_each(|token| scope.insert(token));
        scope
    }

    fn insert(&mut self, token: &str) {
        if let Err(at) = self.0.binary_search_by(|t| t.as_str().cmp(token)) {
            self.0.insert(at, token.to_owned());
        }
    }

    /// The tokens, sorted.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether `token` is in it.
    pub fn contains(&self, token: &str) -> bool {
        self.0.binary_search_by(|t| t.as_str().cmp(token)).is_ok()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every token is in `other`.
    pub fn is_within(&self, other: &Scope) -> bool {
        self.tokens().all(|token| other.contains(token))
    }

    /// The tokens that are in both.
    #[must_use]
    pub fn and(&self, other: &Scope) -> Scope {
        Self(self.0.iter().filter(|token| other.contains(token)).cloned().collect())
    }

    /// The tokens that are in either.
    #[must_use]
    pub fn or(&self, other: &Scope) -> Scope {
        Self::from_tokens(self.tokens().chain(other.tokens()))
    }

    /// The tokens that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Scope) -> Scope {
        Self(self.0.iter().filter(|token| !other.contains(token)).cloned().collect())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, token) in self.tokens().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(token)?;
        }
        Ok(())
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self::default());
        }
        Self::parse(&text).map_err(|_| D::Error::custom("not a scope"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_reads_back(text in "[a-z.:/]{1,6}( [a-z.:/]{1,6}){0,5}") {
            let scope = Scope::parse(&text).unwrap();
            prop_assert_eq!(Scope::parse(&scope.to_string()), Ok(scope.clone()));
            let json = serde_json::to_string(&scope).unwrap();
            prop_assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope);
        }
    }

    #[test]
    fn foreign_characters_and_stray_blanks_are_refused() {
        for text in ["", " ", "a  b", " a", "a ", "a\"b", "a\\b", "a\tb", "a\nb", "\u{e9}", "a\0"] {
            assert_eq!(Scope::parse(text), Err(MalformedScope), "{text:?}");
        }
    }

    #[test]
    fn it_is_a_set() {
        let scope = Scope::parse("b a b").unwrap();
        assert_eq!(scope.to_string(), "a b");
        let other = Scope::parse("b c").unwrap();
        assert_eq!(scope.and(&other).to_string(), "b");
        assert_eq!(scope.or(&other).to_string(), "a b c");
        assert_eq!(scope.without(&other).to_string(), "a");
        assert!(scope.and(&other).is_within(&other));
    }
}
