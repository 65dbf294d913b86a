//! What the document says of clients: who they are, how they prove it, and what they get tokens by.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use super::{Walk, part, text, unknown, words};
use crate::app::{ALL, App, Ask, REDIRECT_URI, metadata_with};
use crate::http::{Reply, get_as, post, request, send};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// An app that authenticates in this way.
fn app_by(walk: &Walk, method: &str) -> App {
    match method {
        "private_key_jwt" => app_signing(walk, "ES256"),
        "client_secret_jwt" => app_signing(walk, "HS256"),
        _ => {
            let app = walk.app(json!({ "token_endpoint_auth_method": method }));
            assert_eq!(app.document["token_endpoint_auth_method"], method);
            app
        }
    }
}

/// An app whose assertions are signed with this algorithm, and no other.
fn app_signing(walk: &Walk, algorithm: &str) -> App {
    let mut members = json!({ "token_endpoint_auth_signing_alg": algorithm });
    let method = if algorithm == "HS256" {
        "client_secret_jwt"
    } else {
        members["jwks"] = json!({ "keys": [walk.signer.key(algorithm)] });
        "private_key_jwt"
    };
    members["token_endpoint_auth_method"] = json!(method);
    let app = walk.app(members);
    assert_eq!(app.document["token_endpoint_auth_method"], method);
    assert_eq!(app.document["token_endpoint_auth_signing_alg"], algorithm);
    assert_eq!(app.secret.is_some(), method == "client_secret_jwt");
    app
}

/// A request as this app, which authenticates as it registered to.
fn call(walk: &Walk, app: &App, path: &str, pairs: &[(&str, &str)]) -> Reply {
    match text(&app.document["token_endpoint_auth_method"]) {
        "client_secret_basic" | "none" => app.call(path, pairs),
        "client_secret_post" => {
            let secret = app.secret.as_deref().expect("a secret");
            let own = [("client_id", app.id.as_str()), ("client_secret", secret)];
            post(&walk.at(path), &[pairs, &own].concat())
        }
        "client_secret_jwt" | "private_key_jwt" => {
            let algorithm = text(&app.document["token_endpoint_auth_signing_alg"]);
            let assertion = walk.signer.assertion(app, algorithm, &walk.server.url);
            let own = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)];
            let pairs = [pairs, &own].concat();
            let reply = post(&walk.at(path), &pairs);
            // What issues something believes it once.
            if path == "/token" {
                post(&walk.at(path), &pairs).expect_error(401, "invalid_client");
            }
            let forged = walk.signer.assertion(app, algorithm, &walk.server.url);
            let forged = crate::http::flipped(&forged, forged.len() - 20);
            post(&walk.at(path), &[("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &forged)])
                .expect_error(401, "invalid_client");
            reply
        }
        other => unknown(other),
    }
}

/// Redeems a code.
fn redeems(walk: &Walk, app: &App) -> Value {
    let ask = app.asks_for("openid");
    let code = walk.code(&ask);
    let redemption = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", app.redirect_uri.as_str()),
        ("code_verifier", ask.verifier.as_str()),
    ];
    call(walk, app, "/token", &redemption).expect(200).json()
}

fn revokes(walk: &Walk, app: &App) {
    let tokens = redeems(walk, app);
    let token = text(&tokens["access_token"]);
    get_as(token, &walk.at("/userinfo")).expect(200);
    call(walk, app, "/revoke", &[("token", token)]).expect(200);
    get_as(token, &walk.at("/userinfo")).expect(401);
}

fn introspects(walk: &Walk, app: &App) {
    let tokens = redeems(walk, app);
    let token = [("token", text(&tokens["access_token"]))];
    assert_eq!(call(walk, app, "/introspect", &token).expect(200).json()["active"], true);
}

pub fn token_endpoint_auth_methods(walk: &Walk, value: &Value) {
    words(value).for_each(|method| drop(redeems(walk, &app_by(walk, method))));
}

pub fn revocation_endpoint_auth_methods(walk: &Walk, value: &Value) {
    words(value).for_each(|method| revokes(walk, &app_by(walk, method)));
}

pub fn introspection_endpoint_auth_methods(walk: &Walk, value: &Value) {
    words(value).for_each(|method| introspects(walk, &app_by(walk, method)));
}

pub fn token_endpoint_algorithms(walk: &Walk, value: &Value) {
    words(value).for_each(|algorithm| drop(redeems(walk, &app_signing(walk, algorithm))));
}

pub fn revocation_endpoint_algorithms(walk: &Walk, value: &Value) {
    words(value).for_each(|algorithm| revokes(walk, &app_signing(walk, algorithm)));
}

pub fn introspection_endpoint_algorithms(walk: &Walk, value: &Value) {
    words(value).for_each(|algorithm| introspects(walk, &app_signing(walk, algorithm)));
}

pub fn signed_introspection(walk: &Walk, value: &Value) {
    let media_type = "application/token-introspection+jwt";
    for algorithm in words(value) {
        let app = walk.app(json!({ "introspection_signed_response_alg": algorithm }));
        let tokens = redeems(walk, &app);
        let asked = app.request("/introspect", &[("token", text(&tokens["access_token"]))]);
        let told = send(asked.header("accept", media_type)).expect(200);
        assert_eq!(told.header("content-type"), media_type);
        assert_eq!(part(&told.body, 0)["alg"], algorithm);
        assert_eq!(part(&told.body, 1)["token_introspection"]["active"], true);
    }
}

