//! The record of what was taken away, or all those in the folder of an account.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::account::{RECORD, UNCHANGED};
use crate::cli::exit::Failure;
use crate::cli::records::not_read;
use crate::intake::{is_stdin, read_account};
use crate::review::{NotRead, Removal, Removals, StatementOf};
use crate::text::{Error, Shown, Untrusted};

/// What was taken away, by one record or several.
pub struct Records {
    /// Each with what takes it back.
    pub all: Vec<Record>,
    /// The policies in the folder that have no record.
    pub without: Vec<PathBuf>,
    /// The policies in the folder of which nothing is applied now, where its logs tell what is.
    pub not_applied: Vec<PathBuf>,
}

/// A record, and the script that takes back what it tells of.
pub struct Record {
    /// What was taken away.
    pub removals: Removals,
    /// The folder of its policy, in the folder of an account.
    pub folder: Option<Untrusted>,
    /// `rollback.sh` beside it, where there is one.
    pub rollback: Option<PathBuf>,
}

impl Record {
    /// The removal with the policy called as its folder: of an account all have one file.
    pub fn call(&self, removal: Removal) -> Removal {
        match &self.folder {
            Some(folder) => Removal {
                file: folder.clone(),
                ..removal
            },
            None => removal,
        }
    }

    /// [`Record::call`] for statements.
    pub fn call_all(&self, statements: Vec<StatementOf>) -> impl Iterator<Item = StatementOf> {
        statements.into_iter().map(|statement| match &self.folder {
            Some(folder) => StatementOf {
                file: folder.clone(),
                ..statement
            },
            None => statement,
        })
    }
}

impl Records {
    /// Reads a record, or those in a folder.
    ///
    /// # Errors
    /// What cannot be read, is no record, or holds none.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if is_stdin(path) || !path.is_dir() {
            return Ok(Records {
                all: vec![record(path)?],
                without: Vec::new(),
                not_applied: Vec::new(),
            });
        }
        let mut records = Records {
            all: Vec::new(),
            without: Vec::new(),
            not_applied: Vec::new(),
        };
        let folders = folders(path)?;
        // A copy of the folder may have no logs: then nothing tells what was applied.
        let has_logs = folders
            .iter()
            .any(|folder| folder.join(APPLIED).is_file() || folder.join(ROLLED_BACK).is_file());
        for folder in folders {
            let has_script = folder.join("apply.sh").is_file();
            if has_logs && has_script && !folder.join(APPLIED).is_file() {
                records.not_applied.push(folder);
                continue;
            }
            if folder.file_name().is_some_and(|name| name == UNCHANGED) {
                records.all.extend(of_unchanged(&folder)?);
                continue;
            }
            let file = folder.join(RECORD);
            if file.symlink_metadata().is_ok() {
                let name = folder.file_name().filter(|_| folder != *path);
                let name = name.map(|name| Path::new(name).shown());
                records.all.push(Record {
                    folder: name,
                    ..record(&file)?
                });
            } else if folder.join("rollback.sh").is_file() {
                records.without.push(folder);
            }
        }
        if records.all.is_empty() && records.not_applied.is_empty() {
            return Err(Failure::with_help(
                format!("the folder {} holds no {RECORD}", path.shown()),
                "give the folder that `iam-refine refine --account ACCOUNT FINDINGS -o FOLDER` \
                 wrote, or a file that --record wrote",
            ));
        }
        Ok(records)
    }
}

/// What the scripts of a policy leave: what is applied, and what was and is not any more.
const APPLIED: &str = "applied.log";
const ROLLED_BACK: &str = "rolled-back.log";

/// The folder itself and those in it, in order.
fn folders(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error: io::Error| {
        Error::new(format!("the folder {} cannot be read", path.shown())).caused_by(error)
    };
    let mut folders = vec![path.to_owned()];
    for entry in fs::read_dir(path).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        if entry.file_type().map_err(cannot)?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// The records of the policies that stay as they are, each called as its folder would be.
fn of_unchanged(folder: &Path) -> Result<Vec<Record>, Failure> {
    let cannot = |error: io::Error| {
        Error::new(format!("the folder {} cannot be read", folder.shown())).caused_by(error)
    };
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let file = entry.map_err(cannot)?.path();
        if file.extension().is_some_and(|end| end == "json") {
            let name = file.file_stem().map(|name| Path::new(name).shown());
            records.push(Record {
                folder: name,
                ..record(&file)?
            });
        }
    }
    records.sort_by(|one, other| one.folder.cmp(&other.folder));
    Ok(records)
}

fn record(path: &Path) -> Result<Record, Failure> {
    let read = Removals::read(&read_account(path)?);
    let removals = read.map_err(|error| match error {
        NotRead::OtherFormat(_) | NotRead::Broken(_) => not_read(path, error).help(
            "the record comes first, then the text with the messages: iam-refine denied \
             record.json error.log",
        ),
        error => not_read(path, error),
    })?;
    let rollback = path.with_file_name("rollback.sh");
    Ok(Record {
        removals,
        folder: None,
        rollback: rollback.is_file().then_some(rollback),
    })
}
