//! Fetches and posts: `web.js`.

use std::rc::Rc;

use async_trait::async_trait;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::edge::task::end_of;
use crate::edge::{Edge, glue};
use crate::model::metadata_uri::MetadataUri;
use crate::store::document_cache::DocumentCache;
use crate::store::web::{Document, PATIENCE, Web, WebError};

thread_local! {
    static CACHE: Rc<DocumentCache> = Rc::default();
}

#[wasm_bindgen(raw_module = "./web.js")]
extern "C" {
    #[wasm_bindgen(js_name = get)]
    fn fetch_document(url: &str, accept: &str, limit: u32, patience: u32) -> u32;
    #[wasm_bindgen(js_name = post)]
    fn post_form(url: &str, form: &str, patience: u32) -> u32;
}

/// Three lines, and the body.
fn document(fetched: &[u8]) -> Option<Document> {
    let mut parts = fetched.splitn(4, |byte| *byte == b'\n');
    let mut line = || Some(String::from_utf8_lossy(parts.next()?).into_owned());
    let (status, content_type, cache_control) = (line()?.parse().ok()?, line()?, line()?);
    Some(Document { status, content_type, cache_control, body: parts.next()?.to_vec() })
}

#[async_trait(?Send)]
impl Web for Edge {
    fn cache(&self) -> Rc<DocumentCache> {
        CACHE.with(Rc::clone)
    }

    async fn get(&self, uri: &MetadataUri, limit: usize, accept: &str) -> Result<Document, WebError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let fetched = end_of(fetch_document(uri.as_str(), accept, limit, PATIENCE)).await;
        let fetched = fetched.map_err(|_| WebError::Unreachable)?;
        if fetched.is_undefined() {
            return Err(WebError::TooLarge);
        }
        glue::bytes(&fetched).as_deref().and_then(document).ok_or(WebError::Unreachable)
    }

    async fn post(&self, uri: &MetadataUri, form: &str) -> Result<u16, WebError> {
        let answered =
            end_of(post_form(uri.as_str(), form, PATIENCE)).await.map_err(|_| WebError::Unreachable)?;
        Ok(answered.as_f64().map_or(0, |status| status as u16))
    }
}
