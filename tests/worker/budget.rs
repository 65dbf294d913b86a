//! The storage budget (DESIGN section 7), as the server itself counts it under `wrangler dev`.

use serde_json::json;

use crate::app::{ALL, App, metadata};
use crate::browser::{Browser, PASSWORD, new_name};
use crate::http::{NOTHING, Reply, Spent, flipped, get, get_as, post_json, request, send, spent, with_json};
use crate::server::Server;

#[track_caller]
fn within(reply: &Reply, most: Spent) {
    let spent = reply.spent();
    let fits = spent.reads <= most.reads
        && spent.writes <= most.writes
        && spent.lists <= most.lists
        && spent.objects <= most.objects;
    assert!(fits, "{spent:?} is over {most:?}: {} {}", reply.status, reply.body);
}

#[test]
fn what_needs_no_storage_touches_none() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let tokens = App::anonymous(server).tokens(&browser, ALL);
    for path in [
        "/",
        "/healthz",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource/demo/calendar",
        "/signin",
        "/signup",
        "/signout",
        "/static/postern.css",
        "/nothing",
    ] {
        browser.get(path).costs(NOTHING);
    }
    get_as(&tokens.access, &format!("{}/demo/whoami", server.url)).expect(200).costs(NOTHING);
    post_json(&format!("{}/register", server.url), &metadata()).expect(201).costs(NOTHING);
    for page in ["/account", "/console"] {
        Browser::new(server).get(page).expect(303).costs(NOTHING);
    }
}

#[test]
fn each_step_of_the_story_stays_within_its_budget() {
    let server = Server::shared();
    for app in [App::anonymous(server), App::vouched_for(server, &metadata())] {
        let (browser, name) = (Browser::new(server), new_name());
        get(&app.asks_for(ALL).url()).expect(303).costs(spent(1, 0, 0, 0));
        let form = |path: &str| browser.open(path).form().fill("username", &name).fill("password", PASSWORD);
        browser.post(&form("/signup")).expect(303).costs(spent(0, 1, 0, 1));
        browser.post(&form("/signin")).expect(303).costs(spent(0, 0, 0, 1));

        // An isolate gets its copy of the signing keys once in five minutes, whoever asks first.
        get(&format!("{}/jwks.json", server.url)).expect(200);
        get(&format!("{}/jwks.json", server.url)).expect(200).costs(spent(0, 0, 0, 0));

        let ask = app.asks_for(ALL);
        let page = browser.open(&ask.url()).asks_for_consent();
        within(&page.reply, spent(2, 0, 0, 2));
        let approved = browser.post(&page.form().press("decision", "allow")).expect(303);
        assert_eq!(approved.spent().writes, 1);
        within(&approved, spent(2, 1, 0, 2));
        let redeemed = app.redeem(&ask.code_of(&approved), &ask).expect(200).costs(spent(1, 0, 0, 1));
        let tokens = crate::app::Tokens::of(&redeemed);
        app.refresh(&tokens.refresh).expect(200).costs(spent(1, 0, 0, 1));
        app.introspect(&tokens.access).expect(200).costs(spent(1, 0, 0, 1));

        // Remembered: silent, or asked again without anything new to write.
        let silent = app.asks_for(ALL);
        let reply = browser.get(&silent.url());
        silent.code_of(&reply);
        within(&reply, spent(2, 0, 0, 2));
        let again = app.asks_for(ALL).with("prompt", "consent");
        let page = browser.open(&again.url()).asks_for_consent();
        let unchanged = browser.post(&page.form().press("decision", "allow")).expect(303);
        within(&unchanged, spent(2, 0, 0, 2));

        let calendar = format!("{}/demo/calendar", server.url);
        get_as(&tokens.access, &calendar).expect(200).costs(spent(0, 0, 0, 2));
        let entry = request("POST", &calendar).bearer_auth(&tokens.access);
        send(with_json(entry, &json!({ "title": "x" }))).expect(201).costs(spent(0, 0, 0, 2));

        let account = browser.get("/account").expect(200);
        // One list, the account, and each of the three grants.
        within(&account, spent(0, 0, 1, 4));
        let remove = browser.open("/account").form().press("action", "remove");
        within(&browser.post(&remove).expect(303), spent(0, 1, 0, 1));
        app.revoke(&tokens.access).expect(200).costs(spent(1, 0, 0, 1));
        let sign_out = browser.open("/signout").form();
        browser.post(&sign_out).expect(200).costs(spent(0, 0, 0, 1));
    }
}

