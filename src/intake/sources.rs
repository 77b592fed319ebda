//! Sources of policies, what was made of them, and findings: Terraform files with their states, templates
//! with their stacks.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::beside::{Beside, ReadBeside};
use super::kept::Commented;
use super::{Given, Intake, Reading, SourceReview, each_once, kept, source_report};
use crate::findings::Findings;
use crate::review::ReviewInput;
use crate::sources::{MadeBy, Matched, Root, Tree, is_module, may_have_several, normal};
use crate::text::{Error, Problem, Problems, Shown, Source};

/// A source of policies: the folder of a root module, a template, or a folder of templates.
#[derive(Clone, Debug)]
pub struct SourceRoot {
    /// Where it is.
    pub path: PathBuf,
    /// The states that are said to be of this root module; of others their addresses tell.
    pub states: Vec<PathBuf>,
}

impl Intake {
    /// Brings together sources, what was made of them, and the findings, which were given in any order:
    /// root modules with their states, or a template or folder of templates, which has to be the only one,
    /// with its stacks and what AWS has of these. With `complete` there are no other states or stacks than
    /// these, and nobody else has what they make.
    ///
    /// # Errors
    /// What is wrong with any of the files; no state or stack, with where the findings' actions stand; a
    /// source that may have several, unless these are complete; a state that may be of several root modules.
    pub fn sources(self, roots: &[SourceRoot], complete: bool) -> Result<SourceReview, Error> {
        let templates = roots.iter().find(|root| !is_module(&root.path));
        let made_by = match templates {
            None => MadeBy::Terraform,
            Some(_) => MadeBy::CloudFormation,
        };
        let mut reading = Reading::default();
        let beside = self.beside(roots, made_by, &mut reading)?;
        match templates {
            None => in_modules(roots, beside, reading, complete),
            Some(root) => {
                alone(root, roots)?;
                super::templates::in_templates(&root.path, beside, reading, complete)
            }
        }
    }

    /// Reads what was given beside sources.
    fn beside(
        self,
        roots: &[SourceRoot],
        made_by: MadeBy,
        reading: &mut Reading,
    ) -> Result<ReadBeside, Error> {
        let of_roots = roots.iter().flat_map(|root| &root.states);
        let all = self.given.iter().cloned();
        let all: Vec<Given> = all.chain(of_roots.cloned().map(Given::Path)).collect();
        each_once(&all)?;
        let mut beside = Beside::new(made_by);
        for (place, root) in roots.iter().enumerate() {
            for state in &root.states {
                reading.keep(beside.take_state_of(place, state));
            }
        }
        for given in self.given {
            let taken = beside.take(given, reading);
            reading.keep(taken);
        }
        beside.read(&self.options, reading)
    }
}

/// The review of what stands in the blocks of root modules.
fn in_modules(
    roots: &[SourceRoot],
    mut beside: ReadBeside,
    mut reading: Reading,
    complete: bool,
) -> Result<SourceReview, Error> {
    let folders = folders_of(roots)?;
    let tree = reading.keep(Tree::open(&folders));
    reading.finish()?;
    let Some(tree) = tree else {
        return Err(Error::new("there is no folder"));
    };
    beside.notes.extend(tree.unread(None).cloned());
    let templates = tree.roots.iter().filter_map(templates_beside);
    beside.notes.extend(templates);
    let folders = folders.iter().map(PathBuf::as_path);
    kept::add_found(folders, &mut beside.options, &mut beside.notes)?;
    let findings = beside.findings()?;
    if beside.states.is_empty() {
        let options = &beside.options;
        return Err(source_report::without_state(&tree, &findings, options));
    }
    let states = tree.take(std::mem::take(&mut beside.states))?;
    if !complete {
        let mut not_known = may_have_several(&tree);
        not_known.extend(tree.without_state(&states));
        if !not_known.is_empty() {
            return Err(Problems(not_known).into());
        }
    }
    let matched = Matched::of(&tree, &states, &beside.held, complete);
    beside.review(&matched, findings, |input, notes| {
        Ok(commented(&tree, input, notes))
    })
}

