//! What to say of a file that names no unused actions: what it is, and what to give in its place.

use super::summary::{self, any_finding_command, safe_word};
use crate::text::{Json, Problem, Shape, Source, quoted};

/// What AWS's answers about stacks have.
const STACK: [&str; 4] = [
    "StackResourceSummaries",
    "StackResources",
    "Stacks",
    "StackSummaries",
];

/// Refuses a file that was given as a finding.
pub(super) fn refuse(shape: Shape, source: &Source, json: &Json) -> Problem {
    let (message, help) = match shape {
        Shape::FindingsList if is_page_of_findings(json) => (
            "this is one page of a list of findings, and says that more follow".to_owned(),
            "give all of them, without \"nextToken\"".to_owned(),
        ),
        Shape::FindingsList => (
            "this is a summary of findings: it names no actions".to_owned(),
            format!("fetch what it lists: {}", summary::command_for_list(json)),
        ),
        Shape::Event => (
            "this is an event about a finding: it names no actions".to_owned(),
            format!("fetch the finding: {}", summary::command_for_event(json)),
        ),
        Shape::SecurityHub => (
            "this is Security Hub's summary of findings: it names no actions".to_owned(),
            format!(
                "fetch what it lists: {}",
                summary::command_for_security_hub(json)
            ),
        ),
        Shape::Related(related) => super::related::message_and_help(related, json),
        Shape::Recommendation => (recommendation(json), fetch_the_finding()),
        Shape::PolicyMetadata => (
            "this tells everything about a policy but its permissions".to_owned(),
            format!(
                "fetch the version that is in force: {}",
                policy_command(json)
            ),
        ),
        Shape::PrincipalMetadata => (
            "this tells everything about a principal but its permissions".to_owned(),
            format!("fetch one of its policies: {}", principal_command(json)),
        ),
        Shape::PolicyDocument
        | Shape::PolicyText
        | Shape::PolicyVersion
        | Shape::InlinePolicy
        | Shape::PermissionSetPolicy
        | Shape::WrappedPolicy
        | Shape::PolicyList
        | Shape::AuthorizationDetails
        | Shape::RecommendedPolicy => (
            "this holds a policy, and a finding is needed here".to_owned(),
            fetch_the_finding(),
        ),
        Shape::Unknown if json.get("serviceNamespace").is_some() => (
            "this is one service of a list of findings, and the list is needed here".to_owned(),
            "put all of them between brackets: [{\"serviceNamespace\": \"s3\", \"actions\": […]}, …]"
                .to_owned(),
        ),
        Shape::Unknown if STACK.iter().any(|key| json.get(key).is_some()) => (
            "this is a stack of CloudFormation, and its template is not given".to_owned(),
            "give the template with its stacks; root modules of Terraform in a run of their own"
                .to_owned(),
        ),
        Shape::Unknown if is_record(json) => (
            "this is a decision record, and no finding".to_owned(),
            "say --decisions FILE to decide as it says, of one record at a time".to_owned(),
        ),
        Shape::ArticleList
        | Shape::FindingV2
        | Shape::LastAccessed
        | Shape::GeneratedPolicy
        | Shape::Unknown => (
            format!(
                "{} of no shape that is known, neither a policy nor a finding",
                json.kind()
            ),
            format!(
                "a policy has \"Statement\"; a finding is what this prints: {}",
                any_finding_command()
            ),
        ),
    };
    let start = json.range.start;
    let problem = match json.as_object().and_then(<[_]>::first) {
        // A caret under a whole document would say nothing.
        None => source.error_at(start..start + 1, message),
        Some(first) => source.error_at(first.name_range.clone(), message),
    };
    problem.help(help)
}

/// Whether a list names unused actions: it is refused for what it lacks.
fn is_page_of_findings(json: &Json) -> bool {
    let findings = json.get_spelled("findings").and_then(Json::as_array);
    let mut findings = findings.unwrap_or_default().iter();
    findings.any(|one| one.get_spelled("findingDetails").is_some())
}

/// Whether this program wrote it to tell what was decided.
fn is_record(json: &Json) -> bool {
    let format = json.get("format").and_then(Json::as_str);
    format.is_some_and(|format| format.starts_with("iam-refine decisions "))
}

fn fetch_the_finding() -> String {
    format!("give the finding itself: {}", any_finding_command())
}

/// An unfinished recommendation must not look like one that recommends nothing.
fn recommendation(json: &Json) -> String {
    let status = json.get("status").and_then(Json::as_str);
    match status {
        None | Some("SUCCEEDED") => {
            "this is AWS's recommendation, usable to compare with: it names no unused actions"
                .to_owned()
        }
        Some(other) => format!("this recommendation has the status {}", quoted(other)),
    }
}

fn policy_command(json: &Json) -> String {
    let policy = json.get("Policy");
    let known = |key| policy.and_then(|policy| safe_word(policy.get(key)?));
    format!(
        "aws iam get-policy-version --policy-arn {} --version-id {} --output json",
        known("Arn").unwrap_or("POLICY_ARN"),
        known("DefaultVersionId").unwrap_or("VERSION_ID"),
    )
}

fn principal_command(json: &Json) -> String {
    let (kind, name) = ["Role", "User", "Group"]
        .into_iter()
        .find_map(|kind| json.get(kind).map(|principal| (kind, principal)))
        .map_or(("Role", None), |(kind, principal)| {
            let name = principal.get(&format!("{kind}Name"));
            (kind, name.and_then(safe_word))
        });
    let kind = kind.to_ascii_lowercase();
    let name = name.unwrap_or("NAME");
    format!(
        "aws iam get-{kind}-policy --{kind}-name {name} --policy-name POLICY_NAME --output json"
    )
}
