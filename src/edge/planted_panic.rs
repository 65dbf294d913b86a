//! Panics on demand, for the test of what a panic costs. Compiled with the feature `planted-panic` alone, which no
//! deployment has.
#![expect(clippy::panic, reason = "that is what it is for")]

use std::cell::RefCell;

thread_local! {
    /// The moment to come, such as `/after/redeem`. A panic forgets it with everything else in memory.
    static MOMENT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// `/planted-panic` panics at once. `/planted-panic/before/redeem` is an address like any other that does not exist,
/// but the object that is next asked to redeem panics before it does; `after`, when only the answer is missing.
pub fn in_handler(url: &str) {
    match url.split_once("/planted-panic") {
        Some((_, "")) => panic!("planted in the handler"),
        Some((_, moment)) => MOMENT.set(moment.to_owned()),
        None => {}
    }
}

/// In an object, before or after it did what the command says.
pub fn in_object(when: &str, command: &str) {
    let name = command.trim_start_matches(['{', '"']).split('"').next().unwrap_or_default();
    if MOMENT.with_borrow(|moment| *moment == format!("/{when}/{name}")) {
        panic!("planted in an object, {when} {name}");
    }
}
