//! Where refined policies go: standard output, a diff, or files.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::save::{Rewritten, Target, WrittenFile, exists, save};
use crate::aws::{Hint, PolicyFile, next_steps};
use crate::document::Document;
use crate::policies::LoadedPolicy;
use crate::review::{Outcome, Review, Written};
use crate::text::{Problem, unified_diff};

/// What is said when every statement of a policy goes.
pub const NOTHING_LEFT: &str = "Nothing would be left of a policy: detach it if it is managed, \
                                delete it if it is inline.";

/// What was decided and proved, on its way out.
pub struct Output<'a> {
    review: &'a Review,
    paths: &'a [Option<PathBuf>],
}

impl<'a> Output<'a> {
    /// What `review` comes to, of policies from the files at `paths`; none for standard input and other pipes.
    pub fn new(review: &'a Review, paths: &'a [Option<PathBuf>]) -> Self {
        Output { review, paths }
    }

    fn policies(&self) -> impl Iterator<Item = (&Document, &Outcome, Option<&PathBuf>)> {
        let documents = (self.review.input().policies.iter()).map(|loaded| &loaded.document);
        documents
            .zip(self.review.outcomes())
            .zip(self.paths)
            .map(|((document, outcome), path)| (document, outcome, path.as_ref()))
    }

    /// Whether any policy changes.
    pub fn changes(&self) -> bool {
        self.review.outcomes().iter().any(changes)
    }

    /// Whether nothing is left of some policy.
    pub fn leaves_nothing(&self) -> bool {
        let nothing_left = |outcome: &Outcome| outcome.written == Written::NothingLeft;
        self.review.outcomes().iter().any(nothing_left)
    }

    /// Prints the one policy, changed or not; nothing when nothing is left of it.
    pub fn print(&self) -> Result<(), Failure> {
        if self.paths.len() > 1 {
            return Err(Failure::with_help(
                format!(
                    "{} policies do not fit on one standard output",
                    self.paths.len()
                ),
                "give a folder with -o, or --in-place, or --diff",
            ));
        }
        let mut out = std::io::stdout().lock();
        for (document, outcome, _) in self.policies() {
            if let Some(text) = outcome.text(document) {
                out.write_all(text.as_bytes())?;
                // To a file the bytes as they are; before a person what comes next is set apart.
                if out.is_terminal() && !text.ends_with('\n') {
                    out.write_all(b"\n")?;
                }
            }
        }
        out.flush()?;
        Ok(())
    }

    /// Notes for policies whose diff does not apply to the file that was read, for it holds more.
    pub fn notes_on_diff(&self) -> impl Iterator<Item = Problem> {
        let policies = self.review.input().policies.iter();
        let in_answer = policies
            .zip(self.review.outcomes())
            .filter(|(policy, outcome)| {
                policy.origin.is_in_answer && matches!(outcome.written, Written::Changed(_))
            });
        in_answer.map(|(policy, _)| {
            let message =
                "the diff is of the policy alone, and does not apply to the file around it";
            let note = policy.document.source().note(message);
            note.help("give -o OUT for the whole refined policy in a file of its own")
        })
    }

    /// Prints a diff of each policy that changes.
    pub fn print_diff(&self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        for (document, outcome, _) in self.policies() {
            let name = document.source().name();
            if let Written::Changed(new) = &outcome.written {
                let old = document.source().original();
                let name = relative(name);
                let [before, after] = ["a/", "b/"].map(|side| in_patch(&format!("{side}{name}")));
                let diff = unified_diff(&before, &old, &after, new);
                out.write_all(diff.as_bytes())?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// The files that [`write_in_place`](Self::write_in_place) would write over, links followed.
    pub fn files_in_place(&self) -> Vec<PathBuf> {
        let changed = self.policies().filter(|(_, outcome, _)| changes(outcome));
        let followed = |path: &PathBuf| {
            let real = path.is_symlink().then(|| path.canonicalize().ok());
            real.flatten().unwrap_or_else(|| path.clone())
        };
        changed
            .filter(|(_, outcome, _)| outcome.written != Written::NothingLeft)
            .filter_map(|(_, _, path)| path.map(followed))
            .collect()
    }

    /// Writes each policy that changes over the file it came from.
    pub fn write_in_place(&self) -> Result<Vec<WrittenFile>, Failure> {
        can_be_in_place(&self.review.input().policies, self.paths)?;
        let changed =
            self.policies()
                .enumerate()
                .filter_map(|(policy, (document, outcome, path))| {
                    let (Written::Changed(text), Some(path)) = (&outcome.written, path) else {
                        return None;
                    };
                    Some(Rewritten {
                        policy,
                        document,
                        settled: &outcome.settled,
                        text,
                        path: path.clone(),
                    })
                });
        self.save(&changed.collect::<Vec<_>>(), Target::InPlace)
    }

    /// Writes the one policy to the file `output`, or each into the folder `output`, changed or
    /// not. Nothing is written for one of which nothing is left.
    pub fn write_to(&self, output: &Path) -> Result<Vec<WrittenFile>, Failure> {
        let targets = self.targets_in(output)?;
        self.write_new(&targets, |_| true)
    }

    /// The files that [`write_to`](Self::write_to) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_at(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        Ok(self.new_files(self.targets_in(output)?, |_| true))
    }

    /// Whether `output` can be written to, as far as that is known before.
    ///
    /// # Errors
    /// A file that is there already, or a folder that is not.
    pub fn can_write_to(&self, output: &Path) -> Result<(), Failure> {
        for target in self.targets_in(output)? {
            if target.symlink_metadata().is_ok() {
                return Err(exists(&target));
            }
            let folder = target
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                return Err(Failure::with_help(
                    format!("there is no folder {}", folder.display()),
                    "make it, or give another name",
                ));
            }
        }
        Ok(())
    }

    /// Writes each policy that changes beside the file it came from, as `NAME.refined.json`, or
    /// with a number where that is taken.
    pub fn write_beside(&self) -> Result<Vec<WrittenFile>, Failure> {
        let targets = self.different(free_beside)?;
        self.write_new(&targets, changes)
    }

    /// The files that [`write_beside`](Self::write_beside) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_beside(&self) -> Result<Vec<PathBuf>, Failure> {
        Ok(self.new_files(self.different(free_beside)?, changes))
    }

