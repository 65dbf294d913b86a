//! Durable Objects: one at a time, writes that are durable before an answer leaves, resets that lose what was not, and
//! alarms that are late or go off twice. What runs inside is the very code that runs in the Worker.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use async_trait::async_trait;
use postern::base::digest::sha256;
use postern::base::opaque::Opaque;
use postern::base::secret::Secret;
use postern::base::time::UnixTime;
use postern::model::id::{AccountId, GrantId};
use postern::model::password::Algorithm;
use postern::model::username::Username;
use postern::protocol::account::{AccountCommand, AccountReply};
use postern::protocol::grant::{Command, Reply};
use postern::protocol::signing_keys::{SigningKeysCommand, SigningKeysReply};
use postern::store::account_object::AccountObject;
use postern::store::accounts::Accounts;
use postern::store::grants::Grants;
use postern::store::passwords::PasswordHasher;
use postern::store::record::Record;
use postern::store::signing_keys_object::SigningKeysObject;
use postern::store::{Unavailable, grant_object};

use crate::ocean::Ocean;
use crate::planted::Planted;
use crate::scheduler::{Gate, PLATFORM, Slot, TaskId, Time};
use crate::temper::skewed;

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    Grant(GrantId),
    Account(AccountId),
    SigningKeys,
}

/// What is sent to one.
#[derive(Clone, Debug)]
pub enum Message {
    Grant(Command),
    Account(AccountCommand),
    SigningKeys(SigningKeysCommand),
    Alarm,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Grant(Box<Reply>),
    Account(AccountReply),
    SigningKeys(Box<SigningKeysReply>),
    Woken,
}

/// What an object did, told to the oracles once it is durable.
#[expect(clippy::large_enum_variant, reason = "a handful at a time")]
#[derive(Clone, Debug)]
pub enum Deed {
    Said(Message, Said, UnixTime),
    /// A command of an account that was carried out; its answer may take longer.
    Done(AccountCommand, UnixTime),
    Erased(UnixTime),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Stored {
    json: Option<String>,
    alarm: Option<UnixTime>,
}

type Answer = Slot<Result<Said, Unavailable>>;

struct Object {
    volatile: RefCell<Stored>,
    durable: RefCell<Stored>,
    deeds: RefCell<Vec<Deed>>,
    gate: Gate,
    running: RefCell<Vec<(TaskId, Answer)>>,
    /// Which setting of the alarm counts.
    alarm: Cell<u64>,
    /// Each takes with it an alarm that has not gone off.
    erasures: Cell<u64>,
    skew: i64,
}

/// All objects.
#[derive(Default)]
pub struct Objects(RefCell<BTreeMap<Address, Rc<Object>>>);

impl Objects {
    fn get(&self, ocean: &Ocean, address: Address) -> Rc<Object> {
        let mut objects = self.0.borrow_mut();
        let n = objects.len();
        let make = || {
            Rc::new(Object {
                volatile: RefCell::default(),
                durable: RefCell::default(),
                deeds: RefCell::default(),
                gate: Gate::default(),
                running: RefCell::default(),
                alarm: Cell::new(0),
                erasures: Cell::new(0),
                skew: skewed(&ocean.scheduler, ocean.temper.skew, n),
            })
        };
        Rc::clone(objects.entry(address).or_insert_with(make))
    }

