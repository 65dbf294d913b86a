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
use crate::model::picture::Picture;
use crate::model::redirect_uri::shown_host;

/// Most copies; beyond, the one that ends first makes room.
const MAX_COPIES: usize = 200;
/// Most origins that are counted; beyond, the one that was counted first is forgotten.
const MAX_ORIGINS: usize = 500;
/// How long failures count.
const PERIOD: Seconds = Seconds(60);
/// Most times in a period that an origin may be out of reach.
const MAX_FAILURES: u32 = 10;
/// Most documents of no use of one origin in a period: whoever names addresses that are not there must not make us a
/// nuisance to it, nor keep us from those that are.
const MAX_USELESS: u32 = 60;
/// How much longer a copy will do while its address is out of reach.
const GRACE: Seconds = Seconds::minutes(60);
/// Most fetches from one origin at a time.
const MAX_WAITING: u32 = 50;

/// A copy.
#[derive(Clone, Debug)]
pub enum Copy {
    /// The keys of a client.
    Keys(Rc<Vec<NamedJwk>>),
    /// A client's metadata.
    Client(Rc<ClientMetadata>),
    /// The logo of the deployment.
    Logo(Rc<Picture>),
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
    useless: u32,
    waiting: u32,
}

/// An address that is being asked.
#[derive(Debug)]
pub struct Asking(String);

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It had what was looked for.
    Useful,
    /// It answered, with something else.
    Useless,
    /// It did not answer, or said that it cannot.
    Failed,
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
            _ => None,
        }
    }

    /// The client at an address.
    pub fn client(&self, uri: &MetadataUri, now: UnixTime) -> Option<Rc<ClientMetadata>> {
        match self.fresh(uri, now)? {
            (Copy::Client(metadata), _) => Some(metadata),
            _ => None,
        }
    }

    /// The logo of the deployment.
    pub fn logo(&self, uri: &MetadataUri, now: UnixTime) -> Option<Rc<Picture>> {
        match self.fresh(uri, now)? {
            (Copy::Logo(picture), _) => Some(picture),
            _ => None,
        }
    }

    /// The client that was at an address lately: while its document is out of reach for a moment, the copy will do. A
    /// client that heard that there is none would throw away what it has.
    pub fn client_lately(&self, uri: &MetadataUri, now: UnixTime) -> Option<Rc<ClientMetadata>> {
        match self.lately(uri, now)? {
            Copy::Client(metadata) => Some(metadata),
            _ => None,
        }
    }

    /// The keys that were at an address lately.
    pub fn keys_lately(&self, uri: &MetadataUri, now: UnixTime) -> Option<Rc<Vec<NamedJwk>>> {
        match self.lately(uri, now)? {
            Copy::Keys(keys) => Some(keys),
            _ => None,
        }
    }

    fn lately(&self, uri: &MetadataUri, now: UnixTime) -> Option<Copy> {
        let kept = self.kept.borrow();
        Some(kept.get(uri.as_str()).filter(|kept| now < kept.until.plus(GRACE))?.copy.clone())
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

    /// Leave to ask an address now. It is given back to [`Self::end`].
    ///
    /// Counted by origin, or by address where it had something of use before: whoever names fifty that are not there must
    /// not keep us from the one that is.
    pub fn begin(&self, uri: &MetadataUri, now: UnixTime) -> Option<Asking> {
        self.begin_counting(self.counted(uri), now)
    }

    /// The same, to ask for a client's logo. No copy is kept of those, so whoever looks at one page again and again asks
    /// its origin each time: end each as [`Ended::Useless`], which admits so many and no more. Counted apart, or the logos
    /// of an origin would keep us from its clients.
    pub fn begin_logo(&self, uri: &MetadataUri, now: UnixTime) -> Option<Asking> {
        self.begin_counting(format!("logos of {}", shown_host(uri.as_str())), now)
    }

    fn begin_counting(&self, counted: String, now: UnixTime) -> Option<Asking> {
        let mut all = self.asked.borrow_mut();
        if all.len() >= MAX_ORIGINS && !all.contains_key(&counted) {
            let first = all.iter().min_by_key(|(_, asked)| asked.since).map(|(origin, _)| origin.clone());
            first.and_then(|origin| all.remove(&origin));
        }
        let asked = all.entry(counted.clone()).or_default();
        // Who went away while waiting never ended: that is forgotten, too.
        if now >= asked.since.plus(PERIOD) {
            *asked = Asked { since: now, ..Asked::default() };
        }
        let admitted =
            asked.failures < MAX_FAILURES && asked.useless < MAX_USELESS && asked.waiting < MAX_WAITING;
        asked.waiting = asked.waiting.saturating_add(u32::from(admitted));
        admitted.then_some(Asking(counted))
    }

    /// An address was asked.
    pub fn end(&self, asking: &Asking, ended: Ended) {
        if let Some(asked) = self.asked.borrow_mut().get_mut(&asking.0) {
            asked.waiting = asked.waiting.saturating_sub(1);
            asked.failures = asked.failures.saturating_add(u32::from(ended == Ended::Failed));
            asked.useless = asked.useless.saturating_add(u32::from(ended == Ended::Useless));
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
        let grace = end.plus(GRACE);
        assert!(cache.keys_lately(&a, grace.previous()).is_some() && cache.keys_lately(&a, grace).is_none());
        assert!(cache.client_lately(&a, NOW).is_none());
        cache.keep(&a, keys(), NOW, Seconds(0));
        assert!(cache.keys(&a, NOW).is_none() && cache.keys_lately(&a, NOW).is_none());
    }

    #[test]
    fn there_are_only_so_many_copies_and_counts() {
        let cache = DocumentCache::default();
        for n in 0..1000_u64 {
            let uri = uri(&format!("https://{n}.example/"));
            assert!(cache.begin(&uri, NOW.plus(Seconds(n))).is_some());
            cache.keep(&uri, keys(), NOW, Seconds(n + 1));
        }
        assert_eq!((cache.kept.borrow().len(), cache.asked.borrow().len()), (MAX_COPIES, MAX_ORIGINS));
        assert!(cache.keys(&uri("https://999.example/"), NOW).is_some());
        assert!(cache.keys(&uri("https://1.example/"), NOW).is_none());
    }

    /// How many of a hundred addresses of an origin are asked, where each ends so.
    fn asked(cache: &DocumentCache, ended: Ended) -> usize {
        let ask = |n: &u32| {
            let asking = cache.begin(&uri(&format!("https://a.example/{n}")), NOW);
            asking.map(|asking| cache.end(&asking, ended)).is_some()
        };
        (0..100).filter(ask).count()
    }

    #[test]
    fn an_origin_that_fails_is_left_alone_for_a_while_and_others_are_not() {
        let cache = DocumentCache::default();
        let good = uri("https://a.example/good");
        cache.end(&cache.begin(&good, NOW).unwrap(), Ended::Useful);
        cache.keep(&good, keys(), NOW, Seconds(1));
        assert_eq!(asked(&cache, Ended::Failed), 10);
        assert!(cache.begin(&uri("https://a.example/other"), NOW).is_none());
        assert!(cache.begin(&uri("https://b.example/"), NOW).is_some(), "another origin");
        assert!(
            cache.begin(&good, NOW.plus(Seconds(2))).is_some(),
            "what had something of use, although its copy is over"
        );
        assert!(cache.begin(&uri("https://a.example/other"), NOW.plus(PERIOD)).is_some());
    }

    #[test]
    fn addresses_that_are_not_there_do_not_hide_the_one_that_is_before_there_are_many() {
        let cache = DocumentCache::default();
        for n in 0..30 {
            let asking = cache.begin(&uri(&format!("https://a.example/made-up/{n}")), NOW).unwrap();
            cache.end(&asking, Ended::Useless);
        }
        assert!(cache.begin(&uri("https://a.example/good"), NOW).is_some());
        assert_eq!(asked(&DocumentCache::default(), Ended::Useless), 60);
        assert_eq!(asked(&DocumentCache::default(), Ended::Useful), 100);
    }

    #[test]
    fn only_so_many_wait_for_one_origin_even_where_it_becomes_known_meanwhile() {
        let (cache, a) = (DocumentCache::default(), uri("https://a.example/"));
        let waiting: Vec<_> = (0..100).filter_map(|_| cache.begin(&a, NOW)).collect();
        assert_eq!(waiting.len(), 50);
        cache.keep(&a, keys(), NOW, Seconds(1));
        cache.end(&waiting[0], Ended::Useful);
        let other = uri("https://a.example/other");
        assert!(cache.begin(&other, NOW).is_some() && cache.begin(&other, NOW).is_none());
    }
}
