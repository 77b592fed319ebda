//! Where refined policies go: standard output, a diff, or files. A review goes in
//! ([`Output::new`]); what was written comes out, for the messages and the next steps.

mod names;
mod pieces;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use names::{file_name, first_free, free_refined_name, refined_name};

use super::exit::Failure;
use super::records::RecordFile;
use super::speak::print_document;
use super::too_long::Pieces;
use crate::aws::{Hint, PolicyFile, next_steps, next_steps_in_pieces};
use crate::policies::LoadedPolicy;
use crate::review::{
    FileOutcome, FileText, Outcome, PolicyInput, Review, ReviewInput, ReviewedFile, Written,
    prove_text,
};
use crate::store::{
    FileWrite, Target, WrittenFile, already_exists, can_be_folder, changed, is_one_name,
    make_folder, write_files,
};
use crate::text::{Error, Problem, Shown, unified_diff};

/// What is said when every statement of a policy goes.
pub const NOTHING_LEFT: &str = "Nothing would be left of a policy: detach it if it is managed, \
                                delete it if it is inline.";

/// A file that was written.
#[derive(Debug)]
pub struct RefinedFile {
    /// Which of the policies it holds.
    pub policies: Vec<usize>,
    /// What was written.
    pub file: WrittenFile,
    /// Of a policy that is too long: the files of all policies that take its place.
    pieces: Vec<PathBuf>,
}

/// A file to be written.
struct NewText<'a> {
    file: ReviewedFile<'a>,
    text: Cow<'a, str>,
    path: PathBuf,
    /// Of a policy that is too long: the files of all that take its place.
    pieces: Vec<PathBuf>,
}

/// What was decided and proved, on its way out.
pub struct Output<'a> {
    review: &'a Review,
    /// The texts of the policies that are written as several.
    pieces: Pieces,
    /// How many characters each of these may have, where that was asked for.
    asked: Option<usize>,
}

impl<'a> Output<'a> {
    /// What `review` comes to.
    pub fn new(review: &'a Review) -> Self {
        Output {
            review,
            pieces: Pieces::new(),
            asked: None,
        }
    }

    /// The same with these policies written as several, of so many characters each as were `asked`
    /// for.
    #[must_use]
    pub fn in_pieces(self, pieces: Pieces, asked: Option<usize>) -> Self {
        Output {
            pieces,
            asked,
            ..self
        }
    }

    /// Whether any policy changes.
    pub fn changes(&self) -> bool {
        (self.review.outcomes().iter()).any(|outcome| outcome.written != Written::Unchanged)
    }

    /// Whether nothing is left of some policy.
    pub fn leaves_nothing(&self) -> bool {
        let nothing_left = |outcome: &Outcome| outcome.written == Written::NothingLeft;
        self.review.outcomes().iter().any(nothing_left)
    }

    /// Whether there is one policy alone, as there has to be to print it.
    ///
    /// # Errors
    /// There are several.
    pub fn can_print(&self) -> Result<(), Failure> {
        let files = self.review.files().count();
        if files > 1 {
            return Err(Failure::with_help(
                format!("{files} policies do not fit on one standard output"),
                "give a folder with -o, or look first with --diff",
            ));
        }
        self.can_be_one("on one standard output")
    }

    /// Prints the one policy, changed or not; nothing when nothing is left of it.
    pub fn print(&self) -> Result<(), Failure> {
        self.can_print()?;
        let text = self.review.files().find_map(|file| file.text());
        text.map_or(Ok(()), |text| print_document(&text))
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
        for file in self.review.files() {
            if let FileText::Changed(new) = &file.outcome.written {
                let old = file.source().original();
                let [before, after] = ["a/", "b/"].map(|side| file.source().name().in_patch(side));
                print_document(&unified_diff(&before, &old, &after, new))?;
            }
        }
        Ok(())
    }

