//! What stands where in a picture: opened prefixes in columns, the frontier in rows.
//!
//! All lengths are in user units, of which a slide is 1280 wide and 720 high. Names are set in a
//! typeface of one width, so their lengths are known without measuring.

use super::super::outline::{Grouping, Outline, Row};
use super::super::walkthrough::Walkthrough;
use super::Detail;
use crate::refine::{Safety, StepDecision};

/// The width and height of a slide.
const SLIDE: (f64, f64) = (1280.0, 720.0);
/// What is left free at each side.
pub const MARGIN: f64 = 40.0;
/// Where the rows begin: below the title.
pub const TOP: f64 = 128.0;
/// What is left for the legend.
const LEGEND: f64 = 52.0;
/// The height of a line of the caption.
pub const CAPTION_LINE: f64 = 25.0;
/// The height of rows: as a slide allows, within limits that keep names legible and rows together.
const ROW: std::ops::RangeInclusive<f64> = 25.0..=40.0;
/// More rows than this do not fit a slide: siblings of which nothing stays are joined.
const ROWS_OF_A_SLIDE: usize = 21;
/// Between a column of opened prefixes and the next.
const GAP: f64 = 54.0;
/// The width of the column of triangles.
pub const TRIANGLES: f64 = 88.0;
/// The room for counts: `128 unused`.
const COUNTS: f64 = 108.0;

/// A picture before it is written.
pub struct Layout {
    /// The rows of the walk.
    pub outline: Outline,
    /// The opened prefixes, from left to right.
    pub forks: Vec<Fork>,
    /// The prefixes that are not opened: the frontier, from top to bottom.
    pub leaves: Vec<Leaf>,
    /// The width and the height of the whole picture.
    pub size: (f64, f64),
    /// The font size of names.
    pub font: f64,
    pub row_height: f64,
    /// Where the dashed line of the frontier is, from the left.
    pub frontier_x: f64,
    /// Where the labels of the frontier begin.
    pub label_x: f64,
    /// Where the tips of the triangles stand.
    pub triangle_x: f64,
    pub count_x: f64,
    /// Where what is emitted begins.
    pub entry_x: f64,
    /// The lower end of the rows.
    pub bottom: f64,
    /// The most actions beneath a leaf.
    pub most: usize,
}

/// A prefix that was opened, as a node of the picture.
pub struct Fork {
    /// Its row of the outline.
    pub row: usize,
    /// The opened prefix it lies beneath.
    pub parent: Option<usize>,
    pub label: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    /// Where its column ends, and lines begin to part.
    pub column_end: f64,
}

/// A child of an opened prefix that is not opened; or an action, or a kept pattern, that an opened
/// prefix emits itself.
pub struct Leaf {
    /// Its row of the outline.
    pub row: usize,
    /// The opened prefix it lies beneath.
    pub fork: Option<usize>,
    pub is_safe: bool,
    pub label: String,
    /// How many actions are beneath.
    pub count: usize,
    /// The entries that are emitted there, as text.
    pub entries: Vec<String>,
    /// With [`Detail::All`] the actions beneath, each with whether it stays.
    pub names: Vec<(String, bool)>,
    /// The middle of its first line.
    pub y: f64,
    /// How many lines it takes.
    pub lines: usize,
}

impl Leaf {
    /// The middle of all its lines.
    pub fn middle(&self, row_height: f64) -> f64 {
        self.y + decimal(self.lines - 1) * row_height / 2.0
    }
}

impl Layout {
    /// Places a walk, leaving room for some lines of caption.
    pub fn new(walk: &Walkthrough, detail: Detail, caption: usize) -> Self {
        let steps = walk.steps().len();
        let apart = Outline::new(walk, steps, Grouping::Apart);
        let (mut forks, mut leaves) = parts(walk, &apart, detail);
        let mut outline = apart;
        if detail == Detail::Frontier && lines(&leaves) > ROWS_OF_A_SLIDE {
            outline = Outline::new(walk, steps, Grouping::Joined);
            (forks, leaves) = parts(walk, &outline, detail);
        }
        let caption = decimal(caption) * CAPTION_LINE;
        let room = SLIDE.1 - TOP - LEGEND - caption;
        let row_height = (room / decimal(lines(&leaves).max(1))).clamp(*ROW.start(), *ROW.end());
        let font = (row_height * 0.6).clamp(15.0, 18.0);
        let mut layout = Layout {
            most: leaves.iter().map(|leaf| leaf.count).max().unwrap_or(1),
            bottom: TOP + decimal(lines(&leaves)) * row_height,
            outline,
            forks,
            leaves,
            size: SLIDE,
            font,
            row_height,
            frontier_x: 0.0,
            label_x: 0.0,
            triangle_x: 0.0,
            count_x: 0.0,
            entry_x: 0.0,
        };
        layout.size.1 = layout.bottom + LEGEND + caption;
        layout.place_rows();
        layout.place_columns();
        layout
    }

    /// The width of a name.
    pub fn name_width(&self, text: &str) -> f64 {
        decimal(text.chars().count()) * self.font * 0.61
    }

