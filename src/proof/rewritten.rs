//! The whole proof: what was decided, and the document that came of it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bytes;
use super::comments::comments_stay;
use super::fault::{Fault, Part};
use super::knowledge::Knowledge;
use super::narrowed::Proved;
use crate::document::{Document, Edited};
use crate::iam::{ActionPattern, Actions, EntryEdit, Statement, StatementEdit};
use crate::refine::{Curation, Replacement};

/// Parts 1 to 4: judges what the statements of `old` became: `edits` has one for each, and none for
/// those that stay exactly as they are. `curation` gives the keeps and marks of the entry at a
/// place of a statement. What cannot be edited where it stands has to stay.
pub fn prove<'c>(
    document: &Document,
    edits: &[Option<StatementEdit<Replacement>>],
    knowledge: &Knowledge<'_>,
    curation: impl Fn(usize, usize) -> Curation<'c>,
) -> Proved {
    let mut proved = Proved::default();
    let old = document.policy();
    if old.statements.len() != edits.len() {
        proved.fault(Fault::new(
            Part::NothingElseTouched,
            "not every statement is accounted for",
        ));
        return proved;
    }
    let mut judged = Judged::default();
    for (place, (statement, edit)) in old.statements.iter().zip(edits).enumerate() {
        let Some(edit) = edit else { continue };
        let known_faults = proved.faults.len();
        let curation = |entry| curation(place, entry);
        let entries = 0..statement.actions.entries().len();
        let foreign: BTreeSet<usize> = entries
            .filter(|&entry| !document.place(place, entry).is_editable())
            .collect();
        let became = Became {
            old: statement,
            edit,
            foreign,
        };
        if !judged.is_known(&became, curation) {
            proved.judge_statement(&became, knowledge, curation);
            if proved.faults.len() == known_faults {
                judged.add(became, curation);
            }
        }
        let kept: BTreeSet<usize> = edit.kept().collect();
        let is_literal = |entry: &usize| document.place(place, *entry).is_editable();
        for (entry, pattern) in statement.actions.entries().iter().enumerate() {
            if !kept.contains(&entry) && !is_literal(&entry) {
                let what = "cannot be edited where it stands, and was to stay";
                proved.fault(Fault::new(Part::NothingElseTouched, what).entry(pattern));
            }
        }
        let may_go = document.stays_because(place).is_none()
            && document.opaque_ranges(place).next().is_none();
        let is_literal_left = edit.new_entries().next().is_some() || kept.iter().any(is_literal);
        if edit.removes(statement) && !may_go {
            let what = "a statement that cannot be removed where it stands was to go";
            proved.fault(Fault::new(Part::NothingElseTouched, what));
        } else if document.needs_literal(place) && !is_literal_left {
            let what = "what is left of a statement may be nothing";
            proved.fault(Fault::new(Part::NothingElseTouched, what));
        }
        for fault in &mut proved.faults[known_faults..] {
            fault.statement = Some(place);
        }
    }
    proved
}

/// A statement, and what it became.
struct Became<'a> {
    old: &'a Statement,
    edit: &'a StatementEdit<Replacement>,
    /// The old entries that are not written there as they are: others are asked what they are, and may
    /// say something else tomorrow, or elsewhere. What is granted may not hang on them.
    foreign: BTreeSet<usize>,
}

/// Statements that were found right, so that those alike need not be judged again.
#[derive(Default)]
struct Judged<'a, 'c> {
    /// By where the entries stand that they became: equal statements share these.
    by_edit: HashMap<*const EntryEdit<Replacement>, Vec<(Became<'a>, Vec<Curation<'c>>)>>,
}

impl<'a, 'c> Judged<'a, 'c> {
    /// Whether one with these entries under these marks became the very same.
    fn is_known(&self, became: &Became<'_>, curation: impl Fn(usize) -> Curation<'c>) -> bool {
        let Became { old, edit, foreign } = became;
        let alike = self.by_edit.get(&edit.entries.as_ptr());
        alike.into_iter().flatten().any(|(judged, curations)| {
            Arc::ptr_eq(&judged.edit.entries, &edit.entries)
                && judged.old.effect == old.effect
                && judged.old.has_unknown_entries == old.has_unknown_entries
                && judged.old.actions == old.actions
                && judged.foreign == *foreign
                && (curations.iter().enumerate())
                    .all(|(entry, judged)| is_same(*judged, curation(entry)))
        })
    }

    fn add(&mut self, became: Became<'a>, curation: impl Fn(usize) -> Curation<'c>) {
        let entries = 0..became.old.actions.entries().len();
        let curations = entries.map(curation).collect();
        let alike = self.by_edit.entry(became.edit.entries.as_ptr());
        alike.or_default().push((became, curations));
    }
}

fn is_same(one: Curation<'_>, other: Curation<'_>) -> bool {
    std::ptr::eq(one.keeps, other.keeps)
        && one.marks == other.marks
        && std::ptr::eq(one.held, other.held)
}

