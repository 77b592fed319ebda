//! `REVIEW.md` of one policy of an account, for whoever approves it.

use std::fmt::Write;

use super::account_evidence::{
    Evidence, accepted_as_proposed, day, decided_otherwise, decided_sentence, in_a_cell,
    replayed_sentence,
};
use super::account_overview::{all_principals, done, quoted};
use super::markdown::{cell, code, fenced};
use super::{caveat_sentence, proof_sentence, size_sentence};
use crate::account::{AccountReview, ChangeKind, PolicyChange, RefinedPolicy};
use crate::aws::ScriptFolder;
use crate::iam::Action;
use crate::review::{Caveat, Decisions, StillThere};
use crate::text::{counted, escape_markdown, grouped, unified_diff};

/// One policy: what goes and what stays, with the evidence; the change, and the proof.
pub fn policy_review(
    account: &AccountReview,
    placed: &ScriptFolder<'_, '_>,
    decided: &Decisions,
) -> String {
    let (refined, change) = (placed.refined, placed.change);
    let mut text = format!("# {}\n\n", escape_markdown(&refined.name));
    let evidence = Evidence::of(account, refined, change);
    text += &facts(account, placed, &evidence, decided);
    text += &evidence.what_goes();
    text += &still_allowed(account, change);
    text += &evidence.exceptions();
    text += &evidence.decisions();
    text += &otherwise(refined);
    text += &the_change(account, placed);
    text += &what_else_stays(change);
    text += &evidence.findings();
    let catalogue = account.catalogue();
    let _ = writeln!(
        text,
        "\n## Proof\n\n{}",
        proof_sentence(&change.proof, catalogue)
    );
    let caveats = change.caveats.iter();
    let caveats = caveats.map(|caveat| match caveat {
        Caveat::StillThere(count, StillThere::NeverGranted) => format!(
            "{} unused granted by none of the policies that are read of those who have this one",
            grouped(*count)
        ),
        caveat => caveat_sentence(caveat, catalogue),
    });
    let cautions = change.cautions.iter();
    let cautions = cautions.map(|caution| caution.message().to_owned());
    for (place, caveat) in caveats.chain(cautions).enumerate() {
        let before = if place == 0 { "\n" } else { "" };
        let _ = writeln!(text, "{before}- {}", escape_markdown(&caveat));
    }
    let _ = writeln!(
        text,
        "\n## Permissions\n\nWith any of their options:\n\n- `apply.sh` needs {}\n- `rollback.sh` needs {}",
        quoted(&placed.scripts.apply_needs),
        quoted(&placed.scripts.rollback_needs)
    );
    text
}

/// What goes of this policy, and is not gone: who may still do it, through which other policy.
fn still_allowed(account: &AccountReview, change: &PolicyChange) -> String {
    if change.still_granted.is_empty() && change.all_policies_loaded {
        return "\nNo other policy of those who have it allows any of this.\n".to_owned();
    }
    if change.still_granted.is_empty() {
        // The notes next to the proof say that it is not known.
        return String::new();
    }
    let mut text = "\nOf this, other policies still allow, when everything is applied:\n\n\
                    | still allowed by | to | actions |\n|---|---|---|\n"
        .to_owned();
    for still in &change.still_granted {
        let actions: Vec<&Action> = still.actions.iter().collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            escape_markdown(&still.policy),
            escape_markdown(&all_principals(account, &still.holders)),
            in_a_cell(&actions)
        );
    }
    if !change.all_policies_loaded {
        text += "\nThis may not be all: some policies of those who have it are not known.\n";
    }
    text
}

/// What another one had decided.
fn otherwise(refined: &RefinedPolicy<'_>) -> String {
    let rows = decided_otherwise(refined);
    if rows.is_empty() {
        return String::new();
    }
    let mut text = "\n## Otherwise than in the record\n\n| statement | entry | was | is |\n|--:|---|---|---|\n"
        .to_owned();
    for row in rows {
        let _ = writeln!(text, "| {row} |");
    }
    text
}

/// The change as a diff, for reading: without the indentation that all lines have where the policy
/// stands deep in a file.
fn the_change(account: &AccountReview, placed: &ScriptFolder<'_, '_>) -> String {
    let change = placed.change;
    let Some(new) = &change.text else {
        return String::new();
    };
    let mut text = "\n## The change\n\n".to_owned();
    if let Some(successor) = &placed.scripts.successor {
        let _ = writeln!(
            text,
            "AWS's own policies cannot be changed: `{successor}` takes its place.\n"
        );
    }
    let old = account
        .policy(placed.refined.policy)
        .document
        .source()
        .original();
    let indentation = common_indentation([&old, new]);
    if !indentation.is_empty() {
        text += "Shown without the indentation that all lines have in the files.\n\n";
    }
    let shown = |text: &str| text.replace(&format!("\n{indentation}"), "\n");
    text + &fenced(&unified_diff(
        "before.json",
        &shown(&old),
        "after.json",
        &shown(new),
    ))
}

/// The blanks that all lines of the texts begin with, but the first line of each: a policy within
/// another JSON is cut out at its brace.
fn common_indentation(texts: [&str; 2]) -> &str {
    let lines = texts.into_iter().flat_map(|text| text.lines().skip(1));
    let lines = lines.filter(|line| !line.trim().is_empty());
    let blanks = lines.map(|line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]);
    blanks.reduce(shared_start).unwrap_or_default()
}

