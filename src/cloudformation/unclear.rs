//! What keeps anybody from telling what a resource comes to.

use std::collections::BTreeMap;

use super::function::Call;
use super::policy::Trees;
use crate::text::{Json, JsonValue, Problem, Problems};

/// Why nobody can tell what a resource comes to.
pub(super) fn why_unclear(
    trees: &Trees<'_>,
    resource: &Json,
    properties: &Json,
) -> Option<Problem> {
    let places = &trees.places;
    if let Some(alias) = resource.as_opaque() {
        let message = format!("this is not read: {}", alias.reason);
        let help = "write the resource in its place";
        return Some(places.error(Some(resource.range.clone()), message, help));
    }
    let call = Call::of(places.source(), properties).map(|call| call.why());
    if let Some(why) = call.or_else(|| Some(properties.as_opaque()?.reason.clone())) {
        let message = format!("the properties are not read: {why}");
        return Some(places.error(Some(properties.range.clone()), message, "write them here"));
    }
    let merged = merged_here(trees, resource).or_else(|| merged_here(trees, properties));
    merged.or_else(|| trees.macro_in(resource))
}

/// Where another mapping is merged into this one itself.
pub(super) fn merged_here(trees: &Trees<'_>, json: &Json) -> Option<Problem> {
    let member = json.member("<<")?;
    let alone = Json {
        range: json.range.clone(),
        value: JsonValue::Object(vec![member.clone()]),
    };
    trees.merge_in(&alone)
}

/// What is unclear of each resource. What is so elsewhere does not matter.
///
/// # Errors
/// It is among the resources themselves.
pub(super) fn unclear_of(
    unclear: Vec<Problem>,
    resources: &Json,
) -> Result<BTreeMap<String, Problem>, Problems> {
    let mut of_each = BTreeMap::new();
    let mut among_them = Problems::default();
    for problem in unclear {
        let at = problem.range().map_or(0, |range| range.start);
        if !resources.range.contains(&at) {
            continue;
        }
        let mut all = resources.as_object().unwrap_or_default().iter();
        match all.find(|member| member.value.range.contains(&at)) {
            Some(member) => {
                of_each.entry(member.name.clone()).or_insert(problem);
            }
            None => among_them.add(problem),
        }
    }
    if among_them.0.is_empty() {
        Ok(of_each)
    } else {
        Err(among_them)
    }
}
