//! Clients whose id is the address of their metadata (draft-ietf-oauth-client-id-metadata-document).

use postern::base::base64url;
use postern::jose::algorithm::SigningAlgorithm;
use postern::store::memory_signatures::{key_pair, sign};
use postern::store::meter::Count;
use postern::store::web::Document;
use serde_json::{Value, json};

use crate::support::{ADMIN_TOKEN, Answer, Browser, Client, Harness, ISSUER, Sent};

const ID: &str = "https://app.example/oauth/client.json";
const REDIRECT: &str = "https://app.example/cb";

fn metadata(changes: Value) -> Value {
    let mut document = json!({
        "client_id": ID, "client_name": "App", "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none",
    });
    for (name, value) in changes.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

fn serve(harness: &Harness, uri: &str, document: Document) {
    harness.memory.documents.borrow_mut().insert(uri.into(), document);
}

fn answered(body: &Value) -> Document {
    Document {
        status: 200,
        content_type: "application/json".into(),
        cache_control: String::new(),
        body: body.to_string().into_bytes(),
    }
}

fn publish(harness: &Harness, changes: Value) {
    serve(harness, ID, answered(&metadata(changes)));
}

fn fetched(harness: &Harness) -> usize {
    harness.memory.fetched.take().len()
}

/// The client, which never registered.
fn client<'a>(harness: &'a Harness, id: &str) -> Client<'a> {
    Client { harness, id: id.into(), secret: None, redirect_uri: REDIRECT.into(), registration: Value::Null }
}

#[track_caller]
fn assert_unknown(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.header("location"), "");
    assert!(answer.body.contains("not registered here"), "{}", answer.body);
    assert_eq!(answer.refusal.as_deref(), Some(why));
}

fn published(why: &str) -> String {
    format!("UnknownClient(Published({why}))")
}

#[test]
fn a_client_that_never_registered_goes_the_whole_way() {
    let harness = Harness::new();
    publish(&harness, json!({}));
    let browser = Browser::signed_up(&harness, "alice");
    let client = client(&harness, ID);
    let scope = [("scope", Some("openid offline_access calendar.read")), ("prompt", Some("consent"))];
    let page = browser.get(&client.authorize(&scope));
    assert!(page.body.contains("This app is published by app.example"), "{}", page.body);
    assert!(
        !page.body.contains("registered anonymously") && !page.body.contains("That is not where"),
        "{}",
        page.body
    );
    let back = browser.allow(&client.authorize(&scope));
    let tokens = client.redeem(&back.redirected("code").unwrap()).json();
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let payload = access.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap();
    assert_eq!(claims["client_id"], ID);
    let id_token = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&base64url::decode(&id_token).unwrap()).unwrap();
    assert_eq!(claims["aud"], ID);
    let info = harness.send(Sent::get("/userinfo").bearer(access));
    assert_eq!((info.status, info.json()["sub"].clone()), (200, claims["sub"].clone()));
    let again = client.refresh(refresh).json();
    let refresh = again["refresh_token"].as_str().unwrap();
    assert_eq!(client.post("/revoke", &[("token", refresh)]).status, 200);
    client.refresh(refresh).assert_error(400, "invalid_grant");
    // As another client of https: what was allowed is not asked again, and removed as ever.
    assert!(browser.get(&client.authorize(&scope[..1])).redirected("code").is_some());
    assert_eq!(fetched(&harness), 1, "kept for five minutes");
    // A public client introspects nothing.
    client.introspect_raw(access).assert_error(401, "invalid_client");
}

#[test]
fn one_that_holds_a_key_proves_itself_with_it() {
    let harness = Harness::new();
    let key = key_pair(SigningAlgorithm::Rs256, 1).public;
    serve(&harness, "https://app.example/jwks.json", answered(&json!({ "keys": [key.to_json()] })));
    let keys = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://app.example/jwks.json" });
    publish(&harness, keys);
    let browser = Browser::signed_up(&harness, "alice");
    let client = client(&harness, ID);
    let code = client.code(&browser);
    client.redeem(&code).assert_error(401, "invalid_client");
    let assertion = |jti: &str| {
        let claims =
            json!({ "iss": ID, "sub": ID, "aud": ISSUER, "exp": harness.now().seconds() + 60, "jti": jti });
        let input =
            [json!({ "alg": "RS256" }), claims].map(|part| base64url::encode(part.to_string())).join(".");
        format!("{input}.{}", base64url::encode(sign(&key, input.as_bytes())))
    };
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let post = |target: &str, jti: &str, pairs: &[(&str, &str)]| {
        harness.send(Sent::form(target, &[pairs, &[kind, ("client_assertion", &assertion(jti))]].concat()))
    };
    let tokens = post("/token", "1", &client.redemption(&code));
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let access = tokens.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(post("/introspect", "2", &[("token", &access)]).json()["active"], true);
    // Nothing is asked of it where the document offers no key.
    publish(&harness, json!({ "token_endpoint_auth_method": "private_key_jwt" }));
    harness.wait(300);
    post("/introspect", "3", &[("token", &access)]).assert_error(401, "invalid_client");
}

