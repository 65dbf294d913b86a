//! A resource owner: signs up, signs in here and there, approves, unticks, refuses, removes access, signs out; and what
//! is in `leaving.rs`.

use std::cell::RefCell;
use std::rc::Rc;

use postern::base::form::encode_pairs;
use postern::model::scope::Scope;
use postern::protocol::owner_form::{ConsentForm, DeviceForm};

use crate::actors::browser::Browser;
use crate::actors::passkey::Passkey;
use crate::actors::{App, Cast};
use crate::http::{Answer, Sent, fields};
use crate::oracle::Click;

const PASSWORD: &str = "correct horse battery";

pub struct Owner {
    pub cast: Rc<Cast>,
    pub username: String,
    /// What may be the password, the likeliest last: answers get lost.
    pub passwords: RefCell<Vec<String>>,
    pub passkey: RefCell<Option<Passkey>>,
    pub browsers: Vec<Browser>,
}

/// An owner's life in this schedule.
pub async fn lives(cast: Rc<Cast>, n: u32) {
    // Two owners may want the same name.
    let username = if cast.pick(8) == 7 { "alice".to_owned() } else { format!("owner{n}") };
    let owner = Rc::new(Owner::new(&cast, username, n as usize));
    cast.ocean.scheduler.sleep(1000).await;
    if !owner.signs_up().await {
        return;
    }
    cast.owners.borrow_mut().push(Rc::clone(&owner));
    for _ in 0..cast.pick(14) {
        let browser = &owner.browsers[cast.pick(2) as usize];
        match cast.pick(20) {
            0 => cast.waits().await,
            1..=8 => owner.uses_an_app(browser).await,
            9 | 10 => owner.removes_access(browser).await,
            11 if cast.pick(2) == 1 => owner.signs_out_for_an_app(browser).await,
            11 => owner.signs_out(browser).await,
            12 => drop(browser.open("/account").await),
            15 => owner.registers_a_passkey(browser).await,
            16 => owner.ends_sessions(browser).await,
            17 => owner.changes_the_password(browser).await,
            18 if cast.pick(2) == 1 && !owner.leaves_and_another_comes(browser).await => return,
            13 => cast.leaks.cookies.borrow_mut().push(browser.cookies()),
            _ => cast.waits().await,
        }
    }
}

impl Owner {
    pub fn new(cast: &Rc<Cast>, username: String, place: usize) -> Self {
        let browsers = (0..2).map(|at| Browser::new(cast, place + at)).collect();
        let (cast, passwords) = (Rc::clone(cast), RefCell::new(vec![PASSWORD.into()]));
        Self { cast, username, passwords, passkey: RefCell::default(), browsers }
    }

    pub async fn signs_up(&self) -> bool {
        let browser = &self.browsers[0];
        for _ in 0..4 {
            let Some(page) = browser.open("/signup").await else { continue };
            let password = self.password(0);
            let typed = [("username", self.username.as_str()), ("password", &password)];
            match browser.submit(&page, "/signup", &typed).await {
                Some(answer) if answer.status == 303 => return true,
                // Taken: by somebody else, or by an answer of ours that was lost.
                Some(answer) if answer.status == 409 => {
                    return self.signs_in(browser, "/signin").await.is_some();
                }
                _ => {}
            }
        }
        false
    }

    /// Signs in on the page that is shown, and goes where that leads.
    pub async fn signs_in(&self, browser: &Browser, target: &str) -> Option<Answer> {
        let mut page = browser.open(target).await?;
        for n in 0..6 {
            fields(&page.body, "/signin").filter(|_| page.status < 500)?;
            if self.passkey.borrow().is_some() && self.cast.pick(2) == 1 {
                let answer = self.shows_the_passkey(browser, &page).await;
                if let Some(next) = answer.as_ref().and_then(Answer::to_page) {
                    return browser.open(next).await;
                }
            }
            let wrong = self.cast.pick(12) == 11;
            let password = if wrong { "wrong horse battery".into() } else { self.password(n) };
            let typed = [("username", self.username.as_str()), ("password", &password)];
            match browser.submit(&page, "/signin", &typed).await {
                Some(answer) if answer.status == 303 => {
                    self.knows_the_password(password);
                    return browser.open(answer.to_page()?).await;
                }
                Some(answer) if fields(&answer.body, "/signin").is_some() => page = answer,
                _ => page = browser.open(target).await?,
            }
            self.cast.ocean.scheduler.sleep(3000).await;
        }
        None
    }

