//! What a resource of a template does with what it says: gives it to itself, to somebody, or only writes it down.

use crate::cloudformation::{Said, TemplateResource};
use crate::iam::quota::Owner;
use crate::sources::state::{
    has_word, is_deploying, is_remark, is_type_of_who, may_give, takes_policies, takes_policy_arns,
};

/// What a resource does with a managed policy that it says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It has the policy.
    Attaches,
    /// The policy is its permissions boundary.
    Bounds,
    /// It may give the policy to somebody.
    MayGive,
    /// It writes it down where others may read it.
    WritesDown,
    /// Nothing that gives it to anybody.
    Nothing,
}

impl Use {
    /// That of a value of a resource.
    pub fn of(resource: &TemplateResource, said: &Said) -> Self {
        let path: Vec<&str> = said.path.iter().map(String::as_str).collect();
        let kind = resource.kind.as_str();
        match (principal(resource), path.as_slice()) {
            // Of its properties nothing can be told.
            (Some(_), [] | ["ManagedPolicyArns", ..]) => return Use::Attaches,
            (Some(_), ["Policies"]) if is_sam(kind) => return Use::Attaches,
            (Some(_), ["PermissionsBoundary", ..]) => return Use::Bounds,
            _ => {}
        }
        // What a document says of a policy gives that to nobody; and who has a policy stands at the policy itself.
        if kind.starts_with("AWS::IAM::") || path.contains(&"Statement") || is_remark(&path) {
            return Use::Nothing;
        }
        let own = &path[..said.within.unwrap_or(path.len())];
        if runs(resource) || may_give(kind, own) {
            Use::MayGive
        } else {
            Use::WritesDown
        }
    }

    /// Whether what nobody can tell may well be a policy here: its name says that it is the ARN of one, or that it is
    /// one of a resource that is about who may do what or runs what it is given.
    pub fn takes_a_policy(resource: &TemplateResource, said: &Said) -> bool {
        let kind = resource.kind.as_str();
        let name = said.path.last().map_or("", String::as_str);
        let is_one = || {
            takes_policies(&[name]) && !has_word(name, &["name", "document", "id", "text", "body"])
        };
        takes_policy_arns(kind, name) || (is_type_of_who(kind) || is_deploying(kind)) && is_one()
    }
}

/// Who a resource is that has policies: its kind, and the logical id of the one.
pub(super) fn principal(resource: &TemplateResource) -> Option<(Owner, String)> {
    let id = &resource.logical_id;
    match resource.kind.as_str() {
        "AWS::IAM::Role" => Some((Owner::Role, id.clone())),
        "AWS::IAM::User" => Some((Owner::User, id.clone())),
        "AWS::IAM::Group" => Some((Owner::Group, id.clone())),
        "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
            Some((Owner::Role, format!("{id}Role")))
        }
        _ => None,
    }
}

/// Whether a resource deploys or runs what it is given: nobody can tell here what that does.
pub(super) fn runs(resource: &TemplateResource) -> bool {
    let kind = resource.kind.as_str();
    kind.is_empty() || kind == "AWS::Serverless::Application" || is_deploying(kind)
}

pub(super) fn is_sam(kind: &str) -> bool {
    kind.starts_with("AWS::Serverless::")
}
