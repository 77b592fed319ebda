//! Why policies stay that findings are about: what was passed over of the sources, and what is made elsewhere.

use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::document::Document;
use crate::iam::{Action, Allowed};
use crate::refine::Universe;
use crate::sources::{
    Address, Live, LivePolicy, LivePrincipal, MadeBy, Matched, PlacedFindings, Unused,
};
use crate::text::{Problem, Severity, Source, Untrusted, some_of};

/// How many actions are named that a policy grants and that its holders do not use.
const NAMED: usize = 5;

/// Of how many policies with one reason that is told.
const TOLD: usize = 3;

/// Why policies that findings are about were passed over, each reason once, with what of them is not used by those who
/// have them for all that is known: who else has what the reason is about may use it.
pub(super) fn passed_over(
    matched: &Matched,
    placed: &PlacedFindings,
    catalogue: &Arc<Catalogue>,
) -> Vec<Problem> {
    let mut left: Vec<(Problem, Vec<NotUsed>)> = Vec::new();
    for one in &matched.left {
        if !matched.is_concerned(one.policy, placed) {
            continue;
        }
        let why = one.why.clone().passed_over(Severity::Warning);
        let place = left.iter().position(|(other, _)| *other == why);
        let place = place.unwrap_or_else(|| {
            left.push((why, Vec::new()));
            left.len() - 1
        });
        let policy = &matched.live.policies[one.policy];
        let not_used = NotUsed::of(matched, policy, placed, catalogue);
        left[place].1.extend(not_used.filter(NotUsed::has_any));
    }
    let told = left.into_iter().map(|(why, not_used)| {
        let more = not_used.len().saturating_sub(TOLD);
        let more = (more > 0).then(|| format!("; the like of {more} more"));
        let not_used = not_used.iter().take(TOLD);
        let told = not_used.map(|one| format!("; {}", one.told()));
        why.and(&told.chain(more).collect::<String>())
    });
    told.chain(made_elsewhere(matched, placed)).collect()
}

/// A policy as AWS has it, and what those do not use who have it.
struct NotUsed {
    document: Document,
    universe: Universe,
    holders: Vec<String>,
}

impl NotUsed {
    /// None where that is not known.
    fn of(
        matched: &Matched,
        policy: &LivePolicy,
        placed: &PlacedFindings,
        catalogue: &Arc<Catalogue>,
    ) -> Option<Self> {
        let Unused::ByAll(findings) = matched.live.unused_by_all(&policy.holders, placed) else {
            return None;
        };
        let text = policy.document.as_deref().unwrap_or_default();
        let holders = policy.holders.iter();
        Some(NotUsed {
            document: Document::parse(Source::from_text("policy", text)).ok()?,
            universe: Universe::new(Arc::clone(catalogue), findings.unused, []),
            holders: holders.map(|&holder| matched.live.called(holder)).collect(),
        })
    }

    /// What the policy grants of that.
    fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        let granted = Allowed::by(&self.document.policy().statements);
        let unused = self.universe.unused_actions();
        unused.filter(move |action| granted.any_of(action))
    }

    fn has_any(&self) -> bool {
        self.actions().next().is_some()
    }

    /// `role app does not use s3:DeleteBucket, which it grants`
    fn told(&self) -> String {
        let actions: Vec<String> = self.actions().map(|action| action.to_string()).collect();
        let (holders, actions) = (some_of(&self.holders, NAMED), some_of(&actions, NAMED));
        let does = if self.holders.len() == 1 {
            "does"
        } else {
            "do"
        };
        format!("{holders} {does} not use {actions}, which it grants")
    }
}

/// What is attached to those whom the findings are about and made elsewhere.
fn made_elsewhere(matched: &Matched, placed: &PlacedFindings) -> Vec<Problem> {
    let mut told = Vec::new();
    for principal in matched.found_principals(placed) {
        let principal = &matched.live.principals[principal];
        let name = principal.address.as_ref().map_or_else(
            || principal.owner.to_string(),
            |address| format!("{} ({address})", principal.owner),
        );
        let about = Source::from_text(&name, "");
        for arn in &principal.made_elsewhere {
            let is_of_aws = arn.contains(":iam::aws:");
            let message = if is_of_aws {
                format!("{arn} is managed by AWS and cannot be edited")
            } else {
                format!("{arn} is made elsewhere")
            };
            told.push(about.note(message));
        }
        for policy in &principal.embedded_elsewhere {
            if principal.without_actions.contains(policy) {
                continue;
            }
            if let Some(perhaps) = made_perhaps(&matched.live, principal, policy) {
                let message = format!(
                    "whether {perhaps} makes its inline policy {policy} nobody can tell: no state tells the \
                     account of its provider"
                );
                told.push(about.warning(message).help(
                    "a state tells it where it has anything with an ARN through the same provider",
                ));
                continue;
            }
            let policy = policy.raw();
            let message = format!("its inline policy {policy} is made by no resource that is read");
            let help = match matched.live.made_by {
                MadeBy::Terraform => "write it as a resource of its own, aws_iam_role_policy",
                MadeBy::CloudFormation => "what made it has to be changed",
            };
            told.push(about.warning(message).help(help));
        }
    }
    told
}

/// What makes a policy of this name in one of whom nobody can tell whether that is this principal.
fn made_perhaps<'m>(
    live: &'m Live,
    principal: &LivePrincipal,
    name: &Untrusted,
) -> Option<&'m Address> {
    let mut policies = live.policies.iter();
    let made = policies.find(|policy| {
        policy.name == *name
            && policy.embedded_in().is_some_and(|holder| {
                let holder = &live.principals[holder];
                holder.account.is_none() && holder.owner.may_be(&principal.owner)
            })
    });
    made.map(|policy| &policy.address)
        .filter(|_| principal.account.is_some())
}
