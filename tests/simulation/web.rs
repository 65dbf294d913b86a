//! The web of the simulated world: clients that hear when a session ends, and often do not listen.

use std::rc::Rc;

use async_trait::async_trait;
use postern::base::time::UnixTime;
use postern::model::metadata_uri::MetadataUri;
use postern::protocol::account::{LogoutTarget, Told};
use postern::store::document_cache::DocumentCache;
use postern::store::logout_notices::{BackChannel, LogoutNotices};
use postern::store::web::{Document, PATIENCE, Web, WebError};

use crate::objects::Inside;
use crate::ocean::{Ocean, Reach};
use crate::planted::Planted;
use crate::scheduler::Time;

#[async_trait(?Send)]
impl LogoutNotices for Inside {
    async fn notify(&self, target: &LogoutTarget, now: UnixTime) -> Told {
        self.ocean.oracle.notice_begins(&self.ocean, target);
        let (reach, web) = (Reach::new(&self.ocean, 0), Listeners(Rc::clone(&self.ocean)));
        let channel = BackChannel {
            keyring: self.ocean.keyring_at(0),
            entropy: &self.ocean.entropy,
            signing_keys: &reach,
            web: &web,
        };
        let told = self.meanwhile(channel.notify(target, now)).await;
        match self.ocean.planted {
            Some(Planted::NoticesNotRetried) => Told::Heard,
            _ => told,
        }
    }

    fn log(&self, line: &str) {
        self.ocean.scheduler.tell(|| format!("    an account says: {line}"));
    }
}

/// Those who hear.
struct Listeners(Rc<Ocean>);

#[async_trait(?Send)]
impl Web for Listeners {
    fn cache(&self) -> Rc<DocumentCache> {
        Rc::default()
    }

    async fn get(&self, _: &MetadataUri, _: usize, _: &str) -> Result<Document, WebError> {
        Err(WebError::Unreachable)
    }

    /// Answered, or given up, within the time that a post may take.
    async fn post(&self, _: &MetadataUri, form: &str) -> Result<u16, WebError> {
        let scheduler = &self.0.scheduler;
        scheduler.sleep(1 + Time::from(scheduler.pick(200))).await;
        let fails = scheduler.happens(self.0.temper.notices_fail);
        let how = if fails { 1 + scheduler.pick(5) } else { 0 };
        if how == 1 {
            return Err(WebError::Unreachable);
        }
        if how == 2 {
            scheduler.sleep(PATIENCE.into()).await;
            return Err(WebError::Unreachable);
        }
        let heard = |status| {
            let token = form.strip_prefix("logout_token=").expect("a logout token");
            self.0.oracle.notice_arrives(&self.0, token, status);
            verified(&self.0, token);
        };
        match how {
            // It was heard, and the answer is lost.
            3 => {
                heard(200);
                Err(WebError::Unreachable)
            }
            4 => Ok(500),
            5 => {
                heard(400);
                Ok(400)
            }
            _ => {
                heard(200);
                Ok(200)
            }
        }
    }
}

/// Who hears holds the token against the keys it knows, as it would an ID token.
fn verified(ocean: &Rc<Ocean>, token: &str) {
    let (kid, _) = crate::keys::parts(token);
    let ocean = Rc::clone(ocean);
    ocean.scheduler.clone().spawn(async move {
        let known = ocean.listeners.known(&ocean, 0).await;
        if known.is_some_and(|known| !known.contains(&kid)) {
            ocean.oracle.unknown_key(&ocean, &kid);
        }
    });
}
