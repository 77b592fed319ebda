//! `refine` of a folder of Terraform files: one patch of all that goes, or the files written over.

use std::path::{Component, Path};

use super::exit::{Exit, Failure};
use super::output::{Output, written_lines};
use super::speak::{eprint_line, eprint_text};
use crate::explain::report::source_summary;
use crate::intake::{SourceReview, too_long};
use crate::review::{Accept, FileText, Review};
use crate::text::{Problems, Shown, alike};

/// What to do with what goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchMode {
    /// Print a patch that `git apply` takes.
    Print,
    /// Write over the files.
    InPlace,
    /// Nothing: the exit code tells whether anything could go.
    Check,
}

/// Takes out what all who have a policy do not use, proves it, and prints or writes it.
///
/// # Errors
/// A proof that fails; files that are not below where one stands, for a patch; what the disk refuses.
pub fn refine(source: SourceReview, accept: Accept, mode: PatchMode) -> Result<Exit, Failure> {
    let SourceReview {
        input,
        written,
        left,
        notes,
        matched,
    } = source;
    for note in alike(&notes) {
        eprint_line(note);
    }
    for why in alike(&left) {
        eprint_line(why);
    }
    let Some(input) = input else {
        eprint_line("Nothing changes: no policy is written here of which anything is known.");
        return Ok(Exit::Done);
    };
    let mut review = Review::new(input);
    review.accept_all(accept);
    if !review.is_proved() {
        return Err(Failure::Proof(review.faults()));
    }
    eprint_text(source_summary(&review, &written));
    let overlong = too_long(&matched, &written, &review);
    if !overlong.is_empty() && mode != PatchMode::Check {
        return Err(Problems(overlong).into());
    }
    let output = Output::new(&review);
    match mode {
        PatchMode::Check if output.changes() => return Ok(Exit::Found),
        PatchMode::Check => return Ok(Exit::Done),
        PatchMode::Print => {
            can_be_patched(&review)?;
            output.print_diff()?;
        }
        PatchMode::InPlace => eprint_text(written_lines(&output.write_in_place(None)?)),
    }
    if output.leaves_nothing() {
        eprint_line(REMOVE_ALL_OF_IT);
        return Ok(Exit::NothingLeft);
    }
    Ok(Exit::Done)
}

const REMOVE_ALL_OF_IT: &str = "Nothing would be left of a policy, and it stays as it is: remove the \
                                resource, what attaches it, and the document.";

/// Whether all files that change are below where one stands, as `git apply` wants it.
fn can_be_patched(review: &Review) -> Result<(), Failure> {
    let changed = review
        .files()
        .filter(|file| matches!(file.outcome.written, FileText::Changed(_)));
    for file in changed {
        let path = file.source().path().unwrap_or(Path::new(""));
        let is_below = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_below {
            return Err(Failure::with_help(
                format!("{} is not below this folder, and a patch is", path.shown()),
                "stand in the folder of the repository and give the root module from there, or \
                 write the files with --in-place",
            ));
        }
    }
    Ok(())
}
