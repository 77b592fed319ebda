//! Actions that policies name and the catalogue does not have.

use std::collections::BTreeMap;

use super::ReviewInput;
use crate::document::Document;
use crate::iam::{Action, ActionPattern};
use crate::text::Problem;

/// How many names a note lists.
const NAMES_IN_A_NOTE: usize = 5;

impl ReviewInput {
    /// Notes for each policy that names actions which the catalogue does not have.
    pub fn unknown_actions(&self) -> Vec<Problem> {
        let catalogue = &self.universe.catalogue;
        let mut notes = Vec::new();
        for policy in &self.policies {
            let statements = &policy.loaded.document.policy().statements;
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
                    let names = list(actions.iter().map(ToString::to_string));
                    let message = format!("{what}, kept unless reported as unused: {names}");
                    notes.push(policy.loaded.document.source().note(message));
                }
            }
            notes.extend(self.idle_wildcards(&policy.loaded.document));
        }
        notes
    }

    /// A note about wildcards that match nothing: perhaps a service is misspelt.
    fn idle_wildcards(&self, document: &Document) -> Option<Problem> {
        let (catalogue, unused) = (&self.universe.catalogue, &self.universe.unused);
        let is_idle = |pattern: &&ActionPattern| {
            pattern.as_action().is_none()
                && catalogue.granted_by(pattern).next().is_none()
                && !unused.named().any(|action| pattern.matches(&action))
        };
        let statements = document.policy().statements.iter();
        let entries = statements.flat_map(|statement| statement.actions.entries());
        let idle: BTreeMap<String, &ActionPattern> = entries
            .filter(is_idle)
            .map(|pattern| (pattern.to_string(), pattern))
            .collect();
        if idle.is_empty() {
            return None;
        }
        let listed = list(
            idle.iter()
                .map(|(text, pattern)| self.told_with_what_is_near(text, pattern)),
        );
        let message = format!(
            "matches nothing in the catalogue{}, kept as it is: {listed}",
            catalogue.of_date()
        );
        Some(document.source().note(message))
    }

    fn told_with_what_is_near(&self, text: &str, pattern: &ActionPattern) -> String {
        let catalogue = &self.universe.catalogue;
        match pattern.service() {
            Some(service) if !catalogue.has_service(service) => {
                let near = catalogue.near(service);
                match near.first() {
                    Some(near) => format!("{text} (there is no service {service}, but {near})"),
                    None => format!("{text} (there is no service {service})"),
                }
            }
            _ => text.to_owned(),
        }
    }
}

fn list(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut names: Vec<String> = names.take(NAMES_IN_A_NOTE).collect();
    if count > NAMES_IN_A_NOTE {
        names.push(format!("{} more", count - NAMES_IN_A_NOTE));
    }
    names.join(", ")
}
