//! Playing with a wildcard: its names are marked on the screen; without a terminal they are listed.

use std::fmt::Write;

use super::TRY;
use crate::catalogue::Catalogue;
use crate::cli::exit::Failure;
use crate::cli::screen::Screen;
use crate::lessons::{Lesson, Playground, Reached, Replies};
use crate::text::Error;
use crate::tui::{self, App, Ended, Host};

/// What is played with where nothing is asked for: few names, of which most know what they do.
const ANY: &str = "sqs:*";

/// The wildcard that is asked for.
pub(super) fn of(wildcard: Option<&str>) -> Result<Playground, Failure> {
    let playground = Playground::new(Catalogue::built_in(), wildcard.unwrap_or(ANY));
    playground.map_err(|why| {
        Failure::with_help(
            why,
            format!("name one as policies do: `iam-refine learn {TRY} s3:Get*`"),
        )
    })
}

/// Its names, none of them marked.
pub(super) fn text(playground: &Playground) -> String {
    let entries = playground.solved().entries();
    let names = entries.map(|entries| entries.writing().listed());
    let mut text = String::new();
    for (action, _) in names.into_iter().flatten() {
        let _ = writeln!(text, "{action}");
    }
    text
}

/// Plays with it on the screen, and shows the steps where these are asked for.
pub(super) fn play(playground: &Playground, screen: &Screen) -> Result<(), Failure> {
    let (mut playground, mut cursor) = (playground.clone(), 0);
    loop {
        let mut app = App::of_playground(playground.clone(), cursor, screen.settings());
        let ended = tui::run(&mut app, &mut NothingToWrite)?;
        if let Some((changed, at)) = app.playground() {
            (playground, cursor) = (changed.clone(), at);
        }
        let lesson = match ended {
            Ended::GoesOn => playground.lesson()?,
            Ended::Quit | Ended::Written(_) => None,
        };
        match lesson {
            Some(lesson) => show_steps(&playground, lesson, screen)?,
            None => return Ok(()),
        }
    }
}

fn show_steps(playground: &Playground, lesson: Lesson, screen: &Screen) -> Result<(), Failure> {
    let from = Reached {
        stage: lesson.begins_at(),
        replies: Replies::default(),
    };
    let kept = if playground.keeps_some() {
        ", where what is kept counts as used"
    } else {
        ""
    };
    let heading = format!("Steps of {}{kept}", playground.wildcard());
    let mut app = App::of_lesson(lesson, heading, &from, screen.settings());
    tui::run(&mut app, &mut NothingToWrite)?;
    Ok(())
}

/// Saves nothing, and writes nothing.
struct NothingToWrite;

impl Host for NothingToWrite {
    fn save(&mut self, _: &App) -> Result<(), Error> {
        Ok(())
    }
}