    /// What is stored, by address.
    pub fn stored(&self) -> Vec<(Address, String)> {
        let objects = self.0.borrow();
        objects.iter().filter_map(|(address, o)| Some((*address, o.durable.borrow().json.clone()?))).collect()
    }
}

/// Calls an object from outside: the call may be lost before it is served, or its answer after, or it arrives late.
pub async fn call(ocean: &Rc<Ocean>, address: Address, message: Message) -> Result<Said, Unavailable> {
    let (scheduler, temper) = (&ocean.scheduler, &ocean.temper);
    scheduler.sleep(temper.latency(scheduler)).await;
    let lost = scheduler.happens(temper.calls_fail);
    let how = if lost { scheduler.pick(3) } else { 0 };
    if lost && how == 0 {
        return Err(Unavailable("the object was not reached".into()));
    }
    if lost && how == 1 {
        // The caller is told that it failed, and it arrives all the same.
        let (ocean, actor) = (Rc::clone(ocean), scheduler.actor());
        scheduler.spawn(async move {
            ocean.scheduler.sleep(Time::from(ocean.scheduler.pick(20_000))).await;
            begin(&ocean, actor, address, message);
        });
        return Err(Unavailable("the object did not answer in time".into()));
    }
    let answer = begin(ocean, scheduler.actor(), address, message);
    let said = answer.wait().await;
    scheduler.sleep(temper.latency(scheduler)).await;
    if lost { Err(Unavailable("the object's answer was lost".into())) } else { said }
}

/// Serves a message in a task of its own, which goes on when the caller goes away.
fn begin(ocean: &Rc<Ocean>, actor: usize, address: Address, message: Message) -> Answer {
    let object = ocean.objects.get(ocean, address);
    let answer = Slot::new();
    let noted = Cell::new(false);
    let inside = Inside { ocean: Rc::clone(ocean), object: Rc::clone(&object), address, message, noted };
    let (into, served) = (Rc::clone(&object), answer.clone());
    let task = ocean.scheduler.spawn_as(actor, async move {
        into.gate.open().await;
        let heard_at = inside.now();
        let said = inside.serve().await;
        if let Ok(said) = &said {
            inside.note_said(said, heard_at);
        }
        inside.flush();
        into.running.borrow_mut().retain(|(_, answer)| !answer.is(&served));
        served.put(said);
    });
    object.running.borrow_mut().push((task, answer.clone()));
    answer
}

/// An object while it serves one message.
pub struct Inside {
    pub ocean: Rc<Ocean>,
    object: Rc<Object>,
    address: Address,
    message: Message,
    /// Whether the oracles will hear of it already.
    noted: Cell<bool>,
}

impl Inside {
    fn now(&self) -> UnixTime {
        self.ocean.clock(self.object.skew)
    }

    async fn serve(&self) -> Result<Said, Unavailable> {
        match (self.address, self.message.clone()) {
            (Address::Grant(grant), Message::Grant(command)) => {
                let planted = self.ocean.planted;
                if planted == Some(Planted::GetThenPut) {
                    let read = Snapshot { inside: self, json: self.load()? };
                    self.ocean.scheduler.sleep(5).await;
                    return grant_object::serve(&read, command, self.now())
                        .await
                        .map(|reply| Said::Grant(Box::new(reply)));
                }
                if let Some(reply) = planted.and_then(|p| p.instead_of(&self.ocean, grant, &command)) {
                    return Ok(Said::Grant(Box::new(reply)));
                }
                let command = match planted {
                    Some(planted) => planted.altered(&self.ocean, grant, command),
                    None => command,
                };
                grant_object::serve(self, command, self.now()).await.map(|reply| Said::Grant(Box::new(reply)))
            }
            (Address::Grant(grant), Message::Alarm) => {
                let now = match self.ocean.planted {
                    Some(Planted::EarlyAlarm) => self.now().plus(postern::base::time::Seconds::days(40)),
                    _ => self.now(),
                };
                self.clear_alarm();
                grant_object::wake(self, grant, self, now).await.map(|()| Said::Woken)
            }
            (Address::Account(_), Message::Account(command)) => {
                let command = match self.ocean.planted {
                    Some(Planted::SessionsNeverEnd) if matches!(command, AccountCommand::SignOut(_)) => {
                        return Ok(Said::Account(AccountReply::Done));
                    }
                    Some(planted) => planted.altered_for_account(command),
                    None => command,
                };
                self.account(&|| self.now()).serve(command).await.map(Said::Account)
            }
            (Address::Account(_), Message::Alarm) => {
                self.clear_alarm();
                self.account(&|| self.now()).wake().await.map(|()| Said::Woken)
            }
            (Address::SigningKeys, Message::SigningKeys(command)) => {
                let (keyring, clock) = (self.ocean.keyring_at(0), &|| self.now());
                let object = SigningKeysObject { record: self, signatures: self, keyring, clock };
                object.serve(command).await.map(|reply| Said::SigningKeys(Box::new(reply)))
            }
            _ => Err(Unavailable("a message for another object".into())),
        }
    }

