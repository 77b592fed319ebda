//! Sets about `NotAction` and `Deny`: what grants an action after the removal?

use super::choosing::{Choosing, ChoosingRow};
use super::deal::{Deck, Pool};
use super::dice::Dice;
use super::refining::{Lot, Refining};
use super::subject::{Level, Subject};
use crate::iam::{Action, ActionPattern, Actions, Name};
use crate::refine::Granularity;

/// What grants an action.
const CHOICES: [&str; 5] = ["#1", "#2", "#1 and #2", "denied", "nothing"];

/// How many rows belong to the same at most.
const MOST_OF_A_KIND: usize = 2;

/// Three statements: an `Action`, a `NotAction` and a `Deny`.
struct Statements {
    wildcard: ActionPattern,
    allowed: Actions,
    all_but: Actions,
    denied: Actions,
}

impl Deck {
    /// A set about statements, if one can be dealt at once.
    pub(super) fn deal_granting(&self, level: Level, dice: &mut Dice) -> Option<Choosing> {
        let services = self.services();
        let pool = self.pool(&services, Subject::Shortest, level, dice)?;
        let names = pool.deal(Subject::Shortest, level, dice)?;
        let refining = Refining::new(&pool.pattern, &names, &self.known)?;
        let statements = statements(&pool, &refining, &names, dice)?;
        let service = pool.pattern.service()?;
        let mut rows: Vec<ChoosingRow> = (names.iter())
            .map(|(name, lot)| statements.row(&Action::new(service.clone(), name.clone()), *lot))
            .collect();
        dice.shuffle(&mut rows);
        let mut counts = [0; CHOICES.len()];
        rows.retain(|row| {
            counts[row.right] += 1;
            counts[row.right] <= MOST_OF_A_KIND
        });
        rows.sort_by_key(|row| counts[row.right]);
        rows.truncate(4 + level.number());
        dice.shuffle(&mut rows);
        let mut kinds: Vec<usize> = rows.iter().map(|row| row.right).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let unused: Vec<String> = refining.unused().map(ToString::to_string).collect();
        (kinds.len() >= 4 && rows.len() >= 5).then(|| statements.choosing(&unused.join(", "), rows))
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
        wildcard: pool.pattern.clone(),
        allowed: Actions::Action(refining.result().into_iter().cloned().collect()),
        all_but: Actions::NotAction(vec![other, but]),
        denied: Actions::Action(vec![denied]),
    })
}

impl Statements {
    fn choosing(&self, unused: &str, rows: Vec<ChoosingRow>) -> Choosing {
        let entries = |actions: &Actions| -> String {
            let entries = actions.entries().iter();
            entries
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        };
        Choosing {
            asked: format!(
                "{} is refined in #1. What grants each action now?",
                self.wildcard
            ),
            known: vec![
                format!("#1 Allow Action: {}", entries(&self.allowed)),
                format!("#2 Allow NotAction: {}", entries(&self.all_but)),
                format!("#3 Deny Action: {}", entries(&self.denied)),
                format!("unused: {unused}"),
            ],
            choices: CHOICES.to_vec(),
            rows,
        }
    }

    fn row(&self, action: &Action, lot: Lot) -> ChoosingRow {
        let (first, second) = (self.allowed.matches(action), self.all_but.matches(action));
        let is_denied = self.denied.matches(action);
        let named = if second {
            format!("the NotAction of #2 does not name {action}")
        } else {
            format!("the NotAction of #2 names {action}")
        };
        let (right, why) = match (is_denied, first, second) {
            (true, ..) => (
                3,
                format!("#3 names {action}: what is denied is not granted, whatever allows it."),
            ),
            (_, true, true) => (2, format!("#1 matches it, and {named}: that grants it.")),
            (_, true, false) => (0, format!("#1 matches it; {named}, so that grants it not.")),
            (_, false, true) => (1, format!("#1 does not match it; {named}: that grants it.")),
            (_, false, false) => (4, format!("#1 does not match it, and {named}.")),
        };
        ChoosingRow {
            what: action.to_string(),
            known: match lot {
                Lot::Unused => "unused".to_owned(),
                Lot::Stays => "not unused".to_owned(),
                Lot::Kept => "unused, but kept".to_owned(),
            },
            right,
            why,
            because: Some(action.clone()),
        }
    }
}
