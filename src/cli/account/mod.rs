//! `refine --account` and `review --account`: all policies of an account at once. Printing the
//! table, writing the folder of policies and scripts, and the review on the screen.

mod autosave;
mod decisions;
mod folder;
mod review;

use std::path::{Path, PathBuf};

pub use folder::{RECORD, UNCHANGED};
pub use review::review;

use super::check::AccountCheck;
use super::exit::{Exit, Failure};
use super::output::NOTHING_LEFT;
use super::shared_arguments::RefineArgs;
use super::speak::{eprint_line, eprint_text, print_json, print_text};
use super::too_long::IfTooLong;
use crate::account::{AccountReview, RefinedPolicy, WhenTooLong, changes};
use crate::explain::report::{account_json, account_table};
use crate::intake::stdin_once;
use crate::review::{Accept, DecidedWith};
use crate::store::must_be_free;
use crate::text::{Problem, Problems, Shown, alike};

/// Where to put what becomes of an account.
#[derive(Clone, Copy, Debug)]
pub enum OutputMode<'a> {
    /// An overview on standard output.
    Table,
    /// The same as JSON.
    Json {
        /// What tells, as well, by the exit code that something could go.
        check: Option<&'a AccountCheck>,
    },
    /// Nowhere: the exit code tells whether anything could go.
    Check(&'a AccountCheck),
    /// Policies and scripts in this folder.
    Folder(&'a Path),
}

/// How the policies of an account are decided on without a screen.
#[derive(Clone, Copy, Debug)]
pub enum Decide<'a> {
    /// All of this kind is accepted.
    Accept(Accept),
    /// As the records in this folder say.
    As(&'a Path),
}

/// Refines every policy of an account that may be.
///
/// # Errors
/// What is wrong with the files; a proof that fails; a folder that is not empty.
pub fn refine(
    account: &Path,
    findings: &[PathBuf],
    how: &RefineArgs,
    decide: Decide<'_>,
    if_too_long: IfTooLong,
    to: OutputMode<'_>,
) -> Result<Exit, Failure> {
    if let OutputMode::Folder(folder) = to {
        must_be_free(folder)?;
    }
    let account = load(account, findings, how)?;
    let account = account.when_too_long(match if_too_long {
        IfTooLong::Refuse => WhenTooLong::Leave,
        IfTooLong::Split => WhenTooLong::Split,
        IfTooLong::Keep => WhenTooLong::Keep,
    });
    tell_notes(&account);
    one_can_be_read(&account)?;
    let mut left_out = Vec::new();
    let refined = match decide {
        Decide::Accept(which) => account.refine_all(which),
        Decide::As(folder) => {
            let replayed = decisions::replay(&account, Some(folder))?;
            left_out = replayed.left_out;
            let began = replayed.began.map(|began| began.with).unwrap_or_default();
            account.refine_decided(&replayed.decided, &began)
        }
    };
    let refined = refined.map_err(Failure::Proof)?;
    for (changed, _) in changes(&refined) {
        for warning in account.outdated(changed.policy) {
            eprint_line(warning);
        }
    }
    let overview = account_table(&account, &refined);
    match to {
        OutputMode::Table => print_text(overview)?,
        OutputMode::Json { check } => {
            let json = account_json(&account, &refined);
            print_json(&format!("{json:#}\n"))?;
            if let Some(check) = check {
                return check.exit(&account, &refined);
            }
        }
        OutputMode::Check(check) => {
            eprint_text(overview);
            return check.exit(&account, &refined);
        }
        OutputMode::Folder(folder) => {
            eprint_text(overview);
            let sum = folder::write(folder, &account, &refined, DecidedWith::Refine, &left_out)?;
            eprint_text(written_sentence(folder, &sum));
        }
    }
    if account.has_no_findings() {
        eprint_line(
            "warning: nothing that counts is found of any role or user, so nothing is judged\n\
             help: give the findings of this account; `iam-refine fetch --account` asks AWS for them",
        );
    }
    if leaves_nothing(&refined) {
        eprint_line(NOTHING_LEFT);
        return Ok(Exit::NothingLeft);
    }
    Ok(Exit::Done)
}

/// What is told of a folder that was written.
fn written_sentence(folder: &Path, sum: &str) -> String {
    format!(
        "wrote {}: begin with the REVIEW.md in it\nSHA-256 of its {}, for an approval: {sum}\n",
        folder.shown(),
        folder::SUMS
    )
}

/// Whether nothing is left of some policy.
fn leaves_nothing(refined: &[RefinedPolicy<'_>]) -> bool {
    changes(refined).any(|(_, change)| change.text.is_none())
}

/// Whether there is anything to refine.
///
/// # Errors
/// What is wrong with the policies, where none can be read.
fn one_can_be_read(account: &AccountReview) -> Result<(), Failure> {
    if !account.policies().is_empty() {
        return Ok(());
    }
    let problems = account.unreadable().iter();
    let problems = problems.flat_map(|policy| policy.problems.clone());
    let problems: Vec<Problem> = problems.collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(problems).into())
    }
}

/// Tells what is to mind of the files; what is the same of many of them once.
fn tell_notes(account: &AccountReview) {
    for note in alike(account.notes()) {
        eprint_line(note);
    }
}

/// Reads an account and the findings of its principals, in files and folders.
fn load(account: &Path, findings: &[PathBuf], how: &RefineArgs) -> Result<AccountReview, Failure> {
    let files = findings.iter().map(PathBuf::as_path).chain([account]);
    stdin_once(files.chain(how.input.files()))?;
    Ok(how.intake()?.paths(findings).account(account)?)
}
