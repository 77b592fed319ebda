//! A policy that was refined elsewhere: bare, or inside what AWS recommends.

use super::answer::read;
use super::embedded::document;
use super::{LoadedPolicy, Recommended};
use crate::document::{Document, Json, Problem, Problems, Source, quoted};
use crate::findings::{Shape, recognise};
use crate::iam::Policy;

/// Reads the policy that is said to be `original` refined. Of an answer of AWS that holds both,
/// what is recommended in the place of `original`.
///
/// # Errors
/// All that is wrong with the file; one that recommends no policy, or several of which it is not
/// told which is meant.
pub fn read_refined(source: &Source, json: &Json, original: &Policy) -> Result<Document, Problems> {
    match recognise(json) {
        Shape::Recommendation => of_access_analyzer(source, json),
        Shape::RecommendedPolicy => {
            let mut policies = read(source, json)?;
            if policies.len() > 1 {
                policies.retain(|policy| policy.document.policy() == original);
            }
            let recommended = policies.into_iter().map(|policy| policy.origin.recommended);
            only(source, recommended.flatten().collect())
        }
        _ => match &mut read(source, json)?[..] {
            [LoadedPolicy { document, .. }] => Ok(document.clone()),
            _ => Err(source
                .error("this holds several policies")
                .help(ALONE)
                .into()),
        },
    }
}

const ALONE: &str = "give the one policy that is meant in a file of its own";

/// What `aws accessanalyzer get-finding-recommendation` prints.
fn of_access_analyzer(source: &Source, json: &Json) -> Result<Document, Problems> {
    if let Some(status) = json.get("status").and_then(Json::as_str)
        && status != "SUCCEEDED"
    {
        let message = format!("this recommendation has the status {}", quoted(status));
        let help = "fetch it again when it is finished: aws accessanalyzer \
                    get-finding-recommendation --analyzer-arn ANALYZER --id FINDING";
        return Err(source.error(message).help(help).into());
    }
    let steps = json.get("recommendedSteps").and_then(Json::as_array);
    let mut recommended = Vec::new();
    for step in steps.unwrap_or_default() {
        let step = step.get("unusedPermissionsRecommendedStep").unwrap_or(step);
        if let Some(json) = step.get("recommendedPolicy").filter(|json| !json.is_null()) {
            let called = format!("{} (as AWS recommends it)", source.name());
            recommended.push(Recommended::Policy(document(source, json, &called)?));
        }
    }
    only(source, recommended)
}

fn only(source: &Source, mut recommended: Vec<Recommended>) -> Result<Document, Problems> {
    let problem: Problem = match (recommended.pop(), recommended.is_empty()) {
        (Some(Recommended::Policy(document)), true) => return Ok(document),
        (Some(Recommended::Detach), true) => source
            .error("AWS recommends to detach the policy, so there is none to judge")
            .help("`iam-refine refine` tells by its exit code 4 whether nothing would be left"),
        (Some(_), false) => source.error("this recommends several policies").help(ALONE),
        (None, _) => source
            .error("this recommends no policy in its place")
            .help(ALONE),
    };
    Err(problem.into())
}
