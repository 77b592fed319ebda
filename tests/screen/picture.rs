//! The picture of the screen in the README: the demo, as someone sees it who has accepted the
//! first change and looks at the second. Text stays text, so it can be selected and searched.

use std::fmt::Write as _;

use iam_refine::catalogue::Catalogue;
use iam_refine::iam::quota::{Owner, PolicyKind};
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::review::Review;
use iam_refine::tui::{App, Request, Settings, Theme, draw as draw_app, input_for, update};
use ratatui::buffer::{Buffer, Cell};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::{Color, Modifier};
use ratatui::{Terminal, backend::TestBackend};

/// A picture: the size of the screen, the keys pressed before, and what is seen.
pub struct Picture {
    size: (u16, u16),
    keys: &'static str,
    desc: &'static str,
}

/// The whole screen.
pub const SCREEN: Picture = Picture {
    size: (120, 30),
    keys: "gja2jjj",
    desc: "The policy at the left, the trie of s3:Get* in the middle, the reasons at the right.",
};

/// A terminal of the usual size, with the trie.
pub const NARROW: Picture = Picture {
    size: (80, 24),
    keys: "gja2jjj",
    desc: "The trie of s3:Get* on 80 columns, and what becomes of it; the reasons below.",
};

/// The diff, both texts side by side.
pub const DIFF: Picture = Picture {
    size: (140, 30),
    keys: "Ad",
    desc: "The diff of the exact bytes: the old policy at the left, the new one at the right.",
};

/// All pictures, by the names of their files.
pub const ALL: [(&str, Picture); 3] = [("screen", SCREEN), ("narrow", NARROW), ("diff", DIFF)];

pub const FONT_SIZE: usize = 14;
/// Tenths of a pixel, so that columns stand exactly below each other.
pub const CELL_WIDTH: usize = 84;
pub const CELL_HEIGHT: usize = 18;
pub const MARGIN: usize = 12;

pub const BACKGROUND: &str = "#1c1c1c";
pub const FOREGROUND: &str = "#d0d0d0";
pub const FAINT: &str = "#8a8a8a";

/// The demo on a screen, as someone sees it who presses keys.
pub struct Demo {
    pub app: App,
    terminal: Terminal<TestBackend>,
}

impl Demo {
    pub fn new(size: (u16, u16)) -> Self {
        let settings = Settings {
            theme: Theme::Dark,
            ..Settings::default()
        };
        Demo {
            app: App::of_demo(demo(), settings),
            terminal: Terminal::new(TestBackend::new(size.0, size.1)).expect("no terminal is real"),
        }
    }

    /// What is seen now.
    pub fn drawn(&mut self) -> Buffer {
        let drawn = self.terminal.draw(|frame| draw_app(&mut self.app, frame));
        let buffer = drawn.map(|drawn| drawn.buffer.clone());
        buffer.expect("a buffer can always be drawn to")
    }

    /// Presses a key, the end of a line being Enter. What it asks for beyond the screen is the caller's.
    pub fn press(&mut self, letter: char) -> Option<Request> {
        let code = match letter {
            '\n' => KeyCode::Enter,
            letter => KeyCode::Char(letter),
        };
        // What a key does may depend on what was drawn.
        self.drawn();
        let key = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
        let input = input_for(&key, &self.app)?;
        update(&mut self.app, input)
    }
}

/// Draws a picture.
pub fn draw(picture: &Picture) -> String {
    let mut demo = Demo::new(picture.size);
    for letter in picture.keys.chars() {
        demo.press(letter);
    }
    svg(&demo.drawn(), picture)
}

/// The same that `iam-refine demo` shows.
fn demo() -> Review {
    let intake = Intake::new().options(IntakeOptions::of(Catalogue::s3_of_june_2024()));
    let intake = intake.text("policy.json", include_str!("../../assets/demo/policy.json"));
    let findings = include_str!("../../assets/demo/findings.json");
    let loaded = intake.text("findings.json", findings).load();
    let mut input = loaded.expect("the demo can be read").input;
    input.policies[0].loaded.kind = PolicyKind::Inline(Owner::Role);
    input.findings.principal = Some("MyRole".into());
    input.principal.name = Some("MyRole".into());
    Review::new(input)
}

fn svg(buffer: &Buffer, picture: &Picture) -> String {
    let (columns, rows) = (usize::from(picture.size.0), usize::from(picture.size.1));
    let desc = picture.desc;
    let width = columns * CELL_WIDTH / 10 + 2 * MARGIN;
    let height = rows * CELL_HEIGHT + 2 * MARGIN;
    // Browsers differ on which of the two keeps the spaces.
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, \
         Consolas, monospace\" font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n\
         <title>The review screen of iam-refine</title>\n\
         <desc>{desc}</desc>\n\
         <style>text {{ white-space: pre }}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (row, cells) in buffer.content.chunks(columns).enumerate() {
        svg += &draw_row(row, cells);
    }
    svg.push_str("</svg>\n");
    svg
}

/// A row of the screen, at its place.
pub fn draw_row(row: usize, cells: &[Cell]) -> String {
    let mut svg = String::new();
    for run in runs(cells) {
        draw_run(&mut svg, row, run.0, &cells[run.0..run.1]);
    }
    svg
}

/// Where cells of one style begin and end.
fn runs(cells: &[Cell]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in 0..cells.len() {
        match runs.last_mut() {
            Some((start, end)) if cells[*start].style() == cells[at].style() => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

fn draw_run(svg: &mut String, row: usize, start: usize, cells: &[Cell]) {
    let text: String = cells.iter().map(Cell::symbol).collect();
    let style = &cells[0];
    let is = |modifier| style.modifier.contains(modifier);
    let x = MARGIN * 10 + start * CELL_WIDTH;
    let top = MARGIN + row * CELL_HEIGHT;
    let width = cells.len() * CELL_WIDTH;
    let mut colour = colour(style);
    if is(Modifier::REVERSED) {
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{CELL_HEIGHT}\" fill=\"{colour}\"/>",
            tenths(x),
            tenths(width)
        );
        colour = BACKGROUND;
    }
    if text.trim().is_empty() {
        return;
    }
    let bold = if is(Modifier::BOLD) {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\" fill=\"{colour}\"{bold}>{}</text>",
        tenths(x),
        top + FONT_SIZE,
        tenths(width),
        text.replace('&', "&amp;").replace('<', "&lt;")
    );
}

fn colour(cell: &Cell) -> &'static str {
    match cell.fg {
        Color::Indexed(36) => "#00af87",
        Color::Indexed(214) => "#ffaf00",
        _ if cell.modifier.contains(Modifier::DIM) => FAINT,
        _ => FOREGROUND,
    }
}

fn tenths(number: usize) -> String {
    format!("{}.{}", number / 10, number % 10)
}
