//! Days and times as people write them, in their language. Programs read them from `datetime`.

use chrono::{DateTime, Datelike, Timelike, Utc};
use maud::{Markup, html};

use crate::base::time::UnixTime;
use crate::model::language::Language;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The day of an instant (UTC): `26 November 2026`, `2026년 11월 26일`.
pub fn day(language: Language, at: UnixTime) -> Markup {
    let Some(at) = calendar(at) else { return html! {} };
    html! { time datetime=(at.date_naive()) { (spelled(language, &at)) } }
}

/// Day and time of an instant, to the minute, and that it is UTC.
pub fn moment(language: Language, at: UnixTime) -> Markup {
    let Some(at) = calendar(at) else { return html! {} };
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    html! {
        time datetime={ (at.date_naive()) "T" (time) "Z" } {
            (spelled(language, &at)) @if language == Language::En { "," } " " (time) " UTC"
        }
    }
}

/// An instant as programs write it (RFC 3339), to the second.
pub fn rfc3339(at: UnixTime) -> String {
    calendar(at)
        .map(|at| format!("{}T{:02}:{:02}:{:02}Z", at.date_naive(), at.hour(), at.minute(), at.second()))
        .unwrap_or_default()
}

fn spelled(language: Language, at: &DateTime<Utc>) -> String {
    let (year, day) = (at.year(), at.day());
    match language {
        Language::En => {
            let month = usize::try_from(at.month0()).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
            format!("{day} {month} {year}")
        }
        Language::Ko => format!("{year}년 {}월 {day}일", at.month()),
    }
}

fn calendar(at: UnixTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(at.millis()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar_in_each_language() {
        for (seconds, machine, english, korean) in [
            (0, "1970-01-01", "1 January 1970", "1970년 1월 1일"),
            (951_782_399, "2000-02-28", "28 February 2000", "2000년 2월 28일"),
            (951_782_400, "2000-02-29", "29 February 2000", "2000년 2월 29일"),
            (1_795_478_399, "2026-11-23", "23 November 2026", "2026년 11월 23일"),
            (4_107_542_400, "2100-03-01", "1 March 2100", "2100년 3월 1일"),
        ] {
            let at = UnixTime::from_seconds(seconds);
            for (language, words) in [(Language::En, english), (Language::Ko, korean)] {
                let expected = format!("<time datetime=\"{machine}\">{words}</time>");
                assert_eq!(day(language, at).into_string(), expected);
            }
        }
    }

    #[test]
    fn a_clock_time_says_that_it_is_utc() {
        let at = UnixTime::from_millis(1_800_000_000_999);
        assert_eq!(
            moment(Language::En, at).into_string(),
            "<time datetime=\"2027-01-15T08:00Z\">15 January 2027, 08:00 UTC</time>"
        );
        assert_eq!(
            moment(Language::Ko, at).into_string(),
            "<time datetime=\"2027-01-15T08:00Z\">2027년 1월 15일 08:00 UTC</time>"
        );
        assert_eq!(rfc3339(at), "2027-01-15T08:00:00Z");
    }

    #[test]
    fn what_no_calendar_has_is_not_said() {
        let never = UnixTime::from_millis(u64::MAX);
        for language in [Language::En, Language::Ko] {
            assert_eq!(day(language, never).into_string() + &moment(language, never).into_string(), "");
        }
        assert_eq!(rfc3339(never), "");
    }
}
