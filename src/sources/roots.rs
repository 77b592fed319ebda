//! Whether a root module may have several states: then what its blocks make is known of those that
//! are given alone.

use std::fs;
use std::path::{Path, PathBuf};

use super::entries::{entries_or_none, to_read};
use super::run_elsewhere::run_with_several;
use super::surroundings::repository;
use super::{Root, Tree, is_module, normal};
use crate::terraform::{Block, Value};
use crate::text::{Problem, Shown, Source, list};

/// What each backend needs to be told so that it means one place. Others are not known.
const COMPLETE: [(&str, &[&str]); 10] = [
    ("local", &[]),
    ("s3", &["bucket", "key"]),
    ("gcs", &["bucket", "prefix"]),
    (
        "azurerm",
        &["storage_account_name", "container_name", "key"],
    ),
    ("http", &["address"]),
    ("consul", &["path"]),
    ("pg", &["conn_str"]),
    ("kubernetes", &["secret_suffix"]),
    ("oss", &["bucket", "key"]),
    ("cos", &["bucket", "key"]),
];

/// The way out.
const GIVE_THEM: &str =
    "give the other states too, and say --states-complete when there are no others";

const TERRAGRUNT: &str = "Terragrunt may make several states of one module";

/// Why root modules may have several states; nothing where each has one.
pub fn may_have_several(tree: &Tree) -> Vec<Problem> {
    let mut reasons = Vec::new();
    for (folder, files) in tree.folders() {
        let is_root = tree.roots.iter().any(|root| root.is_at(folder));
        for file in files {
            for block in &file.configuration.blocks {
                if let Some(line) = workspace(block) {
                    let source = &file.source;
                    let message = "terraform.workspace: each workspace has a state of its own";
                    reasons.push(source.error_at(line, message).help(GIVE_THEM));
                }
                if is_root && block.kind == "terraform" {
                    let incomplete = block.blocks.iter().filter_map(incomplete);
                    reasons.extend(
                        incomplete.map(|(block, why)| file.error_at(block, why).help(GIVE_THEM)),
                    );
                }
            }
        }
    }
    for root in &tree.roots {
        reasons.extend(of_unread(tree, root));
        reasons.extend(on_disk(&root.folder));
    }
    reasons.extend(run_with_several(tree, GIVE_THEM));
    reasons
}

/// What the files of a root module may hold that are not read.
fn of_unread(tree: &Tree, root: &Root) -> Vec<Problem> {
    let folder = root.path(Path::new(""));
    let unread = tree.unread(Some(&folder)).map(|why| {
        let what = why.message();
        let what = what.strip_prefix("passed over: ").unwrap_or(what);
        let message = format!("{what}; this file may hold a backend, or ask for the workspace");
        let problem = match why.range() {
            Some(range) => why.source().error_at(range.clone(), message),
            None => why.source().error(message),
        };
        problem.help(
            "mend this file; or give the other states too, and say --states-complete when there are no \
             others",
        )
    });
    unread.collect()
}

/// Where a block asks for the workspace.
fn workspace(block: &Block) -> Option<std::ops::Range<usize>> {
    let asks =
        |reference: &String| matches!(reference.as_str(), "terraform.workspace" | "tofu.workspace");
    let mut arguments = block.arguments.iter();
    let own_place = arguments.find(|argument| argument.references.iter().any(asks));
    own_place
        .map(|argument| argument.range.clone())
        .or_else(|| block.blocks.iter().find_map(workspace))
}

/// Why a `backend` or `cloud` block does not mean one place.
fn incomplete(block: &Block) -> Option<(&Block, String)> {
    let kind = match block.kind.as_str() {
        "cloud" => "remote",
        "backend" => block.labels.first().map_or("", String::as_str),
        _ => return None,
    };
    if let Some(computed) = computed(block) {
        let why = format!("{computed} is computed here, so it may have several states");
        return Some((block, why));
    }
    for several in ["workspace_key_prefix", "workspace_dir"] {
        if block.argument(several).is_some() {
            let why = format!("{several}: each workspace has a state of its own");
            return Some((block, why));
        }
    }
    if kind == "remote" {
        let mut workspaces = block.blocks_of("workspaces");
        let names_one = workspaces.any(|workspaces| is_literal(workspaces, "name"));
        let why = "this does not name one workspace, so it may have several states";
        return (!names_one).then(|| (block, why.to_owned()));
    }
    let Some((_, needed)) = COMPLETE.iter().find(|(name, _)| *name == kind) else {
        let why =
            "nobody knows here whether this backend is complete, so it may have several states";
        return Some((block, why.to_owned()));
    };
    let missing: Vec<&str> = (needed.iter().copied())
        .filter(|name| !is_literal(block, name))
        .collect();
    let missing = (!missing.is_empty()).then(|| missing.join(", "))?;
    let why = format!("this backend has no literal {missing}, so it may have several states");
    Some((block, why))
}

