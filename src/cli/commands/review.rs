//! `iam-refine review`: decide at the keyboard, then write.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::cli::autosave::{Autosave, Begun, begin};
use crate::cli::exit::{Exit, Failure};
use crate::cli::opened::{Home, NO_POLICIES, Opened, SourceArgs, refuse};
use crate::cli::output::{
    Output, can_be_in_place, replaced_sentence, targets_sentence, written_lines,
};
use crate::cli::plain::{self, Ended};
use crate::cli::records::{RecordFile, Records};
use crate::cli::screen::{Screen, has_keys};
use crate::cli::shared_arguments::FileArgs;
use crate::cli::speak::{SafeStdout, eprint_line, print_text};
use crate::explain::policy_name;
use crate::intake::is_stdin;
use crate::review::{BeganWith, DecidedWith, Review, State, Written};
use crate::sources::MadeBy;
use crate::store::{is_first_time, replaced_folder};
use crate::text::{Error, alike, counted, sanitize};
use crate::tui::{self, App, Host, Preview};

/// Review what would be removed, at the keyboard, and write the policy
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  iam-refine review policy.json findings.json\n  \
    iam-refine review --account account.json findings/ -o changes\n\n\
    Everything starts undecided, and undecided means unchanged. Press ? for the keys. What you \
    decide is kept as you go: after a crash or a closed window run the same command to resume. Leaving \
    without writing is no failure: it says that nothing was written, and exits 0."
)]
pub struct Arguments {
    #[command(flatten)]
    inputs: FileArgs,

    /// Review all policies of an account, from a list: what `aws iam
    /// get-account-authorization-details --output json` prints. The other files are findings, or folders of them;
    /// -o names a folder for policies and scripts
    #[arg(long, value_name = "ACCOUNT")]
    #[arg(conflicts_with_all = ["in_place", "record", "compare", "everywhere", "role", "user"])]
    account: Option<PathBuf>,

    /// Write to this file, or with several policies into this folder [default: NAME.refined.json]
    #[arg(short, long, value_name = "OUT", conflicts_with = "in_place")]
    output: Option<PathBuf>,

    /// Write each refined policy over the file it came from [default for sources]
    #[arg(long)]
    in_place: bool,

    #[command(flatten)]
    sources: SourceArgs,

    /// Ask and answer on lines that are only ever appended [default where TERM=dumb]
    #[arg(long)]
    plain: bool,

    #[command(flatten)]
    records: Records,

    #[command(flatten)]
    screen: Screen,
}

/// Shows the review, keeps what is decided, and writes what it comes to.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let is_plain = arguments.plain || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let reads_stdin =
        arguments.inputs.read_stdin() || arguments.account.as_deref().is_some_and(is_stdin);
    let has_keys = has_keys(reads_stdin);
    if let Some(account) = &arguments.account {
        return review_account(arguments, account, is_plain, has_keys);
    }
    if !is_plain && !has_keys {
        return Err(Failure::with_help(
            "a review needs a terminal",
            "without one use `iam-refine review --plain FILE...`, `iam-refine refine FILE...`, or \
             `iam-refine refine --diff FILE...` to look first",
        ));
    }
    if is_plain && arguments.inputs.read_stdin() {
        return Err(Failure::with_help(
            "the answers come on standard input, so no file can",
            "give each file by its name",
        ));
    }
    let Opened { input, home } = arguments.sources.open(&arguments.inputs)?;
    if input.policies.is_empty() {
        eprint_line(NO_POLICIES);
        return Ok(Exit::Done);
    }
    let target = arguments.target(&home)?;
    if target == WriteTo::InPlace {
        can_be_in_place(&input)?;
    }
    arguments.records.can_keep()?;
    let mut review = Review::new(input.holding_tear_down());
    if let WriteTo::New(output) = target {
        Output::new(&review).can_write_to(output)?;
    }
    welcome();
    let with = arguments.records.replay(&mut review)?;
    let name = home.journal_name(&review);
    let mut begun = Begun { review, with };
    let Some(autosave) = begin(&name, &mut begun)? else {
        eprint_line("Your decisions are saved; run the same command to resume.");
        return Ok(Exit::Done);
    };
    let Begun { review, with } = begun;
    let mut host = ReviewHost {
        arguments,
        home,
        target,
        autosave,
        began: with,
        exit: Exit::Done,
        undecided: 0,
    };
    let ended = if is_plain {
        let (mut input, mut out) = (std::io::stdin().lock(), SafeStdout::lock());
        let saves = host.autosave.keeps();
        plain::run(review, &mut host, saves, &mut input, &mut out)?
    } else {
        on_screen(review, &mut host)?
    };
    let exit = host.exit;
    match ended {
        Ended::Quit { is_decided } if !is_decided || !host.autosave.keeps() => {
            host.autosave.end();
            eprint_line("Nothing was written.");
        }
        Ended::Written(text) => {
            arguments.inputs.forget_fetched();
            print_text(text)?;
            host.end_written();
        }
        Ended::CutOff if !host.autosave.keeps() => eprint_line("Nothing was written."),
        Ended::Quit { .. } | Ended::CutOff => {
            eprint_line(
                "Nothing was written. Your decisions are saved; run the same command to resume.",
            );
        }
    }
    Ok(exit)
}

fn on_screen(review: Review, host: &mut ReviewHost<'_>) -> Result<Ended, Failure> {
    let mut app = App::of_review(review, host.arguments.screen.settings());
    if let Some(reason) = host.autosave.not_kept() {
        app.tell_not_saved(format!(
            "What you decide is lost unless you write it: {reason}"
        ));
    }
    Ok(match tui::run(&mut app, host)? {
        tui::Ended::Written(text) => Ended::Written(text),
        tui::Ended::Quit | tui::Ended::GoesOn => Ended::Quit {
            is_decided: app.review().is_some_and(plain::is_decided),
        },
    })
}

