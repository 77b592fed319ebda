//! What is known of the actions that a lesson asks about, fact by fact: the finding, when AWS added them, what it does
//! not track, and what other entries grant.

use jiff::civil::Date;

use super::answer::{Fact, Facts, lines_of};
use super::evidence::{ELSEWHERE, GONE, NEWER, UNTRACKED, USED, others};
use super::matter::Matter;
use crate::iam::{Action, Actions, ServicePrefix};
use crate::text::list;

/// Something that is known.
enum Known {
    /// The finding names this action.
    Named(Action),
    /// The finding says that nothing of this service was used.
    Idle(ServicePrefix),
    /// AWS added this action on that day.
    Added(Action, Date),
    /// AWS does not track this action.
    Untracked(Action),
    /// The policy of this name also allows that.
    Allowed(String, Actions),
}

/// All that is known, as the lesson has it.
fn all_known(matter: &Matter<'_>) -> Vec<Known> {
    let universe = matter.universe();
    let catalogue = &universe.catalogue;
    let oldest = catalogue.oldest_snapshot();
    let mut asked: Vec<Action> = matter.asked.clone();
    asked.sort();
    asked.dedup();
    asked.retain(|action| catalogue.contains(action));
    let named = universe.unused.named();
    let mut all: Vec<Known> = named
        .map(|action| Known::Named(matter.as_known(&action)))
        .collect();
    let idle = universe.unused.wholly_unused().cloned();
    all.extend(idle.map(Known::Idle));
    let added = asked.iter().filter_map(|action| {
        let day = catalogue.action(action)?.first_seen?;
        let is_new = oldest.is_some_and(|oldest| day > oldest);
        is_new.then(|| Known::Added(matter.as_known(action), day))
    });
    let mut added: Vec<Known> = added.collect();
    added.sort_by_key(|known| match known {
        Known::Added(_, day) => Some(*day),
        _ => None,
    });
    all.extend(added);
    let untracked = asked
        .iter()
        .filter(|action| catalogue.action(action).and_then(|known| known.tracked) == Some(false));
    all.extend(untracked.map(|action| Known::Untracked(matter.as_known(action))));
    for (name, allowed) in others(matter) {
        for actions in allowed {
            match &actions {
                Actions::Action(entries) => {
                    let entries = entries.iter().cloned();
                    let each = entries.map(|entry| Actions::Action(vec![entry]));
                    all.extend(each.map(|entry| Known::Allowed(name.clone(), entry)));
                }
                Actions::NotAction(_) => all.push(Known::Allowed(name.clone(), actions)),
            }
        }
    }
    all
}

/// What is known, a line each.
pub(super) fn lines(matter: &Matter<'_>) -> Vec<String> {
    let known = all_known(matter).into_iter();
    let facts = known.map(|known| known.fact(matter, None));
    lines_of(&facts.collect::<Vec<_>>())
}

/// The facts, and which of them decides why `action` is granted still or gone, where that is `right`.
pub(super) fn facts(matter: &Matter<'_>, action: &Action, right: usize) -> Facts {
    let all = all_known(matter);
    let against =
        |known: &Known| (!known.decides(action, right)).then(|| known.against(action, right));
    let name = &action.name;
    let against_none = match right {
        USED => None,
        ELSEWHERE => Some(format!(
            "The finding names {name}, which takes it away here. Does another entry grant it?"
        )),
        GONE => Some(format!("The finding names {name}: it was not used.")),
        _ => Some(format!(
            "One of the lines is about {name}, and says why a finding cannot name it."
        )),
    };
    Facts {
        rows: all
            .iter()
            .map(|known| known.fact(matter, against(known)))
            .collect(),
        none: "none: it was used",
        against_none,
    }
}

impl Known {
    fn fact(&self, matter: &Matter<'_>, against: Option<String>) -> Fact {
        let finding = match matter.input.finding_date() {
            Some(date) => format!("the finding of {date}"),
            None => "the finding".to_owned(),
        };
        let (known, of) = match self {
            Known::Named(action) => (format!("{finding} names"), action.name.to_string()),
            Known::Idle(service) => (
                format!("{finding} names nothing as used of"),
                service.to_string(),
            ),
            Known::Added(action, day) => (format!("AWS added on {day}"), action.name.to_string()),
            Known::Untracked(action) => ("AWS does not track".to_owned(), action.name.to_string()),
            Known::Allowed(policy, actions) => {
                let entries = actions.entries().iter().map(ToString::to_string);
                let entries = list(&entries.collect::<Vec<_>>());
                match actions {
                    Actions::Action(_) => (format!("{policy} allows"), entries),
                    Actions::NotAction(_) => (format!("{policy} allows all but"), entries),
                }
            }
        };
        Fact { known, of, against }
    }

    /// Whether this is what decides it.
    fn decides(&self, action: &Action, right: usize) -> bool {
        match self {
            Known::Named(named) => right == GONE && named == action,
            Known::Idle(service) => right == GONE && *service == action.service,
            Known::Added(added, _) => right == NEWER && added == action,
            Known::Untracked(untracked) => right == UNTRACKED && untracked == action,
            Known::Allowed(_, actions) => right == ELSEWHERE && actions.matches(action),
        }
    }

    /// Why it does not decide it.
    fn against(&self, action: &Action, right: usize) -> String {
        let name = &action.name;
        match self {
            Known::Named(other) | Known::Added(other, _) | Known::Untracked(other)
                if other != action =>
            {
                format!("That is said of {}, not of {name}.", other.name)
            }
            Known::Idle(service) if *service != action.service => {
                format!("{name} is not of {service}.")
            }
            Known::Named(_) | Known::Idle(_) => {
                format!("{name} was taken from one entry; does anything else grant it?")
            }
            Known::Added(_, day) => {
                format!("{name} came on {day}, before the finding was made.")
            }
            Known::Untracked(_) => {
                format!("A line further up in the rule holds for {name} already.")
            }
            Known::Allowed(_, actions) if !actions.matches(action) => {
                format!("That does not grant {name}.")
            }
            Known::Allowed(..) if right == USED => format!(
                "It grants {name} too; but did anything take {name} away? The finding does not name it."
            ),
            Known::Allowed(..) => format!(
                "It grants {name} too; but the finding does not name it, so nothing took it away."
            ),
        }
    }
}
