//! What a change of a statement does to what a policy grants.

use std::collections::BTreeSet;

use super::case::{Asked, Case};
use super::choosing::{ChoiceRule, ChoosingRow, against_others};
use super::granting::Statements;
use super::matter::Matter;
use crate::catalogue::Catalogue;
use crate::iam::{Action, ActionPattern, Actions, Effect, Policy, Statement};

/// What the role may do after a change.
pub(in crate::lessons) const CHOICES: [&str; 3] = ["more", "less", "the same"];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "what does a change do?",
    lines: &[
        "Action grants what it names,",
        "NotAction what it does not name,",
        "Deny takes away what it names;",
        "  if it was so before: the same",
    ],
};

const MORE: usize = 0;
const LESS: usize = 1;
const SAME: usize = 2;

/// The lines of that rule.
const OF_ACTION: usize = 0;
const OF_NOT_ACTION: usize = 1;
const OF_DENY: usize = 2;
const WAS_SO: usize = 3;

/// An entry that is put into a statement, or taken out of it.
#[derive(Clone, Debug)]
pub(in crate::lessons) struct Change {
    /// The statement, counted from 0.
    pub(in crate::lessons) statement: usize,
    pub(in crate::lessons) entry: ActionPattern,
    pub(in crate::lessons) is_added: bool,
}

/// How far a policy allows an action: not at all by default.
#[derive(PartialEq, Eq, Default)]
struct Reach {
    /// The statements that allow it on some resources, or under conditions; none where one allows it everywhere.
    allowed_by: BTreeSet<usize>,
    is_allowed_everywhere: bool,
    /// The statements that deny it on some resources, or under conditions.
    denied_by: BTreeSet<usize>,
}

impl Change {
    /// What it does to `policy`. None where it changes nothing that is written.
    pub(in crate::lessons) fn row(
        &self,
        policy: &Policy,
        known: &Catalogue,
    ) -> Option<ChoosingRow> {
        let changed = self.applied(policy)?;
        let all = known.granted_by(&ActionPattern::Everything);
        let all = all.map(|(service, known)| Action::new(service.clone(), known.name.clone()));
        let reaches = all.map(|action| (Reach::of(policy, &action), Reach::of(&changed, &action)));
        let reaches: Vec<(Reach, Reach)> = reaches.filter(|(was, is)| was != is).collect();
        let grows = reaches.iter().any(|(was, is)| !is.is_within(was));
        let shrinks = reaches.iter().any(|(was, is)| !was.is_within(is));
        let right = match (grows, shrinks) {
            (true, false) => MORE,
            (false, true) => LESS,
            (false, false) => SAME,
            (true, true) => return None,
        };
        let statement = &policy.statements[self.statement];
        let line = match (right, statement.effect, &statement.actions) {
            (SAME, ..) => WAS_SO,
            (_, Effect::Deny, _) => OF_DENY,
            (_, _, Actions::NotAction(_)) => OF_NOT_ACTION,
            _ => OF_ACTION,
        };
        let (number, entry) = (self.statement + 1, &self.entry);
        let why = match line {
            WAS_SO => self.why_the_same(policy),
            OF_DENY => format!(
                "A Deny takes away what it names: {entry} is {} it.",
                self.verb("named in", "no longer in")
            ),
            OF_NOT_ACTION => format!(
                "A NotAction grants all that it does not name: {entry} is {} it.",
                self.verb("named in", "no longer in")
            ),
            _ => format!(
                "An Action grants what it names: {entry} is {} it.",
                self.verb("named in", "no longer in")
            ),
        };
        let element = match (statement.effect, &statement.actions) {
            (Effect::Deny, _) => "a Deny: it takes away what it names",
            (_, Actions::NotAction(_)) => "a NotAction: it grants what it does not name",
            _ => "an Action: it grants what it names",
        };
        let against = against_others(CHOICES.len(), right, |_| match right {
            SAME => format!("#{number} is {element}; but was that not so before?"),
            _ => format!("#{number} is {element}."),
        });
        let what = format!(
            "{} {entry} {} #{number}",
            self.verb("+", "-"),
            self.verb("in", "from")
        );
        Some(ChoosingRow {
            what,
            known: String::new(),
            right,
            line,
            why,
            against,
            because: None,
        })
    }

