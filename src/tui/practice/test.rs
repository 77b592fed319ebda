//! A test over all lessons, and its sheet.

use std::time::Duration;

use super::work::{Next, Title, Work, cut_at};
use crate::lessons::{Attempt, ClosingTest, PracticeStage, Writing};
use crate::refine::Granularity;
use crate::tui::keys::Context;
use crate::tui::look::Look;

/// A test, one set after the other.
#[derive(Debug)]
pub(super) struct Test {
    pub(super) test: ClosingTest,
    /// Whether its sheet is shown, with what came of each set.
    pub(super) shows_sheet: bool,
}

impl Work for Test {
    fn attempt(&self) -> &Attempt {
        &self.test.part().attempt
    }

    fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        Some(self.test.attempt_mut())
    }

    fn check(&mut self) {
        self.test.hand_in();
    }

    fn tell(&mut self) {
        self.test.attempt_mut().tell();
    }

    fn next(&mut self) -> Next {
        let next = self.test.next_open();
        self.shows_sheet = next.is_none();
        self.test.go_to(next.unwrap_or(0));
        Next::Here
    }

    /// `Test: set 3 of 7`, and `seed 12 · 2 handed in, 1 right`.
    fn title(&self, heading: &str, look: &Look) -> Title {
        let (test, all) = (&self.test, self.test.parts().len());
        let heading = if self.shows_sheet {
            let of_lessons = test.of_lessons().count();
            let statement = test.statement_score();
            let statement = statement.map(|timed| {
                let score = timed.score;
                format!(
                    ", and {} of {} entries of the statement",
                    score.right,
                    score.wanted()
                )
            });
            format!(
                "{heading}: {} of {of_lessons} sets right{} ",
                test.right_of_lessons(),
                statement.unwrap_or_default()
            )
        } else {
            let cut = match test.part().set.subject.granularity() {
                Granularity::Word => String::new(),
                other => format!(", {}", cut_at(other)),
            };
            format!("{heading}: set {} of {all}{cut} ", test.at() + 1)
        };
        let seed = format!("seed {}", test.seed());
        let (handed_in, right) = (test.handed_in(), test.right());
        let dot = look.glyphs.dot;
        Title {
            heading,
            facts: vec![
                format!("{seed} {dot} {handed_in} handed in, {right} right "),
                format!("{seed} "),
            ],
        }
    }

    fn seen(&self) -> String {
        format!("{} {}", self.test.at(), self.shows_sheet)
    }

    fn verdict(&self) -> Option<&'static str> {
        match self.attempt().stage() {
            PracticeStage::Open | PracticeStage::Tried => None,
            PracticeStage::Right => Some("RIGHT."),
            PracticeStage::Told => Some("NOT RIGHT."),
        }
    }

    fn reminder(&self, _: &dyn Writing) -> String {
        String::new()
    }

    fn tells_point(&self) -> bool {
        true
    }

    fn is_by_heart(&self) -> bool {
        true
    }

    fn context(&self) -> Option<Context> {
        self.shows_sheet.then_some(Context::TestSheet)
    }

    fn test(&self) -> Option<&ClosingTest> {
        Some(&self.test)
    }

    fn sheet(&self) -> Option<&ClosingTest> {
        self.shows_sheet.then_some(&self.test)
    }

    fn key_pressed(&mut self, since_opened: Duration) {
        self.test.key_pressed(since_opened);
    }

    fn look_at_set(&mut self, at: usize) {
        self.test.go_to(at);
        self.shows_sheet = false;
    }
}
