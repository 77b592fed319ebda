//! What becomes of each policy of an account when all goes that may.

use std::collections::{BTreeMap, BTreeSet};

use super::hindrance::{hindrance, keep_what_does_not_fit};
use super::still_granted::{After, StillGranted};
use crate::account::{AccountReview, Subject};
use crate::cli::commands::refine::{NotActionChoice, accept_all, faults};
use crate::cli::exit::Failure;
use crate::cli::inputs::unknown_actions;
use crate::cli::summary;
use crate::iam::{Action, Policy, quota};
use crate::refine::{EntryExpansion, Evidence, SettledStatement};
use crate::review::{Decision, Review, Written};
use crate::tui::Decided;

/// A policy of an account and what becomes of it.
pub struct Refined<'a> {
    /// The policy.
    pub subject: &'a Subject,
    /// What people call it.
    pub name: String,
    /// What becomes of it.
    pub became: Became,
    /// What was proposed and is not done.
    pub left: Left,
}

/// Proposals that were not accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// Nobody decided on these.
    pub undecided: usize,
    /// These were rejected.
    pub rejected: usize,
}

impl Left {
    fn of(review: &Review) -> Self {
        let state = review.state();
        let mut left = Left::default();
        for place in state.places() {
            match state.decision(place) {
                Some(Decision::Undecided) => left.undecided += 1,
                Some(Decision::Rejected) => left.rejected += 1,
                Some(Decision::Accepted) | None => {}
            }
        }
        left
    }
}

/// What becomes of a policy.
pub enum Became {
    /// Something goes.
    Changed(Box<Change>),
    /// Nothing of it is unused by all who have it.
    Unchanged,
    /// It stays as it is, for these reasons.
    Kept(Vec<String>),
}

/// What goes of a policy, proved.
pub struct Change {
    /// The policy that then holds.
    pub policy: Policy,
    /// The statements as they were settled.
    pub settled: Vec<Option<SettledStatement>>,
    /// The new text; none when nothing is left.
    pub text: Option<String>,
    /// What it does not allow any more.
    pub goes: BTreeSet<Action>,
    /// Policies that those who have this one have too, and that allow some of it still when
    /// everything is applied.
    pub still_granted: Vec<StillGranted>,
    /// Whether all policies of those who have this one are known.
    pub all_policies_loaded: bool,
    /// How many actions stay, by what that means.
    pub stays: BTreeMap<Evidence, usize>,
    /// The size that IAM counts, after.
    pub size: usize,
    /// Sizes and quota in words.
    pub size_told: String,
    /// What is proved, in a line.
    pub proof: String,
    /// What to mind.
    pub caveats: Vec<String>,
}

impl Change {
    /// How many of the actions that go stay allowed to somebody who has this policy.
    pub fn still_granted_actions(&self) -> usize {
        let actions = self.still_granted.iter().flat_map(|still| &still.actions);
        actions.collect::<BTreeSet<_>>().len()
    }
}

impl Refined<'_> {
    /// What goes, if anything does.
    pub fn change(&self) -> Option<&Change> {
        match &self.became {
            Became::Changed(change) => Some(change),
            _ => None,
        }
    }
}

/// Refines every policy that may be, accepting everything.
///
/// # Errors
/// A proof that fails.
pub fn refine_all(
    account: &AccountReview,
    not_action: NotActionChoice,
) -> Result<Vec<Refined<'_>>, Failure> {
    refine_each(account, |subject| {
        let Some(mut review) = alone(account, subject) else {
            return Ok((kept(account, subject), Left::default()));
        };
        accept_all(&mut review, not_action);
        became(account, subject, &review)
    })
}

/// Refines those policies that are `decided`, as it is decided; the others stay as they are.
///
/// # Errors
/// A proof that fails.
pub fn refine_decided<'a>(
    account: &'a AccountReview,
    decided: &Decided,
) -> Result<Vec<Refined<'a>>, Failure> {
    refine_each(account, |subject| {
        let Some(mut review) = alone(account, subject) else {
            return Ok((kept(account, subject), Left::default()));
        };
        let Some(decided) = decided.get(&subject.place) else {
            return Ok((Became::Unchanged, Left::of(&review)));
        };
        review.replay(&decided.state().records(decided.input()));
        became(account, subject, &review)
    })
}

