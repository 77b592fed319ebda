//! What Terraform would do: a plan, read for the sake of its IAM resources.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde::de::{IgnoredAny, MapAccess};
use serde_json::Value;

use super::attributes::Plain;
use super::parts::{Each, Object, Part, Top};
use super::{Attributes, Kind, State, read_object};
use crate::text::{Error, Source, Untrusted};

/// What Terraform would do, and the state that it begins from.
#[derive(Clone, Debug)]
pub struct TerraformPlan {
    /// The state that it begins from.
    pub state: State,
    /// What becomes of roles, policies and attachments, those that stay as they are too.
    pub changes: Vec<PlannedChange>,
    /// How many other resources are changed, by what is done with them.
    pub others: BTreeMap<&'static str, usize>,
    /// Whether it is all that Terraform would do: nothing is deferred, and nothing was left out by
    /// `-target`.
    pub is_complete: bool,
}

/// What becomes of a resource.
#[derive(Clone, Debug)]
pub struct PlannedChange {
    /// What Terraform calls it.
    pub address: Untrusted,
    /// What it is.
    pub kind: Kind,
    /// What is done.
    pub action: PlannedAction,
    /// As it is.
    pub before: Side,
    /// As it would be.
    pub after: Side,
    /// Whether its policy is known only when it is applied.
    pub policy_is_unknown: bool,
}

/// A resource before or after a change.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What is said of it.
    pub attributes: Attributes,
    /// The policies that a role embeds by itself.
    inline_policy: Value,
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
    /// Whether a role gets or loses policies by what it says of itself.
    pub fn changes_own_access(&self) -> bool {
        let said = |side: &Side| {
            let attributes = &side.attributes;
            let mut attached = attributes.managed_policy_arns.clone();
            attached.sort();
            (
                attributes.permissions_boundary.clone().unwrap_or_default(),
                attached,
            )
        };
        said(&self.before) != said(&self.after)
            || self.before.inline_policy != self.after.inline_policy
    }
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
        is_complete: top.is_complete,
    };
    for change in top.changes {
        let action = PlannedAction::of(&change.actions);
        let is_managed = change.mode.as_deref() != Some("data");
        match change
            .kind
            .as_deref()
            .and_then(Kind::of)
            .filter(|_| is_managed)
        {
            Some(kind) => plan.changes.push(PlannedChange {
                address: change.address.unwrap_or_default().into(),
                kind,
                action,
                policy_is_unknown: change.policy_is_unknown,
                before: change.before,
                after: change.after,
            }),
            None if action != PlannedAction::Nothing => {
                *plan.others.entry(action.as_str()).or_default() += 1;
            }
            None => {}
        }
    }
    Ok(plan)
}

/// All of a plan: its state, and what is done.
struct PlanTop {
    state: Top,
    changes: Vec<Change>,
    is_plan: bool,
    is_errored: bool,
    is_complete: bool,
}

impl Default for PlanTop {
    fn default() -> Self {
        PlanTop {
            state: Top::default(),
            changes: Vec::new(),
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

/// A change, as it is read.
#[derive(Default)]
struct Change {
    address: Option<String>,
    mode: Option<String>,
    kind: Option<String>,
    actions: Vec<String>,
    before: Side,
    after: Side,
    policy_is_unknown: bool,
}

impl Change {
    /// Without what is known of resources that are none of IAM.
    fn in_short(mut self) -> Self {
        if self.kind.as_deref().and_then(Kind::of).is_none() {
            (self.before, self.after) = (Side::default(), Side::default());
        }
        self
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
            "before" => object.next_value_seed(Object(&mut self.0.before))?,
            "after" => object.next_value_seed(Object(&mut self.0.after))?,
            "after_unknown" => {
                let unknown: Value = object.next_value()?;
                let is_true = |value: &Value| value.as_bool() == Some(true);
                let policy = unknown.get("policy").is_some_and(is_true);
                self.0.policy_is_unknown = policy || is_true(&unknown);
            }
            _ => _ = object.next_value::<IgnoredAny>()?,
        }
        Ok(())
    }
}

impl Part for Side {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        object: &mut A,
    ) -> Result<(), A::Error> {
        if key == "inline_policy" {
            self.inline_policy = object.next_value()?;
            return Ok(());
        }
        self.attributes.member(key, object)
    }
}
