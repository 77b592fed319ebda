//! What was refined, in a few lines for a person.

use std::fmt::Write;

use super::too_long::{TooLong, counted_size};
use crate::iam::quota;
use crate::intake::of_date;
use crate::proof::{Part, Relation};
use crate::refine::{EntryOutcome as Refined, EntryPlan, GoesBecause};
use crate::review::{Decision, Review, StatementReview, Written};
use crate::text::{grouped, printable};

/// What was accepted, what is proved, and what it comes to.
pub fn summary(review: &Review) -> String {
    let mut text = String::new();
    for policy in 0..review.input().policies.len() {
        let _ = writeln!(text, "{}", changes(review, policy));
        let _ = writeln!(text, "size   {}", size(review, policy));
    }
    let _ = writeln!(text, "proof  {}", proof(review));
    text += &comparison(review);
    for caveat in caveats(review) {
        let _ = writeln!(text, "note   {caveat}");
    }
    text
}

/// How many entries of AWS's answer are told one by one.
const COMPARED_ENTRIES: usize = 20;

/// What AWS recommends beside what was refined here: in total, and for each entry that differs.
fn comparison(review: &Review) -> String {
    let compared = review.compared();
    let counts = compared.counts(|_| true);
    if counts.is_empty() {
        return String::new();
    }
    let counts: Vec<String> = (counts.iter())
        .map(|(relation, count)| format!("{} {}", grouped(*count), relation.as_str()))
        .collect();
    let mut text = format!("AWS    {}, of the entries compared\n", counts.join(", "));
    let differing: Vec<_> = (compared.iter())
        .filter(|(_, compared)| compared.relation() != Relation::Same)
        .collect();
    let several = review.input().policies.len() > 1;
    for (place, compared) in differing.iter().take(COMPARED_ENTRIES) {
        let Some(entry) = review.state().entry(*place) else {
            continue;
        };
        let document = &review.input().policies[place.policy].document;
        let of = if several {
            format!("{}, ", printable(document.source().name()))
        } else {
            String::new()
        };
        let (number, old) = (place.statement + 1, &entry.plan.old);
        let _ = writeln!(text, "  {of}statement {number}: {old}: {compared}");
    }
    if differing.len() > COMPARED_ENTRIES {
        let more = grouped(differing.len() - COMPARED_ENTRIES);
        let _ = writeln!(text, "  {more} more");
    }
    text
}

/// What becomes of a policy, statement by statement.
fn changes(review: &Review, policy: usize) -> String {
    let name = review.input().policies[policy].document.source().name();
    let mut lines = vec![printable(name).into_owned()];
    for (place, statement) in review.state().statements(policy).iter().enumerate() {
        let parts = match statement {
            StatementReview::Denies => Vec::new(),
            StatementReview::NotAction {
                extension,
                decision,
            } => not_action_changes(extension.additions.len(), *decision),
            StatementReview::Entries(entries) => {
                let settled = review.outcomes()[policy].settled[place].as_ref();
                let left_out = settled.map_or(&[][..], |settled| &settled.left_out);
                let written = |at: usize, new: usize| {
                    new - left_out.iter().filter(|own| own.from == at).count()
                };
                let accepted = (entries.iter().enumerate())
                    .filter(|(_, entry)| entry.decision == Decision::Accepted)
                    .map(|(at, entry)| Accepted {
                        plan: &entry.plan,
                        written: written(at, entry.plan.replacements().unwrap_or_default().len()),
                    });
                entry_changes(&accepted.collect::<Vec<_>>())
            }
        };
        if !parts.is_empty() {
            lines.push(format!("  statement {}: {}", place + 1, parts.join("; ")));
        }
    }
    match review.outcomes()[policy].written {
        Written::Unchanged => lines.push("  nothing changes".to_owned()),
        Written::NothingLeft => lines.push("  nothing is left".to_owned()),
        Written::Changed(_) => {}
    }
    lines.join("\n")
}

fn not_action_changes(additions: usize, decision: Decision) -> Vec<String> {
    match (additions, decision) {
        (0, _) => Vec::new(),
        (_, Decision::Accepted) => vec![format!(
            "{} appended to NotAction",
            count(additions, "entry")
        )],
        _ => vec![format!(
            "NotAction left as it is; it grants {} (--not-action extend appends them)",
            count(additions, "unused entry")
        )],
    }
}

/// An accepted entry.
struct Accepted<'a> {
    plan: &'a EntryPlan,
    /// How many of its new entries are written: those that others cover are not.
    written: usize,
}

