//! `--decisions` of an account: the records in a folder that was written of it before.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{RECORD, SUMS, UNCHANGED};
use crate::account::{AccountDecisions, AccountReview};
use crate::cli::exit::Failure;
use crate::cli::records::read_decisions;
use crate::cli::speak::eprint_line;
use crate::intake::read_account;
use crate::review::SavedDecisions;
use crate::text::{Error, Shown, sha256};

/// Does again what the records in `folder` decide, and tells what does not apply any more. Nothing is
/// decided where no folder is given.
///
/// # Errors
/// A folder or record that cannot be read; a folder without records, or with others than were written into it;
/// records that contradict each other, or of which nothing applies.
pub fn replay(account: &AccountReview, folder: Option<&Path>) -> Result<AccountDecisions, Failure> {
    let Some(path) = folder else {
        return Ok(AccountDecisions::default());
    };
    let replayed = account.replay(&records(path)?);
    let replayed = replayed.map_err(|error| {
        Error::new(error.to_string())
            .help("take one of the two away: nobody can tell which was meant")
    })?;
    for left_out in &replayed.left_out {
        eprint_line(format_args!("warning: {left_out}"));
    }
    if replayed.applying == 0 {
        return Err(Failure::with_help(
            format!(
                "nothing that is decided in {} applies to this account",
                path.shown()
            ),
            "give the account as it was, and the folder that was written of it",
        ));
    }
    Ok(replayed)
}

/// The records in a folder, or the one in a file.
fn records(path: &Path) -> Result<Vec<SavedDecisions>, Failure> {
    if !path.is_dir() {
        return Ok(vec![read_decisions(path)?]);
    }
    let files = record_files(path)?;
    if files.is_empty() {
        return Err(Failure::with_help(
            format!("the folder {} holds no {RECORD}", path.shown()),
            "give the folder that `iam-refine review --account` or `refine --account` wrote",
        ));
    }
    let sums = Sums::of(path)?;
    let records = files.iter().map(|file| {
        let record = read_decisions(file)?;
        match &sums {
            None => Ok(record),
            Some(sums) => {
                sums.must_have(path, file, &record.from().sha256)?;
                Ok(record.of_folder(sums.own.clone()))
            }
        }
    });
    let records = records.collect::<Result<Vec<_>, Failure>>()?;
    match &sums {
        Some(sums) => {
            sums.must_be_there(path)?;
            eprint_line(format_args!(
                "note: the decisions in {} are as they were written; SHA-256 of its {SUMS}: {}",
                path.shown(),
                sums.own
            ));
        }
        None => eprint_line(format_args!(
            "warning: {} has no {SUMS}, so nothing tells whether its records are as they were written",
            path.shown()
        )),
    }
    Ok(records)
}

/// The records of a folder: one for each policy that changes, and those of others that were decided on.
fn record_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for inside in entries(folder)? {
        if inside.file_name().is_some_and(|name| name == UNCHANGED) {
            let of_others = entries(&inside)?.into_iter();
            files
                .extend(of_others.filter(|file| file.extension().is_some_and(|end| end == "json")));
        } else if inside.is_dir()
            && (is_there(&inside.join(BEFORE))? || is_there(&inside.join(RECORD))?)
        {
            // One without its record is not passed over: reading it tells.
            files.push(inside.join(RECORD));
        }
    }
    files.sort();
    for file in &files {
        must_be_file(file)?;
    }
    Ok(files)
}

/// What each folder of a policy has, whatever becomes of it.
const BEFORE: &str = "before.json";

/// Whether there is something of that name.
fn is_there(path: &Path) -> Result<bool, Failure> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(cannot_read(path, error).into()),
    }
}

/// A pipe or a folder in the place of a record is none.
fn must_be_file(path: &Path) -> Result<(), Failure> {
    match path.metadata() {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(Failure::with_help(
            format!("{} is no file", path.shown()),
            AS_WRITTEN,
        )),
        Err(error) => Err(cannot_read(path, error).help(AS_WRITTEN).into()),
    }
}

/// What to do about a folder that is not as it was written.
const AS_WRITTEN: &str =
    "give the folder as it was written; to leave a policy undecided take its whole folder away";

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

fn cannot_read(path: &Path, error: io::Error) -> Error {
    Error::new(format!("{} cannot be read", path.shown())).caused_by(error)
}

/// What the `SHA256SUMS` of a folder says of its files.
struct Sums {
    /// The SHA-256 of each, by its name in the folder.
    of: BTreeMap<String, String>,
    /// Its own, which names the folder as a whole.
    own: String,
}

impl Sums {
    /// Reads it; none where there is none.
    fn of(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(SUMS);
        if !is_there(&path)? {
            return Ok(None);
        }
        must_be_file(&path)?;
        let source = read_account(&path)?;
        let text = source.original();
        let mut of = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let named = line.split_once("  ").filter(|(sum, _)| {
                sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit())
            });
            let Some((sum, name)) = named else {
                return Err(Failure::with_help(
                    format!(
                        "{}: line {} is no SHA-256 of a file",
                        path.shown(),
                        number + 1
                    ),
                    AS_WRITTEN,
                ));
            };
            of.insert(name.to_owned(), sum.to_ascii_lowercase());
        }
        let own = sha256(&text);
        Ok(Some(Sums { of, own }))
    }

    /// That a record in the folder is the one that was written into it.
    fn must_have(&self, folder: &Path, file: &Path, sum: &str) -> Result<(), Failure> {
        let name = file.strip_prefix(folder).unwrap_or(file);
        let what = match self.of.get(&*name.to_string_lossy()) {
            Some(written) if written == sum => return Ok(()),
            Some(_) => "has changed since the folder was written",
            None => "was not written with the folder",
        };
        Err(Failure::with_help(
            format!("{} {what}: {SUMS} has another or none", file.shown()),
            format!(
                "give the folder as it was written, or the record by itself to take it all the same: --decisions {}",
                file.shown()
            ),
        ))
    }

    /// That each record that was written is there, but for those whose whole folder was taken away.
    fn must_be_there(&self, folder: &Path) -> Result<(), Failure> {
        for name in self.of.keys() {
            let file = folder.join(name);
            let is_left_out = match name.split_once('/') {
                Some((UNCHANGED, _)) => false,
                Some((of_policy, RECORD)) => !is_there(&folder.join(of_policy))?,
                _ => true,
            };
            if !is_left_out && !is_there(&file)? {
                return Err(Failure::with_help(
                    format!("{} is missing: {SUMS} names it", file.shown()),
                    AS_WRITTEN,
                ));
            }
        }
        Ok(())
    }
}
