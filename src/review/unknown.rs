//! Actions that policies or findings name and the catalogue does not have.

use std::collections::{BTreeMap, BTreeSet};

use super::ReviewInput;
use crate::catalogue::Catalogue;
use crate::document::Document;
use crate::findings::Findings;
use crate::iam::{Action, ActionPattern, Policy, ServicePrefix};
use crate::text::{Problem, day};

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
                .map(|(text, pattern)| with_what_is_near(text, pattern.service(), catalogue)),
        );
        let message = format!(
            "matches nothing in the catalogue{}, kept as it is: {listed}",
            catalogue.of_date()
        );
        Some(document.source().note(message))
    }
}

/// A note about what findings report that neither the catalogue nor a policy nor a report has: it may be
/// misspelt, and what was meant stays granted then. AWS may have had it since the catalogue was made.
pub fn unknown_unused<'p>(
    findings: &[&Findings],
    policies: impl Iterator<Item = &'p Policy>,
    catalogue: &Catalogue,
) -> Option<Problem> {
    let statements = policies.flat_map(|policy| &policy.statements);
    let entries = statements.flat_map(|statement| statement.actions.entries());
    let entries: Vec<&ActionPattern> = entries.collect();
    let literals: BTreeSet<Action> = entries.iter().filter_map(|one| one.as_action()).collect();
    let used = findings.iter().flat_map(|finding| finding.used.actions());
    let used: BTreeSet<Action> = used.collect();
    let is_known = |action: &Action| {
        catalogue.contains(action)
            || catalogue.is_retired(action)
            || literals.contains(action)
            || used.contains(action)
    };
    let is_known_service = |service: &ServicePrefix| {
        let is_of = |entry: &&ActionPattern| entry.service() == Some(service);
        catalogue.has_service(service) || entries.iter().any(is_of)
    };
    let mut unknown: BTreeMap<String, ServicePrefix> = BTreeMap::new();
    let mut told_by = None;
    for finding in findings {
        let dates = (finding.analyzed_at.map(day), catalogue.date());
        // Of one that is newer it is told anyway. A report lists what AWS has.
        let is_newer = matches!(dates, (Some(found), Some(listed)) if found > listed);
        if is_newer || finding.asked_since.is_some() {
            continue;
        }
        let actions = finding.unused.named().filter(|action| !is_known(action));
        let services = finding.unused.wholly_unused();
        let services = services.filter(|service| !is_known_service(service));
        let services = services.map(|service| (format!("{service}:*"), service.clone()));
        let actions = actions.map(|action| (action.to_string(), action.service));
        let before = unknown.len();
        unknown.extend(actions.chain(services));
        if unknown.len() > before {
            told_by.get_or_insert(&finding.source);
        }
    }
    let names = unknown.iter();
    let names = names.map(|(text, service)| with_what_is_near(text, Some(service), catalogue));
    let message = format!(
        "reported as unused, and not in the catalogue{}, nor in a policy: {}",
        catalogue.of_date(),
        list(names)
    );
    Some(
        told_by?
            .note(message)
            .help("is it spelt as IAM spells it? an operation may need an action of another name"),
    )
}

fn with_what_is_near(text: &str, service: Option<&ServicePrefix>, catalogue: &Catalogue) -> String {
    match service {
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

fn list(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut names: Vec<String> = names.take(NAMES_IN_A_NOTE).collect();
    if count > NAMES_IN_A_NOTE {
        names.push(format!("{} more", count - NAMES_IN_A_NOTE));
    }
    names.join(", ")
}
