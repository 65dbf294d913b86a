//! The playground: the story of OAuth, step by step. Everything is here, in the order it is read, and makes sense without
//! scripts; `static/playground.js` shows one step at a time, acts, and fills in what went over the wire.

use maud::{Markup, html};

use crate::base::time::Seconds;
use crate::pages::assets::PLAYGROUND;
use crate::pages::layout::{Frame, page};
use crate::pages::playground_drawing::ArrowKind::{Never, Reply, Request};
use crate::pages::playground_drawing::Party::{Client, Owner, Server};
use crate::pages::playground_drawing::{Arrow, ArrowKind, Party, Row, drawing};
use crate::pages::text::playground::{ActText, PlaygroundText, STEPS, StepText};

/// What the page shows.
#[derive(Debug)]
pub struct PlaygroundPage<'a> {
    /// What is around it.
    pub frame: Frame<'a>,
    /// Who we are.
    pub issuer: &'a str,
    /// What the client asks for.
    pub scope: &'a str,
    /// How long codes live.
    pub code_ttl: Seconds,
    /// Whether a refresh token may come again for a while.
    pub retries: bool,
}

/// What is the same in every language. Everything in here stands in the order of `StepText`.
struct Step {
    id: &'static str,
    arrows: &'static [Arrow],
    acts: &'static [Act],
    notes: &'static [&'static str],
    /// Whether the grant may be over when one comes here.
    may_be_over: bool,
}

