//! A test over all lessons: a set about each of them and a whole statement, without hints, each handed in once.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::{Attempt, PracticeStage, WrittenEntries};
use super::dice::Dice;
use super::entry_score::{EntryScore, TimedScore, spent};
use super::seed::Seed;
use super::session::{PracticeSet, Sets};
use super::subject::Subject;
use crate::catalogue::Catalogue;

/// A set about each of the built-in lessons, in any order, then a whole statement, and how far one is with each.
#[derive(Clone, Debug)]
pub struct ClosingTest {
    seed: u64,
    parts: Vec<TestPart>,
    at: usize,
    /// Whether no result of this seed was seen before.
    is_first_time: bool,
    /// When a key was pressed last.
    last_key: Option<Duration>,
}

/// A set of a test, and what was handed in.
#[derive(Clone, Debug)]
pub struct TestPart {
    /// The set.
    pub set: PracticeSet,
    /// What is written or chosen; done once it is handed in.
    pub attempt: Attempt,
    /// How long it took from the first key to handing it in, or until now.
    pub spent: Option<Duration>,
}

impl ClosingTest {
    /// The test of a seed, on the actions in `catalogue`: the same for whoever has the same ones. None where these are too
    /// few to ask about.
    pub fn begin(catalogue: &Arc<Catalogue>, seed: u64) -> Option<Self> {
        let mut dice = Dice::of(seed);
        let lessons = Subject::ALL.into_iter().filter_map(Subject::lesson);
        let lessons = 1..=lessons.max()?;
        let deal = |subject: Subject, seed: Seed| {
            let sets = Sets::of(Arc::clone(catalogue), &[subject]);
            sets.deal(seed.number()).map(TestPart::new)
        };
        let parts = lessons.map(|lesson| {
            let subject = dice.pick(&Subject::of_lesson(lesson)).copied()?;
            deal(subject, Seed::middling(dice.next()))
        });
        let mut parts = parts.collect::<Option<Vec<TestPart>>>()?;
        // Where it stands would tell which lesson it is about.
        dice.shuffle(&mut parts);
        parts.push(deal(Subject::Whole, Seed::hard(dice.next()))?);
        Some(ClosingTest {
            seed,
            parts,
            at: 0,
            is_first_time: true,
            last_key: None,
        })
    }

    /// The same, taken by somebody who saw a result of it before: it does not count.
    #[must_use]
    pub fn again(self) -> Self {
        ClosingTest {
            is_first_time: false,
            ..self
        }
    }

    /// What tells the whole test.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Its sets, in their order.
    pub fn parts(&self) -> &[TestPart] {
        &self.parts
    }

    /// Those about one lesson each.
    pub fn of_lessons(&self) -> impl Iterator<Item = &TestPart> {
        let parts = self.parts.iter();
        parts.filter(|part| part.set.subject.lesson().is_some())
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

    /// A key is pressed, so long since the screen was opened: where one was pressed for the same set before, what lies
    /// between them was spent on it.
    pub fn key_pressed(&mut self, now: Duration) {
        let since = self.last_key.replace(now);
        let part = &mut self.parts[self.at];
        if !part.attempt.is_done() {
            part.spent = Some(match (part.spent, since) {
                (Some(spent), Some(since)) => spent + now.saturating_sub(since),
                (Some(spent), None) => spent,
                (None, _) => Duration::ZERO,
            });
        }
    }

    /// So long was spent on the set that is worked on.
    pub(super) fn set_spent(&mut self, spent: Option<Duration>) {
        self.parts[self.at].spent = spent;
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

    /// How many of those about one lesson are right.
    pub fn right_of_lessons(&self) -> usize {
        self.of_lessons().filter(|part| part.is_right()).count()
    }

    /// What came of the whole statement, once that is handed in.
    pub fn statement_score(&self) -> Option<TimedScore> {
        let mut parts = self.parts.iter();
        parts.find_map(TestPart::timed_score)
    }

    /// Whether no result of its seed was seen before.
    pub fn is_first_time(&self) -> bool {
        self.is_first_time
    }

    /// Whether all is handed in, and counts.
    pub fn is_counted(&self) -> bool {
        self.is_first_time && self.next_open().is_none()
    }
}

impl TestPart {
    fn new(set: PracticeSet) -> Self {
        TestPart {
            attempt: Attempt::new(&set.exercise),
            set,
            spent: None,
        }
    }

    /// Whether what was handed in is right.
    pub fn is_right(&self) -> bool {
        self.attempt.stage() == PracticeStage::Right
    }

    /// What came of a whole statement, once it is handed in.
    fn timed_score(&self) -> Option<TimedScore> {
        let is_counted = self.set.subject == Subject::Whole && self.attempt.is_done();
        let entries = self.attempt.entries().filter(|_| is_counted)?;
        Some(TimedScore {
            score: EntryScore::of(entries),
            seconds: self.spent.unwrap_or_default().as_secs(),
        })
    }

    /// How long it took, if a key was pressed for it: `6 min 12 s`.
    pub fn time(&self) -> Option<String> {
        self.spent.map(spent)
    }

    /// What is to be said of it in a sentence: what was missed, and of a whole statement how many entries are right.
    pub fn told(&self) -> Option<String> {
        if let Some(timed) = self.timed_score() {
            return Some(format!("{}.", timed.score));
        }
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
