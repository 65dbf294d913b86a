//! `/.well-known/…`.

use serde_json::json;

use crate::support::Harness;

#[test]
fn the_server_says_what_it_can() {
    let harness = Harness::new();
    let answer = harness.get("/.well-known/oauth-authorization-server");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let document = answer.json();
    assert_eq!(document["issuer"], "https://as.example");
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["response_types_supported"], json!(["code"]));
    let grant_types = json!([
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]);
    assert_eq!(document["grant_types_supported"], grant_types);
    assert_eq!(
        document["scopes_supported"],
        json!(["openid", "profile", "email", "offline_access", "calendar.read", "calendar.write"])
    );
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    for name in ["backchannel_logout_supported", "backchannel_logout_session_supported"] {
        assert_eq!(document[name], true, "{name}");
    }
    let methods =
        ["client_secret_basic", "client_secret_post", "none", "client_secret_jwt", "private_key_jwt"];
    assert_eq!(document["token_endpoint_auth_methods_supported"], json!(methods));
    assert_eq!(document["revocation_endpoint_auth_methods_supported"], json!(methods));
    let confidential: Vec<_> = methods.into_iter().filter(|method| *method != "none").collect();
    assert_eq!(document["introspection_endpoint_auth_methods_supported"], json!(confidential));
    for endpoint in ["token", "revocation", "introspection"] {
        let algorithms = &document[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")];
        assert_eq!(*algorithms, json!(["RS256", "ES256", "HS256"]), "{endpoint}");
    }
    assert_eq!(document["client_id_metadata_document_supported"], true);
    // Each endpoint it names is there.
    for (name, method) in [
        ("authorization_endpoint", "GET, POST"),
        ("token_endpoint", "POST"),
        ("device_authorization_endpoint", "POST"),
        ("revocation_endpoint", "POST"),
        ("introspection_endpoint", "POST"),
        ("registration_endpoint", "POST"),
        ("userinfo_endpoint", "GET, POST, HEAD"),
        ("jwks_uri", "GET, HEAD"),
        ("end_session_endpoint", "GET, POST"),
    ] {
        let path = document[name].as_str().unwrap().strip_prefix("https://as.example").unwrap();
        let answer =
            harness.send(crate::support::Sent { method: "PUT".into(), ..crate::support::Sent::get(path) });
        assert_eq!((answer.status, answer.header("allow")), (405, method), "{name}");
    }
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/demo/calendar"]
    {
        assert_eq!(harness.get(path).json(), document, "{path}");
    }
    assert_eq!(harness.get("/.well-known/openid-configuration/elsewhere").status, 404);
    let closed =
        Harness::with(&[("REGISTRATION", "closed")]).get("/.well-known/oauth-authorization-server").json();
    assert_eq!(closed.get("registration_endpoint"), None);
}

#[test]
fn each_resource_says_who_issues_tokens_for_it() {
    let harness = Harness::new();
    let get = |path: &str| harness.get(&format!("/.well-known/oauth-protected-resource{path}"));
    for (path, scopes) in [
        ("", json!(["calendar.read", "calendar.write"])),
        ("/demo/whoami", json!([])),
        ("/demo/calendar", json!(["calendar.read", "calendar.write"])),
        ("/demo/mcp", json!(["calendar.read", "calendar.write"])),
    ] {
        let answer = get(path);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "*"));
        let document = answer.json();
        assert_eq!(document["resource"], format!("https://as.example{path}"));
        assert_eq!(document["authorization_servers"], json!(["https://as.example"]));
        assert_eq!(document["scopes_supported"], scopes);
        assert_eq!(document["bearer_methods_supported"], json!(["header"]));
    }
    for path in ["/", "/demo", "/demo/calendar/", "/demo/calendar/x", "/other"] {
        assert_eq!(get(path).status, 404, "{path}");
    }
}
