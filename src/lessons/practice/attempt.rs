//! Doing an exercise: what is written or chosen so far, how often it was checked, and what was found.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::extending::Extending;
use super::judge::{Judgement, Miss, MissKind};
use super::refining::Refining;
use super::trap::Trap;
use super::whole_statement::WholeStatement;
use super::writing::Writing;
use crate::iam::{Action, ActionPattern};
use crate::lessons::asked::Choosing;

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Exercise {
    /// A wildcard is to be refined.
    Refine(Arc<Refining>),
    /// A `NotAction` is to be extended.
    Extend(Arc<Extending>),
    /// A whole statement is to be refined.
    Whole(Arc<WholeStatement>),
    /// Rows are to be put where they belong.
    Choose(Arc<Choosing>),
}

impl Exercise {
    /// What is to be written, if that is what is to be done.
    pub fn writing(&self) -> Option<&dyn Writing> {
        match self {
            Exercise::Refine(refining) => Some(refining.as_ref()),
            Exercise::Extend(extending) => Some(extending.as_ref()),
            Exercise::Whole(statement) => Some(statement.as_ref()),
            Exercise::Choose(_) => None,
        }
    }

    /// The rows that are to be put where they belong, if that is what is to be done.
    pub fn choosing(&self) -> Option<&Choosing> {
        match self {
            Exercise::Choose(choosing) => Some(choosing),
            Exercise::Refine(_) | Exercise::Extend(_) | Exercise::Whole(_) => None,
        }
    }
}

/// How far one is with an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PracticeStage {
    /// Nothing was checked yet.
    Open,
    /// It was checked, and is not right; it can be tried again.
    Tried,
    /// It is right.
    Right,
    /// What is right was told.
    Told,
}

/// An exercise that is being done.
#[derive(Clone, Debug)]
pub struct Attempt {
    work: Work,
    stage: PracticeStage,
    tries: usize,
    /// Whether a hint was given.
    is_helped: bool,
    hinted: Option<Hinted>,
}

/// A hint that is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hinted {
    /// The name or row that it is on.
    pub row: usize,
    /// Whether all is told of it, and not only where to look.
    pub is_full: bool,
}

/// What is done.
#[derive(Clone, Debug)]
enum Work {
    Write(WrittenEntries),
    Choose(ChosenRows),
}

/// Entries that are being written.
#[derive(Clone, Debug)]
pub struct WrittenEntries {
    writing: Arc<dyn Writing>,
    /// As they were written one after the other.
    in_order: Vec<ActionPattern>,
    /// What was found when they were checked last.
    judgement: Option<Judgement>,
    /// The traps that were gone into, in their order.
    missed: Vec<Missed>,
}

/// A trap that was gone into.
#[derive(Clone, Debug)]
struct Missed {
    trap: Trap,
    /// The first name that stays of those that the entry grants, or else the one that decided it.
    action: Action,
}

/// Rows that are being put where they belong.
#[derive(Clone, Debug)]
pub struct ChosenRows {
    choosing: Arc<Choosing>,
    chosen: Vec<Option<usize>>,
    /// Whether that was right when it was checked last.
    judged: Vec<Option<bool>>,
}

impl Attempt {
    /// Begins with it.
    pub fn new(exercise: &Exercise) -> Self {
        let work = match exercise {
            Exercise::Refine(refining) => Work::Write(WrittenEntries::of(refining.clone())),
            Exercise::Extend(extending) => Work::Write(WrittenEntries::of(extending.clone())),
            Exercise::Whole(statement) => Work::Write(WrittenEntries::of(statement.clone())),
            Exercise::Choose(choosing) => Work::Choose(ChosenRows::of(choosing.clone())),
        };
        Attempt {
            work,
            stage: PracticeStage::Open,
            tries: 0,
            is_helped: false,
            hinted: None,
        }
    }

