//! Dealing a whole statement: wildcards of one or two services, names beside them, and one action that is kept.

use std::ops::RangeInclusive;

use super::deal::{Deck, Pool};
use super::dice::Dice;
use super::refining::{Lot, Refining};
use super::subject::{Level, Subject};
use super::trap::Trap;
use super::whole_statement::{KeptAction, WholeStatement, WildcardNames};
use super::writing::Writing;
use crate::iam::{Action, ActionPattern, Name, ServicePrefix};
use crate::refine::Granularity;

/// How many wildcards are tried for a place in the statement.
const TRIES_OF_WILDCARDS: usize = 80;

/// How often names are dealt of one.
const TRIES_OF_NAMES: usize = 4;

/// How many actions a service has at least: of a smaller one there are too few names that begin alike.
const LEAST_ACTIONS: usize = 60;

/// How many entries there are to write.
const RESULT: RangeInclusive<usize> = 6..=16;

/// How many entries take the place of one wildcard.
const RESULT_OF_ONE: RangeInclusive<usize> = 2..=7;

/// How many of them are names in full at most: they are to be typed, not thought about.
const MOST_IN_FULL: usize = 4;

/// How many unused names a wildcard has at least.
const LEAST_UNUSED: usize = 2;

/// How long a name is at most, with its service where there are two: on a narrow screen none is cut.
const LONGEST_SHOWN: usize = 46;

/// Why somebody keeps what is not used.
const REASONS: [&str; 6] = [
    "the audit in March needs it",
    "the restore drill calls it once a year",
    "the new release will call it",
    "support calls it when something breaks",
    "the migration in June needs it",
    "the nightly report is paused",
];

/// What a wildcard of a statement is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Its names have a trap in them that only strings tell.
    Trap,
    /// It has a star in the middle.
    Middle,
    /// One of its unused names is kept, and makes a prefix safe.
    Kept,
}

/// A wildcard that is dealt, and what is made of it.
struct Dealt {
    names: WildcardNames,
    refining: Refining,
}

impl Deck {
    /// A whole statement, if one can be dealt at once.
    pub(super) fn deal_statement(&self, level: Level, dice: &mut Dice) -> Option<WholeStatement> {
        let mut services = self.services();
        services.retain(|service| {
            let known = self.known.service(service);
            known.is_some_and(|service| service.actions().len() >= LEAST_ACTIONS)
        });
        let mut dealt: Vec<Dealt> = Vec::new();
        for (place, sizes) in places(level) {
            let is_kept_here = match place {
                Place::Kept => true,
                Place::Middle => level < Level::Hard,
                Place::Trap => false,
            };
            let next = (0..TRIES_OF_WILDCARDS).find_map(|_| {
                let service = service_beside(&dealt, &services, level, dice)?;
                let pool = self.pool_for(place, &service, dice)?;
                let is_apart = dealt.iter().all(|other| is_apart(&pool.pattern, other));
                is_apart.then_some(())?;
                (0..TRIES_OF_NAMES)
                    .find_map(|_| self.deal_names(&pool, place, is_kept_here, sizes.clone(), dice))
            });
            dealt.push(next?);
        }
        self.statement(&dealt, dice)
    }

    /// A wildcard for a place, with at least as many names as few sets have.
    fn pool_for(&self, place: Place, service: &ServicePrefix, dice: &mut Dice) -> Option<Pool> {
        let subject = match place {
            Place::Middle => Subject::Middle,
            Place::Trap | Place::Kept => Subject::Siblings,
        };
        let service = std::slice::from_ref(service);
        let pool = self.pool(service, subject, Level::Easy, dice)?;
        // Of one that begins with its star there is no telling whether another one grants the same.
        let is_fit = pool.root > 0 && (place != Place::Trap || pool.siblings(dice).is_some());
        is_fit.then_some(pool)
    }

    fn deal_names(
        &self,
        pool: &Pool,
        place: Place,
        is_kept_here: bool,
        sizes: RangeInclusive<usize>,
        dice: &mut Dice,
    ) -> Option<Dealt> {
        let size = sizes.start() + dice.below(sizes.end() - sizes.start() + 1);
        let mut names = match place {
            Place::Trap => pool.siblings(dice)?,
            Place::Middle | Place::Kept => Vec::new(),
        };
        pool.fill(&mut names, size, dice);
        if is_kept_here {
            keep_beside_others(pool, &mut names, dice)?;
        }
        let unused = names.iter().filter(|(_, lot)| *lot == Lot::Unused).count();
        let is_enough = names.len() >= *sizes.start() && unused >= LEAST_UNUSED;
        is_enough.then_some(())?;
        let refining = Refining::new(&pool.pattern, &names, &self.known, Granularity::Word)?;
        let entries = refining.result();
        let in_full = entries.iter().filter(|entry| entry.is_literal()).count();
        let can_be_written = RESULT_OF_ONE.contains(&entries.len())
            && in_full < entries.len()
            && in_full <= MOST_IN_FULL;
        can_be_written.then_some(())?;
        let traps = refining.traps();
        let has_traps = (!is_kept_here || traps.contains(&Trap::Kept))
            && match place {
                Place::Trap => traps.contains(&Trap::Sibling) || traps.contains(&Trap::OwnName),
                Place::Middle => traps.contains(&Trap::Rest),
                Place::Kept => true,
            };
        has_traps.then(|| Dealt {
            names: WildcardNames {
                wildcard: pool.pattern.clone(),
                names,
            },
            refining,
        })
    }

