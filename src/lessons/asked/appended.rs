//! What is appended to a `NotAction`, so that it does not grant an unused action any more.

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::iam::{Action, ActionPattern};
use crate::refine::{Curation, Granularity, Universe, extend};
use crate::text::list;

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "what is appended?",
    lines: &[
        "an entry names it already: nothing",
        "nothing of its service was used:",
        "  service:*, once",
        "else: the action, in full;",
        "  a prefix takes away more",
    ],
};

const NOTHING: usize = 0;
const IN_FULL: usize = 1;
const PREFIX: usize = 2;
const SERVICE: usize = 3;

/// A `NotAction` of these entries.
pub(in crate::lessons) struct Appended<'a> {
    pub(in crate::lessons) entries: &'a [ActionPattern],
    pub(in crate::lessons) universe: &'a Universe,
}

impl Appended<'_> {
    /// What one could append for an unused action, and which of that is. None of one that is not unused.
    pub(in crate::lessons) fn row(&self, action: &Action) -> Option<(Vec<String>, ChoosingRow)> {
        let service = &action.service;
        let end = Granularity::Word.cuts(action.name.as_str(), 0).next()?;
        let prefix = format!("{service}:{}*", &action.name.as_str()[..end]);
        let prefix: ActionPattern = prefix.parse().ok()?;
        let additions = extend(self.entries, self.universe, Curation::NONE).additions;
        let added = additions.iter().find(|new| new.matches(action));
        let old = self.entries.iter().find(|entry| entry.matches(action));
        let (right, line, why) = match (added, old) {
            _ if !self.universe.is_unused(action) => return None,
            (None, Some(old)) => (
                NOTHING,
                0,
                format!("{old} names {action} already, so the statement does not grant it."),
            ),
            (Some(new), _) if new.is_literal() => (
                IN_FULL,
                3,
                format!(
                    "{action} is unused and granted, and other actions of {service} are not reported: each unused \
                     one goes by its name."
                ),
            ),
            (Some(new), _) => (
                SERVICE,
                2,
                format!(
                    "Nothing of {service} was used: {new} takes {action} away, and all else that it has."
                ),
            ),
            (None, None) => return None,
        };
        let taken = self.taken_by(&prefix);
        let against = against_others(4, right, |choice| match choice {
            NOTHING => {
                format!("{action} is unused, and no entry names it yet: it would stay granted.")
            }
            _ if right == NOTHING => {
                format!("Is {action} granted now? Look at what the NotAction names.")
            }
            IN_FULL => format!("Was anything of {service} used? The finding tells."),
            PREFIX => match &taken {
                Some(taken) => {
                    format!("{prefix} would take {taken} away too, which is not reported.")
                }
                None => format!(
                    "{prefix} would leave the rest of {service} granted, or take away what is not reported."
                ),
            },
            _ => format!("{service}:* would take away all of {service}; is all of it unused?"),
        });
        let choices = vec![
            "nothing".to_owned(),
            action.to_string(),
            prefix.to_string(),
            format!("{service}:*"),
        ];
        let row = ChoosingRow {
            what: action.name.to_string(),
            known: String::new(),
            right,
            line,
            why,
            against,
            because: Some(action.clone()),
        };
        Some((choices, row))
    }

    /// What is granted and not reported, and goes where this is appended.
    fn taken_by(&self, entry: &ActionPattern) -> Option<Action> {
        let known = self.universe.catalogue.granted_by(entry);
        let mut known = known.map(|(service, one)| Action::new(service.clone(), one.name.clone()));
        known.find(|action| {
            let is_named = self.entries.iter().any(|entry| entry.matches(action));
            !self.universe.is_unused(action) && !is_named
        })
    }

    /// The statement, and what the finding says, a line each.
    pub(in crate::lessons) fn known(&self) -> Vec<String> {
        let entries: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        let unused = &self.universe.unused;
        let idle: Vec<String> = unused.wholly_unused().map(ToString::to_string).collect();
        let named: Vec<String> = unused.named().map(|action| action.to_string()).collect();
        let mut known = vec![
            format!("#2 Allow on *, NotAction: {}", entries.join(", ")),
            format!("found unused: {}", named.join(", ")),
        ];
        if !idle.is_empty() {
            known.push(format!("nothing at all was used of {}", list(&idle)));
        }
        known
    }
}