    /// Uses one, in either browser.
    pub async fn signs_in_to_an_app(&self) {
        self.uses_an_app(&self.browsers[self.cast.pick(2) as usize]).await;
    }

    async fn uses_an_app(&self, browser: &Browser) {
        let Some(app) = self.cast.some_app() else { return };
        // A lost answer, or tokens that were lost with one: the person starts again.
        for _ in 0..3 {
            let Some((code, verifier)) = self.gets_a_code(browser, &app).await else { return };
            if app.redeems(&self.cast, &code, &verifier).await {
                return;
            }
        }
    }

    async fn gets_a_code(&self, browser: &Browser, app: &Rc<App>) -> Option<(String, String)> {
        let (link, verifier) = app.link(&self.cast);
        let mut page = browser.open(&link).await?;
        if page.to_client().is_none() && fields(&page.body, "/signin").is_some() {
            page = self.signs_in(browser, &link).await?;
        }
        if let Some(answer) = self.answers(browser, &page).await {
            page = answer;
        }
        let code = page.redirected("code")?;
        let leaked = (self.cast.pick(2) == 1).then(|| verifier.clone());
        self.cast.leaks.codes.borrow_mut().push((Rc::clone(app), code.clone(), leaked));
        Some((code, verifier))
    }

    /// Presses a button on the consent page, if it is one.
    async fn answers(&self, browser: &Browser, page: &Answer) -> Option<Answer> {
        let shown = fields(&page.body, "/consent")?;
        let sealed = shown.iter().find(|(name, _)| name == "consent")?.1.clone();
        let form = ConsentForm::open(self.cast.ocean.keyring(), &sealed, self.cast.ocean.clock(-10_000))?;
        let catalogue = &self.cast.ocean.config.catalogue;
        let asked = Scope::parse(form.request.form().value("scope").unwrap_or("calendar.read")).ok()?;
        let boxes: Vec<_> =
            shown.iter().filter(|(name, _)| name == "scope").map(|(_, v)| v.clone()).collect();
        let ticked: Vec<_> = boxes.into_iter().filter(|_| self.cast.pick(3) != 2).collect();
        if self.cast.pick(10) == 9 {
            self.cast.waits().await;
        }
        if self.cast.pick(12) == 11 {
            return browser.submit(page, "/consent", &[("decision", "deny")]).await;
        }
        let required = asked.and(&catalogue.required());
        let ticked_or_required = Scope::from_tokens(ticked.iter().map(String::as_str)).or(&required);
        let click = Click { ticked: ticked_or_required, asked, lasts: true };
        self.cast.ocean.oracle.clicks(form.grant, form.sub, click);
        let mut set = vec![("decision", "allow")];
        set.extend(ticked.iter().map(|scope| ("scope", scope.as_str())));
        match browser.submit(page, "/consent", &set).await {
            // Nothing came back: the button is pressed again.
            None => browser.submit(page, "/consent", &set).await,
            answer => answer,
        }
    }

    async fn removes_access(&self, browser: &Browser) {
        let Some(mut page) = browser.open("/account").await else { return };
        if fields(&page.body, "/signin").is_some() {
            match self.signs_in(browser, "/signin?next=account").await {
                Some(next) => page = next,
                None => return,
            }
        }
        if fields(&page.body, "/account").is_some() {
            drop(browser.submit(&page, "/account", &[("action", "remove")]).await);
        }
    }

