//! Of whom a fetched account has no finding, although there is one or may be one.

use std::collections::BTreeSet;

use crate::account::WithoutFinding;
use crate::fetched::{Folder, Unanswered};
use crate::policies::Account;
use crate::text::{Error, Json, Untrusted};

/// The ARNs of those whose finding is archived or was not answered; the same ARN may come several times.
///
/// # Errors
/// The list of findings cannot be read.
pub(super) fn without_finding(
    folder: &Folder,
    account: &Account,
) -> Result<Vec<(Untrusted, WithoutFinding)>, Error> {
    let mut without = listed(folder)?;
    let unanswered = &folder.manifest.unanswered;
    let is_of = |sub_commands: &[&str]| {
        let mut calls = unanswered.iter();
        calls.any(|call| sub_commands.contains(&call.sub_command()))
    };
    let reports = [
        "generate-service-last-accessed-details",
        "get-service-last-accessed-details",
    ];
    // Which findings there are was asked once for all; a report that is not answered has no principal.
    if is_of(&["list-findings-v2"]) || is_of(&reports) {
        let answered = folder.answers("get-service-last-accessed-details");
        let answered: BTreeSet<&str> = answered.filter_map(|one| one.about.as_deref()).collect();
        let all = account.principals.iter();
        let own = all.filter(|principal| principal.locked.is_none());
        let arns = own.filter_map(|principal| principal.owner.arn.as_ref());
        let silent = arns.filter(|arn| !answered.contains(arn.as_str()));
        without.extend(silent.map(|arn| (arn.as_str().into(), WithoutFinding::Unanswered)));
    }
    Ok(without)
}

/// Whom the list of findings names, where the finding itself is not fetched.
fn listed(folder: &Folder) -> Result<Vec<(Untrusted, WithoutFinding)>, Error> {
    let unanswered = folder.manifest.unanswered.iter();
    let unanswered = unanswered.filter(|call| call.sub_command() == "get-finding-v2");
    let unanswered: BTreeSet<&str> = unanswered.filter_map(Unanswered::id).collect();
    let mut without = Vec::new();
    for list in folder.answers("list-findings-v2") {
        let source = folder.read(list)?;
        let json = Json::parse(&source)?;
        let findings = json.get("findings").and_then(Json::as_array);
        for finding in findings.unwrap_or_default() {
            let text = |key| finding.get(key).and_then(Json::as_str);
            let is_unanswered = text("id").is_some_and(|id| unanswered.contains(id));
            let why = match text("status") {
                Some("ARCHIVED") => WithoutFinding::Archived,
                _ if is_unanswered => WithoutFinding::Unanswered,
                _ => continue,
            };
            without.extend(text("resource").map(|arn| (Untrusted::from(arn), why)));
        }
    }
    Ok(without)
}
