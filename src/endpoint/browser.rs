//! The browser at the other end: its cookies, its session, and proof that a form came from our own page.

use crate::base::form::Form;
use crate::base::opaque::Opaque;
use crate::base::time::Seconds;
use crate::endpoint::request::Request;
use crate::endpoint::response::Response;
use crate::endpoint::{Halt, World};
use crate::model::id::{AccountId, BrowserId};
use crate::model::language::Language;
use crate::model::session::{self, KnownBrowser, Session};
use crate::pages::layout::Frame;
use crate::pages::message::{self, Turn};
use crate::pages::text::Text;
use crate::protocol::account::Signed;
use crate::protocol::csrf::Binding;
use crate::protocol::owner_form::{AskedOfOwner, OwnerForm};

/// How long a browser is remembered as one that has signed in.
const KNOWN_FOR: Seconds = Seconds::days(365);

/// The cookie of a language that was chosen.
const LANGUAGE: &str = "language";

/// Something that is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Fault<'a> {
    /// The status.
    pub status: u16,
    /// In words.
    pub sentence: &'a str,
    /// For programs.
    pub error: &'a str,
    /// Who can do something about it.
    pub turn: Turn,
}

/// What a request's cookies say.
#[derive(Debug)]
pub struct Browser {
    /// A session whose cookie is ours. The Account knows whether it still counts.
    pub session: Option<Session>,
    known: Option<KnownBrowser>,
    /// The language of its pages.
    pub language: Language,
    /// Whether that is the one it chose here.
    chose: bool,
    here: String,
    visitor: Option<BrowserId>,
    secure: bool,
}

/// A CSRF token for a page, and the cookie that has to go with it.
#[derive(Debug)]
pub struct PageToken {
    /// The hidden field.
    pub csrf: String,
    cookie: Option<String>,
}

impl PageToken {
    /// Adds the cookie to the page.
    pub fn attach(&self, response: Response) -> Response {
        match &self.cookie {
            Some(cookie) => response.with_cookie(cookie),
            None => response,
        }
    }
}

impl Browser {
    /// Reads the cookies.
    pub fn of(world: &World<'_>, request: &Request) -> Self {
        // RFC 6265 §6.1: plain http on this computer has neither Secure nor the __Host- prefix.
        let secure = !(world.config.dev && world.issuer.is_plain_http());
        let cookies = request.header("cookie").unwrap_or_default();
        let find = |name: &str| {
            let name = cookie_name(secure, name);
            // RFC 6265 §5.4: "; " and nothing else. A comma or a foreign blank in a neighbour domain's cookie must not
            // be able to begin one of ours.
            cookies.split(';').find_map(|pair| {
                let (n, value) = pair.trim_matches(' ').split_once('=')?;
                (n == name).then(|| value.to_owned())
            })
        };
        let chosen = find(LANGUAGE).as_deref().and_then(Language::of_tag);
        Self {
            session: find("session").and_then(|cookie| Session::open(world.keyring, &cookie, world.now)),
            known: find("browser").and_then(|cookie| KnownBrowser::open(world.keyring, &cookie)),
            visitor: find("visitor").and_then(|cookie| Opaque::parse(&cookie)).map(BrowserId),
            language: chosen.unwrap_or_else(|| request.language()),
            chose: chosen.is_some(),
            here: request.shown_address(),
            secure,
        }
    }

    /// Speaks as the request wants it (`ui_locales`, OpenID Connect Core §3.1.2.1), where that is a language of ours and
    /// whoever reads it has not chosen another.
    pub fn speak(&mut self, locales: Option<&str>) {
        if !self.chose {
            self.language = locales.and_then(Language::known).unwrap_or(self.language);
        }
    }

