//! Why an entry is changed or not.

use super::facts::unused_actions;
use super::{Sign, Subject, Why};
use crate::document::printable;
use crate::iam::Action;
use crate::refine::{
    Emitted, Fate, GoesBecause, Granularity, LeftOut, Outcome, StaysBecause, Wildcard,
};
use crate::review::{Decision, EntryPlace, EntryReview, Review};
use crate::tui::outline::OutlineRow;
use crate::tui::text::{counted, grouped};

pub(super) fn tell(why: &mut Why, review: &Review, place: EntryPlace, subject: Subject) {
    let state = review.state();
    let Some(entry) = state.entry(place) else {
        return;
    };
    let left_out = review.outcomes()[place.policy].settled[place.statement]
        .iter()
        .flat_map(|settled| &settled.left_out)
        .filter(|left_out| left_out.from == place.entry);
    match (subject, entry.plan.replacements()) {
        (Subject::Row(OutlineRow::New { index, .. }), Some(new)) if index < new.len() => {
            tell_new(why, &new[index], left_out);
        }
        _ => {
            tell_old(why, entry, review.case().options.granularity);
            for covered in left_out {
                why.signed(
                    Sign::Holds,
                    format!(
                        "{} is left out: {} covers it",
                        covered.emitted.entry, covered.covered_by
                    ),
                );
            }
        }
    }
    why.tell_recommended(review, place);
    tell_actions(why, review, place, entry);
}

fn tell_new<'l>(why: &mut Why, new: &Emitted, mut left_out: impl Iterator<Item = &'l LeftOut>) {
    why.title = new.entry.to_string();
    if let Some(covered) = left_out.find(|covered| covered.emitted.entry == new.entry) {
        why.lead(format!(
            "Left out: {} of the same statement covers it.",
            covered.covered_by
        ));
    } else if new.entry.is_literal() {
        why.lead("One action that stays, in full.");
    } else {
        why.lead(format!(
            "A shortest safe prefix: no unused action starts with it, and it grants {}.",
            counted(new.grants, "action that stays", "actions that stay")
        ));
    }
}

fn tell_old(why: &mut Why, entry: &EntryReview, granularity: Granularity) {
    let plan = &entry.plan;
    why.title = plan.old.to_string();
    let both = format!(
        "{} of the {} it grants",
        plan.goes,
        counted(plan.stays + plan.goes, "action", "actions")
    );
    why.lead(match &plan.outcome {
        Outcome::Stays(StaysBecause::NothingUnused) => {
            "Stays as it is: nothing it grants is reported as unused.".to_owned()
        }
        Outcome::Stays(StaysBecause::NothingKnown) => {
            "Stays as it is: it grants no action that is known.".to_owned()
        }
        Outcome::Stays(StaysBecause::Kept) => {
            let because = entry.marks.iter().find_map(|mark| mark.reason.as_deref());
            let because = because.map_or(String::new(), |reason| {
                format!(" Because: {}.", printable(reason))
            });
            format!("Unchanged, kept: what is unused of it is to stay.{because}")
        }
        Outcome::Stays(StaysBecause::ServiceUnlisted) => format!(
            "Stays as it is: the catalogue does not have its service. {} stay granted.",
            unused_actions(plan.excepted.len())
        ),
        Outcome::Goes(GoesBecause::Unused) => "Goes: this action is unused.".to_owned(),
        Outcome::Goes(GoesBecause::Dropped) => "Goes: dropped by you.".to_owned(),
        Outcome::Goes(GoesBecause::OnlyUnused) => {
            format!("Goes: each of the {} it grants goes.", plan.goes)
        }
        Outcome::Goes(GoesBecause::ServiceUnused) => {
            "Goes: its whole service is unused.".to_owned()
        }
        Outcome::Narrowed(new) => format!(
            "{both} go, so it becomes {}.",
            counted(new.len(), "entry", "entries")
        ),
    });
    if plan.changes() {
        why.lead(match entry.decision {
            Decision::Undecided => "Undecided: it would be written as it was.",
            Decision::Accepted if entry.granularity != granularity => {
                "Accepted, edited: its names are cut differently."
            }
            Decision::Accepted if !entry.marks.is_empty() => "Accepted, edited.",
            Decision::Accepted => "Accepted.",
            Decision::Rejected => "Rejected: left as it was.",
        });
    }
}

/// What it grants: what goes with its last use, what is known of what stays, and who else grants
/// what goes.
fn tell_actions(why: &mut Why, review: &Review, place: EntryPlace, entry: &EntryReview) {
    let case = review.case();
    let curation = review.state().curation(case, place);
    let wildcard = Wildcard::new(&entry.plan.old, &case.universe, curation);
    let kept: Vec<Action> = (wildcard.actions())
        .filter(|(_, fate)| *fate == Fate::Kept)
        .map(|(action, _)| action)
        .collect();
    let (staying, going): (Vec<_>, Vec<_>) = wildcard.actions().partition(|(_, fate)| fate.stays());
    let names = |actions: Vec<(Action, _)>| -> Vec<Action> {
        actions.into_iter().map(|(action, _)| action).collect()
    };
    let (staying, going) = (names(staying), names(going));
    if !going.is_empty() {
        why.heading(match going.len() {
            1 => "THE ONE THAT GOES".to_owned(),
            count => format!("THE {} THAT GO", grouped(count)),
        });
        why.list_going(review, &going, "");
    }
    why.count_staying(review, &staying);
    why.tell_kept(review, place, &kept);
    why.tell_elsewhere(review, place, 1, &going);
}
