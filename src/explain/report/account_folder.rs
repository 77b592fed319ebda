//! `REVIEW.md`: what becomes of an account and of each policy, for people.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write;

use super::account_evidence::{Evidence, accepted_as_proposed, decided_sentence, in_a_cell};
use super::{caveat_sentence, proof_sentence, size_sentence};
use crate::account::{
    AccountPolicyKind, AccountReview, OpenProposals, PolicyChange, PrincipalPlace, RefinedPolicy,
};
use crate::aws::ScriptFolder;
use crate::iam::Action;
use crate::review::{Caveat, Decisions, StillThere};
use crate::text::{counted, escape_markdown, grouped, printable, unified_diff};

/// How many names stand in a list before the rest is counted.
const NAMES: usize = 8;

/// The account as a whole: which policies change, and why others do not.
pub fn account_overview(
    account: &AccountReview,
    refined: &[RefinedPolicy<'_>],
    placed: &[ScriptFolder<'_, '_>],
    decided: &Decisions,
) -> String {
    let goes: usize = placed.iter().map(|policy| policy.change.goes.len()).sum();
    let mut text = format!(
        "# {} to narrow\n\nOf {}, {} lose what none of their holders uses: {} in all. Judged by \
         the catalogue of actions{}. Every change is proved; nothing is done in AWS until a \
         script is run.\n\nDecided by {}.\n\n",
        counted(placed.len(), "policy", "policies"),
        counted(refined.len(), "policy", "policies"),
        placed.len(),
        counted(goes, "action", "actions"),
        account.catalogue().of_date(),
        decided_sentence(decided)
    );
    if !placed.is_empty() {
        text += "| policy | has it | loses | used before | manage permissions | write | of | size |\n\
                 |---|---|--:|--:|--:|--:|--:|--:|\n";
    }
    let mut by_risk: Vec<_> = (placed.iter())
        .map(|changed| {
            let evidence = Evidence::of(account, changed.refined.policy, changed.change);
            (evidence.risks(), changed)
        })
        .collect();
    by_risk.sort_by_key(|(risks, changed)| Reverse((*risks, changed.change.goes.len())));
    for (risks, changed) in by_risk {
        let policy = changed.refined.policy;
        let _ = writeln!(
            text,
            "| [{}]({folder}/REVIEW.md) | {} | {} | {} | {} | {} | {} | {} → {} |",
            escape_markdown(&changed.refined.name),
            escape_markdown(&principals(account, &policy.attached_to)),
            grouped(changed.change.goes.len()),
            grouped(risks.used_before),
            grouped(risks.permissions),
            grouped(risks.write),
            grouped(policy.granted),
            grouped(policy.size),
            grouped(changed.change.size.after),
            folder = changed.name
        );
    }
    text += &not_gone(account, placed);
    text += &left_as_proposed(refined);
    text += &not_narrowed(account, refined);
    text += &not_read(account);
    text += &unused_roles(account);
    if !placed.is_empty() {
        text += HOW_TO;
    }
    let needed = placed.iter().flat_map(|policy| &policy.scripts.apply_needs);
    let needed: BTreeSet<&Action> = needed.collect();
    if !needed.is_empty() {
        let _ = writeln!(
            text,
            "\nAll `apply.sh` together, with any of their options, need {}. The review of each policy tells what its own \
             scripts need.",
            quoted(needed)
        );
    }
    text
}

/// What a policy loses and other policies still allow to some who have it.
fn not_gone(account: &AccountReview, placed: &[ScriptFolder<'_, '_>]) -> String {
    let mut rows = String::new();
    for policy in placed {
        for still in &policy.change.still_granted {
            let _ = writeln!(
                rows,
                "| {} | {} | {} | {} |",
                escape_markdown(&policy.refined.name),
                grouped(still.actions.len()),
                escape_markdown(&still.policy),
                escape_markdown(&principals(account, &still.holders))
            );
        }
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Still allowed\n\nWhat a policy loses, another one may still allow to some who have \
         it. The review of each policy names the actions.\n\n\
         | policy | actions | still allowed by | to |\n|---|--:|---|---|\n{rows}"
    )
}

const HOW_TO: &str = "\n## How to apply\n\n\
    1. `sh apply-all.sh --dry-run` makes all checks and changes nothing.\n\
    2. `sh apply-all.sh` applies the folders one after the other and stops at the first failure. Run \
    again, it goes on. A folder that you take away is passed over. For one policy: `sh apply.sh` in \
    its folder.\n\
    3. Watch for AccessDenied: in the logs of what runs with these permissions, and as `errorCode` in \
    CloudTrail.\n\
    4. `sh rollback.sh` in a folder takes its policy back.\n\n\
    The scripts need the `aws` command with credentials of this account.\n\n\
    **Before a change** `apply.sh` makes sure that its JSON files are those it was written with, that \
    AWS still holds `before.json`, and that the policy has the same roles, users, groups and members \
    of groups as here. It has AWS validate `after.json`, and check that nothing new is allowed. Where \
    something is not so it stops before the first change and says why.\n\n\
    **A change of several steps** may stop in between. Each step is written into `applied.log` in the \
    folder, before and after it, so `apply.sh` goes on when it is run again. Keep that file: without \
    it `rollback.sh` does nothing. A script that was killed leaves the folder `applied.lock`; remove \
    it when no script runs.\n\n\
    **`rollback.sh`** undoes the steps in `applied.log` that are still so, for each role, user and \
    group alone. Whoever was deleted is passed over. It leaves as it is, and names: what somebody has \
    changed since, a group that has new members, and what was detached or deleted when it is not \
    known by whom. A new version of a policy is taken back only as long as nobody else has got the \
    policy. When all is undone, `applied.log` is added to `rolled-back.log`.\n";

/// What could go and stays, since nobody accepted it.
fn left_as_proposed(refined: &[RefinedPolicy<'_>]) -> String {
    let left = refined
        .iter()
        .filter(|refined_policy| refined_policy.open != OpenProposals::default());
    let mut rows = String::new();
    for refined_policy in left {
        let (undecided, rejected) = (refined_policy.open.undecided, refined_policy.open.rejected);
        let reasons = refined_policy.open.reasons.iter();
        let reasons: Vec<String> = reasons.map(|reason| code(reason.raw())).collect();
        let _ = writeln!(
            rows,
            "| {} | {undecided} | {rejected} | {} |",
            escape_markdown(&refined_policy.name),
            cell(&reasons.join("; "))
        );
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Not accepted\n\nMore could go of these policies; in this folder it stays.\n\n\
         | policy | entries undecided | entries rejected | because |\n|---|--:|--:|---|\n{rows}"
    )
}

fn not_narrowed(account: &AccountReview, refined: &[RefinedPolicy<'_>]) -> String {
    let mut text = String::new();
    for refined_policy in refined {
        let blockers = refined_policy.blockers();
        if !blockers.is_empty() {
            let reasons = blockers.iter().take(NAMES);
            let mut reasons: Vec<String> = reasons.map(|blocker| account.reason(blocker)).collect();
            if blockers.len() > NAMES {
                reasons.push(format!("{} more", blockers.len() - NAMES));
            }
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                escape_markdown(&refined_policy.name),
                escape_markdown(&principals(account, &refined_policy.policy.attached_to)),
                grouped(refined_policy.policy.unused),
                escape_markdown(&reasons.join("; "))
            );
        }
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## Not narrowed\n\nUnused counts what none of those uses that have a finding.\n\n\
         | policy | has it | unused | why it stays |\n|---|---|--:|---|\n{text}"
    )
}

/// The policies that cannot be read.
fn not_read(account: &AccountReview) -> String {
    let mut rows = String::new();
    for unreadable in account.unreadable() {
        let holders = account.holders_of_unreadable(unreadable);
        let _ = writeln!(
            rows,
            "| {} | {} | {} |",
            escape_markdown(unreadable.name.raw()),
            escape_markdown(&principals(account, &holders)),
            escape_markdown(&unreadable.reason())
        );
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Cannot be read\n\nThese stay as they are, and what they grant is unknown.\n\n\
         | policy | has it | why |\n|---|---|---|\n{rows}"
    )
}

/// The roles that are not used at all, which no script deletes.
fn unused_roles(account: &AccountReview) -> String {
    let mut rows = String::new();
    for role in account.unused_roles() {
        let at = account
            .finding(role)
            .and_then(|finding| finding.analyzed_at);
        let day = at.map(|at| jiff::tz::Offset::UTC.to_datetime(at).date().to_string());
        let name = account.principal(role).owner.to_string();
        let day = day.unwrap_or_else(|| "no date".to_owned());
        let _ = writeln!(rows, "| {} | {day} |", escape_markdown(&name));
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Delete the role?\n\nThese are not used at all, as their findings say. What they share \
         with others loses what the others do not use; their own policies stay, and no script \
         deletes anything.\n\n| role | finding of |\n|---|---|\n{rows}"
    )
}

/// One policy: what goes and what stays, with the evidence; the change, and the proof.
pub fn policy_review(
    account: &AccountReview,
    placed: &ScriptFolder<'_, '_>,
    decided: &Decisions,
) -> String {
    let (refined, change) = (placed.refined, placed.change);
    let policy = refined.policy;
    let document = &account.policy(policy).document;
    let mut text = format!("# {}\n\n", escape_markdown(&refined.name));
    let evidence = Evidence::of(account, policy, change);
    text += &facts(account, placed, decided);
    text += &evidence.what_goes();
    text += &still_allowed(account, change);
    text += &evidence.exceptions();
    text += &evidence.decisions();
    text += "\n## The change\n\n";
    text += &match (&change.text, policy.kind) {
        (Some(new), _) => {
            let old = document.source().original();
            let instead = match &placed.scripts.successor {
                Some(successor) => format!(
                    "AWS's own policies cannot be changed: `{successor}` takes its place.\n\n"
                ),
                None => String::new(),
            };
            instead + &fenced(&unified_diff("before.json", &old, "after.json", new))
        }
        (None, AccountPolicyKind::Inline) => "Nothing is left of it: it is deleted.\n".to_owned(),
        (None, _) => "Nothing is left of it: it is detached from all who have it.\n".to_owned(),
    };
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

fn facts(account: &AccountReview, placed: &ScriptFolder<'_, '_>, decided: &Decisions) -> String {
    let policy = placed.refined.policy;
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
    let accepted = accepted_as_proposed(placed.change);
    rows.push((
        "decided",
        format!(
            "by {}; {} accepted as proposed",
            decided_sentence(decided),
            counted(accepted, "entry", "entries")
        ),
    ));
    rows.push((
        "actions",
        format!(
            "{} allowed, {} go",
            grouped(policy.granted),
            grouped(placed.change.goes.len())
        ),
    ));
    rows.push(("size", size_sentence(&placed.change.size)));
    let mut text = "| | |\n|---|---|\n".to_owned();
    for (what, value) in rows {
        let _ = writeln!(text, "| {what} | {} |", cell(&value));
    }
    text
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

/// Permissions for Markdown: `` `iam:GetRole`, `iam:GetUser` ``.
fn quoted<'a>(permissions: impl IntoIterator<Item = &'a Action>) -> String {
    let quoted = permissions
        .into_iter()
        .map(|permission| format!("`{permission}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// Some of them, and how many more.
fn principals(account: &AccountReview, places: &[PrincipalPlace]) -> String {
    let (first, others) = places.split_at(places.len().min(3));
    let names = all_principals(account, first);
    match others.len() {
        0 => names,
        others => format!("{names} and {others} more"),
    }
}

pub(super) fn all_principals(account: &AccountReview, places: &[PrincipalPlace]) -> String {
    let names = places
        .iter()
        .map(|&place| account.principal(place).owner.to_string());
    match names.collect::<Vec<_>>() {
        names if names.is_empty() => "nobody".to_owned(),
        names => names.join(", "),
    }
}

/// Markdown in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    printable(text).replace('|', "\\|").replace('\n', " ")
}

/// Text as Markdown's code, which no backquote in it ends.
pub(super) fn code(text: &str) -> String {
    let text = printable(text);
    let ends = backquotes("`", &text);
    match ends.len() {
        1 => format!("`{text}`"),
        _ => format!("{ends} {text} {ends}"),
    }
}

/// As many backquotes as `text` has nowhere in a row, and no fewer than `least`.
fn backquotes(least: &str, text: &str) -> String {
    let mut quotes = least.to_owned();
    while text.contains(&quotes) {
        quotes.push('`');
    }
    quotes
}

/// A diff in a fence that none of its lines closes.
fn fenced(diff: &str) -> String {
    let fence = backquotes("```", diff);
    let mut text = format!("{fence}diff\n");
    for line in diff.lines() {
        text += &printable(line);
        text.push('\n');
    }
    text + &fence + "\n"
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn no_backquote_ends_what_is_quoted() {
        assert_eq!(code("arn:aws:iam::1:policy/p"), "`arn:aws:iam::1:policy/p`");
        assert_eq!(code("policy/`x`/p"), "`` policy/`x`/p ``");
    }
}
