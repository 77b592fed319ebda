//! What the `aws` command can be asked to do, as far as it is needed here.

use std::fmt::Write;

use crate::iam::quota::Owner;
use crate::iam::{Action, Name, ServicePrefix};

/// An operation of AWS's API, and so a sub-command of `aws`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Tells whose the credentials are: `aws sts get-caller-identity`.
    GetCallerIdentity,
    /// Tells whether a policy is valid: Access Analyzer validates it.
    ValidatePolicy,
    /// Tells whether a policy allows what another one does not: Access Analyzer compares them.
    CheckNoNewAccess,
    /// The analyzers of an account in one region: Access Analyzer has them.
    ListAnalyzers,
    /// What an analyzer found: ids and dates, without the actions.
    ListFindingsV2,
    /// One finding of an analyzer, with the actions that are unused.
    GetFindingV2,
    /// The policies that Access Analyzer has made of what `CloudTrail` saw.
    ListPolicyGenerations,
    /// One of these, with the actions that were seen.
    GetGeneratedPolicy,
    /// Prints the quotas of the account and how much of them is used.
    GetAccountSummary,
    /// All principals of an account and all their policies.
    GetAccountAuthorizationDetails,
    /// Has a report made of when a principal last used what it is allowed. It changes nothing else.
    GenerateServiceLastAccessedDetails,
    /// That report.
    GetServiceLastAccessedDetails,
    /// The groups of a user.
    ListGroupsForUser,
    /// Prints what all versions of a managed policy share, and which one is in force.
    GetPolicy,
    /// One version of a managed policy, with its document.
    GetPolicyVersion,
    /// The versions of a managed policy.
    ListPolicyVersions,
    /// Whom a managed policy is attached to.
    ListEntitiesForPolicy,
    /// Prints a principal of this kind with its id; of a group its members too.
    GetPrincipal(Owner),
    /// Makes a managed policy with its first version.
    CreatePolicy,
    /// Deletes a managed policy; it has to be detached from everybody first.
    DeletePolicy,
    /// Makes a version of a managed policy.
    CreatePolicyVersion,
    /// Puts a version of a managed policy in force.
    SetDefaultPolicyVersion,
    /// Deletes a version of a managed policy.
    DeletePolicyVersion,
    /// Prints an inline policy of a principal of this kind.
    GetInlinePolicy(Owner),
    /// The names of a principal's inline policies.
    ListInlinePolicies(Owner),
    /// Puts an inline policy in the place of one of the same name.
    PutInlinePolicy(Owner),
    /// Deletes an inline policy of a principal of this kind.
    DeleteInlinePolicy(Owner),
    /// The managed policies of a principal.
    ListAttachedPolicies(Owner),
    /// Attaches a managed policy to a principal of this kind.
    AttachPolicy(Owner),
    /// Detaches a managed policy from a principal of this kind.
    DetachPolicy(Owner),
    /// Lists the instances of IAM Identity Center.
    ListInstances,
    /// Lists the permission sets of an instance.
    ListPermissionSets,
    /// Prints a permission set, with its name.
    DescribePermissionSet,
    /// The accounts in which a role was made of a permission set.
    ListAccountsForProvisionedPermissionSet,
    /// Prints the inline policy of a permission set.
    GetInlinePolicyForPermissionSet,
    /// Puts an inline policy in the place of the one of a permission set.
    PutInlinePolicyToPermissionSet,
    /// Takes the inline policy away from a permission set.
    DeleteInlinePolicyFromPermissionSet,
    /// Attaches one of AWS's own policies to a permission set.
    AttachManagedPolicyToPermissionSet,
    /// Detaches one of AWS's own policies from a permission set.
    DetachManagedPolicyFromPermissionSet,
    /// Attaches the policy of this name that each account has to a permission set.
    AttachCustomerManagedPolicyReferenceToPermissionSet,
    /// Detaches such a policy from a permission set.
    DetachCustomerManagedPolicyReferenceFromPermissionSet,
    /// Makes the roles of a permission set anew in its accounts.
    ProvisionPermissionSet,
}

/// How an operation is called: the words around the kind of principal that some have in their name.
struct Called {
    /// The service, as the `aws` command calls it.
    service: &'static str,
    before: &'static str,
    kind: Option<Owner>,
    after: &'static str,
}

