//! A resource, and what it says beside policies.

use std::collections::{BTreeMap, BTreeSet};

use super::function::Call;
use super::template::TemplateResource;
use crate::document::Places;
use crate::text::{Json, Member, Problem, Source};

impl TemplateResource {
    /// The resource that a member of `Resources` is, of this type.
    pub(super) fn of(places: &Places<'_>, member: &Member, kind: &str) -> Self {
        let resource = &member.value;
        let metadata = resource.get("Metadata");
        let construct_path = metadata.and_then(|metadata| metadata.get("aws:cdk:path"));
        let properties = resource.get("Properties");
        let template_url = ["TemplateURL", "Location"].iter().find_map(|key| {
            let url = properties?.get(key)?;
            url.as_str()
        });
        TemplateResource {
            logical_id: member.name.clone(),
            kind: kind.to_owned(),
            range: member.name_range.clone(),
            line: places.line(member.name_range.start),
            has_own_name: NAMES.iter().any(|name| has(resource, name)),
            attached_names: attached_names(places.source().text(), kind, resource),
            template_url: template_url.map(str::to_owned),
            construct_path: construct_path.and_then(Json::as_str).map(str::to_owned),
        }
    }
}

/// What a resource may be called by.
const NAMES: [&str; 4] = ["RoleName", "UserName", "GroupName", "ManagedPolicyName"];

fn has(resource: &Json, property: &str) -> bool {
    let properties = resource.get("Properties");
    properties.is_some_and(|properties| {
        properties.get(property).is_some() || properties.as_object().is_none()
    })
}

/// All words in what a resource attaches.
fn attached_names(text: &str, kind: &str, resource: &Json) -> BTreeSet<String> {
    let mut attaching = vec!["ManagedPolicyArns", "Roles", "Users", "Groups"];
    if kind.starts_with("AWS::Serverless::") {
        attaching.push("Policies");
    }
    let properties = resource.get("Properties");
    let values = attaching
        .into_iter()
        .filter_map(|name| properties?.get(name));
    let words = values.flat_map(|value| {
        text[value.range.clone()].split(|letter: char| !letter.is_alphanumeric())
    });
    words.map(str::to_owned).collect()
}

/// The resources that are the permissions boundary of others.
pub(super) fn boundaries(source: &Source, resources: &Json) -> BTreeMap<String, Problem> {
    let mut found = BTreeMap::new();
    for member in resources.as_object().unwrap_or_default() {
        let properties = member.value.get("Properties");
        let boundary = properties.and_then(|properties| properties.get("PermissionsBoundary"));
        let reference = boundary.and_then(|boundary| Call::of(source, boundary)?.reference());
        if let (Some(boundary), Some(reference)) = (boundary, reference) {
            let message = format!("{reference} is the permissions boundary of {}", member.name);
            let problem = source.error_at(boundary.range.clone(), message);
            let help =
                "it stays as it is: what is taken from it is taken from all whose boundary it is";
            found.insert(reference.to_owned(), problem.help(help));
        }
    }
    found
}
