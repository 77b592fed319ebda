//! What a file is, recognised by its shape and never by its name.

use super::related::related;
use super::{Json, Related};
use crate::iam::starts_with_ignoring_case;

/// The shapes of JSON that people have at hand when they refine a policy.
///
/// Policies and findings can so be given in any order; see [`Shape::holds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A policy document: a top-level `Statement`.
    PolicyDocument,
    /// A policy document in a string: its JSON text, or that percent-encoded.
    PolicyText,
    /// What `aws iam get-policy-version` prints: a managed policy's version with its document.
    PolicyVersion,
    /// `aws iam get-role-policy`, `get-user-policy`, `get-group-policy`.
    InlinePolicy,
    /// What `aws sso-admin get-inline-policy-for-permission-set` prints.
    PermissionSetPolicy,
    /// A policy document under `Policy`, as its JSON or in a string.
    WrappedPolicy,
    /// Policies in a list under `Policies`, each of a shape of its own.
    PolicyList,
    /// What `aws iam get-account-authorization-details` prints: all policies of an account.
    AuthorizationDetails,
    /// What `aws securityhub get-recommended-policy-v2` prints: existing and recommended policies.
    RecommendedPolicy,
    /// A list of `{"serviceNamespace", "actions"}`.
    ArticleList,
    /// What `aws accessanalyzer get-finding-v2` prints: a finding, or one page of it.
    FindingV2,
    /// What `aws iam get-service-last-accessed-details` prints: when each service or action was
    /// used.
    LastAccessed,
    /// What `aws accessanalyzer get-generated-policy` prints: what `CloudTrail` saw used.
    GeneratedPolicy,
    /// What `aws accessanalyzer get-finding-recommendation` prints: recommended policies.
    Recommendation,
    /// `aws accessanalyzer list-findings-v2`, or one finding of it: a summary.
    FindingsList,
    /// What `aws accessanalyzer` sends to `EventBridge`: a summary.
    Event,
    /// Findings as Security Hub keeps them: a summary.
    SecurityHub,
    /// Another answer of AWS that is near what is needed.
    Related(Related),
    /// `aws iam get-policy`: all about a managed policy but its permissions.
    PolicyMetadata,
    /// `aws iam get-role`, `get-user`, `get-group`: all about a principal but its permissions.
    PrincipalMetadata,
    /// No shape that is known here.
    Unknown,
}

/// What a file of some shape is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holds {
    /// One policy or more, for [`policies::read`](crate::policies::read).
    Policies,
    /// What is unused: [`Page::read`](crate::findings::Page::read) reads it.
    Findings,
    /// Neither: [`Page::read`](crate::findings::Page::read) says what to give
    /// in its place.
    Neither,
}

/// Keys that an object of a shape has, all of them. The first row that fits decides.
const SIGNS: &[(&[&str], Shape)] = &[
    (&["Statement"], Shape::PolicyDocument),
    (&["PolicyVersion"], Shape::PolicyVersion),
    (&["Document", "VersionId"], Shape::PolicyVersion),
    (&["Document", "IsDefaultVersion"], Shape::PolicyVersion),
    (&["PolicyDocument", "PolicyName"], Shape::InlinePolicy),
    (&["InlinePolicy"], Shape::PermissionSetPolicy),
    (&["RoleDetailList"], Shape::AuthorizationDetails),
    (&["UserDetailList"], Shape::AuthorizationDetails),
    (&["GroupDetailList"], Shape::AuthorizationDetails),
    (&["RecommendationSteps"], Shape::RecommendedPolicy),
    (&["findingDetails"], Shape::FindingV2),
    (&["ServicesLastAccessed"], Shape::LastAccessed),
    (&["JobStatus"], Shape::LastAccessed),
    (&["generatedPolicyResult"], Shape::GeneratedPolicy),
    (&["jobDetails"], Shape::GeneratedPolicy),
    (&["RecommendationType"], Shape::RecommendedPolicy),
    (&["recommendationType"], Shape::Recommendation),
    (&["recommendedSteps"], Shape::Recommendation),
    (&["findings"], Shape::FindingsList),
    (&["findingType", "id"], Shape::FindingsList),
    (&["detail-type", "detail"], Shape::Event),
    (&["Findings"], Shape::SecurityHub),
    (&["SchemaVersion", "ProductArn"], Shape::SecurityHub),
    (&["Policy"], Shape::PolicyMetadata),
    (&["Role"], Shape::PrincipalMetadata),
    (&["User"], Shape::PrincipalMetadata),
    (&["Group"], Shape::PrincipalMetadata),
];

