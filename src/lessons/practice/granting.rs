//! Sets about `NotAction` and `Deny`: what grants an action after the removal?

use super::deal::{Deck, Pool, few_of_each, unused_line};
use super::dice::Dice;
use super::refining::{Lot, Refining};
use super::subject::{Level, Subject};
use crate::iam::{Action, ActionPattern, Actions, Name};
use crate::lessons::asked::granting::{CHOICES, RULE, Statements};
use crate::lessons::asked::{Choosing, ChoosingRow};
use crate::refine::Granularity;

impl Deck {
    /// A set about statements, if one can be dealt at once.
    pub(super) fn deal_granting(&self, level: Level, dice: &mut Dice) -> Option<Choosing> {
        let services = self.services();
        let pool = self.pool(&services, Subject::Shortest, level, dice)?;
        let names = pool.deal(Subject::Shortest, level, dice)?;
        let refining = Refining::new(&pool.pattern, &names, &self.known, Granularity::Word)?;
        let statements = statements(&pool, &refining, &names, dice)?;
        let service = pool.pattern.service()?;
        let mut rows: Vec<ChoosingRow> = (names.iter())
            .map(|(name, lot)| {
                let action = Action::new(service.clone(), name.clone());
                statements.row(&action, known(*lot))
            })
            .collect();
        dice.shuffle(&mut rows);
        let counts = few_of_each(&mut rows);
        rows.sort_by_key(|row| counts[&row.right]);
        rows.truncate(4 + level.number());
        dice.shuffle(&mut rows);
        let mut kinds: Vec<usize> = rows.iter().map(|row| row.right).collect();
        kinds.sort_unstable();
        kinds.dedup();
        (kinds.len() >= 4 && rows.len() >= 5).then(|| choosing(&refining, &statements, rows))
    }
}

/// A `NotAction` that names some of what the wildcard grants, and a `Deny` of one action.
fn statements(
    pool: &Pool,
    refining: &Refining,
    names: &[(Name, Lot)],
    dice: &mut Dice,
) -> Option<Statements> {
    let service = pool.pattern.service()?;
    let (but, _) = dice.pick(names)?;
    let mut cuts = Granularity::Word.cuts(but.as_str(), pool.root);
    let start = &but.as_str()[..cuts.next()?];
    let but: ActionPattern = format!("{service}:{start}*").parse().ok()?;
    let other: ActionPattern = "iam:*".parse().ok()?;
    let (denied, _) = dice.pick(names)?;
    let denied = ActionPattern::from(&Action::new(service.clone(), denied.clone()));
    Some(Statements {
        allowed: Actions::Action(refining.result().into_iter().cloned().collect()),
        all_but: Actions::NotAction(vec![other, but]),
        denied: Actions::Action(vec![denied]),
        denied_for: None,
        allowed_on: ["*", "*"].map(str::to_owned),
    })
}

fn choosing(refining: &Refining, statements: &Statements, rows: Vec<ChoosingRow>) -> Choosing {
    let mut known = statements.told();
    known.push(unused_line(refining.unused()));
    Choosing {
        asked: format!(
            "{} is refined in #1. What grants each action now?",
            refining.wildcard()
        ),
        known,
        rule: &RULE,
        choices: CHOICES.map(str::to_owned).to_vec(),
        rows,
    }
}

/// What becomes of a name, in words.
fn known(lot: Lot) -> &'static str {
    match lot {
        Lot::Unused => "unused",
        Lot::Stays => "not unused",
        Lot::Kept => "unused, but kept",
    }
}
