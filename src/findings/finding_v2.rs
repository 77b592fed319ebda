//! What `aws accessanalyzer get-finding-v2` prints: what one principal does not use.
//!
//! ```json
//! {"id": "0f3a…", "status": "ACTIVE", "resource": "arn:aws:iam::123456789012:role/MyRole",
//!  "analyzedAt": "2026-10-01T08:00:00Z", "findingDetails": [{"unusedPermissionDetails":
//!   {"serviceNamespace": "s3", "actions": [{"action": "GetBucketAcl"}]}}]}
//! ```

use jiff::Timestamp;

use super::UnusedFor;
use super::entry::Reader;
use super::evidence::Evidence;
use super::last_use::SeenUse;
use super::page::{AccountPage, More, Page, UnusedRole};
use super::recent::{Dates, FEWER_DAYS, Window, moment};
use crate::iam::Arn;
use crate::text::{AS_PRINTED, Fields, Json, Problem, Problems, Source, Untrusted, quoted};

/// The keys of a finding that are read, and those whose spelling is to be one.
const KEYS: [&str; 16] = [
    "id",
    "status",
    "resource",
    "analyzedAt",
    "updatedAt",
    "createdAt",
    "findingType",
    "findingDetails",
    "unusedPermissionDetails",
    "unusedIamRoleDetails",
    "serviceNamespace",
    "actions",
    "action",
    "lastAccessed",
    "error",
    "value",
];

/// The type of finding that names unused actions.
const UNUSED_PERMISSION: &str = "UnusedPermission";

/// The type of finding that says that a role is not used at all.
const UNUSED_ROLE: &str = "UnusedIAMRole";

/// Reads a finding beside an account or sources: one that is done with or archived, or of a type that
/// says nothing of permissions, is not needed.
pub(super) fn read_beside_account(
    source: &Source,
    json: &Json,
    unused_for: UnusedFor,
) -> Result<AccountPage, Problems> {
    let json = &json.respelled(source, &KEYS)?;
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let not_needed = |key: &str, why: String| {
        let place = json.member(key).map(|member| member.value.range.clone());
        let place = place.unwrap_or(json.range.start..json.range.start + 1);
        let message = format!("passed over: {why}");
        Ok(AccountPage::NotNeeded(Box::new(
            source.note_at(place, message),
        )))
    };
    match (text("status"), text("findingType")) {
        (Some("RESOLVED"), _) if is_evidence(json) => {
            Ok(AccountPage::Needed(Box::new(resolved(source, json)?)))
        }
        (Some("RESOLVED"), _) => not_needed(
            "status",
            "this finding is resolved, what it names is gone or was used since".to_owned(),
        ),
        (Some("ARCHIVED"), kind) => {
            let what = match kind {
                Some(UNUSED_ROLE) => "this unused role",
                _ => "these permissions",
            };
            not_needed(
                "status",
                format!("this finding is archived, someone meant {what} to stay"),
            )
        }
        (_, Some(UNUSED_ROLE)) => unused_role(source, json, unused_for),
        (_, Some(other)) if other != UNUSED_PERMISSION => not_needed(
            "findingType",
            format!(
                "a finding of the type {} names no unused actions",
                quoted(other)
            ),
        ),
        _ => Ok(AccountPage::Needed(Box::new(read(
            source, json, unused_for,
        )?))),
    }
}

/// That a role is not used at all: an active finding without any action. One that was used within
/// `unused_for` is no such role, as the analyzer may look at fewer days.
fn unused_role(
    source: &Source,
    json: &Json,
    unused_for: UnusedFor,
) -> Result<AccountPage, Problems> {
    let mut reader = Reader::new(source);
    let notes = status(&mut reader, json);
    error(&mut reader, json);
    let details = json.get("findingDetails");
    let details = details.and_then(Json::as_array).unwrap_or_default();
    if let Some(odd) = details
        .iter()
        .find_map(|one| one.get("unusedPermissionDetails"))
        && !odd.is_null()
    {
        let message = "this finding is of the type UnusedIAMRole, and names unused actions";
        reader.fields.wrong(odd, message, AS_PRINTED);
    }
    let mut last_used: Option<(Timestamp, &Json)> = None;
    for role in details.iter().filter_map(role_details) {
        let at = reader.fields.time(role, "lastAccessed");
        let at = at.zip(role.get("lastAccessed"));
        last_used = [last_used, at]
            .into_iter()
            .flatten()
            .max_by_key(|(moment, _)| *moment);
    }
    let page = page(source, &mut reader.fields, json);
    let changed_at = changed_at(&mut reader.fields, json, &page);
    let unused = reader.finish()?;
    let dates = Dates {
        analyzed_at: page.analyzed_at,
        changed_at,
        last_used: last_used.map(|(at, _)| at),
    };
    let window = Window::before(&dates, unused_for);
    if let Some((at, place)) = last_used
        && let Some(window) = window
        && window.holds(at)
    {
        let note = role_was_used(&page, place, at, window);
        return Ok(AccountPage::NotNeeded(Box::new(note)));
    }
    Ok(AccountPage::Needed(Box::new(Page {
        unused,
        window,
        unused_role: Some(UnusedRole {
            last_used: last_used.map(|(at, _)| at),
        }),
        notes,
        ..page
    })))
}

