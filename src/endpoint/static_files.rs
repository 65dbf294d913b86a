//! `/static/…`: two small files that are part of the module.

use crate::endpoint::Handled;
use crate::endpoint::response::Response;

/// `/static/postern.css`.
pub fn stylesheet() -> Handled {
    Ok(Response::static_file("text/css; charset=utf-8", include_str!("../../static/postern.css")))
}

/// `/static/icon.svg`.
pub fn icon() -> Handled {
    let icon = Response::static_file("image/svg+xml", include_str!("../../static/icon.svg"));
    Ok(icon.with(http::header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
}
