//! Which tokens may be exchanged, by whom and into what (RFC 8693), worked out apart from the code.

use base64::Engine;
use postern::base::time::UnixTime;
use postern::model::access_token::AccessTokenClaims;
use postern::protocol::grant::{Exchange, Face, Inspection, Revoker, Terms};

use crate::gateway::{API, STORE};
use crate::http::Sent;
use crate::ocean::{ISSUER, Ocean};
use crate::oracle::grants::{Due, FamilyTruth};

/// Most exchanged tokens that are alive.
const MOST: usize = 32;
/// What a guard leaves to the client of the grant.
const LEFT: usize = 8;

fn says_the_same(one: &Face, other: &Face) -> bool {
    (&one.client_id, &one.subject, &one.audience, &one.act, &one.jkt)
        == (&other.client_id, &other.subject, &other.audience, &other.act, &other.jkt)
}

impl FamilyTruth {
    /// Whether such a token was ever issued from this grant, and is alive.
    pub fn issued(&self, terms: &Terms, token: &Face, at: UnixTime) -> bool {
        let until = token.until.seconds();
        let own = (&token.client_id, &token.subject, &token.audience)
            == (&terms.client_id, &terms.subject, &terms.audience)
            && token.act.is_none()
            && token.scope.is_within(&terms.scope)
            && self.bound.get(&token.jkt).is_some_and(|last| until <= last.seconds());
        let exchanged = self.faces.iter().any(|face| {
            let alive = at < face.until && until <= face.until.seconds();
            alive && says_the_same(face, token) && token.scope.is_within(&face.scope)
        });
        at < token.until && (own || exchanged)
    }

    pub fn due_to_exchange(&mut self, terms: &Terms, asked: &Exchange, at: UnixTime) -> Due {
        let caller = asked.as_guard || asked.client_id == terms.client_id;
        let token = &asked.subject;
        let key = token.jkt.is_none() || token.jkt == asked.proven.jkt;
        let narrower = !asked.scope.is_empty() && asked.scope.is_within(&token.scope);
        let fresh = self.is_unseen(&asked.proven.once, at);
        if !caller || !self.issued(terms, token, at) || !key || !narrower || !fresh {
            return Due::Refused;
        }
        let face = Face {
            client_id: asked.client_id.clone(),
            subject: token.subject.clone(),
            audience: asked.audience.clone(),
            scope: asked.scope.clone(),
            act: asked.act.clone(),
            jkt: asked.proven.jkt.clone(),
            until: at.plus(asked.access_ttl).min(token.until),
        };
        self.faces.retain(|known| at < known.until);
        let full = self.faces.len() >= if asked.as_guard { MOST - LEFT } else { MOST };
        let known =
            self.faces.iter_mut().find(|known| says_the_same(known, &face) && known.scope == face.scope);
        match known {
            Some(known) => known.until = known.until.max(face.until),
            None if full => return Due::Refused,
            None => self.faces.push(face),
        }
        self.sees(&asked.proven.once, at);
        Due::Issued(None)
    }

    /// A client gives back what it exchanged.
    pub fn due_to_give_back(&mut self, revoker: &Revoker, at: UnixTime) -> Due {
        let Revoker::Bearer { client_id, sub, audience } = revoker else { return Due::Refused };
        let theirs =
            |face: &Face| (&face.client_id, &face.subject, &face.audience) == (client_id, sub, audience);
        let (alive, any) =
            (self.faces.iter().any(|f| theirs(f) && at < f.until), self.faces.iter().any(theirs));
        self.faces.retain(|face| !theirs(face));
        match (alive, any) {
            (true, _) => Due::Revoked,
            (false, true) => Due::Either,
            (false, false) => Due::Refused,
        }
    }

    /// What a grant says of its exchanged tokens is what was exchanged, and not given back.
    pub fn knows_all(&self, inspection: &Inspection) -> Result<(), String> {
        let known = |face: &&Face| !self.faces.contains(face);
        match inspection.exchanged.iter().find(known) {
            Some(face) => Err(format!("{face:?} is said to be alive")),
            None => Ok(()),
        }
    }
}

/// Whether policy allows the exchange that was answered, and the token says no more than the one it came of.
pub fn is_allowed(ocean: &Ocean, sent: &Sent, new: &AccessTokenClaims) -> Result<(), String> {
    let old = crate::oracle::claims(&sent.field("subject_token").unwrap_or_default());
    let header = sent.headers.get("authorization").cloned().unwrap_or_default();
    let pair = base64::engine::general_purpose::STANDARD.decode(header.trim_start_matches("Basic ")).unwrap();
    let pair = String::from_utf8(pair).unwrap();
    let caller = pair.split(':').next().unwrap_or_default();
    let further = old.aud == API && new.aud == STORE;
    let own = old.client_id.as_str() == caller && (old.aud == ISSUER || new.aud == old.aud || further);
    let gateway = caller == ocean.gateway.id.as_str() && further;
    if !own && !gateway {
        return Err(format!("{caller} got a token for {} of one for {}", new.aud, old.aud));
    }
    let same = (&new.sub, new.gid, new.client_id.as_str()) == (&old.sub, old.gid, caller);
    if !same || new.exp > old.exp || !new.scope.is_within(&old.scope) {
        return Err(format!("{:?} until {} of {:?} until {}", new.scope, new.exp, old.scope, old.exp));
    }
    Ok(())
}
