//! A placed picture, written as SVG.

use std::fmt::Write;

use super::layout::{CAPTION_LINE, Fork, Layout, Leaf, MARGIN, TOP, TRIANGLES, decimal};
use super::theme::{Colours, Theme};
use crate::explain::explanation::Explanation;
use crate::explain::outcome::outcome_title;
use crate::text::{escape_xml, wrap};

/// How many letters a line of the caption holds.
const CAPTION: usize = 132;

/// The step that a picture shows, with the lines below it.
pub struct Shown {
    pub step: usize,
    pub lines: Vec<String>,
    /// Whether it shows what is left out, after the last step.
    pub is_closing: bool,
}

/// The lines below a picture.
pub fn caption(sentence: &str) -> Vec<String> {
    wrap(sentence, CAPTION)
}

/// Writes a picture: of the whole walk, or as far as a step has come.
pub fn draw(
    explanation: &Explanation,
    layout: &Layout,
    theme: Theme,
    shown: Option<&Shown>,
) -> String {
    let mut drawing = Drawing {
        explanation,
        layout,
        colours: theme.colours(),
        shown,
        left_out: (explanation.walk.left_out().iter())
            .map(|omitted| omitted.entry.to_string())
            .collect(),
        svg: String::new(),
    };
    drawing.head();
    drawing.visited_row();
    drawing.frontier();
    for leaf in &layout.leaves {
        drawing.leaf(leaf);
    }
    for fork in &layout.forks {
        drawing.fork(fork);
    }
    drawing.caption();
    drawing.legend();
    drawing.svg.push_str("</svg>\n");
    drawing.svg
}

struct Drawing<'a> {
    explanation: &'a Explanation,
    layout: &'a Layout,
    colours: Colours,
    shown: Option<&'a Shown>,
    /// The entries that others cover.
    left_out: Vec<String>,
    svg: String,
}

