//! Leaving a prefix of a wildcard whole: where that can be done, and what stays for it.

use std::fmt;

use super::expansion::ServiceStatus;
use super::marks::{Mark, MarkKind};
use super::trie::{NodeId, Safety, Trie};
use crate::iam::{Action, ActionPrefix, ServicePrefix};

/// Why a prefix cannot be left whole. Displayed, it is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotWhole {
    /// It is the root: the wildcard would stay as it was written.
    SameAsRejecting,
    /// It is safe.
    Safe(ActionPrefix),
    /// It starts with a prefix that is left whole.
    WithinWhole(ActionPrefix),
    /// Nothing stays that starts with it.
    AllUnused(ActionPrefix),
    /// All of the service goes, known or not.
    WhollyUnused(ServicePrefix),
    /// The catalogue does not have the service, so that all of it stays.
    Unlisted(ServicePrefix),
    /// A mark beneath it binds: one that drops or splits.
    Bound(MarkKind, ActionPrefix),
}

impl fmt::Display for NotWhole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotWhole::SameAsRejecting => f.write_str(
                "Left whole at its root it stays as it was: that is the same as rejecting: r",
            ),
            NotWhole::Safe(prefix) => write!(f, "{prefix} is safe: it is written anyway"),
            NotWhole::WithinWhole(prefix) => {
                write!(f, "It starts with {prefix}, which is left whole")
            }
            NotWhole::AllUnused(prefix) => {
                write!(f, "Nothing stays that starts with {prefix}: it can be kept")
            }
            NotWhole::WhollyUnused(service) => {
                write!(
                    f,
                    "All of {service} is unused: leaving a prefix whole does nothing there"
                )
            }
            NotWhole::Unlisted(service) => {
                write!(
                    f,
                    "The catalogue does not have {service}: all of it stays anyway"
                )
            }
            NotWhole::Bound(kind, prefix) => write!(
                f,
                "The {kind} of {prefix} beneath it binds: take that back first"
            ),
        }
    }
}

impl Trie {
    /// The unused actions that stay when the prefix of a node is left whole, of a wildcard that has
    /// these `marks`.
    ///
    /// # Errors
    /// Why it cannot be left whole, or what would come of it otherwise.
    pub fn left_whole(&self, id: NodeId, marks: &[Mark]) -> Result<Vec<Action>, NotWhole> {
        let prefix = self.prefix(id);
        let Some(grants) = self.grants(id) else {
            return Err(NotWhole::SameAsRejecting);
        };
        let service = || grants.service.clone();
        match grants.status {
            ServiceStatus::Listed => {}
            ServiceStatus::WhollyUnused => return Err(NotWhole::WhollyUnused(service())),
            ServiceStatus::Unlisted => return Err(NotWhole::Unlisted(service())),
        }
        let binds = |mark: &&Mark| {
            matches!(mark.kind, MarkKind::Drop | MarkKind::Split)
                && mark.prefix.properly_extends(&prefix)
        };
        if let Some(mark) = marks.iter().find(binds) {
            return Err(NotWhole::Bound(mark.kind, mark.prefix.clone()));
        }
        match self.node(id).safety {
            Safety::Safe | Safety::Split | Safety::Unlisted => Err(NotWhole::Safe(prefix)),
            Safety::WithinWhole => Err(NotWhole::WithinWhole(whole_above(prefix, marks))),
            Safety::AllUnused => Err(NotWhole::AllUnused(prefix)),
            Safety::Unsafe if id == NodeId::ROOT => Err(NotWhole::SameAsRejecting),
            Safety::Unsafe | Safety::Whole => Ok(self.unsafe_because(id)),
        }
    }
}

fn whole_above(prefix: ActionPrefix, marks: &[Mark]) -> ActionPrefix {
    let mut wholes = marks.iter().filter(|mark| mark.kind == MarkKind::Whole);
    let above = wholes.find(|mark| prefix.properly_extends(&mark.prefix));
    above.map_or(prefix, |mark| mark.prefix.clone())
}