#[test]
fn only_an_address_that_is_spelled_right_is_asked() {
    let harness = Harness::new();
    for id in [
        "http://app.example/client.json",
        "https://app.example",
        "https://app.example/",
        "https://app.example/a/../client.json",
        "https://app.example/a/%2E%2e/client.json",
        "https://app.example/client.json#a",
        "https://app.example/client.json?a=1",
        "https://a:b@app.example/client.json",
        "https://app.example:443/client.json",
        "https://APP.example/client.json",
        "https://\u{430}pp.example/client.json",
        "https://app.example\\client.json",
        "https://10.0.0.1/client.json",
        "https://[::ffff:10.0.0.1]/client.json",
        "https://169.254.169.254/client.json",
        "https://localhost/client.json",
        "https://metadata.google.internal/computeMetadata/v1/",
        // On somebody's own computer alone.
        "http://localhost:8788/client.json",
        "http://127.0.0.1:8788/client.json",
    ] {
        let answer = harness.get(&client(&harness, id).authorize(&[]));
        assert_eq!(answer.status, 400, "{id}");
        let token = client(&harness, id).refresh("prt_x");
        token.assert_error(401, "invalid_client");
    }
    assert_eq!(fetched(&harness), 0);
    let dev = Harness::with(&[("DEV", "1")]);
    let id = "http://127.0.0.1:8788/client.json";
    serve(&dev, id, answered(&metadata(json!({ "client_id": id }))));
    assert_eq!(dev.get(&client(&dev, id).authorize(&[])).status, 303);
}

#[test]
fn what_is_fetched_must_be_a_document_about_itself() {
    let with = |document: Document, why: &str| {
        let harness = Harness::new();
        serve(&harness, ID, document);
        let client = client(&harness, ID);
        assert_unknown(&harness.get(&client.authorize(&[])), &published(why));
        let refused = client.refresh("prt_x");
        if why == "Status(500)" {
            // It says nothing of the client.
            refused.assert_error(503, "temporarily_unavailable");
            assert_eq!(refused.header("retry-after"), "60");
            assert_eq!(refused.refusal, Some(format!("Published({why})")));
        } else {
            refused.assert_error(401, "invalid_client");
            let why = published(why).replace("Published(", "").replacen("))", ")", 1);
            assert_eq!(refused.refusal, Some(why));
        }
        // Neither is remembered: what it becomes counts at once.
        publish(&harness, json!({}));
        assert_eq!(harness.get(&client.authorize(&[])).status, 303);
        assert_eq!(fetched(&harness), 3);
    };
    let good = || answered(&metadata(json!({})));
    for status in [201, 204, 206, 301, 302, 304, 307, 404, 500] {
        with(Document { status, ..good() }, &format!("Status({status})"));
    }
    for content_type in ["", "text/html", "application/javascript"] {
        with(Document { content_type: content_type.into(), ..good() }, "ContentType");
    }
    let mut padded = good();
    padded.body.resize(5 * 1024 + 1, b' ');
    with(padded, "TooLarge");
    with(Document { body: b"{".to_vec(), ..good() }, "NotAnObject");
    with(answered(&json!([metadata(json!({}))])), "NotAnObject");
    with(
        answered(&metadata(json!({ "client_id": "https://app.example/oauth/Client.json" }))),
        "OtherClientId",
    );
    with(
        answered(&metadata(json!({ "client_id": "https://app.example:443/oauth/client.json" }))),
        "OtherClientId",
    );
    with(answered(&metadata(json!({ "client_secret": "s" }))), "Secret");
    with(answered(&metadata(json!({ "token_endpoint_auth_method": "client_secret_basic" }))), "Secret");
    let named = "Metadata(Metadata(\"client_name: empty\"))";
    with(answered(&metadata(json!({ "client_name": " " }))), named);
    let keyless =
        "Metadata(Metadata(\"token_endpoint_auth_method: private_key_jwt needs jwks or jwks_uri\"))";
    with(answered(&metadata(json!({ "token_endpoint_auth_method": "private_key_jwt" }))), keyless);
    let list = "Metadata(RedirectUri(\"redirect_uris: a list of 1 to 20 strings is required\"))";
    with(answered(&metadata(json!({ "redirect_uris": [] }))), list);
    let mut whole = good();
    whole.body.resize(5 * 1024, b' ');
    let harness = Harness::new();
    serve(&harness, ID, whole);
    assert_eq!(harness.get(&client(&harness, ID).authorize(&[])).status, 303);
    assert_unknown(
        &harness.get(&client(&harness, "https://gone.example/c").authorize(&[])),
        &published("Unreachable"),
    );
    // A client that is known is sent errors; one that is not registered with this redirect URI is not.
    let other =
        harness.get(&client(&harness, ID).authorize(&[("redirect_uri", Some("https://evil.example/"))]));
    assert_eq!(other.refusal.as_deref(), Some("RedirectUriMismatch"));
}

