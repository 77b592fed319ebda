//! A resource, and what it says beside policies.

use std::collections::{BTreeMap, BTreeSet};

use super::function::{Call, may_be_nothing, references};
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
            has_own_name: NAMES
                .iter()
                .any(|name| has(places.source(), resource, name)),
            is_conditional: resource.get("Condition").is_some(),
            attaches: attaches(places.source(), kind, resource),
            template_url: template_url.map(str::to_owned),
            construct_path: construct_path.and_then(Json::as_str).map(str::to_owned),
        }
    }
}

/// What a resource may be called by.
const NAMES: [&str; 4] = ["RoleName", "UserName", "GroupName", "ManagedPolicyName"];

fn has(source: &Source, resource: &Json, property: &str) -> bool {
    let properties = resource.get("Properties");
    properties.is_some_and(|properties| {
        let value = properties.get(property);
        value.is_some_and(|value| !may_be_nothing(source, value))
            || properties.as_object().is_none()
    })
}

/// What a resource attaches to itself, or itself to, whatever conditions say.
fn attaches(source: &Source, kind: &str, resource: &Json) -> BTreeSet<String> {
    let mut attaching = vec!["ManagedPolicyArns", "Roles", "Users", "Groups"];
    if kind.starts_with("AWS::Serverless::") {
        attaching.push("Policies");
    }
    let properties = resource.get("Properties");
    let values = attaching.iter().filter_map(|name| properties?.get(name));
    let mut attached = BTreeSet::new();
    for value in values {
        let list = value.as_array().unwrap_or(std::slice::from_ref(value));
        for one in list {
            // A document among the policies of SAM is no attachment.
            if one.as_object().is_none() || Call::of(source, one).is_some() {
                references(source, one, false, &mut |named| {
                    attached.insert(named.to_owned());
                });
                attached.extend(own_policy(source, one));
            }
        }
    }
    attached
}

/// The name of a managed policy of the account itself, where its ARN is written:
/// `!Sub 'arn:aws:iam::${AWS::AccountId}:policy/shared'`.
fn own_policy(source: &Source, json: &Json) -> Option<String> {
    let sub = || {
        Call::of(source, json)
            .filter(|call| call.name == "Fn::Sub")?
            .argument
            .as_str()
    };
    let text = json.as_str().or_else(sub)?;
    let (account, path) = text.strip_prefix("arn:")?.split_once(":policy/")?;
    let is_of_aws = account.ends_with(":aws");
    let name = path.rsplit('/').next().filter(|name| !name.contains('$'))?;
    (!is_of_aws).then(|| name.to_owned())
}

/// The resources that are the permissions boundary of others.
pub(super) fn boundaries(source: &Source, resources: &Json) -> BTreeMap<String, Problem> {
    let mut found = BTreeMap::new();
    for member in resources.as_object().unwrap_or_default() {
        let properties = member.value.get("Properties");
        let boundary = properties.and_then(|properties| properties.get("PermissionsBoundary"));
        let Some(boundary) = boundary else { continue };
        references(source, boundary, true, &mut |named| {
            let message = format!("{named} is the permissions boundary of {}", member.name);
            let problem = source.error_at(boundary.range.clone(), message);
            let help =
                "it stays as it is: what is taken from it is taken from all whose boundary it is";
            found.insert(named.to_owned(), problem.help(help));
        });
    }
    found
}
