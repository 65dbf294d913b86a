//! JSON, read in one way.

use serde::de::DeserializeOwned;

/// Reads a value. Always by way of bytes: reading text and reading bytes are two copies of the same code in the module.
///
/// # Errors
/// The parser's.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_slice(text.as_bytes())
}
