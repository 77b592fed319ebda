//! `iam-refine review`: decide at the keyboard, then write.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::autosave::{self, Autosave, Left};
use super::exit::{Exit, Failure};
use super::inputs::{Inputs, Loaded, is_stdin};
use super::output::{NOTHING_LEFT, Output, can_be_in_place, told, told_into, told_over};
use super::records::Records;
use super::save::{folder_of_replaced, make_folder, state_folder};
use super::speak::{print, say, say_text, seen};
use super::summary::count;
use crate::review::journal::Changed;
use crate::review::{Review, Written};
use crate::tui::{self, Desk, Ended, Settings, Theme};

/// Review what would be removed, at the keyboard, and write the policy
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  iam-refine review policy.json findings.json\n  \
    iam-refine review --account account.json findings/ -o changes\n\n\
    Everything starts undecided, and undecided means unchanged. Press ? for the keys. What you \
    decide is kept as you go: after a crash or a closed window the same command goes on. Leaving \
    without writing is no failure: it says that nothing was written, and exits 0."
)]
pub struct Arguments {
    #[command(flatten)]
    inputs: Inputs,

    /// Review all policies of an account, from a list: what `aws iam
    /// get-account-authorization-details` prints. The other files are findings, or folders of them;
    /// -o names a folder for policies and scripts
    #[arg(long, value_name = "ACCOUNT")]
    #[arg(conflicts_with_all = ["in_place", "decisions", "record", "compare"])]
    account: Option<PathBuf>,

    /// Write to this file, or with several policies into this folder [default: NAME.refined.json]
    #[arg(short, long, value_name = "OUT", conflicts_with = "in_place")]
    output: Option<PathBuf>,

    /// Write each refined policy over the file it came from
    #[arg(long)]
    in_place: bool,

    /// Ask and answer on lines that are only ever appended [default where TERM=dumb]
    #[arg(long)]
    plain: bool,

    #[command(flatten)]
    records: Records,

    #[command(flatten)]
    screen: Screen,
}

/// How the screen looks.
#[derive(Debug, Args)]
pub struct Screen {
    /// Colours; `auto` asks the terminal for its background
    #[arg(long, value_enum, default_value_t = ThemeChoice::Auto)]
    theme: ThemeChoice,

