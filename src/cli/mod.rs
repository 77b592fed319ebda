//! The command line: arguments go in, an exit code comes out ([`run`]). Each command has a file in
//! `commands`; around it is what they share: options, output, autosave, records.
//!
//! Results go to standard output, everything said about them to standard error. Exit codes are
//! those of [`Exit`].

mod account;
mod autosave;
mod catalogue_in_use;
mod commands;
mod exit;
mod output;
mod plain;
mod records;
mod resume;
mod screen;
mod shared_arguments;
mod speak;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;

use crate::text::sanitize;

use exit::Failure;

pub use exit::Exit;

/// Remove unused permissions from AWS IAM policies, at the keyboard.
#[derive(Debug, Parser)]
#[command(
    name = "iam-refine",
    version,
    after_help = "Start with `iam-refine demo`, or with\n    \
        iam-refine refine policy.json findings.json --diff\n\n\
        Exit codes: 0 done, 1 something found, 2 bad input, 3 a proof failed (a bug), \
        4 nothing would be left of a policy."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Runs the program with the process's arguments and tells how it went.
pub fn run() -> ExitCode {
    let arguments = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return tell_usage(&error),
    };
    match arguments.command.run() {
        Ok(exit) => exit.into(),
        Err(failure) => failure.tell(),
    }
}

/// Tells what clap has to say: help as it is, and errors, which quote arguments, without a
/// character that nobody sees.
fn tell_usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if error.use_stderr() && sanitize(&text) != text {
        speak::eprint_text(text);
    } else if let Err(error) = error.print().and_then(|()| speak::flush()) {
        return Failure::from(error).tell();
    }
    match error.exit_code() {
        0 => Exit::Done.into(),
        _ => Exit::BadInput.into(),
    }
}
