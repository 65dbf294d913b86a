//! Rate limits: who is counted, for what, and who never is.

use postern::store::rate_limits::RateLimit;
use serde_json::json;

use crate::support::console::{filled, of_page, page_of, shown};
use crate::support::{
    ADMIN_TOKEN, Answer, Browser, Client, Form, Harness, REDIRECT, REGISTRATION_TOKEN, Sent, metadata,
};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

fn limited(settings: &[(&str, &str)], limits: &[(RateLimit, u32)]) -> Harness {
    let harness = Harness::with(settings);
    harness.memory.limits.borrow_mut().extend(limits.iter().copied());
    harness.from(HERE);
    harness
}

/// What was counted since the last time.
fn counted(harness: &Harness) -> Vec<(RateLimit, String)> {
    harness.memory.limited.take()
}

#[track_caller]
fn assert_too_many(answer: &Answer) {
    answer.assert_error(429, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "60");
}

fn sign_up(browser: &Browser<'_>, username: &str, password: &str) -> Answer {
    let page = browser.get("/signup");
    browser.submit(&Browser::form(&page.body, "/signup").set("username", username).set("password", password))
}

#[test]
fn signing_in_is_limited_by_address_whoever_as() {
    let harness = limited(&[], &[(RateLimit::SignIn, 2)]);
    Browser::signed_up(&harness, "alice");
    for name in ["bob", "carol"] {
        assert_eq!(Browser::new(&harness).sign_in(name, "guess").status, 403);
    }
    harness.memory.hashes.borrow_mut().clear();
    harness.memory.meter.take();
    let browser = Browser::new(&harness);
    let answer = browser.sign_in("alice", "correct horse");
    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    assert!(answer.body.contains("Too many attempts. Try again in 60 seconds."), "{}", answer.body);
    assert!(answer.body.contains("value=\"alice\""), "the form is there to be sent again");
    assert_eq!(answer.refusal.as_deref(), Some("SignIn"));
    assert_eq!((harness.memory.hashes.borrow().len(), harness.memory.meter.take().object_calls), (0, 0));
    let korean = Browser::form(&answer.body, "/signin").set("username", "alice").sent();
    let korean = browser.send(korean.with("accept-language", "ko"));
    assert!(
        korean.body.contains("시도 횟수가 너무 많습니다. 60초 뒤에 다시 시도해 주세요."),
        "{}",
        korean.body
    );

    harness.from(ELSEWHERE);
    assert_eq!(Browser::new(&harness).sign_in("alice", "correct horse").status, 303);
    harness.from(HERE);
    harness.wait(60);
    assert_eq!(Browser::new(&harness).sign_in("alice", "correct horse").status, 303);
}

#[test]
fn signing_up_is_limited_by_address_and_mistakes_do_not_count() {
    let harness = limited(&[], &[(RateLimit::SignUp, 1)]);
    let browser = Browser::new(&harness);
    for (name, password) in [("", "correct horse"), ("alice", "short"), ("correct horse", "correct horse")] {
        assert_eq!(sign_up(&browser, name, password).status, 400);
    }
    assert_eq!(counted(&harness), []);
    assert_eq!(sign_up(&browser, "alice", "correct horse").status, 303);
    assert_eq!(counted(&harness), [(RateLimit::SignUp, "address:c0000201".to_owned())]);
    let answer = sign_up(&Browser::new(&harness), "bob", "correct horse");
    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    assert!(answer.body.contains("Try again in 60 seconds.") && answer.body.contains("action=\"/signup\""));
    assert_eq!(harness.memory.objects().1, 1, "nobody was made");
    harness.from(ELSEWHERE);
    assert_eq!(sign_up(&Browser::new(&harness), "bob", "correct horse").status, 303);
}

#[test]
fn a_foreign_form_does_not_use_up_anybodys_allowance() {
    let harness = limited(&[], &[]);
    let browser = Browser::new(&harness);
    for path in ["/signin", "/signup"] {
        let page = browser.get(path);
        let form = Browser::form(&page.body, path).set("username", "x").set("password", "correct horse");
        assert_eq!(browser.submit(&form.clone().set("csrf", "forged")).status, 403);
        assert_eq!(browser.send(form.sent().with("origin", "https://evil.example")).status, 403);
        assert_eq!(counted(&harness), []);
        browser.submit(&form);
        assert_eq!(counted(&harness).len(), 1);
    }
}

