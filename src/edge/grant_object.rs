//! The Durable Object of a grant.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::edge::object_stub::from_hex;
use crate::edge::record::{ObjectRecord, answer};
use crate::edge::{Edge, clock};
use crate::model::id::GrantId;
use crate::store::grant_object;

/// One grant.
#[durable_object(alarm)]
pub struct Grant {
    state: State,
    env: Env,
}

impl DurableObject for Grant {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let record = ObjectRecord(&self.state);
        answer(request, |command| grant_object::serve(&record, command, clock::now())).await
    }

    async fn alarm(&self) -> Result<Response> {
        let record = ObjectRecord(&self.state);
        let wake = async {
            record.clear_alarm()?;
            match from_hex(&self.state.id().to_string()) {
                Some(id) => {
                    grant_object::wake(&record, GrantId(id), &Edge::new(self.env.clone()), clock::now()).await
                }
                None => Ok(()),
            }
        };
        // An error makes the platform try again.
        wake.await.map_err(|error| worker::Error::RustError(error.0))?;
        Response::ok("")
    }
}
