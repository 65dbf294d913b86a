//! `/static/…`: small files that are part of the module.

use crate::endpoint::Handled;
use crate::endpoint::response::Response;

/// `/static/postern.css`.
pub fn stylesheet() -> Handled {
    Ok(Response::static_file("text/css; charset=utf-8", include_str!("../../static/postern.css")))
}

/// `/static/form-post.js`.
pub fn form_post() -> Handled {
    Ok(Response::static_file("text/javascript; charset=utf-8", include_str!("../../static/form-post.js")))
}

/// `/static/icon.svg`.
pub fn icon() -> Handled {
    let icon = Response::static_file("image/svg+xml", include_str!("../../static/icon.svg"));
    Ok(icon.with(http::header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
}