#[test]
fn a_copy_is_kept_as_long_as_it_says_and_an_hour_at_most() {
    let harness = Harness::new();
    let client = client(&harness, ID);
    let asks = |wait: u64| {
        harness.wait(wait);
        assert_eq!(harness.get(&client.authorize(&[])).status, 303);
        fetched(&harness)
    };
    let says = |cache_control: &str| {
        serve(
            &harness,
            ID,
            Document { cache_control: cache_control.into(), ..answered(&metadata(json!({}))) },
        );
        harness.wait(3600);
    };
    for (cache_control, seconds) in [("", 300), ("max-age=60", 60), ("public, max-age=31536000", 3600)] {
        says(cache_control);
        assert_eq!((asks(0), asks(0), asks(seconds - 1), asks(1)), (1, 0, 0, 1), "{cache_control}");
    }
    for never in ["no-store", "max-age=60, no-store", "no-cache", "max-age=0", "max-age=x"] {
        says(never);
        assert_eq!((asks(0), asks(0)), (1, 1), "{never}");
    }
    // What it says next counts when its copy is over: the redirect URI that was allowed no longer is.
    says("max-age=60");
    asks(0);
    publish(&harness, json!({ "redirect_uris": ["https://app.example/other"] }));
    assert_eq!(asks(59), 0);
    harness.wait(1);
    assert_eq!(harness.get(&client.authorize(&[])).refusal.as_deref(), Some("RedirectUriMismatch"));
}

#[test]
fn fifty_addresses_of_one_origin_are_not_all_asked() {
    let harness = Harness::new();
    publish(&harness, json!({}));
    let client_of = |id: &str| client(&harness, id);
    assert_eq!(harness.get(&client_of(ID).authorize(&[])).status, 303);
    assert_eq!(fetched(&harness), 1);
    let mut throttled = 0;
    for n in 0..50 {
        let answer = harness.get(&client_of(&format!("https://app.example/{n}")).authorize(&[]));
        throttled += usize::from(answer.refusal == Some(published("Throttled")));
    }
    assert_eq!((fetched(&harness), throttled), (10, 40));
    // The one that is there is asked again all the same, and so is another origin.
    harness.wait(0);
    publish(&harness, json!({}));
    assert_eq!(harness.get(&client_of(ID).authorize(&[])).status, 303);
    harness.get(&client_of("https://other.example/c").authorize(&[]));
    assert_eq!(fetched(&harness), 1);
    harness.wait(60);
    harness.get(&client_of("https://app.example/0").authorize(&[]));
    assert_eq!(fetched(&harness), 1);
}

#[test]
fn it_costs_one_read_and_is_denied_as_anonymous_clients_are() {
    let harness = Harness::new();
    publish(&harness, json!({}));
    let client = client(&harness, ID);
    let browser = Browser::signed_up(&harness, "alice");
    let (_, refresh) = client.tokens(&browser);
    let count = |kv_reads, object_calls| Count { kv_reads, kv_writes: 0, kv_lists: 0, object_calls };
    harness.memory.meter.take();
    harness.get(&client.authorize(&[]));
    assert_eq!(harness.memory.meter.take(), count(1, 0));
    client.refresh("prt_forged").assert_error(400, "invalid_grant");
    assert_eq!(harness.memory.meter.take(), count(0, 0));
    assert_eq!(client.refresh(&refresh).status, 200);
    assert_eq!(harness.memory.meter.take(), count(1, 1));
    // What is no client costs no storage at all.
    harness.get(&self::client(&harness, "https://nowhere.example/c").authorize(&[]));
    self::client(&harness, "https://nowhere.example/c")
        .refresh(&refresh)
        .assert_error(503, "temporarily_unavailable");
    assert_eq!(harness.memory.meter.take(), count(0, 0));

    let admin = |act: &str| {
        let sent = Sent::json("POST", &format!("/admin/clients/{act}"), &json!({ "client_id": ID }));
        assert_eq!(harness.send(sent.bearer(ADMIN_TOKEN)).status, 204);
    };
    admin("deny");
    assert_unknown(&harness.get(&client.authorize(&[])), "UnknownClient");
    client.refresh(&refresh).assert_error(401, "invalid_client");
    admin("allow");
    assert_eq!(harness.get(&client.authorize(&[])).status, 303);
}

