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

    /// How many actions stay granted by a policy that stays as it is, though all who have it do not use
    /// them; none where nobody can tell, since its text is not told.
    pub(super) fn still_granted(&self, policy: &LivePolicy) -> Option<usize> {
        let unused = self.use_of(Some(policy));
        if unused.nothing_because.is_some() {
            return Some(0);
        }
        let document = policy.read()?;
        let both = [document.policy(), document.policy()];
        let verdict = self.judge(&policy.address.text, both, &unused);
        let objections = verdict.objections.iter();
        let stay = objections.flat_map(|one| one.witnesses.iter().map(ToString::to_string));
        Some(stay.collect::<BTreeSet<String>>().len())
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
        let Some(shared) = self.shared_with(policy) else {
            let why = "the plan has no configuration, which tells what one block makes";
            return nothing(why.to_owned());
        };
        for one in &shared {
            if let Some(why) = self.is_unclear(one) {
                return nothing(why);
            }
        }
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

    /// All policies that are written down as one, this one included; none where the plan does not tell.
    fn shared_with(&self, policy: &LivePolicy) -> Option<Vec<&LivePolicy>> {
        let mut shared = Vec::new();
        for one in &self.live.policies {
            let (one_block, block) = (&one.address.block, &policy.address.block);
            if self.plan.share_policy(one_block, block)? {
                shared.push(one);
            }
        }
        Some(shared)
    }

    /// Why it is not known who has a policy.
    fn is_unclear(&self, policy: &LivePolicy) -> Option<String> {
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
