//! The screen of an account in the terminal.

use std::io;

use ratatui::crossterm::event::Event;

use super::model::{Decided, Model};
use super::preview::Preview;
use super::table::{Action, action_for};
use super::update::{Effect, update};
use super::view::view;
use crate::account::{AccountReview, PolicyPlace};
use crate::review::Review;
use crate::tui::action::Action as ReviewAction;
use crate::tui::model::Settings;
use crate::tui::steps::StepAction;
use crate::tui::terminal::{Next, Screen, asked, copy, more_events, next_event};

/// How the screen was left.
#[derive(Debug)]
pub enum Ended {
    /// The person left without writing; with so many decisions.
    Quit {
        /// How many decisions are not written.
        decisions: usize,
    },
    /// It was written; this is what to say about it.
    Written(String),
}

/// Where decisions are kept while they are made, and where what they come to is written.
pub trait Desk {
    /// Keeps what was just decided of the policy at `place`. Called after each key in a policy, and
    /// before the next one is read.
    ///
    /// # Errors
    /// What could not be kept, in a sentence that is shown.
    fn decided(
        &mut self,
        account: &AccountReview,
        place: PolicyPlace,
        review: &Review,
    ) -> Result<(), String>;

    /// Finds out what would be written.
    ///
    /// # Errors
    /// Why nothing could be, in a sentence that is shown.
    fn preview(&mut self, account: &AccountReview, decided: &Decided) -> Result<Preview, String>;

    /// Writes what is decided. Returns what to say about it on the normal screen.
    ///
    /// # Errors
    /// Why it was not written, in a sentence that is shown; nothing is lost then.
    fn write(&mut self, account: &AccountReview, decided: &Decided) -> Result<String, String>;
}

/// Shows the policies of `account`, which is called `title`, until the person leaves. What they
/// decide is handed to `desk`, and so is what is to be written.
///
/// # Errors
/// A terminal that cannot be read or written.
pub fn run(
    account: AccountReview,
    decided: Decided,
    title: String,
    settings: Settings,
    desk: &mut dyn Desk,
) -> io::Result<Ended> {
    let mut model = Model::new(account, decided, title, asked(settings));
    let mut screen = Screen::enter(settings.mouse)?;
    loop {
        screen.draw(|frame| view(&mut model, frame))?;
        match read_effect(&mut model, desk)? {
            None => {}
            Some(Effect::Quit) => {
                let decisions = model.decisions();
                return Ok(Ended::Quit { decisions });
            }
            Some(Effect::Preview) => match desk.preview(model.account(), model.decided()) {
                Ok(preview) => model.show_preview(preview),
                Err(text) => model.tell_error(text),
            },
            Some(Effect::Write) => match desk.write(model.account(), model.decided()) {
                Ok(text) => return Ok(Ended::Written(text)),
                Err(text) => model.tell_error(text),
            },
            Some(Effect::Copy(text)) => copy(&text)?,
            Some(Effect::Suspend) => screen.suspend()?,
        }
    }
}

/// Waits for an event, and does it and all that came with it, up to what concerns more than the
/// model.
fn read_effect(model: &mut Model, desk: &mut dyn Desk) -> io::Result<Option<Effect>> {
    loop {
        let action = match next_event(model.is_playing())? {
            Next::Tick => Some(Action::Review(ReviewAction::Steps(StepAction::Tick))),
            // What the next key means depends on what the new size shows.
            Next::Event(Event::Resize(..)) => return Ok(None),
            Next::Event(event) => action_for(&event, model),
        };
        let effect = action.and_then(|action| update(model, action));
        if let Some((place, review)) = model.opened()
            && let Err(text) = desk.decided(model.account(), place, review)
        {
            model.tell_error(text);
        }
        if effect.is_some() || !more_events()? {
            return Ok(effect);
        }
    }
}