#[test]
fn only_what_is_stored_is_limited_when_clients_register() {
    let harness = limited(&[], &[(RateLimit::Registration, 1)]);
    for _ in 0..3 {
        Client::confidential(&harness);
    }
    assert_eq!(counted(&harness), [], "who registers anonymously is not even counted");
    let vouched =
        |document| harness.send(Sent::json("POST", "/register", &document).bearer(REGISTRATION_TOKEN));
    assert_eq!(vouched(json!({})).status, 400);
    assert_eq!(counted(&harness), [], "mistakes do not count");
    assert_eq!(vouched(metadata()).status, 201);
    let answer = vouched(metadata());
    assert_too_many(&answer);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("Retry-After"));
    assert_eq!(harness.memory.entries().0, 1);
    Client::confidential(&harness);

    // The console keeps clients in the same place.
    let browser = Browser::signed_up(&harness, "dev");
    let form = filled(&browser);
    let answer = browser.submit(&form);
    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    assert!(answer.body.contains("Try again in 60 seconds."));
    assert_eq!(harness.memory.entries().0, 1);
    harness.wait(60);
    assert_eq!(browser.submit(&form).status, 200);
}

#[test]
fn wrong_tokens_are_held_back_and_right_ones_pass_from_the_same_address() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 2)]);
    let browser = Browser::signed_up(&harness, "alice");
    let (client, public) = (Client::confidential(&harness), Client::public(&harness));
    let (access, refresh) = client.tokens(&browser);
    let code = public.code(&browser);
    counted(&harness);
    // Another client at the same address guesses.
    for _ in 0..2 {
        public.redeem("pac_x").assert_error(400, "invalid_grant");
    }
    let here = (RateLimit::TokenErrors, "address:c0000201".to_owned());
    assert_eq!(counted(&harness), [here.clone(), here], "a public client's id says nothing of who sent it");
    let answer = public.redeem("pac_x");
    assert_too_many(&answer);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("Retry-After"));
    assert_eq!(answer.refusal.as_deref(), Some("TokenErrors"));
    for (path, pairs) in [("/token", vec![]), ("/revoke", vec![("token", "a")]), ("/introspect", vec![])] {
        assert_too_many(&harness.send(Sent::form(path, &pairs)));
    }
    assert_too_many(&harness.send(Sent::get("/demo/whoami").bearer("x.y.z")));
    // Proving oneself does not help who guesses from here.
    assert_too_many(&client.refresh("prt_x"));
    counted(&harness);
    // Whoever has what is right is let in, and not even counted.
    assert_eq!(public.redeem(&code).status, 200);
    assert_eq!(client.refresh(&refresh).status, 200);
    assert_eq!(client.introspect(&access)["active"], true);
    assert_eq!(harness.send(Sent::get("/demo/whoami").bearer(&access)).status, 200);
    assert_eq!(client.post("/revoke", &[("token", &access)]).status, 200);
    assert_eq!(counted(&harness), []);
    harness.from(ELSEWHERE);
    public.redeem("pac_x").assert_error(400, "invalid_grant");
    harness.from(HERE);
    harness.wait(60);
    public.redeem("pac_x").assert_error(400, "invalid_grant");
}

