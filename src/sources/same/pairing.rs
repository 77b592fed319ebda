//! Which statement of a source makes which one that AWS has.

use std::collections::{BTreeMap, BTreeSet};

use super::{Different, folded};
use crate::document::StatementForm;
use crate::iam::{Actions, Effect, Statement};
use crate::sources::alike::is_alike;

/// A statement, to be compared.
pub(super) struct Compared<'a> {
    pub statement: &'a Statement,
    /// AWS takes no notice of the case of an action.
    pub actions: BTreeSet<String>,
}

impl<'a> Compared<'a> {
    pub fn of(statement: &'a Statement) -> Self {
        let entries = statement.actions.entries().iter();
        Compared {
            actions: entries.map(folded).collect(),
            statement,
        }
    }

    /// What `live`, which is made of this, allows beyond what is written here literally, or by an expression of this
    /// `form` as well; everything where that cannot be said by actions.
    pub fn beyond(&self, live: &Compared<'_>, form: &StatementForm) -> Vec<String> {
        let (own, other) = (self.statement, live.statement);
        match (&own.actions, &other.actions) {
            _ if own.effect == Effect::Allow && other.effect == Effect::Deny => Vec::new(),
            (Actions::Action(_), Actions::NotAction(_)) => vec!["*".to_owned()],
            _ => {
                let entries = other.actions.entries().iter().map(ToString::to_string);
                // One that is there once more comes from an expression too.
                let mut literal: BTreeMap<String, usize> = BTreeMap::new();
                for entry in own.actions.entries() {
                    *literal.entry(folded(entry)).or_default() += 1;
                }
                let is_beyond = |entry: &String| {
                    let entry = entry.to_ascii_lowercase();
                    let left = literal.get_mut(&entry).filter(|left| **left > 0);
                    let is_literal = left.map(|left| *left -= 1).is_some();
                    !is_literal || form.counts(&entry)
                };
                entries.filter(is_beyond).collect()
            }
        }
    }
}

/// The statements of a source and those that AWS has.
pub(super) struct Pairing<'a> {
    pub ours: Vec<Compared<'a>>,
    pub theirs: Vec<Compared<'a>>,
    /// How each of ours is written.
    pub forms: &'a [StatementForm],
}

/// Those of ours that may make one of theirs.
pub(super) type Makers = Vec<usize>;

/// Beyond so many pairs the order is not looked for: nobody writes that many statements.
const MOST_PAIRS: usize = 1_000_000;

