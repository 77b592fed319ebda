//! `refine --as-deny`: what goes, written as Deny policies in the place of narrowed ones.

use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use super::output::{Output, is_no_hyphen, no_folder};
use super::records::RecordFile;
use super::speak::{eprint_line, eprint_text, print_document};
use crate::aws::next_steps_as_deny;
use crate::explain::report::as_deny_summary;
use crate::review::{AsDeny, Review};
use crate::store::{FileWrite, Target, can_be_folder, make_folder, write_files};
use crate::text::{Error, Shown, counted};

/// Writes the Deny policies of `review` to `output`, or prints the only one where that is none, and the
/// record before them; then says how they are put in force and taken back.
pub fn write(
    review: &Review,
    deny: &AsDeny,
    output: Option<&Path>,
    record: Option<&RecordFile<'_>>,
) -> Result<Exit, Failure> {
    eprint_text(as_deny_summary(review, deny));
    let Some(output) = output else {
        let text = only_text(deny)?;
        let print = || print_document(text);
        match record {
            Some(record) => record.write_before(print)?,
            None => print()?,
        }
        return Ok(Exit::Done);
    };
    let files = files_at(deny, output)?;
    Output::new(review).files_are_as_read()?;
    if files.len() > 1 {
        make_folder(output).map_err(|error| no_folder(output).caused_by(error))?;
    }
    save(deny, &files, record)?;
    let input = review.input();
    for hint in next_steps_as_deny(&input.policies[0].loaded, &input.principal, &files) {
        eprint_line(hint);
    }
    Ok(Exit::Done)
}

/// The text of the one policy that can be printed.
fn only_text(deny: &AsDeny) -> Result<&str, Failure> {
    match deny.texts.as_slice() {
        [only] => Ok(only),
        several => Err(Failure::with_help(
            format!(
                "{} Deny policies do not fit on one standard output",
                several.len()
            ),
            "give a folder with -o",
        )),
    }
}

/// Where each policy goes: the only one to `output` itself, or to `deny.json` if that is a folder;
/// several to `deny-1.json` and so on in the folder `output`.
fn files_at(deny: &AsDeny, output: &Path) -> Result<Vec<PathBuf>, Failure> {
    is_no_hyphen(output)?;
    let count = deny.texts.len();
    let numbered = |number| output.join(format!("deny-{number}.json"));
    let only = output.join("deny.json");
    if count == 1 {
        if !output.is_dir() {
            return Ok(vec![output.to_owned()]);
        }
        is_free(&numbered(1))?;
        return Ok(vec![only]);
    }
    // Whoever asks for a file is not given a folder of its name.
    let is_called_a_file = !output.is_dir() && output.extension().is_some();
    if is_called_a_file || !can_be_folder(output) {
        return Err(in_a_folder(count, output).into());
    }
    is_free(&only)?;
    is_free(&numbered(count + 1))?;
    Ok((1..=count).map(numbered).collect())
}

/// Whether nothing is at `path` that would be taken for one of the policies that are written beside it.
fn is_free(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(Failure::with_help(
        format!(
            "{} is there, and is none of what would be written beside it",
            path.shown()
        ),
        "move it away, or give another folder with -o; nothing was written",
    ))
}

fn in_a_folder(count: usize, output: &Path) -> Error {
    let policies = counted(count, "Deny policy", "Deny policies");
    let folder = output.with_extension("");
    Error::with_help(
        format!("{policies} do not fit in the one file {}", output.shown()),
        format!(
            "they go into a folder: -o {}; nothing was written",
            folder.shown()
        ),
    )
}

fn save(deny: &AsDeny, files: &[PathBuf], record: Option<&RecordFile<'_>>) -> Result<(), Failure> {
    let record = record.map(RecordFile::file);
    let before = usize::from(record.is_some());
    let new = files.iter().zip(&deny.texts).map(|(path, text)| FileWrite {
        path,
        text,
        target: Target::New,
    });
    let written = write_files(&record.into_iter().chain(new).collect::<Vec<_>>())?;
    for (path, file) in files.iter().zip(written.iter().skip(before)) {
        match file {
            Some(file) => eprint_line(file),
            None => eprint_line(format!("{} is already up to date", path.shown())),
        }
    }
    Ok(())
}
