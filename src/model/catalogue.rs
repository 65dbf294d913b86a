//! The scope catalogue: every scope there is, in words (setting `SCOPES`).

use serde::Deserialize;

use crate::base::json;
use crate::model::language::Language;
use crate::model::scope::{Scope, is_scope_token};

/// What a deployment without `SCOPES` offers: the built-in calendar, so that the story can be walked at once.
const BUILT_IN: &str = include_str!("catalogue.default.json");
/// The scopes of OpenID Connect (Core §5.4, §11), which every deployment has; `SCOPES` may word them anew.
const STANDARD: &str = include_str!("catalogue.openid.json");

/// Every scope that may be asked for, in the order they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue(Vec<CatalogueEntry>);

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEntry {
    /// The scope token.
    pub name: String,
    /// In English.
    pub en: Words,
    /// In Korean.
    pub ko: Words,
    /// Whether an owner may untick it.
    #[serde(default)]
    pub optional: bool,
    /// Whether it is granted when a request names no scope.
    #[serde(default)]
    pub default: bool,
}

/// How a scope is put to people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A few words.
    pub title: String,
    /// A sentence.
    pub description: String,
}

/// Why `SCOPES` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// Not the JSON it should be, with the parser's words.
    Malformed(String),
    /// A name that is no scope token, or stands twice.
    Name(String),
    /// Nothing is a default, so a request without `scope` could grant nothing.
    NoDefault,
}

impl Catalogue {
    /// Reads `SCOPES`.
    ///
    /// # Errors
    /// [`CatalogueError`].
    pub fn parse(json: &str) -> Result<Self, CatalogueError> {
        let entries: Vec<CatalogueEntry> =
            json::read(json).map_err(|error| CatalogueError::Malformed(error.to_string()))?;
        for (at, entry) in entries.iter().enumerate() {
            if !is_scope_token(&entry.name) || entries.iter().take(at).any(|e| e.name == entry.name) {
                return Err(CatalogueError::Name(entry.name.clone()));
            }
        }
        if !entries.iter().any(|entry| entry.default) {
            return Err(CatalogueError::NoDefault);
        }
        let standard: Vec<CatalogueEntry> = json::read(STANDARD).unwrap_or_default();
        let missing = standard.into_iter().filter(|own| entries.iter().all(|entry| entry.name != own.name));
        Ok(Self(missing.collect::<Vec<_>>().into_iter().chain(entries).collect()))
    }

    /// Every scope.
    pub fn all(&self) -> Scope {
        Scope::from_tokens(self.0.iter().map(|e| e.name.as_str()))
    }

    /// What a request without `scope` asks for.
    pub fn defaults(&self) -> Scope {
        Scope::from_tokens(self.0.iter().filter(|e| e.default).map(|e| e.name.as_str()))
    }

    /// What an owner cannot untick.
    pub fn required(&self) -> Scope {
        Scope::from_tokens(self.0.iter().filter(|e| !e.optional).map(|e| e.name.as_str()))
    }

    /// The entries of `scope`, in the catalogue's order.
    pub fn entries_of<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a CatalogueEntry> {
        self.0.iter().filter(|entry| scope.contains(&entry.name))
    }

    /// The entries.
    pub fn entries(&self) -> &[CatalogueEntry] {
        &self.0
    }
}

impl CatalogueEntry {
    /// In one language.
    pub const fn words(&self, language: Language) -> &Words {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::parse(BUILT_IN).unwrap_or(Self(Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_well_formed_and_defaults_to_reading() {
        assert_eq!(Catalogue::parse(BUILT_IN), Ok(Catalogue::default()));
        assert!(Catalogue::default().defaults().contains("calendar.read"));
        assert!(!Catalogue::default().defaults().contains("calendar.write"));
    }

    #[test]
    fn the_standard_scopes_are_always_there_and_may_be_worded_anew() {
        let words = r#"{"title":"t","description":"d"}"#;
        let own = format!(r#"[{{"name":"email","en":{words},"ko":{words},"default":true}}]"#);
        let catalogue = Catalogue::parse(&own).unwrap();
        let names: Vec<_> = catalogue.entries().iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["openid", "profile", "offline_access", "email"]);
        assert_eq!(catalogue.entries()[3].en.title, "t");
        assert_eq!(catalogue.defaults().to_string(), "email");
        assert!(catalogue.required().contains("openid") && !catalogue.required().contains("profile"));
    }

    #[test]
    fn mistakes_are_named() {
        let entry = |name: &str, default: bool| {
            let words = r#"{"title":"t","description":"d"}"#;
            format!(r#"{{"name":"{name}","en":{words},"ko":{words},"default":{default}}}"#)
        };
        assert!(matches!(Catalogue::parse("{}"), Err(CatalogueError::Malformed(_))));
        assert!(matches!(Catalogue::parse(r#"[{"name":"a"}]"#), Err(CatalogueError::Malformed(_))));
        assert_eq!(
            Catalogue::parse(&format!("[{}]", entry("a b", true))),
            Err(CatalogueError::Name("a b".into()))
        );
        assert_eq!(
            Catalogue::parse(&format!("[{},{}]", entry("a", true), entry("a", true))),
            Err(CatalogueError::Name("a".into()))
        );
        assert_eq!(Catalogue::parse(&format!("[{}]", entry("a", false))), Err(CatalogueError::NoDefault));
    }
}
