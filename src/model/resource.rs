//! Protected resources (setting `RESOURCES`, RFC 8707, RFC 9728): who may be the audience of an access token.

use serde::Deserialize;
use url::Url;

use crate::base::json;
use crate::model::issuer::Issuer;
use crate::model::scope::{Scope, is_scope_token};

/// How a resource checks access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuardMode {
    /// By signature alone: no I/O, revocation shows when the token expires.
    Offline,
    /// The grant is asked, too: revocation shows at once.
    Live,
}

/// A resource that tokens can be issued for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectedResource {
    /// Its identifier: an absolute URI without a fragment (RFC 8707 §2).
    pub identifier: String,
    /// The scopes it understands.
    pub scopes: Vec<String>,
    /// How it checks tokens.
    #[serde(default = "offline")]
    pub guard: GuardMode,
    /// The client that may introspect tokens for it.
    #[serde(default)]
    pub introspection_client: Option<String>,
    /// The resources that this client may exchange such tokens for (RFC 8693): others of this list.
    #[serde(default)]
    pub exchange_to: Vec<String>,
}

const fn offline() -> GuardMode {
    GuardMode::Offline
}

/// Why `RESOURCES` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceError {
    /// Not the JSON it should be, with the parser's words.
    Malformed(String),
    /// Not an absolute URI without fragment, not `https` (or loopback), or there twice.
    Identifier(String),
    /// A scope that the catalogue does not have.
    Scope(String),
    /// Exchanged for what is no other resource of the list, or by nobody.
    ExchangeTo(String),
}

impl ProtectedResource {
    /// Reads `RESOURCES`.
    ///
    /// # Errors
    /// [`ResourceError`].
    pub fn parse_list(json: &str, known: &Scope) -> Result<Vec<Self>, ResourceError> {
        let list: Vec<Self> = json::read(json).map_err(|e| ResourceError::Malformed(e.to_string()))?;
        for (at, resource) in list.iter().enumerate() {
            let twice = list.iter().take(at).any(|r| r.identifier == resource.identifier);
            if twice || !is_resource_identifier(&resource.identifier) {
                return Err(ResourceError::Identifier(resource.identifier.clone()));
            }
            if let Some(scope) = resource.scopes.iter().find(|s| !is_scope_token(s) || !known.contains(s)) {
                return Err(ResourceError::Scope(scope.clone()));
            }
            let other =
                |to: &str| to != resource.identifier && list.iter().any(|known| known.identifier == to);
            let nobody = resource.introspection_client.is_none();
            if let Some(to) = resource.exchange_to.iter().find(|to| nobody || !other(to)) {
                return Err(ResourceError::ExchangeTo(to.clone()));
            }
        }
        Ok(list)
    }

    /// The resources that come with the server, to try it on.
    pub fn built_in(issuer: &Issuer) -> [Self; 3] {
        let resource = |path: &str, scopes: &[&str], guard| Self {
            identifier: format!("{issuer}{path}"),
            scopes: scopes.iter().map(|&s| s.to_owned()).collect(),
            guard,
            introspection_client: None,
            exchange_to: Vec::new(),
        };
        let calendar = &["calendar.read", "calendar.write"];
        [
            resource("/demo/whoami", &[], GuardMode::Offline),
            resource("/demo/calendar", calendar, GuardMode::Live),
            resource("/demo/mcp", calendar, GuardMode::Live),
        ]
    }
}

fn is_resource_identifier(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let scheme = text.starts_with("https://") || (text.starts_with("http://") && local);
    scheme
        && url.has_host()
        && !text.contains('#')
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_absolute_https_uris_without_fragment() {
        let known = Scope::parse("a").unwrap();
        let list = |id: &str| {
            ProtectedResource::parse_list(&format!(r#"[{{"identifier":"{id}","scopes":["a"]}}]"#), &known)
        };
        assert_eq!(list("https://api.example.com/v1").unwrap()[0].guard, GuardMode::Offline);
        for id in [
            "api.example.com",
            "http://api.example.com",
            "https://api.example.com/#x",
            "javascript:x",
            "https://a b/",
            "",
        ] {
            assert_eq!(list(id), Err(ResourceError::Identifier(id.into())), "{id}");
        }
    }

    #[test]
    fn unknown_scopes_members_and_repeats_are_refused() {
        let known = Scope::parse("a").unwrap();
        let parse = |json| ProtectedResource::parse_list(json, &known);
        let one = r#"{"identifier":"https://a.example","scopes":["a"]}"#;
        assert_eq!(
            parse(r#"[{"identifier":"https://a.example","scopes":["b"]}]"#),
            Err(ResourceError::Scope("b".into()))
        );
        assert!(matches!(
            parse(r#"[{"identifier":"https://a.example","scope":"a"}]"#),
            Err(ResourceError::Malformed(_))
        ));
        assert!(matches!(parse(&format!("[{one},{one}]")), Err(ResourceError::Identifier(_))));
    }

    #[test]
    fn tokens_are_exchanged_by_a_known_client_for_other_resources_of_the_list() {
        let known = Scope::parse("a").unwrap();
        let parse = |more: &str| {
            let one = format!(r#"{{"identifier":"https://a.example","scopes":["a"]{more}}}"#);
            let list = format!(r#"[{one},{{"identifier":"https://b.example","scopes":["a"]}}]"#);
            ProtectedResource::parse_list(&list, &known)
        };
        let by = r#","introspection_client":"prc_x""#;
        let list = parse(&format!(r#"{by},"exchange_to":["https://b.example"]"#)).unwrap();
        assert_eq!(list[0].exchange_to, ["https://b.example"]);
        for (more, named) in [
            (format!(r#"{by},"exchange_to":["https://a.example"]"#), "https://a.example"),
            (format!(r#"{by},"exchange_to":["https://b.example","https://c.example"]"#), "https://c.example"),
            (r#","exchange_to":["https://b.example"]"#.to_owned(), "https://b.example"),
        ] {
            assert_eq!(parse(&more), Err(ResourceError::ExchangeTo(named.into())));
        }
    }
}
