//! Keeps what is decided of an account on disk while it goes on.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::account::{AccountReview, PolicyPlace, Step, Subject};
use crate::cli::autosave::{Desk, JournalFile, json};
use crate::cli::exit::Failure;
use crate::cli::go_on::{GoesOn, ask_to_go_on, tell_kept, tell_left, tell_not_kept};
use crate::cli::inputs::is_stdin;
use crate::review::{EntryRecord, Review, State};
use crate::tui::Decided;

/// The journal of an account's reviews, and what it holds.
pub struct Autosave {
    journal: Option<JournalFile>,
    saved: BTreeMap<PolicyPlace, Arc<State>>,
}

impl Autosave {
    /// Begins to keep what is decided of the account at `path`, after offering to go on with what
    /// was left. None when the person was asked and there was nobody.
    ///
    /// # Errors
    /// Another review of the account is going on; the state folder cannot be written.
    pub fn begin(path: &Path, account: &AccountReview) -> Result<Option<(Self, Decided)>, Failure> {
        let heading = json(&account.heading())?;
        let file = (!is_stdin(path)).then_some(path);
        let desk = match Desk::take_for_account(file, &heading)? {
            Ok(desk) => desk,
            Err(error) => {
                tell_not_kept(&error);
                return Ok(Some((Autosave::of(None, &Decided::new()), Decided::new())));
            }
        };
        let mut decided = Decided::new();
        let mut takes_over = false;
        if let Some(left) = desk.text().and_then(|text| account.left(&text)) {
            tell_left(left.inputs, left.applying == left.all);
            match ask_to_go_on(left.applying, left.all)? {
                GoesOn::Yes { whole } => (takes_over, decided) = (whole, left.decided),
                GoesOn::No => {}
                GoesOn::NobodyAnswers => return Ok(None),
            }
        }
        let mut lines = heading + "\n";
        for (place, review) in &decided {
            let entries = review.state().records(review.input());
            lines += &line(account, *place, entries)?;
        }
        let (journal, kept) = desk.begin_with(&lines, takes_over)?;
        tell_kept(kept);
        Ok(Some((Autosave::of(Some(journal), &decided), decided)))
    }

    fn of(journal: Option<JournalFile>, decided: &Decided) -> Self {
        let saved = decided.iter();
        Autosave {
            journal,
            saved: saved
                .map(|(place, review)| (*place, review.snapshot()))
                .collect(),
        }
    }

    /// Whether what is decided outlives the program.
    pub fn keeps(&self) -> bool {
        self.journal.is_some()
    }

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
            Some(before) => state.records_since(input, before),
            None => state.records(input),
        };
        if let (Some(journal), false) = (&mut self.journal, entries.is_empty()) {
            let line = line(account, place, entries).map_err(|failure| failure.in_one_line())?;
            journal.append(&line)?;
        }
        self.saved.insert(place, review.snapshot());
        Ok(())
    }

    /// Ends the journal: what was decided is written, or there is nothing in it.
    pub fn end(self) {
        if let Some(journal) = self.journal {
            journal.end();
        }
    }
}

fn line(
    account: &AccountReview,
    place: PolicyPlace,
    entries: Vec<EntryRecord>,
) -> Result<String, Failure> {
    let is_meant = |subject: &&Subject| subject.place == place;
    let subject = account.subjects().iter().find(is_meant);
    let of = subject
        .map(|subject| account.key(subject))
        .unwrap_or_default();
    Ok(json(&Step { of, entries })? + "\n")
}
