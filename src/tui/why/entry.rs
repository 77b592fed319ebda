//! Why an entry is changed or not.

use super::facts::{unused_actions, why_safe};
use super::{Subject, Why};
use crate::document::Place;
use crate::iam::Action;
use crate::refine::{
    Emitted, EntryExpansion, EntryOutcome, Fate, GoesBecause, LeftOut, StaysBecause,
};
use crate::review::{Decision, EntryPlace, EntryReview, Review};
use crate::text::{counted, grouped, printable};
use crate::tui::policy::OutlineRow;
use crate::tui::trie::OpenedTrie;

pub(crate) fn tell(
    why: &mut Why,
    review: &Review,
    opened: Option<&OpenedTrie>,
    place: EntryPlace,
    subject: Subject,
) {
    let state = review.state();
    let Some(entry) = state.entry(place) else {
        return;
    };
    let unopened;
    let wildcard = if let Some(opened) = opened {
        opened.trie().wildcard()
    } else {
        let curation = state.curation(review.input(), place);
        unopened = EntryExpansion::new(
            &entry.plan.old,
            review.input().universe_of(place.policy),
            curation,
        );
        &unopened
    };
    let of_fate = |is_it: fn(Fate) -> bool| -> Vec<Action> {
        let actions = wildcard.actions().filter(|(_, fate)| is_it(*fate));
        actions.map(|(action, _)| action).collect()
    };
    let kept = of_fate(|fate| fate == Fate::Kept);
    let left_out = review.outcomes()[place.policy].left_out(place.statement, place.entry);
    match (subject, entry.plan.replacements()) {
        (Subject::Row(OutlineRow::New { index, .. }), Some(new)) if index < new.len() => {
            tell_new(why, &new[index], &kept, left_out);
        }
        _ => {
            let left_out: Vec<&LeftOut> = left_out.collect();
            tell_old(why, review, place, entry, left_out.len());
            for covered in left_out {
                let (new, by) = (&covered.entry, &covered.covered_by);
                why.text(format!(
                    "{new} is still granted, by {by}: it is not written."
                ));
            }
        }
    }
    why.tell_recommended(review, place);
    if let Some(opened) = opened {
        why.list_marks(opened);
    }
    let going = of_fate(|fate| !fate.stays());
    if !going.is_empty() {
        why.heading(match going.len() {
            1 => "THE ONE THAT GOES".to_owned(),
            count => format!("THE {} THAT GO", grouped(count)),
        });
        why.list_going(review, place.policy, &going, "");
    }
    why.count_staying(review, place.policy, &of_fate(Fate::stays));
    why.tell_kept(review, place, &kept);
    why.tell_elsewhere(review, place, 1, &going);
}

fn tell_new<'l>(
    why: &mut Why,
    new: &Emitted,
    kept: &[Action],
    mut left_out: impl Iterator<Item = &'l LeftOut>,
) {
    why.title = new.entry.to_string();
    let kept = kept.iter().filter(|action| new.entry.matches(action));
    let kept = kept.count();
    if let Some(covered) = left_out.find(|covered| covered.entry == new.entry) {
        why.lead(format!(
            "Still granted, by {} of the same statement, so it is not written.",
            covered.covered_by
        ));
    } else if new.entry.is_literal() && kept > 0 {
        why.lead("One unused action that is kept, in full.");
    } else if new.entry.is_literal() {
        why.lead("One action that stays, in full.");
    } else {
        let unused = why_safe(kept);
        why.lead(format!(
            "A shortest safe prefix: {unused}, and it grants {}.",
            counted(new.grants, "action that stays", "actions that stay")
        ));
    }
}

/// `left_out` of the new entries are not written, since others grant what they do.
fn tell_old(
    why: &mut Why,
    review: &Review,
    place: EntryPlace,
    entry: &EntryReview,
    left_out: usize,
) {
    let granularity = review.input().options.granularity;
    let plan = &entry.plan;
    why.title = plan.old.to_string();
    let both = format!(
        "{} of the {} it grants",
        plan.goes,
        counted(plan.stays + plan.goes, "action", "actions")
    );
    why.lead(match &plan.outcome {
        EntryOutcome::Stays(StaysBecause::NothingUnused) => {
            "Stays as it is: nothing it grants is reported as unused.".to_owned()
        }
        EntryOutcome::Stays(StaysBecause::NothingKnown) => {
            "Stays as it is: it grants no action that is known.".to_owned()
        }
        EntryOutcome::Stays(StaysBecause::Kept) => {
            let because = entry.marks.iter().find_map(|mark| mark.reason.as_ref());
            let because = because.map_or(String::new(), |reason| format!(" Because: {reason}."));
            format!("Unchanged, kept: what is unused of it is to stay.{because}")
        }
        EntryOutcome::Stays(StaysBecause::ServiceUnlisted) => format!(
            "Stays as it is: the catalogue does not have its service. {} stay granted.",
            unused_actions(plan.excepted.len())
        ),
        EntryOutcome::Stays(StaysBecause::NotEditable) => {
            let document = review.input().document(place.policy);
            let at = document.place(place.statement, place.entry);
            let reason = match at {
                Place::Opaque(_, reason) => format!(": {}", printable(reason)),
                Place::Literal(_) => String::new(),
            };
            format!(
                "Stays as it is, and cannot be edited here{reason}. {} stay granted.",
                unused_actions(plan.goes)
            )
        }
        EntryOutcome::Goes(GoesBecause::Unused) => "Goes: this action is unused.".to_owned(),
        EntryOutcome::Goes(GoesBecause::Dropped) => "Goes: dropped by you.".to_owned(),
        EntryOutcome::Goes(GoesBecause::OnlyUnused) => {
            format!("Goes: each of the {} it grants goes.", plan.goes)
        }
        EntryOutcome::Goes(GoesBecause::ServiceUnused) => {
            "Goes: its whole service is unused.".to_owned()
        }
        EntryOutcome::Narrowed(new) => format!(
            "{both} {}, so it becomes {}.",
            if plan.goes == 1 { "goes" } else { "go" },
            counted(new.len() - left_out, "entry", "entries")
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
