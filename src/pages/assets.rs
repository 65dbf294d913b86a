//! The files that pages are made with besides their HTML. Each has its version in its address, so that browsers keep it
//! for good and never show a page with yesterday's style.

use crate::model::brand::{Accent, Brand};

/// A file.
#[derive(Debug)]
pub struct Asset {
    /// Its name under `/static/`.
    pub name: &'static str,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// What is in it.
    pub body: &'static str,
    version: u64,
}

/// The stylesheet of every page.
pub static STYLESHEET: Asset =
    Asset::new("postern.css", "text/css; charset=utf-8", include_str!("../../static/postern.css"));
/// Our mark.
pub static ICON: Asset = Asset::new("icon.svg", "image/svg+xml", include_str!("../../static/icon.svg"));
/// Sends the form of an authorization response.
pub static FORM_POST: Asset = Asset::script("form-post.js", include_str!("../../static/form-post.js"));
/// Asks the browser for passkeys.
pub static PASSKEY: Asset = Asset::script("passkey.js", include_str!("../../static/passkey.js"));
/// The client of the playground.
pub static PLAYGROUND: Asset = Asset::script("playground.js", include_str!("../../static/playground.js"));
/// What the console does besides.
pub static CONSOLE: Asset = Asset::script("console.js", include_str!("../../static/console.js"));
/// Tries an app.
pub static CONSOLE_TEST: Asset =
    Asset::script("console-test.js", include_str!("../../static/console-test.js"));

/// Every file.
pub static ALL: [&Asset; 7] =
    [&STYLESHEET, &ICON, &FORM_POST, &PASSKEY, &CONSOLE, &CONSOLE_TEST, &PLAYGROUND];

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, body: &'static str) -> Self {
        Self { name, content_type, body, version: hash(body.as_bytes()) }
    }

    const fn script(name: &'static str, body: &'static str) -> Self {
        Self::new(name, "text/javascript; charset=utf-8", body)
    }

    /// Where it is.
    pub fn address(&self) -> String {
        format!("/static/{}?v={:016x}", self.name, self.version)
    }
}

/// What the stylesheet says besides: the accent colour of the deployment.
pub fn own_style(brand: &Brand) -> Option<String> {
    brand.accent.as_ref().map(Accent::css)
}

/// Where the stylesheet of a deployment is.
pub fn stylesheet(brand: &Brand) -> String {
    match own_style(brand) {
        None => STYLESHEET.address(),
        Some(own) => format!("{}{:016x}", STYLESHEET.address(), hash(own.as_bytes())),
    }
}

/// FNV-1a: tells versions apart, and nothing else is asked of it.
const fn hash(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = after;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_what_is_at_it() {
        let with = |accent: &str| Brand { accent: Accent::parse(accent).ok(), ..Brand::default() };
        let [plain, red, blue] =
            [Brand::default(), with("#990000"), with("#000099")].map(|brand| stylesheet(&brand));
        assert!(plain.starts_with("/static/postern.css?v=") && plain != red && red != blue);
        assert_ne!(hash(b"a"), hash(b"b"));
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(ALL.iter().filter(|asset| asset.name == "icon.svg").count(), 1);
    }
}
