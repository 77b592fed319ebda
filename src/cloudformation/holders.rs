//! Whom a template names: those who have a policy, and those whom it puts into groups.

use std::collections::BTreeSet;

use super::follow::MERGED;
use super::function::{Call, MAPPINGS, is_no_value, may_be_nothing};
use super::named::{Name, Told, are_alike};
use super::template::{Holder, Membership, Who};
use super::transforms::is_macro;
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
        let all = [
            ("Roles", Owner::Role),
            ("Users", Owner::User),
            ("Groups", Owner::Group),
        ];
        let all = all.into_iter();
        all.flat_map(|(key, kind)| self.listed_by(kind, properties, key))
            .collect()
    }

    /// Whom a resource of this type puts into groups.
    pub fn memberships(
        &self,
        (resource, logical_id, kind): (usize, &str, &str),
        properties: &Json,
    ) -> Vec<Membership> {
        let (groups, users) = match kind {
            "AWS::IAM::User" | "AWS::IAM::UserToGroupAddition"
                if is_unread(self.source, properties) =>
            {
                let user = Who::Resource(logical_id.to_owned());
                let group = Holder::new(Owner::Group, Who::NotRead);
                (vec![group], vec![Holder::new(Owner::User, user)])
            }
            "AWS::IAM::User" => {
                let user = Who::Resource(logical_id.to_owned());
                let groups = self.listed_by(Owner::Group, properties, "Groups");
                (groups, vec![Holder::new(Owner::User, user)])
            }
            "AWS::IAM::UserToGroupAddition" => (
                self.named_by(Owner::Group, properties, "GroupName"),
                self.listed_by(Owner::User, properties, "Users"),
            ),
            _ => return Vec::new(),
        };
        let of_group = |group: &Holder| {
            let group = group.clone();
            users.iter().map(move |user| Membership {
                resource,
                group: group.who.clone(),
                user: user.who.clone(),
                is_conditional: group.is_conditional || user.is_conditional,
            })
        };
        groups.iter().flat_map(of_group).collect()
    }

    /// Whom a property names, which is one.
    pub fn named_by(&self, kind: Owner, properties: &Json, key: &str) -> Vec<Holder> {
        let mut all = Vec::new();
        if let Some(named) = properties.get(key) {
            self.add(kind, named, In::Member, false, &mut all);
        }
        all
    }

    /// Whom a property lists.
    fn listed_by(&self, kind: Owner, properties: &Json, key: &str) -> Vec<Holder> {
        let mut all = Vec::new();
        if let Some(list) = properties.get(key) {
            self.add(kind, list, In::List, false, &mut all);
        }
        all
    }

    /// Adds whom a value names, in each case of its conditions.
    fn add(&self, kind: Owner, json: &Json, is: In, is_conditional: bool, all: &mut Vec<Holder>) {
        if json.is_null() || is_no_value(self.source, json) {
            return;
        }
        let branches = Call::of(self.source, json).and_then(|call| Some(call.branches()?.1));
        if let Some(branches) = branches.filter(|_| self.called_by(kind, json).is_none()) {
            for branch in branches {
                self.add(kind, branch, is, true, all);
            }
            return;
        }
        if let Some(list) = json.as_array() {
            for one in list {
                self.add(kind, one, In::Member, is_conditional, all);
            }
            return;
        }
        let mut who = self.who(kind, json);
        if let Who::Unknown { is_list, .. } = &mut who {
            *is_list = matches!(is, In::List);
        }
        // In each case of a condition there may be the same.
        let mut known = all.iter_mut();
        match known.find(|one| one.kind == kind && one.who == who) {
            Some(known) => known.is_conditional &= is_conditional,
            None => all.push(Holder {
                kind,
                who,
                is_conditional,
            }),
        }
    }

    /// Who a value names, which is one.
    fn who(&self, kind: Owner, json: &Json) -> Who {
        let told = Told::of(self.source, json);
        let is_resource = |name: &str| {
            !self.parameters.contains(name)
                && !name.starts_with("AWS::")
                && !name.starts_with(MAPPINGS)
        };
        let call = Call::of(self.source, json);
        let is_attribute = call.as_ref().is_some_and(Call::asks_for_attribute);
        match (&told.is, &told.name) {
            (Some(resource), _) if is_resource(resource) && !is_attribute => {
                return Who::Resource(resource.clone());
            }
            (_, Name::Text(name)) => return Who::Named(name.clone()),
            _ => {}
        }
        match self.called_by(kind, json) {
            Some(logical_id) => Who::Resource(logical_id.to_owned()),
            None => Who::Unknown {
                value: told,
                is_list: false,
            },
        }
    }

    /// The resource of the template whose name is written alike.
    fn called_by(&self, kind: Owner, json: &Json) -> Option<&'a str> {
        let mut named = self.own_names.iter();
        let called_so = named.find(|(owner, _, name)| *owner == kind && are_alike(name, json));
        called_so.map(|(_, logical_id, _)| *logical_id)
    }
}

/// Whether properties may have more in them than is written.
fn is_unread(source: &Source, properties: &Json) -> bool {
    let is_more = |name: &str| is_macro(name) || name == MERGED;
    let mut members = properties.as_object().into_iter().flatten();
    properties.as_object().is_none()
        || Call::of(source, properties).is_some()
        || members.any(|member| is_more(&member.name))
}

/// What stands in the place of a value.
#[derive(Clone, Copy)]
enum In {
    /// A list.
    List,
    /// One.
    Member,
}
