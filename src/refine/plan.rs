//! What becomes of every entry of a policy, and why: the plan that a person then decides on.

use std::collections::HashMap;
use std::sync::Arc;

use super::expansion::{EntryExpansion, ServiceStatus};
use super::granularity::Granularity;
use super::held::HeldBack;
use super::marks::{Curation, Fate, Keep, Mark};
use super::not_action::{self, Extension};
use super::shortest::Emitted;
use super::trie::{NodeId, Safety, Trie};
use super::universe::Universe;
use crate::iam::{Action, ActionPattern, Actions, Effect, Policy, Statement};

/// What refining a policy proposes, statement by statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One for each statement of the policy, in order.
    pub statements: Vec<StatementPlan>,
}

/// What refining a statement proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementPlan {
    /// `Allow` with `Action`: something for each entry, in order. Those written alike share it.
    Entries(Vec<Arc<EntryPlan>>),
    /// `Allow` with `NotAction`: what could be appended to it.
    NotAction(Extension),
    /// A `Deny`, which is never touched: without it more would be allowed.
    Denies,
}

/// What refining an entry proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPlan {
    /// The entry as it stands in the policy.
    pub old: ActionPattern,
    /// Whether it stays, goes or is narrowed, and why.
    pub outcome: EntryOutcome,
    /// How many known actions it grants that stay.
    pub stays: usize,
    /// How many known actions it grants that go.
    pub goes: usize,
    /// Unused actions that stay granted, since the catalogue does not have their service.
    pub excepted: Vec<Action>,
    /// Whether it is written there as it is. What is written elsewhere stays as it is.
    pub is_editable: bool,
}

/// What becomes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryOutcome {
    /// It stays exactly as it is written.
    Stays(StaysBecause),
    /// It is removed, and nothing takes its place.
    Goes(GoesBecause),
    /// It is replaced by these, in its place and in this order.
    Narrowed(Vec<Emitted>),
}

/// Why an entry stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaysBecause {
    /// It grants nothing that is reported.
    NothingUnused,
    /// It grants no known action at all.
    NothingKnown,
    /// Everything reported that it grants was asked to be kept, or is held back.
    Kept,
    /// Everything reported that it grants is held back: something speaks for it.
    Held,
    /// The catalogue does not have its service; for `*`, none of those in which something goes.
    ServiceUnlisted,
    /// Something would go, and the entry is not written where it could be edited.
    NotEditable,
}

/// Why an entry is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoesBecause {
    /// The one action it names is unused.
    Unused,
    /// The one action it names, or all that it grants, was dropped by hand.
    Dropped,
    /// Every known action that it grants goes.
    OnlyUnused,
    /// Its whole service is unused.
    ServiceUnused,
}

/// What holds for all wildcards of a policy.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where names are cut into the tokens of the trie.
    pub granularity: Granularity,
    /// Patterns whose unused actions stay.
    pub keeps: Vec<Keep>,
}

/// Proposes what becomes of each entry of `policy`, given what is unused and known, what of it is
/// `held` back, and for each statement's entries whether they can be edited. A `NotAction` is
/// extended where one of them can.
///
/// ```
/// # use std::sync::Arc;
/// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*};
/// let mut unused = UnusedActions::default();
/// unused.add("s3:GetBucketAcl".parse()?, None);
/// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
/// let options = Options::default();
/// let literal = plan_entry(&"s3:GetBucketAcl".parse()?, &universe, Curation::NONE, options.granularity);
/// assert_eq!(literal.outcome, EntryOutcome::Goes(GoesBecause::Unused));
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn plan(
    policy: &Policy,
    universe: &Universe,
    options: &Options,
    held: &HeldBack,
    is_editable: impl Fn(usize, usize) -> bool,
) -> Plan {
    let mut plans = Plans {
        universe,
        granularity: options.granularity,
        curation: options.curation(&[], held),
        known: HashMap::new(),
    };
    let statements = policy.statements.iter().enumerate();
    Plan {
        statements: statements
            .map(|(place, statement)| {
                plan_statement(statement, &mut plans, |entry| is_editable(place, entry))
            })
            .collect(),
    }
}

/// Plans of entries, each made once: a policy may have `*` a thousand times.
struct Plans<'a> {
    universe: &'a Universe,
    granularity: Granularity,
    curation: Curation<'a>,
    /// By how the entry is written, which is how the new ones are, and whether it can be edited.
    known: HashMap<(String, bool), Arc<EntryPlan>>,
}

impl Plans<'_> {
    fn of(&mut self, entry: &ActionPattern, is_editable: bool) -> Arc<EntryPlan> {
        let (universe, curation) = (self.universe, self.curation);
        let planned = || {
            let plan = plan_entry(entry, universe, curation, self.granularity);
            Arc::new(if is_editable {
                plan
            } else {
                plan.left_as_it_is()
            })
        };
        let known = self.known.entry((entry.to_string(), is_editable));
        Arc::clone(known.or_insert_with(planned))
    }
}

fn plan_statement(
    statement: &Statement,
    plans: &mut Plans<'_>,
    is_editable: impl Fn(usize) -> bool,
) -> StatementPlan {
    match (statement.effect, &statement.actions) {
        (Effect::Deny, _) => StatementPlan::Denies,
        (Effect::Allow, Actions::NotAction(entries)) => {
            let mut extension = not_action::extend(entries, plans.universe, plans.curation);
            if !(0..entries.len()).any(is_editable) {
                extension.additions.clear();
            }
            StatementPlan::NotAction(extension)
        }
        (Effect::Allow, Actions::Action(entries)) => StatementPlan::Entries(
            (entries.iter().enumerate())
                .map(|(place, entry)| plans.of(entry, is_editable(place)))
                .collect(),
        ),
    }
}

