//! Where requests come in.

use std::cell::Cell;

use futures_util::FutureExt;
use wasm_bindgen_futures::future_to_promise;
use worker::wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use worker::{Env, console_error};

use crate::edge::entropy::PlatformEntropy;
use crate::edge::http::Incoming;
use crate::edge::settings::{Settings, settings};
use crate::edge::{Edge, http};
use crate::endpoint::response::Response;
use crate::endpoint::{World, routes};
use crate::model::config::ConfigError;
use crate::model::issuer::Issuer;

const SERVER_TIMING: ::http::HeaderName = ::http::HeaderName::from_static("server-timing");

/// Called by the platform: a response where nothing was waited for, or else the promise of one.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, _context: JsValue) -> Result<JsValue, JsValue> {
    let mut answer = Box::pin(async { serve(request, env).await.map(JsValue::from) });
    // A guard that goes by signature alone is done at once, without the crossings that a promise takes.
    answer.as_mut().now_or_never().unwrap_or_else(|| Ok(future_to_promise(answer).into()))
}

async fn serve(request: web_sys::Request, env: Env) -> Result<web_sys::Response, JsValue> {
    let settings = match settings(&env) {
        Ok(settings) => settings,
        Err(errors) => return http::respond(&misconfigured(&errors)),
    };
    let Settings { config, keyring } = &*settings;
    let Incoming { now, url, request } = http::incoming(request);
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_handler(&url);
    let Some(issuer) = config.issuer.clone().or_else(|| Issuer::of_local_request(&url)) else {
        let reason = "without it only requests to localhost, 127.0.0.1 and [::1] are answered".to_owned();
        return http::respond(&misconfigured(&[ConfigError { name: "ISSUER", reason }]));
    };
    let edge = Edge::new(env);
    let world = World {
        config,
        keyring,
        issuer,
        now,
        entropy: &PlatformEntropy,
        clients: &edge,
        consents: &edge,
        grants: &edge,
        accounts: &edge,
        calendars: &edge,
        rate_limits: &edge,
        signing_keys: &edge,
        signatures: &edge,
        web: &edge,
        proofs: &edge,
        gives_nonce: Cell::default(),
    };
    let mut response = routes::answer(&world, &request).await;
    for line in response.notes().into_iter().flat_map(|notes| &notes.log) {
        edge.tell(line);
    }
    if config.dev {
        response = response.with(SERVER_TIMING, &edge.meter.take().server_timing());
    }
    http::respond(&response)
}

/// Nothing is served with settings that are missing or wrong. The log says what to do; the caller only that it is
/// not their fault.
fn misconfigured(errors: &[ConfigError]) -> Response {
    for error in errors {
        console_error!("Postern cannot serve: {error}");
    }
    let description = "this deployment is not configured; its log says what is missing";
    Response::error(503, "temporarily_unavailable", description)
}
