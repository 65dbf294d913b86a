//! What can go wrong in a schedule, and how often. Each schedule draws its own: some oceans are calm, and in some only
//! one thing goes wrong, which finds more than a little of everything.

use std::rc::Rc;

use crate::scheduler::{Scheduler, Time};

/// The weather. Rates are per thousand.
#[derive(Clone, Debug)]
pub struct Temper {
    /// Data centres.
    pub places: usize,
    /// Whether places see KV late.
    pub kv_lags: bool,
    /// KV operations that fail.
    pub kv_fails: u32,
    /// Object calls that fail before or after they were served.
    pub calls_fail: u32,
    /// Awaits inside an object at which it is reset.
    pub objects_reset: u32,
    /// Alarms that are late.
    pub alarms_late: u32,
    /// Alarms that go off again.
    pub alarms_twice: u32,
    /// Requests that never arrive, and answers that never return.
    pub answers_lost: u32,
    /// Requests that arrive twice.
    pub duplicates: u32,
    /// Clients that hang up in mid-request.
    pub hang_ups: u32,
    /// How slow a hop may be.
    pub slow: u32,
    /// How far clocks may be apart, in milliseconds.
    pub skew: u32,
    /// Requests that meet an isolate without a copy of the signing keys.
    pub isolates_restart: u32,
    /// Notices that clients do not take, or whose answers get lost.
    pub notices_fail: u32,
    /// Whether the root key is rotated meanwhile.
    pub keys_rotate: bool,
}

impl Temper {
    /// Draws one.
    pub fn draw(scheduler: &Scheduler) -> Self {
        let pick = |n| scheduler.pick(n);
        let rate = |rates: [u32; 4]| rates[pick(4) as usize];
        Self {
            places: 1 + pick(3) as usize,
            kv_lags: pick(3) > 0,
            kv_fails: rate([0, 0, 20, 100]),
            calls_fail: rate([0, 0, 20, 100]),
            objects_reset: rate([0, 0, 20, 100]),
            alarms_late: rate([0, 50, 200, 500]),
            alarms_twice: rate([0, 0, 50, 200]),
            answers_lost: rate([0, 20, 50, 200]),
            duplicates: rate([0, 0, 30, 150]),
            hang_ups: rate([0, 0, 20, 100]),
            slow: pick(4),
            skew: [0, 0, 500, 2500][pick(4) as usize],
            isolates_restart: rate([0, 50, 200, 500]),
            notices_fail: rate([0, 100, 500, 900]),
            keys_rotate: pick(4) == 3,
        }
    }

    /// Whether nothing that this schedule draws can lose or refuse anything.
    pub fn is_gentle(&self) -> bool {
        self.kv_fails + self.calls_fail + self.objects_reset + self.answers_lost + self.hang_ups == 0
    }

    /// Milliseconds that one hop takes.
    pub fn latency(&self, scheduler: &Scheduler) -> Time {
        if scheduler.calm.get() {
            return 1;
        }
        let usual = 1 + Time::from(scheduler.pick(20));
        match self.slow {
            0 => usual,
            // Rarely seconds: long enough for anything else to come in between.
            slow if scheduler.happens(20 * slow) => usual + Time::from(scheduler.pick(8000)),
            slow if scheduler.happens(100 * slow) => usual + Time::from(scheduler.pick(400)),
            _ => usual,
        }
    }
}

/// A clock that is a little wrong, always by the same.
pub fn skewed(scheduler: &Rc<Scheduler>, skew: u32, n: usize) -> i64 {
    if skew == 0 {
        return 0;
    }
    let drawn = scheduler.choices.pick(crate::scheduler::PLATFORM, 2 * skew + 1);
    // Zero stays zero; the rest is spread to both sides.
    let half = i64::from(drawn.div_ceil(2));
    if (drawn as usize + n).is_multiple_of(2) { half } else { -half }
}
