//! Which changes of a resource change who may do what, whatever it is a resource of.
//!
//! Nobody has a list of all types of all providers, so this goes by words: those of the type, those of the
//! attributes that change, and what stands in them.

use std::collections::BTreeSet;

use serde_json::Value;

/// The words of types that are about nothing else.
const IN_TYPES: [&str; 16] = [
    "access",
    "cloudformation",
    "grant",
    "grants",
    "iam",
    "identitystore",
    "lakeformation",
    "organizations",
    "permission",
    "permissions",
    "principal",
    "ram",
    "role",
    "roles",
    "sso",
    "ssoadmin",
];

/// The words of attributes that name somebody, or what somebody may do.
const IN_ATTRIBUTES: [&str; 14] = [
    "accounts",
    "authentication",
    "authorization",
    "grant",
    "grantee",
    "grants",
    "iam",
    "permission",
    "permissions",
    "principal",
    "principals",
    "role",
    "roles",
    "shared",
];

/// The attributes that are words about a resource, whatever they say.
const REMARKS: [&str; 3] = ["description", "tags", "tags_all"];

/// Whether a type of resources is about who may do what, and about nothing else: a word of it says so.
pub(in crate::sources) fn is_type_of_who(type_name: &str) -> bool {
    has_word(type_name, &IN_TYPES)
}

/// The words of types that deploy or run what they are given: nobody can tell here what that does.
const DEPLOYING: [&str; 18] = [
    "argocd",
    "association",
    "cloudcontrolapi",
    "command",
    "custom",
    "document",
    "exec",
    "external",
    "helm",
    "http",
    "invocation",
    "kubectl",
    "manifest",
    "module",
    "remediation",
    "servicecatalog",
    "shell",
    "stack",
];

/// The words of attributes that take policies.
const TAKING: [&str; 4] = ["boundaries", "boundary", "policies", "policy"];

/// The attributes under which the names are anybody's: of these none says what is done with a value.
const FREE: [&str; 10] = [
    "annotations",
    "description",
    "input",
    "keepers",
    "labels",
    "tags",
    "tags_all",
    "triggers",
    "triggers_replace",
    "variables",
];

/// Whether a resource of a type that names a managed policy of IAM under an attribute, whose name ends a path of
/// names, may give it to somebody, or make it a boundary. Any other only writes it down: as a parameter, a
/// variable, a tag.
pub(in crate::sources) fn may_give(type_name: &str, path: &[&str]) -> bool {
    let mut named = path.iter().take_while(|name| !is_one_of(name, &FREE));
    !is_remark(path)
        && (is_type_of_who(type_name)
            || is_deploying(type_name)
            || named.any(|name| has_word(name, &TAKING)))
}

/// Whether a type is one of IAM Identity Center, whose permission sets name policies by their names.
pub(in crate::sources) fn is_of_permission_sets(type_name: &str) -> bool {
    has_word(type_name, &["sso", "ssoadmin"])
}

/// Whether a path of names has a word that says that a policy is taken there.
pub(in crate::sources) fn takes_policies(path: &[&str]) -> bool {
    path.iter().any(|name| has_word(name, &TAKING))
}

/// Whether an attribute of a type of resources has ARNs of policies, as its name says.
pub(in crate::sources) fn takes_policy_arns(type_name: &str, name: &str) -> bool {
    // The access policies of EKS are none of IAM.
    let is_of_iam = !has_word(type_name, &["eks"]);
    is_of_iam && has_word(name, &TAKING) && has_word(name, &["arn", "arns"])
}

/// Whether a type deploys or runs what it is given.
pub(in crate::sources) fn is_deploying(type_name: &str) -> bool {
    has_word(type_name, &DEPLOYING)
}

/// Whether a path of names begins with one of words about a resource.
pub(in crate::sources) fn is_remark(path: &[&str]) -> bool {
    path.first().is_some_and(|name| is_one_of(name, &REMARKS))
}

