//! What all who have any policy of a block do not use.

use std::collections::{BTreeMap, BTreeSet};

use super::{Live, MadeBy, Matched};
use crate::findings::Findings;
use crate::text::{Problem, list};

/// The finding of each principal, by its place in [`Live`](super::Live).
#[derive(Clone, Debug, Default)]
pub struct PlacedFindings {
    of: BTreeMap<usize, Findings>,
    /// Findings for those whom the states do not have.
    pub strangers: Vec<Problem>,
}

/// What findings say of a policy.
pub enum Unused {
    /// They are about nobody who has it.
    NotConcerned,
    /// This is what none of those who have it uses.
    ByAll(Box<Findings>),
    /// Nothing can be said of it, for this reason and with this advice.
    Unknown(String, &'static str),
}

impl Live {
    /// Says whom each of `findings` is about.
    pub fn place(&self, findings: Vec<Findings>) -> PlacedFindings {
        let mut placed = PlacedFindings::default();
        for finding in findings {
            let arn = finding.principal.clone().unwrap_or_default();
            if let Some(place) = self.principal(arn.raw()) {
                placed.of.insert(place, finding);
            } else {
                let (no_source, help) = match self.made_by {
                    MadeBy::Terraform => (
                        "no state",
                        "it is passed over; give the state of the root module that makes this role or user",
                    ),
                    MadeBy::CloudFormation => (
                        "no stack",
                        "it is passed over; give the stack that makes this role or user, or what AWS has of it",
                    ),
                };
                let message = format!("this finding is for {arn}, which {no_source} has");
                let problem = finding.source.warning_from(finding.start, message);
                placed.strangers.push(problem.help(help));
            }
        }
        placed
    }

    /// What none of the `holders` of a policy uses. Who has no finding uses everything.
    pub fn unused_by_all(&self, holders: &BTreeSet<usize>, placed: &PlacedFindings) -> Unused {
        let found = holders.iter().filter_map(|holder| placed.of.get(holder));
        let found: Vec<&Findings> = found.collect();
        if found.is_empty() {
            return Unused::NotConcerned;
        }
        let silent = holders
            .iter()
            .filter(|holder| !placed.of.contains_key(holder));
        let silent = silent.map(|&holder| self.principals[holder].owner.to_string());
        let silent: Vec<String> = silent.collect();
        if !silent.is_empty() {
            let has = if silent.len() == 1 { "has" } else { "have" };
            let why = format!(
                "{} {has} it too and {has} no finding, so that all of it counts as used",
                list(&silent)
            );
            return Unused::Unknown(why, "give findings for all who have what this block makes");
        }
        match Findings::common(&found) {
            Some(common) => Unused::ByAll(Box::new(common)),
            None => Unused::Unknown(
                "those who have it are roles that are not used at all: delete the role?".to_owned(),
                "remove the role and what belongs to it from the configuration",
            ),
        }
    }
}

impl Matched {
    /// Whether findings are about somebody who has the policy at this place, or may be since nobody
    /// knows who has it.
    pub fn is_concerned(&self, policy: usize, placed: &PlacedFindings) -> bool {
        let policy = &self.live.policies[policy];
        let is_found = |holder| placed.of.contains_key(holder);
        policy.holder_is_unknown || policy.holders.iter().any(is_found)
    }

    /// The principals that findings are about, by their places.
    pub fn found_principals<'p>(
        &self,
        placed: &'p PlacedFindings,
    ) -> impl Iterator<Item = usize> + use<'p> {
        placed.of.keys().copied()
    }
}
