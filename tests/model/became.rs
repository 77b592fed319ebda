//! What became of a policy of files whose matching with what AWS has is judged.

use std::collections::BTreeSet;

use iam_refine::sources::Matched;

/// What became of a policy.
pub struct Became {
    /// Whether it can be edited, and who has it then.
    pub holders: Option<BTreeSet<String>>,
    /// What is noted, or why it stays.
    pub told: Vec<String>,
}

/// How many were edited, edited with a note, and left.
#[derive(Debug, Default)]
pub struct Tally([usize; 3]);

impl Became {
    /// That of the policy of which the name in messages says that it is it.
    pub fn of(matched: &Matched, is_it: impl Fn(&str) -> bool) -> Self {
        let is_it = |policy: &usize| is_it(&matched.name(*policy));
        let mut edited = matched.policies.iter();
        if let Some(policy) = edited.find(|policy| policy.makes.iter().any(is_it)) {
            let holders = policy.holders.iter();
            let told = policy.believed.iter().chain(&policy.notes);
            return Became {
                holders: Some(holders.map(|&holder| matched.live.called(holder)).collect()),
                told: told.map(ToString::to_string).collect(),
            };
        }
        let left = matched.left.iter().filter(|left| is_it(&left.policy));
        Became {
            holders: None,
            told: left.map(|left| left.why.to_string()).collect(),
        }
    }
}

impl Tally {
    pub fn add(&mut self, became: &Became) {
        let at = match became.holders {
            Some(_) if became.told.is_empty() => 0,
            Some(_) => 1,
            None => 2,
        };
        self.0[at] += 1;
    }

    /// Whether each of these came about often enough that it was tried.
    pub fn tells_of_all(&self) -> bool {
        let [edited, noted, left] = self.0;
        println!("{edited} are edited, {noted} with a note, {left} stay");
        let all: usize = self.0.iter().sum();
        self.0.iter().all(|some| *some > all / 50)
    }
}
