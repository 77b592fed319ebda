//! Which catalogue a command works with, and whether it is old.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::exit::Failure;
use super::inputs;
use super::speak::say;
use crate::catalogue::Catalogue;

/// How many days a catalogue may be old before a hint is due.
const OLD: i64 = 90;

/// The catalogue in the file that was given; the built-in one where none was.
///
/// # Errors
/// The file cannot be read as one.
pub fn chosen(given: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    match given {
        None => Ok(Catalogue::built_in()),
        Some(path) => Ok(Arc::new(Catalogue::parse(&inputs::read(path)?)?)),
    }
}

/// [`chosen`], with a hint when nobody chose it and it is old.
///
/// # Errors
/// The file cannot be read as one.
pub fn chosen_with_hint(given: Option<&Path>) -> Result<Arc<Catalogue>, Failure> {
    let catalogue = chosen(given)?;
    if given.is_none()
        && let Some(age) = catalogue.age_in_days(today()?).filter(|&age| age > OLD)
    {
        say(format_args!(
            "note: {} is {age} days old; `iam-refine catalogue import` makes one of AWS's service \
             reference, --catalogue FILE uses it",
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
