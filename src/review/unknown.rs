//! Actions that policies name and the catalogue does not have.

use super::ReviewInput;
use crate::iam::{Action, ActionPattern};
use crate::text::Problem;

/// How many names a note lists.
const NAMES_IN_A_NOTE: usize = 5;

impl ReviewInput {
    /// Notes for each policy that names actions which the catalogue does not have.
    pub fn unknown_actions(&self) -> Vec<Problem> {
        let catalogue = &self.universe.catalogue;
        let mut notes = Vec::new();
        for loaded in &self.policies {
            let statements = &loaded.document.policy().statements;
            let unknown = statements
                .iter()
                .flat_map(|statement| statement.actions.entries())
                .filter_map(ActionPattern::as_action)
                .filter(|action| !catalogue.contains(action));
            let (retired, strange): (Vec<Action>, Vec<Action>) =
                unknown.partition(|action| catalogue.is_retired(action));
            let strange_what = format!("not in the catalogue{}", catalogue.of_date());
            for (actions, what) in [
                (retired, "retired by AWS"),
                (strange, strange_what.as_str()),
            ] {
                if !actions.is_empty() {
                    let message =
                        format!("{what}, kept unless reported as unused: {}", list(&actions));
                    notes.push(loaded.document.source().note(message));
                }
            }
        }
        notes
    }
}

fn list(actions: &[Action]) -> String {
    let mut names: Vec<String> = actions
        .iter()
        .take(NAMES_IN_A_NOTE)
        .map(ToString::to_string)
        .collect();
    if actions.len() > NAMES_IN_A_NOTE {
        names.push(format!("{} more", actions.len() - NAMES_IN_A_NOTE));
    }
    names.join(", ")
}
