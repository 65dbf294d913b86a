//! The discovery documents are complete and true: everything they say is tried, and nothing in them is unknown here.
//!
//! What is newly advertised fails this test until it has a row: a member in [`MEMBERS`], a word in the `match` of its
//! member. A row does what a client would do that believes the document.

use std::collections::BTreeSet;
use std::str::FromStr;

use openidconnect::core::{CoreClient, CoreIdToken, CoreProviderMetadata};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, Nonce};
use serde_json::{Value, json};

use crate::app::{App, Ask, metadata_with};
use crate::browser::{Browser, Page};
use crate::clients::send;
use crate::http::{encode, get, get_as, post, request, with_json};
use crate::server::Server;
use crate::signer::Signer;

mod clients;

/// Tries what a member says.
type Exercise = fn(&Walk, &Value);

/// Every member there may be.
const MEMBERS: &[(&str, Exercise)] = &[
    // RFC 8414 §2.
    ("issuer", issuer),
    ("authorization_endpoint", authorization_endpoint),
    ("token_endpoint", token_endpoint),
    ("token_endpoint_auth_methods_supported", clients::token_endpoint_auth_methods),
    ("token_endpoint_auth_signing_alg_values_supported", clients::token_endpoint_algorithms),
    ("revocation_endpoint", |_, url| drop(post(text(url), &[]).expect_error(401, "invalid_client"))),
    ("revocation_endpoint_auth_methods_supported", clients::revocation_endpoint_auth_methods),
    ("revocation_endpoint_auth_signing_alg_values_supported", clients::revocation_endpoint_algorithms),
    ("introspection_endpoint", |_, url| drop(post(text(url), &[]).expect_error(401, "invalid_client"))),
    ("introspection_endpoint_auth_methods_supported", clients::introspection_endpoint_auth_methods),
    ("introspection_endpoint_auth_signing_alg_values_supported", clients::introspection_endpoint_algorithms),
    // RFC 9701 §7.
    ("introspection_signing_alg_values_supported", clients::signed_introspection),
    ("registration_endpoint", clients::registration_endpoint),
    ("scopes_supported", scopes),
    ("response_types_supported", response_types),
    ("response_modes_supported", response_modes),
    ("grant_types_supported", clients::grant_types),
    ("code_challenge_methods_supported", code_challenge_methods),
    ("ui_locales_supported", ui_locales),
    // RFC 9126 §5.
    ("pushed_authorization_request_endpoint", pushed_authorization_request_endpoint),
    // Whoever pushes nothing is heard as well: every other row shows it.
    ("require_pushed_authorization_requests", |_, value| assert_eq!(*value, json!(false))),
    // RFC 8628 §4, RFC 9449 §5.1, OAuth Client ID Metadata Document §5.
    ("device_authorization_endpoint", clients::device_authorization_endpoint),
    ("dpop_signing_alg_values_supported", clients::dpop_algorithms),
    ("client_id_metadata_document_supported", clients::client_id_metadata_document),
    // RFC 9207 §3, RFC 9728 §4.
    ("authorization_response_iss_parameter_supported", iss_parameter),
    ("protected_resources", protected_resources),
    // OpenID Connect Discovery §3, and the prompt values of Initiating User Registration §4.1.
    ("jwks_uri", jwks_uri),
    ("userinfo_endpoint", userinfo_endpoint),
    // RP-Initiated Logout §2.1, Back-Channel Logout §2.1.
    ("end_session_endpoint", end_session_endpoint),
    ("backchannel_logout_supported", backchannel_logout),
    ("backchannel_logout_session_supported", backchannel_logout),
    ("id_token_signing_alg_values_supported", id_token_algorithms),
    ("userinfo_signing_alg_values_supported", userinfo_algorithms),
    ("subject_types_supported", subject_types),
    ("claim_types_supported", |_, value| assert_eq!(*value, json!(["normal"]))),
    ("claims_supported", claims),
    ("claims_parameter_supported", claims_parameter),
    ("acr_values_supported", acr_values),
    ("prompt_values_supported", prompts),
    ("request_parameter_supported", |walk, value| walk.refuses(value, "request", "request_not_supported")),
    ("request_uri_parameter_supported", |walk, value| {
        walk.refuses(value, "request_uri", "request_uri_not_supported");
    }),
];

