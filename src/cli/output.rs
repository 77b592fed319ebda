//! Where refined policies go: standard output, a diff, or files.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use crate::aws::{Hint, PolicyFile, next_steps};
use crate::document::Document;
use crate::policies::LoadedPolicy;
use crate::review::{Outcome, Review, Written, prove_text};
use crate::store::{
    FileWrite, Target, WrittenFile, already_exists, can_be_folder, make_folder, write_files,
};
use crate::text::{Error, Problem, unified_diff};

/// What is said when every statement of a policy goes.
pub const NOTHING_LEFT: &str = "Nothing would be left of a policy: detach it if it is managed, \
                                delete it if it is inline.";

/// A policy that was written.
#[derive(Debug)]
pub struct WrittenPolicy {
    /// Which of the policies.
    pub policy: usize,
    /// Its file.
    pub file: WrittenFile,
}

/// A policy to be written.
struct NewText<'a> {
    /// Which of the policies.
    policy: usize,
    document: &'a Document,
    outcome: &'a Outcome,
    text: Cow<'a, str>,
    path: PathBuf,
}

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
    pub fn write_in_place(&self) -> Result<Vec<WrittenPolicy>, Failure> {
        can_be_in_place(&self.review.input().policies, self.paths)?;
        let policies = self.policies().enumerate();
        let changed = policies.filter_map(|(policy, (document, outcome, path))| {
            let (Written::Changed(text), Some(path)) = (&outcome.written, path) else {
                return None;
            };
            Some(NewText {
                policy,
                document,
                outcome,
                text: text.into(),
                path: path.clone(),
            })
        });
        let changed: Vec<NewText<'_>> = changed.collect();
        self.can_be_saved(&changed)?;
        let original = |new: &NewText<'_>| new.document.source().original();
        let old: Vec<String> = changed.iter().map(original).collect();
        let over = old.iter().map(|old| Target::Over(old));
        save(&changed, over)
    }

    /// Writes the one policy to the file `output`, or each into the folder `output`, changed or
    /// not. Nothing is written for one of which nothing is left.
    pub fn write_to(&self, output: &Path) -> Result<Vec<WrittenPolicy>, Failure> {
        let new = self.new_texts(self.targets_in(output)?, |_| true);
        self.can_be_saved(&new)?;
        if self.goes_into_a_folder(output) {
            make_folder(output).map_err(|error| no_folder(output).caused_by(error))?;
        }
        save(&new, std::iter::repeat(Target::New))
    }

    /// The files that [`write_to`](Self::write_to) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_at(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        let new = self.new_texts(self.possible_targets_in(output)?, |_| true);
        Ok(new.into_iter().map(|new| new.path).collect())
    }

    /// Whether `output` can be written to, as far as that is known before.
    ///
    /// # Errors
    /// A file that is there already, or a folder that is not.
    pub fn can_write_to(&self, output: &Path) -> Result<(), Failure> {
        let targets = self.possible_targets_in(output)?;
        if let Some(there) = targets.iter().find(|one| one.symlink_metadata().is_ok()) {
            return Err(already_exists(there).into());
        }
        if self.goes_into_a_folder(output) {
            return Ok(());
        }
        let folder = output.parent().filter(|one| !one.as_os_str().is_empty());
        match folder.filter(|folder| !folder.is_dir()) {
            None => Ok(()),
            Some(folder) => Err(Failure::with_help(
                format!("there is no folder {}", folder.display()),
                "make it, or give another name",
            )),
        }
    }

    /// Writes each policy that changes beside the file it came from, as `NAME.refined.json`, or
    /// with a number where that is taken.
    pub fn write_beside(&self) -> Result<Vec<WrittenPolicy>, Failure> {
        let new = self.new_texts(self.different(free_beside)?, changes);
        self.can_be_saved(&new)?;
        save(&new, std::iter::repeat(Target::New))
    }

    /// The files that [`write_beside`](Self::write_beside) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_beside(&self) -> Result<Vec<PathBuf>, Failure> {
        let new = self.new_texts(self.different(free_beside)?, changes);
        Ok(new.into_iter().map(|new| new.path).collect())
    }

    /// What is to be written to `targets`, one for each policy; nothing for one of which nothing is
    /// left.
    fn new_texts(
        &self,
        targets: Vec<PathBuf>,
        is_wanted: impl Fn(&Outcome) -> bool,
    ) -> Vec<NewText<'_>> {
        let policies = self.policies().zip(targets).enumerate();
        let wanted = policies.filter(|(_, ((_, outcome, _), _))| is_wanted(outcome));
        let texts = wanted.filter_map(|(policy, ((document, outcome, _), path))| {
            Some(NewText {
                policy,
                document,
                outcome,
                text: outcome.text(document)?,
                path,
            })
        });
        texts.collect()
    }

    /// Whether all of it is proved, and the policies are still as they were read.
    fn can_be_saved(&self, new: &[NewText<'_>]) -> Result<(), Failure> {
        if !self.review.is_proved() {
            return Err(Failure::Proof(self.review.faults()));
        }
        self.policies_are_as_read()?;
        for NewText {
            document,
            outcome,
            text,
            ..
        } in new
        {
            let faults = prove_text(document, text, &outcome.settled);
            if !faults.is_empty() {
                return Err(Failure::Proof(faults));
            }
        }
        Ok(())
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
    /// `output` for several. Nothing is made for it.
    fn targets_in(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        if output == Path::new("-") {
            return Err(Failure::with_help(
                "- is no file to write to",
                "without -o the policy is printed on standard output; a file called so is ./-",
            ));
        }
        if !self.goes_into_a_folder(output) {
            return Ok(vec![output.to_owned()]);
        }
        self.different(|policy, path| output.join(file_name(policy, path)))
    }

    /// The same, where `output` is a folder or can be made one if it has to be.
    fn possible_targets_in(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        let targets = self.targets_in(output)?;
        if self.goes_into_a_folder(output) && !can_be_folder(output) {
            return Err(no_folder(output).into());
        }
        Ok(targets)
    }

    fn goes_into_a_folder(&self, output: &Path) -> bool {
        self.paths.len() != 1 || output.is_dir()
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
    pub fn next_steps(&self, written: &[WrittenPolicy]) -> Vec<Hint> {
        let input = self.review.input();
        let mut steps = Vec::new();
        for (place, (policy, outcome)) in input
            .policies
            .iter()
            .zip(self.review.outcomes())
            .enumerate()
        {
            let file = written.iter().find(|written| written.policy == place);
            let refined = match (&outcome.written, file) {
                (Written::NothingLeft, _) => PolicyFile::NothingLeft,
                (Written::Changed(_), Some(written)) => PolicyFile::Written {
                    file: &written.file.path,
                    size: self.review.size(place).counted,
                },
                _ => continue,
            };
            steps.extend(next_steps(policy, &input.principal, refined));
        }
        steps
    }
}

/// Writes each text to its path, where there may be what its target says.
fn save<'t>(
    new: &[NewText<'_>],
    targets: impl Iterator<Item = Target<'t>>,
) -> Result<Vec<WrittenPolicy>, Failure> {
    let files = new.iter().zip(targets).map(|(new, target)| FileWrite {
        path: &new.path,
        text: &new.text,
        target,
    });
    let written = write_files(&files.collect::<Vec<_>>())?;
    let written = new.iter().zip(written).filter_map(|(new, file)| {
        let policy = new.policy;
        Some(WrittenPolicy {
            policy,
            file: file?,
        })
    });
    Ok(written.collect())
}

fn no_folder(output: &Path) -> Error {
    Error::with_help(
        format!("{} is no folder", output.display()),
        "several policies go into a folder; give one, or a name that is free",
    )
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
pub fn told(written: &[WrittenPolicy]) -> String {
    let mut lines = String::new();
    for written in written {
        lines += &written.file.to_string();
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
