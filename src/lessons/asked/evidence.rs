//! Why an action is granted after a finding was followed, or that it is gone.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::answer::AnswerBy;
use super::case::{Asked, Case, CasePicture, MOST_CHOICES};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::finding_facts;
use super::matter::Matter;
use super::timeline::{FindingMade, Timeline};
use crate::catalogue::{Catalogue, KnownAction};
use crate::iam::{Action, ActionPattern, Actions, Effect};
use crate::refine::{Evidence, Universe};
use crate::text::list;

/// Why an action is granted after the finding was followed.
pub(in crate::lessons) const CHOICES: [&str; 5] =
    ["used", "untracked", "newer", "elsewhere", "gone"];

/// The lines are gone through from the top: the first that holds is the reason.
pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "why granted still?",
    lines: &[
        "the finding does not name it:",
        "  came later: newer",
        "  else not tracked: untracked",
        "  else: used",
        "it names it, which takes it away:",
        "  other entry: elsewhere; else: gone",
    ],
};

/// What AWS tracks of `actions`, and since when it has those that are new, a line each.
pub(in crate::lessons) fn facts(known: &Catalogue, actions: &[Action]) -> Vec<String> {
    let mut actions: Vec<&Action> = actions.iter().collect();
    actions.sort();
    actions.dedup();
    let of_tracking = |wanted: Option<bool>| -> Vec<String> {
        let found = actions.iter().filter_map(|action| known.action(action));
        let found = found.filter(|one| one.tracked == wanted);
        found.map(|one| one.name.to_string()).collect()
    };
    let mut lines = Vec::new();
    let untracked = of_tracking(Some(false));
    if untracked.is_empty() {
        lines.push("AWS tracks the use of all that are asked about".to_owned());
    } else {
        lines.push(format!(
            "of what is asked about AWS does not track {}; the rest it does, as far as is known",
            list(&untracked)
        ));
    }
    let Some(oldest) = known.oldest_snapshot() else {
        return lines;
    };
    let mut by_day: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for action in &actions {
        let seen = known.action(action).and_then(|known| known.first_seen);
        if let Some(seen) = seen.filter(|seen| *seen > oldest) {
            by_day
                .entry(seen)
                .or_default()
                .push(action.name.to_string());
        }
    }
    let added = by_day
        .iter()
        .map(|(day, names)| format!("{} on {day}", list(names)));
    let added: Vec<String> = added.collect();
    if !added.is_empty() {
        lines.push(format!(
            "AWS added {}; it had all others before",
            added.join(", ")
        ));
    }
    lines
}

/// What a question of several actions asks for: the only one with this answer.
pub(in crate::lessons) fn asked_for(choice: usize) -> [&'static str; 2] {
    match choice {
        USED => [
            "the one used",
            "Which of these did the role use, as far as AWS sees?",
        ],
        UNTRACKED => [
            "the one untracked",
            "Of which of these can a finding not tell whether it is used?",
        ],
        NEWER => [
            "the one newer",
            "Which of these can the finding say nothing about, since it was not there yet?",
        ],
        ELSEWHERE => [
            "the one elsewhere",
            "Which of these was taken away here, and is granted still?",
        ],
        _ => [
            "the one gone",
            "Which of these can the role not do any more?",
        ],
    }
}

pub(super) const USED: usize = 0;
pub(super) const UNTRACKED: usize = 1;
pub(super) const NEWER: usize = 2;
pub(super) const ELSEWHERE: usize = 3;
pub(super) const GONE: usize = 4;

/// What is granted after a wildcard was refined by a finding.
pub(in crate::lessons) struct AfterFinding<'a> {
    pub(in crate::lessons) universe: &'a Universe,
    /// The day on which the finding was made.
    pub(in crate::lessons) found: Option<Date>,
    /// What the wildcard becomes.
    pub(in crate::lessons) result: &'a [ActionPattern],
    /// What the role's policies allow besides.
    pub(in crate::lessons) others: &'a [Actions],
    /// Whether the finding is made anew, after a time in which the role used nothing.
    pub(in crate::lessons) is_anew: bool,
}

