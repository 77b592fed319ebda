//! Which catalogue a command works with, and whether it is old.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::exit::Failure;
use super::speak::eprint_line;
use crate::catalogue::Catalogue;
use crate::intake::read;
use crate::store::{data_folder, unsealed};

/// How many days a catalogue may be old before a hint is due.
const OLD: i64 = 90;

/// The catalogue in the file that was given; where none was, the one that `catalogue update` kept
/// or the built-in one, whichever is newer.
///
/// # Errors
/// The file cannot be read as one.
pub fn chosen(given: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    if let Some(path) = given {
        return Ok(Arc::new(Catalogue::parse(&read(path)?)?));
    }
    let built_in = Catalogue::built_in();
    match kept_path() {
        Ok(path) if path.exists() => {
            let kept = read_kept(&path)?;
            Ok(if kept.date() >= built_in.date() {
                Arc::new(kept)
            } else {
                built_in
            })
        }
        _ => Ok(built_in),
    }
}

/// Reads what was kept: all of it, believing nothing, unless its seal says that it is as it was
/// written. That takes a tenth of the time, at every start.
fn read_kept(path: &Path) -> Result<Catalogue, Failure> {
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

/// Today, in UTC. `SOURCE_DATE_EPOCH` says otherwise: the same input makes the same catalogue then.
///
/// # Errors
/// The variable is there and is not a number of seconds.
pub fn today() -> Result<Date, Failure> {
    let now = match std::env::var_os("SOURCE_DATE_EPOCH") {
        None => jiff::Timestamp::now(),
        Some(seconds) => (seconds.to_str())
            .and_then(|seconds| jiff::Timestamp::from_second(seconds.parse().ok()?).ok())
            .ok_or_else(|| {
                Failure::with_help(
                    "SOURCE_DATE_EPOCH is not a number of seconds since 1970",
                    "unset it, or give a whole number",
                )
            })?,
    };
    Ok(jiff::tz::Offset::UTC.to_datetime(now).date())
}
