//! `/signup`: one object call, and a KV write for the directory. Two simultaneous sign-ups with one name meet in one object.

use crate::base::entropy::random_array;
use crate::base::form::Form;
use crate::base::opaque::Opaque;
use crate::base::secret::Secret;
use crate::endpoint::browser::Browser;
use crate::endpoint::request::Request;
use crate::endpoint::sign_in::{Problem, Waiting, new_session, posted};
use crate::endpoint::{Halt, Handled, World, limits};
use crate::model::config;
use crate::model::directory_entry::DirectoryEntry;
use crate::model::event::EventKind;
use crate::model::id::SubjectId;
use crate::model::password::check_choice;
use crate::model::sign_in_method::SignInMethod;
use crate::model::username::Username;
use crate::pages::sign_in::{Field, Purpose};
use crate::pages::text::{Text, try_again_in};
use crate::protocol::account::{AccountCommand, AccountReply, NewSession, SignUp};
use crate::store::rate_limits::{PERIOD, RateLimit};

/// `GET /signup`.
pub fn get(world: &World<'_>, request: &Request) -> Handled {
    let mut browser = Browser::of(world, request);
    open(world, request, &browser)?;
    let query = Form::parse(&request.query).unwrap_or_default();
    let waiting = Waiting::read(world, request, &query)?;
    waiting.attend(&mut browser);
    Ok(waiting.page(world, &browser, Purpose::SignUp, 200, "", None))
}

/// `POST /signup`.
pub async fn post(world: &World<'_>, request: &Request) -> Handled {
    open(world, request, &Browser::of(world, request))?;
    let (browser, form, waiting) = posted(world, request).await?;
    let text = Text::of(browser.language);
    let typed = form.value("username").unwrap_or_default();
    let refused = |status, field, sentence: &str| {
        let problem = Problem { field, sentence };
        waiting.page(world, &browser, Purpose::SignUp, status, typed, Some(problem))
    };
    let Some(username) = Username::parse(typed) else {
        return Ok(refused(400, Field::Username, text.username_malformed));
    };
    let password = Secret::new(form.value("password").unwrap_or_default().to_owned());
    if let Err(error) = check_choice(&password, &username.to_string()) {
        return Ok(refused(400, Field::Password, text.password_error(error)));
    }
    if !limits::admits(world, request, RateLimit::SignUp).await {
        let page = refused(429, Field::Form, &try_again_in(browser.language, PERIOD));
        return Ok(limits::over(RateLimit::SignUp, None, page));
    }
    let account = world.accounts.address(&username)?;
    let session = new_session(world, request, SignInMethod::Password, None);
    let entry = |sub| DirectoryEntry {
        sub,
        account,
        username: username.clone(),
        created_at: world.now,
        disabled: false,
    };
    let sign_up = SignUp {
        username: username.clone(),
        sub: SubjectId::generate(world.entropy),
        password,
        algorithm: world.config.password_algorithm,
        salt: Opaque(random_array(world.entropy)),
        session,
    };
    match world.accounts.send(account, AccountCommand::SignUp(sign_up)).await? {
        AccountReply::SignedIn { sub, salt } => {
            let listed = world.directory.save(&entry(sub)).await;
            let session = NewSession { salt, ..session };
            let response = waiting.welcome(world, &browser, account, EventKind::SignedUp, sub, session).await;
            // The account is made. An administrator still finds it by its name.
            Ok(match listed {
                Ok(()) => response,
                Err(error) => response.because(error),
            })
        }
        _ => Ok(refused(409, Field::Username, text.username_taken).because(format_args!("UsernameTaken"))),
    }
}

fn open(world: &World<'_>, request: &Request, browser: &Browser) -> Result<(), Halt> {
    match world.config.sign_up {
        config::SignUp::Open => Ok(()),
        config::SignUp::Closed => {
            let sentence = Text::of(browser.language).sign_up_closed;
            Err(browser
                .refuse(world, request, 403, sentence, "access_denied")
                .because(format_args!("SignUpClosed"))
                .into())
        }
    }
}