impl Operation {
    /// The permission that its caller needs; none where everyone may call it.
    ///
    /// ```
    /// use iam_refine::aws::Operation;
    /// use iam_refine::iam::quota::Owner;
    /// let put = Operation::PutInlinePolicy(Owner::Role);
    /// assert_eq!(put.permission(), "iam:PutRolePolicy".parse().ok());
    /// assert_eq!(Operation::GetCallerIdentity.permission(), None);
    /// ```
    pub fn permission(self) -> Option<Action> {
        let called = self.called();
        let prefix = match called.service {
            "sts" => return None,
            "accessanalyzer" => "access-analyzer",
            "sso-admin" => "sso",
            service => service,
        };
        let kind = called.kind.map_or("", owner_in_camel_case);
        // The second version of an operation is authorized as the first.
        let before = called.before.trim_end_matches("V2");
        let name = format!("{before}{kind}{}", called.after);
        Some(Action::new(
            ServicePrefix::parse(prefix)?,
            Name::from(name.as_str()),
        ))
    }

    /// Whether it only reads: it changes nothing in AWS.
    pub fn reads(self) -> bool {
        match self {
            Operation::GetCallerIdentity
            | Operation::ValidatePolicy
            | Operation::CheckNoNewAccess
            | Operation::ListAnalyzers
            | Operation::ListFindingsV2
            | Operation::GetFindingV2
            | Operation::ListPolicyGenerations
            | Operation::GetGeneratedPolicy
            | Operation::GetAccountSummary
            | Operation::GetAccountAuthorizationDetails
            | Operation::GenerateServiceLastAccessedDetails
            | Operation::GetServiceLastAccessedDetails
            | Operation::ListGroupsForUser
            | Operation::GetPolicy
            | Operation::GetPolicyVersion
            | Operation::ListPolicyVersions
            | Operation::ListEntitiesForPolicy
            | Operation::GetPrincipal(_)
            | Operation::GetInlinePolicy(_)
            | Operation::ListInlinePolicies(_)
            | Operation::ListAttachedPolicies(_)
            | Operation::ListInstances
            | Operation::ListPermissionSets
            | Operation::DescribePermissionSet
            | Operation::ListAccountsForProvisionedPermissionSet
            | Operation::GetInlinePolicyForPermissionSet => true,
            Operation::CreatePolicy
            | Operation::DeletePolicy
            | Operation::CreatePolicyVersion
            | Operation::SetDefaultPolicyVersion
            | Operation::DeletePolicyVersion
            | Operation::PutInlinePolicy(_)
            | Operation::DeleteInlinePolicy(_)
            | Operation::AttachPolicy(_)
            | Operation::DetachPolicy(_)
            | Operation::PutInlinePolicyToPermissionSet
            | Operation::DeleteInlinePolicyFromPermissionSet
            | Operation::AttachManagedPolicyToPermissionSet
            | Operation::DetachManagedPolicyFromPermissionSet
            | Operation::AttachCustomerManagedPolicyReferenceToPermissionSet
            | Operation::DetachCustomerManagedPolicyReferenceFromPermissionSet
            | Operation::ProvisionPermissionSet => false,
        }
    }

