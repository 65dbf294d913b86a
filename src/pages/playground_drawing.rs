//! The drawing of the playground: three lifelines, and an arrow for every message.

use maud::{Markup, html};

use crate::pages::text::playground::{PartyText, PlaygroundText};

/// Who sends or gets a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The resource owner.
    Owner,
    /// The client.
    Client,
    /// The server.
    Server,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct Arrow {
    /// Who sends it.
    pub from: Party,
    /// Who gets it.
    pub to: Party,
    /// What it is.
    pub kind: ArrowKind,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowKind {
    /// A request.
    Request,
    /// What comes back.
    Reply,
    /// What must not be.
    Never,
}

/// A message of a step, with what is written on it.
#[derive(Debug)]
pub struct Row<'a> {
    /// The step.
    pub step: &'a str,
    /// Who to whom.
    pub arrow: Arrow,
    /// What is written on it.
    pub label: &'a str,
}

const WIDTH: u32 = 420;
/// Where the first arrow is, and how far apart they are.
const TOP: u32 = 30;
const STRIDE: u32 = 33;
const HEAD: [u32; 2] = [132, 52];

impl Party {
    const ALL: [Self; 3] = [Self::Owner, Self::Client, Self::Server];

    const fn x(self) -> u32 {
        match self {
            Self::Owner => 70,
            Self::Client => 210,
            Self::Server => 350,
        }
    }

    const fn between(self, other: Self) -> u32 {
        self.x().saturating_add(other.x()) / 2
    }
}

impl ArrowKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Request => "arrow",
            Self::Reply => "arrow reply",
            Self::Never => "arrow never",
        }
    }
}

/// Draws it.
pub fn drawing(text: &PlaygroundText, rows: &[Row<'_>]) -> Markup {
    let below = u32::try_from(rows.len()).unwrap_or_default().saturating_mul(STRIDE);
    let height = TOP.saturating_add(below);
    let [_, depth] = HEAD;
    html! {
        // The names stay in sight where the rest scrolls.
        svg class="heads" viewBox=(format!("0 0 {WIDTH} {}", depth.saturating_add(2))) aria-hidden="true" {
            @for (party, words) in Party::ALL.iter().zip(&text.parties) { (head(*party, words)) }
        }
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-labelledby="drawing-title drawing-description" {
            title id="drawing-title" { (text.drawing) }
            desc id="drawing-description" { (text.drawing_description) }
            @for party in Party::ALL { path class="lifeline" d=(format!("M{} 0V{height}", party.x())) {} }
            @for (row, at) in rows.iter().zip(0_u32..) { (arrow(row, TOP.saturating_add(at.saturating_mul(STRIDE)))) }
        }
    }
}

fn head(party: Party, words: &PartyText) -> Markup {
    let [width, depth] = HEAD;
    let (first, second) = words.other.split_once(" · ").unwrap_or((words.other, ""));
    html! {
        rect class="head" x=(party.x().saturating_sub(width / 2)) y="1" width=(width) height=(depth) rx="8" {}
        text class="name" x=(party.x()) y="21" { (words.name) }
        text class="other" x=(party.x()) y=(if second.is_empty() { "39" } else { "34" }) { (first) }
        @if !second.is_empty() { text class="other" x=(party.x()) y="46" { (second) } }
    }
}

fn arrow(row: &Row<'_>, y: u32) -> Markup {
    let Arrow { from, to, kind } = row.arrow;
    let (start, end) = (from.x(), to.x());
    let back = if start < end { "-8" } else { "8" };
    html! {
        g class=(kind.class()) data-arrow=(row.step) {
            path class="shaft" d=(format!("M{start} {y}H{end}")) {}
            path class="point" d=(format!("M{end} {y}l{back} -4.5v9z")) {}
            @if kind == ArrowKind::Never {
                path class="cross" d=(format!("M{} {}l14 14m0 -14l-14 14", end.saturating_sub(30), y.saturating_sub(7))) {}
            }
            text x=(from.between(to)) y=(y.saturating_sub(7)) { (row.label) }
        }
    }
}