fn refine_each(
    account: &AccountReview,
    became: impl Fn(&Subject) -> Result<(Became, Left), Failure>,
) -> Result<Vec<Refined<'_>>, Failure> {
    let subjects = account.subjects().iter();
    let refined = subjects.map(|subject| {
        let (became, left) = became(subject)?;
        Ok(Refined {
            subject,
            name: account.name(subject),
            became,
            left,
        })
    });
    let mut refined = refined.collect::<Result<Vec<Refined<'_>>, Failure>>()?;
    keep_what_does_not_fit(account, &mut refined);
    let still_granted: Vec<Vec<StillGranted>> = {
        let after = After::of(account, &refined);
        refined.iter().map(|own| after.still_granted(own)).collect()
    };
    for (own, still_granted) in refined.iter_mut().zip(still_granted) {
        if let Became::Changed(change) = &mut own.became {
            change.still_granted = still_granted;
        }
    }
    Ok(refined)
}

/// A review of a policy without those beside it: what others still grant is looked at when all is
/// refined.
fn alone(account: &AccountReview, subject: &Subject) -> Option<Review> {
    let mut input = account.input(subject)?;
    input.others.clear();
    Some(Review::new(input))
}

fn kept(account: &AccountReview, subject: &Subject) -> Became {
    let reasons = subject.blocks.iter().map(|block| account.reason(block));
    Became::Kept(reasons.collect())
}

fn became(
    account: &AccountReview,
    subject: &Subject,
    review: &Review,
) -> Result<(Became, Left), Failure> {
    if !review.is_proved() {
        return Err(faults(review));
    }
    let left = Left::of(review);
    let outcome = &review.outcomes()[0];
    let text = match &outcome.written {
        Written::Unchanged => return Ok((Became::Unchanged, left)),
        Written::Changed(text) => Some(text.clone()),
        Written::NothingLeft => None,
    };
    let size = text.as_deref().map_or(0, quota::size);
    if let Some(hindrance) = hindrance(account, subject, size) {
        return Ok((Became::Kept(vec![hindrance.to_string()]), left));
    }
    let (goes, stays) = actions(review);
    let mut caveats = summary::caveats(review);
    let told = account.cautions(subject).into_iter();
    let told = told.chain(unknown_actions(review.input()));
    caveats.extend(told.map(|told| told.message().to_owned()));
    let change = Change {
        policy: outcome.policy.clone(),
        settled: outcome.settled.clone(),
        text,
        goes,
        still_granted: Vec::new(),
        all_policies_loaded: review.input().principal.all_policies_loaded,
        stays,
        size,
        size_told: summary::size(review, 0),
        proof: summary::proof(review),
        caveats,
    };
    Ok((Became::Changed(Box::new(change)), left))
}

/// What the policy does not allow any more, and what of its entries stays.
fn actions(review: &Review) -> (BTreeSet<Action>, BTreeMap<Evidence, usize>) {
    let (input, state) = (review.input(), review.state());
    let before = input.policies[0].document.policy();
    let after = &review.outcomes()[0].policy;
    let mut goes: BTreeSet<Action> = (input.universe.unused.named())
        .filter(|action| before.allows(action) && !after.allows(action))
        .collect();
    let mut stays = BTreeSet::new();
    for place in state.places() {
        let Some(entry) = state.entry(place) else {
            continue;
        };
        let curation = state.curation(input, place);
        for (action, _) in EntryExpansion::new(&entry.plan.old, &input.universe, curation).actions()
        {
            if after.allows(&action) {
                stays.insert(action);
            } else {
                goes.insert(action);
            }
        }
    }
    let mut counts = BTreeMap::new();
    for action in stays {
        let evidence = Evidence::of(&action, &input.universe, input.finding_date());
        *counts.entry(evidence).or_insert(0) += 1;
    }
    (goes, counts)
}
