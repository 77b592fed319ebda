//! What becomes of each policy of an account when all goes that may.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::account::{AccountReview, PolicyPlace, PrincipalPlace, Subject, SubjectKind};
use crate::cli::exit::Failure;
use crate::cli::inputs::unknown_actions;
use crate::cli::refine::{NotActionChoice, accept_all, faults};
use crate::cli::summary;
use crate::cli::too_long::TooLong;
use crate::iam::quota::{self, PolicyKind};
use crate::iam::{Action, Policy};
use crate::refine::{Evidence, SettledStatement, Wildcard};
use crate::review::{Decision, Review, Written};
use crate::tui::account::Decided;

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

/// A policy that allows what goes of another.
pub struct StillGranted {
    /// What people call it.
    pub policy: String,
    /// Those of the actions that it allows.
    pub actions: Vec<Action>,
    /// The principals that have both.
    pub holders: Vec<PrincipalPlace>,
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
        review.replay(&decided.state().records(decided.case()));
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

/// The account as it is when everything is applied.
struct After<'r> {
    account: &'r AccountReview,
    /// The policies that change, by their places.
    changed: BTreeMap<PolicyPlace, &'r Policy>,
    names: BTreeMap<PolicyPlace, &'r str>,
}

impl<'r> After<'r> {
    fn of(account: &'r AccountReview, refined: &'r [Refined<'_>]) -> Self {
        let changed = refined.iter().filter_map(|own| Some((own, own.change()?)));
        After {
            account,
            changed: changed
                .map(|(own, change)| (own.subject.place, &change.policy))
                .collect(),
            names: (refined.iter())
                .map(|own| (own.subject.place, own.name.as_str()))
                .collect(),
        }
    }

    fn still_granted(&self, own: &Refined<'_>) -> Vec<StillGranted> {
        let Some(change) = own.change() else {
            return Vec::new();
        };
        let mut holders_of: BTreeMap<PolicyPlace, Vec<PrincipalPlace>> = BTreeMap::new();
        for &holder in &own.subject.holders {
            for &place in self.account.policies_of(holder) {
                holders_of.entry(place).or_default().push(holder);
            }
        }
        holders_of.remove(&own.subject.place);
        let granting = holders_of.into_iter().map(|(place, holders)| {
            let now = || self.account.policy_at(place).document.policy();
            let policy = self.changed.get(&place).copied().unwrap_or_else(now);
            let allowed = change.goes.iter().filter(|action| policy.allows(action));
            let name = self.names.get(&place).copied().unwrap_or_default();
            StillGranted {
                policy: name.to_owned(),
                actions: allowed.cloned().collect(),
                holders,
            }
        });
        (granting.filter(|granting| !granting.actions.is_empty())).collect()
    }
}

/// A review of a policy without those beside it: what others still grant is looked at when all is
/// refined.
fn alone(account: &AccountReview, subject: &Subject) -> Option<Review> {
    let mut case = account.case(subject)?;
    case.others.clear();
    Some(Review::new(case))
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
    let told = told.chain(unknown_actions(review.case()));
    caveats.extend(told.map(|told| told.message().to_owned()));
    let change = Change {
        policy: outcome.policy.clone(),
        settled: outcome.settled.clone(),
        text,
        goes,
        still_granted: Vec::new(),
        all_policies_loaded: review.case().principal.all_policies_loaded,
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
    let (case, state) = (review.case(), review.state());
    let before = case.policies[0].document.policy();
    let after = &review.outcomes()[0].policy;
    let mut goes: BTreeSet<Action> = (case.universe.unused.named())
        .filter(|action| before.allows(action) && !after.allows(action))
        .collect();
    let mut stays = BTreeSet::new();
    for place in state.places() {
        let Some(entry) = state.entry(place) else {
            continue;
        };
        let curation = state.curation(case, place);
        for (action, _) in Wildcard::new(&entry.plan.old, &case.universe, curation).actions() {
            if after.allows(&action) {
                stays.insert(action);
            } else {
                goes.insert(action);
            }
        }
    }
    let mut counts = BTreeMap::new();
    for action in stays {
        let evidence = Evidence::of(&action, &case.universe, case.finding_date());
        *counts.entry(evidence).or_insert(0) += 1;
    }
    (goes, counts)
}

/// Why what was found cannot be brought to AWS.
enum Hindrance {
    /// It would be longer than AWS takes.
    TooLong(TooLong),
    /// It cannot be taken from a principal that AWS keeps.
    Locked(String),
    /// The file does not tell its name or version, or the number of the account.
    Nameless,
}

fn hindrance(account: &AccountReview, subject: &Subject, size: usize) -> Option<Hindrance> {
    let policy = account.policy(subject);
    let kind = policy.kind;
    let beside = match kind {
        PolicyKind::Inline(_) => inline_beside(account, subject),
        PolicyKind::Managed | PolicyKind::Unknown => 0,
    };
    if let Some(too_long) = TooLong::of(beside + size, kind) {
        return Some(Hindrance::TooLong(too_long));
    }
    let mut attached = subject
        .attached_to
        .iter()
        .map(|&place| account.principal(place));
    let locked = attached.find(|principal| principal.locked.is_some());
    let is_detached = size == 0 && subject.kind != SubjectKind::Inline;
    if let Some(locked) = locked.filter(|_| is_detached) {
        return Some(Hindrance::Locked(locked.owner.to_string()));
    }
    let origin = &policy.origin;
    let is_known = match subject.kind {
        SubjectKind::Inline => origin.name.is_some(),
        SubjectKind::Managed => origin.version.is_some(),
        SubjectKind::AwsManaged => {
            // The ARN of the policy that takes its place needs the number of the account.
            let mut attached = subject.attached_to.iter();
            let is_told = attached.any(|&place| account.principal(place).owner.arn.is_some());
            origin.version.is_some() && is_told
        }
    };
    (!is_known).then_some(Hindrance::Nameless)
}

/// The size of the other inline policies that share a quota with this one.
fn inline_beside(account: &AccountReview, subject: &Subject) -> usize {
    let own = account.policy(subject);
    let owners = subject
        .attached_to
        .iter()
        .map(|&place| account.principal(place));
    let policies = owners.flat_map(|owner| &owner.inline);
    let others = policies.filter(|other| !std::sync::Arc::ptr_eq(other, own));
    others
        .map(|other| quota::size(other.document.source().text()))
        .sum()
}

/// Each inline policy fits beside the others as they are, but they may be too long together when
/// several grow: then the later ones stay. The scripts may be run in any order, so what another
/// policy gets shorter makes no room.
fn keep_what_does_not_fit(account: &AccountReview, refined: &mut [Refined<'_>]) {
    let mut grown: BTreeMap<PrincipalPlace, usize> = BTreeMap::new();
    for own in refined {
        let PolicyPlace::Inline { owner, .. } = own.subject.place else {
            continue;
        };
        let Some(after) = own.change().map(|change| change.size) else {
            continue;
        };
        let growth = after.saturating_sub(own.subject.size);
        let grown = grown.entry(owner).or_default();
        let size = inline_beside(account, own.subject) + *grown + after;
        match TooLong::of(size, account.policy(own.subject).kind) {
            Some(too_long) if growth > 0 => {
                own.became = Became::Kept(vec![Hindrance::TooLong(too_long).to_string()]);
            }
            _ => *grown += growth,
        }
    }
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hindrance::TooLong(too_long) => {
                write!(f, "refined, AWS would refuse it: {too_long}")
            }
            Hindrance::Locked(principal) => {
                write!(
                    f,
                    "nothing is left, and AWS keeps it attached to {principal}"
                )
            }
            Hindrance::Nameless => {
                f.write_str("the file does not tell its name or version, or whose it is")
            }
        }
    }
}
