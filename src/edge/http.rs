//! Requests and responses, from the platform's kind to ours and back.

use std::cell::RefCell;

use async_trait::async_trait;
use futures_util::StreamExt;
use worker::ResponseBuilder;

use crate::endpoint::request::{Body, BodyError, Headers, Request};
use crate::endpoint::response::Response;

struct EdgeHeaders(worker::Headers);

impl Headers for EdgeHeaders {
    fn value(&self, name: &str) -> Option<String> {
        self.0.get(name).ok().flatten()
    }
}

/// Taken by whoever reads it first.
struct EdgeBody(RefCell<Option<worker::Request>>);

#[async_trait(?Send)]
impl Body for EdgeBody {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let Some(mut request) = self.0.borrow_mut().take() else { return Ok(Vec::new()) };
        let length =
            request.headers().get("content-length").ok().flatten().and_then(|l| l.parse::<usize>().ok());
        match length {
            Some(length) if length > limit => return Err(BodyError::TooLarge),
            // The platform holds the sender to the length it announced.
            Some(_) => return request.bytes().await.map_err(|_| BodyError::Broken),
            None => {}
        }
        let Ok(mut chunks) = request.stream() else { return Ok(Vec::new()) };
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| BodyError::Broken)?;
            if bytes.len().saturating_add(chunk.len()) > limit {
                return Err(BodyError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// Ours, of the platform's. `url` is the request's own, read once.
pub fn request(incoming: worker::Request, url: &str) -> Request {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let path_and_query = rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/");
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    Request {
        // Not the SDK's method(), which turns every word it does not know into GET.
        method: incoming.inner().method(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: Box::new(EdgeHeaders(incoming.headers().clone())),
        body: Box::new(EdgeBody(RefCell::new(Some(incoming)))),
    }
}

/// The platform's, of ours.
pub fn respond(response: Response) -> worker::Result<worker::Response> {
    let headers = worker::Headers::new();
    for (name, value) in &response.headers {
        headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))?;
    }
    let builder = ResponseBuilder::new().with_status(response.status.as_u16()).with_headers(headers);
    // The SDK panics on a body where the status has none.
    if response.body.is_empty() { Ok(builder.empty()) } else { Ok(builder.fixed(response.body.into_owned())) }
}
