//! What a step changed, in words: shown when it is made, when it is taken back, and when it is done
//! again, also in a review that is gone on with.

use std::collections::BTreeSet;

use crate::refine::{Mark, MarkKind, SetBy};
use crate::review::{Decision, EntryPlace, EntryReview, State};
use crate::text::{counted, some_of};

/// How many names a sentence lists.
const NAMES: usize = 2;

/// What was decided between `before` and `after`.
pub(crate) fn changed(before: &State, after: &State) -> String {
    match after.places_since(before).as_slice() {
        [] => "a step that changed nothing".to_owned(),
        [only] => changed_at(before, after, *only),
        places => (fitted(before, after, places))
            .or_else(|| recut(before, after, places))
            .unwrap_or_else(|| changed_in(after, places)),
    }
}

/// How several wildcards are cut now; none where something else was decided of them.
fn recut(before: &State, after: &State, places: &[EntryPlace]) -> Option<String> {
    let mut granularities = BTreeSet::new();
    for &place in places {
        let (was, is) = (before.entry(place)?, after.entry(place)?);
        if was.decision != is.decision || was.granularity == is.granularity {
            return None;
        }
        granularities.insert(is.granularity.to_string());
    }
    let by: Vec<String> = granularities.into_iter().collect();
    Some(format!(
        "cut {} wildcards by {}",
        places.len(),
        by.join(" and ")
    ))
}

/// What was left whole of several entries in one step, and what is so no more; none where something
/// else was decided of them.
fn fitted(before: &State, after: &State, places: &[EntryPlace]) -> Option<String> {
    let (mut old, mut new): (Vec<&Mark>, Vec<&Mark>) = (Vec::new(), Vec::new());
    for &place in places {
        let (was, is) = (before.entry(place)?, after.entry(place)?);
        if was.decision != is.decision {
            return None;
        }
        old.extend(&was.marks);
        new.extend(&is.marks);
    }
    (old != new).then(|| marked(&old, &new))
}

fn changed_at(before: &State, after: &State, place: EntryPlace) -> String {
    if let (Some(old), Some(new)) = (before.entry(place), after.entry(place)) {
        if old.marks != new.marks {
            let (old, new): (Vec<&Mark>, Vec<&Mark>) =
                (old.marks.iter().collect(), new.marks.iter().collect());
            return marked(&old, &new);
        }
        if old.held != new.held {
            return held(old, new);
        }
        if old.granularity != new.granularity {
            return format!("cut {} by {}", new.plan.old, new.granularity);
        }
    }
    let decision = after.decision(place).unwrap_or_default();
    let decided = match (after.reason(place), before.reason(place)) {
        (None, Some(_)) if decision == Decision::Rejected => "rejected, without the reason,",
        (Some(_), _) => "rejected, with a reason,",
        _ => name_of(decision),
    };
    match after.entry(place) {
        Some(entry) => format!("{decided} {}", entry.plan.old),
        None => format!("{decided} NotAction of statement #{}", place.statement + 1),
    }
}

/// What was let go of an entry, or is held back again.
fn held(old: &EntryReview, new: &EntryReview) -> String {
    let only_in = |one: &EntryReview, other: &EntryReview| -> Vec<String> {
        let held = one.held.iter().map(|(action, _)| action);
        held.filter(|action| !other.held.contains(action))
            .map(ToString::to_string)
            .collect()
    };
    match only_in(old, new).as_slice() {
        [] => format!("held back {}", some_of(&only_in(new, old), NAMES)),
        gone => format!("let go {}", some_of(gone, NAMES)),
    }
}

fn changed_in(after: &State, places: &[EntryPlace]) -> String {
    let decisions = places.iter().map(|&place| after.decision(place));
    let decisions: Vec<Decision> = decisions.map(Option::unwrap_or_default).collect();
    let decided = match decisions.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other == first) => name_of(*first),
        _ => "decided",
    };
    let statements = places.iter().map(|place| (place.policy, place.statement));
    let statements: BTreeSet<_> = statements.collect();
    format!(
        "{decided} {} in {}",
        places.len(),
        counted(statements.len(), "statement", "statements")
    )
}

fn name_of(decision: Decision) -> &'static str {
    match decision {
        Decision::Undecided => "made undecided",
        Decision::Accepted | Decision::Rejected => decision.as_str(),
    }
}

/// What was marked, or else which marks were taken back.
fn marked(old: &[&Mark], new: &[&Mark]) -> String {
    let set: Vec<&Mark> = new
        .iter()
        .filter(|mark| !old.contains(mark))
        .copied()
        .collect();
    let is_replaced = |gone: &Mark| set.iter().any(|mark| mark.prefix == gone.prefix);
    let gone: Vec<&Mark> = (old.iter().copied())
        .filter(|mark| !new.contains(mark) && !is_replaced(mark))
        .collect();
    match (set.is_empty(), gone.is_empty()) {
        (true, _) => taken_back(&gone),
        (false, true) => said_of(&set),
        (false, false) => format!("{}; {}", said_of(&set), taken_back(&gone)),
    }
}

/// `kept s3:GetObject`; of several that are left whole to fit: `left 7 prefixes whole, to fit 6,144
/// characters`.
fn said_of(set: &[&Mark]) -> String {
    if let Some(reason) = reason_of_fit(set) {
        return format!("left {} prefixes whole{reason}", set.len());
    }
    let set: Vec<String> = (longest_splits(set).iter())
        .map(|mark| format!("{} {}", done(mark.kind), mark.prefix))
        .collect();
    set.join(", ")
}

/// `took back keep s3:GetObject`; of several that a fit set: `took back 7 prefixes left whole, to fit
/// 6,144 characters`.
fn taken_back(gone: &[&Mark]) -> String {
    if let Some(reason) = reason_of_fit(gone) {
        return format!("took back {} prefixes left whole{reason}", gone.len());
    }
    let gone: Vec<String> = (longest_splits(gone).iter())
        .map(|mark| format!("{} {}", mark.kind, mark.prefix))
        .collect();
    format!("took back {}", some_of(&gone, NAMES))
}

/// The `marks` without splits above another one: a split goes down to where there are several children.
fn longest_splits<'m>(marks: &[&'m Mark]) -> Vec<&'m Mark> {
    let is_above = |mark: &Mark| {
        let mut splits = marks.iter().filter(|other| other.kind == MarkKind::Split);
        mark.kind == MarkKind::Split
            && splits.any(|other| other.prefix.properly_extends(&mark.prefix))
    };
    marks
        .iter()
        .filter(|mark| !is_above(mark))
        .copied()
        .collect()
}

/// Why several prefixes were left whole, behind a comma; none where not all of them were to fit.
fn reason_of_fit(marks: &[&Mark]) -> Option<String> {
    let are_several = marks.len() > 1 && marks.iter().all(|mark| mark.by == SetBy::Fit);
    let reason = marks.first().filter(|_| are_several)?.reason.as_ref();
    Some(reason.map_or_else(String::new, |reason| format!(", {reason}")))
}

fn done(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Keep => "kept",
        MarkKind::Drop => "dropped",
        MarkKind::Split => "split",
        MarkKind::Whole => "left whole",
    }
}