    /// The service as the `aws` command calls it: `iam`, `accessanalyzer`, `sts`,
    /// `sso-admin`.
    pub fn service(self) -> &'static str {
        self.called().service
    }

    /// The kind of principal that it is about, where that is in its name.
    pub(super) fn kind(self) -> Option<Owner> {
        self.called().kind
    }

    /// The sub-command, with `kind` in the place of a kind of principal: `put-role-policy`.
    pub(super) fn sub_command(self, kind: &str) -> String {
        let called = self.called();
        let mut text = kebab_case(called.before);
        if called.kind.is_some() {
            let _ = write!(text, "-{kind}");
        }
        if called.kind.is_some() && !called.after.is_empty() {
            text.push('-');
        }
        text + &kebab_case(called.after)
    }

    fn called(self) -> Called {
        let alone = |service, name| (service, name, None, "");
        let iam = |name| alone("iam", name);
        let sso = |name| alone("sso-admin", name);
        let analyzer = |name| alone("accessanalyzer", name);
        let of = |before, kind, after| ("iam", before, Some(kind), after);
        let (service, before, kind, after) = match self {
            Operation::GetCallerIdentity => alone("sts", "GetCallerIdentity"),
            Operation::ValidatePolicy => analyzer("ValidatePolicy"),
            Operation::CheckNoNewAccess => analyzer("CheckNoNewAccess"),
            Operation::ListAnalyzers => analyzer("ListAnalyzers"),
            Operation::ListFindingsV2 => analyzer("ListFindingsV2"),
            Operation::GetFindingV2 => analyzer("GetFindingV2"),
            Operation::ListPolicyGenerations => analyzer("ListPolicyGenerations"),
            Operation::GetGeneratedPolicy => analyzer("GetGeneratedPolicy"),
            Operation::GetAccountSummary => iam("GetAccountSummary"),
            Operation::GetAccountAuthorizationDetails => iam("GetAccountAuthorizationDetails"),
            Operation::GenerateServiceLastAccessedDetails => {
                iam("GenerateServiceLastAccessedDetails")
            }
            Operation::GetServiceLastAccessedDetails => iam("GetServiceLastAccessedDetails"),
            Operation::ListGroupsForUser => iam("ListGroupsForUser"),
            Operation::GetPolicy => iam("GetPolicy"),
            Operation::GetPolicyVersion => iam("GetPolicyVersion"),
            Operation::ListPolicyVersions => iam("ListPolicyVersions"),
            Operation::ListEntitiesForPolicy => iam("ListEntitiesForPolicy"),
            Operation::GetPrincipal(kind) => of("Get", kind, ""),
            Operation::CreatePolicy => iam("CreatePolicy"),
            Operation::DeletePolicy => iam("DeletePolicy"),
            Operation::CreatePolicyVersion => iam("CreatePolicyVersion"),
            Operation::SetDefaultPolicyVersion => iam("SetDefaultPolicyVersion"),
            Operation::DeletePolicyVersion => iam("DeletePolicyVersion"),
            Operation::GetInlinePolicy(kind) => of("Get", kind, "Policy"),
            Operation::ListInlinePolicies(kind) => of("List", kind, "Policies"),
            Operation::PutInlinePolicy(kind) => of("Put", kind, "Policy"),
            Operation::DeleteInlinePolicy(kind) => of("Delete", kind, "Policy"),
            Operation::ListAttachedPolicies(kind) => of("ListAttached", kind, "Policies"),
            Operation::AttachPolicy(kind) => of("Attach", kind, "Policy"),
            Operation::DetachPolicy(kind) => of("Detach", kind, "Policy"),
            Operation::ListInstances => sso("ListInstances"),
            Operation::ListPermissionSets => sso("ListPermissionSets"),
            Operation::DescribePermissionSet => sso("DescribePermissionSet"),
            Operation::ListAccountsForProvisionedPermissionSet => {
                sso("ListAccountsForProvisionedPermissionSet")
            }
            Operation::GetInlinePolicyForPermissionSet => sso("GetInlinePolicyForPermissionSet"),
            Operation::PutInlinePolicyToPermissionSet => sso("PutInlinePolicyToPermissionSet"),
            Operation::DeleteInlinePolicyFromPermissionSet => {
                sso("DeleteInlinePolicyFromPermissionSet")
            }
            Operation::AttachManagedPolicyToPermissionSet => {
                sso("AttachManagedPolicyToPermissionSet")
            }
            Operation::DetachManagedPolicyFromPermissionSet => {
                sso("DetachManagedPolicyFromPermissionSet")
            }
            Operation::AttachCustomerManagedPolicyReferenceToPermissionSet => {
                sso("AttachCustomerManagedPolicyReferenceToPermissionSet")
            }
            Operation::DetachCustomerManagedPolicyReferenceFromPermissionSet => {
                sso("DetachCustomerManagedPolicyReferenceFromPermissionSet")
            }
            Operation::ProvisionPermissionSet => sso("ProvisionPermissionSet"),
        };
        Called {
            service,
            before,
            kind,
            after,
        }
    }
}

fn owner_in_camel_case(kind: Owner) -> &'static str {
    match kind {
        Owner::Role => "Role",
        Owner::User => "User",
        Owner::Group => "Group",
    }
}

/// `GetPolicy` as the command line has it: `get-policy`.
fn kebab_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Operation;
    use crate::iam::quota::Owner;

    #[test]
    fn an_operation_is_called_as_its_permission() {
        for (operation, sub_command, permission) in [
            (Operation::GetCallerIdentity, "get-caller-identity", None),
            (
                Operation::CheckNoNewAccess,
                "check-no-new-access",
                Some("access-analyzer:CheckNoNewAccess"),
            ),
            (
                Operation::SetDefaultPolicyVersion,
                "set-default-policy-version",
                Some("iam:SetDefaultPolicyVersion"),
            ),
            (
                Operation::PutInlinePolicyToPermissionSet,
                "put-inline-policy-to-permission-set",
                Some("sso:PutInlinePolicyToPermissionSet"),
            ),
            (
                Operation::GetPrincipal(Owner::Role),
                "get-role",
                Some("iam:GetRole"),
            ),
            (
                Operation::ListFindingsV2,
                "list-findings-v2",
                Some("access-analyzer:ListFindings"),
            ),
            (
                Operation::ListAttachedPolicies(Owner::Group),
                "list-attached-group-policies",
                Some("iam:ListAttachedGroupPolicies"),
            ),
        ] {
            let kind = operation.kind().map_or("", Owner::as_str);
            assert_eq!(operation.sub_command(kind), sub_command);
            let needed = operation.permission().map(|action| action.to_string());
            assert_eq!(needed.as_deref(), permission);
        }
    }
}
