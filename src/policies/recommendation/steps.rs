//! The steps of an answer, which the two services spell in their own ways.

use super::{ForPolicy, Recommended, name_in_id};
use crate::policies::PolicyOwner;
use crate::policies::embedded::{document, in_file};
use crate::policies::owner::arn;
use crate::text::{AS_PRINTED, Fields, Json, quoted};

/// What one of AWS's services calls the parts of its answer.
pub(super) struct Keys {
    status: &'static str,
    error: &'static str,
    owner: &'static str,
    steps: &'static str,
    step: &'static str,
    action: &'static str,
    id: &'static str,
    existing: &'static str,
    recommended: &'static str,
    updated_at: &'static str,
    fetch_again: &'static str,
}

/// The keys that `aws accessanalyzer get-finding-recommendation` prints.
pub(super) const ACCESS_ANALYZER: Keys = Keys {
    status: "status",
    error: "error",
    owner: "resourceArn",
    steps: "recommendedSteps",
    step: "unusedPermissionsRecommendedStep",
    action: "recommendedAction",
    id: "existingPolicyId",
    existing: "existingPolicy",
    recommended: "recommendedPolicy",
    updated_at: "policyUpdatedAt",
    fetch_again: "fetch it again when it is finished: aws accessanalyzer \
                  get-finding-recommendation --analyzer-arn ANALYZER_ARN --id FINDING_ID --output json",
};

/// The keys that `aws securityhub get-recommended-policy-v2` prints.
pub(super) const SECURITY_HUB: Keys = Keys {
    status: "Status",
    error: "Error",
    owner: "ResourceArn",
    steps: "RecommendationSteps",
    step: "UnusedPermissions",
    action: "RecommendedAction",
    id: "ExistingPolicyId",
    existing: "ExistingPolicy",
    recommended: "RecommendedPolicy",
    updated_at: "PolicyUpdatedAt",
    fetch_again: "fetch it again when it is finished: aws securityhub \
                  get-recommended-policy-v2 --metadata-uid METADATA_UID --output json",
};

impl Keys {
    /// Refuses an answer that AWS has not finished: it must not look like one that recommends
    /// nothing.
    pub(super) fn refuse_unfinished(&self, fields: &mut Fields<'_>, json: &Json) {
        if let Some(status) = fields.text(json, self.status)
            && status != "SUCCEEDED"
        {
            let message = format!("this recommendation has the status {}", quoted(status));
            let place = json.get(self.status).unwrap_or(json);
            fields.wrong(place, message, self.fetch_again);
        }
        if let Some(error) = json.get(self.error).filter(|error| !error.is_null()) {
            let message = "AWS could not finish this recommendation";
            fields.wrong(error, message, self.fetch_again);
        }
    }

    /// The principal whose policies the answer is about, by its ARN; a wrong one is noted.
    pub(super) fn owner(&self, fields: &mut Fields<'_>, json: &Json) -> Option<PolicyOwner> {
        let arn = arn(fields, json, self.owner)?;
        let owner = PolicyOwner::from_arn(arn.as_str());
        if owner.is_none() {
            let message = format!("{} is no role, user or group", quoted(arn.as_str()));
            fields.wrong(json.get(self.owner).unwrap_or(json), message, AS_PRINTED);
        }
        owner
    }

    /// What the steps of an answer recommend, policy by policy.
    pub(super) fn policies(&self, fields: &mut Fields<'_>, json: &Json) -> Vec<ForPolicy> {
        let mut policies = Vec::new();
        let steps = fields.list(json, self.steps).unwrap_or_default();
        for (place, step) in steps.iter().enumerate() {
            if let Some(step) = step.get(self.step) {
                let read = self.for_policy(fields, place, step);
                join(fields, &mut policies, read);
            }
        }
        policies
    }

    fn for_policy(&self, fields: &mut Fields<'_>, place: usize, step: &Json) -> ForPolicy {
        let source = fields.source;
        let id = fields.text(step, self.id).map(str::to_owned);
        let called = match id.as_deref().and_then(name_in_id) {
            Some(name) => in_file(source, Some(&name)),
            None => format!("{} (the policy of step {})", source.name(), place + 1),
        };
        let mut read = |key: &str, called: &str| {
            let json = step.get(key).filter(|json| !json.is_null())?;
            fields.take(document(source, json, called))
        };
        let existing = read(self.existing, &called);
        // It is not refined, so its text may be of any form that is a policy.
        let recommended = read(self.recommended, &format!("{called}, as AWS recommends it"));
        let detaches = fields.text(step, self.action) == Some("DETACH_POLICY");
        ForPolicy {
            id,
            existing,
            recommended: match recommended {
                Some(document) => Some(Recommended::Policy(document)),
                None => detaches.then_some(Recommended::Detach),
            },
            updated_at: fields.time(step, self.updated_at),
            range: step.range.start..step.range.start + 1,
        }
    }
}

/// Adds a step to those that are there, of which one may be for the same policy.
fn join(fields: &mut Fields<'_>, policies: &mut Vec<ForPolicy>, step: ForPolicy) {
    let is_same = |one: &&mut ForPolicy| one.id.is_some() && one.id == step.id;
    let Some(one) = policies.iter_mut().find(is_same) else {
        policies.push(step);
        return;
    };
    one.existing = one.existing.take().or(step.existing);
    one.updated_at = one.updated_at.or(step.updated_at);
    match (&one.recommended, step.recommended) {
        (Some(Recommended::Policy(_)), Some(Recommended::Policy(_))) => {
            let problem = fields.source.error_at(
                step.range.start..step.range.start + 1,
                "a second policy is recommended in the place of the same one",
            );
            fields.wrong_with(problem.help(AS_PRINTED));
        }
        (Some(Recommended::Policy(_)), _) | (_, None) => {}
        (_, new) => one.recommended = new,
    }
}