    fn place_rows(&mut self) {
        let mut y = TOP + self.row_height / 2.0;
        for leaf in &mut self.leaves {
            leaf.y = y;
            y += decimal(leaf.lines) * self.row_height;
        }
        // A fork stands in the middle of the first and last leaf beneath, wherever they hang.
        for at in 0..self.forks.len() {
            let beneath = self.leaves.iter().filter(|leaf| self.hangs(leaf.fork, at));
            let middles: Vec<f64> = beneath.map(|leaf| leaf.middle(self.row_height)).collect();
            let ends = middles.first().zip(middles.last());
            self.forks[at].y = ends.map_or(y, |(first, last)| f64::midpoint(*first, *last));
        }
    }

    /// Whether `fork` is `above`, or is beneath it.
    fn hangs(&self, fork: Option<usize>, above: usize) -> bool {
        std::iter::successors(fork, |&fork| self.forks[fork].parent).any(|fork| fork == above)
    }

    fn place_columns(&mut self) {
        let depths: Vec<usize> = (0..self.forks.len())
            .map(|at| {
                std::iter::successors(self.forks[at].parent, |&f| self.forks[f].parent).count()
            })
            .collect();
        let mut x = MARGIN;
        for depth in 0..=depths.iter().copied().max().unwrap_or(0) {
            let column = (0..self.forks.len()).filter(|&at| depths[at] == depth);
            let column: Vec<usize> = column.collect();
            let width = |at: usize| self.name_width(&self.forks[at].label) + 26.0;
            let widths: Vec<f64> = column.iter().map(|&at| width(at)).collect();
            let widest = widths.iter().copied().fold(0.0, f64::max);
            for (&at, &width) in column.iter().zip(&widths) {
                self.forks[at].width = width;
                self.forks[at].x = x;
                self.forks[at].column_end = x + widest;
            }
            if !column.is_empty() {
                x += widest + GAP;
            }
        }
        let widest = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| self.name_width(text)).fold(0.0, f64::max)
        };
        let labels = widest(&mut self.leaves.iter().map(|leaf| &leaf.label)) + 3.0 * self.font;
        // No narrower than what stands over the column.
        let labels = labels.max(100.0);
        let entries = widest(&mut self.leaves.iter().flat_map(|leaf| &leaf.entries)).max(160.0);
        let names = self.leaves.iter().flat_map(|leaf| &leaf.names);
        let names = widest(&mut names.map(|(name, _)| name)) + 20.0;
        let beneath = names.max(TRIANGLES);
        let needed = x + 46.0 + labels + beneath + COUNTS + entries + 40.0 + MARGIN;
        let spare = (SLIDE.0 - needed).max(0.0);
        self.size.0 = needed + spare;
        self.frontier_x = x + spare * 0.3;
        self.label_x = self.frontier_x + 46.0;
        self.triangle_x = self.label_x + labels;
        self.count_x = self.triangle_x + beneath;
        self.entry_x = self.size.0 - MARGIN - entries;
    }
}

/// The opened prefixes and the leaves of an outline, not placed yet.
fn parts(walk: &Walkthrough, outline: &Outline, detail: Detail) -> (Vec<Fork>, Vec<Leaf>) {
    let mut forks: Vec<Fork> = Vec::new();
    let mut leaves: Vec<Leaf> = Vec::new();
    let mut fork_of = vec![None; outline.rows.len()];
    for (at, row) in outline.rows.iter().enumerate() {
        let parent = row.parent.and_then(|above| fork_of[above]);
        let is_opened = matches!(
            walk.steps()[row.steps.end - 1].decision,
            StepDecision::Open(_)
        );
        if !is_opened {
            leaves.push(leaf(walk, row, at, parent, detail));
            continue;
        }
        fork_of[at] = Some(forks.len());
        let all = row.stays + row.goes;
        forks.push(Fork {
            row: at,
            parent,
            label: format!("! {} {}/{all}", row.label, row.goes),
            x: 0.0,
            y: 0.0,
            width: 0.0,
            column_end: 0.0,
        });
        for new in &row.emitted {
            let is_kept_pattern = !new.entry.is_literal();
            leaves.push(Leaf {
                row: at,
                fork: fork_of[at],
                is_safe: true,
                label: if is_kept_pattern { "kept" } else { "itself" }.to_owned(),
                count: new.grants,
                entries: vec![new.entry.to_string()],
                names: Vec::new(),
                y: 0.0,
                lines: 1,
            });
        }
    }
    (forks, leaves)
}

fn leaf(walk: &Walkthrough, row: &Row, at: usize, fork: Option<usize>, detail: Detail) -> Leaf {
    let names: Vec<(String, bool)> = match detail {
        Detail::Frontier => Vec::new(),
        Detail::All => (row.nodes.iter())
            .flat_map(|&node| walk.trie().beneath(node))
            .map(|(action, fate)| (action.name.to_string(), fate.stays()))
            .collect(),
    };
    let entries = row.emitted.iter().map(|new| new.entry.to_string());
    let entries: Vec<String> = entries.collect();
    Leaf {
        row: at,
        fork,
        is_safe: row.safety != Safety::AllUnused,
        label: row.full_label(),
        count: row.stays + row.goes,
        lines: entries.len().max(names.len()).max(1),
        entries,
        names,
        y: 0.0,
    }
}

fn lines(leaves: &[Leaf]) -> usize {
    leaves.iter().map(|leaf| leaf.lines).sum()
}

/// A count as a length.
pub fn decimal(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