#[test]
fn registered_clients_cost_a_write_when_they_change() {
    let server = Server::shared();
    let register = request("POST", &format!("{}/register", server.url));
    let register = register.bearer_auth(crate::server::REGISTRATION_TOKEN);
    send(with_json(register, &metadata())).expect(201).costs(spent(0, 1, 0, 0));
    let (browser, _) = Browser::signed_up(server);
    browser.get("/console").expect(200).costs(spent(0, 0, 0, 1));
    let form = browser.open("/console/register").form().fill("client_name", "x");
    let registered = browser.post(&form.fill("redirect_uris", "https://x.example/cb")).expect(200);
    registered.costs(spent(0, 1, 0, 1));
    let console = browser.open("/console");
    let page = format!("{}{}", server.url, console.links("/console/clients/")[0]);
    browser.get(&page).expect(200).costs(spent(1, 0, 0, 2));
    let delete = browser.open(&format!("{page}/delete")).form();
    within(&browser.post(&delete).expect(200), spent(0, 1, 0, 2));
}

/// Every place in `text` that is worth a try: both ends, and some in between.
fn places(text: &str) -> Vec<usize> {
    let mut places: Vec<_> = (0..text.len()).step_by(13).collect();
    places.extend([text.len() - 2, text.len() - 1]);
    places
}

#[test]
fn a_credential_with_one_character_changed_is_refused_for_nothing() {
    let server = Server::shared();
    let at = |path: &str| format!("{}{path}", server.url);
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let tokens = app.tokens(&browser, ALL);
    for place in places(&tokens.access) {
        let forged = flipped(&tokens.access, place);
        get_as(&forged, &at("/demo/whoami")).expect_error(401, "invalid_token").costs(NOTHING);
        get_as(&forged, &at("/demo/calendar")).expect_error(401, "invalid_token").costs(NOTHING);
    }
    let managed = App::vouched_for(server, &metadata());
    let registration = managed.document["registration_access_token"].as_str().unwrap();
    for place in places(registration) {
        let read = request("GET", &at(&format!("/register/{}", managed.id)));
        send(read.bearer_auth(flipped(registration, place))).expect(401).costs(NOTHING);
    }
    for client in [&app, &managed] {
        for place in places(&client.id) {
            let id = flipped(&client.id, place);
            get(&client.asks_for(ALL).with("client_id", &id).url()).expect(400).costs(NOTHING);
            let mut forged = (*client).clone();
            forged.id = id;
            forged.refresh(&tokens.refresh).expect_error(401, "invalid_client").costs(NOTHING);
        }
    }
    let cookies = browser.cookies();
    for cookie in cookies.split("; ").filter(|cookie| cookie.starts_with("postern_session")) {
        for place in places(cookie).into_iter().filter(|place| *place > "postern_session=".len()) {
            let forged = flipped(cookie, place);
            send(browser.replay(&forged, "GET", "/account")).expect(303).costs(NOTHING);
        }
    }
}

#[test]
fn a_forged_code_or_token_wakes_no_grant() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    // A stored client is looked up to know whether its secret is right; a sealed one carries that.
    wakes_no_grant(server, &browser, &App::anonymous(server), NOTHING);
    wakes_no_grant(server, &browser, &App::vouched_for(server, &metadata()), spent(1, 0, 0, 0));
}

