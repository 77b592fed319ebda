//! What has to be unused still when a change is applied, which may be days after it was found unused.

use std::collections::BTreeSet;

use jiff::{Span, Timestamp};

use super::{AccountPolicy, AccountReview, PrincipalPlace};
use crate::iam::{Action, ActionPattern, Arn, Policy, ServicePrefix};
use crate::policies::PolicyOwner;
use crate::text::is_beyond_time;

/// AWS tells of a use within these hours: what it did not know yet when the finding was made counts too.
const KNOWN_WITHIN: i64 = 4;

/// What goes since it was found unused, and of whom AWS can tell whether that is so still.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StillUnused {
    /// The actions.
    pub actions: BTreeSet<Action>,
    /// Their services of which nothing at all was used: any use of one is enough.
    pub services: BTreeSet<ServicePrefix>,
    /// Those who have the policy. Those of whom it is not known when they were looked at are left out.
    pub by: Vec<HasToUseNothing>,
}

/// Somebody who has a policy, and is to have used nothing of what goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HasToUseNothing {
    /// The ARN of the role or user.
    pub arn: Arn,
    /// Since when.
    pub since: Timestamp,
    /// What the policy is attached to or embedded in, through which it has it: itself, groups, or both.
    pub through: Vec<PolicyOwner>,
}

impl StillUnused {
    /// Whether there is nothing to ask, or nobody.
    pub fn is_empty(&self) -> bool {
        self.is_of_nothing() || self.by.is_empty()
    }

    /// Whether nothing goes that was found unused: what goes was dropped by hand.
    pub fn is_of_nothing(&self) -> bool {
        self.actions.is_empty() && self.services.is_empty()
    }
}

impl AccountReview {
    /// What of `goes` was found unused, without what was `dropped` by hand or let go although it was
    /// used: that may be used again. A service of which the policy allows nothing any more goes also where nobody
    /// knows its actions.
    pub(super) fn still_unused(
        &self,
        policy: &AccountPolicy,
        goes: &BTreeSet<Action>,
        dropped: &BTreeSet<Action>,
        after: &Policy,
    ) -> StillUnused {
        let used = self.recently_used_by(&policy.holders);
        let is_found = |action: &&Action| !dropped.contains(*action) && !used.contains_key(*action);
        let actions: BTreeSet<Action> = goes.iter().filter(is_found).cloned().collect();
        let common = self.common_findings(&policy.holders);
        let unused = common.as_ref().map(|finding| &finding.unused);
        let with_actions: BTreeSet<&ServicePrefix> =
            actions.iter().map(|action| &action.service).collect();
        let before = self.policy(policy).document.policy();
        let goes_whole = |service: &ServicePrefix| {
            let whole = ActionPattern::whole_service(service.clone());
            let may_allow = |policy: &Policy| {
                let mut statements = policy.statements.iter();
                statements.any(|statement| statement.may_allow_some_of(&whole))
            };
            may_allow(before) && !may_allow(after)
        };
        let wholly = unused.into_iter().flat_map(|unused| unused.wholly_unused());
        let services = wholly
            .filter(|service| with_actions.contains(service) || goes_whole(service))
            .cloned()
            .collect();
        let by = policy.holders.iter().filter_map(|&holder| {
            let arn = self.principal(holder).owner.arn.clone()?;
            let at = self.finding(holder)?.analyzed_at?;
            let since = at.checked_sub(Span::new().hours(KNOWN_WITHIN)).ok()?;
            let has_it = |&place: &PrincipalPlace| {
                place == holder || self.holding.members(place).contains(&holder)
            };
            let through = policy.attached_to.iter().copied().filter(has_it);
            let through = through.map(|place| self.principal(place).owner.clone());
            (!is_beyond_time(at)).then(|| HasToUseNothing {
                arn,
                since,
                through: through.collect(),
            })
        });
        StillUnused {
            by: by.collect(),
            actions,
            services,
        }
    }
}
