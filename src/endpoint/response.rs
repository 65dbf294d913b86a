//! Responses, and the headers that all of their kind carry.

use std::borrow::Cow;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY,
    RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE, X_FRAME_OPTIONS,
};
use http::{HeaderMap, StatusCode};
use maud::Markup;
use serde::Serialize;

use crate::endpoint::limits::Fault;
use crate::model::client_id::ClientHash;
use crate::model::event::{Event, reason};

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// A response.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Cow<'static, [u8]>,
    /// For the log: why it was refused. Ids at most, never secrets.
    pub refusal: Option<String>,
    notes: Option<Box<Notes>>,
}

/// What an answer says to us and not to the caller. In a box: answers are moved often, and most have none.
#[derive(Debug, Default)]
pub struct Notes {
    /// A wrong token or credential: who sends too many is held back.
    pub fault: Option<Fault>,
    /// An error by its status alone.
    pub faultless: bool,
    /// What the journal calls it, where the log has no word for it.
    pub fault_word: Option<&'static str>,
    /// What the journal says was sent.
    pub sent: Option<String>,
    /// What was done.
    pub events: Vec<Event>,
    /// The lines for the log, once the answer is complete.
    pub log: Vec<String>,
}

impl Response {
    /// Without a body.
    pub fn empty(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::new(),
            body: Cow::Borrowed(&[]),
            refusal: None,
            notes: None,
        }
    }

    /// JSON that nobody may keep (RFC 6749 §5.1).
    pub fn json<T: Serialize>(status: u16, value: &T) -> Self {
        let mut response = Self::empty(status).no_store();
        response.body = Cow::Owned(serde_json::to_vec(value).unwrap_or_default());
        response.with(CONTENT_TYPE, "application/json")
    }

    /// An error as RFC 6749 §5.2 spells it.
    pub fn error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, &serde_json::json!({ "error": error, "error_description": description }))
    }

    /// A page. Forms on it may only go to ourselves, and from there to `form_action`.
    pub fn page(status: u16, markup: Markup, form_action: Option<&str>) -> Self {
        Self::markup(status, markup, form_action, "")
    }

    /// A page with a script of ours, which may ask this server and nobody else.
    pub fn scripted_page(status: u16, markup: Markup, form_action: Option<&str>) -> Self {
        Self::markup(status, markup, form_action, "script-src 'self'; connect-src 'self'; ")
    }

    fn markup(status: u16, markup: Markup, form_action: Option<&str>, scripts: &str) -> Self {
        let mut response = Self::empty(status).no_store();
        response.body = Cow::Owned(markup.into_string().into_bytes());
        let csp = format!(
            "default-src 'none'; {scripts}style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{}{}",
            if form_action.is_some() { " " } else { "" },
            form_action.unwrap_or_default(),
        );
        response
            .with(CONTENT_TYPE, "text/html; charset=utf-8")
            .with(CONTENT_SECURITY_POLICY, &csp)
            .with(X_FRAME_OPTIONS, "DENY")
            .with(REFERRER_POLICY, "same-origin")
            .with(OPENER_POLICY, "same-origin")
    }

    /// 303: whatever came, go on with GET (RFC 9700 §4.12: never 307, which would forward credentials).
    pub fn see_other(location: &str) -> Self {
        Self::empty(303).no_store().with(LOCATION, location)
    }

    /// Sets a header. A value that cannot be one is left out: http refuses CR and LF.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Adds a cookie.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            self.headers.append(SET_COOKIE, value);
        }
        self
    }

    /// Adds a challenge (RFC 9110 §11.6.1).
    #[must_use]
    pub fn with_challenge(mut self, challenge: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(challenge) {
            self.headers.append(WWW_AUTHENTICATE, value);
        }
        self
    }

    /// Nobody may keep it.
    #[must_use]
    pub fn no_store(self) -> Self {
        self.with(CACHE_CONTROL, "no-store")
    }

    /// When to try again.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with(RETRY_AFTER, &seconds.to_string())
    }

    /// What it says to us.
    pub fn notes(&self) -> Option<&Notes> {
        self.notes.as_deref()
    }

    /// The same, to say more.
    pub fn notes_mut(&mut self) -> &mut Notes {
        self.notes.get_or_insert_default()
    }

    /// Counts against the address it goes to.
    #[must_use]
    pub fn fault(mut self) -> Self {
        self.notes_mut().fault.get_or_insert_default();
        self
    }

    /// An error that is how things go: it counts against nobody, and the log does not hear of it.
    #[must_use]
    pub fn faultless(mut self) -> Self {
        self.refusal = None;
        let notes = self.notes_mut();
        (notes.fault, notes.faultless) = (None, true);
        self
    }

    /// Counts against a client, too.
    #[must_use]
    pub fn fault_of(mut self, client: Option<ClientHash>) -> Self {
        self.notes_mut().fault = Some(Fault { client });
        self
    }

    /// Why it was refused, for the log.
    #[must_use]
    pub fn because(mut self, refusal: impl std::fmt::Debug) -> Self {
        self.refusal = Some(reason(&refusal));
        self
    }

    /// What the journal of the client calls it, where the log does not hear of it.
    #[must_use]
    pub fn noted(mut self, word: &'static str) -> Self {
        self.notes_mut().fault_word = Some(word);
        self
    }

    /// What the journal of the client says was sent.
    #[must_use]
    pub fn sent(mut self, sent: Option<String>) -> Self {
        if sent.is_some() {
            self.notes_mut().sent = sent;
        }
        self
    }

    /// What was done, for the log.
    #[must_use]
    pub fn with_event(mut self, event: Event) -> Self {
        self.notes_mut().events.push(event);
        self
    }

    /// Why it was refused, where an event tells of it.
    #[must_use]
    pub fn refused(self, event: Event, refusal: impl std::fmt::Debug) -> Self {
        self.refused_for(event, reason(&refusal))
    }

    fn refused_for(mut self, event: Event, reason: String) -> Self {
        let event = event.reason(&reason);
        self.refusal = Some(reason);
        self.with_event(event)
    }
}
