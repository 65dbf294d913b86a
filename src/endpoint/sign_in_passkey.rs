//! `/signin/passkey`: one object call. What a browser sends is checked before that, but for the signature.

use crate::endpoint::request::Request;
use crate::endpoint::sign_in::{Attempt, Problem, new_session, posted};
use crate::endpoint::{Handled, World, limits};
use crate::model::sign_in_method::SignInMethod;
use crate::pages::sign_in::{Field, Purpose};
use crate::pages::text::credentials::CredentialsText;
use crate::pages::text::try_again_in;
use crate::protocol::account::{AccountCommand, PasskeySignIn};
use crate::protocol::webauthn::{PresentedAssertion, RelyingParty};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// `POST /signin/passkey`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    let (browser, form, waiting) = posted(world, request).await?;
    let text = CredentialsText::of(browser.language);
    let refused = |status, sentence: &str| {
        let problem = Problem { field: Field::Form, sentence };
        waiting.page(world, &browser, Purpose::SignIn, status, "", Some(problem))
    };
    let presented = PresentedAssertion::read(&form, RelyingParty(&world.issuer), world.keyring, world.now);
    let PresentedAssertion { user, assertion } = match presented {
        Ok(presented) => presented,
        Err(refusal) => return Ok(refused(403, text.passkey_refused).because(refusal)),
    };
    if !limits::admits(world, request, RateLimit::SignIn).await {
        let page = refused(429, &try_again_in(browser.language, PERIOD));
        return Ok(limits::over(RateLimit::SignIn, None, page));
    }
    let session =
        new_session(world, request, SignInMethod::Passkey, browser.session.map(|session| session.sid));
    let sign_in = PasskeySignIn { sub: user.sub, assertion: Box::new(assertion), session };
    let reply = world.accounts.send(user.account, AccountCommand::SignInWithPasskey(sign_in)).await?;
    let attempt = Attempt { account: user.account, session, wrong: text.passkey_refused };
    attempt.conclude(world, &browser, &waiting, reply, &|status, _, sentence| refused(status, sentence)).await
}
