//! `/demo/mcp`: a calendar that speaks MCP.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, Client, Harness, Sent, tampered};

const MCP: &str = "https://as.example/demo/mcp";
const CHALLENGE: &str =
    r#"Bearer resource_metadata="https://as.example/.well-known/oauth-protected-resource/demo/mcp""#;

fn token(client: &Client<'_>, browser: &Browser<'_>, resource: &str, scope: &str) -> String {
    let changes = [("resource", Some(resource)), ("scope", Some(scope)), ("prompt", Some("consent"))];
    let code = browser.allow(&client.authorize(&changes)).redirected("code").unwrap();
    client.redeem(&code).json()["access_token"].as_str().unwrap().to_owned()
}

fn message(method: &str, params: Value) -> Sent {
    Sent::json("POST", "/demo/mcp", &json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }))
}

fn tool(name: &str, arguments: Value) -> Sent {
    message("tools/call", json!({ "name": name, "arguments": arguments }))
}

#[track_caller]
fn result(answer: &Answer) -> Value {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{answer:?}");
    let body = answer.json();
    assert_eq!((&body["jsonrpc"], &body["id"], body.get("error")), (&json!("2.0"), &json!(7), None));
    body["result"].clone()
}

#[test]
fn a_client_is_introduced_lists_the_tools_and_uses_them() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::public(&harness);
    let access = token(&client, &browser, MCP, "calendar.read calendar.write");
    let send = |sent: Sent| harness.send(sent.with("mcp-protocol-version", "2025-11-25").bearer(&access));
    let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } });
    let introduced = result(&harness.send(message("initialize", hello).bearer(&access)));
    assert_eq!(introduced["protocolVersion"], "2025-06-18");
    assert!(introduced["capabilities"]["tools"].is_object() && introduced["serverInfo"]["name"].is_string());
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let noted = send(Sent::json("POST", "/demo/mcp", &note));
    assert_eq!((noted.status, noted.body.as_str()), (202, ""));
    assert_eq!(result(&send(message("ping", json!({})))), json!({}));
    let names = result(&send(message("tools/list", json!({}))))["tools"].clone();
    assert_eq!((&names[0]["name"], &names[1]["name"]), (&json!("list_events"), &json!("add_event")));
    let empty = result(&send(tool("list_events", json!({}))));
    assert_eq!((&empty["structuredContent"], &empty["isError"]), (&json!({ "entries": [] }), &json!(false)));
    let added = result(&send(tool("add_event", json!({ "title": "치과" }))));
    assert_eq!(added["structuredContent"]["title"], "치과");
    let listed = result(&send(tool("list_events", json!({}))));
    let text: Value = serde_json::from_str(listed["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!((&text, &text["entries"][0]["title"]), (&listed["structuredContent"], &json!("치과")));
    // It is the owner's calendar, by whichever way one comes to it; and nobody else's.
    let (plain, _) = client.tokens(&browser);
    let entries = harness.send(Sent::get("/demo/calendar").bearer(&plain)).json();
    assert_eq!(entries, listed["structuredContent"]);
    let bob = token(&client, &Browser::signed_up(&harness, "bob"), MCP, "calendar.read");
    let of_bob = result(&harness.send(tool("list_events", json!({})).bearer(&bob)));
    assert_eq!(of_bob["structuredContent"], json!({ "entries": [] }));
    for _ in 1..100 {
        result(&send(tool("add_event", json!({ "title": "x" }))));
    }
    assert_eq!(result(&send(tool("add_event", json!({ "title": "x" }))))["isError"], true);
}

#[test]
fn without_a_token_it_says_where_to_get_one_and_for_what() {
    let harness = Harness::new();
    for sent in [message("initialize", json!({})), Sent::form("/demo/mcp", &[]), tool("add_event", json!({}))]
    {
        let answer = harness.send(sent);
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("www-authenticate"), format!("{CHALLENGE}, scope=\"calendar.read\""));
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "WWW-Authenticate, Retry-After, DPoP-Nonce"
        );
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let document = harness.get("/.well-known/oauth-protected-resource/demo/mcp").json();
    assert_eq!(document["resource"], MCP);
    assert_eq!(document["authorization_servers"], json!(["https://as.example"]));
    assert_eq!(document["scopes_supported"], json!(["calendar.read", "calendar.write"]));
    let server = harness.get("/.well-known/oauth-authorization-server").json();
    assert!(server["protected_resources"].as_array().unwrap().contains(&json!(MCP)));
}

#[test]
fn what_needs_more_says_exactly_what_it_needs() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::public(&harness);
    let read = token(&client, &browser, MCP, "openid offline_access calendar.read");
    let answer = harness.send(tool("add_event", json!({ "title": "x" })).bearer(&read));
    answer.assert_error(403, "insufficient_scope");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with(CHALLENGE) && challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(challenge.ends_with("scope=\"calendar.read calendar.write\""), "{challenge}");
    assert_eq!(answer.header("access-control-expose-headers"), "WWW-Authenticate, Retry-After, DPoP-Nonce");
    result(&harness.send(tool("list_events", json!({})).bearer(&read)));
    // A client that got what the challenge lists has what it had before, too.
    let both = token(&client, &browser, MCP, "calendar.read calendar.write");
    result(&harness.send(tool("add_event", json!({ "title": "x" })).bearer(&both)));
    let write = token(&client, &browser, MCP, "calendar.write");
    let answer = harness.send(message("ping", json!({})).bearer(&write));
    answer.assert_error(403, "insufficient_scope");
    assert!(answer.header("www-authenticate").ends_with("scope=\"calendar.read\""));
}

