//! Saying things. A reader of standard error that went away is no reason to stop; one of standard
//! output ends the program quietly.

use std::fmt::Display;
use std::io::{self, Write};

use super::exit::Failure;

/// Says a line on standard error, if anybody listens.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Says something on standard error without ending the line: a question, or whole lines.
pub fn say_text(text: impl Display) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{text}").and_then(|()| stderr.flush());
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