/// A button.
struct Act {
    id: &'static str,
    kind: ActKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ActKind {
    /// Goes on with the story.
    Story,
    /// Is an attack.
    Attack,
    /// Begins again with a new code.
    Fresh,
}

const fn arrow(from: Party, to: Party, kind: ArrowKind) -> Arrow {
    Arrow { from, to, kind }
}

const fn story(id: &'static str) -> Act {
    Act { id, kind: ActKind::Story }
}

const fn attack(id: &'static str) -> Act {
    Act { id, kind: ActKind::Attack }
}

const FRESH: Act = Act { id: "fresh", kind: ActKind::Fresh };

static STORY: [Step; STEPS] = [
    Step { id: "why", arrows: &[arrow(Owner, Client, Never)], acts: &[], notes: &[], may_be_over: false },
    Step {
        id: "register",
        arrows: &[arrow(Client, Server, Request), arrow(Server, Client, Reply)],
        acts: &[story("register")],
        notes: &[],
        may_be_over: false,
    },
    Step {
        id: "link",
        arrows: &[arrow(Client, Owner, Request)],
        acts: &[story("link"), attack("redirect-authorize")],
        notes: &[],
        may_be_over: false,
    },
    Step {
        id: "approve",
        arrows: &[arrow(Owner, Server, Request)],
        acts: &[story("go")],
        notes: &["denied"],
        may_be_over: false,
    },
    Step {
        id: "code",
        arrows: &[arrow(Server, Owner, Reply), arrow(Owner, Client, Request)],
        acts: &[attack("state"), FRESH],
        notes: &["matched", "foreign", "code-left"],
        may_be_over: false,
    },
    Step {
        id: "token",
        arrows: &[arrow(Client, Server, Request), arrow(Server, Client, Reply)],
        // What uses nothing up comes first, and shows that the code is still good.
        acts: &[
            attack("no-verifier"),
            attack("redirect-token"),
            attack("other-client"),
            story("exchange"),
            attack("replay"),
            FRESH,
        ],
        notes: &["code-left"],
        may_be_over: true,
    },
    Step {
        id: "api",
        arrows: &[arrow(Client, Server, Request), arrow(Server, Client, Reply)],
        acts: &[story("read"), story("add"), attack("beyond"), attack("forged"), attack("query")],
        notes: &["refreshed"],
        may_be_over: true,
    },
    Step {
        id: "expiry",
        arrows: &[arrow(Server, Client, Reply)],
        acts: &[story("wait")],
        notes: &["token-left"],
        may_be_over: true,
    },
    Step {
        id: "refresh",
        arrows: &[arrow(Client, Server, Request), arrow(Server, Client, Reply)],
        acts: &[story("refresh"), story("again"), attack("old")],
        notes: &[],
        may_be_over: true,
    },
    Step {
        id: "remove",
        arrows: &[
            arrow(Owner, Server, Request),
            arrow(Client, Server, Request),
            arrow(Server, Client, Reply),
        ],
        acts: &[story("remove"), story("after")],
        notes: &["not-listed"],
        may_be_over: true,
    },
    Step { id: "end", arrows: &[], acts: &[], notes: &[], may_be_over: false },
];

/// Renders it.
pub fn render(view: &PlaygroundPage<'_>) -> Markup {
    let frame = view.frame.wide().with_script(&PLAYGROUND);
    let text = PlaygroundText::of(frame.language);
    let steps = || STORY.iter().zip(&text.steps);
    let rows: Vec<_> = steps()
        .flat_map(|(step, words)| {
            let row = |(arrow, label): (&Arrow, &&'static str)| Row { step: step.id, arrow: *arrow, label };
            step.arrows.iter().zip(words.arrows).map(row)
        })
        .collect();
    let content = html! {
        div class="playground" data-playground data-issuer=(view.issuer) data-scope=(view.scope) data-code-ttl=(view.code_ttl.0)
            data-client-name=(text.client_name) data-other-name=(text.other_name) data-entry=(text.entry) {
            p class="lead" { (text.lead) }
            p class="warning" data-unscripted { (text.without_script) }
            p class="alert" role="alert" data-unreachable hidden { (text.unreachable) }
            p class="unseen" role="status" data-said {}
            ol class="progress" aria-label=(text.progress) {
                @for (step, words) in steps() { li data-progress=(step.id) { span { (words.short) } } }
            }
            div class="stage" {
                div class="drawing" tabindex="0" role="region" aria-label=(text.drawing) { (drawing(text, &rows)) }
                div class="walk" {
                    @for (step, words) in steps() { (section(view, text, step, words)) }
                    div class="moves" data-scripted hidden {
                        button type="button" class="quiet" data-move="back" { (text.back) }
                        button type="button" data-move="next" aria-describedby="not-yet" { (text.next) }
                        button type="button" class="quiet" data-move="restart" { (text.restart) }
                        p class="hint" id="not-yet" data-not-yet hidden { (text.not_yet) }
                    }
                    div class="lens" data-scripted hidden {
                        label { input type="checkbox" data-lens="easy"; (text.easy) }
                        label { input type="checkbox" data-lens="reveal"; (text.reveal) }
                        p class="hint" { (text.legend) }
                    }
                }
            }
            template data-exchange { (exchange(text)) }
        }
    };
    page(&frame, frame.text().playground, &content)
}

fn section(view: &PlaygroundPage<'_>, text: &PlaygroundText, step: &Step, words: &StepText) -> Markup {
    let title = format!("step-{}", step.id);
    let acts = |kinds: fn(ActKind) -> bool| {
        let shown = move |act: &Act| kinds(act.kind) && (view.retries || act.id != "again");
        step.acts.iter().zip(words.acts).filter(move |(act, _)| shown(act))
    };
    html! {
        section class="step" data-step=(step.id) aria-labelledby=(title) {
            h2 id=(title) tabindex="-1" { (words.title) }
            p class="who" { (words.who) }
            p { (words.why) }
            @if let Some(today) = words.today { p class="today" { strong { (text.today) } " " (today) } }
            @for (note, sentence) in step.notes.iter().zip(words.notes) { (shown_note(note, sentence)) }
            @if step.may_be_over {
                div class="alert" data-note="ended" hidden {
                    p { (text.ended) }
                    (button(&FRESH, text.fresh))
                }
            }
            @if step.id == "code" { div data-out="arrival" {} }
            @if acts(|kind| kind == ActKind::Attack).next().is_some() && step.id == "token" {
                // Here the story goes on between the attacks.
                h3 { (text.attacks) }
            }
            @for (act, words) in acts(|kind| kind == ActKind::Story).filter(|_| step.id != "token") { (performed(text, act, words)) }
            @if step.id != "token" && acts(|kind| kind == ActKind::Attack).next().is_some() { h3 { (text.attacks) } }
            @for (act, words) in acts(|kind| kind != ActKind::Fresh).filter(|(act, _)| step.id == "token" || act.kind == ActKind::Attack) {
                (performed(text, act, words))
            }
            @for (act, words) in acts(|kind| kind == ActKind::Fresh) {
                div class="act" { (button(act, words.button)) p class="hint" { (text.fresh_hint) } }
            }
            @if step.id == "end" { (summary(text)) }
            (keeps(text, words))
        }
    }
}

/// A button, what it is for, and what went over the wire.
fn performed(text: &PlaygroundText, act: &Act, words: &ActText) -> Markup {
    html! {
        div class=(if act.kind == ActKind::Attack { "act attack" } else { "act" }) {
            (button(act, words.button))
            p class="explained" data-explained=(act.id) { (words.explained) }
            @if act.kind == ActKind::Story {
                p class="warning" data-failed=(act.id) hidden { (if act.id == "exchange" { text.late } else { text.refused }) }
            }
            div data-out=(act.id) {}
        }
    }
}

/// Without the script, nothing would happen.
fn button(act: &Act, label: &str) -> Markup {
    let class = match act.kind {
        ActKind::Story => None,
        ActKind::Attack => Some("danger"),
        ActKind::Fresh => Some("quiet"),
    };
    html! { button type="button" class=[class] data-act=(act.id) disabled { (label) } }
}

/// What is said only where it is so.
fn shown_note(id: &str, sentence: &str) -> Markup {
    let (before, after) = sentence.split_once("{seconds}").unwrap_or((sentence, ""));
    let class = if matches!(id, "denied" | "foreign" | "not-listed") { "warning" } else { "done" };
    html! {
        p class=(class) data-note=(id) hidden {
            (before) @if !after.is_empty() { strong data-seconds {} (after) }
        }
    }
}

fn exchange(text: &PlaygroundText) -> Markup {
    html! {
        details class="exchange" {
            summary { span data-summary {} }
            div class="wire" {
                div { p class="half" { (text.request) } pre data-request {} }
                div { p class="half" { (text.response) } pre data-response {} }
            }
        }
    }
}

fn keeps(text: &PlaygroundText, words: &StepText) -> Markup {
    html! {
        h3 { (text.keeps) }
        div class="keeps" {
            @for (party, kept) in text.parties.iter().zip(words.keeps) {
                div {
                    h4 { (party.name) " " span { (party.other) } }
                    p class="hint" { (party.here) }
                    ul {
                        @for item in kept { li { (named(item)) } }
                        @if kept.is_empty() { li class="hint" { (text.nothing) } }
                    }
                }
            }
        }
    }
}

/// A sentence with the names in it: the script puts values beside them.
fn named(sentence: &str) -> Markup {
    html! {
        @for part in sentence.split_inclusive('}') {
            @let (words, name) = part.split_once('{').unwrap_or((part, ""));
            (words)
            @if let Some((name, number)) = name.strip_suffix('}').map(number) { code data-value=(name) { (number) } }
        }
    }
}

/// What the story calls it, as simple explanations do: 1, 2, 3, 4.
fn number(name: &str) -> (&str, &str) {
    match name {
        "client_id" => (name, "1"),
        "client_secret" => (name, "2"),
        "code" => (name, "3"),
        "access_token" => (name, "4"),
        "refresh_token" => (name, "5"),
        "next_access_token" => ("access_token", "6"),
        "next_refresh_token" => ("refresh_token", "7"),
        "redirect_uri" => (name, "/playground"),
        "state" => (name, "S"),
        "verifier" => (name, "V"),
        _ => (name, name),
    }
}

fn summary(text: &PlaygroundText) -> Markup {
    let [attack, stopped_by] = text.summary_heads;
    html! {
        h3 { (text.summary) }
        div class="scroll" {
            table {
                thead { tr { th scope="col" { (attack) } th scope="col" { (stopped_by) } } }
                tbody { @for [attack, stopped_by] in text.stopped { tr { td { (attack) } td { (stopped_by) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::language::Language;

    #[test]
    fn both_languages_have_words_for_everything() {
        for language in [Language::En, Language::Ko] {
            let text = PlaygroundText::of(language);
            for (step, words) in STORY.iter().zip(&text.steps) {
                assert_eq!(step.arrows.len(), words.arrows.len(), "{} {language:?}", step.id);
                assert_eq!(step.acts.len(), words.acts.len(), "{} {language:?}", step.id);
                assert_eq!(step.notes.len(), words.notes.len(), "{} {language:?}", step.id);
                for sentence in words.keeps.iter().copied().flatten() {
                    let names = sentence.split('{').skip(1).map(|part| part.split('}').next().unwrap());
                    assert!(names.map(number).all(|(name, number)| name != number), "{sentence}");
                }
            }
        }
    }

    #[test]
    fn names_stand_where_the_sentence_has_them() {
        let shown = named("a {client_id}, b {code} c").into_string();
        let expected = "a <code data-value=\"client_id\">1</code>, b <code data-value=\"code\">3</code> c";
        assert_eq!(shown, expected);
    }
}
