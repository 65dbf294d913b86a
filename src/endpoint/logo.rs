//! `/logo/…` and `/brand/logo`: pictures that are kept elsewhere, fetched by whatever [`crate::store::web`] guards and
//! answered from here, so that a page tells nobody else who looks at it. No storage.

use std::rc::Rc;

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};

use crate::base::time::Seconds;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::routes::not_found;
use crate::endpoint::{Handled, World};
use crate::model::logo::Logo;
use crate::model::metadata_uri::MetadataUri;
use crate::model::picture::{ACCEPT, Picture};
use crate::store::document_cache::{Asking, Copy, Ended};
use crate::store::web::WebError;

/// Most bytes of a picture.
const MAX_BYTES: usize = 64 * 1024;
/// How long an isolate keeps the logo of the deployment.
const KEPT: Seconds = Seconds::minutes(60);

/// Anybody may keep it for a day.
const SHARED: &str = "public, max-age=86400";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LogoRefusal {
    /// Its origin was asked often enough for now.
    Throttled,
    /// No answer.
    Unreachable,
    /// More than 64 KB.
    TooLarge,
    /// Another status than 200; a redirect, for example.
    Status(u16),
    /// No picture, or none of the type that it is said to be.
    Type,
}

/// `GET /logo/{sealed}`: a client's, on a page that was shown lately.
pub async fn get(world: &World<'_>, request: &Request, sealed: &str) -> Handled {
    let Some(uri) = Logo::open(world.keyring, sealed, world.config.reach(), world.now) else {
        return Ok(not_found(world, request));
    };
    let cache = world.web.cache();
    let fetched = match cache.begin_logo(&uri, world.now) {
        None => Err(LogoRefusal::Throttled),
        Some(asking) => fetch(world, &uri, &asking, Ended::Useless).await,
    };
    Ok(match fetched {
        Ok(picture) => answer(&picture, "private, max-age=86400"),
        Err(refusal) => not_found(world, request).because(refusal),
    })
}

/// `GET /brand/logo`: the deployment's own.
pub async fn brand(world: &World<'_>, request: &Request) -> Handled {
    let Some(uri) = &world.config.brand.logo else { return Ok(not_found(world, request)) };
    let cache = world.web.cache();
    if let Some(picture) = cache.logo(uri, world.now) {
        return Ok(answer(&picture, SHARED));
    }
    let fetched = match cache.begin(uri, world.now) {
        None => Err(LogoRefusal::Throttled),
        Some(asking) => fetch(world, uri, &asking, Ended::Useful).await.map(Rc::new),
    };
    Ok(match fetched {
        Ok(picture) => {
            cache.keep(uri, Copy::Logo(Rc::clone(&picture)), world.now, KEPT);
            answer(&picture, SHARED)
        }
        Err(refusal) => not_found(world, request).because(refusal),
    })
}

async fn fetch(
    world: &World<'_>,
    uri: &MetadataUri,
    asking: &Asking,
    found: Ended,
) -> Result<Picture, LogoRefusal> {
    let fetched = match world.web.get(uri, MAX_BYTES, ACCEPT).await {
        Err(WebError::Unreachable) => Err(LogoRefusal::Unreachable),
        Err(WebError::TooLarge) => Err(LogoRefusal::TooLarge),
        Ok(document) if document.status != 200 => Err(LogoRefusal::Status(document.status)),
        Ok(document) => Picture::parse(&document.content_type, document.body).ok_or(LogoRefusal::Type),
    };
    let ended = match fetched {
        Ok(_) => found,
        Err(LogoRefusal::Unreachable | LogoRefusal::Status(500..)) => Ended::Failed,
        Err(_) => Ended::Useless,
    };
    world.web.cache().end(asking, ended);
    fetched
}

/// Somebody else's bytes, under our name: a picture on our own pages, and nothing anywhere else.
fn answer(picture: &Picture, cache_control: &str) -> Response {
    let mut response = Response::empty(200);
    response.body = picture.bytes.clone().into();
    response
        .with(CONTENT_TYPE, picture.content_type)
        .with(CACHE_CONTROL, cache_control)
        .with(CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .with(RESOURCE_POLICY, "same-origin")
}
