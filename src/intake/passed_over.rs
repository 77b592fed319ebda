//! Why policies stay that findings are about: what was passed over of the sources, and what is made elsewhere.

use std::collections::BTreeSet;
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

/// How many actions are named that a policy grants and that are unused.
const NAMED: usize = 5;

/// Why policies that findings are about were passed over, each reason once, with what is unused of what they grant.
pub(super) fn passed_over(
    matched: &Matched,
    placed: &PlacedFindings,
    catalogue: &Arc<Catalogue>,
) -> Vec<Problem> {
    let mut left: Vec<(Problem, BTreeSet<Action>)> = Vec::new();
    for one in &matched.left {
        if !matched.is_concerned(one.policy, placed) {
            continue;
        }
        let why = one.why.clone().passed_over(Severity::Warning);
        let policy = &matched.live.policies[one.policy];
        let unused = match matched.live.unused_by_all(&policy.holders, placed) {
            Unused::ByAll(findings) => unused_in(policy, &findings, catalogue),
            Unused::NotConcerned | Unused::Unknown(..) => Vec::new(),
        };
        match left.iter_mut().find(|(other, _)| *other == why) {
            Some((_, all)) => all.extend(unused),
            None => left.push((why, unused.into_iter().collect())),
        }
    }
    let told = left.into_iter().map(|(why, unused)| {
        let unused: Vec<String> = unused.iter().map(ToString::to_string).collect();
        match unused.len() {
            0 => why,
            _ => why.and(&format!(
                "; it grants what is unused: {}",
                some_of(&unused, NAMED)
            )),
        }
    });
    told.chain(made_elsewhere(matched, placed)).collect()
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
