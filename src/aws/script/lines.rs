//! Lines of a shell script, and the commands in them.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::functions;
use super::still_unused::demand_unused;
use crate::account::{PrincipalIdentity, StillUnused};
use crate::aws::shell::word;
use crate::aws::{AwsCommand, Operation};
use crate::iam::quota::Owner;
use crate::iam::{AccountId, Action};
use crate::text::sha256;

/// What a script is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ScriptName {
    Apply,
    Rollback,
}

impl ScriptName {
    fn as_str(self) -> &'static str {
        match self {
            ScriptName::Apply => "apply.sh",
            ScriptName::Rollback => "rollback.sh",
        }
    }
}

/// An option that a script takes: `yes` or `no` in a variable.
#[derive(Clone, Copy)]
pub(super) struct ScriptOption {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) help: &'static str,
}

/// Of both scripts.
const DRY_RUN: ScriptOption = ScriptOption {
    name: "--dry-run",
    variable: "dry_run",
    help: "makes all checks and changes nothing",
};

/// A script as far as it is written: first what it is for, then functions, then what is run.
pub(super) struct Script {
    name: ScriptName,
    head: String,
    functions: Text,
    body: Text,
}

/// Text of a script, and what it needs to be allowed.
#[derive(Default)]
struct Text {
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
    /// Texts, as a word each.
    Words(&'a [&'a str]),
    /// The kind and name of a principal, and its id where that is known, as a word each.
    Principal(&'a PrincipalIdentity),
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

/// The files beside a script, and what they hold.
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    pub(super) before: &'a str,
    /// None when nothing is left of the policy.
    pub(super) after: Option<&'a str>,
}

impl Script {
    /// Begins a script that does what `purpose` says, with the functions that all have: it takes
    /// `options` and no others, refuses files that are not those it was written with, and any
    /// account but `account` where that is known.
    pub(super) fn new(
        name: ScriptName,
        purpose: &str,
        options: &[ScriptOption],
        files: Files<'_>,
        account: Option<&AccountId>,
    ) -> Self {
        let own_options: Vec<_> = [DRY_RUN].iter().chain(options).copied().collect();
        let set_up = format!("{SET_UP}{WRITTEN_BY}");
        let mut script = Script {
            name,
            head: head(name.as_str(), purpose, &own_options, &set_up),
            functions: Text::default(),
            body: Text::default(),
        };
        script.functions(functions::ALL, []);
        script.lines(
            "command -v aws >/dev/null || refuse 'there is no aws command'",
            [],
        );
        script.lines(REGION, []);
        script.lines(WHAT_FOR, []);
        for (file, holds) in [
            ("before.json", Some(files.before)),
            ("after.json", files.after),
        ] {
            if let Some(holds) = holds {
                script.lines(
                    "must_be {} {}",
                    [Part::Word(file), Part::Word(&sha256(holds))],
                );
            }
        }
        if let Some(account) = account {
            let whose = AwsCommand::new(Operation::GetCallerIdentity)
                .arg("query", "[Account, Arn]")
                .arg("output", "text");
            script.lines(
                RIGHT_ACCOUNT,
                [Part::Word(account.as_str()), Part::Command(whose)],
            );
        }
        script.lines(
            match name {
                ScriptName::Apply => BEGIN_APPLY,
                ScriptName::Rollback => BEGIN_ROLLBACK,
            },
            [],
        );
        script
    }

    /// Adds functions, or variables that they use, with `parts` in the places of `{}`.
    /// What is there already is not added again.
    pub(super) fn functions<const N: usize>(&mut self, lines: &'static str, parts: [Part<'_>; N]) {
        let mut added = Text::default();
        added.add(lines, parts);
        if !self.functions.text.contains(&added.text) {
            self.functions.text += &added.text;
        }
        self.functions.needs.append(&mut added.needs);
    }

    /// Adds lines that are run, with `parts` in the places of `{}`.
    pub(super) fn lines<const N: usize>(&mut self, lines: &'static str, parts: [Part<'_>; N]) {
        self.body.add(lines, parts);
    }

    /// Stops, with nothing changed, unless what `function` says holds.
    pub(super) fn demand(&mut self, function: &'static str, otherwise: &str) {
        self.lines(
            "\nanswer=$({})\n[ \"$answer\" = true ] || refuse {}",
            [Part::Code(function), Part::Word(otherwise)],
        );
    }

    /// Adds a line that calls `function` with each principal: its kind, its name, and its id where
    /// that is known.
    pub(super) fn for_each<'p>(
        &mut self,
        function: &'static str,
        principals: impl IntoIterator<Item = &'p PrincipalIdentity>,
    ) {
        for principal in principals {
            self.lines("{} {}", [Part::Code(function), Part::Principal(principal)]);
        }
    }

    /// Ends the checks of `apply.sh` with whether what goes is `unused` still: what follows changes
    /// something, to do what `intent` says.
    pub(super) fn checks_end(&mut self, unused: &StillUnused, intent: &str) {
        demand_unused(self, unused);
        self.lines(CHECKS_END, [Part::Word(intent)]);
    }

    /// The script, which says `what` is done at its end, and what it needs to be allowed.
    pub(super) fn done(mut self, what: &str) -> (String, BTreeSet<Action>) {
        self.lines("\nfinish {}", [Part::Word(what)]);
        let mut needs = self.functions.needs;
        needs.append(&mut self.body.needs);
        let finish = match self.name {
            ScriptName::Apply => functions::FINISH_APPLY,
            ScriptName::Rollback => functions::FINISH_ROLLBACK,
        };
        let text = format!(
            "{}{}{finish}\n{}",
            self.head, self.functions.text, self.body.text
        );
        (text, needs)
    }
}