/// Whether a name is one of these; in a template it begins with a capital letter.
fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// What becomes of a value of a resource.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    /// As it is.
    pub(super) before: &'a Value,
    /// As it would be.
    pub(super) after: &'a Value,
    /// What of it is known only when it is applied.
    pub(super) unknown: &'a Value,
    /// What of it is sensitive, before and after, and so may be hidden.
    pub(super) sensitive: [&'a Value; 2],
}

/// An attribute whose change may change who may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Telling {
    /// Its name, as `policy`.
    pub(super) name: String,
    /// Whether nothing is told of it, neither before nor after: it may be what the provider makes of it.
    pub(super) is_not_told: bool,
}

impl<'a> Values<'a> {
    /// The attributes of a resource that change, or may, and by that who may do what: what changes in
    /// one has a name that says so, or is a policy, or names what is of IAM.
    pub(super) fn telling(self) -> Vec<Telling> {
        let attributes = self.members().into_iter();
        let telling = attributes
            .filter(|(name, values)| !REMARKS.contains(name) && values.tell(&mut vec![name]));
        telling
            .map(|(name, values)| Telling {
                name: name.to_owned(),
                is_not_told: is_nothing(values.before) && is_nothing(values.after),
            })
            .collect()
    }

    /// Whether what changes in these values, which stand under the names of `path`, says who may do what.
    fn tell(self, path: &mut Vec<&'a str>) -> bool {
        if !self.may_change() {
            return false;
        }
        let members = self.members();
        if members.is_empty() {
            return self.is_named_so(path) || says_who(self.before) || says_who(self.after);
        }
        members.into_iter().any(|(name, values)| {
            path.push(name);
            let tells = values.tell(path);
            path.pop();
            tells
        })
    }

    /// Whether the names that a value stands under say that it is about who may do what. Whether a
    /// `policy` is one of IAM, and none of lifecycles, its text tells, if that is told.
    fn is_named_so(self, path: &[&str]) -> bool {
        path.iter().any(|name| {
            ["acl", "public"].contains(name)
                || has_word(name, &IN_ATTRIBUTES)
                || has_word(name, &["policy", "policies"]) && self.is_hidden()
        })
    }

    /// Whether these differ, as far as they are told.
    fn may_change(self) -> bool {
        let are_nothing = is_nothing(self.before) && is_nothing(self.after);
        self.before != self.after && !are_nothing || self.is_hidden()
    }

    /// Whether a part of these is not told.
    fn is_hidden(self) -> bool {
        is_true(self.unknown) || self.sensitive.into_iter().any(is_true)
    }

    /// The members of these by their names; those of a list have none.
    fn members(self) -> Vec<(&'a str, Self)> {
        let all = [self.before, self.after, self.unknown];
        let objects = all.into_iter().filter_map(Value::as_object);
        let names = objects.flat_map(|object| object.keys().map(String::as_str));
        let names: BTreeSet<&str> = names.collect();
        let of_objects = names
            .into_iter()
            .map(|name| (name, self.each(|value| value.get(name))));
        let lists = all.into_iter().filter_map(Value::as_array);
        let length = lists.map(Vec::len).max().unwrap_or_default();
        let of_lists = (0..length).map(|at| ("", self.each(|value| value.get(at))));
        of_objects.chain(of_lists).collect()
    }

    /// A member of each; what is true of all of a value is true of its members.
    fn each(self, member: impl Fn(&'a Value) -> Option<&'a Value>) -> Self {
        let value = |of: &'a Value| member(of).unwrap_or(&Value::Null);
        let mark = |of: &'a Value| if of.is_boolean() { of } else { value(of) };
        Values {
            before: value(self.before),
            after: value(self.after),
            unknown: mark(self.unknown),
            sensitive: self.sensitive.map(mark),
        }
    }
}

/// Whether a value is true, or has one in it that is.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Array(values) => values.iter().any(is_true),
        Value::Object(members) => members.values().any(is_true),
        _ => false,
    }
}

/// Whether a value says nothing: Terraform writes it so, or so, or not at all.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether a text names what is of IAM, as an ARN or `AWS::IAM::Role` does, or has a policy in it.
fn says_who(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        let text_in_small = text.to_ascii_lowercase();
        // In JSON, in JSON in a text, and in YAML.
        let policies = ["statement\"", "statement\\\"", "statement:"];
        has_word(text, &["iam"]) || policies.iter().any(|begin| text_in_small.contains(begin))
    })
}

