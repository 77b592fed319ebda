//! The templates that are given, and which of them each stack is made of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Stack, StackResource};
use crate::cloudformation::{Template, TemplateResource};
use crate::iam::Arn;
use crate::sources::entries::{entries_or_none, to_read};
use crate::sources::normal;
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
    is_named_template(path)
}

/// What is called YAML is a template or is meant to be one: nothing else that is read here is.
fn is_named_template(path: &Path) -> bool {
    let extension = path.extension();
    let is_yaml = extension.is_some_and(|end| end == "yaml" || end == "yml" || end == "template");
    path.is_file() && (is_yaml || is_template(path))
}

fn is_template(path: &Path) -> bool {
    let is_read =
        path.is_file() && fs::metadata(path).is_ok_and(|data| data.len() <= LARGEST_FILE as u64);
    let bytes = is_read.then(|| fs::read(path).ok()).flatten();
    bytes.is_some_and(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        Template::is_one(text.strip_prefix('\u{feff}').unwrap_or(&text))
    })
}

/// Whether a file is called as templates are.
pub(super) fn may_be_template(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|end| ENDS.iter().any(|known| end == *known))
}

/// Whether somebody wrote into a file what is to be kept.
fn has_exceptions(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    memchr::memmem::find(&bytes, b"iam-refine:").is_some()
}

/// The files of a folder that may be templates, in the order of their names.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut paths = entries_or_none(folder);
    paths.retain(|path| may_be_template(path));
    paths
}

impl Templates {
    /// Reads a template, or those that a folder holds. Of several, one that cannot be read is noted.
    ///
    /// # Errors
    /// What is wrong with the one template; none that can be read; what is wrong with one in which somebody
    /// wrote down what is to be kept, since that has to hold.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if !to_read(path).is_dir() {
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
                Err(Error::Problems(mut problems)) if has_exceptions(&path) => {
                    let about = Source::from_text(path.shown().raw(), "");
                    let why = about.error("it tells what is to be kept, and is not read");
                    let help = "mend it, or take it out of the folder";
                    problems.0.push(why.help(help));
                    return Err(problems.into());
                }
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

    /// The templates that people write, and those that a program of the CDK made: what is changed in them
    /// is lost.
    pub fn without_synthesized(self) -> (Self, Vec<TemplateFile>) {
        let files = self.files.into_iter();
        let (of_cdk, files) = files.partition(TemplateFile::is_synthesized);
        (Templates { files, ..self }, of_cdk)
    }

    /// Which template each stack is taken to be made of, where there are several.
    pub fn taken_for(&self, stacks: &[Stack]) -> Vec<Problem> {
        if self.files.len() < 2 {
            return Vec::new();
        }
        let taken = stacks.iter().filter_map(|stack| {
            let file = &self.files[self.of_stack(stack).ok()?];
            let message = format!("this is taken for a stack of {}", file.source.name());
            Some(stack.source.note(message))
        });
        taken.collect()
    }

    /// What of IAM the stacks have that their templates do not have, or not any more: findings about it
    /// belong to nothing that is written.
    pub fn not_written(&self, stacks: &[Stack]) -> Vec<Problem> {
        let mut warnings = Vec::new();
        for stack in stacks {
            let Ok(file) = self.of_stack(stack) else {
                continue;
            };
            let file = &self.files[file];
            let of_iam = stack.resources.iter();
            let of_iam = of_iam.filter(|one| one.kind.starts_with("AWS::IAM::"));
            for resource in of_iam.filter(|one| !file.has(one)) {
                let message = format!(
                    "the stack has {}, an {}, and {} does not",
                    resource.logical_id,
                    resource.kind,
                    file.source.name()
                );
                let warning = stack.source.warning(message);
                warnings.push(warning.help(
                    "deploy the template first and list the resources of the stack anew, or give the template \
                     as it was deployed",
                ));
            }
        }
        warnings
    }

    /// Stacks of these templates that the `stacks` make within them, and that are none of these themselves.
    pub fn missing(&self, stacks: &[Stack]) -> Vec<Problem> {
        let mut nested: BTreeMap<usize, Vec<Nested<'_>>> = BTreeMap::new();
        let places = stacks.iter().map(|stack| self.of_stack(stack).ok());
        let places: Vec<Option<usize>> = places.collect();
        for (stack, place) in stacks.iter().zip(&places) {
            let Some(around) = place.map(|place| &self.files[place]) else {
                continue;
            };
            for resource in &stack.resources {
                let template = around.calls(resource);
                let template = template.and_then(|path| self.at(&path));
                let id = Arn::parse(&resource.physical_id);
                let is_given = stacks.iter().any(|one| id.is_some() && one.id == id);
                if let Some(template) = template.filter(|_| !is_given) {
                    nested.entry(template).or_default().push((stack, resource));
                }
            }
        }
        let mut missing = Vec::new();
        for (template, nested) in nested {
            // Of a stack without an id nobody can tell which one it is.
            let unnamed = stacks.iter().zip(&places);
            let unnamed =
                unnamed.filter(|(one, place)| one.id.is_none() && **place == Some(template));
            let unnamed = unnamed.count();
            missing.extend(nested.iter().skip(unnamed).map(|(stack, nested)| {
                let name = self.files[template].source.name();
                let message = format!(
                    "{} is a stack of {name}, and its resources are not given",
                    nested.logical_id
                );
                stack.source.error(message).help(
                    "give what `aws cloudformation describe-stack-resources` prints of each stack of the template",
                )
            }));
        }
        missing
    }

