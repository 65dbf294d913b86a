//! User names: what an owner types to say which account.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::text::is_invisible;

/// Longest name, in bytes.
const MAX_LENGTH: usize = 256;

/// A user name as it was typed at sign-up, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// From a form field; `None` when empty, over 256 bytes, or with characters that do not show.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty() && text.len() <= MAX_LENGTH && !text.chars().any(is_invisible))
            .then(|| Self(text.to_owned()))
    }

    /// The name of the `Account` object: case does not tell two people apart.
    pub fn account_name(&self) -> String {
        format!("username:{}", self.0.to_lowercase())
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_kinds_pass_and_fold_case() {
        for name in ["alice@example.com", "urn:x:1/2", "앨리스", "😀", &"a".repeat(256)] {
            assert!(Username::parse(name).is_some(), "{name}");
        }
        let name = Username::parse(" Alice ").unwrap();
        assert_eq!(name.account_name(), "username:alice");
        assert_eq!(name.to_string(), "Alice");
        for name in ["", "  ", "a\0", "a\nb", "alice\u{200b}", &"a".repeat(257)] {
            assert!(Username::parse(name).is_none(), "{name:?}");
        }
    }
}
