//! The decision record of a policy of an account.

use super::refined::decided_on_another;
use super::{AccountReview, RefinedPolicy};
use crate::iam::Arn;
use crate::proof::Fault;
use crate::review::{DecisionRecord, Decisions};
use crate::text::Untrusted;

impl AccountReview {
    /// What was decided of a policy that was refined here, on what it rests and whom it takes
    /// something from. None where nothing was decided.
    ///
    /// # Errors
    /// What was decided does not come to the same any more, when it is done again here.
    pub fn record(
        &self,
        refined: &RefinedPolicy<'_>,
        decided: &Decisions,
    ) -> Result<Option<DecisionRecord>, Fault> {
        let review = self.review_alone(refined.policy);
        let Some(mut review) = review.filter(|_| !refined.records.is_empty()) else {
            return Ok(None);
        };
        if !review.replay(&refined.records).is_empty() {
            return Err(decided_on_another(&refined.name));
        }
        if review.state().records(review.input()).is_empty() {
            return Ok(None);
        }
        let holders = refined.policy.holders.iter().map(|&holder| {
            let owner = &self.principal(holder).owner;
            let arn = owner.arn.as_ref().map(Arn::as_str);
            Untrusted::from(arn.unwrap_or(owner.name.as_str()))
        });
        let record = DecisionRecord::of(&review, decided.clone(), refined.replayed.clone());
        let found = refined.policy.holders.iter();
        let found = found.filter_map(|&holder| self.finding(holder));
        let in_common = &review.input().findings;
        Ok(Some(record.held_by(holders.collect(), found, in_common)))
    }
}
