//! The machine under test and a table of what it has answered: it is asked once for each grant and command, by the
//! same JSON that an object stores.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use postern::base::time::{Seconds, UnixTime};
use postern::protocol::grant::{Command, Grant, Reply, Transition};
use serde_json::Value;

use crate::commands::{NOW, Order, Settings, TICK, ticks};

/// `postern::protocol::grant::apply`, or something that only looks like it.
pub type Apply = fn(Option<Grant>, Command, UnixTime) -> Transition;

/// A stored grant, by its number in the table.
pub type Stored = Option<u32>;

/// The state of a grant, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Nothing,
    Code,
    Family,
    Tombstone,
}

/// A command and what it came to.
#[derive(Debug)]
pub struct Step {
    pub order: Order,
    pub before: Stage,
    pub after: Stage,
    pub next: Stored,
    /// Whether what is stored is another than before.
    pub changed: bool,
    pub reply: Reply,
}

pub struct Machine {
    pub settings: Settings,
    apply: Apply,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    grants: Vec<Grant>,
    numbers: HashMap<String, u32>,
    steps: HashMap<(Stored, Order), Arc<Step>>,
    older: HashMap<u32, u32>,
}

impl Machine {
    pub fn new(settings: Settings, apply: Apply) -> Self {
        Self { settings, apply, table: Mutex::default() }
    }

    /// A command reaches the object.
    pub fn step(&self, stored: Stored, order: Order) -> Arc<Step> {
        let mut table = self.table.lock().unwrap();
        if let Some(step) = table.steps.get(&(stored, order)) {
            return step.clone();
        }
        let grant = table.grant(stored);
        let Transition { next, reply } = (self.apply)(grant.clone(), self.settings.command(order), NOW);
        // Answers depend on how long ago things were, not on the date; the model builds on it.
        let then = (self.apply)(
            grant.as_ref().map(|g| moved(g, TICK)),
            self.settings.command(order),
            NOW.plus(TICK),
        );
        assert_eq!(then.next, next.as_ref().map(|g| moved(g, TICK)), "{order:?}");
        assert_eq!(then.reply, later(reply.clone()), "{order:?}");

        let (next, changed) = match next {
            Some(next) => {
                let number = table.number(&next);
                (Some(number), Some(number) != stored)
            }
            None => (stored, false),
        };
        let (before, after) = (stage(grant.as_ref()), stage(table.grant(next).as_ref()));
        let step = Arc::new(Step { order, before, after, next, changed, reply });
        table.steps.insert((stored, order), step.clone());
        step
    }

    /// A tick goes by.
    pub fn wait(&self, stored: Stored) -> Stored {
        let number = stored?;
        let mut table = self.table.lock().unwrap();
        if let Some(older) = table.older.get(&number) {
            return Some(*older);
        }
        let grant = table.grant(stored)?;
        let older = table.number(&aged(&grant, self.settings.window));
        table.older.insert(number, older);
        Some(older)
    }

    /// Whether the alarm finds that the record may go.
    pub fn may_be_erased(&self, stored: Stored) -> bool {
        self.table.lock().unwrap().grant(stored).is_some_and(|grant| NOW >= grant.ends_at())
    }

    /// Every command that was ever answered, with its answer.
    pub fn steps(&self) -> Vec<Arc<Step>> {
        self.table.lock().unwrap().steps.values().cloned().collect()
    }
}

impl Table {
    fn grant(&self, stored: Stored) -> Option<Grant> {
        stored.map(|number| self.grants[number as usize].clone())
    }

    fn number(&mut self, grant: &Grant) -> u32 {
        let grant = &uncounted(grant);
        let json = serde_json::to_string(grant).unwrap();
        assert_eq!(&serde_json::from_str::<Grant>(&json).unwrap(), grant);
        let next = u32::try_from(self.grants.len()).unwrap();
        *self.numbers.entry(json).or_insert_with(|| {
            self.grants.push(grant.clone());
            next
        })
    }
}

fn stage(grant: Option<&Grant>) -> Stage {
    match grant {
        None => Stage::Nothing,
        Some(Grant::AwaitingExchange(_)) => Stage::Code,
        // No order here begins one.
        Some(Grant::AwaitingOwner(_)) => Stage::Nothing,
        Some(Grant::Family(_)) => Stage::Family,
        Some(Grant::Revoked(_)) => Stage::Tombstone,
    }
}

/// The grant a tick later, as seen from a clock that stands still. What is past for good is past alike.
fn aged(grant: &Grant, window: u8) -> Grant {
    let floor = NOW.millis() - ticks(window.max(1)).0 * 1000;
    rewritten(grant, &|millis| (millis - TICK.0 * 1000).max(floor))
}

/// The same grant, had everything happened `by` later.
fn moved(grant: &Grant, by: Seconds) -> Grant {
    rewritten(grant, &|millis| millis + by.0 * 1000)
}

fn later(reply: Reply) -> Reply {
    match reply {
        Reply::Issued(mut issued) => {
            issued.issued_at = issued.issued_at.plus(TICK);
            Reply::Issued(issued)
        }
        Reply::Alive(mut alive) => {
            for time in [&mut alive.access_until, &mut alive.created_at, &mut alive.used_at] {
                *time = time.plus(TICK);
            }
            alive.refresh = alive.refresh.map(|(generation, until)| (generation, until.plus(TICK)));
            Reply::Alive(alive)
        }
        other => other,
    }
}

/// The same grant, had nobody counted: how often it was used is only ever told, and would make every state another.
fn uncounted(grant: &Grant) -> Grant {
    let mut json = serde_json::to_value(grant).unwrap();
    if let Some(family) = json.get_mut("family") {
        family["refreshes"] = 0.into();
    }
    serde_json::from_value(json).unwrap()
}

fn rewritten(grant: &Grant, time: &dyn Fn(u64) -> u64) -> Grant {
    let mut json = serde_json::to_value(grant).unwrap();
    rewrite(&mut json, "", time);
    serde_json::from_value(json).unwrap()
}

/// A number that is neither listed as a time nor as anything else stops the model: a new field must be thought about.
fn rewrite(json: &mut Value, name: &str, time: &dyn Fn(u64) -> u64) {
    match json {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| rewrite(value, name, time)),
        Value::Array(values) => values.iter_mut().for_each(|value| rewrite(value, name, time)),
        Value::Number(number) => match name {
            "created_at" | "used_at" | "form_expires_at" | "expires_at" | "access_until" | "idle_until"
            | "max_until" | "at" | "until" => *json = time(number.as_u64().unwrap()).into(),
            // The owner's sign-in is only ever told, never compared.
            "auth_time" | "idle_ttl" | "max_ttl" | "generation" | "refreshes" => {}
            _ => panic!("is {name} a time?"),
        },
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
