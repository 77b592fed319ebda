//! Errors, planted in what the statements of a world became.

use iam_refine::iam::{ActionPattern, ActionPrefix, EntryEdit};
use iam_refine::proof::Part;
use iam_refine::refine::{Claim, MarkKind, Replacement, StatementPlan, prefix_of};

use super::decided::{Decided, Edits};
use super::definition::{is_held, stays};
use super::known::names;
use super::pattern::{is_literal, name_of, residuals, same};
use super::world::Kind;

/// A policy with an error in it, and the parts of which one has to fail.
pub struct Planted {
    pub error: &'static str,
    pub edits: Edits,
    pub parts: &'static [Part],
}

/// The errors that can be planted in what one world became.
pub fn plant(decided: &Decided) -> Vec<Planted> {
    let mut planted = Vec::new();
    for (place, edit) in decided.edits.iter().enumerate() {
        let plant = Planting {
            decided,
            place,
            entries: edit.as_ref().map_or(&[], |edit| &edit.entries),
        };
        match (decided.world.statements[place].kind, edit) {
            (Kind::Allow, Some(_)) => {
                planted.extend(plant.losses());
                planted.extend(plant.additions());
                planted.extend(plant.wrong_claims());
                planted.extend(plant.misplaced());
            }
            (Kind::AllowNotAction, Some(_)) => planted.extend(plant.wrong_extensions()),
            (Kind::Deny, None) => planted.push(Planted {
                error: "a Deny is rewritten",
                edits: decided.with(place, vec![EntryEdit::Kept(0)]),
                parts: &[Part::NothingElseTouched],
            }),
            _ => {}
        }
    }
    planted
}

/// Where errors are planted: in what one statement became.
struct Planting<'d> {
    decided: &'d Decided,
    place: usize,
    entries: &'d [EntryEdit<Replacement>],
}

