//! Rows that are to be put where they belong, by what is known of each.

use crate::iam::Action;

/// By what rule rows are put where they belong: its lines are gone through from the top.
#[derive(Debug, PartialEq, Eq)]
pub struct ChoiceRule {
    /// What it decides, in a few words.
    pub title: &'static str,
    /// Its lines, indented as they depend on each other.
    pub lines: &'static [&'static str],
}

/// Rows that are to be put where they belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosing {
    /// What is asked about each row.
    pub asked: String,
    /// What is known of all rows, a line each.
    pub known: Vec<String>,
    /// By what rule it is decided.
    pub rule: &'static ChoiceRule,
    /// What can be chosen, each in a few words.
    pub choices: Vec<String>,
    /// The rows.
    pub rows: Vec<ChoosingRow>,
}

/// A row, and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoosingRow {
    /// An action, or a purpose.
    pub what: String,
    /// What is known of it alone.
    pub known: String,
    /// The choice that is right.
    pub right: usize,
    /// The line of the rule that decides it.
    pub line: usize,
    /// Why, in a sentence, which names what decides it and not the choice.
    pub why: String,
    /// Why each other choice is wrong, without telling the right one; empty for the right one.
    pub against: Vec<String>,
    /// The action that decides it, where one does.
    pub because: Option<Action>,
}

impl Choosing {
    /// Of each row whether what was chosen for it is right; of one without a choice nothing is known.
    pub fn judge(&self, chosen: &[Option<usize>]) -> Vec<Option<bool>> {
        let rows = self.rows.iter().zip(chosen);
        rows.map(|(row, chosen)| chosen.map(|chosen| chosen == row.right))
            .collect()
    }

    /// The line of the rule that decides a row, in a sentence.
    pub fn hint(&self, row: usize) -> Option<String> {
        let line = self.rule.lines.get(self.rows.get(row)?.line)?;
        let line = line.trim().trim_end_matches([',', ';', ':']);
        Some(format!(
            "This line of the rule decides it: \u{201c}{line}\u{201d}."
        ))
    }

    /// The row of which it is worth the most to be told why: the one for which the most of the rule is gone through.
    pub fn instructive(&self) -> Option<usize> {
        let rows = self.rows.iter().enumerate();
        let deepest = rows.max_by_key(|(at, row)| (row.line, std::cmp::Reverse(*at)));
        deepest.map(|(at, _)| at)
    }
}

impl ChoosingRow {
    /// Why a choice is wrong; nothing where it is right.
    pub fn against(&self, choice: usize) -> &str {
        self.against.get(choice).map_or("", String::as_str)
    }
}

/// Why each of so many choices is wrong, as `why` says it of one; empty for the right one.
pub(super) fn against_others(
    choices: usize,
    right: usize,
    why: impl Fn(usize) -> String,
) -> Vec<String> {
    let against = |choice| (choice != right).then(|| why(choice));
    (0..choices)
        .map(|choice| against(choice).unwrap_or_default())
        .collect()
}
