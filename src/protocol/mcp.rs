//! The Model Context Protocol, as far as a calendar needs it: JSON-RPC 2.0, one message at a time, no session. MCP
//! 2025-06-18 and 2025-11-25: lifecycle, ping, tools.

use serde_json::{Map, Value, json};

use crate::protocol::calendar::is_title;

/// Revisions that are spoken, newest first.
const VERSIONS: [&str; 2] = ["2025-11-25", "2025-06-18"];

/// What a client sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A call that waits for its result.
    Call {
        /// A string or a number, which stands in the answer again.
        id: Value,
        /// What is called.
        call: Call,
    },
    /// A notification, or an answer: there is nothing to say to it.
    Note,
}

/// What may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `initialize`, and the revision that will be spoken.
    Initialize(&'static str),
    /// `ping`.
    Ping,
    /// `tools/list`.
    ListTools,
    /// `tools/call` of `list_events`.
    ListEvents,
    /// `tools/call` of `add_event`, with the title.
    AddEvent(String),
}

/// What went wrong (JSON-RPC 2.0 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum McpRefusal {
    /// Not JSON.
    Unreadable,
    /// JSON, and not one message. Batches are none since 2025-06-18.
    NoMessage,
    /// Not spoken here.
    Method,
    /// Not what the method takes.
    Params,
    /// The revision that the header names is not spoken here.
    Version,
}

/// A refusal, and the call it answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The call's, or null.
    pub id: Value,
    /// Why.
    pub refusal: McpRefusal,
}

impl McpRefusal {
    /// The status of the response: a call that was understood was answered, whatever the answer is.
    pub const fn status(self) -> u16 {
        match self {
            Self::Method | Self::Params => 200,
            Self::NoMessage | Self::Unreadable | Self::Version => 400,
        }
    }

    const fn code(self) -> (i32, &'static str) {
        match self {
            Self::Unreadable => (-32700, "the body is not JSON"),
            Self::NoMessage => (-32600, "the body is not one JSON-RPC 2.0 message"),
            Self::Version => (-32600, "MCP-Protocol-Version must be 2025-11-25 or 2025-06-18"),
            Self::Method => (-32601, "there is no such method"),
            Self::Params => (-32602, "there is no such tool, or its arguments are others"),
        }
    }
}

impl Failure {
    /// Before there is a call to answer.
    pub const fn early(refusal: McpRefusal) -> Self {
        Self { id: Value::Null, refusal }
    }

    /// The answer.
    pub fn to_json(&self) -> Value {
        let (code, message) = self.refusal.code();
        json!({ "jsonrpc": "2.0", "id": self.id, "error": { "code": code, "message": message } })
    }
}

/// Whether the revision that `MCP-Protocol-Version` names is spoken. A client that sends none has yet to hear of one.
pub fn speaks(version: Option<&str>) -> bool {
    version.is_none_or(|version| VERSIONS.contains(&version))
}

/// Reads a message.
///
/// # Errors
/// [`Failure`].
pub fn parse(body: &[u8]) -> Result<Message, Failure> {
    let sent: Value = serde_json::from_slice(body).map_err(|_| Failure::early(McpRefusal::Unreadable))?;
    let no_message = || Failure::early(McpRefusal::NoMessage);
    let members = sent.as_object().ok_or_else(no_message)?;
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(no_message());
    }
    let id = match members.get("id") {
        None => None,
        Some(id @ (Value::String(_) | Value::Number(_))) => Some(id.clone()),
        Some(_) => return Err(no_message()),
    };
    let method = match members.get("method") {
        Some(Value::String(method)) => method,
        None if id.is_some() && (members.contains_key("result") || members.contains_key("error")) => {
            return Ok(Message::Note);
        }
        _ => return Err(no_message()),
    };
    let Some(id) = id else { return Ok(Message::Note) };
    match call(method, members.get("params")) {
        Ok(call) => Ok(Message::Call { id, call }),
        Err(refusal) => Err(Failure { id, refusal }),
    }
}

fn call(method: &str, params: Option<&Value>) -> Result<Call, McpRefusal> {
    let none = Map::new();
    let params = match params {
        None => &none,
        Some(Value::Object(params)) => params,
        Some(_) => return Err(McpRefusal::Params),
    };
    match method {
        "initialize" => {
            // MCP lifecycle: what the client asks for if it is spoken, else what is; the client may then go.
            let asked = params.get("protocolVersion").and_then(Value::as_str).ok_or(McpRefusal::Params)?;
            let [newest, ..] = VERSIONS;
            Ok(Call::Initialize(VERSIONS.into_iter().find(|version| *version == asked).unwrap_or(newest)))
        }
        "ping" => Ok(Call::Ping),
        "tools/list" => Ok(Call::ListTools),
        "tools/call" => {
            let arguments = match params.get("arguments") {
                None => &none,
                Some(Value::Object(arguments)) => arguments,
                Some(_) => return Err(McpRefusal::Params),
            };
            match params.get("name").and_then(Value::as_str) {
                Some("list_events") => Ok(Call::ListEvents),
                Some("add_event") => match arguments.get("title").and_then(Value::as_str) {
                    Some(title) if is_title(title) => Ok(Call::AddEvent(title.to_owned())),
                    _ => Err(McpRefusal::Params),
                },
                _ => Err(McpRefusal::Params),
            }
        }
        _ => Err(McpRefusal::Method),
    }
}