    /// A wildcard of which all is written, and was checked.
    pub(super) fn solved(refining: Refining) -> Self {
        let mut entries = WrittenEntries::of(Arc::new(refining));
        entries.in_order = entries.writing.wanted();
        let mut attempt = Attempt {
            work: Work::Write(entries),
            stage: PracticeStage::Open,
            tries: 0,
            is_helped: false,
            hinted: None,
        };
        attempt.check();
        attempt
    }

    /// The entries that are written, if that is what is to be done.
    pub fn entries(&self) -> Option<&WrittenEntries> {
        match &self.work {
            Work::Write(entries) => Some(entries),
            Work::Choose(_) => None,
        }
    }

    /// The rows for which something is chosen, if that is what is to be done.
    pub fn rows(&self) -> Option<&ChosenRows> {
        match &self.work {
            Work::Write(_) => None,
            Work::Choose(rows) => Some(rows),
        }
    }

    /// How far one is with it.
    pub fn stage(&self) -> PracticeStage {
        self.stage
    }

    /// How often it was checked.
    pub fn tries(&self) -> usize {
        self.tries
    }

    /// Gives a hint on a name or a row, on the same name the second time a full one: what comes right after it is not
    /// right at once.
    pub fn hint(&mut self, row: usize) {
        if !self.is_done() {
            self.is_helped = true;
            let is_again = self.hinted.is_some_and(|hinted| hinted.row == row);
            // Of a row there is but one hint.
            let is_full = is_again || self.rows().is_some();
            self.hinted = Some(Hinted { row, is_full });
        }
    }

    /// Whether the name or row is as it should be: the entry for the name is written and none that is wrong grants it,
    /// or what is chosen for the row is right.
    pub fn is_settled(&self, row: usize) -> bool {
        match &self.work {
            Work::Write(entries) => entries.is_settled(row),
            Work::Choose(rows) => rows.is_settled(row),
        }
    }

    /// The hint that was given last, on entries as they are still.
    pub fn hinted(&self) -> Option<Hinted> {
        self.hinted
    }

    /// Whether it is right, without a hint and checked once.
    pub fn is_right_at_once(&self) -> bool {
        self.stage == PracticeStage::Right && self.tries == 1 && !self.is_helped
    }

    /// Whether it is done: it is right, or was told.
    pub fn is_done(&self) -> bool {
        matches!(self.stage, PracticeStage::Right | PracticeStage::Told)
    }

    /// Writes an entry, or takes it away where it is written already. Returns whether it is there now.
    pub fn toggle(&mut self, entry: &ActionPattern) -> bool {
        let is_done = self.is_done();
        match &mut self.work {
            Work::Write(entries) if is_done => entries.has(entry),
            Work::Write(entries) => {
                self.hinted = None;
                entries.toggle(entry)
            }
            Work::Choose(_) => false,
        }
    }

    /// Takes back the entry that was written last, if one is left. Returns it.
    pub fn take_back(&mut self) -> Option<ActionPattern> {
        let is_done = self.is_done();
        match &mut self.work {
            Work::Write(entries) if !is_done => {
                self.hinted = None;
                entries.in_order.pop()
            }
            Work::Write(_) | Work::Choose(_) => None,
        }
    }

    /// Chooses for a row.
    pub fn choose(&mut self, row: usize, choice: usize) {
        let is_done = self.is_done();
        if let Work::Choose(rows) = &mut self.work
            && !is_done
        {
            rows.choose(row, choice);
        }
    }

    /// Whether it was checked as it is now, and can be tried again.
    pub fn is_checked(&self) -> bool {
        let is_same = match &self.work {
            Work::Write(entries) => entries.are_judged(),
            Work::Choose(rows) => rows.judged.iter().all(Option::is_some),
        };
        self.stage == PracticeStage::Tried && is_same
    }

    /// Checks whether what is written or chosen is right. Returns whether it is; not of what is done already.
    pub fn check(&mut self) -> Option<bool> {
        if self.is_done() {
            return None;
        }
        self.tries += 1;
        let is_right = self.judge();
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
            self.judge();
            self.stage = PracticeStage::Told;
        }
        is_open
    }

    fn judge(&mut self) -> bool {
        match &mut self.work {
            Work::Write(entries) => entries.judge(),
            Work::Choose(rows) => rows.judge(),
        }
    }
}

