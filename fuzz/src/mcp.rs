//! Messages of the Model Context Protocol: JSON-RPC 2.0, from anybody with a token.

use postern::protocol::mcp::{Call, Failure, Message, answer, introduction, parse, speaks};
use serde_json::{Value, json};

/// What is read is what was sent, and every answer says which call it is of.
pub fn mcp(data: &[u8]) {
    match parse(data) {
        Ok(Message::Note) => {}
        Ok(Message::Call { id, call }) => {
            let sent: Value = serde_json::from_slice(data).expect("it was read");
            assert_eq!(sent["id"], id);
            assert!(id.is_string() || id.is_number());
            assert_eq!(answer(&id, &json!({}))["id"], id);
            match call {
                Call::AddEvent(title) => {
                    assert_eq!(sent["params"]["arguments"]["title"], title.as_str());
                    assert!(
                        (1..=200).contains(&title.chars().count()) && !title.chars().any(char::is_control)
                    );
                }
                Call::Initialize(version) => {
                    assert!(speaks(Some(version)));
                    assert_eq!(introduction(version)["protocolVersion"], version);
                }
                Call::Ping | Call::ListTools | Call::ListEvents => {}
            }
        }
        Err(failure) => assert_said(&failure),
    }
}

fn assert_said(failure: &Failure) {
    let said = failure.to_json();
    assert_eq!((&said["jsonrpc"], &said["id"]), (&json!("2.0"), &failure.id));
    assert!(said["error"]["code"].as_i64().is_some_and(|code| (-32_768..=-32_000).contains(&code)));
    // Whatever was understood has its call's id, and is answered.
    assert_eq!(failure.refusal.status() == 200, !failure.id.is_null());
}