#[test]
fn everything_that_is_advertised_is_there() {
    let server = Server::shared();
    let at = |path: &str| get(&format!("{}/.well-known/{path}", server.url)).expect(200).json();
    let document = at("openid-configuration");
    for path in [
        "oauth-authorization-server",
        "openid-configuration/demo/calendar",
        "oauth-authorization-server/demo/calendar",
    ] {
        assert_eq!(at(path), document, "{path}");
    }
    let walk = Walk::new(server);
    let advertised: BTreeSet<_> = document.as_object().unwrap().keys().map(String::as_str).collect();
    let known: BTreeSet<_> = MEMBERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(advertised, known, "what is advertised, and what is tried");
    for (name, exercise) in MEMBERS {
        // A failure says of which member.
        eprintln!("{name}: {}", document[name]);
        exercise(&walk, &document[name]);
    }
}

/// Who goes through the document: an owner whose profile is filled in, and one app after another.
struct Walk {
    server: &'static Server,
    browser: Browser,
    signer: Signer,
    provider: CoreProviderMetadata,
}

impl Walk {
    fn new(server: &'static Server) -> Self {
        let (browser, _) = Browser::signed_up(server);
        let mut form = browser.open("/account/profile").form();
        for (name, value) in [
            ("name", "Alice"),
            ("email", "alice@example.com"),
            ("picture", "https://pictures.example/alice.png"),
            ("locale", "ko-KR"),
            ("zoneinfo", "Asia/Seoul"),
        ] {
            form = form.fill(name, value);
        }
        browser.send(form).at("/account/profile");
        let issuer = IssuerUrl::new(server.url.clone()).unwrap();
        let provider = CoreProviderMetadata::discover(&issuer, &send).unwrap();
        Self { server, browser, signer: Signer::start(), provider }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.server.url)
    }

    /// An app that registered with these members.
    fn app(&self, members: Value) -> App {
        App::registered(self.server, &metadata_with(members))
    }

    /// Opens a request in the owner's browser.
    fn open(&self, ask: &Ask) -> Page {
        self.browser.open(&ask.url())
    }

    /// The code that a request brings. Two public apps with the same metadata are one, which is not asked twice.
    #[track_caller]
    fn code(&self, ask: &Ask) -> String {
        let mut page = self.open(ask);
        if page.reply.status == 200 {
            page = self.browser.send(page.asks_for_consent().form().press("decision", "allow"));
        }
        ask.code_of(&page.reply)
    }

    /// What a sign-in brings.
    #[track_caller]
    fn tokens(&self, app: &App, ask: &Ask) -> Value {
        app.redeem(&self.code(ask), ask).expect(200).json()
    }

    /// The claims of the ID token of a sign-in, once its signature was verified, and what its header says.
    #[track_caller]
    fn id_token(&self, app: &App, ask: &Ask) -> (Value, String) {
        let tokens = self.tokens(app, ask);
        let token = text(&tokens["id_token"]);
        let secret = app.secret.clone().map(ClientSecret::new);
        let client =
            CoreClient::from_provider_metadata(self.provider.clone(), ClientId::new(app.id.clone()), secret);
        let verified = CoreIdToken::from_str(token).unwrap();
        verified.claims(&client.id_token_verifier(), |_: Option<&Nonce>| Ok(())).unwrap();
        (part(token, 1), text(&part(token, 0)["alg"]).to_owned())
    }

    /// A parameter that is said not to be supported is refused by name.
    fn refuses(&self, value: &Value, parameter: &str, error: &str) {
        assert_eq!(*value, json!(false));
        let ask = self.app(json!({})).asks_for("openid").with(parameter, "https://diary.example/r");
        assert_eq!(ask.error_of(&self.open(&ask).reply), error);
    }
}

