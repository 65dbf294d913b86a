//! Virtual time, and tasks that take turns at every await. Nothing here knows what it runs.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use crate::choices::Choices;

/// Milliseconds since the schedule began.
pub type Time = u64;
/// Names a task.
pub type TaskId = u64;
type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The actor whose decisions the platform itself draws: alarms, evictions, clocks.
pub const PLATFORM: usize = 0;

/// One schedule's time, tasks, decisions and story.
pub struct Scheduler {
    now: Cell<Time>,
    tasks: RefCell<BTreeMap<TaskId, (usize, Option<Task>)>>,
    next_task: Cell<TaskId>,
    ready: Arc<Mutex<VecDeque<TaskId>>>,
    timers: RefCell<BinaryHeap<Reverse<Timer>>>,
    next_timer: Cell<u64>,
    actor: Cell<usize>,
    /// Every random decision.
    pub choices: Choices,
    story: RefCell<Vec<(Time, String)>>,
    /// What was wrong first, if anything was.
    violation: RefCell<Option<Violation>>,
    /// Once the actors are done, nothing fails any more.
    pub calm: Cell<bool>,
    panicked_polls: Cell<u64>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which promise.
    pub oracle: &'static str,
    /// What was seen.
    pub seen: String,
}

struct Timer {
    at: Time,
    order: u64,
    waker: Waker,
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Timer {}
impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

struct TaskWaker {
    task: TaskId,
    ready: Arc<Mutex<VecDeque<TaskId>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap().push_back(self.task);
    }
}

/// Most polls of one schedule: more is a loop.
const MAX_POLLS: u64 = 2_000_000;

impl Scheduler {
    /// Nothing has happened yet.
    pub fn new(choices: Choices) -> Rc<Self> {
        Rc::new(Self {
            now: Cell::new(0),
            tasks: RefCell::default(),
            next_task: Cell::new(0),
            ready: Arc::default(),
            timers: RefCell::default(),
            next_timer: Cell::new(0),
            actor: Cell::new(PLATFORM),
            choices,
            story: RefCell::default(),
            violation: RefCell::default(),
            calm: Cell::new(false),
            panicked_polls: Cell::new(0),
        })
    }

    /// The true time. Places and objects have clocks of their own.
    pub fn now(&self) -> Time {
        self.now.get()
    }

    /// Who acts.
    pub fn actor(&self) -> usize {
        self.actor.get()
    }

    /// A decision of the actor at hand, below `n`.
    pub fn pick(&self, n: u32) -> u32 {
        self.choices.pick(self.actor.get(), n)
    }

    /// Whether something of so many thousandths happens. Never once all is calm.
    pub fn happens(&self, per_mille: u32) -> bool {
        !self.calm.get() && per_mille > 0 && self.pick(1000) >= 1000 - per_mille.min(1000)
    }

