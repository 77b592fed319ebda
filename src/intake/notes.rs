//! What to tell about policies and options although they are used.

use crate::catalogue::Catalogue;
use crate::iam::{Action, ActionPattern, Name};
use crate::policies::LoadedPolicy;
use crate::review::ReviewInput;
use crate::text::{Problem, Source};

/// How many names a note lists.
const NAMES_IN_A_NOTE: usize = 5;

/// Notes for each policy that names actions which the catalogue does not have.
pub fn unknown_actions(input: &ReviewInput) -> Vec<Problem> {
    let catalogue = &input.universe.catalogue;
    let mut notes = Vec::new();
    for loaded in &input.policies {
        let statements = &loaded.document.policy().statements;
        let unknown = statements
            .iter()
            .flat_map(|statement| statement.actions.entries())
            .filter_map(ActionPattern::as_action)
            .filter(|action| !catalogue.contains(action));
        let (retired, strange): (Vec<Action>, Vec<Action>) =
            unknown.partition(|action| catalogue.is_retired(action));
        let strange_what = format!("not in the catalogue{}", of_date(catalogue));
        for (actions, what) in [
            (retired, "retired by AWS"),
            (strange, strange_what.as_str()),
        ] {
            if !actions.is_empty() {
                let message = format!("{what}, kept unless reported as unused: {}", list(&actions));
                notes.push(loaded.document.source().note(message));
            }
        }
    }
    notes
}

/// Notes for each keep that keeps nothing because no action is called so: perhaps it is misspelt.
pub(super) fn idle_keeps(input: &ReviewInput) -> impl Iterator<Item = Problem> {
    let universe = &input.universe;
    let is_known = |action: &Action| {
        // A keep makes the action known that it names, so the universe is not asked.
        universe.catalogue.contains(action)
            || universe.unused.contains_name(action)
            || input.policies.iter().any(|one| names(one, action))
    };
    let matches_any = move |pattern: &ActionPattern| match pattern.as_action() {
        Some(action) => is_known(&action),
        None => universe.services().iter().any(|service| {
            let matches = |name: &&Name| pattern.matches_parts(service, name.as_str());
            pattern.covers_service(service) && universe.names(service).iter().any(matches)
        }),
    };
    let idle = (input.options.keeps.iter()).filter(move |keep| !matches_any(&keep.pattern));
    idle.map(|keep| {
        let source = Source::from_text(&format!("--keep {}", keep.pattern), "");
        source.note("matches no action of the catalogue, the findings or the policies")
    })
}

/// Whether an entry of the policy is just `action`.
fn names(policy: &LoadedPolicy, action: &Action) -> bool {
    let statements = policy.document.policy().statements.iter();
    let mut entries = statements.flat_map(|statement| statement.actions.entries());
    entries.any(|entry| entry.as_action().as_ref() == Some(action))
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

/// ` of 2026-10-27`, for a catalogue that has a date.
pub fn of_date(catalogue: &Catalogue) -> String {
    let of = |date| format!(" of {date}");
    catalogue.date().map_or_else(String::new, of)
}
