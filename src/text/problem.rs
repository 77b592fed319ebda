//! What is wrong in a file, where, and what to do about it.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::Range;

use super::excerpt::Excerpt;
use super::{Position, Source, printable};

/// Something to report about a file: an error, a warning or a note, in most cases about one place.
///
/// Made by [`Source::error_at`] and its siblings; shown as
///
/// ```text
/// error: policy.json:2:13: "allow" is not an effect
/// 2 |   "Effect": "allow",
///   |             ^^^^^^^
/// help: write "Allow"
/// ```
///
/// Whatever comes from the file is made [`printable()`] when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    severity: Severity,
    source: Source,
    range: Option<Range<usize>>,
    message: String,
    /// How many bytes at the end of the message are said of this file alone, where others may have the
    /// same problem.
    detail: Option<NonZeroUsize>,
    help: Option<String>,
    /// Whether the line it is about is not shown: it may hold a secret.
    hides_line: bool,
}

/// How grave a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file is used, but perhaps not as it was meant.
    Warning,
    /// The file is used as it was meant; this is only good to know.
    Note,
}

impl Problem {
    pub(super) fn new(
        severity: Severity,
        source: &Source,
        range: Option<Range<usize>>,
        message: String,
    ) -> Self {
        Problem {
            severity,
            source: source.clone(),
            range,
            message,
            detail: None,
            help: None,
            hides_line: false,
        }
    }

