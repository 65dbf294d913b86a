//! What happened to one grant, as somebody who watches from outside writes it down. Knows nothing of the machine.

use postern::protocol::grant::{GrantRefusal, Reply};

use crate::commands::{Ask, By, FORM, Kid, Order, Redemption, Settings, Thief};

/// Most generations a model may have.
pub const GENERATIONS: usize = 12;
/// How many superseded generations the machine says it remembers.
const REMEMBERED: u8 = 8;

/// Ages are in ticks and stop growing where they stop mattering.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// Since the form was shown.
    form_age: u8,
    /// Approvals that were accepted, codes that were redeemed: one each, ever.
    pub created: u8,
    pub redeemed: u8,
    /// The code has left the server.
    pub code_is_out: bool,
    pub approval_sent: bool,
    code_age: u8,
    access_age: u8,
    idle_age: u8,
    family_age: u8,
    /// The current refresh token, and the key it is sealed under.
    pub newest: Option<(u8, Kid)>,
    /// Since each generation was superseded.
    superseded: [u8; GENERATIONS],
    /// Somebody who may has ended it, or it had to end.
    pub ended: bool,
    pub erased: bool,
    /// A thief was served, or ended it.
    pub thief: bool,
    /// What the honest client holds (a bit for each generation; it uses the newest, and older messages may be late),
    /// and since when it has used the newest.
    held: u16,
    first_use: Option<u8>,
}

/// What somebody brings, by what has happened before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Must be served.
    Good,
    /// In itself right, but its time is up.
    TooLate,
    /// Must end the grant.
    Replay,
    /// Must be refused and change nothing.
    Wrong,
}

impl History {
    pub fn waits(&self) -> bool {
        self.created > 0 && self.redeemed == 0 && !self.over()
    }

    pub fn is_family(&self) -> bool {
        self.redeemed > 0 && !self.over()
    }

    pub fn over(&self) -> bool {
        self.ended || self.erased
    }

    pub fn access_lives(&self, s: &Settings) -> bool {
        self.redeemed > 0 && self.access_age < s.access
    }

    pub fn refresh_lives(&self, s: &Settings) -> bool {
        self.newest.is_some() && self.idle_age < s.idle && s.max.is_none_or(|max| self.family_age < max)
    }

    pub fn code_lives(&self, s: &Settings) -> bool {
        self.waits() && self.code_age < s.code
    }

    pub fn approvable(&self, s: &Settings) -> bool {
        match s.form {
            true => self.form_age < FORM + s.late,
            false => !self.approval_sent && self.form_age < FORM,
        }
    }

    pub fn access_left(&self, s: &Settings) -> u8 {
        s.access - self.access_age
    }

    /// Generations that the honest client may have under way.
    pub fn held(&self) -> impl Iterator<Item = u8> {
        (0..16).filter(|g| self.held >> g & 1 == 1)
    }

    /// What the honest client would use, if it has not done so for longer than the window.
    pub fn honest_in_time(&self, s: &Settings, generation: u8) -> bool {
        !self.thief
            && self.held().max() == Some(generation)
            && self.first_use.is_none_or(|age| age < s.window)
    }

    pub fn superseded_in_window(&self, s: &Settings, generation: u8) -> bool {
        let Some((newest, _)) = self.newest else { return false };
        newest - generation <= REMEMBERED && self.superseded[usize::from(generation)] < s.window
    }

    /// What `order` is.
    pub fn standing(&self, s: &Settings, order: Order) -> Standing {
        match order {
            Order::Create if self.created == 0 && !self.over() => Standing::Good,
            Order::Create => Standing::Wrong,
            Order::Redeem(
                Redemption::OtherClient | Redemption::OtherRedirectUri | Redemption::OtherVerifier,
                _,
            ) => Standing::Wrong,
            Order::Redeem(..) if self.is_family() => Standing::Replay,
            Order::Redeem(Redemption::OtherAudience, _) => Standing::Wrong,
            Order::Redeem(..) if self.code_lives(s) => Standing::Good,
            Order::Redeem(..) => Standing::TooLate,
            Order::Refresh(generation, ask, _) => self.refresh_standing(s, generation, ask),
            Order::Revoke(By::Owner) => Standing::Good,
            Order::Revoke(By::Client | By::Bearer) if self.created > 0 && !self.erased => Standing::Good,
            Order::Revoke(_) => Standing::Wrong,
            Order::Inspect if self.is_family() && (self.access_lives(s) || self.refresh_lives(s)) => {
                Standing::Good
            }
            Order::Inspect => Standing::TooLate,
        }
    }

    fn refresh_standing(&self, s: &Settings, generation: u8, ask: Ask) -> Standing {
        let Some((newest, _)) =
            self.newest.filter(|(newest, _)| generation <= *newest && ask != Ask::OtherClient)
        else {
            return Standing::Wrong;
        };
        if self.is_family() && generation < newest && !self.superseded_in_window(s, generation) {
            Standing::Replay
        } else if !self.is_family() || !self.refresh_lives(s) {
            Standing::TooLate
        } else if matches!(ask, Ask::Wider | Ask::OtherAudience) {
            Standing::Wrong
        } else {
            Standing::Good
        }
    }

