//! The command line: one file a command, what they share beside them.
//!
//! Results go to standard output, everything said about them to standard error. Exit codes are
//! those of [`Exit`].

mod account;
mod autosave;
mod basis;
mod batch;
mod catalogue;
mod catalogue_in_use;
mod completions;
mod demo;
mod exit;
mod explain;
mod fetch;
mod go_on;
mod import;
mod inputs;
mod judgement;
pub mod keep_file;
mod learn;
mod next_steps;
mod output;
mod picture;
mod plain;
mod progress;
mod records;
mod refine;
mod review;
mod save;
mod screen;
mod shell;
mod speak;
mod summary;
mod too_long;
mod update;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Review(review::Arguments),
    Refine(refine::Arguments),
    Verify(verify::Arguments),
    Explain(explain::Arguments),
    Picture(picture::Arguments),
    Learn(learn::Arguments),
    Batch(batch::Arguments),
    Catalogue(catalogue::Arguments),
    Completions(completions::Completions),
    Man(completions::Man),
}

/// Runs the program with the process's arguments and tells how it went.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::Refine(arguments) => refine::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Picture(arguments) => picture::run(&arguments),
        Command::Learn(arguments) => learn::run(&arguments),
        Command::Batch(arguments) => batch::run(&arguments),
        Command::Catalogue(arguments) => catalogue::run(&arguments),
        Command::Completions(arguments) => completions::complete(&arguments),
        Command::Man(arguments) => completions::man(&arguments),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => failure.tell(),
    }
}
