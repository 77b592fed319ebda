//! A policy that a plan changes, or leaves as it is.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::recorded::as_recorded;
use super::{Answer, Judge, JudgedChange, StaysBecause};
use crate::document::Document;
use crate::findings::{Findings, UnusedActions, UsedActions};
use crate::iam::{Action, Policy};
use crate::proof::{Knowledge, Part, Verdict, judge};
use crate::refine::HeldBack;
use crate::sources::{Kind, LivePolicy, Others, PlannedAction, PlannedChange, Providers, Unused};
use crate::text::{Problem, Source, Untrusted, list};

/// What is unused and used of a policy by all who have it.
#[derive(Clone, Default)]
struct Use {
    unused: Arc<UnusedActions>,
    used: Arc<UsedActions>,
    held: HeldBack,
    /// Why nothing counts as unused.
    nothing_because: Option<String>,
}

/// What is known of a policy of a plan's state, worked out when it is asked for first.
#[derive(Default)]
pub(super) struct KnownPolicy {
    of: OnceCell<Use>,
    /// The documents that it is put together of, by where they are written.
    pub(super) documents: OnceCell<BTreeSet<(PathBuf, String)>>,
    /// What it is after the plan.
    pub(super) becomes: OnceCell<Option<Document>>,
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
        let unused = match policy {
            Some(policy) if self.is_of_another(change, policy) => {
                let why = "the plan takes it from somebody else than the state has it with";
                Use::nothing(why.to_owned())
            }
            policy => self.use_of(policy),
        };
        let holders = policy.into_iter().flat_map(|policy| &policy.holders);
        let holders = holders.map(|&holder| self.live.called(holder));
        let mut stays = BTreeSet::new();
        let answer = self.answer(change, &unused, &mut stays);
        JudgedChange {
            address: change.address.clone(),
            holders: holders.collect(),
            stays,
            stays_because: match self.record(&change.address) {
                Some(_) => StaysBecause::Recorded,
                None => StaysBecause::UsedByOthers,
            },
            answer: answer.unwrap_or_else(|problem| {
                if change.is_sensitive("policy") {
                    Answer::Hidden
                } else {
                    Answer::NotRead(problem.hiding_line())
                }
            }),
            nothing_unused: unused.nothing_because,
        }
    }

    /// Adds to `stays` what is unused and stays as it should.
    fn answer(
        &self,
        change: &PlannedChange,
        unused: &Use,
        stays: &mut BTreeSet<Action>,
    ) -> Result<Answer, Problem> {
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
        let nothing = Policy {
            elements: before.policy().elements.clone(),
            statements: Vec::new(),
        };
        let is_deleted = change.action == PlannedAction::Delete;
        let after = if is_deleted {
            before.clone()
        } else {
            read(&change.after.attributes.policy, "after")?
        };
        let new = if is_deleted { &nothing } else { after.policy() };
        let both = [before.policy(), new];
        let mut verdict = self.judge(both, unused);
        if let Some(record) = self.record(&change.address) {
            (verdict, *stays) = as_recorded(record, both, verdict);
        } else if self.records.is_some() {
            let what = "the record does not say that it changes";
            verdict.object(Part::NothingElseTouched, what);
        } else if let Some(policy) = self.live_policy(&change.address) {
            *stays = self.stays_for_others(policy, new, &mut verdict);
        }
        if unused.nothing_because.is_some() {
            // All that is shorter or wider grants nothing unused then.
            verdict.advice.clear();
        }
        Ok(Answer::Judged(Box::new((verdict, before, after))))
    }

    fn judge(&self, both: [&Policy; 2], of: &Use) -> Verdict {
        let refine = &self.options.refine;
        let knowledge = Knowledge::new(&self.options.catalogue, &of.unused, both)
            .with_kept(&refine.keeps)
            .with_used(&of.used);
        judge(both[0], both[1], &knowledge, refine.curation(&[], &of.held))
    }

    /// Whether what a change is of is embedded in another than the policy is.
    fn is_of_another(&self, change: &PlannedChange, policy: &LivePolicy) -> bool {
        let before = &change.before.attributes;
        let name = match change.kind() {
            Some(Kind::RolePolicy) => &before.role,
            Some(Kind::UserPolicy) => &before.user,
            Some(Kind::GroupPolicy) => &before.group,
            _ => return false,
        };
        let is_it = |name: &String, holder: usize| {
            let holder = &self.live.principals[holder].owner;
            holder.name.as_str().eq_ignore_ascii_case(name)
        };
        match (name, policy.embedded_in()) {
            (Some(name), Some(holder)) => !is_it(name, holder),
            // Why the state does not tell it is said of the policy.
            (_, None) => false,
            (None, Some(_)) => true,
        }
    }

    /// What a policy that stays as it is grants, though all who have it do not use it.
    pub(super) fn still_granted(&self, policy: &LivePolicy) -> StillGranted {
        let concerned = self.placed.of_holders(&policy.holders).next().is_some();
        let unused = match self.is_unclear(policy) {
            Some(why) if concerned || policy.others == Others::Unknown => {
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
        let mut verdict = self.judge(both, &unused);
        self.stays_for_others(policy, both[0], &mut verdict);
        let objections = verdict.objections.iter();
        let stay = objections.flat_map(|one| one.witnesses.iter().map(ToString::to_string));
        StillGranted::Unused(stay.collect::<BTreeSet<String>>().len())
    }

    /// Where a policy is among those of the plan's state.
    pub(super) fn place_of(&self, policy: &LivePolicy) -> Option<usize> {
        let mut policies = self.live.policies.iter();
        policies.position(|one| std::ptr::eq(one, policy))
    }

    pub(super) fn live_policy(&self, address: &Untrusted) -> Option<&LivePolicy> {
        let mut policies = self.live.policies.iter();
        policies.find(|policy| policy.address.text == *address)
    }

    /// Whether somebody who has a policy, or one that is written down as one with it, uses an action, for all
    /// that is known.
    pub(super) fn is_used(&self, policy: &LivePolicy, action: &Action) -> bool {
        self.shared_with(policy).into_iter().any(|one| {
            let of = self.use_of(Some(one));
            of.nothing_because.is_some() || !of.unused.contains(action) || of.held.contains(action)
        })
    }

    fn use_of(&self, policy: Option<&LivePolicy>) -> Use {
        let Some(policy) = policy else {
            return Use::nothing("the plan does not tell who has it".to_owned());
        };
        match self.place_of(policy) {
            Some(place) => self.known[place]
                .of
                .get_or_init(|| self.found_use(policy))
                .clone(),
            None => self.found_use(policy),
        }
    }

    /// What goes of a policy is lost by those alone who have it, whatever else is written down as one with it.
    /// Where nobody can tell what is, all count.
    fn found_use(&self, policy: &LivePolicy) -> Use {
        let nothing = Use::nothing;
        let shared = self.shared_with(policy);
        let may_be_any = shared.len() > 1 && !self.plan.has_configuration();
        let counted = if may_be_any { shared } else { vec![policy] };
        let why = counted.iter().find_map(|one| self.is_unclear_alone(one));
        if let Some(why) = why {
            return nothing(why);
        }
        let holders = counted.iter().flat_map(|one| one.holders.iter().copied());
        let by_all = self.live.unused_by_all(&holders.collect(), self.placed);
        let why = |why: &str| {
            let any = "the plan has no configuration, so any two of its policies may be one: ";
            nothing(format!("{}{why}", if may_be_any { any } else { "" }))
        };
        match by_all {
            Unused::NotConcerned => why("no finding is about who has it"),
            Unused::Unknown(unknown, _) => why(&unknown),
            Unused::ByAll(findings) if may_be_any && findings.unused.is_empty() => {
                why("nothing is unused by all who have one")
            }
            Unused::ByAll(findings) => Use::of(&findings),
        }
    }

    /// All policies that are, or may be, written down as one with this one, which is one of them; it alone
    /// where a record tells what becomes of it.
    fn shared_with<'p>(&'p self, policy: &'p LivePolicy) -> Vec<&'p LivePolicy> {
        if self.record(&policy.address.text).is_some() {
            return vec![policy];
        }
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
        let holder = match policy.embedded_in() {
            None if policy.is_managed() => return self.is_unclear_managed(policy),
            None => {
                let why = "the plan does not tell who has it, or in which of several accounts: it and who has it \
                           have to be in the plan's configuration, made through one provider";
                return Some(why.to_owned());
            }
            Some(_) if !policy.blockers.is_empty() => return Some(list(&policy.blockers)),
            Some(holder) => &self.live.principals[holder],
        };
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

    fn is_unclear_managed(&self, policy: &LivePolicy) -> Option<String> {
        if !policy.blockers.is_empty() {
            return Some(list(&policy.blockers));
        }
        let why = "a plan does not tell who else has a managed policy; give a record that does \
                   (--decisions), or what `aws iam get-account-authorization-details --output json` \
                   prints, or say --states-complete when nobody has it whom the plan does not name";
        let is_known = self.complete || policy.others == Others::Nobody;
        (!is_known).then(|| why.to_owned())
    }
}

impl Use {
    fn nothing(why: String) -> Self {
        Use {
            nothing_because: Some(why),
            ..Use::default()
        }
    }

    fn of(findings: &Findings) -> Self {
        Use {
            unused: Arc::clone(&findings.unused),
            used: Arc::clone(&findings.used),
            held: HeldBack::used(&findings.recently_used),
            nothing_because: None,
        }
    }
}