    async fn signs_out(&self, browser: &Browser) {
        if self.cast.pick(2) == 1 {
            self.cast.leaks.cookies.borrow_mut().push(browser.cookies());
        }
        if let Some(page) = browser.open("/signout").await {
            drop(browser.submit(&page, "/signout", &[]).await);
        }
    }

    /// A link of an app that ends its session here as well (RP-Initiated Logout §2).
    async fn signs_out_for_an_app(&self, browser: &Browser) {
        let Some(app) = self.cast.some_app() else { return };
        let hint = app.id_token.borrow().clone().filter(|_| self.cast.pick(3) > 0);
        let mut pairs = vec![("client_id", app.id.as_str()), ("state", "s")];
        pairs.extend(hint.as_deref().map(|hint| ("id_token_hint", hint)));
        pairs.extend(app.after_logout.map(|uri| ("post_logout_redirect_uri", uri)));
        let page = match self.cast.pick(2) {
            0 => browser.open(&format!("/logout?{}", encode_pairs(pairs))).await,
            // By a form of the app: cookies that are Lax stay behind.
            _ => match self.cast.ocean.send(browser.place, Sent::form("/logout", pairs)).await {
                Some(answer) => match answer.to_page() {
                    Some(next) => browser.open(next).await,
                    None => None,
                },
                None => None,
            },
        };
        let Some(page) = page else { return };
        if fields(&page.body, "/logout/confirm").is_some() {
            drop(browser.submit(&page, "/logout/confirm", &[("logout", "yes")]).await);
        }
    }

    /// Types the code that a device shows, and answers.
    pub async fn answers_a_device(&self, user_code: &str) {
        let browser = &self.browsers[self.cast.pick(2) as usize];
        let Some(mut page) = browser.open(&format!("/device?user_code={user_code}")).await else { return };
        for _ in 0..4 {
            match browser.submit(&page, "/device", &[("user_code", user_code)]).await {
                Some(answer) if fields(&answer.body, "/device/confirm").is_some() => {
                    return self.confirms(browser, &answer).await;
                }
                Some(answer) => match answer.to_page() {
                    Some(next) => match self.signs_in(browser, next).await {
                        Some(next) => page = next,
                        None => return,
                    },
                    None if answer.status == 503 => {}
                    None => return,
                },
                None => {}
            }
            self.cast.ocean.scheduler.sleep(2000).await;
        }
    }

    async fn confirms(&self, browser: &Browser, page: &Answer) {
        let ocean = &self.cast.ocean;
        let shown = fields(&page.body, "/device/confirm").unwrap();
        let sealed = &shown.iter().find(|(name, _)| name == "device").unwrap().1;
        let Some(form) = DeviceForm::open(ocean.keyring(), sealed, ocean.clock(-10_000)) else { return };
        let ticked: Vec<_> =
            shown.iter().filter(|(name, _)| name == "scope").map(|(_, v)| v.as_str()).collect();
        let ticked: Vec<_> = ticked.into_iter().filter(|_| self.cast.pick(4) != 3).collect();
        if self.cast.pick(10) == 9 {
            self.cast.waits().await;
        }
        let mut set = vec![("decision", "deny")];
        if self.cast.pick(6) != 5 {
            let asked = form.request.scope.clone();
            let required = asked.and(&ocean.config.catalogue.required());
            let click = Click {
                ticked: Scope::from_tokens(ticked.iter().copied()).or(&required),
                asked,
                lasts: false,
            };
            ocean.oracle.clicks(form.grant, form.sub, click);
            set = vec![("decision", "allow")];
            set.extend(ticked.iter().map(|scope| ("scope", *scope)));
        }
        for _ in 0..3 {
            // Nothing came back, or nothing good: the button is pressed again.
            if browser.submit(page, "/device/confirm", &set).await.is_some_and(|answer| answer.status != 503)
            {
                return;
            }
        }
    }
}
