//! An isolate's copies of what clients publish, and how often an origin that had nothing of use is asked again.
//!
//! Fetches are not shared between requests: the platform does not let one request wait for what another one asked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::time::{Seconds, UnixTime};
use crate::jose::jwk::NamedJwk;
use crate::model::client_metadata::ClientMetadata;
use crate::model::metadata_uri::MetadataUri;
use crate::model::redirect_uri::shown_host;

/// Most copies; beyond, the one that ends first makes room.
const MAX_COPIES: usize = 200;
/// Most origins that are counted; beyond, the one that was counted first is forgotten.
const MAX_ORIGINS: usize = 500;
/// How long failures count.
const PERIOD: Seconds = Seconds(60);
/// Most failures of an origin in a period.
const MAX_FAILURES: u32 = 10;
/// Most fetches from one origin at a time.
const MAX_WAITING: u32 = 50;

/// A copy.
#[derive(Clone, Debug)]
pub enum Copy {
    /// The keys of a client.
    Keys(Rc<Vec<NamedJwk>>),
    /// A client's metadata.
    Client(Rc<ClientMetadata>),
}

#[derive(Debug)]
struct Kept {
    copy: Copy,
    fetched_at: UnixTime,
    until: UnixTime,
}

#[derive(Debug, Default)]
struct Asked {
    since: UnixTime,
    failures: u32,
    waiting: u32,
}

/// The copies.
#[derive(Debug, Default)]
pub struct DocumentCache {
    kept: RefCell<BTreeMap<String, Kept>>,
    asked: RefCell<BTreeMap<String, Asked>>,
}

impl DocumentCache {
    /// The keys at an address, with when they were fetched.
    pub fn keys(&self, uri: &MetadataUri, now: UnixTime) -> Option<(Rc<Vec<NamedJwk>>, UnixTime)> {
        match self.fresh(uri, now)? {
            (Copy::Keys(keys), fetched_at) => Some((keys, fetched_at)),
            (Copy::Client(_), _) => None,
        }
    }

    /// The client at an address.
    pub fn client(&self, uri: &MetadataUri, now: UnixTime) -> Option<Rc<ClientMetadata>> {
        match self.fresh(uri, now)? {
            (Copy::Client(metadata), _) => Some(metadata),
            (Copy::Keys(_), _) => None,
        }
    }

    fn fresh(&self, uri: &MetadataUri, now: UnixTime) -> Option<(Copy, UnixTime)> {
        let kept = self.kept.borrow();
        let kept = kept.get(uri.as_str()).filter(|kept| now < kept.until)?;
        Some((kept.copy.clone(), kept.fetched_at))
    }

    /// Keeps a copy for so long. A copy that is over stays until its place is needed: see [`Self::begin`].
    pub fn keep(&self, uri: &MetadataUri, copy: Copy, now: UnixTime, lifetime: Seconds) {
        let mut kept = self.kept.borrow_mut();
        if lifetime.0 == 0 {
            kept.remove(uri.as_str());
            return;
        }
        if kept.len() >= MAX_COPIES && !kept.contains_key(uri.as_str()) {
            let first = kept.iter().min_by_key(|(_, kept)| kept.until).map(|(uri, _)| uri.clone());
            first.and_then(|uri| kept.remove(&uri));
        }
        kept.insert(uri.as_str().to_owned(), Kept { copy, fetched_at: now, until: now.plus(lifetime) });
    }

    /// Whether an address may be asked now. Each yes is followed by [`Self::end`].
    ///
    /// Counted by origin, or by address where it had something of use before: whoever names fifty that are not there must
    /// not keep us from the one that is.
    pub fn begin(&self, uri: &MetadataUri, now: UnixTime) -> bool {
        let counted = self.counted(uri);
        let mut all = self.asked.borrow_mut();
        if all.len() >= MAX_ORIGINS && !all.contains_key(&counted) {
            let first = all.iter().min_by_key(|(_, asked)| asked.since).map(|(origin, _)| origin.clone());
            first.and_then(|origin| all.remove(&origin));
        }
        let asked = all.entry(counted).or_default();
        // Who went away while waiting never ended: that is forgotten, too.
        if now >= asked.since.plus(PERIOD) {
            *asked = Asked { since: now, ..Asked::default() };
        }
        let admitted = asked.failures < MAX_FAILURES && asked.waiting < MAX_WAITING;
        asked.waiting = asked.waiting.saturating_add(u32::from(admitted));
        admitted
    }