/// Reads a finding beside those of others who have the same policies: it may say that a role is not
/// used at all.
pub(super) fn read_of_several(
    source: &Source,
    json: &Json,
    unused_for: UnusedFor,
) -> Result<Page, Problems> {
    let respelled = json.respelled(source, &KEYS)?;
    if is_evidence(&respelled) {
        return resolved(source, &respelled);
    }
    match respelled.get("findingType").and_then(Json::as_str) {
        Some(UNUSED_ROLE) => match unused_role(source, &respelled, unused_for)? {
            AccountPage::Needed(page) => Ok(*page),
            AccountPage::NotNeeded(_) => {
                let message = "this role was used within the days before this finding, which does \
                               not tell what of";
                Err(source.error(message).help(FEWER_DAYS).into())
            }
        },
        _ => read(source, json, unused_for),
    }
}

/// What a detail of a finding says of a role; Go prints `{"Value": {…}}` for it.
fn role_details(detail: &Json) -> Option<&Json> {
    let named = detail.get("unusedIamRoleDetails");
    named.or_else(|| match detail.as_object() {
        Some([only]) if only.name == "value" => Some(&only.value),
        _ => None,
    })
}

/// Names a role that is reported as unused although it was used within the window.
fn role_was_used(page: &Page, place: &Json, at: Timestamp, window: Window) -> Problem {
    let role = match &page.principal {
        Some(role) => role.to_string(),
        None => "this role".to_owned(),
    };
    let (at, within) = (moment(at), window.words());
    let message = format!("passed over: {role} was used on {at}, {within}");
    let note = page.source.note_at(place.range.clone(), message);
    note.help(window.help())
}

/// Whether it is a finding of unused access that is resolved: it is not unused any more, and tells
/// when it was used last.
fn is_evidence(json: &Json) -> bool {
    let text = |key: &str| json.get(key).and_then(Json::as_str);
    let details = json.get("findingDetails").and_then(Json::as_array);
    let names_any = || {
        details
            .unwrap_or_default()
            .iter()
            .any(|one| permissions(one).is_some())
    };
    let is_of_unused_access = match text("findingType") {
        Some(UNUSED_PERMISSION | UNUSED_ROLE) => true,
        Some(_) => false,
        None => names_any(),
    };
    text("status") == Some("RESOLVED") && is_of_unused_access
}

/// Reads a finding that is resolved. What it names is gone, or was used since: nobody can tell which.
/// So of what it says only the times of the last uses are sure.
fn resolved(source: &Source, json: &Json) -> Result<Page, Problems> {
    let mut reader = Reader::new(source);
    error(&mut reader, json);
    let details = json.get("findingDetails").and_then(Json::as_array);
    for entry in details.unwrap_or_default().iter().filter_map(permissions) {
        reader.entry(entry);
    }
    let page = page(source, &mut reader.fields, json);
    let seen = SeenUse::told(&reader.finish()?, source.name());
    let start = json.range.start..json.range.start + 1;
    let place = json
        .get("status")
        .map_or(start, |status| status.range.clone());
    let alone = source.error_at(place, RESOLVED).help(GIVE_ACTIVE);
    Ok(Page {
        evidence: Some(Evidence {
            seen,
            alone,
            is_finding: true,
        }),
        more: None,
        notes: odd_principal(source, json).into_iter().collect(),
        ..page
    })
}

const RESOLVED: &str = "this finding is resolved: what it names is gone, or was used since";

const GIVE_ACTIVE: &str = "give a finding that is ACTIVE";

