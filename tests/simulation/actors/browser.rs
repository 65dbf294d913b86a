//! A browser: keeps cookies, follows our redirects, sends forms as it shows them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::actors::Cast;
use crate::http::{Answer, Sent, fields};
use crate::ocean::ISSUER;

pub struct Browser {
    cast: Rc<Cast>,
    /// Where its requests arrive.
    pub place: usize,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(cast: &Rc<Cast>, place: usize) -> Self {
        Self { cast: Rc::clone(cast), place, cookies: RefCell::default() }
    }

    /// One that holds somebody else's cookies.
    pub fn with_cookies(cast: &Rc<Cast>, place: usize, cookies: &str) -> Self {
        let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
        let cookies = pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        Self { cookies: RefCell::new(cookies), ..Self::new(cast, place) }
    }

    pub fn cookies(&self) -> String {
        let pairs: Vec<_> = self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect();
        pairs.join("; ")
    }

    async fn send(&self, sent: Sent) -> Option<Answer> {
        if ["/signout", "/logout", "/logout/confirm"].contains(&sent.path()) {
            self.cast.ocean.oracle.leaves(&self.cast.ocean, &self.cookies());
        }
        let answer = self.cast.ocean.send(self.place, sent.with("cookie", &self.cookies())).await?;
        for cookie in answer.headers.get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match attributes.contains("Max-Age=0") {
                true => self.cookies.borrow_mut().remove(name),
                false => self.cookies.borrow_mut().insert(name.into(), value.into()),
            };
        }
        Some(answer)
    }

    /// Opens a page; where nothing comes, or nothing good, the person tries again.
    pub async fn open(&self, target: &str) -> Option<Answer> {
        let mut target = target.to_owned();
        let mut patience = 12;
        loop {
            let answer = self.send(Sent::get(&*target)).await;
            match answer {
                Some(answer) if answer.status != 503 => match answer.to_page() {
                    Some(next) => target = next.to_owned(),
                    None => return Some(answer),
                },
                _ => self.cast.ocean.scheduler.sleep(2000).await,
            }
            patience -= 1;
            if patience == 0 {
                return None;
            }
        }
    }

    /// Sends the form of a page with some fields set; what is a box is left out unless it is among them.
    pub async fn submit(&self, page: &Answer, action: &str, set: &[(&str, &str)]) -> Option<Answer> {
        let mut pairs = fields(&page.body, action)?;
        pairs.retain(|(name, _)| name != "scope" && !set.iter().any(|(n, _)| n == name));
        pairs.extend(set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let pairs = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        self.send(Sent::form(action, pairs).with("origin", ISSUER).with("sec-fetch-site", "same-origin"))
            .await
    }
}
