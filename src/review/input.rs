//! What a review is about: a principal's policies, what is unused, and what is known.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::findings::Findings;
use crate::iam::{Action, Principal};
use crate::policies::LoadedPolicy;
use crate::refine::{Curation, Options, Universe};

/// All that a review works from. It does not change while one decides.
#[derive(Clone, Debug)]
pub struct ReviewInput {
    /// Whose policies these are.
    pub principal: Principal,
    /// The policies, in the order they were given.
    pub policies: Vec<LoadedPolicy>,
    /// What the finding says.
    pub findings: Findings,
    /// All names that could matter.
    pub universe: Universe,
    /// What was asked for on the command line.
    pub options: Options,
    /// Policies that are not reviewed here, of those who have the reviewed ones. What goes here
    /// they may still grant.
    pub others: Vec<OtherPolicy>,
    /// Actions that some of those who have the policies do not use, and that stay for the sake of
    /// the others, who are named.
    pub kept_for: BTreeMap<Action, Arc<[String]>>,
}

/// A policy that is loaded beside those that are reviewed.
#[derive(Clone, Debug)]
pub struct OtherPolicy {
    /// Who has it, as `role Deployer`.
    pub holder: String,
    /// The policy.
    pub policy: Arc<LoadedPolicy>,
}

impl ReviewInput {
    /// Brings together what was read.
    pub fn new(
        policies: Vec<LoadedPolicy>,
        findings: Findings,
        catalogue: Arc<Catalogue>,
        options: Options,
    ) -> Self {
        let universe = Universe::new(
            catalogue,
            findings.unused.clone(),
            policies.iter().map(|loaded| loaded.document.policy()),
        )
        .with_kept(&options.keeps)
        .with_used(findings.used.clone());
        ReviewInput {
            principal: Principal {
                name: findings.principal.clone().or_else(|| owner(&policies)),
                all_policies_loaded: false,
            },
            policies,
            findings,
            universe,
            options,
            others: Vec::new(),
            kept_for: BTreeMap::new(),
        }
    }

    /// Takes note of the `others` that those have whose policies are reviewed.
    #[must_use]
    pub fn beside(mut self, others: Vec<OtherPolicy>) -> Self {
        self.others = others;
        self
    }

    /// The day the findings were made, if they tell.
    pub fn finding_date(&self) -> Option<jiff::civil::Date> {
        self.findings.analyzed_at.map(day)
    }

    /// Whether the findings were made after the catalogue was: they may name actions that it does
    /// not have, and AWS may have actions that neither names.
    pub fn finding_is_newer_than_catalogue(&self) -> bool {
        match (self.finding_date(), self.universe.catalogue.date()) {
            (Some(finding), Some(catalogue)) => finding > catalogue,
            _ => false,
        }
    }

    /// The keeps of the command line, without marks.
    pub fn keeps(&self) -> Curation<'_> {
        self.options.curation(&[])
    }
}

/// The owner that the policies name, in case the findings name none.
fn owner(policies: &[LoadedPolicy]) -> Option<String> {
    let mut owners = policies
        .iter()
        .filter_map(|policy| policy.origin.owner.as_ref());
    owners.next().map(|owner| owner.name.clone())
}

/// The day of a moment, by the clock that AWS goes by.
pub(super) fn day(at: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(at).date()
}
