//! The real machine keeps every rule, whoever is about and however the settings stand to each other.

use std::collections::BTreeSet;

use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::apply;
use stateright::{Checker, Model};

use crate::commands::{Settings, Thief};
use crate::world::{Ending, From, Replayed, World};

pub const ROTATED: Settings = Settings {
    code: 2,
    access: 2,
    refresh: Some(RefreshMode::Rotate),
    idle: 3,
    max: None,
    window: 1,
    form: true,
    late: 0,
    thief: Thief::Everything,
    generations: 3,
};
pub const KEPT: Settings = Settings { refresh: Some(RefreshMode::Keep), ..ROTATED };
pub const WITHOUT_REFRESH: Settings = Settings { refresh: None, ..ROTATED };

/// How much was seen.
#[derive(Default)]
struct Seen {
    situations: usize,
    depth: usize,
    heard: BTreeSet<String>,
    endings: BTreeSet<Ending>,
}

impl Seen {
    /// Explores everything there is under these settings.
    fn explore(&mut self, settings: Settings) {
        let checker = World::new(settings, apply).checker().spawn_bfs().join();
        if let Some((rule, path)) = checker.discoveries().into_iter().next() {
            panic!("{settings:?}: {rule} is broken after {:#?}", path.into_actions());
        }
        self.situations += checker.unique_state_count();
        self.depth = self.depth.max(checker.max_depth());
        self.heard.append(&mut checker.model().heard());
        self.endings.append(&mut checker.model().endings());
    }

    /// Says how much there was, and that it was not less than it should be: a model can become trivial unnoticed.
    fn is_at_least(&self, floor: usize) {
        println!("{} situations, depth {}, {} answers", self.situations, self.depth, self.heard.len());
        assert!(self.situations >= floor, "{} situations", self.situations);
    }
}

/// What must be reachable: each state, each answer, each end that a theft can come to.
const HEARD: [&str; 19] = [
    "Nothing create created",
    "Nothing revoke:Owner revoked",
    "Nothing redeem:Right Unknown",
    "Code create AlreadyCreated",
    "Code inspect NotRedeemed",
    "Code redeem:Right issued",
    "Code redeem:Right CodeExpired",
    "Code redeem:OtherAudience AudienceMismatch",
    "Code redeem:OtherClient IssuedToOtherClient",
    "Code redeem:OtherRedirectUri RedirectUriMismatch",
    "Code redeem:OtherVerifier VerifierMismatch",
    "Code revoke:Owner revoked",
    "Family inspect alive",
    "Family redeem:Right CodeAlreadyRedeemed",
    "Family refresh:Nothing RefreshExpired",
    "Family refresh:Nothing RefreshReused",
    "Family refresh:Nothing Unknown",
    "Family refresh:Wider ScopeWidened",
    "Tombstone create AlreadyCreated",
];

/// How a grant must be able to end.
const ENDINGS: [Ending; 6] = [
    // A stolen token that is used after the window: the thief is seen, and what was stolen is worth nothing any more.
    Ending { by: From::Thief, after_theft: false, what: Replayed::RefreshToken },
    // A thief who was quicker than the client: the client's own token is the old one, and takes the thief's with it.
    Ending { by: From::HonestClient, after_theft: true, what: Replayed::RefreshToken },
    // The same with a stolen code and its verifier.
    Ending { by: From::Thief, after_theft: false, what: Replayed::Code },
    Ending { by: From::HonestClient, after_theft: true, what: Replayed::Code },
    // Rotation has a price: a client's own message that comes twice, the second time after the window, ends its grant.
    Ending { by: From::HonestClient, after_theft: false, what: Replayed::RefreshToken },
    Ending { by: From::HonestClient, after_theft: false, what: Replayed::Code },
];

#[test]
fn every_rule_is_kept_in_rotated_kept_and_missing_refresh_tokens() {
    let mut seen = Seen::default();
    for settings in [ROTATED, KEPT, WITHOUT_REFRESH] {
        for thief in [Thief::Nobody, Thief::CodeAndTokens, Thief::Everything] {
            for form in [true, false] {
                for max in [None, Some(4)] {
                    seen.explore(Settings { thief, form, max, ..settings });
                }
            }
        }
    }
    for heard in HEARD {
        assert!(seen.heard.contains(heard), "nobody ever heard: {heard}");
    }
    for ending in ENDINGS {
        assert!(seen.endings.contains(&ending), "no grant ever ended so: {ending:?}");
    }
    seen.is_at_least(30_000);
}

/// Where client and thief both use a stolen token its grant ends, whoever is first; a kept one tells nobody apart, which
/// is why only clients that authenticate may have one.
#[test]
fn a_stolen_refresh_token_is_found_out_where_it_rotates() {
    for (refresh, found_out) in [(RefreshMode::Rotate, true), (RefreshMode::Keep, false)] {
        let mut seen = Seen::default();
        seen.explore(Settings { refresh: Some(refresh), thief: Thief::CodeAndTokens, ..ROTATED });
        for (by, after_theft) in [(From::Thief, false), (From::HonestClient, true)] {
            let ending = Ending { by, after_theft, what: Replayed::RefreshToken };
            assert_eq!(seen.endings.contains(&ending), found_out, "{refresh:?}: {ending:?}");
        }
    }
}

#[test]
fn every_rule_is_kept_however_long_things_live() {
    let mut seen = Seen::default();
    for (code, access) in [(1, 1), (1, 3), (4, 1), (4, 4)] {
        for (idle, window) in [(1, 0), (4, 2)] {
            seen.explore(Settings { code, access, idle, window, ..ROTATED });
        }
    }
    seen.is_at_least(25_000);
}

#[test]
#[ignore = "make model"]
fn every_rule_is_kept_past_the_generations_that_are_remembered() {
    let mut seen = Seen::default();
    for window in [1, 2, 3] {
        for max in [None, Some(6)] {
            seen.explore(Settings { window, max, idle: 5, generations: 10, ..ROTATED });
        }
    }
    seen.is_at_least(590_000);
}
