//! Problems of many files that are alike, told together.

use std::fmt::Write;

use super::{Problem, counted, printable};

/// How many files are named of those that have the same problem.
const NAMED: usize = 20;

/// Each problem as it is shown, in their order. Those of several files that differ only in the
/// [detail](Problem::detail) are one: it says how many there are, names them with what differs, and
/// tells once what to do.
///
/// ```
/// use iam_refine::text::{Source, alike};
/// let warning = |file, what: &str| {
///     let source = Source::from_text(file, "{}");
///     source.warning("used lately, so it stays").detail(what).help("ask about fewer days")
/// };
/// let problems = [warning("a.json", "s3:GetObject"), warning("b.json", "sqs:*")];
/// assert_eq!(alike(&problems), ["\
/// warning: in 2 files: used lately, so it stays
///   a.json: s3:GetObject
///   b.json: sqs:*
/// help: ask about fewer days"]);
/// ```
pub fn alike(problems: &[Problem]) -> Vec<String> {
    let mut groups: Vec<Vec<&Problem>> = Vec::new();
    for problem in problems {
        match groups.iter_mut().find(|group| group[0].is_like(problem)) {
            Some(group) => group.push(problem),
            None => groups.push(vec![problem]),
        }
    }
    let told = groups.into_iter().map(|group| match group.as_slice() {
        [only] => only.to_string(),
        several => together(several),
    });
    told.collect()
}

fn together(problems: &[&Problem]) -> String {
    let first = problems[0];
    let files = counted(problems.len(), "file", "files");
    let mut text = format!(
        "{}: in {files}: {}",
        first.severity(),
        first.general_and_detail().0
    );
    for problem in problems.iter().take(NAMED) {
        let (_, detail) = problem.general_and_detail();
        let _ = write!(
            text,
            "\n  {}: {}",
            problem.source().name(),
            printable(detail)
        );
    }
    if problems.len() > NAMED {
        let _ = write!(text, "\n  and {} more", problems.len() - NAMED);
    }
    if let Some(help) = first.advice() {
        let _ = write!(text, "\nhelp: {}", printable(help));
    }
    text
}