fn review_account(
    arguments: &Arguments,
    account: &Path,
    plain: bool,
    has_keys: bool,
) -> Result<Exit, Failure> {
    if plain {
        return Err(Failure::with_help(
            "the list of an account needs the screen",
            "use `iam-refine refine --account ACCOUNT FINDINGS...` to look or to write all of it, \
             or `iam-refine review --plain FILE...` for the policies of one principal",
        ));
    }
    if !has_keys {
        return Err(Failure::with_help(
            "a review needs a terminal",
            "without one use `iam-refine refine --account ACCOUNT FINDINGS...` to look, and with \
             -o FOLDER to write policies and scripts",
        ));
    }
    welcome();
    let how = &arguments.inputs.refine;
    let findings = arguments.inputs.files();
    let output = arguments.output.as_deref();
    let decisions = arguments.records.decisions();
    let settings = arguments.screen.settings();
    crate::cli::account::review(account, findings, how, output, decisions, settings)
}

/// Points at the keys and the lessons, the first time that anything is reviewed.
fn welcome() {
    if is_first_time("welcomed") {
        eprint_line("? shows the keys on the screen; `iam-refine learn` teaches what it shows.");
    }
}

/// Where what is decided is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriteTo<'a> {
    /// Over the files that the policies came from.
    InPlace,
    /// To this file or folder.
    New(&'a Path),
    /// To a new file beside each.
    Beside,
}

impl Arguments {
    /// Where it is written, as asked for; sources are only ever written over.
    fn target(&self, home: &Home) -> Result<WriteTo<'_>, Failure> {
        match (&self.output, home.made_by()) {
            (Some(_), Some(_)) => Err(refuse(
                "-o",
                "leave it out, and w writes the files; to look first, `iam-refine refine` prints a patch",
            )),
            (Some(output), None) => Ok(WriteTo::New(output)),
            (None, Some(_)) => Ok(WriteTo::InPlace),
            (None, None) if self.in_place => Ok(WriteTo::InPlace),
            (None, None) => Ok(WriteTo::Beside),
        }
    }
}

/// Saves and writes what is decided.
struct ReviewHost<'a> {
    arguments: &'a Arguments,
    home: Home,
    target: WriteTo<'a>,
    autosave: Autosave<Arc<State>>,
    /// The record whose decisions it began with.
    began: Option<BeganWith>,
    /// How the program is to exit.
    exit: Exit,
    /// How many proposals were undecided when it was written.
    undecided: usize,
}

impl Host<Review> for ReviewHost<'_> {
    fn save(&mut self, review: &Review) -> Result<(), Error> {
        self.autosave.step(review).map_err(Error::new)
    }

    fn preview(&mut self, review: &Review) -> Result<Preview, Error> {
        Ok(Preview::Files(self.target_sentence(review)?))
    }

    fn write(&mut self, review: &Review) -> Result<String, Error> {
        Ok(self.write_policies(review)?)
    }
}

impl ReviewHost<'_> {
    /// Ends what is saved once it is in the files themselves, which then are other texts. Elsewhere the files
    /// are as they were, and what was decided on them holds on.
    fn end_written(self) {
        if self.target == WriteTo::InPlace || !self.autosave.keeps() {
            return self.autosave.end();
        }
        let undecided = match self.undecided {
            0 => String::new(),
            count => format!("{} undecided. ", counted(count, "entry is", "entries are")),
        };
        eprint_line(format_args!(
            "{undecided}Your decisions are saved; run the same command to resume."
        ));
    }

    fn target_sentence(&self, review: &Review) -> Result<String, Failure> {
        let output = Output::new(review);
        self.home.can_be_applied(review)?;
        Ok(match self.target {
            WriteTo::InPlace => replaced_sentence(&output.files_in_place(), &replaced_folder()?),
            WriteTo::New(target) => targets_sentence(&output.files_at(target)?),
            WriteTo::Beside => targets_sentence(&output.files_next_to()?),
        })
    }

    fn write_policies(&mut self, review: &Review) -> Result<String, Failure> {
        let output = Output::new(review);
        self.home.can_be_applied(review)?;
        self.arguments.records.can_keep()?;
        let (records, began) = (&self.arguments.records, self.began.as_ref());
        let record = match self.home.made_by() {
            Some(MadeBy::Terraform) => {
                records.record_of_sources(review, DecidedWith::Review, began)?
            }
            _ => records.record(review, DecidedWith::Review, began)?,
        };
        let record = record.as_ref();
        self.undecided = review.undecided().len();
        let written = match self.target {
            WriteTo::InPlace => output.write_in_place(record)?,
            WriteTo::New(target) => output.write_to(target, record)?,
            WriteTo::Beside => output.write_next_to(record)?,
        };
        let mut text = written_lines(&written);
        let mut policies = review.policies();
        if written.is_empty() && policies.any(|one| one.outcome.written == Written::Changed) {
            text += "the files hold this already: nothing was written\n";
        }
        for policy in review.policies() {
            if policy.outcome.written == Written::NothingLeft {
                self.exit = Exit::NothingLeft;
                let name = policy_name(review, policy.place);
                let _ = writeln!(text, "{name}: {}", self.home.nothing_left(review));
            }
        }
        for why in alike(&review.input().left) {
            let _ = writeln!(text, "{why}");
        }
        let record = record.map(RecordFile::path);
        for step in self.home.next_steps(review, &output, &written, record) {
            let _ = writeln!(text, "{step}");
        }
        Ok(sanitize(&text))
    }
}