    /// Begins a task of the actor at hand.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) -> TaskId {
        self.spawn_as(self.actor.get(), future)
    }

    /// Begins a task of another actor.
    pub fn spawn_as(&self, actor: usize, future: impl Future<Output = ()> + 'static) -> TaskId {
        let task = self.next_task.get();
        self.next_task.set(task + 1);
        self.tasks.borrow_mut().insert(task, (actor, Some(Box::pin(future))));
        self.ready.lock().unwrap().push_back(task);
        task
    }

    /// Ends a task where it stands. Not the one that runs.
    pub fn cancel(&self, task: TaskId) {
        let dropped = self.tasks.borrow_mut().remove(&task);
        drop(dropped);
    }

    /// Waits.
    pub fn sleep(self: &Rc<Self>, millis: Time) -> Sleep {
        Sleep { scheduler: Rc::clone(self), until: self.now.get().saturating_add(millis), set: false }
    }

    /// Runs until nothing is left to do, or something was wrong. Time jumps to the next thing that happens.
    pub fn run(&self) {
        while self.violation.borrow().is_none() {
            let next = self.ready.lock().unwrap().pop_front();
            if let Some(task) = next {
                self.poll(task);
                continue;
            }
            let Some(Reverse(timer)) = self.timers.borrow_mut().pop() else { return };
            self.now.set(self.now.get().max(timer.at));
            timer.waker.wake();
        }
    }

    fn poll(&self, task: TaskId) {
        self.panicked_polls.set(self.panicked_polls.get() + 1);
        assert!(self.panicked_polls.get() < MAX_POLLS, "the schedule never ends");
        let taken =
            self.tasks.borrow_mut().get_mut(&task).and_then(|(actor, f)| f.take().map(|f| (*actor, f)));
        let Some((actor, mut future)) = taken else { return };
        self.actor.set(actor);
        let waker = Arc::new(TaskWaker { task, ready: Arc::clone(&self.ready) }).into();
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => drop(self.tasks.borrow_mut().remove(&task)),
            // It may have been cancelled meanwhile.
            Poll::Pending => {
                if let Some(slot) = self.tasks.borrow_mut().get_mut(&task) {
                    slot.1 = Some(future);
                }
            }
        }
    }

    /// A line of the story.
    pub fn tell(&self, line: impl FnOnce() -> String) {
        self.story.borrow_mut().push((self.now.get(), line()));
    }

    /// A promise was broken. The first one counts.
    pub fn violated(&self, oracle: &'static str, seen: impl Into<String>) {
        let mut violation = self.violation.borrow_mut();
        if violation.is_none() {
            *violation = Some(Violation { oracle, seen: seen.into() });
        }
    }

    /// What was wrong.
    pub fn violation(&self) -> Option<Violation> {
        self.violation.borrow().clone()
    }

    /// What happened.
    pub fn story(&self) -> Vec<(Time, String)> {
        self.story.borrow().clone()
    }

    /// Drops every task: they hold what holds them.
    pub fn end(&self) {
        let tasks = std::mem::take(&mut *self.tasks.borrow_mut());
        drop(tasks);
        self.timers.borrow_mut().clear();
    }
}

/// Waits for a time.
pub struct Sleep {
    scheduler: Rc<Scheduler>,
    until: Time,
    set: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.set && self.scheduler.now.get() >= self.until {
            return Poll::Ready(());
        }
        if !self.set {
            self.set = true;
            let order = self.scheduler.next_timer.get();
            self.scheduler.next_timer.set(order + 1);
            let timer = Timer { at: self.until, order, waker: cx.waker().clone() };
            self.scheduler.timers.borrow_mut().push(Reverse(timer));
        }
        Poll::Pending
    }
}

/// A value that somebody waits for.
pub struct Slot<T>(Rc<RefCell<(Option<T>, Option<Waker>)>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Slot<T> {
    /// Empty.
    pub fn new() -> Self {
        Self(Rc::new(RefCell::new((None, None))))
    }

    /// Fills it; the first value stays.
    pub fn put(&self, value: T) {
        let mut inner = self.0.borrow_mut();
        if inner.0.is_none() {
            inner.0 = Some(value);
        }
        if let Some(waker) = inner.1.take() {
            waker.wake();
        }
    }

    /// Whether both are the same one.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Waits until it is filled, and takes the value.
    pub async fn wait(&self) -> T {
        std::future::poll_fn(|cx| {
            let mut inner = self.0.borrow_mut();
            match inner.0.take() {
                Some(value) => Poll::Ready(value),
                None => {
                    inner.1 = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// A door that one passes at a time.
#[derive(Default)]
pub struct Gate {
    held: Cell<bool>,
    waiting: RefCell<VecDeque<Waker>>,
}

impl Gate {
    /// Waits until nobody holds it. Whoever passes may go on until the next await.
    pub async fn open(&self) {
        std::future::poll_fn(|cx| {
            if self.held.get() {
                self.waiting.borrow_mut().push_back(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Shuts it for everyone else.
    pub fn hold(&self) {
        self.held.set(true);
    }

    /// Lets the others in again.
    pub fn release(&self) {
        self.held.set(false);
        for waker in self.waiting.borrow_mut().drain(..) {
            waker.wake();
        }
    }
}
