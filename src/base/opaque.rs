//! Fixed-length random identifiers: raw bytes in compact formats, base64url in JSON.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::base64url;

/// `N` bytes without meaning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opaque<const N: usize>(pub [u8; N]);

impl<const N: usize> Opaque<N> {
    /// From its base64url text.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode_array(text).map(Self)
    }
}

impl<const N: usize> fmt::Display for Opaque<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

impl<const N: usize> fmt::Debug for Opaque<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> Serialize for Opaque<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&base64url::encode(self.0))
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de, const N: usize> Deserialize<'de> for Opaque<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
            Self::parse(&text).ok_or_else(|| D::Error::custom("not base64url of the right length"))
        } else {
            let bytes = <&'de [u8]>::deserialize(deserializer)?;
            bytes.try_into().map(Self).map_err(|_| D::Error::custom("wrong length"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_text_and_postcard_is_bytes() {
        let id = Opaque([7; 16]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, r#""BwcHBwcHBwcHBwcHBwcHBw""#);
        assert_eq!(serde_json::from_str::<Opaque<16>>(&json).unwrap(), id);
        assert!(serde_json::from_str::<Opaque<32>>(&json).is_err());
        let bytes = postcard::to_allocvec(&id).unwrap();
        assert_eq!(bytes.len(), 17);
        assert_eq!(postcard::from_bytes::<Opaque<16>>(&bytes).unwrap(), id);
        assert!(postcard::from_bytes::<Opaque<15>>(&bytes).is_err());
    }
}
