//! Parts 1 to 4 for a statement whose entries were replaced.

use std::collections::{BTreeMap, BTreeSet};

use super::fate::{asks, fate, start_of};
use super::fault::{Fault, Part};
use super::knowledge::Knowledge;
use crate::findings::UnusedInService;
use crate::iam::{
    Action, ActionPattern, EntryEdit, Grants, ServicePrefix, StatementEdit, order_ignoring_case,
};
use crate::refine::{Claim, Curation, Fate, MarkKind, Replacement};

/// What a proof finds: its faults, and what it took as asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proved {
    /// What does not hold; empty when the proof succeeds.
    pub faults: Vec<Fault>,
    /// Staying actions that were dropped by hand.
    pub dropped: BTreeSet<Action>,
    /// Unused actions that were kept by hand.
    pub kept: BTreeSet<Action>,
    /// Unused actions that stay granted in new entries, since a prefix of theirs was left whole.
    pub left_whole: BTreeSet<Action>,
    /// Unused actions that stay granted in new entries, since the catalogue does not have their
    /// service.
    pub excepted: BTreeSet<Action>,
}

impl Proved {
    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Judges what replaces the `old` entries of a statement, of which nothing may hang on the
    /// `foreign` ones. `curation` gives the keeps and marks of the entry at a place.
    pub(super) fn judge_narrowed<'c>(
        &mut self,
        old: &[ActionPattern],
        edit: &StatementEdit<Replacement>,
        foreign: &BTreeSet<usize>,
        knowledge: &Knowledge<'_>,
        curation: impl Fn(usize) -> Curation<'c>,
    ) {
        let mut written: Vec<&ActionPattern> = Vec::new();
        // Which entries still stand is known before any new one is looked at: new ones may come
        // before the old one that they claim to replace.
        let standing: BTreeSet<usize> = edit.kept().collect();
        let mut replaced: BTreeMap<usize, Vec<&Replacement>> = (0..old.len())
            .filter(|place| !standing.contains(place))
            .map(|place| (place, Vec::new()))
            .collect();
        for entry in edit.entries.iter() {
            match entry {
                EntryEdit::Kept(place) if foreign.contains(place) => {}
                EntryEdit::Kept(place) => {
                    written.extend(old.get(*place));
                }
                EntryEdit::New(new) => {
                    written.push(&new.entry);
                    match replaced.get_mut(&new.from) {
                        Some(replacements) => replacements.push(new),
                        None => self.fault(
                            Fault::new(Part::NothingAdded, "replaces an entry that still stands")
                                .entry(&new.entry),
                        ),
                    }
                }
            }
        }
        let written: Grants<'_, &ActionPattern> =
            written.into_iter().map(|entry| (entry, entry)).collect();
        // Equal entries under the same marks grant the same, of which the same goes: what replaces
        // one of them may be what replaces another.
        let mut alike: BTreeMap<&ActionPattern, Vec<Alike<'_, 'c>>> = BTreeMap::new();
        for (place, replacements) in replaced {
            let curation = curation(place);
            let of_pattern = alike.entry(&old[place]).or_default();
            match of_pattern
                .iter_mut()
                .find(|group| group.0.marks == curation.marks && group.0.held == curation.held)
            {
                Some((_, all)) => all.extend(replacements),
                None => of_pattern.push((curation, replacements)),
            }
        }
        for (old, alike) in alike {
            for (curation, replacements) in alike {
                Replaced::new(old, &replacements, &written, knowledge, curation).judge(self);
            }
        }
    }
}

/// The marks of equal entries, and what replaces them.
type Alike<'r, 'c> = (Curation<'c>, Vec<&'r Replacement>);

/// One entry, or several equal ones, and what stands in their place.
struct Replaced<'r> {
    old: &'r ActionPattern,
    replacements: &'r [&'r Replacement],
    /// The same, to be looked up.
    granting: Grants<'r, &'r ActionPattern>,
    /// All entries of the new statement.
    written: &'r Grants<'r, &'r ActionPattern>,
    knowledge: &'r Knowledge<'r>,
    curation: Curation<'r>,
    /// The known actions that the old entry grants, by service, with what is to become of them.
    granted: BTreeMap<ServicePrefix, Vec<(Action, Fate)>>,
}

