//! What has to happen before a request can be answered.

use crate::base::time::UnixTime;
use crate::model::consent::Consent;
use crate::model::id::Subject;
use crate::model::redirect_uri::Destination;
use crate::model::scope::Scope;
use crate::model::session::Session;
use crate::protocol::authorization::{AuthorizationError, AuthorizationRequest, RequestedAt, ReturnTo};

/// The next step. Whether session and consent still count, the Account has the last word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// The owner signs in, later than `auth_after`.
    SignIn {
        /// For the sealed request.
        auth_after: Option<UnixTime>,
    },
    /// The owner is asked.
    AskConsent,
    /// What is remembered answers.
    Approve {
        /// What of the request is granted.
        scope: Scope,
        /// When that was approved.
        approved_at: UnixTime,
    },
    /// `prompt=none`, and something would have to be shown.
    Refuse(AuthorizationError),
}

/// Decides the next step.
pub fn decide(
    request: &AuthorizationRequest,
    requested_at: RequestedAt,
    return_to: &ReturnTo,
    session: Option<(&Session, &Subject)>,
    consent: Option<&Consent>,
    now: UnixTime,
) -> Interaction {
    let auth_after = auth_after(request, requested_at, now);
    let chosen = matches!(requested_at, RequestedAt::Earlier { chosen: true, .. });
    // OpenID Connect Core §5.5.1.1: another way of signing in than the client needs does not count.
    let fits = |session: &Session| {
        let needed = request.claims.essential_acr.as_ref();
        needed.is_none_or(|acr| acr.iter().any(|value| value == session.method.acr()))
    };
    let signed_in = session
        .filter(|(session, _)| fits(session) && auth_after.is_none_or(|after| session.auth_time > after));
    // OpenID Connect Core §3.1.2.1, §5.5.1: who is meant by name answers, or nobody.
    let meant = |subject: &Subject| request.claims.sub.as_deref().is_none_or(|sub| sub == subject.as_str());
    if chosen && signed_in.is_some_and(|(_, subject)| !meant(subject)) {
        return Interaction::Refuse(AuthorizationError::LoginRequired);
    }
    let answers =
        signed_in.is_some_and(|(_, subject)| meant(subject)) && (chosen || !request.prompt.chooses());
    if !answers {
        return match request.prompt.none {
            true => Interaction::Refuse(AuthorizationError::LoginRequired),
            false => Interaction::SignIn { auth_after },
        };
    }
    // RFC 8252 §8.6: on this computer anyone can pretend to be a native client, so what is remembered answers only
    // where the redirect proves who receives it.
    let remembered = consent
        .filter(|_| return_to.destination() == Destination::Web && !request.prompt.consent)
        .and_then(|consent| consent.answers(&request.scope).map(|scope| (scope, consent.approved_at)));
    match remembered {
        Some((scope, approved_at)) => Interaction::Approve { scope, approved_at },
        None if request.prompt.none => Interaction::Refuse(AuthorizationError::ConsentRequired),
        None => Interaction::AskConsent,
    }
}

/// From when on a sign-in counts. `prompt=login` and `max_age=0` mean: after this request.
pub fn auth_after(
    request: &AuthorizationRequest,
    requested_at: RequestedAt,
    now: UnixTime,
) -> Option<UnixTime> {
    match requested_at {
        RequestedAt::Earlier { auth_after, .. } => auth_after,
        RequestedAt::Now if request.prompt.login => Some(now),
        RequestedAt::Now => request
            .max_age
            .map(|age| UnixTime::from_millis(now.millis().saturating_sub(age.0.saturating_mul(1000)))),
    }
}
