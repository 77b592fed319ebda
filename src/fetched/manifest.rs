//! What a fetched folder says of itself: `manifest.json`.
//!
//! ```json
//! {"format": 1, "of": {"role": "MyRole"}, "account": "123456789012",
//!  "caller": "arn:aws:sts::123456789012:assumed-role/Audit/me", "aws": "aws-cli/2.31.0 …",
//!  "asked": {"profile": "prod"}, "startedAt": "2026-11-29T08:00:00Z",
//!  "completedAt": "2026-11-29T08:00:04Z",
//!  "analyzer": {"arn": "arn:aws:access-analyzer:…", "days": 90},
//!  "answers": [{"arguments": ["iam", "get-role", "--role-name", "MyRole"],
//!    "file": "get-role.MyRole.1f3a9c02.json", "sha256": "…", "at": "2026-11-29T08:00:01Z"}],
//!  "unanswered": [{"arguments": ["iam", "get-policy", …], "error": "An error occurred (AccessDenied) …",
//!    "message": "iam:GetPolicy is not permitted", "help": "…", "isDenied": true}], "notes": []}
//! ```

use std::fmt;

use crate::text::grouped;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The form of a manifest that is written and read.
pub const FORMAT: u32 = 1;

/// All of a manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// Whom it is of, and who asked.
    #[serde(flatten)]
    pub heading: Heading,
    /// When the last call was answered.
    pub completed_at: Timestamp,
    /// The analyzer whose findings these are; none where there is none.
    pub analyzer: Option<Analyzer>,
    /// The calls that were answered.
    pub answers: Vec<Answer>,
    /// The calls that were not.
    pub unanswered: Vec<Unanswered>,
    /// What else is to be told of it.
    pub notes: Vec<String>,
}

/// What is known when a folder is begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heading {
    /// Whom it is of.
    pub of: FetchedOf,
    /// The id of the account.
    pub account: String,
    /// The ARN of whoever asked.
    pub caller: String,
    /// What `aws --version` prints.
    pub aws: String,
    /// What was asked for.
    pub asked: Asked,
    /// When it was begun.
    pub started_at: Timestamp,
}

/// Whom a folder is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FetchedOf {
    /// The role of this name.
    Role(String),
    /// The user of this name.
    User(String),
    /// All of this account.
    Account(String),
}

/// `role MyRole`, `account 123456789012`.
impl fmt::Display for FetchedOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchedOf::Role(name) => write!(f, "role {name}"),
            FetchedOf::User(name) => write!(f, "user {name}"),
            FetchedOf::Account(account) => write!(f, "account {account}"),
        }
    }
}

/// Which of AWS's profiles, regions and analyzers were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// `--profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// `--findings-profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings_profile: Option<String>,
    /// `--region`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// `--analyzer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub analyzer: Option<String>,
}

/// An analyzer of unused access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Analyzer {
    /// Its ARN, which names its region and account.
    pub arn: String,
    /// How many days without use make something unused for it, where it says so.
    pub days: Option<u32>,
}

/// A call of the `aws` program and the file with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// What the program was given: service, sub-command, options.
    pub arguments: Vec<String>,
    /// The ARN of what the answer is about, where the arguments do not say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub about: Option<String>,
    /// The file in the folder.
    pub file: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// When it was answered.
    pub at: Timestamp,
}

/// A call that was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unanswered {
    /// What the program was given.
    pub arguments: Vec<String>,
    /// Why there is no answer, in AWS's words.
    pub error: String,
    /// What that means.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Whether the caller is not permitted to ask.
    pub is_denied: bool,
}

impl Manifest {
    /// The calls that were not answered, those together that mean the same: the first of each, and how many
    /// they are.
    pub fn unanswered_alike(&self) -> Vec<(&Unanswered, usize)> {
        let mut alike: Vec<(&Unanswered, usize)> = Vec::new();
        for call in &self.unanswered {
            let meaning = |one: &Unanswered| (one.message.clone(), one.help.clone());
            match alike
                .iter_mut()
                .find(|(first, _)| meaning(first) == meaning(call))
            {
                Some((_, count)) => *count += 1,
                None => alike.push((call, 1)),
            }
        }
        alike
    }
}

impl Unanswered {
    /// What was asked: `get-role`.
    pub fn sub_command(&self) -> &str {
        self.arguments.get(1).map_or("", String::as_str)
    }

    /// The id of the finding that was asked for.
    pub fn id(&self) -> Option<&str> {
        option(&self.arguments, "id")
    }

    /// What it means, where so many calls mean the same.
    pub fn told(&self, count: usize) -> String {
        match count {
            1 => self.message.clone(),
            _ => format!("{} ({} calls)", self.message, grouped(count)),
        }
    }
}

impl Answer {
    /// What was asked: `get-role`.
    pub fn sub_command(&self) -> &str {
        self.arguments.get(1).map_or("", String::as_str)
    }

    /// The value of an option.
    pub fn option(&self, name: &str) -> Option<&str> {
        option(&self.arguments, name)
    }
}

/// The value of an option among arguments: behind it, or in one with it.
fn option<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    arguments.iter().enumerate().find_map(|(at, argument)| {
        let rest = argument.strip_prefix("--")?.strip_prefix(name)?;
        match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => arguments.get(at + 1).map(String::as_str),
            None => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_found_by_its_whole_name() {
        let arguments = ["iam", "get-x", "--role-name=-x", "--name", "y"].map(str::to_owned);
        assert_eq!(option(&arguments, "role-name"), Some("-x"));
        assert_eq!(option(&arguments, "name"), Some("y"));
        assert_eq!(option(&arguments, "role"), None);
    }
}
