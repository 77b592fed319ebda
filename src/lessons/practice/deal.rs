//! Dealing a set: real names of one service, chosen and marked so that the traps of a lesson are in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attempt::Exercise;
use super::dice::Dice;
use super::refining::{Lot, Refining};
use super::subject::{Level, Subject};
use crate::catalogue::Catalogue;
use crate::iam::{ActionPattern, Glob, Name, ServicePrefix};
use crate::lessons::asked::{Choosing, ChoosingRow};
use crate::refine::Granularity;

/// How many names in full there are at most in a result: they are to be typed, not thought about.
const MOST_IN_FULL: usize = 4;

/// How many sets are dealt at most to find one that has the traps it should.
const TRIES: usize = 6_000;

/// How many are of one service alone: it has far fewer of them.
const TRIES_OF_SERVICE: usize = 600;

/// How many sets are dealt of one wildcard before another one is taken.
const TRIES_OF_ONE: usize = 12;

/// How many rows belong to the same at most.
const MOST_OF_A_KIND: usize = 2;

/// How long a name is at most, as it is shown: on a narrow screen none is cut, nor the entries beside it.
pub(super) const LONGEST: usize = 52;

/// What sets are dealt from.
#[derive(Clone, Debug)]
pub(super) struct Deck {
    pub(super) known: Arc<Catalogue>,
    /// The service that all sets are of.
    pub(super) service: Option<ServicePrefix>,
    /// The wildcard that all sets are of.
    pub(super) pattern: Option<ActionPattern>,
}

/// A wildcard, and the names of its service that it grants.
pub(super) struct Pool {
    pub(super) pattern: ActionPattern,
    pub(super) names: Vec<Name>,
    /// Where the names begin that are cut: behind the literal beginning of the wildcard.
    pub(super) root: usize,
}

impl Deck {
    /// A set about `subject`; none where the names that there are do not have its traps.
    pub(super) fn exercise(
        &self,
        subject: Subject,
        level: Level,
        dice: &mut Dice,
    ) -> Option<Exercise> {
        let mut deal = |once: fn(&Deck, Level, &mut Dice) -> Option<Choosing>| {
            let found = (0..self.tries()).find_map(|_| once(self, level, dice));
            found.map(|choosing| Exercise::Choose(Arc::new(choosing)))
        };
        match subject {
            Subject::Beside => deal(Deck::deal_beside),
            Subject::Evidence => deal(Deck::deal_evidence),
            Subject::Cuts => deal(Deck::deal_cuts),
            Subject::Lengths => deal(Deck::deal_lengths),
            Subject::Granting => deal(Deck::deal_granting),
            Subject::Whole => {
                let found = (0..self.tries()).find_map(|_| self.deal_statement(level, dice));
                found.map(|whole| Exercise::Whole(Arc::new(whole)))
            }
            Subject::Extended => {
                let found = (0..self.tries()).find_map(|_| self.deal_extending(level, dice));
                found.map(|extending| Exercise::Extend(Arc::new(extending)))
            }
            Subject::Shortest
            | Subject::Opened
            | Subject::Siblings
            | Subject::Middle
            | Subject::Kept
            | Subject::Characters => {
                let refining = self.deal(subject, level, dice)?;
                Some(Exercise::Refine(Arc::new(refining)))
            }
        }
    }

    /// A wildcard to refine that has the traps of `subject`.
    fn deal(&self, subject: Subject, level: Level, dice: &mut Dice) -> Option<Refining> {
        let services = self.services();
        for _ in 0..self.tries() / TRIES_OF_ONE {
            let Some(pool) = self.pool(&services, subject, level, dice) else {
                continue;
            };
            for _ in 0..TRIES_OF_ONE {
                let dealt = pool.deal(subject, level, dice);
                let dealt = dealt.filter(|names| is_enough(names));
                let cut = subject.granularity();
                let set =
                    dealt.and_then(|names| Refining::new(&pool.pattern, &names, &self.known, cut));
                if let Some(set) = set.filter(|set| is_worth_it(set, subject, level)) {
                    return Some(set);
                }
            }
        }
        None
    }