    fn new_files(
        &self,
        targets: Vec<PathBuf>,
        is_wanted: impl Fn(&Outcome) -> bool,
    ) -> Vec<PathBuf> {
        let is_written = |outcome: &Outcome| outcome.written != Written::NothingLeft;
        let files = targets.into_iter().zip(self.review.outcomes());
        let files = files.filter(|(_, outcome)| is_wanted(outcome) && is_written(outcome));
        files.map(|(target, _)| target).collect()
    }

    fn write_new(
        &self,
        targets: &[PathBuf],
        is_wanted: impl Fn(&Outcome) -> bool,
    ) -> Result<Vec<WrittenFile>, Failure> {
        let texts: Vec<_> = self
            .policies()
            .zip(targets)
            .enumerate()
            .filter(|(_, ((_, outcome, _), _))| is_wanted(outcome))
            .filter_map(|(policy, ((document, outcome, _), target))| {
                Some((policy, document, outcome, outcome.text(document)?, target))
            })
            .collect();
        let new = texts
            .iter()
            .map(|(policy, document, outcome, text, target)| Rewritten {
                policy: *policy,
                document,
                settled: &outcome.settled,
                text,
                path: (*target).clone(),
            });
        self.save(&new.collect::<Vec<_>>(), Target::New)
    }

