//! The whole world: places with clocks and KV views of their own, objects, keys that rotate, and a network that loses
//! and repeats. The endpoints are the ones of the Worker.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use async_trait::async_trait;
use postern::base::base64url;
use postern::base::digest::sha256;
use postern::base::opaque::Opaque;
use postern::base::time::UnixTime;
use postern::endpoint::request::{Body, BodyError, Headers, Request};
use postern::endpoint::{World, routes};
use postern::jose::keyring::Keyring;
use postern::model::client::{ClientSummary, StoredClient};
use postern::model::client_id::{ClientHash, ClientId};
use postern::model::config::Config;
use postern::model::consent::{Consent, ListedConsent};
use postern::model::directory_entry::DirectoryEntry;
use postern::model::id::{AccountId, GrantId, SubjectId};
use postern::model::issuer::Issuer;
use postern::model::username::Username;
use postern::protocol::account::{AccountCommand, AccountReply};
use postern::protocol::calendar::{self, CalendarCommand, CalendarEntry, CalendarReply};
use postern::protocol::grant::{Command, Reply};
use postern::store::Unavailable;
use postern::store::accounts::Accounts;
use postern::store::calendar::Calendars;
use postern::store::clients::Clients;
use postern::store::consents::Consents;
use postern::store::directory::Directory;
use postern::store::grants::Grants;
use postern::store::memory::{Memory, SeededEntropy};
use postern::store::meter::Meter;
use postern::store::page::Page;
use postern::store::proof_memory::SeenProofs;
use postern::store::rate_limits::{RateLimit, RateLimits};
use postern::store::signing_keys::KeyCache;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::gateway::Gateway;
use crate::http::{Answer, Sent};
use crate::keys::Verifier;
use crate::kv::Kv;
use crate::objects::{Address, Message, Objects, Said, call};
use crate::oracle::Oracle;
use crate::planted::Planted;
use crate::scheduler::{Scheduler, Slot, Time};
use crate::temper::{Temper, skewed};

pub const ISSUER: &str = "https://as.example";
/// When schedules begin.
const EPOCH: u64 = 1_800_000_000_000;
/// The token of the operator.
pub const ADMIN_TOKEN: &str = "admin-token-of-the-ocean";
/// The initial access token.
pub const REGISTRATION_TOKEN: &str = "registration-token-of-the-ocean";

const SCOPES: &str = r#"[
    {"name":"calendar.read","default":true,"en":{"title":"r","description":"r"},"ko":{"title":"r","description":"r"}},
    {"name":"calendar.write","optional":true,"en":{"title":"w","description":"w"},"ko":{"title":"w","description":"w"}},
    {"name":"notes","optional":true,"en":{"title":"n","description":"n"},"ko":{"title":"n","description":"n"}}]"#;

/// A schedule's world.
pub struct Ocean {
    pub scheduler: Rc<Scheduler>,
    pub temper: Temper,
    pub config: Config,
    /// The same, once somebody administers.
    administered: OnceCell<Config>,
    pub kv: Kv,
    pub objects: Objects,
    pub oracle: Oracle,
    pub planted: Option<Planted>,
    pub entropy: SeededEntropy,
    /// Before, during and after the rotation of the root key.
    keyrings: [Keyring; 3],
    /// When each place takes the next keyring into use.
    deployed: Vec<[Time; 2]>,
    skews: Vec<i64>,
    next_grant: Cell<u64>,
    calendars: RefCell<BTreeMap<String, Vec<CalendarEntry>>>,
    /// Signatures and ciphers, which know no time.
    pub keys: Memory,
    /// Each place's copy of the signing keys.
    pub key_caches: Vec<KeyCache>,
    next_key: Cell<u64>,
    /// DPoP proofs that resources have seen, by place.
    proofs: Vec<SeenProofs>,
    /// The client that guards the API, and exchanges what it is sent.
    pub gateway: Gateway,
    /// What clients verify logout tokens with.
    pub listeners: Rc<Verifier>,
}

