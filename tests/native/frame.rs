//! What is around every page: the language that was chosen, the look of the deployment, the files it is made with, and what
//! a request is called.

use serde_json::Value;

use crate::support::{Browser, Client, Harness, Sent};

/// The address in the attribute that begins with `start`.
fn link(page: &str, start: &str) -> String {
    let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("no {start} in {page}"));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

#[test]
fn the_switch_leads_back_to_the_same_page_in_the_other_language_which_is_kept() {
    let harness = Harness::new();
    let browser = Browser::new(&harness);
    let client = Client::confidential(&harness);
    let asked = browser.follow(browser.get(&client.authorize(&[("ui_locales", Some("en"))])));
    let switch = format!("/language{}", link(&asked.body, "href=\"/language"));
    let back = browser.get(&switch);
    assert!(back.location().starts_with("/signin?authorization_request=par_"), "{back:?}");
    let korean = browser.get(back.location());
    assert!(korean.body.contains("<html lang=\"ko\">"), "the choice counts more than ui_locales");
    for path in ["/", "/nothing", "/signup", "/authorize"] {
        assert!(browser.get(path).body.contains("<html lang=\"ko\">"), "{path}");
    }
    let switch = format!("/language{}", link(&korean.body, "href=\"/language"));
    browser.get(&switch);
    assert!(browser.send(Sent::get("/").with("accept-language", "ko")).body.contains("<html lang=\"en\">"));
}

/// Where the page leads in the other language.
fn back(page: &str) -> String {
    let switch = link(page, "href=\"/language?");
    let pairs = postern::base::form::Form::parse(&switch).unwrap();
    pairs.value("back").unwrap().to_owned()
}

#[test]
fn what_waits_is_not_lost_where_the_language_changes_after_a_mistake() {
    let harness = Harness::new();
    Browser::signed_up(&harness, "alice");
    let browser = Browser::new(&harness);
    let client = Client::confidential(&harness);
    let asked = browser.follow(browser.get(&client.authorize(&[]))).body;
    let (_, waiting) =
        back(&asked).split_once('?').map(|(path, query)| (path.to_owned(), query.to_owned())).unwrap();
    let recovery = browser.get(&format!("/signin/recovery?{waiting}")).body;
    let sign_up = browser.get(&format!("/signup?{waiting}")).body;
    for (page, action, path, status) in [
        (&asked, "/signin", "/signin", 403),
        (&asked, "/signin/passkey", "/signin", 403),
        (&recovery, "/signin/recovery", "/signin/recovery", 403),
        (&sign_up, "/signup", "/signup", 409),
    ] {
        let form = Browser::form(page, action).set("username", "alice").set("password", "another horse");
        let refused = browser.submit(&form);
        assert_eq!((refused.status, back(&refused.body)), (status, format!("{path}?{waiting}")), "{action}");
        let again = browser.get(&back(&refused.body)).body;
        assert!(again.contains(&link(&asked, "name=\"authorization_request\" value=\"")), "{action}");
    }
}

#[test]
fn no_page_leads_in_another_language_to_where_only_forms_are_sent() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let consent = browser.get(&client.authorize(&[])).body;
    let used = Browser::form(&consent, "/consent").set("decision", "allow");
    browser.submit(&used);
    let sign_out = Browser::form(&browser.get("/signout").body, "/signout");
    for page in
        [browser.submit(&used), browser.submit(&used.clone().set("csrf", "x")), browser.submit(&sign_out)]
    {
        assert_ne!(browser.get(&back(&page.body)).status, 405, "{page:?}");
    }
    assert_eq!(browser.get("/consent").status, 405);
}

#[test]
fn the_switch_leads_nowhere_else() {
    let harness = Harness::new();
    for back in ["//evil.example", "/%5Cevil.example", "https://evil.example", "%09//evil.example", ""] {
        let answer = harness.get(&format!("/language?to=ko&back={back}"));
        assert_eq!(answer.location(), "/", "{back}");
    }
    let answer = harness.get("/language?to=xx&back=/signin");
    assert_eq!((answer.location(), answer.header("set-cookie")), ("/signin", ""));
    let forged = Sent::get("/").with("cookie", "__Host-postern_language=xx");
    assert!(harness.send(forged).body.contains("<html lang=\"en\">"));
}

