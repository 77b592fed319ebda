//! `--account`: all policies of an account at once.

mod autosave;
mod folder;
mod load;
mod review;

use std::path::{Path, PathBuf};

pub use load::load;
pub use review::review;

use super::exit::{Exit, Failure};
use super::inputs::How;
use super::speak::{print, say, say_text};
use crate::account::changes;
use crate::explain::report::{account_json, account_table};
use crate::review::Accept;

/// Where to put what becomes of an account.
#[derive(Clone, Copy, Debug)]
pub enum To<'a> {
    /// An overview on standard output.
    Table,
    /// The same as JSON.
    Json,
    /// Nowhere: the exit code tells whether anything could go.
    Check,
    /// Policies and scripts in this folder.
    Folder(&'a Path),
}

/// Refines every policy of an account that may be.
///
/// # Errors
/// What is wrong with the files; a proof that fails; a folder that is not empty.
pub fn refine(
    account: &Path,
    findings: &[PathBuf],
    how: &How,
    accept: Accept,
    to: To<'_>,
) -> Result<Exit, Failure> {
    if let To::Folder(folder) = to {
        folder::must_be_free(folder)?;
    }
    let account = load(account, findings, how)?;
    for note in account.notes() {
        say(note);
    }
    let refined = account.refine_all(accept).map_err(Failure::Proof)?;
    let overview = account_table(&account, &refined);
    match to {
        To::Table => print(overview)?,
        To::Json => {
            let json = account_json(&account, &refined);
            print(format!("{json:#}\n"))?;
        }
        To::Check => {
            say_text(overview);
            let is_found = changes(&refined).next().is_some();
            return Ok(if is_found { Exit::Found } else { Exit::Done });
        }
        To::Folder(folder) => {
            say_text(overview);
            folder::write(folder, &account, &refined)?;
            say(format_args!(
                "wrote {}: begin with the REVIEW.md in it",
                folder.display()
            ));
        }
    }
    Ok(Exit::Done)
}
