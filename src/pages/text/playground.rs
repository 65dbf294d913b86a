//! The sentences of the playground.

use crate::model::language::Language;
use crate::pages::text::{en, ko};

/// How many steps the story has.
pub const STEPS: usize = 11;

/// The sentences of the playground in one language. In braces stand the names of what the story's parties keep.
#[derive(Debug)]
pub struct PlaygroundText {
    /// What the page is.
    pub lead: &'static str,
    /// What is missing where scripts do not run.
    pub without_script: &'static str,
    /// Name of the list of steps.
    pub progress: &'static str,
    /// Name of the drawing.
    pub drawing: &'static str,
    /// What is to be seen in it.
    pub drawing_description: &'static str,
    /// Resource owner, client and server: what they are called, in the other language too, and who that is here.
    pub parties: [PartyText; 3],
    /// Button.
    pub back: &'static str,
    /// Button.
    pub next: &'static str,
    /// Button.
    pub restart: &'static str,
    /// What to do before the next step.
    pub not_yet: &'static str,
    /// Box to tick.
    pub easy: &'static str,
    /// Box to tick.
    pub reveal: &'static str,
    /// What the boxes are about.
    pub legend: &'static str,
    /// Over a request.
    pub request: &'static str,
    /// Over a response.
    pub response: &'static str,
    /// Before what simple explanations leave out.
    pub today: &'static str,
    /// Over the attacks of a step.
    pub attacks: &'static str,
    /// Over what each party has.
    pub keeps: &'static str,
    /// Who has nothing.
    pub nothing: &'static str,
    /// The grant is over.
    pub ended: &'static str,
    /// Button.
    pub fresh: &'static str,
    /// What the button is for.
    pub fresh_hint: &'static str,
    /// A button that led nowhere.
    pub refused: &'static str,
    /// The code is too old.
    pub late: &'static str,
    /// The server does not answer.
    pub unreachable: &'static str,
    /// What the client calls itself.
    pub client_name: &'static str,
    /// What the other client calls itself.
    pub other_name: &'static str,
    /// What the client adds to the calendar.
    pub entry: &'static str,
    /// The steps.
    pub steps: [StepText; STEPS],
    /// Over the last table.
    pub summary: &'static str,
    /// Heads of the last table.
    pub summary_heads: [&'static str; 2],
    /// What was tried, and what stopped it.
    pub stopped: [[&'static str; 2]; 8],
}

/// One of the three.
#[derive(Debug)]
pub struct PartyText {
    /// Its name.
    pub name: &'static str,
    /// Its name in the other language.
    pub other: &'static str,
    /// Who it is here.
    pub here: &'static str,
}

/// One step.
#[derive(Debug)]
pub struct StepText {
    /// In the list of steps.
    pub short: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Who talks to whom.
    pub who: &'static str,
    /// Why there is this step.
    pub why: &'static str,
    /// Where simple explanations differ from today's rules.
    pub today: Option<&'static str>,
    /// On the arrows.
    pub arrows: &'static [&'static str],
    /// The buttons.
    pub acts: &'static [ActText],
    /// What may have to be said.
    pub notes: &'static [&'static str],
    /// What resource owner, client and server have after it.
    pub keeps: [&'static [&'static str]; 3],
}

/// One button.
#[derive(Debug)]
pub struct ActText {
    /// On it.
    pub button: &'static str,
    /// What it did.
    pub explained: &'static str,
}

impl PlaygroundText {
    /// The sentences of a language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::playground::TEXT,
            Language::Ko => &ko::playground::TEXT,
        }
    }
}
