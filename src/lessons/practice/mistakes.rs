//! Which traps somebody went into lately: these come again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

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

    /// The trap that comes again: the one gone into most often; of several the rarest.
    pub fn most(&self) -> Option<Trap> {
        let most = self.0.values().max()?;
        let mut traps = self.0.iter();
        traps
            .find(|(_, count)| *count == most)
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
        assert_eq!(mistakes.most(), None);
        mistakes.made(Trap::Opened);
        assert_eq!(mistakes.most(), Some(Trap::Opened));
        mistakes.made(Trap::OneBeneath);
        (0..9).for_each(|_| mistakes.made(Trap::OneBeneath));
        assert_eq!(mistakes.most(), Some(Trap::OneBeneath));
        let traps = BTreeSet::from([Trap::OneBeneath, Trap::Rest]);
        (0..MOST).for_each(|_| mistakes.avoided(&traps));
        assert_eq!(mistakes.most(), Some(Trap::Opened));
        mistakes.avoided(&BTreeSet::from([Trap::Opened]));
        assert!(mistakes.is_empty());
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