    /// The same problem with what differs from that of other files: `message: detail`. Of many files
    /// it is then told once ([`alike`](super::alike())).
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        self.message = format!("{}: {detail}", self.message);
        self.detail = NonZeroUsize::new(detail.len());
        self
    }

    /// What it says of any file, and what of its file alone.
    pub(super) fn general_and_detail(&self) -> (&str, &str) {
        let end = self.message.len();
        match self.detail {
            None => (&self.message, ""),
            Some(detail) => (
                &self.message[..end - detail.get() - ": ".len()],
                &self.message[end - detail.get()..],
            ),
        }
    }

    /// Whether both say the same of two files, but for what differs.
    pub(super) fn is_like(&self, other: &Problem) -> bool {
        let both_have_one = self.detail.is_some() && other.detail.is_some();
        both_have_one
            && self.severity == other.severity
            && self.help == other.help
            && self.general_and_detail().0 == other.general_and_detail().0
    }

    /// The same problem with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem of a file that may hold secrets: none of its lines is shown.
    #[must_use]
    pub fn hiding_line(mut self) -> Self {
        self.hides_line = true;
        self
    }

    /// The same problem of something that is left out while the rest is used.
    #[must_use]
    pub fn passed_over(mut self, severity: Severity) -> Self {
        self.severity = severity;
        if severity == Severity::Note {
            // What is meant for something else has nothing to be mended.
            self.help = None;
        }
        self.message = format!("passed over: {}", self.message);
        self
    }

    /// The same of the same place with more said behind the message.
    #[must_use]
    pub fn and(mut self, more: &str) -> Self {
        self.message.push_str(more);
        self
    }

    /// `policy.json:2:13: "allow" is not an effect`, for where there is one line.
    pub fn in_one_line(&self) -> String {
        let place = self.position();
        let place = place.map_or_else(String::new, |place| format!("{place}:"));
        let message = printable(&self.message).replace('\n', " ");
        format!("{}:{place} {message}", self.source.name())
    }

    /// How grave it is: of an error the file cannot be used.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The file it is about.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The bytes of [`Source::text`] it is about; `None` when it is about the whole file.
    pub fn range(&self) -> Option<&Range<usize>> {
        self.range.as_ref()
    }

    /// Where it begins; `None` when it is about the whole file.
    pub fn position(&self) -> Option<Position> {
        let range = self.range.as_ref()?;
        Some(self.source.position(range.start))
    }

    /// What is wrong, in one sentence. May hold text of the file as it is: show it [`printable()`].
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do. May hold text of the file as it is: show it [`printable()`].
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The line it is about, with carets under the range.
    fn fmt_line(&self, f: &mut fmt::Formatter<'_>, range: &Range<usize>) -> fmt::Result {
        let line = self.source.line_at(range.start);
        let start = range.start.clamp(line.start, line.end);
        let end = range.end.clamp(start, line.end);
        let excerpt = Excerpt::new(
            &self.source.text()[line.clone()],
            start - line.start..end - line.start,
        );
        let number = self.source.position(line.start).line.to_string();
        let gutter = " ".repeat(number.len());
        writeln!(f)?;
        writeln!(f, "{number} | {}", excerpt.text)?;
        let indent = " ".repeat(excerpt.columns_before);
        let carets = "^".repeat(excerpt.columns_marked.max(1));
        write!(f, "{gutter} | {indent}{carets}")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}:", self.severity, self.source.name())?;
        if let Some(position) = self.position() {
            write!(f, "{position}:")?;
        }
        write!(f, " {}", printable(&self.message))?;
        if let Some(range) = self.range.as_ref().filter(|_| !self.hides_line) {
            self.fmt_line(f, range)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {}", printable(help))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

/// All that is wrong with what was read, to be reported together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// How many problems of one file are printed.
const MOST: usize = 1_000;

impl Problems {
    /// Adds one, up to as many as are printed. That there are more errors is always said.
    pub fn add(&mut self, problem: Problem) {
        if self.0.len() < MOST {
            self.0.push(problem);
        } else if self.0.len() == MOST && problem.severity == Severity::Error {
            let message = "more is wrong in this file than is told here";
            self.0.push(problem.source.error(message));
        }
    }

    /// Whether no more are taken up, so that they need not be looked for.
    pub(super) fn are_full(&self) -> bool {
        self.0.len() > MOST
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Problems(vec![problem])
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Problems {
    /// One after the other, an empty line between them. A file can hold millions; nobody reads
    /// more than the first hundred.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 100;
        for (index, problem) in self.0.iter().take(SHOWN).enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{problem}")?;
        }
        if self.are_full() {
            // The last one says only that there are more.
            write!(f, "\n\nand more than {} more", MOST - SHOWN)?;
        } else if self.0.len() > SHOWN {
            write!(f, "\n\nand {} more", self.0.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_line_the_range_and_what_to_do() {
        let source = Source::from_text("p.json", "{\n  \"Effect\": \"allow\"\r\n}");
        let problem = source
            .error_at(14..21, "\"allow\" is not an effect")
            .help("write \"Allow\"");
        let expected = r#"
error: p.json:2:13: "allow" is not an effect
2 |   "Effect": "allow"
  |             ^^^^^^^
help: write "Allow""#;
        assert_eq!(problem.to_string(), expected.trim_start());
    }

    #[test]
    fn a_range_over_several_lines_is_marked_to_the_end_of_the_first() {
        let source = Source::from_text("p.json", "[\n {\n }]");
        let shown = source.note_at(3..7, "here").to_string();
        assert_eq!(shown, "note: p.json:2:2: here\n2 |  {\n  |  ^");
    }

    #[test]
    fn a_place_at_the_end_of_the_file_has_a_caret_too() {
        let source = Source::from_text("p.json", "{");
        let shown = source.error_at(1..1, "unfinished").to_string();
        assert_eq!(shown, "error: p.json:1:2: unfinished\n1 | {\n  |  ^");
    }

    #[test]
    fn the_whole_file_has_no_place() {
        let source = Source::from_text("p.json", "{}");
        assert_eq!(source.warning("old").to_string(), "warning: p.json: old");
    }

    #[test]
    fn of_very_many_problems_the_first_are_shown() {
        let source = Source::from_text("p.json", "{}");
        let problems = Problems(vec![source.error_at(0..2, "bad"); 250]);
        let shown = problems.to_string();
        assert_eq!(shown.matches("error: ").count(), 100);
        assert!(shown.ends_with("\n\nand 150 more"));
    }

    #[test]
    fn nothing_of_the_file_reaches_the_terminal_raw() {
        let source = Source::from_text("\u{1b}.json", "\"\u{202e}\u{7}\"");
        let shown = source
            .error_at(0..6, "bad \u{202e}")
            .help("no \u{1b}")
            .to_string();
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(!shown.contains('\u{202e}'));
    }
}
