//! Seeds of OpenID Connect and its family: examples of the specifications, and near misses.

use postern::base::base64url;
use postern::base::form::Form;
use postern::base::opaque::Opaque;
use postern::jose::algorithm::SigningAlgorithm;
use postern::model::device_code::DeviceCode;
use postern::model::id::GrantId;
use postern::protocol::authorization::PushedRequest;
use postern::store::memory_signatures::key_pair;
use serde_json::{Value, json};

use crate::world::{NOW, keyring, registered};

/// RFC 9449 §4.1.
const PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
const EXCHANGE: &str = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
const TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Each with its target.
pub fn all() -> Vec<(&'static str, String)> {
    let lists: [(&'static str, Vec<String>); 14] = [
        ("signed_jwt", signed_jwts()),
        ("jwk", jwks()),
        ("claims_request", claims_requests()),
        ("dpop_proof", dpop_proofs()),
        ("client_assertion", client_assertions()),
        ("device_codes", device_codes()),
        ("pushed_request", pushed_requests()),
        ("id_token_hint", id_token_hints()),
        ("logout_request", logout_requests()),
        ("published_client", published_clients()),
        ("client_extension", client_extensions()),
        ("profile", texts(&PROFILES)),
        ("cache_control", texts(&CACHE_CONTROL)),
        ("token_exchange", token_exchanges()),
    ];
    lists.into_iter().flat_map(|(target, list)| list.into_iter().map(move |text| (target, text))).collect()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut changed = base.clone();
    changed[name] = value;
    changed
}

fn ec() -> Value {
    json!(key_pair(SigningAlgorithm::Es256, 1).public.to_json())
}

fn rsa() -> Value {
    json!(key_pair(SigningAlgorithm::Rs256, 1).public.to_json())
}

fn signed_jwts() -> Vec<String> {
    let encode = |text: &str| base64url::encode(text);
    let mut seeds = vec![
        PROOF.to_owned(),
        format!("{}..AA", encode(r#"{"alg":"none"}"#)),
        format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode("{}")),
        format!("{}.{}.AA.AA", encode(r#"{"alg":"ES256"}"#), encode("{}")),
        format!("{}.{}.AB", encode(r#"{"alg":"ES256"}"#), encode("{}")),
        format!("{}.{}.AA==", encode(r#"{"alg":"ES256"}"#), encode("{}")),
    ];
    seeds.extend(texts(&[
        "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"k1\"}\n{\"iss\":\"a\"}",
        "{\"alg\":\"ES256\",\"typ\":\"application/DPoP+jwt\",\"jwk\":{\"kty\":\"EC\"}}\n{}",
        "{\"alg\":\"ES256\",\"crit\":[\"exp\"]}\n{}",
        "{\"alg\":\"ES256\",\"crit\":null}\n{}",
        "{\"alg\":\"ES256\",\"alg\":\"none\"}\n{}",
        "{\"alg\":\"ES256\",\"x\":1e999}\n{\"x\":1e999}",
        "[\"ES256\",\"JWT\",\"k1\",null,null]\n[1]",
        " {\"alg\":\"\\u0045S256\"} \n \"text\"",
        "{\"alg\":\"ES256\",\"typ\":\"application/application/x\"}\nnull",
    ]));
    seeds
}

fn jwks() -> Vec<String> {
    let (ec, rsa) = (ec(), rsa());
    let thumbprinted = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let n = |bytes: &[u8]| with(&rsa, "n", json!(base64url::encode(bytes)));
    let seeds = [
        // RFC 7638 §3.1.
        json!({ "kty": "RSA", "n": thumbprinted, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29" }),
        ec.clone(),
        with(&ec, "d", json!("AA")),
        with(&ec, "crv", json!("P-384")),
        with(&ec, "x", json!("AA")),
        rsa.clone(),
        with(&rsa, "p", json!(null)),
        with(&rsa, "e", json!("Aw")),
        with(&rsa, "e", json!("AAEAAQ")),
        // 2,041 bits, and 2,047.
        n(&[&[1][..], &[0xff; 255]].concat()),
        n(&[0x7f; 256]),
        n(&[0xff; 512]),
        n(&[0xff; 513]),
        json!({ "kty": "oct", "k": "AA" }),
        json!({ "keys": [with(&ec, "use", json!("enc")), with(&ec, "alg", json!("RS256")), with(&rsa, "kid", json!("1")), ec, { "kty": "OKP" }, 1] }),
        json!({ "keys": [with(&rsa, "use", json!(1)), with(&rsa, "alg", json!(null)), with(&rsa, "kid", json!(1))] }),
        json!({ "keys": {} }),
    ];
    seeds.iter().map(Value::to_string).collect()
}

fn claims_requests() -> Vec<String> {
    texts(&[
        // OpenID Connect Core §5.5, §5.5.1.
        r#"{"userinfo":{"given_name":{"essential":true},"nickname":null,"email":{"essential":true},"email_verified":{"essential":true},"picture":null,"http://example.info/claims/groups":null},"id_token":{"auth_time":{"essential":true},"acr":{"values":["urn:mace:incommon:iap:silver"]}}}"#,
        r#"{"id_token":{"sub":{"value":"248289761001"},"acr":{"essential":true,"values":["1","2"]},"name":null,"locale":{},"zoneinfo":null,"updated_at":null,"preferred_username":null}}"#,
        r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}"#,
        r#"{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"a"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"value":"1"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"value":"1","values":[]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":"1"}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"values":[null]}}}"#,
        r#"{"id_token":{"email":null,"email":{}},"id_token":{"name":null}}"#,
        r#"{"userinfo":{"name":true}}"#,
        r#"{"userinfo":null}"#,
        r#"{"x":1e999}"#,
        "[]",
    ])
}

fn dpop_proofs() -> Vec<String> {
    let header = |jwk: &str, alg: &str| format!(r#"{{"typ":"dpop+jwt","alg":"{alg}","jwk":{jwk}}}"#);
    let now = NOW.seconds();
    let claims =
        json!({ "jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": "https://as.example/token", "iat": now });
    let beside = json!({
        "jti": "e1j3V_bKic8-LAEB", "htm": "GET", "htu": "https://as.example/userinfo", "iat": now, "ath": "{ath}",
        "nonce": "{nonce}",
    });
    let mut seeds = vec![PROOF.to_owned(), format!("{PROOF}, {PROOF}")];
    for (header, claims) in [
        (header("{jwk}", "ES256"), claims.clone()),
        (header("{rsa}", "RS256"), claims.clone()),
        (header("{rsa}", "ES256"), claims.clone()),
        (header(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, "ES256"), claims.clone()),
        (header("{jwk}", "ES256"), beside.clone()),
        (header("{jwk}", "ES256"), with(&beside, "nonce", json!("x"))),
        (header("{jwk}", "ES256"), with(&beside, "ath", json!("x"))),
        (header("{jwk}", "ES256"), with(&claims, "nonce", json!("{nonce}"))),
        (header("{jwk}", "ES256"), with(&claims, "iat", json!(now + 60))),
        (header("{jwk}", "ES256"), with(&claims, "iat", json!(now - 59))),
        (header("{jwk}", "ES256"), with(&claims, "iat", json!(now as f64 + 0.5))),
        (header("{jwk}", "ES256"), with(&claims, "iat", json!(1.5e300))),
        (header("{jwk}", "ES256"), with(&claims, "htu", json!("HTTPS://AS.example:443/a/../token?x#y"))),
        (header("{jwk}", "ES256"), with(&claims, "htu", json!("https:as.example/token"))),
        (header("{jwk}", "ES256"), with(&claims, "htu", json!("https:///as.example/token"))),
        (header("{jwk}", "ES256"), with(&claims, "htu", json!("https://@as.example/token"))),
        (header("{jwk}", "ES256"), with(&claims, "htu", json!("https://a%73.example/%74oken"))),
        (header("{jwk}", "ES256"), with(&claims, "jti", json!("j".repeat(129)))),
    ] {
        seeds.push(format!("{header}\n{claims}"));
    }
    seeds.push(format!(
        "[\"ES256\",\"dpop+jwt\",null,{{jwk}},null]\n[\"j\",\"POST\",\"https://as.example/token\",{now}]"
    ));
    seeds
}

fn client_assertions() -> Vec<String> {
    let now = NOW.seconds();
    let claims = json!({
        "iss": "{client}", "sub": "{client}", "aud": "https://as.example", "iat": now, "exp": now + 60, "jti": "j",
    });
    let header = |alg: &str, more: &str| format!(r#"{{"alg":"{alg}"{more}}}"#);
    let es256 = header("ES256", "");
    let mut seeds: Vec<_> = [
        header("ES256", r#","kid":"ec","typ":"JWT""#),
        header("RS256", r#","kid":"rsa","typ":"client-authentication+jwt""#),
        header("RS256", r#","kid":"ec""#),
        header("HS256", ""),
        header("none", ""),
        header("ES256", r#","typ":"at+jwt""#),
    ]
    .iter()
    .map(|header| format!("{header}\n{claims}"))
    .collect();
    for (name, value) in [
        ("aud", json!(["https://as.example/token"])),
        ("aud", json!("https://as.example/revoke")),
        ("aud", json!(["https://as.example", "https://evil.example"])),
        ("aud", json!("https://as.example/")),
        ("aud", json!([])),
        ("iss", json!("another")),
        ("exp", json!(now)),
        ("exp", json!(now as f64 + 0.5)),
        ("exp", json!(now + 360)),
        ("exp", json!(now + 361)),
        ("exp", json!(1e300)),
        ("nbf", json!(now + 61)),
        ("iat", json!(-1.5)),
        ("jti", json!("")),
        ("jti", json!(1)),
    ] {
        seeds.push(format!("{es256}\n{}", with(&claims, name, value)));
    }
    seeds.push(format!("{es256}\n[\"{{client}}\",\"{{client}}\",\"https://as.example\",{}]", now + 60));
    seeds
}

fn device_codes() -> Vec<String> {
    let code = DeviceCode { grant: GrantId(Opaque([9; 32])), id: Opaque([7; 16]) }.seal(keyring());
    let mut seeds = texts(&[
        // RFC 8628 §3.2.
        "WDJB-MJHT",
        "wdjb mjht",
        " w-d-j-b\tM J H T ",
        "WDJBMJH",
        "WDJB-MJHTT",
        "WDJA-MJHT",
        "WDJB_MJHT",
        "WDJB-MJH\u{212a}",
    ]);
    // 48 bytes that are text.
    seeds.extend([code.replace("pdc_", "pac_"), code, "b".repeat(48), "b".repeat(47)]);
    seeds
}

fn pushed_requests() -> Vec<String> {
    let client = registered(&json!({ "redirect_uris": ["https://client.example/cb"] }));
    let usual = "response_type=code&redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=1";
    let form = Form::parse(usual).unwrap_or_default();
    let uri = PushedRequest::new(&client.id, &form, None, NOW).seal(keyring());
    vec![
        uri.replace("pur_", "par_"),
        uri.replace("urn:ietf", "URN:ietf"),
        uri,
        usual.to_owned(),
        format!("client_id=another&client_secret=s&{usual}"),
        format!(
            "{usual}&client_assertion=a.b.c&client_assertion_type=x&request_uri=urn:x&scope=openid&scope=b"
        ),
        format!("{usual}&redirect_uri=https%3A%2F%2Fevil.example%2F"),
        format!("{usual}&dpop_jkt=x"),
        format!("{usual}&dpop_jkt="),
    ]
}

fn id_token_hints() -> Vec<String> {
    let claims =
        json!({ "iss": "https://as.example", "sub": "s", "aud": "c", "sid": "x", "exp": 1, "at_hash": "h" });
    let header =
        |alg: &str, kid: &str, typ: &str| format!(r#"{{"alg":"{alg}","kid":"{{{kid}}}","typ":"{typ}"}}"#);
    let mut seeds: Vec<_> = [
        header("ES256", "es256", "JWT"),
        header("RS256", "rs256", "application/jwt"),
        header("ES256", "gone", "JWT"),
        header("ES256", "rs256", "JWT"),
        header("RS256", "rs256", "at+jwt"),
        header("none", "rs256", "JWT"),
        r#"{"alg":"RS256","typ":"JWT"}"#.to_owned(),
        r#"["RS256","JWT","{rs256}",null,null]"#.to_owned(),
    ]
    .iter()
    .map(|header| format!("{header}\n{claims}"))
    .collect();
    let good = header("RS256", "rs256", "JWT");
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!(["c", "d"])),
        ("sid", json!(null)),
        ("sub", json!(1)),
        ("exp", json!(-1)),
        ("at_hash", json!(null)),
    ] {
        seeds.push(format!("{good}\n{}", with(&claims, name, value)));
    }
    seeds.push(format!("{good}\n[\"s\",\"c\",null,\"https://as.example\",1,\"h\"]"));
    seeds.push(PROOF.to_owned());
    seeds
}

fn logout_requests() -> Vec<String> {
    texts(&[
        "",
        "client_id={client}&post_logout_redirect_uri=https://client.example/bye&state=a%20b%26c%3D%ED%95%9C&ui_locales=ko",
        "post_logout_redirect_uri=https://client.example/bye?x=1&state=1",
        "post_logout_redirect_uri=https://client.example/bye?&state=1&client_id={client}",
        "post_logout_redirect_uri=com.example.app:/bye&state=&client_id={client}",
        "post_logout_redirect_uri=https://client.example/bye/..&client_id={client}",
        "post_logout_redirect_uri=https://evil.example/&client_id={client}",
        "post_logout_redirect_uri=https://client.example/cb&client_id={client}",
        "client_id=another&post_logout_redirect_uri=https://client.example/bye",
        "client_id={client}&client_id={client}",
        "id_token_hint=x&state=1",
        "a%22%0d%0a=1&a%22%0d%0a=2",
    ])
}

fn published_clients() -> Vec<String> {
    let id = "https://app.example/client.json";
    let document =
        json!({ "client_id": "{id}", "client_name": "App", "redirect_uris": ["https://app.example/cb"] });
    let keys = json!({ "keys": [ec()] });
    let many = json!({
        "client_id": "{id}", "redirect_uris": ["https://app.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"],
        "grant_types": ["authorization_code", "implicit", "client_credentials", "urn:example:new"],
        "response_types": ["code", "code id_token"], "scope": "calendar.read of.another.server", "unknown": {},
        "token_endpoint_auth_method": "private_key_jwt", "jwks": keys, "logo_uri": "https://app.example/l.png",
        "backchannel_logout_uri": "https://app.example/out", "subject_type": "public",
    });
    let mut seeds = vec![
        format!("{id}\napplication/json\n{document}"),
        format!("{id}\nApplication/CIMD+JSON; charset=utf-8\n{many}"),
        format!("http://localhost:8788/client\napplication/json\n{document}"),
        format!("https://app.example:8443/a//b/%20\napplication/json\n{document}"),
        format!("{id}\ntext/html\n{document}"),
        format!("{id}\napplication/+json\n{document}"),
        format!("{id}\napplication/json\n[]"),
    ];
    for address in [
        "https://app.example/",
        "https://app.example/./c",
        "https://app.example/%2e%2E/c",
        "https://App.example/c",
        "https://app.example:443/c",
        "https://app.example/c?x",
        "https://a@app.example/c",
        "https://10.0.0.1/c",
        "https://app.local/c",
    ] {
        seeds.push(format!("{address}\napplication/json\n{document}"));
    }
    for (name, value) in [
        ("client_id", json!("https://app.example:443/client.json")),
        ("client_secret", json!(null)),
        ("client_name", json!("  ")),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("token_endpoint_auth_method", json!(null)),
        ("sector_identifier_uri", json!("https://app.example/s")),
        ("grant_types", json!(["urn:ietf:params:oauth:grant-type:device_code"])),
        ("jwks_uri", json!("https://10.0.0.1/jwks")),
    ] {
        seeds.push(format!("{id}\napplication/json\n{}", with(&document, name, value)));
    }
    seeds
}

fn client_extensions() -> Vec<String> {
    let uris = json!({ "redirect_uris": ["https://client.example/cb"] });
    let full = json!({
        "redirect_uris": ["https://client.example/cb"], "id_token_signed_response_alg": "ES256",
        "userinfo_signed_response_alg": "RS256", "introspection_signed_response_alg": "ES256", "subject_type": "pairwise",
        "sector_identifier_uri": "https://sector.example/uris.json", "default_max_age": 60, "access_token_ttl": 20,
        "post_logout_redirect_uris": ["https://client.example/bye", "com.example.app:/bye"],
        "backchannel_logout_uri": "https://client.example/out", "backchannel_logout_session_required": true,
        "require_pushed_authorization_requests": true, "dpop_bound_access_tokens": true,
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
        "jwks": { "keys": [with(&ec(), "kid", json!("a")), { "kty": "OKP" }] },
    });
    let mut seeds = vec![full.to_string()];
    let pairwise = with(&uris, "subject_type", json!("pairwise"));
    seeds.push(pairwise.to_string());
    for list in [
        json!(["https://a.example/", "https://b.example/"]),
        json!(["https://A.example/", "https://a.example:8443/"]),
        json!(["http://127.0.0.1/"]),
        json!(["com.example.app:/"]),
        json!([]),
    ] {
        seeds.push(with(&pairwise, "redirect_uris", list).to_string());
    }
    for (name, value) in [
        ("jwks", json!({ "keys": [ec(), rsa()] })),
        ("jwks", json!({ "keys": [with(&ec(), "d", json!("AA"))] })),
        ("jwks", json!({ "keys": [ec(), with(&rsa(), "p", json!("AA"))] })),
        ("jwks", json!({ "keys": [] })),
        ("jwks", json!({ "keys": vec![ec(); 9] })),
        ("jwks_uri", json!("https://client.example/jwks")),
        ("jwks_uri", json!("https://10.0.0.1/jwks")),
        ("default_max_age", json!(4_294_967_296_u64)),
        ("default_max_age", json!(0)),
        ("access_token_ttl", json!(1)),
        ("access_token_ttl", json!(86_401)),
        ("post_logout_redirect_uris", json!(["http://client.example/"])),
        ("dpop_bound_access_tokens", json!("true")),
        ("token_endpoint_auth_signing_alg", json!("HS256")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("subject_type", json!("public")),
    ] {
        seeds.push(with(&uris, name, value).to_string());
    }
    let both = with(&uris, "jwks_uri", json!("https://client.example/jwks"));
    seeds.push(with(&both, "jwks", json!({ "keys": [ec()] })).to_string());
    let secret = with(&uris, "token_endpoint_auth_method", json!("client_secret_jwt"));
    seeds.push(with(&secret, "token_endpoint_auth_signing_alg", json!("HS256")).to_string());
    seeds
}

const PROFILES: [&str; 12] = [
    "name=%EC%95%A8%EB%A6%AC%EC%8A%A4&email=alice%40example.com&locale=ko-KR&picture=https%3A%2F%2Fp.example%2Fa.png&zoneinfo=Asia%2FSeoul",
    "name=+a+&email=&locale=+&zoneinfo=UTC",
    "name=a%E2%80%8Bb&email=a%40b.c",
    "name=%C2%A0a%E3%80%80&name=b",
    "email=%3Ca%40b.c%3E&zoneinfo=Asia+Seoul",
    "email=a%40b%40c.d",
    "email=a%40b..c&locale=1a",
    "email=%ED%95%9C%40%ED%95%9C.example&locale=x-klingon-1",
    "picture=http%3A%2F%2Fp.example%2F",
    "picture=https%3A%2F%2F10.0.0.1%2F&name=%3Cscript%3E",
    "picture=HTTPS%3A%2F%2Fp.example%2F",
    "zoneinfo=Etc%2FGMT%2B1&locale=verylongtag",
];

const CACHE_CONTROL: [&str; 12] = [
    "max-age=60\nno-store",
    "public, Max-Age = \"60\" , immutable\nmax-age=600",
    "max-age=99999999999999999999999\nmax-age=18446744073709551615",
    "max-age=\nmax-age=-1",
    "max-age=1.5\n",
    "no-cache=\"set-cookie\"\ns-maxage=60",
    "x=\"a, max-age=5\"\n,,=,",
    "max-age=\"\"60\"\"\nmax-age",
    "NO-STORE\nprivate",
    "max-age=+1\nmax-age=0",
    "max-age\t=\t60\nmax-age=\u{663}",
    "",
];

fn token_exchanges() -> Vec<String> {
    let usual = |word: &str| format!("{EXCHANGE}&subject_token={{{word}}}&subject_token_type={TYPE}");
    let jwt = TYPE.replace("access_token", "jwt");
    let mut seeds: Vec<_> = ["own", "openid", "guarded", "foreign", "chain", "refresh", "x"]
        .iter()
        .map(|word| usual(word))
        .collect();
    let acting = format!("&actor_token={{actor}}&actor_token_type={TYPE}");
    for more in [
        "&resource=https://api.example&scope=calendar.read",
        "&resource=https://api.example&audience=https://api.example",
        "&resource=https://api.example&audience=https://store.example",
        "&resource=https://api.example&resource=https://store.example",
        "&resource=https://as.example/",
        "&audience=https://as.example/demo/calendar&scope=calendar.write",
        "&scope=openid+calendar.read",
        "&scope=admin",
        "&scope=",
        "&scope=%22",
        "&actor_token=x",
        "&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token",
        acting.as_str(),
    ] {
        seeds.push(format!("{}{more}", usual("own")));
    }
    seeds.push(format!("{}&audience=https://store.example", usual("guarded")));
    seeds.push(format!("{}&audience=https://as.example", usual("guarded")));
    seeds.push(format!("{}&audience=https://as.example", usual("openid")));
    seeds.push(format!("{}{acting}", usual("bound")));
    seeds.push(format!("{}{acting}", usual("chain")));
    seeds.push(format!("{}&actor_token={{own}}&actor_token_type={TYPE}", usual("own")));
    seeds.push(format!(
        "{EXCHANGE}&subject_token={{own}}&subject_token_type={jwt}&requested_token_type={TYPE}"
    ));
    seeds.push(format!("{EXCHANGE}&subject_token={{own}}"));
    seeds
}
