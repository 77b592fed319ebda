//! What `aws accessanalyzer get-finding-v2` prints: what one principal does not use.
//!
//! ```json
//! {"id": "0f3a…", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/MyRole",
//!  "analyzedAt": "2026-10-01T08:00:00Z", "findingDetails": [{"unusedPermissionDetails":
//!   {"serviceNamespace": "s3", "actions": [{"action": "GetBucketAcl"}]}}]}
//! ```

use super::UsedActions;
use super::entry::Reader;
use super::page::{More, Page};
use crate::text::{Json, Problem, Problems, Source, Untrusted, quoted};

/// The type of finding that names unused actions.
const UNUSED_PERMISSION: &str = "UnusedPermission";

/// Reads a finding, or one page of it.
pub(super) fn read(source: &Source, json: &Json) -> Result<Page, Problems> {
    let mut reader = Reader::new(source);
    let notes = status(&mut reader, json);
    error(&mut reader, json);
    details(&mut reader, json);
    let id = reader.fields.text(json, "id").map(Untrusted::from);
    let principal = reader.fields.text(json, "resource").map(Untrusted::from);
    let analyzed_at = reader.fields.time(json, "analyzedAt");
    let more = More::read(&mut reader.fields, json);
    Ok(Page {
        source: source.clone(),
        id,
        principal,
        analyzed_at,
        unused: reader.finish()?,
        used: UsedActions::default(),
        is_report: false,
        more,
        notes,
    })
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
