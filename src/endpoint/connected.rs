//! The grants on an owner's list, and what they say of themselves.

use futures_util::future::join_all;

use crate::endpoint::World;
use crate::model::client_id::ClientHash;
use crate::protocol::account::{GrantRow, Overview};
use crate::protocol::grant::{Command, Inspection, Reply};

/// Grants that are asked: the platform allows 50 calls a request.
const MAX_ASKED: usize = 40;

/// A grant on the list.
pub struct Connected<'a> {
    /// Of which client.
    pub client: &'a ClientHash,
    /// As the account lists it.
    pub row: &'a GrantRow,
    answer: Option<Reply>,
}

impl Connected<'_> {
    /// Whether it says that it is over. One that was not asked, or does not answer, is believed to be alive.
    pub fn is_over(&self) -> bool {
        !matches!(self.answer, None | Some(Reply::Alive(_)))
    }

    /// What it says of itself, where it is known to be alive.
    pub fn inspection(&self) -> Option<&Inspection> {
        match &self.answer {
            Some(Reply::Alive(inspection)) => Some(inspection),
            _ => None,
        }
    }
}

/// Asks them, the newest first.
pub async fn connected<'a>(world: &World<'_>, overview: &'a Overview) -> Vec<Connected<'a>> {
    let newest = || overview.grants.iter().rev();
    let asked = newest().take(MAX_ASKED).map(|(_, row)| world.grants.send(row.grant, Command::Inspect));
    let answers = join_all(asked).await.into_iter().map(Result::ok);
    newest()
        .zip(answers.chain(std::iter::repeat_with(|| None)))
        .map(|((client, row), answer)| Connected { client, row, answer })
        .collect()
}
