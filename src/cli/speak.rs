//! Printing. A reader of standard error that went away is no reason to stop; one of standard output
//! ends the program quietly.
//!
//! What is printed may hold names and texts from outside, and whoever wrote them may have meant
//! harm: of every line only what can be seen reaches the terminal. Only what other programs read
//! byte by byte goes through [`print_raw`].

use std::fmt::Display;
use std::io::{self, Write};

use super::exit::Failure;
use crate::text::{escape_json, sanitize};

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
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}
