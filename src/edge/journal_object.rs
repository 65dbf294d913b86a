//! The Durable Object of a journal, and how often an isolate writes to one.

use async_trait::async_trait;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::base::opaque::Opaque;
use crate::base::time::UnixTime;
use crate::edge::glue::{self, Object};
use crate::edge::record::{ObjectRecord, answer, woken};
use crate::edge::{Edge, clock, task, thrown, unavailable};
use crate::protocol::journal::{Book, JournalCommand, JournalReply};
use crate::store::journal::{Journals, NotedLately};
use crate::store::{Unavailable, journal_object};

thread_local! {
    static NOTED: NotedLately = const { NotedLately::new() };
}

/// Answers a command.
#[wasm_bindgen]
pub fn journal(task: u32, object: Object, command: String) -> JsValue {
    task::begin(task, async move {
        let record = ObjectRecord(&object);
        answer(&command, |command| journal_object::serve(&record, command, clock::now())).await
    })
}

/// Its time has come.
#[wasm_bindgen]
pub fn journal_alarm(task: u32, object: Object) -> JsValue {
    task::begin(task, async move { woken(wake(&object).await) })
}

async fn wake(object: &Object) -> Result<(), Unavailable> {
    let record = ObjectRecord(object);
    record.clear_alarm()?;
    journal_object::wake(&record, clock::now()).await
}

#[async_trait(?Send)]
impl Journals for Edge {
    async fn send(&self, whose: &str, command: JournalCommand) -> Result<JournalReply, Unavailable> {
        let id = glue::id_from_name(&self.env, "JOURNAL", whose).map_err(thrown)?;
        let reply = self.call("JOURNAL", &id, &command).await?;
        reply.ok_or_else(|| Unavailable("a journal without an address".into()))
    }

    async fn note(&self, whose: &str, command: JournalCommand) {
        let command = serde_json::to_string(&command).map_err(unavailable);
        let begun = command.and_then(|command| {
            let id = glue::id_from_name(&self.env, "JOURNAL", whose).map_err(thrown)?;
            self.meter.object_call();
            glue::tell_object(&self.env, "JOURNAL", &id, &command).map_err(thrown)
        });
        if let Err(error) = begun {
            glue::complain(&format!("no journal: {error}"));
        }
    }

    fn first_this_minute(&self, book: Book, what: Opaque<16>, now: UnixTime) -> bool {
        NOTED.with(|noted| noted.first_this_minute(book, what, now))
    }
}
