//! When something was denied, as lines of logs and events tell it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The time that a line begins with or has near its start: `2026-11-28T09:12:03.123Z`,
/// `2026-11-28 09:12:03,123`. One without a zone counts as UTC.
pub(super) fn in_line(line: &str) -> Option<Timestamp> {
    /// How far it may be from the start.
    const NEAR: usize = 120;
    const LENGTH: usize = "2026-11-28T09:12:03".len();
    let bytes = line.as_bytes();
    let is_time = |window: &[u8]| {
        window
            .iter()
            .zip(b"dddd-dd-ddTdd:dd:dd")
            .all(|(byte, form)| match form {
                b'd' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b' '),
                mark => byte == mark,
            })
    };
    let near = &bytes[..bytes.len().min(NEAR + LENGTH)];
    let at = near.windows(LENGTH).position(is_time)?;
    // All of it is ASCII.
    let civil: DateTime = line.get(at..at + LENGTH)?.replace(' ', "T").parse().ok()?;
    let behind = line[at + LENGTH..].trim_start_matches(|letter: char| {
        letter.is_ascii_digit() || letter == '.' || letter == ','
    });
    offset(behind).to_timestamp(civil).ok()
}

/// `+01:00` or `-0500` at the start of a text; otherwise UTC.
fn offset(text: &str) -> Offset {
    let (sign, rest) = match text.as_bytes() {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return Offset::UTC,
    };
    let digits: Vec<i32> = (rest.iter().filter(|byte| **byte != b':'))
        .take_while(|byte| byte.is_ascii_digit())
        .take(4)
        .map(|byte| i32::from(byte - b'0'))
        .collect();
    let [a, b, c, d] = digits[..] else {
        return Offset::UTC;
    };
    let seconds = sign * ((a * 10 + b) * 3600 + (c * 10 + d) * 60);
    Offset::from_seconds(seconds).unwrap_or(Offset::UTC)
}

/// The time in a member of an event: a text, or seconds or milliseconds since 1970.
pub(super) fn in_member(text: &str) -> Option<Timestamp> {
    /// The year 5138 in seconds, and 1973 in milliseconds.
    const MILLISECONDS: f64 = 1e11;
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let number: f64 = match text.parse() {
        Ok(number) => number,
        Err(_) => return in_line(text),
    };
    if number.is_nan() {
        return None;
    }
    let seconds = if number < MILLISECONDS {
        number
    } else {
        number / 1000.0
    };
    // A float that is out of range becomes the nearest number there is, and no time.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_second(seconds as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_where_logs_have_them() {
        let noon = "2026-11-28T12:00:00Z";
        for line in [
            "2026-11-28T12:00:00Z ERROR x",
            "[2026-11-28 12:00:00,123] x",
            "level=error time=2026-11-28T13:00:00.5+01:00 x",
            "ä 2026-11-28T07:00:00-0500",
        ] {
            assert_eq!(
                in_line(line).map(|time| time.to_string()),
                Some(noon.into()),
                "{line}"
            );
        }
        for member in [noon, "1795867200", "1795867200000", "1795867200.0"] {
            assert_eq!(
                in_member(member).map(|time| time.to_string()),
                Some(noon.into()),
                "{member}"
            );
        }
        for none in [
            "",
            "2026-11-28",
            "9999-99-99T99:99:99",
            "1e300",
            "NaN",
            "-inf",
        ] {
            assert_eq!(in_member(none), None, "{none}");
        }
    }
}
