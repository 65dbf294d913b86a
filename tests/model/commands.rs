//! Every command that anyone in the model sends: the right ones, and each with one thing wrong.

use std::sync::LazyLock;

use postern::base::base64url;
use postern::base::entropy::Entropy;
use postern::base::opaque::Opaque;
use postern::base::time::{Seconds, UnixTime};
use postern::jose::keyring::Keyring;
use postern::model::client_id::ClientId;
use postern::model::grant_type::RefreshMode;
use postern::model::id::{AccountId, SessionId, Subject, SubjectId};
use postern::model::pkce::{CodeChallenge, CodeVerifier};
use postern::model::scope::Scope;
use postern::model::sign_in_method::SignInMethod;
use postern::protocol::grant::{
    Approver, Command, Create, FORM_LIFETIME, Proven, Redeem, Refresh, RefreshTerms, Revoker, Terms,
};

/// How long a form lives, in ticks: enough for code, window and tokens to end before and after it.
pub const FORM: u8 = 3;
/// The clock's step.
pub const TICK: Seconds = Seconds(FORM_LIFETIME.0 / FORM as u64);
/// It is always now: what is stored grows older instead, so that equal situations are equal states.
pub const NOW: UnixTime = UnixTime::from_seconds(1_000_000_000);

/// How long things live, in ticks, and who is about.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub code: u8,
    pub access: u8,
    pub refresh: Option<RefreshMode>,
    pub idle: u8,
    pub max: Option<u8>,
    pub window: u8,
    /// Whether a form was shown. Without one the Worker itself approves, once.
    pub form: bool,
    /// How long after its form an approval may still arrive.
    pub late: u8,
    pub thief: Thief,
    /// The last generation of refresh tokens.
    pub generations: u8,
}

/// What was stolen. A thief can be the client: its id is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thief {
    Nobody,
    /// The code, and each refresh token as soon as it is issued.
    CodeAndTokens,
    /// The verifier too.
    Everything,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    Create,
    Redeem(Redemption, Kid),
    Refresh(u8, Ask, Kid),
    Revoke(By),
    Inspect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redemption {
    Right,
    NamesAudience,
    OtherAudience,
    OtherClient,
    OtherRedirectUri,
    OtherVerifier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    Nothing,
    Narrower,
    NamesAudience,
    Wider,
    OtherAudience,
    OtherClient,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    Owner,
    Client,
    Bearer,
    OtherClient,
    OtherClientsBearer,
    BearerOfOtherSubject,
    BearerForOtherAudience,
}

/// Which root key signs today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kid {
    K1,
    K2,
}

impl Kid {
    pub fn text(self) -> &'static str {
        match self {
            Self::K1 => "k1",
            Self::K2 => "k2",
        }
    }
}

struct Same(u8);

impl Entropy for Same {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}

static CLIENTS: LazyLock<[ClientId; 2]> = LazyLock::new(|| {
    let ring = Keyring::parse(&format!("k1:{}", base64url::encode([1; 32]))).unwrap();
    [1, 2].map(|n| ClientId::stored(&ring, &Same(n)))
});
static CHALLENGES: LazyLock<[CodeChallenge; 2]> =
    LazyLock::new(|| ["v", "w"].map(|c| CodeVerifier::parse(&c.repeat(43)).unwrap().challenge()));

/// What the owner agrees to.
pub static TERMS: LazyLock<Terms> = LazyLock::new(|| Terms {
    client_id: CLIENTS[0].clone(),
    subject: Subject::public(SubjectId(Opaque([2; 16]))),
    owner: Some(Approver {
        sub: SubjectId(Opaque([2; 16])),
        account: AccountId(Opaque([3; 32])),
        sid: SessionId(Opaque([4; 16])),
        auth_time: NOW,
        method: SignInMethod::Password,
    }),
    scope: Scope::parse("a b").unwrap(),
    audience: "https://as.example".into(),
    nonce: None,
    id_token_claims: Vec::new(),
    jkt: None,
});

pub fn ticks(n: u8) -> Seconds {
    Seconds(TICK.0 * u64::from(n))
}

impl Settings {
    /// The command itself.
    pub fn command(&self, order: Order) -> Command {
        match order {
            Order::Create => Command::Create(Create {
                terms: TERMS.clone(),
                redirect_uri: "https://client.example/cb".into(),
                challenge: CHALLENGES[0],
                code_ttl: ticks(self.code),
                form_ttl: if self.form { FORM_LIFETIME } else { Seconds(0) },
            }),
            Order::Redeem(redemption, kid) => Command::Redeem(self.redeem(redemption, kid)),
            Order::Refresh(generation, ask, kid) => Command::Refresh(self.refresh(generation, ask, kid)),
            Order::Revoke(by) => Command::Revoke(revoker(by)),
            Order::Inspect => Command::Inspect,
        }
    }

    fn redeem(&self, redemption: Redemption, kid: Kid) -> Redeem {
        let mut redeem = Redeem {
            client_id: TERMS.client_id.clone(),
            redirect_uri: "https://client.example/cb".into(),
            challenge: CHALLENGES[0],
            audience: None,
            refresh: self.refresh.map(|mode| RefreshTerms {
                mode,
                idle_ttl: ticks(self.idle),
                max_ttl: self.max.map(ticks),
            }),
            access_ttl: ticks(self.access),
            kid: kid.text().into(),
            proven: Proven::default(),
        };
        match redemption {
            Redemption::Right => {}
            Redemption::NamesAudience => redeem.audience = Some(TERMS.audience.clone()),
            Redemption::OtherAudience => redeem.audience = Some("https://other.example".into()),
            Redemption::OtherClient => redeem.client_id = CLIENTS[1].clone(),
            Redemption::OtherRedirectUri => redeem.redirect_uri.push('/'),
            Redemption::OtherVerifier => redeem.challenge = CHALLENGES[1],
        }
        redeem
    }

    fn refresh(&self, generation: u8, ask: Ask, kid: Kid) -> Refresh {
        let mut refresh = Refresh {
            client_id: TERMS.client_id.clone(),
            generation: generation.into(),
            scope: None,
            audience: None,
            retry_window: ticks(self.window),
            access_ttl: ticks(self.access),
            kid: kid.text().into(),
            proven: Proven::default(),
        };
        match ask {
            Ask::Nothing => {}
            Ask::Narrower => refresh.scope = Scope::parse("a").ok(),
            Ask::NamesAudience => refresh.audience = Some(TERMS.audience.clone()),
            Ask::Wider => refresh.scope = Scope::parse("a c").ok(),
            Ask::OtherAudience => refresh.audience = Some("https://other.example".into()),
            Ask::OtherClient => refresh.client_id = CLIENTS[1].clone(),
        }
        refresh
    }
}

fn revoker(by: By) -> Revoker {
    let (client_id, sub, audience) = (TERMS.client_id.clone(), TERMS.subject.clone(), TERMS.audience.clone());
    match by {
        By::Owner => Revoker::Owner,
        By::Client => Revoker::Client(client_id),
        By::Bearer => Revoker::Bearer { client_id, sub, audience },
        By::OtherClient => Revoker::Client(CLIENTS[1].clone()),
        By::OtherClientsBearer => Revoker::Bearer { client_id: CLIENTS[1].clone(), sub, audience },
        By::BearerOfOtherSubject => {
            Revoker::Bearer { client_id, sub: Subject::public(SubjectId(Opaque([9; 16]))), audience }
        }
        By::BearerForOtherAudience => {
            Revoker::Bearer { client_id, sub, audience: "https://other.example".into() }
        }
    }
}
