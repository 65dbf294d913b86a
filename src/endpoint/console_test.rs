//! `/console/test`: where an app is tried. The page is the same for everybody; its script does the rest.

use crate::endpoint::World;
use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::pages::console_test::render;

/// Where the page is. What came behind the question mark may be a code, which is not to stand in a link.
const HERE: &str = "/console/test";

/// `GET /console/test`.
pub fn get(world: &World<'_>, request: &Request) -> Response {
    let browser = Browser::of(world, request);
    Response::scripted_page(200, render(&browser.at(world, HERE)), None)
}
