//! An exercise as `lesson.toml` has it: entries that are to be written by hand for its task.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::practice::{Exercise, Extending, Lot, Refining};
use crate::catalogue::Catalogue;
use crate::iam::{Action, ActionPattern, Name, ServicePrefix};
use crate::refine::Granularity;
use crate::text::quoted;

/// `[write]`: what is to be written by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenExercise {
    /// The wildcard that is to be refined; or the entries of a `NotAction` that is to be extended.
    wildcard: Option<Spanned<String>>,
    #[serde(default)]
    not_action: Vec<Spanned<String>>,
    /// The actions that there are, and which of them are unused.
    actions: Vec<Spanned<String>>,
    #[serde(default)]
    unused: Vec<Spanned<String>>,
    /// Which of the unused stay all the same.
    #[serde(default)]
    kept: Vec<Spanned<String>>,
    /// Where names are cut.
    #[serde(default)]
    cut: Granularity,
    /// The services of which nothing was used.
    #[serde(default)]
    idle: Vec<Spanned<String>>,
    /// What somebody wrote already.
    #[serde(default)]
    written: Vec<Spanned<String>>,
}

/// What is wrong, and where.
type Wrong = (Range<usize>, String);

impl WrittenExercise {
    /// The exercise, which stands at `span`; what is wrong with it, if it is none.
    pub(super) fn read(
        &self,
        span: Range<usize>,
        known: &Arc<Catalogue>,
    ) -> Result<Exercise, Wrong> {
        let mut actions: Vec<(Action, Lot)> = Vec::new();
        for text in &self.actions {
            let action: Action = parsed(text)?;
            if !known.contains(&action) {
                return Err((text.span(), format!("AWS has no {action} that is known")));
            }
            actions.push((action, Lot::Stays));
        }
        let unused = self
            .unused
            .iter()
            .map(|text| (text, Lot::Stays, Lot::Unused));
        let kept = self.kept.iter().map(|text| (text, Lot::Unused, Lot::Kept));
        for (text, from, to) in unused.chain(kept) {
            let action: Action = parsed(text)?;
            let mut of_it = actions.iter_mut().filter(|(other, _)| *other == action);
            let found = of_it.find(|(_, lot)| *lot == from).ok_or_else(|| {
                let of = if to == Lot::Kept {
                    "unused ones"
                } else {
                    "actions"
                };
                (text.span(), format!("{action} is none of the {of}"))
            })?;
            found.1 = to;
        }
        let written = all::<ActionPattern>(&self.written)?;
        let Some(wildcard) = &self.wildcard else {
            let idle = self.idle.iter().map(|text| {
                let service = ServicePrefix::parse(text.get_ref());
                service.ok_or_else(|| {
                    (
                        text.span(),
                        format!("{} is no service", quoted(text.get_ref())),
                    )
                })
            });
            let idle = idle.collect::<Result<Vec<_>, _>>()?;
            let entries = all::<ActionPattern>(&self.not_action)?;
            let begun = if written.is_empty() {
                entries.clone()
            } else {
                written
            };
            let actions: Vec<(Action, bool)> = (actions.into_iter())
                .map(|(action, lot)| (action, lot == Lot::Unused))
                .collect();
            let extending = Extending::new(entries, &actions, &idle, known);
            let extending = extending.map(|extending| extending.begun_with(begun));
            let extending = extending.ok_or_else(|| (span, "nothing is appended".to_owned()))?;
            return Ok(Exercise::Extend(Arc::new(extending)));
        };
        let pattern: ActionPattern = parsed(wildcard)?;
        let names = actions.into_iter().map(|(action, lot)| (action.name, lot));
        let names: Vec<(Name, Lot)> = names.collect();
        let refining = Refining::new(&pattern, &names, known, self.cut);
        let refining = refining.map(|refining| refining.begun_with(written));
        let refining =
            refining.ok_or_else(|| (span, format!("{pattern} is not narrowed on these")))?;
        Ok(Exercise::Refine(Arc::new(refining)))
    }
}

fn all<T>(texts: &[Spanned<String>]) -> Result<Vec<T>, Wrong>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    texts.iter().map(parsed).collect()
}

fn parsed<T>(text: &Spanned<String>) -> Result<T, Wrong>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let parsed = text.get_ref().parse();
    parsed.map_err(|error: T::Err| (text.span(), format!("{}: {error}", quoted(text.get_ref()))))
}