#[track_caller]
fn unknown(word: &str) -> ! {
    panic!("{word} is advertised, and nothing here tries it")
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[track_caller]
fn words(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().unwrap_or_else(|| panic!("no list: {value}"));
    assert!(!list.is_empty(), "an empty list says nothing (RFC 8414 §3.2)");
    list.iter().map(text)
}

/// A part of a JWT.
fn part(token: &str, at: usize) -> Value {
    use base64::Engine;
    let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn issuer(walk: &Walk, value: &Value) {
    assert_eq!(text(value), walk.server.url);
    let app = walk.app(json!({}));
    assert_eq!(walk.id_token(&app, &app.asks_for("openid")).0["iss"], *value);
}

fn authorization_endpoint(walk: &Walk, url: &Value) {
    let app = walk.app(json!({}));
    let ask = app.asks_for("openid");
    assert!(ask.url().starts_with(&format!("{}?", text(url))));
    walk.open(&ask).asks_for_consent();
    // OpenID Connect Core §3.1.2.1: "MUST support the use of the HTTP GET and POST methods".
    post(text(url), &ask.pairs()).expect(303);
}

fn token_endpoint(_: &Walk, url: &Value) {
    post(text(url), &[]).expect_error(401, "invalid_client");
    get(text(url)).expect(405);
}

fn scopes(walk: &Walk, value: &Value) {
    for scope in words(value) {
        let app = walk.app(json!({}));
        assert_eq!(walk.tokens(&app, &app.asks_for(scope))["scope"], scope);
    }
}

fn response_types(walk: &Walk, value: &Value) {
    for word in words(value) {
        match word {
            "code" => {
                let app = walk.app(json!({ "response_types": [word] }));
                walk.code(&app.asks_for("openid").with("response_type", word));
            }
            other => unknown(other),
        }
    }
}

fn response_modes(walk: &Walk, value: &Value) {
    for mode in words(value) {
        let ask = walk.app(json!({})).asks_for("openid").with("response_mode", mode);
        let page = walk.open(&ask).asks_for_consent();
        let answer = walk.browser.send(page.form().press("decision", "allow"));
        match mode {
            "query" => assert!(!ask.code_of(&answer.reply).is_empty()),
            "form_post" => {
                let form = answer.form();
                assert_eq!(form.action(), crate::app::REDIRECT_URI);
                assert!(!form.value("code").is_empty() && form.value("iss") == walk.server.url);
            }
            other => unknown(other),
        }
    }
}

fn code_challenge_methods(walk: &Walk, value: &Value) {
    assert_eq!(*value, json!(["S256"]));
    let app = walk.app(json!({}));
    walk.tokens(&app, &app.asks_for("openid").with("code_challenge_method", "S256"));
}

fn ui_locales(walk: &Walk, value: &Value) {
    for tag in words(value) {
        let ask = walk.app(json!({})).asks_for("openid").with("ui_locales", tag);
        let lang = format!("<html lang=\"{tag}\"");
        for page in [walk.open(&ask), walk.open(&ask.with("prompt", "login"))] {
            assert!(page.reply.body.contains(&lang), "{page:#?}");
        }
    }
}

fn pushed_authorization_request_endpoint(walk: &Walk, url: &Value) {
    let app = walk.app(json!({}));
    let ask = app.asks_for("openid");
    let path = text(url).strip_prefix(&walk.server.url).unwrap();
    let pushed = app.call(path, &ask.pairs()).expect(201).member("request_uri");
    let query = encode(&[("client_id", app.id.as_str()), ("request_uri", pushed.as_str())]);
    walk.browser.open(&format!("/authorize?{query}")).asks_for_consent();
}

fn end_session_endpoint(walk: &Walk, url: &Value) {
    // Without a hint the owner is asked. Signing out is left to others: the walk goes on.
    let page = walk.browser.open(text(url));
    assert_eq!((page.reply.status, page.forms().len()), (200, 1), "{page:#?}");
}

fn backchannel_logout(walk: &Walk, value: &Value) {
    assert_eq!(*value, json!(true));
    let notified = "https://diary.example/logout";
    let members = json!({ "backchannel_logout_uri": notified, "backchannel_logout_session_required": true });
    let app = walk.app(members);
    assert_eq!(app.document["backchannel_logout_uri"], notified);
}

fn iss_parameter(walk: &Walk, value: &Value) {
    assert_eq!(*value, json!(true));
    // Both compare `iss`.
    let ask = walk.app(json!({})).asks_for("openid");
    ask.error_of(&walk.open(&ask.clone().with("prompt", "none")).reply);
    walk.code(&ask);
}

fn protected_resources(walk: &Walk, value: &Value) {
    for resource in words(value) {
        let path = resource.strip_prefix(&walk.server.url).expect("a resource that lives here");
        let described =
            get(&walk.at(&format!("/.well-known/oauth-protected-resource{path}"))).expect(200).json();
        assert_eq!(described["resource"], resource);
        assert_eq!(described["authorization_servers"], json!([walk.server.url]));
        let app = walk.app(json!({}));
        let tokens = walk.tokens(&app, &app.asks_for(crate::app::ALL).with("resource", resource));
        let token = text(&tokens["access_token"]);
        if path == "/demo/mcp" {
            // It is spoken to in messages.
            let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
            let answer = crate::http::send(with_json(request("POST", resource).bearer_auth(token), &ping));
            assert_eq!(answer.expect(200).json()["result"], json!({}));
        } else {
            get_as(token, resource).expect(200);
        }
    }
}

fn jwks_uri(walk: &Walk, url: &Value) {
    let keys = get(text(url)).expect(200).json();
    let algorithms: BTreeSet<_> =
        keys["keys"].as_array().unwrap().iter().map(|key| text(&key["alg"])).collect();
    let document = get(&walk.at("/.well-known/openid-configuration")).json();
    let advertised = words(&document["id_token_signing_alg_values_supported"]).collect();
    assert_eq!(algorithms, advertised, "a key for each algorithm");
}

fn userinfo_endpoint(walk: &Walk, url: &Value) {
    let app = walk.app(json!({}));
    let tokens = walk.tokens(&app, &app.asks_for("openid"));
    for method in ["GET", "POST"] {
        let sent = request(method, text(url)).bearer_auth(text(&tokens["access_token"]));
        assert!(!crate::http::send(sent).expect(200).member("sub").is_empty());
    }
}

fn id_token_algorithms(walk: &Walk, value: &Value) {
    assert!(words(value).any(|algorithm| algorithm == "RS256"), "OpenID Connect Discovery §3");
    for algorithm in words(value) {
        let app = walk.app(json!({ "id_token_signed_response_alg": algorithm }));
        assert_eq!(walk.id_token(&app, &app.asks_for("openid")).1, algorithm);
    }
}

fn userinfo_algorithms(walk: &Walk, value: &Value) {
    for algorithm in words(value) {
        let app = walk.app(json!({ "userinfo_signed_response_alg": algorithm }));
        let tokens = walk.tokens(&app, &app.asks_for("openid"));
        let told = get_as(text(&tokens["access_token"]), &walk.at("/userinfo")).expect(200);
        assert_eq!(told.header("content-type"), "application/jwt");
        assert_eq!(part(&told.body, 0)["alg"], algorithm);
    }
}

fn subject_types(walk: &Walk, value: &Value) {
    let subject = |members| {
        let app = walk.app(members);
        walk.id_token(&app, &app.asks_for("openid")).0["sub"].clone()
    };
    let usual = subject(json!({}));
    for word in words(value) {
        let of_that_type = subject(json!({ "subject_type": word }));
        match word {
            "public" => assert_eq!(of_that_type, usual),
            "pairwise" => assert_ne!(of_that_type, usual),
            other => unknown(other),
        }
    }
}

fn claims(walk: &Walk, value: &Value) {
    let app = walk.app(json!({}));
    let ask = app.asks_for("openid profile email").with("nonce", "n");
    let tokens = walk.tokens(&app, &ask);
    let userinfo = get_as(text(&tokens["access_token"]), &walk.at("/userinfo")).expect(200).json();
    let id_token = part(text(&tokens["id_token"]), 1);
    let both = [&id_token, &userinfo].map(|claims| claims.as_object().unwrap().keys().map(String::as_str));
    let told: BTreeSet<_> = both.into_iter().flatten().collect();
    assert_eq!(told, words(value).collect(), "every claim that there is, and no other");
}

fn claims_parameter(walk: &Walk, value: &Value) {
    assert_eq!(*value, json!(true));
    let app = walk.app(json!({}));
    let ask = app.asks_for("openid").with("claims", r#"{"id_token":{"email":null}}"#);
    assert_eq!(walk.id_token(&app, &ask).0["email"], "alice@example.com");
}

fn acr_values(walk: &Walk, value: &Value) {
    for acr in words(value) {
        let app = walk.app(json!({}));
        let essential = json!({ "id_token": { "acr": { "essential": true, "value": acr } } });
        let ask = app.asks_for("openid").with("claims", &essential.to_string());
        match acr {
            // A password, which is how everybody signs in here.
            "1" => assert_eq!(walk.id_token(&app, &ask.with("acr_values", acr)).0["acr"], acr),
            // With a password that is another sign-in. In `tests/browser` an authenticator makes it.
            "2" => {
                let page = walk.open(&ask).at("/signin");
                assert!(page.reply.body.contains("asks you to sign in with a passkey"), "{page:?}");
            }
            other => unknown(other),
        }
    }
}

fn prompts(walk: &Walk, value: &Value) {
    let app = walk.app(json!({}));
    let ask = app.asks_for("openid");
    walk.code(&ask);
    for word in words(value) {
        let page = walk.open(&ask.clone().with("prompt", word));
        match word {
            "none" => assert!(!ask.code_of(&page.reply).is_empty()),
            "consent" => drop(page.asks_for_consent()),
            "login" | "select_account" => drop(page.at("/signin")),
            "create" => drop(page.at("/signup")),
            other => unknown(other),
        }
    }
}
