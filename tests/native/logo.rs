//! `/logo/…` and `/brand/logo`: pictures that others keep, fetched by us and shown on our own pages alone.

use postern::store::meter::Count;
use postern::store::web::Document;
use serde_json::json;

use crate::support::{Answer, Browser, Client, Harness, tampered};

const LOGO: &str = "https://client.example/logo.png";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\xff\x00picture";

fn serve(harness: &Harness, status: u16, content_type: &str, body: &[u8]) {
    let document = Document {
        status,
        content_type: content_type.into(),
        cache_control: String::new(),
        body: body.to_vec(),
    };
    harness.memory.documents.borrow_mut().insert(LOGO.into(), document);
}

/// Where a page has the logo of its client.
fn address(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("<img src=\"/logo/")?;
    Some(format!("/logo/{}", rest.split('"').next()?))
}

fn consent_page(harness: &Harness) -> Answer {
    let client = Client::register(harness, json!({ "logo_uri": LOGO }));
    Browser::signed_up(harness, "alice").get(&client.authorize(&[]))
}

#[test]
fn a_clients_logo_is_fetched_by_us_and_shown_from_here() {
    let harness = Harness::new();
    serve(&harness, 200, "image/png", PNG);
    let page = consent_page(&harness);
    assert!(
        !page.body.contains("src=\"https:")
            && page.header("content-security-policy").contains("img-src 'self'")
    );
    assert!(harness.memory.fetched.borrow().is_empty(), "only who looks at it has it fetched");
    let address = address(&page.body).unwrap();
    harness.memory.meter.take();
    let logo = harness.get(&address);
    assert_eq!(harness.memory.meter.take(), Count::default());
    assert_eq!((logo.status, logo.bytes.as_slice()), (200, PNG));
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "private, max-age=86400"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("set-cookie", ""),
    ] {
        assert_eq!(logo.header(name), value, "{name}");
    }
    assert_eq!(harness.memory.fetched.take(), [LOGO]);
}

#[test]
fn what_is_no_picture_is_not_found_and_the_page_has_initials() {
    let harness = Harness::new();
    let page = consent_page(&harness);
    assert!(page.body.contains("aria-hidden=\"true\">D<img"), "{}", page.body);
    let address = address(&page.body).unwrap();
    let refused = |why: &str| {
        let answer = harness.get(&address);
        assert_eq!((answer.status, answer.refusal.as_deref()), (404, Some(why)));
        assert!(answer.header("content-type").starts_with("text/html"));
        harness.wait(61);
    };
    refused("Unreachable");
    for (status, content_type, body, why) in [
        (200, "image/svg+xml", &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..], "Type"),
        (200, "text/html", PNG, "Type"),
        (200, "image/png", b"<html><script>", "Type"),
        (200, "image/gif", PNG, "Type"),
        (200, "", PNG, "Type"),
        (200, "image/png", b"", "Type"),
        (302, "image/png", PNG, "Status(302)"),
        (404, "image/png", PNG, "Status(404)"),
        (500, "image/png", PNG, "Status(500)"),
        (200, "image/png", &[PNG, &[0; 64 * 1024]].concat(), "TooLarge"),
    ] {
        serve(&harness, status, content_type, body);
        refused(why);
    }
    serve(&harness, 200, "image/png", &[PNG, &[0; 64 * 1024 - PNG.len()]].concat());
    assert_eq!(harness.get(&address).status, 200);
}

#[test]
fn nobody_has_us_fetch_what_no_client_registered() {
    let harness = Harness::new();
    serve(&harness, 200, "image/png", PNG);
    let page = consent_page(&harness);
    let address = address(&page.body).unwrap();
    let sealed = address.strip_prefix("/logo/").unwrap();
    let form = Browser::form(&page.body, "/consent");
    let others = [LOGO, "x", form.value("consent"), form.value("csrf")].map(str::to_owned);
    for forged in tampered(sealed).into_iter().chain(others) {
        let answer = harness.get(&format!("/logo/{forged}"));
        assert_eq!((answer.status, answer.refusal), (404, None), "{forged}");
    }
    assert!(harness.memory.fetched.borrow().is_empty());
    harness.wait(12 * 3600);
    assert_eq!(harness.get(&address).status, 404, "it was shown long ago");
    assert!(harness.memory.fetched.borrow().is_empty());
}

#[test]
fn a_page_is_not_used_to_hammer_a_host() {
    let harness = Harness::new();
    serve(&harness, 200, "image/png", PNG);
    let address = address(&consent_page(&harness).body).unwrap();
    let answered = (0..100).filter(|_| harness.get(&address).status == 200).count();
    assert_eq!((answered, harness.memory.fetched.take().len()), (60, 60));
    assert_eq!(harness.get(&address).refusal.as_deref(), Some("Throttled"));
    harness.wait(60);
    assert_eq!(harness.get(&address).status, 200);
    // One that does not answer is left alone sooner.
    harness.wait(60);
    harness.memory.documents.borrow_mut().clear();
    harness.memory.fetched.take();
    (0..100).for_each(|_| drop(harness.get(&address)));
    assert_eq!(harness.memory.fetched.take().len(), 10);
}

#[test]
fn the_logo_of_the_deployment_is_on_every_page_and_fetched_once_in_a_while() {
    let harness = Harness::new();
    let none = harness.get("/brand/logo");
    assert_eq!((none.status, none.refusal), (404, None));
    assert!(!harness.get("/").body.contains("/brand/logo"));
    let harness = Harness::with(&[("BRAND_LOGO", LOGO)]);
    assert!(harness.get("/signin").body.contains("<img src=\"/brand/logo\" alt=\"\""));
    assert_eq!(harness.get("/brand/logo").refusal.as_deref(), Some("Unreachable"));
    serve(&harness, 200, "image/webp", b"RIFF....WEBPVP8 ");
    harness.memory.fetched.take();
    harness.memory.meter.take();
    for _ in 0..100 {
        let logo = harness.get("/brand/logo");
        assert_eq!((logo.status, logo.header("content-type")), (200, "image/webp"));
        assert_eq!(logo.header("cache-control"), "public, max-age=86400");
        assert_eq!(logo.header("content-security-policy"), "default-src 'none'; sandbox");
    }
    assert_eq!(harness.memory.meter.take(), Count::default());
    assert_eq!(harness.memory.fetched.take().len(), 1);
    harness.wait(3600);
    serve(&harness, 200, "image/svg+xml", b"<svg/>");
    assert_eq!(harness.get("/brand/logo").refusal.as_deref(), Some("Type"));
}
