//! A resource owner: signs up, signs in here and there, approves, unticks, refuses, removes access, signs out.

use std::rc::Rc;

use postern::model::scope::Scope;
use postern::protocol::authorization::ConsentForm;

use crate::actors::browser::Browser;
use crate::actors::{App, Cast};
use crate::http::{Answer, fields};
use crate::oracle::Click;

const PASSWORD: &str = "correct horse battery";

struct Owner {
    cast: Rc<Cast>,
    username: String,
    browsers: Vec<Browser>,
}

/// An owner's life in this schedule.
pub async fn lives(cast: Rc<Cast>, n: u32) {
    // Two owners may want the same name.
    let username = if cast.pick(8) == 7 { "alice".to_owned() } else { format!("owner{n}") };
    let browsers = (0..2).map(|at| Browser::new(&cast, n as usize + at)).collect();
    let owner = Owner { cast: Rc::clone(&cast), username, browsers };
    cast.ocean.scheduler.sleep(1000).await;
    if !owner.signs_up().await {
        return;
    }
    for _ in 0..cast.pick(14) {
        let browser = &owner.browsers[cast.pick(2) as usize];
        match cast.pick(16) {
            0 => cast.waits().await,
            1..=8 => owner.uses_an_app(browser).await,
            9 | 10 => owner.removes_access(browser).await,
            11 => owner.signs_out(browser).await,
            12 => drop(browser.open("/account").await),
            13 => cast.leaks.cookies.borrow_mut().push(browser.cookies()),
            _ => cast.waits().await,
        }
    }
}

impl Owner {
    async fn signs_up(&self) -> bool {
        let browser = &self.browsers[0];
        for _ in 0..4 {
            let Some(page) = browser.open("/signup").await else { continue };
            let typed = [("username", self.username.as_str()), ("password", PASSWORD)];
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
    async fn signs_in(&self, browser: &Browser, target: &str) -> Option<Answer> {
        let mut page = browser.open(target).await?;
        for _ in 0..6 {
            fields(&page.body, "/signin").filter(|_| page.status < 500)?;
            let password = if self.cast.pick(12) == 11 { "wrong horse battery" } else { PASSWORD };
            let typed = [("username", self.username.as_str()), ("password", password)];
            match browser.submit(&page, "/signin", &typed).await {
                Some(answer) if answer.status == 303 => return browser.open(answer.to_page()?).await,
                Some(answer) if fields(&answer.body, "/signin").is_some() => page = answer,
                _ => page = browser.open(target).await?,
            }
            self.cast.ocean.scheduler.sleep(3000).await;
        }
        None
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
        let click =
            Click { ticked: Scope::from_tokens(ticked.iter().map(String::as_str)).or(&required), asked };
        self.cast.ocean.oracle.clicks(form.grant, click);
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
}
