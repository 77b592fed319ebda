//! The proof for an extended `NotAction`, in place of parts 1 to 3.

use super::fate::{fate, keeps_some_of};
use super::fault::{Fault, Part};
use super::knowledge::Knowledge;
use super::narrowed::Proved;
use crate::findings::UnusedInService;
use crate::iam::{ActionPattern, EntryEdit, Grants, StatementEdit};
use crate::refine::{Claim, Curation, Replacement};

impl Proved {
    /// Every old entry is still there; each new one is an unused action or a wholly unused
    /// service, of which nothing is kept; every other unused action that the statement granted is
    /// matched now.
    pub(super) fn judge_extended(
        &mut self,
        old: &[ActionPattern],
        edit: &StatementEdit<Replacement>,
        knowledge: &Knowledge<'_>,
        curation: Curation<'_>,
    ) {
        let mut kept = edit.entries.iter().take(old.len()).enumerate();
        if edit.entries.len() < old.len()
            || !kept.all(|(place, entry)| *entry == EntryEdit::Kept(place))
        {
            self.fault(Fault::new(
                Part::NothingAdded,
                "an entry of the NotAction is missing",
            ));
        }
        let mut matched: Vec<&ActionPattern> = old.iter().collect();
        for entry in edit.entries.iter().skip(old.len()) {
            match entry {
                EntryEdit::New(new) if new.claim == Claim::Appended => {
                    if excludes_only_what_goes(&new.entry, knowledge, curation) {
                        matched.push(&new.entry);
                    } else {
                        let what = "denies more than what goes";
                        self.fault(Fault::new(Part::NothingLost, what).entry(&new.entry));
                    }
                }
                EntryEdit::Kept(_) | EntryEdit::New(_) => self.fault(Fault::new(
                    Part::NothingAdded,
                    "a NotAction is only appended to",
                )),
            }
        }
        let matched: Grants<'_, &ActionPattern> = (matched.iter())
            .map(|pattern| (*pattern, *pattern))
            .collect();
        for (service, unused) in knowledge.unused.services() {
            let whole = ActionPattern::whole_service(service.clone());
            let mut wider = matched.that_may_include(&whole);
            let gone_whole = wider.any(|entry| whole.is_included_in(entry));
            if gone_whole {
                continue;
            }
            let known = || knowledge.actions_of(service).into_iter();
            if matches!(unused, UnusedInService::Wholly(_))
                && !keeps_some_of(curation, service, known())
            {
                self.fault(
                    Fault::new(Part::UnusedGone, "a wholly unused service is still granted")
                        .entry(&whole),
                );
            }
            for action in knowledge.actions_of(service) {
                let goes =
                    knowledge.unused.contains(&action) && !fate(curation, &action, true).stays();
                if goes && !matched.any_of(&action) {
                    self.fault(
                        Fault::new(Part::UnusedGone, "an unused action is still granted")
                            .witness(action),
                    );
                }
            }
        }
    }
}

fn excludes_only_what_goes(
    pattern: &ActionPattern,
    knowledge: &Knowledge<'_>,
    curation: Curation<'_>,
) -> bool {
    match pattern.as_action() {
        Some(action) => {
            knowledge.unused.contains(&action) && !fate(curation, &action, true).stays()
        }
        None => pattern.service().is_some_and(|service| {
            *pattern == ActionPattern::whole_service(service.clone())
                && knowledge.unused.is_wholly_unused(service)
                && !keeps_some_of(curation, service, knowledge.actions_of(service).into_iter())
        }),
    }
}
