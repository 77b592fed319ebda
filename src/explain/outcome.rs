//! What becomes of an entry, and why: in a word, in a clause, in a sentence.

use jiff::civil::Date;

use super::walkthrough::Walkthrough;
use crate::document::Place;
use crate::explain::names::Names;
use crate::refine::{
    CommentPlace, EntryOutcome, EntryPlan, GoesBecause, HeldBecause, StaysBecause,
};
use crate::review::{EntryPlace, Review};
use crate::text::{Untrusted, counted, some_of};

/// How many names a sentence lists.
const NAMES: usize = 5;

/// The title of a walk with the reason behind it, given the date of the catalogue.
///
/// ```
/// # use std::sync::Arc;
/// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, explain::*};
/// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(UnusedActions::default()), []);
/// let pattern = "s3:Get*".parse()?;
/// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Word);
/// assert_eq!(
///     outcome_sentence(&walk, None),
///     "s3:Get* stays as it is: none of the 58 known actions it grants is reported unused."
/// );
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn outcome_sentence(walk: &Walkthrough, catalogue: Option<Date>) -> String {
    let reason = OutcomeReason::of_walk(walk, catalogue);
    reason.sentence(&walk.plan().old.to_string())
}

/// `s3:Get* becomes 7 entries`, `s3:Get* is removed` or `s3:List* stays as it is`.
pub(super) fn outcome_title(walk: &Walkthrough) -> String {
    let reason = OutcomeReason::of_walk(walk, None);
    format!("{} {}", walk.plan().old, reason.verdict())
}

/// Why an entry stays or goes in one word, for a column: `unused`, `dropped`, `kept` or `locked`.
/// Empty where there is nothing to say.
pub fn outcome_word(outcome: &EntryOutcome) -> &'static str {
    match outcome {
        EntryOutcome::Goes(GoesBecause::Dropped) => "dropped",
        EntryOutcome::Goes(_) => "unused",
        EntryOutcome::Stays(StaysBecause::Kept) => "kept",
        EntryOutcome::Stays(StaysBecause::Held) => "held",
        EntryOutcome::Stays(StaysBecause::NotEditable) => "locked",
        EntryOutcome::Stays(_) | EntryOutcome::Narrowed(_) => "",
    }
}

/// Why an action is held back: `it was used on 2026-10-01`, or `sqs:CreateQueue stays, and it
/// changes or removes what that makes`.
pub fn held_sentence(because: &HeldBecause) -> String {
    match because {
        HeldBecause::Used(last) => match &last.told_by {
            None => format!("it was used {last}"),
            Some(file) => format!("it was used {last}, as {file} tells"),
        },
        HeldBecause::TearsDown(maker) => {
            format!("{maker} stays, and it changes or removes what that makes")
        }
        HeldBecause::Commented(CommentPlace {
            place,
            reason,
            until,
        }) => match reason {
            None => format!("a comment asks for it{}, {place}", until_day(*until)),
            Some(reason) => format!("{reason}{} ({place})", until_day(*until)),
        },
    }
}

/// ` until 2027-03-01`, of what ends.
pub fn until_day(until: Option<Date>) -> String {
    until.map_or_else(String::new, |until| format!(" until {until}"))
}

/// What becomes of an entry, and why.
#[derive(Clone, Debug)]
pub struct OutcomeReason<'a> {
    pub(super) plan: &'a EntryPlan,
    /// How many entries are written in its place: those that others cover are not.
    pub(super) written: usize,
    names: Names,
    catalogue: Option<Date>,
    /// Why it is kept or cannot be edited, in the words of a person or of the document.
    note: Option<Untrusted>,
}

impl<'a> OutcomeReason<'a> {
    /// The outcome of a walk, by the catalogue of that date.
    fn of_walk(walk: &'a Walkthrough, catalogue: Option<Date>) -> Self {
        let plan = walk.plan();
        OutcomeReason {
            plan,
            written: (plan.replacements().map_or(0, <[_]>::len))
                .saturating_sub(walk.left_out().len()),
            names: walk.names(),
            catalogue,
            note: None,
        }
    }

    /// The outcome proposed for the entry at `place`. None for what is no entry: a `NotAction`.
    pub fn of_entry(review: &'a Review, place: EntryPlace) -> Option<Self> {
        let entry = review.state().entry(place)?;
        let plan = &*entry.plan;
        let document = review.input().document(place.policy);
        let note = match &plan.outcome {
            EntryOutcome::Stays(StaysBecause::Kept) => {
                entry.marks.iter().find_map(|mark| mark.reason.clone())
            }
            EntryOutcome::Stays(StaysBecause::Held) if plan.old.is_literal() => {
                let mut held = review.state().held_back(review.input(), place);
                held.next()
                    .map(|(_, because)| held_sentence(because).into())
            }
            EntryOutcome::Stays(StaysBecause::NotEditable) => {
                match document.place(place.statement, place.entry) {
                    Place::Opaque(_, reason) => Some(Untrusted::from(reason)),
                    Place::Literal(_) => None,
                }
            }
            _ => None,
        };
        let universe = review.input().universe_of(place.policy);
        Some(OutcomeReason {
            plan,
            written: review.new_entries(place),
            names: Names::Actions,
            catalogue: universe.catalogue.date(),
            note,
        })
    }

