//! A review or a lesson in the terminal: draw, wait for an event, do all that are there, draw again.

use std::io;

use ratatui::crossterm::event::Event;

use super::action::Action;
use super::context::Context;
use super::input::action_for;
use super::lesson_state::Reached;
use super::model::{Model, Settings};
use super::steps::StepAction;
use super::terminal::{self, Next, Screen, asked, copy, more_events, next_event};
use super::update::{Effect, update};
use super::view::view;
use crate::lessons::Lesson;
use crate::review::Review;

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

    /// Why nothing can be kept of what is decided, in a sentence that is shown from the start; none
    /// where it is kept.
    fn not_kept(&self) -> Option<String> {
        None
    }

    /// Where the review would be written, in a sentence that is shown before.
    ///
    /// # Errors
    /// Why it cannot be written, in a sentence that is shown.
    fn target(&self, review: &Review) -> Result<String, String>;

    /// Writes what the review comes to. Returns what to say about it on the normal screen.
    ///
    /// # Errors
    /// Why it was not written, in a sentence that is shown; nothing is lost then.
    fn write(&mut self, review: &Review) -> Result<String, String>;

    /// Keeps how far one is in a lesson. Called like [`decided`](Desk::decided).
    ///
    /// # Errors
    /// What could not be kept, in a sentence that is shown.
    fn went_to(&mut self, _: &Reached) -> Result<(), String> {
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
fn run_model(
    open: impl FnOnce(Settings) -> Model,
    settings: Settings,
    desk: &mut dyn Desk,
) -> io::Result<Ended> {
    let mouse = settings.mouse;
    let mut model = open(asked(settings));
    if let Some(text) = desk.not_kept() {
        model.tell_not_kept(text);
    }
    let mut screen = Screen::enter(mouse)?;
    loop {
        screen.draw(|frame| view(&mut model, frame))?;
        match read_effect(&mut model, desk)? {
            None => {}
            Some(Effect::Quit) => return Ok(Ended::Quit(model.into_review())),
            Some(Effect::Write) => match desk.write(model.review()) {
                Ok(text) => return Ok(Ended::Written(text)),
                Err(text) => model.tell_error(text),
            },
            Some(Effect::Copy(text)) => copy(&text)?,
            Some(Effect::Suspend) => screen.suspend()?,
        }
    }
}

/// Waits for an event, and does it and all that came with it, up to what concerns more than the
/// model: that may change the screen or end it before the next key counts.
fn read_effect(model: &mut Model, desk: &mut dyn Desk) -> io::Result<Option<Effect>> {
    loop {
        let action = match next_event(model.is_playing())? {
            Next::Tick => Some(Action::Steps(StepAction::Tick)),
            // What the next key means depends on what the new size shows.
            Next::Event(Event::Resize(..)) => return Ok(None),
            Next::Event(event) => action_for(&event, model.context()),
        };
        let mut effect = None;
        if let Some(action) = action {
            effect = update(model, action);
            let kept = desk.decided(model.review());
            let kept = kept.and_then(|()| match model.reached() {
                Some(reached) => desk.went_to(&reached),
                None => Ok(()),
            });
            if let Err(text) = kept {
                model.tell_error(text);
            }
            if model.context() == Context::Write {
                model.tell_target(desk.target(model.review()));
            }
        }
        if effect.is_some() || !more_events()? {
            return Ok(effect);
        }
    }
}

/// Where it is kept how far one is in a lesson.
pub trait LessonDesk {
    /// Called after each key, and before the next one is read.
    ///
    /// # Errors
    /// Why it could not be kept, in a sentence that is shown.
    fn went_to(&mut self, reached: &Reached) -> Result<(), String>;
}

/// Waits on the normal screen until somebody begins with Enter, or leaves with q, Esc or Ctrl-c.
///
/// # Errors
/// A terminal that cannot be read or written.
pub fn begins(settings: &Settings) -> io::Result<bool> {
    terminal::begins(settings.mouse)
}

/// Plays a lesson under a `heading`, from where it was left on. Nothing of it is written. Returns
/// the review as it was left.
///
/// # Errors
/// A terminal that cannot be read or written.
pub fn run_lesson(
    lesson: Lesson,
    heading: String,
    from: Reached,
    settings: Settings,
    desk: &mut dyn LessonDesk,
) -> io::Result<(Reached, Review)> {
    let begun = from.clone();
    let mut school = School {
        desk,
        reached: from,
    };
    let open = |settings| Model::of_lesson(lesson, heading, &begun, settings);
    match run_model(open, settings, &mut school)? {
        Ended::Quit(review) => Ok((school.reached, review)),
        Ended::Written(_) | Ended::CutOff => {
            Err(io::Error::other("nothing of a lesson is written"))
        }
    }
}

/// Keeps how far one is, and writes nothing.
struct School<'a> {
    desk: &'a mut dyn LessonDesk,
    reached: Reached,
}

impl Desk for School<'_> {
    fn decided(&mut self, _: &Review) -> Result<(), String> {
        Ok(())
    }

    fn target(&self, _: &Review) -> Result<String, String> {
        Err("Nothing of a lesson is written; q leaves it".to_owned())
    }

    fn write(&mut self, review: &Review) -> Result<String, String> {
        self.target(review)
    }

    fn went_to(&mut self, reached: &Reached) -> Result<(), String> {
        if self.reached == *reached {
            return Ok(());
        }
        self.reached = reached.clone();
        self.desk.went_to(reached)
    }
}
