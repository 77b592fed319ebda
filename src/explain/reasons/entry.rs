//! Why an entry is changed or not.

use super::Reasons;
use super::facts::why_safe;
use crate::document::Place;
use crate::explain::outcome::OutcomeReason;
use crate::iam::Action;
use crate::refine::{
    Claim, Covered, Emitted, EntryExpansion, EntryOutcome, Fate, StaysBecause, Trie,
};
use crate::review::{Decision, EntryPlace, EntryReview, Review};
use crate::text::{counted, grouped, printable, some_of};

/// How many new entries a sentence names.
const NAMES: usize = 3;

impl Reasons {
    /// Why the entry at `place` is changed or not; or, of the entries that come in its place, why
    /// that with the index `new` does. `trie` is the entry's, where it has been built: it saves
    /// working out again what the entry grants, and its marks are listed. Empty where no entry is.
    pub fn of_entry(
        review: &Review,
        place: EntryPlace,
        new: Option<usize>,
        trie: Option<&Trie>,
    ) -> Self {
        let mut reasons = Reasons::default();
        let state = review.state();
        let Some(entry) = state.entry(place) else {
            return reasons;
        };
        let expanded;
        let expansion = if let Some(trie) = trie {
            trie.wildcard()
        } else {
            let curation = state.curation(review.input(), place);
            let universe = review.input().universe_of(place.policy);
            expanded = EntryExpansion::new(&entry.plan.old, universe, curation);
            &expanded
        };
        let of_fate = |is_it: fn(Fate) -> bool| -> Vec<Action> {
            let actions = expansion.actions().filter(|(_, fate)| is_it(*fate));
            actions.map(|(action, _)| action).collect()
        };
        let kept = of_fate(Fate::is_kept);
        let going = of_fate(|fate| !fate.stays());
        let left_out = review.left_out(place).into_iter();
        match new.and_then(|index| entry.plan.replacements()?.get(index)) {
            Some(new) => reasons.tell_new(new, &kept, left_out),
            None => reasons.tell_old(review, place, entry, left_out),
        }
        if let Some(cost) = review.cost(place).filter(|_| new.is_none()) {
            reasons.aside(|reasons| reasons.pair("cost", cost.to_string()));
        }
        reasons.tell_recommended(review, place);
        if let Some(trie) = trie {
            reasons.list_marks(trie, &entry.marks);
        }
        reasons.list_held(state.held_back(review.input(), place));
        if !going.is_empty() {
            reasons.heading_of_going(going.len());
            reasons.tell_unknown_age(review, place.policy);
            reasons.list_going(review, place.policy, &going, Some(""));
        }
        reasons.count_staying(review, place.policy, &of_fate(Fate::stays));
        reasons.tell_kept(review, place, &of_fate(|fate| fate == Fate::Kept));
        reasons.tell_elsewhere(review, place, 1, &going);
        reasons.show_statement(review, place.policy, place.statement);
        reasons
    }

    fn tell_new<'l>(
        &mut self,
        new: &Emitted,
        kept: &[Action],
        mut left_out: impl Iterator<Item = Covered<'l>>,
    ) {
        self.title = new.entry.to_string();
        let kept = kept.iter().filter(|action| new.entry.matches(action));
        let kept = kept.count();
        if let Some(covered) = left_out.find(|covered| *covered.entry == new.entry) {
            self.lead(format!(
                "Still granted, by {} of the same statement, so it is not written.",
                covered.covered_by
            ));
        } else if matches!(new.claim, Claim::WholePrefix { .. }) {
            self.lead(format!(
                "Left whole: it grants {}, {} of them unused.",
                counted(new.grants, "action", "actions"),
                grouped(kept)
            ));
        } else if new.entry.is_literal() && kept > 0 {
            self.lead("One unused action that is kept, in full.");
        } else if new.entry.is_literal() {
            self.lead("One action that stays, in full.");
        } else {
            let unused = why_safe(kept);
            self.lead(format!(
                "A shortest safe prefix: {unused}, and it grants {}.",
                counted(new.grants, "action that stays", "actions that stay")
            ));
        }
    }

    /// `left_out` of the new entries are not written, since others grant what they do.
    fn tell_old<'l>(
        &mut self,
        review: &Review,
        place: EntryPlace,
        entry: &EntryReview,
        left_out: impl Iterator<Item = Covered<'l>>,
    ) {
        self.title = entry.plan.old.to_string();
        let outcome = OutcomeReason::of_entry(review, place);
        self.lead
            .extend(outcome.map(|outcome| outcome.sentence("It")));
        let locked = StaysBecause::NotEditable;
        let is_told = entry.plan.outcome == EntryOutcome::Stays(locked);
        let document = review.input().document(place.policy);
        if let Place::Opaque(_, reason) = document.place(place.statement, place.entry)
            && !is_told
        {
            let reason = printable(reason);
            self.lead(format!("It could not be edited here: {reason}."));
        }
        self.tell_young(review, place.policy);
        if entry.plan.changes() {
            let granularity = review.input().options.granularity;
            self.lead(match entry.decision {
                Decision::Undecided => "Undecided: it would be written as it was.",
                Decision::Accepted if entry.granularity != granularity => {
                    "Accepted, edited: its names are cut differently."
                }
                Decision::Accepted if !entry.marks.is_empty() => "Accepted, edited.",
                Decision::Accepted => "Accepted.",
                Decision::Rejected => "Rejected: left as it was.",
            });
            self.tell_why_rejected(review, place);
            let why_whole =
                (review.state()).why_whole(review.input(), place.policy, place.statement);
            if let Some(why) = why_whole.filter(|_| entry.decision == Decision::Accepted) {
                let why = printable(why);
                self.lead(format!("The statement has to stay as it is: {why}."));
            }
        }
        let left_out: Vec<Covered<'_>> = left_out.collect();
        match left_out.as_slice() {
            [] => {}
            [covered] => self.text(format!(
                "{} is still granted, by {}: it is not written.",
                covered.entry, covered.covered_by
            )),
            several => {
                let names: Vec<String> = (several.iter())
                    .map(|covered| covered.entry.to_string())
                    .collect();
                self.text(format!(
                    "{} are not written, since other entries grant them: {}.",
                    counted(names.len(), "new entry", "new entries"),
                    some_of(&names, NAMES)
                ));
            }
        }
    }
}
