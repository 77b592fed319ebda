//! Sets, one after the other.

use super::work::{Next, Title, Work};
use crate::lessons::{Attempt, Practice, Writing};
use crate::tui::look::Look;

/// One set after the other.
#[derive(Debug)]
pub(super) struct Sets {
    pub(super) practice: Practice,
    /// Whether a lesson comes next.
    pub(super) leads_on: bool,
}

impl Work for Sets {
    fn attempt(&self) -> &Attempt {
        self.practice.attempt()
    }

    fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        Some(self.practice.attempt_mut())
    }

    fn check(&mut self) {
        self.practice.check();
    }

    fn tell(&mut self) {
        self.practice.tell();
    }

    fn next(&mut self) -> Next {
        self.practice.next();
        Next::Here
    }

    /// `Practice: the sibling trap`, and `seed 12 · level 1 · 3 of 4 at once · in a row 2, best 3`; how it goes gives way,
    /// part by part.
    fn title(&self, heading: &str, look: &Look) -> Title {
        let (set, dot) = (self.practice.set(), look.glyphs.dot);
        let tally = self.practice.tally();
        let score = match tally.sets {
            0 => String::new(),
            sets => format!(" {dot} {} of {sets} at once", tally.at_once),
        };
        let row = match (self.practice.in_a_row(), tally.best) {
            (_, 0) => String::new(),
            (now, best) => format!(" {dot} in a row {now}, best {best}"),
        };
        let told = format!("seed {} {dot} level {}", set.seed, set.level.number());
        Title {
            heading: format!("{heading}: {} ", self.practice.title()),
            facts: vec![
                format!("{told}{score}{row} "),
                format!("{told}{score} "),
                format!("{told} "),
                format!("seed {} ", set.seed),
            ],
        }
    }

    fn seen(&self) -> String {
        self.practice.set().seed.to_string()
    }

    fn reminder(&self, writing: &dyn Writing) -> String {
        let again = self.practice.again();
        let again = again.map(|trap| format!("Again: {}. ", trap.in_short()));
        again.unwrap_or_default() + &writing.rule()
    }

    fn tells_point(&self) -> bool {
        true
    }

    fn next_lesson(&self) -> Result<(), &'static str> {
        if self.leads_on {
            Ok(())
        } else {
            Err("No lesson comes next; Enter goes on")
        }
    }

    fn practice(&self) -> Option<&Practice> {
        Some(&self.practice)
    }
}
