//! A world in memory, for native tests and simulation. Objects run the same code as in the Worker.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use async_trait::async_trait;

use crate::base::digest::sha256;
use crate::base::entropy::Entropy;
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::base::time::UnixTime;
use crate::jose::keyring::Keyring;
use crate::model::client::{ClientSummary, StoredClient};
use crate::model::client_id::{ClientHash, ClientId};
use crate::model::consent::{Consent, ListedConsent};
use crate::model::directory_entry::DirectoryEntry;
use crate::model::id::{AccountId, GrantId, SubjectId};
use crate::model::password::Algorithm;
use crate::model::username::Username;
use crate::protocol::account::{AccountCommand, AccountReply, LogoutTarget, Told};
use crate::protocol::calendar::{self, CalendarCommand, CalendarEntry, CalendarReply};
use crate::protocol::grant::{Command, Reply};
use crate::store::account_object::AccountObject;
use crate::store::accounts::Accounts;
use crate::store::calendar::Calendars;
use crate::store::clients::Clients;
use crate::store::consents::Consents;
use crate::store::document_cache::DocumentCache;
use crate::store::grants::Grants;
use crate::store::journal::NotedLately;
use crate::store::logout_notices::{BackChannel, LogoutNotices};
use crate::store::memory_directory::page;
use crate::store::meter::Meter;
use crate::store::page::Page;
use crate::store::passwords::PasswordHasher;
use crate::store::proof_memory::SeenProofs;
use crate::store::rate_limits::{PERIOD, RateLimit, RateLimits};
use crate::store::record::Record;
use crate::store::signing_keys::KeyCache;
use crate::store::web::Document;
use crate::store::{Unavailable, grant_object, memory_journals};

/// Everything that is stored, and a clock that is set by hand.
pub struct Memory {
    /// What was done.
    pub meter: Meter,
    /// The clock of every place.
    pub now: Cell<UnixTime>,
    /// Which hashes were computed.
    pub hashes: RefCell<Vec<Algorithm>>,
    /// Limits that are set: how many acts of one key in a period. The others limit nothing.
    pub limits: RefCell<BTreeMap<RateLimit, u32>>,
    /// Every key that was counted, in order.
    pub limited: RefCell<Vec<(RateLimit, String)>>,
    /// While set, nothing answers.
    pub down: Cell<bool>,
    /// While set, grants do not answer: what an account has to tell them waits.
    pub grants_down: Cell<bool>,
    /// While set, the directory of accounts takes nothing.
    pub directory_down: Cell<bool>,
    /// While set, lists of answers show nothing: they lag behind.
    pub consents_unlisted: Cell<bool>,
    /// While set, the object of the signing keys does not answer.
    pub signing_keys_down: Cell<bool>,
    /// What the web has: documents by their address.
    pub documents: RefCell<BTreeMap<String, Document>>,
    /// Every address that was fetched, in order.
    pub fetched: RefCell<Vec<String>>,
    /// Every form that was posted, with the address it went to.
    pub posted: RefCell<Vec<(String, String)>>,
    /// With which status posts are answered; none: not at all.
    pub post_status: Cell<Option<u16>>,
    /// Whether the other of two isolates is the one that answers: each has a copy of the signing keys of its own.
    pub other_isolate: Cell<bool>,
    /// The root keys, for what objects sign.
    pub root_keys: RefCell<String>,
    /// What objects told the log.
    pub told: RefCell<Vec<String>>,
    /// DPoP proofs that resources have seen.
    pub proofs: SeenProofs,
    pub(super) key_caches: [KeyCache; 2],
    pub(super) document_cache: Rc<DocumentCache>,
    pub(super) signing_keys: RefCell<BTreeMap<u8, Stored>>,
    pub(super) keys_made: Cell<u64>,
    pub(super) directory: RefCell<BTreeMap<String, DirectoryEntry>>,
    clients: RefCell<BTreeMap<ClientHash, StoredClient>>,
    denied: RefCell<Vec<ClientHash>>,
    consents: RefCell<BTreeMap<(SubjectId, ClientHash), Consent>>,
    grants: RefCell<BTreeMap<GrantId, Stored>>,
    accounts: RefCell<BTreeMap<AccountId, Stored>>,
    calendars: RefCell<BTreeMap<String, Vec<CalendarEntry>>>,
    /// While set, journals do not answer.
    pub journals_down: Cell<bool>,
    pub(super) journals: RefCell<BTreeMap<Opaque<32>, Stored>>,
    pub(super) noted: NotedLately,
    next_grant: Cell<u64>,
    entropy: SeededEntropy,
    counts: RefCell<BTreeMap<(RateLimit, String), Counted>>,
}

