//! Doing an exercise: what is written or chosen so far, how often it was looked at, and what was found.

use std::sync::Arc;

use super::extending::Extending;
use super::judge::{Judgement, Miss, MissKind};
use super::refining::Refining;
use super::writing::Writing;
use crate::iam::{Action, ActionPattern};
use crate::lessons::asked::Choosing;

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Exercise {
    /// A wildcard is to be refined.
    Refine(Box<Refining>),
    /// A `NotAction` is to be extended.
    Extend(Box<Extending>),
    /// Rows are to be put where they belong.
    Choose(Box<Choosing>),
}

impl Exercise {
    /// What is to be written, if that is what is to be done.
    pub fn writing(&self) -> Option<&dyn Writing> {
        match self {
            Exercise::Refine(refining) => Some(refining.as_ref()),
            Exercise::Extend(extending) => Some(extending.as_ref()),
            Exercise::Choose(_) => None,
        }
    }

    /// The rows that are to be put where they belong, if that is what is to be done.
    pub fn choosing(&self) -> Option<&Choosing> {
        match self {
            Exercise::Choose(choosing) => Some(choosing),
            Exercise::Refine(_) | Exercise::Extend(_) => None,
        }
    }
}

/// How far one is with an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PracticeStage {
    /// Nothing was looked at yet.
    Open,
    /// It was looked at, and is not right; it can be tried again.
    Tried,
    /// It is right.
    Right,
    /// What is right was told.
    Told,
}

/// An exercise that is being done.
#[derive(Clone, Debug)]
pub struct Attempt {
    exercise: Arc<Exercise>,
    /// The entries that are written, and what was found when they were looked at last.
    written: Vec<ActionPattern>,
    judgement: Option<Judgement>,
    /// The same entries, as they were written one after the other.
    in_order: Vec<ActionPattern>,
    /// What is chosen for each row, and whether that was right when it was looked at last.
    chosen: Vec<Option<usize>>,
    judged: Vec<Option<bool>>,
    stage: PracticeStage,
    tries: usize,
    /// The name or row that a hint was given on last.
    hinted: Option<usize>,
}

impl Attempt {
    /// Begins with it.
    pub fn new(exercise: Arc<Exercise>) -> Self {
        let rows = exercise
            .choosing()
            .map_or(0, |choosing| choosing.rows.len());
        let begun = exercise.writing().map_or(&[] as &[_], Writing::begun);
        let mut written = begun.to_vec();
        written.sort();
        Attempt {
            in_order: written.clone(),
            written,
            exercise,
            judgement: None,
            chosen: vec![None; rows],
            judged: vec![None; rows],
            stage: PracticeStage::Open,
            tries: 0,
            hinted: None,
        }
    }

    /// What is to be done.
    pub fn exercise(&self) -> &Exercise {
        &self.exercise
    }

    /// The entries that are written so far.
    pub fn written(&self) -> &[ActionPattern] {
        &self.written
    }

    /// What was found when the entries were looked at last.
    pub fn judgement(&self) -> Option<&Judgement> {
        self.judgement.as_ref()
    }

    /// What is chosen for each row so far.
    pub fn chosen(&self) -> &[Option<usize>] {
        &self.chosen
    }

    /// Whether what was chosen for each row was right when it was looked at last; not known of what was
    /// chosen since.
    pub fn judged(&self) -> &[Option<bool>] {
        &self.judged
    }

    /// How far one is with it.
    pub fn stage(&self) -> PracticeStage {
        self.stage
    }

    /// How often it was looked at.
    pub fn tries(&self) -> usize {
        self.tries
    }

    /// Gives a hint on a name or a row: what comes right after it is not right at once.
    pub fn hint(&mut self, row: usize) {
        if !self.is_done() {
            self.hinted = Some(row);
        }
    }

    /// The name or row that a hint was given on last.
    pub fn hinted(&self) -> Option<usize> {
        self.hinted
    }