impl AfterFinding<'_> {
    /// An action, and why it is granted; none of what is not known enough.
    pub(in crate::lessons) fn row(&self, action: &Action) -> Option<ChoosingRow> {
        let known = self.universe.catalogue.action(action)?;
        let evidence = match (self.is_anew, known.tracked) {
            (false, _) => Evidence::of(action, self.universe, self.found),
            (true, Some(true)) => Evidence::Reported,
            (true, Some(false)) => Evidence::NeverTracked,
            (true, None) => return None,
        };
        let other = self.others.iter().find(|other| other.matches(action));
        let stays = !self.is_anew && self.result.iter().any(|new| new.matches(action));
        let is_granted = other.is_some() || stays;
        let name = &action.name;
        let names = if self.is_anew {
            "AWS tracks its use, so a new finding names"
        } else {
            "The finding names"
        };
        let (right, line, why) = match evidence {
            Evidence::NewerThanFinding => (
                NEWER,
                1,
                format!(
                    "The finding was made before AWS had {action}, so it could not name it, tracked or not."
                ),
            ),
            Evidence::NeverTracked => (
                UNTRACKED,
                2,
                format!(
                    "AWS does not track {action}, so its absence from the finding means nothing."
                ),
            ),
            Evidence::TrackedNotReported => (
                USED,
                3,
                format!(
                    "AWS had {action} when the finding was made, tracks it, and did not report it: it was used, \
                     as far as AWS sees."
                ),
            ),
            Evidence::Reported if is_granted => (
                ELSEWHERE,
                5,
                match other {
                    Some(other) => {
                        let other = granting(other, action);
                        format!("{names} {action}, but {other} grants it as well.")
                    }
                    None => format!("{names} {action}, and it stays all the same."),
                },
            ),
            Evidence::Reported => (
                GONE,
                5,
                format!("{names} {action}, and no entry matches {name} any more."),
            ),
            _ => return None,
        };
        let against = against_others(CHOICES.len(), right, |choice| {
            against(choice, action, evidence, known)
        });
        Some(ChoosingRow {
            what: action.to_string(),
            known: String::new(),
            right,
            line,
            why,
            against,
            because: Some(action.clone()),
        })
    }
}

/// What of a statement grants an action that it matches.
fn granting(actions: &Actions, action: &Action) -> String {
    let entry = match actions {
        Actions::Action(entries) => entries.iter().find(|entry| entry.matches(action)),
        Actions::NotAction(_) => None,
    };
    entry.map_or_else(
        || "a NotAction that does not name it".to_owned(),
        ToString::to_string,
    )
}

/// What speaks against a choice, of what is known of the action.
fn against(choice: usize, action: &Action, evidence: Evidence, known: &KnownAction) -> String {
    let name = &action.name;
    let is_named = evidence == Evidence::Reported;
    match choice {
        ELSEWHERE | GONE if !is_named => {
            format!("The finding does not name {name}, so nothing took it away.")
        }
        GONE => format!("{name} was taken from one entry; does anything else grant it?"),
        ELSEWHERE => format!("No other entry here matches {name}."),
        _ if is_named => {
            format!("The finding names {name}: it was there, tracked, and unused.")
        }
        NEWER => format!("{name} was there before the finding was made."),
        UNTRACKED if known.tracked == Some(true) => format!("AWS does track {name}."),
        UNTRACKED => format!("A line further up in the rule holds for {name} already."),
        _ if evidence == Evidence::NewerThanFinding => {
            format!("When the finding was made, AWS had no {name} that could be used.")
        }
        _ => format!("AWS does not track {name}, so a finding cannot tell whether it is used."),
    }
}

/// Why an action is granted still, or that it is gone; perhaps by a finding that is made anew.
pub(in crate::lessons) fn case(matter: &Matter<'_>, action: &Action, is_anew: bool) -> Asked {
    let mut row = row(matter, action, is_anew)?;
    let asked = if is_anew {
        row.what = format!("{}, half a year on", action.name);
        format!(
            "The role uses nothing for half a year, and then a new finding is made and followed. Is {action} \
             still granted after that, and why?"
        )
    } else {
        format!("Why is {action} still granted, or is it gone?")
    };
    let facts = (!is_anew).then(|| finding_facts::facts(matter, action, row.right));
    let known = if is_anew {
        told(matter)
    } else {
        vec![refined(matter)]
    };
    let case = Case::asking(known, asked, &RULE, CHOICES.iter(), row);
    let case = case.with_picture(times(matter, action, is_anew));
    Ok(match facts {
        Some(facts) => case.answered_by(AnswerBy::Fact(facts)),
        None => case,
    })
}