impl Drawing<'_> {
    fn head(&mut self) {
        let (width, height) = self.layout.size;
        let _ = write!(
            self.svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-labelledby="title desc">
<title id="title">{}</title>
<desc id="desc">{}</desc>
<style>{}</style>
<rect width="100%" height="100%" fill="{}"/>
"#,
            escape_xml(&self.title()),
            escape_xml(&self.description()),
            self.colours.styles(self.layout.font),
            self.colours.background,
        );
        self.text(MARGIN, 48.0, "title", &self.title());
        let below = self.explanation.counts_and_basis();
        self.text(MARGIN, 76.0, "quiet", &cut(&below, width - 2.0 * MARGIN));
    }

    /// What the whole comes to; a step does not show it beforehand.
    fn title(&self) -> String {
        let walk = &self.explanation.walk;
        match self.shown {
            None => outcome_title(walk),
            Some(shown) if shown.is_closing => format!("{}, at the end", walk.plan().old),
            Some(shown) => format!(
                "{}, step {} of {}",
                walk.plan().old,
                shown.step + 1,
                walk.steps().len()
            ),
        }
    }

    /// For those who do not see the picture.
    fn description(&self) -> String {
        let walk = &self.explanation.walk;
        let (sentence, steps) = match self.shown {
            None => (self.explanation.outcome(), walk.steps().len()),
            Some(shown) => (shown.lines.join(" "), shown.step + 1),
        };
        let result = walk.result_after(steps);
        let mut emitted: Vec<String> = result.iter().map(|new| new.entry.to_string()).collect();
        emitted.retain(|entry| !self.is_left_out(entry));
        match emitted.as_slice() {
            [] => format!("{sentence} Nothing is written."),
            emitted => format!("{sentence} Written: {}.", emitted.join(", ")),
        }
    }

    /// The band behind what the step visits.
    fn visited_row(&mut self) {
        let Some(step) = (self.shown.filter(|shown| !shown.is_closing)).map(|shown| shown.step)
        else {
            return;
        };
        let height = self.layout.row_height;
        let rows = &self.layout.outline.rows;
        let is_visited = |leaf: &&Leaf| {
            rows[leaf.row].steps.contains(&step) && !is_of_its_fork(self.layout, leaf)
        };
        let Some(leaf) = self.layout.leaves.iter().find(is_visited) else {
            return;
        };
        let (left, right) = (self.layout.frontier_x + 8.0, self.layout.size.0 - 16.0);
        let _ = writeln!(
            self.svg,
            r#"<rect x="{left:.1}" y="{:.1}" width="{:.1}" height="{:.1}" rx="6" fill="{}"/>"#,
            leaf.y - height / 2.0,
            right - left,
            decimal(leaf.lines) * height,
            self.colours.visited
        );
    }

    fn frontier(&mut self) {
        let layout = self.layout;
        let (x, top) = (layout.frontier_x, TOP);
        let _ = writeln!(
            self.svg,
            r#"<line class="frontier" x1="{x:.1}" y1="{:.1}" x2="{x:.1}" y2="{:.1}"/>"#,
            top - 4.0,
            layout.bottom
        );
        self.text(MARGIN, top - 14.0, "quiet small", "unsafe: opened");
        self.text(layout.label_x, top - 14.0, "quiet small", "the frontier");
        self.text(layout.triangle_x, top - 14.0, "quiet small", "beneath");
        self.text(layout.entry_x, top - 14.0, "quiet small", "written");
    }

    fn leaf(&mut self, leaf: &Leaf) {
        let layout = self.layout;
        if !self.is_reached(leaf.row) {
            self.not_visited(leaf);
            return;
        }
        let middle = leaf.middle(layout.row_height);
        let baseline = middle + layout.font * 0.35;
        if let Some(fork) = leaf.fork {
            self.branch(&layout.forks[fork], layout.label_x - 10.0, middle);
        }
        let (glyph, class) = if leaf.is_safe {
            ("✓", "safe")
        } else {
            ("✗", "unsafe")
        };
        let label = format!("{glyph} {}", leaf.label);
        self.text(layout.label_x, baseline, &format!("name {class}"), &label);
        let stays = if leaf.is_safe { "stay" } else { "unused" };
        if leaf.names.is_empty() {
            self.subtree(leaf, middle);
        } else {
            self.names(leaf);
        }
        let count = format!(
            "{} {}",
            leaf.count,
            if leaf.count == 1 && leaf.is_safe {
                "stays"
            } else {
                stays
            }
        );
        self.text(
            layout.count_x,
            middle + 5.0,
            &format!("small {class}"),
            &count,
        );
        for (at, entry) in leaf.entries.iter().enumerate() {
            let first = middle - decimal(leaf.entries.len() - 1) * layout.row_height / 2.0;
            let y = first + decimal(at) * layout.row_height;
            let (from, to) = (layout.count_x + 88.0, layout.entry_x - 10.0);
            if to > from {
                let _ = writeln!(
                    self.svg,
                    r#"<path class="leader" d="M{from:.1} {middle:.1}L{:.1} {y:.1}L{to:.1} {y:.1}"/>"#,
                    from + 8.0
                );
            }
            let class = if self.is_left_out(entry) {
                "name left-out"
            } else {
                "name"
            };
            self.text(layout.entry_x, y + layout.font * 0.35, class, entry);
        }
    }

    /// The actions beneath a leaf: a triangle sized by how many they are, a dot for one.
    fn subtree(&mut self, leaf: &Leaf, y: f64) {
        let x = self.layout.triangle_x;
        let class = if leaf.is_safe { "safe" } else { "hollow" };
        if leaf.count <= 1 {
            let _ = writeln!(
                self.svg,
                r#"<circle class="{class}" cx="{:.1}" cy="{y:.1}" r="5"/>"#,
                x + 6.0
            );
            return;
        }
        let share = (decimal(leaf.count) / decimal(self.layout.most.max(1))).sqrt();
        let width = 18.0 + share * (TRIANGLES - 36.0);
        let half = (self.layout.row_height / 2.0 - 3.0) * share.max(0.4);
        let _ = writeln!(
            self.svg,
            r#"<path class="{class}" d="M{x:.1} {y:.1}L{right:.1} {:.1}L{right:.1} {:.1}Z"/>"#,
            y - half,
            y + half,
            right = x + width
        );
    }

    fn names(&mut self, leaf: &Leaf) {
        let layout = self.layout;
        for (at, (name, stays)) in leaf.names.iter().enumerate() {
            let y = leaf.y + decimal(at) * layout.row_height + layout.font * 0.35;
            let class = if *stays { "name safe" } else { "name unsafe" };
            self.text(layout.triangle_x, y, class, name);
        }
    }

    fn not_visited(&mut self, leaf: &Leaf) {
        let (x, y) = (
            self.layout.label_x + 5.0,
            leaf.middle(self.layout.row_height),
        );
        let fill = self.colours.faint;
        let _ = writeln!(
            self.svg,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{fill}"/>"#
        );
    }

    fn fork(&mut self, fork: &Fork) {
        if !self.is_reached(fork.row) {
            return;
        }
        if let Some(parent) = fork.parent {
            self.branch(&self.layout.forks[parent], fork.x, fork.y);
        }
        let height = (self.layout.font * 1.5).min(self.layout.row_height - 1.0);
        let is_visited = self.shown.is_some_and(|shown| {
            self.layout.outline.rows[fork.row]
                .steps
                .contains(&shown.step)
        });
        let _ = writeln!(
            self.svg,
            r#"<rect class="hollow" x="{:.1}" y="{:.1}" width="{:.1}" height="{height:.1}" rx="7"{}/>"#,
            fork.x,
            fork.y - height / 2.0,
            fork.width,
            if is_visited {
                r#" style="stroke-width: 5""#
            } else {
                ""
            }
        );
        let baseline = fork.y + self.layout.font * 0.35;
        self.text(fork.x + 12.0, baseline, "name unsafe", &fork.label);
    }

    /// A line from an opened prefix to what is beneath it.
    fn branch(&mut self, fork: &Fork, x: f64, y: f64) {
        let (from, end) = (fork.x + fork.width, fork.column_end);
        let (middle, behind) = (end + 24.0, end + 48.0);
        let _ = writeln!(
            self.svg,
            r#"<path class="line" d="M{from:.1} {fy:.1}L{end:.1} {fy:.1}C{middle:.1} {fy:.1} {middle:.1} {y:.1} {behind:.1} {y:.1}L{x:.1} {y:.1}"/>"#,
            fy = fork.y
        );
    }

    fn caption(&mut self) {
        let Some(shown) = self.shown else { return };
        let mut y = self.layout.bottom + CAPTION_LINE;
        for line in &shown.lines {
            let _ = writeln!(
                self.svg,
                r#"<text x="{MARGIN:.1}" y="{y:.1}" style="font-size: 17px">{}</text>"#,
                escape_xml(line)
            );
            y += CAPTION_LINE;
        }
    }

    fn legend(&mut self) {
        let y = self.layout.size.1 - 18.0;
        let mut x = MARGIN;
        for (class, words) in [
            ("safe", "✓ safe: no unused action starts with it"),
            ("unsafe", "! unsafe, opened (unused/all beneath)"),
            ("unsafe", "✗ all unused: nothing is written"),
            ("quiet", "◁ sized by the actions beneath"),
            ("quiet", "┆ the frontier"),
        ] {
            self.text(x, y, &format!("small {class}"), words);
            x += decimal(words.chars().count()) * 7.4 + 22.0;
        }
    }

    /// Whether an entry is not written, since another covers it, and the picture shows that.
    fn is_left_out(&self, entry: &str) -> bool {
        let mut left_out = self.left_out.iter();
        self.shown.is_none_or(|shown| shown.is_closing) && left_out.any(|omitted| omitted == entry)
    }

    fn is_reached(&self, row: usize) -> bool {
        let first = self.layout.outline.rows[row].steps.start;
        self.shown.is_none_or(|shown| first <= shown.step)
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let text = escape_xml(text);
        let _ = writeln!(
            self.svg,
            r#"<text x="{x:.1}" y="{y:.1}" class="{class}">{text}</text>"#
        );
    }
}

/// Whether a leaf is what an opened prefix emits itself: it shares the fork's row.
fn is_of_its_fork(layout: &Layout, leaf: &Leaf) -> bool {
    leaf.fork
        .is_some_and(|fork| layout.forks[fork].row == leaf.row)
}

/// A text of the usual size, cut where it would not fit.
fn cut(text: &str, width: f64) -> String {
    const LETTER: f64 = 8.6;
    match text
        .char_indices()
        .find(|(at, _)| decimal(at + 2) * LETTER > width)
    {
        Some((at, _)) if decimal(text.chars().count()) * LETTER > width => {
            format!("{}…", &text[..at])
        }
        _ => text.to_owned(),
    }
}
