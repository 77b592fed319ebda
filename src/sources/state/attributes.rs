//! The attributes of a resource that matter here, whatever else it has.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use serde_json::Value;

use super::may_give;
use super::parts::Part;

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
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let text = match key {
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
                self.permissions_boundary = object.next_value_seed(self.named(key))?;
                return Ok(());
            }
            _ => return self.list(key, object),
        };
        *text = object.next_value::<Plain>()?.text();
        Ok(())
    }
}

impl Attributes {
    fn named<'n>(&mut self, name: &'n str) -> Named<'_, 'n> {
        Named {
            under: Under { name, around: None },
            arns: &mut self.other_policy_arns,
            customer_managed: &mut self.customer_managed,
        }
    }

    fn list<'de, A: MapAccess<'de>>(&mut self, key: &str, object: &mut A) -> Result<(), A::Error> {
        let list = match key {
            "roles" => &mut self.roles,
            "users" => &mut self.users,
            "groups" => &mut self.groups,
            "policy_arn" | "policy_arns" => &mut self.policy_arns,
            "managed_policy_arns" => &mut self.managed_policy_arns,
            "inline_policy" => {
                self.inline_policy = EmbeddedPolicy::all_of(&object.next_value()?);
                return Ok(());
            }
            "attachment_count" => {
                self.attachment_count = object.next_value::<Plain>()?.number();
                return Ok(());
            }
            key if REFERENCES.contains(&key) => {
                self.customer_managed
                    .extend(object.next_value::<Plain>()?.texts());
                return Ok(());
            }
            _ => return object.next_value_seed(Inner(self.named(key))),
        };
        *list = object.next_value::<Plain>()?.texts();
        Ok(())
    }
}

/// A value as far as it can matter: a state has anything anywhere, and none of it is an error.
pub(super) enum Plain {
    Text(String),
    Number(u64),
    Truth(bool),
    /// The texts of a list, and the names of the objects in it; of an object its own name.
    List(Vec<String>),
    Other,
}

impl Plain {
    pub(super) fn text(self) -> Option<String> {
        match self {
            Plain::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(self) -> Option<u64> {
        match self {
            Plain::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn texts(self) -> Vec<String> {
        match self {
            Plain::List(texts) => texts,
            Plain::Text(text) => vec![text],
            _ => Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Plain, E> {
        Ok(Plain::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Plain, E> {
        Ok(Plain::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Plain, E> {
        Ok(Plain::Truth(truth))
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Plain, A::Error> {
        let mut texts = Vec::new();
        while let Some(value) = list.next_element::<TextOrName>()? {
            texts.extend(value.0);
        }
        Ok(Plain::List(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Plain, A::Error> {
        let name = TextOrNameVisitor.visit_map(object)?;
        Ok(Plain::List(name.into_iter().collect()))
    }
}

/// A text in a list, or the `name` of an object there.
struct TextOrName(Option<String>);

impl<'de> Deserialize<'de> for TextOrName {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(TextOrNameVisitor).map(TextOrName)
    }
}

struct TextOrNameVisitor;

impl<'de> Visitor<'de> for TextOrNameVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<String>, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<String>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Option<String>, A::Error> {
        let mut name = None;
        while let Some(key) = object.next_key::<String>()? {
            if key == "name" {
                name = object.next_value::<Plain>()?.text();
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(name)
    }
}

/// Reads any value for the sake of the managed policies that are named in it, and keeps nothing else: by
/// their ARNs, or by their names where IAM Identity Center refers to them. What is a text itself comes out.
struct Named<'a, 'n> {
    /// The names that the value stands under.
    under: Under<'n>,
    arns: &'a mut Vec<(String, Vec<String>)>,
    customer_managed: &'a mut Vec<String>,
}

/// The name that a value stands under, and those around it.
#[derive(Clone, Copy)]
struct Under<'n> {
    name: &'n str,
    around: Option<&'n Under<'n>>,
}

impl Under<'_> {
    /// The names from the outermost on.
    fn path(self) -> Vec<String> {
        let mut path = self.around.map_or_else(Vec::new, |around| around.path());
        path.push(self.name.to_owned());
        path
    }
}

impl Named<'_, '_> {
    /// What stands in it, under these names.
    fn inner<'n>(&mut self, under: Under<'n>) -> Inner<'_, 'n> {
        Inner(Named {
            under,
            arns: self.arns,
            customer_managed: self.customer_managed,
        })
    }
}

/// A value in another one, whose texts count.
struct Inner<'a, 'n>(Named<'a, 'n>);

impl<'de> DeserializeSeed<'de> for Inner<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, json: D) -> Result<(), D::Error> {
        let under = self.0.under;
        let text = self.0.inner(under).0.deserialize(json)?;
        let arns = text.iter().flat_map(|text| policy_arns_in(text));
        self.0
            .arns
            .extend(arns.map(|arn| (arn.to_owned(), under.path())));
        Ok(())
    }
}

/// The ARNs of managed policies in a text, wherever they stand. A comma may be of a name, and may stand between two.
fn policy_arns_in(text: &str) -> Vec<&str> {
    const SIGN: &str = ":policy/";
    let is_of_arn = |letter: char| letter.is_ascii_alphanumeric() || "-:".contains(letter);
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@_-/".contains(letter);
    let mut found = Vec::new();
    for (at, _) in text.match_indices(SIGN) {
        let before = text[..at].trim_end_matches(is_of_arn);
        let Some(start) = text[before.len()..at].rfind("arn:") else {
            continue;
        };
        let start = before.len() + start;
        let is_of_iam = text[start..at].split(':').nth(2) == Some("iam");
        let name = &text[at + SIGN.len()..];
        let end = name.len() - name.trim_start_matches(is_of_name).len();
        let whole = &text[start..at + SIGN.len() + end];
        if is_of_iam {
            found.push(whole);
            let comma = whole.find(',').map(|comma| &whole[..comma]);
            found.extend(comma);
        }
    }
    found
}

impl<'de> DeserializeSeed<'de> for Named<'_, '_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Named<'_, '_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self::Value, A::Error> {
        let under = self.under;
        while list.next_element_seed(self.inner(under))?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Self::Value, A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            if REFERENCES.contains(&key.as_str()) {
                let references = object.next_value::<Plain>()?.texts();
                self.customer_managed.extend(references);
            } else {
                let around = self.under;
                let under = Under {
                    name: &key,
                    around: Some(&around),
                };
                object.next_value_seed(self.inner(under))?;
            }
        }
        Ok(None)
    }
}

/// How permission sets of IAM Identity Center refer to managed policies, by their names.
const REFERENCES: [&str; 2] = [
    "customer_managed_policy_reference",
    "customer_managed_policy_references",
];
