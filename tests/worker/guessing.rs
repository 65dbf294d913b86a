//! Somebody guesses the password of one account, as fast as the server answers.

use std::fs;
use std::time::{Duration, Instant};

use crate::browser::{Browser, PASSWORD};
use crate::http::{beside, in_parallel};
use crate::server::{Server, at_length};

/// Guesses that are looked at before any has to wait, as in `protocol/account/throttle.rs`.
const FREE: u32 = 5;
/// What an Argon2id hash takes of a CPU.
const HASH: Duration = Duration::from_millis(25);

/// CPU time of the processes that serve, where the system tells.
fn cpu(server: &Server) -> Option<Duration> {
    let of = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let ticks: u64 = fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 10))
    };
    server.workerd.iter().map(of).sum()
}

#[test]
fn thousands_of_guesses_at_one_account_cost_few_hashes_and_keep_nobody_out() {
    let server = Server::start(&[]);
    let (known, victim) = Browser::signed_up(&server);
    let (_, neighbour) = Browser::signed_up(&server);
    let guesses = if at_length() { 8_000 } else { 800 };
    let attacker = Browser::new(&server);
    let form = attacker.open("/signin").form().fill("username", &victim).fill("password", "a-wrong-guess");

    let owners = || {
        Browser::signed_in(&server, &neighbour);
        known.sign_in(&victim, PASSWORD).at("/account");
    };
    let (begun, cpu_before) = (Instant::now(), cpu(&server));
    let (statuses, times, slowest) = beside(owners, || {
        let guess = |_| {
            let reply = attacker.post(&form);
            let wait = reply.header("retry-after").parse::<u32>();
            match reply.status {
                403 => assert!(wait.is_err()),
                429 => assert!((1..=900).contains(&wait.unwrap())),
                other => panic!("a guess was answered {other}"),
            }
            reply.status
        };
        in_parallel(16, |_| (0..guesses / 16).map(guess).collect::<Vec<_>>()).concat()
    });
    let sign_ins = times * 2;
    let took = begun.elapsed();
    let looked_at = statuses.iter().filter(|status| **status == 403).count() as u32;
    println!(
        "{} guesses in {took:.1?}: {looked_at} looked at, the others told to wait; {sign_ins} sign-ins beside them, two in {slowest:?} at most",
        statuses.len()
    );
    // Each wait is twice as long as the one before: 1, 2, 4 … seconds.
    assert!(
        looked_at >= FREE && looked_at <= FREE + took.as_secs().max(1).ilog2() + 2,
        "{looked_at} in {took:?}"
    );
    assert!(slowest < Duration::from_secs(20), "{slowest:?}");
    // Had each been hashed to be refused, this is the least it would have taken.
    if let Some((before, after)) = cpu_before.zip(cpu(&server)) {
        let (used, hashed) = (after - before, HASH * sign_ins);
        println!("CPU: {used:?}, of which {hashed:?} or more for the sign-ins");
        assert!(used < hashed * 3 + HASH * guesses / 2, "{used:?}");
    }
}
