//! Whether policies and findings are about the same principal, at the same time.

use super::{LoadedPolicy, PolicyOwner};
use crate::findings::Findings;
use crate::iam::quota::Owner;
use crate::text::{Problem, Problems};

/// Holds policies and findings against each other. Returns warnings: for policies that were changed
/// after the findings were made.
///
/// # Errors
/// Policies that are not of the principal of the findings, or not of one principal: what one does
/// not use must not be taken away from another.
pub fn agree(policies: &[LoadedPolicy], findings: &Findings) -> Result<Vec<Problem>, Problems> {
    let problems = disagreements(policies, findings);
    if problems.is_empty() {
        Ok(outdated(policies, findings))
    } else {
        Err(Problems(problems))
    }
}

fn disagreements(policies: &[LoadedPolicy], findings: &Findings) -> Vec<Problem> {
    let owned = policies
        .iter()
        .filter_map(|policy| Some((policy, policy.origin.owner.as_ref()?)));
    let mut problems = Vec::new();
    let mut first: Option<&PolicyOwner> = None;
    for (policy, owner) in owned {
        if let Some(problem) = other_principal(policy, owner, findings) {
            problems.push(problem);
        } else if let Some(first) = first.filter(|first| !owner.may_be(first)) {
            let message = format!("this policy belongs to {owner}, and another one to {first}");
            let problem = policy.document.source().error(message);
            problems.push(problem.help("give the policies of one principal"));
        }
        first.get_or_insert(owner);
    }
    problems
}

fn other_principal(
    policy: &LoadedPolicy,
    owner: &PolicyOwner,
    findings: &Findings,
) -> Option<Problem> {
    let principal = findings.principal.as_ref()?;
    let finding = findings.source.name().quoted();
    let source = policy.document.source();
    if PolicyOwner::from_arn(principal.raw()).is_some_and(|subject| subject.may_be(owner)) {
        return None;
    }
    let message =
        format!("this policy belongs to {owner}, and the finding in {finding} is for {principal}");
    let help = match owner.kind {
        Owner::Group => format!(
            "what one of its members does not use another may; give a last-accessed report for {owner}"
        ),
        Owner::Role | Owner::User => {
            format!("give the finding for {owner}, or the policies of {principal}")
        }
    };
    Some(source.error(message).help(help))
}

fn outdated(policies: &[LoadedPolicy], findings: &Findings) -> Vec<Problem> {
    let Some(analyzed_at) = findings.analyzed_at else {
        return Vec::new();
    };
    let warning = |policy: &LoadedPolicy| {
        if findings.is_younger(policy.origin.changed_at) {
            return Some(too_young(policy, findings));
        }
        let changed_at = policy.origin.changed_at.filter(|&at| at > analyzed_at)?;
        let message = format!(
            "this policy was changed on {}, after the finding in {} was made on {}",
            day(changed_at),
            findings.source.name().quoted(),
            day(analyzed_at)
        );
        let warning = policy.document.source().warning(message);
        Some(warning.help("what was granted since had no time to be used; fetch a newer finding"))
    };
    policies.iter().filter_map(warning).collect()
}

/// A policy that was granted too late to tell what of it is unused.
fn too_young(policy: &LoadedPolicy, findings: &Findings) -> Problem {
    let changed_at = policy.origin.changed_at.map(day);
    let message = format!(
        "this policy was changed on {}, within the days that {} is asked about: nothing that it \
         grants is unused yet, and all of it stays",
        changed_at.unwrap_or_default(),
        findings.source.name().quoted(),
    );
    let warning = policy.document.source().warning(message);
    warning.help("ask about fewer days with --unused-for DAYS, or make a report later")
}

fn day(time: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(time).date()
}
