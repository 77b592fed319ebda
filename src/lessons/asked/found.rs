//! What a finding says, in lines.

use crate::findings::UnusedActions;
use crate::iam::Action;
use crate::text::list;

/// What is found unused, each action as it is `shown`, and of which services nothing was used; a line for each kind
/// that there is.
pub(in crate::lessons) fn found_unused(
    unused: &UnusedActions,
    on: &str,
    shown: impl Fn(&Action) -> String,
) -> Vec<String> {
    let named: Vec<String> = unused.named().map(|action| shown(&action)).collect();
    let named = (!named.is_empty()).then(|| format!("found unused{on}: {}", named.join(", ")));
    named.into_iter().chain(found_idle(unused)).collect()
}

/// Of which services nothing was used, if there are such.
pub(in crate::lessons) fn found_idle(unused: &UnusedActions) -> Option<String> {
    let idle: Vec<String> = unused.wholly_unused().map(ToString::to_string).collect();
    (!idle.is_empty()).then(|| format!("nothing at all was used of {}", list(&idle)))
}
