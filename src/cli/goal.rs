//! What `refine` does with what it comes to: printed, written, or nothing at all.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::opened::Home;

/// Where what is refined goes.
#[derive(Debug, Args)]
pub struct GoalArgs {
    /// Write the refined policy to this file; with several policies, each into this folder
    #[arg(short, long, value_name = "OUT", group = "where")]
    pub output: Option<PathBuf>,

    /// Write each refined policy over the file it came from
    #[arg(long, group = "where")]
    in_place: bool,

    /// Print a unified diff in place of the policy
    #[arg(long, group = "where")]
    diff: bool,

    /// Write one Deny policy with the actions that go, in place of narrowed policies: to be attached
    /// beside them, and detached at once if something breaks.
    /// With -o it goes to that file; a longer one becomes several, in that folder
    #[arg(long)]
    #[arg(conflicts_with_all = ["account", "in_place", "diff", "format"])]
    pub as_deny: bool,

    /// What to print
    #[arg(long, value_enum, value_name = "FORMAT", group = "where")]
    pub format: Option<Format>,
}

/// What is printed on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The refined policy [default, but for sources, of which a patch is printed]
    Policy,
    /// The decision record
    Json,
    /// The text for the pull request
    Markdown,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// What is done with what is refined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal<'a> {
    /// It is printed on standard output.
    Print(Printed),
    /// The policies are written to this file or folder.
    Write(&'a Path),
    /// The policies are written over their files.
    InPlace,
    /// What goes is written as a Deny, to this file or folder, or to standard output.
    AsDeny(Option<&'a Path>),
    /// Nothing, but for the exit code and a record.
    Nothing,
}

/// What is printed of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The one policy.
    Policy,
    /// The diff of all files that change.
    Diff,
    /// The decision record.
    Json,
    /// The text for the pull request.
    Markdown,
    /// The places of what goes, for code scanning.
    Sarif,
}

impl GoalArgs {
    /// Whether files are written.
    pub fn writes(&self) -> bool {
        self.in_place || self.output.is_some()
    }

    /// What was asked for, of policies that are written so; a check prints only what it is asked to.
    pub fn of(&self, home: &Home, is_check: bool) -> Goal<'_> {
        let output = self.output.as_deref();
        if self.as_deny {
            return Goal::AsDeny(output);
        }
        if let Some(output) = output {
            return Goal::Write(output);
        }
        if self.in_place {
            return Goal::InPlace;
        }
        let policies = if home.made_by().is_some() {
            Printed::Diff
        } else {
            Printed::Policy
        };
        match self.format {
            _ if self.diff => Goal::Print(Printed::Diff),
            None if is_check => Goal::Nothing,
            None | Some(Format::Policy) => Goal::Print(policies),
            Some(Format::Json) => Goal::Print(Printed::Json),
            Some(Format::Markdown) => Goal::Print(Printed::Markdown),
            Some(Format::Sarif) => Goal::Print(Printed::Sarif),
        }
    }
}

impl Goal<'_> {
    /// Whether it gives out policies, which AWS then has to take, and not only what is said of them.
    pub fn writes_policies(self) -> bool {
        match self {
            Goal::Print(what) => matches!(what, Printed::Policy | Printed::Diff),
            Goal::Write(_) | Goal::InPlace => true,
            Goal::AsDeny(_) | Goal::Nothing => false,
        }
    }
}
