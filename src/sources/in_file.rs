//! A policy that a block reads from a file of its own: whether that is the one place which reads it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::evaluation::Evaluation;
use super::files::{TreeFile, read};
use super::surroundings::{Surroundings, real, repository};
use super::{Root, Tree, normal};
use crate::document::Document;
use crate::terraform::{
    Content, PolicyFile, WrittenPolicy, may_begin, may_name, may_name_beside, read_policy_file,
};
use crate::text::{Error, Problem, Shown, some_of};

/// What is done about a file that may serve something else too.
const OF_ITS_OWN: &str = "give this policy a file of its own, under a name that nothing else has, or use \
                          jsonencode({ … }) in its place";

/// How many of those that name a file are named.
const NAMED: usize = 5;

/// The files that blocks of a tree read policies from, and what else may read them.
pub(super) struct PolicyFiles<'a> {
    pub tree: &'a Tree,
    pub evaluation: &'a Evaluation<'a>,
    pub surroundings: &'a OnceCell<Surroundings>,
    /// Whether nobody outside of the tree reads them.
    pub complete: bool,
    /// Looked for once, for all of them.
    pub readers: OnceCell<Readers>,
}

impl PolicyFiles<'_> {
    /// The policy in the file that a block of `file` reads, in the module in `folder`.
    ///
    /// # Errors
    /// It is not read, or something else may read it too.
    pub fn document(
        &self,
        folder: &Path,
        (file, written): (&TreeFile, &WrittenPolicy),
        policy_file: &PolicyFile,
    ) -> Result<Document, Problem> {
        let tree = self.tree;
        let here = |message: String| file.source.error_at(written.range.clone(), message);
        let root;
        let base = if policy_file.is_in_module {
            folder
        } else {
            let mut roots = tree.roots.iter().filter(|root| root.has(folder));
            let (Some(only), None) = (roots.next(), roots.next()) else {
                let message =
                    "the policy is in a file below the root module, and there are several of these";
                return Err(here(message.to_owned()).help(OF_ITS_OWN));
            };
            root = only.path(Path::new(""));
            &root
        };
        let named = Path::new(&policy_file.path);
        let is_below = (named.components())
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_below {
            let message = format!(
                "the policy is in a file outside of its module, which others may read too: {}",
                named.shown()
            );
            return Err(here(message).help(OF_ITS_OWN));
        }
        let path = normal(&base.join(named));
        if real(&path).is_none() || real(&path) != real(base).map(|base| normal(&base.join(named)))
        {
            let message = format!("{} is not there, or is a link", path.shown());
            return Err(here(message).help(OF_ITS_OWN));
        }
        self.is_read_once(file, &path)
            .map_err(|why| here(why).help(OF_ITS_OWN))?;
        let document = read(&path).and_then(|source| {
            let document = read_policy_file(source, policy_file.is_template);
            document.map_err(Error::from)
        });
        document.map_err(|error| match error {
            Error::Problems(problems) if !problems.0.is_empty() => problems.0[0].clone(),
            error => here(error.in_one_line()),
        })
    }

    /// Whether nothing but the one block can read a file, as far as its name tells.
    fn is_read_once(&self, file: &TreeFile, path: &Path) -> Result<(), String> {
        let tree = self.tree;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if times_named(file.source.text().as_bytes(), &name) > 1 {
            return Err(format!("{name} is named several times in this file"));
        }
        let is_in_repository = |root: &Root| {
            let root = real(&root.folder);
            root.is_some_and(|root| repository(&root).is_some())
        };
        if !self.complete && !tree.roots.iter().all(is_in_repository) {
            return Err(format!(
                "no repository tells how far to look for what else reads {name}; where nothing else does, \
                 say --states-complete"
            ));
        }
        let own = real(path).unwrap_or_else(|| path.to_owned());
        let mut others: Vec<String> = Vec::new();
        others.extend(self.readers().of(&own, self.surroundings()));
        let whole = own.to_string_lossy();
        let files = tree.folders().flat_map(|(folder, files)| {
            let files = files.iter();
            files.map(move |file| (folder, file))
        });
        for (folder, other) in files {
            let shown = other.source.name().raw();
            let text = other.source.text();
            let reads = self.evaluation.may_read_file(folder, other, &own);
            let beside = may_name_beside(&without_backend(other), &whole);
            if let Some(line) = reads.into_iter().chain(beside).min() {
                others.push(format!("{shown}:{line}, whose path is not plain"));
            }
            let is_named = || times_named(text.as_bytes(), &name) > 0;
            if other.source.path() != file.source.path() && is_named() {
                others.push(shown.to_owned());
            }
        }
        others.extend(given_to_downloaded(tree, path));
        let unread = tree.unread_files().into_iter();
        others.extend(unread.map(|path| format!("{}, which is not read", path.shown())));
        if others.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{name} may be read elsewhere too: {}",
            some_of(&others, NAMED)
        ))
    }

    fn surroundings(&self) -> &Surroundings {
        let look = || Surroundings::of(self.tree, self.complete);
        self.surroundings.get_or_init(look)
    }

    fn readers(&self) -> &Readers {
        let look = || Readers::of_all(self.tree, self.surroundings(), self.complete);
        self.readers.get_or_init(look)
    }
}

/// The text of a file but for where its state is kept: no expression stands there, and nothing is read.
fn without_backend(file: &TreeFile) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(file.source.text());
    let settings = file.configuration.blocks.iter();
    let settings = settings.filter(|block| block.kind == "terraform");
    for backend in settings.flat_map(|block| block.blocks_of("backend")) {
        let lines = text[backend.range.clone()].matches('\n').count();
        let blank = backend.range.len() - lines;
        let blanked = format!("{}{}", "\n".repeat(lines), " ".repeat(blank));
        text.to_mut().replace_range(backend.range.clone(), &blanked);
    }
    text
}

