//! Which catalogue a command works with, and whether it is old.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::clock::today;
use super::exit::Failure;
use super::speak::eprint_line;
use crate::catalogue::Catalogue;
use crate::intake::read;
use crate::store::{data_folder, unsealed};
use crate::text::Shown;

/// How many days a catalogue may be old before a hint is due.
const OLD: i64 = 90;

/// The catalogue in the file that was given; where none was, the one that `catalogue update` kept
/// or the built-in one, whichever is newer. One that is dated after today is not believed to be.
///
/// # Errors
/// The file cannot be read as one.
pub fn chosen(given: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    if let Some(path) = given {
        return Ok(Arc::new(Catalogue::parse(&read(path)?)?));
    }
    let built_in = Catalogue::built_in();
    match kept_path() {
        Ok(path) if path.exists() => newer(read_kept(&path)?, built_in),
        _ => Ok(built_in),
    }
}

/// What was kept, if it is no older than the built-in one and its date can be.
fn newer(kept: Catalogue, built_in: Arc<Catalogue>) -> Result<Arc<Catalogue>, Failure> {
    match kept.date() {
        Some(date) if Some(date) >= built_in.date() => {
            let today = today()?;
            if date <= today || Some(date) == built_in.date() {
                return Ok(Arc::new(kept));
            }
            eprint_line(format_args!(
                "note: {} is of {date}, and today is {today}: {}{} is used; if the clock is right, \
                 `iam-refine catalogue update` makes a new one",
                kept.name(),
                built_in.name(),
                built_in.of_date()
            ));
            Ok(built_in)
        }
        _ => Ok(built_in),
    }
}

/// Reads what was kept: all of it, believing nothing, unless its seal says that it is as it was
/// written. That takes a tenth of the time, at every start.
fn read_kept(path: &Path) -> Result<Catalogue, Failure> {
    if !path.is_file() {
        // Reading from a pipe could wait for ever.
        return Err(Failure::with_help(
            format!("{} is no file", path.shown()),
            "move it away; `iam-refine catalogue update` makes a new one",
        ));
    }
    let file = read(path)?;
    Ok(match unsealed(file.text()) {
        // It is used until the program ends, and there is one at most.
        Some(text) => Catalogue::from_trusted(file.name().raw(), text.to_owned().leak()),
        None => Catalogue::parse(&file)?,
    })
}

/// Where `catalogue update` keeps what it fetched: `$XDG_DATA_HOME/iam-refine/catalogue.txt` or
/// its like.
///
/// # Errors
/// The user has no home.
pub fn kept_path() -> Result<PathBuf, Failure> {
    Ok(data_folder()?.join("catalogue.txt"))
}

/// [`chosen`], with a hint when nobody chose it and it is old.
///
/// # Errors
/// The file cannot be read as one.
pub fn chosen_with_hint(given: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    let catalogue = chosen(given)?;
    if cfg!(feature = "update")
        && given.is_none()
        && let Some(age) = catalogue.age_in_days(today()?).filter(|&age| age > OLD)
    {
        eprint_line(format_args!(
            "note: {} is {age} days old; `iam-refine catalogue update` fetches AWS's of today",
            catalogue.name()
        ));
    }
    Ok(catalogue)
}
