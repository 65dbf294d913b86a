//! What an owner ends: sessions elsewhere, an old password, the account; and who comes after them.

use crate::actors::browser::Browser;
use crate::actors::owner::Owner;
use crate::http::{Answer, fields};

/// Passwords that somebody tries.
const REMEMBERED: usize = 3;

impl Owner {
    /// What is typed at the n-th attempt.
    pub fn password(&self, attempt: usize) -> String {
        let passwords = self.passwords.borrow();
        passwords[passwords.len() - 1 - attempt % passwords.len()].clone()
    }

    /// From now on it is typed first.
    pub fn knows_the_password(&self, password: String) {
        let mut passwords = self.passwords.borrow_mut();
        passwords.retain(|known| *known != password);
        passwords.push(password);
        if passwords.len() > REMEMBERED {
            passwords.remove(0);
        }
    }

    /// A page for which the owner has to have signed in, perhaps just now: with its form, if it comes to that.
    pub async fn room(&self, browser: &Browser, path: &str) -> Option<Answer> {
        let mut page = browser.open(path).await?;
        for _ in 0..2 {
            if fields(&page.body, path).is_some() {
                return Some(page);
            }
            page = self.signs_in(browser, &format!("/signin?next={}", &path[1..])).await?;
        }
        fields(&page.body, path).is_some().then_some(page)
    }

    /// One of them, all others, or all.
    pub async fn ends_sessions(&self, browser: &Browser) {
        let path = "/account/sessions";
        let Some(page) = self.room(browser, path).await else { return };
        let names =
            page.body.split("name=\"session\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let names: Vec<_> = names.collect();
        let n = self.cast.pick(u32::try_from(names.len()).unwrap()) as usize;
        let action = ["end", "end_others", "end_others", "end_all"][self.cast.pick(4) as usize];
        drop(browser.submit(&page, path, &[("action", action), ("session", names[n])]).await);
    }

    pub async fn changes_the_password(&self, browser: &Browser) {
        let path = "/account/password";
        let new = format!("correct horse battery {}", self.cast.unique());
        for n in 0..3 {
            let Some(page) = self.room(browser, path).await else { return };
            let current = self.password(n);
            let set = [("action", "change"), ("current", current.as_str()), ("new", &new)];
            match browser.submit(&page, path, &set).await {
                Some(answer) if answer.status == 200 => return self.knows_the_password(new),
                Some(answer) if answer.status == 403 => {}
                // It may have been set all the same.
                _ => {
                    self.knows_the_password(new.clone());
                    self.knows_the_password(current);
                }
            }
            self.cast.ocean.scheduler.sleep(2000).await;
        }
    }

    /// The owner leaves for good, and another person takes the name. False where nobody did.
    pub async fn leaves_and_another_comes(&self, browser: &Browser) -> bool {
        self.leaves_for_good(browser).await;
        if self.cast.pick(2) == 1 {
            self.cast.waits().await;
        }
        // Where the first has not gone after all, this is they.
        self.knows_the_password(format!("another horse battery {}", self.cast.unique()));
        self.signs_up().await
    }

    async fn leaves_for_good(&self, browser: &Browser) {
        let path = "/account/delete";
        if self.cast.pick(2) == 1 {
            self.cast.leaks.cookies.borrow_mut().push(browser.cookies());
        }
        for _ in 0..4 {
            let Some(page) = self.room(browser, path).await else { return };
            let typed = if self.cast.pick(10) == 9 { "somebody" } else { self.username.as_str() };
            match browser.submit(&page, path, &[("username", typed)]).await {
                Some(answer) if answer.status == 200 => return,
                // Nothing came back, or it is not finished: once more.
                _ => self.cast.ocean.scheduler.sleep(2000).await,
            }
        }
    }
}