impl Ocean {
    /// An empty one.
    pub fn new(scheduler: Rc<Scheduler>, planted: Option<Planted>) -> Rc<Self> {
        let temper = Temper::draw(&scheduler);
        let root = |n: u8| format!("k{n}:{}", base64url::encode([n; 32]));
        let rings = [root(1), format!("{},{}", root(1), root(2)), format!("{},{}", root(2), root(1))];
        let keyrings = rings.clone().map(|ring| Keyring::parse(&ring).unwrap());
        let gateway = Gateway::new(&keyrings[1]);
        let resources = gateway.resources();
        let (config, _) = Config::load(|name| match name {
            "ROOT_KEYS" => Some(root(1)),
            "ISSUER" => Some(ISSUER.into()),
            "ADMIN_TOKEN" => Some(ADMIN_TOKEN.into()),
            "REGISTRATION_TOKEN" => Some(REGISTRATION_TOKEN.into()),
            "SCOPES" => Some(SCOPES.into()),
            "RESOURCES" => Some(resources.clone()),
            "DEVICE_CODE_TTL" => Some("300".into()),
            _ => None,
        })
        .unwrap();
        let places = 0..temper.places;
        let appended = Time::from(scheduler.pick(7_200_000));
        // Ten minutes, as the README says, before the new key signs.
        let moved = appended + 600_000 + Time::from(scheduler.pick(600_000));
        let deployed = places
            .clone()
            .map(|_| match temper.keys_rotate {
                true => [appended, moved].map(|at| at + Time::from(scheduler.pick(60_000))),
                false => [Time::MAX; 2],
            })
            .collect();
        let skews = places.map(|place| skewed(&scheduler, temper.skew, place)).collect();
        let key_caches = (0..temper.places).map(|_| KeyCache::new()).collect();
        let kv = Kv::new(&scheduler, &temper);
        let metadata = gateway.register(&config.catalogue, &keyrings[1]);
        kv.begin_with(&client_key(&metadata.id), serde_json::to_string(&metadata).unwrap());
        let proofs = (0..temper.places).map(|_| SeenProofs::new()).collect();
        Rc::new(Self {
            kv,
            temper,
            config,
            administered: OnceCell::new(),
            objects: Objects::default(),
            oracle: Oracle::default(),
            planted,
            entropy: SeededEntropy::new(1),
            keyrings,
            deployed,
            skews,
            next_grant: Cell::new(0),
            calendars: RefCell::default(),
            keys: Memory::new(UnixTime::default()),
            key_caches,
            next_key: Cell::new(0),
            proofs,
            gateway,
            listeners: Rc::default(),
            scheduler,
        })
    }

    /// What a clock shows that is wrong by `skew`.
    pub fn clock(&self, skew: i64) -> UnixTime {
        UnixTime::from_millis((EPOCH + self.scheduler.now()).saturating_add_signed(skew))
    }

    /// The keys that know everything.
    pub fn keyring(&self) -> &Keyring {
        &self.keyrings[1]
    }

    /// What the clock of a place shows.
    pub fn clock_at(&self, place: usize) -> UnixTime {
        self.clock(self.skews[place])
    }

    /// The operator names somebody in the settings.
    pub fn is_administered_by(&self, sub: SubjectId) {
        let config = Config { admins: vec![sub], ..self.config.clone() };
        assert!(self.administered.set(config).is_ok());
    }

    /// A number for a key that is made.
    pub fn next_key(&self) -> u64 {
        self.next_key.replace(self.next_key.get() + 1)
    }

    /// The keys that a place goes by.
    pub fn keyring_at(&self, place: usize) -> &Keyring {
        let now = self.scheduler.now();
        &self.keyrings[self.deployed[place].iter().filter(|at| now >= **at).count()]
    }

    /// Sends a request over the network. `None`: no answer came back, whatever was done.
    pub async fn send(self: &Rc<Self>, place: usize, sent: Sent) -> Option<Answer> {
        let (scheduler, temper) = (&self.scheduler, &self.temper);
        let place = place % temper.places;
        scheduler.sleep(temper.latency(scheduler)).await;
        let lost = scheduler.happens(temper.answers_lost);
        if lost && scheduler.pick(3) == 0 {
            return None;
        }
        if sent.may_be_repeated && scheduler.happens(temper.duplicates) {
            let (ocean, again) = (Rc::clone(self), sent.clone());
            scheduler.spawn(async move {
                ocean.scheduler.sleep(ocean.temper.latency(&ocean.scheduler)).await;
                ocean.serve(place, again).await;
            });
        }
        let answer = Slot::new();
        let (ocean, into) = (Rc::clone(self), answer.clone());
        let task = scheduler.spawn(async move { into.put(Some(ocean.serve(place, sent).await)) });
        if scheduler.happens(temper.hang_ups) {
            // The platform ends the handler where it stands; what objects were told goes on.
            let (ocean, answer) = (Rc::clone(self), answer.clone());
            scheduler.spawn(async move {
                ocean.scheduler.sleep(Time::from(ocean.scheduler.pick(60))).await;
                ocean.scheduler.cancel(task);
                answer.put(None);
            });
        }
        let answer = answer.wait().await;
        scheduler.sleep(temper.latency(scheduler)).await;
        if lost { None } else { answer }
    }

