//! The task of a lesson whose entries are written by hand.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::draw::exercise;
use super::state::PracticeScreen;
use super::work::{Next, Title, Work};
use crate::lessons::{Attempt, PracticeStage, Score};
use crate::tui::look::Look;
use crate::tui::said::beside;

/// From this height on there is room for the task beside what is wrong.
const ROOMY_FROM: u16 = 30;

/// A task whose entries are written by hand.
#[derive(Debug)]
pub(super) struct WrittenTask {
    pub(super) attempt: Attempt,
    /// The task, in words.
    pub(super) what: String,
    /// The one sentence to remember, shown when it is done.
    pub(super) sentence: String,
    /// What came of the questions of its lesson.
    pub(super) score: Option<Score>,
}

impl Work for WrittenTask {
    fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        Some(&mut self.attempt)
    }

    fn check(&mut self) {
        self.attempt.check();
    }

    fn tell(&mut self) {
        self.attempt.tell();
    }

    fn next(&mut self) -> Next {
        Next::Elsewhere
    }

    fn title(&self, heading: &str, _: &Look) -> Title {
        Title {
            heading: heading.to_owned(),
            facts: vec!["nothing is written to a file ".to_owned()],
        }
    }

    fn seen(&self) -> String {
        String::new()
    }

    /// The task; once it is done, what to take along.
    fn above<'a>(&self, screen: &PracticeScreen, look: &Look, area: Rect) -> Vec<Line<'a>> {
        let room = usize::from(area.width);
        let stage = self.attempt.stage();
        // On a low screen what is wrong comes before the task, once it was read and tried.
        let is_left_out = area.height < ROOMY_FROM && stage == PracticeStage::Tried;
        let mut lines = match stage {
            _ if is_left_out => Vec::new(),
            PracticeStage::Right => {
                let word = format!("{} DONE", look.glyphs.safe);
                let style = look.safe.patch(look.strong);
                beside(look, (&word, style), &self.done(), room)
            }
            PracticeStage::Told => beside(look, ("TOLD ", look.strong), &self.done(), room),
            PracticeStage::Open | PracticeStage::Tried => {
                beside(look, ("TASK ", look.strong), &self.what, room)
            }
        };
        // What was to be written is told by what is written.
        if !self.attempt.is_done() {
            lines.extend(exercise(look, screen, room));
        }
        lines
    }

    fn next_lesson(&self) -> Result<(), &'static str> {
        Err("Practice comes first: Enter goes on to it")
    }

    fn is_task(&self) -> bool {
        true
    }

    fn score_in_lesson(&mut self, score: Option<Score>) {
        self.score = score;
    }
}

impl WrittenTask {
    fn done(&self) -> String {
        let score = self
            .score
            .map_or_else(String::new, |score| format!("Questions: {score}. "));
        format!(
            "{} {score}Enter goes on to practice, q leaves.",
            self.sentence
        )
    }
}
