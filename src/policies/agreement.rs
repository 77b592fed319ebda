//! Whether policies and findings are about the same principal, at the same time.

use jiff::{SignedDuration, Timestamp};

use super::{LoadedPolicy, Locked, PolicyOwner, PrincipalDates};
use crate::findings::Findings;
use crate::iam::quota::{Owner, PolicyKind};
use crate::text::{Problem, Problems, day};

/// Holds policies and findings against each other. Returns warnings: for policies that were changed
/// after the findings were made.
///
/// # Errors
/// Policies that are not of the principal of the findings, or not of one principal: what one does
/// not use must not be taken away from another.
pub fn agree(policies: &[LoadedPolicy], findings: &Findings) -> Result<Vec<Problem>, Problems> {
    let other =
        |policy: &LoadedPolicy, owner: &PolicyOwner| other_principal(policy, owner, findings);
    checked(policies, std::slice::from_ref(findings), other)
}

/// [`agree`], for policies that each of the principals of the findings has. A policy that names its
/// owner is that of one of these, or of a group with some of them.
///
/// # Errors
/// Policies of none of the principals; findings of roles that cannot be of the permission set whose
/// policy is given.
pub fn agree_everywhere(
    policies: &[LoadedPolicy],
    all: &[Findings],
) -> Result<Vec<Problem>, Problems> {
    checked(policies, all, |policy, owner| {
        let subjects: Option<Vec<PolicyOwner>> = all.iter().map(subject).collect();
        let is_meant = |subject: &PolicyOwner| {
            owner.kind == Owner::Group
                || subject.may_be(owner)
                || subject.shares_permission_set(owner)
        };
        let is_made = |subject: &&PolicyOwner| subject.locked() == Some(Locked::PermissionSet);
        if let PolicyKind::Inline(_) = policy.kind
            && let Some(made) = subjects.iter().flatten().find(is_made)
        {
            let message = format!(
                "this policy is embedded in {owner}, and {made} is made of a permission set"
            );
            let problem = policy.document.source().error(message);
            return Some(problem.help("give the findings of those that have this very policy"));
        }
        // One finding that names nobody may be for anybody.
        if subjects.is_none_or(|subjects| subjects.iter().any(is_meant)) {
            return None;
        }
        let message = format!("this policy belongs to {owner}, and no finding is for it");
        let problem = policy.document.source().error(message);
        Some(problem.help(format!("give the finding for {owner} too")))
    })
}

fn checked(
    policies: &[LoadedPolicy],
    all: &[Findings],
    other: impl Fn(&LoadedPolicy, &PolicyOwner) -> Option<Problem>,
) -> Result<Vec<Problem>, Problems> {
    let mut problems = service_linked(policies, all);
    problems.extend(disagreements(policies, other));
    if problems.is_empty() {
        problems.extend(not_of_the_set(policies, all));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let outdated = all.iter().flat_map(|findings| outdated(policies, findings));
    Ok(outdated.collect())
}

/// Whom a finding is about, if it names a role, a user or a group.
fn subject(findings: &Findings) -> Option<PolicyOwner> {
    PolicyOwner::from_arn(findings.principal.as_ref()?.raw())
}

/// Findings for service-linked roles: what such a role may do is for its service to say.
fn service_linked(policies: &[LoadedPolicy], all: &[Findings]) -> Vec<Problem> {
    let is_one = |owner: &PolicyOwner| owner.locked() == Some(Locked::ServiceLinked);
    let problems = all.iter().filter(|_| !policies.is_empty());
    let problems = problems.filter_map(|findings| {
        let role = subject(findings).filter(is_one)?;
        let message =
            format!("{role} is service-linked: its service keeps it, and AWS refuses to change it");
        let problem = findings.source.error(message);
        Some(problem.help(format!(
            "if the service is not needed any more, delete the role: aws iam \
             delete-service-linked-role --role-name {} --output json",
            role.name
        )))
    });
    problems.collect()
}

/// Findings that are not for roles of the one permission set whose inline policy is given.
fn not_of_the_set(policies: &[LoadedPolicy], all: &[Findings]) -> Vec<Problem> {
    let Some(policy) = (policies.iter()).find(|one| one.kind == PolicyKind::PermissionSet) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let mut first = policy.origin.owner.clone();
    for findings in all {
        let (Some(role), Some(arn)) = (subject(findings), &findings.principal) else {
            continue;
        };
        let wrong = if role.locked() != Some(Locked::PermissionSet) {
            format!(
                "this finding is for {arn}, which IAM Identity Center did not make, and the policy \
                 is that of a permission set"
            )
        } else if let Some(first) = &first
            && !first.shares_permission_set(&role)
            && !first.may_be(&role)
        {
            format!("this finding is for {role}, which is not of the permission set of {first}")
        } else {
            first.get_or_insert(role);
            continue;
        };
        let problem = findings.source.error(wrong);
        problems.push(problem.help("give the findings of the roles of this permission set alone"));
    }
    problems
}

fn disagreements(
    policies: &[LoadedPolicy],
    other: impl Fn(&LoadedPolicy, &PolicyOwner) -> Option<Problem>,
) -> Vec<Problem> {
    let owned = policies
        .iter()
        .filter_map(|policy| Some((policy, policy.origin.owner.as_ref()?)));
    let mut problems = Vec::new();
    let mut first: Option<&PolicyOwner> = None;
    for (policy, owner) in owned {
        if let Some(problem) = other(policy, owner) {
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

/// Warnings for policies that were changed after the findings were made, and for what is too young
/// for a report.
pub fn outdated(policies: &[LoadedPolicy], findings: &Findings) -> Vec<Problem> {
    let Some(analyzed_at) = findings.analyzed_at else {
        return Vec::new();
    };
    if let Some(young) = young_principal(findings) {
        return vec![young];
    }
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

/// A warning for a principal that was made too late to tell what of its policies is unused.
pub fn young_principal(findings: &Findings) -> Option<Problem> {
    let created_at = findings.principal_young_since()?;
    let name = match &findings.principal {
        Some(principal) => principal.to_string(),
        None => "the principal".to_owned(),
    };
    let message = format!(
        "{name} was made on {}, within the days that this report is asked about: nothing that its \
         policies grant is unused yet, and all of it stays",
        day(created_at)
    );
    let warning = findings.source.warning_from(findings.start, message);
    Some(warning.help(ASK_LATER))
}

/// What AWS tells of a principal that a finding about it cannot be right with: it was made later, or it is
/// a role that is not used at all and was used since.
pub fn belied(
    finding: &Findings,
    owner: &PolicyOwner,
    PrincipalDates {
        created_at,
        last_used,
    }: PrincipalDates,
) -> Option<Problem> {
    if let Some(problem) = finding.is_before(created_at, owner) {
        return Some(problem);
    }
    let unused = finding.unused_role?;
    let last_used = last_used?;
    // The account tells to the second what a finding may tell a little earlier.
    let known = unused.last_used.unwrap_or(Timestamp::MIN);
    if last_used.duration_since(known) <= SignedDuration::from_hours(24) {
        return None;
    }
    let message = format!(
        "this says that {owner} is not used at all, and the account that it was used on {}",
        day(last_used)
    );
    let problem = finding.source.error_from(finding.start, message);
    Some(problem.help("fetch the findings again"))
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
    warning.help(ASK_LATER)
}

/// What to do where a report is asked about more days than something is granted.
const ASK_LATER: &str = "ask about fewer days with --unused-for DAYS, or make a report later";
