//! An administrator: an owner whom the settings name, and who stops accounts and clients, and lets them go on.

use std::rc::Rc;

use crate::actors::owner::Owner;
use crate::actors::{App, Cast};
use crate::http::{Answer, fields};
use crate::kv::STALENESS;

pub struct Administrator(Owner);

impl Administrator {
    /// Somebody signs up, and the operator names them.
    pub async fn begins(cast: &Rc<Cast>) -> Option<Self> {
        let owner = Owner::new(cast, "administrator".into(), 0);
        if !owner.signs_up().await {
            return None;
        }
        let sub = cast.ocean.oracle.subject_of(&cast.ocean, &owner.browsers[0].cookies())?;
        cast.ocean.is_administered_by(sub);
        Some(Self(owner))
    }

    pub async fn stops_an_account(&self) {
        let cast = &self.0.cast;
        let Some(owner) = cast.some_owner() else { return };
        let address = format!("/admin/accounts?username={}", owner.username);
        if self.switches(&address, "/admin/accounts", "disable", None).await && cast.pick(4) > 0 {
            cast.waits().await;
            self.switches(&address, "/admin/accounts", "enable", None).await;
        }
    }

    pub async fn stops_a_client(&self, app: &Rc<App>) {
        let (cast, path) = (&self.0.cast, "/admin/clients");
        let oracle = &cast.ocean.oracle;
        if self.switches(path, path, "disable", Some(&app.id)).await {
            [&app.id, &app.credentials()].iter().for_each(|name| oracle.gone(name, cast.now()));
        }
        cast.ocean.scheduler.sleep(2 * STALENESS).await;
        cast.waits().await;
        if cast.pick(2) == 0 {
            app.gone.set(true);
            return;
        }
        [&app.id, &app.credentials()].iter().for_each(|name| oracle.is_back(name));
        if !self.switches(path, path, "enable", Some(&app.id)).await {
            app.gone.set(true);
        }
    }

    /// Presses a button of a page, and again where nothing came back. Whether it was done.
    async fn switches(&self, address: &str, path: &str, action: &str, client: Option<&str>) -> bool {
        let browser = &self.0.browsers[0];
        for _ in 0..4 {
            let Some(page) = browser.open(address).await else { return false };
            // The form to search for somebody comes first.
            let form = page.body.split_once(" method=\"post\"").map(|(_, form)| form.to_owned());
            let page = Answer { body: form.unwrap_or_default(), ..page };
            let mut set = vec![("action", action)];
            set.extend(client.map(|id| ("client_id", id)));
            let answer = match fields(&page.body, path) {
                Some(_) => browser.submit(&page, path, &set).await,
                None => None,
            };
            match answer {
                Some(answer) if answer.to_page().is_some_and(|page| page.starts_with(path)) => return true,
                Some(answer) if answer.status == 404 => return false,
                // The sign-in is not fresh, or not there any more.
                _ => drop(self.0.signs_in(browser, &format!("/signin?next={}", &path[1..])).await),
            }
            self.0.cast.ocean.scheduler.sleep(2000).await;
        }
        false
    }
}
