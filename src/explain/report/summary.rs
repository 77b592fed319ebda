//! What was refined, in a few lines for a person.

use std::fmt::Write;

use crate::catalogue::{Catalogue, Level};
use crate::explain::outcome::OutcomeReason;
use crate::explain::shared_sentence;
use crate::findings::LastUse;
use crate::proof::{Part, Relation};
use crate::refine::{EntryOutcome, GoesBecause};
use crate::review::{
    Caveat, Decision, EntryPlace, ProofReport, Review, SizeReport, StatementReview, StillThere,
    Written,
};
use crate::text::{Untrusted, counted, grouped, some_of};

/// What was accepted, what is proved, and what it comes to.
pub fn summary(review: &Review) -> String {
    let mut text = String::new();
    for policy in 0..review.input().policies.len() {
        let _ = writeln!(text, "{}", changes(review, policy));
        let _ = writeln!(text, "size   {}", size_sentence(&review.size(policy)));
    }
    let catalogue = &review.input().universe.catalogue;
    let _ = writeln!(
        text,
        "proof  {}",
        proof_sentence(&review.proof(), catalogue)
    );
    text += &comparison(review);
    for caveat in review.caveats() {
        let _ = writeln!(text, "note   {}", caveat_sentence(&caveat, catalogue));
    }
    text
}

/// How many entries of AWS's answer are listed one by one.
const COMPARED_ENTRIES: usize = 20;

/// What AWS recommends, compared with what was refined here: in total, and for each entry that
/// differs.
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
        let document = review.input().document(place.policy);
        let of = if several {
            format!("{}, ", document.source().name())
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
    let name = review.input().document(policy).source().name();
    let mut lines = vec![name.to_string()];
    lines.extend(statement_changes(review, policy));
    lines.join("\n")
}

/// What becomes of each statement of a policy, in lines.
pub fn statement_changes(review: &Review, policy: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (statement, reviewed) in review.state().statements(policy).iter().enumerate() {
        let parts = match reviewed {
            StatementReview::Denies => Vec::new(),
            StatementReview::NotAction {
                extension,
                decision,
                ..
            } => not_action_changes(extension.additions.len(), *decision),
            // What is accepted and cannot be done is said as a caveat.
            StatementReview::Entries(_) if review.outcomes()[policy].edits[statement].is_none() => {
                Vec::new()
            }
            StatementReview::Entries(entries) => {
                let accepted = (entries.iter().enumerate())
                    .filter(|(_, entry)| entry.decision == Decision::Accepted)
                    .filter_map(|(entry, _)| {
                        let place = EntryPlace {
                            policy,
                            statement,
                            entry,
                        };
                        OutcomeReason::of_entry(review, place)
                    });
                entry_changes(&accepted.collect::<Vec<_>>())
            }
        };
        if !parts.is_empty() {
            lines.push(format!(
                "  statement {}: {}",
                statement + 1,
                parts.join("; ")
            ));
        }
    }
    match review.outcomes()[policy].written {
        Written::Unchanged => lines.push("  nothing changes".to_owned()),
        Written::NothingLeft => lines.push("  nothing is left".to_owned()),
        Written::Changed => {}
    }
    if review.outcomes()[policy].written != Written::Unchanged {
        lines.extend(shared_sentence(review, policy).map(|shared| format!("  {shared}")));
    }
    lines
}

fn not_action_changes(additions: usize, decision: Decision) -> Vec<String> {
    match (additions, decision) {
        (0, _) => Vec::new(),
        (_, Decision::Accepted) => vec![format!(
            "{} appended to NotAction",
            counted(additions, "entry", "entries")
        )],
        _ => vec![format!(
            "NotAction left as it is; it grants {} (--not-action extend appends them)",
            counted(additions, "unused entry", "unused entries")
        )],
    }
}

