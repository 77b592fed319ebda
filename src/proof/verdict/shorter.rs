//! Part 4, as advice: wildcards that could be shorter.

use super::correspondence::Placed;
use super::language::{Language, Portion};
use super::parts::Judge;
use super::{Objection, Side, Spot};
use crate::iam::{ActionPattern, Glob, run_starting_with, starts_with_ignoring_case};
use crate::proof::Part;

impl Judge<'_> {
    /// Looks at every new prefix with a star. It could be shorter when the same without its last
    /// words is still behind the start of an entry that it replaces, and safe there.
    pub(super) fn advise(&mut self, old: &Language<'_>, after: &[Placed<'_>]) {
        for &(statement, one) in after {
            let entries = one.refinable_entries().unwrap_or_default();
            for (place, entry) in entries.iter().enumerate() {
                if old.has(&Portion::Entry(entry)) {
                    continue;
                }
                let wider = old.including(entry).min();
                if let Some(shorter) = wider.and_then(|wide| self.shorter(entry, wide)) {
                    let spot = Spot {
                        side: Side::Refined,
                        statement,
                        entry: Some(place),
                    };
                    let what = format!("could be {shorter}, which grants nothing unused either");
                    let objection = Objection::new(Part::Shortest, what);
                    self.verdict
                        .advice
                        .push(objection.at_spot(spot, self.refined));
                }
            }
        }
    }

    /// The shortest safe prefix of `entry` that `wide`, a prefix and a star too, includes.
    fn shorter(&self, entry: &ActionPattern, wide: &ActionPattern) -> Option<ActionPattern> {
        let service = entry.service()?;
        let name = entry.name();
        let (prefix, wide_name) = (name.as_prefix_star()?, wide.name());
        let start = wide_name.as_prefix_star()?;
        if self.knowledge.unused.is_wholly_unused(service) {
            return None;
        }
        let is_safe = |shorter: &&str| {
            let unused = self.unused.get(service).map_or(&[][..], Vec::as_slice);
            let reached = run_starting_with(unused, shorter, |action| action.name.as_str());
            reached.iter().all(|action| self.stays(action))
        };
        let capitals = prefix
            .bytes()
            .enumerate()
            .filter(|(_, b)| b.is_ascii_uppercase());
        let words = capitals.map(|(at, _)| &prefix[..at]);
        let shorter = words
            .filter(|shorter| starts_with_ignoring_case(shorter, start))
            .find(is_safe)?;
        Some(ActionPattern::InService {
            service: service.clone(),
            name: Glob::parse(&format!("{shorter}*"))?,
        })
    }
}
