//! Which cut serves a purpose, by what each of them costs.

use serde::Deserialize;

use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::matter::Matter;
use crate::iam::Action;
use crate::refine::{Backtest, Curation, Estimate, Granularity, estimate};
use crate::text::counted;

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "which cut?",
    lines: &[
        "strike what is over the limit;",
        "then, whichever is wanted:",
        "  the fewest characters,",
        "  or the fewest let in",
    ],
};

/// What a purpose asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::lessons) enum Purpose {
    /// The fewest characters.
    Shortest,
    /// Nothing that nobody has seen.
    NothingNew,
    /// At most so many characters, and as little that is new as that allows.
    #[serde(rename = "characters")]
    Within(usize),
    /// At most so many actions that nobody asked for, and as short as that allows.
    #[serde(rename = "letting-in")]
    AtMost(usize),
}

/// What a cut comes to: its characters, and how many actions it would have let in.
#[derive(Clone, Copy)]
pub(in crate::lessons) struct Price {
    cut: Granularity,
    pub(in crate::lessons) characters: usize,
    pub(in crate::lessons) unasked: usize,
}

/// What each of the cuts comes to, in their order.
pub(in crate::lessons) fn prices(backtest: &Backtest) -> Vec<Price> {
    let choices = backtest.choices.iter();
    choices
        .map(|(cut, estimate)| price(*cut, estimate))
        .collect()
}

fn price(cut: Granularity, estimate: &Estimate) -> Price {
    let first = estimate.unasked.first();
    Price {
        cut,
        characters: estimate.characters,
        unasked: first.map_or(0, |unasked| unasked.granted.len()),
    }
}

/// What each cut comes to, a line each.
pub(in crate::lessons) fn told(backtest: &Backtest, prices: &[Price]) -> Vec<String> {
    let since = backtest
        .choices
        .iter()
        .find_map(|(_, estimate)| estimate.unasked.first());
    let since = since.map_or_else(String::new, |unasked| unasked.since.to_string());
    let heading = format!(
        "{:<10} {:>7} {:>10}   let in since {since}",
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
    pub(in crate::lessons) fn row(
        &self,
        prices: &[Price],
        backtest: &Backtest,
    ) -> Option<ChoosingRow> {
        let right = self.right(prices)?;
        let because = first_unasked(backtest);
        let price = prices[right];
        let (what, why) = match self {
            Purpose::Shortest => (
                "as few characters as possible".to_owned(),
                format!(
                    "No cut comes to fewer than {} characters.",
                    price.characters
                ),
            ),
            Purpose::NothingNew => (
                "nothing that AWS adds is granted".to_owned(),
                match &because {
                    Some(action) => {
                        format!("Every star also grants what AWS adds, as it did {action}.")
                    }
                    None => "Every star also grants what AWS adds.".to_owned(),
                },
            ),
            Purpose::Within(most) => (
                format!("at most {most} characters, the fewest let in"),
                format!(
                    "Of the cuts with at most {most} characters none lets in fewer than {}.",
                    counted(price.unasked, "action", "actions")
                ),
            ),
            Purpose::AtMost(most) => (
                format!("at most {most} let in, the fewest characters"),
                format!(
                    "Of the cuts that let in at most {most} none is shorter than {} characters.",
                    price.characters
                ),
            ),
        };
        let line = match self {
            Purpose::Shortest | Purpose::AtMost(_) => 2,
            Purpose::NothingNew | Purpose::Within(_) => 3,
        };
        let against = against_others(prices.len(), right, |at| self.against(prices[at]));
        Some(ChoosingRow {
            what,
            known: String::new(),
            right,
            line,
            why,
            against,
            because,
        })
    }

    /// What speaks against a cut that does not serve it.
    fn against(&self, price: Price) -> String {
        let Price {
            cut,
            characters,
            unasked,
        } = price;
        match self {
            Purpose::Shortest => {
                format!("{cut} comes to {characters} characters; is there none with fewer?")
            }
            Purpose::NothingNew => {
                format!(
                    "{cut} would have let in {}.",
                    counted(unasked, "action", "actions")
                )
            }
            Purpose::Within(most) if characters > *most => {
                format!("{cut} comes to {characters} characters, more than {most}.")
            }
            Purpose::Within(most) => format!(
                "{cut} keeps to {most} characters and lets in {unasked}; is there one within the limit that lets in fewer?"
            ),
            Purpose::AtMost(most) if unasked > *most => {
                format!("{cut} would have let in {unasked}, more than {most}.")
            }
            Purpose::AtMost(most) => format!(
                "{cut} lets in at most {most}, with {characters} characters; is there one within the limit that is shorter?"
            ),
        }
    }

    /// The cut that serves it; none where none does, or several do.
    fn right(&self, prices: &[Price]) -> Option<usize> {
        let keeps_to = |price: &Price| match self {
            Purpose::Shortest => true,
            Purpose::NothingNew => price.unasked == 0,
            Purpose::Within(most) => price.characters <= *most,
            Purpose::AtMost(most) => price.unasked <= *most,
        };
        let wanted = |price: &Price| match self {
            Purpose::Shortest | Purpose::AtMost(_) => price.characters,
            Purpose::NothingNew | Purpose::Within(_) => price.unasked,
        };
        let left = || {
            prices
                .iter()
                .enumerate()
                .filter(|(_, price)| keeps_to(price))
        };
        let least = left().map(|(_, price)| wanted(price)).min()?;
        let mut best = left().filter(|(_, price)| wanted(price) == least);
        let (right, _) = best.next()?;
        best.next().is_none().then_some(right)
    }
}

/// An action that some cut would have let in.
fn first_unasked(backtest: &Backtest) -> Option<Action> {
    let estimates = backtest.choices.iter().map(|(_, estimate)| estimate);
    let unasked = estimates.filter_map(|estimate| estimate.unasked.first());
    unasked.flat_map(|unasked| &unasked.granted).next().cloned()
}

/// Which cut serves a purpose.
pub(in crate::lessons) fn case(matter: &Matter<'_>, purpose: Purpose) -> Asked {
    let backtest = backtest(matter);
    let prices = prices(&backtest);
    let row = purpose.row(&prices, &backtest);
    let row = row.ok_or_else(|| "no cut serves that, or several do alike".to_owned())?;
    let asked = format!("Wanted: {}. Which cut serves that?", row.what);
    let choices = Granularity::ALL.map(Granularity::as_str);
    Ok(Case::asking(
        told_of_cuts(matter, &backtest, &prices),
        asked,
        &RULE,
        choices.iter(),
        row,
    ))
}

pub(in crate::lessons) fn backtest(matter: &Matter<'_>) -> Backtest {
    let universe = matter.universe();
    estimate(&matter.wildcard, universe, Curation::NONE)
}

/// What each cut comes to, and what of the wildcard is unused.
pub(in crate::lessons) fn told_of_cuts(
    matter: &Matter<'_>,
    backtest: &Backtest,
    prices: &[Price],
) -> Vec<String> {
    let mut known = told(backtest, prices);
    known.push(matter.told_unused());
    known
}
