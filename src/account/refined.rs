//! What becomes of each policy of an account when all goes that may.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::still_granted::{After, StillGranted};
use super::{
    AccountPolicy, AccountReview, Blocker, PolicyIdentity, PolicyPieces, PolicyPlace, StillUnused,
    WhenTooLong,
};
use crate::iam::{Action, Policy, Statement, StatementEdit};
use crate::proof::{Fault, Part};
use crate::refine::{Curation, EntryExpansion, Evidence, Replacement};
use crate::review::{
    Accept, BeganWith, Caveat, Decision, EntryRecord, Exception, ProofReport, Proposals, Review,
    SizeReport, StillThere, Written,
};
use crate::text::{Problem, Untrusted};

/// From how many characters more for each action that goes it is a poor trade.
const POOR_TRADE: usize = 100;

/// The reviews in which something is decided.
pub type Decided = BTreeMap<PolicyPlace, Review>;

/// A policy of an account and what becomes of it.
#[derive(Clone, Debug)]
pub struct RefinedPolicy<'a> {
    /// The policy as it is in the account.
    pub policy: &'a AccountPolicy,
    /// What people call it, as `Send of role Reporter`.
    pub name: String,
    /// Whether it changes, and what is written of it.
    pub result: PolicyResult,
    /// What was proposed and is not done.
    pub open: OpenProposals,
    /// What was decided, entry by entry.
    pub records: Vec<EntryRecord>,
    /// The record with whose decisions it began, where one was replayed.
    pub began: Option<BeganWith>,
}

/// Proposals that were not accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenProposals {
    /// How many of them nobody decided on.
    pub undecided: usize,
    /// How many entries would be appended by those of them that are about a `NotAction`.
    pub in_not_actions: usize,
    /// How many of them were rejected.
    pub rejected: usize,
    /// Why, each reason once.
    pub reasons: BTreeSet<Untrusted>,
}

impl OpenProposals {
    fn of(review: &Review) -> Self {
        let state = review.state();
        let mut open = OpenProposals::default();
        for place in state.places() {
            match state.decision(place) {
                Some(Decision::Undecided) => {
                    open.undecided += 1;
                    open.in_not_actions += state.additions(place).len();
                }
                Some(Decision::Rejected) => {
                    open.rejected += 1;
                    open.reasons.extend(state.reason(place).cloned());
                }
                Some(Decision::Accepted) | None => {}
            }
        }
        open
    }
}

/// What becomes of a policy, and what was decided of it.
struct Judged {
    result: PolicyResult,
    open: OpenProposals,
    records: Vec<EntryRecord>,
}

impl Judged {
    fn of(result: PolicyResult, review: &Review) -> Self {
        Judged {
            result,
            open: OpenProposals::of(review),
            records: review.state().records(review.input()),
        }
    }

    /// That of a policy on which nobody can decide.
    fn undecided(result: PolicyResult) -> Self {
        Judged {
            result,
            open: OpenProposals::default(),
            records: Vec::new(),
        }
    }
}

/// What becomes of a policy.
#[derive(Clone, Debug)]
pub enum PolicyResult {
    /// Something is removed from it.
    Changed(Box<PolicyChange>),
    /// Nothing of it is unused by all who have it.
    Unchanged,
    /// It stays as it is, for these reasons.
    Kept {
        /// The reasons.
        blockers: Vec<Blocker>,
        /// What goes as soon as what is left of it can be brought to AWS; nothing where it may not be
        /// narrowed at all.
        would_go: BTreeSet<Action>,
    },
}

