//! One grant and everybody around it. Messages are lost, late, doubled and out of order: whoever could once send a
//! command can deliver it at any later time, any number of times, and any answer may get lost.

use std::collections::BTreeSet;
use std::sync::Mutex;

use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::Reply;
use stateright::{Model, Property};

use crate::commands::{Ask, By, Kid, Order, Redemption, Settings, Thief};
use crate::history::{History, ends};
use crate::machine::{Apply, Machine, Stage, Step, Stored};
use crate::rules::{Rule, broken, may_go};

pub struct World {
    pub machine: Machine,
    /// How living grants ended by a replay.
    endings: Mutex<BTreeSet<Ending>>,
}

/// A replay that ended a living grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ending {
    /// Who sent it.
    pub by: From,
    /// Whether a thief had been served before.
    pub after_theft: bool,
    pub what: Replayed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replayed {
    Code,
    /// Superseded longer ago than the window.
    RefreshToken,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Situation {
    stored: Stored,
    history: History,
    /// What has gone wrong: nothing, one hopes.
    broken: Vec<Rule>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// A tick goes by.
    Wait,
    /// The alarm, when the record may go.
    Erase,
    /// A command arrives.
    Deliver { order: Order, from: From, answered: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// The Worker (approvals), the owner, a guard: they hold no tokens.
    Server,
    HonestClient,
    Thief,
    Stranger,
}

impl Situation {
    fn keeps(&self, rule: Rule) -> bool {
        !self.broken.contains(&rule)
    }
}

impl World {
    pub fn new(settings: Settings, apply: Apply) -> Self {
        Self { machine: Machine::new(settings, apply), endings: Mutex::default() }
    }

    fn settings(&self) -> &Settings {
        &self.machine.settings
    }

    /// Every order that somebody may have given, but no refresh beyond the last generation of this model.
    fn orders(&self, past: &History) -> Vec<(From, Order)> {
        let s = self.settings();
        let mut orders = vec![(From::Server, Order::Revoke(By::Owner)), (From::Server, Order::Inspect)];
        if past.approvable(s) {
            orders.push((From::Server, Order::Create));
        }
        for by in
            [By::OtherClient, By::OtherClientsBearer, By::BearerOfOtherSubject, By::BearerForOtherAudience]
        {
            orders.push((From::Stranger, Order::Revoke(by)));
        }
        if past.redeemed > 0 {
            orders.extend([By::Client, By::Bearer].map(|by| (From::Server, Order::Revoke(by))));
        }
        for redemption in [Redemption::OtherClient, Redemption::OtherRedirectUri, Redemption::OtherVerifier] {
            orders.push((From::Stranger, Order::Redeem(redemption, Kid::K1)));
        }
        if past.code_is_out {
            orders.extend(redemptions().map(|order| (From::HonestClient, order)));
            if s.thief == Thief::Everything {
                orders.extend(redemptions().map(|order| (From::Thief, order)));
            }
        }
        let newest = past.newest.map(|(newest, _)| newest);
        for generation in past.held() {
            orders.extend(refreshes(generation).map(|order| (From::HonestClient, order)));
        }
        if s.thief != Thief::Nobody {
            for generation in newest.map_or(0..0, |newest| 0..newest + 1) {
                orders.extend(refreshes(generation).map(|order| (From::Thief, order)));
            }
        }
        // And what cannot be, or must not be: generations that were never issued, and another client's tokens.
        let never = newest.map_or(0, |newest| newest + 1);
        orders.extend((0..=never).map(|g| (From::Stranger, Order::Refresh(g, Ask::OtherClient, Kid::K1))));
        orders.push((From::Stranger, Order::Refresh(never, Ask::Nothing, Kid::K1)));
        let rotates = s.refresh == Some(RefreshMode::Rotate);
        let last = |order: &Order| matches!(order, Order::Refresh(g, ..) if rotates && *g >= s.generations);
        orders.retain(|(_, order)| !last(order));
        orders
    }

    /// What was ever answered to what, as text.
    pub fn heard(&self) -> BTreeSet<String> {
        let line = |step: &Step| format!("{:?} {} {}", step.before, word(step.order), answer(&step.reply));
        self.machine.steps().iter().map(|step| line(step)).collect()
    }

    pub fn endings(&self) -> BTreeSet<Ending> {
        self.endings.lock().unwrap().clone()
    }

    fn deliver(&self, last: &Situation, order: Order, from: From, answered: bool) -> Situation {
        let step = self.machine.step(last.stored, order);
        let honest = from != From::Thief && from != From::Stranger;
        let broken = broken(self.settings(), &last.history, &step, honest);
        if step.before == Stage::Family
            && step.after == Stage::Tombstone
            && matches!(step.reply, Reply::Refused(refusal) if ends(refusal))
        {
            let what = match order {
                Order::Redeem(..) => Replayed::Code,
                _ => Replayed::RefreshToken,
            };
            let ending = Ending { by: from, after_theft: last.history.thief, what };
            self.endings.lock().unwrap().insert(ending);
        }
        let mut history = last.history.clone();
        history.record(self.settings(), order, &step.reply, honest, answered);
        Situation { stored: step.next, history, broken }
    }
}

fn redemptions() -> impl Iterator<Item = Order> {
    let right = [Kid::K1, Kid::K2].map(|kid| Order::Redeem(Redemption::Right, kid));
    right
        .into_iter()
        .chain([Redemption::NamesAudience, Redemption::OtherAudience].map(|r| Order::Redeem(r, Kid::K1)))
}

fn refreshes(generation: u8) -> impl Iterator<Item = Order> {
    let asks = [Ask::Nothing, Ask::Narrower, Ask::NamesAudience, Ask::Wider, Ask::OtherAudience];
    let asks = asks.into_iter().map(move |ask| Order::Refresh(generation, ask, Kid::K1));
    asks.chain([Order::Refresh(generation, Ask::Nothing, Kid::K2)])
}

fn word(order: Order) -> String {
    match order {
        Order::Create => "create".into(),
        Order::Redeem(redemption, _) => format!("redeem:{redemption:?}"),
        Order::Refresh(_, ask, _) => format!("refresh:{ask:?}"),
        Order::Revoke(by) => format!("revoke:{by:?}"),
        Order::Inspect => "inspect".into(),
    }
}

fn answer(reply: &Reply) -> String {
    match reply {
        Reply::Created => "created".into(),
        Reply::Issued(_) => "issued".into(),
        Reply::Revoked => "revoked".into(),
        Reply::Alive(_) => "alive".into(),
        Reply::Refused(refusal) => format!("{refusal:?}"),
    }
}

impl Model for World {
    type State = Situation;
    type Action = Action;

    fn init_states(&self) -> Vec<Situation> {
        vec![Situation { stored: None, history: History::default(), broken: Vec::new() }]
    }

    fn actions(&self, state: &Situation, actions: &mut Vec<Action>) {
        if !state.broken.is_empty() {
            return;
        }
        actions.push(Action::Wait);
        if self.machine.may_be_erased(state.stored) {
            actions.push(Action::Erase);
        }
        for (from, order) in self.orders(&state.history) {
            actions.push(Action::Deliver { order, from, answered: true });
            // Nobody else learns anything from an answer.
            if from == From::HonestClient || order == Order::Create {
                actions.push(Action::Deliver { order, from, answered: false });
            }
        }
    }

    fn next_state(&self, last: &Situation, action: Action) -> Option<Situation> {
        let next = match action {
            Action::Deliver { order, from, answered } => self.deliver(last, order, from, answered),
            Action::Wait => {
                let mut history = last.history.clone();
                history.tick(self.settings());
                Situation { stored: self.machine.wait(last.stored), history, broken: Vec::new() }
            }
            Action::Erase => {
                let broken = match may_go(self.settings(), &last.history) {
                    true => Vec::new(),
                    false => vec![Rule::OnlyTheDeadAreErased],
                };
                let history = last.history.after_erasure(self.settings());
                Situation { stored: None, history, broken }
            }
        };
        (next != *last).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("CreatedOnce", |_, now: &Situation| now.keeps(Rule::CreatedOnce)),
            Property::always("RedeemedOnce", |_, now: &Situation| now.keeps(Rule::RedeemedOnce)),
            Property::always("DeadStaysDead", |_, now: &Situation| now.keeps(Rule::DeadStaysDead)),
            Property::always("ReplaysEnd", |_, now: &Situation| now.keeps(Rule::ReplaysEnd)),
            Property::always("NothingElseEnds", |_, now: &Situation| now.keeps(Rule::NothingElseEnds)),
            Property::always("WrongChangesNothing", |_, now: &Situation| {
                now.keeps(Rule::WrongChangesNothing)
            }),
            Property::always("LateIsNotServed", |_, now: &Situation| now.keeps(Rule::LateIsNotServed)),
            Property::always("RightIsServed", |_, now: &Situation| now.keeps(Rule::RightIsServed)),
            Property::always("OneCurrent", |_, now: &Situation| now.keeps(Rule::OneCurrent)),
            Property::always("SameBytes", |_, now: &Situation| now.keeps(Rule::SameBytes)),
            Property::always("KeptStays", |_, now: &Situation| now.keeps(Rule::KeptStays)),
            Property::always("WithinTerms", |_, now: &Situation| now.keeps(Rule::WithinTerms)),
            Property::always("HonestIsNoThief", |_, now: &Situation| now.keeps(Rule::HonestIsNoThief)),
            Property::always("InspectionIsTrue", |_, now: &Situation| now.keeps(Rule::InspectionIsTrue)),
            Property::always("OnlyTheDeadAreErased", |_, now: &Situation| {
                now.keeps(Rule::OnlyTheDeadAreErased)
            }),
        ]
    }
}
