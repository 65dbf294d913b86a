//! Requests and responses, from the platform's kind to ours and back.

use std::rc::Rc;

use ::http::StatusCode;
use ::http::header::{HeaderName, SET_COOKIE};
use async_trait::async_trait;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::base::time::UnixTime;
use crate::edge::glue;
use crate::endpoint::request::{Body, BodyError, Headers, Request};
use crate::endpoint::response::Response;

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

struct EdgeHeaders(Rc<web_sys::Request>);

impl Headers for EdgeHeaders {
    fn value(&self, name: &str) -> Option<String> {
        glue::header(&self.0, name)
    }
}

struct EdgeBody(Rc<web_sys::Request>);

#[async_trait(?Send)]
impl Body for EdgeBody {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let bytes = glue::body(&self.0, limit).await.map_err(|_| BodyError::Broken)?;
        bytes.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).map_err(|_| BodyError::TooLarge)
    }
}

/// A request as it came in.
pub struct Incoming {
    /// When. In production the clock stands still between I/O.
    pub now: UnixTime,
    /// Its whole URL.
    pub url: String,
    /// In our terms.
    pub request: Request,
}

/// Ours, of the platform's.
pub fn incoming(request: web_sys::Request) -> Incoming {
    // Not request.clone(), which tees the body.
    let request = Rc::new(request);
    let described = glue::describe(&request);
    let mut parts = described.splitn(3, ' ');
    let mut part = || parts.next().unwrap_or_default();
    // The method as sent: the SDK's turns every word it does not know into GET.
    let (now, method, url) = (part().parse().unwrap_or_default(), part().to_owned(), part().to_owned());
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let path_and_query = rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/");
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Box::new(EdgeHeaders(Rc::clone(&request))),
        body: Box::new(EdgeBody(request)),
    };
    Incoming { now: UnixTime::from_millis(now), url, request }
}

/// The platform's, of ours.
pub fn respond(response: &Response) -> Result<web_sys::Response, JsValue> {
    let mut headers = String::new();
    for (name, value) in &response.headers {
        if !headers.is_empty() {
            headers.push('\n');
        }
        headers.push_str(name.as_str());
        headers.push_str(": ");
        headers.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    // Redirects, cookies and challenges say something of their own; the rest is a handful of sets.
    // Nonces come and go.
    let own = response.headers.contains_key(SET_COOKIE) || response.headers.contains_key(DPOP_NONCE);
    let shared = response.status == StatusCode::OK && !own;
    glue::respond(response.status.as_u16(), &headers, shared, &response.body)
}
