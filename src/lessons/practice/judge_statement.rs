//! Comparing a whole statement with the engine's, entry by entry: of what belongs to a wildcard as where that is refined
//! by itself.

use super::judge::{Judgement, Miss, MissKind};
use super::refining::Refining;
use super::whole_statement::WholeStatement;
use super::writing::Writing;
use crate::iam::{Action, ActionPattern};

impl WholeStatement {
    /// Compares `written` with the engine's result.
    pub(super) fn compare(&self, written: &[ActionPattern]) -> Judgement {
        let wanted = self.wanted();
        let entries = written.iter().map(|entry| {
            let miss = (!wanted.contains(entry)).then(|| self.miss(entry, written));
            (entry.clone(), miss)
        });
        let mut judgement = Judgement {
            entries: entries.collect(),
            lost: Vec::new(),
        };
        let missing = wanted.iter().filter(|entry| !written.contains(entry));
        let (stood, new): (Vec<_>, Vec<_>) = missing
            .clone()
            .partition(|entry| self.entries.contains(entry));
        let gone = stood.iter().filter_map(|old| self.gone(old, written));
        // What is lost of a wildcard is told at once: of a statement that is begun that is most of it.
        let lost = self.parts.iter().filter_map(|part| {
            let result = part.result();
            let lacking = new.iter().copied().filter(|entry| result.contains(entry));
            let lacking: Vec<&ActionPattern> = lacking.collect();
            Some(of_part(part, part.lost_of(&lacking, written)?))
        });
        judgement.lost = gone.chain(lost).collect();
        if judgement.is_right() {
            judgement.lost = missing.filter_map(|entry| self.left_open(entry)).collect();
        }
        judgement
    }

    /// What is wrong with an entry that is not in the result.
    fn miss(&self, entry: &ActionPattern, written: &[ActionPattern]) -> Miss {
        let mut parts = self.parts.iter();
        let own = parts.find(|part| entry.is_included_in(part.wildcard()));
        if let Some(part) = own {
            return of_part(part, part.miss(entry, &part.result(), written));
        }
        let unused = self.parts.iter().flat_map(|part| {
            let granted = part.unused().map(move |name| (part, name));
            granted.filter(|(part, name)| entry.matches(&part.action(name)))
        });
        let unused: Vec<_> = unused.collect();
        match unused.first() {
            Some((part, first)) => of_part(part, part.grants_unused(entry, first, unused.len())),
            None => self.goes_beyond(entry),
        }
    }

    /// An entry that could grant what the statement never did.
    fn goes_beyond(&self, entry: &ActionPattern) -> Miss {
        let lacking = self.parts.iter().find(|part| part.lacks_rest(entry));
        let (kind, why) = match lacking {
            Some(part) => {
                let old = part.wildcard().name();
                let why = format!(": what is left of {old} has to follow the prefix");
                (MissKind::LacksRest, why)
            }
            None => (MissKind::GoesBeyond, String::new()),
        };
        let is_old = |action: &Action| self.entries.iter().any(|old| old.matches(action));
        let known = self.known.granted_by(entry);
        let known =
            known.map(|(service, action)| Action::new(service.clone(), action.name.clone()));
        let because = { known }.find(|action| !is_old(action));
        let entry = self.shown(entry);
        let sentence = match &because {
            Some(other) => {
                format!("{entry} would grant {other}, which the statement never did{why}.")
            }
            None => format!(
                "{entry} goes beyond what stood there: it could grant names that were never granted."
            ),
        };
        Miss {
            kind,
            because,
            sentence,
        }
    }

    /// What stood there in full, is not reported, and is written no more.
    fn gone(&self, old: &ActionPattern, written: &[ActionPattern]) -> Option<Miss> {
        let action = old.as_action()?;
        let name = &action.name;
        let granting = written.iter().find(|entry| entry.matches(&action));
        let (kind, sentence) = match granting {
            Some(entry) => (
                MissKind::NamedNoMore,
                format!(
                    "{name} stood there in full and is not reported: it stays as it is, though {} grants it too.",
                    self.shown(entry)
                ),
            ),
            None => (
                MissKind::Lost,
                format!(
                    "{name} stood there in full and is not reported, but no entry grants it any more."
                ),
            ),
        };
        Some(Miss {
            kind,
            because: Some(action),
            sentence,
        })
    }

    /// All that stays is granted, and the rule writes an entry besides.
    fn left_open(&self, lacking: &ActionPattern) -> Option<Miss> {
        let part = self.part_with(lacking)?;
        Some(of_part(part, part.left_open(lacking)?))
    }

    /// The wildcard in the place of which an entry of the result is written.
    fn part_with(&self, entry: &ActionPattern) -> Option<&Refining> {
        let mut parts = self.parts.iter();
        parts.find(|part| part.result().contains(&entry))
    }
}

/// The same, told of that wildcard.
fn of_part(part: &Refining, miss: Miss) -> Miss {
    Miss {
        sentence: format!("Of {}: {}", part.wildcard(), miss.sentence),
        ..miss
    }
}
