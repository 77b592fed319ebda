//! The terminal: nothing else in the program enters, leaves or asks it.
//!
//! However the program ends, the terminal is restored: when it leaves, when it panics, when a
//! signal ends it, and for as long as it is stopped.

mod background;
mod clipboard;
mod events;
mod prompt;
mod signals;

use std::io::{self, Stdout, stdout};

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::{Frame, Terminal};

pub(super) use background::theme_of;
pub(super) use clipboard::copy;
pub(super) use events::{Next, more_events, next_event};
pub(super) use prompt::begins;

/// The terminal while it is ours. Dropping it gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl Screen {
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        signals::install_handlers(mouse)?;
        take_over(mouse)?;
        let screen = match Terminal::new(CrosstermBackend::new(stdout())) {
            Ok(terminal) => Screen { terminal, mouse },
            Err(error) => {
                give_back();
                return Err(error);
            }
        };
        // From here on a change of size is heard. Before the first poll it would be lost, and what
        // is drawn first would stay as it is until a key comes.
        more_events()?;
        Ok(screen)
    }

    /// Draws a frame, which the terminal shows all at once if it can.
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let _drawing = signals::hold();
        if signals::was_stopped() {
            self.terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        }
        execute!(stdout(), BeginSynchronizedUpdate)?;
        self.terminal.draw(view)?;
        execute!(stdout(), EndSynchronizedUpdate)
    }

    /// Stops the program as Ctrl-z does elsewhere, and comes back whole.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        let _drawing = signals::hold();
        give_back();
        signals::stop()?;
        take_over(self.mouse)?;
        // A new one draws every cell. Clearing the old one would ask where the cursor is, and not
        // every terminal answers.
        self.terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Who goes on after having been stopped may be taking it just now.
        let _drawing = signals::hold();
        give_back();
    }
}

fn take_over(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    signals::take(true);
    // A program that was killed may have left its picture there.
    let clear = Clear(ClearType::All);
    execute!(
        stdout(),
        EnterAlternateScreen,
        clear,
        EnableBracketedPaste,
        Hide
    )?;
    if mouse {
        execute!(stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Undoes all of [`take_over`], in reverse order. Errors cannot be shown to anybody here.
fn give_back() {
    signals::take(false);
    let _ = execute!(
        stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        Show,
        DisableBracketedPaste,
        LeaveAlternateScreen
    );
    let _ = disable_raw_mode();
}

fn restore_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        give_back();
        report(info);
    }));
}
