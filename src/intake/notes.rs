//! What to report about options although they are used.

use crate::iam::{Action, ActionPattern, Name, Policy};
use crate::review::ReviewInput;
use crate::text::{Problem, Source};

/// Notes for each keep that keeps nothing because no action is called so: perhaps it is misspelt.
pub(super) fn idle_keeps(input: &ReviewInput) -> impl Iterator<Item = Problem> {
    let universe = &input.universe;
    let is_known = |action: &Action| {
        // A keep makes the action known that it names, so the universe is not asked.
        universe.catalogue.contains(action)
            || universe.unused.contains_name(action)
            || input.meanings().any(|policy| names(policy, action))
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
fn names(policy: &Policy, action: &Action) -> bool {
    let statements = policy.statements.iter();
    let mut entries = statements.flat_map(|statement| statement.actions.entries());
    entries.any(|entry| entry.as_action().as_ref() == Some(action))
}
