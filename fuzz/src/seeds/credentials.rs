//! Seeds under a MAC of the fixed keys.

use postern::base::base64url;
use postern::base::form::Form;
use postern::base::opaque::Opaque;
use postern::jose::keyring::Accepts;
use postern::jose::sealed::{self, Purpose};
use postern::model::access_token::TYP;
use postern::model::client_id::ClientId;
use postern::model::client_metadata::ClientMetadata;
use postern::model::id::{AccountId, GrantId, PairwiseSalt, SessionId, SubjectId};
use postern::model::metadata_uri::Reach;
use postern::model::purpose::{CODE, REFRESH, REQUEST, SEALED_CLIENT, access_label};
use postern::model::refresh_token::RefreshToken;
use postern::model::session::Session;
use postern::model::sign_in_method::SignInMethod;
use postern::protocol::authorization::PendingRequest;
use postern::protocol::registration::parse_document;
use postern::store::memory::SeededEntropy;
use serde_json::json;

use crate::support::ISSUER;
use crate::world::{NOW, RESOURCE, catalogue, keyring};

const GRANT: GrantId = GrantId(Opaque([9; 32]));

/// Each with its target.
pub fn all() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = Vec::new();
    all.extend(access_tokens().into_iter().map(|text| ("access_token", text)));
    all.extend(client_ids().into_iter().map(|text| ("client_id", text)));
    for kid in ["k1", "k2", "old"] {
        // As codes were when the retired key was not retired yet.
        let once = Purpose { label: CODE.label, prefix: CODE.prefix, accepts: Accepts::Retired };
        let code = sealed::seal_under(keyring(), kid, &once, &[9; 32]).unwrap_or_default();
        let refresh =
            |generation| RefreshToken { grant: GRANT, generation }.seal(keyring(), kid).unwrap_or_default();
        all.extend([
            ("authorization_code", code.clone()),
            ("authorization_code", code.replace("pac_", "prt_")),
        ]);
        all.extend([("refresh_token", refresh(0)), ("refresh_token", refresh(u32::MAX))]);
        all.push(("refresh_token", refresh(7).replace("prt_", "pac_")));
    }
    for payload in [&[9; 31][..], &[9; 33]] {
        all.push(("authorization_code", sealed::seal(keyring(), &CODE, payload)));
        all.push(("refresh_token", sealed::seal(keyring(), &REFRESH, payload)));
    }
    all.push(("authorization_parameters", format!("authorization_request={}", pending())));
    all.push(("cookies", format!("__Host-postern_session={}", session())));
    all.push(("settings", format!("SCOPES={}", long_catalogue())));
    all
}

fn access_tokens() -> Vec<String> {
    let claims = json!({
        "iss": ISSUER, "sub": Opaque([4; 16]), "aud": RESOURCE, "client_id": "prc_x", "scope": "calendar.read",
        "exp": NOW.seconds() + 600, "iat": NOW.seconds(), "jti": Opaque([5; 16]), "auth_time": 0,
        "gid": Opaque([9; 32]),
    });
    let header = json!({ "typ": TYP, "alg": "HS256", "kid": "k1" });
    let token = |kid: &str, audience: &str, claims: &serde_json::Value| {
        let key = keyring().key(kid, &access_label(audience), Accepts::Retired);
        let header = json!({ "typ": TYP, "alg": "HS256", "kid": kid });
        let input =
            format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()));
        let tag = key.map(|key| key.sign(input.as_bytes())).unwrap_or_default();
        format!("{input}.{}", base64url::encode(tag))
    };
    let with = |member: &str, value: serde_json::Value| {
        let mut claims = claims.clone();
        claims[member] = value;
        claims
    };
    let mut seeds = vec![
        token("k1", RESOURCE, &claims),
        token("k2", RESOURCE, &claims),
        token("old", RESOURCE, &claims),
        token("k1", ISSUER, &claims),
        token("k1", ISSUER, &with("aud", json!(ISSUER))),
    ];
    // Two lines: a header and claims, which the property signs itself.
    for claims in [
        claims.clone(),
        with("exp", json!(NOW.seconds())),
        with("iat", json!(NOW.seconds() + 61)),
        with("iss", json!("https://evil.example")),
        with("aud", json!([RESOURCE, ISSUER])),
        with("scope", json!("")),
        with("exp", json!(-1)),
    ] {
        seeds.push(format!("{header}\n{claims}"));
    }
    for header in [
        r#"{"alg":"none","typ":"at+jwt","kid":"k1"}"#,
        r#"{"alg":"HS256","typ":"application/AT+JWT","kid":"k1"}"#,
        r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#,
        r#"{"alg":"HS256","typ":"at+jwt","kid":"k1","crit":["exp"]}"#,
        r#"{"alg":"HS256","alg":"none","typ":"at+jwt","kid":"k1"}"#,
    ] {
        seeds.push(format!("{header}\n{claims}"));
    }
    seeds
}

