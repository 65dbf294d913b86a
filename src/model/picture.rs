//! A picture that somebody else keeps: its bytes are what its type says, or it is none.

/// Types of pictures that are shown, and how each begins. No SVG: that is a document, and may be anything.
const TYPES: [(&str, fn(&[u8]) -> bool); 4] = [
    ("image/png", |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", |bytes| bytes.starts_with(b"\xff\xd8\xff")),
    ("image/webp", |bytes| bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")),
    ("image/gif", |bytes| bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a")),
];

/// The types, for `Accept` (RFC 9110 §12.5.1).
pub const ACCEPT: &str = "image/png, image/jpeg, image/webp, image/gif";

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its type.
    pub content_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// What was answered, if it is a picture of the type that it is said to be.
    pub fn parse(content_type: &str, bytes: Vec<u8>) -> Option<Self> {
        let said = content_type.split(';').next().unwrap_or_default().trim();
        let (content_type, begins) = TYPES.iter().find(|(name, _)| said.eq_ignore_ascii_case(name))?;
        begins(&bytes).then_some(Self { content_type, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_type_says() {
        let beginnings: [&[u8]; 4] =
            [b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0", b"RIFF....WEBPVP8 ", b"GIF89a"];
        for ((name, _), bytes) in TYPES.iter().zip(beginnings) {
            assert!(ACCEPT.contains(name));
            for (other, _) in TYPES {
                let picture = Picture::parse(other, bytes.to_vec());
                assert_eq!(picture.map(|picture| picture.content_type), (other == *name).then_some(*name));
            }
            assert!(Picture::parse(&format!("{}; charset=x", name.to_uppercase()), bytes.to_vec()).is_some());
            assert!(
                Picture::parse(name, bytes.iter().take(3).copied().collect()).is_none()
                    || *name == "image/jpeg"
            );
        }
        for (content_type, bytes) in [
            ("image/svg+xml", &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..]),
            ("text/html", b"\x89PNG\r\n\x1a\n"),
            ("", b"GIF89a"),
            ("image/png", b"<html>"),
            ("image/png", b""),
            ("image/webp", b"RIFF"),
        ] {
            assert_eq!(Picture::parse(content_type, bytes.to_vec()), None, "{content_type}");
        }
    }
}
