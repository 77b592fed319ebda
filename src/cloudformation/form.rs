//! How a type of resources has policies.

use super::named::Name;
use super::template::{Holder, Makes, Who};
use crate::iam::quota::Owner;

/// How a type of resources has policies.
pub(super) enum Form {
    Principal(Owner),
    Policy,
    PolicyOf(Owner),
    Managed,
    Serverless,
}

impl Form {
    /// That of a type; none where it has no policies that findings are about.
    pub fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "AWS::IAM::Role" => Form::Principal(Owner::Role),
            "AWS::IAM::User" => Form::Principal(Owner::User),
            "AWS::IAM::Group" => Form::Principal(Owner::Group),
            "AWS::IAM::Policy" => Form::Policy,
            "AWS::IAM::RolePolicy" => Form::PolicyOf(Owner::Role),
            "AWS::IAM::UserPolicy" => Form::PolicyOf(Owner::User),
            "AWS::IAM::GroupPolicy" => Form::PolicyOf(Owner::Group),
            "AWS::IAM::ManagedPolicy" => Form::Managed,
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => Form::Serverless,
            _ => return None,
        })
    }

    /// What a resource makes of whose policies nothing else is known.
    pub fn makes(&self, logical_id: &str) -> Makes {
        let (kind, who) = match self {
            Form::Managed => return Makes::Managed(Vec::new()),
            Form::Principal(kind) => (*kind, Who::Resource(logical_id.to_owned())),
            Form::Serverless => (Owner::Role, Who::Resource(format!("{logical_id}Role"))),
            Form::Policy => (Owner::Role, Who::NotRead),
            Form::PolicyOf(kind) => (*kind, Who::NotRead),
        };
        Makes::Inline {
            name: Name::any(),
            holders: vec![Holder::new(kind, who)],
        }
    }
}