impl Text {
    fn add<const N: usize>(&mut self, lines: &'static str, parts: [Part<'_>; N]) {
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
            Part::Words(texts) => {
                let words = texts.iter().map(|text| word(text)).collect::<Vec<_>>();
                self.text += &words.join(" ");
            }
            Part::Principal(principal) => {
                let words = principal.words().map(word).collect::<Vec<_>>();
                self.text += &words.join(" ");
            }
            Part::Code(code) => self.text += code,
        }
    }
}

/// What a script is for, and how it reads its arguments.
/// What a script is for, and how it reads its arguments, after `set_up`; it goes on in its own folder.
pub(super) fn head(name: &str, purpose: &str, options: &[ScriptOption], set_up: &str) -> String {
    let mut usage = format!("usage: sh {name}");
    let (mut helps, mut variables, mut arms) = (String::new(), String::new(), String::new());
    for option in options {
        let ScriptOption {
            name,
            variable,
            help,
        } = option;
        let _ = write!(usage, " [{name}]");
        let _ = writeln!(helps, "#   {name}: {help}");
        let _ = writeln!(variables, "{variable}=no");
        let _ = writeln!(arms, "  {name}) {variable}=yes ;;");
    }
    format!(
        "#!/bin/sh\n# {purpose}\n# Written by iam-refine. Besides the aws command it needs what every \
         system has.\n#\n# {usage}\n{helps}{set_up}{STOP}\n{variables}for argument; do\n  case $argument in\n\
         {arms}  *) stop '{usage}' ;;\n  esac\ndone\ncd -- \"$(dirname -- \"$0\")\"\n"
    )
}

/// Which version of this program wrote it, and whose credentials it runs with, as long as nobody knows.
const WRITTEN_BY: &str = concat!(
    "written_by='iam-refine ",
    env!("CARGO_PKG_VERSION"),
    "'\ncaller=unknown\n"
);

const SET_UP: &str = r"# shellcheck disable=SC2016 # what stands in back quotes is for aws --query
# shellcheck disable=SC2317,SC2329 # some functions are called by name, through another one
set -eu
unset CDPATH IFS GREP_OPTIONS
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_CLI_FILE_ENCODING=UTF-8
";

const STOP: &str = r#"
stop() {
  printf 'stopped: %s\n' "$*" >&2
  exit 1
}
"#;

/// IAM is the same in all regions, and any of them judges policies.
const REGION: &str = r#"
[ -n "${AWS_REGION:-${AWS_DEFAULT_REGION:-}}" ] || aws configure get region >/dev/null 2>&1 ||
  export AWS_DEFAULT_REGION=us-east-1"#;

/// Lines of applied.log are read again, and this is to be none of its own.
const WHAT_FOR: &str = r#"
case ${IAM_REFINE_NOTE:-} in
*"
"*) refuse 'IAM_REFINE_NOTE has more than one line' ;;
esac"#;

const RIGHT_ACCOUNT: &str = r#"
meant={}
whose=$({})
account=${whose%%[[:space:]]*}
caller=${whose##*[[:space:]]}
[ "$account" = "$meant" ] ||
  refuse "these are credentials of account $account, and $meant is meant""#;

const BEGIN_APPLY: &str = r#"
[ -w . ] || refuse 'this folder cannot be written, and applied.log has to be written in it'
[ "$dry_run" = yes ] || lock
how_ended rollback.sh
[ -z "$ended" ] || refuse 'a rollback has begun here; go on with it: sh rollback.sh'"#;

const BEGIN_ROLLBACK: &str = r#"
[ -s applied.log ] || refuse 'there is no applied.log here, so apply.sh has changed nothing from' \
  'this folder that could be taken back'
[ "$dry_run" = yes ] || lock"#;

const CHECKS_END: &str = r#"
if [ "$dry_run" = yes ]; then
  printf 'all checks passed; without --dry-run: %s\n' {}
  exit 0
fi
open_log apply.sh"#;