fn entry_changes(accepted: &[OutcomeReason<'_>]) -> Vec<String> {
    let mut parts = Vec::new();
    let literals = (accepted.iter().map(|accepted| accepted.plan))
        .filter(|plan| plan.old.is_literal() && matches!(plan.outcome, EntryOutcome::Goes(_)))
        .count();
    if literals > 0 {
        parts.push(format!(
            "{} removed",
            counted(literals, "literal", "literals")
        ));
    }
    for accepted in accepted.iter().filter(|one| !one.plan.old.is_literal()) {
        let old = &accepted.plan.old;
        match (&accepted.plan.outcome, accepted.written) {
            (EntryOutcome::Narrowed(_), written @ 1..) => {
                parts.push(format!("{old} → {}", counted(written, "entry", "entries")));
            }
            (EntryOutcome::Narrowed(_) | EntryOutcome::Goes(GoesBecause::ServiceUnused), _) => {
                parts.push(format!("{old} removed, {}", accepted.clause()));
            }
            (EntryOutcome::Goes(_), _) => parts.push(format!("{old} removed")),
            (EntryOutcome::Stays(_), _) => {}
        }
    }
    parts
}

/// A proof in one line.
pub fn proof_sentence(proof: &ProofReport, catalogue: &Catalogue) -> String {
    let parts = proof.parts.map(|(part, holds)| {
        let sign = if holds { "✓" } else { "✗" };
        format!("{sign} {}", part_in_words(part, proof))
    });
    format!("{}, {}", parts.join("  "), of_the_known(catalogue))
}

/// A proof as it is read aloud.
pub fn spoken_proof(proof: &ProofReport, catalogue: &Catalogue) -> String {
    let of = |wanted: bool| -> Vec<String> {
        let parts = proof.parts.iter().filter(|(_, holds)| *holds == wanted);
        parts.map(|(part, _)| part_in_words(*part, proof)).collect()
    };
    let (holding, broken, known) = (of(true), of(false), of_the_known(catalogue));
    match broken.as_slice() {
        [] => format!("It is proved, {known}: {}.", holding.join(", ")),
        broken => format!("A proof does not hold: {}.", broken.join(", ")),
    }
}

fn part_in_words(part: Part, proof: &ProofReport) -> String {
    match part {
        Part::UnusedGone => unused_gone(proof),
        Part::NothingLost => "nothing else lost".to_owned(),
        other => other.to_string(),
    }
}

/// `of the actions known on 2026-10-27`.
fn of_the_known(catalogue: &Catalogue) -> String {
    let on = catalogue.of_date().replace(" of ", " on ");
    format!("of the actions known{on}")
}

/// `1,203 unused gone but 3 excepted and 210 left whole (12 Write, 198 Read)`
fn unused_gone(proof: &ProofReport) -> String {
    let mut but = Vec::new();
    if !proof.excepted.is_empty() {
        but.push(format!("{} excepted", grouped(proof.excepted.len())));
    }
    let left_whole: usize = proof.left_whole.iter().map(|(_, count)| count).sum();
    if left_whole > 0 {
        let levels = levels_in_words(proof.left_whole.iter());
        but.push(format!("{} left whole ({levels})", grouped(left_whole)));
    }
    let mut gone = format!("{} unused gone", proof.gone);
    if proof.unless > 0 {
        let of_them = format!(", {} of these unless computed too", grouped(proof.unless));
        gone.push_str(&of_them);
    }
    if but.is_empty() {
        gone
    } else {
        format!("{gone} but {}", but.join(" and "))
    }
}

/// `12 Write, 198 Read`: how many actions of each access level.
pub fn levels_in_words(counts: impl IntoIterator<Item = (Option<Level>, usize)>) -> String {
    let words = counts.into_iter().map(|(level, count)| match level {
        Some(level) => format!("{} {level}", grouped(count)),
        None => format!("{} of unknown level", grouped(count)),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// How many actions that stay are named.
const NAMED_ACTIONS: usize = 3;

/// What to mind about a proof by `catalogue`, without a full stop.
pub fn caveat_sentence(caveat: &Caveat, catalogue: &Catalogue) -> String {
    let known = catalogue.of_date();
    match caveat {
        Caveat::PoliciesNotLoaded(principal) => format!(
            "other policies of {principal} are not loaded and may still grant what goes here"
        ),
        Caveat::DroppedByHand(actions) => {
            format!("{actions} dropped by hand, though not reported as unused")
        }
        Caveat::StillThere(actions, why) => format!("{actions} unused {}", still_there(*why)),
        Caveat::Commented(actions, comments) => {
            format!(
                "{actions} unused kept by a comment: {}",
                some_named(comments)
            )
        }
        Caveat::GrantedBy(actions, by) => {
            format!(
                "{actions} unused still granted elsewhere: by {}",
                some_named(by)
            )
        }
        Caveat::UsedBefore(used) => format!("was used before, and goes: {}", used_names(used)),
        Caveat::AgeUnknown(names) => format!("age unknown: {}", age_unknown(names)),
        Caveat::Untold(actions) => {
            let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
            format!(
                "goes, and AWS never tells whether it is used, since it is no call: {}; whoever gives a role to a \
                 service needs it",
                names.join(", ")
            )
        }
        Caveat::TearsDown(actions) => {
            let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
            format!(
                "changes or removes what can still be made, and goes: {}",
                some_of(&names, NAMED_ACTIONS)
            )
        }
        Caveat::UnknownEntries(statements) => {
            let hold = if *statements == 1 { "holds" } else { "hold" };
            let statements = counted(*statements, "statement", "statements");
            format!(
                "{statements} {hold} entries that are not known here and may still grant anything"
            )
        }
        Caveat::StatementsStay(reasons) => {
            let stay = match reasons.len() {
                1 => "stays as it was written",
                _ => "stay as they were written",
            };
            let statements = counted(reasons.len(), "statement", "statements");
            format!(
                "{statements} of which nothing would be left {stay}: {}",
                each_once(reasons)
            )
        }
        Caveat::NotGranted(places) => format!(
            "still written, and not granted as it is now: {}",
            some_named(places)
        ),
        Caveat::GoesUnless(what) => format!(
            "goes unless what is computed beside it grants it too, which nobody can tell: {}",
            some_named(what)
        ),
        Caveat::EverythingRefined => format!(
            "`*` is refined: services that neither the catalogue{known} nor the findings or the \
             policies name are denied"
        ),
        Caveat::UnknownService(service, actions) => {
            let stay = if actions.len() == 1 { "stays" } else { "stay" };
            let count = counted(actions.len(), "unused action", "unused actions");
            let names: Vec<String> = actions.iter().map(ToString::to_string).collect();
            let names = some_of(&names, NAMED_ACTIONS);
            format!(
                "the catalogue{known} does not have {service}, so it stays whole where it is \
                 granted; {count} {stay} granted: {names}"
            )
        }
        Caveat::FindingNewerThanCatalogue => format!(
            "the finding is newer than the catalogue{known}: an action that AWS added since may be \
             denied"
        ),
    }
}

/// Reasons that end in their place, each said once, with all its places.
fn each_once(reasons: &[Untrusted]) -> String {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for reason in reasons {
        let reason = reason.to_string();
        let (why, place) = reason.rsplit_once(", ").unwrap_or((&reason, ""));
        match told.iter_mut().find(|(other, _)| other == why) {
            Some((_, places)) => places.push(place.to_owned()),
            None => told.push((why.to_owned(), vec![place.to_owned()])),
        }
    }
    let told = told.into_iter().map(|(why, mut places)| {
        places.retain(|place| !place.is_empty());
        match places.as_slice() {
            [] => why,
            places => format!("{why}, {}", some_of(places, NAMED_ACTIONS)),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

fn some_named(names: &[Untrusted]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    some_of(&names, NAMED_ACTIONS)
}

/// `s3:GetObject on 2026-02-03 and 2 more`: what was used before, and when.
pub fn used_names(used: &[(String, LastUse)]) -> String {
    let names: Vec<String> = (used.iter())
        .map(|(name, last)| format!("{name} {last}"))
        .collect();
    some_of(&names, NAMED_ACTIONS)
}

/// Which policies have no date, so that a report may tell too much of them.
pub fn age_unknown(policies: &[Untrusted]) -> String {
    let names: Vec<String> = policies.iter().map(ToString::to_string).collect();
    format!(
        "{} may be granted for fewer days than the report is asked about",
        some_of(&names, NAMED_ACTIONS)
    )
}

fn still_there(why: StillThere) -> &'static str {
    match why {
        StillThere::Undecided => "still granted by what was not accepted",
        StillThere::InNotAction => "still granted by a NotAction, to which nothing is appended",
        StillThere::Rejected => "still granted by what was rejected",
        StillThere::Kept => "kept as asked",
        StillThere::LeftWhole => "left granted by prefixes that are left whole",
        StillThere::Held => "held back: something speaks for them",
        StillThere::NotEditable => "still granted by what cannot be edited where it is written",
        StillThere::NothingLeft => {
            "still granted by a policy that stays, since nothing would be left of it"
        }
        StillThere::Young => "still granted by a policy that is too young for the report",
        StillThere::NeverGranted => "granted by none of these policies",
    }
}

/// The size of a policy before and after, against its quota.
pub fn size_sentence(size: &SizeReport) -> String {
    let too_long = size.too_long();
    let verdict = if too_long.is_some_and(|too_long| too_long.is_white_space()) {
        "; OVER the limit with white space"
    } else if too_long.is_some() {
        "; OVER the quota"
    } else if size.after > size.before {
        "; larger than before"
    } else {
        ""
    };
    format!(
        "{} → {} characters of {} {}{verdict}",
        grouped(size.before),
        grouped(size.after),
        grouped(size.kind.quota()),
        size.kind.quota_scope()
    )
}
