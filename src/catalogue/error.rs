//! What is wrong with a catalogue file.

use std::fmt;

/// A catalogue file that cannot be read, with every line that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueError {
    /// What messages call the file.
    pub file: String,
    /// The lines, from the top.
    pub problems: Vec<LineProblem>,
}

/// One line that is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            let line_break = if at == 0 { "" } else { "\n" };
            let (file, line) = (&self.file, problem.line);
            write!(f, "{line_break}{file}:{line}: {}", problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogueError {}