#[test]
fn files_may_be_kept_for_good_because_their_address_changes_with_them() {
    let harness = Harness::new();
    let page = harness.get("/signin").body;
    let style = link(&page, "rel=\"stylesheet\" href=\"");
    let named = harness.get(&style);
    assert_eq!((named.status, named.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(named.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(harness.get("/static/postern.css").header("cache-control"), "public, max-age=3600");
    // What is not here yet must not be kept as what it will be.
    for other in ["?v=0123456789abcdef", "?v=", "?x=y"] {
        let answer = harness.get(&format!("/static/postern.css{other}"));
        assert_eq!(answer.header("cache-control"), "public, max-age=3600", "{other}");
    }
    let branded = Harness::with(&[("BRAND_ACCENT", "#7a1f3d")]);
    assert_eq!(branded.get(&style).header("cache-control"), "public, max-age=3600", "another's");
    let page = branded.get("/signin").body;
    let own = link(&page, "rel=\"stylesheet\" href=\"");
    assert_ne!(own, style);
    let sheet = branded.get(&own).body;
    assert!(branded.get(&own).header("cache-control").ends_with("immutable"));
    assert!(sheet.starts_with(&named.body) && sheet.contains("--accent:#7a1f3d"), "{sheet}");
    assert!(!branded.get("/static/icon.svg").body.contains("7a1f3d"));
}

#[test]
fn a_deployment_has_its_own_name_and_links_on_every_page() {
    let links = r#"[{"en":"Help <us>","ko":"도움말","uri":"https://help.example/?a=1&b=2"}]"#;
    let harness = Harness::with(&[("BRAND_NAME", "Acme & Söhne"), ("BRAND_LINKS", links)]);
    for path in ["/", "/signin", "/nothing", "/authorize"] {
        let page = harness.get(path).body;
        let title =
            if path == "/" { "<title>Acme &amp; Söhne</title>" } else { "· Acme &amp; Söhne</title>" };
        assert!(page.contains(title) && !page.contains("Postern"), "{page}");
        assert!(
            page.contains("href=\"https://help.example/?a=1&amp;b=2\" rel=\"noopener\">Help &lt;us&gt;</a>")
        );
    }
    // Where the answer is sent by a form, too, and in the colour of the deployment.
    let own = Harness::with(&[("BRAND_NAME", "Acme"), ("BRAND_ACCENT", "#7a1f3d")]);
    let client = Client::confidential(&own);
    let page =
        own.get(&client.authorize(&[("response_mode", Some("form_post")), ("prompt", Some("none"))])).body;
    assert!(page.contains("<title>Acme</title>") && page.contains("Back to the app"), "{page}");
    assert_eq!(
        link(&page, "rel=\"stylesheet\" href=\""),
        link(&own.get("/").body, "rel=\"stylesheet\" href=\"")
    );
    let korean = harness.send(Sent::get("/").with("accept-language", "ko")).body;
    assert!(korean.contains(">도움말</a>") && !korean.contains("Help"));
}

#[test]
fn a_page_that_refuses_has_an_id_that_is_in_the_log() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&browser.get("/account/profile").body, "/account/profile");
    let refused = browser.submit(&form.set("csrf", "x"));
    let id = |page: &str| link(&page.replace("</code>", "\""), "Request <code>");
    let line: Value = serde_json::from_str(refused.log.last().unwrap()).unwrap();
    assert_eq!((refused.status, line["reason"].as_str()), (403, Some("ForeignForm")));
    assert_eq!(line["request"], id(&refused.body));
    let unknown = harness.get("/authorize?client_id=x");
    assert!(unknown.log.concat().contains(&format!("\"request\":\"{}\"", id(&unknown.body))));
    assert_ne!(id(&unknown.body), id(&refused.body));
    harness.memory.down.set(true);
    let down = browser.get("/account");
    assert!(down.status == 503 && down.log.concat().contains(&id(&down.body)), "{down:?}");
    // Anybody can ask for what is not there: that is not logged, and has no id.
    let missing = harness.get("/nothing");
    assert!(missing.log.is_empty() && !missing.body.contains("Request <code>"));
}
