//! Faults planted on purpose, one at a time: the simulator has to find each, or its silence means nothing.

use postern::base::time::Seconds;
use postern::model::id::GrantId;
use postern::model::scope::Scope;
use postern::protocol::account::{AccountCommand, Basis};
use postern::protocol::grant::{Command, Create, GrantRefusal, Refresh, Reply};

use crate::ocean::Ocean;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// A grant is read, something is awaited, and it is written: what a store without objects would do.
    GetThenPut,
    /// A code that comes again is refused, and its family lives on.
    NoReplayCheck,
    /// A superseded refresh token works for ever.
    EndlessWindow,
    /// A superseded refresh token never works again.
    NoWindow,
    /// The alarm believes that it is 40 days later.
    EarlyAlarm,
    /// A grant allows everything, whatever was ticked.
    WideConsent,
    /// What KV remembers is believed, whatever the account knows of removals.
    KvTrusted,
    /// Grants are not told that access was removed.
    NoOutbox,
    /// The account does not look whether the session has ended.
    SessionsNeverEnd,
    /// The client is not compared when a code is redeemed.
    AnyClient,
    /// The verifier is not compared when a code is redeemed.
    AnyVerifier,
    /// Every request looks a client up twice.
    OverBudget,
    /// A client that did not listen counts as told.
    NoticesNotRetried,
}

/// All of them.
pub const ALL: [Planted; 13] = [
    Planted::GetThenPut,
    Planted::NoReplayCheck,
    Planted::EndlessWindow,
    Planted::NoWindow,
    Planted::EarlyAlarm,
    Planted::WideConsent,
    Planted::KvTrusted,
    Planted::NoOutbox,
    Planted::SessionsNeverEnd,
    Planted::AnyClient,
    Planted::AnyVerifier,
    Planted::OverBudget,
    Planted::NoticesNotRetried,
];

impl Planted {
    /// A reply made up instead of the grant's own.
    pub fn instead_of(self, ocean: &Ocean, grant: GrantId, command: &Command) -> Option<Reply> {
        let again = matches!(command, Command::Redeem(_)) && ocean.oracle.is_redeemed(grant);
        (self == Self::NoReplayCheck && again).then_some(Reply::Refused(GrantRefusal::CodeAlreadyRedeemed))
    }

    /// A command to a grant, altered.
    pub fn altered(self, ocean: &Ocean, grant: GrantId, command: Command) -> Command {
        match (self, command) {
            (Self::EndlessWindow, Command::Refresh(refresh)) => {
                Command::Refresh(Refresh { retry_window: Seconds::days(400), ..refresh })
            }
            (Self::NoWindow, Command::Refresh(refresh)) => {
                Command::Refresh(Refresh { retry_window: Seconds(0), ..refresh })
            }
            (Self::WideConsent, Command::Create(mut create)) => {
                let every = ocean.config.catalogue.entries().iter().map(|entry| entry.name.as_str());
                create.terms.scope = Scope::from_tokens(every);
                Command::Create(Create { ..create })
            }
            (Self::AnyClient, Command::Redeem(mut redeem)) => {
                if let Some(create) = ocean.oracle.create_of(grant) {
                    redeem.client_id = create.terms.client_id;
                    redeem.redirect_uri = create.redirect_uri;
                }
                Command::Redeem(redeem)
            }
            (Self::AnyVerifier, Command::Redeem(mut redeem)) => {
                if let Some(create) = ocean.oracle.create_of(grant) {
                    redeem.challenge = create.challenge;
                }
                Command::Redeem(redeem)
            }
            (_, command) => command,
        }
    }

    /// A command to an account, altered.
    pub fn altered_for_account(self, command: AccountCommand) -> AccountCommand {
        match (self, command) {
            (Self::KvTrusted, AccountCommand::Approve(by, mut approval)) => {
                approval.basis = Basis::Asked;
                AccountCommand::Approve(by, approval)
            }
            (_, command) => command,
        }
    }
}