    fn save(&self, policies: &[Rewritten<'_>], to: Target) -> Result<Vec<WrittenFile>, Failure> {
        if !self.review.is_proved() {
            return Err(Failure::Proof(self.review.faults()));
        }
        self.policies_are_as_read()?;
        save(policies, to)
    }

    /// Refuses to write while a policy's file says something else than what was decided on.
    fn policies_are_as_read(&self) -> Result<(), Failure> {
        let policies = self.review.input().policies.iter();
        let outcomes = policies.zip(self.review.outcomes());
        for ((policy, outcome), path) in outcomes.zip(self.paths) {
            let Some(path) = path.as_ref().filter(|_| !policy.origin.is_in_answer) else {
                continue;
            };
            let now = std::fs::read(path).unwrap_or_default();
            let is_as_read = now == policy.document.source().original().as_bytes();
            let new = outcome.text(&policy.document).unwrap_or_default();
            if !is_as_read && now != new.as_bytes() {
                return Err(Failure::with_help(
                    format!("{} has changed since it was read", path.display()),
                    "run it again on the new text; nothing was written",
                ));
            }
        }
        Ok(())
    }

    /// The file for each policy: `output` itself for one, a file of the same name in the folder
    /// `output` for several.
    fn targets_in(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        if output == Path::new("-") {
            return Err(Failure::with_help(
                "- is no file to write to",
                "without -o the policy is printed on standard output; a file called so is ./-",
            ));
        }
        if self.paths.len() == 1 && !output.is_dir() {
            return Ok(vec![output.to_owned()]);
        }
        std::fs::create_dir_all(output).map_err(|error| {
            Failure::with_help(
                format!("{} is no folder: {error}", output.display()),
                "several policies go into a folder; give one, or a name that is free",
            )
        })?;
        self.different(|policy, path| output.join(file_name(policy, path)))
    }

    /// The file that `target` gives for each policy, no two of them the same.
    fn different(
        &self,
        target: impl Fn(&LoadedPolicy, Option<&Path>) -> PathBuf,
    ) -> Result<Vec<PathBuf>, Failure> {
        let mut targets: Vec<PathBuf> = Vec::new();
        for (policy, path) in self.review.input().policies.iter().zip(self.paths) {
            let target = target(policy, path.as_deref());
            if targets.contains(&target) {
                return Err(Failure::with_help(
                    format!("two policies would be written to {}", target.display()),
                    "give them different file names, or refine them one by one",
                ));
            }
            targets.push(target);
        }
        Ok(targets)
    }

    /// The commands that put into force what was `written`, and those for policies of which
    /// nothing is left.
    pub fn next_steps(&self, written: &[WrittenFile]) -> Vec<Hint> {
        let input = self.review.input();
        let mut steps = Vec::new();
        for (place, (policy, outcome)) in input
            .policies
            .iter()
            .zip(self.review.outcomes())
            .enumerate()
        {
            let file = written.iter().find(|file| file.policy == place);
            let refined = match (&outcome.written, file) {
                (Written::NothingLeft, _) => PolicyFile::NothingLeft,
                (Written::Changed(_), Some(file)) => PolicyFile::Written {
                    file: &file.path,
                    size: self.review.size(place).counted,
                },
                _ => continue,
            };
            steps.extend(next_steps(policy, &input.principal, refined));
        }
        steps
    }
}

fn changes(outcome: &Outcome) -> bool {
    outcome.written != Written::Unchanged
}

/// Whether each policy is a file of its own, that can be written over.
///
/// # Errors
/// Policies from standard input, and those inside an answer of AWS: writing over it would destroy
/// what else it tells.
pub fn can_be_in_place(
    policies: &[LoadedPolicy],
    paths: &[Option<PathBuf>],
) -> Result<(), Failure> {
    for (policy, path) in policies.iter().zip(paths) {
        let Some(path) = path else {
            return Err(Failure::with_help(
                format!(
                    "{} cannot be written in place",
                    policy.document.source().name()
                ),
                "give the policy as a file, or leave out --in-place",
            ));
        };
        if policy.origin.is_in_answer {
            return Err(Failure::with_help(
                format!(
                    "{} is more than the policy in it: writing in place would destroy the rest",
                    path.display()
                ),
                format!(
                    "write the refined document to a file of its own: -o {}",
                    beside(policy, Some(path)).display()
                ),
            ));
        }
    }
    Ok(())
}

/// `NAME.refined.json` beside the file that the policy came from; in the current folder for
/// standard input.
fn beside(policy: &LoadedPolicy, path: Option<&Path>) -> PathBuf {
    let name = file_name(policy, path);
    let stem = Path::new(&name).file_stem().unwrap_or_default();
    let refined = format!("{}.refined.json", stem.to_string_lossy());
    path.unwrap_or("policy.json".as_ref())
        .with_file_name(refined)
}

/// The first name like [`beside`] that is free.
fn free_beside(policy: &LoadedPolicy, path: Option<&Path>) -> PathBuf {
    let first = beside(policy, path);
    let stem = first.with_extension("");
    let numbered = (2..).map(|number| PathBuf::from(format!("{}-{number}.json", stem.display())));
    let mut names = std::iter::once(first).chain(numbered);
    names
        .find(|name| name.symlink_metadata().is_err())
        .unwrap_or_default()
}

/// What the file of a policy is called: as the one that it came from; of a policy inside an answer
/// of AWS as the policy, for there may be several in one file.
fn file_name(policy: &LoadedPolicy, path: Option<&Path>) -> OsString {
    match &policy.origin.name {
        Some(name) if policy.origin.is_in_answer => format!("{name}.json").into(),
        _ => path
            .and_then(Path::file_name)
            .unwrap_or("policy.json".as_ref())
            .to_owned(),
    }
}

/// A file's name as `git apply` takes it: without what makes it absolute, or points here.
fn relative(name: &str) -> &str {
    let name = name.trim_start_matches('/');
    name.strip_prefix("./").unwrap_or(name)
}

/// A file's name as it stands in a patch: where a line would not hold it as it is, in quotes and
/// spelled out, which `git apply` reads back.
fn in_patch(name: &str) -> String {
    let is_plain = |byte: u8| byte >= b' ' && !matches!(byte, b'"' | b'\\' | 0x7f);
    if name.bytes().all(is_plain) {
        return name.to_owned();
    }
    let letters = name.chars().map(|letter| match letter {
        '"' | '\\' => format!("\\{letter}"),
        '\0'..='\u{1f}' | '\u{7f}' => format!("\\{:03o}", u32::from(letter)),
        _ => letter.to_string(),
    });
    format!("\"{}\"", letters.collect::<Vec<_>>().concat())
}

/// What was written, a line a file.
pub fn told(written: &[WrittenFile]) -> String {
    let mut lines = String::new();
    for file in written {
        lines += &file.to_string();
        lines.push('\n');
    }
    lines
}

/// That these new files would be written.
pub fn told_into(files: &[PathBuf]) -> String {
    match names(files) {
        Some(names) => format!("Into {names}."),
        None => NOTHING_LEFT.to_owned(),
    }
}

/// That these files would be written over, and where their bytes are kept.
pub fn told_over(files: &[PathBuf], kept_in: &Path) -> String {
    match names(files) {
        Some(names) => format!(
            "Over {names}; the old bytes are kept in {}.",
            kept_in.display()
        ),
        None => NOTHING_LEFT.to_owned(),
    }
}

fn names(files: &[PathBuf]) -> Option<String> {
    let names: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}
