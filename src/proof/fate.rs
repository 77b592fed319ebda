//! What is to become of an action, worked out anew: the findings, less what is kept, plus what is
//! dropped. The plan works this out separately; a fault in one is not a fault in the other.

use crate::iam::{Action, ActionPattern, ActionPrefix, ServicePrefix};
use crate::refine::{Curation, Fate, MarkKind};

/// What `curation` makes of an action that the findings report, or do not. Of all that reach the
/// action the one with the longest prefix decides; of equally long ones the last; and a mark before
/// a keep. What is held back goes by a mark on its whole name alone.
pub(super) fn fate(curation: Curation<'_>, action: &Action, unused: bool) -> Fate {
    let mut longest: Option<(usize, MarkKind)> = None;
    let mut consider = |length: usize, asks: MarkKind| {
        if longest.is_none_or(|(so_far, _)| length >= so_far) {
            longest = Some((length, asks));
        }
    };
    for keep in curation.keeps {
        if keep.pattern.matches(action) {
            consider(length(&keep.pattern), MarkKind::Keep);
        }
    }
    for mark in curation.marks {
        let is_about_fates = [MarkKind::Keep, MarkKind::Drop, MarkKind::Whole].contains(&mark.kind);
        if is_about_fates && mark.prefix.starts(action) {
            let length = mark
                .prefix
                .service()
                .map_or(0, |_| 1 + mark.prefix.name().len());
            consider(length, mark.kind);
        }
    }
    let name = 1 + action.name.as_str().len();
    let is_named = longest.is_some_and(|(length, asks)| length >= name && asks != MarkKind::Keep);
    let is_held = !is_named && curation.held.reason(action).is_some();
    match (longest.map(|(_, asks)| asks), unused) {
        (Some(MarkKind::Keep), true) => Fate::Kept,
        (_, true) if is_held => Fate::Held,
        (Some(MarkKind::Whole), true) => Fate::Whole,
        (Some(MarkKind::Drop), false) => Fate::Dropped,
        (_, true) => Fate::Goes,
        (_, false) => Fate::Stays,
    }
}

/// Whether some unused action of `service` stays: a pattern that `curation` keeps or holds back is about one
/// that may be unknown, or one of those that are `known` or held back does.
pub(super) fn keeps_some_of(
    curation: Curation<'_>,
    service: &ServicePrefix,
    known: impl Iterator<Item = Action>,
) -> bool {
    let patterns = curation.keeps.iter().map(|keep| &keep.pattern);
    let patterns = patterns.chain(curation.held.patterns());
    let mut spoken_of = patterns.map(ActionPattern::service);
    let held = curation.held.iter().map(|(action, _)| action.clone());
    let held = held.filter(|action| action.service == *service);
    spoken_of.any(|kept| kept.is_none_or(|kept| kept == service))
        || known
            .chain(held)
            .any(|action| fate(curation, &action, true).stays())
}

/// Whether a mark of `curation` splits exactly `prefix`, or leaves it whole.
pub(super) fn asks(curation: Curation<'_>, kind: MarkKind, prefix: &ActionPrefix) -> bool {
    let mut marks = curation.marks.iter();
    marks.any(|mark| mark.kind == kind && mark.prefix == *prefix)
}

/// The text that every action starts with that `pattern` matches.
pub(super) fn start_of(pattern: &ActionPattern) -> ActionPrefix {
    match pattern {
        ActionPattern::Everything => ActionPrefix::of_everything(),
        ActionPattern::InService { service, name } => {
            ActionPrefix::in_service(service.clone(), name.literal_prefix())
        }
    }
}

/// How much a pattern says before its first wildcard; nothing at all for `*`.
fn length(pattern: &ActionPattern) -> usize {
    let text = pattern.to_string();
    match text.split_once(':') {
        None => 0,
        Some((_, name)) => 1 + name.find(['*', '?']).unwrap_or(name.len()),
    }
}
