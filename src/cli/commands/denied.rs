//! `iam-refine denied`: which of the actions that AWS denied were taken away here.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::denied::{Records, Sorted, cautions};
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::{eprint_line, print_text};
use crate::denials::Denials;
use crate::intake::{open, stdin_once};
use crate::text::{Error, Untrusted, counted, grouped};

/// Say which denied actions were taken away, and how to get them back
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    iam-refine denied record.json error.log\n  \
    iam-refine denied changes/ events.json\n  \
    pbpaste | iam-refine denied record.json\n  \
    aws cloudtrail lookup-events --output json | iam-refine denied record.json -\n\n\
    Any text with AWS's AccessDenied messages is read: a log of any length, events of CloudTrail, \
    a pasted line. Exits with 1 when something that was denied was taken away here, else with 0.")]
pub struct Arguments {
    /// What --record wrote, or the folder that `refine --account ACCOUNT ... -o FOLDER` wrote
    #[arg(value_name = "RECORD|FOLDER")]
    record: PathBuf,

    /// The text with the messages; standard input where it is `-` or left out
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
}

/// Reads the records and the text, and prints what one has to do with the other.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let paths = [&arguments.record, &arguments.file].into_iter();
    stdin_once(paths.map(PathBuf::as_path))?;
    let records = Records::read(&arguments.record)?;
    for caution in cautions(&records) {
        eprint_line(caution);
    }
    let (name, denials) = read(&arguments.file)?;
    let sorted = Sorted::new(&records, &denials);
    print_text(sorted.report(&records))?;
    if !sorted.ours.is_empty() {
        return Ok(Exit::Found);
    }
    match denials.beyond() {
        0 => Ok(Exit::Done),
        beyond => Err(too_many(&name, beyond).into()),
    }
}

/// All denials in a text. What could not be read as it was meant to be is said.
fn read(path: &Path) -> Result<(Untrusted, Denials), Failure> {
    let (name, text) = open(path)?;
    let denials = Denials::read(text)
        .map_err(|error| Error::new(format!("{name} cannot be read")).caused_by(error))?;
    if let Some(line) = denials.broken_json() {
        eprint_line(format_args!(
            "note: {name} is no JSON any more in line {line}; from there it is read line by line"
        ));
    }
    let long_lines = usize::try_from(denials.long_lines()).unwrap_or(usize::MAX);
    if long_lines > 0 {
        eprint_line(format_args!(
            "note: {name} has {} than 5 MB; only messages that name an action are found in such",
            counted(long_lines, "line longer", "lines longer")
        ));
    }
    if denials.beyond() > 0 {
        eprint_line(format_args!(
            "warning: {}",
            too_many(&name, denials.beyond()).in_one_line()
        ));
    }
    Ok((name, denials))
}

fn too_many(name: &Untrusted, beyond: u64) -> Error {
    let beyond = grouped(usize::try_from(beyond).unwrap_or(usize::MAX));
    Error::with_help(
        format!("{name} has too many denials that differ: {beyond} were not looked at"),
        "give it in parts",
    )
}