impl Pairing<'_> {
    /// Whether one of theirs may be made of one of ours.
    pub fn fits(&self, ours: usize, theirs: usize) -> bool {
        let (source, live) = (&self.ours[ours], &self.theirs[theirs]);
        let comes_to = &self.forms[ours].comes_to;
        let same_actions = || {
            let has_others = source.statement.has_unknown_entries && !comes_to.are_all;
            let told = &source.actions | &comes_to.entries;
            if has_others {
                told.is_subset(&live.actions)
            } else {
                told == live.actions
            }
        };
        self.forms[ours].is_computed || is_alike(source.statement, live.statement) && same_actions()
    }

    /// For each of theirs the one of ours that makes it, where the order of both is the same; and all that may
    /// make it in this order.
    pub fn in_order(&self) -> Option<(Vec<usize>, Vec<Makers>)> {
        let (count, live) = (self.ours.len(), self.theirs.len());
        if count.saturating_mul(live) > MOST_PAIRS {
            return None;
        }
        // Whether what is left of ours may make what is left of theirs.
        let mut makes = vec![vec![false; live + 1]; count + 1];
        makes[count][live] = true;
        for at in (0..count).rev() {
            for to in (0..=live).rev() {
                let fits = to < live && self.fits(at, to);
                makes[at][to] = if self.forms[at].repeats {
                    makes[at + 1][to] || fits && makes[at][to + 1]
                } else {
                    fits && makes[at + 1][to + 1]
                };
            }
        }
        if !makes[0][0] {
            return None;
        }
        let (mut at, mut source_of) = (0, Vec::new());
        while source_of.len() < live {
            let to = source_of.len();
            let repeats = self.forms[at].repeats;
            if repeats && !(self.fits(at, to) && makes[at][to + 1]) {
                at += 1;
                continue;
            }
            source_of.push(at);
            at += usize::from(!repeats);
        }
        Some((source_of, self.makers(&makes)))
    }

    /// For each of theirs those of ours that may make it. What is left of ours `makes` what is left of theirs.
    fn makers(&self, makes: &[Vec<bool>]) -> Vec<Makers> {
        let (count, live) = (self.ours.len(), self.theirs.len());
        // Whether ours up to here may make theirs up to there.
        let mut made = vec![vec![false; live + 1]; count + 1];
        made[0][0] = true;
        let mut by_live: Vec<Makers> = vec![Vec::new(); live];
        for at in 0..count {
            let repeats = self.forms[at].repeats;
            for to in 0..=live {
                if !made[at][to] {
                    continue;
                }
                made[at + 1][to] |= repeats;
                if to == live || !self.fits(at, to) {
                    continue;
                }
                let (next, rest) = if repeats { (at, at) } else { (at + 1, at + 1) };
                made[next][to + 1] = true;
                if makes[rest][to + 1] {
                    by_live[to].push(at);
                }
            }
        }
        by_live
    }

    /// For each of ours the entries of all that may make the same as it, where there are others.
    pub fn alike(&self, makers: &[Makers]) -> Vec<Option<BTreeSet<String>>> {
        let mut alike: Vec<Option<BTreeSet<String>>> = vec![None; self.ours.len()];
        for makers in makers.iter().filter(|makers| makers.len() > 1) {
            let entries = makers.iter().map(|&maker| self.ours[maker].actions.clone());
            let common = entries
                .reduce(|one, other| &one & &other)
                .unwrap_or_default();
            for &maker in makers {
                let known = alike[maker].take();
                alike[maker] = Some(known.map_or(common.clone(), |known| &known & &common));
            }
        }
        alike
    }

    /// The same in any order, as another writer of the policy may have left it.
    pub fn in_any_order(&self) -> Result<(Vec<usize>, Vec<Makers>), Different> {
        let mut source_of: Vec<Option<usize>> = vec![None; self.theirs.len()];
        let mut is_made = vec![false; self.ours.len()];
        // What is all literal fits in one way alone, and leaves the rest to what is not.
        let order = |place: &usize| {
            let form = &self.forms[*place];
            let has_unknown = self.ours[*place].statement.has_unknown_entries;
            (form.is_computed, form.repeats, has_unknown)
        };
        let mut places: Vec<usize> = (0..self.ours.len()).collect();
        places.sort_by_key(order);
        for place in places {
            let mut fitting = (0..self.theirs.len())
                .filter(|&live| source_of[live].is_none() && self.fits(place, live));
            let found: Vec<usize> = if self.forms[place].repeats {
                is_made[place] = true;
                fitting.collect()
            } else {
                fitting.next().into_iter().collect()
            };
            is_made[place] |= !found.is_empty();
            for live in found {
                source_of[live] = Some(place);
            }
        }
        let of_source: Vec<usize> = (0..is_made.len()).filter(|&at| !is_made[at]).collect();
        let of_live = (0..source_of.len()).filter(|&at| source_of[at].is_none());
        let of_live: Vec<usize> = of_live.collect();
        if of_source.is_empty() && of_live.is_empty() {
            let source_of: Vec<usize> = source_of.into_iter().flatten().collect();
            let repeating = |place: &usize| self.forms[*place].repeats;
            let makers = source_of.iter().enumerate().map(|(live, maker)| {
                let may_make = |place: &usize| repeating(place) && self.fits(*place, live);
                if repeating(maker) {
                    (0..self.ours.len()).filter(may_make).collect()
                } else {
                    vec![*maker]
                }
            });
            let makers = makers.collect();
            Ok((source_of, makers))
        } else {
            Err(Different { of_source, of_live })
        }
    }
}