/// Whether one of `words`, in small letters, is a word of a name such as `task_role_arn`, `roleArn` or `AWS::IAM::Role`.
pub(in crate::sources) fn has_word(name: &str, words: &[&str]) -> bool {
    let parts = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    // `CloudFormation` is a word too.
    parts
        .flat_map(|part| humps(part).chain([part]))
        .any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// `roleArn` as `role` and `Arn`.
fn humps(part: &str) -> impl Iterator<Item = &str> {
    let is_start = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    let starts = part.as_bytes().windows(2).enumerate();
    let starts = starts
        .filter(move |(_, pair)| is_start(pair))
        .map(|(at, _)| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
    let ends: Vec<usize> = starts[1..].iter().copied().chain([part.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .map(|(start, end)| &part[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        for name in [
            "task_role_arn",
            "role",
            "taskRoleArn",
            "eks.amazonaws.com/role-arn",
        ] {
            assert!(has_word(name, &["role"]), "{name}");
        }
        for name in ["controlled", "rolearn", "parole_x", ""] {
            assert!(!has_word(name, &["role"]), "{name}");
        }
        assert!(is_type_of_who("aws_ram_principal_association"));
        assert!(!is_type_of_who("aws_lb_ssl_negotiation_policy"));
    }

    #[test]
    fn what_only_writes_a_policy_down_gives_it_to_nobody() {
        for (type_name, path) in [
            (
                "aws_budgets_budget_action",
                &["definition", "iam_action_definition", "policy_arn"][..],
            ),
            (
                "aws_chatbot_slack_channel_configuration",
                &["guardrail_policy_arns"],
            ),
            ("aws_cloudformation_stack", &["parameters", "PolicyArn"]),
            ("aws_cloudcontrolapi_resource", &["desired_state"]),
            (
                "aws_config_remediation_configuration",
                &["parameter", "static_value"],
            ),
            ("awscc_iam_user", &["groups"]),
            ("aws_ssoadmin_permissions_boundary_attachment", &["x"]),
            ("kubernetes_manifest", &["manifest"]),
            ("vault_aws_secret_backend_role", &["policy_arns"]),
            (
                "AWS::Budgets::BudgetsAction",
                &["Definition", "IamActionDefinition", "PolicyArn"],
            ),
            (
                "AWS::Chatbot::SlackChannelConfiguration",
                &["GuardrailPolicies"],
            ),
            ("AWS::CloudFormation::CustomResource", &["Arn"]),
            ("AWS::CloudFormation::StackSet", &["Parameters", "X"]),
            (
                "AWS::Config::RemediationConfiguration",
                &["Parameters", "X"],
            ),
            ("AWS::LakeFormation::PrincipalPermissions", &["X"]),
            ("AWS::RolesAnywhere::Profile", &["ManagedPolicyArns"]),
            ("AWS::SSM::Association", &["Parameters", "X"]),
            ("Company::Team::Thing::MODULE", &["Arn"]),
            ("Custom::Attach", &["Arn"]),
        ] {
            assert!(may_give(type_name, path), "{type_name}: {path:?}");
        }
        for (type_name, path) in [
            ("aws_ssm_parameter", &["value"][..]),
            ("aws_lambda_function", &["environment", "variables"]),
            (
                "aws_lambda_function",
                &["environment", "variables", "policy_arn"],
            ),
            ("aws_iam_role", &["tags", "policy"]),
            ("aws_s3_object", &["tags", "policy"]),
            ("null_resource", &["triggers", "policy"]),
            ("github_actions_variable", &["value"]),
            ("AWS::SSM::Parameter", &["Value"]),
            ("AWS::SSO::PermissionSet", &["Tags", "Value"]),
            (
                "AWS::Lambda::Function",
                &["Environment", "Variables", "POLICY_ARN"],
            ),
        ] {
            assert!(!may_give(type_name, path), "{type_name}: {path:?}");
        }
    }
}
