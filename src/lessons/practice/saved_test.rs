//! A test as it is saved where it is left, and what is kept of those that were taken.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Exercise, PracticeStage, WrittenEntries};
use super::closing_test::{ClosingTest, TestPart};
use super::entry_score::TimedScore;
use crate::catalogue::Catalogue;
use crate::iam::ActionPattern;
use crate::lessons::progress::readable;
use crate::text::sha256;

/// What is kept of tests. Of what cannot be read nothing is kept: another version may have saved it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TestProgress {
    /// The test that was left before its end.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<SavedTest>,
    /// The seeds of which a result was seen: they count once.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub seen: BTreeSet<u64>,
    /// The best of the whole statements.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<TimedScore>,
}

impl TestProgress {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == TestProgress::default()
    }

    /// Takes over how far one is with a test.
    pub fn note(&mut self, test: &ClosingTest) {
        if test.handed_in() > 0 {
            self.seen.insert(test.seed());
        }
        self.left = test.next_open().is_some().then(|| SavedTest::of(test));
        if test.is_counted() {
            let both = self.statement.into_iter().chain(test.statement_score());
            self.statement = both.reduce(TimedScore::better);
        }
    }
}

/// A test that was left, to be gone on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedTest {
    /// What tells its sets.
    pub seed: u64,
    /// What these were, as a hash: another version, or other actions, may make others of the same seed.
    sets: String,
    is_first_time: bool,
    parts: Vec<SavedPart>,
}

/// How far a set of it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SavedPart {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    chosen: Vec<Option<usize>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handed_in: Option<HandedIn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
}

/// What came of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum HandedIn {
    Right,
    Wrong,
}

impl SavedTest {
    /// How far one is with a test.
    pub fn of(test: &ClosingTest) -> Self {
        SavedTest {
            seed: test.seed(),
            sets: hash(test.parts()),
            is_first_time: test.is_first_time(),
            parts: test.parts().iter().map(SavedPart::of).collect(),
        }
    }

    /// How many sets are handed in, and how many there are.
    pub fn handed_in(&self) -> (usize, usize) {
        let parts = self.parts.iter();
        let handed_in = parts.filter(|part| part.handed_in.is_some());
        (handed_in.count(), self.parts.len())
    }

    /// The test where it was left; none where its sets are not the same any more.
    ///
    /// ```
    /// use iam_refine::catalogue::Catalogue;
    /// use iam_refine::lessons::{ClosingTest, SavedTest};
    /// let mut test = ClosingTest::begin(&Catalogue::built_in(), 12).expect("a test");
    /// test.hand_in();
    /// let again = SavedTest::of(&test).resumed(&Catalogue::built_in()).expect("the same sets");
    /// assert_eq!((again.seed(), again.handed_in(), again.at()), (12, 1, 1));
    /// ```
    pub fn resumed(&self, catalogue: &Arc<Catalogue>) -> Option<ClosingTest> {
        let mut test = ClosingTest::begin(catalogue, self.seed)?;
        let is_same = hash(test.parts()) == self.sets && test.parts().len() == self.parts.len();
        if !is_same {
            return None;
        }
        for (at, saved) in self.parts.iter().enumerate() {
            test.go_to(at);
            let exercise = test.part().set.exercise.clone();
            saved.write(&exercise, test.attempt_mut())?;
            test.set_spent(saved.seconds.map(Duration::from_secs));
        }
        test.go_to(test.next_open().unwrap_or_default());
        Some(if self.is_first_time {
            test
        } else {
            test.again()
        })
    }
}

impl SavedPart {
    fn of(part: &TestPart) -> Self {
        let entries = part.attempt.entries().into_iter();
        let entries = entries.flat_map(WrittenEntries::in_order);
        let rows = part.attempt.rows();
        SavedPart {
            entries: entries.map(ToString::to_string).collect(),
            chosen: rows.map_or_else(Vec::new, |rows| rows.chosen().to_vec()),
            handed_in: match part.attempt.stage() {
                PracticeStage::Open | PracticeStage::Tried => None,
                PracticeStage::Right => Some(HandedIn::Right),
                PracticeStage::Told => Some(HandedIn::Wrong),
            },
            seconds: part.spent.map(|spent| spent.as_secs()),
        }
    }

    /// Writes and chooses what was, and hands it in if it was. None where it cannot be read.
    fn write(&self, exercise: &Exercise, attempt: &mut Attempt) -> Option<()> {
        let begun = exercise.writing().map(|writing| writing.begun().to_vec());
        for entry in begun.unwrap_or_default() {
            attempt.toggle(&entry);
        }
        for entry in &self.entries {
            let entry: ActionPattern = entry.parse().ok()?;
            attempt.toggle(&entry);
        }
        for (row, chosen) in self.chosen.iter().enumerate() {
            if let Some(choice) = chosen {
                attempt.choose(row, *choice);
            }
        }
        match self.handed_in {
            None => {}
            Some(HandedIn::Right) => _ = attempt.check(),
            Some(HandedIn::Wrong) => _ = attempt.tell(),
        }
        Some(())
    }
}

/// What is asked in these sets, and what is right, in few letters.
fn hash(parts: &[TestPart]) -> String {
    let asked = parts.iter().map(|part| match &part.set.exercise {
        Exercise::Choose(choosing) => {
            let rows = choosing.rows.iter().map(|row| (&row.what, row.right));
            let rows: Vec<_> = rows.collect();
            format!("{} {:?} {rows:?}", choosing.asked, choosing.known)
        }
        exercise => exercise.writing().map_or_else(String::new, |writing| {
            format!("{:?} {:?}", writing.listed(), writing.wanted())
        }),
    });
    let asked: Vec<String> = asked.collect();
    sha256(&asked.join("\n")).split_at(16).0.to_owned()
}