    /// Draw with ASCII alone
    #[arg(long)]
    ascii: bool,

    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ThemeChoice {
    /// Dark or light, as the terminal is; ansi when it does not tell
    Auto,
    /// The terminal's own 16 colours
    Ansi,
    /// For dark backgrounds
    Dark,
    /// For light backgrounds
    Light,
    /// No colours
    Mono,
}

impl Screen {
    /// What the screen is set to.
    pub fn settings(&self) -> Settings {
        Settings {
            theme: match self.theme {
                ThemeChoice::Auto => Theme::Auto,
                ThemeChoice::Ansi => Theme::Ansi,
                ThemeChoice::Dark => Theme::Dark,
                ThemeChoice::Light => Theme::Light,
                ThemeChoice::Mono => Theme::Mono,
            },
            ascii: self.ascii || !speaks_utf8(),
            mouse: !self.no_mouse,
        }
    }
}

/// Whether the locale says that the terminal shows UTF-8.
fn speaks_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL")
        .or_else(|| set("LC_CTYPE"))
        .or_else(|| set("LANG"));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Whether there is somebody at a terminal.
pub fn is_at_a_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// The terminal itself, whatever standard input is.
fn terminal() -> std::io::Result<File> {
    File::open("/dev/tty")
}

/// Shows the review, keeps what is decided, and writes what it comes to.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let plain = arguments.plain || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    // Keys come from the terminal itself where a file comes on standard input.
    let reads_stdin =
        arguments.inputs.read_stdin() || arguments.account.as_deref().is_some_and(is_stdin);
    let has_keys =
        is_at_a_terminal() || reads_stdin && std::io::stdout().is_terminal() && terminal().is_ok();
    if let Some(account) = &arguments.account {
        return review_account(arguments, account, plain, has_keys);
    }
    if !plain && !has_keys {
        return Err(Failure::with_help(
            "a review needs a terminal",
            "without one use `iam-refine review --plain FILE...`, `iam-refine refine FILE...`, or \
             `iam-refine refine --diff FILE...` to look first",
        ));
    }
    if plain && arguments.inputs.read_stdin() {
        return Err(Failure::with_help(
            "the answers come on standard input, so no file can",
            "give each file by its name",
        ));
    }
    let Loaded { case, paths, notes } = arguments.inputs.load()?;
    for note in &notes {
        say(note);
    }
    if arguments.in_place {
        can_be_in_place(&case.policies, &paths)?;
    }
    arguments.records.can_keep()?;
    let mut review = Review::new(case);
    if let Some(output) = &arguments.output {
        Output::new(&review, &paths).can_write_to(output)?;
    }
    welcome();
    let Some(autosave) = take_up(&mut review, arguments, &paths)? else {
        say("What was decided is kept: the same command offers it again.");
        return Ok(Exit::Done);
    };
    let mut desk = ReviewDesk {
        arguments,
        paths: &paths,
        autosave,
        exit: Exit::Done,
    };
    let ended = if plain {
        let (input, out) = (std::io::stdin(), std::io::stdout());
        super::plain::run(review, &mut desk, &mut input.lock(), &mut out.lock())?
    } else {
        tui::run(review, arguments.screen.settings(), &mut desk)?
    };
    let undecided = |review: &Review| {
        review.state().records(review.case()).is_empty() || !desk.autosave.keeps()
    };
    match ended {
        Ended::Quit(review) if undecided(&review) => {
            desk.autosave.end();
            say("Nothing was written.");
        }
        Ended::Written(text) => {
            desk.autosave.end();
            print(text)?;
        }
        Ended::CutOff if !desk.autosave.keeps() => say("Nothing was written."),
        Ended::Quit(_) | Ended::CutOff => {
            say("Nothing was written. What was decided is kept: the same command goes on with it.");
        }
    }
    Ok(desk.exit)
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
    let Inputs { how, .. } = &arguments.inputs;
    let findings = arguments.inputs.files();
    let output = arguments.output.as_deref();
    super::account::review(account, findings, how, output, arguments.screen.settings())
}

/// Points at the keys and the lessons, the first time that anything is reviewed.
fn welcome() {
    let Ok(folder) = state_folder() else { return };
    let marker = folder.join("welcomed");
    if marker.exists() {
        return;
    }
    // Where no marker can be put nothing is said: it would be said every time.
    if make_folder(&folder).is_ok() && fs::write(&marker, "").is_ok() {
        say("? shows the keys on the screen; `iam-refine learn` teaches what it shows.");
    }
}

/// Begins to keep what is decided, after taking up what a record says or what was left. None when
/// the person was asked and there was nobody.
fn take_up(
    review: &mut Review,
    arguments: &Arguments,
    paths: &[Option<PathBuf>],
) -> Result<Option<Autosave>, Failure> {
    let replayed = arguments.records.replay(review)?;
    let desk = match autosave::Desk::take(review, paths)? {
        Ok(desk) => desk,
        Err(error) => {
            tell_not_kept(&error);
            return Ok(Some(Autosave::none(review, error)));
        }
    };
    let mut takes_over = false;
    if !replayed && let Some(left) = desk.left(review) {
        match goes_on(review, &left)? {
            GoesOn::Yes { whole } => takes_over = whole,
            GoesOn::No => {}
            GoesOn::NobodyAnswers => return Ok(None),
        }
    }
    let (autosave, kept) = desk.begin(review, takes_over)?;
    tell_kept(kept);
    Ok(Some(autosave))
}

/// Warns that decisions are not kept, and why.
pub fn tell_not_kept(error: &str) {
    say(format_args!(
        "warning: {error}; what you decide is lost if the program ends before you write"
    ));
}

/// Tells where a journal is that was not gone on with.
pub fn tell_kept(kept: Option<PathBuf>) {
    if let Some(kept) = kept {
        say(format_args!(
            "what was decided before is kept in {}",
            kept.display()
        ));
    }
}

/// What the person answered to the offer of going on.
pub enum GoesOn {
    /// To go on; with the whole of what was decided, or with what still applies.
    Yes {
        /// Whether all of it still applies.
        whole: bool,
    },
    No,
    NobodyAnswers,
}

