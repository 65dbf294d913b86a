//! Token exchange (RFC 8693): what is asked of a grant is never more than the token that was brought.

use postern::base::form::Form;
use postern::base::opaque::Opaque;
use postern::jose::jws;
use postern::jose::keyring::Accepts;
use postern::model::access_token::{AccessTokenClaims, Actor, Confirmation, TYP};
use postern::model::client::{Client, ClientOrigin};
use postern::model::config::Config;
use postern::model::id::{GrantId, Subject, SubjectId};
use postern::model::purpose::access_label;
use postern::model::refresh_token::RefreshToken;
use postern::model::scope::{STANDARD, Scope};
use postern::protocol::grant::{Command, Exchange, Proven};
use postern::protocol::resource::known_audiences;
use postern::protocol::token::{Asked, Context, TokenRefusal, TokenRequest};
use serde_json::json;

use crate::support::ISSUER;
use crate::world::{NOW, filled, issuer, keyring, registered, root_keys, text};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const API: &str = "https://api.example";
const STORE: &str = "https://store.example";

/// The form of `POST /token`. `{own}`, `{openid}`, `{guarded}`, `{foreign}`, `{chain}`, `{bound}`, `{actor}` and `{refresh}`
/// stand for tokens.
pub fn token_exchange(data: &[u8]) {
    let Some(sent) = text(data) else { return };
    let client = registered(&json!({
        "redirect_uris": ["https://client.example/cb"], "grant_types": ["authorization_code", GRANT_TYPE],
    }));
    let tokens = tokens(&client);
    let words: Vec<_> = tokens.iter().map(|(word, token)| (*word, token.as_str())).collect();
    let Ok(form) = Form::parse(&filled(sent, &words)) else { return };
    let config = config(&client);
    for client in [&client, &anonymous(&client)] {
        let context = Context { form: &form, client, config: &config, issuer: &issuer(), now: NOW };
        match TokenRequest::parse(&context, keyring()) {
            Ok(request) => {
                let Asked::Exchange(_) = &request.asked else { continue };
                assert!(client.origin == ClientOrigin::Operator, "nobody vouched for it");
                assert_eq!(request.grant(), Some(GrantId(Opaque([9; 32]))));
                let Command::Exchange(exchange) = request.into_command(&context, Proven::default(), "k1")
                else {
                    panic!("another command")
                };
                obeys(&form, client, &config, &exchange);
            }
            Err(refusal) => refused(&refusal),
        }
    }
}

/// The client guards one resource, and may exchange what it gets there for another.
fn config(client: &Client) -> Config {
    let resources = json!([
        { "identifier": API, "scopes": ["calendar.read", "calendar.write"], "introspection_client": client.id,
          "exchange_to": [STORE] },
        { "identifier": STORE, "scopes": ["calendar.read"] },
    ]);
    let loaded = Config::load(|name| match name {
        "ROOT_KEYS" => Some(root_keys()),
        "ISSUER" => Some(ISSUER.into()),
        "RESOURCES" => Some(resources.to_string()),
        _ => None,
    });
    loaded.expect("settings of ours").0
}

/// The same client, if nobody had vouched for it.
fn anonymous(client: &Client) -> Client {
    Client { origin: ClientOrigin::Anonymous, ..client.clone() }
}

