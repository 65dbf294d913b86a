//! Who asks, and what is known of it: the same wherever an owner decides about a client.

use maud::{Markup, html};

use crate::model::client::ClientOrigin;
use crate::model::language::Language;
use crate::model::look_alike::Vendor;
use crate::pages::text::consent::{ConsentText, looks_like, published_by, registered_here};

/// What is known of a client.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Its name, as it says.
    pub name: &'a str,
    /// Where its logo is, at this server.
    pub logo: Option<String>,
    /// Who brought it here.
    pub origin: ClientOrigin,
    /// The host that published its metadata, where that is its id.
    pub proven_host: Option<&'a str>,
    /// Whom its name imitates.
    pub imitated: Option<&'static Vendor>,
}

impl Evidence<'_> {
    /// Its face and its name, with what it does; below, what is known of that name.
    pub fn show(&self, language: Language, asks: &str) -> Markup {
        let text = ConsentText::of(language);
        html! {
            div class="asker" {
                (face(self.name, self.logo.as_deref()))
                p class="lead" { strong class="client" { bdi { (self.name) } } " " (asks) }
            }
            @if let Some(vendor) = self.imitated {
                p class="warning" role="note" { strong { (looks_like(language, vendor)) } }
            }
            @match (self.origin, self.proven_host) {
                (_, Some(host)) => p { strong { (published_by(language, host)) } },
                (ClientOrigin::Anonymous, _) => p class="warning" { (text.anonymous) },
                (ClientOrigin::Developer { at, .. }, _) => p class="warning" { (registered_here(language, at)) },
                (ClientOrigin::Operator, _) => p class="hint" { (text.operator) },
                (ClientOrigin::Published, None) => {}
            }
        }
    }
}

/// A logo over initials: where it cannot be fetched, they are what is seen.
pub(super) fn face(name: &str, logo: Option<&str>) -> Markup {
    html! {
        span class={ "face" @if logo.is_some() { " white" } } aria-hidden="true" {
            (initials(name))
            // Without a size: one that does not load has none.
            @if let Some(address) = logo { img src=(address) alt=""; }
        }
    }
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    let letters: String = words.take(2).flat_map(char::to_uppercase).collect();
    if letters.is_empty() { "?".to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_letters_of_the_name() {
        for (name, letters) in [
            ("Diary", "D"),
            ("my diary app", "MD"),
            ("카카오 톡", "카톡"),
            ("<script>alert(1)", "SA"),
            ("  -- x", "X"),
            ("...", "?"),
            ("", "?"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
