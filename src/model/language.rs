//! The languages that pages speak.

use serde::{Deserialize, Serialize};

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English, where nothing else is asked for.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// The first language we speak in a list like `ko-KR,ko;q=0.9,en;q=0.8` (RFC 9110 §12.5.4) or `ko en`.
    pub fn preferred(list: &str) -> Self {
        Self::known(list).unwrap_or_default()
    }

    /// The same; `None` where the list has none that we speak.
    pub fn known(list: &str) -> Option<Self> {
        let mut best = (None, 0);
        for item in list.split([',', ' ']) {
            let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let language = match primary.to_ascii_lowercase().as_str() {
                "en" => Self::En,
                "ko" => Self::Ko,
                _ => continue,
            };
            let weight = weight.trim().strip_prefix("q=").and_then(thousandths).unwrap_or(1000);
            if weight > best.1 {
                best = (Some(language), weight);
            }
        }
        best.0
    }

    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// The language of a tag that we wrote.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// Its tag (RFC 5646), for `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }
}

/// A weight (RFC 9110 §12.4.2: at most three digits behind the point) in thousandths.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    let fraction = digits.map(char::from).collect::<String>().parse::<u32>().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins_and_the_first_among_equals() {
        for (list, language) in [
            ("", Language::En),
            ("fr-FR", Language::En),
            ("ko-KR,ko;q=0.9,en-US;q=0.8", Language::Ko),
            ("en-US,en;q=0.9,ko;q=0.8", Language::En),
            ("fr, ko;q=0.3, en;q=0.2", Language::Ko),
            ("en;q=0, ko", Language::Ko),
            ("KO", Language::Ko),
            ("ko;q=nonsense", Language::Ko),
        ] {
            assert_eq!(Language::preferred(list), language, "{list}");
        }
    }
}