/// What an object has stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    json: Option<String>,
    pub(super) alarm: Option<UnixTime>,
}

/// What a key did in one period.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    period: u64,
    acts: u32,
}

pub(super) struct MemoryRecord<'a, K> {
    pub(super) objects: &'a RefCell<BTreeMap<K, Stored>>,
    pub(super) key: K,
}

impl Memory {
    /// An empty world.
    pub fn new(now: UnixTime) -> Self {
        Self {
            meter: Meter::default(),
            hashes: RefCell::default(),
            limits: RefCell::default(),
            limited: RefCell::default(),
            now: Cell::new(now),
            down: Cell::new(false),
            grants_down: Cell::new(false),
            directory_down: Cell::new(false),
            consents_unlisted: Cell::new(false),
            signing_keys_down: Cell::new(false),
            documents: RefCell::default(),
            fetched: RefCell::default(),
            posted: RefCell::default(),
            post_status: Cell::new(Some(200)),
            other_isolate: Cell::new(false),
            key_caches: Default::default(),
            root_keys: RefCell::default(),
            told: RefCell::default(),
            entropy: SeededEntropy::new(0),
            proofs: SeenProofs::new(),
            document_cache: Rc::default(),
            signing_keys: RefCell::default(),
            keys_made: Cell::new(0),
            directory: RefCell::default(),
            clients: RefCell::default(),
            denied: RefCell::default(),
            consents: RefCell::default(),
            grants: RefCell::default(),
            accounts: RefCell::default(),
            calendars: RefCell::default(),
            journals_down: Cell::new(false),
            journals: RefCell::default(),
            noted: NotedLately::new(),
            next_grant: Cell::new(0),
            counts: RefCell::default(),
        }
    }

    /// Runs every alarm that is due.
    pub async fn run_alarms(&self) -> Result<(), Unavailable> {
        let now = self.now.get();
        let due = |stored: &Stored| stored.alarm.is_some_and(|at| at <= now);
        let grants: Vec<_> = self.grants.borrow().iter().filter(|(_, s)| due(s)).map(|(id, _)| *id).collect();
        for grant in grants {
            let record = MemoryRecord { objects: &self.grants, key: grant };
            record.clear_alarm();
            grant_object::wake(&record, grant, self, now).await?;
        }
        let accounts: Vec<_> =
            self.accounts.borrow().iter().filter(|(_, s)| due(s)).map(|(id, _)| *id).collect();
        for account in accounts {
            let record = MemoryRecord { objects: &self.accounts, key: account };
            record.clear_alarm();
            self.account(&record, &|| self.now.get()).wake().await?;
        }
        memory_journals::wake(self).await?;
        Ok(())
    }

    /// How many grants and accounts have anything stored.
    pub fn objects(&self) -> (usize, usize) {
        (self.grants.borrow().len(), self.accounts.borrow().len())
    }

    /// How many clients and consents are stored.
    pub fn entries(&self) -> (usize, usize) {
        (self.clients.borrow().len(), self.consents.borrow().len())
    }

    /// Everything that is stored under names of ours, as text: to look for what must not be there.
    pub fn dump(&self) -> String {
        let objects = format!("{:?}{:?}", self.grants.borrow(), self.accounts.borrow());
        let kept = format!("{:?}{:?}", self.clients.borrow(), self.consents.borrow());
        format!("{kept}{objects}{:?}", self.calendars.borrow())
    }

    /// A copy of what is remembered, to play stale reads with.
    pub fn consents(&self) -> BTreeMap<(SubjectId, ClientHash), Consent> {
        self.consents.borrow().clone()
    }

    /// Puts back what was remembered before.
    pub fn set_consents(&self, consents: BTreeMap<(SubjectId, ClientHash), Consent>) {
        self.consents.replace(consents);
    }

