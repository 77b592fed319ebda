//! A resource, and what it says beside policies.

use std::collections::BTreeSet;

use super::function::{Call, may_be_nothing, references};
use super::named::name;
use super::template::{Attached, Name, TemplateResource};
use crate::document::Places;
use crate::text::{Json, Member, Problem, Source};

impl TemplateResource {
    /// The resource that a member of `Resources` is, of this type.
    pub(super) fn of(
        places: &Places<'_>,
        member: &Member,
        kind: &str,
        parameters: &BTreeSet<&str>,
    ) -> Self {
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
            attaches: attaches(places.source(), kind, resource, parameters),
            is_given: given(places.source(), kind, resource),
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
fn attaches(source: &Source, kind: &str, resource: &Json, parameters: &BTreeSet<&str>) -> Attached {
    let mut attaching = vec!["ManagedPolicyArns", "Roles", "Users", "Groups"];
    if kind.starts_with("AWS::Serverless::") {
        attaching.push("Policies");
    }
    let properties = resource.get("Properties");
    let values = attaching.iter().filter_map(|name| properties?.get(name));
    let mut attached = Attached::default();
    for value in values {
        let list = value.as_array().unwrap_or(std::slice::from_ref(value));
        for one in list {
            // A document among the policies of SAM is no attachment.
            if one.as_object().is_none() || Call::of(source, one).is_some() {
                attached.add(source, one, false);
            }
        }
    }
    let taken = ["ManagedPolicyArns", "Policies"].into_iter();
    let taken = taken.filter(|name| attaching.contains(name));
    for value in taken.filter_map(|name| properties?.get(name)) {
        let list = value.as_array().unwrap_or(std::slice::from_ref(value));
        for one in list {
            attached.add_unknown(source, one, parameters);
        }
    }
    if let Some(boundary) = properties.and_then(|properties| properties.get("PermissionsBoundary"))
    {
        attached.add_unknown(source, boundary, parameters);
    }
    attached
}

/// What a resource is given that makes or runs what nobody can tell from here.
fn given(source: &Source, kind: &str, resource: &Json) -> BTreeSet<String> {
    const DEPLOYING: [&str; 4] = [
        "AWS::CloudFormation::CustomResource",
        "AWS::CloudFormation::Stack",
        "AWS::CloudFormation::StackSet",
        "AWS::Serverless::Application",
    ];
    let mut given = BTreeSet::new();
    let is_deploying = kind.starts_with("Custom::") || DEPLOYING.contains(&kind);
    if let Some(properties) = resource.get("Properties").filter(|_| is_deploying) {
        references(source, properties, true, &mut |named| {
            given.insert(named.to_owned());
        });
    }
    given
}

impl Attached {
    /// Adds what a value speaks of; what a condition decides on only `with_branches`.
    fn add(&mut self, source: &Source, json: &Json, with_branches: bool) {
        references(source, json, with_branches, &mut |named| {
            self.resources.insert(named.to_owned());
        });
        let branches = Call::of(source, json).and_then(|call| Some(call.branches()?.1));
        match branches {
            None => self
                .arns
                .extend(Some(name(source, json)).filter(Name::has_end)),
            Some(branches) if with_branches => {
                for branch in branches {
                    self.add(source, branch, true);
                }
            }
            Some(_) => {}
        }
    }

    /// Adds what a value comes to and nobody can tell; what a condition decides on is as AWS has it.
    fn add_unknown(&mut self, source: &Source, json: &Json, parameters: &BTreeSet<&str>) {
        let Some(call) = Call::of(source, json) else {
            return;
        };
        let mut is_of_template = false;
        references(source, json, true, &mut |named| {
            is_of_template |= !parameters.contains(named) && !named.starts_with("AWS::");
        });
        let is_written = || name(source, json).has_end();
        if call.name != "Fn::If" && !is_of_template && !is_written() {
            self.unknown.insert(call.shown());
        }
    }

    /// Whether it is a managed policy of the template: by its logical id, or by what it is called.
    pub(super) fn has(&self, logical_id: &str, own_name: Option<&str>) -> bool {
        let is_named = |name: &str| {
            let end = format!("/{name}");
            self.arns.iter().any(|arn| arn.ends_with(&end))
        };
        self.resources.contains(logical_id) || own_name.is_some_and(is_named)
    }
}

/// The permissions boundary of each resource that has one, by its logical id, and where it is written.
pub(super) fn boundaries(
    source: &Source,
    template: &Json,
    resources: &Json,
) -> Vec<(Attached, Problem)> {
    let mut found = Vec::new();
    let members = resources.as_object().unwrap_or_default().iter();
    let of_resources = members.map(|member| (member, member.value.get("Properties")));
    // What SAM gives to all functions.
    let globals = template.get("Globals").and_then(Json::as_object);
    let of_globals = globals.unwrap_or_default().iter();
    let of_globals = of_globals.map(|member| (member, Some(&member.value)));
    for (member, properties) in of_resources.chain(of_globals) {
        let boundary = properties.and_then(|properties| properties.get("PermissionsBoundary"));
        let Some(boundary) = boundary else { continue };
        let mut attached = Attached::default();
        attached.add(source, boundary, true);
        let message = format!("it is the permissions boundary of {}", member.name);
        let problem = source.error_at(boundary.range.clone(), message);
        let help =
            "it stays as it is: what is taken from it is taken from all whose boundary it is";
        found.push((attached, problem.help(help)));
    }
    found
}
