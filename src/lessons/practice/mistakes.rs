//! Which traps somebody went into lately: these come again.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::subject::Subject;
use super::trap::Trap;

/// How often a trap counts at most: as many sets without it are enough.
const MOST: u8 = 3;

/// How many sets that were right at once each trap still has to come in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Mistakes(BTreeMap<Trap, u8>);

impl Mistakes {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The trap that comes again in sets about these subjects: of those that they can have the one gone into most
    /// often; of several the rarest.
    pub fn most(&self, subjects: &[Subject]) -> Option<Trap> {
        let can_come = |trap: Trap| subjects.iter().any(|subject| subject.can_have(trap));
        let traps = self.0.iter().filter(|(trap, _)| can_come(**trap));
        traps
            .min_by_key(|(trap, count)| (Reverse(**count), **trap))
            .map(|(trap, _)| *trap)
    }

    /// Somebody went into it.
    pub(super) fn made(&mut self, trap: Trap) {
        let count = self.0.entry(trap).or_default();
        *count = (*count + 1).min(MOST);
    }

    /// Somebody went into none of these.
    pub(super) fn avoided(&mut self, traps: &BTreeSet<Trap>) {
        for (trap, count) in &mut self.0 {
            *count -= u8::from(traps.contains(trap));
        }
        self.0.retain(|_, count| *count > 0);
    }
}

/// What another version saved beside it is left alone, and what was saved may be any number.
impl<'de> Deserialize<'de> for Mistakes {
    fn deserialize<D: Deserializer<'de>>(saved: D) -> Result<Self, D::Error> {
        let all = Map::deserialize(saved)?.into_iter();
        let all = all.filter_map(|(trap, count)| {
            let trap: Trap = serde_json::from_value(Value::String(trap)).ok()?;
            let count = count.as_u64().filter(|count| *count > 0)?;
            Some((trap, u8::try_from(count).unwrap_or(MOST).min(MOST)))
        });
        Ok(Mistakes(all.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_most_comes_again_until_it_was_right_as_often() {
        let mut mistakes = Mistakes::default();
        assert_eq!(mistakes.most(&Subject::ALL), None);
        mistakes.made(Trap::Opened);
        assert_eq!(mistakes.most(&Subject::ALL), Some(Trap::Opened));
        mistakes.made(Trap::OneBeneath);
        (0..9).for_each(|_| mistakes.made(Trap::OneBeneath));
        assert_eq!(mistakes.most(&Subject::ALL), Some(Trap::OneBeneath));
        let traps = BTreeSet::from([Trap::OneBeneath, Trap::Rest]);
        (0..MOST).for_each(|_| mistakes.avoided(&traps));
        assert_eq!(mistakes.most(&Subject::ALL), Some(Trap::Opened));
        mistakes.avoided(&BTreeSet::from([Trap::Opened]));
        assert!(mistakes.is_empty());
    }

    #[test]
    fn a_trap_that_no_set_can_have_hides_none_that_one_can() {
        let mut mistakes = Mistakes::default();
        (0..MOST).for_each(|_| mistakes.made(Trap::Rest));
        assert_eq!(mistakes.most(&[Subject::Shortest]), None);
        mistakes.made(Trap::OneBeneath);
        assert_eq!(mistakes.most(&[Subject::Shortest]), Some(Trap::OneBeneath));
        assert_eq!(
            mistakes.most(&[Subject::Shortest, Subject::Middle]),
            Some(Trap::Rest)
        );
        // No wildcard is refined in these.
        assert_eq!(mistakes.most(&[Subject::Evidence]), None);
    }

    #[test]
    fn each_trap_is_read_by_itself() {
        let saved =
            r#"{"one-beneath": 900, "a-new-one": 2, "opened": 0, "sibling": "often", "rest": 1}"#;
        let read: Mistakes = serde_json::from_str(saved).unwrap();
        assert_eq!(
            serde_json::to_value(&read).unwrap(),
            serde_json::json!({"one-beneath": MOST, "rest": 1})
        );
    }
}
