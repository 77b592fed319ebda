//! Waiting for one key on the normal screen, before another one is opened.

use std::io::{self, Write};

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::events::{Next, next_event};
use super::signals;
use crate::text::sanitize;

/// What a key means before the screen is entered.
enum Said {
    Begin,
    Leave,
    Stop,
}

/// Prints an introduction and waits for Enter, or for a key that leaves. No other key does anything,
/// nor is it seen.
pub(crate) fn begins(introduction: &str, mouse: bool) -> io::Result<bool> {
    signals::install_handlers(mouse)?;
    // Who has read it presses a key at once, which must not be echoed.
    let reading = Reading::start()?;
    let mut stdout = io::stdout().lock();
    write!(stdout, "{}", sanitize(introduction).replace('\n', "\r\n"))?;
    stdout.flush()?;
    drop(stdout);
    let begins = loop {
        let Next::Event(Event::Key(key)) = next_event(false)? else {
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
    writeln!(io::stdout())?;
    Ok(begins)
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
