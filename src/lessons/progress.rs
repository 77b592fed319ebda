//! How far the user is in each lesson, saved in the state folder.

use std::collections::BTreeMap;
use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::practice::{ClosingTest, Mistakes, Tally, TestProgress};
use super::reply::{Replies, Saved};
use crate::store::{change_state, read_state};

/// The file of the state folder that it is kept in.
const FILE: &str = "lessons.json";

/// How far the user is in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// At this step on the few names that a lesson begins with, counted from 0.
    First(usize),
    /// Watching and predicting: at this step, counted from 0.
    Steps(usize),
    /// At the task, which is not done yet.
    Task,
    /// The task is done, and with it the lesson.
    Done,
}

/// How far the user is in a lesson, and the answers to its questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which of the lesson's parts is on the screen.
    pub stage: Stage,
    /// What was answered to the questions so far.
    pub replies: Replies,
}

/// How far the user is in one lesson, as it is saved. A part of it that cannot be read counts as nothing, and each
/// reply by itself: another version may have saved it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Whether its task was done at some time.
    #[serde(deserialize_with = "readable")]
    pub done: bool,
    /// Where it was left in the middle.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<SavedStage>,
    /// How its questions were answered.
    #[serde(deserialize_with = "readable_replies")]
    #[serde(skip_serializing_if = "Replies::is_empty")]
    pub replies: Replies,
    /// The most questions that were right in one go; of tests the most sets about a lesson.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "is_none_right")]
    pub best: usize,
    /// How practice on its point went.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "Tally::is_empty")]
    pub practice: Tally,
    /// The traps that were gone into lately in practice on its point.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "Mistakes::is_empty")]
    pub mistakes: Mistakes,
    /// What is kept of tests over all lessons.
    #[serde(deserialize_with = "readable")]
    #[serde(skip_serializing_if = "TestProgress::is_empty")]
    pub test: TestProgress,
}

/// Where a lesson was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SavedStage {
    /// At this step on its first few names, counted from 0.
    First(usize),
    /// At this step, counted from 0.
    Step(usize),
    /// At the task of the lesson.
    Task,
}

impl From<SavedStage> for Stage {
    fn from(left: SavedStage) -> Self {
        match left {
            SavedStage::First(at) => Stage::First(at),
            SavedStage::Step(at) => Stage::Steps(at),
            SavedStage::Task => Stage::Task,
        }
    }
}

/// Whether no question was right.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none_right(right: &usize) -> bool {
    *right == 0
}

impl Progress {
    /// How far the user is in each lesson, by its number or folder. What cannot be read counts as
    /// nothing: it is only progress.
    pub fn all() -> BTreeMap<String, Progress> {
        let saved = read(read_state(FILE)).into_iter();
        saved
            .map(|(key, progress)| (key, readable_in(progress)))
            .collect()
    }

    /// Saves how far the user is in the lesson called `key`, and that so many of its questions were right.
    ///
    /// # Errors
    /// A state folder that cannot be written.
    pub fn save(key: &str, reached: &Reached, right: usize) -> io::Result<()> {
        change_state(FILE, |text| {
            changed(text, key, |progress| {
                progress.set(reached);
                progress.best = progress.best.max(right);
            })
        })
    }

    /// Saves how practice on the lesson called `key` goes.
    ///
    /// # Errors
    /// A state folder that cannot be written.
    pub fn save_practice(key: &str, tally: Tally, mistakes: &Mistakes) -> io::Result<()> {
        change_state(FILE, |text| {
            changed(text, key, |progress| {
                progress.practice = tally;
                progress.mistakes = mistakes.clone();
            })
        })
    }

    /// Saves how far one is with a test over all lessons, called `key`; once all is handed in how many sets were right, the
    /// most so far.
    ///
    /// # Errors
    /// A state folder that cannot be written.
    pub fn save_test(key: &str, test: &ClosingTest) -> io::Result<()> {
        change_state(FILE, |text| {
            changed(text, key, |progress| {
                progress.test.note(test);
                if test.is_counted() {
                    progress.done = true;
                    progress.best = progress.best.max(test.right_of_lessons());
                }
            })
        })
    }

    fn set(&mut self, reached: &Reached) {
        let stage = reached.stage;
        self.replies = reached.replies.clone();
        self.done |= stage == Stage::Done;
        self.left = match stage {
            Stage::Done => None,
            // At the first step nothing is behind one, unless something was answered.
            Stage::First(0) | Stage::Steps(0) if reached.replies.is_empty() => None,
            Stage::First(at) => Some(SavedStage::First(at)),
            Stage::Steps(at) => Some(SavedStage::Step(at)),
            Stage::Task => Some(SavedStage::Task),
        };
    }
}