fn wakes_no_grant(server: &Server, browser: &Browser, app: &App, client: Spent) {
    let ask = app.asks_for(ALL);
    let code = ask.allowed_in(browser);
    for place in places(&code) {
        app.redeem(&flipped(&code, place), &ask).expect_error(400, "invalid_grant").costs(client);
    }
    let tokens = crate::app::Tokens::of(&app.redeem(&code, &ask).expect(200));
    for place in places(&tokens.refresh) {
        app.refresh(&flipped(&tokens.refresh, place)).expect_error(400, "invalid_grant").costs(client);
    }
    for token in [&tokens.refresh, &tokens.access] {
        for place in places(token) {
            let forged = flipped(token, place);
            assert_eq!(app.introspect(&forged).costs(client).json(), json!({ "active": false }));
            app.revoke(&forged).expect(200).costs(client);
        }
    }
    // One kind is never taken for another.
    for (code, refresh) in [(&tokens.access, &code), (&tokens.refresh, &tokens.access), (&app.id, &app.id)] {
        app.redeem(code, &ask).expect_error(400, "invalid_grant").costs(client);
        app.refresh(refresh).expect_error(400, "invalid_grant").costs(client);
    }
    for token in [&tokens.refresh, &code, &app.id] {
        get_as(token, &format!("{}/demo/calendar", server.url)).expect(401).costs(NOTHING);
    }
    app.refresh(&tokens.refresh).expect(200);
}

#[test]
fn what_is_posted_with_a_forged_form_costs_nothing() {
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let app = App::anonymous(server);
    let page = browser.open(&app.asks_for(ALL).url()).asks_for_consent();
    let form = page.form().press("decision", "allow");
    for place in places(form.value("consent")) {
        let forged = form.clone().forge("consent", &flipped(form.value("consent"), place));
        browser.post(&forged).expect(400).costs(NOTHING);
    }
    for place in places(form.value("csrf")) {
        let forged = form.clone().forge("csrf", &flipped(form.value("csrf"), place));
        browser.post(&forged).expect(403).costs(NOTHING);
    }
}

#[test]
fn tokens_that_others_could_have_made_are_refused() {
    use base64::Engine;
    let server = Server::shared();
    let (browser, _) = Browser::signed_up(server);
    let token = App::anonymous(server).tokens(&browser, ALL).access;
    let parts: Vec<_> = token.split('.').collect();
    let encode = |json: serde_json::Value| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = |alg: &str, typ: &str| encode(json!({ "alg": alg, "typ": typ, "kid": "k1" }));
    let whoami = format!("{}/demo/whoami", server.url);
    for forged in [
        format!("{}.{}.", header("none", "at+jwt"), parts[1]),
        format!("{}.{}.{}", header("none", "at+jwt"), parts[1], parts[2]),
        format!("{}.{}.{}", header("RS256", "at+jwt"), parts[1], parts[2]),
        format!("{}.{}.{}", header("HS256", "JWT"), parts[1], parts[2]),
        format!(
            "{}.{}.{}",
            encode(json!({ "alg": "HS256", "typ": "at+jwt", "kid": "../k1" })),
            parts[1],
            parts[2]
        ),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.x"),
        format!("{token}="),
        ".".to_owned(),
        "..".to_owned(),
        "x".to_owned(),
    ] {
        get_as(&forged, &whoami).expect_error(401, "invalid_token").costs(NOTHING);
    }
    let missing = get(&whoami).expect(401);
    let metadata = format!("Bearer resource_metadata=\"{}/.well-known/oauth-protected-resource", server.url);
    let challenges = format!("{metadata}/demo/whoami\", {}", metadata.replace("Bearer", "DPoP"));
    assert_eq!(
        missing.header("www-authenticate"),
        format!("{challenges}/demo/whoami\", algs=\"ES256 RS256\"")
    );
    for header in ["Basic YTpi", "Token x"] {
        let reply = send(request("GET", &whoami).header("authorization", header)).expect(401);
        assert!(!reply.header("www-authenticate").contains("error="));
    }
    send(request("GET", &whoami).header("authorization", format!("bearer {token}"))).expect(200);
    for header in ["Bearer", "Bearer a b", "Bearer \"x\""] {
        let reply = send(request("GET", &whoami).header("authorization", header));
        reply.expect_error(400, "invalid_request");
    }
    get(&format!("{whoami}?access_token={token}")).expect_error(400, "invalid_request");
    get_as(&token, &format!("{whoami}?access_token={token}")).expect_error(400, "invalid_request");
}