fn client_ids() -> Vec<String> {
    let sealed = |document: serde_json::Value| {
        let document = parse_document(document.to_string().as_bytes()).unwrap_or_default();
        let metadata = ClientMetadata::parse(&document, &catalogue(), Reach::Public).ok();
        metadata.and_then(|metadata| ClientId::sealed(keyring(), &SeededEntropy::new(7), &metadata))
    };
    let public = sealed(json!({
        "redirect_uris": ["https://client.example/cb"], "token_endpoint_auth_method": "none",
    }));
    let full = sealed(json!({
        "redirect_uris": ["https://client.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"],
        "client_name": "앱", "token_endpoint_auth_method": "client_secret_post", "scope": "calendar.read",
        "grant_types": ["authorization_code", "refresh_token"], "client_uri": "https://client.example",
        "logo_uri": "https://client.example/l.png", "policy_uri": "https://client.example/p",
        "tos_uri": "https://client.example/t", "contacts": ["dev@client.example"], "software_id": "s",
        "software_version": "1", "refresh_tokens": "keep",
    }));
    let stored = ClientId::stored(keyring(), &SeededEntropy::new(7)).to_string();
    // The third: sealed, it is longer than an id may be.
    let mut ids = vec![stored.replace("prc_", "psc_"), stored, "x".repeat(1200)];
    for id in public.into_iter().chain(full) {
        // The bytes inside, for the property to seal again: where they are text.
        let payload = sealed::open(keyring(), &SEALED_CLIENT, id.as_str()).map(|opened| opened.payload);
        ids.extend(payload.and_then(|payload| String::from_utf8(payload).ok()));
        ids.push(id.as_str().replace("psc_", "prc_"));
        ids.push(id.to_string());
    }
    ids
}

/// Scopes that are URLs, as some have them: together longer than a client would ever write down.
fn long_catalogue() -> serde_json::Value {
    let words = json!({ "title": "t", "description": "d" });
    let name = |n: usize| format!("https://api.example.com/a/rather/long/path/of/many/scopes/{n}");
    (0..20).map(|n| json!({ "name": name(n), "en": words, "ko": words, "default": n == 0 })).collect()
}

fn pending() -> String {
    let form = Form::parse("client_id=x&redirect_uri=https%3A%2F%2Fclient.example%2Fcb").unwrap_or_default();
    let pending = PendingRequest::new(&form, "Diary", None, NOW).seal(keyring());
    // Another purpose's prefix is part of what is sealed.
    debug_assert!(pending.starts_with(REQUEST.prefix));
    pending
}

fn session() -> String {
    let account = AccountId(Opaque([1; 32]));
    let (sub, sid) = (SubjectId(Opaque([4; 16])), SessionId(Opaque([3; 16])));
    let (method, salt) = (SignInMethod::Password, PairwiseSalt(Opaque([5; 16])));
    Session { account, sub, sid, auth_time: NOW, method, salt }.seal(keyring())
}
