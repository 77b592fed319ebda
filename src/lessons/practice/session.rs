//! One set after the other: what is written, how often it was tried, and which set comes next.

use std::sync::Arc;

use super::deal::Deck;
use super::dice::Dice;
use super::judge::Judgement;
use super::refining::Refining;
use super::subject::{Level, Subject};
use super::tally::Tally;
use super::turns::Turns;
use crate::catalogue::Catalogue;
use crate::iam::{ActionPattern, ServicePrefix};
use crate::lessons::asked::Choosing;

/// How large seeds are that nobody asked for: they are to be read out to a class.
const SEEDS: u64 = 3_000;

/// How many seeds are tried for the next set.
const ATTEMPTS: usize = 20;

/// A set to be done, told by its seed.
#[derive(Clone, Debug)]
pub struct PracticeSet {
    /// What tells it.
    pub seed: u64,
    /// How hard it is: as hard as the seed says, or easier where there is no such set.
    pub level: Level,
    /// What it is about.
    pub subject: Subject,
    /// What is to be done.
    pub exercise: Exercise,
}

/// What is to be done in a set.
#[derive(Clone, Debug)]
pub enum Exercise {
    /// A wildcard is to be refined.
    Refine(Box<Refining>),
    /// Rows are to be put where they belong.
    Choose(Box<Choosing>),
}

impl PracticeSet {
    /// The wildcard that is to be refined, if that is what is to be done.
    pub fn refining(&self) -> Option<&Refining> {
        match &self.exercise {
            Exercise::Refine(refining) => Some(refining),
            Exercise::Choose(_) => None,
        }
    }

    /// The rows that are to be put where they belong, if that is what is to be done.
    pub fn choosing(&self) -> Option<&Choosing> {
        match &self.exercise {
            Exercise::Refine(_) => None,
            Exercise::Choose(choosing) => Some(choosing),
        }
    }

    /// How hard it is.
    pub fn level(&self) -> Level {
        self.level
    }
}

/// Which sets are dealt.
#[derive(Clone, Debug)]
pub struct Sets {
    deck: Deck,
    /// What they are about, by turns.
    subjects: Vec<Subject>,
}

impl Sets {
    /// Sets of the actions in `catalogue`, about these subjects by turns.
    pub fn of(catalogue: Arc<Catalogue>, subjects: &[Subject]) -> Self {
        Sets {
            deck: Deck {
                known: catalogue,
                service: None,
                pattern: None,
            },
            subjects: subjects.to_vec(),
        }
    }

    /// The same, of one service alone.
    #[must_use]
    pub fn in_service(mut self, service: ServicePrefix) -> Self {
        self.deck.service = Some(service);
        self
    }

    /// The same, of one wildcard alone.
    #[must_use]
    pub fn of_wildcard(mut self, pattern: ActionPattern) -> Self {
        self.deck.pattern = Some(pattern);
        self
    }

    /// The set of a seed. Where the names do not have the traps of its subject it is about another
    /// subject, or is easier; none where too few names begin alike.
    ///
    /// ```
    /// use iam_refine::catalogue::Catalogue;
    /// use iam_refine::lessons::{Sets, Subject};
    /// let sets = Sets::of(Catalogue::built_in(), &[Subject::Siblings]);
    /// let set = sets.deal(12).expect("AWS has such names");
    /// let refining = set.refining().expect("it is about a wildcard");
    /// let result: Vec<_> = refining.result().into_iter().cloned().collect();
    /// assert!(refining.judge(&result).is_right());
    /// ```
    pub fn deal(&self, seed: u64) -> Option<PracticeSet> {
        let levels = Level::ALL.into_iter().rev();
        let mut levels = levels.filter(|level| *level <= Level::of_seed(seed));
        levels.find_map(|level| {
            let mut subjects = self.subjects(seed).into_iter();
            subjects.find_map(|subject| self.deal_one(seed, level, subject))
        })
    }

    /// Whether they are about one thing after the other.
    pub fn is_mixed(&self) -> bool {
        self.all_subjects().len() > 1
    }

    fn deal_one(&self, seed: u64, level: Level, subject: Subject) -> Option<PracticeSet> {
        let mut dice = Dice::of(seed.wrapping_mul(31).wrapping_add(subject.lesson() as u64));
        let exercise = self.deck.exercise(subject, level, &mut dice)?;
        Some(PracticeSet {
            seed,
            level,
            subject,
            exercise,
        })
    }

    /// What the set of a seed is about: the first of these of which there is one.
    fn subjects(&self, seed: u64) -> Vec<Subject> {
        let subjects = self.all_subjects();
        let turn = usize::try_from(seed / 3).unwrap_or_default() % subjects.len().max(1);
        let turned = subjects[turn..].iter().chain(&subjects[..turn]);
        turned.copied().collect()
    }

    /// What its sets can be about.
    fn all_subjects(&self) -> Vec<Subject> {
        let is_wildcard = self.deck.pattern.as_ref();
        let has_rest = is_wildcard.map(|pattern| pattern.name().as_prefix_star().is_none());
        let fits =
            |subject: &Subject| has_rest.is_none_or(|rest| rest == (*subject == Subject::Middle));
        self.subjects.iter().copied().filter(fits).collect()
    }

