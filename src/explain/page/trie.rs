//! The trie on the page: a list in lists, an item for each step, so that it is read aloud as it is seen.

use std::fmt::Write;

use super::breakable;
use crate::explain::outline::{Grouping, Outline, Row};
use crate::explain::picture::{Detail, decimal};
use crate::explain::walkthrough::Walkthrough;
use crate::refine::{Safety, StepDecision};

/// The room for an entry, in letters.
const ENTRY: std::ops::RangeInclusive<usize> = 12..=38;
/// How wide the largest triangle is, and how high.
const TRIANGLE: (f64, f64) = (84.0, 22.0);

/// Writes the trie with its legend.
pub(super) fn write(html: &mut String, walk: &Walkthrough, detail: Detail) {
    let outline = Outline::new(walk, walk.steps().len(), Grouping::Steps);
    let trie = TrieHtml {
        walk,
        detail,
        most: most_beneath_a_leaf(walk, &outline),
    };
    let entries = outline.rows.iter().flat_map(|row| &row.emitted);
    let widest = entries.map(|new| new.entry.to_string().len()).max();
    let room = widest.unwrap_or(0).clamp(*ENTRY.start(), *ENTRY.end()) + 4;
    let _ = writeln!(
        html,
        "<section class=\"trie\" style=\"--entries: {room}ch\">\n<h2>The trie</h2>\n<ul>"
    );
    for (at, row) in outline.rows.iter().enumerate() {
        trie.item(html, row);
        // What comes next is beneath it, beside it, or beside one of those above.
        match outline.rows.get(at + 1).map(|next| next.depth) {
            Some(depth) if depth > row.depth => html.push_str(trie.list_beneath(row)),
            next => {
                html.push_str("</li>\n");
                for _ in next.unwrap_or(0)..row.depth {
                    html.push_str("</ul>\n</li>\n");
                }
            }
        }
    }
    html.push_str("</ul>\n");
    html.push_str(LEGEND);
    html.push_str("</section>\n");
}

const LEGEND: &str = "\
<ul class=\"legend\" aria-label=\"Legend\">
<li class=\"safe\">✓ safe: no unused action starts with it</li>
<li class=\"unsafe\">! unsafe: opened, its children come next</li>
<li class=\"unsafe\">✗ all unused: nothing is written</li>
<li class=\"quiet\">triangles: the actions beneath, filled where they stay</li>
</ul>
";

struct TrieHtml<'a> {
    walk: &'a Walkthrough,
    detail: Detail,
    /// The most actions beneath a prefix that is not opened.
    most: usize,
}

impl TrieHtml<'_> {
    /// An item up to where the list of those beneath it would begin.
    fn item(&self, html: &mut String, row: &Row) {
        let is_fork = self.is_opened(row);
        let color = color(row.safety);
        let _ = write!(
            html,
            "<li class=\"{} {color}\" data-step=\"{}\" data-visit>\
             <div class=\"row\"><span><span class=\"prefix\"><span aria-hidden=\"true\">{}</span> \
             <code>{}</code></span> <span class=\"word\">{}</span></span> ",
            if is_fork { "fork" } else { "leaf" },
            row.steps.end,
            row.glyph(),
            breakable(&row.label),
            row.word(),
        );
        let drawing = if is_fork {
            String::new()
        } else {
            self.triangle(row)
        };
        let _ = write!(
            html,
            "<span class=\"beneath\">{drawing}{}</span> <span class=\"becomes\">{}</span>",
            counts(row),
            self.becomes(row)
        );
        if self.detail == Detail::All && !is_fork {
            self.names(html, row);
        }
        html.push_str("</div>");
    }

    /// The beginning of the list of those beneath an opened prefix.
    fn list_beneath(&self, row: &Row) -> &'static str {
        let node = row.nodes[0];
        // A chain of single children does not move to the right with each of them.
        if self.walk.trie().children(node).count() == 1 {
            "\n<ul class=\"children only\">\n"
        } else {
            "\n<ul class=\"children\">\n"
        }
    }

    fn is_opened(&self, row: &Row) -> bool {
        let step = &self.walk.steps()[row.steps.end - 1];
        matches!(step.decision, StepDecision::Open(_))
    }

    /// The actions beneath: a triangle sized by how many they are, a dot for one.
    fn triangle(&self, row: &Row) -> String {
        let count = row.stays + row.goes;
        let class = if color(row.safety) == "safe" {
            " class=\"filled\""
        } else {
            ""
        };
        let shape = if count <= 1 {
            "<circle cx=\"7\" cy=\"13\" r=\"4\"/>".to_owned()
        } else {
            let share = (decimal(count) / decimal(self.most.max(1))).sqrt();
            let right = 16.0 + share * (TRIANGLE.0 - 16.0);
            let half = TRIANGLE.1 / 2.0 * share.max(0.4);
            format!(
                "<path d=\"M3 13L{right:.1} {:.1}L{right:.1} {:.1}Z\"/>",
                13.0 - half,
                13.0 + half
            )
        };
        format!("<svg{class} viewBox=\"0 0 88 26\" aria-hidden=\"true\">{shape}</svg>")
    }

    fn becomes(&self, row: &Row) -> String {
        let left_out = self.walk.left_out();
        let entries = row.emitted.iter().map(|new| {
            let entry = breakable(&new.entry.to_string());
            if left_out.iter().any(|out| *out.entry == new.entry) {
                format!("<code><s>{entry}</s></code>")
            } else {
                format!("<code>{entry}</code>")
            }
        });
        let entries: Vec<String> = entries.collect();
        match entries.as_slice() {
            [] => String::new(),
            entries => format!("→ {}", entries.join(" ")),
        }
    }

    fn names(&self, html: &mut String, row: &Row) {
        let _ = write!(html, "<ul class=\"names\">");
        for (action, fate) in self.walk.trie().beneath(row.nodes[0]) {
            let (class, sign) = if fate.stays() {
                ("safe", '✓')
            } else {
                ("unsafe", '✗')
            };
            let name = breakable(action.name.as_str());
            let _ = write!(html, "<li class=\"{class}\">{sign} {name}</li>");
        }
        html.push_str("</ul>");
    }
}

fn color(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe | Safety::Unlisted => "safe",
        Safety::Unsafe
        | Safety::Split
        | Safety::Whole
        | Safety::WithinWhole
        | Safety::AllUnused => "unsafe",
    }
}

/// `12 stay`, `14 go` or `36 stay, 22 go`.
fn counts(row: &Row) -> String {
    let stays = match row.stays {
        1 => "1 stays".to_owned(),
        many => format!("{many} stay"),
    };
    let goes = match row.goes {
        1 => "1 goes".to_owned(),
        many => format!("{many} go"),
    };
    match (row.stays, row.goes) {
        (_, 0) => stays,
        (0, _) => goes,
        _ => format!("{stays}, {goes}"),
    }
}

fn most_beneath_a_leaf(walk: &Walkthrough, outline: &Outline) -> usize {
    let leaves = outline.rows.iter().filter(|row| {
        let step = &walk.steps()[row.steps.end - 1];
        !matches!(step.decision, StepDecision::Open(_))
    });
    leaves.map(|row| row.stays + row.goes).max().unwrap_or(1)
}
