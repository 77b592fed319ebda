//! How far one is in each lesson, kept in the user's state folder.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};

use crate::store::{read_state, write_state};
use crate::tui::{Reached, Replies, Stage};

/// What it is kept in.
const FILE: &str = "lessons.json";

/// How far one is in one lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Whether its task was done at some time.
    #[serde(default)]
    pub done: bool,
    /// Where it was left in the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
    /// How its questions were answered.
    #[serde(default, skip_serializing_if = "Replies::is_empty")]
    pub replies: Replies,
}

/// Where a lesson was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Left {
    /// At this step, counted from 0.
    Step(usize),
    /// At the task.
    Task,
}

impl From<Left> for Stage {
    fn from(left: Left) -> Self {
        match left {
            Left::Step(at) => Stage::Steps(at),
            Left::Task => Stage::Task,
        }
    }
}

/// Lessons by their number or folder. What cannot be read counts as nothing: it is only progress.
pub fn all() -> BTreeMap<String, Progress> {
    let text = read_state(FILE);
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Keeps how far one is in the lesson called `key`.
pub fn keep(key: &str, reached: &Reached) -> io::Result<()> {
    let mut all = all();
    let own = all.entry(key.to_owned()).or_default();
    let stage = reached.stage;
    own.replies = reached.replies.clone();
    own.done |= stage == Stage::Done;
    own.left = match stage {
        // At the first step nothing is behind one.
        Stage::Steps(0) | Stage::Done => None,
        Stage::Steps(at) => Some(Left::Step(at)),
        Stage::Task => Some(Left::Task),
    };
    write_state(FILE, &(serde_json::to_string_pretty(&all)? + "\n"))
}
