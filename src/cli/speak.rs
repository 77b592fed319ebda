//! Saying things. A reader of standard error that went away is no reason to stop; one of standard
//! output ends the program quietly.
//!
//! What is said may name files, and whoever named them may have meant harm: of every line only what
//! can be seen reaches the terminal.

use std::fmt::Display;
use std::io::{self, Write};

use super::exit::Failure;
use crate::text::sanitize;

/// Says a line on standard error, if anybody listens.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{}", sanitize(&line.to_string()));
}

/// Says something on standard error without ending the line: a question, or whole lines.
pub fn say_text(text: impl Display) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{}", sanitize(&text.to_string())).and_then(|()| stderr.flush());
}

/// Prints on standard output.
///
/// # Errors
/// Whatever writing fails with; a reader that went away is [`Failure::BrokenPipe`].
pub fn print(text: impl Display) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    write!(stdout, "{text}")?;
    stdout.flush()?;
    Ok(())
}
