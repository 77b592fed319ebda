//! Whom a template names: those who have a policy, and those whom it puts into groups.

use std::collections::BTreeSet;

use super::function::{Call, may_be_nothing};
use super::named::{Name, Told, are_alike};
use super::template::{Holder, Membership, Who};
use crate::iam::quota::Owner;
use crate::text::{Json, Source};

/// Whom values of a template name.
pub(super) struct Naming<'a> {
    pub source: &'a Source,
    pub parameters: BTreeSet<&'a str>,
    /// What roles, users and groups of the template are called by it, with their logical ids.
    pub own_names: Vec<(Owner, &'a str, &'a Json)>,
}

/// The names that principals are given, by their types.
const NAMES: [(&str, Owner, &str); 3] = [
    ("AWS::IAM::Role", Owner::Role, "RoleName"),
    ("AWS::IAM::User", Owner::User, "UserName"),
    ("AWS::IAM::Group", Owner::Group, "GroupName"),
];

impl<'a> Naming<'a> {
    /// Those of a template with these resources.
    pub fn of(source: &'a Source, template: &'a Json, resources: &'a Json) -> Self {
        let parameters = template.get("Parameters").and_then(Json::as_object);
        let parameters = parameters.unwrap_or_default().iter();
        let resources = resources.as_object().unwrap_or_default().iter();
        // One that a condition leaves out is called by what somebody else may be called by.
        let resources = resources.filter(|one| one.value.get("Condition").is_none());
        let own_names = resources.filter_map(|member| {
            let kind = member.value.get("Type")?.as_str()?;
            let (_, owner, name) = NAMES.iter().find(|(named, ..)| *named == kind)?;
            let name = member.value.get("Properties")?.get(name)?;
            let is_told = !may_be_nothing(source, name);
            is_told.then_some((*owner, member.name.as_str(), name))
        });
        Naming {
            source,
            parameters: parameters.map(|one| one.name.as_str()).collect(),
            own_names: own_names.collect(),
        }
    }

    /// Whom `Roles`, `Users` and `Groups` of a policy name.
    pub fn holders(&self, properties: &Json) -> Vec<Holder> {
        let mut all = Vec::new();
        for (key, kind) in [
            ("Roles", Owner::Role),
            ("Users", Owner::User),
            ("Groups", Owner::Group),
        ] {
            let named = list(properties, key).iter();
            let who = named.map(|one| self.who(kind, one));
            all.extend(who.map(|who| Holder { kind, who }));
        }
        all
    }

    /// Whom a resource of this type puts into groups.
    pub fn memberships(
        &self,
        (resource, logical_id, kind): (usize, &str, &str),
        properties: &Json,
    ) -> Vec<Membership> {
        let membership = |group: &Json, user| Membership {
            resource,
            group: self.who(Owner::Group, group),
            user,
        };
        match kind {
            "AWS::IAM::User" => {
                let user = || Who::Resource(logical_id.to_owned());
                let groups = list(properties, "Groups").iter();
                groups.map(|group| membership(group, user())).collect()
            }
            "AWS::IAM::UserToGroupAddition" => {
                let added = list(properties, "GroupName").iter().flat_map(|group| {
                    let users = list(properties, "Users").iter();
                    users.map(move |user| membership(group, self.who(Owner::User, user)))
                });
                added.collect()
            }
            _ => Vec::new(),
        }
    }

    /// Who a value names.
    pub fn who(&self, kind: Owner, json: &Json) -> Who {
        let told = Told::of(self.source, json);
        let is_resource =
            |name: &String| !self.parameters.contains(name.as_str()) && !name.starts_with("AWS::");
        let call = Call::of(self.source, json);
        let is_attribute = call.as_ref().is_some_and(Call::asks_for_attribute);
        match (&told.is, &told.name) {
            (Some(resource), _) if is_resource(resource) && !is_attribute => {
                return Who::Resource(resource.clone());
            }
            (_, Name::Text(name)) => return Who::Named(name.clone()),
            _ => {}
        }
        let mut named = self.own_names.iter();
        let called_so =
            |(owner, _, name): &&(Owner, &str, &Json)| *owner == kind && are_alike(name, json);
        match named.find(called_so) {
            Some((_, logical_id, _)) => Who::Resource((*logical_id).to_owned()),
            None => Who::Unknown {
                is_conditional: call.is_some_and(|call| call.name == "Fn::If"),
                value: told,
            },
        }
    }
}

/// What a property lists.
fn list<'j>(properties: &'j Json, key: &str) -> &'j [Json] {
    let named = properties.get(key).filter(|named| !named.is_null());
    named.map_or(&[], |named| {
        named.as_array().unwrap_or(std::slice::from_ref(named))
    })
}