/// How often a text names a file, and not one whose name is longer: `assume_role_policy.json` is no
/// `policy.json`. What is put in before, as `${…}` or `%s`, may be a folder.
fn times_named(text: &[u8], name: &str) -> usize {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let places = memchr::memmem::find_iter(text, name.as_bytes());
    let is_whole = |at: &usize| {
        let (before, behind) = (&text[..*at], &text[at + name.len()..]);
        let begins = before.ends_with(b"%s") || !before.last().is_some_and(is_of_name);
        begins && !behind.first().is_some_and(is_of_name)
    };
    places.filter(is_whole).count()
}

/// Where a module of which nobody looks what it reads, since it is downloaded, is given a path that is not
/// plain and may be that of a file.
fn given_to_downloaded(tree: &Tree, path: &Path) -> Vec<String> {
    let path = path.to_string_lossy();
    let own = tree.calls().filter(|call| !call.is_in_downloaded);
    let calls = own.filter(|call| !call.is_read || call.is_downloaded());
    let given = calls.flat_map(|call| {
        let text = call.file.source.text();
        let arguments = call.block.arguments.iter();
        let given = arguments.filter(|given| may_begin(&text[given.range.clone()], &path));
        let name = call.file.source.name();
        let shown = given.map(|given| format!("{name}:{}, whose path is not plain", given.line));
        shown.collect::<Vec<String>>()
    });
    given.collect()
}

/// What lies around a tree and may read the files of its policies.
pub(super) struct Readers {
    /// The files that name one, by its name.
    naming: BTreeMap<String, Vec<PathBuf>>,
    /// The texts that may name any of them by a path that is not plain.
    sources: Vec<(PathBuf, String)>,
    /// What cannot be read.
    unreadable: Vec<PathBuf>,
}

/// What only writes of a file.
const PROSE: [&str; 2] = ["md", "txt"];

/// Whether a file only lists others: by their owners, or those that a program leaves alone.
fn is_list_of_files(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == "CODEOWNERS" || name.starts_with('.') && name.ends_with("ignore")
}

/// What reads files.
const SOURCES: [&str; 3] = ["tf", "tofu", "hcl"];

impl Readers {
    fn of_all(tree: &Tree, surroundings: &Surroundings, complete: bool) -> Self {
        let files = tree.folders().flat_map(|(_, files)| files);
        let known: BTreeSet<&Path> = files.map(|file| file.real.as_path()).collect();
        let mut readers = Readers {
            naming: names(tree).map(|name| (name, Vec::new())).collect(),
            sources: Vec::new(),
            unreadable: surroundings.unreadable.clone(),
        };
        let is_of_others = |path: &Path| path.iter().any(|part| part == "node_modules");
        for path in &surroundings.files {
            if !known.contains(path.as_path()) && !is_of_others(path) {
                readers.add(path, complete);
            }
        }
        readers
    }

    /// Adds a file outside of the tree, or another one beside it: a script may put a policy into force. With `complete`
    /// other root modules do not.
    fn add(&mut self, path: &Path, complete: bool) {
        let extension = path.extension().unwrap_or_default();
        let is_one_of = |endings: &[&str]| endings.iter().any(|ending| extension == *ending);
        let is_source = is_one_of(&SOURCES);
        if is_source && complete {
            return;
        }
        let Ok(bytes) = fs::read(path) else {
            return self.unreadable.push(path.to_owned());
        };
        let has = |word: &str| memchr::memmem::find(&bytes, word.as_bytes()).is_some();
        // A template reads files as well: `${file("app.json")}`.
        let is_reading_template = has("${") && has("file");
        let is_prose = is_one_of(&PROSE) || is_list_of_files(path);
        if is_reading_template || !is_prose {
            for (name, naming) in &mut self.naming {
                if times_named(&bytes, name) > 0 {
                    naming.push(path.to_owned());
                }
            }
        }
        if is_source {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.sources.push((path.to_owned(), text));
        }
    }

    /// What may read the file at a real path.
    fn of(&self, own: &Path, surroundings: &Surroundings) -> Vec<String> {
        let name = own.file_name().unwrap_or_default().to_string_lossy();
        let whole = own.to_string_lossy();
        let links = surroundings.links.iter();
        let links = links.filter(|(_, to)| own.starts_with(to));
        let links = links.map(|(link, _)| format!("{}, a link to it", surroundings.shown(link)));
        let naming = self.naming.get(name.as_ref()).into_iter().flatten();
        let sources = self.sources.iter();
        let sources = sources.filter(|(_, text)| may_name(text, &whole).is_some());
        let paths: BTreeSet<&PathBuf> = naming
            .chain(sources.map(|(path, _)| path))
            .chain(&self.unreadable)
            .filter(|path| *path != own)
            .collect();
        let paths = paths.into_iter().map(|path| surroundings.shown(path));
        links.chain(paths).collect()
    }
}

/// The names of the files that blocks read policies from.
fn names(tree: &Tree) -> impl Iterator<Item = String> {
    let files = tree.folders().flat_map(|(_, files)| files);
    let policies = files.flat_map(|file| &file.configuration.policies);
    policies.filter_map(|policy| match &policy.content {
        Content::InFile(file) => {
            let name = Path::new(&file.path).file_name()?;
            Some(name.to_string_lossy().into_owned())
        }
        _ => None,
    })
}
