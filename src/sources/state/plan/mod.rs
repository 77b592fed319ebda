//! What Terraform would do: a plan, read for the sake of its IAM resources, and of whatever else changes
//! who may do what.

mod change;
mod configuration;
mod who;

use std::collections::BTreeSet;
use std::io::BufRead;

use serde::de::MapAccess;
use serde_json::Value;

pub use change::{OtherChange, PlannedAction, PlannedChange, Side};
pub use configuration::Providers;
pub(in crate::sources) use who::{
    has_word, is_deploying, is_of_permission_sets, is_remark, is_type_of_who, may_give,
    takes_policies, takes_policy_arns,
};

use super::members::{Member, Part};
use super::parts::Top;
use super::{Kind, State, read_object};
use crate::sources::{BlockAddress, InAws, Live};
use crate::text::{Error, Source, Untrusted};
use change::{Change, InShort, Invocation};
use configuration::{Configuration, Written};

/// What Terraform would do, and the state that it begins from.
#[derive(Clone, Debug)]
pub struct TerraformPlan {
    /// The state that it begins from.
    pub state: State,
    /// What becomes of the resources whose types are about who may do what, those that stay as they are
    /// too.
    pub changes: Vec<PlannedChange>,
    /// What is done with other resources.
    pub others: Vec<OtherChange>,
    /// Whether it is all that Terraform would do: nothing is deferred, and nothing was left out by
    /// `-target`.
    pub is_complete: bool,
    /// Whether data is read only when it is applied, since what that depends on changes by it too.
    pub has_waiting_data: bool,
    configuration: Configuration,
}

impl TerraformPlan {
    /// Whether two blocks make what they do through one provider, and so in one account. The second may
    /// be none that is known.
    pub fn providers_of(&self, one: &BlockAddress, other: Option<&BlockAddress>) -> Providers {
        self.configuration.providers_of(one, other)
    }

    /// The block of a role, user or group that one gives something to, where its configuration refers to
    /// it and to nothing else: in its own module, and through the same provider.
    pub fn holder_of(&self, block: &BlockAddress) -> Option<BlockAddress> {
        self.configuration.holder_of(block)
    }

    /// Says through which providers the resources of its state are made where these are of several accounts: it
    /// does not tell that itself, and the configuration does.
    fn tell_providers(&mut self) {
        if !self.state.is_of_several_accounts() {
            return;
        }
        for resource in &mut self.state.resources {
            let provider = self.configuration.provider_of(&resource.address.block);
            resource.provider = provider.map(str::to_owned);
        }
    }

    /// Who has which policies, as its state tells and AWS `held` has it; those that roles embed themselves too.
    pub fn live(&self, held: &InAws) -> Live {
        Live::embedding(std::slice::from_ref(&self.state), held, |_, role| {
            self.configuration
                .says(&role.address.block, "inline_policy")
        })
    }

    /// Whether two blocks have one policy, as far as the plan tells: they are one, in a module that is
    /// called twice, or take one document. Without a configuration any two may.
    pub fn may_share_policy(&self, one: &BlockAddress, other: &BlockAddress) -> bool {
        self.configuration.may_share_policy(one, other)
    }

    /// Whether it tells how anything is written.
    pub fn has_configuration(&self) -> bool {
        self.configuration.has_blocks()
    }

    /// The documents that the policy of a block is put together of, by where they are written.
    pub fn documents_of(&self, block: &BlockAddress) -> BTreeSet<Written> {
        self.configuration.documents_of(block)
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
        others: Vec::new(),
        is_complete: top.is_complete,
        has_waiting_data: top.waiting_data > 0,
        configuration: top.configuration,
    };
    plan.tell_providers();
    for change in top.changes {
        match change {
            InShort::OfWho(change) => plan.changes.push(*change),
            InShort::Other(mut other, block, telling) => {
                // Of what nobody wrote down the provider makes what it always does.
                let said = telling.into_iter().filter(|one| {
                    let configuration = &plan.configuration;
                    !one.is_not_told || configuration.may_say(block.as_ref(), &one.name)
                });
                other.attributes = said.map(|one| one.name).collect();
                plan.others.push(other);
            }
        }
    }
    let embedding = plan.changes.iter_mut().filter(|change| {
        let block = change.block.as_ref();
        change.kind() == Some(Kind::Role)
            && change.action == PlannedAction::Update
            && block.is_some_and(|block| plan.configuration.says(block, "inline_policy"))
    });
    let embedded: Vec<PlannedChange> = embedding.flat_map(PlannedChange::take_embedded).collect();
    plan.changes.extend(embedded);
    Ok(plan)
}

/// All of a plan: its state, and what is done.
struct PlanTop {
    state: Top,
    changes: Vec<InShort>,
    configuration: Configuration,
    is_plan: bool,
    is_errored: bool,
    is_complete: bool,
    waiting_data: usize,
}

impl Default for PlanTop {
    fn default() -> Self {
        PlanTop {
            state: Top::default(),
            changes: Vec::new(),
            configuration: Configuration::default(),
            is_plan: false,
            is_errored: false,
            // Older versions do not say it.
            is_complete: true,
            waiting_data: 0,
        }
    }
}

impl Part for PlanTop {
    fn member<'de, A: MapAccess<'de>>(&mut self, member: Member<'_, A>) -> Result<(), A::Error> {
        match member.key {
            "resource_changes" => {
                self.is_plan = true;
                let (changes, waiting_data) = (&mut self.changes, &mut self.waiting_data);
                member.each(|change: Change| {
                    *waiting_data += usize::from(change.waits());
                    changes.extend(change.in_short());
                })
            }
            "planned_values" => {
                self.is_plan = true;
                self.state.member(member)
            }
            "configuration" => member.read_into(&mut self.configuration),
            "errored" => {
                self.is_errored = member.value::<Value>()? == Value::Bool(true);
                Ok(())
            }
            "complete" => {
                self.is_complete &= member.value::<Value>()? != Value::Bool(false);
                Ok(())
            }
            "action_invocations" => {
                let changes = &mut self.changes;
                member.each(|invocation: Invocation| {
                    changes.extend(Change::of(invocation).in_short());
                })
            }
            "deferred_changes" | "deferred_action_invocations" => {
                let deferred: Value = member.value()?;
                self.is_complete &= deferred.as_array().is_none_or(Vec::is_empty);
                Ok(())
            }
            _ => self.state.member(member),
        }
    }
}