/// What goes of a policy, proved.
#[derive(Clone, Debug)]
pub struct PolicyChange {
    /// What AWS calls the policy.
    pub identity: PolicyIdentity,
    /// The policy that then holds.
    pub policy: Arc<Policy>,
    /// What is kept and what is new of each statement; none for one that stays as it is.
    pub edits: Vec<Option<StatementEdit<Replacement>>>,
    /// The new text; none when nothing is left.
    pub text: Option<String>,
    /// The policies that say the same together, where the new text is too long for one.
    pub pieces: Option<PolicyPieces>,
    /// What it does not allow any more.
    pub goes: BTreeSet<Action>,
    /// Those of it that nobody reported: they were dropped by hand.
    pub dropped: BTreeSet<Action>,
    /// What of it has to be unused still when it is applied.
    pub still_unused: StillUnused,
    /// What is reported as unused by all who have the policy, and stays.
    pub exceptions: Vec<Exception>,
    /// Policies that those who have this one have too, and that allow some of it still when
    /// everything is applied.
    pub still_granted: Vec<StillGranted>,
    /// Whether all policies of those who have this one are known.
    pub all_policies_loaded: bool,
    /// How many actions stay, by what that means.
    pub stays: BTreeMap<Evidence, usize>,
    /// How long it was and would be.
    pub size: SizeReport,
    /// What the proof says of the new text.
    pub proof: ProofReport,
    /// What to mind that the proof does not say.
    pub caveats: Vec<Caveat>,
    /// What to mind about the policy and the findings it was refined by.
    pub cautions: Vec<Problem>,
}

impl PolicyChange {
    /// Tells how many of the unused actions no policy of its holders ever granted; what the review of
    /// the policy alone says of that knows no other.
    fn tell_never_granted(&mut self, actions: usize) {
        let is_of_it =
            |caveat: &Caveat| matches!(caveat, Caveat::StillThere(_, StillThere::NeverGranted));
        if let Some(place) = self.caveats.iter().position(is_of_it) {
            if actions == 0 {
                self.caveats.remove(place);
            } else {
                self.caveats[place] = Caveat::StillThere(actions, StillThere::NeverGranted);
            }
        }
    }

    /// What is written in the place of the policy itself; none when that goes. The other pieces of one
    /// that is split are new policies.
    pub fn in_its_place(&self) -> Option<&str> {
        match (&self.pieces, &self.identity) {
            (Some(_), PolicyIdentity::Inline { .. }) => None,
            (Some(pieces), _) => pieces.texts.first().map(String::as_str),
            (None, _) => self.text.as_deref(),
        }
    }

    /// The new policies beside that, each with its number among all pieces, from 1.
    pub fn beside(&self) -> impl Iterator<Item = (usize, &str)> {
        let texts = self.pieces.iter().flat_map(|pieces| &pieces.texts);
        let is_first = usize::from(self.in_its_place().is_some());
        (1..).zip(texts.map(String::as_str)).skip(is_first)
    }

    /// What is done to the policy.
    pub fn kind(&self) -> ChangeKind {
        if self.pieces.is_some() {
            return ChangeKind::Split;
        }
        match (&self.identity, &self.text) {
            (PolicyIdentity::AwsManaged { .. }, Some(_)) => ChangeKind::Replace,
            (_, Some(_)) => ChangeKind::Narrow,
            (PolicyIdentity::Inline { .. }, None) => ChangeKind::Delete,
            (_, None) => ChangeKind::Detach,
        }
    }

    /// Whether little goes and much is written: it grows by more than a hundred characters for each
    /// action that goes. One may rather keep the shorter text.
    pub fn is_poor_trade(&self) -> bool {
        let grows = self.size.after.saturating_sub(self.size.before);
        grows > POOR_TRADE * self.goes.len()
    }

    /// How many of the actions that go stay allowed to somebody who has this policy.
    pub fn still_granted_actions(&self) -> usize {
        let actions = self.still_granted.iter().flat_map(|still| &still.actions);
        actions.collect::<BTreeSet<_>>().len()
    }
}

/// What is done to a policy that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is narrowed in its place.
    Narrow,
    /// A narrower policy of the account takes the place of one of AWS's own.
    Replace,
    /// Nothing is left of it, and it is embedded in one principal: it is deleted.
    Delete,
    /// Nothing is left of it: it is detached from all who have it.
    Detach,
    /// It becomes too long for one: several say together what is left of it.
    Split,
}

impl ChangeKind {
    /// `narrow`, `replace`, `delete`, `detach` or `split`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Narrow => "narrow",
            ChangeKind::Replace => "replace",
            ChangeKind::Delete => "delete",
            ChangeKind::Detach => "detach",
            ChangeKind::Split => "split",
        }
    }
}

