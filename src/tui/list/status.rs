//! What is decided of a policy of an account, or why nothing can be.

use crate::account::AccountPolicy;
use crate::review::{Decision, Review, Written};

/// What is decided of a policy, or why nothing can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyStatus {
    /// Something forbids to narrow it.
    Blocked,
    /// Nothing of it is unused by all who have it.
    NothingUnused,
    /// Nothing is decided, and something could be.
    ToReview,
    /// Something is decided, accepted or rejected.
    Decided {
        accepted: usize,
        rejected: usize,
        undecided: usize,
        /// Whether it would not be written as it was.
        changes: bool,
    },
}

impl PolicyStatus {
    pub(crate) fn of(
        subject: &AccountPolicy,
        has_not_action: bool,
        review: Option<&Review>,
    ) -> Self {
        if !subject.is_refined() {
            return PolicyStatus::Blocked;
        }
        let count = |wanted: Decision| {
            let state = review.map(Review::state);
            let places = state.into_iter().flat_map(|state| {
                state
                    .places()
                    .filter(move |&place| state.decision(place) == Some(wanted))
            });
            places.count()
        };
        let [accepted, rejected] = [Decision::Accepted, Decision::Rejected].map(count);
        if accepted + rejected > 0 {
            let outcomes = review.map_or(&[][..], Review::outcomes);
            return PolicyStatus::Decided {
                accepted,
                rejected,
                undecided: count(Decision::Undecided),
                changes: (outcomes.iter()).any(|outcome| outcome.written != Written::Unchanged),
            };
        }
        if subject.unused == Some(0) && !has_not_action {
            PolicyStatus::NothingUnused
        } else {
            PolicyStatus::ToReview
        }
    }

    /// Whether something is left to decide.
    pub(crate) fn is_to_review(self) -> bool {
        match self {
            PolicyStatus::ToReview => true,
            PolicyStatus::Decided { undecided, .. } => undecided > 0,
            PolicyStatus::Blocked | PolicyStatus::NothingUnused => false,
        }
    }

    /// Whether it would not be written as it was.
    pub(crate) fn changes(self) -> bool {
        matches!(self, PolicyStatus::Decided { changes: true, .. })
    }

    /// `2 of 5`, for the list.
    pub(crate) fn label(self) -> String {
        match self {
            PolicyStatus::Blocked => "kept".to_owned(),
            PolicyStatus::NothingUnused => "nothing unused".to_owned(),
            PolicyStatus::ToReview => "to review".to_owned(),
            PolicyStatus::Decided {
                accepted,
                rejected,
                undecided,
                ..
            } => {
                let decided = accepted + rejected;
                let all = decided + undecided;
                match (accepted, rejected) {
                    (0, _) => format!("{decided} of {all}: rejected"),
                    (_, 0) => format!("{decided} of {all}: accepted"),
                    _ => format!("{decided} of {all}: {accepted} accepted, {rejected} rejected"),
                }
            }
        }
    }
}