    /// The template in a file.
    fn at(&self, path: &Path) -> Option<usize> {
        let mut files = self.files.iter();
        files.position(|file| file.source.path() == Some(path))
    }

    /// The template that a stack is made of, by its place: the one that has resources of it. Where several
    /// have a role, a user, a group or a policy of it, the one that has all of it.
    ///
    /// # Errors
    /// None has any, or nobody can tell which of several.
    pub(super) fn of_stack(&self, stack: &Stack) -> Result<usize, Problem> {
        let with = |is_wanted: fn(&StackResource) -> bool| -> Vec<usize> {
            let has_any = |file: &TemplateFile| {
                stack
                    .resources
                    .iter()
                    .any(|one| is_wanted(one) && file.has(one))
            };
            (0..self.files.len())
                .filter(|&at| has_any(&self.files[at]))
                .collect()
        };
        let of_iam = with(|one| one.kind.starts_with("AWS::IAM::"));
        let fitting = if of_iam.is_empty() {
            with(|_| true)
        } else {
            of_iam
        };
        let has_all = |at: &usize| stack.resources.iter().all(|one| self.files[*at].has(one));
        let whole: Vec<usize> = fitting.iter().copied().filter(has_all).collect();
        let names = |places: &[usize]| {
            let names = places
                .iter()
                .map(|&at| self.files[at].source.name().to_string());
            list(&names.collect::<Vec<_>>())
        };
        match (fitting.as_slice(), whole.as_slice()) {
            ([only], _) | (_, [only]) => Ok(*only),
            ([], _) => {
                let all: Vec<usize> = (0..self.files.len()).collect();
                let message = format!("this stack has none of the resources of {}", names(&all));
                let problem = stack.source.error(message);
                Err(problem.help("give the template that the stack is made of"))
            }
            (several, _) => {
                let message = format!(
                    "nobody can tell which template this stack is made of: {}",
                    names(several)
                );
                Err(stack
                    .source
                    .error(message)
                    .help("give one template with its stacks"))
            }
        }
    }
}

/// A stack that makes another one, and what that is in it.
type Nested<'a> = (&'a Stack, &'a StackResource);

impl TemplateFile {
    /// The file of the template that a resource of a stack of this one is a stack of, where it is told.
    fn calls(&self, resource: &StackResource) -> Option<PathBuf> {
        let url = self.template.resource(&resource.logical_id)?;
        let url = url
            .template_url
            .as_deref()
            .filter(|url| !url.contains("://"))?;
        let folder = self.source.path()?.parent()?;
        Some(normal(&folder.join(url)))
    }

    /// Whether a program of the CDK made it.
    fn is_synthesized(&self) -> bool {
        let is_of_cdk = |resource: &TemplateResource| {
            resource.construct_path.is_some() || resource.kind == "AWS::CDK::Metadata"
        };
        let path = self.source.path().unwrap_or(Path::new(""));
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        real.iter().any(|part| part == "cdk.out") || self.template.resources.iter().any(is_of_cdk)
    }

    fn read(path: &Path) -> Result<Self, Error> {
        if fs::symlink_metadata(path).is_ok_and(|data| data.is_symlink()) {
            let about = Source::from_text(path.shown().raw(), "");
            let problem = about
                .error("this file is a link, and what it leads to may be a template elsewhere too");
            return Err(problem.help("give the file that it leads to").into());
        }
        let cannot =
            |error| Error::new(format!("{} cannot be read", path.shown())).caused_by(error);
        let bytes = fs::read(path).map_err(cannot)?;
        let source = Source::from_bytes(path.shown().raw(), &bytes)?.at(path);
        source.has_line_feeds()?;
        Ok(TemplateFile {
            template: Template::read(&source)?,
            source,
        })
    }

    /// Whether a resource of a stack is written in it, or SAM makes it of one that is.
    fn has(&self, resource: &StackResource) -> bool {
        let is_it = |own: &TemplateResource| {
            let is_sam = own.kind.starts_with("AWS::Serverless::");
            let is_same =
                own.logical_id == resource.logical_id && (own.kind == resource.kind || is_sam);
            is_same || is_sam && resource.logical_id.starts_with(&own.logical_id)
        };
        self.template.resources.iter().any(is_it)
    }
}
