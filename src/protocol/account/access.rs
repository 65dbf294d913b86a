//! Which clients have access: the list of live grants, and when access was last removed.

use serde::{Deserialize, Serialize};

use crate::base::time::{Seconds, UnixTime};
use crate::model::client_id::ClientHash;
use crate::model::id::GrantId;
use crate::model::scope::Scope;
use crate::protocol::account::{AccountReply, Approval, Basis, LogoutTarget};

/// Live grants of one client; the oldest beyond is ended.
pub const MAX_GRANTS_PER_CLIENT: usize = 40;
/// An approval is new for so long; a code that nobody redeemed is off the list by then.
const NEW_FOR: Seconds = Seconds::minutes(2);
/// New approvals beyond which they make room for each other.
const MANY_NEW: usize = 4;
/// Live grants of one account; the oldest beyond is ended.
const MAX_GRANTS: usize = 1000;
/// Removals that are remembered one by one. Older ones count for every client.
const MAX_REMOVALS: usize = 200;

/// A grant on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRow {
    /// Its address.
    pub grant: GrantId,
    /// The client's name when it was approved.
    pub client_name: String,
    /// What was approved.
    pub scope: Scope,
    /// When it ends by itself, where that is certain; a grant whose end moves with use says when it is over.
    pub ends_at: Option<UnixTime>,
    /// When it was approved, by the account's clock.
    pub created_at: UnixTime,
    /// Whom to tell when the session ends. Only on its way: the account lists it by session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout: Option<Box<LogoutTarget>>,
}

/// What is remembered no longer counts.
pub(super) struct Superseded;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Access {
    /// Oldest first.
    grants: Vec<(ClientHash, GrantRow)>,
    /// Oldest first, each client once.
    removals: Vec<(ClientHash, UnixTime)>,
    /// No consent from before this counts: where removals were dropped from the list.
    removals_before: UnixTime,
}

impl Access {
    /// Lists a grant, and names the grants that have to make room for it.
    pub(super) fn approve(
        &mut self,
        approval: Approval,
        now: UnixTime,
    ) -> Result<(AccountReply, Vec<GrantId>), Superseded> {
        let removed_at = self.removed_at(&approval.client);
        // Strictly later than the removal, so that "approved after it" is never a tie.
        let approved_at = removed_at.map_or(now, |at| now.max(at.next()));
        match approval.basis {
            Basis::Remembered(at) if removed_at.is_some_and(|removed| at <= removed) => {
                return Err(Superseded);
            }
            Basis::Asked if approval.narrows => {
                self.discount_before(approval.client.clone(), approved_at.previous())
            }
            Basis::Remembered(_) | Basis::Asked => {}
        }
        self.grants.retain(|(_, row)| row.ends_at.is_none_or(|ends_at| now < ends_at));
        // A form that is sent twice is listed once.
        self.grants.retain(|(_, row)| row.grant != approval.grant.grant);
        self.grants.push((approval.client.clone(), GrantRow { created_at: approved_at, ..approval.grant }));
        let mut ended = Vec::new();
        while self.grants.iter().filter(|(c, _)| *c == approval.client).count() > MAX_GRANTS_PER_CLIENT {
            self.end_oldest(|c| *c == approval.client, now, &mut ended);
        }
        while self.grants.len() > MAX_GRANTS {
            self.end_oldest(|_| true, now, &mut ended);
        }
        Ok((AccountReply::Approved { approved_at, removed_at }, ended))
    }

    /// Forgets a client, and names the grants that have to end.
    pub(super) fn remove(&mut self, client: ClientHash, now: UnixTime) -> Vec<GrantId> {
        let (ended, kept) = std::mem::take(&mut self.grants).into_iter().partition(|(c, _)| *c == client);
        self.grants = kept;
        let newest = ended.iter().map(|(_, row): &(ClientHash, GrantRow)| row.created_at).max();
        // Not before anything it removes, whatever a clock did in between.
        let at = newest.map_or(now, |newest| now.max(newest));
        self.discount_before(client, at);
        ended.into_iter().map(|(_, row)| row.grant).collect()
    }

    /// Takes all grants off the list, and names them: they have to end.
    pub(super) fn end_all(&mut self) -> Vec<GrantId> {
        std::mem::take(&mut self.grants).into_iter().map(|(_, row)| row.grant).collect()
    }

    /// From now on no consent that this client got until `at` counts.
    fn discount_before(&mut self, client: ClientHash, at: UnixTime) {
        self.removals.retain(|(c, _)| *c != client);
        self.removals.push((client, at));
        while self.removals.len() > MAX_REMOVALS {
            let (_, dropped) = self.removals.remove(0);
            self.removals_before = self.removals_before.max(dropped);
        }
    }

    /// Takes a grant that ended by itself off the list.
    pub(super) fn forget(&mut self, grant: GrantId) -> bool {
        let before = self.grants.len();
        self.grants.retain(|(_, row)| row.grant != grant);
        self.grants.len() < before
    }

    /// The grants that have not ended for certain.
    pub(super) fn live_grants(&self, now: UnixTime) -> Vec<(ClientHash, GrantRow)> {
        let alive = |(_, row): &&(ClientHash, GrantRow)| row.ends_at.is_none_or(|ends_at| now < ends_at);
        self.grants.iter().filter(alive).cloned().collect()
    }

    /// The removals that are remembered one by one, and the time before which nothing counts.
    pub(super) fn removals(&self) -> (&[(ClientHash, UnixTime)], UnixTime) {
        (&self.removals, self.removals_before)
    }

    fn removed_at(&self, client: &ClientHash) -> Option<UnixTime> {
        let own = self.removals.iter().find(|(c, _)| c == client).map(|(_, at)| *at);
        let floor = (self.removals_before > UnixTime::default()).then_some(self.removals_before);
        own.max(floor)
    }

    /// Makes room. Many approvals in a short time are codes that nobody redeems: then the oldest of those goes, so that
    /// they cannot push out what the owner uses.
    fn end_oldest(&mut self, of: impl Fn(&ClientHash) -> bool, now: UnixTime, ended: &mut Vec<GrantId>) {
        let is_new = |row: &GrantRow| now < row.created_at.plus(NEW_FOR);
        let crowded = self.grants.iter().filter(|(c, row)| of(c) && is_new(row)).count() > MANY_NEW;
        if let Some(at) = self.grants.iter().position(|(c, row)| of(c) && (!crowded || is_new(row))) {
            ended.push(self.grants.remove(at).1.grant);
        }
    }
}
