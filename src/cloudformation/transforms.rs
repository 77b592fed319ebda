//! What changes a template, or makes resources of others, before anything is deployed.

use crate::document::Places;
use crate::text::{Json, Problem};

/// Transforms of AWS that leave policies as they are written, or make what is known of them.
const KNOWN_TRANSFORMS: [&str; 6] = [
    "AWS::Serverless-2016-10-31",
    "AWS::LanguageExtensions",
    "AWS::CodeDeployBlueGreen",
    "AWS::ServiceCatalog",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
];

/// Whether a key is the call of a macro on what is around it.
pub(super) fn is_macro(name: &str) -> bool {
    name.starts_with("Fn::Transform") || name.starts_with("Fn::ForEach")
}

/// What changes a template before it is deployed, and is not known.
pub(super) fn macros(places: &Places<'_>, template: &Json, resources: &Json) -> Vec<Problem> {
    let unknown = |json: &Json, name: &str| {
        let message = format!("the macro {name} may make something else of what is written here");
        let help = "what it comes to is not known before it is deployed; edit it by hand";
        places.error(Some(json.range.clone()), message, help)
    };
    let name = |json: &Json| match json.get("Name") {
        Some(name) => name.as_str().unwrap_or("that is called here").to_owned(),
        None => json.as_str().unwrap_or("that is called here").to_owned(),
    };
    let transform = template.get("Transform");
    let listed = transform.map_or(&[][..], |one| {
        one.as_array().unwrap_or(std::slice::from_ref(one))
    });
    let mut found: Vec<Problem> = listed
        .iter()
        .filter(|one| !KNOWN_TRANSFORMS.contains(&name(one).as_str()))
        .map(|one| unknown(one, &name(one)))
        .collect();
    for around in [template, resources] {
        // What `AWS::Include` brings in stands beside what is written here.
        let called = around
            .get("Fn::Transform")
            .filter(|call| name(call) != "AWS::Include");
        found.extend(called.map(|call| unknown(call, &name(call))));
    }
    found
}

/// What a type of resources makes whose policies stand elsewhere, or are of another kind.
pub(super) fn makes_others(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::CloudFormation::Stack"
        | "AWS::CloudFormation::StackSet"
        | "AWS::Serverless::Application" => {
            Some("makes stacks of other templates: give these with their stacks")
        }
        "AWS::SSO::PermissionSet" => Some("is a permission set, whose policies are not read"),
        "AWS::Serverless::Connector" => Some("makes policies that have no actions here"),
        _ if kind.ends_with("::MODULE") => Some("is a module, and what it makes is not read"),
        _ => None,
    }
}
