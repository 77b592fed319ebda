//! Marks: what a person changes of what the algorithm works from. Each is planned anew at once and
//! can be taken back like any decision.

use std::collections::BTreeMap;

use super::super::model::{Model, Overlay};
use super::super::text::counted;
use super::super::tries::{OpenedTrie, RowId, TrieRow};
use crate::iam::{Action, ActionPrefix};
use crate::refine::{Evidence, Mark, MarkKind, NodeId, Verdict};
use crate::review::EntryPlace;

/// Keep, drop, as found, and again; what changes nothing is passed over. Keeping asks for a reason,
/// dropping asks whether it is meant.
pub(super) fn cycle(model: &mut Model) {
    let Some(target) = Target::under_cursor(model) else {
        return model.tell("Marks are set on one prefix: unfold this row first");
    };
    let can_keep = target.reached.iter().any(|(_, unused)| *unused);
    let can_drop = target.reached.iter().any(|(_, unused)| !*unused);
    match target.mark {
        None if can_keep => {
            model.overlay = Overlay::Keep {
                reaches: target.reaches(),
                reason: String::new(),
            };
        }
        None | Some(MarkKind::Keep) if can_drop => {
            let evidence = target.evidence(model);
            model.overlay = Overlay::Drop { reaches: evidence };
        }
        _ => set(model, &target, None, "as found"),
    }
}

/// Splits the safe prefix under the cursor, or takes its split back.
pub(super) fn split(model: &mut Model) {
    let Some(target) = Target::under_cursor(model) else {
        return model.tell("A split is set on one prefix: unfold this row first");
    };
    match target.verdict {
        Verdict::Split => set(model, &target, None, "not split any more"),
        Verdict::Safe if target.can_split => {
            set(model, &target, Some((MarkKind::Split, None)), "split");
        }
        Verdict::Safe => model.tell("A split would change nothing: this prefix is not written"),
        _ => model.tell("Only a safe prefix can be split: the others are opened anyway"),
    }
}

/// Does what the open question asks for.
pub(super) fn confirm(model: &mut Model) {
    let overlay = std::mem::take(&mut model.overlay);
    let Some(target) = Target::under_cursor(model) else {
        return;
    };
    match overlay {
        Overlay::Keep { reason, .. } => {
            let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
            set(model, &target, Some((MarkKind::Keep, reason)), "kept");
        }
        Overlay::Drop { .. } => set(model, &target, Some((MarkKind::Drop, None)), "dropped"),
        other => model.overlay = other,
    }
}

/// What a mark would be set on.
struct Target {
    place: EntryPlace,
    prefix: ActionPrefix,
    verdict: Verdict,
    /// Whether its children would be written in its stead.
    can_split: bool,
    /// The keep or drop it has.
    mark: Option<MarkKind>,
    marks: Vec<Mark>,
    /// The actions that start with the prefix, siblings in the trie included, and whether the
    /// findings report them.
    reached: Vec<(Action, bool)>,
}

impl Target {
    fn under_cursor(model: &Model) -> Option<Target> {
        let place = model.place()?;
        let opened = model.tries.get(place)?;
        let row = opened.current()?;
        if matches!(row.id, RowId::Gathered(_)) {
            return None;
        }
        let trie = opened.trie();
        let node = opened.telling_node(row);
        let prefix = trie.prefix(node);
        let universe = &model.review.case().universe;
        let reached = trie
            .wildcard()
            .actions()
            .map(|(action, _)| action)
            .filter(|action| prefix.starts(action))
            .map(|action| {
                let unused = universe.is_unused(&action);
                (action, unused)
            });
        let mut own = opened.marks().iter().rev();
        let mark = own.find(|mark| mark.kind != MarkKind::Split && mark.prefix == prefix);
        Some(Target {
            place,
            verdict: trie.node(node).verdict,
            can_split: can_split(opened, row, node),
            mark: mark.map(|mark| mark.kind),
            marks: opened.marks().to_vec(),
            reached: reached.collect(),
            prefix,
        })
    }

    /// `s3:GetBucket, 14 actions`.
    fn reaches(&self) -> String {
        let actions = counted(self.reached.len(), "action", "actions");
        format!("{}, {actions}", self.prefix)
    }

    /// What is known of the actions that nobody reported and that would go.
    fn evidence(&self, model: &Model) -> String {
        let case = model.review.case();
        let mut classes: BTreeMap<Evidence, usize> = BTreeMap::new();
        for (action, _) in self.reached.iter().filter(|(_, unused)| !unused) {
            let class = Evidence::of(action, &case.universe, case.finding_date());
            *classes.entry(class).or_default() += 1;
        }
        let classes: Vec<String> = classes
            .iter()
            .map(|(class, count)| format!("{count} {class}"))
            .collect();
        format!("{}: {}", self.prefix, classes.join(", "))
    }
}

/// Whether the node is written and has something beneath it to be written in its stead.
fn can_split(opened: &OpenedTrie, row: &TrieRow, node: NodeId) -> bool {
    let several = opened.trie().node(node).stays > 1;
    several && opened.emitted(row).iter().any(|entry| entry.ends_with('*'))
}

/// Puts `mark` on the target in the place of the one it has.
fn set(model: &mut Model, target: &Target, mark: Option<(MarkKind, Option<String>)>, what: &str) {
    let is_split = match &mark {
        Some((kind, _)) => *kind == MarkKind::Split,
        None => target.verdict == Verdict::Split && target.mark.is_none(),
    };
    let mut marks = target.marks.clone();
    marks.retain(|own| own.prefix != target.prefix || (own.kind == MarkKind::Split) != is_split);
    marks.extend(mark.map(|(kind, reason)| Mark {
        kind,
        prefix: target.prefix.clone(),
        reason,
    }));
    model.review.set_marks(target.place, marks);
    let what = format!("{what} {}", target.prefix);
    model.tell(format!("{what}: the entry is accepted, edited"));
    model.did(what);
}
