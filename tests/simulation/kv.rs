//! Workers KV as Cloudflare documents it: every place has a view of its own. A write is seen elsewhere after a minute or
//! so, misses are remembered too, a key takes one write a second, and lists lag like reads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use postern::store::Unavailable;

use crate::scheduler::{Scheduler, Time};
use crate::temper::Temper;

/// How long a place may serve what it has read before.
const CACHED_FOR: Time = 60_000;
/// How far behind a first read may be.
const LAG: Time = 60_000;
/// What a reader may be behind, all told.
pub const STALENESS: Time = CACHED_FOR + LAG;

struct Version {
    since: Time,
    value: Option<String>,
}

struct Seen {
    at: Time,
    value: Option<String>,
}

/// All keys, and what each place has seen of them.
pub struct Kv {
    scheduler: Rc<Scheduler>,
    temper: Temper,
    keys: RefCell<BTreeMap<String, Vec<Version>>>,
    seen: RefCell<BTreeMap<(usize, String), Seen>>,
}

impl Kv {
    /// Empty.
    pub fn new(scheduler: &Rc<Scheduler>, temper: &Temper) -> Self {
        let (keys, seen) = (RefCell::default(), RefCell::default());
        Self { scheduler: Rc::clone(scheduler), temper: temper.clone(), keys, seen }
    }

    /// Puts there what was there long before.
    pub fn begin_with(&self, key: &str, value: String) {
        self.keys.borrow_mut().insert(key.to_owned(), vec![Version { since: 0, value: Some(value) }]);
    }

    /// Reads, as `place` sees it.
    pub async fn read(&self, place: usize, key: &str) -> Result<Option<String>, Unavailable> {
        self.scheduler.sleep(self.temper.latency(&self.scheduler)).await;
        if self.scheduler.happens(self.temper.kv_fails) {
            return Err(Unavailable("KV did not answer".into()));
        }
        Ok(self.view(place, key))
    }

    /// Writes, or deletes.
    pub async fn write(&self, place: usize, key: &str, value: Option<String>) -> Result<(), Unavailable> {
        self.scheduler.sleep(self.temper.latency(&self.scheduler)).await;
        let lost = self.scheduler.happens(self.temper.kv_fails);
        if lost && self.scheduler.pick(2) == 0 {
            return Err(Unavailable("KV refused the write".into()));
        }
        let now = self.scheduler.now();
        let mut keys = self.keys.borrow_mut();
        let versions = keys.entry(key.to_owned()).or_default();
        if versions.last().is_some_and(|last| now < last.since + 1000) && self.temper.kv_lags {
            return Err(Unavailable("429: one write a second".into()));
        }
        versions.push(Version { since: now, value: value.clone() });
        drop(keys);
        // Where it was written it is seen at once, usually.
        if !(self.temper.kv_lags && self.scheduler.happens(300)) {
            self.seen.borrow_mut().insert((place, key.to_owned()), Seen { at: now, value });
        }
        match lost {
            true => Err(Unavailable("KV wrote, and its answer was lost".into())),
            false => Ok(()),
        }
    }

    /// Keys with a prefix and their values, as `place` sees them.
    pub async fn list(&self, place: usize, prefix: &str) -> Result<Vec<(String, String)>, Unavailable> {
        self.scheduler.sleep(self.temper.latency(&self.scheduler)).await;
        if self.scheduler.happens(self.temper.kv_fails) {
            return Err(Unavailable("KV did not answer".into()));
        }
        let names: BTreeSet<_> =
            self.keys.borrow().keys().filter(|key| key.starts_with(prefix)).cloned().collect();
        Ok(names.into_iter().filter_map(|key| self.view(place, &key).map(|value| (key, value))).collect())
    }

    /// Every key that has a value, and since when it has that one.
    pub fn stored(&self) -> Vec<(String, Time)> {
        let keys = self.keys.borrow();
        let newest = keys.iter().filter_map(|(key, versions)| Some((key, versions.last()?)));
        newest.filter(|(_, last)| last.value.is_some()).map(|(key, last)| (key.clone(), last.since)).collect()
    }

    fn view(&self, place: usize, key: &str) -> Option<String> {
        let now = self.scheduler.now();
        let newest = self.keys.borrow().get(key).and_then(|versions| versions.last()?.value.clone());
        if !self.temper.kv_lags || self.scheduler.calm.get() {
            return newest;
        }
        let at = (place, key.to_owned());
        if let Some(seen) = self.seen.borrow().get(&at).filter(|seen| now < seen.at + CACHED_FOR) {
            // Mostly what was seen before; now and then the cache has dropped it.
            if !self.scheduler.happens(200) {
                return seen.value.clone();
            }
        }
        let value = if self.scheduler.happens(400) { self.older(key, now) } else { newest };
        self.seen.borrow_mut().insert(at, Seen { at: now, value: value.clone() });
        value
    }

    /// Any version that was the newest at some time within the lag.
    fn older(&self, key: &str, now: Time) -> Option<String> {
        let keys = self.keys.borrow();
        let versions = keys.get(key)?;
        let oldest = match versions.iter().rposition(|version| version.since + LAG <= now) {
            Some(at) => versions.len() - at,
            // "Nothing was there yet" counts, too.
            None => versions.len() + 1,
        };
        let back = self.scheduler.pick(u32::try_from(oldest).unwrap()) as usize;
        match (versions.len() - 1).checked_sub(back) {
            Some(at) => versions[at].value.clone(),
            None => None,
        }
    }
}
