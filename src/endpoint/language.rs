//! `/language`: the pages speak another language from now on.

use crate::base::form::Form;
use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::language::Language;

/// `GET /language`: back to where the link was, which is on this server.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let browser = Browser::of(world, request);
    let query = Form::parse(&request.query).unwrap_or_default();
    let back = query.value("back").filter(|back| is_here(back)).unwrap_or("/");
    let response = Response::see_other(back);
    Ok(match query.value("to").and_then(Language::of_tag) {
        Some(language) => browser.choose(language, response),
        None => response,
    })
}

/// Whether a browser that follows it stays here: a path, which no browser takes for the beginning of another host's
/// address (URL Standard §4.4: a backslash is a slash, tabs and line breaks are nothing).
fn is_here(back: &str) -> bool {
    let mut bytes = back.bytes();
    bytes.next() == Some(b'/')
        && bytes.next() != Some(b'/')
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_is_a_path_of_this_server() {
        for back in ["/", "/account", "/authorize?client_id=a%20b&redirect_uri=https://e.example/"] {
            assert!(is_here(back), "{back}");
        }
        for back in [
            "",
            "account",
            "//e.example",
            "/\\e.example",
            "\\/e.example",
            "https://e.example",
            "/\t/e.example",
            "/a b",
            "/\r\nx: y",
        ] {
            assert!(!is_here(back), "{back}");
        }
    }
}
