//! What Terraform ignores the changes of: it stays as it was made, but for what is made anew.

use std::rc::Rc;

use super::attributes::in_state;
use super::names::Said;
use super::once::BlockOnce;
use super::{Evaluation, Value};
use crate::sources::applied::{Compared, Concern, compared};
use crate::sources::{Kind, Resource};
use crate::terraform::{Block, Origin};

impl<'a> Evaluation<'a> {
    /// What an argument comes to of which changes are ignored; none where it is as it is written.
    pub(super) fn ignored(&self, once: &Rc<BlockOnce<'a>>, said: Said<'a>) -> Option<Value<'a>> {
        let untold = Value::made_of(Origin::Untold);
        let kind = once.placed.block.labels.first();
        let Some(made) = once.made else {
            // Of others nobody can tell whether they are made.
            let is_told = kind.and_then(|kind| Kind::of(kind)).is_some();
            return (!is_told).then(|| Value::one_of([self.written_once(once, said), untold]));
        };
        let as_made = in_state(made, &said.argument.name);
        match self.is_made_anew(once, made) {
            Concern::No => Some(as_made),
            Concern::Yes => None,
            Concern::Unknown => {
                let written = self.written_once(once, said);
                let is_same = written.is(&as_made) == Some(true);
                (!is_same).then(|| Value::one_of([written, as_made]))
            }
        }
    }

    /// Whether Terraform makes something anew that the state has: it is tainted, or is called otherwise, or for
    /// somebody else.
    fn is_made_anew(&self, once: &Rc<BlockOnce<'a>>, made: &Resource) -> Concern {
        let triggers = |block: &Block| block.argument("replace_triggered_by").is_some();
        let mut lifecycles = once.placed.block.blocks_of("lifecycle");
        let is_triggered = lifecycles.any(triggers);
        let others = made.attributes.argued().filter(|argued| !argued.is_list);
        let concerns = others.filter_map(|argued| {
            let said = once.placed.argument(argued.name)?;
            let is_ignored = once.placed.ignores(argued.name);
            let value = (!is_ignored).then(|| self.argument(once, said))?;
            Some(match compared(&value, &argued) {
                Compared::Same => Concern::No,
                Compared::Unknown => Concern::Unknown,
                Compared::Other(_) => Concern::Yes,
            })
        });
        let concern = concerns.max().unwrap_or(Concern::No);
        match (made.is_tainted, is_triggered) {
            (true, _) => Concern::Yes,
            (false, true) => concern.max(Concern::Unknown),
            (false, false) => concern,
        }
    }
}
