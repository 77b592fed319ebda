//! Calls of the `aws` program that change nothing: those that this program makes itself.

use std::collections::BTreeSet;

use super::Operation;
use super::command::principal_option;
use crate::iam::quota::Owner;
use crate::iam::{Action, PrincipalName};

/// What AWS is asked. Nothing that changes anything in AWS can be said in this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// Whose the credentials are.
    CallerIdentity,
    /// A role, user or group.
    Principal(Owner),
    /// The names of a principal's inline policies.
    InlinePolicies(Owner),
    /// An inline policy.
    InlinePolicy(Owner),
    /// The names and ARNs of the managed policies of a principal.
    AttachedPolicies(Owner),
    /// The groups of a user.
    GroupsOfUser,
    /// A managed policy without its document: which version is in force, how many have it.
    Policy,
    /// A version of a managed policy, with its document.
    PolicyVersion,
    /// Who has a managed policy.
    HoldersOfPolicy,
    /// All principals of an account with their policies.
    AccountDetails,
    /// The id of a report of when a principal last used what it is allowed, which AWS makes then.
    StartLastAccessed,
    /// That report.
    LastAccessed,
    /// The analyzers of one region.
    Analyzers,
    /// The ids of what an analyzer found.
    Findings,
    /// One finding.
    Finding,
    /// The policies that were made of what `CloudTrail` saw.
    PolicyGenerations,
    /// One of these.
    GeneratedPolicy,
}

impl Read {
    /// All that is ever asked. Of a group it is known which it is.
    pub fn all() -> impl Iterator<Item = Read> {
        let kinds = [Owner::Role, Owner::User, Owner::Group].into_iter();
        let of_kinds = kinds.flat_map(|kind| {
            [
                Read::InlinePolicies(kind),
                Read::InlinePolicy(kind),
                Read::AttachedPolicies(kind),
            ]
        });
        of_kinds.chain([
            Read::CallerIdentity,
            Read::Principal(Owner::Role),
            Read::Principal(Owner::User),
            Read::GroupsOfUser,
            Read::Policy,
            Read::PolicyVersion,
            Read::HoldersOfPolicy,
            Read::AccountDetails,
            Read::StartLastAccessed,
            Read::LastAccessed,
            Read::Analyzers,
            Read::Findings,
            Read::Finding,
            Read::PolicyGenerations,
            Read::GeneratedPolicy,
        ])
    }

    /// The permissions that all of them need.
    pub fn permissions() -> BTreeSet<Action> {
        let operations = Read::all().map(Read::operation);
        operations.filter_map(Operation::permission).collect()
    }

    /// The operation of AWS's API.
    pub fn operation(self) -> Operation {
        match self {
            Read::CallerIdentity => Operation::GetCallerIdentity,
            Read::Principal(kind) => Operation::GetPrincipal(kind),
            Read::InlinePolicies(kind) => Operation::ListInlinePolicies(kind),
            Read::InlinePolicy(kind) => Operation::GetInlinePolicy(kind),
            Read::AttachedPolicies(kind) => Operation::ListAttachedPolicies(kind),
            Read::GroupsOfUser => Operation::ListGroupsForUser,
            Read::Policy => Operation::GetPolicy,
            Read::PolicyVersion => Operation::GetPolicyVersion,
            Read::HoldersOfPolicy => Operation::ListEntitiesForPolicy,
            Read::AccountDetails => Operation::GetAccountAuthorizationDetails,
            Read::StartLastAccessed => Operation::GenerateServiceLastAccessedDetails,
            Read::LastAccessed => Operation::GetServiceLastAccessedDetails,
            Read::Analyzers => Operation::ListAnalyzers,
            Read::Findings => Operation::ListFindingsV2,
            Read::Finding => Operation::GetFindingV2,
            Read::PolicyGenerations => Operation::ListPolicyGenerations,
            Read::GeneratedPolicy => Operation::GetGeneratedPolicy,
        }
    }
}

/// A call of the `aws` program that changes nothing in AWS.
///
/// ```
/// use iam_refine::aws::{Read, ReadCommand};
/// let get = ReadCommand::new(Read::PolicyVersion)
///     .option("policy-arn", "arn:aws:iam::123456789012:policy/Mine")
///     .option("version-id", "v3");
/// assert_eq!(get.arguments()[..2], ["iam", "get-policy-version"]);
/// assert_eq!(get.arguments()[4..], ["--version-id", "v3"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCommand {
    read: Read,
    options: Vec<(&'static str, String)>,
}

impl ReadCommand {
    /// The call without options.
    pub fn new(read: Read) -> Self {
        ReadCommand {
            read,
            options: Vec::new(),
        }
    }

    /// The same call with `--name value` behind the options that it has.
    #[must_use]
    pub fn option(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.options.push((name, value.into()));
        self
    }

    /// With the name of the role, user or group that the operation is about.
    #[must_use]
    pub fn principal(self, name: &PrincipalName) -> Self {
        match self.read.operation().kind().map(principal_option) {
            Some(option) => self.option(option, name.as_str()),
            None => self,
        }
    }

    /// What is asked.
    pub fn read(&self) -> Read {
        self.read
    }

    /// The permission that it needs, as a policy would name it.
    pub fn permission(&self) -> String {
        let action = self.read.operation().permission();
        action.map_or_else(|| "sts:GetCallerIdentity".to_owned(), |it| it.to_string())
    }

    /// The sub-command: `get-policy-version`.
    pub fn sub_command(&self) -> String {
        let operation = self.read.operation();
        operation.sub_command(operation.kind().map_or("", Owner::as_str))
    }

    /// What it is about, as far as one option says it: the last that is no detail.
    pub fn subject(&self) -> Option<&str> {
        let named = |(name, _): &&(&str, String)| {
            !matches!(
                *name,
                "version-id" | "analyzer-arn" | "max-items" | "filter"
            )
        };
        let (_, value) = self.options.iter().rev().find(named)?;
        Some(value)
    }

    /// The arguments of the `aws` program. A value that begins with a hyphen stands in one argument
    /// with its option.
    pub fn arguments(&self) -> Vec<String> {
        let service = self.read.operation().service().to_owned();
        let mut arguments = vec![service, self.sub_command()];
        for (name, value) in &self.options {
            if value.starts_with('-') {
                arguments.push(format!("--{name}={value}"));
            } else {
                arguments.extend([format!("--{name}"), value.clone()]);
            }
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_run_only_reads() {
        for read in Read::all() {
            assert!(read.operation().reads(), "{read:?}");
            let call = ReadCommand::new(read).sub_command();
            let is_read = call.starts_with("get-")
                || call.starts_with("list-")
                || call == "generate-service-last-accessed-details";
            assert!(is_read, "{call}");
        }
    }

    #[test]
    fn a_name_that_begins_with_a_hyphen_is_no_option() {
        let name = PrincipalName::parse("-x").unwrap();
        let get = ReadCommand::new(Read::Principal(Owner::Role)).principal(&name);
        assert_eq!(get.arguments(), ["iam", "get-role", "--role-name=-x"]);
    }
}