fn is_literal(block: &Block, name: &str) -> bool {
    let value = block.argument(name).map(|argument| &argument.value);
    matches!(value, Some(Value::Text(text)) if !text.is_empty())
}

/// An argument whose value is not written there: `OpenTofu` takes variables in these blocks.
fn computed(block: &Block) -> Option<&str> {
    fn is_written(value: &Value) -> bool {
        match value {
            Value::Reference(_) | Value::Indexed(_) | Value::EndsIn(_) | Value::Expression => false,
            Value::List(values) => values.iter().all(is_written),
            Value::Object(members) => members.iter().all(|(_, value)| is_written(value)),
            Value::Text(_) | Value::Bool(_) | Value::Number(_) | Value::Null => true,
        }
    }
    let mut arguments = block.arguments.iter();
    let own_argument = arguments.find(|argument| !is_written(&argument.value));
    let inner = || block.blocks.iter().find_map(computed);
    own_argument
        .map(|argument| argument.name.as_str())
        .or_else(inner)
}

/// The root modules in folders below one, as far as `terraform init` or a backend shows them, or else all
/// modules.
pub fn root_modules_below(folder: &Path) -> Vec<PathBuf> {
    let mut modules = Vec::new();
    add_modules(folder, 0, &mut modules);
    let is_root = |path: &PathBuf| {
        let mut shows = OF_ROOTS.iter().chain(&[".terraform", "backend.tf"]);
        shows.any(|name| path.join(name).exists())
    };
    let (roots, others): (Vec<PathBuf>, Vec<PathBuf>) = modules.into_iter().partition(is_root);
    if roots.is_empty() { others } else { roots }
}

fn add_modules(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for path in entries_or_none(folder)
        .into_iter()
        .filter(|path| is_searched(path))
    {
        if is_module(&path) {
            found.push(path.clone());
        }
        if depth < DEEPEST {
            add_modules(&path, depth + 1, found);
        }
    }
}

/// What lies in the folder of a root module alone: what `terraform init` writes, and what Terragrunt reads.
const OF_ROOTS: [&str; 3] = [
    ".terraform.lock.hcl",
    "terragrunt.hcl",
    "terragrunt.hcl.json",
];

/// What shows that a module which is called, or one around it, is a root module too, with states of its own;
/// nothing of those that are given as root modules.
pub(super) fn is_root_too(tree: &Tree, folder: &Path) -> Option<String> {
    let modules = tree.modules().filter(|(_, path, _)| path == folder);
    let mut folders: Vec<PathBuf> = modules
        .flat_map(|(module, ..)| module.from_outside())
        .filter_map(|around| Some(tree.folder(around).ok()?.0))
        .collect();
    folders.sort();
    folders.dedup();
    folders.iter().find_map(|folder| shows_a_root(tree, folder))
}

fn shows_a_root(tree: &Tree, folder: &Path) -> Option<String> {
    if tree.roots.iter().any(|root| root.is_at(folder)) {
        return None;
    }
    for file in tree.files(folder) {
        let blocks = file.configuration.blocks.iter();
        let settings = blocks.filter(|block| block.kind == "terraform");
        let mut settings = settings.flat_map(|block| &block.blocks);
        let backend = settings.find(|block| matches!(block.kind.as_str(), "backend" | "cloud"));
        if let Some(backend) = backend {
            let place = format!("{}:{}", file.source.name().raw(), backend.line);
            return Some(format!("{}, {place}", backend.kind));
        }
    }
    let is_of_root = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        OF_ROOTS.contains(&name.as_ref())
            || name.starts_with("terraform.tfstate")
            || name.ends_with(".tfstate")
            || name
                .strip_suffix(".json")
                .unwrap_or(&name)
                .ends_with(".tfvars")
    };
    let mut found: Vec<PathBuf> = entries_or_none(folder);
    found.retain(is_of_root);
    let backend = folder.join(".terraform/terraform.tfstate");
    found.extend(Some(backend).filter(|path| path.exists()));
    add_files(folder, ".tfvars", 0, &mut found);
    add_files(folder, ".tfbackend", 0, &mut found);
    found.first().map(|path| path.shown().to_string())
}

