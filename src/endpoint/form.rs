//! Bodies: of the right type, not too large, well formed.

use crate::base::form::Form;
use crate::endpoint::browser::Browser;
use crate::endpoint::request::{BodyError, MAX_BODY, Request};
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
use crate::pages::text::Text;

/// Whom a refusal speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// A program: JSON.
    Json,
    /// A person: a page.
    Page,
}

/// The form of a POST.
pub async fn read_form(world: &World<'_>, request: &Request, face: Face) -> Result<Form, Halt> {
    let bytes = read_body(world, request, face, "application/x-www-form-urlencoded").await?;
    let form = String::from_utf8(bytes).ok().and_then(|text| Form::parse(&text).ok());
    form.ok_or_else(|| refuse(world, request, face, 400).into())
}

/// The body of a POST or PUT that must have a certain type.
pub async fn read_body(
    world: &World<'_>,
    request: &Request,
    face: Face,
    content_type: &str,
) -> Result<Vec<u8>, Halt> {
    if !request.header("content-type").is_some_and(|sent| is_type(&sent, content_type)) {
        return Err(refuse(world, request, face, 415).into());
    }
    request.body.read(MAX_BODY).await.map_err(|error| match error {
        BodyError::TooLarge => refuse(world, request, face, 413).into(),
        BodyError::Broken => refuse(world, request, face, 400).into(),
    })
}

/// RFC 9110 §8.3: one media type; the only parameter we understand says UTF-8.
fn is_type(sent: &str, content_type: &str) -> bool {
    let mut parts = sent.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    media_type.eq_ignore_ascii_case(content_type)
        && parts.all(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            name.eq_ignore_ascii_case("charset") && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

fn refuse(world: &World<'_>, request: &Request, face: Face, status: u16) -> Response {
    if face == Face::Page && !request.wants_json() {
        let browser = Browser::of(world, request);
        let text = Text::of(browser.language);
        let sentence = if status == 413 { text.too_large } else { text.malformed_form };
        return browser.refuse(world, request, status, sentence, "invalid_request");
    }
    let description = match status {
        413 => "the body is over 64 KiB",
        415 => "the Content-Type is not the one this endpoint takes",
        _ => "the body is malformed",
    };
    Response::error(status, "invalid_request", description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_media_type_and_utf_8_only() {
        let form = "application/x-www-form-urlencoded";
        for sent in [
            form,
            "APPLICATION/X-WWW-FORM-URLENCODED",
            &format!("{form}; charset=UTF-8"),
            &format!("{form};charset=\"utf-8\""),
        ] {
            assert!(is_type(sent, form), "{sent}");
        }
        for sent in [
            "",
            "application/json",
            &format!("{form}, application/json"),
            &format!("{form}; charset=latin1"),
            &format!("{form}; x=y"),
        ] {
            assert!(!is_type(sent, form), "{sent}");
        }
    }
}
