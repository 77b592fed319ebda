//! What `aws securityhub get-recommended-policy-v2` prints: existing policies, and what AWS
//! recommends in their place.

use super::answer::in_file;
use super::embedded::document;
use super::owner::{arn, is_arn, is_name};
use super::{LoadedPolicy, Origin, PolicyOwner};
use crate::document::{AS_PRINTED, Document, Fields, Json, Problem, Problems, Source, quoted};
use crate::iam::quota::PolicyKind;

/// What AWS recommends in the place of a policy.
#[derive(Clone, Debug, PartialEq)]
pub enum Recommended {
    /// This policy.
    Policy(Document),
    /// None: it is to be detached.
    Detach,
}

/// Reads the existing policies and what AWS recommends for each.
pub(super) fn read(source: &Source, json: &Json) -> Result<Vec<LoadedPolicy>, Problems> {
    let mut fields = Fields::new(source);
    status(&mut fields, json);
    let owner = owner(&mut fields, json);
    let steps = fields.list(json, "RecommendationSteps").unwrap_or_default();
    let steps: Vec<&Json> = steps
        .iter()
        .filter_map(|step| step.get("UnusedPermissions"))
        .collect();
    let mut policies: Vec<LoadedPolicy> = (steps.iter().enumerate())
        .filter_map(|(place, step)| existing(&mut fields, place, step, owner.clone()))
        .collect();
    fields.finish()?;
    let Some(first) = policies.first_mut() else {
        let message = "this recommendation holds no existing policy";
        let help = "AWS gives those that it would replace, not those that it would detach; fetch \
                    the policy on its own";
        return Err(source.error(message).help(help).into());
    };
    first.origin.notes = left_out(source, &steps);
    Ok(policies)
}

const FETCH_AGAIN: &str = "fetch it again when it is finished: aws securityhub \
                           get-recommended-policy-v2 --metadata-uid METADATA_UID";

/// An unfinished recommendation must not look like one that recommends nothing.
fn status(fields: &mut Fields<'_>, json: &Json) {
    if let Some(status) = fields.text(json, "Status")
        && status != "SUCCEEDED"
    {
        let message = format!("this recommendation has the status {}", quoted(status));
        fields.wrong(json.get("Status").unwrap_or(json), message, FETCH_AGAIN);
    }
    if let Some(error) = json.get("Error").filter(|error| !error.is_null()) {
        fields.wrong(
            error,
            "AWS could not finish this recommendation",
            FETCH_AGAIN,
        );
    }
}

fn owner(fields: &mut Fields<'_>, json: &Json) -> Option<PolicyOwner> {
    let arn = arn(fields, json, "ResourceArn")?;
    let owner = PolicyOwner::from_arn(&arn);
    if owner.is_none() {
        let message = format!("{} is no role, user or group", quoted(&arn));
        fields.wrong(json.get("ResourceArn").unwrap_or(json), message, AS_PRINTED);
    }
    owner
}

/// Notes for the steps whose policy is not there.
fn left_out(source: &Source, steps: &[&Json]) -> Vec<Problem> {
    let is_left_out = |step: &&&Json| step.get("ExistingPolicy").is_none_or(Json::is_null);
    let note = |step: &&Json| {
        let id = step.get("ExistingPolicyId").and_then(Json::as_str);
        let message = format!(
            "AWS recommends to detach {}, whose document is not here",
            id.map_or_else(|| "a policy".to_owned(), quoted)
        );
        source.note_at(step.range.clone(), message)
    };
    steps.iter().filter(is_left_out).map(note).collect()
}

/// The existing policy of a step; none where the step does not hold it.
fn existing(
    fields: &mut Fields<'_>,
    place: usize,
    step: &Json,
    owner: Option<PolicyOwner>,
) -> Option<LoadedPolicy> {
    let source = fields.source;
    let id = fields.text(step, "ExistingPolicyId");
    let policy_arn = id.filter(|id| is_arn(id)).map(str::to_owned);
    let last = id.and_then(|id| id.rsplit('/').next());
    let name = last.filter(|id| is_name(id)).map(str::to_owned);
    let called = match &name {
        Some(name) => in_file(source, Some(name)),
        None => format!("{} (the policy of step {})", source.name(), place + 1),
    };
    let json = step.get("ExistingPolicy").filter(|json| !json.is_null())?;
    let existing = fields.take(document(source, json, &called));
    let origin = Origin {
        is_in_answer: true,
        owner,
        name,
        changed_at: fields.time(step, "PolicyUpdatedAt"),
        recommended: recommended(fields, step, &called),
        ..Origin::default()
    };
    Some(LoadedPolicy {
        document: existing?,
        kind: match &policy_arn {
            Some(_) => PolicyKind::Managed,
            None => PolicyKind::Unknown,
        },
        origin: Origin {
            arn: policy_arn,
            ..origin
        },
    })
}

/// AWS's answer. It is not refined, so its text may be of any form that is a policy.
fn recommended(fields: &mut Fields<'_>, step: &Json, called: &str) -> Option<Recommended> {
    let action = fields.text(step, "RecommendedAction");
    let Some(json) = step.get("RecommendedPolicy").filter(|json| !json.is_null()) else {
        return (action == Some("DETACH_POLICY")).then_some(Recommended::Detach);
    };
    let called = format!("{called}, as AWS recommends it");
    let document = fields.take(document(fields.source, json, &called))?;
    Some(Recommended::Policy(document))
}
