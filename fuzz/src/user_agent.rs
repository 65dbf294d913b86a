//! What a request says of the browser and the place that it comes from. Owners are shown it, so nothing of it may be the
//! sender's own words.

use postern::model::country::Country;
use postern::model::id::SessionName;
use postern::model::user_agent::UserAgent;

use crate::world::text;

/// A header of each kind, and the name of a session.
pub fn user_agent(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    if let Some(agent) = UserAgent::parse(sent) {
        for name in [agent.browser.name(), agent.system.name()] {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' '), "{name}");
        }
        assert!(sent.starts_with("Mozilla/5.0 (") && sent.len() <= 1024);
        // What is kept is read back, and it is all that is kept.
        let kept = serde_json::to_string(&agent).unwrap();
        assert_eq!(serde_json::from_str::<UserAgent>(&kept).unwrap(), agent);
        assert!(kept.len() < 60, "{kept}");
    }
    if let Some(country) = Country::parse(sent) {
        assert_eq!(country.code(), sent);
        assert!(sent.len() == 2 && sent.bytes().all(|byte| byte.is_ascii_uppercase()));
    }
    if let Some(name) = SessionName::parse(sent) {
        assert_eq!(name.as_str(), sent);
        assert!(sent.len() == 16 && !sent.contains(['<', '"', '&', ' ']));
    }
}
