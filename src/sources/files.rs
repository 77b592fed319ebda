//! The files of modules: which ones Terraform reads, and what is written in them.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::entries::{entries, entries_or_none, to_read};
use crate::terraform::{Block, ConfigurationFile};
use crate::text::{Error, Problem, Problems, Severity, Shown, Source};

/// A file of a module.
#[derive(Clone, Debug)]
pub struct TreeFile {
    /// Its text.
    pub source: Source,
    /// What is written in it.
    pub configuration: ConfigurationFile,
    /// Its path with all links followed.
    pub(super) real: PathBuf,
    /// Whether it is in the tree by this path alone, which is no link and leads through none: what a link
    /// leads to may be a part of something else too.
    pub(super) is_own: bool,
}

impl TreeFile {
    /// An error about a block.
    pub fn error_at(&self, block: &Block, message: impl Into<String>) -> Problem {
        self.source.error_at(self.first_line(block), message)
    }

    /// A note about a block, at its first line.
    pub fn note_at(&self, block: &Block, message: impl Into<String>) -> Problem {
        self.source.note_at(self.first_line(block), message)
    }

    fn first_line(&self, block: &Block) -> Range<usize> {
        let start = block.range.start;
        start..self.source.line_at(start).end.max(start)
    }
}

/// Whether a folder holds files of Terraform or of `OpenTofu`.
pub fn is_module(folder: &Path) -> bool {
    entries_or_none(folder).iter().any(|path| is_read(path))
}

/// Whether Terraform reads a file, as its name tells.
pub(super) fn is_read(path: &Path) -> bool {
    is_configuration(path) || is_json_configuration(path)
}

fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !is_ignored(&name) && (name.ends_with(".tf") || name.ends_with(".tofu"))
}

fn is_json_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !is_ignored(&name) && (name.ends_with(".tf.json") || name.ends_with(".tofu.json"))
}

/// Whether Terraform passes over a file of this name. What other editors leave ends otherwise.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.')
}

/// The files of a folder, in the order of their names.
pub(super) fn files(
    folder: &Path,
    unread: &mut Vec<(PathBuf, Problem)>,
) -> Result<Vec<TreeFile>, Error> {
    let shown = to_read(folder).shown();
    let cannot = |error| Error::new(format!("{shown} cannot be read")).caused_by(error);
    let mut files = Vec::new();
    for path in entries(folder).map_err(cannot)? {
        if is_read(&path) && path.is_file() {
            match TreeFile::read(&path) {
                Ok(file) => files.push(file),
                Err(error) => {
                    let warnings = passed_over(&path, error).into_iter();
                    unread.extend(warnings.map(|warning| (folder.to_owned(), warning)));
                }
            }
        }
    }
    Ok(files)
}

/// That a file is passed over, and why.
pub(super) fn passed_over(path: &Path, error: Error) -> Problems {
    match error {
        Error::Problems(problems) => {
            let problems = problems.into_iter();
            Problems(
                problems
                    .map(|one| one.passed_over(Severity::Warning))
                    .collect(),
            )
        }
        error => {
            let about = Source::from_text(path.shown().raw(), "");
            about.warning(error.in_one_line()).into()
        }
    }
}

impl TreeFile {
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let source = read(path)?;
        let real = fs::canonicalize(path);
        let configuration = if is_json_configuration(path) {
            ConfigurationFile::read_json(&source)?
        } else {
            ConfigurationFile::read(&source)?
        };
        Ok(TreeFile {
            configuration,
            source,
            real: real.unwrap_or_else(|_| path.to_owned()),
            is_own: false,
        })
    }
}

/// Reads a file whose name in messages and patches is its path.
pub(super) fn read(path: &Path) -> Result<Source, Error> {
    let cannot = |error| Error::new(format!("{} cannot be read", path.shown())).caused_by(error);
    let bytes = fs::read(path).map_err(cannot)?;
    let source = Source::from_bytes(path.shown().raw(), &bytes)?.at(path);
    source.has_line_feeds()?;
    Ok(source)
}