    /// Writes down what an order came to. `answered`: the reply reached who sent it.
    pub fn record(&mut self, s: &Settings, order: Order, reply: &Reply, honest: bool, answered: bool) {
        let standing = self.standing(s, order);
        match (order, reply) {
            (Order::Create, Reply::Created) => {
                self.created = (self.created + 1).min(2);
                self.code_age = 0;
                self.code_is_out |= answered;
            }
            (Order::Redeem(_, kid), Reply::Issued(issued)) => {
                self.redeemed = (self.redeemed + 1).min(2);
                self.newest = issued.refresh.as_ref().map(|_| (0, kid));
                (self.access_age, self.idle_age, self.family_age) = (0, 0, 0);
            }
            (Order::Refresh(generation, _, kid), Reply::Issued(issued)) => {
                self.access_age = 0;
                if self.newest.is_some_and(|(newest, _)| newest == generation) {
                    self.idle_age = 0;
                }
                if let Some(given) = &issued.refresh
                    && let Ok(given) = u8::try_from(given.generation)
                    && let Some((newest, _)) = self.newest
                    && given > newest
                {
                    self.superseded[usize::from(newest)] = 0;
                    self.newest = Some((given, kid));
                }
            }
            _ => {}
        }
        self.approval_sent |= order == Order::Create;
        let revoked = matches!(order, Order::Revoke(_)) && standing == Standing::Good;
        self.ended |= revoked || standing == Standing::Replay;
        let served = matches!(reply, Reply::Issued(_)) || standing == Standing::Replay;
        if honest {
            self.remember(order, reply, answered);
        } else if served && matches!(order, Order::Redeem(..) | Order::Refresh(..)) {
            self.thief = true;
        }
        self.settle(s);
    }

    /// What the honest client learns.
    fn remember(&mut self, order: Order, reply: &Reply, answered: bool) {
        if let Order::Refresh(generation, ..) = order
            && self.held().max() == Some(generation)
        {
            self.first_use = self.first_use.or(Some(0));
        }
        if let Reply::Issued(issued) = reply
            && answered
            && let Some(given) = &issued.refresh
            && self.held().max().is_none_or(|newest| u32::from(newest) < given.generation)
        {
            self.held |= 1 << given.generation;
            self.first_use = None;
        }
    }

    pub fn tick(&mut self, s: &Settings) {
        let ages = [
            &mut self.form_age,
            &mut self.code_age,
            &mut self.access_age,
            &mut self.idle_age,
            &mut self.family_age,
        ];
        ages.into_iter().chain(&mut self.superseded).chain(&mut self.first_use).for_each(|age| *age += 1);
        self.settle(s);
    }

    pub fn after_erasure(&self, s: &Settings) -> Self {
        let mut after = Self { erased: true, ..self.clone() };
        after.settle(s);
        after
    }

    /// Makes histories alike that differ in nothing that matters any more.
    fn settle(&mut self, s: &Settings) {
        let over = self.over();
        let clamp = |age: &mut u8, at: u8, matters: bool| *age = if matters { (*age).min(at) } else { at };
        clamp(&mut self.form_age, FORM + s.late, true);
        clamp(&mut self.code_age, s.code, self.redeemed == 0 && !over && self.created > 0);
        clamp(&mut self.access_age, s.access, self.redeemed > 0);
        clamp(&mut self.idle_age, s.idle, self.newest.is_some() && !over);
        clamp(&mut self.family_age, s.max.unwrap_or(0), self.newest.is_some() && !over);
        let newest = self.newest.map_or(0, |(newest, _)| usize::from(newest));
        for (generation, age) in self.superseded.iter_mut().enumerate() {
            clamp(
                age,
                s.window,
                generation < newest && newest <= generation + usize::from(REMEMBERED) && !over,
            );
        }
        if let Some(age) = &mut self.first_use {
            clamp(age, s.window, !over && !self.thief);
        }
        if self.thief || over {
            // Whoever served a thief owes the client nothing but the rules for everybody.
            self.first_use = None;
        }
        if s.thief != Thief::Nobody {
            self.held = self.held_that_matter(s);
        }
    }

    /// A thief sends every refresh token there is. What the client alone can do is to use the newest it has, and to have
    /// one served that is still in its window without being a thief; of those that are not, one is as good as another.
    fn held_that_matter(&self, s: &Settings) -> u16 {
        let newest = self.held().max().map_or(0, |g| 1 << g);
        if self.thief || self.over() {
            return newest;
        }
        let (in_window, late): (Vec<_>, Vec<_>) = self.held().partition(|g| self.superseded_in_window(s, *g));
        let some_late = late.first().map_or(0, |g| 1 << g);
        in_window.iter().fold(newest | some_late, |held, g| held | 1 << g)
    }
}

/// Whether an answer ends the grant.
pub fn ends(refusal: GrantRefusal) -> bool {
    matches!(refusal, GrantRefusal::CodeAlreadyRedeemed | GrantRefusal::RefreshReused)
}