/// What is saved of each lesson, read or not.
fn read(text: Option<String>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// The text with what `change` does to the lesson called `key`. All else stays as it is there: what this version
/// cannot read, another one can.
fn changed(
    text: Option<String>,
    key: &str,
    change: impl FnOnce(&mut Progress),
) -> io::Result<String> {
    let mut all = read(text);
    let saved = all.entry(key).or_insert_with(|| Value::Object(Map::new()));
    let mut progress: Progress = readable_in(saved.clone());
    let before = fields(&progress)?;
    change(&mut progress);
    let after = fields(&progress)?;
    let kept = match saved.take() {
        Value::Object(kept) => kept,
        _ => Map::new(),
    };
    *saved = Value::Object(with_changes(kept, &before, after));
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

/// What is saved, with what is another in `after` than in `before`, both of which have only what can be read of it.
fn with_changes(
    mut saved: Map<String, Value>,
    before: &Map<String, Value>,
    after: Map<String, Value>,
) -> Map<String, Value> {
    saved.retain(|field, _| !before.contains_key(field) || after.contains_key(field));
    for (field, value) in after {
        let was = before.get(&field);
        let value = match (saved.remove(&field), was, value) {
            (Some(saved), Some(was), value) if *was == value => saved,
            (Some(Value::Object(saved)), was, Value::Object(after)) => {
                let nothing = Map::new();
                let was = was.and_then(Value::as_object).unwrap_or(&nothing);
                Value::Object(with_changes(saved, was, after))
            }
            (_, _, value) => value,
        };
        saved.insert(field, value);
    }
    saved
}

fn fields(progress: &Progress) -> serde_json::Result<Map<String, Value>> {
    serde_json::from_value(serde_json::to_value(progress)?)
}

fn readable_in<T: DeserializeOwned + Default>(value: Value) -> T {
    serde_json::from_value(value).unwrap_or_default()
}

/// What can be read of it; else nothing.
pub(super) fn readable<'de, D, T>(saved: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Value::deserialize(saved).map(readable_in)
}

fn readable_replies<'de, D: Deserializer<'de>>(saved: D) -> Result<Replies, D::Error> {
    let all: Map<String, Value> = readable(saved)?;
    let replies = all.into_iter().filter_map(|(question, reply)| {
        let reply: Saved = serde_json::from_value(reply).ok()?;
        Some((question, reply))
    });
    Ok(replies.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::lessons::Reply;

    /// Lessons 2 and 3 as another version may have saved them, in lesson 2 with what this one does not know.
    const SAVED: &str = r#"{
        "1": {"done": true, "best": 4},
        "2": {"left": {"tour": 2}, "best": "all", "seen": ["trie"],
              "replies": {"GetBucket": "in-a-dream", "GetJob": "later"}},
        "3": "lost",
        "practice": {"practice": {"sets": "many"}}
    }"#;

    fn saved_with(key: &str, change: impl FnOnce(&mut Progress)) -> Value {
        let text = changed(Some(SAVED.to_owned()), key, change).expect("a text");
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn what_cannot_be_read_is_lost_in_no_other_lesson() {
        let before: Value = serde_json::from_str(SAVED).expect("JSON");
        let after = saved_with("4", |progress| progress.done = true);
        for key in ["1", "2", "3", "practice"] {
            assert_eq!(after[key], before[key]);
        }
        assert_eq!(after["4"], serde_json::json!({"done": true}));
    }

    #[test]
    fn each_part_of_a_lesson_is_read_by_itself() {
        let all = read(Some(SAVED.to_owned()));
        let second: Progress = readable_in(all["2"].clone());
        let replies: Vec<(String, Saved)> = second.replies.into_iter().collect();
        assert_eq!(replies, [("GetJob".to_owned(), Reply::Later.into())]);
        assert_eq!((second.left, second.best), (None, 0));
        let third: Progress = readable_in(all["3"].clone());
        assert_eq!(third, Progress::default());
    }

    #[test]
    fn what_is_kept_of_tests_is_read_part_by_part() {
        let saved = r#"{"test": {"done": true, "best": 5, "test":
            {"left": {"seed": "many"}, "seen": [3, 12], "statement": "all"}}}"#;
        let all = read(Some(saved.to_owned()));
        let test: Progress = readable_in(all["test"].clone());
        assert_eq!((test.best, test.test.left), (5, None));
        assert_eq!(test.test.seen, BTreeSet::from([3, 12]));
        // What an earlier version saved is kept of it.
        let earlier: Progress = readable_in(serde_json::json!({"done": true, "best": 5}));
        assert_eq!((earlier.best, earlier.test.is_empty()), (5, true));
    }

    #[test]
    fn a_part_that_is_not_changed_stays_as_it_was_saved() {
        let before: Value = serde_json::from_str(SAVED).expect("JSON");
        let practised = saved_with("2", |progress| progress.practice.sets = 1);
        for part in ["left", "best", "seen", "replies"] {
            assert_eq!(practised["2"][part], before["2"][part]);
        }
        assert_eq!(practised["2"]["practice"]["sets"], 1);
        let answered = saved_with("2", |progress| progress.replies = Replies::default());
        assert!(answered["2"].get("replies").is_none(), "{answered}");
        assert_eq!(answered["2"]["seen"], before["2"]["seen"]);
        // What another version answered stays beside what is answered now.
        let one_more = saved_with("2", |progress| {
            progress
                .replies
                .extend([("GetBin".to_owned(), Reply::Passed)]);
        });
        assert_eq!(
            one_more["2"]["replies"],
            serde_json::json!({"GetBin": "passed", "GetBucket": "in-a-dream", "GetJob": "later"})
        );
        let mended = saved_with("3", |progress| progress.best = 2);
        assert_eq!(mended["3"], serde_json::json!({"done": false, "best": 2}));
    }
}
