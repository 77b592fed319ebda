//! Waiting for one key on the normal screen, before another one is opened.

use std::io::{self, Write};

use ratatui::crossterm::cursor::{MoveToColumn, MoveUp};
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::queue;
use ratatui::crossterm::terminal::{Clear, ClearType, disable_raw_mode, enable_raw_mode, size};

use super::events::{Next, next_event};
use super::signals;
use crate::text::{sanitize, wrap};
use crate::tui::text::width;

/// What a key means before the screen is entered.
enum Said {
    Begin,
    Leave,
    Stop,
}

/// How wide a paragraph is, at most.
const WIDTH: usize = 78;

/// Prints an introduction, paragraph by paragraph, and waits for Enter, or for a key that leaves. No other key does anything,
/// nor is it seen.
pub(crate) fn begins(introduction: &[String], mouse: bool) -> io::Result<bool> {
    signals::install_handlers(mouse)?;
    // Who has read it presses a key at once, which must not be echoed.
    let reading = Reading::start()?;
    let mut stdout = io::stdout().lock();
    // A terminal that does not tell its size is as wide as most are.
    let room = match usize::from(size()?.0) {
        0 => WIDTH,
        columns => columns.min(WIDTH),
    };
    let paragraphs = introduction.iter();
    let paragraphs = paragraphs.map(|paragraph| wrap(&sanitize(paragraph), room).join("\r\n"));
    let introduction = paragraphs.collect::<Vec<_>>().join("\r\n\r\n");
    write!(stdout, "{introduction}")?;
    stdout.flush()?;
    drop(stdout);
    let begins = loop {
        let Next::Event(Event::Key(key)) = next_event(None)? else {
            continue;
        };
        match said(key) {
            Some(Said::Begin) => break true,
            Some(Said::Leave) => break false,
            Some(Said::Stop) => {
                disable_raw_mode()?;
                signals::stop()?;
                enable_raw_mode()?;
            }
            None => {}
        }
    };
    drop(reading);
    if begins {
        erase(&introduction)?;
    } else {
        writeln!(io::stdout())?;
    }
    Ok(begins)
}

/// Takes back what was printed, so that what is printed later does not follow an introduction that was read.
fn erase(introduction: &str) -> io::Result<()> {
    let columns = usize::from(size()?.0).max(1);
    let rows = introduction
        .lines()
        .map(|line| width(line).div_ceil(columns).max(1));
    let above = u16::try_from(rows.sum::<usize>().saturating_sub(1)).unwrap_or(u16::MAX);
    let mut stdout = io::stdout();
    if above > 0 {
        queue!(stdout, MoveUp(above))?;
    }
    queue!(stdout, MoveToColumn(0), Clear(ClearType::FromCursorDown))?;
    stdout.flush()
}

fn said(key: KeyEvent) -> Option<Said> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => Some(Said::Begin),
        // Enter that was pressed before keys were read one by one.
        KeyCode::Char('j') if is_ctrl => Some(Said::Begin),
        KeyCode::Char('c' | 'd') if is_ctrl => Some(Said::Leave),
        KeyCode::Char('z') if is_ctrl => Some(Said::Stop),
        KeyCode::Char('q') | KeyCode::Esc => Some(Said::Leave),
        _ => None,
    }
}

/// Keys come one by one and are not echoed, until it is dropped.
struct Reading;

impl Reading {
    fn start() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Reading)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
    }
}