/// A result, as the answer to a call.
pub fn answer(id: &Value, result: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": result })
}

/// The result of `initialize`.
pub fn introduction(version: &str) -> Value {
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": {} },
        "serverInfo": {
            "name": "postern-calendar",
            "title": "The calendar of Postern",
            "version": env!("CARGO_PKG_VERSION"),
        },
    })
}

/// The result of `tools/list`.
pub fn tools() -> Value {
    json!({ "tools": [
        {
            "name": "list_events",
            "title": "List events",
            "description": "Everything in the calendar of whoever gave access, oldest first.",
            "inputSchema": { "type": "object", "additionalProperties": false },
            "annotations": { "readOnlyHint": true },
        },
        {
            "name": "add_event",
            "title": "Add an event",
            "description": "Adds an event to the calendar of whoever gave access.",
            "inputSchema": {
                "type": "object",
                "properties": { "title": { "type": "string", "minLength": 1, "maxLength": 200 } },
                "required": ["title"],
                "additionalProperties": false,
            },
            "annotations": { "readOnlyHint": false, "destructiveHint": false },
        },
    ] })
}

/// The result of a tool: for programs, and the same as text for models that read text alone.
pub fn tool_result(said: &Value) -> Value {
    json!({
        "content": [{ "type": "text", "text": said.to_string() }],
        "structuredContent": said,
        "isError": false,
    })
}

/// The result of a tool that could not do it: a model may read why.
pub fn tool_failure(why: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": why }], "isError": true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sent: Value) -> Result<Message, (Value, McpRefusal)> {
        parse(sent.to_string().as_bytes()).map_err(|failure| (failure.id, failure.refusal))
    }

    #[test]
    fn a_revision_that_is_spoken_is_spoken_and_another_is_answered_with_the_newest() {
        for (asked, spoken) in [
            ("2025-06-18", "2025-06-18"),
            ("2025-11-25", "2025-11-25"),
            ("2024-11-05", "2025-11-25"),
            ("2099-01-01", "2025-11-25"),
        ] {
            let sent = json!({ "jsonrpc": "2.0", "id": "a", "method": "initialize", "params": { "protocolVersion": asked } });
            let call = Call::Initialize(spoken);
            assert_eq!(read(sent), Ok(Message::Call { id: json!("a"), call }));
        }
        assert!(speaks(None) && speaks(Some("2025-06-18")) && !speaks(Some("2025-03-26")));
    }

    #[test]
    fn what_wants_no_answer_gets_none() {
        for sent in [
            json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
            json!({ "jsonrpc": "2.0", "method": "notifications/unheard-of", "params": [1] }),
            json!({ "jsonrpc": "2.0", "id": 1, "result": {} }),
            json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": 1, "message": "" } }),
        ] {
            assert_eq!(read(sent), Ok(Message::Note));
        }
    }

    #[test]
    fn what_is_no_message_has_no_id_and_what_is_no_call_has_one() {
        for sent in [
            json!([]),
            json!([{ "jsonrpc": "2.0", "id": 1, "method": "ping" }]),
            json!(null),
            json!({}),
            json!({ "id": 1, "method": "ping" }),
            json!({ "jsonrpc": 2.0, "id": 1, "method": "ping" }),
            json!({ "jsonrpc": "2.0", "id": null, "method": "ping" }),
            json!({ "jsonrpc": "2.0", "id": [1], "method": "ping" }),
            json!({ "jsonrpc": "2.0", "id": 1 }),
            json!({ "jsonrpc": "2.0", "id": 1, "method": 1 }),
            json!({ "jsonrpc": "2.0", "result": {} }),
        ] {
            assert_eq!(read(sent.clone()), Err((Value::Null, McpRefusal::NoMessage)), "{sent}");
        }
        assert_eq!(parse(b"{").map_err(|failure| failure.refusal), Err(McpRefusal::Unreadable));
        let add = |arguments: Value| json!({ "name": "add_event", "arguments": arguments });
        for (method, params, refusal) in [
            ("resources/list", json!({}), McpRefusal::Method),
            ("PING", json!({}), McpRefusal::Method),
            ("ping", json!([]), McpRefusal::Params),
            ("initialize", json!({}), McpRefusal::Params),
            ("tools/call", json!({}), McpRefusal::Params),
            ("tools/call", json!({ "name": "drop_events" }), McpRefusal::Params),
            ("tools/call", json!({ "name": "list_events", "arguments": [] }), McpRefusal::Params),
            ("tools/call", json!({ "name": "add_event" }), McpRefusal::Params),
            ("tools/call", add(json!({ "title": 1 })), McpRefusal::Params),
            ("tools/call", add(json!({ "title": " " })), McpRefusal::Params),
            ("tools/call", add(json!({ "title": "a\nb" })), McpRefusal::Params),
            ("tools/call", add(json!({ "title": "x".repeat(201) })), McpRefusal::Params),
        ] {
            let sent = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
            assert_eq!(read(sent.clone()), Err((json!(7), refusal)), "{sent}");
        }
    }
}
