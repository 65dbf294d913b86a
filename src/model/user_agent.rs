//! What a browser says it is (RFC 9110 §10.1.5), as far as its owner has to know it again: a family, and a system.
//! Nothing rests on it, and nothing that was sent is kept.

use serde::{Deserialize, Serialize};

/// Longest header that is looked at, in bytes.
const MAX_LENGTH: usize = 1024;

/// A browser on a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAgent {
    /// The family.
    pub browser: BrowserFamily,
    /// What it runs on.
    pub system: System,
}

/// Families of browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrowserFamily {
    /// Google's.
    Chrome,
    /// Microsoft's.
    Edge,
    /// Mozilla's.
    Firefox,
    /// Opera's.
    Opera,
    /// Apple's.
    Safari,
    /// Samsung's.
    Samsung,
    /// Naver's.
    Whale,
}

/// Operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Android.
    Android,
    /// ChromeOS.
    ChromeOs,
    /// iPhone and iPod.
    Ios,
    /// iPad, where it does not say that it is a Mac.
    IpadOs,
    /// Linux and what is like it.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

/// What each family says of itself and of no other. Most claim to be Chrome and Safari, too: they come last.
const BROWSERS: [(&str, BrowserFamily); 13] = [
    ("Edg/", BrowserFamily::Edge),
    ("EdgA/", BrowserFamily::Edge),
    ("EdgiOS/", BrowserFamily::Edge),
    ("Whale/", BrowserFamily::Whale),
    ("SamsungBrowser/", BrowserFamily::Samsung),
    ("OPR/", BrowserFamily::Opera),
    ("OPT/", BrowserFamily::Opera),
    ("Firefox/", BrowserFamily::Firefox),
    ("FxiOS/", BrowserFamily::Firefox),
    ("CriOS/", BrowserFamily::Chrome),
    ("Chrome/", BrowserFamily::Chrome),
    ("Chromium/", BrowserFamily::Chrome),
    ("Safari/", BrowserFamily::Safari),
];

/// The same of systems: Android says that it is Linux, and an iPhone that it is like a Mac.
const SYSTEMS: [(&str, System); 9] = [
    ("iPhone", System::Ios),
    ("iPod", System::Ios),
    ("iPad", System::IpadOs),
    ("Android", System::Android),
    ("Windows NT", System::Windows),
    ("CrOS", System::ChromeOs),
    ("Macintosh", System::MacOs),
    ("Linux", System::Linux),
    ("X11", System::Linux),
];

impl UserAgent {
    /// From the header; `None` where it is none that people use.
    pub fn parse(header: &str) -> Option<Self> {
        if header.len() > MAX_LENGTH || !header.starts_with("Mozilla/5.0 (") {
            return None;
        }
        let browser = BROWSERS.iter().find(|(says, _)| header.contains(says))?.1;
        let system = SYSTEMS.iter().find(|(says, _)| header.contains(says))?.1;
        Some(Self { browser, system })
    }
}

impl BrowserFamily {
    /// Its name, which is the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chrome => "Chrome",
            Self::Edge => "Edge",
            Self::Firefox => "Firefox",
            Self::Opera => "Opera",
            Self::Safari => "Safari",
            Self::Samsung => "Samsung Internet",
            Self::Whale => "Whale",
        }
    }
}

impl System {
    /// Its name, which is the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "Android",
            Self::ChromeOs => "ChromeOS",
            Self::Ios => "iOS",
            Self::IpadOs => "iPadOS",
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(header: &str) -> Option<(&'static str, &'static str)> {
        UserAgent::parse(header).map(|agent| (agent.browser.name(), agent.system.name()))
    }

    #[test]
    fn those_that_people_use_are_known_by_what_only_they_say() {
        const KIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (system, rest, browser, name) in [
            ("Macintosh; Intel Mac OS X 10_15_7", "Chrome/140.0.0.0 Safari/537.36", "Chrome", "macOS"),
            (
                "Windows NT 10.0; Win64; x64",
                "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge",
                "Windows",
            ),
            ("Linux; Android 10; K", "Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
            (
                "Linux; Android 10; K",
                "Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0",
                "Edge",
                "Android",
            ),
            (
                "Linux; Android 15; SM-S938N",
                "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet",
                "Android",
            ),
            ("X11; CrOS x86_64 14541.0.0", "Chrome/140.0.0.0 Safari/537.36", "Chrome", "ChromeOS"),
            ("X11; Linux x86_64", "Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0", "Opera", "Linux"),
            (
                "Windows NT 10.0; Win64; x64",
                "Chrome/138.0.0.0 Whale/4.33.0.0 Safari/537.36",
                "Whale",
                "Windows",
            ),
            (
                "iPhone; CPU iPhone OS 18_6 like Mac OS X",
                "Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari",
                "iOS",
            ),
            (
                "iPhone; CPU iPhone OS 18_6 like Mac OS X",
                "CriOS/140.0 Mobile/15E148 Safari/604.1",
                "Chrome",
                "iOS",
            ),
            (
                "iPad; CPU OS 18_6 like Mac OS X",
                "FxiOS/143.0 Mobile/15E148 Safari/605.1.15",
                "Firefox",
                "iPadOS",
            ),
            ("Macintosh; Intel Mac OS X 10_15_7", "Version/26.0 Safari/605.1.15", "Safari", "macOS"),
        ] {
            assert_eq!(
                said(&format!("Mozilla/5.0 ({system}) {KIT} {rest}")),
                Some((browser, name)),
                "{rest}"
            );
        }
        let gecko = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
        assert_eq!(said(gecko), Some(("Firefox", "Linux")));
    }

    #[test]
    fn whatever_else_is_sent_is_nobody() {
        let good = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36";
        assert!(said(good).is_some());
        let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
        assert!(said(&padded(1024)).is_some());
        for header in [
            "",
            "curl/8.14.1",
            "Mozilla/5.0",
            "Chrome/140.0.0.0 (X11; Linux x86_64)",
            "Mozilla/5.0 (X11; Linux x86_64) <script>alert(1)</script>",
            "Mozilla/5.0 (<script>) Chrome/140.0.0.0",
            "Mozilla/5.0 (\u{202e}\u{1f600})",
            padded(1025).as_str(),
        ] {
            assert_eq!(said(header), None, "{header}");
        }
    }
}
