//! What Terraform would do: a plan, read for the sake of its IAM resources.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess};
use serde_json::Value;

use super::attributes::Plain;
use super::parts::{Each, Object, Part, Top};
use super::{Attributes, Kind, State, read_object};
use crate::sources::BlockAddress;
use crate::text::{Error, Source, Untrusted};

/// What Terraform would do, and the state that it begins from.
#[derive(Clone, Debug)]
pub struct TerraformPlan {
    /// The state that it begins from.
    pub state: State,
    /// What becomes of the resources of IAM and IAM Identity Center, those that stay as they are too.
    pub changes: Vec<PlannedChange>,
    /// How many other resources are changed, by what is done with them.
    pub others: BTreeMap<&'static str, usize>,
    /// The blocks that name another provider than the default one.
    of_other_providers: BTreeSet<BlockAddress>,
    /// Whether it is all that Terraform would do: nothing is deferred, and nothing was left out by
    /// `-target`.
    pub is_complete: bool,
}

impl TerraformPlan {
    /// Whether a block makes what it does through another provider than the default one, which may be of
    /// another account.
    pub fn is_of_other_provider(&self, block: &BlockAddress) -> bool {
        self.of_other_providers.contains(block)
    }
}

/// What becomes of a resource.
#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// What Terraform calls it.
    pub address: Untrusted,
    /// Its type, as `aws_iam_role_policy`.
    pub type_name: String,
    /// What is done.
    pub action: PlannedAction,
    /// As it is.
    pub before: Side,
    /// As it would be.
    pub after: Side,
    /// What of it is known only when it is applied.
    unknown: Value,
}

/// A resource before or after a change.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What is said of it.
    pub attributes: Attributes,
    /// All that is said of it.
    all: Value,
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
        is_true(&self.unknown) || self.unknown.get(attribute).is_some_and(is_true)
    }

    /// The attributes that change, or may: their names in order.
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
            self.is_unknown(name) || self.before.all.get(name) != self.after.all.get(name)
        };
        names.into_iter().filter(changes).collect()
    }
}

/// Whether a value is true, or has one in it that is.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Array(values) => values.iter().any(is_true),
        Value::Object(members) => members.values().any(is_true),
        _ => false,
    }
}

/// Whether resources of a type are about who may do what.
fn is_of_iam(type_name: &str) -> bool {
    ["aws_iam_", "aws_ssoadmin_"]
        .iter()
        .any(|begin| type_name.starts_with(begin))
}

/// Reads what `terraform show -json` prints of a plan, as it comes.
///
/// ```json
/// {"format_version": "1.2", "prior_state": {"values": {}}, "resource_changes": [
///   {"address": "aws_iam_role_policy.app", "mode": "managed", "type": "aws_iam_role_policy",
///    "change": {"actions": ["update"], "before": {"policy": "…"}, "after": {"policy": "…"},
///               "after_unknown": {}}}]}
/// ```
///
/// # Errors
/// It is no plan, or one of a form that is not known. No text of it is in the error.
pub fn read_plan(name: &Untrusted, text: impl BufRead) -> Result<TerraformPlan, Error> {
    let mut top = PlanTop::default();
    read_object(name, text, &mut top)?;
    let source = Source::from_text(name.raw(), "");
    if !top.is_plan {
        let problem = source.error("this is a state, and no plan");
        return Err(problem
            .help("terraform plan -out tfplan; terraform show -json tfplan > plan.json")
            .into());
    }
    if top.is_errored {
        let problem = source.error("Terraform could not finish this plan");
        return Err(problem.help("mend what `terraform plan` says").into());
    }
    let mut plan = TerraformPlan {
        state: State::of(name, top.state)?,
        changes: Vec::new(),
        others: BTreeMap::new(),
        of_other_providers: top.of_other_providers,
        is_complete: top.is_complete,
    };
    for change in top.changes {
        let action = PlannedAction::of(&change.actions);
        let is_managed = change.mode.as_deref() != Some("data");
        let type_name = change.kind.unwrap_or_default();
        if is_managed && is_of_iam(&type_name) {
            plan.changes.push(PlannedChange {
                address: change.address.unwrap_or_default().into(),
                type_name,
                action,
                before: change.before,
                after: change.after,
                unknown: change.unknown,
            });
        } else if action != PlannedAction::Nothing {
            *plan.others.entry(action.as_str()).or_default() += 1;
        }
    }
    Ok(plan)
}

/// All of a plan: its state, and what is done.
struct PlanTop {
    state: Top,
    changes: Vec<Change>,
    of_other_providers: BTreeSet<BlockAddress>,
    is_plan: bool,
    is_errored: bool,
    is_complete: bool,
}

impl Default for PlanTop {
    fn default() -> Self {
        PlanTop {
            state: Top::default(),
            changes: Vec::new(),
            of_other_providers: BTreeSet::new(),
            is_plan: false,
            is_errored: false,
            // Older versions do not say it.
            is_complete: true,
        }
    }
}

