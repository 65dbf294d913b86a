//! The power goes out in the middle of a write.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Reply, attempt};
use crate::server::{Server, at_length};
use crate::write::{Kind, Outcome, Write};

/// Where the machine is slow, nothing may lapse for that.
const SETTINGS: [&str; 2] = ["CODE_TTL:600", "REFRESH_RETRY_WINDOW:3600"];

/// These hash a password, which keeps everything else waiting: they have rounds of their own.
const SLOW: [Kind; 2] = [Kind::SignUp, Kind::SignIn];
const QUICK: [Kind; 5] = [Kind::Consent, Kind::Redeem, Kind::Refresh, Kind::Revoke, Kind::Removal];

/// What a kill found under way.
struct Killed {
    after: Duration,
    answers: Vec<Option<Reply>>,
}

/// Sends everything at once and kills the server `delay` after that, or when everything is answered.
fn killed_amid(writes: &[Write], delay: Option<Duration>, server: Server) -> (Server, Killed) {
    let start = Barrier::new(writes.len() + 1);
    let (wreck, killed) = thread::scope(|scope| {
        let under_way = |write: &Write| {
            let (request, start) = (write.request(), &start);
            scope.spawn(move || {
                start.wait();
                attempt(request)
            })
        };
        let threads: Vec<_> = writes.iter().map(under_way).collect();
        let answers = || threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        start.wait();
        let begun = Instant::now();
        let Some(delay) = delay else {
            let answers = answers();
            let after = begun.elapsed();
            return (server.crash(), Killed { after, answers });
        };
        thread::sleep(delay);
        let after = begun.elapsed();
        (server.crash(), Killed { after, answers: answers() })
    });
    (wreck.restart(&SETTINGS), killed)
}

/// Rounds of these kinds. The first is killed when everything is answered, and shows how long that takes; each of the
/// others somewhere in its own share of that time, so that every run tries other moments.
fn rounds(kinds: &[Kind]) {
    let rounds: u32 = if at_length() { 60 } else { 5 };
    let mut outcomes: BTreeMap<(Kind, Outcome), u32> = BTreeMap::new();
    let mut server = Server::start(&SETTINGS);
    let mut share = Duration::ZERO;
    for round in 0..rounds {
        let writes: Vec<_> = kinds.iter().chain(kinds).map(|kind| Write::prepare(*kind, &server)).collect();
        let random = f64::from(getrandom::u32().unwrap()) / f64::from(u32::MAX);
        let delay = round.checked_sub(1).map(|at| share.mul_f64(f64::from(at) + random));
        let (restarted, Killed { after, answers }) = killed_amid(&writes, delay, server);
        server = restarted;
        if round == 0 {
            assert!(answers.iter().all(Option::is_some), "no answer before the kill");
            share = after / (rounds - 1);
        }
        for (write, answer) in writes.iter().zip(answers) {
            println!("{:?} {after:?} {:?}", write.kind, answer.as_ref().map(|answer| answer.status));
            *outcomes.entry((write.kind, write.settle(answer, &server))).or_default() += 1;
        }
    }
    for ((kind, outcome), count) in &outcomes {
        println!("{kind:?} {outcome:?}: {count}");
    }
    let unanswered = outcomes.keys().filter(|(_, outcome)| *outcome != Outcome::Answered).count();
    assert!(unanswered > 0, "every kill came too late");
}

#[test]
fn a_sign_up_or_sign_in_that_is_cut_off_can_be_done_again() {
    rounds(&SLOW);
}

#[test]
fn a_consent_redemption_refresh_revocation_or_removal_that_is_cut_off_can_be_done_again() {
    rounds(&QUICK);
}
