//! `--check` and `--baseline`: whether anything could go, in the exit code.

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;

use super::exit::{Exit, Failure};
use super::output::Output;
use super::records::not_read;
use super::speak::{eprint_line, eprint_text};
use crate::account::{AccountBaseline, AccountReview, RefinedPolicy, changes};
use crate::intake::read_record;
use crate::review::{Baseline, Review};
use crate::text::{Problems, counted, printable};

/// How many of what is not in a baseline are named.
const NAMED: usize = 20;

/// Whether the exit code tells that something could go.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Write nothing; exit 1 when something could be removed, also when that is all of a policy or has to
    /// be done by hand. What is asked for with --diff, --format or --record is printed or written all the same
    #[arg(long)]
    #[arg(conflicts_with_all = ["output", "in_place", "as_deny"])]
    check: bool,

    /// Let --check pass over what an earlier run knew: what `refine --format json` printed then, of an
    /// account too
    #[arg(long, value_name = "FILE", requires = "check")]
    baseline: Option<PathBuf>,
}

/// A check that was asked for.
pub struct Check {
    baseline: Option<Baseline>,
}

impl CheckArgs {
    /// The check of an account that was asked for, with its baseline read.
    ///
    /// # Errors
    /// A baseline that cannot be read, or is no overview of an account.
    pub fn open_account(&self) -> Result<Option<AccountCheck>, Failure> {
        if !self.check {
            return Ok(None);
        }
        let read = |path: &PathBuf| -> Result<AccountBaseline, Failure> {
            Ok(AccountBaseline::read(&read_record(path)?).map_err(Problems::from)?)
        };
        let baseline = self.baseline.as_ref().map(read).transpose()?;
        Ok(Some(AccountCheck { baseline }))
    }

    /// The check that was asked for, with its baseline read.
    ///
    /// # Errors
    /// A baseline that cannot be read, or is no decision record.
    pub fn open(&self) -> Result<Option<Check>, Failure> {
        if !self.check {
            return Ok(None);
        }
        let baseline = match &self.baseline {
            None => None,
            Some(path) => {
                let baseline = Baseline::read(&read_record(path)?);
                Some(baseline.map_err(|error| not_read(path, error))?)
            }
        };
        Ok(Some(Check { baseline }))
    }
}

/// A check of an account that was asked for.
#[derive(Debug)]
pub struct AccountCheck {
    baseline: Option<AccountBaseline>,
}

impl AccountCheck {
    /// Whether anything could go that is not known; names it where there is a baseline.
    ///
    /// # Errors
    /// The baseline is of another account.
    pub fn exit(
        &self,
        account: &AccountReview,
        refined: &[RefinedPolicy<'_>],
    ) -> Result<Exit, Failure> {
        let all = account.policies().len() + account.unreadable().len();
        let not_judged = account.not_judged();
        if not_judged == all {
            eprint_line("error: nothing was checked: no policy is judged, for the reasons above");
            return Ok(Exit::BadInput);
        }
        let exit = self.found(account, refined)?;
        if not_judged > 0 {
            eprint_line(format_args!(
                "warning: {not_judged} of {} stay for these reasons, so nothing is said of them",
                counted(all, "policy", "policies")
            ));
        }
        Ok(exit)
    }

    fn found(
        &self,
        account: &AccountReview,
        refined: &[RefinedPolicy<'_>],
    ) -> Result<Exit, Failure> {
        let Some(baseline) = &self.baseline else {
            let is_found = changes(refined).next().is_some()
                || refined
                    .iter()
                    .any(|policy| policy.goes_or_would().next().is_some())
                || !account.unused_roles().is_empty();
            return Ok(if is_found { Exit::Found } else { Exit::Done });
        };
        let now = AccountBaseline::of(account, refined);
        if let Some(other) = baseline.is_of_another(&now) {
            return Err(Failure::with_help(
                format!("the baseline is of account {other}"),
                "give the one that was printed of this account",
            ));
        }
        let (roles, actions) = (baseline.new_unused_roles(&now), baseline.new_in(&now));
        for role in roles.iter().take(NAMED) {
            eprint_line(printable(&format!("{role} is not used at all")));
        }
        if roles.is_empty() || !actions.is_empty() {
            return Ok(tell_new(&actions));
        }
        let count = counted(roles.len(), "role is", "roles are");
        eprint_line(format_args!(
            "{count} not used at all that the baseline has used"
        ));
        Ok(Exit::Found)
    }
}

impl Check {
    /// What is known already, where that was given.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.baseline.as_ref()
    }

    /// Whether anything could go that is not known; names it where there is a baseline. Where nothing could
    /// be looked at, that is no good answer.
    pub fn exit(&self, review: &Review, output: &Output<'_>) -> Exit {
        let input = review.input();
        if input.policies.is_empty() {
            eprint_line(if input.left.is_empty() {
                "error: nothing was checked"
            } else {
                "error: nothing was checked: all that the findings are about was passed over"
            });
            return Exit::BadInput;
        }
        let exit = self.found(review, output);
        let by_hand = review.now().not_editable;
        if by_hand > 0 {
            let are = counted(by_hand, "unused action is", "unused actions are");
            let how = match &self.baseline {
                None => "to be removed by hand, or kept with a reason",
                Some(_) => "the baseline says nothing of that",
            };
            eprint_line(format_args!(
                "warning: {are} granted by what cannot be edited where it is written: {how}"
            ));
        }
        if let left @ 1.. = input.left_policies() {
            let (were, them) = if left == 1 {
                ("was", "it")
            } else {
                ("were", "them")
            };
            eprint_line(format_args!(
                "warning: {} {were} passed over, so nothing is said of {them}",
                counted(left, "policy", "policies")
            ));
        }
        exit
    }

    fn found(&self, review: &Review, output: &Output<'_>) -> Exit {
        let Some(baseline) = &self.baseline else {
            // What has to be removed by hand is unused all the same.
            return if output.changes() || review.now().not_editable > 0 {
                Exit::Found
            } else {
                Exit::Done
            };
        };
        let now = Baseline::of(review);
        let found = tell_new(&baseline.new_in(&now));
        if found == Exit::Found && !baseline.knows_a_file_of(&now) {
            eprint_line("the baseline knows none of these files: was it made in another folder?");
        }
        found
    }
}

/// Names what a baseline does not have; whether there is any.
fn tell_new(new: &[impl Display]) -> Exit {
    if new.is_empty() {
        eprint_line("nothing is unused that the baseline does not have");
        return Exit::Done;
    }
    for one in new.iter().take(NAMED) {
        eprint_line(printable(&one.to_string()));
    }
    if let more @ 1.. = new.len().saturating_sub(NAMED) {
        eprint_text(format_args!("and {more} more\n"));
    }
    let count = counted(new.len(), "action is", "actions are");
    eprint_line(format_args!(
        "{count} unused that the baseline does not have"
    ));
    Exit::Found
}
