//! `lesson.toml` as it is written.
//!
//! ```toml
//! title = "…"
//! wrong = "what goes wrong where this is not known"
//! watch = "what to watch"
//! wildcard = "s3:Get*"        # whose steps are played
//! first = ["s3:GetObject"]    # the same on these names alone, before
//! ask = ["s3:GetObject"]      # which prefixes are asked about
//! actions = "today"           # or "june-2024"
//! task = "…"
//! hint = ["where to look", "which key", "all of it"]
//! keys = ["x"]                # those that the task takes
//! sentence = "what to remember"
//!
//! [[start]]                   # what somebody did before the task begins
//! entry = "s3:Get*"
//! split = ["s3:GetObject"]
//!
//! [done]                      # what has to hold then
//! entries = ["s3:GetObject*", "s3:GetJobTagging"]
//! ```

use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use crate::lessons::lesson::ScreenPart;
use crate::review::Decision;
use crate::text::printable;

/// `lesson.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) title: String,
    pub(super) wrong: String,
    pub(super) watch: String,
    pub(super) wildcard: Spanned<String>,
    pub(super) steps: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) first: Vec<Spanned<String>>,
    pub(super) first_wildcard: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) first_unused: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) ask: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) remark: Vec<Spanned<WrittenRemark>>,
    #[serde(default)]
    pub(super) tour: Vec<WrittenStop>,
    #[serde(default = "yes")]
    pub(super) walk: bool,
    #[serde(default = "yes")]
    pub(super) reasons_beside: bool,
    /// Read by itself, as `write` is: which keys it can have depends on what is asked.
    #[expect(dead_code, reason = "it is known, and read by itself")]
    pub(super) case: Option<IgnoredAny>,
    #[serde(default)]
    pub(super) actions: Known,
    pub(super) task: String,
    #[serde(default)]
    pub(super) hint: Hints,
    #[serde(default)]
    pub(super) keys: Vec<char>,
    pub(super) sentence: String,
    #[serde(default)]
    pub(super) start: Vec<Spanned<WrittenStart>>,
    pub(super) done: Option<Spanned<WrittenGoals>>,
    pub(super) write: Option<Spanned<IgnoredAny>>,
}

/// Which actions there are in a lesson.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) enum Known {
    /// Those of the built-in catalogue.
    #[default]
    #[serde(rename = "today")]
    Today,
    /// S3's as they were on the day of the article.
    #[serde(rename = "june-2024")]
    June2024,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenStart {
    pub(super) entry: Spanned<String>,
    #[serde(default)]
    pub(super) keep: Vec<Spanned<String>>,
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) drop: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) split: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) whole: Vec<Spanned<String>>,
    #[serde(default = "accepted")]
    pub(super) decision: Decision,
}

/// How a task can be done, at once or in stages.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a hint is a text, or a list of texts")]
pub(super) enum Hints {
    One(String),
    Several(Vec<String>),
}

impl Default for Hints {
    fn default() -> Self {
        Hints::Several(Vec::new())
    }
}

impl Hints {
    pub(super) fn in_lines(&self) -> Vec<String> {
        match self {
            Hints::One(hint) => vec![in_one_line(hint)],
            Hints::Several(hints) => hints.iter().map(|hint| in_one_line(hint)).collect(),
        }
    }
}

/// What is said of a prefix before its step is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRemark {
    pub(super) at: Spanned<String>,
    pub(super) tell: String,
}

/// What is said of a part of the screen before the task.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenStop {
    pub(super) at: ScreenPart,
    pub(super) tell: String,
}

fn yes() -> bool {
    true
}

fn accepted() -> Decision {
    Decision::Accepted
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenGoals {
    #[serde(default)]
    pub(super) gone: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) granted: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) reasons: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) entries: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) without_stars: bool,
}

/// A text as it may be shown; where its lines end is for the screen to say.
pub(super) fn in_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    printable(&words.join(" ")).into_owned()
}
