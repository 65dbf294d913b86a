//! How long an answer may be kept (RFC 9111 §5.2.2).

use crate::base::time::Seconds;

/// What `Cache-Control` allows; `None` where it says nothing of it. A header that contradicts itself allows the least.
pub fn max_age(header: &str) -> Option<Seconds> {
    let directives = header.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    let mut said = None;
    for directive in directives {
        let (name, value) = directive.split_once('=').unwrap_or((&directive, ""));
        let age = match name.trim() {
            "no-store" | "no-cache" => 0,
            // RFC 9111 §1.2.2: what does not fit counts as very long. What is no number at all allows nothing.
            "max-age" => match value.trim().trim_matches('"') {
                digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                    digits.parse().unwrap_or(u64::MAX)
                }
                _ => 0,
            },
            _ => continue,
        };
        said = Some(said.map_or(age, |least: u64| least.min(age)));
    }
    said.map(Seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_that_is_said_counts() {
        for (header, age) in [
            ("", None),
            ("public", None),
            ("max-age=60", Some(60)),
            ("public, Max-Age = \"60\" , immutable", Some(60)),
            ("max-age=600, max-age=60", Some(60)),
            ("no-store", Some(0)),
            ("max-age=600, No-Store", Some(0)),
            ("no-cache", Some(0)),
            ("s-maxage=60", None),
            ("max-age=", Some(0)),
            ("max-age=-1", Some(0)),
            ("max-age=1.5", Some(0)),
            ("max-age=99999999999999999999999", Some(u64::MAX)),
        ] {
            assert_eq!(max_age(header).map(|age| age.0), age, "{header}");
        }
    }
}
