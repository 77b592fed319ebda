//! What `aws securityhub get-recommended-policy-v2` prints: existing policies, and what AWS
//! recommends in their place.
//!
//! ```json
//! {"RecommendationType": "UNUSED_PERMISSION_RECOMMENDATION", "Status": "SUCCEEDED",
//!  "ResourceArn": "arn:aws:iam::123456789012:role/MyRole", "RecommendationSteps": [{"UnusedPermissions":
//!    {"RecommendedAction": "CREATE_POLICY", "ExistingPolicyId": "arn:aws:iam::123456789012:policy/Mine",
//!     "ExistingPolicy": "{\"Statement\": []}", "RecommendedPolicy": "{\"Statement\": []}"}}]}
//! ```

use super::recommendation::{ForPolicy, Recommendation, name_in_id};
use super::{LoadedPolicy, Origin, PolicyOwner};
use crate::iam::Arn;
use crate::iam::quota::PolicyKind;
use crate::text::{Json, Problem, Problems, Source, quoted};

/// Reads the existing policies and what AWS recommends for each.
pub(super) fn read(source: &Source, json: &Json) -> Result<Vec<LoadedPolicy>, Problems> {
    let recommendation = Recommendation::read(source, json)?;
    let notes = left_out(source, &recommendation.policies);
    let owner = recommendation.owner;
    let policies = recommendation.policies.into_iter();
    let mut policies: Vec<LoadedPolicy> = policies
        .filter_map(|one| existing(one, owner.clone()))
        .collect();
    let Some(first) = policies.first_mut() else {
        let message = "this recommendation holds no existing policy";
        let help = "AWS gives those that it would replace, not those that it would detach; fetch \
                    the policy on its own";
        return Err(source.error(message).help(help).into());
    };
    first.origin.notes = notes;
    Ok(policies)
}

/// Notes for the policies that are not there.
fn left_out(source: &Source, policies: &[ForPolicy]) -> Vec<Problem> {
    let is_left_out = |one: &&ForPolicy| one.existing.is_none();
    let note = |one: &ForPolicy| {
        let message = format!(
            "AWS recommends to detach {}, whose document is not here",
            one.id.as_deref().map_or("a policy".to_owned(), quoted)
        );
        source.note_at(one.range.clone(), message)
    };
    policies.iter().filter(is_left_out).map(note).collect()
}

/// The existing policy, where the answer holds it.
fn existing(one: ForPolicy, owner: Option<PolicyOwner>) -> Option<LoadedPolicy> {
    let name = one.id.as_deref().and_then(name_in_id);
    let arn = one.id.as_deref().and_then(Arn::parse);
    Some(LoadedPolicy {
        document: one.existing?,
        kind: match &arn {
            Some(_) => PolicyKind::Managed,
            None => PolicyKind::Unknown,
        },
        origin: Origin {
            is_in_answer: true,
            owner,
            name,
            arn,
            changed_at: one.updated_at,
            recommended: one.recommended,
            ..Origin::default()
        },
    })
}
