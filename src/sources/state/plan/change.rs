//! What becomes of each resource.

use std::collections::BTreeSet;

use serde::de::{self, DeserializeSeed, MapAccess};
use serde_json::{Value, json};

use super::super::members::{Member, Object, Part};
use super::super::parts::Heading;
use super::super::{Attributes, EmbeddedPolicy, Kind, embedded_in};
use super::who::{Telling, Values, is_true, is_type_of_who};
use crate::sources::{Address, BlockAddress};
use crate::text::Untrusted;

/// What becomes of a resource.
#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// What Terraform calls it.
    pub address: Untrusted,
    /// Its type, as `aws_iam_role_policy`.
    pub type_name: String,
    /// The block that it is of.
    pub block: Option<BlockAddress>,
    /// Whether it is an earlier one of this address, which is to be deleted and is there still.
    pub is_deposed: bool,
    /// What is done.
    pub action: PlannedAction,
    /// As it is.
    pub before: Side,
    /// As it would be.
    pub after: Side,
    /// What of it is known only when it is applied.
    unknown: Value,
}

/// What becomes of a resource of a type that is not about who may do what.
#[derive(Clone, Debug)]
pub struct OtherChange {
    /// What Terraform calls it.
    pub address: Untrusted,
    /// Its type, as `aws_sqs_queue`.
    pub type_name: String,
    /// What is done.
    pub action: PlannedAction,
    /// The attributes by whose changes who may do what changes, or may.
    pub attributes: Vec<String>,
}

/// A resource before or after a change.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What is said of it.
    pub attributes: Attributes,
    /// All that is said of it.
    all: Value,
    /// What of it is sensitive, and so may be hidden.
    sensitive: Value,
}

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlannedAction {
    /// Nothing; a data source is read.
    Nothing,
    /// It is made.
    Create,
    /// It is changed where it is.
    Update,
    /// It is deleted and made again.
    Replace,
    /// It is deleted.
    Delete,
    /// It stays, and Terraform keeps no more of it.
    Forget,
    /// An action is run.
    Run,
    /// Something that is not known here.
    Unknown,
}

impl PlannedAction {
    /// What is done, as in `it is replaced`.
    pub fn as_str(self) -> &'static str {
        match self {
            PlannedAction::Nothing => "left as it is",
            PlannedAction::Create => "created",
            PlannedAction::Update => "updated",
            PlannedAction::Replace => "replaced",
            PlannedAction::Delete => "deleted",
            PlannedAction::Forget => "forgotten",
            PlannedAction::Run => "run",
            PlannedAction::Unknown => "changed in an unknown way",
        }
    }

    fn of(actions: &[String]) -> Self {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        match actions.as_slice() {
            ["no-op" | "read"] => PlannedAction::Nothing,
            ["create"] => PlannedAction::Create,
            ["update"] => PlannedAction::Update,
            ["delete"] => PlannedAction::Delete,
            ["forget"] => PlannedAction::Forget,
            ["delete", "create"] | ["create", "delete" | "forget"] => PlannedAction::Replace,
            _ => PlannedAction::Unknown,
        }
    }
}

impl PlannedChange {
    /// What it is, of those that states are read for.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(&self.type_name)
    }

    /// Whether an attribute, or a part of it, is known only when it is applied.
    pub fn is_unknown(&self, attribute: &str) -> bool {
        is_marked(&self.unknown, attribute)
    }

    /// Whether an attribute, or a part of it, is sensitive, so that a mask may stand in its place.
    pub fn is_sensitive(&self, attribute: &str) -> bool {
        let marks = [&self.before.sensitive, &self.after.sensitive];
        marks.into_iter().any(|marks| is_marked(marks, attribute))
    }

    /// The changes of the policies that a role embeds itself, which are taken out of it. One of a name that
    /// it had not is made, and one that it has no more is deleted.
    pub(super) fn take_embedded(&mut self) -> Vec<PlannedChange> {
        const EMBEDDED: &str = "inline_policy";
        let is_unknown = self.is_unknown(EMBEDDED);
        let is_sensitive = self.is_sensitive(EMBEDDED);
        let sides = [&self.before, &self.after].map(|side| &side.attributes.inline_policy);
        let names: BTreeSet<&String> = sides.into_iter().flatten().map(|one| &one.name).collect();
        let changes = names.into_iter().filter_map(|name| {
            let [before, after] = sides.map(|side| side.iter().find(|one| one.name == *name));
            if before == after && !is_unknown && !is_sensitive {
                return None;
            }
            let action = match (before, after) {
                _ if is_unknown => PlannedAction::Update,
                (None, _) => PlannedAction::Create,
                (_, None) => PlannedAction::Delete,
                _ => PlannedAction::Update,
            };
            let marked = |is_it: bool| {
                if is_it {
                    json!({"policy": true})
                } else {
                    Value::Null
                }
            };
            let side = |of: &Side, policy: Option<&EmbeddedPolicy>| Side {
                attributes: Attributes {
                    name: Some(name.clone()),
                    role: of.attributes.name.clone(),
                    policy: policy.and_then(|policy| policy.policy.clone()),
                    ..Attributes::default()
                },
                all: Value::Null,
                sensitive: marked(is_sensitive),
            };
            Some(PlannedChange {
                address: embedded_in(&self.address, name),
                type_name: "aws_iam_role_policy".to_owned(),
                block: self.block.clone(),
                is_deposed: self.is_deposed,
                action,
                before: side(&self.before, before),
                after: side(&self.after, after),
                unknown: marked(is_unknown),
            })
        });
        let changes = changes.collect();
        for told in [
            &mut self.before.all,
            &mut self.after.all,
            &mut self.before.sensitive,
            &mut self.after.sensitive,
            &mut self.unknown,
        ] {
            if let Some(told) = told.as_object_mut() {
                told.remove(EMBEDDED);
            }
        }
        changes
    }

    /// The attributes that change, or may since they are hidden: their names in order.
    pub fn changed_attributes(&self) -> Vec<&str> {
        let (before, after) = (self.before.all.as_object(), self.after.all.as_object());
        let names = before
            .into_iter()
            .chain(after)
            .flat_map(serde_json::Map::keys);
        let unknown = self.unknown.as_object();
        let names = names.chain(unknown.into_iter().flat_map(serde_json::Map::keys));
        let names: BTreeSet<&str> = names.map(String::as_str).collect();
        let changes = |name: &&str| {
            self.is_unknown(name)
                || self.is_sensitive(name)
                || self.before.all.get(name) != self.after.all.get(name)
        };
        names.into_iter().filter(changes).collect()
    }
}

