//! Where refined policies go: standard output, a diff, or files.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::next_steps::{Became, next_steps};
use super::save::{Rewritten, Target, WrittenFile, exists, save};
use super::too_long::counted_size;
use crate::policies::LoadedPolicy;
use crate::review::{FileOutcome, FileText, Outcome, PolicyInput, Review, ReviewedFile, Written};
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

    /// Each file, with its path.
    fn files(&self) -> impl Iterator<Item = (ReviewedFile<'a>, Option<&'a PathBuf>)> {
        let files = self.review.files();
        files.map(|file| (file, self.paths[file.first.place].as_ref()))
    }

    /// Whether any policy changes.
    pub fn changes(&self) -> bool {
        (self.review.outcomes().iter()).any(|own| own.written != Written::Unchanged)
    }

    /// Whether nothing is left of some policy.
    pub fn leaves_nothing(&self) -> bool {
        let nothing_left = |outcome: &Outcome| outcome.written == Written::NothingLeft;
        self.review.outcomes().iter().any(nothing_left)
    }

    /// Prints the one policy, changed or not; nothing when nothing is left of it.
    pub fn print(&self) -> Result<(), Failure> {
        let files = self.review.files().count();
        if files > 1 {
            return Err(Failure::with_help(
                format!("{files} policies do not fit on one standard output"),
                "give a folder with -o, or --in-place, or --diff",
            ));
        }
        let mut out = std::io::stdout().lock();
        for (file, _) in self.files() {
            if let Some(text) = file.text() {
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
        let in_answer = self.review.policies().filter(|policy| {
            policy.loaded.origin.is_in_answer && policy.outcome.written == Written::Changed
        });
        in_answer.map(|policy| {
            let message =
                "the diff is of the policy alone, and does not apply to the file around it";
            let note = policy.loaded.document.source().note(message);
            note.help("give -o OUT for the whole refined policy in a file of its own")
        })
    }

    /// Prints a diff of each file that changes.
    pub fn print_diff(&self) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        for (file, _) in self.files() {
            if let FileText::Changed(new) = &file.outcome.written {
                let old = file.source().original();
                let name = relative(file.source().name());
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
        let followed = |path: &PathBuf| {
            let real = path.is_symlink().then(|| path.canonicalize().ok());
            real.flatten().unwrap_or_else(|| path.clone())
        };
        self.files()
            .filter(|(file, _)| matches!(file.outcome.written, FileText::Changed(_)))
            .filter_map(|(_, path)| path.map(followed))
            .collect()
    }

    /// Writes each file that changes over itself.
    pub fn write_in_place(&self) -> Result<Vec<WrittenFile>, Failure> {
        can_be_in_place(&self.review.input().policies, self.paths)?;
        let changed = self.files().filter_map(|(file, path)| {
            let (FileText::Changed(text), Some(path)) = (&file.outcome.written, path) else {
                return None;
            };
            Some(self.rewritten(file, text, path))
        });
        self.save(&changed.collect::<Vec<_>>(), Target::InPlace)
    }

    fn rewritten<'t>(&self, file: ReviewedFile<'t>, text: &'t str, path: &Path) -> Rewritten<'t>
    where
        'a: 't,
    {
        Rewritten {
            policies: &file.outcome.policies,
            documents: self.review.edited(file.outcome),
            text,
            path: path.to_owned(),
        }
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

    /// Writes each file that changes beside itself, as `NAME.refined.json`, or
    /// with a number where that is taken.
    pub fn write_beside(&self) -> Result<Vec<WrittenFile>, Failure> {
        let targets = self.different(free_beside)?;
        self.write_new(&targets, FileOutcome::changes)
    }

    /// The files that [`write_beside`](Self::write_beside) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_beside(&self) -> Result<Vec<PathBuf>, Failure> {
        Ok(self.new_files(self.different(free_beside)?, FileOutcome::changes))
    }

    fn new_files(
        &self,
        targets: Vec<PathBuf>,
        is_wanted: impl Fn(&FileOutcome) -> bool,
    ) -> Vec<PathBuf> {
        let files = targets.into_iter().zip(self.review.files());
        let files = files.filter(|(_, file)| is_wanted(file.outcome) && file.text().is_some());
        files.map(|(target, _)| target).collect()
    }

    fn write_new(
        &self,
        targets: &[PathBuf],
        is_wanted: impl Fn(&FileOutcome) -> bool,
    ) -> Result<Vec<WrittenFile>, Failure> {
        let files = self.review.files().zip(targets);
        let texts: Vec<_> = files
            .filter(|(file, _)| is_wanted(file.outcome))
            .filter_map(|(file, target)| Some((file, file.text()?, target)))
            .collect();
        let new = (texts.iter()).map(|(file, text, target)| self.rewritten(*file, text, target));
        self.save(&new.collect::<Vec<_>>(), Target::New)
    }

    fn save(&self, files: &[Rewritten<'_>], to: Target) -> Result<Vec<WrittenFile>, Failure> {
        if !self.review.is_proved() {
            return Err(crate::cli::commands::refine::faults(self.review));
        }
        self.files_are_as_read()?;
        save(files, to)
    }

    /// Refuses to write while a file says something else than what was decided on.
    fn files_are_as_read(&self) -> Result<(), Failure> {
        for (file, path) in self.files() {
            let is_in_answer = file.first.loaded.origin.is_in_answer;
            let Some(path) = path.filter(|_| !is_in_answer) else {
                continue;
            };
            let now = std::fs::read(path).unwrap_or_default();
            let is_as_read = now == file.source().original().as_bytes();
            let new = file.text().unwrap_or_default();
            if !is_as_read && now != new.as_bytes() {
                return Err(Failure::with_help(
                    format!("{} has changed since it was read", path.display()),
                    "run it again on the new text; nothing was written",
                ));
            }
        }
        Ok(())
    }

    /// Where each file goes: to `output` itself if it is one, to a file of the same name in the
    /// folder `output` if there are several.
    fn targets_in(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        if output == Path::new("-") {
            return Err(Failure::with_help(
                "- is no file to write to",
                "without -o the policy is printed on standard output; a file called so is ./-",
            ));
        }
        if self.review.files().count() == 1 && !output.is_dir() {
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

    /// Where `target` puts each file, no two of them at the same place.
    fn different(
        &self,
        target: impl Fn(&LoadedPolicy, Option<&Path>) -> PathBuf,
    ) -> Result<Vec<PathBuf>, Failure> {
        let mut targets: Vec<PathBuf> = Vec::new();
        for (file, path) in self.files() {
            let target = target(file.first.loaded, path.map(PathBuf::as_path));
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
    pub fn next_steps(&self, written: &[WrittenFile]) -> Vec<String> {
        let principal = &self.review.input().principal;
        let mut steps = Vec::new();
        for policy in self.review.policies() {
            let file = (written.iter()).find(|file| file.policies.contains(&policy.place));
            let became = match (policy.outcome.written, file) {
                (Written::NothingLeft, _) => Became::NothingLeft,
                (Written::Changed, Some(file)) => Became::Written {
                    file: &file.path,
                    size: counted_size(self.review, policy.place),
                },
                _ => continue,
            };
            steps.extend(next_steps(policy.loaded, principal, became));
        }
        steps
    }
}

/// Whether each policy is a file of its own, that can be written over.
///
/// # Errors
/// Policies from standard input, and those inside an answer of AWS: writing over it would destroy
/// what else it tells.
pub fn can_be_in_place(policies: &[PolicyInput], paths: &[Option<PathBuf>]) -> Result<(), Failure> {
    for (PolicyInput { loaded, .. }, path) in policies.iter().zip(paths) {
        let Some(path) = path else {
            return Err(Failure::with_help(
                format!(
                    "{} cannot be written in place",
                    loaded.document.source().name()
                ),
                "give the policy as a file, or leave out --in-place",
            ));
        };
        if loaded.origin.is_in_answer {
            return Err(Failure::with_help(
                format!(
                    "{} is more than the policy in it: writing in place would destroy the rest",
                    path.display()
                ),
                format!(
                    "write the refined document to a file of its own: -o {}",
                    beside(loaded, Some(path)).display()
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