    /// The files that [`write_in_place`](Self::write_in_place) would write over, links followed.
    pub fn files_in_place(&self) -> Vec<PathBuf> {
        let followed = |path: &Path| {
            let real = path.is_symlink().then(|| path.canonicalize().ok());
            real.flatten().unwrap_or_else(|| path.to_owned())
        };
        let changed = self.changed_in_place();
        changed.map(|new| followed(&new.path)).collect()
    }

    fn changed_in_place(&self) -> impl Iterator<Item = NewText<'a>> {
        self.review.files().filter_map(|file| {
            let (FileText::Changed(text), Some(path)) =
                (&file.outcome.written, file.source().path())
            else {
                return None;
            };
            Some(NewText {
                file,
                text: text.into(),
                path: path.to_owned(),
                pieces: self.one_piece_at(file, path),
            })
        })
    }

    /// Writes the record, if there is one, and each file that changes over itself.
    pub fn write_in_place(
        &self,
        record: Option<&RecordFile<'_>>,
    ) -> Result<Vec<RefinedFile>, Failure> {
        can_be_in_place(self.review.input())?;
        self.can_be_one("in the place of one")?;
        let changed: Vec<NewText<'_>> = self.changed_in_place().collect();
        self.can_be_saved(&changed)?;
        let original = |new: &NewText<'_>| new.file.source().original();
        let old: Vec<String> = changed.iter().map(original).collect();
        let over = old.iter().map(|old| Target::Over(old));
        save(record, &changed, over)
    }

    /// Writes the record, if there is one, and the one policy to the file `output`, or each into the
    /// folder `output`, changed or not. Nothing is written for one of which nothing is left.
    pub fn write_to(
        &self,
        output: &Path,
        record: Option<&RecordFile<'_>>,
    ) -> Result<Vec<RefinedFile>, Failure> {
        let targets = self.targets_in(output)?;
        let new = self.new_texts(&targets, |_| true);
        self.can_be_saved(&new)?;
        self.has_all_pieces(&targets)?;
        if self.goes_into_a_folder(output) {
            make_folder(output).map_err(|error| no_folder(output).caused_by(error))?;
        }
        save(record, &new, std::iter::repeat(Target::New))
    }

    /// The files that [`write_to`](Self::write_to) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_at(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        let new = self.new_texts(&self.possible_targets_in(output)?, |_| true);
        Ok(new.into_iter().map(|new| new.path).collect())
    }

    /// Whether `output` can be written to, as far as that is known before.
    ///
    /// # Errors
    /// A file that already exists, or a folder that is not.
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
            Some(file) if file.exists() => Err(Failure::with_help(
                format!("{} is no folder", file.shown()),
                "give another name",
            )),
            Some(folder) => Err(Failure::with_help(
                format!("there is no folder {}", folder.shown()),
                "make it, or give another name",
            )),
        }
    }

    /// Writes the record, if there is one, and the new text of each file that changes to a new file in
    /// the same folder: `NAME.refined.json`, with a number where that is taken.
    pub fn write_next_to(
        &self,
        record: Option<&RecordFile<'_>>,
    ) -> Result<Vec<RefinedFile>, Failure> {
        let new = self.new_texts(&self.different(free_refined_name)?, FileOutcome::changes);
        self.can_be_saved(&new)?;
        save(record, &new, std::iter::repeat(Target::New))
    }

    /// The files that [`write_next_to`](Self::write_next_to) would write.
    ///
    /// # Errors
    /// As there, as far as that is known before.
    pub fn files_next_to(&self) -> Result<Vec<PathBuf>, Failure> {
        let new = self.new_texts(&self.different(free_refined_name)?, FileOutcome::changes);
        Ok(new.into_iter().map(|new| new.path).collect())
    }

    /// What is to be written to `targets`, one for each file; nothing for one of which nothing is
    /// left.
    fn new_texts(
        &self,
        targets: &[PathBuf],
        is_wanted: impl Fn(&FileOutcome) -> bool,
    ) -> Vec<NewText<'_>> {
        let files = self.review.files().zip(targets);
        let wanted = files.filter(|(file, _)| is_wanted(file.outcome));
        let texts = wanted.flat_map(|(file, path)| self.texts_of(file, path));
        texts.collect()
    }

    /// Whether all of it is proved, and the files are still as they were read.
    fn can_be_saved(&self, new: &[NewText<'_>]) -> Result<(), Failure> {
        if !self.review.is_proved() {
            return Err(Failure::Proof(self.review.faults()));
        }
        self.files_are_as_read()?;
        let of_one_file =
            |one: &NewText<'_>, next: &NewText<'_>| one.file.first.place == next.file.first.place;
        for written in new.chunk_by(of_one_file) {
            let file = &written[0].file;
            let whole = if self.prove_pieces(file, written)? {
                file.text().unwrap_or_default()
            } else {
                Cow::Borrowed(&*written[0].text)
            };
            let faults = prove_text(&self.review.edited(file.outcome), &whole);
            if !faults.is_empty() {
                return Err(Failure::Proof(faults));
            }
        }
        Ok(())
    }

    /// Refuses to write while a file says something else than what was decided on.
    ///
    /// # Errors
    /// One does.
    pub fn files_are_as_read(&self) -> Result<(), Failure> {
        for file in self.review.files() {
            let is_in_answer = file.first.loaded.origin.is_in_answer;
            let Some(path) = file.source().path().filter(|_| !is_in_answer) else {
                continue;
            };
            let now = std::fs::read(path).map_err(|error| {
                let error = Error::new(format!("{} cannot be read any more", path.shown()))
                    .caused_by(error);
                error.help("nothing was written; what was decided is kept")
            })?;
            let is_as_read = now == file.source().original().as_bytes();
            let is_written = file.text().is_some_and(|new| now == new.as_bytes());
            if !is_as_read && !is_written {
                return Err(changed(path).into());
            }
        }
        Ok(())
    }

    /// Where each file goes: to `output` itself if it is one, to a file of the same name in the
    /// folder `output` if there are several. Nothing is made for it.
    fn targets_in(&self, output: &Path) -> Result<Vec<PathBuf>, Failure> {
        is_no_hyphen(output)?;
        if !self.goes_into_a_folder(output) {
            return Ok(vec![output.to_owned()]);
        }
        self.different(|policy| output.join(file_name(policy)))
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
        self.review.files().count() != 1 || output.is_dir()
    }

    /// Where `target` puts each file, by the first policy in it, no two of them at the same place.
    fn different(
        &self,
        target: impl Fn(&LoadedPolicy) -> PathBuf,
    ) -> Result<Vec<PathBuf>, Failure> {
        let mut targets: Vec<PathBuf> = Vec::new();
        for file in self.review.files() {
            let loaded = file.first.loaded;
            let mut target = target(loaded);
            let is_of_a_file = loaded.document.source().path().is_some();
            if loaded.origin.is_in_answer && (loaded.origin.name.is_none() || !is_of_a_file) {
                // Policies without names in one file have only their order, and of those that were
                // fetched an inline and a managed one may have the same name.
                target = first_free(&target, &targets);
            }
            if targets.contains(&target) {
                return Err(Failure::with_help(
                    format!("two policies would be written to {}", target.shown()),
                    "give them different file names, or refine them one by one",
                ));
            }
            targets.push(target);
        }
        Ok(targets)
    }

    /// The commands that put into force what was `written`, and those for policies of which
    /// nothing is left.
    pub fn next_steps(&self, written: &[RefinedFile]) -> Vec<Hint> {
        let principal = &self.review.input().principal;
        let mut steps = Vec::new();
        for policy in self.review.policies() {
            let file = (written.iter()).find(|written| written.policies.contains(&policy.place));
            if let Some(written) = file.filter(|written| !written.pieces.is_empty()) {
                let pieces = &written.pieces;
                steps.extend(next_steps_in_pieces(policy.loaded, principal, pieces));
                continue;
            }
            let refined = match (policy.outcome.written, file) {
                (Written::NothingLeft, _) => PolicyFile::NothingLeft,
                (Written::Changed, Some(written)) => PolicyFile::Written {
                    file: &written.file.path,
                    size: self.review.size(policy.place).counted,
                    bytes: self.review.bytes(policy.place),
                },
                _ => continue,
            };
            steps.extend(next_steps(policy.loaded, principal, refined));
        }
        steps
    }
}

