//! The promises, each checked at every answer.

use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::{Issued, Reply};

use crate::commands::{Ask, Kid, NOW, Order, Settings, TERMS, ticks};
use crate::history::{History, Standing, ends};
use crate::machine::{Stage, Step};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// One approval is accepted, ever: not after the record was erased either.
    CreatedOnce,
    /// A code is redeemed at most once, ever.
    RedeemedOnce,
    /// What was ended or erased is never served again and never called alive.
    DeadStaysDead,
    /// A replayed code, and a token superseded longer ago than the window, end the grant and are told so.
    ReplaysEnd,
    /// Nothing else ends it: not the wrong client, verifier or redirect URI, no refusal, no second try in the window.
    NothingElseEnds,
    /// What is wrong is refused and changes nothing.
    WrongChangesNothing,
    /// What is too late is not served and changes nothing.
    LateIsNotServed,
    /// What is right is served.
    RightIsServed,
    /// One generation is current: a refresh gives the next one for it, and it again to who retries.
    OneCurrent,
    /// A generation is always sealed under the key it was made with: a retry gets the same bytes.
    SameBytes,
    /// A kept refresh token never moves.
    KeptStays,
    /// Tokens say what the owner agreed to or less, exactly what was asked for, and the time of the grant.
    WithinTerms,
    /// An honest client that retries in the window is never taken for a thief.
    HonestIsNoThief,
    /// An inspection says what is so.
    InspectionIsTrue,
    /// What may be erased can do nothing any more.
    OnlyTheDeadAreErased,
}

/// The rules that a step breaks, given what was before it. `honest`: who sent it stole nothing.
pub fn broken(s: &Settings, past: &History, step: &Step, honest: bool) -> Vec<Rule> {
    let standing = past.standing(s, step.order);
    let served = matches!(step.reply, Reply::Issued(_) | Reply::Alive(_) | Reply::Created);
    let over = step.after == Stage::Tombstone;
    let ending = matches!(step.reply, Reply::Refused(refusal) if ends(refusal));
    let revoked = matches!(step.order, Order::Revoke(_)) && standing == Standing::Good;
    let mut broken = Vec::new();
    let mut rule = |rule, kept: bool| {
        if !kept {
            broken.push(rule);
        }
    };

    rule(Rule::CreatedOnce, step.reply != Reply::Created || past.created == 0);
    if let (Order::Redeem(..), Reply::Issued(_)) = (step.order, &step.reply) {
        rule(Rule::RedeemedOnce, past.redeemed == 0);
    }
    rule(Rule::DeadStaysDead, !(past.over() && served));
    match standing {
        Standing::Replay => rule(Rule::ReplaysEnd, ending && over),
        Standing::Wrong => {
            // RFC 7009 §2.2: revoking what is dead is no error, whoever asks.
            let told = matches!(step.order, Order::Revoke(_)) && past.ended && step.reply == Reply::Revoked;
            rule(Rule::WrongChangesNothing, !step.changed);
            rule(Rule::WrongChangesNothing, told || matches!(step.reply, Reply::Refused(r) if !ends(r)));
        }
        Standing::TooLate => {
            rule(Rule::LateIsNotServed, matches!(step.reply, Reply::Refused(r) if !ends(r)));
            rule(Rule::LateIsNotServed, !step.changed);
        }
        Standing::Good => {
            rule(Rule::RightIsServed, served || revoked && step.reply == Reply::Revoked && over);
        }
    }
    let was_over = step.before == Stage::Tombstone;
    rule(Rule::NothingElseEnds, !ending || standing == Standing::Replay);
    rule(Rule::NothingElseEnds, !over || was_over || standing == Standing::Replay || revoked);
    if let Order::Refresh(generation, ..) = step.order {
        let taken_for_a_thief = honest && ending && past.honest_in_time(s, generation);
        rule(Rule::HonestIsNoThief, !taken_for_a_thief);
    }
    match &step.reply {
        Reply::Issued(issued) => {
            tokens(s, past, step.order, issued, &mut rule);
        }
        Reply::Alive(alive) => {
            let until = alive.access_until;
            let left = past.access_lives(s).then(|| NOW.plus(ticks(past.access_left(s))));
            let newest = past.newest.filter(|_| past.refresh_lives(s)).map(|(newest, _)| newest.into());
            rule(
                Rule::InspectionIsTrue,
                left.is_none_or(|left| left == until) && (left.is_some() || until <= NOW),
            );
            rule(Rule::InspectionIsTrue, alive.refresh.map(|(generation, _)| generation) == newest);
            rule(Rule::InspectionIsTrue, alive.refresh.is_none_or(|(_, until)| until > NOW));
            rule(Rule::WithinTerms, alive.terms == *TERMS);
        }
        Reply::Created | Reply::Revoked | Reply::Refused(_) | Reply::Waiting(_) | Reply::Answered => {}
    }
    broken
}

fn tokens(s: &Settings, past: &History, order: Order, issued: &Issued, rule: &mut impl FnMut(Rule, bool)) {
    rule(Rule::WithinTerms, issued.terms == *TERMS && issued.issued_at == NOW);
    rule(Rule::WithinTerms, !issued.scope.is_empty() && issued.scope.is_within(&TERMS.scope));
    let asked = matches!(order, Order::Refresh(_, Ask::Narrower, _));
    rule(Rule::WithinTerms, asked == (issued.scope != TERMS.scope));
    let given = issued.refresh.as_ref().map(|refresh| (refresh.generation, refresh.kid.as_str()));
    let expected = match (order, past.newest) {
        (Order::Redeem(_, kid), _) => s.refresh.map(|_| (0, kid)),
        (Order::Refresh(generation, _, kid), Some((newest, old))) => {
            let moves = generation == newest && s.refresh == Some(RefreshMode::Rotate);
            Some(if moves { (newest + 1, kid) } else { (newest, old) })
        }
        _ => None,
    };
    rule(Rule::OneCurrent, given.map(|(g, _)| g) == expected.map(|(g, _)| g.into()));
    rule(Rule::SameBytes, given.map(|(_, kid)| kid) == expected.map(|(_, kid)| Kid::text(kid)));
    if s.refresh == Some(RefreshMode::Keep) {
        rule(Rule::KeptStays, given.is_some_and(|(generation, _)| generation == 0));
    }
}

/// Whether a record may go.
pub fn may_go(s: &Settings, past: &History) -> bool {
    let tokens = past.access_lives(s) || !past.over() && (past.refresh_lives(s) || past.code_lives(s));
    !tokens && !past.approvable(&Settings { late: 0, ..*s })
}
