//! The command line: arguments go in, an exit code comes out ([`run`]). Each command has a file in
//! `commands`; around it is what they share: options, output, autosave, records.
//!
//! Results go to standard output, everything said about them to standard error. Exit codes are
//! those of [`Exit`].

mod account;
mod as_deny;
mod autosave;
mod catalogue_in_use;
mod check;
mod clock;
mod commands;
mod denied;
mod exit;
mod fetching;
mod goal;
mod opened;
mod output;
mod plain;
mod records;
mod resume;
mod screen;
mod shared_arguments;
mod speak;
mod too_long;

use std::borrow::Cow;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use signal_hook::consts::SIGXFSZ;

use commands::Command;
use exit::Failure;

use crate::text::printable;

pub use exit::Exit;

/// Remove unused permissions from AWS IAM policies, at the keyboard.
#[derive(Debug, Parser)]
#[command(
    name = "iam-refine",
    version,
    after_help = "Start with `iam-refine demo`, or with\n    \
        iam-refine refine policy.json findings.json --diff\n\n\
        Exit codes: 0 done, 1 something found, 2 bad input, 3 a proof failed (a bug), \
        4 a policy stays, since nothing would be left of it or it would be too long."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Runs the program with the process's arguments and tells how it went.
pub fn run() -> ExitCode {
    outlive_files_that_grow_too_large();
    let arguments = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return tell_usage(&error),
    };
    match arguments.command.run() {
        Ok(exit) => exit.into(),
        Err(failure) => tell(&failure),
    }
}

/// Lets writing fail where a file would grow larger than the user's limit (`ulimit -f`). The signal
/// that comes with it would end the program in the midst of a file, with nobody to take that away.
fn outlive_files_that_grow_too_large() {
    // Where the signal cannot be caught, it ends the program, as before.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
}

/// Says on standard error what failed, and gives the exit code.
fn tell(failure: &Failure) -> ExitCode {
    if !matches!(failure, Failure::BrokenPipe) {
        speak::eprint_line(failure);
    }
    failure.exit().into()
}

/// Tells what clap has to say: help, or an error, which quotes arguments.
fn tell_usage(error: &clap::Error) -> ExitCode {
    let safe = safe_arguments().filter(|_| error.use_stderr());
    let is_told = match safe.map(Cli::try_parse_from) {
        // The same error, of what is safe to show.
        Some(Err(error)) => error.print(),
        Some(Ok(_)) => {
            speak::eprint_text(error.render());
            Ok(())
        }
        None => error.print(),
    };
    if error.use_stderr() {
        return Exit::BadInput.into();
    }
    // Help may be held back until it is given out.
    match is_told.and_then(|()| speak::flush()) {
        Ok(()) => Exit::Done.into(),
        Err(error) => tell(&error.into()),
    }
}

/// The arguments with what a terminal would obey or nobody would see spelled out; none where there
/// is nothing of this kind.
fn safe_arguments() -> Option<Vec<String>> {
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let arguments: Vec<String> = arguments.collect();
    let safe = arguments.iter().map(|argument| printable(argument));
    let safe: Vec<String> = safe.map(Cow::into_owned).collect();
    (safe != arguments).then_some(safe)
}