/// Recognises the shape of a file by the keys of its JSON.
///
/// ```
/// use iam_refine::text::{Json, Source};
/// use iam_refine::text::{Shape, recognise};
/// let file = Source::from_text("a.json", r#"[{"serviceNamespace": "bedrock"}]"#);
/// assert_eq!(recognise(&Json::parse(&file)?), Shape::ArticleList);
/// # Ok::<(), iam_refine::text::Problems>(())
/// ```
pub fn recognise(json: &Json) -> Shape {
    if let Some(entries) = json.as_array() {
        let names_service = |entry: &Json| entry.get_spelled("serviceNamespace").is_some();
        let is_summary = |entry: &Json| recognise(entry) == Shape::FindingsList;
        return match entries {
            [] => Shape::ArticleList,
            entries if entries.iter().any(names_service) => Shape::ArticleList,
            entries if entries.iter().all(is_summary) => Shape::FindingsList,
            _ => Shape::Unknown,
        };
    }
    if let Some(text) = json.as_str() {
        let is_policy = is_policy_text(text);
        return if is_policy {
            Shape::PolicyText
        } else {
            Shape::Unknown
        };
    }
    if let Some(related) = related(json) {
        return Shape::Related(related);
    }
    let has = |key: &&str| json.get(key).is_some();
    let fitting = SIGNS.iter().find(|(keys, _)| keys.iter().all(has));
    let has_spelled = |key: &&str| json.get_spelled(key).is_some();
    let spelled = || SIGNS.iter().find(|(keys, _)| keys.iter().all(has_spelled));
    match fitting.or_else(spelled) {
        Some((_, Shape::PolicyMetadata)) if is_document(json.get_spelled("Policy")) => {
            Shape::WrappedPolicy
        }
        Some((_, shape)) => *shape,
        None if are_policies(json.get_spelled("Policies")) => Shape::PolicyList,
        None => Shape::Unknown,
    }
}

/// Whether a value may be a policy document, or one in a string.
fn is_document(json: Option<&Json>) -> bool {
    json.is_some_and(|json| match json.as_str() {
        Some(text) => is_policy_text(text),
        None => json.get_spelled("Statement").is_some(),
    })
}

/// Whether a value is a list in which each element has a policy, and not only tells of one.
fn are_policies(json: Option<&Json>) -> bool {
    let elements = json.and_then(Json::as_array).unwrap_or_default();
    let is_policy = |one: &Json| recognise(one).holds() == Holds::Policies;
    !elements.is_empty() && elements.iter().all(is_policy)
}

/// Whether what a string says may be a policy document: an object, as it is or percent-encoded.
fn is_policy_text(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('{') || starts_with_ignoring_case(text, "%7B")
}

impl Shape {
    /// What a file of this shape is given for.
    pub fn holds(self) -> Holds {
        match self {
            Shape::PolicyDocument
            | Shape::PolicyText
            | Shape::PolicyVersion
            | Shape::InlinePolicy
            | Shape::PermissionSetPolicy
            | Shape::WrappedPolicy
            | Shape::PolicyList
            | Shape::AuthorizationDetails
            | Shape::RecommendedPolicy => Holds::Policies,
            Shape::ArticleList
            | Shape::FindingV2
            | Shape::LastAccessed
            | Shape::GeneratedPolicy => Holds::Findings,
            Shape::Recommendation
            | Shape::FindingsList
            | Shape::Event
            | Shape::SecurityHub
            | Shape::Related(_)
            | Shape::PolicyMetadata
            | Shape::PrincipalMetadata
            | Shape::Unknown => Holds::Neither,
        }
    }
}
