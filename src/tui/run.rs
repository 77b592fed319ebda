//! The screen in the terminal: draw, wait for an event, do all that are there, draw again.

use std::io;
use std::time::Duration;

use ratatui::crossterm::event::Event;

use super::app::App;
use super::draw::draw;
use super::input::{Input, input_for};
use super::list::Preview;
use super::message::Request;
use super::terminal::{self, Next, Screen, copy, more_events, next_event, theme_of};
use super::update::update;
use crate::review::Review;
use crate::text::Error;

/// How the screen was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person left without writing.
    Quit,
    /// It was written; this is what to say about it.
    Written(String),
    /// The person goes on to what comes next.
    GoesOn,
}

/// Where decisions are saved while they are made, and where what they come to is written. What is
/// `Shown` is all of a screen, or a review alone; the host of reviews is one of screens too.
pub trait Host<Shown = App> {
    /// Saves what was just decided, or how far one is in a lesson. Called after each key or answer,
    /// and before the next one is read.
    ///
    /// # Errors
    /// What could not be saved.
    fn save(&mut self, shown: &Shown) -> Result<(), Error>;

    /// How long ago the screen was opened, where that is to be known.
    fn since_opened(&self) -> Option<Duration> {
        None
    }

    /// Finds out what would be written.
    ///
    /// # Errors
    /// Why nothing could be: of what is only learnt from nothing ever is.
    fn preview(&mut self, _shown: &Shown) -> Result<Preview, Error> {
        Err(Error::new("nothing is written here; q leaves"))
    }

    /// Writes what is decided. Returns what to say about it on the normal screen.
    ///
    /// # Errors
    /// Why it was not written; nothing is lost then.
    fn write(&mut self, _shown: &Shown) -> Result<String, Error> {
        Err(Error::new("nothing is written here; q leaves"))
    }
}

impl<H: Host<Review>> Host for H {
    fn save(&mut self, app: &App) -> Result<(), Error> {
        app.review().map_or(Ok(()), |review| self.save(review))
    }

    fn preview(&mut self, app: &App) -> Result<Preview, Error> {
        self.preview(reviewed(app)?)
    }

    fn write(&mut self, app: &App) -> Result<String, Error> {
        self.write(reviewed(app)?)
    }
}

/// The review that the screen shows.
fn reviewed(app: &App) -> Result<&Review, Error> {
    app.review()
        .ok_or_else(|| Error::new("nothing is reviewed"))
}

/// Waits on the normal screen until somebody begins with Enter, or leaves with q, Esc or Ctrl-c.
///
/// # Errors
/// A terminal that cannot be read or written.
pub fn begins(introduction: &[String], mouse: bool) -> io::Result<bool> {
    terminal::begins(introduction, mouse)
}

/// Shows `app` until the person leaves. What they decide is handed to `host`, and so is what is to
/// be written.
///
/// SIGTERM and SIGHUP restore the terminal and end the program with 128 and the signal's number.
///
/// # Errors
/// A terminal that cannot be read or written.
pub fn run(app: &mut App, host: &mut dyn Host) -> io::Result<Ended> {
    app.shell.set_theme(theme_of(app.shell.settings.theme));
    let mut screen = Screen::enter(app.shell.settings.mouse)?;
    loop {
        screen.draw(|frame| draw(app, frame))?;
        match next_request(app, host)? {
            None => {}
            Some(Request::Quit) => return Ok(Ended::Quit),
            Some(Request::Preview) => {
                let found = host.preview(app);
                app.show_preview(found);
            }
            Some(Request::Write) => match host.write(app) {
                Ok(text) => return Ok(Ended::Written(text)),
                Err(error) => app.tell_error(error.in_one_line()),
            },
            Some(Request::Copy(text)) => copy(&text)?,
            Some(Request::Suspend) => screen.suspend()?,
            Some(Request::GoOn) => return Ok(Ended::GoesOn),
        }
    }
}

/// Waits for an event, and does it and all that came with it, up to what concerns more than the
/// screen: that may change it or end it before the next key counts.
fn next_request(app: &mut App, host: &mut dyn Host) -> io::Result<Option<Request>> {
    loop {
        let input = match next_event(app.pause())? {
            Next::Tick => Some(Input::Tick),
            // What the next key means depends on what the new size shows.
            Next::Event(Event::Resize(..)) => return Ok(None),
            Next::Event(event) => input_for(&event, app),
        };
        let mut request = None;
        if let Some(input) = input {
            if let Some(now) = host.since_opened() {
                app.key_pressed(now);
            }
            request = update(app, input);
            let saved = host.save(app);
            app.shell.save_failed = saved.is_err();
            if let Err(error) = saved {
                app.tell_error(error.in_one_line());
            }
        }
        if request.is_some() || !more_events()? {
            return Ok(request);
        }
    }
}
