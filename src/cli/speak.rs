//! Printing. A reader of standard error that went away is no reason to stop; one of standard output
//! ends the program quietly.
//!
//! What is printed may hold names and texts from outside, and whoever wrote them may have meant
//! harm: of every line only what can be seen reaches the terminal. A policy or a diff goes to other
//! programs byte by byte, and to a terminal with what nobody would see spelled out
//! ([`print_document`]). Only what this program made itself goes through [`print_raw`].

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use super::exit::Failure;
use crate::explain::Color;
use crate::text::{Error, escape_json, reveal, sanitize};

/// Prints a line on standard error, if anybody reads it.
pub fn eprint_line(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{}", sanitize(&line.to_string()));
}

/// Prints on standard error without ending the line: a question, or whole lines.
pub fn eprint_text(text: impl Display) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{}", sanitize(&text.to_string())).and_then(|()| stderr.flush());
}

/// Gives out what was printed on standard output and is held back.
///
/// # Errors
/// Whatever writing fails with.
pub fn flush() -> io::Result<()> {
    io::stdout().lock().flush()
}

/// Prints text for people on standard output.
///
/// # Errors
/// Whatever writing fails with; a reader that went away is [`Failure::BrokenPipe`].
pub fn print_text(text: impl Display) -> Result<(), Failure> {
    print_raw(&sanitize(&text.to_string()))
}

/// Prints JSON on standard output: the same values, and no character that nobody sees.
///
/// # Errors
/// As [`print_text`].
pub fn print_json(json: &str) -> Result<(), Failure> {
    print_raw(&escape_json(json))
}

/// Prints on standard output, byte for byte, what this program made and another one reads.
///
/// # Errors
/// As [`print_text`].
pub fn print_raw(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    written.and_then(|()| stdout.flush()).map_err(not_printed)
}

/// Why standard output does not have all of what was printed.
fn not_printed(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::BrokenPipe;
    }
    let what = "standard output cannot be written, and what is there is not whole";
    let error = Error::new(what).caused_by(error);
    error
        .help("make room where it goes, or let it go elsewhere")
        .into()
}

/// Prints a policy or a diff on standard output: byte for byte to a file or another program. On a
/// terminal what it would obey and what nobody would see is spelled out, and the last line is
/// ended, so that what comes next is set apart.
///
/// # Errors
/// As [`print_text`].
pub fn print_document(text: &str) -> Result<(), Failure> {
    if !is_terminal() {
        return print_raw(text);
    }
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    print_raw(&(reveal(text) + end))
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Standard output for questions and answers: what is written to it is made safe as by
/// [`print_text`].
pub struct SafeStdout(StdoutLock<'static>);

impl SafeStdout {
    /// Takes standard output for as long as it lives.
    pub fn lock() -> Self {
        SafeStdout(io::stdout().lock())
    }
}

impl Write for SafeStdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(sanitize(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Standard output for JSON Lines, each made safe as by [`print_json`].
pub struct JsonLines(BufWriter<StdoutLock<'static>>);

impl JsonLines {
    /// Takes standard output for as long as it lives.
    pub fn lock() -> Self {
        JsonLines(BufWriter::new(io::stdout().lock()))
    }

    /// Writes one value and ends its line. It may be held back until [`JsonLines::flush`].
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn write(&mut self, json: &str) -> io::Result<()> {
        self.0.write_all(escape_json(json).as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Hands on what was held back.
    ///
    /// # Errors
    /// Whatever writing fails with.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Colours on a terminal only, and not where they are asked not to be.
pub fn text_color() -> Color {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is_terminal() && !unwanted {
        Color::Ansi
    } else {
        Color::Plain
    }
}