    /// Something takes time that is not storage: others come in meanwhile.
    pub async fn out_of_storage(&self, millis: Time) {
        self.rest(millis).await;
        self.object.gate.open().await;
    }

    fn account<'a>(&'a self, clock: &'a dyn Fn() -> UnixTime) -> AccountObject<'a> {
        AccountObject { record: self, hasher: self, grants: self, signatures: self, notices: self, clock }
    }

    fn clear_alarm(&self) {
        self.object.volatile.borrow_mut().alarm = None;
    }

    /// What was said; commands that an account carried out were noted when they were.
    fn note_said(&self, said: &Said, heard_at: UnixTime) {
        if !self.noted.get() && *said != Said::Woken {
            // A grant looks at the clock once, before it writes.
            let at = if matches!(self.address, Address::Grant(_)) { heard_at } else { self.now() };
            self.note(Deed::Said(self.message.clone(), said.clone(), at));
        }
    }

    fn note(&self, deed: Deed) {
        self.object.deeds.borrow_mut().push(deed);
    }

    /// Makes durable what was written. Nothing leaves an object before (the output gate).
    fn flush(&self) {
        let stored = self.object.volatile.borrow().clone();
        // That an alarm went off does not unset it: the platform tries again, six times, until its handler succeeds.
        let alarm_moved = stored.alarm.is_some() && self.object.durable.borrow().alarm != stored.alarm;
        if stored == Stored::default() {
            self.object.erasures.set(self.object.erasures.get() + 1);
        }
        *self.object.durable.borrow_mut() = stored;
        for deed in self.object.deeds.take() {
            self.ocean.oracle.object_did(&self.ocean, self.address, &deed);
        }
        if alarm_moved {
            set_alarm(&self.ocean, &self.object, self.address);
        }
    }

    /// An await at which the platform may reset the object.
    async fn rest(&self, millis: Time) {
        self.ocean.scheduler.sleep(millis).await;
        if self.ocean.scheduler.happens(self.ocean.temper.objects_reset) {
            reset(&self.ocean, &self.object, self.address);
            std::future::pending::<()>().await;
        }
    }

    /// A call out of the object: what was written is durable before, and others may come in meanwhile.
    async fn out(&self, address: Address, message: Message) -> Result<Said, Unavailable> {
        self.meanwhile(call(&self.ocean, address, message)).await
    }