impl RefinedPolicy<'_> {
    /// Why it stays as it is; nothing when nothing forbids to narrow it.
    pub fn blockers(&self) -> &[Blocker] {
        match &self.result {
            PolicyResult::Kept { blockers, .. } => blockers,
            PolicyResult::Changed(_) | PolicyResult::Unchanged => &[],
        }
    }

    /// What goes of it, or would go if what is left of it could be brought to AWS.
    pub fn goes_or_would(&self) -> impl Iterator<Item = &Action> {
        let actions = match &self.result {
            PolicyResult::Changed(change) => Some(&change.goes),
            PolicyResult::Kept { would_go, .. } => Some(would_go),
            PolicyResult::Unchanged => None,
        };
        actions.into_iter().flatten()
    }

    /// What goes, if anything does.
    pub fn change(&self) -> Option<&PolicyChange> {
        match &self.result {
            PolicyResult::Changed(change) => Some(change),
            _ => None,
        }
    }
}

impl AccountReview {
    /// Refines every policy that may be, accepting everything of `which` kind.
    ///
    /// # Errors
    /// The faults that a proof found.
    pub fn refine_all(&self, which: Accept) -> Result<Vec<RefinedPolicy<'_>>, Vec<Fault>> {
        self.refine_each(|policy| {
            let Some(mut review) = self.review_alone(policy) else {
                return Ok(Judged::undecided(kept(policy)));
            };
            review.accept_all(which);
            if self.when_too_long == WhenTooLong::Keep {
                review.keep_to_fit(Some(self.room_for(policy)));
            }
            self.judged(policy, &review)
        })
    }

    /// Refines those policies that are `decided`, in reviews that were opened here, as it is decided;
    /// the others stay as they are. Some of them `began` with the decisions of a record.
    ///
    /// # Errors
    /// The faults that a proof found, and decisions on another policy than that at their place.
    pub fn refine_decided(
        &self,
        decided: &Decided,
        began: &BTreeMap<PolicyPlace, BeganWith>,
    ) -> Result<Vec<RefinedPolicy<'_>>, Vec<Fault>> {
        let mut refined = self.refine_each(|policy| {
            let Some(review) = self.review_alone(policy) else {
                return Ok(Judged::undecided(kept(policy)));
            };
            let Some(decided) = decided.get(&policy.place) else {
                return Ok(Judged::of(PolicyResult::Unchanged, &review));
            };
            let file = |review: &Review| Arc::clone(review.input().document(0).file());
            if !Arc::ptr_eq(&file(decided), &file(&review)) {
                return Err(vec![decided_on_another(&self.name(policy))]);
            }
            let mut decided = decided.alone();
            if self.when_too_long == WhenTooLong::Keep {
                decided.keep_to_fit(Some(self.room_for(policy)));
            }
            self.judged(policy, &decided)
        })?;
        for refined_policy in &mut refined {
            refined_policy.began = began.get(&refined_policy.policy.place).cloned();
        }
        Ok(refined)
    }

    fn refine_each(
        &self,
        judged: impl Fn(&AccountPolicy) -> Result<Judged, Vec<Fault>>,
    ) -> Result<Vec<RefinedPolicy<'_>>, Vec<Fault>> {
        let policies = self.policies().iter();
        let refined = policies.map(|policy| {
            let judged = judged(policy)?;
            Ok(RefinedPolicy {
                policy,
                name: self.name(policy),
                result: judged.result,
                open: judged.open,
                records: judged.records,
                began: None,
            })
        });
        let mut refined = refined.collect::<Result<Vec<RefinedPolicy<'_>>, Vec<Fault>>>()?;
        self.block_what_does_not_fit(&mut refined);
        let elsewhere: Vec<(Vec<StillGranted>, usize)> = {
            let after = After::of(self, &refined);
            let of = |refined_policy| {
                (
                    after.still_granted(refined_policy),
                    self.never_granted(refined_policy),
                )
            };
            refined.iter().map(of).collect()
        };
        for (refined_policy, (still_granted, never_granted)) in refined.iter_mut().zip(elsewhere) {
            if let PolicyResult::Changed(change) = &mut refined_policy.result {
                change.still_granted = still_granted;
                change.tell_never_granted(never_granted);
            }
        }
        Ok(refined)
    }

    /// A review of a policy without the others of its holders: what others still grant is looked at
    /// when all is refined.
    pub(super) fn review_alone(&self, policy: &AccountPolicy) -> Option<Review> {
        let mut input = self.input(policy)?;
        input.others.clear();
        Some(Review::new(input))
    }

    fn judged(&self, policy: &AccountPolicy, review: &Review) -> Result<Judged, Vec<Fault>> {
        Ok(Judged::of(self.result(policy, review)?, review))
    }

    fn result(&self, policy: &AccountPolicy, review: &Review) -> Result<PolicyResult, Vec<Fault>> {
        if !review.is_proved() {
            return Err(review.faults());
        }
        let outcome = &review.outcomes()[0];
        if outcome.written == Written::Unchanged {
            return Ok(PolicyResult::Unchanged);
        }
        let text = review.files().find_map(|file| file.text());
        let text: Option<String> = text.map(Into::into);
        let (goes, stays) = actions(review);
        let kept = |blocker, would_go| {
            Ok(PolicyResult::Kept {
                blockers: vec![blocker],
                would_go,
            })
        };
        let size = review.size(0);
        let too_long = self.too_long(policy, size.after);
        let pieces = match (too_long, &text) {
            (Some(too_long), Some(text)) => {
                let fitting = (self.when_too_long == WhenTooLong::Keep)
                    .then(|| review.fitting(0, Proposals::Accepted, 0).shortest_words());
                match self.pieces(policy, text, too_long, fitting) {
                    Ok(pieces) => Some(pieces),
                    Err(blocker) => return kept(blocker, goes),
                }
            }
            _ => None,
        };
        let identity = match self.identity(policy, size.after) {
            Ok(identity) => identity,
            Err(blocker) => return kept(blocker, goes),
        };
        let dropped = outcome.proved.dropped.clone();
        let mut cautions = self.cautions(policy);
        cautions.extend(review.input().unknown_actions());
        let change = PolicyChange {
            identity,
            policy: Arc::clone(&outcome.policy),
            edits: outcome.edits.clone(),
            text,
            pieces,
            still_unused: self.still_unused(policy, &goes, &dropped, &outcome.policy),
            goes,
            dropped,
            exceptions: review.exceptions(0),
            still_granted: Vec::new(),
            all_policies_loaded: review.input().principal.all_policies_loaded,
            stays,
            size,
            proof: review.proof(),
            caveats: review.caveats(),
            cautions,
        };
        Ok(PolicyResult::Changed(Box::new(change)))
    }
}

