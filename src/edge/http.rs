//! Requests and responses, from the platform's kind to ours and back.

use std::cell::RefCell;

use ::http::StatusCode;
use ::http::header::SET_COOKIE;
use async_trait::async_trait;
use wasm_bindgen::JsValue;

use crate::base::time::UnixTime;
use crate::edge::glue::{self, Incoming};
use crate::edge::task::end_of;
use crate::endpoint::request::{Body, BodyError, Headers, Request};
use crate::endpoint::response::Response;

/// Most sets of headers that are kept.
const MOST_KEPT: usize = 64;

thread_local! {
    /// Headers of responses of 200 so far, by their number in `glue.js`.
    static KEPT: RefCell<Vec<(u32, String)>> = const { RefCell::new(Vec::new()) };
}

/// What `entry.js` says of a request.
pub struct Described<'a> {
    /// When it came in. In production the clock stands still between I/O.
    pub now: UnixTime,
    /// Its whole URL.
    pub url: &'a str,
    method: &'a str,
    authorization: Option<&'a str>,
}

impl<'a> Described<'a> {
    /// Takes it apart: `{now} {method} {url}`, and the `Authorization` header on a second line.
    pub fn of(text: &'a str) -> Self {
        let (line, authorization) = match text.split_once('\n') {
            Some((line, authorization)) => (line, Some(authorization)),
            None => (text, None),
        };
        let mut parts = line.splitn(3, ' ');
        let mut part = || parts.next().unwrap_or_default();
        let now = UnixTime::from_millis(part().parse().unwrap_or_default());
        Self { now, method: part(), url: part(), authorization }
    }

    /// The request, in our terms.
    pub fn request(&self, request: Incoming) -> Request {
        let rest = self.url.split_once("://").map_or(self.url, |(_, rest)| rest);
        let rest = rest.split('#').next().unwrap_or_default();
        let path_and_query = rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/");
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let authorization = self.authorization.map(str::to_owned);
        Request {
            method: self.method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            // Not request.clone(), which tees the body.
            headers: Box::new(EdgeHeaders { request: request.clone(), authorization }),
            body: Box::new(EdgeBody(request)),
        }
    }
}

struct EdgeHeaders {
    request: Incoming,
    authorization: Option<String>,
}

impl Headers for EdgeHeaders {
    fn value(&self, name: &str) -> Option<String> {
        match name {
            "authorization" => self.authorization.clone(),
            name => glue::header(&self.request, name),
        }
    }
}

struct EdgeBody(Incoming);

#[async_trait(?Send)]
impl Body for EdgeBody {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let bytes = end_of(glue::body(&self.0, limit)).await.map_err(|_| BodyError::Broken)?;
        glue::bytes(&bytes).ok_or(BodyError::TooLarge)
    }
}

/// The platform's response, of ours.
pub fn respond(response: &Response) -> Result<JsValue, JsValue> {
    let mut lines = String::with_capacity(256);
    for (name, value) in &response.headers {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(name.as_str());
        lines.push_str(": ");
        lines.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    // Redirects, cookies and challenges say something of their own; the rest is a handful of sets.
    let shared = response.status == StatusCode::OK && !response.headers.contains_key(SET_COOKIE);
    match if shared { kept(&lines)? } else { None } {
        Some(number) => glue::respond_alike(number, &response.body),
        None => glue::respond(response.status.as_u16(), &lines, &response.body),
    }
}

/// The number of these headers, as long as there is room for them.
fn kept(lines: &str) -> Result<Option<u32>, JsValue> {
    KEPT.with_borrow_mut(|kept| {
        if let Some((number, _)) = kept.iter().find(|(_, known)| known == lines) {
            return Ok(Some(*number));
        }
        if kept.len() == MOST_KEPT {
            return Ok(None);
        }
        let number = glue::keep_headers(lines)?;
        kept.push((number, lines.to_owned()));
        Ok(Some(number))
    })
}
