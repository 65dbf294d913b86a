//! The real machine keeps every rule.

use postern::model::grant_type::RefreshMode;
use postern::protocol::grant::apply;
use stateright::{Checker, Model};

use crate::commands::{Settings, Thief};
use crate::world::World;

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

/// Explores all of it. Returns how many situations there are.
fn explore(settings: Settings) -> usize {
    let checker = World::new(settings, apply).checker().threads(2).spawn_bfs().join();
    if let Some(path) = checker.discovery("every rule is kept") {
        let broken = path.last_state().broken.clone();
        panic!("{broken:?} after {:#?}", path.into_actions());
    }
    let (unique, depth) = (checker.unique_state_count(), checker.max_depth());
    let (grants, answers) = checker.model().machine.size();
    println!("{unique} situations, depth {depth}, {grants} grants, {answers} answers: {settings:?}");
    for l in checker.model().heard.lock().unwrap().iter() { println!("  {l}"); }
    unique
}

#[test]
fn rotated() {
    assert!(explore(ROTATED) > 10_000);
}