/// Which of several actions is the one of which this holds.
pub(in crate::lessons) fn case_of_several(
    matter: &Matter<'_>,
    holds: &str,
    actions: &[Action],
) -> Asked {
    let kinds = CHOICES;
    let kind = kinds.iter().position(|kind| *kind == holds);
    let kind = kind.ok_or_else(|| format!("which is one of {}", kinds.join(", ")))?;
    let rows = actions.iter().map(|action| row(matter, action, false));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut right = (0..rows.len()).filter(|at| rows[*at].right == kind);
    let (Some(right), None) = (right.next(), right.next()) else {
        return Err(format!("of these not just one is {holds}"));
    };
    if rows.len() > MOST_CHOICES {
        return Err(format!("there are at most {MOST_CHOICES} to choose from"));
    }
    let [what, asked] = asked_for(kind);
    let choices: Vec<String> = actions.iter().map(|one| one.name.to_string()).collect();
    let against = rows.iter().enumerate();
    let against = against.map(|(at, row)| {
        if at == right {
            String::new()
        } else {
            row.why.clone()
        }
    });
    let row = ChoosingRow {
        what: what.to_owned(),
        right,
        against: against.collect(),
        ..rows[right].clone()
    };
    let asked = asked.to_owned();
    let case = Case::asking(told(matter), asked, &RULE, choices.iter(), row);
    Ok(case.with_picture(times(matter, &actions[right], false)))
}

/// When an action was there, beside the time of the finding; one that is made anew is later than all.
fn times(matter: &Matter<'_>, action: &Action, is_anew: bool) -> Option<CasePicture> {
    let made = match matter.input.finding_date() {
        _ if is_anew => FindingMade::Anew,
        Some(day) => FindingMade::On(day),
        None => FindingMade::Undated,
    };
    let times = Timeline::of(&matter.universe().catalogue, action, made);
    times.map(CasePicture::Times)
}

/// Why an action is granted, as it is asked about. A Deny is no matter of it.
fn row(matter: &Matter<'_>, action: &Action, is_anew: bool) -> Result<ChoosingRow, String> {
    let policies = matter.input.meanings();
    let mut statements = policies.flat_map(|policy| &policy.statements);
    if statements.any(|own| own.effect == Effect::Deny && own.actions.matches(action)) {
        return Err(format!(
            "a Deny is about {action}, and the rule that is asked knows of none"
        ));
    }
    let others = others(matter).into_iter().flat_map(|(_, others)| others);
    let others: Vec<Actions> = others.collect();
    let wildcard = &matter.wildcard;
    if !wildcard.matches(action) && !others.iter().any(|other| other.matches(action)) {
        return Err(format!(
            "{wildcard} grants no {action}, nor does anything else"
        ));
    }
    let after = AfterFinding {
        universe: matter.universe(),
        found: matter.input.finding_date(),
        result: &matter.result,
        others: &others,
        is_anew,
    };
    let row = after.row(action);
    row.ok_or_else(|| format!("what is known of {action} does not say why it is granted"))
}

/// What is allowed besides the wildcard, statement by statement, by the name of its policy.
pub(super) fn others(matter: &Matter<'_>) -> Vec<(String, Vec<Actions>)> {
    let policies = matter.input.meanings().enumerate();
    let others = policies.map(|(policy, meaning)| {
        let statements = meaning.statements.iter().enumerate();
        let allows = statements.filter(|(_, own)| own.effect == Effect::Allow);
        let others = allows.map(|(statement, own)| {
            let mut actions = own.actions.clone();
            if let Actions::Action(entries) = &mut actions
                && (policy, statement) == (matter.place.policy, matter.place.statement)
            {
                entries.remove(matter.place.entry);
            }
            actions
        });
        let is_some = |actions: &Actions| match actions {
            Actions::Action(entries) => !entries.is_empty(),
            Actions::NotAction(_) => true,
        };
        let name = matter.input.document(policy).source().name().to_string();
        (name, others.filter(is_some).collect::<Vec<_>>())
    });
    others.filter(|(_, others)| !others.is_empty()).collect()
}

/// The wildcard, and that it is refined.
fn refined(matter: &Matter<'_>) -> String {
    let policy = matter.input.document(matter.place.policy).source().name();
    format!(
        "{policy}: {}, from which all is taken that the finding names",
        matter.wildcard
    )
}

/// What the policies allow, and what the finding and AWS tell, a line each.
fn told(matter: &Matter<'_>) -> Vec<String> {
    let facts = finding_facts::lines(matter);
    std::iter::once(refined(matter)).chain(facts).collect()
}
