//! What holds for everything that is told of a file.

use iam_refine::text::{Problem, Problems, Source, printable};

/// The bytes as a file; none where they cannot be a text, which is told.
pub fn source(name: &str, bytes: &[u8]) -> Option<Source> {
    match Source::from_bytes(name, bytes) {
        Ok(source) => Some(source),
        Err(problem) => {
            check_problem(&problem);
            None
        }
    }
}

/// Problems are some, and each can be shown.
pub fn check(problems: &Problems) {
    assert!(!problems.0.is_empty(), "refused without a reason");
    problems.0.iter().for_each(check_problem);
}

/// A problem lies within its file, and nothing in it commands the terminal that shows it.
pub fn check_problem(problem: &Problem) {
    if let Some(range) = problem.range() {
        let text = problem.source().text();
        assert!(range.start <= range.end && range.start <= text.len());
    }
    check_shown(&problem.to_string());
}

/// Nothing in a text that is shown is invisible, reorders it, or commands the terminal.
pub fn check_shown(text: &str) {
    for line in text.lines() {
        assert_eq!(printable(line), line, "shown raw");
    }
}
