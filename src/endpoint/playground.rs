//! `/playground`: the story of OAuth, walked on this very server. Whoever asks sees the same page: the client of the story is
//! a script in it.

use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::scope::Scope;
use crate::pages::playground::{PlaygroundPage, render};

/// What the client asks for, where the deployment has it.
const WANTED: [&str; 2] = ["calendar.read", "calendar.write"];

/// Answers.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let config = world.config;
    let wanted = Scope::from_tokens(WANTED).and(&config.catalogue.all());
    let scope = if wanted.is_empty() { config.catalogue.defaults() } else { wanted };
    let page = render(&PlaygroundPage {
        frame: Browser::of(world, request).frame(world),
        issuer: world.issuer.as_str(),
        scope: &scope.to_string(),
        code_ttl: config.code_ttl,
        retries: config.refresh_retry_window.0 > 0,
    });
    Ok(Response::scripted_page(200, page, None))
}