#[test]
fn a_client_that_proved_itself_is_counted_wherever_it_calls_from() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 2)]);
    let browser = Browser::signed_up(&harness, "alice");
    for (client, status) in [(Client::confidential(&harness), 429), (Client::public(&harness), 400)] {
        for at in 0..2 {
            harness.from(&format!("2001:db8:0:{at}::1"));
            client.refresh("prt_x").assert_error(400, "invalid_grant");
        }
        harness.from("2001:db8:0:3::1");
        assert_eq!(client.refresh("prt_x").status, status);
        assert_eq!(client.post("/revoke", &[]).status, status);
        harness.wait(60);
        // What the grant itself refuses counts likewise.
        let code = client.code(&browser);
        let refused = |at: u32| {
            harness.from(&format!("2001:db8:2:{at}::1"));
            let mut redemption = client.redemption(&code);
            redemption[2].1 = "https://client.example/other";
            client.post("/token", &redemption).status
        };
        assert_eq!([0, 1, 2].map(refused), [400, 400, status]);
        harness.wait(60);
    }
    // Who only knows its id cannot use up its allowance.
    let client = Client::confidential(&harness);
    let impostor = Client { secret: Some("pcs_x".into()), ..Client::confidential(&harness) };
    let impostor = Client { id: client.id.clone(), ..impostor };
    for at in 0..5 {
        harness.from(&format!("2001:db8:1:{at}::1"));
        impostor.refresh("prt_x").assert_error(401, "invalid_client");
    }
    client.refresh("prt_x").assert_error(400, "invalid_grant");
}

#[test]
fn a_token_that_was_ours_once_is_never_counted() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 0)]);
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let (access, _) = client.tokens(&browser);
    let calendar = || harness.send(Sent::get("/demo/calendar").bearer(&access));
    assert_eq!(harness.get("/demo/calendar").status, 401, "nothing is wrong without a token");
    assert_eq!(client.post("/revoke", &[("token", &access)]).status, 200);
    calendar().assert_error(401, "invalid_token");
    harness.wait(601);
    calendar().assert_error(401, "invalid_token");
    assert_too_many(&harness.send(Sent::get("/demo/calendar").bearer("x.y.z")));
}

#[test]
fn tokens_of_registration_and_of_the_operator_cannot_be_guessed_at_will() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 1)]);
    let client = Client::stored(&harness, json!({}));
    let management = format!("/register/{}", client.id);
    let deny = Sent::json("POST", "/admin/clients/deny", &json!({}));
    for sent in [
        Sent::json("POST", "/register", &metadata()),
        Sent::get(&management),
        Sent { method: "DELETE".into(), ..Sent::get(&management) },
        Sent { method: "POST".into(), ..Sent::get(&format!("{management}/secret")) },
        deny.clone(),
        Sent::json("POST", "/admin/audience-key", &json!({})),
    ] {
        let guess = sent.bearer("a-guess-at-the-token");
        harness.send(guess.clone()).assert_error(401, "invalid_token");
        assert_too_many(&harness.send(guess));
        harness.wait(60);
    }
    harness.send(deny.clone().bearer("x")).assert_error(401, "invalid_token");
    assert_too_many(&harness.send(deny.clone().bearer("x")));
    harness.send(deny.bearer(ADMIN_TOKEN)).assert_error(400, "invalid_request");
    let token = client.registration["registration_access_token"].as_str().unwrap();
    assert_eq!(harness.send(Sent::get(&management).bearer(token)).status, 200);
}

#[test]
fn an_ipv6_subnet_is_one_sender_and_only_the_platform_says_who_sends() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 1)]);
    let guess =
        |address: &str| harness.from(address).send(Sent::form("/token", &[]).with("x-forwarded-for", HERE));
    assert_eq!(guess("2001:db8::1").status, 401);
    assert_eq!(guess("2001:db8::ffff:ffff:ffff:ffff").status, 429);
    assert_eq!(guess("2001:db8:0:1::1").status, 401);
    assert_eq!(guess("::ffff:192.0.2.2").status, 401);
    assert_eq!(guess(ELSEWHERE).status, 429);
    // X-Forwarded-For was the same all the time; and without an address nobody is counted.
    counted(&harness);
    for junk in ["", "unknown", "192.0.2.2, 192.0.2.3"] {
        assert_eq!(guess(junk).status, 401);
    }
    harness.address.replace(None);
    assert_eq!(harness.send(Sent::form("/token", &[]).with("x-forwarded-for", ELSEWHERE)).status, 401);
    assert_eq!(counted(&harness), []);
}

