//! Members of an answer of AWS, read one by one.

use jiff::Timestamp;

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

    /// The time of a member that may be absent or null.
    pub fn time(&mut self, object: &Json, key: &str) -> Option<Timestamp> {
        let text = self.text(object, key)?;
        if text.starts_with("0001-01-01T00:00:00") {
            // .NET's date of nothing, which PowerShell prints.
            return None;
        }
        let time = text.parse().ok().or_else(|| since_1970(text));
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

/// A time as Windows PowerShell prints it, in milliseconds: `/Date(1716967534000)/`.
fn since_1970(text: &str) -> Option<Timestamp> {
    let milliseconds = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    Timestamp::from_millisecond(milliseconds.parse().ok()?).ok()
}

/// A member that is there and not null.
fn present<'json>(object: &'json Json, key: &str) -> Option<&'json Json> {
    object.get(key).filter(|value| !value.is_null())
}
