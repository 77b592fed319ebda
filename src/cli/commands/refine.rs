//! `iam-refine refine`: everything that is unused goes, without a screen.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::account;
use crate::cli::as_deny;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{NOTHING_LEFT, Output, can_be_in_place, written_lines};
use crate::cli::records::{Records, print_record};
use crate::cli::shared_arguments::FileArgs;
use crate::cli::sources::{self, PatchMode};
use crate::cli::speak::{eprint_line, eprint_text};
use crate::cli::too_long::{IfTooLong, TooLongArgs, pieces_lines};
use crate::explain::report::{as_deny_summary, summary};
use crate::intake::Loaded;
use crate::review::{Accept, DecidedWith, Replayed, Review};
use crate::text::Shown;

/// Remove what is unused from policies, without a screen
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
#[command(after_help = "Examples:\n  \
    iam-refine refine policy.json findings.json > refined.json\n  \
    iam-refine refine policy.json findings.json --diff\n  \
    iam-refine refine policy.json findings.json --in-place\n  \
    iam-refine refine policy.json findings.json --as-deny -o deny.json\n  \
    iam-refine refine --account account.json findings/ -o changes\n  \
    iam-refine refine . state.json findings.json | git apply\n\n\
    The policy goes to standard output, what is said about it to standard error.")]
pub struct Arguments {
    #[command(flatten)]
    inputs: FileArgs,

    /// Refine all policies of an account: what `aws iam get-account-authorization-details
    /// --output json` prints.
    /// The other files are findings, or folders of them; -o writes a folder of policies and scripts
    #[arg(long, value_name = "ACCOUNT")]
    #[arg(conflicts_with_all = ["in_place", "diff", "decisions", "record", "compare", "everywhere", "quota", "role", "user"])]
    account: Option<PathBuf>,

    /// Write the refined policy to this file; with several policies, each into this folder
    #[arg(short, long, value_name = "OUT", group = "where")]
    output: Option<PathBuf>,

    /// Write each refined policy over the file it came from
    #[arg(long, group = "where")]
    in_place: bool,

    /// Print a unified diff in place of the policy
    #[arg(long, group = "where")]
    diff: bool,

    /// Write nothing; exit 1 when something could be removed, also when that is all of a policy
    #[arg(long, group = "where", conflicts_with = "record")]
    check: bool,

    /// Write one Deny policy with the actions that go, in place of narrowed policies: to be attached
    /// beside them, and detached at once if something breaks.
    /// With -o it goes to that file; a longer one becomes several, in that folder
    #[arg(long)]
    #[arg(conflicts_with_all = ["account", "in_place", "check", "diff", "format"])]
    as_deny: bool,

    /// What to print: the policy, or the decision record as JSON
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Policy, group = "where")]
    format: Format,

    /// Of a folder of Terraform files or a template there are no other states or stacks than those given,
    /// and nobody else has what they make
    #[arg(long)]
    states_complete: bool,

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

/// What is printed on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The refined policy
    Policy,
    /// The decision record
    Json,
}

/// Refines, proves, and writes where it was asked to.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(account) = &arguments.account {
        return refine_account(arguments, account);
    }
    if let Some((folder, files)) = arguments.inputs.source_folder()? {
        return refine_sources(arguments, folder, &files);
    }
    if arguments.states_complete {
        return Err(Failure::with_help(
            "--states-complete is said of Terraform files or a template, and none is given",
            "give the folder of the root module beside its states, or the template beside its stacks",
        ));
    }
    let loaded = arguments.inputs.load()?.of_kind(arguments.too_long.kind());
    let Loaded { input, notes } = loaded;
    for note in &notes {
        eprint_line(note);
    }
    if arguments.in_place {
        can_be_in_place(&input)?;
    }
    let mut review = Review::new(input);
    let replayed = arguments.records.replay(&mut review)?;
    if replayed.is_none() {
        review.accept_all(arguments.not_action.accepted());
    }
    if !arguments.check {
        arguments.too_long.keep_to_fit(&mut review);
    }
    if !review.is_proved() {
        return Err(Failure::Proof(review.faults()));
    }
    eprint_text(summary(&review));
    arguments.records.can_keep()?;
    if arguments.as_deny {
        return arguments.write_as_deny(&review, replayed.as_ref());
    }
    let output = Output::new(&review);
    if arguments.check {
        return Ok(if output.changes() {
            Exit::Found
        } else {
            Exit::Done
        });
    }
    let output = arguments.of_fit_length(&review, output)?;
    if arguments.prints_policy() {
        output.can_print()?;
    } else if arguments.in_place {
        output.can_be_one("in the place of one")?;
    } else if arguments.diff {
        output.can_be_one("in a diff of one")?;
    }
    let replayed = replayed.as_ref();
    let record = (arguments.records).record(&review, DecidedWith::Refine, replayed)?;
    let mut written = Vec::new();
    if arguments.in_place {
        written = output.write_in_place(record.as_ref())?;
    } else if let Some(target) = &arguments.output {
        written = output.write_to(target, record.as_ref())?;
        for file in output.files_at(target)? {
            if written.iter().all(|new| new.file.path != file) {
                eprint_line(format!("{} is already up to date", file.shown()));
            }
        }
    } else {
        let print = || arguments.print(&review, &output, replayed);
        match record {
            Some(record) => record.write_before(print)?,
            None => print()?,
        }
    }
    eprint_text(written_lines(&written));
    if !arguments.diff && arguments.format == Format::Policy {
        arguments.inputs.forget_fetched();
    }
    let nothing_left = output.leaves_nothing();
    if nothing_left {
        eprint_line(NOTHING_LEFT);
    }
    for step in output.next_steps(&written) {
        eprint_line(step);
    }
    if nothing_left {
        return Ok(Exit::NothingLeft);
    }
    Ok(Exit::Done)
}

