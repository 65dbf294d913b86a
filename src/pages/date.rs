//! Days as people of each language write them.

use chrono::{DateTime, Datelike, NaiveDate};
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

/// The day of an instant (UTC).
pub fn day(language: Language, at: UnixTime) -> Markup {
    let Some(date) = date(at) else { return Markup::default() };
    html! { time datetime=(date) { (words(language, date)) } }
}

fn date(at: UnixTime) -> Option<NaiveDate> {
    let millis = i64::try_from(at.millis()).ok()?;
    DateTime::from_timestamp_millis(millis).map(|at| at.date_naive())
}

fn words(language: Language, date: NaiveDate) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match language {
        Language::En => {
            let month = MONTHS.get(date.month0() as usize).copied().unwrap_or_default();
            format!("{day} {month} {year}")
        }
        Language::Ko => format!("{year}년 {month}월 {day}일"),
    }
}
