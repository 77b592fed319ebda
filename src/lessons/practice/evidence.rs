//! Sets about what a finding cannot know: why is an action still granted, or is it gone?

use std::sync::Arc;

use jiff::civil::Date;

use super::deal::{Deck, Pool};
use super::dice::Dice;
use super::subject::{Level, Subject};
use crate::catalogue::KnownAction;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern, Actions};
use crate::lessons::asked::evidence::{AfterFinding, CHOICES, RULE, facts};
use crate::lessons::asked::{Choosing, ChoosingRow};
use crate::refine::{Curation, Granularity, Universe, plan_entry};
use crate::text::list;

/// Policies, a finding, and what is known of each action.
struct Case<'a> {
    wildcard: &'a ActionPattern,
    universe: Universe,
    found: Date,
    /// What stands in the other policy of the role.
    other: ActionPattern,
    /// What the wildcard becomes.
    result: Vec<ActionPattern>,
}

impl Deck {
    /// A set about evidence, if one can be dealt at once.
    pub(super) fn deal_evidence(&self, level: Level, dice: &mut Dice) -> Option<Choosing> {
        let services = self.services();
        let pool = self.pool(&services, Subject::Shortest, level, dice)?;
        let service = pool.pattern.service()?;
        let known: Vec<&KnownAction> = (pool.names.iter())
            .filter_map(|name| self.known.service(service)?.action(name))
            .collect();
        let case = self.case(&pool, &known, dice)?;
        let mut order = known;
        dice.shuffle(&mut order);
        let mut rows: Vec<ChoosingRow> = Vec::new();
        // Of three kinds one, and then any: no answer is to be told by those that were given.
        let mut kinds: Vec<usize> = (0..CHOICES.len()).collect();
        dice.shuffle(&mut kinds);
        for turn in 0..CHOICES.len() * 4 {
            let of_each = kinds.get(turn).filter(|_| turn < 3);
            let wanted = of_each.map_or_else(|| dice.below(CHOICES.len()), |kind| *kind);
            let found = order.iter().filter_map(|known| case.row(known));
            let mut found = found.filter(|row| {
                row.right == wanted && rows.iter().all(|other| other.what != row.what)
            });
            rows.extend(found.next());
        }
        rows.truncate(4 + level.number());
        let mut kinds: Vec<usize> = rows.iter().map(|row| row.right).collect();
        kinds.sort_unstable();
        kinds.dedup();
        dice.shuffle(&mut rows);
        (kinds.len() >= 3 && rows.len() >= 5).then(|| case.choosing(rows))
    }

    /// A finding of a day before some of the names were there, and another policy that grants some of what it
    /// names.
    fn case<'a>(
        &self,
        pool: &'a Pool,
        known: &[&KnownAction],
        dice: &mut Dice,
    ) -> Option<Case<'a>> {
        let since = self.known.oldest_snapshot()?;
        let dates: Vec<Date> = known.iter().filter_map(|known| known.first_seen).collect();
        let dates: Vec<Date> = dates.into_iter().filter(|date| *date > since).collect();
        let found = dice.pick(&dates)?.yesterday().ok()?;
        let service = pool.pattern.service()?;
        let was_there = |known: &&&KnownAction| {
            known.tracked == Some(true) && known.first_seen.is_some_and(|seen| seen <= found)
        };
        let mut reported: Vec<&Action> = Vec::new();
        let actions: Vec<Action> = known
            .iter()
            .filter(was_there)
            .map(|known| Action::new(service.clone(), known.name.clone()))
            .collect();
        let mut order: Vec<&Action> = actions.iter().collect();
        dice.shuffle(&mut order);
        reported.extend(order.into_iter().take(3));
        let kept = *reported.first()?;
        let name = kept.name.as_str();
        let cuts: Vec<usize> = Granularity::Word.cuts(name, 0).collect();
        let last = cuts.len().checked_sub(2)?;
        let other: ActionPattern = format!("{service}:*{}", &name[cuts[last]..]).parse().ok()?;
        let mut unused = UnusedActions::default();
        for action in &reported {
            unused.add((*action).clone(), None);
        }
        let universe = Universe::new(Arc::clone(&self.known), Arc::new(unused), []);
        let plan = plan_entry(&pool.pattern, &universe, Curation::NONE, Granularity::Word);
        let result = plan.replacements()?.iter().map(|new| new.entry.clone());
        Some(Case {
            wildcard: &pool.pattern,
            result: result.collect(),
            universe,
            found,
            other,
        })
    }
}

impl Case<'_> {
    /// An action, and why it is granted; none of what is not known enough.
    fn row(&self, known: &KnownAction) -> Option<ChoosingRow> {
        let service = self.wildcard.service()?;
        let after = AfterFinding {
            universe: &self.universe,
            found: Some(self.found),
            result: &self.result,
            others: &[Actions::Action(vec![self.other.clone()])],
            is_anew: false,
        };
        after.row(&Action::new(service.clone(), known.name.clone()))
    }

    fn choosing(&self, rows: Vec<ChoosingRow>) -> Choosing {
        let named = self.universe.unused.named();
        let named: Vec<String> = named.map(|action| action.name.to_string()).collect();
        let mut known = vec![
            format!("policy 1: {}, refined by the finding", self.wildcard),
            format!("policy 2 of the same role: {}, as it was", self.other),
            format!("finding of {}: {} unused", self.found, list(&named)),
        ];
        let actions = rows.iter().filter_map(|row| row.because.clone());
        let actions: Vec<Action> = actions.collect();
        known.extend(facts(&self.universe.catalogue, &actions));
        Choosing {
            asked: "Why is each action still granted, or is it gone? Run the rule from the top."
                .to_owned(),
            known,
            rule: &RULE,
            choices: CHOICES.map(str::to_owned).to_vec(),
            rows,
        }
    }
}