fn tokens(client: &Client) -> Vec<(&'static str, String)> {
    let owner = Subject::public(SubjectId(Opaque([4; 16])));
    let own = AccessTokenClaims {
        iss: ISSUER.into(),
        sub: owner,
        aud: ISSUER.into(),
        client_id: client.id.clone(),
        scope: Scope::parse("calendar.read calendar.write").unwrap_or_default(),
        exp: NOW.seconds() + 600,
        iat: NOW.seconds(),
        jti: Opaque([5; 16]),
        auth_time: Some(NOW.seconds()),
        acr: None,
        cnf: None,
        act: None,
        gid: GrantId(Opaque([9; 32])),
    };
    let id = |text: &str| serde_json::from_value(json!(text)).expect("an id");
    let chain = |depth: usize| {
        let deeper = |act, n| Some(Box::new(Actor { sub: Subject::client(&format!("actor {n}")), act }));
        (0..depth).fold(None, deeper)
    };
    let myself = Subject::client(client.id.as_str());
    let of = |claims: AccessTokenClaims| {
        let key = keyring().key("k1", &access_label(&claims.aud), Accepts::Current).expect("a key of ours");
        jws::sign(&key, "k1", TYP, &claims).expect("claims of ours")
    };
    let openid = Scope::parse("openid profile calendar.read").unwrap_or_default();
    let refresh = RefreshToken { grant: own.gid, generation: 0 };
    vec![
        ("own", of(own.clone())),
        ("openid", of(AccessTokenClaims { scope: openid, aud: STORE.into(), ..own.clone() })),
        ("guarded", of(AccessTokenClaims { aud: API.into(), client_id: id("another"), ..own.clone() })),
        ("foreign", of(AccessTokenClaims { aud: STORE.into(), client_id: id("another"), ..own.clone() })),
        ("chain", of(AccessTokenClaims { act: chain(4), ..own.clone() })),
        (
            "bound",
            of(AccessTokenClaims {
                cnf: Some(Confirmation { jkt: "j".into() }),
                act: chain(3),
                ..own.clone()
            }),
        ),
        ("actor", of(AccessTokenClaims { sub: myself, ..own })),
        ("refresh", refresh.seal(keyring(), "k1").expect("a key of ours")),
    ]
}

fn obeys(form: &Form, client: &Client, config: &Config, exchange: &Exchange) {
    let subject = &exchange.subject;
    assert_eq!(exchange.client_id, client.id);
    // RFC 8693 §2.1: what is brought has its type beside it.
    let kinds = ["urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:token-type:jwt"];
    assert!(kinds.contains(&form.value("subject_token_type").expect("a type")));
    assert_eq!(
        form.value("actor_token").is_some(),
        form.value("actor_token_type").is_some_and(|kind| kinds.contains(&kind))
    );
    assert!(form.value("requested_token_type").is_none_or(|kind| kind == kinds[0]));
    // Nothing is won: neither scope nor time.
    assert!(!exchange.scope.is_empty() && exchange.scope.is_within(&subject.scope));
    assert!(exchange.scope.is_within(&client.metadata.allowed_scope(&config.catalogue)));
    assert!(
        STANDARD.iter().all(|scope| !exchange.scope.contains(scope)),
        "who came is no business of another"
    );
    let asked = form.value("scope").map(|scope| Scope::parse(scope).expect("a scope"));
    assert!(asked.is_none_or(|asked| exchange.scope.is_within(&asked)));
    assert!(NOW < subject.until);
    // One audience, that there is; wider never.
    let known = known_audiences(config, &issuer());
    assert!(exchange.audience == ISSUER || known.iter().any(|known| known.identifier == exchange.audience));
    assert!(exchange.audience != ISSUER || subject.audience == ISSUER);
    for name in ["resource", "audience"] {
        let named: Vec<_> = form.values(name).collect();
        assert!(named.iter().all(|named| named.trim_end_matches('/') == exchange.audience), "{named:?}");
        assert!(named.len() <= 1);
    }
    if let Some(own) = known.iter().find(|known| known.identifier == exchange.audience) {
        assert!(
            own.scopes.is_empty()
                || exchange.scope.tokens().all(|scope| own.scopes.iter().any(|own| own == scope))
        );
    }
    match exchange.as_guard {
        true => assert_eq!((subject.audience.as_str(), exchange.audience.as_str()), (API, STORE)),
        false => assert_eq!(subject.client_id, client.id),
    }
    // RFC 8693 §4.1: who acts is the caller, and those who acted before stay.
    match form.value("actor_token") {
        None => assert_eq!(exchange.act, subject.act),
        Some(_) => {
            let act = exchange.act.as_deref().expect("somebody acts");
            assert_eq!((act.sub.as_str(), &act.act), (client.id.as_str(), &subject.act));
        }
    }
    assert!(exchange.act.as_deref().is_none_or(|act| act.depth() <= 4));
}

fn refused(refusal: &TokenRefusal) {
    let (status, code) = refusal.code();
    assert!((400..500).contains(&status) && !code.is_empty(), "{refusal:?}");
    let said = refusal.description();
    assert!(said.len() < 300 && said.bytes().all(|b| (0x20..0x7f).contains(&b)), "{said}");
}