    fn tries(&self) -> usize {
        if self.service.is_none() && self.pattern.is_none() {
            TRIES
        } else {
            TRIES_OF_SERVICE
        }
    }

    pub(super) fn services(&self) -> Vec<ServicePrefix> {
        let asked =
            (self.pattern.as_ref().and_then(ActionPattern::service)).or(self.service.as_ref());
        match asked {
            Some(service) => vec![service.clone()],
            None => self.known.service_names().cloned().collect(),
        }
    }

    /// A wildcard to refine, with more names than a set has.
    pub(super) fn pool(
        &self,
        services: &[ServicePrefix],
        subject: Subject,
        level: Level,
        dice: &mut Dice,
    ) -> Option<Pool> {
        let service = dice.pick(services)?;
        let actions = self.known.service(service)?.actions();
        let names: Vec<&Name> = actions.iter().map(|action| &action.name).collect();
        let glob = match &self.pattern {
            Some(pattern) => pattern.name(),
            None => Glob::parse(&wildcard(&names, subject, dice)?)?,
        };
        let granted = names.into_iter().filter(|name| {
            let starts_large = name
                .as_str()
                .starts_with(|letter: char| letter.is_ascii_uppercase());
            starts_large && name.as_str().len() <= LONGEST && glob.matches(name.as_str())
        });
        let pool = Pool {
            names: granted.cloned().collect(),
            root: glob.literal_prefix().len(),
            pattern: ActionPattern::InService {
                service: service.clone(),
                name: glob,
            },
        };
        (pool.names.len() >= *level.sizes().start()).then_some(pool)
    }
}

/// What is unused, as it is told above rows.
pub(super) fn unused_line(names: impl Iterator<Item = impl ToString>) -> String {
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    format!("unused: {}", names.join(", "))
}

/// Leaves few rows of each kind, so that no answer is right in most of them. Returns how many there were of each.
pub(super) fn few_of_each(rows: &mut Vec<ChoosingRow>) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    rows.retain(|row| {
        let count = counts.entry(row.right).or_default();
        *count += 1;
        *count <= MOST_OF_A_KIND
    });
    counts
}

/// A wildcard on some of `names`, of the shape that `subject` is about.
fn wildcard(names: &[&Name], subject: Subject, dice: &mut Dice) -> Option<String> {
    let name = dice.pick(names)?.as_str();
    let mut cuts = Granularity::Word.cuts(name, 0);
    let first = cuts.next()?;
    let verb = &name[..first];
    if subject != Subject::Middle {
        return Some(format!("{verb}*"));
    }
    let ends: Vec<usize> = cuts.collect();
    let at = dice.below(ends.len());
    let start = if at == 0 { first } else { ends[at - 1] };
    let word = &name[start..*ends.get(at)?];
    if word.len() < 3 {
        return None;
    }
    Some(match dice.below(4) {
        0 => format!("{verb}*{word}*"),
        1 if name.ends_with(word) => format!("*{word}"),
        2 if name.ends_with(word) => format!("{verb}*{word}"),
        _ => format!("*{word}*"),
    })
}

/// Whether there are as many names as a set has at least, and of those that stay and that go as many as have to be told apart.
/// Where many names begin alike fewer were dealt than there are.
fn is_enough(names: &[(Name, Lot)]) -> bool {
    let unused = names.iter().filter(|(_, lot)| *lot == Lot::Unused).count();
    let staying = names.len() - unused;
    names.len() >= *Level::Easy.sizes().start() && unused >= 2 && staying >= 3
}

/// Whether a set has the traps of its subject, as many traps as its level, and a result that can be
/// written by hand.
fn is_worth_it(set: &Refining, subject: Subject, level: Level) -> bool {
    let entries = set.result();
    let stars = entries.iter().filter(|entry| !entry.is_literal()).count();
    // The traps are looked for last: that takes longest.
    let can_be_written =
        (2..=8).contains(&entries.len()) && stars > 0 && entries.len() - stars <= MOST_IN_FULL;
    can_be_written && {
        let traps = set.traps();
        traps.len() >= level.number()
            && subject
                .traps_at(level)
                .iter()
                .all(|trap| traps.contains(trap))
    }
}

