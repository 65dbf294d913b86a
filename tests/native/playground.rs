//! `/playground`: the story of OAuth, where it is open.

use crate::support::{Answer, Browser, Harness, Sent};

const STEPS: [&str; 11] =
    ["why", "register", "link", "approve", "code", "token", "api", "expiry", "refresh", "remove", "end"];

fn open() -> Harness {
    Harness::with(&[("PLAYGROUND", "on")])
}

fn in_language(harness: &Harness, language: &str) -> Answer {
    harness.send(Sent::get("/playground").with("accept-language", language))
}

#[test]
fn where_it_is_closed_there_is_nothing_for_any_method() {
    let closed = Harness::new();
    for method in ["GET", "HEAD", "POST", "OPTIONS"] {
        let ask = |path: &str| closed.send(Sent { method: method.into(), ..Sent::get(path) });
        let (playground, nothing) = (ask("/playground"), ask("/nothing-there"));
        assert_eq!((playground.status, playground.header("allow")), (404, ""), "{method}");
        let main = |answer: &Answer| answer.body.split("<main").nth(1).unwrap_or_default().to_owned();
        assert_eq!(main(&playground), main(&nothing), "{method}");
    }
    assert!(!closed.get("/").body.contains("/playground"));
    let open = open();
    assert_eq!(open.get("/playground").status, 200);
    let posted = open.send(Sent { method: "POST".into(), ..Sent::get("/playground") });
    assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD"));
    assert!(open.get("/").body.contains("href=\"/playground\""));
}

#[test]
fn every_step_is_told_in_both_languages() {
    let harness = open();
    for (language, words) in [
        (
            "en",
            ["The authorization code", "Authorization Server", "What each of them has now", "자원 소유자"],
        ),
        ("ko", ["인가 코드", "인가 서버", "지금 각자 가진 것", "Resource Owner"]),
    ] {
        let page = in_language(&harness, language);
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-store");
        let body = page.body;
        assert!(body.contains(&format!("<html lang=\"{language}\">")));
        for step in STEPS {
            let section =
                body.split(&format!("<section class=\"step\" data-step=\"{step}\"")).nth(1).unwrap();
            let section = section.split("</section>").next().unwrap();
            assert!(section.contains("<h2 ") && section.contains("class=\"who\""), "{step}");
            assert_eq!(section.matches("<h4>").count(), 3, "{step}: what three parties have");
            assert!(body.contains(&format!("<li data-progress=\"{step}\"")));
            assert!(step == "end" || body.contains(&format!("data-arrow=\"{step}\"")), "{step}");
        }
        for word in words {
            assert!(body.contains(word), "{language}: {word}");
        }
        // Every button does nothing without its script, and every attack says what it would do.
        assert_eq!(body.matches("data-act=").count(), body.matches("disabled>").count());
        for attack in
            ["redirect-authorize", "state", "no-verifier", "redirect-token", "other-client", "replay"]
        {
            assert!(body.contains(&format!("data-explained=\"{attack}\"")), "{attack}");
        }
        for attack in ["beyond", "forged", "query", "old"] {
            assert!(body.contains(&format!("data-explained=\"{attack}\"")), "{attack}");
        }
        assert!(!body.contains('{') && !body.contains('}'), "a name without its number");
    }
}

#[test]
fn its_script_is_a_file_and_may_ask_this_server_alone() {
    let harness = open();
    let page = harness.get("/playground");
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self';")
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.body.matches("<script").count(), 1);
    for forbidden in ["<style", " style=", " onclick=", "javascript:"] {
        assert!(!page.body.contains(forbidden), "{forbidden}");
    }
    let address = page.body.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = harness.get(address);
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    for forbidden in ["innerHTML", "eval(", ".style", "document.cookie", "localStorage", "https://www."] {
        assert!(!script.body.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn it_is_the_same_for_everybody_and_knows_the_settings() {
    let harness = Harness::with(&[("PLAYGROUND", "on"), ("CODE_TTL", "45"), ("REFRESH_RETRY_WINDOW", "0")]);
    let page = harness.get("/playground").body;
    assert!(page.contains("data-code-ttl=\"45\"") && page.contains("data-issuer=\"https://as.example\""));
    assert!(page.contains("data-scope=\"calendar.read calendar.write\""));
    assert!(!page.contains("data-act=\"again\""), "where no refresh token may come again");
    assert!(open().get("/playground").body.contains("data-act=\"again\""));
    // Nothing that an address carries is in the story.
    let main = |page: &str| page.split("<main").nth(1).unwrap().to_owned();
    let browser = Browser::signed_up(&harness, "alice");
    let hostile = browser.get("/playground?code=%3Cscript%3E&state=x&error=y").body;
    assert_eq!(main(&hostile), main(&page));
    // A deployment with scopes of its own has no calendar to ask for.
    let words = r#"{"title":"a","description":"b"}"#;
    let scopes = format!(r#"[{{"name":"mail","default":true,"en":{words},"ko":{words}}}]"#);
    let other = Harness::with(&[("PLAYGROUND", "on"), ("SCOPES", &scopes)]);
    assert!(other.get("/playground").body.contains("data-scope=\"mail\""));
}
