//! Marks: what a person changes of what the algorithm works from. Each is planned anew at once and
//! can be taken back like any decision.

use std::collections::{BTreeMap, BTreeSet};

use crate::iam::{Action, ActionPrefix};
use crate::refine::{
    EntryExpansion, Evidence, HeldBecause, Mark, MarkKind, NodeId, NotWhole, Safety, SetBy, Step,
    StepDecision, Trie, set_mark,
};
use crate::review::{Decision, EntryPlace, Review};
use crate::text::{Untrusted, counted, list, some_of};
use crate::tui::review::{ReviewScreen, decided_since};
use crate::tui::shell::{Overlay, Shell};
use crate::tui::trie::unmarked::{NOTHING, go_to_chosen, go_to_entry, refuse};
use crate::tui::trie::{OpenedTrie, RowId, TrieMessage, TrieRow, run_of};
use crate::tui::typed::Typed;

pub(crate) fn update(shell: &mut Shell, screen: &mut ReviewScreen, message: TrieMessage) {
    match message {
        TrieMessage::Mark | TrieMessage::Split | TrieMessage::Whole
            if Target::under_cursor(screen).is_none() =>
        {
            if go_to_entry(shell, screen, message) {
                update(shell, screen, message);
            }
        }
        TrieMessage::FoldAll => set_open_with_beneath(screen, false),
        TrieMessage::UnfoldAll => set_open_with_beneath(screen, true),
        TrieMessage::Mark => cycle(shell, screen),
        TrieMessage::MarkIn(choice) => {
            if let Some(message) = go_to_chosen(shell, screen, choice) {
                update(shell, screen, message);
            }
        }
        TrieMessage::Split => split(shell, screen),
        TrieMessage::Whole => leave_whole(shell, screen),
        TrieMessage::ConfirmMark => confirm(shell, screen),
        TrieMessage::LetGo => let_go(shell, screen),
        TrieMessage::TakeBack => take_back(shell, screen),
    }
}

fn set_open_with_beneath(screen: &mut ReviewScreen, open: bool) {
    if let Some(opened) = screen.shown_trie_mut() {
        opened.set_open_with_beneath(open);
    }
}

/// Keep, drop, as found, and again; what changes nothing is passed over. Keeping asks for a reason,
/// dropping asks whether it is meant.
fn cycle(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(target) = Target::under_cursor(screen) else {
        return;
    };
    let can_keep = target.reached.iter().any(|(_, unused)| *unused);
    let can_drop = target.reached.iter().any(|(_, unused)| !*unused);
    match target.mark {
        None | Some(MarkKind::Whole) if can_keep => {
            shell.overlay = Overlay::Keep {
                kind: MarkKind::Keep,
                reaches: target.keeps(),
                told: target.not_beneath.clone(),
                reason: Typed::default(),
            };
        }
        None if can_drop && target.dropped_by().is_some() => {
            let by = target.dropped_by().map(ToString::to_string);
            let why = format!(
                "Dropped already, by the mark on {}: x there takes it back",
                by.unwrap_or_default()
            );
            refuse(shell, why);
        }
        None | Some(MarkKind::Keep) if can_drop => {
            let not_beneath = target.not_beneath.clone().into_iter();
            shell.overlay = Overlay::Drop {
                reaches: target.drops(),
                evidence: target.evidence(&screen.review),
                told: not_beneath.chain(target.taken_back_by_a_drop()).collect(),
                reason: Typed::default(),
            };
        }
        None => refuse(shell, NOTHING),
        Some(_) => set(shell, screen, &target, None),
    }
}

/// Leaves the unsafe prefix under the cursor whole, after asking why; or again as it was found.
fn leave_whole(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(target) = Target::under_cursor(screen) else {
        return;
    };
    if target.mark == Some(MarkKind::Whole) {
        return set(shell, screen, &target, None);
    }
    match left_whole(screen) {
        Some(Ok(stays)) => {
            let names: Vec<String> = (stays.iter())
                .map(|action| action.name.to_string())
                .collect();
            shell.overlay = Overlay::Keep {
                kind: MarkKind::Whole,
                reaches: target.prefix.to_string(),
                told: Some(format!(
                    "It leaves {} unused: {}",
                    stays.len(),
                    names.join(", ")
                )),
                reason: Typed::default(),
            };
        }
        Some(Err(why)) => refuse(shell, why.to_string()),
        None => {}
    }
}

/// The unused actions that stay when the prefix under the cursor is left whole, or why it cannot be.
pub(crate) fn left_whole(screen: &ReviewScreen) -> Option<Result<Vec<Action>, NotWhole>> {
    let opened = screen.trie()?;
    let row = opened.current()?;
    let node = opened.representative(row);
    (!matches!(row.id, RowId::Gathered(_))).then(|| opened.trie().left_whole(node, opened.marks()))
}

