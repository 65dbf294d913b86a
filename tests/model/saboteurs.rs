//! The model bites: machines with one thing wrong each, and the rule that each is found out by.

use postern::base::time::{Seconds, UnixTime};
use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::{Command, Grant, GrantRefusal, Reply, Revoker, Transition, apply};
use stateright::{Checker, Model};

use crate::commands::{Kid, Order, Redemption, Settings, TERMS, Thief};
use crate::grant::{KEPT, ROTATED, WITHOUT_REFRESH};
use crate::machine::Apply;
use crate::rules::Rule;
use crate::world::World;

fn assert_found_out(settings: Settings, machine: Apply, by: Rule) {
    let checker = World::new(settings, machine).checker().spawn_bfs().join();
    let broken = checker.discoveries();
    assert!(broken.contains_key(format!("{by:?}").as_str()), "broken is only {:?}", broken.keys());
}

fn fresh_code(now: UnixTime) -> Option<Grant> {
    apply(None, ROTATED.command(Order::Create), now).next
}

fn fails(transition: &Transition, refusal: GrantRefusal) -> bool {
    transition.reply == Reply::Refused(refusal)
}

#[test]
fn a_code_that_can_be_redeemed_twice() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        match (&grant, &command) {
            (Some(Grant::Family(_)), Command::Redeem(_)) => apply(fresh_code(now), command, now),
            _ => apply(grant, command, now),
        }
    }
    for settings in [ROTATED, KEPT, WITHOUT_REFRESH] {
        assert_found_out(settings, machine, Rule::RedeemedOnce);
    }
}

#[test]
fn a_replayed_code_that_is_only_refused() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        let transition = apply(grant, command, now);
        match fails(&transition, GrantRefusal::CodeAlreadyRedeemed) {
            true => Transition { next: None, ..transition },
            false => transition,
        }
    }
    assert_found_out(ROTATED, machine, Rule::ReplaysEnd);
}

#[test]
fn a_stranger_who_can_end_what_is_not_theirs() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let (Some(Grant::Family(_)), Command::Redeem(redeem)) = (&grant, &mut command) {
            let Command::Redeem(right) = ROTATED.command(Order::Redeem(Redemption::Right, Kid::K1)) else {
                panic!()
            };
            redeem.challenge = right.challenge;
        }
        apply(grant, command, now)
    }
    assert_found_out(ROTATED, machine, Rule::WrongChangesNothing);
}

#[test]
fn an_approval_that_counts_twice() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        match command {
            Command::Create(_) => apply(None, command, now),
            _ => apply(grant, command, now),
        }
    }
    assert_found_out(ROTATED, machine, Rule::CreatedOnce);
}

#[test]
fn a_record_that_does_not_outlive_its_form() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Create(create) = &mut command {
            create.form_ttl = Seconds(0);
        }
        apply(grant, command, now)
    }
    assert_found_out(ROTATED, machine, Rule::OnlyTheDeadAreErased);
}

#[test]
fn a_revocation_that_is_forgotten() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        match (&grant, &command) {
            (Some(Grant::Family(_)), Command::Revoke(_)) => {
                Transition { next: None, ..apply(grant, command, now) }
            }
            _ => apply(grant, command, now),
        }
    }
    assert_found_out(ROTATED, machine, Rule::RightIsServed);
}

#[test]
fn an_owner_who_revokes_too_early_to_count() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        match (&grant, &command) {
            (None, Command::Revoke(Revoker::Owner)) => Transition { next: None, reply: Reply::Revoked },
            _ => apply(grant, command, now),
        }
    }
    assert_found_out(ROTATED, machine, Rule::RightIsServed);
}

#[test]
fn a_tombstone_that_can_be_created_over() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        match (&grant, &command) {
            (Some(Grant::Revoked(_)), Command::Create(_)) => apply(None, command, now),
            _ => apply(grant, command, now),
        }
    }
    assert_found_out(ROTATED, machine, Rule::DeadStaysDead);
}

#[test]
fn a_window_that_never_ends() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Refresh(refresh) = &mut command {
            refresh.retry_window = Seconds::days(1000);
        }
        apply(grant, command, now)
    }
    assert_found_out(ROTATED, machine, Rule::ReplaysEnd);
}

#[test]
fn a_window_that_never_opens() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Refresh(refresh) = &mut command {
            refresh.retry_window = Seconds(0);
        }
        apply(grant, command, now)
    }
    let alone = Settings { thief: Thief::Nobody, ..ROTATED };
    assert_found_out(alone, machine, Rule::HonestIsNoThief);
}

