//! What was refined of the policies that are written in Terraform files, in a few lines for a person.

use std::fmt::Write;

use super::summary::{caveat_sentence, proof_sentence, statement_changes};
use crate::intake::PolicyBlock;
use crate::review::Review;
use crate::text::{list, printable, some_of};

/// How many are named.
const NAMED: usize = 5;

/// What is made of each policy, who has it, and what becomes of it; what is proved, and what to mind.
pub fn source_summary(review: &Review, written: &[PolicyBlock]) -> String {
    let mut text = String::new();
    for (policy, written) in written.iter().enumerate() {
        let loaded = review.policy(policy).loaded;
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
        for line in statement_changes(review, policy) {
            let _ = writeln!(text, "{line}");
        }
        for (statement, actions) in written.not_literal.iter().enumerate() {
            if !actions.is_empty() {
                let actions = some_of(actions, NAMED);
                let actions = printable(&actions);
                let reason = not_literal(review, policy, statement);
                let _ = writeln!(
                    text,
                    "  statement {}: {actions}: not edited, {reason}",
                    statement + 1
                );
            }
        }
    }
    let catalogue = &review.input().universe.catalogue;
    let _ = writeln!(
        text,
        "proof  {}",
        proof_sentence(&review.proof(), catalogue)
    );
    for caveat in review.caveats() {
        let _ = writeln!(text, "note   {}", caveat_sentence(&caveat, catalogue));
    }
    text
}

/// Why some actions of a statement are not written in it as such.
fn not_literal(review: &Review, policy: usize, statement: usize) -> String {
    let document = review.input().document(policy);
    let mut reasons: Vec<String> = document
        .opaque_reasons(statement)
        .map(str::to_owned)
        .collect();
    reasons.dedup();
    if reasons.is_empty() {
        "it is not written there as such".to_owned()
    } else {
        list(&reasons)
    }
}
