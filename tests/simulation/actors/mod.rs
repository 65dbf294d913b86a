//! Who acts: owners in browsers, apps of several shapes, thieves, and those who run the place.

mod administrator;
mod app;
mod browser;
mod device;
mod exchange;
mod leaving;
mod operator;
mod owner;
mod passkey;
mod thief;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::http::Sent;
use crate::ocean::Ocean;
use crate::scheduler::Time;

pub use app::{App, basic};
pub use device::DEVICE_CODE;

/// The app it was for, the code, and the verifier where that leaked too.
type LeakedCode = (Rc<App>, String, Option<String>);

/// What passes by thieves on its way: the last of each kind.
#[derive(Default)]
pub struct Leaks {
    /// Codes.
    codes: RefCell<Vec<LeakedCode>>,
    /// Refresh tokens.
    refresh_tokens: RefCell<Vec<(Rc<App>, String)>>,
    /// Requests with a proof of the client's key, whole.
    proven: RefCell<Vec<Sent>>,
    /// Access tokens that were exchanged.
    exchanged: RefCell<Vec<String>>,
    /// ID tokens.
    id_tokens: RefCell<Vec<String>>,
    /// User codes, as screens show them.
    user_codes: RefCell<Vec<String>>,
    /// Device codes.
    device_codes: RefCell<Vec<(Rc<App>, String)>>,
    /// Cookies of browsers.
    cookies: RefCell<Vec<String>>,
}

/// The cast of a schedule.
pub struct Cast {
    pub ocean: Rc<Ocean>,
    pub apps: RefCell<Vec<Rc<App>>>,
    /// Owners who have signed up.
    owners: RefCell<Vec<Rc<owner::Owner>>>,
    pub leaks: Leaks,
    next_actor: Cell<usize>,
    next_secret: Cell<u64>,
}

impl Cast {
    /// Nobody yet.
    pub fn new(ocean: &Rc<Ocean>) -> Rc<Self> {
        Rc::new(Self {
            ocean: Rc::clone(ocean),
            apps: RefCell::default(),
            owners: RefCell::default(),
            leaks: Leaks::default(),
            next_actor: Cell::new(1),
            next_secret: Cell::new(0),
        })
    }

    /// Everybody goes home. Owners hold on to us: without this the world would stay when its schedule is over.
    pub fn leave(&self) {
        self.owners.borrow_mut().clear();
    }

    /// Draws who takes part, and begins.
    pub fn enter(self: &Rc<Self>) {
        let scheduler = &self.ocean.scheduler;
        let apps = 1 + scheduler.pick(3);
        let owners = 1 + scheduler.pick(2);
        let thieves = scheduler.pick(3);
        let operators = scheduler.pick(2);
        let devices = scheduler.pick(4).saturating_sub(1);
        for n in 0..apps {
            let cast = Rc::clone(self);
            self.begin(async move { app::registers(cast, n).await });
        }
        for n in 0..owners {
            let cast = Rc::clone(self);
            self.begin(async move { owner::lives(cast, n).await });
        }
        for n in 0..devices {
            let cast = Rc::clone(self);
            self.begin(async move { device::stands_there(cast, n).await });
        }
        for _ in 0..thieves {
            let cast = Rc::clone(self);
            self.begin(async move { thief::prowls(cast).await });
        }
        for _ in 0..operators {
            let cast = Rc::clone(self);
            self.begin(async move { operator::works(cast).await });
        }
    }

    /// Begins an actor with decisions of its own.
    fn begin(&self, actor: impl Future<Output = ()> + 'static) {
        let n = self.next_actor.get();
        self.next_actor.set(n + 1);
        self.ocean.scheduler.spawn_as(n, actor);
    }

    fn pick(&self, n: u32) -> u32 {
        self.ocean.scheduler.pick(n)
    }

    fn now(&self) -> Time {
        self.ocean.scheduler.now()
    }

    /// Waits for a while that is drawn: seconds, minutes, hours, rarely days.
    async fn waits(&self) {
        let n = Time::from(self.pick(60));
        let millis = match self.pick(8) {
            0 => 0,
            1..=3 => n * 1000,
            4 | 5 => n * 60_000,
            6 => n * 3_600_000 / 4,
            _ => n * 86_400_000 / 2,
        };
        self.ocean.scheduler.sleep(millis).await;
    }

    /// A number that nobody else has.
    pub fn unique(&self) -> u64 {
        let n = self.next_secret.get();
        self.next_secret.set(n + 1);
        n
    }

    /// One of the owners who have signed up.
    fn some_owner(&self) -> Option<Rc<owner::Owner>> {
        let owners = self.owners.borrow();
        let n = u32::try_from(owners.len()).unwrap();
        if n == 0 { None } else { owners.get(self.pick(n) as usize).cloned() }
    }

    /// One of the apps that are there.
    fn some_app(&self) -> Option<Rc<App>> {
        let apps = self.apps.borrow();
        let n = u32::try_from(apps.len()).unwrap();
        if n == 0 { None } else { apps.get(self.pick(n) as usize).cloned() }
    }
}