    /// An address was asked, and what it had was of use or not. Said before that is kept.
    pub fn end(&self, uri: &MetadataUri, useful: bool) {
        if let Some(asked) = self.asked.borrow_mut().get_mut(&self.counted(uri)) {
            asked.waiting = asked.waiting.saturating_sub(1);
            asked.failures = asked.failures.saturating_add(u32::from(!useful));
        }
    }

    fn counted(&self, uri: &MetadataUri) -> String {
        let known = self.kept.borrow().contains_key(uri.as_str());
        if known { uri.as_str() } else { shown_host(uri.as_str()) }.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1000);

    fn uri(text: &str) -> MetadataUri {
        MetadataUri::parse(text).unwrap()
    }

    fn keys() -> Copy {
        Copy::Keys(Rc::default())
    }

    #[test]
    fn a_copy_is_fresh_until_its_end() {
        let (cache, a) = (DocumentCache::default(), uri("https://a.example/"));
        cache.keep(&a, keys(), NOW, Seconds(60));
        let end = NOW.plus(Seconds(60));
        assert!(cache.keys(&a, end.previous()).is_some_and(|(_, at)| at == NOW));
        assert!(cache.keys(&a, end).is_none() && cache.client(&a, NOW).is_none());
        cache.keep(&a, keys(), NOW, Seconds(0));
        assert!(cache.keys(&a, NOW).is_none());
    }

    #[test]
    fn there_are_only_so_many_copies_and_counts() {
        let cache = DocumentCache::default();
        for n in 0..1000_u64 {
            let uri = uri(&format!("https://{n}.example/"));
            assert!(cache.begin(&uri, NOW.plus(Seconds(n))));
            cache.keep(&uri, keys(), NOW, Seconds(n + 1));
        }
        assert_eq!((cache.kept.borrow().len(), cache.asked.borrow().len()), (MAX_COPIES, MAX_ORIGINS));
        assert!(cache.keys(&uri("https://999.example/"), NOW).is_some());
        assert!(cache.keys(&uri("https://1.example/"), NOW).is_none());
    }

    #[test]
    fn an_origin_that_fails_is_left_alone_for_a_while_and_others_are_not() {
        let cache = DocumentCache::default();
        let good = uri("https://a.example/good");
        assert!(cache.begin(&good, NOW));
        cache.end(&good, true);
        cache.keep(&good, keys(), NOW, Seconds(1));
        let asked = (0..50).filter(|n| {
            let uri = uri(&format!("https://a.example/{n}"));
            let admitted = cache.begin(&uri, NOW);
            if admitted {
                cache.end(&uri, false);
            }
            admitted
        });
        assert_eq!(asked.count(), 10);
        assert!(!cache.begin(&uri("https://a.example/other"), NOW));
        assert!(cache.begin(&uri("https://b.example/"), NOW), "another origin");
        assert!(
            cache.begin(&good, NOW.plus(Seconds(2))),
            "what had something of use, although its copy is over"
        );
        assert!(cache.begin(&uri("https://a.example/other"), NOW.plus(PERIOD)));
    }

    #[test]
    fn only_so_many_wait_for_one_origin() {
        let (cache, a) = (DocumentCache::default(), uri("https://a.example/"));
        assert_eq!((0..100).filter(|_| cache.begin(&a, NOW)).count(), 50);
        cache.end(&a, true);
        assert!(cache.begin(&a, NOW) && !cache.begin(&a, NOW));
    }
}
