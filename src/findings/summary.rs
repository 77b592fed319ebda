//! Summaries of findings: which there are, but not what they name.
//!
//! A list of findings, an event and Security Hub all say how many actions are unused and not which.
//! Read as findings they would say that nothing is unused, so they are refused; they do have the
//! ids, and with them the command to fetch the findings.

use crate::text::Json;

/// The command that fetches the findings of `aws accessanalyzer list-findings-v2`. Those of other
/// types and those that are resolved are left out.
pub(super) fn command_for_list(json: &Json) -> String {
    let findings = json.as_array();
    let findings = findings.unwrap_or_else(|| elements_or_itself(json, "findings"));
    let is = |finding: &&Json, key: &str, text: &str| {
        finding
            .get(key)
            .and_then(Json::as_str)
            .is_none_or(|value| value == text)
    };
    let ids: Vec<&str> = findings
        .iter()
        .filter(|finding| is(finding, "findingType", "UnusedPermission"))
        .filter(|finding| is(finding, "status", "ACTIVE") || is(finding, "status", "ARCHIVED"))
        .filter_map(|finding| safe_word(finding.get("id")?))
        .collect();
    match ids.as_slice() {
        [] => command(None, None),
        [id] => command(None, Some(id)),
        ids => {
            let one = command(None, Some("\"$id\""));
            each("id", ids, &format!("{one} > \"finding-$id.json\""))
        }
    }
}

/// The command that fetches the finding of an event.
pub(super) fn command_for_event(json: &Json) -> String {
    let detail = json.get("detail");
    let resources = json.get("resources").and_then(Json::as_array);
    let first = resources.and_then(<[Json]>::first).and_then(safe_word);
    command(
        first.filter(|arn| arn.contains(":access-analyzer:")),
        detail.and_then(|detail| safe_word(detail.get("findingId")?)),
    )
}

/// The commands that fetch the findings that Security Hub keeps, one after the other.
pub(super) fn command_for_security_hub(json: &Json) -> String {
    let findings = elements_or_itself(json, "Findings");
    let commands: Vec<String> = findings
        .iter()
        .map(|finding| {
            let fields = finding.get("ProductFields");
            command(
                finding.get("Id").and_then(safe_word).and_then(analyzer_of),
                fields.and_then(|fields| safe_word(fields.get("findingId")?)),
            )
        })
        .collect();
    if commands.is_empty() {
        return any_finding_command();
    }
    commands.join("; ")
}

/// `aws accessanalyzer get-finding-v2`, with capital letters for what is not known.
pub(super) fn any_finding_command() -> String {
    command(None, None)
}

fn command(analyzer: Option<&str>, id: Option<&str>) -> String {
    let region = analyzer.and_then(|arn| arn.split(':').nth(3));
    let region = region.filter(|region| !region.is_empty());
    format!(
        "aws accessanalyzer get-finding-v2 --analyzer-arn {} --id {}{} --output json",
        analyzer.unwrap_or("ANALYZER_ARN"),
        id.unwrap_or("FINDING_ID"),
        region
            .map(|region| format!(" --region {region}"))
            .unwrap_or_default()
    )
}

/// A command for each of these words, which are safe in a shell.
pub(super) fn each(variable: &str, words: &[&str], command: &str) -> String {
    format!("for {variable} in {}; do {command}; done", words.join(" "))
}

/// The elements of a list, or the one finding that was taken out of it.
fn elements_or_itself<'json>(json: &'json Json, key: &str) -> &'json [Json] {
    let list = json.get(key).and_then(Json::as_array);
    list.unwrap_or(std::slice::from_ref(json))
}

/// Security Hub's id of a finding is `ANALYZER_ARN/PRINCIPAL_ARN/UnusedPermissions`.
fn analyzer_of(id: &str) -> Option<&str> {
    if !id.contains(":access-analyzer:") {
        return None;
    }
    let mut slashes = id.match_indices('/');
    let (end, _) = slashes.nth(1)?;
    Some(&id[..end])
}

/// A text of the file that may stand in a command as it is: people paste what we print.
pub(super) fn safe_word(json: &Json) -> Option<&str> {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=,@".contains(&byte);
    json.as_str()
        .filter(|text| !text.is_empty() && !text.starts_with('-') && text.bytes().all(harmless))
}
