//! One set after the other: how they go, and which set comes next.

use std::sync::Arc;

use super::attempt::{Attempt, Exercise};
use super::deal::Deck;
use super::dice::Dice;
use super::mistakes::Mistakes;
use super::refining::Refining;
use super::seed::{Seed, TURNS};
use super::subject::{Level, Subject};
use super::tally::Tally;
use super::trap::Trap;
use super::turns::Turns;
use crate::catalogue::Catalogue;
use crate::iam::{ActionPattern, ServicePrefix};
use crate::refine::Granularity;

/// How many seeds are tried for the next set: each of them is dealt many times before there is none.
const ATTEMPTS: usize = 4;

/// How many are tried for one that has a trap in it.
const ATTEMPTS_AT_TRAP: usize = 12;

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

impl PracticeSet {
    /// The wildcard that is to be refined, if that is what is to be done.
    pub fn refining(&self) -> Option<&Refining> {
        match &self.exercise {
            Exercise::Refine(refining) => Some(refining),
            Exercise::Extend(_) | Exercise::Whole(_) | Exercise::Choose(_) => None,
        }
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
    /// use iam_refine::lessons::{Sets, Subject, Writing};
    /// let sets = Sets::of(Catalogue::built_in(), &[Subject::Siblings]);
    /// let set = sets.deal(12).expect("AWS has such names");
    /// let refining = set.refining().expect("it is about a wildcard");
    /// let result: Vec<_> = refining.result().into_iter().cloned().collect();
    /// assert!(refining.judge(&result).is_right());
    /// ```
    pub fn deal(&self, seed: u64) -> Option<PracticeSet> {
        let levels = Level::ALL.into_iter().rev();
        let mut levels = levels.filter(|level| *level <= Seed::from(seed).level);
        levels.find_map(|level| {
            let mut subjects = self.subjects(seed).into_iter();
            subjects.find_map(|subject| self.deal_one(seed, level, subject))
        })
    }

    /// The set of a seed, where it is about what the seed means first, and as hard. Where there is none this is known
    /// without all other subjects being tried.
    fn deal_as_meant(&self, seed: u64) -> Option<PracticeSet> {
        let subject = self.subjects(seed).into_iter().next()?;
        self.deal_one(seed, Seed::from(seed).level, subject)
    }

    /// The set of a seed, or else of the next one as hard, that is about a wildcard to be refined. None where none is.
    pub fn deal_refined(&self, seed: u64) -> Option<PracticeSet> {
        // Each subject has its turn.
        let mut seeds = Seed::from(seed).and_next(self.all_subjects().len());
        seeds.find_map(|seed| {
            let set = self.deal(seed.number())?;
            set.refining().is_some().then_some(set)
        })
    }

    /// Whether they are about one thing after the other.
    pub fn is_mixed(&self) -> bool {
        self.all_subjects().len() > 1
    }

    fn deal_one(&self, seed: u64, level: Level, subject: Subject) -> Option<PracticeSet> {
        let lesson = subject.lesson().unwrap_or_default() as u64;
        let mut dice = Dice::of(seed.wrapping_mul(31).wrapping_add(lesson));
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
        let turn = usize::try_from(Seed::from(seed).turn).unwrap_or_default();
        let turn = turn % subjects.len().max(1);
        let turned = subjects[turn..].iter().chain(&subjects[..turn]);
        turned.copied().collect()
    }

    /// What its sets can be about.
    fn all_subjects(&self) -> Vec<Subject> {
        let Deck {
            service, pattern, ..
        } = &self.deck;
        let subjects = self.subjects.iter().copied();
        let fits = subjects.filter(|subject| {
            let is_of = |pattern| subject.is_of_wildcard(pattern);
            (service.is_none() || subject.is_of_service()) && pattern.as_ref().is_none_or(is_of)
        });
        fits.collect()
    }

    /// Whole statements, where these sets are about all else, of any service.
    fn of_statements(&self) -> Option<Sets> {
        let is_of_all = self.all_subjects().len() == Subject::ALL.len();
        let is_free = self.deck.service.is_none();
        (is_of_all && is_free).then(|| Sets::of(Arc::clone(&self.deck.known), &[Subject::Whole]))
    }

    /// A seed of this level that begins with this subject.
    fn seed_of(&self, subject: Subject, level: Level, dice: &mut Dice) -> u64 {
        let subjects = self.all_subjects();
        let count = subjects.len().max(1) as u64;
        let turn = subjects.iter().position(|other| *other == subject);
        let round = dice.next() % (TURNS / count);
        let turn = round * count + turn.unwrap_or_default() as u64;
        Seed { turn, level }.number()
    }
}

/// Sets one after the other, and how they go.
#[derive(Clone, Debug)]
pub struct Practice {
    sets: Sets,
    dice: Dice,
    set: PracticeSet,
    attempt: Attempt,
    /// How many were right at once, one after the other, by now.
    in_a_row: usize,
    /// How well it goes, which tells how hard the next set is.
    standing: usize,
    tally: Tally,
    mistakes: Mistakes,
    /// The trap that the set was dealt for.
    again: Option<Trap>,
    turns: Turns,
}

impl Practice {
    /// Begins with the set of `seed`. None where there is none.
    pub fn begin(sets: Sets, seed: u64, tally: Tally) -> Option<Self> {
        let set = sets.deal(seed)?;
        let mut practice = Practice {
            dice: Dice::of(seed),
            sets,
            attempt: Attempt::new(&set.exercise),
            set,
            in_a_row: 0,
            standing: 0,
            tally,
            mistakes: Mistakes::default(),
            again: None,
            turns: Turns::default(),
        };
        practice.turns.dealt(practice.set.subject);
        Some(practice)
    }

