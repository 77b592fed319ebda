//! Who owns which files of a repository: `CODEOWNERS`, as GitHub reads it.
//!
//! A line is a pattern and the owners of the files that it means; the last line that means a file holds.
//! The rules are those of GitHub's documentation, "About code owners": patterns as in `.gitignore`, but
//! without `!` and `[…]`, and `docs/*` means the files of `docs` alone.

use std::fs;
use std::path::{Path, PathBuf};

use crate::text::{Problem, Severity, Source};

/// Where the file is looked for in a repository; the first one there is holds.
const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Who owns the files of a repository.
#[derive(Clone, Debug, Default)]
pub struct CodeOwners {
    /// The repository's root, links followed.
    root: PathBuf,
    rules: Vec<Rule>,
    /// The lines that are passed over, and why.
    pub notes: Vec<Problem>,
}

/// A pattern and the owners of what it means.
#[derive(Clone, Debug)]
struct Rule {
    /// The names between its slashes.
    pattern: Vec<String>,
    owners: Vec<String>,
}

impl CodeOwners {
    /// Reads the file of the repository that the file at `path` is in; none where there is no repository,
    /// or nothing is said in it of owners.
    pub fn of_repository(path: &Path) -> Option<Self> {
        let real = fs::canonicalize(path).ok()?;
        let root = real
            .ancestors()
            .find(|folder| folder.join(".git").exists())?;
        let (place, bytes) = PLACES
            .iter()
            .find_map(|place| Some((place, fs::read(root.join(place)).ok()?)))?;
        let owners = match Source::from_bytes(place, &bytes) {
            Ok(file) => CodeOwners::read(&file),
            Err(unread) => CodeOwners {
                notes: vec![unread.passed_over(Severity::Warning)],
                ..CodeOwners::default()
            },
        };
        Some(CodeOwners {
            root: root.to_owned(),
            ..owners
        })
    }

    /// Reads the lines of such a file.
    fn read(file: &Source) -> Self {
        let mut owners = CodeOwners::default();
        let mut start = 0;
        for line in file.text().split_inclusive('\n') {
            let range = start..start + line.trim_end().len();
            start += line.len();
            let mut words = words(line).into_iter();
            let Some(pattern) = words.next() else {
                continue;
            };
            if pattern.starts_with('!') || pattern.contains('[') {
                let message = format!("passed over: {pattern} is no pattern of CODEOWNERS");
                owners.notes.push(file.warning_at(range, message));
                continue;
            }
            owners.rules.push(Rule {
                pattern: parts_of(&pattern),
                owners: words.collect(),
            });
        }
        owners
    }

    /// Who owns the file at `path`; nobody where nothing is said of it, or that nobody does.
    pub fn of(&self, path: &Path) -> &[String] {
        let Ok(real) = fs::canonicalize(path) else {
            return &[];
        };
        let Ok(below) = real.strip_prefix(&self.root) else {
            return &[];
        };
        let names: Vec<String> = below
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        self.of_names(&names)
    }

    fn of_names(&self, names: &[String]) -> &[String] {
        let last = self.rules.iter().rev().find(|rule| rule.means(names));
        last.map_or(&[], |rule| &rule.owners)
    }
}