/// Whether `marks`, which are `true` or have the names of what is true in part or whole, are about an
/// attribute: `{"id": true, "policy": [{}]}`.
fn is_marked(marks: &Value, attribute: &str) -> bool {
    *marks == Value::Bool(true) || marks.get(attribute).is_some_and(is_true)
}

/// A change, as it is read.
#[derive(Default)]
pub(super) struct Change {
    address: Option<String>,
    is_deposed: bool,
    heading: Heading,
    action: Option<PlannedAction>,
    /// Why it is done, as Terraform says it.
    reason: Option<String>,
    before: Side,
    after: Side,
    unknown: Value,
}

/// A change in short: of what is not about who may do what no values are kept.
pub(super) enum InShort {
    OfWho(Box<PlannedChange>),
    Other(OtherChange, Option<BlockAddress>, Vec<Telling>),
}

impl Change {
    /// What an action does that is run.
    pub(super) fn of(invocation: Invocation) -> Self {
        Change {
            action: Some(PlannedAction::Run),
            ..invocation.0
        }
    }

    /// Whether it is data that is read only when the plan is applied, since what it depends on changes.
    pub(super) fn waits(&self) -> bool {
        self.reason.as_deref() == Some("read_because_dependency_pending")
    }

    /// What is kept of it; none of a data source, and of another resource that stays as it is.
    pub(super) fn in_short(self) -> Option<InShort> {
        if self.heading.is_data() {
            return None;
        }
        let action = self.action.unwrap_or(PlannedAction::Unknown);
        let type_name = self.heading.kind.unwrap_or_default();
        let address = self.address.unwrap_or_default();
        let name = self.heading.name.unwrap_or_default();
        let block = Address::parse(&address, &type_name, &name).map(|address| address.block);
        let address = Untrusted::from(address);
        if is_type_of_who(&type_name) {
            return Some(InShort::OfWho(Box::new(PlannedChange {
                address,
                type_name,
                block,
                is_deposed: self.is_deposed,
                action,
                before: self.before,
                after: self.after,
                unknown: self.unknown,
            })));
        }
        if action == PlannedAction::Nothing {
            return None;
        }
        let values = Values {
            before: &self.before.all,
            after: &self.after.all,
            unknown: &self.unknown,
            sensitive: [&self.before.sensitive, &self.after.sensitive],
        };
        let telling = values.telling();
        let other = OtherChange {
            address,
            type_name,
            action,
            attributes: Vec::new(),
        };
        Some(InShort::Other(other, block, telling))
    }
}

impl Part for Change {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "address" => self.address = member.text()?,
            "deposed" => self.is_deposed = member.text()?.is_some(),
            "change" => member.read_into(&mut WhatChanges(self))?,
            "action_reason" => self.reason = member.text()?,
            _ => self.heading.member(member)?,
        }
        Ok(())
    }
}

/// An action that is run, since a resource changes: `{"address": "action.aws_lambda_invoke.x", "type":
/// "aws_lambda_invoke", "name": "x", "config_values": {}, "config_unknown": {}, "config_sensitive": {}}`
#[derive(Default)]
pub(super) struct Invocation(Change);

impl Part for Invocation {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "config_values" => self.0.after.read(member.value()?)?,
            "config_unknown" => self.0.unknown = member.value()?,
            "config_sensitive" => self.0.after.sensitive = member.value()?,
            "address" | "type" | "name" => self.0.member(member)?,
            _ => member.pass_over()?,
        }
        Ok(())
    }
}

/// `{"actions": ["update"], "before": {}, "after": {}, "after_unknown": {"policy": true},
/// "before_sensitive": {}, "after_sensitive": {}}`
struct WhatChanges<'a>(&'a mut Change);

impl Part for WhatChanges<'_> {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "actions" => {
                let actions = member.texts()?;
                self.0.action = Some(PlannedAction::of(&actions));
            }
            "before" => self.0.before.read(member.value()?)?,
            "after" => self.0.after.read(member.value()?)?,
            "before_sensitive" => self.0.before.sensitive = member.value()?,
            "after_sensitive" => self.0.after.sensitive = member.value()?,
            "after_unknown" => self.0.unknown = member.value()?,
            _ => member.pass_over()?,
        }
        Ok(())
    }
}

impl Side {
    /// An attribute that is a text.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.all.get(attribute)?.as_str()
    }

    /// Takes up what is said of a resource.
    fn read<E: de::Error>(&mut self, all: Value) -> Result<(), E> {
        if all.is_object() {
            // The reader's own words could quote the plan.
            let read = Object(&mut self.attributes).deserialize(&all);
            read.map_err(|_| E::custom("it is not what Terraform writes"))?;
        }
        self.all = all;
        Ok(())
    }
}