/// Reads a finding, or one page of it.
///
/// AWS reports what was not used for so many days as the analyzer was told. What was used within
/// `unused_for` is not taken away all the same: a service counts as used, an action is held back.
pub(super) fn read(source: &Source, json: &Json, unused_for: UnusedFor) -> Result<Page, Problems> {
    let json = &json.respelled(source, &KEYS)?;
    if is_evidence(json) {
        return resolved(source, json);
    }
    let mut reader = Reader::new(source);
    let mut notes = status(&mut reader, json);
    notes.extend(odd_principal(source, json));
    error(&mut reader, json);
    details(&mut reader, json);
    let page = page(source, &mut reader.fields, json);
    let changed_at = changed_at(&mut reader.fields, json, &page);
    let mut page = Page {
        unused: reader.finish()?,
        notes,
        ..page
    };
    let dates = Dates {
        analyzed_at: page.analyzed_at,
        changed_at,
        ..Dates::only_of(&page.unused)
    };
    if let Some(window) = Window::before(&dates, unused_for) {
        window.apply_to(&mut page);
    }
    Ok(page)
}

/// When a finding was last changed that does not tell when it was made.
fn changed_at(fields: &mut Fields<'_>, json: &Json, page: &Page) -> Option<Timestamp> {
    if page.analyzed_at.is_some() {
        return None;
    }
    let dates = ["updatedAt", "createdAt"].map(|key| fields.time_made(json, key));
    dates.into_iter().flatten().max()
}

/// What all findings tell, whatever their type.
fn page(source: &Source, fields: &mut Fields<'_>, json: &Json) -> Page {
    Page {
        id: fields.text(json, "id").map(Untrusted::from),
        principal: fields.text(json, "resource").map(Untrusted::from),
        analyzed_at: fields.time_made(json, "analyzedAt"),
        more: More::read(fields, json),
        ..Page::blank(source, json)
    }
}

/// That nobody can tell whether policies are of this principal: AWS tells it by its ARN.
fn odd_principal(source: &Source, json: &Json) -> Option<Problem> {
    let resource = json.get("resource")?;
    let principal = resource.as_str()?;
    if Arn::parse(principal).is_some_and(|arn| arn.is_of_role_or_user()) {
        return None;
    }
    let message = format!(
        "{} is not the ARN of a role or a user, so nobody can tell whether the policies are its",
        quoted(principal)
    );
    let warning = source.warning_at(resource.range.clone(), message);
    Some(warning.help("make sure that they are, or give the finding as AWS printed it"))
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
            reader.fields.wrong(place, RESOLVED, GIVE_ACTIVE);
            Vec::new()
        }
        other => {
            let message = format!("{} is not a status of findings", quoted(other));
            reader.fields.wrong(place, message, GIVE_ACTIVE);
            Vec::new()
        }
    }
}

fn error(reader: &mut Reader<'_>, json: &Json) {
    if let Some(error) = json.get("error").filter(|error| !error.is_null()) {
        let code = error.as_str().map(quoted).unwrap_or_default();
        let message = format!("AWS could not finish this finding {code}");
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
        .filter_map(permissions)
        .collect();
    for entry in &entries {
        reader.entry(entry);
    }
    let finding_type = reader.fields.text(json, "findingType");
    let is_other_type = finding_type.is_some_and(|given| given != UNUSED_PERMISSION);
    if is_other_type || entries.is_empty() {
        let message = match finding_type.or_else(|| first_detail(details)) {
            None | Some(UNUSED_PERMISSION) => "this finding names no unused actions".to_owned(),
            Some(other) => {
                let other = quoted(other);
                format!("this finding is of the type {other}: it names no unused actions")
            }
        };
        let place = json.get("findingType").unwrap_or(details);
        let help = match finding_type {
            Some(UNUSED_ROLE) => {
                "the role uses nothing: delete it, or refine what it shares with others by --account"
            }
            _ => "give a finding of the type UnusedPermission",
        };
        reader.fields.wrong(place, message, help);
    }
}

/// What a detail of a finding says of permissions. Go prints `{"Value": {…}}` for it, without its
/// kind: it is the one that names a service.
fn permissions(detail: &Json) -> Option<&Json> {
    let named = detail.get("unusedPermissionDetails");
    let named = named.filter(|details| !details.is_null());
    named.or_else(|| {
        let value = match detail.as_object() {
            Some([only]) if only.name == "value" => &only.value,
            _ => return None,
        };
        value.get("serviceNamespace").map(|_| value)
    })
}

/// What a finding without a type calls its details: `externalAccessDetails`, for example.
fn first_detail(details: &Json) -> Option<&str> {
    let first = details.as_array()?.first()?.as_object()?.first()?;
    Some(&first.name)
}