impl Part for PlanTop {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "resource_changes" => {
                self.is_plan = true;
                let changes = &mut self.changes;
                object.next_value_seed(Each::new(|change: Change| changes.push(change.in_short())))
            }
            "planned_values" => {
                self.is_plan = true;
                self.state.member(key, object)
            }
            "configuration" => object.next_value_seed(Object(&mut Configuration {
                module: Vec::new(),
                found: &mut self.of_other_providers,
            })),
            "errored" => {
                self.is_errored = object.next_value::<Value>()? == Value::Bool(true);
                Ok(())
            }
            "complete" => {
                self.is_complete = object.next_value::<Value>()? != Value::Bool(false);
                Ok(())
            }
            _ => self.state.member(key, object),
        }
    }
}

/// The blocks of a module, or of all of them.
///
/// ```json
/// {"root_module": {"resources": [{"type": "aws_iam_role", "name": "app", "provider_config_key": "aws.b"}],
///                  "module_calls": {"queue": {"module": {"resources": []}}}}}
/// ```
struct Configuration<'a> {
    module: Vec<String>,
    found: &'a mut BTreeSet<BlockAddress>,
}

impl Part for Configuration<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let (module, found) = (self.module.clone(), &mut *self.found);
        match key {
            "root_module" | "module" => {
                object.next_value_seed(Object(&mut Configuration { module, found }))
            }
            "module_calls" => object.next_value_seed(Object(&mut Calls { module, found })),
            "resources" => object.next_value_seed(Each::new(|block: ConfiguredBlock| {
                found.extend(block.of_other_provider(&module));
            })),
            _ => object.next_value::<IgnoredAny>().map(|_| ()),
        }
    }
}

/// The modules that a module calls, by their names.
struct Calls<'a> {
    module: Vec<String>,
    found: &'a mut BTreeSet<BlockAddress>,
}

impl Part for Calls<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let mut module = self.module.clone();
        module.push(key.to_owned());
        let found = &mut *self.found;
        object.next_value_seed(Object(&mut Configuration { module, found }))
    }
}

#[derive(Default)]
struct ConfiguredBlock {
    kind: Option<String>,
    name: Option<String>,
    provider: Option<String>,
}

impl ConfiguredBlock {
    /// Its address, where it names another provider than the default one of its module.
    fn of_other_provider(self, module: &[String]) -> Option<BlockAddress> {
        let provider = self.provider?;
        let is_default = provider == "aws" || provider.ends_with(":aws");
        (!is_default).then_some(BlockAddress {
            module: module.to_vec(),
            kind: self.kind?,
            name: self.name?,
        })
    }
}

impl Part for ConfiguredBlock {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        let member = match key {
            "type" => &mut self.kind,
            "name" => &mut self.name,
            "provider_config_key" => &mut self.provider,
            _ => return object.next_value::<IgnoredAny>().map(|_| ()),
        };
        *member = object.next_value::<Plain>()?.text();
        Ok(())
    }
}

/// A change, as it is read.
#[derive(Default)]
struct Change {
    address: Option<String>,
    mode: Option<String>,
    kind: Option<String>,
    actions: Vec<String>,
    before: Side,
    after: Side,
    unknown: Value,
}

impl Change {
    /// Without what is known of resources that are none of IAM.
    fn in_short(self) -> Self {
        if self.kind.as_deref().is_some_and(is_of_iam) {
            return self;
        }
        Change {
            before: Side::default(),
            after: Side::default(),
            unknown: Value::Null,
            ..self
        }
    }
}

impl Part for Change {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "address" => self.address = object.next_value::<Plain>()?.text(),
            "mode" => self.mode = object.next_value::<Plain>()?.text(),
            "type" => self.kind = object.next_value::<Plain>()?.text(),
            "change" => object.next_value_seed(Object(&mut WhatChanges(self)))?,
            _ => _ = object.next_value::<IgnoredAny>()?,
        }
        Ok(())
    }
}

/// `{"actions": ["update"], "before": {}, "after": {}, "after_unknown": {"policy": true}}`
struct WhatChanges<'a>(&'a mut Change);

impl Part for WhatChanges<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "actions" => self.0.actions = object.next_value::<Plain>()?.texts(),
            "before" => self.0.before = object.next_value()?,
            "after" => self.0.after = object.next_value()?,
            "after_unknown" => self.0.unknown = object.next_value()?,
            _ => _ = object.next_value::<IgnoredAny>()?,
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let all = Value::deserialize(json)?;
        let mut attributes = Attributes::default();
        if all.is_object() {
            // The reader's own words could quote the plan.
            let read = Object(&mut attributes).deserialize(&all);
            read.map_err(|_| D::Error::custom("it is not what Terraform writes"))?;
        }
        Ok(Side { attributes, all })
    }
}
