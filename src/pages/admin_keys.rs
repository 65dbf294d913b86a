//! The keys of the deployment, for administrators. Names and times, and nothing of what they are made of.

use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::signing_key::{KeySet, SigningKey};
use crate::pages::Csrf;
use crate::pages::admin::{Room, room};
use crate::pages::date;
use crate::pages::layout::{Frame, alert, hidden, status};
use crate::pages::text::admin::AdminText;

/// What the page shows.
#[derive(Debug)]
pub struct KeysPage<'a> {
    /// What is around it.
    pub frame: &'a Frame<'a>,
    /// CSRF token.
    pub csrf: Csrf<'a>,
    /// The keys that sign ID tokens.
    pub keys: &'a KeySet,
    /// Whether some of them do not sign yet.
    pub pending: bool,
    /// The root keys by name, and whether each is retired.
    pub roots: Vec<(&'a str, bool)>,
    /// The time.
    pub now: UnixTime,
    /// What was done.
    pub done: Option<&'a str>,
    /// What went wrong.
    pub error: Option<&'a str>,
}

/// Renders it.
pub fn render(view: &KeysPage<'_>) -> Markup {
    let text = AdminText::of(view.frame.language);
    let content = html! {
        (alert(view.error))
        (status(view.done))
        h2 { (text.signing_keys) }
        ul class="apps" { @for key in &view.keys.0 { (row(text, view, key)) } }
        p class="hint" { (text.rotate_hint) }
        @if view.pending {
            p { (text.rotation_pending) }
        } @else {
            form method="post" action="/admin/keys" {
                (hidden("csrf", view.csrf))
                button type="submit" name="action" value="rotate" { (text.rotate) }
            }
        }
        h2 { (text.root_keys) }
        p class="hint" { (text.root_keys_hint) }
        dl {
            @for (at, (kid, retired)) in view.roots.iter().enumerate() {
                dt { code { (kid) } }
                dd {
                    @if at == 0 { (text.root_signs) } @else if *retired { (text.root_retired) } @else { (text.root_verifies) }
                }
            }
        }
    };
    room(view.frame, Room::Keys, &content)
}

fn row(text: &AdminText, view: &KeysPage<'_>, key: &SigningKey) -> Markup {
    let signs = view.keys.signer(key.algorithm(), view.now).is_some_and(|signer| signer.kid == key.kid);
    let state = match signs {
        true => text.signs,
        false if view.now < key.active_at => text.waits,
        false => text.verifies,
    };
    html! {
        li {
            div {
                strong { (key.algorithm().word()) } " " span class="tag" { (state) }
                p class="hint" { (text.kid) ": " code { (key.kid) } }
                p class="hint" {
                    (text.signs_from) ": "
                    @if key.active_at == UnixTime::default() { (text.from_the_first) } @else { (date::moment(view.frame.language, key.active_at)) }
                }
                @if let Some(at) = key.gone_at {
                    p class="hint" { (text.gone_at) ": " (date::moment(view.frame.language, at)) }
                }
            }
        }
    }
}