impl WrittenEntries {
    fn of(writing: Arc<dyn Writing>) -> Self {
        let mut in_order = writing.begun().to_vec();
        in_order.sort();
        WrittenEntries {
            writing,
            in_order,
            judgement: None,
            missed: Vec::new(),
        }
    }

    /// What is to be learnt from it, as it goes on behind `The point: `: of what was missed first, or else of the set.
    pub fn point(&self) -> Option<&'static str> {
        let missed = self.missed.first().map(|missed| missed.trap.point());
        missed.or_else(|| self.writing.point())
    }

    /// The action of which [`point`](Self::point) tells.
    pub fn pointed(&self) -> Option<Action> {
        let missed = self.missed.first().map(|missed| missed.action.clone());
        missed.or_else(|| self.writing.instructive())
    }

    /// The traps that were gone into.
    pub(super) fn traps(&self) -> BTreeSet<Trap> {
        self.missed.iter().map(|missed| missed.trap).collect()
    }

    /// What is to be written.
    pub fn writing(&self) -> &dyn Writing {
        self.writing.as_ref()
    }

    /// The entries as they were written one after the other.
    pub fn in_order(&self) -> &[ActionPattern] {
        &self.in_order
    }

    /// The entries in their order.
    pub fn sorted(&self) -> Vec<&ActionPattern> {
        let mut sorted: Vec<&ActionPattern> = self.in_order.iter().collect();
        sorted.sort();
        sorted
    }

    /// Whether an entry is written.
    pub fn has(&self, entry: &ActionPattern) -> bool {
        self.in_order.contains(entry)
    }

    /// The entry that was written last, if one is left.
    pub fn last(&self) -> Option<&ActionPattern> {
        self.in_order.last()
    }

    /// What was found when they were checked last.
    pub fn judgement(&self) -> Option<&Judgement> {
        self.judgement.as_ref()
    }

    /// What is still wrong of what was found when they were checked last: with those that are written still, and what
    /// none of them grants since.
    pub fn misses(&self) -> Vec<&Miss> {
        let is_lost = |action: &Action| !self.in_order.iter().any(|entry| entry.matches(action));
        let judgement = self.judgement.iter();
        let misses = judgement.flat_map(|judgement| {
            let written = judgement.entries.iter();
            let written = written.filter(|(entry, _)| self.has(entry));
            let lost = judgement.lost.iter();
            let is_still = |miss: &&Miss| {
                miss.kind != MissKind::Lost || miss.because.as_ref().is_some_and(is_lost)
            };
            let lost = lost.filter(is_still);
            written.filter_map(|(_, miss)| miss.as_ref()).chain(lost)
        });
        misses.collect()
    }

    /// The entry that was found wrong, is written still, and grants this action; the first of several.
    pub fn wrong_for(&self, action: &Action) -> Option<&ActionPattern> {
        let mut wrong = self.wrong();
        wrong.find(|entry| entry.matches(action))
    }

    /// The first entry that was found wrong and is written still.
    pub fn first_wrong(&self) -> Option<&ActionPattern> {
        self.wrong().next()
    }

    /// The entries that were found wrong and are written still.
    fn wrong(&self) -> impl Iterator<Item = &ActionPattern> {
        let judged = self.judgement.iter();
        let judged = judged.flat_map(|judgement| &judgement.entries);
        judged
            .filter(|(entry, miss)| miss.is_some() && self.has(entry))
            .map(|(entry, _)| entry)
    }

    /// The row of what was missed first: the first name that lacks its entry of those that a wrong entry is about, or else
    /// the first of these; where no entry is wrong the first name that is lost. None where no row has to do with it.
    pub fn first_missed(&self) -> Option<usize> {
        let listed = self.writing.listed();
        let wanted = self.writing.wanted();
        let row_where =
            |is_it: &dyn Fn(&Action) -> bool| listed.iter().position(|(action, _)| is_it(action));
        let lacks = |action: &Action| {
            let mut lacking = wanted.iter().filter(|entry| !self.has(entry));
            lacking.any(|entry| entry.matches(action))
        };
        let mut of_wrong = self.wrong().filter_map(|entry| {
            let lacking = row_where(&|action| entry.matches(action) && lacks(action));
            lacking.or_else(|| row_where(&|action| entry.matches(action)))
        });
        of_wrong.next().or_else(|| {
            let lost = self.misses().into_iter();
            let mut lost = lost.filter_map(|miss| miss.because.as_ref());
            lost.find_map(|because| row_where(&|action| action == because))
        })
    }

    fn is_settled(&self, row: usize) -> bool {
        let Some((action, _)) = self.writing.listed().into_iter().nth(row) else {
            return true;
        };
        let wanted = self.writing.wanted();
        let is_for_it = |entry: &&ActionPattern| entry.matches(&action);
        let is_complete = wanted.iter().filter(is_for_it).all(|entry| self.has(entry));
        let mut written = self.in_order.iter().filter(is_for_it);
        is_complete && written.all(|entry| wanted.contains(entry))
    }

    fn toggle(&mut self, entry: &ActionPattern) -> bool {
        let there = self.in_order.iter().position(|there| there == entry);
        match there {
            Some(at) => _ = self.in_order.remove(at),
            None => self.in_order.push(entry.clone()),
        }
        there.is_none()
    }

    /// Whether those that were checked last are those that are written now.
    fn are_judged(&self) -> bool {
        self.judgement.as_ref().is_some_and(|judgement| {
            let judged = judgement.entries.iter().map(|(entry, _)| entry);
            judged.eq(self.sorted())
        })
    }

    fn judge(&mut self) -> bool {
        let sorted: Vec<ActionPattern> = self.sorted().into_iter().cloned().collect();
        let judgement = self.writing.judge(&sorted);
        let is_right = judgement.is_right();
        let listed = self.writing.listed();
        let granted = |entry: &ActionPattern| {
            let mut staying = listed.iter().filter(|(_, fate)| fate.stays());
            staying.find(|(action, _)| entry.matches(action))
        };
        let missed = judgement.entries.iter().filter_map(|(entry, miss)| {
            let miss = miss.as_ref()?;
            let granted = granted(entry).map(|(action, _)| action);
            let action = granted.or(miss.because.as_ref())?;
            Some(Missed {
                trap: miss.kind.trap()?,
                action: action.clone(),
            })
        });
        self.missed.extend(missed);
        self.judgement = Some(judgement);
        is_right
    }
}

