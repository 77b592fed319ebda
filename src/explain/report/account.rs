//! An overview of what becomes of an account's policies, as text and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::account_evidence::day;
use crate::account::{
    AccountPolicy, AccountPolicyKind, AccountReview, PolicyChange, PolicyResult, PrincipalPlace,
    RefinedPolicy, changes,
};
use crate::iam::{AccountId, Arn, PolicyName};
use crate::text::{Problem, counted, grouped, some_of};

/// A line for each policy of which something goes, then those that are not narrowed, by reason.
pub fn account_table(account: &AccountReview, refined: &[RefinedPolicy<'_>]) -> String {
    let mut text = String::new();
    let changed: Vec<(&RefinedPolicy<'_>, &PolicyChange)> = changes(refined).collect();
    if !changed.is_empty() {
        let _ = writeln!(text, "{:>7} {:>7} {:>15}  policy", "loses", "of", "size");
    }
    for (refined, change) in &changed {
        let size = format!(
            "{} → {}",
            grouped(refined.policy.size),
            grouped(change.size.after)
        );
        let _ = writeln!(
            text,
            "{:>7} {:>7} {size:>15}  {}",
            grouped(change.goes.len()),
            grouped(refined.policy.granted),
            described(account, refined)
        );
    }
    let counts = Counts::of(account, refined);
    let unreadable = match counts.unreadable {
        0 => String::new(),
        count => format!(", {} cannot be read", grouped(count)),
    };
    let _ = writeln!(
        text,
        "{} {} something, {} nothing, {} cannot be narrowed{unreadable}",
        counted(counts.changed, "policy", "policies"),
        if counts.changed == 1 { "loses" } else { "lose" },
        counts.unchanged,
        counts.kept
    );
    let still = counts.still_granted;
    if still > 0 {
        let _ = writeln!(
            text,
            "{} of the {} lost, counted for each policy, {} still allowed to some who have it, by \
             another policy: -o FOLDER tells which",
            grouped(still),
            counted(counts.removed, "action", "actions"),
            if still == 1 { "is" } else { "are" }
        );
    }
    for (reason, names) in reasons(account, refined) {
        let others = match names.len() - 1 {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let _ = writeln!(text, "  {reason}: {}{others}", names[0]);
    }
    for unreadable in account.unreadable() {
        let reason = unreadable.reason();
        let _ = writeln!(text, "  cannot be read: {reason}: {}", unreadable.name);
    }
    let unanswered = principals(account, &account.unanswered());
    if !unanswered.is_empty() {
        let _ = writeln!(
            text,
            "  AWS did not answer what {} not use: {}",
            counted(unanswered.len(), "role or user does", "roles and users do"),
            some_of(&unanswered, ROLES)
        );
    }
    let unused = principals(account, &account.unused_roles());
    if !unused.is_empty() {
        let _ = writeln!(
            text,
            "  {} not used at all: {}",
            counted(unused.len(), "role is", "roles are"),
            some_of(&unused, ROLES)
        );
    }
    text
}

/// How many policies have which end, and how many actions they lose.
struct Counts {
    changed: usize,
    unchanged: usize,
    kept: usize,
    unreadable: usize,
    /// The actions that go, counted for each policy.
    removed: usize,
    /// Those of them that another policy still allows to some who have it.
    still_granted: usize,
}

impl Counts {
    fn of(account: &AccountReview, refined: &[RefinedPolicy<'_>]) -> Self {
        let results = refined.iter().map(|refined| &refined.result);
        let is_unchanged = |result: &&PolicyResult| matches!(result, PolicyResult::Unchanged);
        let is_kept = |result: &&PolicyResult| matches!(result, PolicyResult::Kept { .. });
        let changes = || changes(refined).map(|(_, change)| change);
        Counts {
            changed: changes().count(),
            unchanged: results.clone().filter(is_unchanged).count(),
            kept: results.filter(is_kept).count(),
            unreadable: account.unreadable().len(),
            removed: changes().map(|change| change.goes.len()).sum(),
            still_granted: changes().map(PolicyChange::still_granted_actions).sum(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "changed": self.changed,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "unreadable": self.unreadable,
            "removed": self.removed,
            "stillAllowed": self.still_granted,
        })
    }
}

/// On which days the findings were made that count, the first and the last one.
fn analyzed(account: &AccountReview) -> Value {
    let places = (0..account.account().principals.len()).map(PrincipalPlace);
    let findings = places.filter_map(|place| account.finding(place));
    let days = findings.filter_map(|finding| Some(day(finding.analyzed_at?)));
    let days: BTreeSet<Date> = days.collect();
    let day = |day: Option<&Date>| day.map(ToString::to_string);
    json!({"first": day(days.first()), "last": day(days.last())})
}

/// How many roles stand in a list before the rest is counted.
const ROLES: usize = 8;

/// `SharedLambda (attached to role A and 2 more)`.
fn described(account: &AccountReview, refined: &RefinedPolicy<'_>) -> String {
    match refined.policy.kind {
        AccountPolicyKind::Inline => refined.name.clone(),
        AccountPolicyKind::Managed => {
            format!("{} ({})", refined.name, attached(account, refined.policy))
        }
        AccountPolicyKind::AwsManaged => format!(
            "{} of AWS ({})",
            refined.name,
            attached(account, refined.policy)
        ),
    }
}

fn attached(account: &AccountReview, policy: &AccountPolicy) -> String {
    let name = |place| account.principal(place).owner.to_string();
    match policy.attached_to.as_slice() {
        [] => "attached to nobody".to_owned(),
        [only] => name(*only),
        [first, others @ ..] => format!("{} and {} more", name(*first), others.len()),
    }
}

/// Why policies are not narrowed, the commonest reason first, each with the policies.
fn reasons<'r>(
    account: &AccountReview,
    refined: &'r [RefinedPolicy<'_>],
) -> Vec<(String, Vec<&'r str>)> {
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for refined_policy in refined {
        if let Some(reason) = reasons_of(account, refined_policy).into_iter().next() {
            reasons
                .entry(reason)
                .or_default()
                .push(&refined_policy.name);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    reasons
}

/// Why a policy stays as it is, or a part of it that somebody has to ask for.
fn reasons_of(account: &AccountReview, refined: &RefinedPolicy<'_>) -> Vec<String> {
    let blockers = refined.blockers().iter();
    let mut reasons: Vec<String> = blockers.map(|blocker| account.reason(blocker)).collect();
    if refined.open.in_not_actions > 0 {
        let reason = "NotAction is left as it is, and grants what is unused (refine --not-action extend \
                      appends that)";
        reasons.push(reason.to_owned());
    }
    reasons
}

fn principals(account: &AccountReview, places: &[PrincipalPlace]) -> Vec<String> {
    let name = |&place| account.principal(place).owner.to_string();
    places.iter().map(name).collect()
}

/// The same for programs: every policy of the account.
pub fn account_json(account: &AccountReview, refined: &[RefinedPolicy<'_>]) -> Value {
    let policies = refined.iter().map(|refined_policy| {
        let policy = refined_policy.policy;
        let loaded = account.policy(policy);
        let action = match &refined_policy.result {
            PolicyResult::Unchanged | PolicyResult::Kept { .. } => "none",
            PolicyResult::Changed(change) => change.kind().as_str(),
        };
        let reasons = reasons_of(account, refined_policy);
        let goes = refined_policy.goes_or_would().map(ToString::to_string);
        let goes: Vec<String> = goes.collect();
        let (goes, would_go) = match refined_policy.change() {
            Some(_) => (goes, Vec::new()),
            None => (Vec::new(), goes),
        };
        let text = refined_policy
            .change()
            .and_then(|change| change.text.as_deref());
        let mut json = json!({
            "policy": loaded.origin.name.as_ref().map(PolicyName::as_str),
            "arn": loaded.origin.arn.as_ref().map(Arn::as_str),
            "attachedTo": principals(account, &policy.attached_to),
            "holders": principals(account, &policy.holders),
            "action": action,
            "granted": policy.granted,
            "unused": policy.unused,
            "removed": goes,
            "wouldGo": would_go,
            "size": policy.size,
            "sizeAfter": refined_policy.change().map_or(policy.size, |change| change.size.after),
            "refined": text.and_then(|text| serde_json::from_str::<Value>(text).ok()),
            "reasons": reasons,
        });
        if let Some(pieces) = refined_policy
            .change()
            .and_then(|change| change.pieces.as_ref())
        {
            let texts = pieces.texts.iter();
            let texts = texts.filter_map(|text| serde_json::from_str::<Value>(text).ok());
            json["split"] = texts.collect();
        }
        json
    });
    let unreadable = account.unreadable().iter().map(|policy| {
        let holders = account.holders_of_unreadable(policy);
        let problems = policy.problems.0.iter().map(Problem::in_one_line);
        json!({
            "policy": policy.name.raw(),
            "arn": policy.arn.as_ref().map(Arn::as_str),
            "attachedTo": principals(account, &holders),
            "problems": problems.collect::<Vec<_>>(),
        })
    });
    let account_id = account.account().id();
    json!({
        "account": account_id.as_ref().map(AccountId::as_str),
        "catalogue": account.catalogue().date().map(|date| date.to_string()),
        "analyzed": analyzed(account),
        "counts": Counts::of(account, refined).json(),
        "policies": policies.collect::<Vec<_>>(),
        "unreadable": unreadable.collect::<Vec<_>>(),
        "unanswered": principals(account, &account.unanswered()),
        "unusedRoles": principals(account, &account.unused_roles()),
    })
}
