//! `iam-refine review --account`: the list of an account's policies, on the screen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::autosave::{SavedStates, begin_account};
use super::decisions;
use super::folder;
use super::{leaves_nothing, load, tell_notes, written_sentence};
use crate::account::{
    AccountReview, Blocker, Decided, NotDecided, PolicyPlace, RefinedPolicy, changes,
};
use crate::cli::autosave::Autosave;
use crate::cli::exit::{Exit, Failure};
use crate::cli::plain::is_decided as is_review_decided;
use crate::cli::shared_arguments::RefineArgs;
use crate::cli::speak::{eprint_line, print_text};
use crate::intake::is_stdin;
use crate::review::{BeganWith, DecidedWith};
use crate::store::must_be_free;
use crate::text::{Error, Shown, sanitize};
use crate::tui::{App, Changing, Ended, FolderPreview, Host, Preview, Settings, run};

/// Shows the policies of an account, keeps what is decided, and writes what it comes to into a
/// folder.
///
/// # Errors
/// What is wrong with the files; a folder that is not empty; a terminal that fails.
pub fn review(
    account: &Path,
    findings: &[PathBuf],
    how: &RefineArgs,
    output: Option<&Path>,
    decisions: Option<&Path>,
    settings: Settings,
) -> Result<Exit, Failure> {
    if let Some(folder) = output {
        must_be_free(folder)?;
    }
    let opened = load(account, findings, how)?;
    tell_notes(&opened);
    let mut begins_with = decisions::replay(&opened, decisions)?;
    let left_out = std::mem::take(&mut begins_with.left_out);
    let Some((autosave, reviews)) = begin_account(account, &opened, begins_with)? else {
        eprint_line("Your decisions are saved; run the same command to resume.");
        return Ok(Exit::Done);
    };
    let mut host = AccountHost {
        account,
        output,
        autosave,
        left_out,
        began: reviews.began.map(|began| began.with).unwrap_or_default(),
        exit: Exit::Done,
    };
    let mut app = App::of_account(opened, reviews.decided, title(account), settings);
    if let Some(reason) = host.autosave.not_kept() {
        app.tell_not_saved(format!(
            "What you decide is lost unless you write it: {reason}"
        ));
    }
    match run(&mut app, &mut host)? {
        Ended::Written(text) => {
            print_text(text)?;
            if host.autosave.keeps() {
                print_text(GO_ON)?;
            }
        }
        Ended::Quit if !is_decided(&app) || !host.autosave.keeps() => {
            host.autosave.end();
        }
        Ended::Quit | Ended::GoesOn => {
            eprint_line("Your decisions are saved; run the same command to resume.");
        }
    }
    Ok(host.exit)
}

/// Whether anything is decided or marked in any policy.
fn is_decided(app: &App) -> bool {
    let listed = app
        .account()
        .into_iter()
        .flat_map(|(_, decided)| decided.values());
    listed.chain(app.review()).any(is_review_decided)
}

/// An account is rarely decided at once, so what is written of it is not done with.
const GO_ON: &str = "Your decisions are saved; run the same command to resume, with another folder for -o. \
                     This file still shows the old state: fetch the account again after running \
                     scripts; decisions that still apply are offered.\n";

/// What the account is called: its file, without folders.
fn title(account: &Path) -> String {
    match account.file_name() {
        Some(name) if !is_stdin(account) => name.to_string_lossy().into_owned(),
        _ => "account".to_owned(),
    }
}

/// Saves and writes what is decided.
struct AccountHost<'a> {
    account: &'a Path,
    output: Option<&'a Path>,
    autosave: Autosave<SavedStates>,
    /// The records whose decisions policies began with.
    began: BTreeMap<PolicyPlace, BeganWith>,
    /// What of those is not done again.
    left_out: Vec<NotDecided>,
    /// How the program is to exit.
    exit: Exit,
}