impl ReadBeside {
    /// The review of what was matched, in which the comments in the files count that are `commented`.
    pub(super) fn review(
        self,
        matched: &Matched,
        findings: Vec<Findings>,
        commented: impl FnOnce(&ReviewInput, &mut Vec<Problem>) -> Result<Vec<Commented>, Problem>,
    ) -> Result<SourceReview, Error> {
        let mut review =
            SourceReview::of(matched, (findings, &self.told), self.notes, &self.options);
        let SourceReview { input, notes } = &mut review;
        let commented = commented(input, notes)?;
        kept::hold_back_commented(input, commented, &self.options, notes)?;
        Ok(review)
    }
}

/// The files of a tree with their comments, with those that lie beside them and those that policies are
/// filled in from; notes what cannot be read.
fn commented(tree: &Tree, input: &ReviewInput, notes: &mut Vec<Problem>) -> Vec<Commented> {
    let policies = input.policies.iter();
    let sources = policies.map(|policy| policy.loaded.document.source());
    let mut commented: Vec<_> = sources.filter_map(Commented::filled_in).collect();
    // A file of HCL with policies is among these too, and counts as what it is.
    let files = tree.folders().flat_map(|(_, files)| files);
    commented
        .extend(files.filter_map(|file| Commented::hcl(&file.source, &file.configuration.blocks)));
    for beside in tree.beside() {
        match beside {
            Ok(source) => commented.extend(Commented::hcl(&source, &[])),
            Err(warnings) => notes.extend(warnings),
        }
    }
    commented
}

/// The folders of root modules by their paths from where one stands.
fn folders_of(roots: &[SourceRoot]) -> Result<Vec<PathBuf>, Error> {
    let mut folders = Vec::new();
    for root in roots {
        let folder = from_here(&root.path)?;
        if folders.contains(&folder) {
            return Err(Error::with_help(
                format!("{} is given twice", root.path.shown()),
                "give each root module once",
            ));
        }
        folders.push(folder);
    }
    Ok(folders)
}

/// That templates lie in the folder of a root module, which nobody looks at.
fn templates_beside(root: &Root) -> Option<Problem> {
    let about = Source::from_text(root.shown().raw(), "");
    let note =
        about.note("this is taken for a root module, and the templates in it are passed over");
    let note = note.help("give them in a run of their own, each with its stacks");
    root.holds_templates().then_some(note)
}

/// Refuses a source of templates beside others.
fn alone(templates: &SourceRoot, roots: &[SourceRoot]) -> Result<(), Error> {
    let Some(other) = roots.iter().find(|root| root.path != templates.path) else {
        return Ok(());
    };
    Err(Error::with_help(
        format!(
            "{} holds templates, and is given beside {}",
            templates.path.shown(),
            other.path.shown()
        ),
        "give one template, or the folder of several; or root modules of Terraform, whose own modules are \
         found by themselves",
    ))
}

/// A folder by its path from where one stands, as patches name files.
///
/// # Errors
/// It cannot be read, or is a copy that is thrown away.
pub(super) fn from_here(folder: &Path) -> Result<PathBuf, Error> {
    const COPIES: [&str; 5] = [
        ".terragrunt-cache",
        ".terraform",
        ".aws-sam",
        ".serverless",
        "cdktf.out",
    ];
    let cannot = |error| Error::new(format!("{} cannot be read", folder.shown())).caused_by(error);
    let here = std::env::current_dir().and_then(fs::canonicalize)?;
    let real = fs::canonicalize(folder).map_err(cannot)?;
    let mut parts = real.components();
    if parts.any(|part| COPIES.iter().any(|copy| part.as_os_str() == *copy)) {
        return Err(Error::with_help(
            format!(
                "{} is a copy, and what is changed in it is lost",
                folder.shown()
            ),
            "give the folder that it is a copy of",
        ));
    }
    Ok(match real.strip_prefix(&here) {
        Ok(below) => below.to_owned(),
        // By another path the modules beside it would be others than those of a folder around it.
        Err(_) if folder.is_absolute() => relative(&here, &real),
        Err(_) => normal(folder),
    })
}

/// The way from one folder to another.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components());
    let shared = shared.take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}
