//! What something is called in each folder of a tree, and what asks for it by that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::references::{ALL, is_of};
use crate::terraform::{Argument, Block};

/// What something is called in each folder: by names that end where it stands in an object.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<PathBuf, BTreeSet<String>>);

impl Names {
    /// What it is called in a folder.
    pub fn of(&self, folder: &Path) -> impl Iterator<Item = &str> {
        let names = self.0.get(folder).into_iter().flatten();
        names.map(String::as_str)
    }

    /// All that it is called, with the folders.
    pub fn all(&self) -> Vec<(PathBuf, String)> {
        let in_folder = |(folder, names): (&PathBuf, &BTreeSet<String>)| -> Vec<(PathBuf, String)> {
            let names = names.iter();
            names.map(|name| (folder.clone(), name.clone())).collect()
        };
        self.0.iter().flat_map(in_folder).collect()
    }

    /// The folders in which it is called something.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// The same but for what is called as a whole by one of some names.
    pub fn without(&self, names: &[(PathBuf, String)]) -> Names {
        let mut left = self.0.clone();
        for (folder, name) in names {
            let root = root_of(name);
            let is_given_on = ["local.", "var.", "module."]
                .iter()
                .any(|of| root.starts_with(of));
            if !is_given_on || root == name {
                left.entry(folder.clone()).or_default().remove(root);
            }
        }
        Names(left)
    }

    /// Whether a reference in a folder is to one of these as a whole, or to something in it.
    pub fn are_referred_to(&self, folder: &Path, reference: &str) -> bool {
        let root = root_of(reference);
        let mut names = self.of(folder);
        names.any(|name| name == root || ALL.contains(&reference) && is_of(reference, name))
    }

    /// Whether what has a name in a folder is it, or has it in it.
    pub fn may_have(&self, folder: &Path, reference: &str) -> bool {
        let mut names = self.of(folder);
        names.any(|name| is_of(reference, name) || is_within(name, reference))
    }

    /// Adds a name, and returns whether it was not there.
    pub fn add(&mut self, folder: &Path, name: &str) -> bool {
        let names = self.0.entry(folder.to_owned()).or_default();
        names.insert(name.to_owned())
    }
}

/// The begin of a path of names that is a value of its own: a local value, a module, a resource or data.
pub(super) fn root_of(path: &str) -> &str {
    let is_long = path.starts_with("data.") || path.starts_with("ephemeral.");
    let end = path.match_indices('.').nth(if is_long { 2 } else { 1 });
    end.map_or(path, |(end, _)| &path[..end])
}

/// Whether a name stands below another one, which is that of an object with it in it.
pub(super) fn is_within(name: &str, around: &str) -> bool {
    let below = name.strip_prefix(around);
    below.is_some_and(|below| below.starts_with('.'))
}

/// An argument, and what its block is repeated for where it asks for that.
pub(super) fn with_each<'b>(
    block: &'b Block,
    argument: &'b Argument,
) -> impl Iterator<Item = &'b Argument> {
    std::iter::once(argument).chain(each_of(block, argument))
}

/// What a block is repeated for, where an argument of it asks for that.
pub(super) fn each_of<'b>(block: &'b Block, argument: &Argument) -> Option<&'b Argument> {
    block
        .argument("for_each")
        .filter(|_| asks_for_each(argument))
}

/// Whether an argument asks for what its block is repeated for.
pub(super) fn asks_for_each(argument: &Argument) -> bool {
    let mut references = argument.references.iter();
    references.any(|reference| reference.starts_with("each."))
}

/// Whether a text has these names with dots between them, and maybe keys: `module.m.arn` is in `module.m[0].arn`.
pub(super) fn is_path_in(text: &str, path: &str) -> bool {
    let names: Vec<&str> = path.split('.').collect();
    let is_in_name = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let mut starts = text.match_indices(names[0]);
    starts.any(|(at, _)| {
        let mut rest = &text[at..];
        let has_all = names.iter().enumerate().all(|(place, name)| {
            if place > 0 {
                while let Some((_, behind)) =
                    rest.strip_prefix('[').and_then(|key| key.split_once(']'))
                {
                    rest = behind;
                }
                // Behind a key that is not read all of it may be meant.
                rest = rest.strip_prefix('.').unwrap_or(rest);
            }
            let behind = rest.strip_prefix(name);
            let behind = behind.filter(|behind| !behind.starts_with(is_in_name));
            rest = behind.unwrap_or(rest);
            behind.is_some()
        });
        has_all && !text[..at].ends_with(is_in_name)
    })
}

/// Whether letters stand in a text where no name begins before them or goes on behind them.
pub(super) fn is_word_of(text: &str, letters: &str) -> bool {
    words_at(text, letters).next().is_some()
}

/// The same where they stand by themselves, and end no path or ARN.
pub(super) fn is_word_alone(text: &str, letters: &str) -> bool {
    let mut places = words_at(text, letters);
    places.any(|at| !text[..at].ends_with('/'))
}

/// Where letters stand in a text as a word, or as the end of one of which something is put in before, by `%s`.
pub(super) fn words_at<'t>(text: &'t str, letters: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let bytes = text.as_bytes();
    let places = memchr::memmem::find_iter(bytes, letters.as_bytes());
    places.filter(move |at| {
        let (before, behind) = (&bytes[..*at], &bytes[at + letters.len()..]);
        let begins = before.ends_with(b"%s") || !before.last().is_some_and(is_of_name);
        begins && !behind.first().is_some_and(is_of_name)
    })
}