impl Pool {
    /// Some of the names, each with its lot.
    pub(super) fn deal(
        &self,
        subject: Subject,
        level: Level,
        dice: &mut Dice,
    ) -> Option<Vec<(Name, Lot)>> {
        let sizes = level.sizes();
        let span = sizes.end() - sizes.start() + 1;
        let size = (sizes.start() + dice.below(span)).min(self.names.len());
        let mut dealt = match subject {
            Subject::Siblings => self.siblings(dice)?,
            _ => Vec::new(),
        };
        self.fill(&mut dealt, size, dice);
        // To keep is taught in the lesson on what findings cannot know.
        let is_known = subject.lesson() > Subject::Kept.lesson() && level > Level::Easy;
        if subject == Subject::Kept || is_known && dice.percent(30) {
            keep_one(&mut dealt, dice);
        }
        Some(dealt)
    }

    /// A name that stays, and an unused one that starts with a prefix of it, cut elsewhere.
    pub(super) fn siblings(&self, dice: &mut Dice) -> Option<Vec<(Name, Lot)>> {
        let mut order: Vec<&Name> = self.names.iter().collect();
        dice.shuffle(&mut order);
        let cuts = |name: &Name| -> Vec<usize> {
            Granularity::Word.cuts(name.as_str(), self.root).collect()
        };
        // Each is compared with all others: where it is cut is found once.
        let order = order.into_iter().map(|name| (name, cuts(name)));
        let order: Vec<(&Name, Vec<usize>)> = order.collect();
        order.iter().find_map(|(staying, cuts)| {
            cuts.iter().find_map(|cut| {
                let prefix = &staying.as_str()[..*cut];
                let is_beside = |(other, cuts): &&(&Name, Vec<usize>)| {
                    other.starts_with(prefix) && !cuts.contains(cut)
                };
                let (unused, _) = order.iter().find(is_beside)?;
                let both = [(*staying, Lot::Stays), (*unused, Lot::Unused)];
                Some(both.map(|(name, lot)| (name.clone(), lot)).to_vec())
            })
        })
    }

    /// Adds names up to `size`: several at a time that begin alike, so that there is something to be found
    /// beneath a prefix; of some all stay, of some none, of some a part.
    pub(super) fn fill(&self, dealt: &mut Vec<(Name, Lot)>, size: usize, dice: &mut Dice) {
        let mut alike: BTreeMap<String, Vec<&Name>> = BTreeMap::new();
        for name in &self.names {
            let mut cuts = Granularity::Word.cuts(name.as_str(), self.root);
            let end = cuts.next().unwrap_or(self.root);
            let start = name.as_str()[..end].to_ascii_lowercase();
            alike.entry(start).or_default().push(name);
        }
        let mut groups: Vec<Vec<&Name>> = alike.into_values().collect();
        dice.shuffle(&mut groups);
        for mut group in groups {
            let all_alike = dice.below(10);
            let count = 1 + dice.below(4);
            dice.shuffle(&mut group);
            for name in group.into_iter().take(count) {
                let is_there = dealt.iter().any(|(other, _)| other == name);
                if dealt.len() >= size || is_there {
                    continue;
                }
                dealt.push((name.clone(), any_lot(all_alike, dice)));
            }
        }
    }
}

/// What becomes of a name; `alike`, from 0 to 9, says of all names that begin alike whether they all stay, all are
/// unused, or each is what it is.
pub(super) fn any_lot(alike: usize, dice: &mut Dice) -> Lot {
    match alike {
        0..=3 => Lot::Stays,
        4..=5 => Lot::Unused,
        _ if dice.percent(40) => Lot::Unused,
        _ => Lot::Stays,
    }
}

/// Lets somebody keep one of the unused names, where that leaves others.
fn keep_one(dealt: &mut [(Name, Lot)], dice: &mut Dice) {
    let unused = dealt.iter_mut().filter(|(_, lot)| *lot == Lot::Unused);
    let mut unused: Vec<&mut (Name, Lot)> = unused.collect();
    if unused.len() > 2 {
        let at = dice.below(unused.len());
        unused[at].1 = Lot::Kept;
    }
}
