//! A request, as far as it is looked at: headers and body are read when they are asked for.

use async_trait::async_trait;

use crate::model::country::Country;
use crate::model::language::Language;
use crate::model::network::Network;
use crate::model::user_agent::UserAgent;
use crate::model::whereabouts::Whereabouts;

/// Most bytes of a body.
pub const MAX_BODY: usize = 64 * 1024;

/// Reads headers, one by one: each costs the Worker a crossing into JavaScript.
pub trait Headers {
    /// The value of a header, by its lower-case name.
    fn value(&self, name: &str) -> Option<String>;
}

/// Reads the body.
#[async_trait(?Send)]
pub trait Body {
    /// All of it, or an error as soon as it is over `limit` bytes.
    async fn read(&self, limit: usize) -> Result<Vec<u8>, BodyError>;
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// Over the limit.
    TooLarge,
    /// The sender went away.
    Broken,
}

/// A request.
pub struct Request {
    /// As sent, in capitals.
    pub method: String,
    /// Still percent-encoded.
    pub path: String,
    /// Behind the question mark, or empty.
    pub query: String,
    /// The headers.
    pub headers: Box<dyn Headers>,
    /// The body.
    pub body: Box<dyn Body>,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.value(name)
    }

    /// The language that the browser prefers.
    pub fn language(&self) -> Language {
        self.header("accept-language").map_or(Language::En, |list| Language::preferred(&list))
    }

    /// The address of the page that answers, for a link that leads back to it. What was posted cannot be asked for again.
    pub fn shown_address(&self) -> String {
        match (self.method.as_str(), self.query.as_str()) {
            ("GET" | "HEAD", "") | ("POST", _) => self.path.clone(),
            (_, query) => format!("{}?{query}", self.path),
        }
    }

    /// Where it comes from, by the one header that the platform sets and no sender can. `X-Forwarded-For` is what
    /// anybody says.
    pub fn network(&self) -> Option<Network> {
        self.header("cf-connecting-ip").and_then(|address| Network::of(&address))
    }

    /// The country it comes from, where the platform says (`CF-IPCountry`: nobody else can set it there).
    pub fn country(&self) -> Option<Country> {
        self.header("cf-ipcountry").and_then(|code| Country::parse(&code))
    }

    /// What a session that begins here is known by.
    pub fn whereabouts(&self) -> Whereabouts {
        let agent = self.header("user-agent").and_then(|header| UserAgent::parse(&header));
        Whereabouts { agent, place: self.country() }
    }

    /// Whether the sender would rather have JSON than a page.
    pub fn wants_json(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("json") && !accept.contains("text/html"))
    }
}
