//! `--account`: all policies of an account at once.

mod autosave;
mod folder;
mod hindrance;
mod load;
mod refined;
mod report;
mod review;
mod script;
mod still_granted;
mod table;

use std::path::{Path, PathBuf};

pub use load::load;
pub use review::review;

use super::exit::{Exit, Failure};
use super::inputs::How;
use super::speak::{print, say, say_text};
use crate::cli::commands::refine::NotActionChoice;
use crate::store::must_be_free;

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
    not_action: NotActionChoice,
    to: To<'_>,
) -> Result<Exit, Failure> {
    if let To::Folder(folder) = to {
        must_be_free(folder)?;
    }
    let account = load(account, findings, how)?;
    for note in account.notes() {
        say(note);
    }
    let refined = refined::refine_all(&account, not_action)?;
    let overview = table::table(&account, &refined);
    match to {
        To::Table => print(overview)?,
        To::Json => {
            let json = table::as_json(&account, &refined);
            print(format!("{json:#}\n"))?;
        }
        To::Check => {
            say_text(overview);
            let is_found = table::changes(&refined).next().is_some();
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