    /// What is around its pages.
    pub fn frame<'a>(&self, world: &World<'a>) -> Frame<'a> {
        let (brand, playground) = (&world.config.brand, world.config.playground);
        let administrator = self.session.is_some_and(|session| world.config.is_admin(session.sub));
        Frame::new(self.language, brand, self.here.clone(), self.session.is_some(), playground)
            .of_administrator(administrator)
    }

    /// The same, for what stands at another address: what was posted cannot be asked for again.
    pub fn at<'a>(&self, world: &World<'a>, here: &str) -> Frame<'a> {
        let mut frame = self.frame(world);
        here.clone_into(&mut frame.here);
        frame
    }

    /// From now on it speaks that language.
    pub fn choose(&self, language: Language, response: Response) -> Response {
        response.with_cookie(&self.cookie(LANGUAGE, language.tag(), Some(KNOWN_FOR)))
    }

    /// The session as the Account wants it named.
    pub fn signed(&self) -> Option<(Session, Signed)> {
        self.session.map(|session| (session, Signed { sub: session.sub, sid: session.sid }))
    }

    /// The form that an owner answers, and the session in which they were asked (RFC 9700 §4.7: it counts there, and nowhere
    /// else).
    ///
    /// # Errors
    /// The page that says that the form has expired.
    pub fn answer<Asked: AskedOfOwner>(
        &self,
        world: &World<'_>,
        request: &Request,
        sealed: Option<&str>,
    ) -> Result<(OwnerForm<Asked>, Session, Signed), Halt> {
        let sentence = Text::of(self.language).form_expired;
        let asked = sealed.and_then(|sealed| OwnerForm::<Asked>::open(world.keyring, sealed, world.now));
        let (Some(asked), Some((session, by))) = (asked, self.signed()) else {
            let expired = self.refuse(world, request, 400, sentence, "invalid_request");
            return Err(expired.because(format_args!("FormExpired")).into());
        };
        if (asked.sub, asked.sid) != (by.sub, by.sid) {
            let other = self.refuse(world, request, 403, sentence, "access_denied");
            return Err(other.because(format_args!("OtherSession")).into());
        }
        Ok((asked, session, by))
    }

    /// A token for a form on a page shown now. Before sign-in it is tied to a random cookie set with the page.
    pub fn page_token(&self, world: &World<'_>) -> PageToken {
        if let Some(binding) = self.binding() {
            return PageToken { csrf: binding.token(world.keyring), cookie: None };
        }
        let visitor = BrowserId::generate(world.entropy);
        let cookie = self.cookie("visitor", &visitor.0.to_string(), None);
        PageToken { csrf: Binding::Visitor(visitor).token(world.keyring), cookie: Some(cookie) }
    }

    /// Whether a posted form came from our own page, in this browser.
    pub fn check_post(&self, world: &World<'_>, request: &Request, form: &Form) -> Result<(), Halt> {
        let own_origin = request.header("origin").is_none_or(|origin| origin == world.issuer.as_str());
        let own_site = request.header("sec-fetch-site").is_none_or(|site| site == "same-origin");
        let token = form.value("csrf").unwrap_or_default();
        let own_form = self.binding().is_some_and(|binding| binding.admits(world.keyring, token));
        if own_origin && own_site && own_form {
            return Ok(());
        }
        let text = Text::of(self.language);
        Err(self
            .refuse(world, request, 403, text.not_from_here, "access_denied")
            .because(format_args!("ForeignForm"))
            .into())
    }

    /// Something is wrong with what a person did: a page, or JSON for who asks for it.
    pub fn refuse(
        &self,
        world: &World<'_>,
        request: &Request,
        status: u16,
        sentence: &str,
        error: &str,
    ) -> Response {
        self.fault(world, request, Fault { status, sentence, error, turn: Turn::Owner })
    }

    /// Something is wrong, and it is somebody's turn: a page with an id that is in the log too, or JSON.
    pub fn fault(&self, world: &World<'_>, request: &Request, fault: Fault<'_>) -> Response {
        let Fault { status, sentence, error, turn } = fault;
        let response = match request.wants_json() {
            true => Response::error(status, error, sentence),
            false => {
                // Not every address that takes a form has a page.
                let frame = if request.method == "POST" { self.at(world, "/") } else { self.frame(world) };
                let page = message::error(&frame, sentence, turn, Some(world.request_id()));
                Response::page(status, page, None)
            }
        };
        response.because(format_args!("{error}"))
    }

    /// Begins a session: the cookies of a browser that has just signed in.
    pub fn begin_session(&self, world: &World<'_>, session: &Session, response: Response) -> Response {
        let browser = self.known_to(session).unwrap_or_else(|| BrowserId::generate(world.entropy));
        let known = KnownBrowser { account: session.account, sub: session.sub, browser };
        response
            .with_cookie(&self.cookie("session", &session.seal(world.keyring), Some(session::LIFETIME)))
            .with_cookie(&self.cookie("browser", &known.seal(world.keyring), Some(KNOWN_FOR)))
            .with_cookie(&self.cookie("visitor", "", Some(Seconds(0))))
    }

    /// Ends the session in this browser.
    pub fn end_session(&self, response: Response) -> Response {
        response.with_cookie(&self.cookie("session", "", Some(Seconds(0))))
    }

    /// Ends the session in this browser, and it is known to nobody.
    pub fn forget(&self, response: Response) -> Response {
        self.end_session(response).with_cookie(&self.cookie("browser", "", Some(Seconds(0))))
    }

    /// What the owner of a session knows this browser as.
    pub fn known_to(&self, session: &Session) -> Option<BrowserId> {
        self.known_at(session.account).filter(|known| known.sub == session.sub).map(|known| known.browser)
    }

    /// What it is known as where an account is.
    pub fn known_at(&self, account: AccountId) -> Option<KnownBrowser> {
        self.known.filter(|known| known.account == account)
    }

    fn binding(&self) -> Option<Binding> {
        match (&self.session, self.visitor) {
            (Some(session), _) => Some(Binding::Session(session.sid)),
            (None, Some(visitor)) => Some(Binding::Visitor(visitor)),
            (None, None) => None,
        }
    }

    fn cookie(&self, name: &str, value: &str, max_age: Option<Seconds>) -> String {
        let name = cookie_name(self.secure, name);
        let age = max_age.map(|age| format!("; Max-Age={}", age.0)).unwrap_or_default();
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
    }
}

fn cookie_name(secure: bool, name: &str) -> String {
    let prefix = if secure { "__Host-" } else { "" };
    format!("{prefix}postern_{name}")
}
