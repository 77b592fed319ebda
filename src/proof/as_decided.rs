//! Whether what is done is what was decided: the other parts judge only what changes.

use std::collections::BTreeSet;

use super::fault::{Fault, Part};
use crate::iam::{Actions, Policy, StatementEdit};
use crate::refine::Replacement;

/// What was decided of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// That it changes.
    Change,
    /// That it changes as its marks ask, which may come to itself.
    Either,
    /// That it stays, or nothing: nothing is proposed, or nobody decided.
    Stay,
}

/// Judges what the statements of `old` became by what was `asked` of the entry at a place of a statement; that of a
/// `NotAction` is asked of its first one. Every entry that changes was asked to, and every one that was asked to
/// changes, but in a statement that `stays_whole` since it cannot be what it would become.
pub fn prove_decided(
    old: &Policy,
    edits: &[Option<StatementEdit<Replacement>>],
    asked: impl Fn(usize, usize) -> Asked,
    stays_whole: impl Fn(usize) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, (statement, edit)) in old.statements.iter().zip(edits).enumerate() {
        let entries = statement.actions.entries();
        let kept: BTreeSet<usize> = match edit {
            Some(edit) => edit.kept().collect(),
            None => (0..entries.len()).collect(),
        };
        let mut judge = |entry: usize, changes: bool| {
            let what = match (asked(place, entry), changes) {
                (Asked::Change, false) if edit.is_none() && stays_whole(place) => return,
                (Asked::Change, false) => "was accepted, and stays",
                (Asked::Stay, true) => "was not accepted, and changes",
                _ => return,
            };
            let mut fault = Fault::new(Part::NothingElseTouched, what);
            fault.statement = Some(place);
            fault.entry = entries.get(entry).cloned();
            faults.push(fault);
        };
        match &statement.actions {
            Actions::NotAction(_) => judge(0, edit.is_some()),
            Actions::Action(_) => {
                (0..entries.len()).for_each(|entry| judge(entry, !kept.contains(&entry)));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::iam::EntryEdit;
    use crate::text::Source;

    /// What is found of two statements, each with its kept entries, where these were accepted.
    fn found(kept: [Option<&[usize]>; 2], accepted: &[(usize, usize)]) -> Vec<String> {
        let text = r#"{"Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "s3:Put*"], "Resource": "*"},
            {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]}"#;
        let document = Document::parse(Source::from_text("policy.json", text)).unwrap();
        let edits = kept.map(|kept| {
            let entries = kept?.iter().map(|&entry| EntryEdit::Kept(entry));
            Some(StatementEdit {
                entries: entries.collect(),
            })
        });
        let asked = |statement, entry| {
            if accepted.contains(&(statement, entry)) {
                Asked::Change
            } else {
                Asked::Stay
            }
        };
        let faults = prove_decided(document.policy(), &edits, asked, |place| place == 9);
        let told = faults.iter().map(|fault| {
            let entry = fault.entry.as_ref().unwrap();
            format!("{} {entry} {}", fault.statement.unwrap(), fault.what)
        });
        told.collect()
    }

    #[test]
    fn what_is_done_is_what_was_accepted() {
        let nothing: [&str; 0] = [];
        assert_eq!(found([None, None], &[]), nothing);
        assert_eq!(found([Some(&[1]), None], &[(0, 0)]), nothing);
        assert_eq!(
            found([Some(&[]), Some(&[0])], &[(0, 0), (0, 1), (1, 0)]),
            nothing
        );
        let more = ["0 s3:Put* was not accepted, and changes"];
        assert_eq!(found([Some(&[]), None], &[(0, 0)]), more);
        assert_eq!(found([Some(&[0]), None], &[]), more);
        let less = ["0 s3:Get* was accepted, and stays"];
        assert_eq!(found([None, None], &[(0, 0)]), less);
        assert_eq!(found([Some(&[0]), None], &[(0, 0), (0, 1)]), less);
        let extended = ["1 iam:* was not accepted, and changes"];
        assert_eq!(found([None, Some(&[0])], &[]), extended);
        assert_eq!(
            found([None, None], &[(1, 0)]),
            ["1 iam:* was accepted, and stays"]
        );
    }
}