    /// A seed of this level that begins with this subject.
    fn seed_of(&self, subject: Subject, level: Level, dice: &mut Dice) -> u64 {
        let subjects = self.all_subjects();
        let count = subjects.len().max(1) as u64;
        let turn = subjects.iter().position(|other| *other == subject);
        let round = dice.next() % (SEEDS / count);
        let turn = round * count + turn.unwrap_or_default() as u64;
        turn * 3 + (level.number() as u64 - 1)
    }
}

/// How far one is with a set.
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

/// Sets one after the other, and how they go.
#[derive(Clone, Debug)]
pub struct Practice {
    sets: Sets,
    dice: Dice,
    set: PracticeSet,
    /// The entries that are written for a wildcard, and what was found when they were looked at last.
    written: Vec<ActionPattern>,
    judgement: Option<Judgement>,
    /// The same entries, as they were written one after the other.
    in_order: Vec<ActionPattern>,
    /// What is chosen for each row, and whether that was right when it was looked at last.
    chosen: Vec<Option<usize>>,
    judged: Vec<Option<bool>>,
    stage: PracticeStage,
    tries: usize,
    /// How many were right at once, one after the other, by now.
    in_a_row: usize,
    /// How well it goes, which tells how hard the next set is.
    standing: usize,
    tally: Tally,
    turns: Turns,
}

impl Practice {
    /// Begins with the set of `seed`. None where there is none.
    pub fn begin(sets: Sets, seed: u64, tally: Tally) -> Option<Self> {
        let set = sets.deal(seed)?;
        let mut practice = Practice {
            dice: Dice::of(seed),
            sets,
            set,
            written: Vec::new(),
            judgement: None,
            in_order: Vec::new(),
            chosen: Vec::new(),
            judged: Vec::new(),
            stage: PracticeStage::Open,
            tries: 0,
            in_a_row: 0,
            standing: 0,
            tally,
            turns: Turns::default(),
        };
        practice.turns.dealt(practice.set.subject);
        practice.begin_set();
        Some(practice)
    }

    fn begin_set(&mut self) {
        let rows = self
            .set
            .choosing()
            .map_or(0, |choosing| choosing.rows.len());
        self.written.clear();
        self.in_order.clear();
        self.judgement = None;
        self.chosen = vec![None; rows];
        self.judged = vec![None; rows];
        self.stage = PracticeStage::Open;
        self.tries = 0;
    }

    /// The set that is to be done.
    pub fn set(&self) -> &PracticeSet {
        &self.set
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

    /// Whether the sets are about one thing after the other.
    pub fn is_mixed(&self) -> bool {
        self.sets.is_mixed()
    }

    /// How far one is with it.
    pub fn stage(&self) -> PracticeStage {
        self.stage
    }

    /// How all sets went so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// How many were right one after the other by now.
    pub fn in_a_row(&self) -> usize {
        self.in_a_row
    }

    /// Whether the set is done: it is right, or was told.
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

    /// Chooses for a row.
    pub fn choose(&mut self, row: usize, choice: usize) {
        let count = self
            .set
            .choosing()
            .map_or(0, |choosing| choosing.choices.len());
        if self.is_done() || row >= self.chosen.len() || choice >= count {
            return;
        }
        if self.chosen[row] != Some(choice) {
            self.judged[row] = None;
        }
        self.chosen[row] = Some(choice);
    }

    /// Looks whether what is written or chosen is right.
    pub fn check(&mut self) {
        if self.is_done() {
            return;
        }
        self.tries += 1;
        if self.look() {
            // What is right later ends the row, and makes the next set neither harder nor easier.
            self.standing += usize::from(self.tries == 1);
            self.in_a_row = if self.tries == 1 {
                self.in_a_row + 1
            } else {
                0
            };
            self.tally.count(true, self.tries == 1, self.in_a_row);
            if self.tries > 1 {
                self.turns.missed(self.set.subject);
            }
            self.stage = PracticeStage::Right;
        } else {
            self.stage = PracticeStage::Tried;
        }
    }

    /// Tells what is right. The set counts as not done right.
    pub fn tell(&mut self) {
        if self.is_done() {
            return;
        }
        self.look();
        // One set that was told is not the end of all.
        self.in_a_row = 0;
        self.standing /= 2;
        self.tally.count(false, false, 0);
        self.turns.missed(self.set.subject);
        self.stage = PracticeStage::Told;
    }

    /// Compares what is written or chosen with what is right.
    fn look(&mut self) -> bool {
        match &self.set.exercise {
            Exercise::Refine(refining) => {
                let judgement = refining.judge(&self.written);
                let is_right = judgement.is_right();
                self.judgement = Some(judgement);
                is_right
            }
            Exercise::Choose(choosing) => {
                self.judged = choosing.judge(&self.chosen);
                self.judged.iter().all(|judged| *judged == Some(true))
            }
        }
    }

    /// Goes on to the next set, which is as hard as the sets before went well.
    pub fn next(&mut self) {
        let level = Level::after(self.standing);
        let subjects = self.sets.all_subjects();
        let subject = self.turns.next(&subjects, &mut self.dice);
        // Another seed than that of this set; where there is no other set the same one comes again.
        let next = (0..ATTEMPTS).find_map(|_| {
            let seed = self.sets.seed_of(subject, level, &mut self.dice);
            (seed != self.set.seed)
                .then(|| self.sets.deal(seed))
                .flatten()
        });
        if let Some(set) = next {
            self.set = set;
        }
        self.turns.dealt(self.set.subject);
        self.begin_set();
    }
}
