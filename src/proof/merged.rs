//! Whether a policy that is put together of several documents becomes what its documents become.
//!
//! Each document is proved by itself. Put together, a statement stands in the place of those of earlier
//! documents with its `Sid`, and where it goes one of these is back, whatever it grants.

use std::collections::BTreeSet;

use super::{Fault, Part};
use crate::policies::TakenDocument;

/// A statement: of which of the documents, and which of its statements.
type Place = (usize, usize);

/// Proves that of `documents`, in the order in which they are put together, the same statements are in the
/// policy as before, but for those that go. `is_left` tells which statements stay, of which document.
pub fn prove_merged(
    documents: &[TakenDocument],
    is_left: impl Fn(&TakenDocument, usize) -> bool,
) -> Vec<Fault> {
    let before = put_together(documents, |_, _| true);
    let after = put_together(documents, &is_left);
    let back = after.difference(&before).map(|(document, statement)| {
        let sid = documents[*document].sids[*statement].as_deref();
        let sid = crate::text::quoted(sid.unwrap_or_default());
        let what =
            format!("a statement is back, since the one in its place goes, whose Sid is {sid}");
        Fault::new(Part::NothingAdded, what)
    });
    back.collect()
}

/// The statements that are in the policy.
fn put_together(
    documents: &[TakenDocument],
    is_left: impl Fn(&TakenDocument, usize) -> bool,
) -> BTreeSet<Place> {
    let mut all: BTreeSet<Place> = BTreeSet::new();
    for (number, document) in documents.iter().enumerate() {
        let statements = 0..document.sids.len();
        let left: Vec<usize> = statements.filter(|&at| is_left(document, at)).collect();
        let own: BTreeSet<&String> = left
            .iter()
            .filter_map(|&at| document.sids[at].as_ref())
            .collect();
        all.retain(|&(earlier, statement)| {
            let sid = documents[earlier].sids[statement].as_ref();
            sid.is_none_or(|sid| !own.contains(sid))
        });
        all.extend(left.into_iter().map(|statement| (number, statement)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(policy: usize, sids: &[&str]) -> TakenDocument {
        let sids = sids
            .iter()
            .map(|sid| (!sid.is_empty()).then(|| (*sid).to_owned()));
        TakenDocument {
            policy: Some(policy),
            sids: sids.collect(),
        }
    }

    #[test]
    fn what_stands_behind_one_that_goes_is_back() {
        let documents = [
            document(0, &["A", ""]),
            document(1, &["A", "B"]),
            document(2, &["B"]),
        ];
        let back = |policy: usize, gone: usize| {
            let is_left = |one: &TakenDocument, statement: usize| {
                (one.policy, statement) != (Some(policy), gone)
            };
            prove_merged(&documents, is_left).len()
        };
        // The first of each Sid is replaced anyway, and one without is nobody's.
        for (policy, gone, faults) in [(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 0), (2, 0, 1)] {
            assert_eq!(back(policy, gone), faults, "{policy} {gone}");
        }
    }
}
