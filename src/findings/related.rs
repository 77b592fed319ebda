//! What to say of an answer that is near what is needed: what it is, and the one command that gives
//! what is needed, with the names that the answer has.

use super::summary::{any_finding_command, each, safe_word};
use crate::text::{Json, Related};

/// How many commands are printed one after the other.
const COMMANDS: usize = 5;

/// What the answer is, and what to do.
pub(super) fn message_and_help(related: Related, json: &Json) -> (String, String) {
    let fetch = |command: String| format!("fetch them: {command}");
    let (message, help) = match related {
        Related::InlinePolicyNames => (
            "these are the names of inline policies, without the policies",
            fetch(inline_policies(json)),
        ),
        Related::AttachedPolicies => (
            "these are the names of attached policies, without the policies",
            fetch(joined(json, "AttachedPolicies", |one| {
                default_version(word(one, "PolicyArn").unwrap_or("POLICY_ARN"))
            })),
        ),
        Related::ManagedPolicies => (
            "this tells everything about managed policies but their permissions",
            fetch(joined(json, "Policies", |one| {
                version(
                    word(one, "Arn").unwrap_or("POLICY_ARN"),
                    word(one, "DefaultVersionId").unwrap_or("VERSION_ID"),
                )
            })),
        ),
        Related::PolicyVersions => {
            let versions = json.get("Versions").and_then(Json::as_array);
            let default = versions
                .unwrap_or_default()
                .iter()
                .find(|one| one.get("IsDefaultVersion").and_then(Json::as_bool) == Some(true));
            let default = default.and_then(|one| word(one, "VersionId"));
            (
                "these are the versions of a policy, without their documents",
                format!(
                    "fetch the one that is in force: {}",
                    version("POLICY_ARN", default.unwrap_or("VERSION_ID"))
                ),
            )
        }
        Related::Principals => (
            "this tells everything about principals but their permissions",
            "fetch all their policies: aws iam get-account-authorization-details --output json > \
             account.json; then: iam-refine refine --account account.json FINDINGS"
                .to_owned(),
        ),
        Related::Analyzers => (
            "these are analyzers, without their findings",
            findings_of_an_analyzer(json),
        ),
        Related::PolicyGenerations => (
            "these are the ids of jobs, without the policies that they generated",
            fetch(joined(json, "policyGenerations", |one| {
                format!(
                    "aws accessanalyzer get-generated-policy --job-id {} --output json",
                    word(one, "jobId").unwrap_or("JOB_ID")
                )
            })),
        ),
        Related::Job => (
            "this is the id of a job, without what it found",
            format!(
                "fetch the report when it is finished: aws iam get-service-last-accessed-details \
                 --job-id {} --output json",
                word(json, "JobId").unwrap_or("JOB_ID")
            ),
        ),
        Related::Validation => (
            "these are faults that AWS finds in a policy, not what is unused",
            finding(),
        ),
        Related::ExternalAccess => (
            "these are findings of external or internal access: they say who may reach a resource, \
             not what is unused",
            finding(),
        ),
        Related::OrganizationPolicy => (
            "this is a policy of AWS Organizations: it limits accounts, and grants nothing that \
             could be unused",
            format!(
                "give a policy of a role, user or group: {}",
                inline("role", "ROLE_NAME", "POLICY_NAME")
            ),
        ),
        Related::LastAccessedEntities => (
            "this tells who used one service, not what one principal used",
            format!(
                "ask for the principal: aws iam get-service-last-accessed-details --job-id {} \
                 --output json",
                "JOB_ID"
            ),
        ),
        Related::OrganizationReport => (
            "this tells which services an organization used, not what one principal used",
            "ask for the principal: aws iam generate-service-last-accessed-details --granularity \
             ACTION_LEVEL --arn ARN --output json"
                .to_owned(),
        ),
    };
    (message.to_owned(), help)
}

/// The one that looks for unused access, if the answer has it.
fn findings_of_an_analyzer(json: &Json) -> String {
    let analyzers = json.get("analyzers").and_then(Json::as_array);
    let analyzers = analyzers.unwrap_or_default();
    let is_unused =
        |one: &&Json| word(one, "type").is_some_and(|kind| kind.ends_with("UNUSED_ACCESS"));
    let one = analyzers.iter().find(is_unused).or(analyzers.first());
    let arn = one.and_then(|one| word(one, "arn"));
    format!(
        "list the findings of the one of the type ACCOUNT_UNUSED_ACCESS: aws accessanalyzer \
         list-findings-v2 --analyzer-arn {} --output json",
        arn.unwrap_or("ANALYZER_ARN")
    )
}

fn finding() -> String {
    format!("give a finding of unused access: {}", any_finding_command())
}

/// The answer does not say whether its policies are those of a role, a user or a group.
fn inline_policies(json: &Json) -> String {
    let names = json.get("PolicyNames").and_then(Json::as_array);
    let names: Vec<&str> = names
        .unwrap_or_default()
        .iter()
        .filter_map(safe_word)
        .collect();
    match names.as_slice() {
        [] => inline("role", "ROLE_NAME", "POLICY_NAME"),
        [only] => inline("role", "ROLE_NAME", only),
        // One file may hold all of them.
        several => {
            let all = each("name", several, &inline("role", "ROLE_NAME", "\"$name\""));
            format!("{all} > policies.json")
        }
    }
}

fn inline(kind: &str, owner: &str, policy: &str) -> String {
    format!("aws iam get-{kind}-policy --{kind}-name {owner} --policy-name {policy} --output json")
}

fn version(arn: &str, version: &str) -> String {
    format!("aws iam get-policy-version --policy-arn {arn} --version-id {version} --output json")
}

/// The version in force, of a policy of which the answer does not say which that is.
fn default_version(arn: &str) -> String {
    let default = format!(
        "\"$(aws iam get-policy --policy-arn {arn} --query Policy.DefaultVersionId --output text)\""
    );
    version(arn, &default)
}

/// A command for each element of a list, the first few.
fn joined(json: &Json, list: &str, command: impl Fn(&Json) -> String) -> String {
    let elements = json.get(list).and_then(Json::as_array).unwrap_or_default();
    let commands = elements.iter().take(COMMANDS).map(command);
    let commands = commands.collect::<Vec<_>>().join("; ");
    match elements.len().checked_sub(COMMANDS) {
        None | Some(0) => commands,
        Some(more) => format!("{commands}; and {more} more"),
    }
}

fn word<'json>(json: &'json Json, key: &str) -> Option<&'json str> {
    safe_word(json.get(key)?)
}
