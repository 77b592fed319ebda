//! Which of the given policies are those that a record was made of.
//!
//! A decision is about a text, so only a policy with the same bytes is taken for one that was decided
//! on. Where several have them, what the policy is called tells which it was; nothing is guessed. Of an account
//! IAM has a name for every policy, so there one is never taken for another of the same text.

use serde::Deserialize;

use super::decisions::hash_of;
use super::in_iam::InIam;
use super::saved::NotReplayed;
use super::{LoadedPolicy, Principal};
use crate::text::Untrusted;

/// What a policy is known by.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Known {
    sha256: String,
    file: Untrusted,
    #[serde(default)]
    iam: Option<InIam>,
    #[serde(default)]
    block: Option<KnownBlock>,
}

/// The block that a policy is written in.
#[derive(Clone, Debug, Deserialize)]
struct KnownBlock {
    address: String,
}

impl Known {
    pub(super) fn of(policy: &LoadedPolicy, principal: &Principal) -> Self {
        let source = policy.document.source();
        Known {
            sha256: hash_of(source),
            file: source.name().clone(),
            iam: InIam::of(policy, principal),
            block: policy.origin.block.as_ref().map(|block| KnownBlock {
                address: block.address.clone(),
            }),
        }
    }

    /// Whether both are one policy in IAM; none where that is not known.
    fn is_in_iam(&self, other: &Known) -> Option<bool> {
        self.iam.as_ref()?.is(other.iam.as_ref()?)
    }

    /// Whether both have one path.
    fn is_at(&self, other: &Known) -> bool {
        self.file == other.file
    }

    /// Whether both files have one name, in folders that may differ.
    fn is_called(&self, other: &Known) -> bool {
        let name = |known: &Known| {
            let file = known.file.raw();
            file.rsplit('/').next().unwrap_or(file).to_owned()
        };
        name(self) == name(other)
    }

    /// Whether one is what became of the other, by all that they are called.
    fn goes_by_the_name_of(&self, other: &Known) -> bool {
        self.is_in_iam(other)
            .unwrap_or_else(|| self.is_called(other))
    }
}

/// What the policies are known by that records may be about, in order.
#[derive(Clone, Debug)]
pub struct KnownPolicies(pub(super) Vec<Known>);

impl KnownPolicies {
    /// What these are known by, each with whose it is.
    pub fn of<'p>(policies: impl Iterator<Item = (&'p LoadedPolicy, Principal)>) -> Self {
        let known = policies.map(|(policy, principal)| Known::of(policy, &principal));
        KnownPolicies(known.collect())
    }
}

/// Why a policy of a record is none of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// The one at this place is called so, and has other bytes.
    Changed(usize),
    /// None is called so, or none has its bytes where the record does not tell what it is called.
    Missing,
    /// So many have its bytes, and the record does not tell what it is called.
    Ambiguous(usize),
}

impl KnownPolicies {
    /// Which of the policies of an account a recorded one is: the one that IAM calls the same, with the same bytes.
    /// Where the record does not tell what it is called, the only one with its bytes.
    pub(super) fn find(&self, recorded: &Known) -> Result<usize, NotFound> {
        let all = || self.0.iter().enumerate();
        let has_its_bytes = |given: &Known| given.sha256 == recorded.sha256;
        let mut called_so = all().filter(|(_, given)| recorded.is_in_iam(given) == Some(true));
        if let Some((place, given)) = called_so.next() {
            return match called_so.count() {
                0 if has_its_bytes(given) => Ok(place),
                0 => Err(NotFound::Changed(place)),
                others => Err(NotFound::Ambiguous(others + 1)),
            };
        }
        if recorded.block.is_some() {
            return Err(NotFound::Missing);
        }
        let alike: Vec<(usize, &Known)> = all().filter(|(_, given)| has_its_bytes(given)).collect();
        let is_another = |(_, given): &(usize, &Known)| recorded.is_in_iam(given) == Some(false);
        match alike.as_slice() {
            alike if alike.iter().all(is_another) => Err(NotFound::Missing),
            [(only, _)] => Ok(*only),
            several => Err(NotFound::Ambiguous(several.len())),
        }
    }
}

/// Which of the `given` policies each of the `recorded` ones is.
pub(super) fn match_up(recorded: &[&Known], given: &[Known]) -> Result<Vec<usize>, NotReplayed> {
    let mut matching = Matching::new(recorded, given);
    // What tells most comes first; by a path and a name none is taken that IAM knows to be another.
    matching.by(|recorded, given| recorded.is_in_iam(given) == Some(true));
    matching.by(|recorded, given| recorded.is_in_iam(given).is_none() && recorded.is_at(given));
    matching.by(|recorded, given| recorded.is_in_iam(given).is_none() && recorded.is_called(given));
    matching.in_order()?;
    matching.finish()
}

