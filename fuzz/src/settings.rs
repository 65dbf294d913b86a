//! Settings: what is wrong stops the server, and says so without saying a secret.

use postern::jose::keyring::Accepts;
use postern::model::client_metadata::ClientMetadata;
use postern::model::config::Config;
use postern::model::issuer::Issuer;
use postern::model::metadata_uri::Reach;
use postern::model::resource::ProtectedResource;
use serde_json::json;

use crate::support::{Harness, ISSUER, Sent};
use crate::world::{root_keys, text};

/// Settings whose value must never be said again.
const SECRET: [&str; 3] = ["ROOT_KEYS", "REGISTRATION_TOKEN", "ADMIN_TOKEN"];

/// One setting a line, `NAME=value`; `ROOT_KEYS` and `ISSUER` are right unless they are among them.
pub fn settings(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let lines: Vec<_> = input.lines().filter_map(|line| line.split_once('=')).collect();
    let set = |name: &str| lines.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    let lookup = |name: &str| {
        set(name).or_else(|| match name {
            "ROOT_KEYS" => Some(root_keys()),
            "ISSUER" => Some(ISSUER.into()),
            _ => None,
        })
    };
    // Such as nobody finds in our own sentences, or in a setting that may be told.
    let telling =
        |s: &String| s.len() >= 16 && s.contains(char::is_numeric) && input.matches(s.as_str()).count() == 1;
    let secrets: Vec<_> = SECRET.iter().filter_map(|name| set(name)).filter(telling).collect();
    let (config, keyring) = match Config::load(lookup) {
        Ok(loaded) => loaded,
        Err(errors) => {
            assert!(!errors.is_empty(), "it fails and does not say why");
            for error in errors {
                assert!(!error.reason.is_empty());
                assert!(secrets.iter().all(|s| !error.reason.contains(s.trim())), "{} is told", error.name);
            }
            return;
        }
    };
    assert!(
        secrets.iter().all(|s| !format!("{config:?}{keyring:?}").contains(s.trim())),
        "a secret is printed"
    );

    // The first key signs and is never retired; a retired one makes nothing that lives for minutes.
    let kid = keyring.signing_kid().to_owned();
    assert!((1..=16).contains(&kid.len()) && !kid.contains(['"', '\\']), "{kid}");
    let tag = |accepts| keyring.key(&kid, "x", accepts).expect("it signs").sign(b"x");
    assert_eq!(tag(Accepts::Current), tag(Accepts::Retired));
    let exported: Vec<_> = keyring.export("x").into_iter().map(|(kid, _)| kid).collect();
    assert!(exported.contains(&kid) && exported.len() <= 8);
    assert!(exported.iter().all(|kid| keyring.key(kid, "x", Accepts::Current).is_some()));

    assert!(!config.catalogue.defaults().is_empty());
    assert!(config.catalogue.defaults().is_within(&config.catalogue.all()));
    if let Some(issuer) = &config.issuer {
        assert_eq!(Issuer::parse(issuer.as_str()).as_ref(), Some(issuer));
        assert!(config.dev || issuer.as_str().starts_with("https://"), "{issuer} without TLS");
        assert!(!config.resources.iter().any(|resource| issuer.is_origin_of(&resource.identifier)));
    } else {
        assert!(config.dev);
    }
    resources(&config.resources, &config);
    assert!((1..=600).contains(&config.code_ttl.0) && (1..=86_400).contains(&config.access_token_ttl.0));
    for token in config.registration_token.iter().chain(&config.admin_token) {
        assert!(token.expose().len() >= 22, "it could be guessed");
    }

    // RFC 7592 §2.2: what is answered can be sent back, however many scopes there are.
    let registered = json!({ "redirect_uris": ["https://client.example/cb"] });
    let document = registered.as_object().expect("an object");
    let metadata =
        ClientMetadata::parse(document, &config.catalogue, Reach::Public).expect("metadata of ours");
    let told = metadata.to_document(&config.catalogue);
    let again = ClientMetadata::parse(&told, &config.catalogue, Reach::Public).expect("our own answer");
    assert_eq!(again.to_document(&config.catalogue), told);

    // With these settings every page and document that shows them still comes.
    let mut harness = Harness::new();
    (harness.config, harness.keyring) = (config, keyring);
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource"] {
        assert!(harness.get(path).json().is_object());
    }
    let answer = harness.send(Sent::json("POST", "/register", &registered));
    assert!([201, 401, 403].contains(&answer.status), "{answer:?}");
}

fn resources(resources: &[ProtectedResource], config: &Config) {
    for (at, resource) in resources.iter().enumerate() {
        let identifier = &resource.identifier;
        assert!(resources.iter().take(at).all(|other| other.identifier != *identifier), "there twice");
        let url = url::Url::parse(identifier).expect("an absolute URI");
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        assert!(url.scheme() == "https" || (url.scheme() == "http" && local), "{identifier}");
        assert!(url.fragment().is_none() && identifier.bytes().all(|b| b.is_ascii_graphic()), "{identifier}");
        assert!(resource.scopes.iter().all(|scope| config.catalogue.all().contains(scope)));
    }
}