    /// The statement of these wildcards, with two of their names beside them: one is reported, and one is not.
    fn statement(&self, dealt: &[Dealt], dice: &mut Dice) -> Option<WholeStatement> {
        let actions = |lot: Lot| {
            let actions = dealt.iter().flat_map(|one| {
                let of_lot = one.names.names.iter();
                let of_lot = of_lot.filter(move |(_, other)| *other == lot);
                of_lot.map(|(name, _)| one.refining.action(name))
            });
            actions.collect::<Vec<Action>>()
        };
        let beside = [
            dice.pick(&actions(Lot::Stays))?.clone(),
            dice.pick(&actions(Lot::Unused))?.clone(),
        ];
        let kept = actions(Lot::Kept).into_iter().map(|action| {
            let reason = dice.pick(&REASONS)?;
            Some(KeptAction { action, reason })
        });
        let kept: Vec<KeptAction> = kept.collect::<Option<_>>()?;
        let wildcards: Vec<WildcardNames> = dealt.iter().map(|one| one.names.clone()).collect();
        // Between the wildcards, as they come to stand in a policy over time.
        let mut entries: Vec<ActionPattern> =
            wildcards.iter().map(|one| one.wildcard.clone()).collect();
        for action in &beside {
            let at = 1 + dice.below(entries.len());
            entries.insert(at, ActionPattern::from(action));
        }
        let statement = WholeStatement::new(entries, &wildcards, kept, &self.known)?;
        let longest = statement.listed().into_iter().map(|(action, _)| {
            let shown = statement.shown(&ActionPattern::from(&action));
            shown.len()
        });
        let is_narrow = longest.max()? <= LONGEST_SHOWN;
        let can_be_written = RESULT.contains(&statement.wanted().len());
        (is_narrow && can_be_written).then_some(statement)
    }
}

/// Lets somebody keep an unused name without which a prefix would be safe: all others that begin alike stay. None where
/// there is none.
fn keep_beside_others(pool: &Pool, names: &mut [(Name, Lot)], dice: &mut Dice) -> Option<()> {
    let first_word = |name: &Name| {
        let end = Granularity::Word.cuts(name.as_str(), pool.root).next();
        name.as_str()[..end.unwrap_or(pool.root)].to_ascii_lowercase()
    };
    let stays_with_others = |(name, _): &&(Name, Lot)| {
        let word = first_word(name);
        let mut alike = names.iter().filter(|(other, _)| other.starts_with(&word));
        alike.clone().count() > 1 && alike.all(|(_, lot)| *lot == Lot::Stays)
    };
    let found: Vec<Name> = names
        .iter()
        .filter(stays_with_others)
        .map(|(name, _)| name.clone())
        .collect();
    let kept = dice.pick(&found)?;
    let mut names = names.iter_mut();
    names.find(|(name, _)| name == kept)?.1 = Lot::Kept;
    Some(())
}

/// The service of one more wildcard, so that there are two at most, and one in an easy statement.
fn service_beside(
    dealt: &[Dealt],
    services: &[ServicePrefix],
    level: Level,
    dice: &mut Dice,
) -> Option<ServicePrefix> {
    let there = dealt.iter().filter_map(|one| one.names.wildcard.service());
    let mut there: Vec<&ServicePrefix> = there.collect();
    there.dedup();
    let may_be_another = match there.len() {
        0 => true,
        1 => level > Level::Easy && dice.percent(60),
        _ => false,
    };
    if may_be_another {
        dice.pick(services).cloned()
    } else {
        dice.pick(&there).copied().cloned()
    }
}

/// The wildcards of a statement, and how many names each has.
fn places(level: Level) -> Vec<(Place, RangeInclusive<usize>)> {
    match level {
        Level::Easy => vec![(Place::Trap, 12..=13), (Place::Middle, 8..=9)],
        Level::Middling => vec![(Place::Trap, 13..=16), (Place::Middle, 9..=12)],
        Level::Hard => vec![
            (Place::Trap, 12..=15),
            (Place::Middle, 8..=11),
            (Place::Kept, 9..=12),
        ],
    }
}

/// Whether no name can be granted by both: they are of two services, or begin with other letters.
fn is_apart(wildcard: &ActionPattern, other: &Dealt) -> bool {
    let begins = |one: &ActionPattern| one.name().literal_prefix().to_ascii_lowercase();
    let other = &other.names.wildcard;
    let (own, others) = (begins(wildcard), begins(other));
    wildcard.service() != other.service() || !own.starts_with(&others) && !others.starts_with(&own)
}