struct Matching<'k> {
    recorded: &'k [&'k Known],
    given: &'k [Known],
    /// Of each its place among those of one file: all that stand in a file have its bytes.
    places: (Vec<usize>, Vec<usize>),
    /// The given policy that each of the recorded ones is.
    of: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

impl<'k> Matching<'k> {
    fn new(recorded: &'k [&'k Known], given: &'k [Known]) -> Self {
        let all_given: Vec<&Known> = given.iter().collect();
        Matching {
            recorded,
            given,
            places: (places(recorded), places(&all_given)),
            of: vec![None; recorded.len()],
            is_taken: vec![false; given.len()],
        }
    }

    /// The given policies with the bytes of a recorded one, of those that are still free.
    fn candidates(&self, recorded: usize) -> impl Iterator<Item = usize> + '_ {
        let known = self.recorded[recorded];
        (self.given.iter().enumerate())
            .filter(move |&(number, given)| {
                let is_it = match (&known.block, &given.block) {
                    (None, None) => self.places.1[number] == self.places.0[recorded],
                    (Some(known), Some(given)) => known.address == given.address,
                    _ => false,
                };
                !self.is_taken[number] && given.sha256 == known.sha256 && is_it
            })
            .map(|(number, _)| number)
    }

    fn take(&mut self, recorded: usize, given: usize) {
        self.of[recorded] = Some(given);
        self.is_taken[given] = true;
    }

    /// Takes those of which exactly one is the policy by what `is_it` looks at.
    fn by(&mut self, is_it: impl Fn(&Known, &Known) -> bool) {
        for recorded in 0..self.recorded.len() {
            if self.of[recorded].is_some() {
                continue;
            }
            let known = self.recorded[recorded];
            let mut such = (self.candidates(recorded)).filter(|&at| is_it(known, &self.given[at]));
            if let (Some(only), None) = (such.next(), such.next()) {
                drop(such);
                self.take(recorded, only);
            }
        }
    }

    /// Takes the others one after the other, as long as there are no more of them than were decided on:
    /// the texts are the same, and the files may have been moved.
    fn in_order(&mut self) -> Result<(), NotReplayed> {
        for recorded in 0..self.recorded.len() {
            if self.of[recorded].is_some() {
                continue;
            }
            let known = self.recorded[recorded];
            let alike = (recorded..self.recorded.len()).filter(|&other| {
                self.of[other].is_none()
                    && self.recorded[other].sha256 == known.sha256
                    && self.places.0[other] == self.places.0[recorded]
            });
            let candidates: Vec<usize> = self.candidates(recorded).collect();
            match candidates.first() {
                Some(_) if candidates.len() > alike.count() => {
                    return Err(NotReplayed::Ambiguous {
                        file: known.file.clone(),
                        policies: candidates.len(),
                    });
                }
                Some(&first) => self.take(recorded, first),
                None => return Err(self.missing(recorded)),
            }
        }
        Ok(())
    }

    /// Why none of the given policies is this one.
    fn missing(&self, recorded: usize) -> NotReplayed {
        let known = self.recorded[recorded];
        let free = || {
            let numbers = (0..self.given.len()).filter(|&number| !self.is_taken[number]);
            numbers.map(|number| &self.given[number])
        };
        let of_its_name = free().find(|given| known.goes_by_the_name_of(given));
        // Of as many as there were one has another text, wherever it stands now.
        let only = (free().next()).filter(|_| free().count() == 1);
        let only = only.filter(|_| self.given.len() == self.recorded.len());
        match of_its_name.or(only) {
            Some(given) => NotReplayed::OtherPolicy(given.file.clone()),
            None => NotReplayed::Missing(known.file.clone()),
        }
    }

    /// The given policy of each, if what is left is surely another than those that were decided on. A
    /// new policy may have the text that an old one had, while the old one has another text now.
    fn finish(self) -> Result<Vec<usize>, NotReplayed> {
        let of: Vec<usize> = self.of.iter().copied().flatten().collect();
        for (number, left) in self.given.iter().enumerate() {
            if self.is_taken[number] {
                continue;
            }
            let mut matched = self.recorded.iter().zip(&of);
            let old = matched.find(|&(recorded, &taken)| {
                let taken = &self.given[taken];
                recorded.goes_by_the_name_of(left) && !recorded.goes_by_the_name_of(taken)
            });
            if old.is_some() {
                return Err(NotReplayed::OtherPolicy(left.file.clone()));
            }
        }
        // What IAM knows to be another is taken for none, where any is new.
        let other = (self.recorded.iter().zip(&of)).find(|&(recorded, &taken)| {
            self.given.len() > self.recorded.len()
                && recorded.is_in_iam(&self.given[taken]) == Some(false)
        });
        match other {
            Some((recorded, _)) => Err(NotReplayed::Missing(recorded.file.clone())),
            None => Ok(of),
        }
    }
}

