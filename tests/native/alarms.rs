//! The alarm of a grant, step by step.

use std::cell::RefCell;

use async_trait::async_trait;
use futures::executor::block_on;
use postern::base::base64url;
use postern::base::entropy::Entropy;
use postern::base::opaque::Opaque;
use postern::base::time::{Seconds, UnixTime};
use postern::jose::keyring::Keyring;
use postern::model::client_id::ClientId;
use postern::model::id::{AccountId, GrantId, SessionId, Subject, SubjectId};
use postern::model::pkce::CodeVerifier;
use postern::model::scope::Scope;
use postern::model::sign_in_method::SignInMethod;
use postern::model::username::Username;
use postern::protocol::account::{AccountCommand, AccountReply};
use postern::protocol::grant::{Approver, Command, Create, Terms};
use postern::store::Unavailable;
use postern::store::accounts::Accounts;
use postern::store::grant_object::{serve, wake};
use postern::store::record::Record;

const START: UnixTime = UnixTime::from_seconds(1_000_000);
const GRANT: GrantId = GrantId(Opaque([1; 32]));

/// A grant's storage and its account, and what came to them in which order.
#[derive(Default)]
struct Object {
    json: RefCell<Option<String>>,
    did: RefCell<Vec<String>>,
    account_is_away: bool,
}

#[async_trait(?Send)]
impl Record for Object {
    fn load(&self) -> Result<Option<String>, Unavailable> {
        Ok(self.json.borrow().clone())
    }

    fn save(&self, json: &str) -> Result<(), Unavailable> {
        self.json.replace(Some(json.to_owned()));
        Ok(())
    }

    async fn wake_at(&self, at: UnixTime) -> Result<(), Unavailable> {
        self.did.borrow_mut().push(format!("wake at {}", at.millis() / 1000));
        Ok(())
    }

    async fn erase(&self) -> Result<(), Unavailable> {
        self.did.borrow_mut().push("erase".into());
        Ok(())
    }
}

#[async_trait(?Send)]
impl Accounts for Object {
    fn address(&self, _: &Username) -> Result<AccountId, Unavailable> {
        Err(Unavailable("not asked".into()))
    }

    async fn send(&self, _: AccountId, _: AccountCommand) -> Result<AccountReply, Unavailable> {
        self.did.borrow_mut().push("tell the account".into());
        if self.account_is_away { Err(Unavailable("away".into())) } else { Ok(AccountReply::Done) }
    }
}

struct Ones;

impl Entropy for Ones {
    fn fill(&self, out: &mut [u8]) {
        out.fill(1);
    }
}

/// What the alarm of a code that was never redeemed does once it may go.
fn alarm(account_is_away: bool) -> Vec<String> {
    let object = Object { account_is_away, ..Object::default() };
    let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
    let create = Command::Create(Create {
        terms: Terms {
            client_id: ClientId::stored(&ring, &Ones),
            subject: Subject::public(SubjectId(Opaque([2; 16]))),
            owner: Some(Approver {
                sub: SubjectId(Opaque([2; 16])),
                account: AccountId(Opaque([3; 32])),
                sid: SessionId(Opaque([4; 16])),
                auth_time: START,
                method: SignInMethod::Password,
            }),
            scope: Scope::parse("a").unwrap(),
            audience: "https://as.example".into(),
            nonce: None,
            id_token_claims: Vec::new(),
        },
        redirect_uri: "https://client.example/cb".into(),
        challenge: CodeVerifier::parse(&"v".repeat(43)).unwrap().challenge(),
        code_ttl: Seconds(60),
        form_ttl: Seconds(0),
    });
    block_on(serve(&object, create, START)).unwrap();
    assert_eq!(object.did.take(), ["wake at 1000060"]);
    block_on(wake(&object, GRANT, &object, START.plus(Seconds(100)))).unwrap();
    object.did.take()
}

#[test]
fn the_next_alarm_is_set_before_the_account_is_told() {
    assert_eq!(alarm(false), ["wake at 1000160", "tell the account", "erase"]);
}

#[test]
fn a_grant_stays_until_its_account_has_heard() {
    assert_eq!(alarm(true), ["wake at 1000160", "tell the account"]);
}
