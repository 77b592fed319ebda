//! Marks: what a person changes of what the algorithm works from. Each is planned anew at once and
//! can be taken back like any decision.

use std::collections::{BTreeMap, BTreeSet};

use crate::iam::{Action, ActionPrefix};
use crate::refine::{Evidence, HeldBecause, Mark, MarkKind, Safety, SetBy};
use crate::review::{Decision, EntryPlace, Review};
use crate::text::{Untrusted, counted};
use crate::tui::review::{ReviewScreen, decided_since};
use crate::tui::shell::{Overlay, Shell};
use crate::tui::trie::{OpenedTrie, RowId, TrieMessage, TrieRow};

pub(crate) fn update(shell: &mut Shell, screen: &mut ReviewScreen, message: TrieMessage) {
    match message {
        TrieMessage::FoldAll => set_open_with_beneath(screen, false),
        TrieMessage::UnfoldAll => set_open_with_beneath(screen, true),
        TrieMessage::Mark => cycle(shell, screen),
        TrieMessage::Split => split(shell, screen),
        TrieMessage::ConfirmMark => confirm(shell, screen),
        TrieMessage::LetGo => let_go(shell, screen),
        TrieMessage::TakeBack => take_back(shell, screen),
    }
}

fn set_open_with_beneath(screen: &mut ReviewScreen, open: bool) {
    if let Some(opened) = screen.trie_mut() {
        opened.set_open_with_beneath(open);
    }
}

/// Keep, drop, as found, and again; what changes nothing is passed over. Keeping asks for a reason,
/// dropping asks whether it is meant.
fn cycle(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(target) = Target::under_cursor(screen) else {
        return shell.tell("Marks are set on one prefix: unfold this row first");
    };
    let can_keep = target.reached.iter().any(|(_, unused)| *unused);
    let can_drop = target.reached.iter().any(|(_, unused)| !*unused);
    match target.mark {
        None if can_keep => {
            shell.overlay = Overlay::Keep {
                reaches: target.reaches(),
                not_beneath: target.not_beneath.clone(),
                reason: String::new(),
            };
        }
        None | Some(MarkKind::Keep) if can_drop => {
            shell.overlay = Overlay::Drop {
                reaches: target.drops(),
                evidence: target.evidence(&screen.review),
                not_beneath: target.not_beneath.clone(),
            };
        }
        None => shell.tell("There is nothing here to keep or to drop"),
        Some(_) => set(shell, screen, &target, None),
    }
}

/// Splits the safe prefix under the cursor, or takes its split back.
fn split(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(target) = Target::under_cursor(screen) else {
        return shell.tell("A split is set on one prefix: unfold this row first");
    };
    match target.safety {
        Safety::Split => set(shell, screen, &target, None),
        Safety::Safe if target.can_split => {
            set(shell, screen, &target, Some((MarkKind::Split, None)));
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
        Overlay::Keep { reason, .. } => {
            let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
            let reason = reason.map(Untrusted::from);
            set(shell, screen, &target, Some((MarkKind::Keep, reason)));
        }
        Overlay::Drop { .. } => set(shell, screen, &target, Some((MarkKind::Drop, None))),
        other => shell.overlay = other,
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
        return shell.tell("Nothing is held back here");
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

/// Takes back the mark that is selected among the reasons. The others stay.
fn take_back(shell: &mut Shell, screen: &mut ReviewScreen) {
    let Some(place) = screen.place() else { return };
    let mut marks = screen.marks().to_vec();
    if screen.mark >= marks.len() {
        return shell.tell("There is no mark to take back");
    }
    marks.remove(screen.mark);
    put(shell, screen, place, marks);
}

/// What a mark would be set on.
struct Target {
    place: EntryPlace,
    prefix: ActionPrefix,
    safety: Safety,
    /// Whether its children would be written in its stead.
    can_split: bool,
    /// The keep or drop it has.
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
        let mut latest_first = opened.marks().iter().rev();
        let mark = latest_first.find(|mark| mark.kind != MarkKind::Split && mark.prefix == prefix);
        Some(Target {
            place,
            safety: trie.node(node).safety,
            can_split: opened.can_split(row),
            mark: mark.map(|mark| mark.kind),
            marks: opened.marks().to_vec(),
            not_beneath: not_beneath(opened, row, &prefix, &reached),
            reached,
            prefix,
        })
    }

    /// The prefix and how many actions start with it: `s3:GetBucket, 14 actions`.
    fn reaches(&self) -> String {
        let actions = counted(self.reached.len(), "action", "actions");
        format!("{}, {actions}", self.prefix)
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
        format!("Nobody reported what goes: {}.", classes.join(", "))
    }

    /// `s3:GetObject, 13 actions`: those that nobody reported.
    fn drops(&self) -> String {
        let count = self.reached.iter().filter(|(_, unused)| !unused).count();
        format!("{}, {}", self.prefix, counted(count, "action", "actions"))
    }
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
    let is_split = match &mark {
        Some((kind, _)) => *kind == MarkKind::Split,
        None => target.safety == Safety::Split && target.mark.is_none(),
    };
    let mut marks = target.marks.clone();
    marks.retain(|mark| mark.prefix != target.prefix || (mark.kind == MarkKind::Split) != is_split);
    marks.extend(mark.map(|(kind, reason)| Mark {
        kind,
        prefix: target.prefix.clone(),
        by: SetBy::Person,
        reason,
    }));
    put(shell, screen, target.place, marks);
}

/// Puts `marks` on the wildcard at `place`, and says what was done and what is decided now.
fn put(shell: &mut Shell, screen: &mut ReviewScreen, place: EntryPlace, marks: Vec<Mark>) {
    let before = screen.review.snapshot();
    let takes_back = marks.len() < screen.marks().len();
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
    shell.tell(format!("{what}: the entry {now}"));
}
