//! The moving picture in the README: the demo, from the first look to what is written. Its frames are
//! what the screen draws after some keys; each is shown for its time by CSS, so that it moves as an
//! image too. Who asked for no motion sees one frame.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use iam_refine::tui::{Preview, Request};
use ratatui::buffer::Buffer;

use crate::picture::{
    BACKGROUND, CELL_HEIGHT, CELL_WIDTH, Demo, FAINT, FONT_SIZE, FOREGROUND, MARGIN, draw_row,
};

/// Its name, as that of its file.
pub const NAME: &str = "demo";

/// The size of the screen: as wide as the README is, so that letters are not made smaller.
const SIZE: (u16, u16) = (106, 27);
/// The room below the screen, for the keys and what they do.
const CAPTION: usize = 44;

/// What is pressed, what is said of it, and for how many tenths of a second its frame is seen.
struct Frame {
    keys: &'static str,
    shown_keys: &'static str,
    says: &'static str,
    tenths: usize,
}

#[rustfmt::skip]
const FRAMES: &[Frame] = &[
    frame("",                   "iam-refine demo", "A role's policy, its unused actions, and what its wildcards would become", 26),
    frame("2jjj",               "2 j",   "The trie: all beneath Bucket is unused, and nothing beneath Access", 20),
    frame("l",                  "l",     "What is beneath it", 13),
    frame("1a",                 "1 a",   "Accept: s3:Get* becomes its shortest safe prefixes", 20),
    frame("a",                  "a",     "Accept: what is listed and unused is removed", 13),
    frame("jjj2gjjjjjjjjjjj",   "2 j",   "But somebody still needs the bucket's policy", 16),
    frame(" ",                  "Space", "Keep it: it asks why", 12),
    frame("the audit reads it", "",      "The reason goes into the record", 13),
    frame("\n",                 "Enter", "Kept: GetBucketPolicy* is one entry more", 20),
    frame("d",                  "d",     "The diff: these bytes change, and no others", 20),
    frame("w",                  "w",     "Write: it says what, and where to", 15),
    frame("G",                  "G",     "The rest of it. Enter proves it once more, and writes", 17),
];

const fn frame(
    keys: &'static str,
    shown_keys: &'static str,
    says: &'static str,
    tenths: usize,
) -> Frame {
    Frame {
        keys,
        shown_keys,
        says,
        tenths,
    }
}

/// The frame that is seen where nothing may move: what the prefixes become.
const STILL: usize = 8;