    /// Why what the role may do stays as it was.
    fn why_the_same(&self, policy: &Policy) -> String {
        let (number, entry) = (self.statement + 1, &self.entry);
        let statement = &policy.statements[self.statement];
        let mut others = statement.actions.entries().iter();
        if let Some(other) = others.find(|other| *other != entry && entry.is_included_in(other)) {
            return format!("#{number} has {other} as well, which covers {entry}.");
        }
        let others = policy.statements.iter().enumerate();
        let mut others = others.filter(|(at, _)| *at != self.statement);
        let names_all = |actions: &Actions| match actions {
            Actions::Action(entries) => entries.iter().any(|other| entry.is_included_in(other)),
            Actions::NotAction(entries) => !entries.iter().any(|other| other.meets(entry)),
        };
        let found = others.find(|(_, other)| is_everywhere(other) && names_all(&other.actions));
        match (statement.effect, found) {
            (Effect::Allow, Some((at, other))) if other.effect == Effect::Deny => {
                format!("#{} denies {entry}, whatever allows it.", at + 1)
            }
            (Effect::Allow, Some((at, _))) => {
                format!("#{} grants {entry} as well.", at + 1)
            }
            (Effect::Allow, None) => {
                format!("What {entry} stands for is granted or denied by others as well.")
            }
            (Effect::Deny, _) => {
                format!(
                    "No statement allows {entry}, or another denies it too: there is nothing to take away."
                )
            }
        }
    }

    /// `Add ec2:* to #2.`
    pub(in crate::lessons) fn sentence(&self) -> String {
        let (number, entry) = (self.statement + 1, &self.entry);
        if self.is_added {
            format!("Somebody adds {entry} to #{number}.")
        } else {
            format!("Somebody removes {entry} from #{number}.")
        }
    }

    fn verb(&self, added: &'static str, removed: &'static str) -> &'static str {
        if self.is_added { added } else { removed }
    }

    fn applied(&self, policy: &Policy) -> Option<Policy> {
        let mut changed = policy.clone();
        let statement = changed.statements.get_mut(self.statement)?;
        let (Actions::Action(entries) | Actions::NotAction(entries)) = &mut statement.actions;
        let there = entries.iter().position(|entry| *entry == self.entry);
        match (there, self.is_added) {
            (None, true) => entries.push(self.entry.clone()),
            (Some(at), false) => {
                entries.remove(at);
            }
            _ => return None,
        }
        Some(changed)
    }
}

impl Reach {
    fn of(policy: &Policy, action: &Action) -> Self {
        let mut reach = Reach::default();
        let statements = policy.statements.iter().enumerate();
        for (at, statement) in statements.filter(|(_, own)| own.actions.matches(action)) {
            match (statement.effect, is_everywhere(statement)) {
                (Effect::Allow, true) => reach.is_allowed_everywhere = true,
                (Effect::Allow, false) => {
                    reach.allowed_by.insert(at);
                }
                (Effect::Deny, true) => return Reach::default(),
                (Effect::Deny, false) => {
                    reach.denied_by.insert(at);
                }
            }
        }
        if reach.is_allowed_everywhere {
            reach.allowed_by.clear();
        }
        let is_allowed = reach.is_allowed_everywhere || !reach.allowed_by.is_empty();
        if is_allowed { reach } else { Reach::default() }
    }

    /// Whether `other` allows all that this does.
    fn is_within(&self, other: &Reach) -> bool {
        let is_nothing = !self.is_allowed_everywhere && self.allowed_by.is_empty();
        let is_allowed = other.is_allowed_everywhere
            || (!self.is_allowed_everywhere && self.allowed_by.is_subset(&other.allowed_by));
        is_nothing || (is_allowed && other.denied_by.is_subset(&self.denied_by))
    }
}

/// Whether a statement is about all resources, under no condition.
fn is_everywhere(statement: &Statement) -> bool {
    let on = statement
        .elements
        .get("Resource")
        .and_then(|on| on.as_str());
    on == Some("*") && statement.elements.get("Condition").is_none()
}

/// What a change of a statement does to what the role may do.
pub(in crate::lessons) fn case(matter: &Matter<'_>, change: &Change) -> Asked {
    let statements = Statements::of_lesson(matter)?;
    let row = change.row(&matter.refined(), &matter.input.universe.catalogue);
    let row = row.ok_or_else(|| {
        format!(
            "{} That is so already, or does both more and less.",
            change.sentence()
        )
    })?;
    let asked = format!("{} What may the role do then?", change.sentence());
    let choices = CHOICES.iter();
    Ok(Case::asking(statements.told(), asked, &RULE, choices, row))
}
