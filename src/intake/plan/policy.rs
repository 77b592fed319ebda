//! A policy that a plan changes, or leaves as it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Answer, Judge, JudgedChange};
use crate::document::Document;
use crate::findings::{Findings, UnusedActions, UsedActions};
use crate::iam::{ActionPattern, Policy};
use crate::proof::{Knowledge, Verdict, judge};
use crate::refine::{HeldBack, Keep};
use crate::sources::{LivePolicy, PlannedAction, PlannedChange, Providers, Unused};
use crate::text::{Problem, Source, Untrusted, list};

/// What is unused and used of a policy by all who have it.
#[derive(Default)]
struct Use {
    unused: Arc<UnusedActions>,
    used: Arc<UsedActions>,
    held: HeldBack,
    /// Why nothing counts as unused.
    nothing_because: Option<String>,
}

/// What a policy grants that is not used.
pub(super) enum StillGranted {
    /// So many actions.
    Unused(usize),
    /// Nobody can tell, for this reason.
    NotTold(String),
}

impl Judge<'_> {
    /// What is to be said of a policy that is changed or deleted.
    pub(super) fn changed(&self, change: &PlannedChange) -> JudgedChange {
        let policy = self.live_policy(&change.address);
        let unused = self.use_of(policy);
        let holders = policy.into_iter().flat_map(|policy| &policy.holders);
        let holders = holders.map(|&holder| self.live.principals[holder].owner.to_string());
        JudgedChange {
            address: change.address.clone(),
            holders: holders.collect(),
            answer: self.answer(change, &unused).unwrap_or_else(|problem| {
                if change.is_sensitive("policy") {
                    Answer::Hidden
                } else {
                    Answer::NotRead(problem.hiding_line())
                }
            }),
            nothing_unused: unused.nothing_because,
        }
    }

    fn answer(&self, change: &PlannedChange, unused: &Use) -> Result<Answer, Problem> {
        if change.is_unknown("policy") && change.action != PlannedAction::Delete {
            return Ok(Answer::KnownAfterApply);
        }
        let read = |policy: &Option<String>, when: &str| {
            let name = format!("{} {when}", change.address);
            let source = Source::from_text(&name, policy.as_deref().unwrap_or_default());
            Document::parse(source.clone()).map_err(|problems| {
                let first = problems.0.into_iter().next();
                first.unwrap_or_else(|| source.error("this is no policy"))
            })
        };
        let before = read(&change.before.attributes.policy, "before")?;
        let (verdict, after) = if change.action == PlannedAction::Delete {
            let nothing = Policy {
                elements: before.policy().elements.clone(),
                statements: Vec::new(),
            };
            (
                self.judge(&change.address, [before.policy(), &nothing], unused),
                before.clone(),
            )
        } else {
            let after = read(&change.after.attributes.policy, "after")?;
            let both = [before.policy(), after.policy()];
            (self.judge(&change.address, both, unused), after)
        };
        Ok(Answer::Judged(Box::new((verdict, before, after))))
    }

    fn judge(&self, address: &Untrusted, both: [&Policy; 2], of: &Use) -> Verdict {
        let mut refine = self.options.refine.clone();
        let decisions = self.decisions.into_iter();
        let excepted = decisions.flat_map(|saved| saved.excepted_in(address.raw()));
        refine.keeps.extend(excepted.map(|action| Keep {
            pattern: ActionPattern::from(&action),
            reason: None,
        }));
        let knowledge = Knowledge::new(&self.options.catalogue, &of.unused, both)
            .with_kept(&refine.keeps)
            .with_used(&of.used);
        judge(both[0], both[1], &knowledge, refine.curation(&[], &of.held))
    }

    /// What a policy that stays as it is grants, though all who have it do not use it.
    pub(super) fn still_granted(&self, policy: &LivePolicy) -> StillGranted {
        let concerned = self.placed.of_holders(&policy.holders).next().is_some();
        let unused = match self.is_unclear(policy) {
            Some(why) if concerned || policy.holder_is_unknown => {
                return StillGranted::NotTold(why);
            }
            _ => self.use_of(Some(policy)),
        };
        if unused.nothing_because.is_some() {
            return StillGranted::Unused(0);
        }
        let Some(document) = policy.read() else {
            return StillGranted::NotTold("the plan does not tell its text".to_owned());
        };
        let both = [document.policy(), document.policy()];
        let verdict = self.judge(&policy.address.text, both, &unused);
        let objections = verdict.objections.iter();
        let stay = objections.flat_map(|one| one.witnesses.iter().map(ToString::to_string));
        StillGranted::Unused(stay.collect::<BTreeSet<String>>().len())
    }

    pub(super) fn live_policy(&self, address: &Untrusted) -> Option<&LivePolicy> {
        let mut policies = self.live.policies.iter();
        policies.find(|policy| policy.address.text == *address)
    }

    fn use_of(&self, policy: Option<&LivePolicy>) -> Use {
        let nothing = |why: String| Use {
            nothing_because: Some(why),
            ..Use::default()
        };
        let Some(policy) = policy else {
            return nothing("the plan does not tell who has it".to_owned());
        };
        if let Some(why) = self.is_unclear(policy) {
            return nothing(why);
        }
        let shared = self.shared_with(policy);
        let holders = shared
            .iter()
            .flat_map(|one| one.holders.iter().copied())
            .collect();
        match self.live.unused_by_all(&holders, self.placed) {
            Unused::NotConcerned => nothing("no finding is about who has it".to_owned()),
            Unused::Unknown(why, _) => nothing(why),
            Unused::ByAll(findings) => Use::of(&findings),
        }
    }

    /// All policies that are, or may be, written down as one with this one, which is one of them.
    fn shared_with(&self, policy: &LivePolicy) -> Vec<&LivePolicy> {
        let block = &policy.address.block;
        let policies = self.live.policies.iter();
        let shared = policies.filter(|one| self.plan.may_share_policy(&one.address.block, block));
        shared.collect()
    }

    /// Why it is not known who has a policy, or one that is written down as one with it.
    fn is_unclear(&self, policy: &LivePolicy) -> Option<String> {
        let mut shared = self.shared_with(policy).into_iter();
        shared.find_map(|one| self.is_unclear_alone(one))
    }

    fn is_unclear_alone(&self, policy: &LivePolicy) -> Option<String> {
        if !policy.blockers.is_empty() {
            return Some(list(&policy.blockers));
        }
        if policy.is_managed() {
            let why = "a plan does not tell who else has a managed policy; say --states-complete when \
                       nobody has it whom the plan does not name";
            return (!self.complete).then(|| why.to_owned());
        }
        let Some(holder) = policy.embedded_in else {
            return Some("the plan does not tell who has it".to_owned());
        };
        let holder = &self.live.principals[holder];
        let block = holder.address.as_ref().map(|address| &address.block);
        let owner = &holder.owner;
        match self.plan.providers_of(&policy.address.block, block) {
            Providers::Same => None,
            Providers::Different => Some(format!(
                "it is made through another provider than {owner}, which may be of another account"
            )),
            Providers::NotTold => Some(format!(
                "the plan does not tell whether it and {owner} are made through one provider, and so in \
                 one account"
            )),
        }
    }
}

impl Use {
    fn of(findings: &Findings) -> Self {
        Use {
            unused: Arc::clone(&findings.unused),
            used: Arc::clone(&findings.used),
            held: HeldBack::used(&findings.recently_used),
            nothing_because: None,
        }
    }
}
