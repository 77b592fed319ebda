//! Marks on prefixes, and where names are cut: what a wildcard becomes, changed by hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use super::question::{first_of, marks_in_lines};
use super::{Pending, Plain};
use crate::iam::{Action, ActionPrefix, ServicePrefix};
use crate::refine::{
    EntryExpansion, Evidence, Fate, Granularity, Mark, MarkKind, SetBy, Trie, set_mark,
};
use crate::review::{EntryPlace, Review};

impl Plain<'_> {
    /// Marks a prefix of the wildcard that is asked about.
    pub(super) fn mark(&mut self, kind: MarkKind, rest: &str) -> io::Result<()> {
        let (prefix, reason) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let reason = reason.trim();
        if kind == MarkKind::Keep && reason.is_empty() {
            return writeln!(
                self.out,
                "Say why: keep PREFIX REASON, such as keep Get recovery"
            );
        }
        let marks = match self.marks_with(kind, prefix, reason) {
            Ok(marks) => marks,
            Err(error) => return writeln!(self.out, "{error}"),
        };
        self.tell_taken_back(&marks)?;
        if kind == MarkKind::Drop && self.propose_drop(&marks)? {
            return Ok(());
        }
        let otherwise = match kind {
            MarkKind::Keep => format!("No change: nothing that goes of it starts with {prefix}."),
            MarkKind::Split => format!("No change: {prefix} is not written as a prefix of it."),
            MarkKind::Drop | MarkKind::Whole => "No change.".to_owned(),
        };
        self.curate(&otherwise, |review, place| review.set_marks(place, marks))
    }

    /// The marks of the wildcard here with one more.
    fn marks_with(&self, kind: MarkKind, prefix: &str, reason: &str) -> Result<Vec<Mark>, String> {
        let state = self.review.state();
        let entry = self.place().and_then(|place| state.entry(place));
        let entry = entry.ok_or_else(|| self.why_not_one("mark"))?;
        let prefix = match (prefix.split_once(':'), entry.plan.old.service()) {
            (Some((service, name)), own_service) => {
                let service = ServicePrefix::parse(service).ok_or("That is no service prefix.")?;
                if let Some(own_service) = own_service
                    && *own_service != service
                {
                    let old = &entry.plan.old;
                    return Err(format!(
                        "{old} grants nothing of {service}: name a prefix in {own_service}."
                    ));
                }
                ActionPrefix::in_service(service, name)
            }
            (None, Some(service)) => ActionPrefix::in_service(service.clone(), prefix),
            (None, None) => return Err("Name the service too, as in s3:Get.".to_owned()),
        };
        let mut marks = entry.marks.clone();
        let mark = Mark {
            kind,
            prefix,
            by: SetBy::Person,
            reason: (!reason.is_empty()).then(|| reason.into()),
        };
        set_mark(&mut marks, mark);
        Ok(marks)
    }

    /// Says what is left whole no more with `marks`.
    fn tell_taken_back(&mut self, marks: &[Mark]) -> io::Result<()> {
        let (place, Some(new)) = (self.place(), marks.last()) else {
            return Ok(());
        };
        let entry = place.and_then(|place| self.review.state().entry(place));
        let before = entry.map_or(&[][..], |entry| &entry.marks);
        for mark in before.iter().filter(|mark| new.takes_back(mark)) {
            writeln!(self.out, "{} is left whole no more then.", mark.prefix)?;
        }
        Ok(())
    }

    /// Leaves an unsafe prefix of the wildcard that is asked about whole, and says what stays for it.
    pub(super) fn leave_whole(&mut self, rest: &str) -> io::Result<()> {
        let (prefix, reason) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let marks = match self.marks_with(MarkKind::Whole, prefix, reason.trim()) {
            Ok(marks) => marks,
            Err(error) => return writeln!(self.out, "{error}"),
        };
        match self.stays_under(&marks) {
            Ok(stays) => {
                let names: Vec<String> = stays.iter().map(ToString::to_string).collect();
                let (count, names) = (stays.len(), names.join(", "));
                writeln!(self.out, "It leaves {count} unused: {names}.")?;
                self.curate("No change.", |review, place| review.set_marks(place, marks))
            }
            Err(why) => writeln!(self.out, "{why}."),
        }
    }

    /// The unused actions that stay when the prefix of the last of `marks` is left whole.
    fn stays_under(&self, marks: &[Mark]) -> Result<Vec<Action>, String> {
        let (input, state) = (self.review.input(), self.review.state());
        let nothing = "There is no wildcard here";
        let place = self.place().ok_or(nothing)?;
        let entry = state.entry(place).ok_or(nothing)?;
        let (new, marks) = marks.split_last().ok_or(nothing)?;
        let curation = input.options.curation(marks, &entry.held);
        let universe = input.universe_of(place.policy);
        let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
        let trie = Trie::new(wildcard, entry.granularity, curation);
        let node = trie.ids().find(|id| trie.prefix(*id) == new.prefix);
        let node = node.ok_or_else(|| {
            let (prefix, old) = (&new.prefix, &entry.plan.old);
            format!("{prefix} is no prefix of {old} as its names are cut; t shows which are")
        })?;
        trie.left_whole(node, marks).map_err(|why| why.to_string())
    }

    /// Lets go what is held back and starts with a prefix, wherever it is granted.
    pub(super) fn let_go(&mut self, rest: &str) -> io::Result<()> {
        let prefix = rest.trim().split_once(':').and_then(|(service, name)| {
            let service = ServicePrefix::parse(service)?;
            Some(ActionPrefix::in_service(service, name))
        });
        let Some(prefix) = prefix else {
            return writeln!(self.out, "Name the service too, as in letgo s3:GetObject.");
        };
        let places: Vec<EntryPlace> = self.review.state().all_places().collect();
        let let_go = self.review.let_go(&places, &prefix);
        if let_go.is_empty() {
            return writeln!(self.out, "Nothing is held back that starts with {prefix}.");
        }
        let names: Vec<String> = let_go.iter().map(ToString::to_string).collect();
        writeln!(
            self.out,
            "Let go, where its proposal is accepted: {}.",
            names.join(", ")
        )
    }

    /// Tells what more would go with `marks` although nobody reported it, and asks. False when
    /// nothing would, so that there is nothing to ask.
    fn propose_drop(&mut self, marks: &[Mark]) -> io::Result<bool> {
        let (input, state) = (self.review.input(), self.review.state());
        let Some(place) = self.place() else {
            return Ok(false);
        };
        let Some(entry) = state.entry(place) else {
            return Ok(false);
        };
        let universe = input.universe_of(place.policy);
        let dropped = |marks: &[Mark]| -> BTreeSet<Action> {
            let curation = input.options.curation(marks, &entry.held);
            let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
            let actions = wildcard.actions();
            let dropped = actions.filter(|(_, fate)| *fate == Fate::Dropped);
            dropped.map(|(action, _)| action).collect()
        };
        let mut text = String::from("Nobody reported these, and they would go:\n");
        let (before, after) = (dropped(&entry.marks), dropped(marks));
        if after.is_subset(&before) {
            return Ok(false);
        }
        for action in after.difference(&before) {
            let evidence = Evidence::of(action, universe, input.finding_date());
            let _ = writeln!(text, "  {action}  {evidence}");
        }
        write!(self.out, "{text}")?;
        self.pending = Some(Pending::Drop(marks.to_vec()));
        Ok(true)
    }

    /// Cuts its names elsewhere.
    pub(super) fn cut(&mut self, rest: &str) -> io::Result<()> {
        match rest.trim().parse::<Granularity>() {
            Ok(granularity) => self.curate("No change.", |review, place| {
                review.set_granularity(place, granularity)
            }),
            Err(error) => writeln!(self.out, "{error}"),
        }
    }

    /// Changes what the entry that is asked about becomes, and says what that changed; `otherwise` is
    /// said where it changes nothing.
    pub(super) fn curate(
        &mut self,
        otherwise: &str,
        change: impl FnOnce(&mut Review, EntryPlace) -> bool,
    ) -> io::Result<()> {
        let Some(place) = self.place() else {
            let why = self.why_not_one("change");
            return writeln!(self.out, "{why}");
        };
        let before = (self.going_names(place), self.new_entries(place));
        if !change(&mut self.review, place) {
            return writeln!(self.out, "{otherwise}");
        }
        let after = (self.going_names(place), self.new_entries(place));
        let (input, state) = (self.review.input(), self.review.state());
        let is_edited = state.entry(place).is_some_and(|entry| {
            !entry.marks.is_empty() || entry.granularity != input.options.granularity
        });
        match state.decision(place) {
            Some(decision) if is_edited => writeln!(self.out, "{}, edited.", decision.as_str())?,
            Some(decision) => writeln!(self.out, "{}.", decision.as_str())?,
            None => writeln!(self.out, "It stays as it was written.")?,
        }
        for (words, from, to, tells) in [
            ("Stays now", &before.0, &after.0, "go"),
            ("Goes now", &after.0, &before.0, "go"),
            ("Not written any more", &before.1, &after.1, "new"),
            ("Written now", &after.1, &before.1, "new"),
        ] {
            let changed: Vec<String> = from
                .iter()
                .filter(|one| !to.contains(one))
                .cloned()
                .collect();
            if !changed.is_empty() {
                writeln!(self.out, "{words}: {}", first_of(&changed, tells))?;
            }
        }
        let entry = self.review.state().entry(place);
        let marks = entry.map_or_else(String::new, |entry| marks_in_lines(&entry.marks));
        write!(self.out, "{marks}")?;
        self.is_told();
        Ok(())
    }

    /// Why there is not one entry here to `act` on.
    fn why_not_one(&self, act: &str) -> String {
        match self.item() {
            Some(_) => "These are asked about together: answer each first.".to_owned(),
            None => format!("There is nothing here to {act}; type b to go back."),
        }
    }

    fn going_names(&self, place: EntryPlace) -> Vec<String> {
        let going = self.review.what_goes_at(place);
        going.iter().map(ToString::to_string).collect()
    }
}
