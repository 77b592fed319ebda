//! A test over all lessons: a set about each of them, without hints, each handed in once.

use std::sync::Arc;

use super::attempt::{Attempt, PracticeStage, WrittenEntries};
use super::dice::Dice;
use super::seed::Seed;
use super::session::{PracticeSet, Sets};
use super::subject::Subject;
use crate::catalogue::Catalogue;

/// A set about each of the built-in lessons, in any order, and how far one is with each.
#[derive(Clone, Debug)]
pub struct ClosingTest {
    seed: u64,
    parts: Vec<TestPart>,
    at: usize,
}

/// A set of a test, and what was handed in.
#[derive(Clone, Debug)]
pub struct TestPart {
    /// The set.
    pub set: PracticeSet,
    /// What is written or chosen; done once it is handed in.
    pub attempt: Attempt,
}

impl ClosingTest {
    /// The test of a seed, on the actions in `catalogue`: the same for whoever has the same ones. None where these are too
    /// few to ask about.
    pub fn begin(catalogue: &Arc<Catalogue>, seed: u64) -> Option<Self> {
        let mut dice = Dice::of(seed);
        let lessons = 1..=Subject::ALL.iter().map(|subject| subject.lesson()).max()?;
        let parts = lessons.map(|lesson| {
            let subject = dice.pick(&Subject::of_lesson(lesson)).copied()?;
            let sets = Sets::of(Arc::clone(catalogue), &[subject]);
            let set = sets.deal(Seed::middling(dice.next()).number())?;
            let attempt = Attempt::new(&set.exercise);
            Some(TestPart { set, attempt })
        });
        let mut parts = parts.collect::<Option<Vec<TestPart>>>()?;
        // Where it stands would tell which lesson it is about.
        dice.shuffle(&mut parts);
        Some(ClosingTest { seed, parts, at: 0 })
    }

    /// What tells the whole test.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Its sets, in their order.
    pub fn parts(&self) -> &[TestPart] {
        &self.parts
    }

    /// Which of them is worked on.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The set that is worked on.
    pub fn part(&self) -> &TestPart {
        &self.parts[self.at]
    }

    /// The same, to write or to choose something; [`hand_in`](Self::hand_in) counts.
    pub fn attempt_mut(&mut self) -> &mut Attempt {
        &mut self.parts[self.at].attempt
    }

    /// Hands in what is written or chosen: it is right, or what is right is told.
    pub fn hand_in(&mut self) {
        let attempt = self.attempt_mut();
        if attempt.check() == Some(false) {
            attempt.tell();
        }
    }

    /// Goes to another set.
    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.parts.len() - 1);
    }

    /// The first set that is not handed in.
    pub fn next_open(&self) -> Option<usize> {
        let mut parts = self.parts.iter();
        parts.position(|part| !part.attempt.is_done())
    }

    /// How many sets are handed in.
    pub fn handed_in(&self) -> usize {
        let parts = self.parts.iter();
        parts.filter(|part| part.attempt.is_done()).count()
    }

    /// How many of them are right.
    pub fn right(&self) -> usize {
        self.parts.iter().filter(|part| part.is_right()).count()
    }
}

impl TestPart {
    /// Whether what was handed in is right.
    pub fn is_right(&self) -> bool {
        self.attempt.stage() == PracticeStage::Right
    }

    /// What was missed of it, in a sentence; none where nothing was.
    pub fn missed(&self) -> Option<String> {
        if self.is_right() {
            return None;
        }
        if let Some(rows) = self.attempt.rows() {
            let right = rows.judged().iter().filter(|row| **row == Some(true));
            return Some(format!(
                "{} of {} rows right.",
                right.count(),
                rows.judged().len()
            ));
        }
        let point = self.attempt.entries().and_then(WrittenEntries::point);
        point.map(str::to_owned)
    }
}