    /// Whether it is right, without a hint and looked at once.
    pub fn is_right_at_once(&self) -> bool {
        self.stage == PracticeStage::Right && self.tries == 1 && self.hinted.is_none()
    }

    /// Whether it is done: it is right, or was told.
    pub fn is_done(&self) -> bool {
        matches!(self.stage, PracticeStage::Right | PracticeStage::Told)
    }

    /// Writes an entry, or takes it away where it is written already. Returns whether it is there now.
    pub fn toggle(&mut self, entry: &ActionPattern) -> bool {
        if self.is_done() {
            return self.written.contains(entry);
        }
        let there = self.written.iter().position(|there| there == entry);
        if let Some(at) = there {
            self.written.remove(at);
            self.in_order.retain(|other| other != entry);
        } else {
            self.written.push(entry.clone());
            self.written.sort();
            self.in_order.push(entry.clone());
        }
        there.is_none()
    }

    /// Takes back the entry that was written last, if one is left. Returns it.
    pub fn take_back(&mut self) -> Option<ActionPattern> {
        if self.is_done() {
            return None;
        }
        let last = self.in_order.pop()?;
        self.written.retain(|entry| *entry != last);
        Some(last)
    }

    /// The entry that was written last, if one is left.
    pub fn written_last(&self) -> Option<&ActionPattern> {
        self.in_order.last()
    }

    /// Whether it was looked at as it is now, and can be tried again.
    pub fn is_looked_at(&self) -> bool {
        let is_same = match &self.judgement {
            Some(judgement) => {
                let judged = judgement.entries.iter().map(|(entry, _)| entry);
                judged.eq(&self.written)
            }
            None => self.judged.iter().all(Option::is_some),
        };
        self.stage == PracticeStage::Tried && is_same
    }

    /// What is still wrong of what was found when the entries were looked at last: with those that are written still,
    /// and what none of them grants since.
    pub fn misses(&self) -> Vec<&Miss> {
        let is_there = |entry: &ActionPattern| self.written.contains(entry);
        let is_lost = |action: &Action| !self.written.iter().any(|entry| entry.matches(action));
        let judgement = self.judgement.iter();
        let misses = judgement.flat_map(|judgement| {
            let written = judgement.entries.iter();
            let written = written.filter(|(entry, _)| is_there(entry));
            let lost = judgement.lost.iter();
            let lost = lost.filter(|miss| miss.kind != MissKind::Lost || is_lost(&miss.because));
            written.filter_map(|(_, miss)| miss.as_ref()).chain(lost)
        });
        misses.collect()
    }

    /// Chooses for a row.
    pub fn choose(&mut self, row: usize, choice: usize) {
        let count = (self.exercise.choosing()).map_or(0, |choosing| choosing.choices.len());
        if self.is_done() || row >= self.chosen.len() || choice >= count {
            return;
        }
        if self.chosen[row] != Some(choice) {
            self.judged[row] = None;
        }
        self.chosen[row] = Some(choice);
    }

    /// Looks whether what is written or chosen is right. Returns whether it is; not of what is done already.
    pub fn check(&mut self) -> Option<bool> {
        if self.is_done() {
            return None;
        }
        self.tries += 1;
        let is_right = self.look();
        self.stage = if is_right {
            PracticeStage::Right
        } else {
            PracticeStage::Tried
        };
        Some(is_right)
    }

    /// Tells what is right. Returns whether it was not told yet.
    pub fn tell(&mut self) -> bool {
        let is_open = !self.is_done();
        if is_open {
            self.look();
            self.stage = PracticeStage::Told;
        }
        is_open
    }

    /// Compares what is written or chosen with what is right.
    fn look(&mut self) -> bool {
        if let Some(writing) = self.exercise.writing() {
            let judgement = writing.judge(&self.written);
            let is_right = judgement.is_right();
            self.judgement = Some(judgement);
            return is_right;
        }
        let judged = self.exercise.choosing();
        self.judged = judged.map_or_else(Vec::new, |choosing| choosing.judge(&self.chosen));
        self.judged.iter().all(|judged| *judged == Some(true))
    }
}
