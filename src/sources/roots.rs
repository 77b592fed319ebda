//! Whether a root module may have several states: then what its blocks make is known of those that
//! are given alone.

use std::fs;
use std::path::Path;

use super::Tree;
use super::tree::to_read;
use crate::terraform::{Block, Value};
use crate::text::{Problem, Shown, Source};

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

/// Why a root module may have several states; nothing where it has one.
pub fn may_have_several(tree: &Tree) -> Vec<Problem> {
    let mut reasons = Vec::new();
    let root = tree.path(Path::new(""));
    for (folder, files) in tree.folders() {
        let is_root = folder == root;
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
    let unread = tree.unread(Some(&root)).map(|why| {
        let message = "this is not read, and may hold a backend or ask for the workspace";
        why.source().error(message).help(GIVE_THEM)
    });
    reasons.extend(unread);
    reasons.extend(on_disk(&tree.root));
    reasons
}

/// Where a block asks for the workspace.
fn workspace(block: &Block) -> Option<std::ops::Range<usize>> {
    let asks = |reference: &String| reference == "terraform.workspace";
    let mut arguments = block.arguments.iter();
    let own_place = arguments.find(|argument| argument.references.iter().any(asks));
    own_place
        .map(|argument| argument.range.clone())
        .or_else(|| block.blocks.iter().find_map(workspace))
}

/// Why a `backend` or `cloud` block does not mean one place.
fn incomplete(block: &Block) -> Option<(&Block, String)> {
    let is_literal = |block: &Block, name: &str| {
        let value = block.argument(name).map(|argument| &argument.value);
        matches!(value, Some(Value::Text(text)) if !text.is_empty())
    };
    let names_one = |block: &Block| {
        let mut workspaces = block.blocks_of("workspaces");
        workspaces.any(|workspaces| is_literal(workspaces, "name"))
    };
    let why = match (
        block.kind.as_str(),
        block.labels.first().map(String::as_str),
    ) {
        ("cloud", _) | ("backend", Some("remote")) if !names_one(block) => {
            "this does not name one workspace, so it may have several states".to_owned()
        }
        ("backend", Some(kind)) if kind != "remote" => {
            let known = COMPLETE.iter().find(|(name, _)| *name == kind);
            let Some((_, needed)) = known else {
                let why = "nobody knows here whether this backend is complete, so it may have several states";
                return Some((block, why.to_owned()));
            };
            let missing: Vec<&str> = (needed.iter().copied())
                .filter(|name| !is_literal(block, name))
                .collect();
            if missing.is_empty() {
                return None;
            }
            let missing = missing.join(", ");
            format!("this backend has no literal {missing}, so it may have several states")
        }
        _ => return None,
    };
    Some((block, why))
}

/// What lies in the folder of a root that has several states.
fn on_disk(root: &Path) -> Vec<Problem> {
    let about = |path: &Path, message: &str| {
        let source = Source::from_text(path.shown().raw(), "");
        source.error(message).help(GIVE_THEM)
    };
    let mut reasons = Vec::new();
    for (name, why) in [
        ("terraform.tfstate.d", "the states of workspaces lie here"),
        (
            "terragrunt.hcl",
            "Terragrunt may make several states of one module",
        ),
    ] {
        let path = root.join(name);
        if path.exists() {
            reasons.push(about(&path, why));
        }
    }
    let mut variables = Vec::new();
    add_variables(root, 0, &mut variables);
    if let [_, _, ..] = variables.as_slice() {
        let names: Vec<String> = variables
            .iter()
            .map(|path| path.shown().to_string())
            .collect();
        let message = format!(
            "there are several files of variables, so it may have several states: {}",
            crate::text::list(&names)
        );
        reasons.push(about(root, &message));
    }
    reasons
}

/// How deep files of variables are looked for.
const DEEPEST: usize = 4;

/// Adds the files of variables that Terraform does not take by itself.
fn add_variables(folder: &Path, depth: usize, found: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = fs::read_dir(to_read(folder)) else {
        return;
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_link = path.is_symlink();
        if path.is_dir() {
            if !name.starts_with('.') && !is_link && depth < DEEPEST {
                add_variables(&path, depth + 1, found);
            }
            continue;
        }
        let name = name.strip_suffix(".json").unwrap_or(&name);
        let is_taken = name == "terraform.tfvars" || name.ends_with(".auto.tfvars");
        if name.ends_with(".tfvars") && !is_taken {
            found.push(path);
        }
    }
}
