//! What waits for the platform. JavaScript does the waiting: an operation is begun under a ticket, and the call of
//! `settled` with that ticket goes on with the task. No promise and no closure crosses, which is most of what waiting
//! costs elsewhere, and what waits for nothing answers in the call that began it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::edge::glue;

type Task = Pin<Box<dyn Future<Output = JsValue>>>;

thread_local! {
    static TASKS: RefCell<BTreeMap<u32, Task>> = const { RefCell::new(BTreeMap::new()) };
    static OPERATIONS: RefCell<BTreeMap<u32, Operation>> = const { RefCell::new(BTreeMap::new()) };
    static RUNNING: Cell<u32> = const { Cell::new(0) };
}

/// Something the platform was asked.
struct Operation {
    /// Who asked.
    task: u32,
    /// Where in the task, which may wait for several things at once.
    waker: Waker,
    outcome: Option<Result<JsValue, JsValue>>,
}

/// Begins a task: what comes of it, or undefined if it has to wait. Then `glue::finish` tells later. The number is
/// JavaScript's, so that it stays unique when the instance is replaced after a panic.
pub fn begin(task: u32, future: impl Future<Output = JsValue> + 'static) -> JsValue {
    go_on(task, Box::pin(future)).unwrap_or(JsValue::UNDEFINED)
}

fn go_on(task: u32, mut future: Task) -> Option<JsValue> {
    RUNNING.set(task);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => {
            TASKS.with_borrow_mut(|tasks| tasks.insert(task, future));
            None
        }
    }
}

/// An operation has ended. A ticket that is unknown belongs to an instance that panicked since.
#[wasm_bindgen]
pub fn settled(ticket: u32, good: bool, value: JsValue) {
    let task = OPERATIONS.with_borrow_mut(|operations| {
        let operation = operations.get_mut(&ticket)?;
        operation.outcome = Some(if good { Ok(value) } else { Err(value) });
        operation.waker.wake_by_ref();
        Some(operation.task)
    });
    let future = task.and_then(|task| TASKS.with_borrow_mut(|tasks| tasks.remove(&task)).map(|f| (task, f)));
    if let Some((task, future)) = future
        && let Some(value) = go_on(task, future)
    {
        glue::finish(task, value);
    }
}

/// The end of the operation that has this ticket.
pub fn end_of(ticket: u32) -> impl Future<Output = Result<JsValue, JsValue>> {
    let operation = Operation { task: RUNNING.get(), waker: Waker::noop().clone(), outcome: None };
    OPERATIONS.with_borrow_mut(|operations| operations.insert(ticket, operation));
    Waiting(ticket)
}

struct Waiting(u32);

impl Future for Waiting {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        OPERATIONS.with_borrow_mut(|operations| {
            let Some(operation) = operations.get_mut(&self.0) else { return Poll::Pending };
            match operation.outcome.take() {
                Some(outcome) => Poll::Ready(outcome),
                None => {
                    operation.waker = context.waker().clone();
                    Poll::Pending
                }
            }
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        OPERATIONS.with_borrow_mut(|operations| operations.remove(&self.0));
    }
}
