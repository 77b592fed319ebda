//! What is worked on, and what is done otherwise in one kind of it than in another.

use std::fmt;
use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::draw::exercise;
use super::state::PracticeScreen;
use crate::lessons::{Attempt, ClosingTest, Playground, Practice, PracticeStage, Score, Writing};
use crate::refine::Granularity;
use crate::tui::keys::Context;
use crate::tui::look::Look;

/// A kind of work: sets, the task of a lesson, a playground, a test. Each is in a file of its own, and says there all that
/// it does otherwise.
pub(crate) trait Work: fmt::Debug {
    /// What is being done.
    fn attempt(&self) -> &Attempt;

    /// The same, to write or to choose something; none where all is written already.
    fn attempt_mut(&mut self) -> Option<&mut Attempt>;

    /// Checks whether what is written or chosen is right.
    fn check(&mut self);

    /// Tells what is right.
    fn tell(&mut self);

    /// Goes on from what is done.
    fn next(&mut self) -> Next;

    /// What stands above all.
    fn title(&self, heading: &str, look: &Look) -> Title;

    /// All that a key can change of it beside what is written and chosen, to know whether one did.
    fn seen(&self) -> String;

    /// What is to be done, above the names or rows.
    fn above<'a>(&self, screen: &PracticeScreen, look: &Look, area: Rect) -> Vec<Line<'a>> {
        exercise(look, screen, usize::from(area.width))
    }

    /// What came of it, in a word.
    fn verdict(&self) -> Option<&'static str> {
        match self.attempt().stage() {
            PracticeStage::Open => None,
            PracticeStage::Right => Some("RIGHT."),
            PracticeStage::Told => Some("TOLD."),
            PracticeStage::Tried => Some("NOT YET."),
        }
    }

    /// What is said before anything was checked.
    fn reminder(&self, writing: &dyn Writing) -> String {
        writing.rule()
    }

    /// Whether the point is told once it is done.
    fn tells_point(&self) -> bool {
        false
    }

    /// Whether it is done by heart: without hints, and nothing reminds of the rule.
    fn is_by_heart(&self) -> bool {
        false
    }

    /// Where a key is pressed, where that does not follow from what is being done.
    fn context(&self) -> Option<Context> {
        None
    }

    /// Goes on to the next lesson.
    ///
    /// # Errors
    /// Why it does not.
    fn next_lesson(&self) -> Result<(), &'static str> {
        Err("No lesson comes next; Enter goes on")
    }

    /// Whether it is the task of a lesson.
    fn is_task(&self) -> bool {
        false
    }

    /// Takes over what came of the questions of the lesson whose task it is.
    fn score_in_lesson(&mut self, _score: Option<Score>) {}

    /// The sets, if these are worked on.
    fn practice(&self) -> Option<&Practice> {
        None
    }

    /// The wildcard whose names are marked, if one is played with.
    fn playground(&self) -> Option<&Playground> {
        None
    }

    /// The same, to be changed.
    fn playground_mut(&mut self) -> Option<&mut Playground> {
        None
    }

    /// Asks for another wildcard, or does so no more.
    fn ask_wildcard(&mut self, _asks: bool) {}

    /// The test, if one is taken.
    fn test(&self) -> Option<&ClosingTest> {
        None
    }

    /// The test whose sheet is shown, if one is.
    fn sheet(&self) -> Option<&ClosingTest> {
        None
    }

    /// A key is pressed, so long since the screen was opened.
    fn key_pressed(&mut self, _since_opened: Duration) {}

    /// Goes from that sheet to the set at this place.
    fn look_at_set(&mut self, _at: usize) {}
}

/// Where names are cut, in the words of a title.
pub(super) fn cut_at(granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Word => "cut at words",
        Granularity::Character => "cut at every character",
        Granularity::Name => "names in full",
    }
}

/// What comes behind what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another set, or what is told of all.
    Here,
    /// Something for which this screen is left.
    Elsewhere,
}

/// What stands above all.
#[derive(Clone, Debug)]
pub(crate) struct Title {
    /// What is done.
    pub(super) heading: String,
    /// How it goes, in as many words as there may be room for; and in fewer, and fewer.
    pub(super) facts: Vec<String>,
}
