//! Where refined policies go: standard output, a diff, or files.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::save::{Rewritten, Target, exists};
use crate::document::Document;
use crate::review::{Outcome, Review, Written, unified_diff};

/// What is said when every statement of a policy goes.
pub const NOTHING_LEFT: &str = "Nothing would be left of a policy: detach it if it is managed, \
                                delete it if it is inline.";

/// What was decided and proved, on its way out.
pub struct Output<'a> {
    /// The review; its proofs hold.
    pub review: &'a Review,
    /// The file of each policy; none for standard input.
    pub paths: &'a [Option<PathBuf>],
}

/// A file that was written.
pub struct WrittenFile {
    /// Where.
    pub path: PathBuf,
    /// Where the bytes are that stood there before.
    pub old_bytes: Option<PathBuf>,
}

impl Output<'_> {
    fn policies(&self) -> impl Iterator<Item = (&Document, &Outcome, Option<&PathBuf>)> {
        let documents = (self.review.case().policies.iter()).map(|loaded| &loaded.document);
        documents
            .zip(self.review.outcomes())
            .zip(self.paths)
            .map(|((document, outcome), path)| (document, outcome, path.as_ref()))
    }

    /// Whether any policy changes.
    pub fn changes(&self) -> bool {
        let changes = |outcome: &Outcome| outcome.written != Written::Unchanged;
        self.review.outcomes().iter().any(changes)
    }

    /// Whether nothing is left of some policy.
    pub fn leaves_nothing(&self) -> bool {
        let nothing_left = |outcome: &Outcome| outcome.written == Written::NothingLeft;
        self.review.outcomes().iter().any(nothing_left)
    }

    /// Prints the one policy, changed or not; nothing when nothing is left of it.
    pub fn print(&self) -> Result<(), Failure> {
        if self.paths.len() > 1 {
            return Err(Failure::with_help(
                format!(
                    "{} policies do not fit on one standard output",
                    self.paths.len()
                ),
                "give a folder with -o, or --in-place, or --diff",
            ));
        }
        let mut out = std::io::stdout().lock();
        for (document, outcome, _) in self.policies() {
            if let Some(text) = outcome.text(document) {
                out.write_all(text.as_bytes())?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// Prints a diff of each policy that changes.
    pub fn print_diff(&self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        for (document, outcome, _) in self.policies() {
            let name = document.source().name();
            if let Written::Changed(new) = &outcome.written {
                let old = document.source().original();
                let diff = unified_diff(&format!("a/{name}"), &old, &format!("b/{name}"), new);
                out.write_all(diff.as_bytes())?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// Writes each policy that changes over the file it came from.
    pub fn write_in_place(&self) -> Result<Vec<WrittenFile>, Failure> {
        if self.paths.iter().any(Option::is_none) {
            return Err(Failure::with_help(
                "standard input cannot be written in place",
                "give the policy as a file, or leave out --in-place",
            ));
        }
        let mut written = Vec::new();
        for (document, outcome, path) in self.policies() {
            let (Written::Changed(text), Some(path)) = (&outcome.written, path) else {
                continue;
            };
            let rewritten = Rewritten {
                document,
                settled: &outcome.settled,
                text,
            };
            let old_bytes = rewritten.keep_old()?;
            rewritten.save(path, Target::InPlace)?;
            written.push(WrittenFile {
                path: path.clone(),
                old_bytes: Some(old_bytes),
            });
        }
        Ok(written)
    }

    /// Writes the one policy to the file `output`, or each into the folder `output`, changed or
    /// not. Nothing is written for one of which nothing is left.
    pub fn write_to(&self, output: &Path) -> Result<Vec<WrittenFile>, Failure> {
        let targets = self.targets_in(output)?;
        self.write_new(&targets, |_| true)
    }

    /// Writes each policy that changes beside the file it came from, as `NAME.refined.json`.
    pub fn write_beside(&self) -> Result<Vec<WrittenFile>, Failure> {
        let targets: Vec<PathBuf> = self
            .paths
            .iter()
            .map(|path| beside(path.as_deref()))
            .collect();
        self.write_new(&targets, |outcome| outcome.written != Written::Unchanged)
    }

    fn write_new(
        &self,
        targets: &[PathBuf],
        is_wanted: impl Fn(&Outcome) -> bool,
    ) -> Result<Vec<WrittenFile>, Failure> {
        let texts: Vec<_> = self
            .policies()
            .zip(targets)
            .filter(|((_, outcome, _), _)| is_wanted(outcome))
            .filter_map(|((document, outcome, _), target)| {
                Some((document, outcome, outcome.text(document)?, target))
            })
            .collect();
        // All or none, as far as that can be known before.
        if let Some((.., taken)) =
            (texts.iter()).find(|(.., target)| target.symlink_metadata().is_ok())
        {
            return Err(exists(taken));
        }
        let mut written = Vec::new();
        for (document, outcome, text, target) in texts {
            let rewritten = Rewritten {
                document,
                settled: &outcome.settled,
                text: &text,
            };
            rewritten.save(target, Target::New)?;
            written.push(WrittenFile {
                path: target.clone(),
                old_bytes: None,
            });
        }
        Ok(written)
    }

    /// The file for each policy: `output` itself for one, a file of the same name in the folder
    /// `output` for several.
    fn targets_in(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        if self.paths.len() == 1 && !output.is_dir() {
            return Ok(vec![output.to_owned()]);
        }
        std::fs::create_dir_all(output)?;
        let mut targets: Vec<PathBuf> = Vec::new();
        for path in self.paths {
            let name = path.as_deref().and_then(Path::file_name);
            let target = output.join(name.unwrap_or("policy.json".as_ref()));
            if targets.contains(&target) {
                return Err(Failure::with_help(
                    format!("two policies would be written to {}", target.display()),
                    "give them different file names, or refine them one by one",
                ));
            }
            targets.push(target);
        }
        Ok(targets)
    }
}

/// `NAME.refined.json` beside `NAME.json`; in the current folder for standard input.
fn beside(path: Option<&Path>) -> PathBuf {
    let path = path.unwrap_or("policy.json".as_ref());
    let stem = path
        .file_stem()
        .unwrap_or("policy".as_ref())
        .to_string_lossy();
    path.with_file_name(format!("{stem}.refined.json"))
}

/// What was written, a line a file.
pub fn told(written: &[WrittenFile]) -> String {
    let mut lines = String::new();
    for file in written {
        lines += &file.to_string();
        lines.push('\n');
    }
    lines
}

impl fmt::Display for WrittenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrote {}", self.path.display())?;
        if let Some(old_bytes) = &self.old_bytes {
            write!(f, "; the old bytes are in {}", old_bytes.display())?;
        }
        Ok(())
    }
}
