//! Rows that are to be put where they belong, by what is known of each.

use crate::iam::Action;

/// Rows that are to be put where they belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosing {
    /// What is asked about each row.
    pub asked: String,
    /// What is known of all rows, a line each.
    pub known: Vec<String>,
    /// What can be chosen, each in a few words.
    pub choices: Vec<&'static str>,
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
    /// Why, in a sentence, which names what decides it and not the choice.
    pub why: String,
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
}
