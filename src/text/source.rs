//! A file as it was read: its name, its text, and where in the text something stands.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::foreign::packed;
use super::{Problem, Severity, Untrusted};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// The largest file with a whole account that is read, in bytes: thousands of principals, and
/// every policy in up to five versions.
pub const LARGEST_ACCOUNT: usize = 256 * 1024 * 1024;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file's name and its text. Cloning is cheap: the text is shared.
///
/// A byte order mark is remembered and not part of [`Source::text`], so that byte offsets count
/// from the first character after it; [`Source::restored`] puts it back.
///
/// ```
/// use iam_refine::text::Source;
/// let source = Source::from_bytes("policy.json", b"\xef\xbb\xbf{\n}")?;
/// assert_eq!(source.text(), "{\n}");
/// assert_eq!(source.position(2).to_string(), "2:1");
/// # Ok::<(), iam_refine::text::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    origin: Arc<Origin>,
    text: Arc<str>,
    has_byte_order_mark: bool,
}

/// Where a text comes from.
#[derive(PartialEq, Eq)]
struct Origin {
    name: Untrusted,
    path: Option<PathBuf>,
}

/// A place in a text, as editors count: both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The number of the line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

impl Source {
    /// Takes in a file that was read.
    ///
    /// # Errors
    /// A file that is larger than [`LARGEST_FILE`] or is not UTF-8.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() > LARGEST_FILE {
            return Err(Source::from_text(name, "")
                .error("the file is larger than 16 MiB")
                .help("no policy and no finding is that large; is it the right file?"));
        }
        Source::of_an_account(name, bytes)
    }

    /// Takes in a file that holds a whole account, which may be larger than others.
    ///
    /// # Errors
    /// A file that is larger than [`LARGEST_ACCOUNT`] or is not UTF-8.
    pub fn of_an_account(name: &str, bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.len() > LARGEST_ACCOUNT {
            return Err(Source::from_text(name, "")
                .error("the file is larger than 256 MiB")
                .help("leave out what is not needed, such as versions that are not in force"));
        }
        if let Some(packed) = packed(&Source::from_text(name, ""), bytes) {
            return Err(packed);
        }
        if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            return Err(Source::from_text(name, "")
                .error("the file is in UTF-16, and is read in UTF-8")
                .help(
                    "save it as UTF-8; in PowerShell: `aws … | Out-File -Encoding utf8 FILE`, \
                     elsewhere: `iconv -f UTF-16 -t UTF-8`",
                ));
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Source::from_text(name, text)),
            Err(error) => Err(not_utf8(name, bytes, error.valid_up_to())),
        }
    }

    /// Takes in a text that is known to be one, such as a policy that stood encoded in a string.
    pub fn from_text(name: &str, text: &str) -> Self {
        let without_mark = text.strip_prefix(BYTE_ORDER_MARK);
        Source {
            origin: Origin::called(name),
            text: without_mark.unwrap_or(text).into(),
            has_byte_order_mark: without_mark.is_some(),
        }
    }

    /// The same, of a file at `path` that can be read and written again.
    #[must_use]
    pub fn at(self, path: &Path) -> Self {
        let origin = Origin {
            name: self.origin.name.clone(),
            path: Some(path.to_owned()),
        };
        Source {
            origin: Arc::new(origin),
            ..self
        }
    }

    /// A text that stands in this file, or is its own after a change, called `name`.
    #[must_use]
    pub fn part(&self, name: &str, text: &str) -> Self {
        let origin = Origin {
            name: name.into(),
            path: self.origin.path.clone(),
        };
        Source {
            origin: Arc::new(origin),
            ..Source::from_text(name, text)
        }
    }

    /// The path of the file; none for a text, standard input and other pipes.
    pub fn path(&self) -> Option<&Path> {
        self.origin.path.as_deref()
    }

    /// The file's name, as messages call it.
    pub fn name(&self) -> &Untrusted {
        &self.origin.name
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a line feed ends each line, after a carriage return or alone.
    ///
    /// # Errors
    /// A carriage return alone ends one, as some formats allow and patches do not.
    pub fn has_line_feeds(&self) -> Result<(), Problem> {
        let mut all = memchr::memchr_iter(b'\r', self.text.as_bytes());
        let Some(alone) = all.find(|at| !self.text[at + 1..].starts_with('\n')) else {
            return Ok(());
        };
        let place = self.character_at(alone);
        let problem = self.error_at(place, "this line ends with a carriage return alone");
        Err(problem.help("save the file with line feeds"))
    }

    /// The file's whole text as it was read, with its byte order mark if it has one.
    pub fn original(&self) -> String {
        self.restored(self.text.to_string())
    }

    /// `text`, a changed version of this one, with the byte order mark if this one had it.
    pub fn restored(&self, mut text: String) -> String {
        if self.has_byte_order_mark {
            text.insert(0, BYTE_ORDER_MARK);
        }
        text
    }

    /// The line and column of a byte offset. One beyond the end counts as the end.
    pub fn position(&self, offset: usize) -> Position {
        let before = &self.text[..self.character_at(offset).start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The byte range of the line that holds a byte offset, without its line end.
    pub fn line_at(&self, offset: usize) -> Range<usize> {
        let offset = self.character_at(offset).start;
        let start = self.text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[offset..]
            .find('\n')
            .map_or(self.text.len(), |at| offset + at);
        let line = self.text[start..end].trim_end_matches('\r');
        start..start + line.len()
    }

    /// The bytes of the character that holds a byte offset; empty at the end and beyond.
    pub fn character_at(&self, offset: usize) -> Range<usize> {
        let mut start = offset.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let character = self.text[start..].chars().next();
        start..start + character.map_or(0, char::len_utf8)
    }

    /// An error about a part of the text.
    pub fn error_at(&self, range: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(Severity::Error, self, Some(range), message.into())
    }

    /// A warning about a part of the text.
    pub fn warning_at(&self, range: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(Severity::Warning, self, Some(range), message.into())
    }

    /// A note about a part of the text.
    pub fn note_at(&self, range: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(Severity::Note, self, Some(range), message.into())
    }

    /// An error about what begins at this byte, where the file holds more than that.
    pub fn error_from(&self, start: Option<usize>, message: impl Into<String>) -> Problem {
        match start {
            Some(start) => self.error_at(self.character_at(start), message),
            None => self.error(message),
        }
    }

    /// The same as a note.
    pub fn note_from(&self, start: Option<usize>, message: impl Into<String>) -> Problem {
        match start {
            Some(start) => self.note_at(self.character_at(start), message),
            None => self.note(message),
        }
    }

    /// The same as a warning.
    pub fn warning_from(&self, start: Option<usize>, message: impl Into<String>) -> Problem {
        match start {
            Some(start) => self.warning_at(self.character_at(start), message),
            None => self.warning(message),
        }
    }

    /// How messages call what begins at this byte, where the file holds more than that.
    pub fn called_from(&self, start: Option<usize>) -> String {
        let name = self.name().quoted();
        match start {
            Some(start) => format!("{name} in line {}", self.position(start).line),
            None => name,
        }
    }

    /// An error about the file as a whole.
    pub fn error(&self, message: impl Into<String>) -> Problem {
        Problem::new(Severity::Error, self, None, message.into())
    }

    /// A warning about the file as a whole.
    pub fn warning(&self, message: impl Into<String>) -> Problem {
        Problem::new(Severity::Warning, self, None, message.into())
    }

    /// A note about the file as a whole.
    pub fn note(&self, message: impl Into<String>) -> Problem {
        Problem::new(Severity::Note, self, None, message.into())
    }
}

impl Origin {
    fn called(name: &str) -> Arc<Self> {
        Arc::new(Origin {
            name: name.into(),
            path: None,
        })
    }
}

/// The text up to the first bad byte is as in the file, so that byte can be pointed at.
fn not_utf8(name: &str, bytes: &[u8], bad: usize) -> Problem {
    let readable = Source {
        origin: Origin::called(name),
        text: String::from_utf8_lossy(bytes).into(),
        has_byte_order_mark: false,
    };
    readable
        .error_at(
            bad..bad + char::REPLACEMENT_CHARACTER.len_utf8(),
            format!("the byte 0x{:02X} is not UTF-8", bytes[bad]),
        )
        .help("save the file as UTF-8")
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name(), self.text.len())
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        Source::from_bytes("p.json", bytes).unwrap_err().to_string()
    }

    #[test]
    fn columns_count_characters_and_lines_end_before_their_line_end() {
        let source = Source::from_text("p.json", "äö\r\nü\"x\n");
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(8), Position { line: 2, column: 2 });
        assert_eq!(source.position(99), Position { line: 3, column: 1 });
        assert_eq!(&source.text()[source.line_at(2)], "äö");
        assert_eq!(&source.text()[source.line_at(8)], "ü\"x");
    }

    #[test]
    fn a_byte_order_mark_is_set_aside_and_put_back() {
        let source = Source::from_bytes("p.json", b"\xef\xbb\xbf{}").unwrap();
        assert_eq!(source.text(), "{}");
        assert_eq!(source.restored("[]".to_owned()), "\u{feff}[]");
    }

    #[test]
    fn other_encodings_are_refused_with_the_way_out() {
        assert!(refusal(b"\xff\xfe{\0}\0").contains("Out-File -Encoding utf8"));
        assert!(refusal(b"\xfe\xff\0{\0}").contains("UTF-16"));
        assert!(refusal(b"{\n \"a\": \"\xe4\"}").starts_with("error: p.json:2:8: the byte 0xE4"));
    }

    #[test]
    fn large_files_are_refused() {
        assert!(Source::from_bytes("p.json", &vec![b' '; LARGEST_FILE]).is_ok());
        assert!(refusal(&vec![b' '; LARGEST_FILE + 1]).contains("16 MiB"));
    }
}
