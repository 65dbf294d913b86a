//! How a deployment looks: its name, its logo, its colour and its links.

use serde::Deserialize;

use crate::base::json;
use crate::base::text::is_invisible;
use crate::model::language::Language;
use crate::model::metadata_uri::MetadataUri;

/// Longest name, in characters.
const MAX_NAME: usize = 40;
/// Most links.
const MAX_LINKS: usize = 6;
/// What text needs against its ground (WCAG 2.2 §1.4.3).
const MIN_CONTRAST: f64 = 4.5;
/// The grounds that links stand on: `--card` and `--ground` of the stylesheet.
const LIGHT: [Colour; 2] =
    [Colour { red: 0xff, green: 0xff, blue: 0xff }, Colour { red: 0xf5, green: 0xf4, blue: 0xf0 }];
/// The same, on dark pages.
const DARK: [Colour; 2] =
    [Colour { red: 0x1d, green: 0x21, blue: 0x1f }, Colour { red: 0x14, green: 0x17, blue: 0x15 }];

/// How the pages look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Beside the logo, and in titles.
    pub name: String,
    /// Instead of our own icon. Fetched by us, and served from here.
    pub logo: Option<MetadataUri>,
    /// Of buttons and links.
    pub accent: Option<Accent>,
    /// At the foot of every page.
    pub links: Vec<BrandLink>,
}

/// A link at the foot of every page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandLink {
    en: String,
    ko: String,
    /// Where to: an https address.
    pub uri: String,
}

/// The accent colour, by light and by dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    light: Colour,
    dark: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Default for Brand {
    fn default() -> Self {
        Self { name: "Postern".to_owned(), logo: None, accent: None, links: Vec::new() }
    }
}

impl Brand {
    /// A name that people see; `None` where it is too long, or does not show.
    pub fn parse_name(text: &str) -> Option<String> {
        let shows = text.chars().count() <= MAX_NAME && !text.chars().any(is_invisible);
        shows.then(|| text.to_owned())
    }

    /// Links, as JSON.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse_links(text: &str) -> Result<Vec<BrandLink>, String> {
        let links: Vec<BrandLink> = json::read(text).map_err(|error| error.to_string())?;
        if links.len() > MAX_LINKS {
            return Err(format!("at most {MAX_LINKS} links"));
        }
        match links.iter().find(|link| MetadataUri::parse(&link.uri).is_none()) {
            Some(link) => Err(format!("{:?} is no https address", link.uri)),
            None => Ok(links),
        }
    }
}

impl BrandLink {
    /// What it says.
    pub fn label(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }
}

impl Accent {
    /// One or two colours like `#2f5d50`: on light grounds, and on dark ones.
    ///
    /// # Errors
    /// What is wrong, with what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split_ascii_whitespace().map(Colour::parse);
        let (Some(Some(light)), dark, None) = (words.next(), words.next(), words.next()) else {
            return Err("must be one or two colours like #2f5d50, for light and for dark pages".into());
        };
        let dark = match dark {
            Some(dark) => dark.ok_or("the second colour is none")?,
            None => light.readable_on_dark(),
        };
        for (colour, grounds, which) in [(light, LIGHT, "light"), (dark, DARK, "dark")] {
            if !colour.is_readable_on(grounds) {
                return Err(format!("text in {} cannot be read on {which} pages (WCAG 1.4.3)", colour.css()));
            }
        }
        Ok(Self { light, dark })
    }

    /// What the stylesheet says after its own colours.
    pub fn css(&self) -> String {
        let properties =
            |colour: Colour| format!("--accent:{};--on-accent:{}", colour.css(), colour.text().css());
        let (light, dark) = (properties(self.light), properties(self.dark));
        format!(":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}")
    }
}

impl Colour {
    const BLACK: Self = Self { red: 0x10, green: 0x14, blue: 0x12 };
    const WHITE: Self = Self { red: 0xff, green: 0xff, blue: 0xff };

    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at.checked_add(2)?)?, 16).ok();
        Some(Self { red: part(0)?, green: part(2)?, blue: part(4)? })
    }

    fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            // To the power of 2.4: the twelfth power of the fifth root, by Newton's method. `powf` weighs more.
            let base = (part + 0.055) / 1.055;
            let root = (0..30).fold(1.0_f64, |root, _| (4.0 * root + base / root.powi(4)) / 5.0);
            if part <= 0.04045 { part / 12.92 } else { root.powi(12) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast ratio (WCAG 2.2).
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn is_readable_on(self, grounds: [Self; 2]) -> bool {
        grounds.iter().all(|ground| self.contrast(*ground) >= MIN_CONTRAST)
    }

    /// Black or white, whichever can be read on it.
    fn text(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// The same colour, as much lighter as it takes.
    fn readable_on_dark(self) -> Self {
        let lighter = |part: u8| part.saturating_add(u8::MAX.saturating_sub(part).div_ceil(10));
        (0..40).fold(self, |colour, _| match colour.is_readable_on(DARK) {
            true => colour,
            false => {
                Self { red: lighter(colour.red), green: lighter(colour.green), blue: lighter(colour.blue) }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_comes_with_one_for_dark_pages_and_with_text_that_can_be_read_on_it() {
        let accent = Accent::parse("#2f5d50").unwrap();
        assert_eq!(accent.light, Colour::parse("#2F5D50").unwrap());
        assert!(accent.dark.is_readable_on(DARK));
        assert!(accent.css().starts_with(":root{--accent:#2f5d50;--on-accent:#ffffff}"), "{}", accent.css());
        let two = Accent::parse("#0000cc #ccccff").unwrap();
        assert!(two.css().ends_with("{--accent:#ccccff;--on-accent:#101412}}"), "{}", two.css());
        assert!(Accent::parse("#000000").is_ok());
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let contrast = |a: &str, b: &str| Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
        for (a, b, ratio) in
            [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#ff0000", "#ffffff", 3.998)]
        {
            assert!((contrast(a, b) - ratio).abs() < 0.001, "{a} {b} {}", contrast(a, b));
        }
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused() {
        for text in [
            "",
            "red",
            "#fff",
            "#12345g",
            "#ffff00",
            "#2f5d50 #2f5d50",
            "#000000 x",
            "#000000 #ffffff #ffffff",
        ] {
            assert!(Accent::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn links_have_words_in_both_languages_and_lead_to_https() {
        let help = r#"[{"en":"Help","ko":"도움말","uri":"https://example.com/help"}]"#;
        let links = Brand::parse_links(help).unwrap();
        assert_eq!(links.iter().map(|link| link.label(Language::Ko)).collect::<Vec<_>>(), ["도움말"]);
        for wrong in [
            "",
            "{}",
            r#"[{"en":"x","uri":"https://e.example"}]"#,
            r#"[{"en":"x","ko":"x","uri":"javascript:x"}]"#,
        ] {
            assert!(Brand::parse_links(wrong).is_err(), "{wrong}");
        }
        let many = format!("[{}]", [r#"{"en":"x","ko":"x","uri":"https://e.example"}"#; 7].join(","));
        assert!(Brand::parse_links(&many).is_err());
        assert!(Brand::parse_name(&"x".repeat(41)).is_none() && Brand::parse_name("a\u{202e}").is_none());
    }
}
