//! JSON, read in one way.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};

/// Reads a value. Always by way of bytes: reading text and reading bytes are two copies of the same code in the module.
///
/// # Errors
/// The parser's.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_slice(text.as_bytes())
}

/// Reads an object. Alone, the parser would take an array for a struct, too: its members in the order of the source.
pub fn read_object<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    (bytes.trim_ascii_start().first() == Some(&b'{')).then(|| serde_json::from_slice(bytes).ok())?
}

/// For a member that must not be there: whether it is, `null` or not.
///
/// # Errors
/// The parser's.
pub fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Said {
        a: u8,
        #[serde(default, deserialize_with = "is_there")]
        b: bool,
    }

    #[test]
    fn a_struct_is_an_object() {
        assert_eq!(read_object(b" \r\n\t{\"a\":1}"), Some(Said { a: 1, b: false }));
        assert_eq!(read_object(br#"{"a":1,"b":null}"#), Some(Said { a: 1, b: true }));
        for text in ["[1,true]", "[1]", "1", "", " ", "{", "\u{feff}{\"a\":1}"] {
            assert_eq!(read_object::<Said>(text.as_bytes()), None, "{text}");
        }
    }
}
