//! How much is spent on patterns that are hard to compare.

use std::cell::Cell;
use std::rc::Rc;

use crate::iam::inclusion::{BUDGET, Inclusion, Search};
use crate::iam::{ActionPattern, Glob};

/// What may still be spent, by all comparisons for one verdict, on patterns that are hard to
/// compare, in positions of a search. When it is used up, what is hard to decide is not decided: it
/// is taken for different.
#[derive(Clone, Debug)]
pub(super) struct Effort(Rc<Cell<usize>>);

/// What every comparison may take without being counted. What people write takes no more, so that
/// a policy of any length is judged.
const FREE: usize = 2_000;

/// Ten times what a single search may take: some tenths of a second.
const ALL: usize = 10 * BUDGET;

impl Effort {
    pub fn new() -> Self {
        Effort(Rc::new(Cell::new(ALL)))
    }

    /// Whether `wide` is known to include `narrow`.
    pub fn includes(&self, wide: &ActionPattern, narrow: &ActionPattern) -> bool {
        self.spend(|budget| narrow.is_included_within(wide, budget))
    }

    /// Whether `wide` is known to match all that `narrow` matches.
    pub fn covers(&self, wide: &Glob, narrow: &Glob) -> bool {
        self.spend(|budget| narrow.is_included_within(wide, budget))
    }

    pub fn search(&self, search: Search<'_>) -> Inclusion {
        self.spend(|budget| search.run_within(budget))
    }

    fn spend<T>(&self, compare: impl FnOnce(&mut usize) -> T) -> T {
        let left = self.0.get();
        let granted = FREE + left.min(BUDGET - FREE);
        let mut budget = granted;
        let compared = compare(&mut budget);
        let counted = (granted - budget).saturating_sub(FREE);
        self.0.set(left.saturating_sub(counted));
        compared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hard_uses_it_up_and_what_is_easy_does_not() {
        let glob = |text: &str| Glob::parse(text).unwrap();
        let effort = Effort::new();
        let (easy, wide) = (glob("Get*Object?x*"), glob("G*Obj*x*"));
        for _ in 0..10_000 {
            assert!(effort.covers(&wide, &easy));
        }
        assert_eq!(effort.0.get(), ALL);
        let hard = glob(&format!("*a{}*", "?".repeat(30)));
        let others = [
            glob(&format!("*b{}*", "?".repeat(29))),
            glob(&format!("*a{}", "?".repeat(31))),
        ];
        for _ in 0..11 {
            let search = Search {
                own: &hard,
                none_of: &others.iter().collect::<Vec<_>>(),
                each_of: &[],
            };
            effort.search(search);
        }
        assert_eq!(effort.0.get(), 0);
        assert!(effort.covers(&wide, &easy));
    }
}
