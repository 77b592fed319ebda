//! What a record says that becomes of the policies that a plan knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::Findings;
use crate::iam::{Action, Policy};
use crate::policies::PolicyOwner;
use crate::proof::{Part, Verdict, unlike_decided};
use crate::review::{MadeRecord, SavedDecisions};
use crate::sources::Live;
use crate::text::{Error, Untrusted};

/// What a record says of the policies that a plan knows.
#[derive(Default)]
pub(super) struct Records<'a> {
    /// By the addresses of the policies.
    by_address: BTreeMap<Untrusted, &'a MadeRecord>,
    /// Of which policies it says several things, and nothing tells which is meant.
    pub(super) unclear: Vec<String>,
}

impl<'a> Records<'a> {
    /// What it says of what is at an address.
    pub(super) fn of(&self, address: &Untrusted) -> Option<&'a MadeRecord> {
        self.by_address.get(address).copied()
    }

    /// Adds what it says of a policy in different ways.
    fn add_unclear(&mut self, address: &Untrusted, found: &[&MadeRecord]) {
        let names: Vec<String> = found.iter().map(|record| record.called()).collect();
        self.unclear.push(format!(
            "{address} may be any of these of the record, which do not become the same: {}; give a record of this \
             root module alone",
            names.join(", ")
        ));
    }
}

/// What `decisions` say of the policies of `live`, which takes over from them who has these.
///
/// # Errors
/// They say of no policy what becomes of it.
pub(super) fn records_of<'a>(
    decisions: &'a SavedDecisions,
    live: &mut Live,
) -> Result<Records<'a>, Error> {
    if decisions.made().is_empty() {
        let file = &decisions.from().file;
        return Err(Error::with_help(
            format!("{file} does not tell what becomes of policies that Terraform makes"),
            "give the record of the `refine` or `review` of the Terraform files that this is a plan of; one of an \
             earlier version is to be made anew",
        ));
    }
    let mut records = Records::default();
    for policy in 0..live.policies.len() {
        let in_aws = live.in_aws(policy);
        let found = decisions.made().iter().filter(|record| record.is(&in_aws));
        let found: Vec<&MadeRecord> = found.collect();
        let Some(&first) = found.first() else {
            continue;
        };
        let address = live.policies[policy].address.text.clone();
        // Where nobody can tell which of several it is, and that matters, none counts.
        if !found.iter().all(|other| other.becomes_as(first)) {
            records.add_unclear(&address, &found);
            continue;
        }
        for record in found {
            live.is_held_by(policy, record.holders());
        }
        records.by_address.insert(address, first);
    }
    Ok(records)
}

/// Whether a finding is about somebody who has what was decided on, and whom the plan of this root module
/// does not know.
pub(super) fn is_of_another_root(
    decisions: &SavedDecisions,
    live: &Live,
    finding: &Findings,
) -> bool {
    let Some(principal) = &finding.principal else {
        return false;
    };
    let is_it = |owner: &PolicyOwner| {
        let arn = owner.arn.as_ref();
        arn.is_some_and(|arn| arn.as_str() == principal.raw())
    };
    live.principal(principal.raw()).is_none()
        && decisions
            .made()
            .iter()
            .any(|record| record.holders().iter().any(is_it))
}

/// A verdict by findings, held against what a record says that becomes of the policy; and what is unused
/// and stays, as that says.
pub(super) fn as_recorded(
    record: &MadeRecord,
    [before, after]: [&Policy; 2],
    mut verdict: Verdict,
) -> (Verdict, BTreeSet<Action>) {
    let mut stays = BTreeSet::new();
    let Some(decided) = record.becomes(before) else {
        let what = "it is another policy than the record is about";
        verdict.object(Part::NothingElseTouched, what);
        return (verdict, stays);
    };
    let unlike = unlike_decided(&decided, after);
    if !unlike.is_empty() {
        verdict.objections.extend(unlike);
        return (verdict, stays);
    }
    let by_hand = record.by_hand();
    verdict
        .objections
        .retain_mut(|objection| match objection.part {
            Part::UnusedGone => {
                stays.extend(objection.witnesses.drain(..));
                false
            }
            Part::NothingLost if !objection.witnesses.is_empty() => {
                objection
                    .witnesses
                    .retain(|action| !by_hand.contains(action));
                !objection.witnesses.is_empty()
            }
            _ => true,
        });
    (verdict, stays)
}

/// How a policy that a plan does not change stands to what a record says of it.
#[derive(Clone, Copy)]
pub(super) enum Standing {
    /// It stays as it is; of so many statements nothing is used, and they are to be removed by hand.
    AsDecided(usize),
    /// It is what it was to become.
    Done,
    /// Something is to become of it.
    ToChange,
    /// It is another policy than the record is about.
    Another,
}

impl Standing {
    pub(super) fn of(record: &MadeRecord, policy: &Policy) -> Self {
        match record.becomes(policy) {
            None if record.is_done(policy) => Standing::Done,
            None => Standing::Another,
            Some(decided) if unlike_decided(&decided, policy).is_empty() => {
                Standing::AsDecided(record.to_remove())
            }
            Some(_) => Standing::ToChange,
        }
    }
}
