//! The settings, read once for the life of the isolate.

use std::cell::RefCell;
use std::rc::Rc;

use crate::edge::glue::{self, Env};
use crate::jose::keyring::Keyring;
use crate::model::config::{Config, ConfigError};

/// Settings that can be served with.
pub struct Settings {
    /// The settings.
    pub config: Config,
    /// The keys.
    pub keyring: Keyring,
}

thread_local! {
    static SETTINGS: RefCell<Option<Rc<Settings>>> = const { RefCell::new(None) };
}

/// The settings, or everything that is wrong with them.
pub fn settings(env: &Env) -> Result<Rc<Settings>, Vec<ConfigError>> {
    if let Some(settings) = SETTINGS.with_borrow(Clone::clone) {
        return Ok(settings);
    }
    let (config, keyring) = Config::load(|name| glue::setting(env, name))?;
    let settings = Rc::new(Settings { config, keyring });
    SETTINGS.set(Some(Rc::clone(&settings)));
    Ok(settings)
}