    /// The same, by somebody who went into these traps lately.
    #[must_use]
    pub fn after(mut self, mistakes: Mistakes) -> Self {
        self.mistakes = mistakes;
        self
    }

    /// The set that is to be done.
    pub fn set(&self) -> &PracticeSet {
        &self.set
    }

    /// How far one is with it.
    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// The same, to write or to choose something; [`check`](Self::check) and [`tell`](Self::tell) count.
    pub fn attempt_mut(&mut self) -> &mut Attempt {
        &mut self.attempt
    }

    /// Whether the sets are about one thing after the other.
    pub fn is_mixed(&self) -> bool {
        self.sets.is_mixed()
    }

    /// What the set is called. What a mixed set of names is about would say where its trap is: that is told when
    /// it is done; but how its names are cut is to be known, where that is not at words.
    pub fn title(&self) -> &'static str {
        let subject = self.set.subject;
        let is_of_words = subject.is_refined() && subject.granularity() == Granularity::Word;
        if is_of_words && self.is_mixed() && !self.attempt.is_done() {
            "what takes the place of a wildcard"
        } else {
            subject.title()
        }
    }

    /// How all sets went so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The traps that were gone into lately.
    pub fn mistakes(&self) -> &Mistakes {
        &self.mistakes
    }

    /// The trap that the set was dealt for, since it was gone into.
    pub fn again(&self) -> Option<Trap> {
        self.again
    }

    /// How many were right one after the other by now.
    pub fn in_a_row(&self) -> usize {
        self.in_a_row
    }

    /// Checks whether what is written or chosen is right.
    pub fn check(&mut self) {
        if self.attempt.check() != Some(true) {
            return;
        }
        // What is right later ends the row, and makes the next set neither harder nor easier.
        let is_at_once = self.attempt.is_right_at_once();
        self.standing += usize::from(is_at_once);
        self.in_a_row = if is_at_once { self.in_a_row + 1 } else { 0 };
        self.tally.count(true, is_at_once, self.in_a_row);
        if is_at_once {
            let traps = self.set.refining().map(Refining::traps);
            self.mistakes.avoided(&traps.unwrap_or_default());
        } else {
            self.turns.missed(self.set.subject);
            self.note_mistakes();
        }
    }

    /// Tells what is right. The set counts as not done right.
    pub fn tell(&mut self) {
        if !self.attempt.tell() {
            return;
        }
        // One set that was told is not the end of all.
        self.in_a_row = 0;
        self.standing /= 2;
        self.tally.count(false, false, 0);
        self.turns.missed(self.set.subject);
        self.note_mistakes();
    }

    /// Notes the traps of the set that were gone into. What else was missed need not come in any other set.
    fn note_mistakes(&mut self) {
        let (Some(refining), Some(entries)) = (self.set.refining(), self.attempt.entries()) else {
            return;
        };
        for trap in refining.traps().intersection(&entries.traps()) {
            self.mistakes.made(*trap);
        }
    }

    /// Goes on to the next set, which is as hard as the sets before went well.
    pub fn next(&mut self) {
        let level = Level::after(self.standing);
        // Between two sets for a trap comes another one.
        let again = self.mistakes.most(&self.sets.all_subjects());
        let again = again.filter(|_| self.again.is_none());
        let set = again.and_then(|trap| self.deal_at(trap, level));
        self.again = again.filter(|_| set.is_some());
        if let Some(set) = set.or_else(|| self.deal_by_turns(level)) {
            self.set = set;
        }
        self.turns.dealt(self.set.subject);
        self.attempt = Attempt::new(&self.set.exercise);
    }

    /// A set that has a trap in it, about what it is the point of, if that is among the subjects.
    fn deal_at(&mut self, trap: Trap, level: Level) -> Option<PracticeSet> {
        let mut subjects = self.sets.all_subjects();
        subjects.retain(|subject| subject.is_refined());
        let is_its_point = |subject: &Subject| subject.traps().contains(&trap);
        if subjects.iter().any(is_its_point) {
            subjects.retain(is_its_point);
        }
        (0..ATTEMPTS_AT_TRAP).find_map(|_| {
            let subject = *self.dice.pick(&subjects)?;
            let seed = self.sets.seed_of(subject, level, &mut self.dice);
            let set = self.sets.deal_as_meant(seed)?;
            let has_trap = set.refining()?.traps().contains(&trap);
            (has_trap && seed != self.set.seed).then_some(set)
        })
    }

    /// A set about what has its turn; among the hard ones a whole statement has, too, which its own seed tells.
    fn deal_by_turns(&mut self, level: Level) -> Option<PracticeSet> {
        let mut subjects = self.sets.all_subjects();
        let statements = self.sets.of_statements();
        let statements = statements.filter(|_| level == Level::Hard);
        if statements.is_some() {
            subjects.push(Subject::Whole);
        }
        let subject = self.turns.next(&subjects, &mut self.dice);
        let sets = statements
            .filter(|_| subject == Subject::Whole)
            .unwrap_or_else(|| self.sets.clone());
        // Another seed than that of this set; where there is no other set the same one comes again. The names of
        // some seeds do not have what the subject is about.
        let mut deal = |deal: fn(&Sets, u64) -> Option<PracticeSet>| {
            (0..ATTEMPTS).find_map(|_| {
                let seed = sets.seed_of(subject, level, &mut self.dice);
                let is_other = seed != self.set.seed;
                is_other.then(|| deal(&sets, seed)).flatten()
            })
        };
        deal(Sets::deal_as_meant).or_else(|| deal(Sets::deal))
    }
}
