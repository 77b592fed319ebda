//! `iam-refine review --account`: the list of an account's policies, on the screen.

use std::path::{Path, PathBuf};

use super::autosave::{SavedStates, begin_account};
use super::folder;
use super::load;
use crate::account::{AccountReview, Decided, PolicyPlace, RefinedPolicy, changes};
use crate::cli::arguments::RefineArgs;
use crate::cli::autosave::Autosave;
use crate::cli::exit::{Exit, Failure};
use crate::cli::speak::{print, say};
use crate::intake::is_stdin;
use crate::review::Review;
use crate::store::must_be_free;
use crate::text::sanitize;
use crate::tui::Settings;
use crate::tui::account::{Changing, Desk, Ended, Preview, run};

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
    settings: Settings,
) -> Result<Exit, Failure> {
    if let Some(folder) = output {
        must_be_free(folder)?;
    }
    let opened = load(account, findings, how)?;
    for note in opened.notes() {
        say(note);
    }
    let Some((autosave, decided)) = begin_account(account, &opened)? else {
        say("What was decided is kept: the same command offers it again.");
        return Ok(Exit::Done);
    };
    let mut desk = AccountDesk {
        account,
        output,
        autosave,
    };
    match run(opened, decided, title(account), settings, &mut desk)? {
        Ended::Written(text) => {
            print(text)?;
            if desk.autosave.keeps() {
                print(GO_ON)?;
            }
        }
        Ended::Quit { decisions } if decisions == 0 || !desk.autosave.keeps() => {
            desk.autosave.end();
        }
        Ended::Quit { .. } => {
            say("What was decided is kept: the same command goes on with it.");
        }
    }
    Ok(Exit::Done)
}

/// An account is rarely decided at once, so what is written of it is not done with.
const GO_ON: &str = "What was decided is kept: the same command goes on with what was left. With \
                     -o name another folder then. What scripts have changed by then the file does not show; fetch the account again \
                     first, and what still applies is offered.\n";

/// What the account is called: its file, without folders.
fn title(account: &Path) -> String {
    match account.file_name() {
        Some(name) if !is_stdin(account) => name.to_string_lossy().into_owned(),
        _ => "account".to_owned(),
    }
}

/// Keeps and writes what is decided.
struct AccountDesk<'a> {
    account: &'a Path,
    output: Option<&'a Path>,
    autosave: Autosave<SavedStates>,
}

impl Desk for AccountDesk<'_> {
    fn decided(
        &mut self,
        account: &AccountReview,
        place: PolicyPlace,
        review: &Review,
    ) -> Result<(), String> {
        self.autosave.step(account, place, review)
    }

    fn preview(&mut self, account: &AccountReview, decided: &Decided) -> Result<Preview, String> {
        self.find_out(account, decided)
            .map_err(|failure| failure.in_one_line())
    }

    fn write(&mut self, account: &AccountReview, decided: &Decided) -> Result<String, String> {
        self.write_folder(account, decided)
            .map_err(|failure| failure.in_one_line())
    }
}

impl AccountDesk<'_> {
    fn find_out(&self, account: &AccountReview, decided: &Decided) -> Result<Preview, Failure> {
        let refined = account.refine_decided(decided).map_err(Failure::Proof)?;
        let changing = changes(&refined).map(|(own, change)| Changing {
            name: own.name.clone(),
            goes: change.goes.len(),
            still_granted: change.still_granted_actions(),
            granted: own.policy.granted,
            is_emptied: change.text.is_none(),
        });
        let of_decided = refined
            .iter()
            .filter(|own| decided.contains_key(&own.policy.place));
        let kept = of_decided.filter(|own| !own.blockers().is_empty());
        let reasons = |own: &RefinedPolicy<'_>| {
            let reasons = own.blockers().iter();
            let reasons: Vec<_> = reasons.map(|blocker| account.reason(blocker)).collect();
            (own.name.clone(), reasons.join("; "))
        };
        Ok(Preview {
            folder: self.folder().display().to_string(),
            changing: changing.collect(),
            kept: kept.map(reasons).collect(),
        })
    }

    fn write_folder(&self, account: &AccountReview, decided: &Decided) -> Result<String, Failure> {
        let refined = account.refine_decided(decided).map_err(Failure::Proof)?;
        let folder = self.folder();
        folder::write(&folder, account, &refined)?;
        Ok(sanitize(&format!(
            "wrote {}: begin with the REVIEW.md in it\n\
             next: in each folder in it `sh apply.sh` brings one policy to AWS, and `sh \
             rollback.sh` takes it back\n",
            folder.display()
        )))
    }

    /// The folder that was asked for, or a name beside the account that is free.
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
