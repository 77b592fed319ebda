//! What AWS has of the policies of a source that are reviewed.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::Findings;
use crate::iam::quota;
use crate::policies::{Computed, Made, TakenDocument};
use crate::sources::{Live, Place, SameStatements, SourcePolicy};

/// The policies of AWS of which each statement is written in a policy that is reviewed.
pub(super) fn reviewed_whole<'m>(
    reviewed: impl Iterator<Item = &'m SourcePolicy>,
) -> BTreeSet<usize> {
    let mut written: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
    for policy in reviewed {
        for (&made, same) in policy.makes.iter().zip(&policy.statements) {
            let of_it = written.entry(made).or_default();
            of_it.resize(same.source_of.len(), false);
            for (is_written, source) in of_it.iter_mut().zip(&same.source_of) {
                *is_written |= source.is_some();
            }
        }
    }
    let whole = written
        .into_iter()
        .filter(|(_, all)| all.iter().all(|is| *is));
    whole.map(|(made, _)| made).collect()
}

/// Takes out the documents of which a policy in AWS is put together with others that stay as they are: it
/// is judged as a whole. Returns them.
pub(super) fn take_out_parts<'m>(
    concerned: &mut Vec<(&'m SourcePolicy, Findings)>,
) -> Vec<&'m SourcePolicy> {
    let mut parts = Vec::new();
    loop {
        let whole = reviewed_whole(concerned.iter().map(|(policy, _)| *policy));
        let is_whole = |policy: &SourcePolicy| policy.makes.iter().all(|made| whole.contains(made));
        let before = parts.len();
        parts.extend(
            concerned
                .extract_if(.., |(policy, _)| !is_whole(policy))
                .map(|(policy, _)| policy),
        );
        if parts.len() == before {
            return parts;
        }
    }
}

/// What each of the policies that are reviewed makes, as AWS has it.
pub(super) fn made<'m>(
    live: &Live,
    reviewed: impl Iterator<Item = &'m SourcePolicy>,
) -> Vec<Vec<Made>> {
    let reviewed: Vec<&SourcePolicy> = reviewed.collect();
    let places = reviewed.iter().enumerate();
    let places = places.filter_map(|(number, policy)| Some((policy.place.as_ref()?, number)));
    let places: BTreeMap<&Place, usize> = places.collect();
    let made = reviewed.iter().map(|policy| made_of(live, policy, &places));
    let mut made: Vec<Vec<(usize, Made)>> = made.collect();
    // Several may be of one policy, each some of its statements.
    let mut of_reviewed: BTreeMap<usize, usize> = BTreeMap::new();
    for (place, one) in made.iter().flatten() {
        *of_reviewed.entry(*place).or_default() += one.size();
    }
    for (place, one) in made.iter_mut().flatten() {
        let sharing = live
            .quota(*place)
            .map_or(Vec::new(), |(_, sharing, _)| sharing);
        let reviewed = sharing.iter().filter_map(|place| of_reviewed.get(place));
        one.beside = one.all.saturating_sub(reviewed.sum());
    }
    let made = made.into_iter();
    made.map(|all| all.into_iter().map(|(_, one)| one).collect())
        .collect()
}

/// What a policy makes, each with its place, where the reviewed policies are at these `places`.
fn made_of(
    live: &Live,
    policy: &SourcePolicy,
    places: &BTreeMap<&Place, usize>,
) -> Vec<(usize, Made)> {
    let makes = policy.makes.iter().zip(&policy.statements);
    let made = makes
        .zip(&policy.documents)
        .filter_map(|((&made, same), documents)| {
            let documents = documents.iter().map(|document| TakenDocument {
                policy: places.get(&document.place).copied(),
                sids: document.sids.clone(),
            });
            let (quota, sharing, elsewhere) = live.quota(made)?;
            let size = |place: &usize| {
                let text = live.policies[*place].document.as_deref();
                text.map_or(0, quota::size)
            };
            let one = Made {
                in_aws: live.in_aws(made),
                quota,
                live: live.policies[made].read()?,
                source_of: same.source_of.clone(),
                computed: computed_in(same),
                documents: documents.collect(),
                beside: 0,
                all: sharing.iter().map(size).sum::<usize>() + elsewhere,
            };
            Some((made, one))
        });
    made.collect()
}

/// What the expressions of each written statement come to.
fn computed_in(same: &SameStatements) -> Vec<Computed> {
    let statements = same.beyond.iter().zip(&same.may_repeat);
    let computed = statements.map(|(beyond, &may_repeat)| Computed {
        entries: beyond
            .iter()
            .filter_map(|entry| entry.parse().ok())
            .collect(),
        may_repeat,
    });
    computed.collect()
}
