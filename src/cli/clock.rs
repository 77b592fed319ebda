//! What time it is. The rooms of the library have no clock: they are told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::exit::Failure;

/// Today, in UTC.
///
/// # Errors
/// Those of [`now`].
pub fn today() -> Result<Date, Failure> {
    Ok(Offset::UTC.to_datetime(now()?).date())
}

/// This second. `SOURCE_DATE_EPOCH` says otherwise: the same input makes the same catalogue and the
/// same record then.
///
/// # Errors
/// The variable is there and is not a number of seconds; the clock is beyond all dates.
pub fn now() -> Result<Timestamp, Failure> {
    match std::env::var_os("SOURCE_DATE_EPOCH").filter(|seconds| !seconds.is_empty()) {
        None => second_of(SystemTime::now())
            .ok_or_else(|| Failure::with_help("the clock is beyond the year 9999", "set it")),
        Some(seconds) => (seconds.to_str())
            .and_then(|seconds| seconds.parse().ok())
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .and_then(second_of)
            .ok_or_else(|| {
                Failure::with_help(
                    "SOURCE_DATE_EPOCH is not a number of seconds since 1970",
                    "unset it, or give a whole number",
                )
            }),
    }
}

/// The second of a moment; none beyond the years that have four digits.
fn second_of(time: SystemTime) -> Option<Timestamp> {
    let time = Timestamp::from_second(Timestamp::try_from(time).ok()?.as_second()).ok()?;
    (Offset::UTC.to_datetime(time).year() >= 0).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_beyond_all_dates_has_none() {
        let after = |seconds| {
            UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds))
                .unwrap()
        };
        let day =
            |time| second_of(time).map(|second| Offset::UTC.to_datetime(second).date().to_string());
        assert_eq!(day(after(1_795_392_000)).as_deref(), Some("2026-11-23"));
        assert_eq!(day(after(253_402_207_199)).as_deref(), Some("9999-12-30"));
        assert_eq!(day(after(253_402_300_800)), None);
        let before = |seconds| {
            UNIX_EPOCH
                .checked_sub(Duration::from_secs(seconds))
                .unwrap()
        };
        assert_eq!(day(before(1)).as_deref(), Some("1969-12-31"));
        assert_eq!(day(before(70_000_000_000)), None);
    }
}
