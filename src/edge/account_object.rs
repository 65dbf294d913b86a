//! The Durable Object of an account.

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::edge::record::{ObjectRecord, answer};
use crate::edge::{Edge, clock};
use crate::store::account_object::AccountObject;

/// One account.
#[durable_object(alarm)]
pub struct Account {
    state: State,
    env: Env,
}

impl DurableObject for Account {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let edge = Edge::new(self.env.clone());
        let record = ObjectRecord(&self.state);
        let object = AccountObject { record: &record, hasher: &edge, grants: &edge, clock: &clock::now };
        answer(request, |command| object.serve(command)).await
    }

    async fn alarm(&self) -> Result<Response> {
        let edge = Edge::new(self.env.clone());
        let record = ObjectRecord(&self.state);
        let object = AccountObject { record: &record, hasher: &edge, grants: &edge, clock: &clock::now };
        let wake = async {
            record.clear_alarm()?;
            object.wake().await
        };
        // An error makes the platform try again.
        wake.await.map_err(|error| worker::Error::RustError(error.0))?;
        Response::ok("")
    }
}
