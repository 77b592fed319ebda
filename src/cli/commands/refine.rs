//! `iam-refine refine`: everything that is unused goes, without a screen.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::account;
use crate::cli::as_deny;
use crate::cli::check::{Check, CheckArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::goal::{Format, Goal, GoalArgs, Printed};
use crate::cli::opened::{Opened, SourceArgs, refuse};
use crate::cli::output::{Output, RefinedFile, can_be_in_place, written_lines};
use crate::cli::records::{RecordFile, Records, print_record};
use crate::cli::shared_arguments::FileArgs;
use crate::cli::speak::{eprint_line, eprint_text, print_json, print_text};
use crate::cli::too_long::{IfTooLong, Quota, TooLongArgs, pieces_lines};
use crate::explain::report::{as_deny_summary, pull_request, sarif};
use crate::review::{Accept, Baseline, BeganWith, DecidedWith, Review};
use crate::sources::{CodeOwners, MadeBy, in_repository};
use crate::text::{Problem, Shown};

/// Remove what is unused from policies, without a screen
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine refine policy.json findings.json > refined.json\n  \
    iam-refine refine policy.json findings.json --diff\n  \
    iam-refine refine policy.json findings.json --in-place\n  \
    iam-refine refine policy.json findings.json --as-deny -o deny.json\n  \
    iam-refine refine --account account.json findings/ -o changes\n  \
    iam-refine refine . state.json findings.json | git apply --allow-empty\n\n\
    The policy goes to standard output, what is said about it to standard error.")]
pub struct Arguments {
    #[command(flatten)]
    inputs: FileArgs,

    /// Refine all policies of an account: what `aws iam get-account-authorization-details
    /// --output json` prints.
    /// The other files are findings, or folders of them; -o writes a folder of policies and scripts
    #[arg(long, value_name = "ACCOUNT")]
    #[arg(conflicts_with_all = ["in_place", "diff", "record", "compare", "everywhere", "quota", "role", "user"])]
    account: Option<PathBuf>,

    #[command(flatten)]
    goal: GoalArgs,

    #[command(flatten)]
    check: CheckArgs,

    #[command(flatten)]
    sources: SourceArgs,

    /// What to do with `Allow` and `NotAction`
    #[arg(long, value_enum, default_value_t = NotActionChoice::Leave)]
    #[arg(conflicts_with = "decisions")]
    not_action: NotActionChoice,

    #[command(flatten)]
    too_long: TooLongArgs,

    #[command(flatten)]
    records: Records,
}

/// What to do with `Allow` and `NotAction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NotActionChoice {
    /// Leave it as it is
    Leave,
    /// Append the unused actions to it
    Extend,
}

impl NotActionChoice {
    /// The proposals that are accepted without asking.
    pub fn accepted(self) -> Accept {
        match self {
            NotActionChoice::Leave => Accept::Entries,
            NotActionChoice::Extend => Accept::EntriesAndNotActions,
        }
    }
}

/// Refines, proves, and writes where it was asked to.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(account) = &arguments.account {
        return refine_account(arguments, account);
    }
    if !arguments.inputs.sources()?.0.is_empty() {
        arguments.goes_with_sources()?;
    }
    arguments.records.can_keep()?;
    let check = arguments.check.open()?;
    let Opened { input, home } = arguments.sources.open(&arguments.inputs)?;
    let goal = arguments.goal.of(&home, check.is_some());
    if goal == Goal::InPlace {
        can_be_in_place(&input)?;
    }
    let mut review = Review::new(input.of_kind(arguments.too_long.kind()));
    let began = arguments.records.replay(&mut review)?;
    let began = began.as_ref();
    if began.is_none() {
        review.accept_all(arguments.not_action.accepted());
    }
    let left = match home.made_by() {
        _ if check.is_some() => Vec::new(),
        Some(_) => arguments.too_long.leave_overlong(&mut review),
        None => {
            arguments.too_long.keep_to_fit(&mut review);
            Vec::new()
        }
    };
    if !review.is_proved() {
        return Err(Failure::Proof(review.faults()));
    }
    eprint_text(home.summary(&review));
    for warning in &left {
        eprint_line(warning);
    }
    if let Goal::AsDeny(output) = goal {
        return arguments.write_as_deny(&review, began, output);
    }
    let mut output = Output::new(&review);
    if check.is_none() && goal.writes_policies() {
        output = arguments.of_fit_length(&review, output)?;
    }
    let records = &arguments.records;
    let record = if goal == Goal::InPlace && home.made_by() == Some(MadeBy::Terraform) {
        records.record_of_sources(&review, DecidedWith::Refine, began)?
    } else {
        records.record(&review, DecidedWith::Refine, began)?
    };
    let written = match goal {
        Goal::Print(what) => {
            home.can_print(what, &output, &review)?;
            let known = check.as_ref().and_then(Check::baseline);
            let too_long = || [left.clone(), arguments.too_long.problems(&review)].concat();
            let print = || print(what, (&review, &too_long), &output, began, known);
            match &record {
                Some(record) => record.write_before(print)?,
                None => print()?,
            }
            Vec::new()
        }
        Goal::Nothing => {
            if let Some(record) = &record {
                record.write_before(|| Ok(()))?;
            }
            Vec::new()
        }
        Goal::InPlace => output.write_in_place(record.as_ref())?,
        Goal::Write(target) => write_to(target, &output, record.as_ref())?,
        Goal::AsDeny(_) => Vec::new(),
    };
    if let Some(check) = &check {
        return Ok(check.exit(&review, &output));
    }
    eprint_text(written_lines(&written));
    if goal.writes_policies() && goal != Goal::Print(Printed::Diff) {
        arguments.inputs.forget_fetched();
    }
    let nothing_left = output.leaves_nothing();
    if nothing_left {
        eprint_line(home.nothing_left(&review));
    }
    let record = record.as_ref().map(RecordFile::path);
    let steps = if goal == Goal::Print(Printed::Diff) {
        home.after_sources(&review, record)
    } else {
        home.next_steps(&review, &output, &written, record)
    };
    for step in steps {
        eprint_line(step);
    }
    Ok(if nothing_left || !left.is_empty() {
        Exit::NothingLeft
    } else {
        Exit::Done
    })
}