    /// A copy of the registered clients, to play stale reads with.
    pub fn clients(&self) -> BTreeMap<ClientHash, StoredClient> {
        self.clients.borrow().clone()
    }

    /// Puts back the registered clients of before.
    pub fn set_clients(&self, clients: BTreeMap<ClientHash, StoredClient>) {
        self.clients.replace(clients);
    }

    fn account<'a>(&'a self, record: &'a dyn Record, clock: &'a dyn Fn() -> UnixTime) -> AccountObject<'a> {
        AccountObject { record, hasher: self, grants: self, signatures: self, notices: self, clock }
    }

    /// The copy of the signing keys in the isolate that answers.
    pub(super) fn key_cache(&self) -> &KeyCache {
        let [first, other] = &self.key_caches;
        if self.other_isolate.get() { other } else { first }
    }

    pub(super) fn answering(&self) -> Result<(), Unavailable> {
        if self.down.get() { Err(Unavailable("the world is down".into())) } else { Ok(()) }
    }
}

impl<K: Ord + Copy> MemoryRecord<'_, K> {
    pub(super) fn clear_alarm(&self) {
        if let Some(stored) = self.objects.borrow_mut().get_mut(&self.key) {
            stored.alarm = None;
        }
    }
}

#[async_trait(?Send)]
impl<K: Ord + Copy> Record for MemoryRecord<'_, K> {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        Ok(self.objects.borrow().get(&self.key).and_then(|stored| stored.json.clone()))
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        self.objects.borrow_mut().entry(self.key).or_default().json = Some(json.to_owned());
        Ok(())
    }

    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable> {
        // The platform says so too.
        if at == UnixTime::default() {
            return Err(Unavailable("no alarm goes off in 1970".into()));
        }
        let mut objects = self.objects.borrow_mut();
        let stored = objects.entry(self.key).or_default();
        stored.alarm = Some(stored.alarm.map_or(at, |earlier| earlier.min(at)));
        Ok(())
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        self.objects.borrow_mut().remove(&self.key);
        Ok(())
    }
}

#[async_trait(?Send)]
impl PasswordHasher for Memory {
    /// Fast, and good for nothing but tests.
    async fn hash(
        &self,
        password: &Secret<String>,
        algorithm: Algorithm,
        salt: Opaque<16>,
    ) -> Result<Secret<Vec<u8>>, Unavailable> {
        self.hashes.borrow_mut().push(algorithm);
        Ok(Secret::new(sha256(format!("{}{algorithm:?}{salt}", password.expose())).to_vec()))
    }
}

#[async_trait(?Send)]
impl Clients for Memory {
    async fn find(&self, id: &ClientId) -> Result<Option<StoredClient>, Unavailable> {
        self.meter.kv_read();
        self.answering()?;
        Ok(self.clients.borrow().get(&id.hash()).cloned())
    }

    async fn save(&self, client: &StoredClient) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.clients.borrow_mut().insert(client.id.hash(), client.clone());
        Ok(())
    }

    async fn list(&self, cursor: Option<&str>) -> Result<Page<ClientSummary>, Unavailable> {
        self.meter.kv_list();
        self.answering()?;
        let clients = self.clients.borrow();
        Ok(page(clients.iter().map(|(hash, client)| (hash.as_str().to_owned(), client.summary())), cursor))
    }

    async fn delete(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.clients.borrow_mut().remove(&id.hash());
        Ok(())
    }

    async fn is_denied(&self, id: &ClientId) -> Result<bool, Unavailable> {
        self.meter.kv_read();
        self.answering()?;
        Ok(self.denied.borrow().contains(&id.hash()))
    }

    async fn deny(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.denied.borrow_mut().push(id.hash());
        Ok(())
    }

    async fn allow(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.denied.borrow_mut().retain(|hash| *hash != id.hash());
        Ok(())
    }
}

#[async_trait(?Send)]
impl Consents for Memory {
    async fn find(&self, sub: SubjectId, client: &ClientHash) -> Result<Option<Consent>, Unavailable> {
        self.meter.kv_read();
        self.answering()?;
        Ok(self.consents.borrow().get(&(sub, client.clone())).cloned())
    }

