//! `/demo/mcp`: the calendar as an MCP server, over streamable HTTP without sessions or streams: one message in, one
//! answer out. `Origin` is not looked at: nothing here knows a browser's user but by the token that the request carries.

use serde_json::json;

use crate::endpoint::demo::{shown, whose};
use crate::endpoint::form::{Face, read_body};
use crate::endpoint::guard::Guard;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Handled, World};
use crate::model::resource::GuardMode;
use crate::model::scope::Scope;
use crate::protocol::calendar::{CalendarCommand, CalendarEntry, CalendarReply};
use crate::protocol::mcp::{
    Call, Failure, McpRefusal, Message, answer, introduction, parse, speaks, tool_failure, tool_result, tools,
};

/// Who speaks to the server at all reads.
const MCP: Guard = Guard { path: "/demo/mcp", mode: GuardMode::Live, scopes: &["calendar.read"] };
/// What adding needs. Both: a client that asks for what a challenge lists, and for no more, keeps what it had.
const ADD: [&str; 2] = ["calendar.read", "calendar.write"];

/// Answers a message.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let access = MCP.admit(world, request).await?;
    if !speaks(request.header("mcp-protocol-version").as_deref()) {
        return Ok(fail(&Failure::early(McpRefusal::Version)));
    }
    let body = read_body(world, request, Face::Json, "application/json").await?;
    let (id, call) = match parse(&body) {
        Ok(Message::Call { id, call }) => (id, call),
        Ok(Message::Note) => return Ok(Response::empty(202).no_store()),
        Err(failure) => return Ok(fail(&failure)),
    };
    let result = match call {
        Call::Initialize(version) => introduction(version),
        Call::Ping => json!({}),
        Call::ListTools => tools(),
        Call::ListEvents => match world.calendars.send(&whose(&access), CalendarCommand::List).await? {
            CalendarReply::Entries(entries) => {
                let entries: Vec<_> = entries.iter().map(shown).collect();
                tool_result(&json!({ "entries": entries }))
            }
            CalendarReply::Added | CalendarReply::Full | CalendarReply::Cleared => {
                tool_result(&json!({ "entries": [] }))
            }
        },
        Call::AddEvent(title) => {
            if let Err(refusal) = access.allows(&Scope::from_tokens(ADD)) {
                return Ok(MCP.refuse(world, &refusal));
            }
            let whose = whose(&access);
            let entry = CalendarEntry { title, added_at: world.now, added_by: access.client_id };
            let added = shown(&entry);
            match world.calendars.send(&whose, CalendarCommand::Add(entry)).await? {
                CalendarReply::Added | CalendarReply::Entries(_) | CalendarReply::Cleared => {
                    tool_result(&added)
                }
                CalendarReply::Full => tool_failure("the calendar has 100 entries, which is its limit"),
            }
        }
    };
    Ok(Response::json(200, &answer(&id, &result)))
}

fn fail(failure: &Failure) -> Response {
    Response::json(failure.refusal.status(), &failure.to_json()).because(failure.refusal)
}