#[test]
fn tokens_for_others_and_dead_ones_are_invalid() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::confidential(&harness);
    let sibling = token(&client, &browser, "https://as.example/demo/calendar", "calendar.read");
    let access = token(&client, &browser, MCP, "calendar.read");
    let ping = |token: &str| harness.send(message("ping", json!({})).bearer(token));
    for token in tampered(&access).iter().chain([&sibling]) {
        ping(token).assert_error(401, "invalid_token");
    }
    harness.send(Sent::get("/demo/calendar").bearer(&access)).assert_error(401, "invalid_token");
    // In the query it is refused, even where it is right.
    let query = Sent { target: format!("/demo/mcp?access_token={access}"), ..message("ping", json!({})) };
    harness.send(query).assert_error(400, "invalid_request");
    assert_eq!(ping(&access).status, 200);
    client.post("/revoke", &[("token", &access)]);
    ping(&access).assert_error(401, "invalid_token");
}

#[test]
fn the_resource_is_asked_for_as_it_is_spelled() {
    let harness = Harness::new();
    let browser = Browser::signed_up(&harness, "alice");
    let client = Client::public(&harness);
    for resource in [
        "https://as.example/demo/mcp/",
        "https://as.example/demo/MCP",
        "https://as.example/demo/mcp-other",
        "https://as.example:443/demo/mcp",
        "http://as.example/demo/mcp",
        "https://as.example/demo/mcp?x",
        "https://as.example/demo/mcp#x",
        "https://as.example/demo",
    ] {
        let answer = browser.get(&client.authorize(&[("resource", Some(resource))]));
        assert_eq!(answer.redirected("error").as_deref(), Some("invalid_target"), "{resource}");
    }
    for path in ["/demo/mcp/", "/demo/mcp/x", "/demo"] {
        assert_eq!(
            harness.get(&format!("/.well-known/oauth-protected-resource{path}")).status,
            404,
            "{path}"
        );
        assert_eq!(harness.send(Sent::json("POST", &format!("{path}/"), &json!({}))).status, 404, "{path}");
    }
}

#[test]
fn there_are_no_streams_and_no_sessions() {
    let harness = Harness::new();
    for method in ["GET", "DELETE", "PUT", "HEAD"] {
        let answer = harness.send(Sent { method: method.into(), ..Sent::get("/demo/mcp") });
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
    let preflight = harness.send(Sent { method: "OPTIONS".into(), ..Sent::get("/demo/mcp") });
    assert_eq!((preflight.status, preflight.header("access-control-allow-methods")), (204, "POST"));
    assert!(preflight.header("access-control-allow-headers").contains("MCP-Protocol-Version"));
}

#[test]
fn what_is_no_message_or_no_method_is_said_in_the_words_of_json_rpc() {
    let harness = Harness::new();
    let client = Client::public(&harness);
    let access = token(&client, &Browser::signed_up(&harness, "alice"), MCP, "calendar.read");
    let raw = |body: &str| Sent { body: body.into(), ..message("ping", json!({})) };
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#;
    for (sent, status, code, name) in [
        (raw("{"), 400, -32700, "Unreadable"),
        (raw(""), 400, -32700, "Unreadable"),
        (raw("\u{fffd}"), 400, -32700, "Unreadable"),
        (raw(batch), 400, -32600, "NoMessage"),
        (raw("{}"), 400, -32600, "NoMessage"),
        (message("ping", json!({})).with("mcp-protocol-version", "2024-11-05"), 400, -32600, "Version"),
        (message("ping", json!({})).with("mcp-protocol-version", "x"), 400, -32600, "Version"),
        (message("resources/list", json!({})), 200, -32601, "Method"),
        (message("ping", json!([])), 200, -32602, "Params"),
        (tool("drop_events", json!({})), 200, -32602, "Params"),
        (tool("add_event", json!({})), 200, -32602, "Params"),
    ] {
        let answer = harness.send(sent.bearer(&access));
        let body = answer.json();
        assert_eq!((answer.status, body["error"]["code"].as_i64()), (status, Some(code)), "{answer:?}");
        assert_eq!(answer.refusal.as_deref(), Some(name));
        assert_eq!(body["id"], if status == 200 { json!(7) } else { Value::Null });
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let text = message("ping", json!({})).with("content-type", "text/plain").bearer(&access);
    harness.send(text).assert_error(415, "invalid_request");
    harness.send(raw(&" ".repeat(70_000)).bearer(&access)).assert_error(413, "invalid_request");
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(harness.send(raw(&deep).bearer(&access)).status, 400);
}