impl Arguments {
    /// `output` with what is done about policies that are too long; a record speaks of the decisions
    /// alone, whatever their policies are written as.
    fn of_fit_length<'a>(
        &self,
        review: &'a Review,
        output: Output<'a>,
    ) -> Result<Output<'a>, Failure> {
        if self.format == Format::Json {
            return Ok(output);
        }
        let pieces = self.too_long.pieces(review)?;
        eprint_text(pieces_lines(review, &pieces));
        for note in self.too_long.perhaps_too_long(review) {
            eprint_line(note);
        }
        Ok(output.in_pieces(pieces, self.too_long.characters()))
    }

    /// Writes what goes as a Deny; nothing where nothing goes.
    fn write_as_deny(&self, review: &Review, replayed: Option<&Replayed>) -> Result<Exit, Failure> {
        let deny = review.as_deny(self.too_long.characters())?;
        if deny.texts.is_empty() {
            eprint_text(as_deny_summary(review, &deny));
            return Ok(Exit::Done);
        }
        let record = (self.records).record_as_deny(review, deny.texts.len(), replayed)?;
        as_deny::write(review, &deny, self.output.as_deref(), record.as_ref())
    }

    /// Whether the policy goes to standard output, and nothing else does.
    fn prints_policy(&self) -> bool {
        let is_elsewhere = self.in_place || self.diff || self.output.is_some();
        !is_elsewhere && self.format == Format::Policy
    }

    /// Prints on standard output what was asked for.
    fn print(
        &self,
        review: &Review,
        output: &Output<'_>,
        replayed: Option<&Replayed>,
    ) -> Result<(), Failure> {
        if self.diff {
            for note in output.notes_on_diff() {
                eprint_line(note);
            }
            output.print_diff()
        } else if self.format == Format::Json {
            print_record(review, DecidedWith::Refine, replayed)
        } else {
            output.print()
        }
    }
}

fn refine_account(arguments: &Arguments, account: &Path) -> Result<Exit, Failure> {
    let to = match &arguments.output {
        Some(folder) => account::OutputMode::Folder(folder),
        None if arguments.check => account::OutputMode::Check,
        None if arguments.format == Format::Json => account::OutputMode::Json,
        None => account::OutputMode::Table,
    };
    let how = &arguments.inputs.refine;
    let findings = arguments.inputs.files();
    let accept = arguments.not_action.accepted();
    let if_too_long = arguments.too_long.if_too_long;
    account::refine(account, findings, how, accept, if_too_long, to)
}

fn refine_sources(arguments: &Arguments, folder: &Path, files: &[&Path]) -> Result<Exit, Failure> {
    let refused = [
        (arguments.output.is_some(), "-o"),
        (arguments.as_deny, "--as-deny"),
        (arguments.format == Format::Json, "--format json"),
        (
            arguments.too_long.if_too_long != IfTooLong::Refuse,
            "--if-too-long",
        ),
        (arguments.too_long.quota.is_some(), "--quota"),
    ];
    let refused = refused.into_iter().find(|(is_asked, _)| *is_asked);
    let refused = refused.map(|(_, option)| option);
    let inputs = &arguments.inputs;
    let refused =
        (refused.or_else(|| arguments.records.asked())).or_else(|| inputs.not_for_sources());
    if let Some(option) = refused {
        return Err(Failure::with_help(
            format!("{option} does not go with Terraform files or a template"),
            "leave it out; the patch goes to standard output, or with --in-place into the files",
        ));
    }
    let mode = if arguments.in_place {
        PatchMode::InPlace
    } else if arguments.check {
        PatchMode::Check
    } else {
        PatchMode::Print
    };
    let intake = inputs.refine.intake()?.paths(files.iter().copied());
    let review = intake.sources(folder, arguments.states_complete)?;
    sources::refine(review, arguments.not_action.accepted(), mode)
}
