//! What is expected and what is found, paired one with one.
//!
//! Of two that may be the same thing either may be the one that somebody else needs. So nothing is taken for good:
//! who needs what another one has gets it where that one finds something else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is expected or found and has no partner, by their places.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unpaired {
    /// Expected, and not found.
    pub missing: Vec<usize>,
    /// Found, and not expected.
    pub unexpected: Vec<usize>,
}

/// Pairs as many as can be of what is `expected` with what is found, of which there are `found`. What has to be
/// there (`true` in `expected`) goes without a partner only where nothing else can be.
pub fn unpaired(
    expected: &[bool],
    found: usize,
    may_be: impl Fn(usize, usize) -> bool,
) -> Unpaired {
    let mut pairs = Pairs {
        of_expected: vec![None; expected.len()],
        holders: BTreeMap::new(),
        free: (0..found).collect(),
        may_be,
    };
    // Who has a partner keeps one, though maybe another: so what is needed comes first.
    for is_needed in [true, false] {
        for place in (0..expected.len()).filter(|&place| expected[place] == is_needed) {
            pairs.find_for(place);
        }
    }
    let missing = (0..expected.len()).filter(|&place| pairs.of_expected[place].is_none());
    Unpaired {
        missing: missing.collect(),
        unexpected: pairs.free.into_iter().collect(),
    }
}

struct Pairs<F> {
    /// What was found for each that is expected.
    of_expected: Vec<Option<usize>>,
    /// Who has what was found, where somebody has it.
    holders: BTreeMap<usize, usize>,
    free: BTreeSet<usize>,
    may_be: F,
}

impl<F: Fn(usize, usize) -> bool> Pairs<F> {
    /// Finds a partner for what has none, for whom others may have to take another one.
    fn find_for(&mut self, expected: usize) {
        let mut wanted_by = BTreeMap::new();
        let mut asking = VecDeque::from([expected]);
        while let Some(who) = asking.pop_front() {
            let mut free = self.free.iter();
            if let Some(&found) = free.find(|&&found| (self.may_be)(who, found)) {
                return self.hand_on(found, who, &wanted_by);
            }
            for (&found, &holder) in &self.holders {
                if !wanted_by.contains_key(&found) && (self.may_be)(who, found) {
                    wanted_by.insert(found, who);
                    asking.push_back(holder);
                }
            }
        }
    }

    /// Gives what is free to one, and what that one had to who wants that.
    fn hand_on(&mut self, free: usize, to: usize, wanted_by: &BTreeMap<usize, usize>) {
        self.free.remove(&free);
        let mut next = Some((free, to));
        while let Some((found, who)) = next {
            self.holders.insert(found, who);
            let had = self.of_expected[who].replace(found);
            next = had.map(|had| (had, wanted_by[&had]));
        }
    }
}
