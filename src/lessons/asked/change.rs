//! What a change of a statement does to what a policy grants.

use std::collections::BTreeSet;

use super::choosing::{ChoiceRule, ChoosingRow};
use crate::catalogue::Catalogue;
use crate::iam::{Action, ActionPattern, Actions, Effect, Policy};

/// What the role may do after a change.
pub(in crate::lessons) const CHOICES: [&str; 3] = ["more", "less", "the same"];

pub(in crate::lessons) static RULE: ChoiceRule = ChoiceRule {
    title: "what does a change do?",
    lines: &[
        "Action grants what it names,",
        "NotAction what it does not name,",
        "Deny takes away what it names;",
        "  what another grants stays",
    ],
};

/// An entry that is put into a statement, or taken out of it.
#[derive(Clone, Debug)]
pub(in crate::lessons) struct Change {
    /// The statement, counted from 0.
    pub(in crate::lessons) statement: usize,
    pub(in crate::lessons) entry: ActionPattern,
    pub(in crate::lessons) is_added: bool,
}

/// What a policy allows and what it denies, of all that is known.
#[derive(PartialEq, Eq)]
struct Reach {
    allowed: BTreeSet<Action>,
    denied: BTreeSet<Action>,
}

impl Change {
    /// What it does to `policy`. None where it changes nothing that is written.
    pub(in crate::lessons) fn row(
        &self,
        policy: &Policy,
        known: &Catalogue,
    ) -> Option<ChoosingRow> {
        let changed = self.applied(policy)?;
        let (before, after) = (reach(policy, known), reach(&changed, known));
        let grows =
            !after.allowed.is_subset(&before.allowed) || !before.denied.is_subset(&after.denied);
        let shrinks =
            !before.allowed.is_subset(&after.allowed) || !after.denied.is_subset(&before.denied);
        let right = match (grows, shrinks) {
            (true, false) => 0,
            (false, true) => 1,
            (false, false) => 2,
            (true, true) => return None,
        };
        let statement = &policy.statements[self.statement];
        let line = match (right, statement.effect, &statement.actions) {
            (2, ..) => 3,
            (_, Effect::Deny, _) => 2,
            (_, _, Actions::NotAction(_)) => 1,
            _ => 0,
        };
        let (number, entry) = (self.statement + 1, &self.entry);
        let why = match (right, line) {
            (2, _) => format!(
                "What {entry} stands for in #{number} is granted by another statement as well."
            ),
            (_, 2) => format!(
                "A Deny takes away what it names: {entry} is {} it.",
                self.verb("named in", "no more in")
            ),
            (_, 1) => format!(
                "A NotAction grants all that it does not name: {entry} is {} it.",
                self.verb("named in", "no more in")
            ),
            _ => format!(
                "An Action grants what it names: {entry} is {} it.",
                self.verb("named in", "no more in")
            ),
        };
        let element = match (statement.effect, &statement.actions) {
            (Effect::Deny, _) => "a Deny: it takes away what it names",
            (_, Actions::NotAction(_)) => "a NotAction: it grants what it does not name",
            _ => "an Action: it grants what it names, unless another grants that as well",
        };
        let against = (0..CHOICES.len()).map(|choice| {
            if choice == right {
                String::new()
            } else {
                format!("#{number} is {element}.")
            }
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
            against: against.collect(),
            because: None,
        })
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

fn reach(policy: &Policy, known: &Catalogue) -> Reach {
    let of_effect = |effect: Effect| -> BTreeSet<Action> {
        let everything = known.granted_by(&ActionPattern::Everything);
        let actions =
            everything.map(|(service, known)| Action::new(service.clone(), known.name.clone()));
        let statements = || policy.statements.iter().filter(|own| own.effect == effect);
        actions
            .filter(|action| statements().any(|own| own.actions.matches(action)))
            .collect()
    };
    Reach {
        allowed: of_effect(Effect::Allow),
        denied: of_effect(Effect::Deny),
    }
}
