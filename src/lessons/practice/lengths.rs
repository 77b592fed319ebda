//! Sets about lengths: how long a policy is that has to keep to a limit, and what stays unused for it.

use super::deal::{Deck, unused_line};
use super::dice::Dice;
use super::subject::Level;
use crate::iam::{Action, ServicePrefix};
use crate::intake::{Intake, IntakeOptions};
use crate::lessons::asked::lengths::{Limit, RULE, lengths, told};
use crate::lessons::asked::{Choosing, ChoosingRow};
use crate::review::{Fit, Review};

/// How many actions a service has whose policies are worth a set.
const SIZES: std::ops::RangeInclusive<usize> = 10..=60;

/// How many lengths there are to choose from: each has a key.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=5;

impl Deck {
    /// A set about lengths, if one can be dealt at once.
    pub(super) fn deal_lengths(&self, level: Level, dice: &mut Dice) -> Option<Choosing> {
        let services = self.services();
        let service = dice.pick(&services)?;
        let known = self.known.service(service)?.actions();
        if !SIZES.contains(&known.len()) {
            return None;
        }
        let actions = known
            .iter()
            .map(|known| Action::new(service.clone(), known.name.clone()));
        let mut unused: Vec<Action> = actions.collect();
        dice.shuffle(&mut unused);
        unused.truncate(3 + dice.below(6));
        unused.sort();
        let review = self.review(service, &unused)?;
        let fits = lengths(&review, 0);
        if !LENGTHS.contains(&fits.len()) {
            return None;
        }
        choosing(service, &unused, &fits, level, dice)
    }

    /// A policy that grants all of a service, and what is unused of it.
    fn review(&self, service: &ServicePrefix, unused: &[Action]) -> Option<Review> {
        let policy = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": format!("{service}:*"), "Resource": "*"}],
        });
        let names: Vec<&str> = unused.iter().map(|action| action.name.as_str()).collect();
        let findings =
            serde_json::json!([{"serviceNamespace": service.as_str(), "actions": names}]);
        let intake = Intake::new()
            .options(IntakeOptions::of(self.known.clone()))
            .text("policy.json", &policy.to_string())
            .text("findings.json", &findings.to_string());
        intake.review().ok()
    }
}

fn choosing(
    service: &ServicePrefix,
    unused: &[Action],
    fits: &[Fit],
    level: Level,
    dice: &mut Dice,
) -> Option<Choosing> {
    let mut limits: Vec<Limit> = Vec::new();
    for (at, fit) in fits.iter().enumerate() {
        let longer = at
            .checked_sub(1)
            .map_or(fit.size + 200, |before| fits[before].size);
        limits.push(Limit::Characters(fit.size + dice.below(longer - fit.size)));
        let stays = fit.excess.total();
        let more = fits
            .get(at + 1)
            .map_or(stays + 3, |next| next.excess.total());
        limits.push(Limit::Unused(stays + dice.below(more - stays)));
    }
    dice.shuffle(&mut limits);
    limits.truncate(3 + level.number());
    let rows: Vec<ChoosingRow> = limits.iter().filter_map(|limit| limit.row(fits)).collect();
    let mut known = told(fits);
    known.push(unused_line(unused.iter().map(|action| &action.name)));
    (rows.len() == limits.len()).then(|| Choosing {
        asked: format!(
            "A policy that allows {service}:* has to keep to a limit. Within a limit of characters, as few unused \
             actions as possible are to stay; within a limit of unused actions, it is to be as short as possible. \
             Which length does each limit ask for?"
        ),
        known,
        rule: &RULE,
        choices: fits.iter().map(|fit| fit.size.to_string()).collect(),
        rows,
    })
}
