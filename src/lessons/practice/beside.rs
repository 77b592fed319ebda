//! Sets about a name in full that stands beside a wildcard: does it go, and what grants it then?

use super::deal::{Deck, few_of_each, unused_line};
use super::dice::Dice;
use super::refining::universe;
use super::subject::{Level, Subject};
use crate::iam::Action;
use crate::lessons::asked::beside::{CHOICES, RULE, row};
use crate::lessons::asked::{Choosing, ChoosingRow};

/// How many kinds of rows there are, which every set has.
const KINDS: usize = 3;

/// How many rows a set has at least.
const LEAST_ROWS: usize = 5;

impl Deck {
    /// A set about names beside a wildcard, if one can be dealt at once.
    pub(super) fn deal_beside(&self, level: Level, dice: &mut Dice) -> Option<Choosing> {
        let services = self.services();
        let pool = self.pool(&services, Subject::Opened, level, dice)?;
        let names = pool.deal(Subject::Opened, level, dice)?;
        let service = pool.pattern.service()?;
        let universe = universe(service, &names)?;
        let action = |name| Action::new(service.clone(), name);
        let rows = names
            .iter()
            .map(|(name, _)| row(&pool.pattern, &action(name.clone()), &universe));
        let mut rows: Vec<ChoosingRow> = rows.collect::<Option<_>>()?;
        dice.shuffle(&mut rows);
        let counts = few_of_each(&mut rows);
        let mut all: Vec<String> = names.iter().map(|(name, _)| name.to_string()).collect();
        all.sort();
        (counts.len() >= KINDS && rows.len() >= LEAST_ROWS).then(|| Choosing {
            asked: format!(
                "A statement has two entries: {} and one of these names in full. All that is proposed is accepted. \
                 What becomes of that name?",
                pool.pattern
            ),
            known: vec![
                format!("all names: {}", all.join(", ")),
                unused_line(universe.unused.named().map(|action| action.name)),
            ],
            rule: &RULE,
            choices: CHOICES.map(str::to_owned).to_vec(),
            rows,
        })
    }
}
