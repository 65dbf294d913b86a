//! Where in the world a request comes from, as far as the platform tells: a country, and nothing finer.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A country or territory (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl Country {
    /// From the platform's header: two capital letters that are a place. `XX` is nowhere known, `T1` is Tor.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        (code.iter().all(u8::is_ascii_uppercase) && code != *b"XX").then_some(Self(code))
    }

    /// Its code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a country"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_capital_letters_are_a_place_and_nothing_else_is() {
        for code in ["KR", "DE", "AX"] {
            let country = Country::parse(code).unwrap();
            assert_eq!(country.code(), code);
            let json = serde_json::to_string(&country).unwrap();
            assert_eq!(
                (json.as_str(), serde_json::from_str(&json).ok()),
                (&*format!("\"{code}\""), Some(country))
            );
        }
        for text in ["", "K", "kr", "KOR", "XX", "T1", "K1", "한", "<b", "K\0"] {
            assert_eq!(Country::parse(text), None, "{text:?}");
        }
        assert!(serde_json::from_str::<Country>("\"XX\"").is_err());
    }
}
