//! A playground on the screen: names are marked, and what takes the place of the wildcard changes with them.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::message::PracticeMessage;
use super::state::PracticeScreen;
use super::work::{Next, Title, Work, cut_at};
use crate::iam::Action;
use crate::lessons::{Attempt, Playground};
use crate::refine::Fate;
use crate::text::counted;
use crate::tui::keys::Context;
use crate::tui::look::Look;
use crate::tui::message::Request;
use crate::tui::shell::Shell;
use crate::tui::text::spread;

/// A wildcard whose names are marked.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) playground: Playground,
    /// Whether another one is asked for.
    pub(super) asks_wildcard: bool,
}

impl Work for Played {
    fn attempt(&self) -> &Attempt {
        self.playground.solved()
    }

    /// All is written already.
    fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        None
    }

    fn check(&mut self) {}

    fn tell(&mut self) {}

    fn next(&mut self) -> Next {
        Next::Elsewhere
    }

    fn title(&self, heading: &str, look: &Look) -> Title {
        Title {
            heading: heading.to_owned(),
            facts: self.facts(look),
        }
    }

    fn seen(&self) -> String {
        let (wildcard, cut) = (self.playground.wildcard(), self.playground.granularity());
        format!(
            "{wildcard} {cut:?} {:?} {}",
            self.listed(),
            self.asks_wildcard
        )
    }

    fn above<'a>(&self, screen: &PracticeScreen, look: &Look, area: Rect) -> Vec<Line<'a>> {
        vec![self.asked(screen, look, usize::from(area.width))]
    }

    /// Nobody was asked.
    fn verdict(&self) -> Option<&'static str> {
        None
    }

    fn context(&self) -> Option<Context> {
        Some(if self.asks_wildcard {
            Context::PlaygroundWildcard
        } else {
            Context::Playground
        })
    }

    fn playground(&self) -> Option<&Playground> {
        Some(&self.playground)
    }

    fn playground_mut(&mut self) -> Option<&mut Playground> {
        Some(&mut self.playground)
    }

    fn ask_wildcard(&mut self, asks: bool) {
        self.asks_wildcard = asks;
    }
}

/// Does what `message` says. What it asks for outside of the screen is returned.
pub(super) fn update(
    shell: &mut Shell,
    screen: &mut PracticeScreen,
    message: PracticeMessage,
) -> Option<Request> {
    let at = screen.cursor;
    let typed = screen.typed.text().to_owned();
    let playground = screen.work.playground_mut()?;
    match message {
        PracticeMessage::Mark => playground.mark_next(at),
        PracticeMessage::MarkAtRandom => playground.mark_at_random(),
        PracticeMessage::CutNext => playground.cut_next(),
        PracticeMessage::AskWildcard => {
            let wildcard = playground.wildcard().to_string();
            screen.ask_wildcard(Some(wildcard));
        }
        PracticeMessage::TakeWildcard => match playground.replace(&typed) {
            Ok(()) => {
                screen.ask_wildcard(None);
                screen.cursor = 0;
            }
            Err(why) => shell.tell_error(why),
        },
        PracticeMessage::Steps if playground.has_steps() => return Some(Request::GoOn),
        PracticeMessage::Steps => {
            shell.tell("Nothing goes: Space marks a name as unused, r marks some at random");
        }
        _ => {}
    }
    None
}

impl Played {
    /// What is played with: the wildcard, or what is typed in its place.
    fn asked<'a>(&self, screen: &PracticeScreen, look: &Look, room: usize) -> Line<'a> {
        let heading = Span::styled(" WILDCARD  ", look.strong);
        if self.asks_wildcard {
            let room = room.saturating_sub(heading.width() + 1);
            let typed = screen.typed.spans(Style::new(), room, look.glyphs.more);
            return std::iter::once(heading).chain(typed).collect();
        }
        let wildcard = Span::raw(self.playground.wildcard().to_string());
        let signs = vec![
            Span::styled(look.glyphs.caution, look.caution),
            Span::styled(" unused   ", look.faint),
            Span::styled(look.glyphs.held, look.strong),
            Span::styled(" kept all the same ", look.faint),
        ];
        let taken: usize = signs.iter().map(Span::width).sum();
        let has_room = heading.width() + wildcard.width() + taken < room;
        let signs = if has_room { signs } else { Vec::new() };
        spread(vec![heading, wildcard], signs, room, look.glyphs.more)
    }

    /// The names, each with what becomes of it.
    fn listed(&self) -> Vec<(Action, Fate)> {
        let entries = self.playground.solved().entries();
        entries.map_or_else(Vec::new, |entries| entries.writing().listed())
    }

    /// `58 names, 3 unused · cut at words`, and the latter alone.
    fn facts(&self, look: &Look) -> Vec<String> {
        let names = counted(self.playground.count(), "name", "names");
        let listed = self.listed().into_iter();
        let unused = listed.filter(|(_, fate)| *fate != Fate::Stays).count();
        let cut = cut_at(self.playground.granularity());
        vec![
            format!("{names}, {unused} unused {} {cut} ", look.glyphs.dot),
            format!("{cut} "),
        ]
    }
}
