//! Signs that a template has more stacks than those that are given.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Stack, TemplateFile, Templates};
use crate::text::{LARGEST_FILE, Problem, Shown, Source};

/// The way out.
const GIVE_THEM: &str =
    "give the files of all its stacks, and say --states-complete when there are no others";

impl Templates {
    /// Why the templates of which `stacks` are made may have others too; nothing where there is no sign.
    pub fn may_have_several(&self, stacks: &[Stack]) -> Vec<Problem> {
        let mut signs = Vec::new();
        for stack in stacks {
            let Ok(place) = self.of_stack(stack) else {
                continue;
            };
            let file = &self.files[place];
            let of_stack_set = of_stack_set(stack);
            let all = file.template.may_differ.iter().cloned().chain(of_stack_set);
            let all = all.chain(elsewhere(file)).chain(environments(file));
            for sign in all {
                if !signs.contains(&sign) {
                    signs.push(sign);
                }
            }
        }
        signs
    }
}

/// That a stack is one of a stack set: it and what it makes is called so.
fn of_stack_set(stack: &Stack) -> Option<Problem> {
    const PREFIX: &str = "StackSet-";
    let mut names = stack.resources.iter().map(|one| one.physical_id.as_str());
    let is_of_set =
        stack.name.raw().starts_with(PREFIX) || names.any(|name| name.starts_with(PREFIX));
    let problem = stack
        .source
        .error("this stack is of a stack set, which makes others too");
    is_of_set.then(|| problem.help(GIVE_THEM))
}

/// That `sam deploy` has several environments for the template.
fn environments(file: &TemplateFile) -> Option<Problem> {
    let beside = file.source.path()?.with_file_name("samconfig.toml");
    let text = fs::read_to_string(&beside).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let environments = table.values().filter(|value| value.is_table()).count();
    let source = Source::from_text(beside.shown().raw(), "");
    let message = format!(
        "there are {environments} environments here, so the template may have several stacks"
    );
    (environments > 1).then(|| source.error(message).help(GIVE_THEM))
}

/// Where other templates of the repository make a stack of this one.
fn elsewhere(file: &TemplateFile) -> Option<Problem> {
    let own_path = fs::canonicalize(file.source.path()?).ok()?;
    let folder = own_path.parent()?;
    let repository = folder.ancestors().find(|one| one.join(".git").exists());
    let name = own_path.file_name()?.to_str()?.to_owned();
    let mut search = Search {
        own_path: &own_path,
        name: &name,
        places: Vec::new(),
    };
    let repository = repository.unwrap_or(folder);
    search.folder(repository, repository);
    let first = search.places.first()?;
    let message = format!("{first} makes a stack of this template too");
    Some(file.source.error(message).help(GIVE_THEM))
}

struct Search<'a> {
    own_path: &'a Path,
    /// How the file is called.
    name: &'a str,
    /// Where it is named, as `FILE:LINE`.
    places: Vec<String>,
}

impl Search<'_> {
    fn folder(&mut self, folder: &Path, repository: &Path) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        paths.sort();
        for path in paths {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_symlink() || name.starts_with('.') || name == "node_modules" {
                continue;
            }
            if path.is_dir() {
                self.folder(&path, repository);
            } else if super::templates::may_be_template(&path) && path != self.own_path {
                self.file(&path, repository);
            }
        }
    }

    fn file(&mut self, path: &Path, repository: &Path) {
        let is_read = fs::metadata(path).is_ok_and(|data| data.len() <= LARGEST_FILE as u64);
        let Some(text) = is_read.then(|| fs::read_to_string(path).ok()).flatten() else {
            return;
        };
        if !text.contains(self.name) {
            return;
        }
        let names_it = |line: &str| {
            let is_location = ["TemplateURL", "TemplateUrl", "Location"]
                .iter()
                .any(|key| line.contains(key));
            let mut parts =
                line.split(|letter: char| !letter.is_alphanumeric() && !"._-".contains(letter));
            is_location && parts.any(|part| part == self.name)
        };
        if let Some(line) = text.lines().position(names_it) {
            let shown = path.strip_prefix(repository).unwrap_or(path).shown();
            self.places.push(format!("{}:{}", shown.raw(), line + 1));
        }
    }
}
