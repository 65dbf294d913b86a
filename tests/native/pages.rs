//! What people see: two languages, and nothing of what strangers typed as markup.

use serde_json::json;

use crate::support::console::filled;
use crate::support::{Browser, Client, Harness, Sent};

const HOSTILE: &str = "<script>alert(1)</script>\"'>&";

#[test]
fn pages_speak_korean_to_who_prefers_it() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let korean =
        |path: &str| browser.send(Sent::get(path).with("accept-language", "ko-KR,ko;q=0.9,en;q=0.8"));
    for (path, words) in [
        ("/", "다섯 단계"),
        ("/signin", "로그인"),
        ("/signup", "회원가입"),
        ("/signout", "로그아웃"),
        ("/account", "연결된 서비스 관리"),
        ("/console", "개발자 콘솔"),
        (&client.authorize(&[("scope", Some("calendar.read"))]), "캘린더에 있는 일정을 읽습니다."),
        ("/authorize", "앱이 자신을 밝히지 않았습니다"),
        ("/nothing", "아무것도 없습니다"),
    ] {
        let page = korean(path);
        assert!(
            page.body.contains("<html lang=\"ko\">") && page.body.contains(words),
            "{path}: {}",
            page.body
        );
        assert!(browser.get(path).body.contains("<html lang=\"en\">"));
    }
}

#[test]
fn what_strangers_typed_is_text() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, HOSTILE);
    let client = Client::register(&harness, json!({ "client_name": HOSTILE }));
    let pages = [
        browser.get(&client.authorize(&[("state", Some(HOSTILE)), ("unknown", Some(HOSTILE))])),
        Browser::new(&harness).follow(harness.get(&client.authorize(&[]))),
        {
            client.tokens(&browser);
            browser.get("/account")
        },
        harness.get(&format!("/signin?next={HOSTILE}&authorization_request={HOSTILE}")),
        harness.get(&format!("/{HOSTILE}")),
        harness.get(&client.authorize(&[("redirect_uri", Some(HOSTILE))])),
        {
            let form = filled(&browser).set("client_name", HOSTILE).set("redirect_uris", HOSTILE);
            browser.submit(&form)
        },
    ];
    for page in pages {
        assert!(!page.body.contains("<script>"), "{}", page.body);
    }
}

#[test]
fn an_app_without_a_name_is_called_so_in_the_language_of_the_page() {
    let harness = Harness::new();
    let (browser, stranger) = (Browser::signed_up(&harness, "alice"), Browser::new(&harness));
    let client = Client::register(&harness, json!({ "client_name": null }));
    let tv =
        json!({ "client_name": null, "redirect_uris": null, "grant_types": [crate::device::GRANT_TYPE] });
    let tv = Client::register(&harness, tv);
    let user_code = tv.post("/device_authorization", &[("scope", "calendar.read")]).json();
    let device = Browser::form(&browser.get("/device").body, "/device");
    let device = device.set("user_code", user_code["user_code"].as_str().unwrap()).sent();
    let asked = client.authorize(&[]);
    let waiting = stranger.get(&asked);
    client.tokens(&browser);
    for (language, alone, asking) in [
        ("ko", "<bdi>(이름 없음)</bdi>", "<bdi>이름 없는</bdi>"),
        ("en", "<bdi>(no name)</bdi>", "<bdi>An app without a name</bdi>"),
    ] {
        let page =
            |browser: &Browser<'_>, sent: Sent| browser.send(sent.with("accept-language", language)).body;
        assert!(page(&stranger, Sent::get(waiting.location())).contains(alone), "{language}");
        assert!(page(&browser, Sent::get("/account")).contains(alone), "{language}");
        assert!(page(&browser, Sent::get(&format!("{asked}&prompt=consent"))).contains(asking), "{language}");
        assert!(page(&browser, device.clone()).contains(asking), "{language}");
    }
}

#[test]
fn names_that_turn_the_direction_of_text_do_not_register() {
    let harness = Harness::new();
    for name in ["Google\u{202e}", "a\u{200b}b", "\u{feff}x", "a\nb", &"x".repeat(10_000)] {
        let document = json!({ "redirect_uris": ["https://client.example/cb"], "client_name": name });
        harness.send(Sent::json("POST", "/register", &document)).assert_error(400, "invalid_client_metadata");
    }
}

#[test]
fn pages_carry_no_script_and_no_style_of_their_own() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let consent = Client::confidential(&harness).authorize(&[]);
    for path in ["/", "/signin", "/signup", "/signout", "/account", "/console", &consent] {
        let body = browser.get(path).body;
        // A script of ours has an address, and nothing inside.
        let body = body.replace("<script src=\"/static/", "").replace(" defer></script>", "");
        for forbidden in ["<script", "<style", " style=", " onclick=", "http://"] {
            assert!(!body.contains(forbidden), "{path} has {forbidden}");
        }
    }
}

#[test]
fn the_start_page_has_a_way_on_for_everybody() {
    let harness = Harness::new();
    let page = harness.get("/").body;
    for link in ["/signin", "/signup", "/console", "/.well-known/openid-configuration"] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
    }
    assert_eq!(page.matches("<li><strong>").count(), 5, "five steps");
    assert_eq!(page.contains("/playground"), harness.config.playground);
    let signed_in = Browser::signed_up(&harness, "alice").get("/").body;
    let main = signed_in.split_once("<main").unwrap().1;
    assert!(main.contains("href=\"/account\"") && !main.contains("/signin") && !main.contains("/signup"));
    let closed = Harness::with(&[("SIGN_UP", "closed")]).get("/").body;
    assert!(closed.contains("/signin") && !closed.contains("/signup"));
}

#[test]
fn pages_that_refuse_say_whose_turn_it_is() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&browser.get("/signout").body, "/signout").set("csrf", "x");
    let pages = [
        (browser.get("/nothing"), 404, "begin at the start page", false),
        (browser.get("/consent"), 405, "begin at the start page", false),
        (browser.get("/authorize?client_id=x"), 400, "tell its developer", true),
        (browser.get("/logout?id_token_hint=x"), 400, "tell its developer", true),
        (browser.submit(&form), 403, "You can go back", true),
        {
            harness.memory.down.set(true);
            (browser.get("/account"), 503, "It is our turn", true)
        },
    ];
    for (page, status, words, logged) in pages {
        assert_eq!(page.status, status, "{page:?}");
        assert!(
            page.body.contains(words) && page.body.contains("href=\"/\">Start page</a>"),
            "{}",
            page.body
        );
        let id = page.body.split_once("Request <code>").map(|(_, rest)| rest.split('<').next().unwrap());
        assert_eq!(id.is_some(), logged, "{}", page.body);
        assert!(id.is_none_or(|id| page.log.concat().contains(&format!("\"request\":\"{id}\""))), "{page:?}");
    }
}

#[test]
fn what_a_device_is_called_is_text_too() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, HOSTILE);
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let members = json!({
        "client_name": HOSTILE, "grant_types": [device], "logo_uri": "https://client.example/'><script>.png",
    });
    let client = Client::register(&harness, members);
    let answer = client.post("/device_authorization", &[]).json();
    let page = browser.get(&format!("/device?user_code={}", answer["user_code"].as_str().unwrap()));
    let page = browser.submit(&Browser::form(&page.body, "/device"));
    assert!(
        page.body.contains("on another device asks") && page.body.contains("src=\"/logo/"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<script") && !page.body.contains("client.example"), "{}", page.body);
}
