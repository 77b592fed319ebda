//! A set as strings alone, and what becomes of its names by the definitions.

use iam_refine::iam::{Name, starts_with_ignoring_case};
use iam_refine::lessons::Refining;
use iam_refine::refine::Granularity;

/// A set as strings alone.
pub struct Plain {
    /// The literal beginning of the wildcard.
    pub root: usize,
    /// Whether names are cut at every character, and not before capitals alone.
    pub is_cut_anywhere: bool,
    pub staying: Vec<String>,
    pub unused: Vec<String>,
}

impl Plain {
    pub fn of(refining: &Refining) -> Self {
        Plain {
            root: refining.wildcard().name().literal_prefix().len(),
            is_cut_anywhere: refining.granularity() == Granularity::Character,
            staying: names(refining.staying()),
            unused: names(refining.unused()),
        }
    }

    /// Where names can be cut behind the root, and their ends.
    pub fn prefixes<'n>(&self, name: &'n str) -> Vec<&'n str> {
        let inner = (self.root + 1..name.len())
            .filter(|at| self.is_cut_anywhere || name.as_bytes()[*at].is_ascii_uppercase());
        let ends = inner.chain([name.len()]).filter(|end| *end > self.root);
        ends.map(|end| &name[..end]).collect()
    }

    pub fn is_safe(&self, prefix: &str) -> bool {
        !self
            .unused
            .iter()
            .any(|name| starts_with_ignoring_case(name, prefix))
    }

    /// The names that are cut behind `prefix`, or end with it.
    pub fn beneath<'n>(&self, all: &'n [String], prefix: &str) -> Vec<&'n String> {
        let ends = |name: &str| -> Vec<usize> {
            let prefixes = self.prefixes(name).into_iter().map(str::len);
            prefixes.filter(|end| *end <= prefix.len()).collect()
        };
        // GetSso is one word and GetSSO three: neither lies beneath the other, though they begin alike.
        let is_beneath =
            |name: &&String| starts_with_ignoring_case(name, prefix) && ends(name) == ends(prefix);
        all.iter().filter(is_beneath).collect()
    }

    /// The result for a wildcard with its star at the end, by the definition: for each name that stays its
    /// shortest safe prefix, which stands for it where it stands for others too.
    pub fn result(&self) -> Vec<String> {
        let mut entries: Vec<String> = self
            .staying
            .iter()
            .map(|name| {
                let prefixes = self.prefixes(name);
                let shortest = prefixes.iter().find(|prefix| self.is_safe(prefix));
                match shortest {
                    Some(prefix) if self.beneath(&self.staying, prefix).len() > 1 => {
                        format!("{prefix}*")
                    }
                    _ => name.clone(),
                }
            })
            .collect();
        entries.sort_by_key(|entry| entry.to_ascii_lowercase());
        entries.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let stars: Vec<String> = entries
            .iter()
            .filter_map(|entry| entry.strip_suffix('*'))
            .map(str::to_owned)
            .collect();
        entries.retain(|entry| {
            let mut others = stars.iter().filter(|star| format!("{star}*") != *entry);
            !others.any(|star| starts_with_ignoring_case(entry, star))
        });
        entries
    }

    pub fn has_sibling_trap(&self) -> bool {
        self.staying.iter().any(|name| {
            self.prefixes(name).into_iter().any(|prefix| {
                // Of one name beneath nothing else would be written without it.
                let is_told_by_it = self.beneath(&self.staying, prefix).len() > 1;
                let is_beside = self.beneath(&self.unused, prefix).is_empty();
                !self.is_safe(prefix) && is_beside && is_told_by_it
            })
        })
    }

    /// An unsafe prefix below the root, with unused names and others beneath it.
    pub fn opens_something(&self) -> bool {
        self.staying.iter().any(|name| {
            self.prefixes(name).into_iter().any(|prefix| {
                let others = self.beneath(&self.staying, prefix);
                !self.beneath(&self.unused, prefix).is_empty() && !others.is_empty()
            })
        })
    }

    /// A star whose names all begin with a longer prefix that is cut.
    pub fn stops_early(&self) -> bool {
        self.result()
            .iter()
            .filter_map(|entry| entry.strip_suffix('*'))
            .any(|prefix| {
                let beneath = self.beneath(&self.staying, prefix);
                let next = |name: &String| {
                    let prefixes = self.prefixes(name);
                    let longer = prefixes.iter().find(|cut| cut.len() > prefix.len());
                    longer.map(|cut| cut.to_ascii_lowercase())
                };
                let first = next(beneath[0]);
                first.is_some() && beneath.iter().all(|name| next(name) == first)
            })
    }
}

pub fn names<'n>(names: impl Iterator<Item = &'n Name>) -> Vec<String> {
    names.map(ToString::to_string).collect()
}
