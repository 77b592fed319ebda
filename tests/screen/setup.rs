//! A screen to test: a policy, its findings, and keys to press.

use std::sync::Arc;

use iam_refine::catalogue::Catalogue;
use iam_refine::intake::{Intake, IntakeOptions};
use iam_refine::lessons::{Lesson, Reached, Replies, Stage, built_in_lessons};
use iam_refine::review::Review;
use iam_refine::tui::{App, Key, Look, Request, Settings, draw, input_for, update};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// The article's policy and findings, as the article has them.
pub const ARTICLE: (&str, &str) = (
    include_str!("../data/examples/article.policy.json"),
    include_str!("../data/examples/article.findings.json"),
);

/// A review screen and what left it.
pub struct Tester {
    pub app: App,
    pub requests: Vec<Request>,
    terminal: Terminal<TestBackend>,
}

/// The article's example on S3's actions of June 2024.
pub fn article(size: (u16, u16)) -> Tester {
    let review = review(&[ARTICLE.0], ARTICLE.1, Catalogue::s3_of_june_2024());
    Tester::new(review, Settings::default(), size)
}

/// The article's example on the actions of today.
pub fn article_today(size: (u16, u16)) -> Tester {
    let review = review(&[ARTICLE.0], ARTICLE.1, Catalogue::built_in());
    Tester::new(review, Settings::default(), size)
}

pub fn review(policies: &[&str], findings: &str, catalogue: Arc<Catalogue>) -> Review {
    let intake = Intake::new().options(IntakeOptions::of(catalogue));
    let policies = policies.iter().map(|text| ("policy.json", *text));
    let texts = policies.chain([("findings.json", findings)]);
    let intake = texts.fold(intake, |intake, (name, text)| intake.text(name, text));
    intake.review().expect("policies and findings")
}

impl Tester {
    pub fn new(review: Review, settings: Settings, size: (u16, u16)) -> Self {
        Tester::of(App::of_review(review, settings), size)
    }

    pub fn of(app: App, (width, height): (u16, u16)) -> Self {
        let mut tester = Tester {
            app,
            requests: Vec::new(),
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
        };
        tester.draw();
        tester
    }

    /// Presses keys, separated by spaces: `a`, `Space`, `Ctrl-r`, `Tab`.
    pub fn press(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            self.event(&key_event(key));
        }
        self
    }

    pub fn event(&mut self, event: &Event) {
        if let Some(input) = input_for(event, &self.app) {
            self.requests.extend(update(&mut self.app, input));
        }
        self.draw();
    }

    pub fn draw(&mut self) {
        let app = &mut self.app;
        self.terminal.draw(|frame| draw(app, frame)).unwrap();
    }

    /// The review that is shown.
    pub fn review(&self) -> &Review {
        self.app.review().expect("a review is shown")
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.draw();
    }

    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// The characters of the screen.
    pub fn text(&self) -> String {
        text(self.buffer())
    }

    /// The last line: hints, or what just happened.
    pub fn footer(&self) -> String {
        footer(self.buffer())
    }

    /// The row with the cursor in a pane of those side by side, counted from 0, its words one blank
    /// apart.
    pub fn row_in(&self, pane: usize) -> String {
        let text = self.text();
        let panes = text.lines().filter_map(|line| line.split('│').nth(pane));
        let mut rows = panes.filter(|row| row.trim_start().starts_with('>'));
        let words = rows.next().unwrap_or_default().split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    /// How far one is in the lesson.
    pub fn stage(&self) -> Option<Stage> {
        self.app.reached().map(|reached| reached.stage)
    }

    /// The entries of each statement that would be written, the statements separated by `|`.
    pub fn written(&self) -> String {
        let outcomes = self.review().outcomes().iter();
        let statements = outcomes.flat_map(|outcome| &outcome.policy.statements);
        let entries = statements.map(|statement| {
            let entries = statement.actions.entries().iter();
            entries
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        });
        entries.collect::<Vec<String>>().join(" | ")
    }
}

/// The characters of a screen.
pub fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width.max(1));
    let rows = buffer.content.chunks(width).map(|row| {
        let row: String = row.iter().map(Cell::symbol).collect();
        row.trim_end().to_owned()
    });
    rows.collect::<Vec<String>>().join("\n")
}

/// The last line of a screen.
pub fn footer(buffer: &Buffer) -> String {
    let text = text(buffer);
    text.lines().last().unwrap_or_default().trim().to_owned()
}

/// A press of a key of a table.
pub fn press_of(key: &Key) -> Event {
    let modifiers = if key.ctrl {
        KeyModifiers::CONTROL
    } else {
        KeyModifiers::NONE
    };
    Event::Key(KeyEvent::new(key.code, modifiers))
}

pub fn key_event(name: &str) -> Event {
    let (modifiers, name) = match name.strip_prefix("Ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, name),
    };
    let mut letters = name.chars();
    let code = match (name, letters.next(), letters.next()) {
        (_, Some(letter), None) => KeyCode::Char(letter),
        ("Space", ..) => KeyCode::Char(' '),
        ("Enter", ..) => KeyCode::Enter,
        ("Esc", ..) => KeyCode::Esc,
        ("Tab", ..) => KeyCode::Tab,
        ("Left", ..) => KeyCode::Left,
        ("Right", ..) => KeyCode::Right,
        ("Up", ..) => KeyCode::Up,
        ("Down", ..) => KeyCode::Down,
        ("PgUp", ..) => KeyCode::PageUp,
        ("PgDn", ..) => KeyCode::PageDown,
        ("F3", ..) => KeyCode::F(3),
        ("F4", ..) => KeyCode::F(4),
        ("Home", ..) => KeyCode::Home,
        ("End", ..) => KeyCode::End,
        ("F1", ..) => KeyCode::F(1),
        ("Backspace", ..) => KeyCode::Backspace,
        _ => panic!("no key is called {name}"),
    };
    Event::Key(KeyEvent::new(code, modifiers))
}

/// Whether a cell is in the bar of what is selected, in the colours of the settings by default.
pub fn is_selected(cell: &Cell) -> bool {
    let selected = Look::new(Settings::default().theme, false).selected;
    let has_colour = selected.bg.is_none_or(|bg| cell.bg == bg);
    has_colour && cell.modifier.contains(selected.add_modifier)
}

pub fn lesson(number: usize) -> Lesson {
    built_in_lessons().expect("lessons").swap_remove(number - 1)
}

pub fn begun(number: usize, from: Stage, size: (u16, u16)) -> Tester {
    begun_of(lesson(number), number, from, size)
}

pub fn begun_of(lesson: Lesson, number: usize, from: Stage, size: (u16, u16)) -> Tester {
    let heading = format!("Lesson {number} of 7: {}", lesson.title);
    let from = Reached {
        stage: from,
        replies: Replies::default(),
    };
    let app = App::of_lesson(lesson, heading, &from, Settings::default());
    Tester::of(app, size)
}

/// The cell where the sentence begins.
pub fn judged(tester: &Tester, word: &str) -> Cell {
    let text = tester.text();
    let row = text.lines().position(|line| line.starts_with(word));
    let row = u16::try_from(row.expect(&text)).expect("a row");
    tester.buffer()[(1, row)].clone()
}

/// How many steps come before the cases.
pub fn walked(lesson: &Lesson) -> usize {
    let walk = lesson.is_walked().then(|| lesson.walk());
    walk.map_or(0, |walk| walk.steps().len())
}