/// The words of a line, up to a comment. A backslash takes the next character as it is.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let is_first = words.last().is_none_or(String::is_empty);
        match letter {
            '#' if is_first => break,
            '\\' => words
                .last_mut()
                .into_iter()
                .for_each(|word| word.extend(letters.next())),
            _ if letter.is_whitespace() => words.push(String::new()),
            _ => words
                .last_mut()
                .into_iter()
                .for_each(|word| word.push(letter)),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The names of a pattern; those that may stand at any depth begin with `**`.
fn parts_of(pattern: &str) -> Vec<String> {
    let is_at_root = pattern.trim_end_matches('/').contains('/');
    let mut parts: Vec<String> = pattern
        .split('/')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if !is_at_root {
        parts.insert(0, "**".to_owned());
    }
    if pattern.ends_with('/') {
        parts.push("**".to_owned());
    }
    parts
}

impl Rule {
    /// Whether it means the file with this path: by itself, or by a folder that it is in.
    fn means(&self, names: &[String]) -> bool {
        let is_of_one_folder =
            self.pattern.len() > 2 || self.pattern.first().is_some_and(|first| first != "**");
        let ends_there = self.pattern.last().is_some_and(|last| last == "*") && is_of_one_folder;
        let shortest = if ends_there { names.len() } else { 1 };
        (shortest..=names.len()).any(|count| matches(&self.pattern, &names[..count]))
    }
}

fn matches(pattern: &[String], names: &[String]) -> bool {
    let is_name = |part: &String, name: &String| {
        let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
        fits(
            &part,
            &name,
            |sign| *sign == '*',
            |sign, letter| *sign == '?' || sign == letter,
        )
    };
    fits(pattern, names, |part| part == "**", is_name)
}

/// Whether `all` are as a pattern says, in which some parts are any number of them and others each one.
fn fits<P, N>(
    pattern: &[P],
    all: &[N],
    is_any: impl Fn(&P) -> bool,
    is_one: impl Fn(&P, &N) -> bool,
) -> bool {
    let (mut at, mut next) = (0, 0);
    // Where the last part that is any number stands, and what it takes so far.
    let mut last: Option<(usize, usize)> = None;
    while next < all.len() {
        match pattern.get(at) {
            Some(part) if is_any(part) => {
                last = Some((at, next));
                at += 1;
            }
            Some(part) if is_one(part, &all[next]) => (at, next) = (at + 1, next + 1),
            _ => {
                let Some((any, taken)) = last else {
                    return false;
                };
                last = Some((any, taken + 1));
                (at, next) = (any + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(is_any)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(lines: &str, path: &str) -> String {
        let owners = CodeOwners::read(&Source::from_text("CODEOWNERS", lines));
        let names: Vec<String> = path.split('/').map(str::to_owned).collect();
        owners.of_names(&names).join(" ")
    }

    #[test]
    fn a_pattern_means_what_it_means_on_github() {
        for (pattern, path, is_meant) in [
            ("*", "a/b/main.tf", true),
            ("*.tf", "a/b/main.tf", true),
            ("*.tf", "a/b/main.tf.json", false),
            ("/infra/", "infra/a/main.tf", true),
            ("/infra/", "a/infra/main.tf", false),
            ("infra/", "a/infra/b/main.tf", true),
            ("infra", "a/infra/main.tf", true),
            ("infra/iam", "infra/iam/main.tf", true),
            ("infra/iam", "a/infra/iam/main.tf", false),
            ("docs/*", "docs/a.md", true),
            ("docs/*", "docs/a/b.md", false),
            ("**/logs", "a/b/logs/main.tf", true),
            ("/a/**/c.tf", "a/c.tf", true),
            ("/a/**/c.tf", "a/b/b/c.tf", true),
            ("ma?n.tf", "a/main.tf", true),
            ("with\\ space/", "with space/main.tf", true),
        ] {
            let found = owner(&format!("{pattern} @team"), path);
            assert_eq!(found == "@team", is_meant, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_line_that_means_a_file_holds_and_may_take_all_owners_from_it() {
        let lines = "# all\n* @all\n/infra/ @infra iam@example.com # both\n/infra/free/\n";
        assert_eq!(owner(lines, "infra/main.tf"), "@infra iam@example.com");
        assert_eq!(owner(lines, "app/main.tf"), "@all");
        assert_eq!(owner(lines, "infra/free/main.tf"), "");
    }

    #[test]
    fn what_is_no_pattern_is_told_and_passed_over() {
        let file = Source::from_text("CODEOWNERS", "* @all\n!main.tf @x\n[Docs] @docs\n");
        let owners = CodeOwners::read(&file);
        let told: Vec<String> = owners.notes.iter().map(Problem::in_one_line).collect();
        assert_eq!(
            told,
            [
                "CODEOWNERS:2:1: passed over: !main.tf is no pattern of CODEOWNERS",
                "CODEOWNERS:3:1: passed over: [Docs] is no pattern of CODEOWNERS",
            ]
        );
        assert_eq!(owners.of_names(&["main.tf".to_owned()]), ["@all"]);
    }
}
