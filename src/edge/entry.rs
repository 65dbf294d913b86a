//! Where requests come in: `entry.js` calls it.

use std::cell::{Cell, OnceCell};
use std::panic;

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::edge::entropy::PlatformEntropy;
use crate::edge::glue::{self, Env};
use crate::edge::http::Described;
use crate::edge::settings::{Settings, settings};
use crate::edge::{Edge, http, task};
use crate::endpoint::response::Response;
use crate::endpoint::{World, routes};
use crate::model::config::ConfigError;
use crate::model::issuer::Issuer;

const SERVER_TIMING: ::http::HeaderName = ::http::HeaderName::from_static("server-timing");

/// Once for each instance: a panic says what it was. `glue.js` replaces an instance that panicked.
#[wasm_bindgen(start)]
fn start() {
    panic::set_hook(Box::new(|info| glue::complain(&format!("Rust {info}"))));
}

/// A request, and what `entry.js` says of it: a response where nothing was waited for.
#[wasm_bindgen]
pub fn fetch(task: u32, request: glue::Incoming, env: Env, described: String) -> JsValue {
    task::begin(task, async move {
        let described = Described::of(&described);
        serve(described, request, env).await.unwrap_or_else(|error| glue::failure(&glue::message(&error)))
    })
}

async fn serve(described: Described<'_>, request: glue::Incoming, env: Env) -> Result<JsValue, JsValue> {
    let settings = match settings(&env) {
        Ok(settings) => settings,
        Err(errors) => return http::respond(&misconfigured(&errors)),
    };
    let Settings { config, keyring } = &*settings;
    let url = described.url;
    #[cfg(feature = "planted-panic")]
    crate::edge::planted_panic::in_handler(url);
    let Some(issuer) = config.issuer.clone().or_else(|| Issuer::of_local_request(url)) else {
        let reason = "without it only requests to localhost, 127.0.0.1 and [::1] are answered".to_owned();
        return http::respond(&misconfigured(&[ConfigError { name: "ISSUER", reason }]));
    };
    let edge = Edge::new(env);
    let world = World {
        config,
        keyring,
        issuer,
        now: described.now,
        entropy: &PlatformEntropy,
        clients: &edge,
        consents: &edge,
        directory: &edge,
        grants: &edge,
        accounts: &edge,
        calendars: &edge,
        journals: &edge,
        rate_limits: &edge,
        signing_keys: &edge,
        signatures: &edge,
        web: &edge,
        proofs: &edge,
        gives_nonce: Cell::default(),
        developed: OnceCell::new(),
        id: OnceCell::new(),
    };
    let mut response = routes::answer(&world, &described.request(request)).await;
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
        glue::complain(&format!("Postern cannot serve: {error}"));
    }
    let description = "this deployment is not configured; its log says what is missing";
    Response::error(503, "temporarily_unavailable", description)
}
