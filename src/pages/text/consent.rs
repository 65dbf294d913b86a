//! What is said where an owner decides about a client: on the consent page, and where a device asks.

use maud::{Markup, html};

use crate::base::time::{Seconds, UnixTime};
use crate::model::client::NAMELESS;
use crate::model::language::Language;
use crate::model::look_alike::Vendor;
use crate::pages::date::day;
use crate::pages::text::{en, ko};

/// The sentences.
#[derive(Debug)]
pub struct ConsentText {
    /// Title.
    pub title: &'static str,
    /// After the client's name.
    pub asks: &'static str,
    /// Instead of a name, where the client has none.
    pub nameless: &'static str,
    /// Where nobody vouched for the client.
    pub anonymous: &'static str,
    /// Where the operator did.
    pub operator: &'static str,
    /// Heading of what is asked for.
    pub scopes: &'static str,
    /// Before the destination.
    pub sent_to: &'static str,
    /// Where the destination is not the host that published the client.
    pub sent_elsewhere: &'static str,
    /// Behind a loopback destination.
    pub this_computer: &'static str,
    /// Behind a private-use destination.
    pub this_device: &'static str,
    /// Before how long access lasts.
    pub duration: &'static str,
    /// Before what the client does not get.
    pub never: &'static str,
    /// What that is.
    pub password: &'static str,
    /// Mark of a scope that cannot be unticked.
    pub required: &'static str,
    /// Mark of a scope that was not asked for before.
    pub new: &'static str,
    /// Mark of a scope that was unticked before.
    pub declined: &'static str,
    /// Button.
    pub allow: &'static str,
    /// Button.
    pub deny: &'static str,
    /// Link.
    pub other_account: &'static str,
    /// Link to the client's home page.
    pub home_page: &'static str,
    /// Links of the client.
    pub privacy_policy: &'static str,
    /// Links of the client.
    pub terms_of_service: &'static str,
}

impl ConsentText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::consent::TEXT,
            Language::Ko => &ko::consent::TEXT,
        }
    }

    /// What an app that asks is called.
    pub fn named<'a>(&self, name: &'a str) -> &'a str {
        if name == NAMELESS { self.nameless } else { name }
    }
}

/// How long a client keeps what it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// Until it is taken away.
    UntilRemoved,
    /// The same, and no longer than this.
    AtMost(Seconds),
    /// As long as one access token.
    Once(Seconds),
}

/// Under the name of a client whose id is an address: the one thing that is known for certain.
pub fn published_by(language: Language, host: &str) -> String {
    match language {
        Language::En => format!("This app is published by {host}"),
        Language::Ko => format!("{host}에서 제공하는 앱입니다"),
    }
}

/// Under the name of a client that somebody registered in the console.
pub fn registered_here(language: Language, at: UnixTime) -> Markup {
    let day = day(language, at);
    match language {
        Language::En => {
            html! { "Registered here by a developer on " (day) ". Nobody has checked this name." }
        }
        Language::Ko => html! { (day) "에 개발자가 등록한 앱입니다. 이름이 확인되지 않았습니다." },
    }
}

/// Where a name makes people think of somebody else.
pub fn looks_like(language: Language, vendor: &Vendor) -> String {
    let Vendor { en, ko, .. } = vendor;
    match language {
        Language::En => format!(
            "The name may make you think of {en}, but nothing shows that this app comes from there. If you expected {en}, do not go on."
        ),
        Language::Ko => format!(
            "이름은 {ko} 앱처럼 보이지만 {ko}에서 만들었다는 근거가 없습니다. {ko} 앱인 줄 알았다면 계속하지 마세요."
        ),
    }
}

/// Where the owner has allowed the client something before.
pub fn allowed_before(language: Language, at: UnixTime, asks_new: bool) -> Markup {
    let day = day(language, at);
    match (language, asks_new) {
        (Language::En, true) => {
            html! { "You allowed this app access on " (day) ". What it did not ask for then is marked." }
        }
        (Language::En, false) => {
            html! { "You allowed this app access on " (day) ". It asks for nothing new." }
        }
        (Language::Ko, true) => html! { (day) "에 동의한 앱입니다. 그때 없던 항목은 따로 표시했습니다." },
        (Language::Ko, false) => html! { (day) "에 동의한 앱입니다. 새로 요청한 항목은 없습니다." },
    }
}

/// How long access lasts.
pub fn lasts(language: Language, lasts: Lasts) -> String {
    match (language, lasts) {
        (Language::En, Lasts::UntilRemoved) => "until you remove it in your account".to_owned(),
        (Language::En, Lasts::AtMost(span)) => {
            format!("at most {}, or until you remove it in your account", spelled(language, span))
        }
        (Language::En, Lasts::Once(span)) => format!("{}, then it has to ask again", spelled(language, span)),
        (Language::Ko, Lasts::UntilRemoved) => "내 계정에서 연결을 해제할 때까지".to_owned(),
        (Language::Ko, Lasts::AtMost(span)) => {
            format!("최대 {}, 또는 내 계정에서 연결을 해제할 때까지", spelled(language, span))
        }
        (Language::Ko, Lasts::Once(span)) => {
            format!("{}, 이후에는 다시 요청해야 합니다", spelled(language, span))
        }
    }
}

/// A span, in the largest unit that says it whole.
fn spelled(language: Language, span: Seconds) -> String {
    const UNITS: [(u64, &str, &str); 3] =
        [(86_400, "day", "일"), (3600, "hour", "시간"), (60, "minute", "분")];
    let whole = |unit: &(u64, &'static str, &'static str)| {
        let count = span
            .0
            .checked_div(unit.0)
            .filter(|count| count.checked_mul(unit.0) == Some(span.0) && *count > 0);
        count.map(|count| (count, unit.1, unit.2))
    };
    let (count, english, korean) = UNITS.iter().find_map(whole).unwrap_or((span.0, "second", "초"));
    match language {
        Language::En => format!("{count} {english}{}", if count == 1 { "" } else { "s" }),
        Language::Ko => format!("{count}{korean}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_spelled_in_the_largest_unit_that_fits() {
        for (seconds, english, korean) in [
            (30 * 86_400, "30 days", "30일"),
            (86_400, "1 day", "1일"),
            (90_000, "25 hours", "25시간"),
            (600, "10 minutes", "10분"),
            (60, "1 minute", "1분"),
            (61, "61 seconds", "61초"),
            (0, "0 seconds", "0초"),
        ] {
            let span = Seconds(seconds);
            assert_eq!(
                (spelled(Language::En, span).as_str(), spelled(Language::Ko, span).as_str()),
                (english, korean)
            );
        }
    }
}
