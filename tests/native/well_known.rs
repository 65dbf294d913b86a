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
    assert_eq!(
        document["grant_types_supported"],
        json!(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"])
    );
    assert_eq!(
        document["scopes_supported"],
        json!(["openid", "profile", "email", "offline_access", "calendar.read", "calendar.write"])
    );
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    // Each endpoint it names is there.
    for (name, method) in [
        ("authorization_endpoint", "GET, POST"),
        ("token_endpoint", "POST"),
        ("revocation_endpoint", "POST"),
        ("introspection_endpoint", "POST"),
        ("registration_endpoint", "POST"),
        ("userinfo_endpoint", "GET, POST, HEAD"),
        ("jwks_uri", "GET, HEAD"),
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