/// Offers to go on with a review that was left; Enter takes it.
fn goes_on(review: &mut Review, left: &Left) -> Result<GoesOn, Failure> {
    let mut resumed = review.clone();
    let decided = left.journal.at_the_end();
    let all = decided.len();
    let applies = all - resumed.replay(&decided).len();
    tell_left(left.inputs, applies == all);
    let answer = ask_to_go_on(applies, all)?;
    if matches!(answer, GoesOn::Yes { .. }) {
        review.replay_steps(&left.journal.steps);
    }
    Ok(answer)
}

/// Tells that there is a review that was left, and what has changed since.
pub fn tell_left(inputs: Changed, all_applies: bool) {
    say(match inputs {
        Changed::Same if all_applies => "You left a review of these files.",
        Changed::Same => "You left a review of these files with other options or another version.",
        Changed::OtherFinding => {
            "You left a review of these policies; the findings, catalogue or options are others."
        }
        Changed::OtherPolicies => "You left a review; the policies changed since.",
    });
}

/// Asks whether to go on with what still `applies` of `all` decisions; Enter takes it.
pub fn ask_to_go_on(applies: usize, all: usize) -> Result<GoesOn, Failure> {
    if applies == 0 {
        say(format_args!(
            "None of its {} applies any more.",
            count(all, "decision")
        ));
        return Ok(GoesOn::No);
    }
    loop {
        say_text(format_args!(
            "Go on with {applies} of its {}? [Y/n] ",
            count(all, "decision")
        ));
        let mut answer = String::new();
        let read = if std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            std::io::stdin().lock().read_line(&mut answer)?
        } else {
            BufReader::new(terminal()?).read_line(&mut answer)?
        };
        if read == 0 {
            say("");
            return Ok(GoesOn::NobodyAnswers);
        }
        match answer.trim().to_ascii_lowercase().as_str() {
            "" | "y" | "yes" => {
                return Ok(GoesOn::Yes {
                    whole: applies == all,
                });
            }
            "n" | "no" => return Ok(GoesOn::No),
            _ => say("Answer y or n."),
        }
    }
}

/// Keeps and writes what is decided on the screen.
struct ReviewDesk<'a> {
    arguments: &'a Arguments,
    paths: &'a [Option<PathBuf>],
    autosave: Autosave,
    /// How the program is to exit.
    exit: Exit,
}

impl Desk for ReviewDesk<'_> {
    fn decided(&mut self, review: &Review) -> Result<(), String> {
        self.autosave.step(review)
    }

    fn not_kept(&self) -> Option<String> {
        let reason = self.autosave.not_kept()?;
        Some(format!(
            "What you decide is lost unless you write it: {reason}"
        ))
    }

    fn target(&self, review: &Review) -> Result<String, String> {
        self.told_target(review)
            .map_err(|failure| failure.in_one_line())
    }

    fn write(&mut self, review: &Review) -> Result<String, String> {
        self.write_policies(review)
            .map_err(|failure| failure.in_one_line())
    }
}

impl ReviewDesk<'_> {
    fn told_target(&self, review: &Review) -> Result<String, Failure> {
        let output = Output::new(review, self.paths);
        if self.arguments.in_place {
            Ok(told_over(&output.files_in_place(), &folder_of_replaced()?))
        } else if let Some(target) = &self.arguments.output {
            Ok(told_into(&output.files_at(target)?))
        } else {
            Ok(told_into(&output.files_beside()?))
        }
    }

    fn write_policies(&mut self, review: &Review) -> Result<String, Failure> {
        let output = Output::new(review, self.paths);
        self.arguments.records.can_keep()?;
        let written = if self.arguments.in_place {
            output.write_in_place()?
        } else if let Some(target) = &self.arguments.output {
            output.write_to(target)?
        } else {
            output.write_beside()?
        };
        self.arguments.records.keep(review)?;
        let mut text = told(&written);
        for (loaded, outcome) in review.case().policies.iter().zip(review.outcomes()) {
            if outcome.written == Written::NothingLeft {
                self.exit = Exit::NothingLeft;
                let name = loaded.document.source().name();
                let _ = writeln!(text, "{name}: {NOTHING_LEFT}");
            }
        }
        for step in output.next_steps(&written) {
            let _ = writeln!(text, "{step}");
        }
        Ok(seen(&text))
    }
}