impl<'r> Replaced<'r> {
    fn new(
        old: &'r ActionPattern,
        replacements: &'r [&'r Replacement],
        written: &'r Grants<'r, &'r ActionPattern>,
        knowledge: &'r Knowledge<'r>,
        curation: Curation<'r>,
    ) -> Self {
        let granted_in = |service: &ServicePrefix| {
            let actions = knowledge.granted_in(service, old).into_iter();
            actions
                .map(|(action, unused)| {
                    let fate = fate(curation, &action, unused);
                    (action, fate)
                })
                .collect()
        };
        let services = knowledge.services_of(old).into_iter();
        Replaced {
            old,
            replacements,
            granting: (replacements.iter())
                .map(|new| (&new.entry, &new.entry))
                .collect(),
            written,
            knowledge,
            curation,
            granted: services.map(|s| (s.clone(), granted_in(&s))).collect(),
        }
    }

    fn judge(&self, proved: &mut Proved) {
        self.may_be_replaced(proved);
        self.nothing_added(proved);
        for (service, granted) in &self.granted {
            self.judge_service(service, granted, proved);
        }
        let of_one_service =
            |a: &&Replacement, b: &&Replacement| a.entry.service() == b.entry.service();
        for new in self.replacements.chunk_by(of_one_service) {
            let service = new[0].entry.service();
            let unused = service.and_then(|service| self.knowledge.unused.in_service(service));
            for new in new {
                self.claim_holds(new, unused, proved);
            }
        }
    }

    /// An entry stays as it is written where nothing is known to go of it, and a wildcard where its
    /// service is not listed: whatever else it grants was not asked to be removed.
    fn may_be_replaced(&self, proved: &mut Proved) {
        let opens = self.granted.iter().any(|(service, granted)| {
            self.knowledge.unused.is_wholly_unused(service)
                || granted
                    .iter()
                    .any(|(_, fate)| !fate.stays() || *fate == Fate::Whole)
        });
        let goes = opens && !self.is_whole_at_root();
        let unlisted_wildcard = !self.old.is_literal()
            && (self.old.service()).is_some_and(|service| self.knowledge.is_unlisted(service));
        if !goes || unlisted_wildcard {
            let what = "was to stay as it is written";
            proved.fault(Fault::new(Part::NothingLost, what).entry(self.old));
        }
    }

    /// Whether it was asked to leave all of the wildcard whole, and nothing of it was asked to go.
    fn is_whole_at_root(&self) -> bool {
        let mut all = self.granted.iter();
        asks(self.curation, MarkKind::Whole, &start_of(self.old))
            && all.all(|(service, granted)| {
                !self.knowledge.unused.is_wholly_unused(service)
                    && granted.iter().all(|(_, fate)| fate.stays())
            })
    }

    fn nothing_added(&self, proved: &mut Proved) {
        for new in self.replacements {
            if !new.entry.is_included_in(self.old) {
                let what = format!("is not included in {}, which it replaces", self.old);
                proved.fault(Fault::new(Part::NothingAdded, what).entry(&new.entry));
            }
        }
    }

    /// Parts 2 and 3, action by action.
    fn judge_service(
        &self,
        service: &ServicePrefix,
        granted: &[(Action, Fate)],
        proved: &mut Proved,
    ) {
        let excepted = self.old.service().is_none() && self.knowledge.is_unlisted(service);
        if excepted {
            self.stays_whole(service, proved);
        }
        let granting = self.granting.in_service(service);
        let written = self.written.in_service(service);
        for (action, fate) in granted {
            let granting = || granting.of(action.name.as_str()).next();
            match fate {
                Fate::Goes | Fate::Dropped => match granting() {
                    // The service stays whole, whatever was to be dropped of it.
                    Some(_) if excepted && *fate == Fate::Dropped => {}
                    Some(_) if excepted => {
                        proved.excepted.insert(action.clone());
                    }
                    Some(entry) => proved.fault(
                        Fault::new(Part::UnusedGone, "grants an action that goes")
                            .entry(entry)
                            .witness(action.clone()),
                    ),
                    None if *fate == Fate::Dropped => {
                        proved.dropped.insert(action.clone());
                    }
                    None => {}
                },
                Fate::Stays | Fate::Kept | Fate::Whole | Fate::Held => {
                    if written.of(action.name.as_str()).next().is_none() {
                        proved.fault(
                            Fault::new(Part::NothingLost, "no entry grants what it did")
                                .entry(self.old)
                                .witness(action.clone()),
                        );
                    } else if *fate == Fate::Kept {
                        proved.kept.insert(action.clone());
                    } else if *fate == Fate::Whole {
                        proved.left_whole.insert(action.clone());
                    }
                }
            }
        }
    }

    /// Under `*` a service that the catalogue does not have stays as a whole: nobody knows all that
    /// would be lost.
    fn stays_whole(&self, service: &ServicePrefix, proved: &mut Proved) {
        let whole = ActionPattern::whole_service(service.clone());
        let mut wider = self.written.that_may_include(&whole);
        if !wider.any(|entry| whole.is_included_in(entry)) {
            let what = "the catalogue does not have this service, and it is not granted as a whole";
            proved.fault(Fault::new(Part::NothingLost, what).entry(&whole));
        }
    }

    /// Part 4, and that what is granted for another reason than safety is what was asked for.
    /// `unused` is what is unused of the service of `new`.
    fn claim_holds(
        &self,
        new: &Replacement,
        unused: Option<&UnusedInService>,
        proved: &mut Proved,
    ) {
        let fault = |what: &str| Fault::new(Part::Shortest, what).entry(&new.entry);
        match &new.claim {
            Claim::Name => match new.entry.as_action() {
                None => proved.fault(fault("claims to be one action, and is a wildcard")),
                Some(action) => {
                    let unused = unused.is_some_and(|unused| unused.contains(&action.name));
                    if !fate(self.curation, &action, unused).stays() {
                        let what = "is an action that goes";
                        proved.fault(Fault::new(Part::UnusedGone, what).entry(&new.entry));
                    }
                }
            },
            Claim::SafePrefix { parent } => {
                if !start_of(&new.entry).properly_extends(parent) {
                    proved.fault(fault("does not extend the parent prefix that it claims"));
                } else if !self.is_unsafe(parent) {
                    let what = format!("its parent {parent} would have been safe");
                    proved.fault(fault(&what));
                }
                if self.grants_left_whole(&new.entry) {
                    let what =
                        "claims to be safe, and grants what stays only under a prefix left whole";
                    proved.fault(fault(what));
                }
                if let Some(UnusedInService::Wholly(_)) = unused {
                    let what = "grants actions of a wholly unused service that nobody keeps";
                    proved.fault(Fault::new(Part::UnusedGone, what).entry(&new.entry));
                }
            }
            Claim::WholePrefix { prefix } => {
                let start = start_of(&new.entry);
                if start != *prefix && !start.properly_extends(prefix) {
                    proved.fault(fault("does not start with the prefix that is left whole"));
                } else if !asks(self.curation, MarkKind::Whole, prefix) {
                    let what = format!("nobody asked to leave {prefix} whole");
                    proved.fault(Fault::new(Part::UnusedGone, what).entry(&new.entry));
                }
                if let Some(UnusedInService::Wholly(_)) = unused {
                    let what = "grants actions of a wholly unused service that nobody keeps";
                    proved.fault(Fault::new(Part::UnusedGone, what).entry(&new.entry));
                }
            }
            Claim::KeptPattern => {
                if !self.is_kept_whole(&new.entry) {
                    let what = "is in no kept pattern, and its service is wholly unused";
                    proved.fault(Fault::new(Part::UnusedGone, what).entry(&new.entry));
                }
            }
            Claim::UnlistedService => {
                let unlisted = (new.entry.service())
                    .is_some_and(|service| self.knowledge.is_unlisted(service));
                if !unlisted || self.old.service().is_some() {
                    proved.fault(fault("claims a service that the catalogue does not have"));
                }
            }
            Claim::Appended => proved
                .fault(Fault::new(Part::NothingAdded, "appended to an Action").entry(&new.entry)),
        }
    }

    /// Whether `entry` grants an action that stays only since a prefix is left whole.
    fn grants_left_whole(&self, entry: &ActionPattern) -> bool {
        let mut marks = self.curation.marks.iter();
        let granted = entry
            .service()
            .and_then(|service| self.granted.get(service));
        marks.any(|mark| mark.kind == MarkKind::Whole)
            && granted.is_some_and(|granted| {
                let mut whole = granted.iter().filter(|(_, fate)| *fate == Fate::Whole);
                whole.any(|(action, _)| entry.matches(action))
            })
    }

    /// Whether an action that goes, or stays only since a prefix is left whole, and that the old entry
    /// grants starts with `prefix`, or a split mark names it.
    fn is_unsafe(&self, prefix: &crate::iam::ActionPrefix) -> bool {
        if asks(self.curation, MarkKind::Split, prefix) {
            return true;
        }
        let goes_in = |service: &ServicePrefix, granted: &[(Action, Fate)]| {
            // The actions are in order, so those that start with the prefix are neighbours. The
            // trie finds them by `run_starting_with`; a fault there is not to be one here.
            let is_before = |(action, _): &(Action, Fate)| {
                order_ignoring_case(action.name.as_str(), prefix.name()).is_lt()
            };
            let first = granted.partition_point(is_before);
            self.knowledge.unused.is_wholly_unused(service)
                || (granted[first..].iter())
                    .take_while(|(action, _)| action.name.starts_with(prefix.name()))
                    .any(|(_, fate)| !fate.stays() || *fate == Fate::Whole)
        };
        match prefix.service() {
            None => (self.granted.iter()).any(|(service, granted)| goes_in(service, granted)),
            Some(service) => {
                (self.granted.get(service)).is_some_and(|granted| goes_in(service, granted))
            }
        }
    }

    /// Whether a keep, a pattern that is held back, or a keep mark on a prefix of it, includes `entry`.
    fn is_kept_whole(&self, entry: &ActionPattern) -> bool {
        let keeps = self.curation.keeps.iter().map(|keep| &keep.pattern);
        let mut patterns = keeps.chain(self.curation.held.patterns());
        let by_pattern = patterns.any(|pattern| entry.is_included_in(pattern));
        let start = start_of(entry);
        let by_mark = self.curation.marks.iter().any(|mark| {
            mark.kind == MarkKind::Keep
                && (start == mark.prefix || start.properly_extends(&mark.prefix))
        });
        by_pattern || by_mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::findings::UnusedActions;
    use crate::iam::ActionPrefix;
    use crate::text::Source;

    /// What is wrong with replacing `old` by one action of each name, or by nothing.
    fn faults(catalogue: &str, unused: &UnusedActions, old: &str, names: &[&str]) -> Vec<Part> {
        let source = Source::from_text("catalogue", catalogue);
        let catalogue = Catalogue::parse(&source).unwrap();
        let knowledge = Knowledge::new(&catalogue, unused, []);
        let new = names.iter().map(|name| {
            EntryEdit::New(Replacement {
                from: 0,
                entry: name.parse().unwrap(),
                claim: Claim::Name,
            })
        });
        let edit = StatementEdit {
            entries: new.collect(),
        };
        let mut proved = Proved::default();
        let old = [old.parse().unwrap()];
        proved.judge_narrowed(&old, &edit, &BTreeSet::new(), &knowledge, |_| {
            Curation::NONE
        });
        proved.faults.iter().map(|fault| fault.part).collect()
    }

    #[test]
    fn under_everything_a_service_that_is_not_listed_stays_whole() {
        let mut unused = UnusedActions::default();
        unused.add("newsvc:GetX".parse().unwrap(), None);
        unused.add("s3:GetB".parse().unwrap(), None);
        let faults = |names: &[&str]| faults("s3:GetA\ns3:GetB", &unused, "*", names);
        assert_eq!(faults(&["s3:GetA"]), [Part::NothingLost], "it is gone");
        assert_eq!(
            faults(&["newsvc:GetY", "s3:GetA"]),
            [Part::NothingLost],
            "only some of it is left"
        );
    }

    #[test]
    fn what_is_dropped_of_a_service_that_is_not_listed_stays_and_is_not_excepted() {
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", "s3:GetA")).unwrap();
        let mut unused = UnusedActions::default();
        unused.add("newsvc:GetX".parse().unwrap(), None);
        unused.add("s3:GetA".parse().unwrap(), None);
        let used: Action = "newsvc:GetY".parse().unwrap();
        let knowledge = Knowledge::new(&catalogue, &unused, []).with_held([&used]);
        let marks = [crate::refine::Mark {
            kind: MarkKind::Drop,
            prefix: ActionPrefix::in_service(used.service.clone(), "GetY"),
            by: crate::refine::SetBy::Person,
            reason: None,
        }];
        let new = Replacement {
            from: 0,
            entry: "newsvc:*".parse().unwrap(),
            claim: Claim::UnlistedService,
        };
        let edit = StatementEdit {
            entries: [EntryEdit::New(new)].into(),
        };
        let mut proved = Proved::default();
        let curation = Curation {
            marks: &marks,
            ..Curation::NONE
        };
        let old = [ActionPattern::Everything];
        proved.judge_narrowed(&old, &edit, &BTreeSet::new(), &knowledge, |_| curation);
        assert!(proved.holds(), "{:?}", proved.faults);
        assert_eq!(proved.excepted, ["newsvc:GetX".parse().unwrap()].into());
    }

    #[test]
    fn what_was_to_stay_as_it_is_written_may_not_be_replaced() {
        let catalogue = "s3:GetA\ns3:GetB\nsqs:Send";
        let mut unused = UnusedActions::default();
        unused.add("newsvc:GetX".parse().unwrap(), None);
        unused.add("s3:GetB".parse().unwrap(), None);
        let faults = |old: &str, names: &[&str]| faults(catalogue, &unused, old, names);
        assert_eq!(faults("newsvc:*", &[]), [Part::NothingLost], "not listed");
        assert_eq!(faults("s3:Zzz*", &[]), [Part::NothingLost], "nothing known");
        assert_eq!(
            faults("sqs:S*", &["sqs:Send"]),
            [Part::NothingLost],
            "nothing unused"
        );
        assert_eq!(faults("s3:Get*", &["s3:GetA"]), []);
        assert_eq!(
            faults("newsvc:GetX", &[]),
            [],
            "a literal is refined as usual"
        );
    }

    #[test]
    fn an_action_of_a_wholly_unused_service_that_nobody_keeps_may_not_be_written() {
        let mut unused = UnusedActions::default();
        unused.add_service(ServicePrefix::parse("sqs").unwrap(), None);
        let faults = faults("sqs:Send", &unused, "sqs:*", &["sqs:Unheard"]);
        assert_eq!(faults, [Part::UnusedGone]);
    }

    #[test]
    fn an_entry_beside_the_one_it_replaces_is_seen_in_the_same_service_too() {
        let mut unused = UnusedActions::default();
        unused.add("s3:GetB".parse().unwrap(), None);
        let catalogue = "s3:GetA\ns3:GetB\ns3:PutA";
        let faults = |names: &[&str]| faults(catalogue, &unused, "s3:Get*", names);
        assert_eq!(faults(&["s3:GetA", "s3:GetUnheard"]), []);
        assert_eq!(faults(&["s3:GetA", "s3:PutA"]), [Part::NothingAdded]);
        assert_eq!(faults(&["s3:GetA", "s3:PutUnheard"]), [Part::NothingAdded]);
    }

    #[test]
    fn what_is_left_whole_may_not_be_written_as_if_it_were_safe() {
        let source = Source::from_text("catalogue", "s3:GetA\ns3:GetB\ns3:GetBa\ns3:PutA");
        let catalogue = Catalogue::parse(&source).unwrap();
        let mut unused = UnusedActions::default();
        unused.add("s3:GetBa".parse().unwrap(), None);
        unused.add("s3:PutA".parse().unwrap(), None);
        let knowledge = Knowledge::new(&catalogue, &unused, []);
        let s3 = ServicePrefix::parse("s3").unwrap();
        let prefix = |name: &str| ActionPrefix::in_service(s3.clone(), name);
        let marks = [crate::refine::Mark {
            kind: MarkKind::Whole,
            prefix: prefix("GetB"),
            by: crate::refine::SetBy::Person,
            reason: None,
        }];
        let faults_of = |old: &str, new: &[(&str, Claim)]| -> Vec<Part> {
            let new = new.iter().map(|(entry, claim)| {
                EntryEdit::New(Replacement {
                    from: 0,
                    entry: entry.parse().unwrap(),
                    claim: claim.clone(),
                })
            });
            let edit = StatementEdit {
                entries: new.collect(),
            };
            let mut proved = Proved::default();
            let old = [old.parse().unwrap()];
            let curation = Curation {
                marks: &marks,
                ..Curation::NONE
            };
            proved.judge_narrowed(&old, &edit, &BTreeSet::new(), &knowledge, |_| curation);
            proved.faults.iter().map(|fault| fault.part).collect()
        };
        let faults = |new: &[(&str, Claim)]| faults_of("s3:*", new);
        let whole = |name: &str| Claim::WholePrefix {
            prefix: prefix(name),
        };
        let name = ("s3:GetA", Claim::Name);
        assert_eq!(faults(&[name.clone(), ("s3:GetB*", whole("GetB"))]), []);
        let wider = ("s3:Get*", Claim::SafePrefix { parent: prefix("") });
        assert_eq!(faults(&[wider]), [Part::Shortest], "wider than asked");
        let not_asked = ("s3:Get*", whole("Get"));
        assert_eq!(faults(&[not_asked]), [Part::UnusedGone], "nobody asked");
        let elsewhere = ("s3:GetB*", whole("GetBa"));
        assert_eq!(faults(&[name.clone(), elsewhere]), [Part::Shortest]);
        assert_eq!(faults(&[name]), [Part::NothingLost; 2], "it was to stay");
        let at_root = faults_of("s3:GetB*", &[("s3:GetB*", whole("GetB"))]);
        assert_eq!(at_root, [Part::NothingLost], "it is whole as it is written");
        let unlisted = faults_of("s3:GetA*", &[("s3:GetA", Claim::UnlistedService)]);
        assert!(unlisted.contains(&Part::Shortest), "{unlisted:?}");
        let under_all = faults_of("*", &[("s3:GetA", Claim::UnlistedService)]);
        assert!(under_all.contains(&Part::Shortest), "{under_all:?}");
    }

    #[test]
    fn a_new_entry_before_the_one_it_claims_to_replace_is_seen() {
        let catalogue = Catalogue::parse(&Source::from_text("catalogue", "s3:GetA")).unwrap();
        let unused = UnusedActions::default();
        let knowledge = Knowledge::new(&catalogue, &unused, []);
        let new = Replacement {
            from: 0,
            entry: ActionPattern::Everything,
            claim: Claim::SafePrefix {
                parent: ActionPrefix::of_everything(),
            },
        };
        let edit = StatementEdit {
            entries: [EntryEdit::New(new), EntryEdit::Kept(0)].into(),
        };
        let mut proved = Proved::default();
        let old = ["s3:Get*".parse().unwrap()];
        proved.judge_narrowed(&old, &edit, &BTreeSet::new(), &knowledge, |_| {
            Curation::NONE
        });
        assert!(!proved.part_holds(Part::NothingAdded));
    }
}