/// What lies in the folder of a root that has several states, or around it.
fn on_disk(root: &Path) -> Vec<Problem> {
    let about = |path: &Path, message: &str| {
        let source = Source::from_text(to_read(path).shown().raw(), "");
        source.error(message).help(GIVE_THEM)
    };
    let mut reasons = Vec::new();
    for (name, why) in [
        ("terraform.tfstate.d", "the states of workspaces lie here"),
        ("terragrunt.hcl", TERRAGRUNT),
        ("terragrunt.hcl.json", TERRAGRUNT),
    ] {
        let path = root.join(name);
        if path.exists() {
            reasons.push(about(&path, why));
        }
    }
    let environment = root.join(".terraform/environment");
    if let Ok(workspace) = fs::read_to_string(&environment)
        && !matches!(workspace.trim(), "" | "default")
    {
        reasons.push(about(
            &environment,
            "a workspace other than the default one is selected",
        ));
    }
    let has_state = |path: &PathBuf| path.extension().is_some_and(|end| end == "tfstate");
    let states: Vec<PathBuf> = entries_or_none(root)
        .into_iter()
        .filter(has_state)
        .collect();
    if states.len() > 1 {
        let names: Vec<String> = states.iter().map(|path| path.shown().to_string()).collect();
        let message = format!("several states lie here: {}", list(&names));
        reasons.push(about(root, &message));
    }
    for (ending, several, what) in [
        (".tfvars", 2, "files of variables"),
        (".tfbackend", 1, "files that complete the backend"),
    ] {
        let files = files_that_end_in(root, ending);
        if files.len() >= several {
            let names: Vec<String> = files.iter().map(|path| path.shown().to_string()).collect();
            let message = format!(
                "there are {what}, so it may have several states: {}",
                list(&names)
            );
            reasons.push(about(root, &message));
        }
    }
    reasons
}

/// How deep they are looked for.
const DEEPEST: usize = 4;

/// The files that are given to Terraform on its command line: in the folder of the root module, and
/// in the folders of its repository that lie beside it and hold no modules.
fn files_that_end_in(root: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    add_files(root, ending, 0, &mut found);
    let Some(real) = fs::canonicalize(to_read(root)).ok() else {
        return found;
    };
    if repository(&real).is_none_or(|repository| repository == real) {
        return found;
    }
    for folder in entries_or_none(&normal(&root.join(".."))) {
        let is_root = folder.file_name() == real.file_name();
        if is_searched(&folder) && !is_root && !holds_modules(&folder, 0) {
            add_files(&folder, ending, 1, &mut found);
        }
    }
    found
}

fn add_files(folder: &Path, ending: &str, depth: usize, found: &mut Vec<PathBuf>) {
    for path in entries_or_none(folder) {
        if path.is_dir() {
            // Files of variables beside a module are for that one.
            if is_searched(&path) && depth < DEEPEST && !is_module(&path) {
                add_files(&path, ending, depth + 1, found);
            }
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.strip_suffix(".json").unwrap_or(&name);
        // Terraform takes these by itself.
        let is_taken = name == "terraform.tfvars" || name.ends_with(".auto.tfvars");
        if name.ends_with(ending) && !is_taken {
            found.push(path);
        }
    }
}

/// Whether there are modules in a folder, or in those in it: its files of variables are for these.
fn holds_modules(folder: &Path, depth: usize) -> bool {
    let inner = || {
        entries_or_none(folder)
            .into_iter()
            .filter(|path| is_searched(path))
    };
    is_module(to_read(folder))
        || depth < DEEPEST && inner().any(|one| holds_modules(&one, depth + 1))
}

/// Whether it is a folder, neither hidden nor a link.
fn is_searched(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    path.is_dir() && !path.is_symlink() && !name.as_encoded_bytes().starts_with(b".")
}
