//! The terminal: entered, left and asked here and nowhere else.
//!
//! However the program ends, the terminal is given back as it was: when it leaves, when it panics,
//! when it is told to end, and for as long as it is stopped.

use std::io::{self, Stdout, Write as _, stdout};
use std::time::Duration;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    Event, KeyCode, KeyModifiers,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::{Frame, Terminal};

use super::action::Action;
use super::input::action_for;
use super::look::Theme;
use super::model::{Model, Settings};
use super::play::Stage;
use super::steps::StepAction;
use super::update::{Effect, update};
use super::view::view;
use crate::review::Review;

/// How long the terminal has to tell its background.
const BACKGROUND_BUDGET: Duration = Duration::from_millis(100);

/// How long a step stays when they go on by themselves.
const PLAY_EVERY: Duration = Duration::from_millis(1200);

/// The longest gap within an answer that comes late.
const ANSWER_GAP: Duration = Duration::from_millis(20);

/// How the screen was left.
#[derive(Debug)]
pub enum Ended {
    /// The person left without writing.
    Quit(Review),
    /// It was written; this is what to say about it.
    Written(String),
    /// There is nobody to answer any more. What was decided is still to be written.
    CutOff,
}

/// Where decisions are kept while they are made, and where what they come to is written.
pub trait Desk {
    /// Keeps what was just decided. Called after each key that could have decided something, and
    /// before the next one is read.
    ///
    /// # Errors
    /// What could not be kept, in a sentence that is shown.
    fn decided(&mut self, review: &Review) -> Result<(), String>;

    /// Writes what the review comes to. Returns what to say about it on the normal screen.
    ///
    /// # Errors
    /// Why it was not written, in a sentence that is shown; nothing is lost then.
    fn write(&mut self, review: &Review) -> Result<String, String>;

    /// Keeps how far one is in a lesson. Called like [`decided`](Desk::decided).
    ///
    /// # Errors
    /// What could not be kept, in a sentence that is shown.
    fn went_to(&mut self, _: Stage) -> Result<(), String> {
        Ok(())
    }
}

/// Shows `review` until the person leaves. What they decide is handed to `desk`, and so is what is
/// to be written.
///
/// SIGTERM and SIGHUP restore the terminal and end the program with 128 and the signal's number.
///
/// # Errors
/// A terminal that cannot be read or written.
pub fn run(review: Review, settings: Settings, desk: &mut dyn Desk) -> io::Result<Ended> {
    run_model(|settings| Model::new(review, settings), settings, desk)
}

/// Shows the model that `open` makes once the theme is known.
pub(super) fn run_model(
    open: impl FnOnce(Settings) -> Model,
    settings: Settings,
    desk: &mut dyn Desk,
) -> io::Result<Ended> {
    let mouse = settings.mouse;
    let mut model = open(asked(settings));
    let mut screen = Screen::enter(mouse)?;
    loop {
        screen.draw(|frame| view(&mut model, frame))?;
        for effect in read_effects(&mut model, desk)? {
            match effect {
                Effect::Quit => return Ok(Ended::Quit(model.into_review())),
                Effect::Write => match desk.write(model.review()) {
                    Ok(text) => return Ok(Ended::Written(text)),
                    Err(text) => model.tell_error(text),
                },
                Effect::Copy(text) => copy(&text)?,
                Effect::Suspend => screen.suspend()?,
            }
        }
    }
}

/// Waits for an event, and does it and all that came with it.
fn read_effects(model: &mut Model, desk: &mut dyn Desk) -> io::Result<Vec<Effect>> {
    let mut effects = Vec::new();
    loop {
        let action = match next_event(model.is_playing())? {
            Next::Tick => Some(Action::Steps(StepAction::Tick)),
            Next::Event(event) => action_for(&event, model.context()),
        };
        if let Some(action) = action {
            effects.extend(update(model, action));
            let kept = desk.decided(model.review());
            let kept = kept.and_then(|()| match model.stage() {
                Some(stage) => desk.went_to(stage),
                None => Ok(()),
            });
            if let Err(text) = kept {
                model.tell_error(text);
            }
        }
        // What leaves the model may change the screen or end it before the next key counts.
        if !effects.is_empty() || !more_events()? {
            return Ok(effects);
        }
    }
}

/// What a screen goes on with.
pub(super) enum Next {
    /// What somebody did.
    Event(Event),
    /// The next step: they go on by themselves, and it is time.
    Tick,
}

/// Waits for an event; while steps go on by themselves, no longer than until the next.
pub(super) fn next_event(is_playing: bool) -> io::Result<Next> {
    loop {
        if is_playing && !event::poll(PLAY_EVERY)? {
            return Ok(Next::Tick);
        }
        let event = event::read()?;
        if !begins_an_answer(&event) {
            return Ok(Next::Event(event));
        }
        skip_answer()?;
    }
}

/// Whether there are more events already, which are done before anything is drawn.
pub(super) fn more_events() -> io::Result<bool> {
    event::poll(Duration::ZERO)
}