    async fn save(&self, sub: SubjectId, client: &ClientHash, consent: &Consent) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.consents.borrow_mut().insert((sub, client.clone()), consent.clone());
        Ok(())
    }

    async fn delete(&self, sub: SubjectId, client: &ClientHash) -> Result<(), Unavailable> {
        self.meter.kv_write();
        self.answering()?;
        self.consents.borrow_mut().remove(&(sub, client.clone()));
        Ok(())
    }

    async fn list(&self, sub: SubjectId) -> Result<Vec<ListedConsent>, Unavailable> {
        self.meter.kv_list();
        self.answering()?;
        let consents = self.consents.borrow();
        let own = consents.iter().filter(|((s, _), _)| *s == sub && !self.consents_unlisted.get());
        Ok(own
            .map(|((_, client), consent)| ListedConsent { client: client.clone(), consent: consent.clone() })
            .collect())
    }
}

#[async_trait(?Send)]
impl Grants for Memory {
    fn new_id(&self) -> Result<GrantId, Unavailable> {
        let n = self.next_grant.get();
        self.next_grant.set(n.saturating_add(1));
        Ok(GrantId(Opaque(sha256(n.to_be_bytes()))))
    }

    fn named(&self, name: &str) -> Result<GrantId, Unavailable> {
        Ok(GrantId(Opaque(sha256(name))))
    }

    async fn send(&self, grant: GrantId, command: Command) -> Result<Reply, Unavailable> {
        self.meter.object_call();
        self.answering()?;
        if self.grants_down.get() {
            return Err(Unavailable("grants are down".into()));
        }
        let record = MemoryRecord { objects: &self.grants, key: grant };
        grant_object::serve(&record, command, self.now.get()).await
    }
}

#[async_trait(?Send)]
impl Accounts for Memory {
    fn address(&self, username: &Username) -> Result<AccountId, Unavailable> {
        Ok(AccountId(Opaque(sha256(username.account_name()))))
    }

    async fn send(&self, account: AccountId, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        self.meter.object_call();
        self.answering()?;
        let record = MemoryRecord { objects: &self.accounts, key: account };
        self.account(&record, &|| self.now.get()).serve(command).await
    }
}

#[async_trait(?Send)]
impl LogoutNotices for Memory {
    async fn notify(&self, target: &LogoutTarget, now: UnixTime) -> Told {
        let Ok(keyring) = Keyring::parse(&self.root_keys.borrow()) else { return Told::Unheard };
        BackChannel { keyring: &keyring, entropy: &self.entropy, signing_keys: self, web: self }
            .notify(target, now)
            .await
    }

    fn log(&self, line: &str) {
        self.told.borrow_mut().push(line.to_owned());
    }
}

#[async_trait(?Send)]
impl Calendars for Memory {
    async fn send(&self, whose: &str, command: CalendarCommand) -> Result<CalendarReply, Unavailable> {
        self.meter.object_call();
        self.answering()?;
        let mut calendars = self.calendars.borrow_mut();
        let entries = calendars.get(whose).cloned().unwrap_or_default();
        let (next, reply) = calendar::apply(entries, command);
        match next {
            Some(next) if next.is_empty() => drop(calendars.remove(whose)),
            Some(next) => drop(calendars.insert(whose.to_owned(), next)),
            None => {}
        }
        Ok(reply)
    }
}

#[async_trait(?Send)]
impl RateLimits for Memory {
    async fn admits(&self, limit: RateLimit, key: &str) -> bool {
        self.limited.borrow_mut().push((limit, key.to_owned()));
        let Some(most) = self.limits.borrow().get(&limit).copied() else { return true };
        let period = self.now.get().seconds() / PERIOD;
        let mut counts = self.counts.borrow_mut();
        let counted = counts.entry((limit, key.to_owned())).or_default();
        if counted.period != period {
            *counted = Counted { period, acts: 0 };
        }
        counted.acts = counted.acts.saturating_add(1);
        counted.acts <= most
    }
}

/// Seeded bytes: SHA-256 in counter mode. The same seed gives the same story.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    drawn: Cell<u64>,
}

impl SeededEntropy {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, drawn: Cell::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let n = self.drawn.get();
            self.drawn.set(n.saturating_add(1));
            let block = sha256([self.seed.to_be_bytes(), n.to_be_bytes()].concat());
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
    }
}
