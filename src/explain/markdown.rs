//! A walk as Markdown, to be put in a pull request.

use std::fmt::Write;

use super::explanation::Explanation;
use super::outline::{Grouping, Outline, Row};
use crate::text::{counted, escape_markdown};

impl Explanation {
    /// The trie as a table, the result as a list, the steps folded away.
    pub fn markdown(&self) -> String {
        let steps = self.walk.steps().len();
        let mut text = self.markdown_heading();
        if steps == 0 {
            return text;
        }
        text += &self.table(steps);
        let _ = write!(
            text,
            "\n<details>\n<summary>The {} to it</summary>\n\n",
            counted(steps, "step", "steps")
        );
        for step in 0..steps {
            let sentence = escape_markdown(&self.walk.narration(step).sentence);
            let _ = writeln!(text, "{}. {sentence}", step + 1);
        }
        text + "\n</details>\n"
    }

    /// One step: the trie as far as it is known, and the sentence. Panics when there is no such
    /// step.
    pub fn step_markdown(&self, step: usize) -> String {
        let mut text = self.markdown_heading();
        let narration = self.walk.narration(step);
        let _ = write!(
            text,
            "**Step {} of {}.** {} (the rule: *{}*)\n\n",
            step + 1,
            self.walk.steps().len(),
            escape_markdown(&narration.sentence),
            escape_markdown(narration.line.in_walk_of(&self.walk.plan().old))
        );
        text + &self.table(step + 1)
    }

    fn markdown_heading(&self) -> String {
        format!(
            "### {}\n\nBy {}. ✓ *safe*: no unused action starts with it, which says nothing about \
             risk.\n\n",
            escape_markdown(self.outcome().trim_end_matches('.')),
            escape_markdown(&self.basis())
        )
    }

    fn table(&self, steps: usize) -> String {
        let outline = Outline::new(&self.walk, steps, Grouping::Joined);
        let mut text = String::from("| prefix | | stay | go | becomes |\n|:--|:--|--:|--:|:--|\n");
        for row in &outline.rows {
            text += &table_row(row);
        }
        for out in self.walk.left_out() {
            let (entry, by) = (out.entry, out.covered_by);
            let _ = writeln!(text, "\n`{entry}` is left out: `{by}` covers it.");
        }
        text
    }
}

fn table_row(row: &Row) -> String {
    let becomes: Vec<String> = (row.emitted.iter())
        .map(|new| format!("`{}`", new.entry))
        .collect();
    let more = match row.nodes.len() {
        1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    format!(
        "| {}`{}`{more} | {} {} | {} | {} | {} |\n",
        "&emsp;".repeat(row.depth),
        row.label,
        row.glyph(),
        row.word(),
        row.stays,
        row.goes,
        becomes.join(" ")
    )
}
