//! Keeps what is decided of an account on disk while it goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::account::{AccountPolicy, AccountReview, Decided, PolicyPlace, Step};
use crate::cli::autosave::{Autosave, Journaled, Resumed, begin, json, name_of_account};
use crate::cli::exit::Failure;
use crate::intake::is_stdin;
use crate::review::journal::OfAnother;
use crate::review::{EntryRecord, Review, State};
use crate::text::Error;

/// What is on the disk of each policy that was decided on.
pub type SavedStates = BTreeMap<PolicyPlace, Arc<State>>;

/// Begins to keep what is decided of the account at `path`, after offering to go on with what was
/// left, unless something is `decided` by records. None when the person was asked and there was nobody.
///
/// # Errors
/// Another review of the account is going on; the state folder cannot be written.
pub fn begin_account(
    path: &Path,
    account: &AccountReview,
    decided: Decided,
) -> Result<Option<(Autosave<SavedStates>, Decided)>, Failure> {
    let heading = json(&account.heading())?;
    let file = (!is_stdin(path)).then_some(path);
    let is_decided = !decided.is_empty();
    let mut reviews = Reviews { account, decided };
    let autosave = begin(&name_of_account(file, &heading), &mut reviews, is_decided)?;
    Ok(autosave.map(|autosave| (autosave, reviews.decided)))
}

/// The policies of an account that something is decided in.
struct Reviews<'a> {
    account: &'a AccountReview,
    decided: Decided,
}

impl Journaled for Reviews<'_> {
    type Saved = SavedStates;

    fn resumed(&self, journal: &str) -> Option<Resumed<Self>> {
        let left = self.account.left(journal)?;
        Some(Resumed {
            inputs: left.inputs,
            all: left.all,
            applying: left.applying,
            review: Reviews {
                account: self.account,
                decided: left.decided,
            },
            differing: Vec::new(),
            others: Vec::new(),
        })
    }

    fn lines(&self, _: &[OfAnother]) -> Result<String, Error> {
        let mut lines = json(&self.account.heading())? + "\n";
        for (place, review) in &self.decided {
            let entries = review.state().records(review.input());
            lines += &line(self.account, *place, entries)?;
            lines.push('\n');
        }
        Ok(lines)
    }

    fn lines_of_others(&self, _: &[OfAnother]) -> Result<String, Error> {
        Ok(String::new())
    }

    fn snapshot(&self) -> SavedStates {
        let decided = self.decided.iter();
        decided
            .map(|(place, review)| (*place, review.snapshot()))
            .collect()
    }
}

impl Autosave<SavedStates> {
    /// Puts the last step in the policy at `place` on disk.
    ///
    /// # Errors
    /// Whatever the system refuses, in a sentence.
    pub fn step(
        &mut self,
        account: &AccountReview,
        place: PolicyPlace,
        review: &Review,
    ) -> Result<(), String> {
        let (state, input) = (review.state(), review.input());
        let entries = match self.saved.get(&place) {
            Some(before) if Arc::ptr_eq(before, &review.snapshot()) => return Ok(()),
            Some(before) => state.records_since(input, before),
            None => state.records(input),
        };
        if !entries.is_empty() {
            let line = line(account, place, entries);
            self.append(&line.map_err(|error| error.in_one_line())?)?;
        }
        self.saved.insert(place, review.snapshot());
        Ok(())
    }
}

fn line(
    account: &AccountReview,
    place: PolicyPlace,
    entries: Vec<EntryRecord>,
) -> Result<String, Error> {
    let is_meant = |policy: &&AccountPolicy| policy.place == place;
    let policy = account.policies().iter().find(is_meant);
    let policy =
        policy.ok_or_else(|| Error::new("a policy is decided that the account has not"))?;
    json(&Step {
        of: account.key(policy),
        entries,
    })
}
