//! Answers of AWS's commands that are near what is needed, and are not it.

use super::Json;

/// What an answer tells that has neither a policy that is reviewed here nor unused actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Related {
    /// `aws iam list-role-policies`, `list-user-policies`, `list-group-policies`: names.
    InlinePolicyNames,
    /// `aws iam list-attached-role-policies` and its siblings: names and ARNs.
    AttachedPolicies,
    /// `aws iam list-policies`: all about managed policies but their permissions.
    ManagedPolicies,
    /// `aws iam list-policy-versions`: the versions without their documents.
    PolicyVersions,
    /// `aws iam list-roles`, `list-users`, `list-groups`.
    Principals,
    /// `aws accessanalyzer list-analyzers`.
    Analyzers,
    /// `aws iam generate-service-last-accessed-details`: the id of a job.
    Job,
    /// `aws accessanalyzer list-policy-generations`: the ids of jobs.
    PolicyGenerations,
    /// `aws accessanalyzer validate-policy`, `check-…`: faults of a policy.
    Validation,
    /// Findings of external or internal access, as `aws accessanalyzer list-findings` prints them.
    ExternalAccess,
    /// A policy of AWS Organizations, such as a service control policy.
    OrganizationPolicy,
    /// `aws iam get-service-last-accessed-details-with-entities`: who used one service.
    LastAccessedEntities,
    /// `aws iam get-organizations-access-report`.
    OrganizationReport,
}

/// What an answer is, if it is one of these.
pub(super) fn related(json: &Json) -> Option<Related> {
    let has = |key: &str| json.get(key).is_some();
    let elements = |key: &str| {
        json.get(key)
            .and_then(Json::as_array)
            .filter(|list| !list.is_empty())
    };
    let all_have = |list: &str, key: &str| {
        elements(list).is_some_and(|list| list.iter().all(|one| one.get(key).is_some()))
    };
    let is_organizations = |json: &Json| {
        let arn = json.get("Arn").and_then(Json::as_str);
        arn.is_some_and(|arn| arn.contains(":organizations:"))
    };
    let policy = json.get("Policy").unwrap_or(json);
    if policy.get("PolicySummary").is_some() || is_organizations(policy) {
        return Some(Related::OrganizationPolicy);
    }
    if all_have("findings", "issueCode") {
        return Some(Related::Validation);
    }
    if elements("findings").is_some_and(|list| list.iter().all(is_of_external_access))
        || json.get("finding").is_some_and(is_of_external_access)
    {
        return Some(Related::ExternalAccess);
    }
    if has("RoleDetailList") || has("UserDetailList") || has("GroupDetailList") {
        return None;
    }
    let all_organizations = |list: &[Json]| list.iter().all(is_organizations);
    Some(if has("EntityDetailsList") {
        Related::LastAccessedEntities
    } else if has("AccessDetails") {
        Related::OrganizationReport
    } else if has("PolicyNames") {
        Related::InlinePolicyNames
    } else if has("AttachedPolicies") {
        Related::AttachedPolicies
    } else if elements("Policies").is_some_and(all_organizations) {
        Related::OrganizationPolicy
    } else if all_have("Policies", "DefaultVersionId") && !all_have("Policies", "PolicyVersionList")
    {
        Related::ManagedPolicies
    } else if all_have("Versions", "VersionId") && !all_have("Versions", "Document") {
        Related::PolicyVersions
    } else if all_have("Roles", "RoleName")
        || all_have("Users", "UserName")
        || all_have("Groups", "GroupName")
    {
        Related::Principals
    } else if all_have("analyzers", "arn") {
        Related::Analyzers
    } else if all_have("policyGenerations", "jobId") {
        Related::PolicyGenerations
    } else if has("JobId") && !has("JobStatus") {
        Related::Job
    } else {
        return None;
    })
}

/// Whether a finding tells who else may do something, not what is unused.
fn is_of_external_access(finding: &Json) -> bool {
    match finding.get("findingType").and_then(Json::as_str) {
        Some(finding_type) => matches!(finding_type, "ExternalAccess" | "InternalAccess"),
        None => ["isPublic", "principal", "action", "condition"]
            .iter()
            .any(|key| finding.get(key).is_some()),
    }
}
