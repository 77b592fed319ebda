//! The lengths that policies can come to, and where one is among them.

use super::lengths::{Length, lengths};
use crate::explain::report::levels_in_words;
use crate::explain::{excess_in_words, policy_name};
use crate::iam::Action;
use crate::iam::quota::{self, PolicyKind};
use crate::review::{Fit, Fitting, Proposals, Review};
use crate::text::grouped;
use crate::tui::motion::{Motion, Scrolled, moved};

/// The lengths that the policies which share a quota can come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FitTable {
    /// What the policies are called.
    pub(crate) title: String,
    pub(crate) kind: PolicyKind,
    /// With all that is unused gone first, then shorter and shorter, and at last as they were.
    pub(crate) rows: Vec<FitRow>,
    /// How many unused actions could go, each once for every statement that grants it.
    pub(crate) unused: usize,
    /// The least that they can come to.
    pub(crate) shortest: usize,
    /// Which of the rows is selected.
    pub(crate) choice: usize,
    /// Whether what stays is shown by name, and from which line on.
    pub(crate) names: Option<Scrolled>,
}

/// A length, and what the policies come to there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FitRow {
    /// `6,144 quota`, `all gone` or `as it was`.
    pub(crate) label: String,
    pub(crate) size: usize,
    pub(crate) entries: usize,
    /// How many unused actions go.
    pub(crate) gone: usize,
    /// Of what stays unused, how much of each access level.
    pub(crate) stays: String,
    /// What is left whole, and the length that was asked for; none for what they were.
    pub(crate) fit: Option<(Fit, usize)>,
}

impl FitTable {
    /// What the policies that share the quota of the one at `policy` can come to. None where nothing
    /// of them goes.
    pub(crate) fn of(review: &Review, policy: usize) -> Option<Self> {
        let fitting = review.fitting(policy, Proposals::NotRejected, quota::LARGEST);
        let going = fitting.going();
        if going.is_empty() {
            return None;
        }
        let kind = review.input().policies[policy].loaded.kind;
        let narrowest = fitting.narrowest();
        let mut rows = FitRows::of(&fitting, going.len());
        for length in lengths(fitting.shortest(), narrowest, kind.quota()) {
            rows.add(length);
        }
        let FitRows { mut rows, .. } = rows;
        let last = rows.last().map_or(narrowest, |(row, _)| row.size);
        let shortest = last.min(fitting.shortest());
        let fits = |(row, _): &(FitRow, bool)| row.size <= kind.quota();
        let choice = rows.iter().position(fits).unwrap_or_default();
        rows.push((FitRow::as_it_was(review, policy, &going), false));
        Some(FitTable {
            title: sharing_quota_name(review, policy),
            kind,
            rows: rows.into_iter().map(|(row, _)| row).collect(),
            unused: going.len(),
            shortest,
            choice,
            names: None,
        })
    }

    pub(crate) fn chosen(&self) -> &FitRow {
        &self.rows[self.choice.min(self.rows.len() - 1)]
    }

    /// What the policies come to with all gone.
    pub(crate) fn narrowest(&self) -> usize {
        self.rows[0].size
    }

    /// Whether some row keeps to the quota.
    pub(crate) fn can_fit(&self) -> bool {
        self.shortest <= self.kind.quota()
    }

    /// Goes to another row; a page of names, when they are shown.
    pub(crate) fn move_by(&mut self, motion: Motion) {
        if let (Some(names), Motion::PageDown | Motion::PageUp) = (&mut self.names, motion) {
            names.move_by(motion);
        } else {
            let rows = self.rows.len();
            self.choice = moved(self.choice, rows, motion, rows);
            self.names = self.names.map(|_| Scrolled::default());
        }
    }

    /// Shows what stays by name, or no more.
    pub(crate) fn show_names(&mut self) {
        self.names = match self.names {
            None => Some(Scrolled::default()),
            Some(_) => None,
        };
    }
}

/// The rows as they are found, each with whether it is only a step between others.
struct FitRows<'f> {
    fitting: &'f Fitting<'f>,
    unused: usize,
    rows: Vec<(FitRow, bool)>,
}

impl<'f> FitRows<'f> {
    /// The row with all gone.
    fn of(fitting: &'f Fitting<'f>, unused: usize) -> Self {
        let narrowest = fitting.narrowest();
        let all = fitting.within(narrowest);
        let row = all.map(|fit| FitRow::new("all gone".to_owned(), fit, narrowest, unused));
        FitRows {
            fitting,
            unused,
            rows: row.into_iter().map(|row| (row, false)).collect(),
        }
    }

    /// Adds the row of a length. Of two that come to the same, one that is only a step is left out.
    fn add(&mut self, length: Length) {
        let Some(fit) = self.fitting.within(length.characters) else {
            return;
        };
        if let Some((last, is_step)) = self.rows.last()
            && last.size == fit.size
        {
            if length.is_step() {
                return;
            }
            if *is_step {
                self.rows.pop();
            }
        }
        let label = format!("{} {}", grouped(length.characters), length.word);
        let row = FitRow::new(
            label.trim_end().to_owned(),
            fit,
            length.characters,
            self.unused,
        );
        self.rows.push((row, length.is_step()));
    }
}

impl FitRow {
    fn new(label: String, fit: Fit, length: usize, unused: usize) -> Self {
        FitRow {
            label,
            size: fit.size,
            entries: fit.entries,
            gone: unused.saturating_sub(fit.excess.total()),
            stays: excess_in_words(fit.excess),
            fit: Some((fit, length)),
        }
    }

    /// The policies as they were read, with `going` in them.
    fn as_it_was(review: &Review, policy: usize, going: &[Action]) -> Self {
        let input = review.input();
        let levels = input.universe_of(policy).catalogue.levels_of(going);
        let sharing = review.sharing_quota(policy);
        let statements = sharing.flat_map(|other| &input.document(other).policy().statements);
        FitRow {
            label: "as it was".to_owned(),
            size: review.counted_before(policy),
            entries: statements.map(|own| own.actions.entries().len()).sum(),
            gone: 0,
            stays: levels_in_words(levels.iter()),
            fit: None,
        }
    }
}

/// What the policies are called that share the quota of the one at `policy`.
pub(crate) fn sharing_quota_name(review: &Review, policy: usize) -> String {
    match review.sharing_quota(policy).count() {
        1 => policy_name(review, policy),
        count => format!("{count} inline policies"),
    }
}