/// Writes to this file or folder, and tells which files had all of it already.
fn write_to(
    target: &Path,
    output: &Output<'_>,
    record: Option<&RecordFile<'_>>,
) -> Result<Vec<RefinedFile>, Failure> {
    let written = output.write_to(target, record)?;
    for file in output.files_at(target)? {
        if written.iter().all(|new| new.file.path != file) {
            eprint_line(format!("{} is already up to date", file.shown()));
        }
    }
    Ok(written)
}

/// Prints on standard output what was asked for.
fn print(
    what: Printed,
    (review, too_long): (&Review, &dyn Fn() -> Vec<Problem>),
    output: &Output<'_>,
    began: Option<&BeganWith>,
    known: Option<&Baseline>,
) -> Result<(), Failure> {
    match what {
        Printed::Policy => output.print(),
        Printed::Diff => output.print_diff(),
        Printed::Json => print_record(review, DecidedWith::Refine, began),
        Printed::Markdown => {
            let owners = code_owners(review);
            print_text(pull_request(review, owners.as_ref(), &too_long()))
        }
        Printed::Sarif => print_json(&format!("{:#}\n", sarif(review, known, &in_repository))),
    }
}

/// Who owns the files of policies: those of one repository.
fn code_owners(review: &Review) -> Option<CodeOwners> {
    let path = review.files().find_map(|file| file.source().path())?;
    let owners = CodeOwners::of_repository(path)?;
    for note in &owners.notes {
        eprint_line(note);
    }
    Some(owners)
}

impl Arguments {
    /// Whether policies are written into files.
    pub fn writes(&self) -> bool {
        self.goal.writes()
    }

    /// Refuses what has no meaning for policies in sources.
    fn goes_with_sources(&self) -> Result<(), Failure> {
        let TooLongArgs { if_too_long, quota } = self.too_long;
        let refused = [
            (
                self.goal.output.is_some(),
                "-o",
                "the patch goes to standard output, or with --in-place into the files",
            ),
            (
                self.goal.as_deny,
                "--as-deny",
                "the blocks say what AWS has; for a Deny beside it give the policies as AWS has them",
            ),
            (
                self.goal.format == Some(Format::Policy),
                "--format policy",
                "leave it out for a patch",
            ),
            (
                if_too_long == IfTooLong::Split,
                "--if-too-long split",
                "more resources are to be written by hand; --if-too-long keep makes it shorter",
            ),
            (
                matches!(quota, Some(Quota::Of(_))),
                "--quota with the name of a kind",
                "it is known what is managed and what is inline; a number makes the quotas smaller",
            ),
        ];
        match refused.into_iter().find(|(is_asked, ..)| *is_asked) {
            Some((_, option, help)) => Err(refuse(option, help)),
            None => Ok(()),
        }
    }

    /// `output` with what is done about policies that are too long.
    fn of_fit_length<'a>(
        &self,
        review: &'a Review,
        output: Output<'a>,
    ) -> Result<Output<'a>, Failure> {
        let pieces = self.too_long.pieces(review)?;
        eprint_text(pieces_lines(review, &pieces));
        for note in self.too_long.perhaps_too_long(review) {
            eprint_line(note);
        }
        Ok(output.in_pieces(pieces, self.too_long.characters()))
    }

    /// Writes what goes as a Deny; nothing where nothing goes.
    fn write_as_deny(
        &self,
        review: &Review,
        began: Option<&BeganWith>,
        output: Option<&Path>,
    ) -> Result<Exit, Failure> {
        let deny = review.as_deny(self.too_long.characters())?;
        if deny.texts.is_empty() {
            eprint_text(as_deny_summary(review, &deny));
            return Ok(Exit::Done);
        }
        let record = (self.records).record_as_deny(review, deny.texts.len(), began)?;
        as_deny::write(review, &deny, output, record.as_ref())
    }
}

fn refine_account(arguments: &Arguments, account: &Path) -> Result<Exit, Failure> {
    let check = arguments.check.open_account()?;
    let to = match (&arguments.goal.output, arguments.goal.format) {
        (Some(folder), _) => account::OutputMode::Folder(folder),
        (None, Some(Format::Json)) => account::OutputMode::Json {
            check: check.as_ref(),
        },
        (None, Some(Format::Markdown | Format::Sarif)) => {
            return Err(Failure::with_help(
                "--format markdown and --format sarif are of policies in their files, and those of an \
                 account are in none",
                "-o FOLDER writes a REVIEW.md for each policy; --format json prints all as JSON",
            ));
        }
        (None, Some(Format::Policy) | None) => match &check {
            Some(check) => account::OutputMode::Check(check),
            None => account::OutputMode::Table,
        },
    };
    let how = &arguments.inputs.refine;
    let findings = arguments.inputs.files();
    let decide = match arguments.records.decisions() {
        Some(folder) => account::Decide::As(folder),
        None => account::Decide::Accept(arguments.not_action.accepted()),
    };
    let if_too_long = arguments.too_long.if_too_long;
    account::refine(account, findings, how, decide, if_too_long, to)
}