/// Writes the record and then each text to its path, where there may be what its target says; all of
/// it is made ready before any of it is in its place.
fn save<'t>(
    record: Option<&RecordFile<'_>>,
    new: &[NewText<'_>],
    targets: impl Iterator<Item = Target<'t>>,
) -> Result<Vec<RefinedFile>, Failure> {
    let record = record.map(RecordFile::file);
    let before = usize::from(record.is_some());
    let files = new.iter().zip(targets).map(|(new, target)| FileWrite {
        path: &new.path,
        text: &new.text,
        target,
    });
    let written = write_files(&record.into_iter().chain(files).collect::<Vec<_>>())?;
    let written = written.into_iter().skip(before);
    let written = new.iter().zip(written).filter_map(|(new, file)| {
        Some(RefinedFile {
            policies: new.file.outcome.policies.clone(),
            file: file?,
            pieces: new.pieces.clone(),
        })
    });
    Ok(written.collect())
}

/// Refuses `-` as a file to write to.
///
/// # Errors
/// It is `-`.
pub fn is_no_hyphen(output: &Path) -> Result<(), Failure> {
    if output == Path::new("-") {
        return Err(Failure::with_help(
            "cannot write to -",
            "without -o the policy is printed on standard output; a file called so is ./-",
        ));
    }
    Ok(())
}