impl Planting<'_> {
    fn losses(&self) -> Vec<Planted> {
        let without = |index: usize| {
            let mut entries = self.entries.to_vec();
            entries.remove(index);
            entries
        };
        (0..self.entries.len())
            .map(without)
            .filter(|entries| self.decided.loses(self.place, entries))
            .map(|entries| self.planted("an entry is dropped", entries, &[Part::NothingLost]))
            .collect()
    }

    /// New entries that grant what goes, or what was not granted.
    fn additions(&self) -> Vec<Planted> {
        let mut planted = Vec::new();
        for from in self.replaced() {
            let model = self.decided.model(self.place, from);
            if let Some(action) = self.decided.going(&model).first() {
                let entries = self.and(new_entry(from, action));
                let error = "an unused action is granted again";
                planted.push(self.planted(error, entries, &[Part::UnusedGone]));
            }
            let wider = ["zz:Outside", "s3:Get*", "ab:*", "*"];
            let outside = wider.map(|text| self.and(new_entry(from, text)));
            let outside = outside.into_iter();
            planted.extend(
                outside
                    .filter(|entries| self.decided.adds(self.place, entries))
                    .take(1)
                    .map(|entries| {
                        self.planted("an entry lies outside", entries, &[Part::NothingAdded])
                    }),
            );
        }
        planted.extend(self.wholly_unused_services());
        for (index, new, parent) in self.safe_prefixes() {
            let Some(service) = parent.service() else {
                continue;
            };
            let glob = self.decided.model(self.place, new.from).glob();
            let rests = residuals(glob, parent.name());
            for rest in rests.iter().filter(|rest| rest.starts_with(['*', '?'])) {
                let entry = format!("{service}:{}{rest}", parent.name());
                let entries = self.but(index, with_entry(new, &entry));
                if self.decided.grants_what_goes(self.place, &entries) {
                    let error = "the widened prefix grants what goes";
                    planted.push(self.planted(error, entries.clone(), &[Part::UnusedGone]));
                }
                let error = "a prefix is widened to its parent";
                planted.push(self.planted(error, entries, &[Part::Shortest]));
            }
        }
        planted
    }

    /// A service that is unused as a whole goes, also where the catalogue does not have it.
    fn wholly_unused_services(&self) -> Vec<Planted> {
        let world = &self.decided.world;
        let mut planted = Vec::new();
        for from in self.replaced() {
            let model = self.decided.model(self.place, from);
            let wholly = world.unused.iter().filter(|(service, name)| {
                model.text == "*" && name.is_none() && model.kept(service).is_empty()
            });
            for (service, _) in wholly {
                let new = Replacement {
                    claim: Claim::UnlistedService,
                    ..new_entry(from, &format!("{service}:*"))
                };
                let error = "a wholly unused service claims to be unlisted";
                let parts = &[Part::UnusedGone, Part::Shortest];
                planted.push(self.planted(error, self.and(new), parts));
            }
        }
        planted
    }

    fn wrong_claims(&self) -> Vec<Planted> {
        let mut planted = Vec::new();
        for (index, new, _) in self.safe_prefixes() {
            let mut claims = |error, claim: Claim, part: &'static [Part]| {
                let lying = Replacement {
                    claim,
                    ..new.clone()
                };
                planted.push(self.planted(error, self.but(index, lying), part));
            };
            let own = prefix_of(&new.entry);
            let (Some(service), length) = (own.service(), own.name().len()) else {
                continue;
            };
            let parent = |prefix: ActionPrefix| Claim::SafePrefix { parent: prefix };
            let model = self.decided.model(self.place, new.from);
            let shorter = (0..length)
                .map(|end| ActionPrefix::in_service(service.clone(), &own.name()[..end]));
            let safe = shorter
                .into_iter()
                .find(|shorter| self.decided.is_safe(&model, &shorter.to_string()));
            if let Some(safe) = safe {
                claims("the parent is safe", parent(safe), &[Part::Shortest]);
            }
            let elsewhere = ActionPrefix::in_service(service.clone(), "Zz");
            claims(
                "the parent is of elsewhere",
                parent(elsewhere),
                &[Part::Shortest],
            );
            claims(
                "the parent is the prefix itself",
                parent(own.clone()),
                &[Part::Shortest],
            );
            claims(
                "a wildcard claims to be one action",
                Claim::Name,
                &[Part::Shortest],
            );
            let unlisted = "a wildcard claims an unlisted service";
            claims(unlisted, Claim::UnlistedService, &[Part::Shortest]);
            let extends = "a wildcard claims to extend a NotAction";
            claims(extends, Claim::Appended, &[Part::NothingAdded]);
            let nothing_whole = model.marks_of(MarkKind::Whole).next().is_none();
            if nothing_whole {
                let prefix = own.clone();
                claims(
                    "a wildcard claims to be left whole",
                    Claim::WholePrefix { prefix },
                    &[Part::UnusedGone],
                );
            }
            let world = &self.decided.world;
            let keeps_nothing = world.keeps.is_empty()
                && world.held.iter().all(|held| is_literal(held))
                && model.marks.iter().all(|mark| mark.kind != MarkKind::Keep);
            if keeps_nothing {
                claims(
                    "a wildcard claims to be kept",
                    Claim::KeptPattern,
                    &[Part::UnusedGone],
                );
            }
        }
        planted
    }

    /// Entries where none may be.
    fn misplaced(&self) -> Vec<Planted> {
        let mut planted = Vec::new();
        let status = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| match entry {
                EntryEdit::Kept(old) => Some((index, *old)),
                EntryEdit::New(_) => None,
            });
        for (index, from) in status {
            for beside in [index, index + 1] {
                let mut entries = self.entries.to_vec();
                let text = &self.decided.world.statements[self.place].entries[from].text;
                entries.insert(beside, EntryEdit::New(new_entry(from, text)));
                let error = "an entry is put beside the one it replaces";
                planted.push(self.planted(error, entries, &[Part::NothingAdded]));
            }
        }
        let mut entries = self.entries.to_vec();
        entries.push(EntryEdit::New(appended("zz:Outside")));
        planted.push(self.planted("an entry is appended", entries, &[Part::NothingAdded]));
        planted
    }

    fn wrong_extensions(&self) -> Vec<Planted> {
        let StatementPlan::NotAction(extension) = &self.decided.plans[self.place] else {
            return Vec::new();
        };
        let mut planted = Vec::new();
        for index in 0..self.entries.len() {
            let mut entries = self.entries.to_vec();
            entries.remove(index);
            planted.push(if index < extension.old_entries {
                self.planted("a NotAction loses an entry", entries, &[Part::NothingAdded])
            } else {
                let error = "a NotAction is not extended by all";
                self.planted(error, entries, &[Part::UnusedGone])
            });
        }
        let world = &self.decided.world;
        let of_service = |service: &String| {
            let names = names(world, service).into_iter();
            names
                .map(|name| format!("{service}:{name}"))
                .collect::<Vec<String>>()
        };
        for (service, reported) in &world.unused {
            for action in of_service(service) {
                let is_reported = reported
                    .as_ref()
                    .is_none_or(|name| same(name, name_of(&action)));
                let stays =
                    stays(&world.keeps, &[], &action, true) || is_held(&world.held, &[], &action);
                if is_reported && stays {
                    let error = "a NotAction denies what is kept";
                    planted.push(self.planted(error, self.extended(&action), &[Part::NothingLost]));
                    let whole = self.extended(&format!("{service}:*"));
                    planted.push(self.planted(error, whole, &[Part::NothingLost]));
                }
            }
        }
        let error = "a NotAction denies what is not unused";
        for new in ["zz:Outside", "zz:*", "*"] {
            planted.push(self.planted(error, self.extended(new), &[Part::NothingLost]));
        }
        for addition in &extension.additions {
            let entries = self.and(new_entry(0, &addition.to_string()));
            let error = "a NotAction is extended by a replacement";
            planted.push(self.planted(error, entries, &[Part::NothingAdded]));
        }
        planted
    }

    fn extended(&self, new: &str) -> Vec<EntryEdit<Replacement>> {
        self.and(appended(new))
    }

    /// The places of the entries that do not stand any more.
    fn replaced(&self) -> Vec<usize> {
        let all = 0..self.decided.world.statements[self.place].entries.len();
        all.filter(|place| !self.entries.contains(&EntryEdit::Kept(*place)))
            .collect()
    }

    /// The new wildcards that claim a parent, in services that the catalogue has.
    fn safe_prefixes(&self) -> Vec<(usize, &Replacement, &ActionPrefix)> {
        let entries = self.entries.iter().enumerate();
        entries
            .filter_map(|(index, entry)| match entry {
                EntryEdit::New(new) => match &new.claim {
                    Claim::SafePrefix { parent } => Some((index, new, parent)),
                    _ => None,
                },
                EntryEdit::Kept(_) => None,
            })
            .collect()
    }

    fn and(&self, new: Replacement) -> Vec<EntryEdit<Replacement>> {
        let new = EntryEdit::New(new);
        self.entries.iter().cloned().chain([new]).collect()
    }

    fn but(&self, index: usize, new: Replacement) -> Vec<EntryEdit<Replacement>> {
        let mut entries = self.entries.to_vec();
        entries[index] = EntryEdit::New(new);
        entries
    }

    fn planted(
        &self,
        error: &'static str,
        entries: Vec<EntryEdit<Replacement>>,
        parts: &'static [Part],
    ) -> Planted {
        Planted {
            error,
            edits: self.decided.with(self.place, entries),
            parts,
        }
    }
}

fn pattern(text: &str) -> ActionPattern {
    text.parse().unwrap()
}

/// A new entry that nothing is wrong with but where it stands.
fn new_entry(from: usize, text: &str) -> Replacement {
    Replacement {
        from,
        entry: pattern(text),
        claim: if is_literal(text) {
            Claim::Name
        } else {
            Claim::SafePrefix {
                parent: ActionPrefix::of_everything(),
            }
        },
    }
}

fn appended(text: &str) -> Replacement {
    Replacement {
        from: 0,
        entry: pattern(text),
        claim: Claim::Appended,
    }
}

fn with_entry(new: &Replacement, text: &str) -> Replacement {
    Replacement {
        entry: pattern(text),
        ..new.clone()
    }
}
