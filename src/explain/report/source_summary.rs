//! What was refined of the policies that are written in Terraform files, in a few lines for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::summary::{caveat_sentence, proof_sentence, statement_changes};
use crate::document::Place;
use crate::iam::{Action, ActionPattern};
use crate::refine::{EntryExpansion, Fate};
use crate::review::{Caveat, Review, ReviewedPolicy, StillThere, Written};
use crate::text::{counted, grouped, printable, some_of};

/// How many are named.
const NAMED: usize = 5;

/// What is made of each policy, who has it, and what becomes of it; what is proved, and what to mind.
pub fn source_summary(review: &Review) -> String {
    let mut text = String::new();
    for ReviewedPolicy { place, loaded, .. } in review.policies() {
        if let Some(block) = &loaded.origin.block {
            let _ = writeln!(
                text,
                "{}:{} makes {}, of {}",
                loaded.document.source().name(),
                block.line,
                some_of(&block.makes, NAMED),
                some_of(&block.holders, NAMED),
            );
        }
        for line in statement_changes(review, place) {
            let _ = writeln!(text, "{line}");
        }
        let lines = unused_line(review, place).into_iter();
        for line in lines.chain(goes_unless(review, place)) {
            let _ = writeln!(text, "  {line}");
        }
    }
    let input = review.input();
    let _ = if input.policies.is_empty() && input.left.is_empty() {
        writeln!(text, "nothing is changed")
    } else if input.policies.is_empty() {
        let left = counted(input.left_policies(), "policy is", "policies are");
        writeln!(text, "nothing is changed: {left} passed over")
    } else {
        let proof = proof_sentence(&review.proof(), &input.universe.catalogue);
        writeln!(text, "proof  {proof}")
    };
    // What goes unless something is so stands with its policy.
    let caveats = review.caveats().into_iter();
    for caveat in caveats.filter(|one| !matches!(one, Caveat::GoesUnless(_))) {
        let _ = writeln!(text, "note   {}", source_caveat(review, &caveat));
    }
    text
}

/// What goes of a statement unless an expression beside it comes to it too: what says the same twice is one for
/// AWS, and nobody can tell.
fn goes_unless(review: &Review, policy: usize) -> Vec<String> {
    let all = review.goes_unless(policy).into_iter();
    let lines = all.map(|one| {
        let actions: Vec<String> = one.actions.iter().map(ToString::to_string).collect();
        let goes = if actions.len() == 1 { "goes" } else { "go" };
        format!(
            "statement {}: {} {goes} unless what is computed beside it grants it too: {}",
            one.statement + 1,
            some_of(&actions, NAMED),
            printable(&one.reason)
        )
    });
    lines.collect()
}

/// How many of a policy's unused actions go, and which stay since they are written where they cannot be
/// edited; none where none is unused.
fn unused_line(review: &Review, policy: usize) -> Option<String> {
    let input = review.input();
    let unused_of = |entry: &ActionPattern| -> Vec<Action> {
        let expansion = EntryExpansion::new(entry, input.universe_of(policy), input.keeps());
        let actions = expansion.actions();
        let unused = actions.filter(|(_, fate)| *fate == Fate::Goes);
        unused.map(|(action, _)| action).collect()
    };
    let document = input.document(policy);
    let mut unused = BTreeSet::new();
    let mut locked: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (at, statement) in document.policy().statements.iter().enumerate() {
        let entries = statement.refinable_entries().into_iter().flatten();
        for (entry, pattern) in entries.enumerate() {
            let own_unused = unused_of(pattern);
            if let Place::Opaque(_, reason) = document.place(at, entry)
                && !own_unused.is_empty()
            {
                let stay = locked.entry(reason).or_default();
                stay.extend(own_unused.iter().map(ToString::to_string));
            }
            unused.extend(own_unused);
        }
    }
    if unused.is_empty() {
        return None;
    }
    let outcome = &review.outcomes()[policy];
    if outcome.written == Written::NothingLeft {
        let unused = counted(unused.len(), "unused action", "unused actions");
        return Some(format!(
            "it stays as it is, {unused} too, since nothing would be left of it"
        ));
    }
    let left = &outcome.policy;
    let gone = unused.iter().filter(|action| !left.allows(action)).count();
    let mut line = format!(
        "{gone} of {} {}",
        counted(unused.len(), "unused action", "unused actions"),
        if gone == 1 || unused.len() == 1 {
            "goes"
        } else {
            "go"
        }
    );
    for (reason, actions) in locked {
        let stay = if actions.len() == 1 { "stays" } else { "stay" };
        let actions = some_of(&actions.into_iter().collect::<Vec<_>>(), NAMED);
        let _ = write!(line, "; {actions} {stay}: {}", printable(reason));
    }
    Some(line)
}

/// What to mind, where policies that are left may grant what is unused.
pub(super) fn source_caveat(review: &Review, caveat: &Caveat) -> String {
    let input = review.input();
    match caveat {
        Caveat::StillThere(count, StillThere::NeverGranted) if !input.left.is_empty() => format!(
            "{} unused granted by none of these policies; those that are passed over may grant them",
            grouped(*count)
        ),
        caveat => caveat_sentence(caveat, &input.universe.catalogue),
    }
}