/// The place of each among those before it that have its file and its bytes.
fn places(policies: &[&Known]) -> Vec<usize> {
    let mut seen = std::collections::HashMap::new();
    let places = policies.iter().map(|known| {
        let before: &mut usize = seen.entry((&known.sha256, known.file.raw())).or_default();
        let place = *before;
        *before += 1;
        place
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `FILE=BYTES`, and the ARN of the policy behind another `=`.
    fn known(text: &str) -> Known {
        let mut parts = text.split('=');
        let mut part = || parts.next().unwrap_or_default();
        let (file, sha256) = (part().into(), part().to_owned());
        let arn = part();
        let iam = serde_json::json!({"kind": "managed", "arn": arn});
        let iam = (!arn.is_empty()).then(|| serde_json::from_value(iam).unwrap());
        Known {
            sha256,
            file,
            iam,
            block: None,
        }
    }

    fn matched(recorded: &str, given: &str) -> Result<Vec<usize>, String> {
        let all = |text: &str| text.split_whitespace().map(known).collect::<Vec<_>>();
        let (recorded, given) = (all(recorded), all(given));
        let recorded: Vec<&Known> = recorded.iter().collect();
        match_up(&recorded, &given).map_err(|error| error.to_string())
    }

    #[test]
    fn the_policies_of_a_record_are_found_in_any_order_and_beside_others() {
        assert_eq!(matched("a=1 b=2", "b=2 a=1"), Ok(vec![1, 0]));
        assert_eq!(
            matched("a=1 b=2", "new/x=9 new/b=2 y=8 new/a=1"),
            Ok(vec![3, 1])
        );
        assert_eq!(matched("a=1 b=2", "c=1 d=2"), Ok(vec![0, 1]));
        assert_eq!(matched("a=1", "c=1 d=2"), Ok(vec![0]));
    }

    #[test]
    fn equal_policies_are_matched_one_to_one() {
        assert_eq!(matched("a=1 b=1", "b=1 a=1"), Ok(vec![1, 0]));
        assert_eq!(matched("a=1 b=1", "c=1 d=1"), Ok(vec![0, 1]));
        assert_eq!(matched("a=1 b=1", "x/b=1 c=1"), Ok(vec![1, 0]));
        assert_eq!(matched("a=1=A b=1=B", "a=1=B b=1=A"), Ok(vec![1, 0]));
        // All policies of one file have its bytes, and each is itself.
        assert_eq!(matched("f=1 f=1", "x=9 g=1 g=1"), Ok(vec![1, 2]));
        assert_eq!(matched("a=1", "b=1 a=1 c=1"), Ok(vec![1]));
        assert_eq!(matched("a=1=A", "a=1=B b=1=A"), Ok(vec![1]));
    }

    #[test]
    fn what_may_be_another_policy_than_the_one_that_was_decided_on_is_refused() {
        for (recorded, given) in [
            ("a=1", "b=1 c=1"),
            ("x/a=1", "y/a=1 z/a=1"),
            ("a=1 b=1", "c=1 d=1 e=1"),
            ("a=1", "a=2"),
            ("a=1", "b=2"),
            ("a=1 b=2", "a=1"),
            ("a=1 b=1", "a=1"),
            ("a=1 b=2", "a=1 b=3"),
            ("a=1 b=2", "a=1 b=3 c=4"),
            // The old one has another text now, and a new one has the old text.
            ("a=1", "a=2 b=1"),
            ("a=1=A", "a=2=A b=1=B"),
            ("a=1=A", "x=9=X b=1=B"),
        ] {
            let told = matched(recorded, given);
            assert!(told.is_err(), "{recorded}: {given}: {told:?}");
        }
    }

    #[test]
    fn a_policy_of_an_account_is_the_one_that_iam_calls_the_same() {
        let found = |recorded: &str, given: &str| {
            let given = KnownPolicies(given.split_whitespace().map(known).collect());
            given.find(&known(recorded))
        };
        assert_eq!(found("f=1=C", "f=1=A f=1=B f=1=C f=1=D"), Ok(2));
        assert_eq!(found("f=1=C", "f=1=A f=2=C"), Err(NotFound::Changed(1)));
        // Never another one, be it the only one.
        assert_eq!(found("f=1=C", "f=1=A"), Err(NotFound::Missing));
        assert_eq!(found("f=1=C", "f=1=A f=1=B"), Err(NotFound::Missing));
        // A record without a name tells the bytes alone.
        assert_eq!(found("f=1", "g=2=A g=1=B"), Ok(1));
        assert_eq!(found("f=1", "f=1=A g=1=B"), Err(NotFound::Ambiguous(2)));
        assert_eq!(found("f=1", "f=2=A"), Err(NotFound::Missing));
        assert_eq!(found("f=1=C", "f=1=A f=1"), Err(NotFound::Ambiguous(2)));
    }
}
