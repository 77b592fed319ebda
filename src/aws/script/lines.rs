//! Lines of a shell script, and the commands in them.

use std::collections::BTreeSet;

use crate::aws::shell::word;
use crate::aws::{AwsCommand, Operation};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Action};

/// A script as far as it is written.
pub(super) struct Script {
    text: String,
    needs: BTreeSet<Action>,
}

/// What stands in the place of a `{}` in lines of a script.
pub(super) enum Part<'a> {
    /// A command, on one line or on several.
    Command(AwsCommand),
    /// A command that is about whichever kind of principal `$1` is: it, for each kind there is.
    ForEachKind(Vec<AwsCommand>),
    /// A text, as one word.
    Word(&'a str),
    /// Part of the script itself.
    Code(&'static str),
}

/// A call of AWS that is made for several kinds of principals.
pub(super) fn for_each_kind<'a>(
    kinds: &BTreeSet<Owner>,
    command: impl Fn(Owner) -> AwsCommand,
) -> Part<'a> {
    Part::ForEachKind(kinds.iter().map(|&kind| command(kind)).collect())
}

impl Script {
    /// Begins a script that does what `purpose` says, in `account` alone where that is known, with
    /// the functions that all have.
    pub(super) fn new(purpose: &str, account: Option<&AccountId>) -> Self {
        let mut script = Script {
            text: format!("#!/bin/sh\n# {purpose}\n"),
            needs: BTreeSet::new(),
        };
        script.lines(SET_UP, []);
        if let Some(account) = account {
            let whose = AwsCommand::new(Operation::GetCallerIdentity)
                .arg("query", "Account")
                .arg("output", "text");
            script.lines(
                RIGHT_ACCOUNT,
                [Part::Word(account.as_str()), Part::Command(whose)],
            );
        }
        script
    }

    /// Adds lines, with `parts` in the places of `{}`.
    pub(super) fn lines<const N: usize>(&mut self, lines: &'static str, parts: [Part<'_>; N]) {
        assert_eq!(lines.matches("{}").count(), N, "{lines}");
        let mut texts = lines.split("{}");
        self.text += texts.next().unwrap_or_default();
        for (part, text) in parts.into_iter().zip(texts) {
            self.put(part);
            self.text += text;
        }
        self.text.push('\n');
    }

    fn put(&mut self, part: Part<'_>) {
        let line = self.text.rsplit('\n').next().unwrap_or_default();
        let indent = line.len() - line.trim_start_matches(' ').len();
        match part {
            Part::Command(command) => {
                self.text += &command.script_line(indent);
                self.needs.extend(command.operation().permission());
            }
            Part::ForEachKind(commands) => {
                if let Some(first) = commands.first() {
                    self.text += &first.script_line_for_each_kind(indent);
                }
                let operations = commands.iter().map(AwsCommand::operation);
                self.needs
                    .extend(operations.filter_map(Operation::permission));
            }
            Part::Word(text) => self.text += &word(text),
            Part::Code(code) => self.text += code,
        }
    }

    /// Adds a line that is one command.
    pub(super) fn run(&mut self, command: AwsCommand) {
        self.lines("{}", [Part::Command(command)]);
    }

    /// Stops unless what `function` says holds.
    pub(super) fn demand(&mut self, function: &'static str, otherwise: &str) {
        self.lines(
            "\nanswer=$({})\n[ \"$answer\" = true ] || stop {}",
            [Part::Code(function), Part::Word(otherwise)],
        );
    }

    /// Looks again and again until what `function` says holds.
    pub(super) fn wait_for(&mut self, function: &'static str, otherwise: &str) {
        self.lines(
            "wait_for {} {}",
            [Part::Code(function), Part::Word(otherwise)],
        );
    }

    /// The script, which says `what` is done at its end, and what it needs to be allowed.
    pub(super) fn done(mut self, what: &str) -> (String, BTreeSet<Action>) {
        self.lines("printf 'done: %s\\n' {}", [Part::Word(what)]);
        (self.text, self.needs)
    }
}

const SET_UP: &str = r#"# Written by iam-refine. It needs the aws command and nothing else.
# shellcheck disable=SC2016 # what stands in back quotes is for aws --query
set -eu
cd -- "$(dirname -- "$0")"
export AWS_PAGER=''

stop() {
  printf 'stopped: %s\n' "$*" >&2
  exit 1
}

# wait_for CHECK MESSAGE: what was written may take a moment to be read everywhere.
wait_for() {
  tries=0
  until [ "$("$1")" = true ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || stop "$2"
    sleep 2
  done
}

command -v aws >/dev/null || stop 'there is no aws command'"#;

const RIGHT_ACCOUNT: &str = r#"
meant={}
account=$({})
[ "$account" = "$meant" ] ||
  stop "these are credentials of account $account, and $meant is meant""#;
