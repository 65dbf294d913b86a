//! The Durable Object of an owner's calendar.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::edge::record::{ObjectRecord, answer};
use crate::protocol::calendar::{CalendarCommand, apply};
use crate::store::record::{load, save};

/// One calendar.
#[durable_object(fetch)]
pub struct Calendar {
    state: State,
}

impl DurableObject for Calendar {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let record = ObjectRecord(&self.state);
        answer(request, |command: CalendarCommand| async move {
            let (next, reply) = apply(load(&record)?.unwrap_or_default(), command);
            if let Some(next) = next {
                save(&record, &next)?;
            }
            Ok(reply)
        })
        .await
    }
}
