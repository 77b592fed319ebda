//! Policies that several principals have, in accounts of their own: only what none of them uses goes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{KeptFor, Principal, ReviewInput};
use crate::catalogue::Catalogue;
use crate::findings::{Findings, contested};
use crate::iam::{Action, Arn};
use crate::policies::{LoadedPolicy, PolicyOwner};
use crate::refine::Options;
use crate::text::Untrusted;

impl ReviewInput {
    /// Brings together what was read: policies, and the findings about all who have them; nothing
    /// where none of these uses anything.
    pub fn everywhere(
        policies: Vec<LoadedPolicy>,
        all: Vec<Findings>,
        catalogue: Arc<Catalogue>,
        options: Options,
    ) -> Option<Self> {
        let every: Vec<&Findings> = all.iter().collect();
        let common = Findings::common(&every)?;
        let holders: Vec<Option<&Findings>> = every.into_iter().map(Some).collect();
        let contested = contested_of_any(&policies, &holders, &catalogue);
        let kept_for = keepers_by_name(contested, |&place| name_of(&all[place]));
        let name = match all.as_slice() {
            [only] => only.principal.clone(),
            several => Some(format!("{} principals", several.len()).into()),
        };
        let whom = all.iter().map(|one| one.principal.clone());
        let everywhere: Vec<Untrusted> = whom.map(Option::unwrap_or_default).collect();
        let mut input = ReviewInput::new(policies, common, catalogue, options);
        input.keep_for_others(kept_for);
        Some(ReviewInput {
            principal: Principal {
                name: name.or(input.principal.name),
                everywhere,
                ..Principal::default()
            },
            everywhere: all,
            ..input
        })
    }
}

/// What stays of any of `policies` because some of `holders` use it: for each action the places of
/// these.
fn contested_of_any(
    policies: &[LoadedPolicy],
    holders: &[Option<&Findings>],
    catalogue: &Catalogue,
) -> BTreeMap<Action, Vec<usize>> {
    let mut all: BTreeMap<Action, BTreeSet<usize>> = BTreeMap::new();
    for policy in policies {
        let (document, changed_at) = (policy.document.policy(), policy.origin.changed_at);
        for (action, keepers) in contested(holders, document, changed_at, catalogue) {
            all.entry(action).or_default().extend(keepers);
        }
    }
    let all = all.into_iter();
    all.map(|(action, keepers)| (action, keepers.into_iter().collect()))
        .collect()
}

/// Whom a finding is about, by kind and name and the account: the names may be the same in all of
/// them.
pub fn name_of(finding: &Findings) -> String {
    let Some(principal) = &finding.principal else {
        return "a principal without a name".to_owned();
    };
    match PolicyOwner::from_arn(principal.raw()) {
        Some(owner) => match owner.arn.as_ref().and_then(Arn::account) {
            Some(account) => format!("{owner} of {account}"),
            None => owner.to_string(),
        },
        None => principal.to_string(),
    }
}

/// What stays because some use it, with the names of these. Most of it stays for the same.
pub fn keepers_by_name<K: Ord>(
    contested: BTreeMap<Action, Vec<K>>,
    name: impl Fn(&K) -> String,
) -> KeptFor {
    let mut known: BTreeMap<Vec<K>, Arc<[String]>> = BTreeMap::new();
    let named = contested.into_iter().map(|(action, keepers)| {
        let names = keepers.iter().map(&name).collect();
        (action, Arc::clone(known.entry(keepers).or_insert(names)))
    });
    named.collect()
}
