//! Sets about where names are cut: which cut for which purpose, by what each of them costs.

use std::sync::Arc;

use super::choosing::{Choosing, ChoosingRow};
use super::deal::Deck;
use super::dice::Dice;
use super::subject::Level;
use crate::findings::UnusedActions;
use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::refine::{Backtest, Curation, Estimate, Granularity, Universe, estimate};
use crate::text::counted;

/// The services with at most so many actions are cut: those of others cannot be overlooked.
const MOST: usize = 80;

/// What a purpose asks for.
enum Purpose {
    /// The fewest characters.
    Shortest,
    /// Nothing that nobody has seen.
    NothingNew,
    /// At most so many characters, and as little that is new as that allows.
    Within(usize),
    /// At most so many actions that nobody asked for, and as short as that allows.
    AtMost(usize),
}

/// What a cut comes to: its characters, and how many actions it would have let in.
#[derive(Clone, Copy)]
struct Price {
    characters: usize,
    unasked: usize,
}

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
        dice.shuffle(&mut old);
        let mut unused = UnusedActions::default();
        for action in old.into_iter().take(2 + dice.below(4)) {
            unused.add(action, None);
        }
        let universe = Universe::new(Arc::clone(&self.known), Arc::new(unused), []);
        let wildcard = ActionPattern::whole_service(ServicePrefix::clone(service));
        let backtest = estimate(&wildcard, &universe, Curation::NONE);
        choosing(&wildcard, &backtest, level, dice)
    }
}

fn choosing(
    wildcard: &ActionPattern,
    backtest: &Backtest,
    level: Level,
    dice: &mut Dice,
) -> Option<Choosing> {
    let prices: Vec<Price> = (backtest.choices.iter())
        .map(|(_, estimate)| price(estimate))
        .collect();
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
    ];
    purposes.truncate(3 + level.number());
    dice.shuffle(&mut purposes);
    let rows = purposes.iter();
    let rows = rows.filter_map(|purpose| purpose.row(&prices, backtest));
    Some(Choosing {
        asked: format!("{wildcard} is refined. Which cut serves each purpose?"),
        known: told(backtest, &prices),
        choices: Granularity::ALL.iter().map(|cut| cut.as_str()).collect(),
        rows: rows.collect(),
    })
}

fn price(estimate: &Estimate) -> Price {
    let first = estimate.unasked.first();
    Price {
        characters: estimate.characters,
        unasked: first.map_or(0, |unasked| unasked.granted.len()),
    }
}

/// What each cut comes to, a line each.
fn told(backtest: &Backtest, prices: &[Price]) -> Vec<String> {
    let since = backtest
        .choices
        .iter()
        .find_map(|(_, estimate)| estimate.unasked.first());
    let since = since.map_or_else(String::new, |unasked| unasked.since.to_string());
    let heading = format!(
        "{:<10} {:>7} {:>10}   let in unasked since {since}",
        "cut", "entries", "characters"
    );
    let lines = backtest
        .choices
        .iter()
        .zip(prices)
        .map(|((cut, estimate), price)| {
            format!(
                "{:<10} {:>7} {:>10}   {}",
                cut.as_str(),
                estimate.entries,
                price.characters,
                price.unasked
            )
        });
    std::iter::once(heading).chain(lines).collect()
}

impl Purpose {
    fn row(&self, prices: &[Price], backtest: &Backtest) -> Option<ChoosingRow> {
        let right = self.right(prices)?;
        let because = first_unasked(backtest);
        let price = prices[right];
        let (what, why) = match self {
            Purpose::Shortest => (
                "as few characters as can be".to_owned(),
                format!(
                    "Nothing comes to less than {} characters.",
                    price.characters
                ),
            ),
            Purpose::NothingNew => (
                "nothing that AWS adds is granted unasked".to_owned(),
                match &because {
                    Some(action) => format!("Every star grants what comes: {action} came."),
                    None => "Every star grants what comes.".to_owned(),
                },
            ),
            Purpose::Within(most) => (
                format!("at most {most} characters, and as little unasked as that allows"),
                format!(
                    "Of the cuts of at most {most} characters none lets in less than {}.",
                    counted(price.unasked, "action", "actions")
                ),
            ),
            Purpose::AtMost(most) => (
                format!("at most {most} actions unasked, and as short as that allows"),
                format!(
                    "Of the cuts that let in at most {most} none is shorter than {} characters.",
                    price.characters
                ),
            ),
        };
        Some(ChoosingRow {
            what,
            known: String::new(),
            right,
            why,
            because,
        })
    }

    /// The cut that serves it.
    fn right(&self, prices: &[Price]) -> Option<usize> {
        let all = prices.iter().enumerate();
        let best = match self {
            Purpose::Shortest => all.min_by_key(|(_, price)| price.characters),
            Purpose::NothingNew => all.min_by_key(|(_, price)| price.unasked),
            Purpose::Within(most) => all
                .filter(|(_, price)| price.characters <= *most)
                .min_by_key(|(_, price)| price.unasked),
            Purpose::AtMost(most) => all
                .filter(|(_, price)| price.unasked <= *most)
                .min_by_key(|(_, price)| price.characters),
        };
        best.map(|(at, _)| at)
    }
}

/// An action that some cut would have let in.
fn first_unasked(backtest: &Backtest) -> Option<Action> {
    let estimates = backtest.choices.iter().map(|(_, estimate)| estimate);
    let unasked = estimates.filter_map(|estimate| estimate.unasked.first());
    unasked.flat_map(|unasked| &unasked.granted).next().cloned()
}
