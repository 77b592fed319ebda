//! What stays in a policy since somebody else uses it: one who has a policy that is written down as one with it, or
//! is put together of a document of which this one is put together too.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Judge;
use crate::document::Document;
use crate::iam::{Action, Policy, Statement};
use crate::proof::{Part, Side, Verdict, say_the_same};
use crate::sources::{LivePolicy, PlannedAction};
use crate::text::Source;

impl Judge<'_> {
    /// Takes out of a verdict on a policy, which becomes `after`, what stays since others use it who have what is
    /// written down as one with it, or the document that a statement is of. Returns that. A plan does not tell
    /// which document a statement is of, so it is one that those of the other document have as it is here.
    pub(super) fn stays_for_others(
        &self,
        policy: &LivePolicy,
        after: &Policy,
        verdict: &mut Verdict,
    ) -> BTreeSet<Action> {
        let mut stays = BTreeSet::new();
        verdict.objections.retain_mut(|objection| {
            if objection.part != Part::UnusedGone || objection.witnesses.is_empty() {
                return true;
            }
            let is_used = |action: &mut Action| self.is_used(policy, action);
            stays.extend(objection.witnesses.extract_if(.., is_used));
            !objection.witnesses.is_empty()
        });
        let is_open = |verdict: &Verdict| !verdict.part_holds(Part::UnusedGone);
        for (place, other) in self.live.policies.iter().enumerate() {
            if !is_open(verdict) {
                break;
            }
            if !self.is_put_together_too(policy, place) {
                continue;
            }
            let Some(document) = self.becomes(place) else {
                continue;
            };
            let has = |statement: &Statement| {
                let mut statements = document.policy().statements.iter();
                statements.any(|one| say_the_same(one, statement))
            };
            verdict.objections.retain_mut(|objection| {
                let spot = objection.spot.filter(|spot| spot.side == Side::Refined);
                let statement = spot.map(|spot| &after.statements[spot.statement]);
                if objection.part != Part::UnusedGone || !statement.is_some_and(has) {
                    return true;
                }
                let is_used = |action: &mut Action| self.is_used(other, action);
                stays.extend(objection.witnesses.extract_if(.., is_used));
                !objection.witnesses.is_empty()
            });
        }
        stays
    }

    /// Whether the policy at a place is another one than this, and one document at least is in both.
    fn is_put_together_too(&self, policy: &LivePolicy, place: usize) -> bool {
        let (own, other) = (
            &policy.address.block,
            &self.live.policies[place].address.block,
        );
        let documents = self.place_of(policy).map(|own| self.documents(own));
        documents.is_some_and(|documents| !documents.is_disjoint(self.documents(place)))
            && !self.plan.may_share_policy(own, other)
    }

    /// The documents that the policy at a place is put together of.
    fn documents(&self, place: usize) -> &BTreeSet<(PathBuf, String)> {
        let block = &self.live.policies[place].address.block;
        let documents = &self.known[place].documents;
        documents.get_or_init(|| self.plan.documents_of(block))
    }

    /// What the policy at a place is after the plan, if that is known and there is something left.
    fn becomes(&self, place: usize) -> Option<&Document> {
        let becomes = || self.after(&self.live.policies[place]);
        self.known[place].becomes.get_or_init(becomes).as_ref()
    }

    fn after(&self, policy: &LivePolicy) -> Option<Document> {
        let mut changes = self.plan.changes.iter();
        let change = changes.find(|change| {
            !change.is_deposed
                && change.action != PlannedAction::Nothing
                && change.address == policy.address.text
        });
        match change {
            None => policy.read(),
            Some(change) if change.is_unknown("policy") => None,
            Some(change) => {
                let text = change.after.attributes.policy.as_deref()?;
                Document::parse(Source::from_text("", text)).ok()
            }
        }
    }
}
