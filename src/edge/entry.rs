//! Where requests come in.

use worker::{Context, Env, console_error, event};

use crate::edge::entropy::PlatformEntropy;
use crate::edge::http::Incoming;
use crate::edge::settings::{Settings, settings};
use crate::edge::{Edge, http};
use crate::endpoint::response::Response;
use crate::endpoint::{World, routes};
use crate::model::config::ConfigError;
use crate::model::issuer::Issuer;

const SERVER_TIMING: ::http::HeaderName = ::http::HeaderName::from_static("server-timing");

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, _context: Context) -> worker::Result<web_sys::Response> {
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