#[test]
fn the_consent_page_says_whose_it_is_and_where_it_leads() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let elsewhere = "That is not where the app is published";
    let page = |redirect_uri: &str, language: &str| {
        publish(&harness, json!({ "redirect_uris": [redirect_uri], "client_name": "<b>Bank</b>" }));
        harness.wait(300);
        let target = client(&harness, ID).authorize(&[("redirect_uri", Some(redirect_uri))]);
        browser.send(Sent::get(&target).with("accept-language", language))
    };
    let own = page(REDIRECT, "en");
    assert!(own.body.contains("This app is published by app.example") && !own.body.contains(elsewhere));
    assert!(own.body.contains("&lt;b&gt;Bank&lt;/b&gt;") && !own.body.contains("<b>Bank"));
    for other in [
        "https://other.example/cb",
        "https://app.example.evil.example/cb",
        "http://127.0.0.1:1/cb",
        "com.example.app:/cb",
    ] {
        assert!(page(other, "en").body.contains(elsewhere), "{other}");
    }
    let korean = page("https://other.example/cb", "ko").body;
    assert!(
        korean.contains("app.example에서 제공하는 앱입니다")
            && korean.contains("앱을 제공하는 곳과 다른 주소입니다")
    );
    let registered = browser.get(&Client::public(&harness).authorize(&[]));
    assert!(!registered.body.contains("published by") && !registered.body.contains(elsewhere));
}

#[test]
fn a_deployment_may_do_without() {
    let harness = Harness::with(&[("CLIENT_ID_METADATA", "off")]);
    publish(&harness, json!({}));
    assert_unknown(&harness.get(&client(&harness, ID).authorize(&[])), "UnknownClient");
    client(&harness, ID).refresh("prt_x").assert_error(401, "invalid_client");
    assert_eq!(fetched(&harness), 0);
    let member = |harness: &Harness| {
        harness.get("/.well-known/oauth-authorization-server").json()["client_id_metadata_document_supported"]
            .clone()
    };
    assert_eq!((member(&harness), member(&Harness::new())), (json!(false), json!(true)));
}

#[test]
fn userinfo_says_when_the_document_cannot_be_had_just_now() {
    let mut harness = Harness::new();
    publish(&harness, json!({}));
    let browser = Browser::signed_up(&harness, "alice");
    let client = client(&harness, ID);
    let back = browser.allow(&client.authorize(&[("scope", Some("openid"))]));
    let tokens = client.redeem(&back.redirected("code").unwrap()).json();
    let access = tokens["access_token"].as_str().unwrap().to_owned();
    let ask = |harness: &Harness| harness.send(Sent::get("/userinfo").bearer(&access));
    harness.memory.documents.borrow_mut().clear();
    assert_eq!(ask(&harness).status, 200, "from the copy");
    harness.wait(300);
    assert_eq!(ask(&harness).status, 200, "from the old copy, while nothing newer can be had");
    harness.memory.restart_isolate();
    // The token is as good as ever: with 401 its client would throw it away.
    let unavailable = ask(&harness);
    unavailable.assert_error(503, "temporarily_unavailable");
    assert!(!unavailable.header("retry-after").is_empty());
    publish(&harness, json!({}));
    assert_eq!(ask(&harness).status, 200);
    publish(&harness, json!({ "client_secret": "s" }));
    harness.wait(60);
    assert_eq!(ask(&harness).status, 200);
    harness.wait(240);
    assert_eq!(ask(&harness).status, 401, "no longer a client");
}

#[test]
fn who_types_its_code_sees_where_a_device_was_published() {
    const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
    let harness = Harness::new();
    publish(&harness, json!({ "grant_types": [DEVICE, "refresh_token"] }));
    let asked = client(&harness, ID).post("/device_authorization", &[]).json();
    let browser = Browser::signed_up(&harness, "alice");
    let form = Browser::form(&browser.get("/device").body, "/device");
    let page = browser.submit(&form.set("user_code", asked["user_code"].as_str().unwrap()));
    assert!(page.body.contains("This app is published by app.example"), "{}", page.body);
    assert!(!page.body.contains("registered anonymously"), "{}", page.body);
}