/// Draws it.
pub fn draw() -> String {
    let buffers = buffers();
    let columns = usize::from(SIZE.0);
    let (width, screen) = (
        columns * CELL_WIDTH / 10 + 2 * MARGIN,
        usize::from(SIZE.1) * CELL_HEIGHT + 2 * MARGIN,
    );
    let height = screen + CAPTION;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, \
         Consolas, monospace\" font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n\
         <title>A review with iam-refine</title>\n<desc>{}</desc>\n<style>{}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n",
        description(),
        styles()
    );
    let rows = rows(&buffers);
    svg.push_str("<defs>\n");
    for (number, row) in shared(&rows) {
        let _ = writeln!(svg, "<g id=\"r{number}\">\n{row}</g>");
    }
    svg.push_str("</defs>\n");
    for (at, rows) in rows.iter().enumerate() {
        let _ = writeln!(svg, "<g class=\"frame\" id=\"f{at}\">");
        for row in rows {
            match row {
                Row::Own(row) => svg += row,
                Row::Shared(number, _) => {
                    let _ = writeln!(svg, "<use href=\"#r{number}\"/>");
                }
            }
        }
        svg += &caption(&FRAMES[at], screen, width);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// What is seen in each frame.
fn buffers() -> Vec<Buffer> {
    let mut demo = Demo::new(SIZE);
    let frames = FRAMES.iter().map(|frame| {
        for letter in frame.keys.chars() {
            if demo.press(letter) == Some(Request::Preview) {
                let files = "Into policy.refined.json.".to_owned();
                demo.app.show_preview(Ok(Preview::Files(files)));
            }
        }
        demo.drawn()
    });
    frames.collect()
}

/// A row of a frame.
enum Row {
    /// It is in this frame alone.
    Own(String),
    /// It is in several frames, under this number.
    Shared(usize, String),
}

/// The rows of the frames that are not empty: those that several frames have are written once.
fn rows(buffers: &[Buffer]) -> Vec<Vec<Row>> {
    let columns = usize::from(SIZE.0);
    let drawn: Vec<Vec<String>> = (buffers.iter())
        .map(|buffer| {
            let rows = buffer.content.chunks(columns).enumerate();
            let rows = rows.map(|(at, cells)| draw_row(at, cells));
            rows.filter(|row| !row.is_empty()).collect()
        })
        .collect();
    let mut times: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in drawn.iter().flatten() {
        let number = times.len();
        times.entry(row.clone()).or_insert((number, 0)).1 += 1;
    }
    let drawn = drawn.into_iter().map(|rows| {
        let rows = rows.into_iter().map(|row| match times[&row] {
            (_, 1) => Row::Own(row),
            (number, _) => Row::Shared(number, row),
        });
        rows.collect()
    });
    drawn.collect()
}

/// The rows that several frames have, by their numbers.
fn shared(rows: &[Vec<Row>]) -> BTreeMap<usize, &str> {
    let shared = rows.iter().flatten().filter_map(|row| match row {
        Row::Own(_) => None,
        Row::Shared(number, row) => Some((*number, row.as_str())),
    });
    shared.collect()
}

/// The keys of a frame as they lie on a keyboard, and what they do.
fn caption(frame: &Frame, top: usize, width: usize) -> String {
    let middle = top + CAPTION / 2 - 8;
    let keys = frame.shown_keys;
    let mut svg = format!(
        "<path d=\"M{MARGIN} {top}H{}\" stroke=\"{FAINT}\"/>\n",
        width - MARGIN
    );
    let mut x = MARGIN + 2;
    if !keys.is_empty() {
        let box_width = keys.chars().count() * CELL_WIDTH / 10 + 16;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{}\" width=\"{box_width}\" height=\"22\" rx=\"5\" fill=\"none\" \
             stroke=\"{FOREGROUND}\"/>\n<text x=\"{}\" y=\"{}\" fill=\"{FOREGROUND}\" \
             font-weight=\"bold\">{keys}</text>",
            middle - 4,
            x + 8,
            middle + 12
        );
        x += box_width + 14;
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" fill=\"{FOREGROUND}\">{}</text>",
        middle + 12,
        frame.says
    );
    svg
}

/// Each frame is hidden but for its time. What animates nothing shows the still one.
fn styles() -> String {
    let all: usize = FRAMES.iter().map(|frame| frame.tenths).sum();
    let mut styles = format!(
        "text {{ white-space: pre }}\n\
         .frame {{ visibility: hidden; animation: {}.{}s step-end infinite }}\n\
         #f{STILL} {{ visibility: visible }}\n\
         @media (prefers-reduced-motion: reduce) {{ .frame {{ animation: none }} }}\n",
        all / 10,
        all % 10
    );
    let mut from = 0;
    for (at, frame) in FRAMES.iter().enumerate() {
        let to = from + frame.tenths;
        let percent =
            |tenths: usize| format!("{}.{:02}%", tenths * 100 / all, tenths * 10_000 / all % 100);
        let before = if from == 0 {
            ""
        } else {
            "0% { visibility: hidden } "
        };
        let _ = writeln!(
            styles,
            "#f{at} {{ animation-name: k{at} }}\n\
             @keyframes k{at} {{ {before}{} {{ visibility: visible }} {} {{ visibility: hidden }} \
             100% {{ visibility: hidden }} }}",
            percent(from),
            percent(to)
        );
        from = to;
    }
    styles
}

/// What happens in it, for those who do not see it.
fn description() -> String {
    let frames = FRAMES.iter().map(|frame| match frame.shown_keys {
        "" => format!("{}.", frame.says),
        keys => format!("{keys}: {}.", frame.says),
    });
    let frames: Vec<String> = frames.collect();
    frames.join(" ")
}
