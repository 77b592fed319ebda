//! A test over all lessons, and its sheet.

use super::work::{Next, Title, Work};
use crate::lessons::{Attempt, ClosingTest, PracticeStage, Writing};
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
            format!("{heading}: {} of {all} right ", test.right())
        } else {
            format!("{heading}: set {} of {all} ", test.at() + 1)
        };
        let facts = format!(
            "seed {} {} {} handed in, {} right ",
            test.seed(),
            look.glyphs.dot,
            test.handed_in(),
            test.right()
        );
        Title {
            heading,
            facts: vec![facts],
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

    fn look_at_set(&mut self, at: usize) {
        self.test.go_to(at);
        self.shows_sheet = false;
    }
}
