//! A walk as text: the trie, the steps, the result.

use std::fmt::Write;

use super::explanation::{Color, Explanation};
use super::outline::{Grouping, Outline, Row};
use super::rule::RuleLine;
use crate::iam::ActionPattern;
use crate::refine::Safety;
use crate::text::{counted, wrap};

/// How wide sentences are, at most.
const WIDTH: usize = 92;
/// How wide the column of prefixes is, at least and at most.
const LABELS: std::ops::RangeInclusive<usize> = 38..=64;

impl Explanation {
    /// The whole walk: what becomes of the pattern, the trie, each step, the result.
    pub fn text(&self, color: Color) -> String {
        let mut text = self.heading();
        let steps = self.walk.steps().len();
        if steps == 0 {
            return text;
        }
        let outline = Outline::new(&self.walk, steps, Grouping::Joined);
        let _ = write!(text, "\nTRIE\n{}\nSTEPS\n", tree(&outline, color));
        let digits = steps.to_string().len();
        for step in 0..steps {
            let number = format!("{:>digits$}  ", step + 1);
            text += &wrapped(&self.walk.narration(step).sentence, &number);
        }
        text + "\n" + &self.result(steps)
    }

    /// One step: the trie and the result as far as they are known, the rule with its line marked,
    /// the sentence. Panics when there is no such step.
    pub fn step_text(&self, step: usize, color: Color) -> String {
        let mut text = self.heading();
        let steps = self.walk.steps().len();
        let narration = self.walk.narration(step);
        let outline = Outline::new(&self.walk, step + 1, Grouping::LastApart);
        let _ = write!(text, "\nTRIE  step {} of {steps}\n", step + 1);
        text += &tree(&outline, color);
        if step + 1 < steps {
            let _ = writeln!(
                text,
                "  · {} to go",
                counted(steps - step - 1, "step", "steps")
            );
        }
        let _ = write!(
            text,
            "\nRULE\n{}\n",
            rule(narration.line, &self.walk.plan().old)
        );
        text += &wrapped(&narration.sentence, "");
        text + "\n" + &self.result(step + 1)
    }

    fn heading(&self) -> String {
        wrapped(&self.outcome(), "") + &wrapped(&format!("By {}.", self.basis()), "")
    }

    fn result(&self, steps: usize) -> String {
        let result = self.walk.result_after(steps);
        let whole = self.walk.plan().replacements().unwrap_or_default();
        let mut text = String::from(if steps == self.walk.steps().len() {
            if result.len() == whole.len() {
                "RESULT\n"
            } else {
                "RESULT of these steps\n"
            }
        } else {
            "RESULT so far\n"
        });
        if result.is_empty() {
            text += "  nothing\n";
        }
        let names: Vec<String> = result.iter().map(|new| new.entry.to_string()).collect();
        let width = names.iter().map(String::len).max().unwrap_or(0);
        let left_out = self.walk.left_out();
        for (new, name) in result.iter().zip(&names) {
            let grants = counted(
                new.grants,
                self.walk.names().one(),
                self.walk.names().many(),
            );
            let covered = left_out.iter().find(|out| *out.entry == new.entry);
            let covered = covered.map_or_else(String::new, |out| {
                format!(", left out: {} covers it", out.covered_by)
            });
            let _ = writeln!(text, "  {name:width$}  {grants}{covered}");
        }
        text
    }
}

/// The rows of an outline: safe or not, how many actions stay and go, and what is emitted.
///
/// ```
/// # use std::sync::Arc;
/// use iam_refine::{catalogue::Catalogue, findings::UnusedActions, refine::*, explain::*};
/// let mut unused = UnusedActions::default();
/// unused.add("s3:GetBucketAcl".parse()?, None);
/// let universe = Universe::new(Catalogue::s3_of_june_2024(), Arc::new(unused), []);
/// let pattern = "s3:GetB*".parse()?;
/// let walk = Walkthrough::new(&pattern, &universe, Curation::NONE, Granularity::Name);
/// let outline = Outline::new(&walk, walk.steps().len(), Grouping::Joined);
/// assert!(tree(&outline, Color::Plain).starts_with("! s3:GetB unsafe "));
/// # Ok::<(), iam_refine::iam::PatternError>(())
/// ```
pub fn tree(outline: &Outline, color: Color) -> String {
    let labels = outline.rows.iter().map(|row| label(row).chars().count());
    let width = labels.max().unwrap_or(0);
    let width = width.clamp(*LABELS.start(), *LABELS.end());
    outline
        .rows
        .iter()
        .map(|row| line(row, width, color))
        .collect()
}

fn line(row: &Row, width: usize, color: Color) -> String {
    let label = label(row);
    let padding = " ".repeat(width.saturating_sub(label.chars().count()));
    let becomes: Vec<String> = (row.emitted.iter())
        .map(|new| new.entry.to_string())
        .collect();
    let arrow = if becomes.is_empty() { "" } else { "  → " };
    format!(
        "{}{padding} {:>5} stay {:>5} go{arrow}{}\n",
        painted(&label, row.safety, color),
        number(row.stays),
        number(row.goes),
        becomes.join(" ")
    )
}

fn label(row: &Row) -> String {
    let indent = 2 * row.depth;
    let (glyph, word) = (row.glyph(), row.word());
    let comma = if row.nodes.len() > 1 { "," } else { "" };
    format!("{:indent$}{glyph} {}{comma} {word}", "", row.full_label())
}

fn painted(text: &str, safety: Safety, color: Color) -> String {
    let code = match safety {
        Safety::Safe | Safety::Unlisted => 32,
        Safety::Unsafe
        | Safety::Split
        | Safety::Whole
        | Safety::WithinWhole
        | Safety::AllUnused => 33,
    };
    match color {
        Color::Plain => text.to_owned(),
        Color::Ansi => format!("\x1b[{code}m{text}\x1b[0m"),
    }
}

/// A dot for none, so that numbers stand out.
fn number(count: usize) -> String {
    match count {
        0 => "·".to_owned(),
        some => some.to_string(),
    }
}

/// The rule with the line that applies marked.
fn rule(current: RuleLine, old: &ActionPattern) -> String {
    let lines = RuleLine::ALL.iter().map(|&line| {
        let mark = if line == current { '>' } else { ' ' };
        let indent = 2 * line.depth();
        let words = line.in_walk_of(old);
        format!("{mark} {:indent$}{words}\n", "")
    });
    lines.collect()
}

/// A text in lines, the first behind `start`, the others as far to the right.
fn wrapped(text: &str, start: &str) -> String {
    let indent = start.chars().count();
    let lines = wrap(text, WIDTH - indent);
    format!("{start}{}\n", lines.join(&format!("\n{:indent$}", "")))
}
