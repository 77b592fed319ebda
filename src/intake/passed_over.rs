//! Why policies stay that findings are about: what was passed over of the sources, and what is made elsewhere.

use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::document::Document;
use crate::findings::Findings;
use crate::iam::{Action, Effect};
use crate::refine::Universe;
use crate::review::unused_actions;
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
    let mut left: Vec<(Problem, Vec<String>)> = Vec::new();
    for one in &matched.left {
        if !matched.is_concerned(one.policy, placed) {
            continue;
        }
        let why = one.why.clone().passed_over(Severity::Warning);
        let policy = &matched.live.policies[one.policy];
        let place = left.iter().position(|(other, _)| *other == why);
        let place = place.unwrap_or_else(|| {
            left.push((why, Vec::new()));
            left.len() - 1
        });
        left[place]
            .1
            .extend(told_unused(matched, policy, placed, catalogue));
    }
    let told = left.into_iter().map(|(why, unused)| {
        let more = unused.len().saturating_sub(TOLD);
        let more = (more > 0).then(|| format!("; the like of {more} more"));
        let unused = unused.iter().take(TOLD).map(|told| format!("; {told}"));
        why.and(&unused.chain(more).collect::<String>())
    });
    told.chain(made_elsewhere(matched, placed)).collect()
}

/// `role app does not use s3:DeleteBucket, which it grants`
fn told_unused(
    matched: &Matched,
    policy: &LivePolicy,
    placed: &PlacedFindings,
    catalogue: &Arc<Catalogue>,
) -> Option<String> {
    let Unused::ByAll(findings) = matched.live.unused_by_all(&policy.holders, placed) else {
        return None;
    };
    let unused = unused_in(policy, &findings, catalogue);
    let unused: Vec<String> = unused.iter().map(ToString::to_string).collect();
    let holders = policy.holders.iter();
    let holders: Vec<String> = holders.map(|&holder| matched.live.called(holder)).collect();
    let does = if holders.len() == 1 { "does" } else { "do" };
    (!unused.is_empty()).then(|| {
        let (holders, unused) = (some_of(&holders, NAMED), some_of(&unused, NAMED));
        format!("{holders} {does} not use {unused}, which it grants")
    })
}

/// The actions that a policy grants as AWS has it and that findings report.
fn unused_in(policy: &LivePolicy, findings: &Findings, catalogue: &Arc<Catalogue>) -> Vec<Action> {
    let text = policy.document.as_deref().unwrap_or_default();
    let Ok(document) = Document::parse(Source::from_text("policy", text)) else {
        return Vec::new();
    };
    let universe = Universe::new(Arc::clone(catalogue), Arc::clone(&findings.unused), []);
    let statements = &document.policy().statements;
    let is_granted = |action: &Action| {
        let mut allowing = statements
            .iter()
            .filter(|statement| statement.effect == Effect::Allow);
        allowing.any(|statement| statement.actions.matches(action))
    };
    let mut unused = unused_actions(&[&universe]);
    unused.retain(is_granted);
    unused
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
