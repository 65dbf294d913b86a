//! Fetches and posts: `web.js`.

use std::rc::Rc;

use async_trait::async_trait;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen::prelude::wasm_bindgen;

use crate::edge::Edge;
use crate::model::metadata_uri::MetadataUri;
use crate::store::document_cache::DocumentCache;
use crate::store::web::{Document, PATIENCE, Web, WebError};

thread_local! {
    static CACHE: Rc<DocumentCache> = Rc::default();
}

#[wasm_bindgen(module = "/src/edge/web.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = get)]
    async fn fetch_document(url: &str, limit: u32, patience: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = post)]
    async fn post_form(url: &str, form: &str, patience: u32) -> Result<JsValue, JsValue>;
}

fn status(value: &JsValue) -> u16 {
    value.as_f64().map_or(0, |status| status as u16)
}

#[async_trait(?Send)]
impl Web for Edge {
    fn cache(&self) -> Rc<DocumentCache> {
        CACHE.with(Rc::clone)
    }

    async fn get(&self, uri: &MetadataUri, limit: usize) -> Result<Document, WebError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let fetched =
            fetch_document(uri.as_str(), limit, PATIENCE).await.map_err(|_| WebError::Unreachable)?;
        if fetched.is_undefined() {
            return Err(WebError::TooLarge);
        }
        let fetched: Array = fetched.unchecked_into();
        let text = |at| fetched.get(at).as_string().unwrap_or_default();
        Ok(Document {
            status: status(&fetched.get(0)),
            content_type: text(1),
            cache_control: text(2),
            body: Uint8Array::new(&fetched.get(3)).to_vec(),
        })
    }

    async fn post(&self, uri: &MetadataUri, form: &str) -> Result<u16, WebError> {
        let answered = post_form(uri.as_str(), form, PATIENCE).await.map_err(|_| WebError::Unreachable)?;
        Ok(status(&answered))
    }
}
