//! Why something could not be done, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use super::{Problem, Problems, sanitize};

/// Why a command or a reader could not do its work.
///
/// [`Display`](fmt::Display) gives what is wrong, [`source`](StdError::source) what that comes
/// from, and [`Error::report`] all of it, as a person reads it:
///
/// ```
/// use iam_refine::text::Error;
/// let refused = std::io::Error::other("the disk is full");
/// let error = Error::new("a.json cannot be written").caused_by(refused).help("make room there");
/// assert_eq!(error.to_string(), "a.json cannot be written");
/// assert_eq!(
///     error.report().to_string(),
///     "error: a.json cannot be written: the disk is full\nhelp: make room there",
/// );
/// ```
#[derive(Debug)]
pub enum Error {
    /// What is wrong with files, each at its place.
    Problems(Problems),
    /// What the system says, where there is nothing to add.
    System(io::Error),
    /// An error in words, with its cause and a way out where there are any.
    Other {
        /// What is wrong, without a full stop.
        message: String,
        /// The error it comes from, where there is one.
        cause: Option<Box<dyn StdError + Send + Sync>>,
        /// What to do about it.
        help: Option<String>,
    },
}

impl Error {
    /// An error of which nothing but this is known.
    pub fn new(message: impl Into<String>) -> Self {
        Error::Other {
            message: message.into(),
            cause: None,
            help: None,
        }
    }

    /// An error with what to do about it.
    pub fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Error::new(message).help(help)
    }

    /// The same error with its cause. Those of files and the system stay as they are.
    #[must_use]
    pub fn caused_by(mut self, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        if let Error::Other { cause, .. } = &mut self {
            *cause = Some(error.into());
        }
        self
    }

    /// The same error with what to do about it. Those of files have advice of their own,
    /// and the system gives none.
    #[must_use]
    pub fn help(mut self, advice: impl Into<String>) -> Self {
        if let Error::Other { help, .. } = &mut self {
            *help = Some(advice.into());
        }
        self
    }

    /// What is wrong, what caused that and what to do about it, over several lines, with hidden
    /// characters made visible.
    pub fn report(&self) -> Report<'_> {
        Report(self)
    }

    /// The same for where there is one line.
    pub fn in_one_line(&self) -> String {
        let report = self.report().to_string();
        let report = report.strip_prefix("error: ").unwrap_or(&report);
        report.replace("\nhelp: ", "; ").replace('\n', "; ")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Problems(problems) => problems.fmt(f),
            Error::System(error) => error.fmt(f),
            Error::Other { message, .. } => f.write_str(message),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Problems(_) => None,
            Error::System(error) => error.source(),
            Error::Other { cause, .. } => cause.as_deref().map(|cause| cause as _),
        }
    }
}

/// An [`Error`] as a person reads it.
pub struct Report<'a>(&'a Error);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Error::Problems(problems) = self.0 {
            return problems.fmt(f);
        }
        write!(f, "error: {}", sanitize(&self.0.to_string()))?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {}", sanitize(&error.to_string()))?;
            cause = error.source();
        }
        match self.0 {
            Error::Other {
                help: Some(help), ..
            } => write!(f, "\nhelp: {}", sanitize(help)),
            _ => Ok(()),
        }
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Error::Problems(problems)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::System(error)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Problems::from(problem).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_stems_from_is_kept_and_told_once() {
        let refused = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = Error::with_help("a \u{1b} is not read", "b\u{7}\nc").caused_by(refused);
        let cause = error.source().and_then(<dyn StdError>::downcast_ref);
        assert_eq!(
            cause.map(io::Error::kind),
            Some(io::ErrorKind::PermissionDenied)
        );
        assert_eq!(
            error.report().to_string(),
            "error: a \\u{1b} is not read: permission denied\nhelp: b\\u{7}\nc"
        );
        assert_eq!(
            error.in_one_line(),
            "a \\u{1b} is not read: permission denied; b\\u{7}; c"
        );
    }
}