impl ChosenRows {
    fn of(choosing: Arc<Choosing>) -> Self {
        ChosenRows {
            chosen: vec![None; choosing.rows.len()],
            judged: vec![None; choosing.rows.len()],
            choosing,
        }
    }

    /// The rows, and what can be chosen for them.
    pub fn choosing(&self) -> &Choosing {
        &self.choosing
    }

    /// What is chosen for each row so far.
    pub fn chosen(&self) -> &[Option<usize>] {
        &self.chosen
    }

    /// Whether what was chosen for each row was right when it was checked last; not known of what was chosen since.
    pub fn judged(&self) -> &[Option<bool>] {
        &self.judged
    }

    /// The first row that was wrong.
    pub fn first_wrong(&self) -> Option<usize> {
        self.judged.iter().position(|judged| *judged == Some(false))
    }

    fn choose(&mut self, row: usize, choice: usize) {
        if row >= self.chosen.len() || choice >= self.choosing.choices.len() {
            return;
        }
        if self.chosen[row] != Some(choice) {
            self.judged[row] = None;
        }
        self.chosen[row] = Some(choice);
    }

    fn is_settled(&self, row: usize) -> bool {
        let right = self.choosing.rows.get(row).map(|row| row.right);
        self.chosen.get(row).is_none_or(|chosen| *chosen == right)
    }

    fn judge(&mut self) -> bool {
        self.judged = self.choosing.judge(&self.chosen);
        self.judged.iter().all(|judged| *judged == Some(true))
    }
}
