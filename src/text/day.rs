//! Days.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// The day of a moment in UTC, which AWS uses.
///
/// ```
/// let moment = "2026-10-20T23:59:59Z".parse().unwrap();
/// assert_eq!(iam_refine::text::day(moment).to_string(), "2026-10-20");
/// ```
pub fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}