    /// Answers a request as the Worker does, and shows the answer to the oracles.
    async fn serve(self: &Rc<Self>, place: usize, sent: Sent) -> Answer {
        let reach = Reach::new(self, place);
        let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
        let request = Request {
            method: sent.method.into(),
            path: path.into(),
            query: query.into(),
            headers: Box::new(SentHeaders(sent.headers.clone())),
            body: Box::new(SentBody(sent.body.clone())),
        };
        let world = World {
            config: self.administered.get().unwrap_or(&self.config),
            keyring: self.keyring_at(place),
            issuer: Issuer::parse(ISSUER).unwrap(),
            now: self.clock(self.skews[place]),
            entropy: &self.entropy,
            clients: &reach,
            consents: &reach,
            directory: &reach,
            grants: &reach,
            accounts: &reach,
            calendars: &reach,
            // Nobody reads them here.
            journals: &self.keys,
            rate_limits: &reach,
            signing_keys: &reach,
            signatures: &self.keys,
            web: &self.keys,
            proofs: &self.proofs[place],
            gives_nonce: Cell::default(),
            developed: OnceCell::new(),
            id: OnceCell::new(),
        };
        let began = self.scheduler.now();
        self.oracle.begins(self, &sent);
        let response = routes::answer(&world, &request).await;
        let answer = Answer {
            status: response.status.as_u16(),
            headers: response.headers,
            body: String::from_utf8_lossy(&response.body).into_owned(),
            refusal: response.refusal,
        };
        self.scheduler.tell(|| {
            let what = sent.label();
            format!("  {what} at place {place}: {}", answer.summary())
        });
        self.oracle.answered(self, &sent, &answer, began, reach.meter.take(), reach.disturbed.get());
        answer
    }
}