/// Whether the terminal answers what it was asked too late (`ESC ] 11 ; rgb: …`). Its letters must
/// not be taken for keys: an `r` would reject something.
fn begins_an_answer(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    key.code == KeyCode::Char(']') && key.modifiers == KeyModifiers::ALT
}

/// Reads what came in one piece.
fn skip_answer() -> io::Result<()> {
    while event::poll(ANSWER_GAP)? {
        event::read()?;
    }
    Ok(())
}

/// The settings with a theme that was asked for or that the terminal told.
pub(super) fn asked(settings: Settings) -> Settings {
    let theme = theme(settings.theme);
    Settings { theme, ..settings }
}

/// The theme to use, after asking the terminal.
fn theme(asked_for: Theme) -> Theme {
    let is_without_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    // With NO_COLOR set a reset would be written after each attribute, and erase the reversed
    // selection. The mono theme has no colours to suppress.
    force_color_output(true);
    match asked_for {
        Theme::Auto if is_without_colour => Theme::Mono,
        Theme::Auto => theme_of_background(),
        chosen => chosen,
    }
}

fn theme_of_background() -> Theme {
    if !has_256_colours() {
        return Theme::Ansi;
    }
    let mut options = terminal_colorsaurus::QueryOptions::default();
    options.timeout = BACKGROUND_BUDGET;
    match terminal_colorsaurus::theme_mode(options) {
        Ok(terminal_colorsaurus::ThemeMode::Dark) => Theme::Dark,
        Ok(terminal_colorsaurus::ThemeMode::Light) => Theme::Light,
        Err(_) => Theme::Ansi,
    }
}

fn has_256_colours() -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    matches!(variable("COLORTERM").as_str(), "truecolor" | "24bit")
        || variable("TERM").contains("256color")
        || variable("TERM").contains("direct")
}

/// The terminal while it is ours. Dropping it gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

impl Screen {
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        signals::heed(mouse)?;
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

    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let _drawing = signals::hold();
        if signals::was_stopped() {
            self.terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        }
        self.terminal.draw(view).map(drop)
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

/// Undoes all of [`take_over`], in reverse order. There is nobody to tell of errors here.
fn give_back() {
    signals::take(false);
    let _ = execute!(
        stdout(),
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

/// Hands `text` to the terminal's clipboard (OSC 52).
pub(super) fn copy(text: &str) -> io::Result<()> {
    let mut out = stdout();
    write!(out, "\x1b]52;c;{}\x07", base64(text.as_bytes()))?;
    out.flush()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        (0..4).map(move |digit| {
            if digit <= chunk.len() {
                char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize])
            } else {
                '='
            }
        })
    });
    digits.collect()
}

/// Being told to end, and being stopped.
#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use signal_hook::consts::{SIGCONT, SIGHUP, SIGTERM, SIGTSTP, SIGWINCH};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::{emulate_default_handler, raise};

    /// Held while drawing, so that the terminal is not given back in the middle of it.
    static DRAWING: Mutex<()> = Mutex::new(());

    pub(super) fn hold() -> MutexGuard<'static, ()> {
        DRAWING.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the terminal is ours.
    static TAKEN: AtomicBool = AtomicBool::new(false);

    /// Whether all is to be drawn anew, since someone else had the terminal.
    static STOPPED: AtomicBool = AtomicBool::new(false);

    pub(super) fn take(is_taken: bool) {
        TAKEN.store(is_taken, Ordering::SeqCst);
    }

    pub(super) fn was_stopped() -> bool {
        STOPPED.swap(false, Ordering::SeqCst)
    }

    /// Gives the terminal back when the program is told to end or to stop, and takes it again when
    /// it goes on.
    pub(super) fn heed(mouse: bool) -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGTSTP, SIGCONT])?;
        std::thread::spawn(move || {
            for signal in &mut signals {
                let _drawing = hold();
                let is_ours = TAKEN.load(Ordering::SeqCst);
                match signal {
                    SIGTSTP => {
                        if is_ours {
                            super::give_back();
                        }
                        // It goes on behind this line, and hears SIGCONT next.
                        let _ = emulate_default_handler(SIGTSTP);
                        take(is_ours);
                    }
                    SIGCONT if is_ours => {
                        let _ = super::take_over(mouse);
                        STOPPED.store(true, Ordering::SeqCst);
                        // The screen waits for an event: a change of size is one.
                        let _ = raise(SIGWINCH);
                    }
                    SIGCONT => {}
                    _ => {
                        super::give_back();
                        std::process::exit(128 + signal);
                    }
                }
            }
        });
        Ok(())
    }

    pub(super) fn stop() -> io::Result<()> {
        emulate_default_handler(SIGTSTP)
    }
}

/// Where there are no such signals there is nothing to do.
#[cfg(not(unix))]
mod signals {
    use std::io;

    pub(super) fn hold() {}

    pub(super) fn take(_is_taken: bool) {}

    pub(super) fn was_stopped() -> bool {
        false
    }

    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn heed(_mouse: bool) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn stop() -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_pads_what_is_left() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foo"), "Zm9v");
        assert_eq!(base64("é…".as_bytes()), "w6nigKY=");
    }
}