/// Proposes what becomes of one entry under its own marks and at its own granularity.
pub fn plan_entry(
    pattern: &ActionPattern,
    universe: &Universe,
    curation: Curation<'_>,
    granularity: Granularity,
) -> EntryPlan {
    match pattern.as_action() {
        Some(action) => plan_literal(pattern, &action, universe, curation),
        None => plan_wildcard(
            EntryExpansion::new(pattern, universe, curation),
            curation,
            granularity,
        ),
    }
}

fn plan_literal(
    pattern: &ActionPattern,
    action: &Action,
    universe: &Universe,
    curation: Curation<'_>,
) -> EntryPlan {
    let fate = curation.fate(action, universe.is_unused(action));
    let outcome = match fate {
        Fate::Stays => EntryOutcome::Stays(StaysBecause::NothingUnused),
        Fate::Kept | Fate::Whole => EntryOutcome::Stays(StaysBecause::Kept),
        Fate::Held => EntryOutcome::Stays(StaysBecause::Held),
        Fate::Dropped => EntryOutcome::Goes(GoesBecause::Dropped),
        Fate::Goes if universe.unused.is_wholly_unused(&action.service) => {
            EntryOutcome::Goes(GoesBecause::ServiceUnused)
        }
        Fate::Goes => EntryOutcome::Goes(GoesBecause::Unused),
    };
    EntryPlan {
        old: pattern.clone(),
        outcome,
        stays: usize::from(fate.stays()),
        goes: usize::from(!fate.stays()),
        excepted: Vec::new(),
        is_editable: true,
    }
}

fn plan_wildcard(
    wildcard: EntryExpansion,
    curation: Curation<'_>,
    granularity: Granularity,
) -> EntryPlan {
    let old = wildcard.pattern.clone();
    let (stays, goes) = (wildcard.stays(), wildcard.goes());
    let excepted = wildcard.excepted();
    let outcome = if wildcard.is_unlisted() {
        EntryOutcome::Stays(StaysBecause::ServiceUnlisted)
    } else if !wildcard.has_unsafe() {
        EntryOutcome::Stays(why_nothing_goes(&wildcard))
    } else {
        let why = why_all_goes(&wildcard);
        let trie = Trie::new(wildcard, granularity, curation);
        let entries = trie.shortest_safe_prefixes();
        if trie.node(NodeId::ROOT).safety == Safety::Whole {
            EntryOutcome::Stays(StaysBecause::Kept)
        } else if entries.is_empty() {
            EntryOutcome::Goes(why)
        } else {
            EntryOutcome::Narrowed(entries)
        }
    };
    EntryPlan {
        old,
        outcome,
        stays,
        goes,
        excepted,
        is_editable: true,
    }
}

fn why_nothing_goes(wildcard: &EntryExpansion) -> StaysBecause {
    let fates: Vec<Fate> = wildcard.actions().map(|(_, fate)| fate).collect();
    let kept_whole = wildcard
        .services
        .iter()
        .any(|s| !s.kept_patterns.is_empty());
    if !wildcard.excepted().is_empty() {
        StaysBecause::ServiceUnlisted
    } else if kept_whole {
        StaysBecause::Kept
    } else if fates.is_empty() {
        StaysBecause::NothingKnown
    } else if fates.contains(&Fate::Kept) || fates.contains(&Fate::Whole) {
        StaysBecause::Kept
    } else if fates.contains(&Fate::Held) {
        StaysBecause::Held
    } else {
        StaysBecause::NothingUnused
    }
}

fn why_all_goes(wildcard: &EntryExpansion) -> GoesBecause {
    let wholly = |status| status == ServiceStatus::WhollyUnused;
    if wildcard.services.iter().all(|s| wholly(s.status)) {
        GoesBecause::ServiceUnused
    } else if wildcard.actions().all(|(_, fate)| fate == Fate::Dropped) {
        GoesBecause::Dropped
    } else {
        GoesBecause::OnlyUnused
    }
}

impl Options {
    /// These keeps with the marks of one wildcard, and with what is held back.
    pub fn curation<'a>(&'a self, marks: &'a [Mark], held: &'a HeldBack) -> Curation<'a> {
        Curation {
            keeps: &self.keeps,
            marks,
            held,
        }
    }
}

impl EntryPlan {
    /// Whether anything is proposed: whether there is something to decide.
    pub fn changes(&self) -> bool {
        !matches!(self.outcome, EntryOutcome::Stays(_))
    }

    /// The same of an entry that cannot be edited: it stays.
    #[must_use]
    pub fn left_as_it_is(mut self) -> Self {
        if self.changes() {
            self.outcome = EntryOutcome::Stays(StaysBecause::NotEditable);
        }
        self.is_editable = false;
        self
    }

    /// The entries that stand in its place when the proposal is accepted; none when it stays.
    pub fn replacements(&self) -> Option<&[Emitted]> {
        match &self.outcome {
            EntryOutcome::Stays(_) => None,
            EntryOutcome::Goes(_) => Some(&[]),
            EntryOutcome::Narrowed(entries) => Some(entries),
        }
    }
}
