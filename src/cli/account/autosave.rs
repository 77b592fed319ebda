//! Keeps what is decided of an account on disk while it goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::account::{
    AccountDecisions, AccountPolicy, AccountReview, Began, Decided, PolicyPlace, Step,
};
use crate::cli::autosave::{Autosave, Journaled, Resumed, begin, json, name_of_account};
use crate::cli::exit::Failure;
use crate::intake::is_stdin;
use crate::review::journal::{Lines, OfAnother};
use crate::review::{EntryRecord, Review, State};
use crate::text::Error;

/// What is on the disk of each policy that was decided on.
pub type SavedStates = BTreeMap<PolicyPlace, Arc<State>>;

/// Begins to keep what is decided of the account at `path`, after offering to go on with what was
/// left. None when the person was asked and there was nobody.
///
/// # Errors
/// Another review of the account is going on; the state folder cannot be written.
pub fn begin_account(
    path: &Path,
    account: &AccountReview,
    begins_with: AccountDecisions,
) -> Result<Option<(Autosave<SavedStates>, Reviews)>, Failure> {
    let heading = json(&account.heading())?;
    let file = (!is_stdin(path)).then_some(path);
    let AccountDecisions { decided, began, .. } = begins_with;
    let mut reviews = ReviewsOf {
        account,
        reviews: Reviews { decided, began },
    };
    let autosave = begin(&name_of_account(file, &heading), &mut reviews)?;
    Ok(autosave.map(|autosave| (autosave, reviews.reviews)))
}

/// The policies of an account that something is decided in.
pub struct Reviews {
    /// What is decided of each.
    pub decided: Decided,
    /// What they began with, where records were given.
    pub began: Option<Began>,
}

struct ReviewsOf<'a> {
    account: &'a AccountReview,
    reviews: Reviews,
}

impl Journaled for ReviewsOf<'_> {
    type Saved = SavedStates;
    type Step = Step;

    fn resumed(&self, journal: Lines<Step>) -> Option<Resumed<Self>> {
        let left = self.account.left(journal)?;
        Some(Resumed {
            inputs: left.inputs,
            all: left.all,
            applying: left.applying,
            review: ReviewsOf {
                account: self.account,
                reviews: Reviews {
                    decided: left.decided,
                    began: left.began,
                },
            },
            differing: Vec::new(),
            others: Vec::new(),
        })
    }

    fn lines(&self, _: &[OfAnother]) -> Result<String, Error> {
        let mut lines = json(&self.account.heading_of(self.reviews.began.as_ref()))? + "\n";
        for (place, review) in &self.reviews.decided {
            let entries = review.state().records(review.input());
            lines += &line(self.account, *place, entries)?;
            lines.push('\n');
        }
        Ok(lines)
    }

    fn lines_of_others(&self, _: &[OfAnother]) -> Result<String, Error> {
        Ok(String::new())
    }

    fn records(&self) -> Option<&str> {
        let began = self.reviews.began.as_ref();
        began.map(|began| began.records.as_str())
    }

    fn snapshot(&self) -> SavedStates {
        let decided = self.reviews.decided.iter();
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
