//! A wildcard to play with: whoever learns marks its names, and sees at once what takes its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attempt::Attempt;
use super::deal::any_lot;
use super::dice::Dice;
use super::refining::{Lot, Refining};
use crate::catalogue::{Catalogue, Service};
use crate::explain::Names;
use crate::iam::{ActionPattern, Name};
use crate::lessons::lesson::Lesson;
use crate::lessons::own_names::{OwnNames, Said};
use crate::refine::Granularity;
use crate::text::{Error, quoted};

/// A wildcard with all its names, of which each is marked by hand.
#[derive(Clone, Debug)]
pub struct Playground {
    known: Arc<Catalogue>,
    wildcard: ActionPattern,
    names: Vec<(Name, Lot)>,
    granularity: Granularity,
    /// What takes the place of the wildcard, written already.
    solved: Attempt,
    /// How often it was marked at random.
    rolls: u64,
}

impl Playground {
    /// The wildcard that is written so, on the actions of `known`; none of them is unused yet.
    ///
    /// ```
    /// use iam_refine::catalogue::Catalogue;
    /// use iam_refine::lessons::Playground;
    /// let mut playground = Playground::new(Catalogue::built_in(), "s3:GetJob*")?;
    /// assert_eq!(playground.count(), 1);
    /// assert!(Playground::new(Catalogue::built_in(), "s4:Get*").is_err());
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Why nothing can be refined there, in a sentence: it is no pattern, is not of one service, names one action in
    /// full, or grants none of the actions known.
    pub fn new(known: Arc<Catalogue>, wildcard: &str) -> Result<Self, String> {
        let pattern: ActionPattern = (wildcard.trim().parse())
            .map_err(|error| format!("{} is no wildcard: {error}", quoted(wildcard)))?;
        let Some(service) = pattern.service() else {
            return Err("a service stands before the wildcard, as in s3:Get*".to_owned());
        };
        let Some(actions) = known.service(service).map(Service::actions) else {
            return Err(format!("no service {service} is known"));
        };
        if pattern.is_literal() {
            return Err(format!(
                "{pattern} has no * or ?, so there is nothing to refine"
            ));
        }
        let glob = pattern.name();
        let granted = actions.iter().map(|action| &action.name);
        let granted = granted.filter(|name| glob.matches(name.as_str()));
        let names: Vec<(Name, Lot)> = granted.map(|name| (name.clone(), Lot::Stays)).collect();
        let granularity = Granularity::default();
        let solved = solved(&pattern, &names, &known, granularity);
        let solved = solved.ok_or_else(|| format!("no action is known that {pattern} grants"))?;
        Ok(Playground {
            known,
            wildcard: pattern,
            names,
            granularity,
            solved,
            rolls: 0,
        })
    }

    /// The wildcard.
    pub fn wildcard(&self) -> &ActionPattern {
        &self.wildcard
    }

    /// Whether somebody keeps one of its names.
    pub fn keeps_some(&self) -> bool {
        self.names.iter().any(|(_, lot)| *lot == Lot::Kept)
    }

    /// Whether one of its names goes, so that there are steps.
    pub fn has_steps(&self) -> bool {
        self.names.iter().any(|(_, lot)| *lot == Lot::Unused)
    }

    /// How many names it has.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Where its names are cut.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// The exercise as if somebody had done it: all that takes the place of the wildcard is written.
    pub fn solved(&self) -> &Attempt {
        &self.solved
    }

    /// Marks a name otherwise: what stays as unused, what is unused as kept all the same, and what is kept as used.
    pub fn mark_next(&mut self, at: usize) {
        if let Some((_, lot)) = self.names.get_mut(at) {
            *lot = match lot {
                Lot::Stays => Lot::Unused,
                Lot::Unused => Lot::Kept,
                Lot::Kept => Lot::Stays,
            };
        }
        self.solve();
    }

    /// Marks all names at random, those that begin with the same word mostly alike, and none as kept.
    pub fn mark_at_random(&mut self) {
        self.rolls += 1;
        let mut dice = Dice::of(self.rolls);
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        let root = self.wildcard.name().literal_prefix().len();
        for (name, lot) in &mut self.names {
            let mut cuts = Granularity::Word.cuts(name.as_str(), root);
            let end = cuts.next().unwrap_or(root);
            let word = name.as_str()[..end].to_owned();
            let alike = *groups.entry(word).or_insert_with(|| dice.below(10));
            *lot = any_lot(alike, &mut dice);
        }
        self.solve();
    }

    /// Cuts the names otherwise: at words, at every character, nowhere.
    pub fn cut_next(&mut self) {
        let all = Granularity::ALL.into_iter();
        let next = all
            .cycle()
            .skip_while(|cut| *cut != self.granularity)
            .nth(1);
        self.granularity = next.unwrap_or_default();
        self.solve();
    }

    /// Takes another wildcard in the place of this one, with the same cut.
    ///
    /// # Errors
    /// As [`new`](Self::new); then nothing is changed.
    pub fn replace(&mut self, wildcard: &str) -> Result<(), String> {
        let mut other = Playground::new(Arc::clone(&self.known), wildcard)?;
        other.granularity = self.granularity;
        other.solve();
        *self = other;
        Ok(())
    }

    /// The steps that come to it, with questions about some of them; what is kept counts as used. None where nothing is
    /// refined.
    ///
    /// # Errors
    /// Names that cannot be read as those of AWS.
    pub fn lesson(&self) -> Result<Option<Lesson>, Error> {
        let unused = self.names.iter().filter(|(_, lot)| *lot == Lot::Unused);
        let unused: Vec<&str> = unused.map(|(name, _)| name.as_str()).collect();
        let service = self.wildcard.service();
        let Some(service) = service.filter(|_| !unused.is_empty()) else {
            return Ok(None);
        };
        let names = OwnNames {
            wildcard: self.wildcard.clone(),
            service,
            names: self.names.iter().map(|(name, _)| name.as_str()).collect(),
            unused,
            granularity: self.granularity,
            called: ["the catalogue", "the marks"],
        };
        let said = Said {
            title: self.wildcard.to_string(),
            wrong: String::new(),
            watch: String::new(),
            names: Names::Actions,
        };
        names.lesson(said).map(Some)
    }

    fn solve(&mut self) {
        let solved = solved(&self.wildcard, &self.names, &self.known, self.granularity);
        if let Some(solved) = solved {
            self.solved = solved;
        }
    }
}

/// What takes the place of the wildcard, written already; none where it has no names.
fn solved(
    wildcard: &ActionPattern,
    names: &[(Name, Lot)],
    known: &Arc<Catalogue>,
    granularity: Granularity,
) -> Option<Attempt> {
    let refining = Refining::of(wildcard, names, known, granularity)?;
    Some(Attempt::solved(refining))
}