pub fn dpop_algorithms(walk: &Walk, value: &Value) {
    let calendar = walk.at("/demo/calendar");
    for algorithm in words(value) {
        let app = walk.app(json!({ "dpop_bound_access_tokens": true }));
        let ask = app.asks_for(ALL);
        let code = walk.code(&ask);
        let proof = walk.signer.proof(algorithm, "POST", &walk.at("/token"), None);
        let tokens = send(app.redeeming(&code, &ask).header("dpop", proof)).expect(200);
        assert_eq!(tokens.member("token_type"), "DPoP");
        let token = tokens.member("access_token");
        let read = |scheme: &str| {
            let proof = walk.signer.proof(algorithm, "GET", &calendar, Some(&token));
            let asked = request("GET", &calendar).header("authorization", format!("{scheme} {token}"));
            send(asked.header("dpop", proof))
        };
        read("DPoP").expect(200);
        read("Bearer").expect(401);
        get_as(&token, &calendar).expect(401);
    }
}

/// A client that never registered: its id is the address of its metadata.
pub fn client_id_metadata_document(walk: &Walk, value: &Value) {
    assert_eq!(*value, json!(true));
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let id = format!("http://{}/client.json", socket.local_addr().unwrap());
    let document = metadata_with(json!({ "client_id": id, "token_endpoint_auth_method": "none" }));
    let body = document.to_string();
    std::thread::spawn(move || {
        for mut connection in socket.incoming().flatten() {
            let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let length = body.len();
            let _ = write!(
                connection,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
                 connection: close\r\n\r\n{body}"
            );
        }
    });
    redeems(walk, &App::of(walk.server, &document));
}

pub fn device_authorization_endpoint(walk: &Walk, url: &Value) {
    let path = text(url).strip_prefix(&walk.server.url).unwrap();
    let app = walk.app(json!({ "grant_types": [DEVICE_CODE], "token_endpoint_auth_method": "none" }));
    let asked = app.call(path, &[("scope", "openid")]).expect(200).json();
    connected(walk, &app, &asked);
}

/// The owner follows the link that a device shows, and the device gets its tokens.
fn connected(walk: &Walk, app: &App, asked: &Value) {
    let page = walk.browser.open(text(&asked["verification_uri_complete"]));
    let page = walk.browser.send(page.form()).asks_for_consent();
    walk.browser.send(page.form().press("decision", "allow"));
    let code = [("grant_type", DEVICE_CODE), ("device_code", text(&asked["device_code"]))];
    let token = app.token(&code).expect(200).member("access_token");
    get_as(&token, &walk.at("/userinfo")).expect(200);
}

pub fn grant_types(walk: &Walk, value: &Value) {
    for word in words(value) {
        // Whoever registered it is heard, whatever is missing from the request. Some are for whom somebody vouches.
        let mut types = vec!["authorization_code"];
        types.extend((word != "authorization_code").then_some(word));
        let app = App::vouched_for(walk.server, &metadata_with(json!({ "grant_types": types })));
        let error = app.token(&[("grant_type", word)]).member("error");
        assert!(
            !["unsupported_grant_type", "unauthorized_client"].contains(&error.as_str()),
            "{word}: {error}"
        );
        let code = |ask: &Ask| walk.tokens(&app, ask);
        match word {
            "authorization_code" => drop(code(&app.asks_for("openid"))),
            "refresh_token" => {
                let tokens = code(&app.asks_for("openid offline_access"));
                app.refresh(text(&tokens["refresh_token"])).expect(200);
            }
            "client_credentials" => {
                let own = app.token(&[("grant_type", word), ("scope", "calendar.read")]);
                let token = own.expect(200).member("access_token");
                get_as(&token, &walk.at("/demo/calendar")).expect(200);
            }
            DEVICE_CODE => {
                let asked = app.call("/device_authorization", &[("scope", "openid")]).expect(200).json();
                connected(walk, &app, &asked);
            }
            TOKEN_EXCHANGE => {
                let tokens = code(&app.asks_for(ALL));
                let subject = text(&tokens["access_token"]);
                let exchange =
                    [("grant_type", word), ("subject_token", subject), ("subject_token_type", ACCESS_TOKEN)];
                let narrow = [&exchange[..], &[("scope", "calendar.read")]].concat();
                let answer = app.token(&narrow).expect(200);
                assert_eq!(answer.member("scope"), "calendar.read");
                get_as(&answer.member("access_token"), &walk.at("/demo/calendar")).expect(200);
            }
            other => unknown(other),
        }
    }
}

/// The metadata of an app that registers goes back where it registered.
pub fn registration_endpoint(_: &Walk, url: &Value) {
    let reply = crate::http::post_json(text(url), &metadata_with(json!({}))).expect(201);
    assert_eq!(reply.json()["redirect_uris"], json!([REDIRECT_URI]));
}
