//! An exercise as `lesson.toml` has it: entries that are to be written by hand for its task.

use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::form::{FromText, Wrong};
use super::practice::{Exercise, Extending, Lot, Refining};
use crate::catalogue::Catalogue;
use crate::iam::{Action, ActionPattern, ServicePrefix};
use crate::refine::Granularity;
use crate::text::quoted;

/// `[write]`: what is to be written by hand, by the key that is there for it alone.
#[derive(Deserialize)]
pub(super) enum WrittenExercise {
    /// A wildcard is to be refined.
    #[serde(rename = "wildcard")]
    Refine(WrittenRefining),
    /// A `NotAction` is to be extended.
    #[serde(rename = "not_action")]
    Extend(WrittenExtending),
}

/// A wildcard that is to be refined.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRefining {
    wildcard: FromText<ActionPattern>,
    /// The actions that there are, and which of them are unused.
    actions: Vec<WrittenAction>,
    #[serde(default)]
    unused: Vec<WrittenAction>,
    /// Which of the unused stay all the same.
    #[serde(default)]
    kept: Vec<WrittenAction>,
    /// Where names are cut.
    #[serde(default)]
    cut: Granularity,
    /// What somebody wrote already.
    #[serde(default)]
    written: Vec<FromText<ActionPattern>>,
}

/// A `NotAction` that is to be extended.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenExtending {
    /// Its entries.
    not_action: Spanned<Vec<FromText<ActionPattern>>>,
    /// The actions that there are, and which of them are unused.
    actions: Vec<WrittenAction>,
    #[serde(default)]
    unused: Vec<WrittenAction>,
    /// The services of which nothing was used.
    #[serde(default)]
    idle: Vec<Spanned<String>>,
    /// What somebody wrote already.
    #[serde(default)]
    written: Vec<FromText<ActionPattern>>,
}

type WrittenAction = Spanned<FromText<Action>>;

impl WrittenExercise {
    /// The exercise; what is wrong with it, if it is none.
    pub(super) fn read(self, known: &Arc<Catalogue>) -> Result<Exercise, Wrong> {
        match self {
            Self::Refine(refining) => {
                let refining = refining.read(known)?;
                Ok(Exercise::Refine(Arc::new(refining)))
            }
            Self::Extend(extending) => {
                let extending = extending.read(known)?;
                Ok(Exercise::Extend(Arc::new(extending)))
            }
        }
    }
}

impl WrittenRefining {
    fn read(self, known: &Arc<Catalogue>) -> Result<Refining, Wrong> {
        let wildcard = self.wildcard.0;
        let mut lots = all_that_stay(&self.actions, known)?;
        for action in &self.actions {
            let (span, action) = (action.span(), &action.get_ref().0);
            if !wildcard.matches(action) {
                return Err(Wrong::at(span, format!("{wildcard} grants no {action}")));
            }
        }
        move_lots(&self.unused, &mut lots, Lot::Stays, Lot::Unused, "actions")?;
        move_lots(&self.kept, &mut lots, Lot::Unused, Lot::Kept, "unused ones")?;
        let names = lots.into_iter().map(|(action, lot)| (action.name, lot));
        let names: Vec<_> = names.collect();
        let refining = Refining::new(&wildcard, &names, known, self.cut);
        let refining = refining.ok_or_else(|| format!("{wildcard} is not narrowed on these"))?;
        Ok(refining.begun_with(entries(self.written)))
    }
}

impl WrittenExtending {
    fn read(self, known: &Arc<Catalogue>) -> Result<Extending, Wrong> {
        let mut lots = all_that_stay(&self.actions, known)?;
        move_lots(&self.unused, &mut lots, Lot::Stays, Lot::Unused, "actions")?;
        let idle = self.idle.iter().map(|text| {
            let service = ServicePrefix::parse(text.get_ref());
            let strange = || format!("{} is no service", quoted(text.get_ref()));
            service.ok_or_else(|| Wrong::at(text.span(), strange()))
        });
        let idle = idle.collect::<Result<Vec<_>, _>>()?;
        let named = self.not_action.span();
        let not_action = entries(self.not_action.into_inner());
        if not_action.is_empty() {
            let message = "a NotAction names something: give its entries".to_owned();
            return Err(Wrong::at(named, message));
        }
        let actions = lots
            .into_iter()
            .map(|(action, lot)| (action, lot == Lot::Unused));
        let actions: Vec<_> = actions.collect();
        let begun = if self.written.is_empty() {
            not_action.clone()
        } else {
            entries(self.written)
        };
        let extending = Extending::new(not_action, &actions, &idle, known);
        let extending = extending.ok_or_else(|| "nothing is appended".to_owned())?;
        Ok(extending.begun_with(begun))
    }
}

/// The actions that there are: known ones, of which none is unused yet.
fn all_that_stay(
    written: &[WrittenAction],
    known: &Catalogue,
) -> Result<Vec<(Action, Lot)>, Wrong> {
    let actions = written.iter().map(|action| {
        let (span, action) = (action.span(), &action.get_ref().0);
        if known.contains(action) {
            Ok((action.clone(), Lot::Stays))
        } else {
            let message = format!("AWS has no {action} that is known");
            Err(Wrong::at(span, message))
        }
    });
    actions.collect()
}

/// Puts actions from one lot into another one. They are told as none of `those` where they are not in it.
fn move_lots(
    written: &[WrittenAction],
    lots: &mut [(Action, Lot)],
    from: Lot,
    to: Lot,
    those: &str,
) -> Result<(), Wrong> {
    for action in written {
        let (span, action) = (action.span(), &action.get_ref().0);
        let mut of_it = lots.iter_mut().filter(|(other, _)| other == action);
        let Some((_, lot)) = of_it.find(|(_, lot)| *lot == from) else {
            let message = format!("{action} is none of the {those}");
            return Err(Wrong::at(span, message));
        };
        *lot = to;
    }
    Ok(())
}

fn entries(written: Vec<FromText<ActionPattern>>) -> Vec<ActionPattern> {
    written.into_iter().map(|entry| entry.0).collect()
}
