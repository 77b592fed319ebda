//! A resource, and what it says beside policies.

use super::function::may_be_nothing;
use super::said::said;
use super::template::TemplateResource;
use crate::document::Places;
use crate::text::{Json, Member, Source};

impl TemplateResource {
    /// The resource that a member of `Resources` is, of this type.
    pub(super) fn of(places: &Places<'_>, member: &Member, kind: &str) -> Self {
        let source = places.source();
        let resource = &member.value;
        let metadata = resource.get("Metadata");
        let construct_path = metadata.and_then(|metadata| metadata.get("aws:cdk:path"));
        let properties = resource.get("Properties");
        let template_url = ["TemplateURL", "Location"].iter().find_map(|key| {
            let url = properties?.get(key)?;
            url.as_str()
        });
        let mut described = TemplateResource::saying(places, member, kind, properties);
        // What an instance runs when it starts.
        let init = metadata.and_then(|metadata| metadata.member(INIT));
        if let Some(init) = init {
            let more = said(source, &init.value).into_iter();
            described.says.extend(more.map(|one| one.under(INIT)));
        }
        TemplateResource {
            has_own_name: NAMES.iter().any(|name| has(source, resource, name)),
            is_conditional: resource.get("Condition").is_some(),
            template_url: template_url.map(str::to_owned),
            construct_path: construct_path.and_then(Json::as_str).map(str::to_owned),
            ..described
        }
    }

    /// What is no resource of which more is told than what it says.
    pub(super) fn saying(
        places: &Places<'_>,
        member: &Member,
        kind: &str,
        says: Option<&Json>,
    ) -> Self {
        TemplateResource {
            logical_id: member.name.clone(),
            kind: kind.to_owned(),
            range: member.name_range.clone(),
            line: places.line(member.name_range.start),
            has_own_name: false,
            is_conditional: false,
            says: says.map_or(Vec::new(), |says| said(places.source(), says)),
            template_url: None,
            construct_path: None,
        }
    }
}

const INIT: &str = "AWS::CloudFormation::Init";

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
