//! What `aws accessanalyzer get-finding-v2` prints: what one principal does not use.
//!
//! ```json
//! {"id": "0f3a…", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/MyRole",
//!  "analyzedAt": "2026-10-01T08:00:00Z", "findingDetails": [{"unusedPermissionDetails":
//!   {"serviceNamespace": "s3", "actions": [{"action": "GetBucketAcl"}]}}]}
//! ```

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::entry::Reader;
use super::page::{More, Page};
use super::{UnusedFor, UsedActions};
use crate::iam::{Action, ServicePrefix};
use crate::text::{Json, Problem, Problems, Source, Untrusted, counted, quoted, some_of};

/// How many names a warning lists.
const NAMES: usize = 5;

/// The type of finding that names unused actions.
const UNUSED_PERMISSION: &str = "UnusedPermission";

/// Reads a finding, or one page of it.
///
/// AWS reports what was not used for so many days as the analyzer was told. What was used within
/// `unused_for` is not taken away all the same: a service counts as used, an action is held back.
pub(super) fn read(source: &Source, json: &Json, unused_for: UnusedFor) -> Result<Page, Problems> {
    let mut reader = Reader::new(source);
    let mut notes = status(&mut reader, json);
    error(&mut reader, json);
    details(&mut reader, json);
    let id = reader.fields.text(json, "id").map(Untrusted::from);
    let principal = reader.fields.text(json, "resource").map(Untrusted::from);
    let analyzed_at = reader.fields.time(json, "analyzedAt");
    let more = More::read(&mut reader.fields, json);
    let mut unused = reader.finish()?;
    let mut used = UsedActions::default();
    let mut recently_used = BTreeMap::new();
    if let Some(analyzed_at) = analyzed_at {
        let since = unused_for.before(analyzed_at);
        let services = unused.take_out_services_used_since(since);
        recently_used = unused.used_since(since);
        notes.extend(was_used(source, unused_for, &services, &recently_used));
        for (service, at) in services {
            used.add_service(service, at);
        }
    }
    Ok(Page {
        source: source.clone(),
        id,
        principal,
        analyzed_at,
        unused,
        used,
        recently_used,
        asked_since: None,
        more,
        notes,
    })
}

/// Names what is reported as unused although it was used within the window: it stays.
fn was_used(
    source: &Source,
    unused_for: UnusedFor,
    services: &BTreeMap<ServicePrefix, Timestamp>,
    actions: &BTreeMap<Action, Timestamp>,
) -> Option<Problem> {
    let services = services
        .iter()
        .map(|(service, at)| (format!("{service}:*"), *at));
    let actions = actions.iter().map(|(action, at)| (action.to_string(), *at));
    let mut used: Vec<(String, Timestamp)> = services.chain(actions).collect();
    used.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    let (_, last) = used.first()?;
    let last = last.strftime("%Y-%m-%d %H:%M UTC");
    let names: Vec<String> = used.iter().map(|(name, _)| name.clone()).collect();
    let names = some_of(&names, NAMES);
    let days = counted(unused_for.0 as usize, "day", "days");
    let message = format!(
        "reported as unused, and used within {days} before the finding, so it stays: {names}; last \
         used on {last}"
    );
    let help = "if the analyzer looks at fewer days, say how many: --unused-for DAYS";
    Some(source.warning(message).help(help))
}

/// What is resolved is not unused any more; what is archived was put aside by someone.
fn status(reader: &mut Reader<'_>, json: &Json) -> Vec<Problem> {
    let (Some(status), Some(place)) = (reader.fields.text(json, "status"), json.get("status"))
    else {
        return Vec::new();
    };
    match status {
        "ACTIVE" => Vec::new(),
        "ARCHIVED" => {
            let message = "this finding is archived: someone meant these permissions to stay";
            let warning = reader
                .fields
                .source
                .warning_at(place.range.clone(), message);
            vec![warning.help("make sure that they may go now")]
        }
        "RESOLVED" => {
            reader.fields.wrong(
                place,
                "this finding is resolved: what it names is gone, or was used since",
                "give a finding that is ACTIVE",
            );
            Vec::new()
        }
        other => {
            let message = format!("{} is not a status of findings", quoted(other));
            reader
                .fields
                .wrong(place, message, "give a finding that is ACTIVE");
            Vec::new()
        }
    }
}

fn error(reader: &mut Reader<'_>, json: &Json) {
    if let Some(error) = json.get("error").filter(|error| !error.is_null()) {
        let told = error.as_str().map(quoted).unwrap_or_default();
        let message = format!("AWS could not finish this finding {told}");
        reader
            .fields
            .wrong(error, message.trim_end(), "fetch it again later");
    }
}

fn details(reader: &mut Reader<'_>, json: &Json) {
    let Some(details) = json.get("findingDetails") else {
        return;
    };
    let entries: Vec<&Json> = details
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(|detail| detail.get("unusedPermissionDetails"))
        .collect();
    for entry in &entries {
        reader.entry(entry);
    }
    let finding_type = reader.fields.text(json, "findingType");
    let is_other_type = finding_type.is_some_and(|own| own != UNUSED_PERMISSION);
    if is_other_type || entries.is_empty() {
        let message = match finding_type.or_else(|| first_detail(details)) {
            None | Some(UNUSED_PERMISSION) => "this finding names no unused actions".to_owned(),
            Some(other) => {
                let other = quoted(other);
                format!("this finding is of the type {other}: it names no unused actions")
            }
        };
        let place = json.get("findingType").unwrap_or(details);
        reader.fields.wrong(
            place,
            message,
            "give a finding of the type UnusedPermission",
        );
    }
}

/// What a finding without a type calls its details: `externalAccessDetails`, for example.
fn first_detail(details: &Json) -> Option<&str> {
    let first = details.as_array()?.first()?.as_object()?.first()?;
    Some(&first.name)
}
