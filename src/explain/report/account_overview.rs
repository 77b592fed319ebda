//! `REVIEW.md` of an account: what happens to each policy, and why others stay.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::Timestamp;

use super::account_evidence::{Evidence, day, decided_otherwise, decided_sentence};
use super::caveat_sentence;
use super::markdown::{cell, code};
use crate::account::{
    AccountReview, ChangeKind, NotDecided, OpenProposals, PolicyChange, PrincipalPlace,
    RefinedPolicy,
};
use crate::aws::ScriptFolder;
use crate::iam::Action;
use crate::review::{Caveat, DecidedWith, Decision, Decisions, Since};
use crate::text::{counted, escape_markdown, grouped};

/// How many names stand in a list before the rest is counted.
const NAMES: usize = 8;

/// The account as a whole: which policies change, and why others do not.
pub fn account_overview(
    account: &AccountReview,
    refined: &[RefinedPolicy<'_>],
    placed: &[ScriptFolder<'_, '_>],
    decided: &Decisions,
    left_out: &[NotDecided],
) -> String {
    let goes: usize = placed.iter().map(|policy| policy.change.goes.len()).sum();
    let mut text = format!(
        "# {} to change\n\nOf {}, {} lose what none of their holders uses: {} in all. Judged by \
         the catalogue of actions{}. Every change is proved; nothing is done in AWS until a \
         script is run.\n\nDecided by {}.{}\n\n",
        counted(placed.len(), "policy", "policies"),
        counted(
            refined.len() + account.unreadable().len(),
            "policy",
            "policies"
        ),
        placed.len(),
        counted(goes, "action", "actions"),
        account.catalogue().of_date(),
        decided_sentence(decided),
        begun_with(refined)
    );
    text += &what_happens(account, placed);
    text += &to_look_at(account, placed, decided);
    text += &not_gone(account, placed);
    text += &left_as_proposed(refined);
    text += &otherwise(refined);
    text += &not_taken_over(left_out);
    text += &not_answered(account);
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

/// Who decided before, where records were replayed, and of how many policies.
fn begun_with(refined: &[RefinedPolicy<'_>]) -> String {
    let mut before: BTreeMap<String, usize> = BTreeMap::new();
    let began = refined.iter().filter_map(|policy| policy.began.as_ref());
    for began in began {
        let who = began.record.chain().map(|replayed| {
            let decided = replayed.decided.as_ref();
            let who = decided.map_or_else(|| "somebody".to_owned(), decided_sentence);
            match &replayed.sums {
                Some(sums) => {
                    format!("{who} (SHA-256 of the `SHA256SUMS` of that folder: `{sums}`)")
                }
                None => who,
            }
        });
        let who = who.collect::<Vec<_>>().join(", which began with that of ");
        *before.entry(who).or_default() += 1;
    }
    let before = before.iter().map(|(who, count)| {
        let policies = counted(*count, "policy", "policies");
        format!(" {policies} began with what was decided by {who}.")
    });
    before.collect()
}

/// What is decided otherwise than in the records that were replayed.
fn otherwise(refined: &[RefinedPolicy<'_>]) -> String {
    let rows = refined.iter().flat_map(|policy| {
        let rows = decided_otherwise(policy).into_iter();
        rows.map(|row| format!("| {} | {row} |\n", escape_markdown(&policy.name)))
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Otherwise than in the records\n\nEverything else is as it was decided there.\n\n\
         | policy | statement | entry | was | is |\n|---|--:|---|---|---|\n{rows}"
    )
}

/// What the records decide and is not done again.
fn not_taken_over(left_out: &[NotDecided]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let mut text = "\n## Decided, and not taken over\n\n".to_owned();
    for why in left_out {
        let _ = writeln!(text, "- {}", escape_markdown(&why.to_string()));
    }
    text
}

/// What somebody would have been asked about on the screen, policy by policy.
fn to_look_at(
    account: &AccountReview,
    placed: &[ScriptFolder<'_, '_>],
    decided: &Decisions,
) -> String {
    let mut rows = String::new();
    let nobody_looked = |policy: &&ScriptFolder<'_, '_>| is_unseen(policy.refined, decided);
    for policy in placed.iter().filter(nobody_looked) {
        let caveats = policy.change.caveats.iter().filter(|caveat| {
            matches!(
                caveat,
                Caveat::UsedBefore(_)
                    | Caveat::AgeUnknown(_)
                    | Caveat::Untold(_)
                    | Caveat::TearsDown(_)
            )
        });
        let why: Vec<String> = caveats
            .map(|caveat| caveat_sentence(caveat, account.catalogue()))
            .collect();
        if !why.is_empty() {
            let _ = writeln!(
                rows,
                "| [{}]({}/REVIEW.md) | {} |",
                escape_markdown(&policy.refined.name),
                policy.name,
                escape_markdown(&why.join("; "))
            );
        }
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Look at first\n\nA review on the screen leaves these to a person; here they go, and whoever approves \
         decides. To leave a policy as it is take its folder away; to decide action by action: \
         `iam-refine review --account`.\n\n| policy | why |\n|---|---|\n{rows}"
    )
}

/// Whether an entry was accepted by a command that asks nobody, whoever took that over since.
fn is_unseen(refined: &RefinedPolicy<'_>, decided: &Decisions) -> bool {
    let accepted = refined.records.iter();
    let mut accepted = accepted.filter(|record| record.decision == Decision::Accepted);
    accepted.any(|record| {
        let began = refined.began.as_ref();
        let by = match began.and_then(|began| Some((began, began.since(record)?))) {
            Some((began, Since::AsThere(before))) => began.who(before),
            _ => Some(decided),
        };
        by.is_some_and(|by| by.with == DecidedWith::Refine)
    })
}

/// What happens to each policy, the riskiest first.
fn what_happens(account: &AccountReview, placed: &[ScriptFolder<'_, '_>]) -> String {
    if placed.is_empty() {
        return String::new();
    }
    let mut by_risk: Vec<_> = (placed.iter())
        .map(|changed| {
            let evidence = Evidence::of(account, changed.refined, changed.change);
            (evidence.risks(), changed)
        })
        .collect();
    by_risk.sort_by_key(|(risks, changed)| Reverse((*risks, changed.change.goes.len())));
    let mut text =
        "| policy | has it | what happens | loses | used before | manage permissions | write \
                    | of | size |\n|---|---|---|--:|--:|--:|--:|--:|--:|\n"
            .to_owned();
    for (risks, changed) in by_risk {
        let (policy, change) = (changed.refined.policy, changed.change);
        let _ = writeln!(
            text,
            "| [{}]({folder}/REVIEW.md) | {} | {} | {} | {} | {} | {} | {} | {} → {}{trade} |",
            escape_markdown(&changed.refined.name),
            escape_markdown(&principals(account, &policy.attached_to)),
            happens(change),
            grouped(change.goes.len()),
            grouped(risks.used_before),
            grouped(risks.permissions),
            grouped(risks.write),
            grouped(policy.granted),
            grouped(policy.size),
            grouped(change.size.after),
            folder = changed.name,
            trade = if change.is_poor_trade() {
                ", poor trade?"
            } else {
                ""
            }
        );
    }
    text += "\n*Loses*, *used before*, *manage permissions* and *write* count the actions that go, \
             *of* those that it allows now; *size* is in characters.\n";
    if placed.iter().any(|changed| changed.change.is_poor_trade()) {
        text += "\n*Poor trade?* Little goes for what is written. One may rather keep such a policy \
                 as it is: take its folder away.\n";
    }
    text
}

/// What is done to a policy, and how much of what is unused stays so that it is short enough.
fn happens(change: &PolicyChange) -> String {
    let done = done(change.kind());
    match change.proof.left_whole.iter().map(|(_, count)| count).sum() {
        0 => done.to_owned(),
        left_whole => format!("{done}, {} unused left whole", grouped(left_whole)),
    }
}

/// What is done to a policy, in a word.
pub(super) fn done(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Narrow => "narrowed",
        ChangeKind::Replace => "replaced",
        ChangeKind::Delete => "deleted",
        ChangeKind::Detach => "detached",
        ChangeKind::Split => "split",
    }
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
    2. `sh apply-all.sh` applies the folders one after the other and stops at the first failure, or \
    goes on past it with `--keep-going` and names it in the end. Run \
    again, it goes on. A folder that you take away is passed over. For one policy: `sh apply.sh` in \
    its folder.\n\
    3. Watch for AccessDenied: in the logs of what runs with these permissions, and as `errorCode` in \
    CloudTrail.\n\
    4. `sh rollback.sh` in a folder takes its policy back, and `sh rollback-all.sh` all that is applied, the \
    last one first; with `--dry-run` they say what they would do.\n\n\
    The scripts need the `aws` command with credentials of this account.\n\n\
    **What was approved:** `sha256sum -c SHA256SUMS` tells whether every file is as it was written, and `sha256sum \
    SHA256SUMS` names all of it in one line, for a ticket. (On macOS: `shasum -a 256`.)\n\n\
    **Before a change** `apply.sh` makes sure that its JSON files are those it was written with, that \
    AWS still holds `before.json`, and that the policy has the same roles, users, groups and members \
    of groups as here: by their ids, where the account file has them, so that one that was deleted and \
    made again is another one. It has AWS validate `after.json`, and check that nothing new is allowed, and asks, where the review of the policy says so, what \
    was used since the findings were made. Where something is not so it stops before the first change and says why. \
    `IAM_REFINE_NOTE='CHG-7, approved by Ann' sh apply-all.sh` puts that into each `applied.log`.\n\n\
    **A change of several steps** may stop in between. Each step is written into `applied.log` in the \
    folder, before and after it, so `apply.sh` goes on when it is run again. Keep that file: without \
    it `rollback.sh` does nothing. A script that was killed leaves the folder `applied.lock`; \
    the next one says whether the script that made it still runs, and how to remove it.\n\n\
    **`rollback.sh`** undoes the steps in `applied.log` that are still so, for each role, user and \
    group alone. Whoever was deleted is passed over. It leaves as it is, and names: what somebody has \
    changed since, a group that has new members, and what was detached or deleted when it is not \
    known by whom. A new version of a policy is taken back only as long as nobody else has got the \
    policy. When all is undone, `applied.log` is added to `rolled-back.log`.\n\n\
    **If something is denied afterwards:** `iam-refine denied THIS_FOLDER error.log` says whether it was \
    taken away here, and how to get it back.\n";

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

/// Of whom AWS did not tell what they do not use, although it was asked.
fn not_answered(account: &AccountReview) -> String {
    let unanswered = account.unanswered();
    if unanswered.is_empty() {
        return String::new();
    }
    format!(
        "\n## Not answered\n\nAWS did not answer what {} not use: {}. They count as using all. Run the \
         same `iam-refine fetch` again: it asks for what is missing.\n",
        counted(unanswered.len(), "role or user does", "roles and users do"),
        escape_markdown(&principals(account, &unanswered))
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
                (refined_policy.policy.unused).map_or_else(|| "?".to_owned(), grouped),
                escape_markdown(&reasons.join("; "))
            );
        }
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\n## Not narrowed\n\nUnused counts what none of those uses that have a finding; *?*: \
         nobody has one.\n\n\
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
        let last_used = account.unused_role(role).and_then(|role| role.last_used);
        let found = account
            .finding(role)
            .and_then(|finding| finding.analyzed_at);
        let name = account.principal(role).owner.to_string();
        let or = |at: Option<Timestamp>, otherwise: &str| {
            at.map_or_else(|| otherwise.to_owned(), |at| day(at).to_string())
        };
        let (last_used, found) = (or(last_used, "never"), or(found, "no date"));
        let _ = writeln!(
            rows,
            "| {} | {last_used} | {found} |",
            escape_markdown(&name)
        );
    }
    if rows.is_empty() {
        return rows;
    }
    format!(
        "\n## Delete the role?\n\nThese are not used at all, as their findings say. What they share \
         with others loses what the others do not use; their own policies stay, and no script \
         deletes anything.\n\n| role | last used | finding of |\n|---|---|---|\n{rows}\n*Never* means: not as far back as AWS looked.\n"
    )
}

/// Permissions for Markdown: `` `iam:GetRole`, `iam:GetUser` ``.
pub(super) fn quoted<'a>(permissions: impl IntoIterator<Item = &'a Action>) -> String {
    let quoted = permissions
        .into_iter()
        .map(|permission| format!("`{permission}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// Some of them, and how many more.
pub(super) fn principals(account: &AccountReview, places: &[PrincipalPlace]) -> String {
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
