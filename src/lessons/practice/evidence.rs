//! Sets about what a finding cannot know: why is an action still granted, or is it gone?

use std::sync::Arc;

use jiff::civil::Date;

use super::choosing::{Choosing, ChoosingRow};
use super::deal::{Deck, Pool};
use super::dice::Dice;
use super::subject::{Level, Subject};
use crate::catalogue::KnownAction;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern};
use crate::refine::{Curation, Evidence, Granularity, Universe, plan_entry};
use crate::text::list;

/// Why an action is granted after the finding was followed.
const CHOICES: [&str; 5] = ["used", "untracked", "newer", "elsewhere", "gone"];

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
        // Of each kind one, and then any.
        for kind in 0..CHOICES.len() * 2 {
            let wanted = kind % CHOICES.len();
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
        (kinds.len() >= 4 && rows.len() >= 5).then(|| case.choosing(rows))
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
    fn choosing(&self, rows: Vec<ChoosingRow>) -> Choosing {
        let named = self.universe.unused.named();
        let named: Vec<String> = named.map(|action| action.name.to_string()).collect();
        Choosing {
            asked: "Both policies as told. Why is each action still granted, or is it gone?"
                .to_owned(),
            known: vec![
                format!("policy 1: {}, refined by the finding", self.wildcard),
                format!("policy 2 of the same role: {}, as it was", self.other),
                format!("finding of {}: {} unused", self.found, list(&named)),
            ],
            choices: CHOICES.to_vec(),
            rows,
        }
    }

    /// An action, and what is known of it; none of what is not known enough.
    fn row(&self, known: &KnownAction) -> Option<ChoosingRow> {
        let service = self.wildcard.service()?;
        let action = Action::new(service.clone(), known.name.clone());
        let evidence = Evidence::of(&action, &self.universe, Some(self.found));
        let is_elsewhere = self.other.matches(&action);
        let is_granted = is_elsewhere || self.result.iter().any(|entry| entry.matches(&action));
        // Two answers would be right.
        let is_newer = evidence == Evidence::NewerThanFinding;
        if is_newer && known.tracked != Some(true) || evidence != Evidence::Reported && is_elsewhere
        {
            return None;
        }
        let (right, why) = match evidence {
            Evidence::TrackedNotReported => (
                0,
                format!("AWS tracks {action}, and the finding does not name it."),
            ),
            Evidence::NeverTracked => (
                1,
                format!(
                    "AWS does not track {action}: that the finding does not name it says nothing."
                ),
            ),
            Evidence::NewerThanFinding => (
                2,
                format!("The finding was made before AWS had {action}: it could not name it."),
            ),
            Evidence::Reported if is_granted => (
                3,
                format!("The finding names {action}, and {} matches it.", self.other),
            ),
            Evidence::Reported => (
                4,
                format!("The finding names {action}, and neither policy matches it any more."),
            ),
            _ => return None,
        };
        Some(ChoosingRow {
            what: action.to_string(),
            known: self.facts(known, evidence, is_elsewhere),
            right,
            why,
            because: Some(action),
        })
    }

    fn facts(&self, known: &KnownAction, evidence: Evidence, is_elsewhere: bool) -> String {
        let named = match evidence {
            Evidence::Reported => "named",
            _ => "not named",
        };
        let tracked = match known.tracked {
            Some(true) => "AWS tracks it",
            _ => "AWS does not track it",
        };
        let oldest = self.universe.catalogue.oldest_snapshot();
        let seen = known
            .first_seen
            .map_or_else(String::new, |seen| match oldest {
                Some(oldest) if seen <= oldest => format!("AWS had it on {oldest}"),
                _ => format!("AWS has it since {seen}"),
            });
        let elsewhere = if is_elsewhere {
            format!("; {} matches it", self.other.name())
        } else {
            String::new()
        };
        format!("{named}; {tracked}; {seen}{elsewhere}")
    }
}
