//! How far the user is in each lesson, saved in the state folder.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};

use super::practice::Tally;
use super::quiz::Replies;
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

/// How far the user is in one lesson, as it is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Whether its task was done at some time.
    #[serde(default)]
    pub done: bool,
    /// Where it was left in the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<SavedStage>,
    /// How its questions were answered.
    #[serde(default, skip_serializing_if = "Replies::is_empty")]
    pub replies: Replies,
    /// The most questions that were right in one go.
    #[serde(default, skip_serializing_if = "is_none_right")]
    pub best: usize,
    /// How practice on its point went.
    #[serde(default, skip_serializing_if = "Tally::is_empty")]
    pub practice: Tally,
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
        read(read_state(FILE))
    }

    /// Saves how far the user is in the lesson called `key`, and that so many of its questions were right.
    ///
    /// # Errors
    /// A state folder that cannot be written.
    pub fn save(key: &str, reached: &Reached, right: usize) -> io::Result<()> {
        change_state(FILE, |text| {
            let mut all = read(text);
            let progress = all.entry(key.to_owned()).or_default();
            progress.set(reached);
            progress.best = progress.best.max(right);
            Ok(serde_json::to_string_pretty(&all)? + "\n")
        })
    }

    /// Saves how practice on the lesson called `key` goes.
    ///
    /// # Errors
    /// A state folder that cannot be written.
    pub fn save_practice(key: &str, tally: Tally) -> io::Result<()> {
        change_state(FILE, |text| {
            let mut all = read(text);
            all.entry(key.to_owned()).or_default().practice = tally;
            Ok(serde_json::to_string_pretty(&all)? + "\n")
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

fn read(text: Option<String>) -> BTreeMap<String, Progress> {
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}