/// Splits the safe prefix under the cursor, down to where there are several children, or takes its split
/// back.
fn split(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(target) = Target::under_cursor(screen) else {
        return;
    };
    match target.safety {
        Safety::Split if target.mark.is_none() => {
            let mut marks = target.marks.clone();
            let is_split =
                |mark: &Mark| mark.kind == MarkKind::Split && target.run.contains(&mark.prefix);
            marks.retain(|mark| !is_split(mark));
            put(shell, screen, target.place, marks);
        }
        Safety::Split => set(shell, screen, &target, None),
        Safety::Safe | Safety::WithinWhole if target.can_split => {
            let mut marks = target.marks.clone();
            for prefix in &target.run {
                let split = target.mark_of(MarkKind::Split, None);
                let prefix = prefix.clone();
                set_mark(&mut marks, Mark { prefix, ..split });
            }
            put(shell, screen, target.place, marks);
        }
        Safety::Safe => shell.tell("A split would change nothing: this prefix is not written"),
        _ => shell.tell("Only a safe prefix can be split: the others are opened anyway"),
    }
}

/// Does what the open question asks for.
fn confirm(shell: &mut Shell, screen: &mut ReviewScreen) {
    let overlay = std::mem::take(&mut shell.overlay);
    let Some(target) = Target::under_cursor(screen) else {
        return;
    };
    match overlay {
        // The mark would not do for the task, and what is typed next would be taken for keys.
        Overlay::Keep { ref reason, .. }
            if reason.trimmed().is_none() && screen.task_asks_why() =>
        {
            shell.overlay = overlay;
            shell.tell("The task asks why: type a reason, then Enter");
        }
        Overlay::Keep { kind, reason, .. } => {
            let reason = reason.trimmed().map(Untrusted::from);
            set(shell, screen, &target, Some((kind, reason)));
            if kind == MarkKind::Whole {
                go_to_whole(screen, &target);
            }
        }
        Overlay::Drop { reason, .. } => {
            let reason = reason.trimmed().map(Untrusted::from);
            set(shell, screen, &target, Some((MarkKind::Drop, reason)));
        }
        other => shell.overlay = other,
    }
}

/// Puts the cursor on what was left whole, where that was in one row with shorter prefixes and is so
/// no more.
fn go_to_whole(screen: &mut ReviewScreen, target: &Target) {
    screen.tries.prepare(&screen.review, target.place);
    let Some(opened) = screen.tries.get_mut(target.place) else {
        return;
    };
    let is_there =
        |row: &TrieRow| opened.trie().prefix(opened.representative(row)) == target.prefix;
    if !opened.current().is_some_and(is_there) {
        opened.reveal(target.node);
    }
}

/// Lets go what is held back at the cursor. What tears down and what was used are held back for other
/// reasons, and not let go by one key press: first the former.
fn let_go(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(place) = screen.place() else { return };
    let before = screen.review.snapshot();
    let prefix = screen.held_prefix();
    let tears_down = |because: &HeldBecause| matches!(because, HeldBecause::TearsDown(_));
    let torn_down = screen.review.let_go_of(&[place], |action, because| {
        prefix.starts(action) && tears_down(because)
    });
    if torn_down.is_empty() && screen.review.let_go(&[place], &prefix).is_empty() {
        return take_back_here(shell, screen);
    }
    let still = screen.held_here().count();
    if still > 0 {
        let what = decided_since(screen, &before);
        let still = counted(still, "that was used", "that were used");
        return shell.tell(format!("{what}: x again lets go {still}"));
    }
    let what = decided_since(screen, &before);
    let then = match screen.review.state().decision(place) {
        Some(Decision::Accepted) => "accepted",
        Some(Decision::Rejected) => "rejected",
        _ => "a accepts that it goes",
    };
    shell.tell(format!("{what}: {then}"));
}

/// Takes back the marks on the prefix under the cursor.
fn take_back_here(shell: &mut Shell, screen: &mut ReviewScreen) {
    let target = Target::under_cursor(screen).filter(|_| screen.has_mark_here());
    let Some(target) = target else {
        return shell.tell("Nothing is held back or marked here");
    };
    let mut marks = target.marks;
    marks.retain(|mark| !target.run.contains(&mark.prefix));
    put(shell, screen, target.place, marks);
}

/// Takes back the mark that is selected among the reasons; where there is none, lets go what they tell is
/// held back. The others stay.
fn take_back(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(place) = screen.place() else { return };
    let mut marks = screen.marks().to_vec();
    if marks.is_empty() && screen.has_held() {
        return let_go(shell, screen);
    }
    if screen.mark >= marks.len() {
        return shell.tell("There is no mark to take back");
    }
    marks.remove(screen.mark);
    put(shell, screen, place, marks);
}

