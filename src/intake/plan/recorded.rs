//! What a record says that becomes of the policies that a plan knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::Findings;
use crate::iam::{Action, Policy};
use crate::policies::PolicyOwner;
use crate::proof::{Part, Verdict, unlike_decided};
use crate::review::{MadeRecord, SavedDecisions};
use crate::sources::Live;
use crate::text::{Error, Untrusted};

/// The records of policies by the addresses of these.
pub(super) type Records<'a> = BTreeMap<Untrusted, &'a MadeRecord>;

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
    let mut records = Records::new();
    for policy in 0..live.policies.len() {
        let in_aws = live.in_aws(policy);
        let mut found = decisions.made().iter().filter(|record| record.is(&in_aws));
        let Some(record) = found.next() else { continue };
        // Where nobody can tell which of several it is, and that matters, none counts.
        if found.all(|other| other.becomes_as(record)) {
            live.is_held_by(policy, &record.holders());
            records.insert(live.policies[policy].address.text.clone(), record);
        }
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
