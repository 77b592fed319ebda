//! The attributes of a resource that matter here, whatever else it has.

use serde::de::MapAccess;
use serde_json::Value;

use super::may_give;
use super::members::{Member, Part};
use super::named_policies::{Inner, Named, REFERENCES};
use super::plain::Plain;

/// What a state says of a resource. What is missing or of another kind is none.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// The ARN of a role, user, group or managed policy.
    pub arn: Option<String>,
    /// The account that is told, as by STS.
    pub account_id: Option<String>,
    /// The name of one, or of an inline policy.
    pub name: Option<String>,
    /// The document of a policy, as JSON.
    pub policy: Option<String>,
    /// The role that a policy is embedded in or attached to.
    pub role: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The group.
    pub group: Option<String>,
    /// The roles that `aws_iam_policy_attachment` attaches to.
    pub roles: Vec<String>,
    /// The users.
    pub users: Vec<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// The ARNs of what is attached: one, or all of an `…_policy_attachments_exclusive`.
    pub policy_arns: Vec<String>,
    /// When a role or user was made.
    pub create_date: Option<String>,
    /// The ARN of the permissions boundary of a role or user.
    pub permissions_boundary: Option<String>,
    /// The ARNs of what is attached to a role, whoever attached it.
    pub managed_policy_arns: Vec<String>,
    /// What is embedded in a role, whoever embedded it.
    pub inline_policy: Vec<EmbeddedPolicy>,
    /// How many principals a managed policy is attached to, as AWS counts them.
    pub attachment_count: Option<u64>,
    /// The names of the managed policies that a permission set of IAM Identity Center refers to.
    pub customer_managed: Vec<String>,
    /// The ARNs of managed policies anywhere else in it, each with the names that it stands under, from the
    /// outermost on.
    pub other_policy_arns: Vec<(String, Vec<String>)>,
}

/// A policy that is embedded in a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedPolicy {
    /// Its name.
    pub name: String,
    /// Its document, as JSON.
    pub policy: Option<String>,
}

impl EmbeddedPolicy {
    /// Those of a list; one without a name says that there are none.
    fn all_of(list: &Value) -> Vec<Self> {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let embedded = list.iter().filter_map(|one| {
            let name = one.get("name")?.as_str().filter(|name| !name.is_empty())?;
            let policy = one.get("policy").and_then(Value::as_str);
            Some(EmbeddedPolicy {
                name: name.to_owned(),
                policy: policy.map(str::to_owned),
            })
        });
        embedded.collect()
    }
}

/// What a state has for an argument that names something.
#[derive(Clone, Debug)]
pub(in crate::sources) struct Argued {
    /// The argument.
    pub name: &'static str,
    /// What it names.
    pub names: Vec<String>,
    /// Whether it is a list of names, of which there may be none.
    pub is_list: bool,
}

/// The arguments that name who is added to which groups.
pub(in crate::sources) const USERS: [&str; 3] = ["user", "user_name", "users"];
pub(in crate::sources) const GROUPS: [&str; 3] = ["group", "group_name", "groups"];

impl Attributes {
    /// What a state has for the arguments that name something: of one name that it does not have it does not
    /// tell.
    pub(in crate::sources) fn argued(&self) -> impl Iterator<Item = Argued> {
        let one = |name: &'static str, text: &Option<String>| Argued {
            name,
            names: text.iter().cloned().collect(),
            is_list: false,
        };
        let list = |name: &'static str, names: &[String]| Argued {
            name,
            names: names.to_vec(),
            is_list: true,
        };
        let all = [
            one("name", &self.name),
            one("role", &self.role),
            one("role_name", &self.role),
            list("roles", &self.roles),
            one("user", &self.user),
            one("user_name", &self.user),
            list("users", &self.users),
            one("group", &self.group),
            one("group_name", &self.group),
            list("groups", &self.groups),
            list("policy_arns", &self.policy_arns),
            Argued {
                is_list: false,
                ..list("policy_arn", &self.policy_arns)
            },
        ];
        all.into_iter()
            .filter(|argued| argued.is_list || !argued.names.is_empty())
    }

    /// The ARNs of all managed policies that it names.
    pub fn all_policy_arns(&self) -> impl Iterator<Item = &str> {
        let others = self.other_policy_arns.iter().map(|(arn, _)| arn);
        self.own_policy_arns().chain(others.map(String::as_str))
    }

    /// The ARNs of managed policies that it may give to somebody, where it is of this type.
    pub fn given_policy_arns<'a>(
        &'a self,
        type_name: &'a str,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let given = self.other_policy_arns.iter().filter(move |(_, path)| {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            may_give(type_name, &path)
        });
        self.own_policy_arns()
            .chain(given.map(|(arn, _)| arn.as_str()))
    }

    /// Those of the attributes that every type takes policies by.
    fn own_policy_arns(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.policy_arns, &self.managed_policy_arns];
        let listed = lists
            .into_iter()
            .flatten()
            .chain(&self.permissions_boundary);
        listed.map(String::as_str)
    }
}

impl Part for Attributes {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let text = match member.key {
            "arn" => &mut self.arn,
            "account_id" => &mut self.account_id,
            "name" => &mut self.name,
            "policy" => &mut self.policy,
            "role" | "role_name" => &mut self.role,
            "user" | "user_name" => &mut self.user,
            "group" | "group_name" => &mut self.group,
            "create_date" => &mut self.create_date,
            "permissions_boundary" => {
                // A permission set has an object there.
                let named = Named::under(member.key, self);
                self.permissions_boundary = member.read_by(named)?;
                return Ok(());
            }
            _ => return self.list(member),
        };
        *text = member.text()?;
        Ok(())
    }
}

impl Attributes {
    fn list<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        let list = match member.key {
            "roles" => &mut self.roles,
            "users" => &mut self.users,
            "groups" => &mut self.groups,
            "policy_arn" | "policy_arns" => &mut self.policy_arns,
            "managed_policy_arns" => &mut self.managed_policy_arns,
            "inline_policy" => {
                self.inline_policy = EmbeddedPolicy::all_of(&member.value()?);
                return Ok(());
            }
            "attachment_count" => {
                self.attachment_count = member.value::<Plain>()?.number();
                return Ok(());
            }
            key if REFERENCES.contains(&key) => {
                self.customer_managed.extend(member.texts()?);
                return Ok(());
            }
            key => return member.read_by(Inner(Named::under(key, self))),
        };
        *list = member.texts()?;
        Ok(())
    }
}