#[test]
fn a_reuse_that_ends_nothing() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        let transition = apply(grant, command, now);
        match fails(&transition, GrantRefusal::RefreshReused) {
            true => Transition { next: None, ..transition },
            false => transition,
        }
    }
    assert_found_out(ROTATED, machine, Rule::ReplaysEnd);
}

#[test]
fn a_retry_that_makes_another_successor() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        let first = apply(grant.clone(), command.clone(), now);
        let (Reply::Issued(issued), Command::Refresh(mut refresh)) = (&first.reply, command) else {
            return first;
        };
        let current = serde_json::to_value(&grant).unwrap()["family"]["refresh"]["generation"].clone();
        match &issued.refresh {
            // What it gave out is what was current already.
            Some(given) if current == given.generation => {
                refresh.generation = given.generation;
                apply(grant, Command::Refresh(refresh), now)
            }
            _ => first,
        }
    }
    assert_found_out(ROTATED, machine, Rule::OneCurrent);
}

#[test]
fn a_retry_under_todays_key() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        let mut transition = apply(grant, command.clone(), now);
        if let (Reply::Issued(issued), Command::Refresh(refresh)) = (&mut transition.reply, command)
            && let Some(given) = &mut issued.refresh
        {
            given.kid = refresh.kid;
        }
        transition
    }
    assert_found_out(ROTATED, machine, Rule::SameBytes);
}

#[test]
fn a_kept_token_that_rotates() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Redeem(redeem) = &mut command
            && let Some(terms) = &mut redeem.refresh
        {
            terms.mode = RefreshMode::Rotate;
        }
        apply(grant, command, now)
    }
    assert_found_out(KEPT, machine, Rule::KeptStays);
}

#[test]
fn another_client_that_is_taken_for_the_right_one() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Refresh(refresh) = &mut command {
            refresh.client_id = TERMS.client_id.clone();
        }
        apply(grant, command, now)
    }
    assert_found_out(ROTATED, machine, Rule::WrongChangesNothing);
}

#[test]
fn a_bearer_token_for_another_audience_that_revokes() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Revoke(Revoker::Bearer { audience, .. }) = &mut command {
            audience.clone_from(&TERMS.audience);
        }
        apply(grant, command, now)
    }
    assert_found_out(ROTATED, machine, Rule::WrongChangesNothing);
}

#[test]
fn scope_that_widens() {
    fn machine(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        let Command::Refresh(refresh) = &mut command else { return apply(grant, command, now) };
        let asked = refresh.scope.take();
        let mut transition = apply(grant, command, now);
        if let (Reply::Issued(issued), Some(asked)) = (&mut transition.reply, asked) {
            issued.scope = asked;
        }
        transition
    }
    assert_found_out(ROTATED, machine, Rule::WithinTerms);
}

#[test]
fn scope_that_does_not_narrow() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        let mut transition = apply(grant, command, now);
        if let Reply::Issued(issued) = &mut transition.reply {
            issued.scope = TERMS.scope.clone();
        }
        transition
    }
    assert_found_out(ROTATED, machine, Rule::WithinTerms);
}

#[test]
fn a_code_and_a_refresh_token_that_live_too_long() {
    fn long_code(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Create(create) = &mut command {
            create.code_ttl.0 += 1;
        }
        apply(grant, command, now)
    }
    fn long_idle(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Redeem(redeem) = &mut command
            && let Some(terms) = &mut redeem.refresh
        {
            terms.idle_ttl.0 += 1;
        }
        apply(grant, command, now)
    }
    fn no_end(grant: Option<Grant>, mut command: Command, now: UnixTime) -> Transition {
        if let Command::Redeem(redeem) = &mut command
            && let Some(terms) = &mut redeem.refresh
        {
            terms.max_ttl = None;
        }
        apply(grant, command, now)
    }
    assert_found_out(ROTATED, long_code, Rule::LateIsNotServed);
    assert_found_out(WITHOUT_REFRESH, long_code, Rule::LateIsNotServed);
    assert_found_out(ROTATED, long_idle, Rule::InspectionIsTrue);
    assert_found_out(Settings { max: Some(4), ..KEPT }, no_end, Rule::InspectionIsTrue);
}

#[test]
fn an_inspection_that_calls_the_dead_alive() {
    fn machine(grant: Option<Grant>, command: Command, now: UnixTime) -> Transition {
        match command {
            Command::Inspect => apply(grant, command, UnixTime::from_seconds(0)),
            _ => apply(grant, command, now),
        }
    }
    assert_found_out(WITHOUT_REFRESH, machine, Rule::LateIsNotServed);
}
