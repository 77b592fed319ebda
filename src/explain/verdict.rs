//! What is decided on a prefix, in a line.

use crate::refine::Safety;

/// What is decided on a prefix, in a line: `GetLayer is safe → GetLayer*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The prefix, and what it was found to be.
    pub found: String,
    /// Whether it may be written.
    pub safety: Safety,
    /// What is written for it.
    pub written: Vec<String>,
    /// How many children come next.
    pub children: usize,
}

impl Verdict {
    /// All of it, with `arrow` before what is written.
    ///
    /// ```
    /// use iam_refine::{explain::Verdict, refine::Safety};
    /// let verdict = |safety, written: &[&str], children| {
    ///     let found = "GetLayer is …".to_owned();
    ///     let written = written.iter().map(|entry| entry.to_string()).collect();
    ///     Verdict { found, safety, written, children }.line("→")
    /// };
    /// assert_eq!(verdict(Safety::Safe, &["GetLayer*"], 0), "GetLayer is … → GetLayer*");
    /// assert_eq!(verdict(Safety::AllUnused, &[], 0), "GetLayer is … → nothing");
    /// assert_eq!(verdict(Safety::Unsafe, &[], 1), "GetLayer is …: its one child comes next");
    /// assert_eq!(verdict(Safety::Unsafe, &["GetLayer"], 3), "GetLayer is … → GetLayer, and its 3 children come next");
    /// ```
    pub fn line(&self, arrow: &str) -> String {
        let children = match self.children {
            0 => String::new(),
            1 => "its one child comes next".to_owned(),
            count => format!("its {count} children come next"),
        };
        let (found, written) = (&self.found, self.written.join(" "));
        match (self.written.is_empty(), self.children) {
            (true, 0) => format!("{found} {arrow} nothing"),
            (true, _) => format!("{found}: {children}"),
            (false, 0) => format!("{found} {arrow} {written}"),
            (false, _) => format!("{found} {arrow} {written}, and {children}"),
        }
    }
}