    /// Waits for something outside.
    pub async fn meanwhile<T>(&self, outside: impl Future<Output = T>) -> T {
        self.flush();
        let said = outside.await;
        self.rest(0).await;
        self.object.gate.open().await;
        said
    }
}

/// A sign-in saves twice: it is counted first, and only then there is a session. So does a new password.
fn is_carried_out_by_saving(command: &AccountCommand, json: &str) -> bool {
    match command {
        AccountCommand::SignUp(_) => false,
        AccountCommand::SignIn(asked) => json.contains(&asked.session.sid.0.to_string()),
        AccountCommand::SignInWithPasskey(asked) => json.contains(&asked.session.sid.0.to_string()),
        AccountCommand::ChangePassword(_, change) => json.contains(&change.salt.to_string()),
        _ => true,
    }
}

/// Everything in memory is lost, and so are the calls under way.
fn reset(ocean: &Rc<Ocean>, object: &Rc<Object>, address: Address) {
    ocean.scheduler.tell(|| format!("{} is reset", ocean.oracle.name_of(address)));
    let (ocean, object) = (Rc::clone(ocean), Rc::clone(object));
    let scheduler = Rc::clone(&ocean.scheduler);
    scheduler.spawn_as(PLATFORM, async move {
        *object.volatile.borrow_mut() = object.durable.borrow().clone();
        object.deeds.borrow_mut().clear();
        for (task, answer) in object.running.take() {
            ocean.scheduler.cancel(task);
            answer.put(Err(Unavailable("the object was reset".into())));
        }
        object.gate.release();
    });
}

/// Goes off once at least; tried again after a failure, six times.
fn set_alarm(ocean: &Rc<Ocean>, object: &Rc<Object>, address: Address) {
    object.alarm.set(object.alarm.get() + 1);
    let setting = object.alarm.get();
    let erasures = object.erasures.get();
    let Some(at) = object.durable.borrow().alarm else { return };
    let (ocean, object) = (Rc::clone(ocean), Rc::clone(object));
    let scheduler = Rc::clone(&ocean.scheduler);
    scheduler.spawn_as(PLATFORM, async move {
        let due = at.millis().saturating_sub(ocean.clock(object.skew).millis());
        let late = ocean.scheduler.happens(ocean.temper.alarms_late);
        let delay = if late { Time::from(ocean.scheduler.pick(120_000)) } else { 1 };
        ocean.scheduler.sleep(due.saturating_add(delay)).await;
        if object.erasures.get() != erasures {
            return;
        }
        // Counted for each setting of the alarm: the platform gives up on one after six retries.
        let mut failures = 0;
        while object.alarm.get() == setting {
            let woken = begin(&ocean, PLATFORM, address, Message::Alarm).wait().await;
            let again = ocean.scheduler.happens(ocean.temper.alarms_twice);
            match woken {
                Ok(_) => failures = 0,
                Err(_) if failures >= 6 => return,
                Err(_) => failures += 1,
            }
            if woken.is_ok() && !again {
                return;
            }
            ocean.scheduler.sleep(2000 << failures).await;
        }
    });
}

#[async_trait(?Send)]
impl Record for Inside {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        Ok(self.object.volatile.borrow().json.clone())
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        self.object.volatile.borrow_mut().json = Some(json.to_owned());
        if let Message::Account(command) = &self.message
            && is_carried_out_by_saving(command, json)
            && !self.noted.replace(true)
        {
            self.note(Deed::Done(command.clone(), self.now()));
        }
        Ok(())
    }

    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable> {
        let earlier = self.object.volatile.borrow().alarm;
        self.object.volatile.borrow_mut().alarm = Some(earlier.map_or(at, |earlier| earlier.min(at)));
        self.object.gate.hold();
        self.rest(1).await;
        self.object.gate.release();
        Ok(())
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        *self.object.volatile.borrow_mut() = Stored::default();
        self.note(Deed::Erased(self.now()));
        self.object.gate.hold();
        self.rest(1).await;
        self.object.gate.release();
        Ok(())
    }
}

/// A record that was read some time ago: what a store without objects would give.
struct Snapshot<'a> {
    inside: &'a Inside,
    json: Option<String>,
}

#[async_trait(?Send)]
impl Record for Snapshot<'_> {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        Ok(self.json.clone())
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        self.inside.save(json)
    }

    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable> {
        self.inside.wake_at(at).await
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        self.inside.erase().await
    }
}

#[async_trait(?Send)]
impl PasswordHasher for Inside {
    async fn hash(
        &self,
        password: &Secret<String>,
        algorithm: Algorithm,
        salt: Opaque<16>,
    ) -> Result<Secret<Vec<u8>>, Unavailable> {
        self.out_of_storage(30).await;
        Ok(Secret::new(sha256(format!("{}{algorithm:?}{salt}", password.expose())).to_vec()))
    }
}

#[async_trait(?Send)]
impl Grants for Inside {
    fn new_id(&self) -> Result<GrantId, Unavailable> {
        Err(Unavailable("objects make no grants".into()))
    }

    fn named(&self, _: &str) -> Result<GrantId, Unavailable> {
        Err(Unavailable("objects name no grants".into()))
    }

    async fn send(&self, grant: GrantId, command: Command) -> Result<Reply, Unavailable> {
        if self.ocean.planted == Some(Planted::NoOutbox) {
            return Ok(Reply::Revoked);
        }
        match self.out(Address::Grant(grant), Message::Grant(command)).await? {
            Said::Grant(reply) => Ok(*reply),
            _ => Err(Unavailable("not a grant".into())),
        }
    }
}

#[async_trait(?Send)]
impl Accounts for Inside {
    fn address(&self, _: &Username) -> Result<AccountId, Unavailable> {
        Err(Unavailable("grants know their account".into()))
    }

    async fn send(&self, account: AccountId, command: AccountCommand) -> Result<AccountReply, Unavailable> {
        match self.out(Address::Account(account), Message::Account(command)).await? {
            Said::Account(reply) => Ok(reply),
            _ => Err(Unavailable("not an account".into())),
        }
    }
}