pub(super) fn decided_on_another(name: &str) -> Fault {
    Fault {
        part: Part::NothingElseTouched,
        statement: None,
        entry: None,
        witness: None,
        what: format!("what was decided of {name} is about another policy"),
    }
}

fn kept(policy: &AccountPolicy) -> PolicyResult {
    PolicyResult::Kept {
        blockers: policy.blockers.clone(),
        would_go: BTreeSet::new(),
    }
}

/// The policies of which something goes.
pub fn changes<'a, 'r>(
    refined: &'r [RefinedPolicy<'a>],
) -> impl Iterator<Item = (&'r RefinedPolicy<'a>, &'r PolicyChange)> {
    refined
        .iter()
        .filter_map(|refined_policy| Some((refined_policy, refined_policy.change()?)))
}

/// What the policy does not allow any more, and what of its entries stays, of those too that do not
/// change.
fn actions(review: &Review) -> (BTreeSet<Action>, BTreeMap<Evidence, usize>) {
    let input = review.input();
    let universe = input.universe_of(0);
    let before = input.document(0).policy();
    let after = &review.outcomes()[0].policy;
    // A `NotAction` loses what is reported alone, by name or with its service.
    let mut goes: BTreeSet<Action> = universe
        .unused_actions()
        .filter(|action| before.allows(action) && !after.allows(action))
        .collect();
    let mut stays = BTreeSet::new();
    let entries = (before.statements.iter()).filter_map(Statement::refinable_entries);
    for entry in entries.flatten().collect::<BTreeSet<_>>() {
        let expansion = EntryExpansion::new(entry, universe, Curation::NONE);
        for (action, _) in expansion.actions() {
            if after.allows(&action) {
                stays.insert(action);
            } else {
                goes.insert(action);
            }
        }
    }
    let mut counts = BTreeMap::new();
    for action in stays {
        let evidence = Evidence::of(&action, universe, input.finding_date());
        *counts.entry(evidence).or_insert(0) += 1;
    }
    (goes, counts)
}