#[test]
fn what_a_developer_changes_counts_as_what_is_registered() {
    let harness = limited(&[], &[(RateLimit::Registration, 1)]);
    let dev = Browser::signed_up(&harness, "dev");
    let page = dev.submit(&filled(&dev)).body;
    let client = of_page(&dev, &page);
    let token = shown(&page, "registration_access_token").unwrap();
    harness.memory.meter.take();
    let edit = page_of(&client, "/edit");
    let form = Browser::form(&dev.get(&edit).body, &edit).set("redirect_uris", REDIRECT);
    for more in ["/secret", "/secret/retire", "/edit"] {
        let answer = dev.submit(&Form { action: page_of(&client, more), ..form.clone() });
        assert_eq!((answer.status, answer.header("retry-after")), (429, "60"), "{more}");
        assert!(answer.body.contains("Too many attempts. Try again in 60 seconds."), "{}", answer.body);
    }
    let path = format!("/register/{}/secret", client.id);
    let secret = Sent { method: "POST".into(), ..Sent::get(&path) }.bearer(&token);
    assert_too_many(&harness.send(secret));
    assert_eq!(harness.memory.meter.take().kv_writes, 0);
    // The operator's own are not counted.
    harness.from(ELSEWHERE);
    let own = Client::stored(&harness, json!({}));
    let token = own.registration["registration_access_token"].as_str().unwrap();
    let path = format!("/register/{}/secret", own.id);
    let secret = Sent { method: "POST".into(), ..Sent::get(&path) }.bearer(token);
    for _ in 0..3 {
        assert_eq!(harness.send(secret.clone()).status, 201);
    }
}

#[test]
fn another_password_costs_what_signing_in_costs_and_is_limited_as_that_is() {
    let harness = limited(&[], &[(RateLimit::SignIn, 1)]);
    let browser = Browser::signed_up(&harness, "alice");
    let change = |from: &str, to: &str| {
        let form = Browser::form(&browser.get("/account/password").body, "/account/password");
        browser.submit(&form.set("current", from).set("new", to).set("action", "change"))
    };
    assert_eq!(change("correct horse", "battery staple").status, 200);
    harness.memory.hashes.borrow_mut().clear();
    let answer = change("battery staple", "correct horse");
    assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
    assert!(answer.body.contains("Too many attempts. Try again in 60 seconds."), "{}", answer.body);
    assert_eq!((answer.refusal.as_deref(), harness.memory.hashes.borrow().len()), (Some("SignIn"), 0));
}

#[test]
fn the_setting_turns_all_of_it_off_but_not_the_throttle_of_an_account() {
    let everything = [
        RateLimit::Registration,
        RateLimit::SignUp,
        RateLimit::SignIn,
        RateLimit::TokenErrors,
        RateLimit::DeviceAuthorization,
        RateLimit::DeviceCode,
    ];
    let harness = limited(&[("RATE_LIMITS", "off")], &everything.map(|limit| (limit, 0)));
    Browser::signed_up(&harness, "alice");
    let client = Client::stored(&harness, json!({}));
    client.refresh("prt_x").assert_error(400, "invalid_grant");
    let stranger = Browser::new(&harness);
    for _ in 0..5 {
        assert_eq!(stranger.sign_in("alice", "guess").status, 403);
    }
    let answer = stranger.sign_in("alice", "correct horse");
    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"));
    assert_eq!(answer.refusal.as_deref(), Some("Throttled"));
    assert_eq!(counted(&harness), []);
}

#[test]
fn a_guarded_resource_with_a_good_token_looks_at_nothing_but_the_token() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 0)]);
    let (access, _) = Client::confidential(&harness).tokens(&Browser::signed_up(&harness, "alice"));
    harness.headers_read.take();
    counted(&harness);
    for path in ["/demo/whoami", "/demo/calendar"] {
        let answer = harness.send(Sent::get(path).bearer(&access));
        assert_eq!((answer.status, answer.log), (200, vec![]));
        assert_eq!(harness.headers_read.take(), ["authorization"]);
    }
    assert_eq!(counted(&harness), []);
}

#[test]
fn a_limit_costs_no_storage() {
    let harness = limited(&[], &[(RateLimit::TokenErrors, 0)]);
    assert_too_many(&harness.send(Sent::form("/token", &[])));
    let count = harness.memory.meter.take();
    assert_eq!(count, postern::store::meter::Count::default());
}