impl Host for AccountHost<'_> {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        let Some((account, decided)) = app.account() else {
            return Ok(());
        };
        let listed = decided.iter().map(|(&place, review)| (place, review));
        for (place, review) in listed.chain(app.opened()) {
            let step = self.autosave.step(account, place, review);
            step.map_err(Error::new)?;
        }
        Ok(())
    }

    fn preview(&mut self, app: &App) -> Result<Preview, Error> {
        let (account, decided) = listed(app)?;
        let preview = self.find_out(account, decided)?;
        Ok(Preview::Folder(preview))
    }

    fn write(&mut self, app: &App) -> Result<String, Error> {
        let (account, decided) = listed(app)?;
        Ok(self.write_folder(account, decided)?)
    }
}

/// The account that the screen lists, and what is decided of it.
fn listed(app: &App) -> Result<(&AccountReview, &Decided), Error> {
    app.account()
        .ok_or_else(|| Error::new("no account is reviewed"))
}

impl AccountHost<'_> {
    fn find_out(
        &self,
        account: &AccountReview,
        decided: &Decided,
    ) -> Result<FolderPreview, Failure> {
        let refined = account.refine_decided(decided, &self.began);
        let refined = refined.map_err(Failure::Proof)?;
        let changing = changes(&refined).map(|(refined_policy, change)| Changing {
            name: refined_policy.name.clone(),
            goes: change.goes.len(),
            still_granted: change.still_granted_actions(),
            granted: refined_policy.policy.granted,
            is_emptied: change.text.is_none(),
        });
        let of_decided = refined
            .iter()
            .filter(|refined_policy| decided.contains_key(&refined_policy.policy.place));
        let kept = of_decided.filter(|refined_policy| !refined_policy.blockers().is_empty());
        let reasons = |refined_policy: &RefinedPolicy<'_>| {
            let reasons = refined_policy.blockers().iter();
            let reason = |blocker: &Blocker| match blocker {
                Blocker::TooLong(no_fit) => format!(
                    "AWS would refuse it: {}; open it, and F leaves some of what is unused",
                    no_fit.too_long.measure()
                ),
                blocker => account.reason(blocker),
            };
            let reasons: Vec<_> = reasons.map(reason).collect();
            (refined_policy.name.clone(), reasons.join("; "))
        };
        Ok(FolderPreview {
            folder: self.folder().shown(),
            changing: changing.collect(),
            kept: kept.map(reasons).collect(),
        })
    }

    fn write_folder(
        &mut self,
        account: &AccountReview,
        decided: &Decided,
    ) -> Result<String, Failure> {
        let refined = account.refine_decided(decided, &self.began);
        let refined = refined.map_err(Failure::Proof)?;
        let folder = self.folder();
        let sum = folder::write(
            &folder,
            account,
            &refined,
            DecidedWith::Review,
            &self.left_out,
        )?;
        if leaves_nothing(&refined) {
            self.exit = Exit::NothingLeft;
        }
        Ok(sanitize(&format!(
            "{}\
             next: `sh apply-all.sh --dry-run` in it makes all checks; without `--dry-run` it brings \
             all policies to AWS, and `sh rollback.sh` in a policy's folder takes that one back\n",
            written_sentence(&folder, &sum)
        )))
    }

    /// The folder that was asked for, or a free name in the folder of the account's file.
    fn folder(&self) -> PathBuf {
        if let Some(folder) = self.output {
            return folder.to_owned();
        }
        let stem = self.account.file_stem().filter(|_| !is_stdin(self.account));
        let stem = stem.map_or("account".into(), std::ffi::OsStr::to_string_lossy);
        let numbered = (2..).map(|number| format!("{stem}.refined-{number}"));
        let names = std::iter::once(format!("{stem}.refined")).chain(numbered);
        let mut folders = names.map(|name| self.account.with_file_name(name));
        let free = folders.find(|folder| must_be_free(folder).is_ok());
        free.unwrap_or_default()
    }
}