/// What a mark would be set on.
struct Target {
    place: EntryPlace,
    node: NodeId,
    prefix: ActionPrefix,
    /// It and the longer ones that are one row with it.
    run: Vec<ActionPrefix>,
    safety: Safety,
    /// Whether its children would be written in its stead.
    can_split: bool,
    /// The mark it has that is no split.
    mark: Option<MarkKind>,
    marks: Vec<Mark>,
    /// The actions that start with the prefix, siblings in the trie included, and whether the
    /// findings report them.
    reached: Vec<(Action, bool)>,
    /// Those of them that are not seen beneath the row, in words.
    not_beneath: Option<String>,
}

impl Target {
    fn under_cursor(screen: &ReviewScreen) -> Option<Target> {
        let place = screen.place()?;
        let opened = screen.trie()?;
        let row = opened.current()?;
        if matches!(row.id, RowId::Gathered(_)) {
            return None;
        }
        let trie = opened.trie();
        let node = opened.representative(row);
        let prefix = trie.prefix(node);
        let universe = screen.review.input().universe_of(place.policy);
        let reached = trie
            .wildcard()
            .actions()
            .map(|(action, _)| action)
            .filter(|action| prefix.starts(action))
            .map(|action| {
                let unused = universe.is_unused(&action);
                (action, unused)
            })
            .collect::<Vec<_>>();
        let run = run_of(opened, row);
        let mut latest_first = opened.marks().iter().rev();
        let mark =
            latest_first.find(|mark| mark.kind != MarkKind::Split && run.contains(&mark.prefix));
        Some(Target {
            place,
            node,
            run,
            safety: trie.node(node).safety,
            can_split: can_split(screen, opened, row),
            mark: mark.map(|mark| mark.kind),
            marks: opened.marks().to_vec(),
            not_beneath: not_beneath(opened, row, &prefix, &reached),
            reached,
            prefix,
        })
    }

    /// The shorter prefix whose mark drops all that a drop here would.
    fn dropped_by(&self) -> Option<&ActionPrefix> {
        let mut drops = self.marks.iter().filter(|mark| mark.kind == MarkKind::Drop);
        let mut others = self.reached.iter().filter(|(_, unused)| !unused);
        let by = drops.find(|mark| self.prefix.properly_extends(&mark.prefix))?;
        others
            .all(|(action, _)| by.prefix.starts(action))
            .then_some(&by.prefix)
    }

    /// What a keep would keep: `1 unused: s3:GetBucketPolicy`, or `3 unused of s3:GetBucket`.
    fn keeps(&self) -> String {
        self.named(true, "unused", "unused")
    }

    /// What is known of the actions that nobody reported and that would go.
    fn evidence(&self, review: &Review) -> String {
        let input = review.input();
        let universe = input.universe_of(self.place.policy);
        let mut classes: BTreeMap<Evidence, usize> = BTreeMap::new();
        for (action, _) in self.reached.iter().filter(|(_, unused)| !unused) {
            let class = Evidence::of(action, universe, input.finding_date());
            *classes.entry(class).or_default() += 1;
        }
        let classes: Vec<String> = classes
            .iter()
            .map(|(class, count)| format!("{class} {count}"))
            .collect();
        format!("Not reported unused: {}.", classes.join(", "))
    }

    /// What is left whole above it, and would not be any more.
    fn taken_back_by_a_drop(&self) -> Option<String> {
        let drop = self.mark_of(MarkKind::Drop, None);
        let taken_back = self.marks.iter().filter(|mark| drop.takes_back(mark));
        let prefixes: Vec<String> = taken_back.map(|mark| mark.prefix.to_string()).collect();
        let are = if prefixes.len() == 1 { "is" } else { "are" };
        (!prefixes.is_empty()).then(|| format!("{} {are} left whole no more", list(&prefixes)))
    }

    fn mark_of(&self, kind: MarkKind, reason: Option<Untrusted>) -> Mark {
        Mark {
            kind,
            prefix: self.prefix.clone(),
            by: SetBy::Person,
            reason,
        }
    }

    /// What a drop would take away: `1 action: s3:GetBucketAcl`, or `13 actions of s3:GetObject`.
    fn drops(&self) -> String {
        self.named(false, "action", "actions")
    }

    /// The actions that are unused, or not: a few by their whole names, more by the prefix.
    fn named(&self, unused: bool, one: &str, more: &str) -> String {
        let those = self
            .reached
            .iter()
            .filter(|(_, is_unused)| *is_unused == unused);
        let names: Vec<String> = those.map(|(action, _)| action.to_string()).collect();
        let count = counted(names.len(), one, more);
        if names.len() > NAMED {
            format!("{count} of {}", self.prefix)
        } else {
            format!("{count}: {}", list(&names))
        }
    }
}

