//! What changes in a policy's text, as a unified diff of the exact bytes.

use similar::{ChangeTag, TextDiff};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// `@@ -1,7 +1,9 @@`: where the next lines stand.
    Hunk(String),
    /// A line of both texts.
    Same(String),
    /// A line of the old text alone.
    Removed(String),
    /// A line of the new text alone.
    Added(String),
    /// `\ No newline at end of file`, of the line before.
    NoNewline,
}

/// The lines of a unified diff from `old` to `new`, without its two lines of names. Lines carry no
/// line end; nothing else is left out or replaced. Equal texts give none.
///
/// ```
/// use iam_refine::text::{DiffLine, diff_lines};
/// let lines = diff_lines("a\nb\n", "a\nc\n");
/// assert_eq!(lines[2], DiffLine::Removed("b".to_owned()));
/// assert_eq!(lines[3], DiffLine::Added("c".to_owned()));
/// ```
pub fn diff_lines(old: &str, new: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(DiffLine::Hunk(hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let text = change.value();
            let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => DiffLine::Same(text),
                ChangeTag::Delete => DiffLine::Removed(text),
                ChangeTag::Insert => DiffLine::Added(text),
            });
            if change.missing_newline() {
                lines.push(DiffLine::NoNewline);
            }
        }
    }
    lines
}

/// A unified diff that `patch` and `git apply` read. Empty for equal texts.
pub fn unified_diff(old_name: &str, old: &str, new_name: &str, new: &str) -> String {
    let lines = diff_lines(old, new);
    if lines.is_empty() {
        return String::new();
    }
    let mut diff = format!("--- {old_name}\n+++ {new_name}\n");
    for line in lines {
        diff.push_str(&line.to_string());
        diff.push('\n');
    }
    diff
}

impl std::fmt::Display for DiffLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DiffLine::Hunk(header) => f.write_str(header.trim_end()),
            DiffLine::Same(text) => write!(f, " {text}"),
            DiffLine::Removed(text) => write!(f, "-{text}"),
            DiffLine::Added(text) => write!(f, "+{text}"),
            DiffLine::NoNewline => f.write_str("\\ No newline at end of file"),
        }
    }
}
