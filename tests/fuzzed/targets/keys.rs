//! Keys, clicks and sizes, in any order: nothing panics, the proofs hold, nothing invisible is
//! drawn, undoing all gives the start and redoing all the end, and rejecting all the input's bytes.

use iam_refine::review::{Decision, Review};
use iam_refine::tui::{App, ROWS, Request, Settings, draw, input_for, update};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::reviews::{article, check_proved, check_undone, mixed};

/// More keys than that show nothing new, and take long.
pub(super) const MOST_KEYS: usize = 48;

pub fn run(bytes: &[u8]) -> bool {
    let Some((first, bytes)) = bytes.split_first() else {
        return false;
    };
    let review = if first % 2 == 0 { article() } else { mixed() };
    let settings = Settings {
        ascii: first & 2 != 0,
        mouse: true,
        ..Settings::default()
    };
    let mut app = App::of_review(review, settings);
    // Drawing takes most of the time: keys come in bursts, as when one is held down.
    let burst = usize::from(first >> 2) % 4 + 1;
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let events: Vec<Event> = bytes
        .iter()
        .take(MOST_KEYS)
        .map(|byte| event(*byte))
        .collect();
    for events in events.chunks(burst) {
        for event in events {
            if let Event::Resize(width, height) = event {
                terminal.backend_mut().resize(*width, *height);
            }
            let request = input_for(event, &app).and_then(|input| update(&mut app, input));
            let review = app.review().expect("a review is shown");
            assert!(request != Some(Request::Write) || review.is_proved());
            check_proved(review);
        }
        terminal.draw(|frame| draw(&mut app, frame)).unwrap();
    }
    check_drawn(&terminal);
    check_history(app);
    true
}

pub(super) fn check_drawn(terminal: &Terminal<TestBackend>) {
    for cell in &terminal.backend().buffer().content {
        assert!(!cell.symbol().chars().any(char::is_control));
    }
}

fn check_history(app: App) {
    let mut review = app.into_review().expect("a review is shown");
    let end = texts(&review);
    let mut steps = 0;
    while review.undo().is_some() {
        steps += 1;
    }
    check_undone(&review);
    for _ in 0..steps {
        assert!(review.redo().is_some());
    }
    assert_eq!(texts(&review), end);
    let places: Vec<_> = review.state().places().collect();
    review.decide(&places, Decision::Rejected);
    check_undone(&review);
    check_proved(&review);
}

/// A byte as something that a person does: the keys of the table, letters, clicks, sizes.
pub(super) fn event(byte: u8) -> Event {
    let keys = ROWS.iter().flat_map(|row| row.keys);
    let number = usize::from(byte);
    if let Some(key) = keys.clone().nth(number) {
        let modifiers = if key.ctrl {
            KeyModifiers::CONTROL
        } else {
            KeyModifiers::NONE
        };
        return Event::Key(KeyEvent::new(key.code, modifiers));
    }
    let number = u16::try_from(number - keys.count()).unwrap();
    let mouse = |kind| MouseEvent {
        kind,
        column: number * 7 % 100,
        row: number * 3 % 30,
        modifiers: KeyModifiers::NONE,
    };
    match number % 5 {
        0 => Event::Mouse(mouse(MouseEventKind::Down(MouseButton::Left))),
        1 => Event::Mouse(mouse(MouseEventKind::ScrollDown)),
        2 => Event::Resize(number * 11 % 130, number * 5 % 45),
        3 => Event::Paste("Get\u{202e}\u{1b}[2J".to_owned()),
        _ => Event::Key(KeyEvent::new(
            KeyCode::Char(char::from(byte.clamp(b' ', b'~'))),
            KeyModifiers::NONE,
        )),
    }
}

/// What would be written of each file.
fn texts(review: &Review) -> Vec<Option<String>> {
    let texts = review.files().map(|file| file.text().map(Into::into));
    texts.collect()
}
