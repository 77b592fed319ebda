//! The templates that are given, and which of them each stack is made of.

use std::fs;
use std::path::{Path, PathBuf};

use super::Stack;
use crate::cloudformation::Template;
use crate::sources::tree::to_read;
use crate::text::{Error, LARGEST_FILE, Problem, Severity, Shown, Source, list};

/// Templates, each with the file it stands in.
#[derive(Clone, Debug)]
pub struct Templates {
    /// Those that are read, in the order of their names.
    pub files: Vec<TemplateFile>,
    /// Why others are not.
    pub unread: Vec<Problem>,
}

/// A template and its file.
#[derive(Clone, Debug)]
pub struct TemplateFile {
    /// The text.
    pub source: Source,
    /// What is written in it.
    pub template: Template,
}

/// How templates are called that are looked for in a folder.
const ENDS: [&str; 4] = ["yaml", "yml", "json", "template"];

/// Whether a file is a template, or a folder holds any. A pipe is not looked into.
pub(crate) fn holds_templates(path: &Path) -> bool {
    if path.is_dir() {
        return files_of(path).iter().any(|path| is_template(path));
    }
    is_template(path)
}

fn is_template(path: &Path) -> bool {
    path.is_file()
        && fs::metadata(path).is_ok_and(|data| data.len() <= LARGEST_FILE as u64)
        && fs::read_to_string(path).is_ok_and(|text| {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Template::is_one(text)
        })
}

/// The files of a folder that may be templates, in the order of their names.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(to_read(folder)) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
    let mut paths: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|end| ENDS.iter().any(|known| end == *known))
    });
    paths.sort();
    paths
}

impl Templates {
    /// Reads a template, or those that a folder holds. Of several, one that cannot be read is noted.
    ///
    /// # Errors
    /// What is wrong with the one template; none that can be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if !path.is_dir() {
            let file = TemplateFile::read(path)?;
            return Ok(Templates {
                files: vec![file],
                unread: Vec::new(),
            });
        }
        let mut templates = Templates {
            files: Vec::new(),
            unread: Vec::new(),
        };
        for path in files_of(path).into_iter().filter(|path| is_template(path)) {
            match TemplateFile::read(&path) {
                Ok(file) => templates.files.push(file),
                Err(Error::Problems(problems)) => {
                    let problems = problems.into_iter();
                    templates
                        .unread
                        .extend(problems.map(|one| one.passed_over(Severity::Warning)));
                }
                Err(error) => {
                    let about = Source::from_text(path.shown().raw(), "");
                    templates.unread.push(about.warning(error.in_one_line()));
                }
            }
        }
        if templates.files.is_empty() {
            return Err(crate::text::Problems(templates.unread).into());
        }
        Ok(templates)
    }

    /// The template that a stack is made of, by its place: the one that has most of its resources.
    ///
    /// # Errors
    /// None has any, or several as many.
    pub(super) fn of_stack(&self, stack: &Stack) -> Result<usize, Problem> {
        let shares: Vec<usize> = self
            .files
            .iter()
            .map(|file| file.shared_with(stack))
            .collect();
        let most = shares.iter().copied().max().unwrap_or_default();
        let fitting: Vec<usize> = (0..shares.len())
            .filter(|&at| shares[at] == most && most > 0)
            .collect();
        match fitting.as_slice() {
            [only] => Ok(*only),
            [] => {
                let names: Vec<String> = self
                    .files
                    .iter()
                    .map(|file| file.source.name().to_string())
                    .collect();
                let message = format!("this stack has none of the resources of {}", list(&names));
                Err(stack
                    .source
                    .error(message)
                    .help("give the template that the stack is made of"))
            }
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|&at| self.files[at].source.name().to_string())
                    .collect();
                let message = format!(
                    "nobody can tell which template this stack is made of: {}",
                    list(&names)
                );
                Err(stack
                    .source
                    .error(message)
                    .help("give one template with its stacks"))
            }
        }
    }
}

impl TemplateFile {
    fn read(path: &Path) -> Result<Self, Error> {
        let cannot =
            |error| Error::new(format!("{} cannot be read", path.shown())).caused_by(error);
        let bytes = fs::read(path).map_err(cannot)?;
        let source = Source::from_bytes(path.shown().raw(), &bytes)?.at(path);
        Ok(TemplateFile {
            template: Template::read(&source)?,
            source,
        })
    }

    /// How many of its resources a stack has.
    fn shared_with(&self, stack: &Stack) -> usize {
        let resources = self.template.resources.iter();
        let is_there = |logical_id: &str, kind: &str| {
            stack
                .resource(logical_id)
                .is_some_and(|own| own.kind == kind || kind.starts_with("AWS::Serverless::"))
        };
        resources
            .filter(|one| is_there(&one.logical_id, &one.kind))
            .count()
    }
}