/// How many actions a question names.
const NAMED: usize = 2;

/// Whether a row is written and has something beneath it to be written in its stead. What is left
/// whole above it does not count: a split takes that back.
pub(crate) fn can_split(screen: &ReviewScreen, opened: &OpenedTrie, row: &TrieRow) -> bool {
    let (input, state) = (screen.review.input(), screen.review.state());
    let (trie, node) = (opened.trie(), opened.representative(row));
    let Some((place, entry)) = screen
        .place()
        .and_then(|place| Some((place, state.entry(place)?)))
    else {
        return false;
    };
    if trie.node(node).safety != Safety::WithinWhole || trie.node(node).stays < 2 {
        return opened.can_split(row);
    }
    let prefix = trie.prefix(node);
    let mut marks = entry.marks.clone();
    marks.retain(|mark| mark.kind != MarkKind::Whole || !prefix.properly_extends(&mark.prefix));
    let curation = input.options.curation(&marks, &entry.held);
    let universe = input.universe_of(place.policy);
    let wildcard = EntryExpansion::new(&entry.plan.old, universe, curation);
    let steps = Trie::new(wildcard, entry.granularity, curation).steps();
    let is_written =
        |step: &Step| step.node == node && matches!(step.decision, StepDecision::Emit(_));
    steps.iter().any(is_written)
}

/// `s3:ListService reaches ListServices too, which is not beneath it`; none when all that starts with
/// the prefix is seen beneath the row.
fn not_beneath(
    opened: &OpenedTrie,
    row: &TrieRow,
    prefix: &ActionPrefix,
    reached: &[(Action, bool)],
) -> Option<String> {
    let trie = opened.trie();
    let limit = matches!(row.id, RowId::Own(_)).then_some(1);
    let beneath: BTreeSet<Action> = (trie.beneath(opened.representative(row)))
        .take(limit.unwrap_or(usize::MAX))
        .map(|(action, _)| action)
        .collect();
    let mut others = reached
        .iter()
        .filter(|(action, _)| !beneath.contains(action));
    let (first, _) = others.next()?;
    let (names, are) = match others.count() {
        0 => (first.name.to_string(), "is"),
        more => (format!("{} and {more} more", first.name), "are"),
    };
    Some(match limit {
        // They are seen beneath the row above.
        Some(_) => format!("A mark is on all that starts with {prefix}: on {names} too"),
        None => format!("{prefix} reaches {names} too, which {are} not beneath it"),
    })
}

/// Puts `mark` on the target in the place of the one it has.
fn set(
    shell: &mut Shell,
    screen: &mut ReviewScreen,
    target: &Target,
    mark: Option<(MarkKind, Option<Untrusted>)>,
) {
    let mut marks = target.marks.clone();
    if let Some((kind, reason)) = mark {
        set_mark(&mut marks, target.mark_of(kind, reason));
    } else {
        let is_split = target.safety == Safety::Split && target.mark.is_none();
        marks.retain(|mark| {
            !target.run.contains(&mark.prefix) || (mark.kind == MarkKind::Split) != is_split
        });
    }
    put(shell, screen, target.place, marks);
}

/// Puts `marks` on the wildcard at `place`, and says what was done and what is decided now.
fn put(shell: &mut Shell, screen: &mut ReviewScreen, place: EntryPlace, marks: Vec<Mark>) {
    let before = screen.review.snapshot();
    let takes_back = marks.iter().all(|mark| screen.marks().contains(mark));
    if !screen.review.set_marks(place, marks) {
        return shell.tell("No change");
    }
    let what = decided_since(screen, &before);
    let (was, now) = (
        before.decision(place),
        screen.review.state().decision(place),
    );
    let now = match now {
        _ if !takes_back => "is accepted, edited",
        Some(Decision::Undecided) if was != now => "is undecided again",
        Some(Decision::Accepted) => "stays accepted",
        Some(Decision::Rejected) => "stays rejected",
        Some(Decision::Undecided) => "stays undecided",
        None => "stays as it was written",
    };
    // Nobody accepted that by itself: it is named, as it is where all is accepted.
    let newly = screen.review.state().decision(place) == Some(Decision::Accepted)
        && was != Some(Decision::Accepted);
    let used = { newly.then(|| screen.review.used_before(&[place])) }.unwrap_or_default();
    let used: Vec<String> = used.into_iter().map(|(name, _)| name).collect();
    let caution = match used.as_slice() {
        [] => String::new(),
        used => format!("; used before, and goes: {}", some_of(used, NAMED)),
    };
    shell.tell(format!("{what}: the entry {now}{caution}"));
}