    /// The same of several entries alike, each of which may have a note of its own.
    pub(super) fn without_note(self) -> Self {
        OutcomeReason { note: None, ..self }
    }

    /// What becomes of `subject`, as in `It` or `s3:Get*`, and why, with a full stop.
    pub fn sentence(&self, subject: &str) -> String {
        format!("{subject} {}: {}.", self.verdict(), self.clause())
    }

    /// `becomes 7 entries`, `is removed` or `stays as it is`.
    fn verdict(&self) -> String {
        match (&self.plan.outcome, self.written) {
            (EntryOutcome::Stays(_), _) => "stays as it is".to_owned(),
            (EntryOutcome::Goes(_), _) | (EntryOutcome::Narrowed(_), 0) => "is removed".to_owned(),
            (EntryOutcome::Narrowed(_), written) => {
                format!("becomes {}", counted(written, "entry", "entries"))
            }
        }
    }

    /// The reason alone, in a clause without a full stop.
    pub(super) fn clause(&self) -> String {
        let (stays, goes) = (self.plan.stays, self.plan.goes);
        match &self.plan.outcome {
            EntryOutcome::Stays(why) => self.why_it_stays(*why),
            EntryOutcome::Goes(why) => self.why_it_goes(*why),
            EntryOutcome::Narrowed(_) if self.written == 0 => {
                "other entries grant what stays of it".to_owned()
            }
            EntryOutcome::Narrowed(_) => format!(
                "of the {} it grants {} and {}",
                self.known(stays + goes),
                counted(stays, "stays", "stay"),
                counted(goes, "goes", "go")
            ),
        }
    }

    fn why_it_stays(&self, why: StaysBecause) -> String {
        let of_date = (self.catalogue).map_or_else(String::new, |date| format!(" of {date}"));
        let is_literal = self.plan.old.is_literal();
        match why {
            StaysBecause::NothingUnused if is_literal => "it is not reported unused".to_owned(),
            StaysBecause::NothingUnused => match self.plan.stays + self.plan.goes {
                1 => format!("the {} it grants is not reported unused", self.one_known()),
                all => format!(
                    "none of the {} it grants is reported unused",
                    self.known(all)
                ),
            },
            StaysBecause::NothingKnown => {
                format!("it grants nothing that the catalogue{of_date} or the findings name")
            }
            StaysBecause::Kept if is_literal => {
                format!("it is reported unused and kept{}", self.note())
            }
            StaysBecause::Kept => {
                format!(
                    "what it grants that is reported unused is kept{}",
                    self.note()
                )
            }
            StaysBecause::Held if is_literal => {
                format!("it is reported unused and held back{}", self.note())
            }
            StaysBecause::Held => "what it grants that is reported unused is held back".to_owned(),
            StaysBecause::NotEditable => format!(
                "it cannot be edited here{}; {} granted",
                self.note(),
                unused_stay(self.plan.goes)
            ),
            StaysBecause::ServiceUnlisted => {
                let service = self.plan.old.service().map(ToString::to_string);
                let service =
                    service.unwrap_or_else(|| "the services with something unused".to_owned());
                let excepted = &self.plan.excepted;
                let actions: Vec<String> = excepted.iter().map(ToString::to_string).collect();
                let granted = match actions.len() {
                    0 => String::new(),
                    count => format!(
                        "; {} granted: {}",
                        unused_stay(count),
                        some_of(&actions, NAMES)
                    ),
                };
                format!(
                    "the catalogue{of_date} does not have {service}, so nobody can tell what else \
                     it grants{granted}"
                )
            }
        }
    }

    fn why_it_goes(&self, why: GoesBecause) -> String {
        let all = self.plan.goes;
        match why {
            GoesBecause::Unused => "it is reported unused".to_owned(),
            GoesBecause::Dropped if self.plan.old.is_literal() => {
                "it was dropped by hand".to_owned()
            }
            GoesBecause::Dropped if all == 1 => {
                format!("the {} it grants was dropped by hand", self.one_known())
            }
            GoesBecause::Dropped => {
                format!("all {} it grants were dropped by hand", self.known(all))
            }
            GoesBecause::OnlyUnused if all == 1 => {
                format!("the {} it grants goes", self.one_known())
            }
            GoesBecause::OnlyUnused => format!("all {} it grants go", self.known(all)),
            GoesBecause::ServiceUnused if self.plan.old.service().is_none() => {
                "every service is unused".to_owned()
            }
            GoesBecause::ServiceUnused => "its service is unused".to_owned(),
        }
    }

    fn note(&self) -> String {
        let in_parentheses = |note| format!(" ({note})");
        self.note.as_ref().map_or_else(String::new, in_parentheses)
    }

    /// `58 known actions`; the words of a list are all there are.
    fn known(&self, count: usize) -> String {
        match self.names {
            Names::Actions => counted(count, "known action", "known actions"),
            Names::Some => counted(count, "action", "actions"),
            Names::Words => counted(count, "word", "words"),
        }
    }

    fn one_known(&self) -> &'static str {
        match self.names {
            Names::Actions => "one known action",
            Names::Some => "one action",
            Names::Words => "one word",
        }
    }
}

fn unused_stay(count: usize) -> String {
    let verb = if count == 1 { "stays" } else { "stay" };
    format!(
        "{} {verb}",
        counted(count, "unused action", "unused actions")
    )
}
