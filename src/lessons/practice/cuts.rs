//! Sets about where names are cut: which cut for which purpose, by what each of them costs.

use std::sync::Arc;

use super::deal::{Deck, unused_line};
use super::dice::Dice;
use super::subject::Level;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::lessons::asked::Choosing;
use crate::lessons::asked::cuts::{Price, Purpose, RULE, prices, told};
use crate::refine::{Backtest, Curation, Granularity, Universe, estimate};

/// The services with at most so many actions are cut: those of others cannot be overlooked.
const MOST: usize = 80;

impl Deck {
    /// A set about cuts, if one can be dealt at once.
    pub(super) fn deal_cuts(&self, level: Level, dice: &mut Dice) -> Option<Choosing> {
        let services = self.services();
        let service = dice.pick(&services)?;
        let actions = self.known.service(service)?.actions();
        if !(12..=MOST).contains(&actions.len()) {
            return None;
        }
        let since = self.known.oldest_snapshot()?;
        let mut old: Vec<Action> = (actions.iter())
            .filter(|action| action.first_seen.is_some_and(|seen| seen <= since))
            .map(|action| Action::new(service.clone(), action.name.clone()))
            .collect();
        // Where nothing was added since, no cut would have let anything in.
        let has_grown = old.len() < actions.len();
        dice.shuffle(&mut old);
        let mut unused = UnusedActions::default();
        for action in old.into_iter().take(2 + dice.below(4)) {
            unused.add(action, None);
        }
        if !has_grown {
            return None;
        }
        let universe = Universe::new(Arc::clone(&self.known), Arc::new(unused), []);
        let wildcard = ActionPattern::whole_service(ServicePrefix::clone(service));
        let backtest = estimate(&wildcard, &universe, Curation::NONE);
        let mut choosing = choosing(&wildcard, &backtest, level, dice)?;
        let named = universe.unused.named();
        choosing
            .known
            .push(unused_line(named.map(|action| action.name)));
        Some(choosing)
    }
}

fn choosing(
    wildcard: &ActionPattern,
    backtest: &Backtest,
    level: Level,
    dice: &mut Dice,
) -> Option<Choosing> {
    let prices: Vec<Price> = prices(backtest);
    let [word, character, name] = prices[..] else {
        return None;
    };
    let is_ordered = character.characters < word.characters && word.characters < name.characters;
    let differs = name.unasked == 0 && word.unasked > 0 && character.unasked > word.unasked;
    if !is_ordered || !differs {
        return None;
    }
    let between = |low: usize, high: usize, dice: &mut Dice| low + dice.below(high - low);
    let mut purposes = vec![
        Purpose::Shortest,
        Purpose::NothingNew,
        Purpose::Within(between(word.characters, name.characters, dice)),
        Purpose::AtMost(between(word.unasked, character.unasked, dice)),
        Purpose::Within(between(character.characters, word.characters, dice)),
        Purpose::Within(name.characters + dice.below(200)),
        Purpose::AtMost(character.unasked + dice.below(5)),
        Purpose::AtMost(dice.below(word.unasked)),
    ];
    // Of all of them at every level: the words of a row alone are not to tell its cut.
    dice.shuffle(&mut purposes);
    purposes.truncate(3 + level.number());
    let rows = purposes.iter();
    let rows = rows.filter_map(|purpose| purpose.row(&prices, backtest));
    Some(Choosing {
        asked: format!("{wildcard} is refined. Which cut serves each purpose?"),
        known: told(backtest, &prices),
        rule: &RULE,
        choices: Granularity::ALL.iter().map(ToString::to_string).collect(),
        rows: rows.collect(),
    })
}
