//! Members of an answer of AWS, read one by one.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{Json, Problem, Problems, Source, quoted};

/// Reads members of objects and gathers all that is wrong with them.
///
/// ```
/// use iam_refine::text::{Fields, Json, Source};
/// let source = Source::from_text("answer.json", r#"{"PolicyName": 7}"#);
/// let mut fields = Fields::new(&source);
/// assert_eq!(fields.text(&Json::parse(&source)?, "PolicyName"), None);
/// assert!(fields.finish().is_err());
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
#[derive(Debug)]
pub struct Fields<'file> {
    /// The file that the object is in, which problems point into.
    pub source: &'file Source,
    problems: Problems,
}

impl<'file> Fields<'file> {
    /// Starts to read `source`, with no problems yet.
    pub fn new(source: &'file Source) -> Self {
        Fields {
            source,
            problems: Problems::default(),
        }
    }

    /// Ends the reading of the file.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn finish(self) -> Result<(), Problems> {
        if self.are_fine() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }

    /// Whether nothing was wrong so far.
    pub fn are_fine(&self) -> bool {
        self.problems.0.is_empty()
    }

    /// Whether so much was wrong that no more is noted.
    pub fn are_full(&self) -> bool {
        self.problems.are_full()
    }

    /// Notes something that is wrong at `place`.
    pub fn wrong(&mut self, place: &Json, message: impl Into<String>, help: &str) {
        self.wrong_with(
            self.source
                .error_at(place.range.clone(), message)
                .help(help),
        );
    }

    /// Notes a problem that is already in words.
    pub fn wrong_with(&mut self, problem: Problem) {
        self.problems.add(problem);
    }

    /// Takes what was read, or notes all that was wrong with it.
    pub fn take<T>(&mut self, read: Result<T, Problems>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(problems) => {
                for problem in problems {
                    self.problems.add(problem);
                }
                None
            }
        }
    }

    /// The text of a member that may be absent or null.
    pub fn text<'json>(&mut self, object: &'json Json, key: &str) -> Option<&'json str> {
        let value = present(object, key)?;
        if value.as_str().is_none() {
            self.not(value, key, "a string");
        }
        value.as_str()
    }

    /// The time of a member that may be absent or null. .NET's first moment, which PowerShell prints
    /// where there is none, is none either; its last one is [beyond time](is_beyond_time).
    pub fn time(&mut self, object: &Json, key: &str) -> Option<Timestamp> {
        let text = self.text(object, key)?;
        if text.starts_with("0001-01-01T00:00:00") {
            return None;
        }
        let time = text.parse().ok().or_else(|| since_1970(text));
        let time = time.or_else(|| last_of_dot_net(text).then_some(Timestamp::MAX));
        if time.is_some_and(|time| year(time) <= 1) {
            return None;
        }
        if let (None, Some(place)) = (time, object.get(key)) {
            let message = format!("{} is not a time", quoted(text));
            self.wrong(
                place,
                message,
                "a time is written as in 2024-05-29T07:25:34Z",
            );
        }
        time
    }

    /// The time at which something was made, of a member that may be absent or null. One beyond time
    /// is none: nothing was made then.
    pub fn time_made(&mut self, object: &Json, key: &str) -> Option<Timestamp> {
        self.time(object, key).filter(|&time| !is_beyond_time(time))
    }

    /// The elements of a list that may be absent or null.
    pub fn list<'json>(&mut self, object: &'json Json, key: &str) -> Option<&'json [Json]> {
        let value = present(object, key)?;
        if value.as_array().is_none() {
            self.not(value, key, "a list");
        }
        value.as_array()
    }

    /// The whole number of a member that may be absent or null.
    pub fn count(&mut self, object: &Json, key: &str) -> Option<u64> {
        let value = present(object, key)?;
        if value.as_u64().is_none() {
            self.not(value, key, "a whole number");
        }
        value.as_u64()
    }

    /// The truth value of a member that may be absent or null.
    pub fn truth(&mut self, object: &Json, key: &str) -> Option<bool> {
        let value = present(object, key)?;
        if value.as_bool().is_none() {
            self.not(value, key, "true or false");
        }
        value.as_bool()
    }

    fn not(&mut self, value: &Json, key: &str, wanted: &str) {
        let message = format!(
            "{} must be {wanted}, and this is {}",
            quoted(key),
            value.kind()
        );
        self.wrong(value, message, AS_PRINTED);
    }
}

/// What to do about a member that is not as AWS prints it.
pub const AS_PRINTED: &str = "give the file as the aws command printed it";

/// Whether a time is one that .NET has where no end is known, in the year 9999.
pub fn is_beyond_time(time: Timestamp) -> bool {
    year(time) >= 9999
}

fn year(time: Timestamp) -> i16 {
    Offset::UTC.to_datetime(time).year()
}

/// A time as Windows PowerShell prints it, in milliseconds: `/Date(1716967534000)/`.
fn since_1970(text: &str) -> Option<Timestamp> {
    /// .NET's last moment, which is a few hours later than ours.
    const LAST: i64 = 253_402_300_799_999;
    let milliseconds = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    match milliseconds.parse().ok()? {
        LAST => Some(Timestamp::MAX),
        milliseconds => Timestamp::from_millisecond(milliseconds).ok(),
    }
}

/// Whether it is a moment of the last day that .NET has, with or without a time zone.
fn last_of_dot_net(text: &str) -> bool {
    text.strip_prefix("9999-12-31T").is_some_and(|rest| {
        let earlier = ["9998-12-31T", rest].concat();
        let is_time = |text: &str| text.parse::<Timestamp>().is_ok();
        is_time(&earlier) || is_time(&[&earlier, "Z"].concat())
    })
}

/// A member that is there and not null.
fn present<'json>(object: &'json Json, key: &str) -> Option<&'json Json> {
    object.get(key).filter(|value| !value.is_null())
}