fn entry_changes(accepted: &[Accepted<'_>]) -> Vec<String> {
    let mut parts = Vec::new();
    let literals = (accepted.iter().map(|own| own.plan))
        .filter(|plan| plan.old.is_literal() && matches!(plan.outcome, Refined::Goes(_)))
        .count();
    if literals > 0 {
        parts.push(format!("{} removed", count(literals, "literal")));
    }
    for Accepted { plan, written } in accepted.iter().filter(|own| !own.plan.old.is_literal()) {
        match &plan.outcome {
            Refined::Narrowed(_) if *written == 0 => parts.push(format!(
                "{} removed, other entries grant what stays of it",
                plan.old
            )),
            Refined::Narrowed(_) => {
                parts.push(format!("{} → {}", plan.old, count(*written, "entry")));
            }
            Refined::Goes(GoesBecause::ServiceUnused) => {
                parts.push(format!("{} removed, its service is unused", plan.old));
            }
            Refined::Goes(_) => parts.push(format!("{} removed", plan.old)),
            Refined::Stays(_) => {}
        }
    }
    parts
}

/// The proof of what would be written, in one line.
pub fn proof(review: &Review) -> String {
    let holds = |part| (review.outcomes().iter()).all(|outcome| outcome.proved.part_holds(part));
    let now = review.now();
    let parts = Part::ALL.map(|part| {
        let words = match part {
            Part::UnusedGone => format!("{} unused gone", now.gone),
            Part::NothingLost => "nothing else lost".to_owned(),
            other => other.to_string(),
        };
        format!("{} {words}", if holds(part) { "✓" } else { "✗" })
    });
    format!(
        "{}, of the actions known{}",
        parts.join("  "),
        of_date(&review.input().universe.catalogue).replace(" of ", " on ")
    )
}

/// What to mind beside the proof.
pub fn caveats(review: &Review) -> Vec<String> {
    let input = review.input();
    let now = review.now();
    let mut caveats = Vec::new();
    let known = of_date(&input.universe.catalogue);
    if !input.principal.all_policies_loaded {
        caveats.push(format!(
            "other policies of {} are not loaded and may still grant what goes here",
            printable(input.principal.display_name())
        ));
    }
    let outcomes = review.outcomes().iter();
    let dropped: usize = outcomes.map(|outcome| outcome.proved.dropped.len()).sum();
    if dropped > 0 {
        caveats.push(format!(
            "{dropped} dropped by hand, though not reported as unused"
        ));
    }
    for (count, what) in [
        (now.undecided, "still granted by what was not accepted"),
        (now.left, "still granted by what was rejected"),
        (now.kept, "kept as asked"),
        (
            now.still_granted,
            "still granted elsewhere in these policies",
        ),
        (
            now.granted_beside,
            "still granted by another policy of those who have this one",
        ),
        (now.never_granted, "granted by none of these policies"),
    ] {
        if count > 0 {
            caveats.push(format!("{count} unused {what}"));
        }
    }
    let refines_everything = review.state().places().any(|place| {
        let entry = review.state().entry(place);
        entry.is_some_and(|entry| {
            entry.decision == Decision::Accepted && entry.plan.old.service().is_none()
        })
    });
    if refines_everything {
        caveats.push(format!(
            "`*` is refined: services that the catalogue{known} does not have are denied"
        ));
    }
    for (service, actions) in excepted(review) {
        caveats.push(format!(
            "the catalogue{known} does not know {service}; {} granted",
            if actions == 1 {
                "1 unused action stays".to_owned()
            } else {
                format!("{actions} unused actions stay")
            }
        ));
    }
    if input.finding_is_newer_than_catalogue() {
        caveats.push(format!(
            "the finding is newer than the catalogue{known}: an action that AWS added since may be \
             denied"
        ));
    }
    caveats
}

/// How many unused actions of each unknown service stay granted.
fn excepted(review: &Review) -> std::collections::BTreeMap<String, usize> {
    let mut actions = std::collections::BTreeSet::new();
    for place in 0..review.input().policies.len() {
        for statement in review.state().statements(place) {
            if let StatementReview::Entries(entries) = statement {
                let excepted = entries.iter().flat_map(|entry| &entry.plan.excepted);
                actions.extend(excepted.cloned());
            }
        }
    }
    let mut services = std::collections::BTreeMap::new();
    for action in actions {
        *services.entry(action.service.to_string()).or_insert(0) += 1;
    }
    services
}

/// The size of a policy before and after, against its quota.
pub fn size(review: &Review, policy: usize) -> String {
    let loaded = &review.input().policies[policy];
    let before = quota::size(loaded.document.source().text());
    let after = review.outcomes()[policy].size(&loaded.document);
    let quota = loaded.kind.quota();
    let too_long = TooLong::of(counted_size(review, policy), loaded.kind);
    let verdict = if too_long.is_some() {
        "; OVER the quota"
    } else if after > before {
        "; larger than before"
    } else {
        ""
    };
    format!(
        "{} → {} characters of {} {}{verdict}",
        grouped(before),
        grouped(after),
        grouped(quota),
        loaded.kind.quota_scope()
    )
}

/// `1 entry`, `2 entries`.
pub fn count(number: usize, what: &str) -> String {
    match (number, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_from_many() {
        assert_eq!(count(1, "entry"), "1 entry");
        assert_eq!(count(2, "literal"), "2 literals");
    }
}
