use super::*;
use crate::base::base64url;

fn load(settings: &[(&str, &str)]) -> Result<Config, Vec<&'static str>> {
    let root = format!("k1:{}", base64url::encode([1; 32]));
    let lookup = |name: &str| match settings.iter().find(|(n, _)| *n == name) {
        Some((_, value)) => Some((*value).to_owned()),
        None if name == "ROOT_KEYS" => Some(root.clone()),
        None => None,
    };
    Config::load(lookup).map(|(config, _)| config).map_err(|errors| errors.iter().map(|e| e.name).collect())
}

#[test]
fn a_deployment_names_its_issuer_and_development_need_not() {
    assert_eq!(load(&[]).err(), Some(vec!["ISSUER"]));
    assert!(load(&[("DEV", "1")]).unwrap().issuer.is_none());
    assert!(load(&[("ISSUER", "https://auth.example.com")]).is_ok());
    assert_eq!(load(&[("ISSUER", "http://localhost:1")]).err(), Some(vec!["ISSUER"]));
    assert_eq!(load(&[("ISSUER", "https://a.example/x"), ("DEV", "1")]).err(), Some(vec!["ISSUER"]));
}

#[test]
fn defaults_are_those_of_the_readme() {
    let config = load(&[("DEV", "1")]).unwrap();
    assert_eq!((config.code_ttl, config.access_token_ttl), (Seconds(60), Seconds(600)));
    assert_eq!(config.device_code_ttl, Seconds(600));
    assert_eq!((config.refresh_idle_ttl, config.refresh_retry_window), (Seconds(2_592_000), Seconds(60)));
    assert_eq!((config.registration, config.sign_up), (Registration::Open, SignUp::Open));
    assert_eq!(config.refresh_tokens, RefreshMode::Rotate);
    assert!(config.sealed_clients && config.rate_limits && !config.dpop_nonce_required);
    assert!(load(&[("DEV", "1"), ("DPOP_NONCE", "required")]).unwrap().dpop_nonce_required);
    assert!(config.client_id_metadata);
    assert!(!load(&[("DEV", "1"), ("CLIENT_ID_METADATA", "off")]).unwrap().client_id_metadata);
    assert!(!load(&[("DEV", "1"), ("RATE_LIMITS", "off")]).unwrap().rate_limits);
}

#[test]
fn each_wrong_setting_is_named_and_all_of_them_at_once() {
    for (name, value) in [
        ("ROOT_KEYS", ""),
        ("ROOT_KEYS", "k1:nonsense"),
        ("DEV", "yes"),
        ("REGISTRATION", "maybe"),
        ("SIGN_UP", "no"),
        ("SCOPES", "[]"),
        ("SCOPES", "{"),
        ("RESOURCES", "[{}]"),
        ("RESOURCES", r#"[{"identifier":"https://a.example","scopes":[]}]"#),
        (
            "RESOURCES",
            r#"[{"identifier":"https://b.example","scopes":[],"exchange_to":["https://c.example"]}]"#,
        ),
        ("RESOURCES", r#"[{"identifier":"https://a.example/demo/calendar","scopes":[]}]"#),
        ("SEALED_CLIENTS", "yes"),
        ("CLIENT_ID_METADATA", "yes"),
        ("CODE_TTL", "0"),
        ("CODE_TTL", "-1"),
        ("CODE_TTL", "1m"),
        ("DEVICE_CODE_TTL", "59"),
        ("DEVICE_CODE_TTL", "1801"),
        ("ACCESS_TOKEN_TTL", "86401"),
        ("REFRESH_IDLE_TTL", "0"),
        ("REFRESH_MAX_TTL", "x"),
        ("REFRESH_RETRY_WINDOW", "3601"),
        ("REFRESH_TOKENS", "maybe"),
        ("DPOP_NONCE", "yes"),
        ("PASSWORD_HASH", "md5"),
        ("RATE_LIMITS", "0"),
        ("ADMIN_TOKEN", "short"),
        ("ADMINS", "alice"),
        ("ADMINS", "AQEBAQEBAQEBAQEBAQEBAQ alice"),
        ("ADMINS", "AQEBAQEBAQEBAQEBAQEBAQ;AgICAgICAgICAgICAgICAg"),
        ("BRAND_NAME", "a name that is longer than what fits into the head of a page"),
        ("BRAND_LOGO", "http://logo.example/x.png"),
        ("BRAND_ACCENT", "#ffff00"),
        ("BRAND_LINKS", "[1]"),
        ("PLAYGROUND", "yes"),
    ] {
        let settings = [(name, value), ("ISSUER", "https://a.example")];
        assert_eq!(load(&settings).err(), Some(vec![name]), "{name}={value}");
    }
    assert_eq!(
        load(&[("ROOT_KEYS", ""), ("CODE_TTL", "x")]).err(),
        Some(vec!["ROOT_KEYS", "ISSUER", "CODE_TTL"])
    );
    assert_eq!(load(&[("DEV", "1"), ("REGISTRATION", "token")]).err(), Some(vec!["REGISTRATION_TOKEN"]));
}

#[test]
fn the_playground_is_there_where_its_client_can_register() {
    let there = |settings: &[(&str, &str)]| load(settings).map(|config| config.playground);
    let (dev, on) = (("DEV", "1"), ("PLAYGROUND", "on"));
    let (issuer, closed) = (("ISSUER", "https://a.example"), ("REGISTRATION", "closed"));
    assert_eq!(there(&[dev]), Ok(true));
    assert_eq!(there(&[dev, ("PLAYGROUND", "off")]), Ok(false));
    assert_eq!((there(&[issuer]), there(&[issuer, on])), (Ok(false), Ok(true)));
    assert_eq!(there(&[dev, closed]), Ok(false));
    assert_eq!(there(&[issuer, closed, on]), Err(vec!["PLAYGROUND"]));
}

#[test]
fn a_token_that_could_be_guessed_is_refused() {
    for name in ["ADMIN_TOKEN", "REGISTRATION_TOKEN"] {
        let with = |token: &str| load(&[("DEV", "1"), (name, token)]).err();
        assert_eq!(with("0123456789abcdefghijk"), Some(vec![name]));
        assert_eq!(with("0123456789abcdefghijk "), Some(vec![name]), "blanks around it do not count");
        assert_eq!(with("0123456789abcdefghijkl"), None);
        assert_eq!(with(""), None, "and none is none");
    }
}

#[test]
fn administrators_are_subjects() {
    let sub = |byte| SubjectId(Opaque([byte; 16]));
    let (one, two) = (sub(1).to_string(), sub(2).to_string());
    for admins in [format!("{one},{two}"), format!(" {one}\n, {two} ,"), format!("{one} {two}")] {
        let config = load(&[("DEV", "1"), ("ADMINS", &admins)]).unwrap();
        assert!(config.is_admin(sub(1)) && config.is_admin(sub(2)) && !config.is_admin(sub(3)));
    }
    assert!(!load(&[("DEV", "1")]).unwrap().is_admin(sub(0)));
}

#[test]
fn sealed_ids_are_refused_when_registration_is_not_open_unless_they_are_accepted() {
    let closed = [("DEV", "1"), ("REGISTRATION", "closed")];
    assert!(!load(&closed).unwrap().sealed_clients);
    assert!(load(&[closed[0], closed[1], ("SEALED_CLIENTS", "accept")]).unwrap().sealed_clients);
}