fn shared_start<'t>(one: &'t str, other: &str) -> &'t str {
    let shared = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
    &one[..shared.count()]
}

fn facts(
    account: &AccountReview,
    placed: &ScriptFolder<'_, '_>,
    evidence: &Evidence<'_>,
    decided: &Decisions,
) -> String {
    let (policy, change) = (placed.refined.policy, placed.change);
    let loaded = account.policy(policy);
    let mut rows = Vec::new();
    if let Some(arn) = &loaded.origin.arn {
        rows.push(("ARN", code(arn.as_str())));
    }
    if let Some(version) = &loaded.origin.version {
        rows.push(("version", version.to_string()));
    }
    rows.push(("has it", all_principals(account, &policy.attached_to)));
    if policy.holders != policy.attached_to {
        rows.push(("who are", all_principals(account, &policy.holders)));
    }
    let accepted = accepted_as_proposed(placed.refined);
    rows.push((
        "decided",
        format!(
            "by {}; {} accepted as proposed",
            decided_sentence(decided),
            counted(accepted, "entry", "entries")
        ),
    ));
    if let Some(began) = &placed.refined.began {
        rows.push(("began with", replayed_sentence(&began.record)));
        let since = match decided_otherwise(placed.refined).len() {
            0 => "each entry as in the record".to_owned(),
            count => format!(
                "{} decided otherwise than in the record, as the table below tells; the others as there",
                counted(count, "entry is", "entries are")
            ),
        };
        rows.push(("since then", since));
    }
    rows.push(("what happens", what_happens(placed)));
    rows.push((
        "actions",
        format!(
            "{} allowed, {} go, {} of these used before",
            grouped(policy.granted),
            grouped(change.goes.len()),
            grouped(evidence.risks().used_before)
        ),
    ));
    rows.push(("size", size_sentence(&change.size)));
    if change.is_poor_trade() {
        let grows = grouped(change.size.after - change.size.before);
        let goes = counted(change.goes.len(), "action goes", "actions go");
        rows.push((
            "poor trade?",
            format!("{goes}, and it grows by {grows} characters; one may rather keep it as it is"),
        ));
    }
    rows.extend(asked_again(change, policy.holders.len()).map(|asked| ("asked again", asked)));
    let mut text = "| | |\n|---|---|\n".to_owned();
    for (what, value) in rows {
        let _ = writeln!(text, "| {what} | {} |", cell(&value));
    }
    text
}

/// Since when AWS is asked for uses before anything is changed, and of how many of the `holders` it is not.
fn asked_again(change: &PolicyChange, holders: usize) -> Option<String> {
    let unused = &change.still_unused;
    if unused.is_of_nothing() {
        return None;
    }
    let Some(since) = unused.by.iter().map(|one| one.since).min() else {
        let holders = counted(holders, "role or user", "roles and users");
        return Some(format!(
            "**not asked**: of none of {holders} both ARN and day of the finding are known, so `apply.sh` cannot ask \
             AWS what was used since"
        ));
    };
    let not_asked = match holders.saturating_sub(unused.by.len()) {
        0 => String::new(),
        count => format!(
            "; not of {} whose ARN or day of the finding is not known",
            counted(count, "role or user", "roles and users")
        ),
    };
    // A person has said that it goes, used or not.
    let by_hand = match change.goes.len().saturating_sub(unused.actions.len()) {
        0 => String::new(),
        count => format!(
            "; not of {} dropped or let go by hand",
            counted(count, "action that was", "actions that were")
        ),
    };
    Some(format!(
        "before it changes anything, `apply.sh` asks AWS whether what goes was used since {}{not_asked}{by_hand}",
        day(since)
    ))
}

/// What is done to the policy, in a sentence.
fn what_happens(placed: &ScriptFolder<'_, '_>) -> String {
    let kind = placed.change.kind();
    let how = match kind {
        ChangeKind::Narrow => "`after.json` takes the place of `before.json`",
        ChangeKind::Replace => "a policy of the account, which is `after.json`, takes its place",
        ChangeKind::Delete => "nothing is left of it",
        ChangeKind::Detach => "nothing is left of it, and all who have it lose it",
        ChangeKind::Split => return format!("{}: {}", done(kind), how_it_is_split(placed)),
    };
    format!("{}: {how}", done(kind))
}

/// Which policies say together what is left.
fn how_it_is_split(placed: &ScriptFolder<'_, '_>) -> String {
    let mut names: Vec<String> = (placed.scripts.beside.iter())
        .map(|(file, name)| format!("`{name}`, which is `{file}`"))
        .collect();
    let own = match (&placed.scripts.successor, placed.change.in_its_place()) {
        (Some(successor), _) => Some(format!("`{successor}`, which is `after.json`")),
        (None, Some(_)) => Some("the policy itself, which becomes `after.json`".to_owned()),
        (None, None) => None,
    };
    names.splice(0..0, own);
    format!(
        "it is too long for one policy, so {} take its place together: {}",
        names.len(),
        names.join("; ")
    )
}

/// What is known of the rest.
fn what_else_stays(change: &PolicyChange) -> String {
    if change.stays.is_empty() {
        return String::new();
    }
    let mut text = "\n## What is known of all that stays\n\n".to_owned();
    for (evidence, number) in &change.stays {
        let _ = writeln!(text, "- {} {evidence}", grouped(*number));
    }
    text
}
