//! How it stands with a policy of an account: what is decided, or why nothing can be.

use crate::account::AccountPolicy;
use crate::review::{Decision, Review, Written};

/// How it stands with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Something forbids to narrow it.
    Blocked,
    /// Nothing of it is unused by all who have it.
    NothingUnused,
    /// Nothing is decided, and something could be.
    ToReview,
    /// Something is decided.
    Decided {
        accepted: usize,
        rejected: usize,
        undecided: usize,
        /// Whether it would not be written as it was.
        changes: bool,
    },
}

impl Standing {
    pub(crate) fn of(
        subject: &AccountPolicy,
        has_not_action: bool,
        review: Option<&Review>,
    ) -> Self {
        if !subject.is_refined() {
            return Standing::Blocked;
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
            return Standing::Decided {
                accepted,
                rejected,
                undecided: count(Decision::Undecided),
                changes: (outcomes.iter()).any(|own| own.written != Written::Unchanged),
            };
        }
        if subject.unused == 0 && !has_not_action {
            Standing::NothingUnused
        } else {
            Standing::ToReview
        }
    }

    /// How many decisions there are.
    pub(crate) fn decisions(self) -> usize {
        match self {
            Standing::Decided {
                accepted, rejected, ..
            } => accepted + rejected,
            _ => 0,
        }
    }

    /// Whether something is left to decide.
    pub(crate) fn is_to_review(self) -> bool {
        match self {
            Standing::ToReview => true,
            Standing::Decided { undecided, .. } => undecided > 0,
            Standing::Blocked | Standing::NothingUnused => false,
        }
    }

    /// Whether it would not be written as it was.
    pub(crate) fn changes(self) -> bool {
        matches!(self, Standing::Decided { changes: true, .. })
    }

    /// `2 of 5`, for the list.
    pub(crate) fn told(self) -> String {
        match self {
            Standing::Blocked => "kept".to_owned(),
            Standing::NothingUnused => "nothing unused".to_owned(),
            Standing::ToReview => "to review".to_owned(),
            Standing::Decided {
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