/// That several policies cannot be written to `output`.
pub fn no_folder(output: &Path) -> Error {
    Error::with_help(
        format!("{} is no folder", output.shown()),
        "several policies go into a folder; give one, or a name that is free",
    )
}

/// Whether each policy is a file of its own, that can be written over.
///
/// # Errors
/// Policies from standard input, and those inside an answer of AWS: writing over it would destroy
/// what else it tells. Files with several names.
pub fn can_be_in_place(input: &ReviewInput) -> Result<(), Failure> {
    for PolicyInput { loaded, .. } in &input.policies {
        let source = loaded.document.source();
        let Some(path) = source.path() else {
            return Err(Failure::with_help(
                format!("{} cannot be written in place", source.name()),
                "give the policy as a file, or leave out --in-place",
            ));
        };
        if loaded.origin.is_in_answer {
            return Err(Failure::with_help(
                format!(
                    "{} is more than the policy in it: writing in place would destroy the rest",
                    path.shown()
                ),
                format!(
                    "write the refined document to a file of its own: -o {}",
                    refined_name(loaded).shown()
                ),
            ));
        }
        // It was none when it was read.
        if loaded.origin.block.is_some() && path.is_symlink() {
            return Err(Failure::with_help(
                format!("{} has become a link to another file", path.shown()),
                "begin anew with what is there now; nothing was written",
            ));
        }
        is_one_name(path).map_err(|error| match loaded.origin.block {
            Some(_) => error.help("replace it by a copy of its own first; nothing was written"),
            None => error,
        })?;
    }
    Ok(())
}

/// What was written, a line a file.
pub fn written_lines(written: &[RefinedFile]) -> String {
    let mut lines = String::new();
    for written in written {
        lines += &written.file.to_string();
        lines.push('\n');
    }
    lines
}

/// That these new files would be written.
pub fn targets_sentence(files: &[PathBuf]) -> String {
    match names(files) {
        Some(names) => format!("Into {names}."),
        None => NOTHING_LEFT.to_owned(),
    }
}

/// That these files would be written over, and where their bytes are kept.
pub fn replaced_sentence(files: &[PathBuf], kept_in: &Path) -> String {
    match names(files) {
        Some(names) => format!(
            "Over {names}; the old bytes are kept in {}.",
            kept_in.shown()
        ),
        None => NOTHING_LEFT.to_owned(),
    }
}

fn names(files: &[PathBuf]) -> Option<String> {
    let names: Vec<String> = files.iter().map(|file| file.shown().to_string()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