struct SentHeaders(BTreeMap<&'static str, String>);

impl Headers for SentHeaders {
    fn value(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

struct SentBody(Vec<u8>);

#[async_trait(?Send)]
impl Body for SentBody {
    async fn read(&self, limit: usize) -> Result<Vec<u8>, BodyError> {
        if self.0.len() > limit { Err(BodyError::TooLarge) } else { Ok(self.0.clone()) }
    }
}

/// The stores as one request reaches them.
pub struct Reach {
    pub ocean: Rc<Ocean>,
    pub place: usize,
    meter: Meter,
    /// Whether any of them failed.
    disturbed: Cell<bool>,
}

impl Reach {
    /// From a place.
    pub fn new(ocean: &Rc<Ocean>, place: usize) -> Self {
        Self { ocean: Rc::clone(ocean), place, meter: Meter::default(), disturbed: Cell::new(false) }
    }

    pub fn note<T>(&self, result: Result<T, Unavailable>) -> Result<T, Unavailable> {
        self.disturbed.set(self.disturbed.get() || result.is_err());
        result
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Unavailable> {
        self.meter.kv_read();
        let text = self.note(self.ocean.kv.read(self.place, key).await)?;
        Ok(text.map(|text| serde_json::from_str(&text).unwrap()))
    }

    async fn listed<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<(String, T)>, Unavailable> {
        self.meter.kv_list();
        let rows = self.note(self.ocean.kv.list(self.place, prefix).await)?;
        Ok(rows.into_iter().map(|(key, value)| (key, serde_json::from_str(&value).unwrap())).collect())
    }

    async fn write<T: Serialize>(&self, key: &str, value: Option<&T>) -> Result<(), Unavailable> {
        self.meter.kv_write();
        let text = value.map(|value| serde_json::to_string(value).unwrap());
        self.note(self.ocean.kv.write(self.place, key, text).await)
    }

    async fn call(&self, address: Address, message: Message) -> Result<Said, Unavailable> {
        self.meter.object_call();
        self.note(call(&self.ocean, address, message).await)
    }
}

fn client_key(id: &ClientId) -> String {
    format!("client:{}", id.hash().as_str())
}

fn denied_key(id: &ClientId) -> String {
    format!("denied:{}", id.hash().as_str())
}

fn consent_key(sub: SubjectId, client: &ClientHash) -> String {
    format!("consent:{sub}:{}", client.as_str())
}

#[async_trait(?Send)]
impl Clients for Reach {
    async fn find(&self, id: &ClientId) -> Result<Option<StoredClient>, Unavailable> {
        if self.ocean.planted == Some(Planted::OverBudget) {
            self.read::<StoredClient>(&client_key(id)).await?;
        }
        self.read(&client_key(id)).await
    }

    async fn save(&self, client: &StoredClient) -> Result<(), Unavailable> {
        self.write(&client_key(&client.id), Some(client)).await
    }

    async fn list(&self, _: Option<&str>) -> Result<Page<ClientSummary>, Unavailable> {
        let stored = self.listed::<StoredClient>("client:").await?;
        Ok(Page { entries: stored.iter().map(|(_, client)| client.summary()).collect(), next: None })
    }

    async fn delete(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.write::<u8>(&client_key(id), None).await
    }

    async fn is_denied(&self, id: &ClientId) -> Result<bool, Unavailable> {
        Ok(self.read::<u8>(&denied_key(id)).await?.is_some())
    }

    async fn deny(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.write(&denied_key(id), Some(&1_u8)).await
    }

    async fn allow(&self, id: &ClientId) -> Result<(), Unavailable> {
        self.write::<u8>(&denied_key(id), None).await
    }
}

#[async_trait(?Send)]
impl Directory for Reach {
    async fn list(&self, _: Option<&str>) -> Result<Page<DirectoryEntry>, Unavailable> {
        let entries = self.listed("account:").await?.into_iter().map(|(_, entry)| entry).collect();
        Ok(Page { entries, next: None })
    }

    async fn save(&self, entry: &DirectoryEntry) -> Result<(), Unavailable> {
        self.write(&format!("account:{}", entry.sub), Some(entry)).await
    }

    async fn remove(&self, sub: SubjectId) -> Result<(), Unavailable> {
        self.write::<DirectoryEntry>(&format!("account:{sub}"), None).await
    }
}

#[async_trait(?Send)]
impl Consents for Reach {
    async fn find(&self, sub: SubjectId, client: &ClientHash) -> Result<Option<Consent>, Unavailable> {
        self.read(&consent_key(sub, client)).await
    }

    async fn save(&self, sub: SubjectId, client: &ClientHash, consent: &Consent) -> Result<(), Unavailable> {
        self.write(&consent_key(sub, client), Some(consent)).await
    }

    async fn delete(&self, sub: SubjectId, client: &ClientHash) -> Result<(), Unavailable> {
        self.write::<Consent>(&consent_key(sub, client), None).await
    }

    async fn list(&self, sub: SubjectId) -> Result<Vec<ListedConsent>, Unavailable> {
        let prefix = format!("consent:{sub}:");
        let listed = self.listed(&prefix).await?.into_iter().map(|(key, consent)| ListedConsent {
            client: ClientHash::parse(key.strip_prefix(&prefix).unwrap()).unwrap(),
            consent,
        });
        Ok(listed.collect())
    }
}

#[async_trait(?Send)]
impl Grants for Reach {
    fn new_id(&self) -> Result<GrantId, Unavailable> {
        let n = self.ocean.next_grant.get();
        self.ocean.next_grant.set(n + 1);
        let id = GrantId(Opaque(sha256(n.to_be_bytes())));
        self.ocean.oracle.name_grant(id, n);
        Ok(id)
    }

    fn named(&self, name: &str) -> Result<GrantId, Unavailable> {
        let id = GrantId(Opaque(sha256(name)));
        if !self.ocean.oracle.has_name(id) {
            let n = self.ocean.next_grant.replace(self.ocean.next_grant.get() + 1);
            self.ocean.oracle.name_grant(id, n);
        }
        Ok(id)
    }

    async fn send(&self, grant: GrantId, command: Command) -> Result<Reply, Unavailable> {
        match self.call(Address::Grant(grant), Message::Grant(command)).await? {
            Said::Grant(reply) => Ok(*reply),
            _ => Err(Unavailable("not a grant".into())),
        }
    }
}

#[async_trait(?Send)]
impl Accounts for Reach {
    fn address(&self, username: &Username) -> Result<AccountId, Unavailable> {
        Ok(AccountId(Opaque(sha256(username.account_name()))))
    }

    async fn send(&self, account: AccountId, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        match self.call(Address::Account(account), Message::Account(command)).await? {
            Said::Account(reply) => Ok(reply),
            _ => Err(Unavailable("not an account".into())),
        }
    }
}

#[async_trait(?Send)]
impl RateLimits for Reach {
    /// Everybody is within the limits: who is not hears 429, and nothing is done.
    async fn admits(&self, _: RateLimit, _: &str) -> bool {
        true
    }
}

#[async_trait(?Send)]
impl Calendars for Reach {
    async fn send(&self, whose: &str, command: CalendarCommand) -> Result<CalendarReply, Unavailable> {
        self.meter.object_call();
        let scheduler = &self.ocean.scheduler;
        scheduler.sleep(self.ocean.temper.latency(scheduler)).await;
        let mut calendars = self.ocean.calendars.borrow_mut();
        let entries = calendars.entry(whose.to_owned()).or_default();
        let (next, reply) = calendar::apply(entries.clone(), command);
        if let Some(next) = next {
            *entries = next;
        }
        Ok(reply)
    }
}
