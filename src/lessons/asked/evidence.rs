//! Why an action is granted after a finding was followed, or that it is gone.

use jiff::civil::Date;

use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use crate::catalogue::KnownAction;
use crate::iam::{Action, ActionPattern};
use crate::refine::{Evidence, Universe};

/// Why an action is granted after the finding was followed.
pub(in crate::lessons) const CHOICES: [&str; 5] =
    ["used", "untracked", "newer", "elsewhere", "gone"];

/// The lines are gone through from the top: the first that holds is the reason.
pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "why granted still?",
    lines: &[
        "the finding does not name it:",
        "  came later: newer",
        "  else AWS sees no use: untracked",
        "  else: used",
        "it names it, which takes it away:",
        "  other entry grants it: elsewhere",
        "  else: gone",
    ],
};

const USED: usize = 0;
const UNTRACKED: usize = 1;
const NEWER: usize = 2;
const ELSEWHERE: usize = 3;
const GONE: usize = 4;

/// What is granted after a wildcard was refined by a finding.
pub(in crate::lessons) struct AfterFinding<'a> {
    pub(in crate::lessons) universe: &'a Universe,
    /// The day on which the finding was made.
    pub(in crate::lessons) found: Option<Date>,
    /// What the wildcard becomes.
    pub(in crate::lessons) result: &'a [ActionPattern],
    /// What stands elsewhere in the role's policies.
    pub(in crate::lessons) others: &'a [ActionPattern],
}

impl AfterFinding<'_> {
    /// An action, and why it is granted; none of what is not known enough.
    pub(in crate::lessons) fn row(&self, action: &Action) -> Option<ChoosingRow> {
        let known = self.universe.catalogue.action(action)?;
        let evidence = Evidence::of(action, self.universe, self.found);
        let other = self.others.iter().find(|other| other.matches(action));
        let is_granted = other.is_some() || self.result.iter().any(|new| new.matches(action));
        let name = &action.name;
        let (right, line, why) = match evidence {
            Evidence::NewerThanFinding => (
                NEWER,
                1,
                format!(
                    "The finding was made before AWS had {action}: it could not name it, tracked or not."
                ),
            ),
            Evidence::NeverTracked => (
                UNTRACKED,
                2,
                format!(
                    "AWS does not track {action}: that the finding does not name it says nothing."
                ),
            ),
            Evidence::TrackedNotReported => (
                USED,
                3,
                format!(
                    "AWS had {action} when the finding was made, tracks it and did not report it: so it was \
                     used, as far as AWS sees."
                ),
            ),
            Evidence::Reported if is_granted => (
                ELSEWHERE,
                5,
                other.map_or_else(
                    || format!("The finding names {action}, and it stays all the same."),
                    |other| format!("The finding names {action}, and {other} grants it as well."),
                ),
            ),
            Evidence::Reported => (
                GONE,
                6,
                format!("The finding names {action}, and no entry matches {name} any more."),
            ),
            _ => return None,
        };
        let against = against_others(CHOICES.len(), right, |choice| {
            against(choice, action, evidence, known)
        });
        Some(ChoosingRow {
            what: action.to_string(),
            known: self.facts(known),
            right,
            line,
            why,
            against,
            because: Some(action.clone()),
        })
    }

    /// What is known of an action itself; whether the finding names it is for the learner to see.
    fn facts(&self, known: &KnownAction) -> String {
        let tracked = match known.tracked {
            Some(true) => "tracked by AWS",
            Some(false) => "not tracked by AWS",
            None => "tracked or not, which is not known",
        };
        let oldest = self.universe.catalogue.oldest_snapshot();
        let seen = known
            .first_seen
            .map_or_else(String::new, |seen| match oldest {
                Some(oldest) if seen <= oldest => format!("; known by {oldest}"),
                _ => format!("; known since {seen}"),
            });
        format!("{tracked}{seen}")
    }
}

/// What speaks against a choice, of what is known of the action.
fn against(choice: usize, action: &Action, evidence: Evidence, known: &KnownAction) -> String {
    let name = &action.name;
    let is_named = evidence == Evidence::Reported;
    match choice {
        ELSEWHERE | GONE if !is_named => {
            format!("The finding does not name {name}, so nothing took it away.")
        }
        GONE => format!("{name} was taken from one entry; does another one match it?"),
        ELSEWHERE => format!("No other entry that is told of matches {name}."),
        _ if is_named => {
            format!("The finding names {name}: it was there, tracked, and unused.")
        }
        NEWER => format!("{name} was there before the finding was made."),
        UNTRACKED if known.tracked == Some(true) => format!("AWS does track {name}."),
        UNTRACKED => format!("A line of the rule further up holds of {name} already."),
        _ if evidence == Evidence::NewerThanFinding => {
            format!("When the finding was made there was no {name} that could be used.")
        }
        _ => format!("Nobody can tell whether {name} is used: AWS does not look."),
    }
}
