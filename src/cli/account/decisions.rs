//! `--decisions` of an account: the records in a folder that was written of it before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{RECORD, UNCHANGED};
use crate::account::{AccountDecisions, AccountReview};
use crate::cli::exit::Failure;
use crate::cli::records::read_decisions;
use crate::cli::speak::eprint_line;
use crate::text::{Error, Shown};

/// Does again what the records in `folder` decide, and tells what does not apply any more. Nothing is
/// decided where no folder is given.
///
/// # Errors
/// A folder or record that cannot be read; a folder without records; records of which nothing applies.
pub fn replay(account: &AccountReview, folder: Option<&Path>) -> Result<AccountDecisions, Failure> {
    let Some(folder) = folder else {
        return Ok(AccountDecisions::default());
    };
    let files = record_files(folder)?;
    if files.is_empty() {
        return Err(Failure::with_help(
            format!("the folder {} holds no {RECORD}", folder.shown()),
            "give the folder that `iam-refine review --account` or `refine --account` wrote",
        ));
    }
    let records = files.iter().map(|file| read_decisions(file));
    let records = records.collect::<Result<Vec<_>, Failure>>()?;
    let replayed = account.replay(&records);
    for left_out in &replayed.left_out {
        eprint_line(format_args!("warning: {left_out}"));
    }
    if replayed.decided.is_empty() {
        return Err(Failure::with_help(
            format!(
                "nothing that is decided in {} applies to this account",
                folder.shown()
            ),
            "give the account as it was, and the folder that was written of it",
        ));
    }
    Ok(replayed)
}

/// The records of a folder: one for each policy that changes, and those of others that were decided on. A
/// record may be given by itself.
fn record_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for inside in entries(path)? {
        if inside.file_name().is_some_and(|name| name == UNCHANGED) {
            let of_others = entries(&inside)?.into_iter();
            files
                .extend(of_others.filter(|file| file.extension().is_some_and(|end| end == "json")));
        } else if inside.join(RECORD).is_file() {
            files.push(inside.join(RECORD));
        }
    }
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error: io::Error| {
        Error::new(format!("the folder {} cannot be read", folder.shown())).caused_by(error)
    };
    let entries = fs::read_dir(folder).map_err(cannot)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    Ok(paths
        .collect::<io::Result<Vec<PathBuf>>>()
        .map_err(cannot)?)
}
