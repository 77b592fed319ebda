//! `Allow` with `NotAction`: everything but its entries is granted, so what is unused is appended.
//!
//! Appending is exact: the statement then grants what it did, minus what is appended.

use super::marks::Curation;
use super::universe::Universe;
use crate::iam::{Action, ActionPattern, Grants, ServicePrefix};

/// What could be appended to a `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// How many entries it has now.
    pub old_entries: usize,
    /// The unused actions that the statement grants, each in full, and wholly unused services as
    /// `service:*`, in order.
    pub additions: Vec<ActionPattern>,
}

/// The unused actions that a `NotAction` with these `entries` grants, to be appended to it.
pub fn extend(entries: &[ActionPattern], universe: &Universe, curation: Curation<'_>) -> Extension {
    let excluded: Grants<'_, &ActionPattern> = entries.iter().map(|entry| (entry, entry)).collect();
    let goes = |action: &Action| !excluded.any_of(action) && !curation.fate(action, true).stays();
    let mut additions = Vec::new();
    let reported = |service: &ServicePrefix| universe.unused.in_service(service).is_some();
    for service in universe.services().into_iter().filter(reported) {
        if universe.unused.is_wholly_unused(&service) && !curation.keeps_some_of(&service) {
            let whole = ActionPattern::whole_service(service);
            let is_excluded =
                (excluded.that_may_include(&whole)).any(|entry| whole.is_included_in(entry));
            if !is_excluded {
                additions.push(whole);
            }
            continue;
        }
        // Of a wholly unused service of which something stays, what else is known goes by name.
        let names = universe.names(&service).into_iter();
        additions.extend(
            names
                .map(|name| Action::new(service.clone(), name.clone()))
                .filter(|action| universe.is_unused(action) && goes(action))
                .map(|action| ActionPattern::from(&action)),
        );
    }
    Extension {
        old_entries: entries.len(),
        additions,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::findings::UnusedActions;
    use crate::text::Source;

    #[test]
    fn what_is_appended_is_in_the_catalogues_spelling() {
        let mut unused = UnusedActions::default();
        unused.add("S3:getobject".parse().unwrap(), None);
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", "s3:GetObject")).unwrap();
        let universe = Universe::new(Arc::new(catalogue), Arc::new(unused), []);
        let extension = extend(&[], &universe, Curation::NONE);
        assert_eq!(extension.additions[0].to_string(), "s3:GetObject");
    }
}