impl Proved {
    fn judge_statement<'c>(
        &mut self,
        became: &Became<'_>,
        knowledge: &Knowledge<'_>,
        curation: impl Fn(usize) -> Curation<'c>,
    ) {
        let Became { old, edit, foreign } = became;
        match (old.refinable_entries(), &old.actions) {
            (Some(entries), _) => self.judge_narrowed(entries, edit, foreign, knowledge, curation),
            (None, Actions::NotAction(entries)) if old.effect == crate::iam::Effect::Allow => {
                self.judge_extended(entries, edit, knowledge, curation(0));
            }
            _ => self.fault(Fault::new(
                Part::NothingElseTouched,
                "a Deny statement was changed",
            )),
        }
    }

    /// Whether every part of the proof holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    /// Whether this part of the proof holds, for all statements.
    pub fn part_holds(&self, part: Part) -> bool {
        self.faults.iter().all(|fault| fault.part != part)
    }
}

/// Part 5: whether the `new` documents, all of a file that was read back, are the `old` ones, some
/// of those it held, with exactly their edits done, and no byte of the file is another outside
/// them. Returns, for each of the old ones, what is wrong. A wrong byte is a fault of those that
/// changed, or of all where none did.
pub fn prove_file<N: AsRef<ActionPattern>>(
    old: &[Edited<'_, N>],
    new: &[Document],
) -> Vec<Vec<Fault>> {
    let fault = |what: &str| Fault::new(Part::NothingElseTouched, what);
    let of_all = |what: &str| vec![vec![fault(what)]; old.len()];
    let Some((first, _)) = old.first() else {
        return Vec::new();
    };
    let file = first.file();
    if !(old.iter()).all(|(document, _)| Arc::ptr_eq(document.file(), file)) {
        return of_all("the policies are not of one file");
    }
    if !(old.iter()).all(|(document, edits)| edits.len() == document.policy().statements.len()) {
        return of_all("not every statement is accounted for");
    }
    if file.policies() != new.len() {
        let held = file.policies();
        return of_all(&format!(
            "the file held {held} policies, and holds {}",
            new.len()
        ));
    }
    if old.iter().all(nothing_is_left) {
        return of_all("nothing was to be left of its policies, and there is a file");
    }
    let new: Vec<&Document> = (old.iter())
        .map(|(document, _)| &new[document.place_in_file()])
        .collect();
    // One of which nothing would be left stays as it is.
    let none: Vec<Vec<Option<StatementEdit<N>>>> = (old.iter())
        .map(|(_, edits)| edits.iter().map(|_| None).collect())
        .collect();
    let done: Vec<Edited<'_, N>> = (old.iter().zip(&none))
        .map(|(pair, none)| (pair.0, if nothing_is_left(pair) { none } else { pair.1 }))
        .collect();
    let mut faults: Vec<Vec<Fault>> = (done.iter().zip(&new))
        .map(|(&(old, edits), new)| prove_values(old, new, edits))
        .collect();
    let all_are_there = (done.iter().zip(&new))
        .all(|(done, new)| places_left(done).len() == new.policy().statements.len());
    if all_are_there && !bytes::outside_is_equal(&done, &new) {
        let changes = |edits: &[Option<StatementEdit<N>>]| edits.iter().any(Option::is_some);
        let none_changes = !done.iter().any(|(_, edits)| changes(edits));
        for ((_, edits), faults) in done.iter().zip(&mut faults) {
            if none_changes || changes(edits) {
                faults.push(fault(
                    "bytes outside the changed actions are not as they were",
                ));
            }
        }
    }
    faults
}

/// Whether every statement of a policy goes: it is no policy any more then.
fn nothing_is_left<N>(edited: &Edited<'_, N>) -> bool {
    !edited.1.is_empty() && places_left(edited).is_empty()
}

/// The places of the old statements that are still there.
pub(super) fn places_left<N>(edited: &Edited<'_, N>) -> Vec<usize> {
    let places = 0..edited.1.len();
    places.filter(|&place| !is_removed(edited, place)).collect()
}

/// Whether `new` is `old` with exactly these `edits` done, as far as values and entries say.
fn prove_values<N: AsRef<ActionPattern>>(
    old: &Document,
    new: &Document,
    edits: &[Option<StatementEdit<N>>],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut touched = |what: String| faults.push(Fault::new(Part::NothingElseTouched, what));
    if old.policy().elements != new.policy().elements {
        touched("an element beside the statements has changed".to_owned());
    }
    let left = places_left(&(old, edits));
    if left.len() != new.policy().statements.len() {
        touched(format!(
            "{} statements were to be left, and {} are",
            left.len(),
            new.policy().statements.len()
        ));
        return faults;
    }
    for (new_place, &old_place) in left.iter().enumerate() {
        let edit = edits[old_place].as_ref();
        if let Err(what) = statement_is_as_edited(old, old_place, new, new_place, edit) {
            touched(format!("statement {}: {what}", old_place + 1));
        }
    }
    faults
}

/// Whether no entry of a statement is left, and nothing stands beside them that is not known. That
/// has to stay, and may grant anything.
pub(super) fn is_removed<N>((old, edits): &Edited<'_, N>, place: usize) -> bool {
    let unknown = old.policy().statements[place].has_unknown_entries;
    edits[place]
        .as_ref()
        .is_some_and(|edit| edit.entries.is_empty() && !unknown)
}

fn statement_is_as_edited<N: AsRef<ActionPattern>>(
    old: &Document,
    old_place: usize,
    new: &Document,
    new_place: usize,
    edit: Option<&StatementEdit<N>>,
) -> Result<(), &'static str> {
    let (before, after) = (
        &old.policy().statements[old_place],
        &new.policy().statements[new_place],
    );
    if before.elements != after.elements || before.effect != after.effect {
        return Err("an element beside its actions has changed");
    }
    let Some(edit) = edit else {
        return if before.actions == after.actions {
            Ok(())
        } else {
            Err("its actions have changed")
        };
    };
    let same_kind = matches!(
        (&before.actions, &after.actions),
        (Actions::Action(_), Actions::Action(_)) | (Actions::NotAction(_), Actions::NotAction(_))
    );
    let wanted: Vec<&ActionPattern> = edit
        .entries
        .iter()
        .filter_map(|entry| match entry {
            EntryEdit::Kept(place) => before.actions.entries().get(*place),
            EntryEdit::New(new) => Some(new.as_ref()),
        })
        .collect();
    if !same_kind || !after.actions.entries().iter().eq(wanted) {
        return Err("its entries are not those that were decided");
    }
    let raw = |document: &Document, statement: usize, entry: usize| {
        document.source().text()[document.entry_range(statement, entry)].to_owned()
    };
    let opaque = |document: &Document, statement: usize| -> Vec<String> {
        let ranges = document.opaque_ranges(statement);
        let text = document.source().text();
        ranges.map(|range| text[range].to_owned()).collect()
    };
    if opaque(old, old_place) != opaque(new, new_place) {
        return Err("what cannot be edited is not as it was");
    }
    let kept = |old_entry| {
        let mut entries = edit.entries.iter();
        entries.position(|entry| matches!(entry, EntryEdit::Kept(place) if *place == old_entry))
    };
    if old.syntax().has_comments() && !comments_stay((old, old_place), (new, new_place), kept) {
        return Err("a comment among its entries is gone, though what it is about stays");
    }
    for (new_entry, entry) in edit.entries.iter().enumerate() {
        if let EntryEdit::Kept(old_entry) = entry
            && raw(old, old_place, *old_entry) != raw(new, new_place, new_entry)
        {
            return Err("an entry that was to stay is spelled differently");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::findings::UnusedActions;
    use crate::refine::{Claim, Mark, MarkKind, SetBy, prefix_of};
    use crate::text::Source;

    #[test]
    fn of_statements_that_share_what_they_become_each_is_judged_that_is_another() {
        let statement =
            |entry: &str| format!(r#"{{"Effect": "Allow", "Action": "{entry}", "Resource": "*"}}"#);
        let statements = ["s3:G*", "s3:G*", "s3:P*", "s3:P*"]
            .map(statement)
            .join(",");
        let text = format!(r#"{{"Statement": [{statements}]}}"#);
        let document = Document::parse(Source::from_text("policy", &text)).unwrap();
        let catalogue = Source::from_text("catalogue", "s3:GetA\ns3:GetB\ns3:PutA");
        let catalogue = Catalogue::parse(&catalogue).unwrap();
        let mut unused = UnusedActions::default();
        unused.add("s3:GetB".parse().unwrap(), None);
        let knowledge = Knowledge::new(&catalogue, &unused, []);
        let new = Replacement {
            from: 0,
            entry: "s3:GetA".parse().unwrap(),
            claim: Claim::Name,
        };
        let edit = StatementEdit {
            entries: [EntryEdit::New(new)].into(),
        };
        let edits = vec![Some(edit); 4];
        let proved = prove(&document, &edits, &knowledge, |_, _| Curation::NONE);
        let at = |place| move |fault: &&Fault| fault.statement == Some(place);
        let faults = [0, 1, 2, 3].map(|place| proved.faults.iter().filter(at(place)).count());
        assert_eq!(faults[..2], [0, 0]);
        assert!(faults[2] > 0 && faults[2] == faults[3], "{faults:?}");
        assert!(!proved.holds());
        // What is kept in one of them is lost there.
        let keep = [Mark {
            kind: MarkKind::Keep,
            prefix: prefix_of(&"s3:GetB".parse().unwrap()),
            by: SetBy::Person,
            reason: None,
        }];
        let kept = Curation {
            marks: &keep,
            ..Curation::NONE
        };
        let same = [&edits[..2], &[None, None]].concat();
        let curation = |statement, _| if statement == 1 { kept } else { Curation::NONE };
        let lost = prove(&document, &same, &knowledge, curation);
        let places: BTreeSet<_> = lost.faults.iter().map(|fault| fault.statement).collect();
        assert_eq!(places, BTreeSet::from([Some(1)]));
        let none = vec![None; 4];
        assert!(prove(&document, &none, &knowledge, |_, _| Curation::NONE).holds());
    }
}
