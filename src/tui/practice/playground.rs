//! A playground on the screen: names are marked, and what takes the place of the wildcard changes with them.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::message::PracticeMessage;
use super::state::PracticeScreen;
use crate::lessons::Playground;
use crate::refine::{Fate, Granularity};
use crate::text::counted;
use crate::tui::look::Look;
use crate::tui::message::Request;
use crate::tui::shell::Shell;
use crate::tui::text::spread;

/// Does what `message` says. What it asks for outside of the screen is returned.
pub(super) fn update(
    shell: &mut Shell,
    screen: &mut PracticeScreen,
    message: PracticeMessage,
) -> Option<Request> {
    let at = screen.cursor;
    let typed = screen.typed.text().to_owned();
    let playground = screen.playground_mut()?;
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

/// What is played with: the wildcard, or what is typed in its place.
pub(super) fn asked<'a>(
    look: &Look,
    screen: &PracticeScreen,
    playground: &Playground,
    room: usize,
) -> Line<'a> {
    let heading = Span::styled(" WILDCARD  ", look.strong);
    if screen.asks_wildcard() {
        let room = room.saturating_sub(heading.width() + 1);
        let typed = screen.typed.spans(Style::new(), room, look.glyphs.more);
        return std::iter::once(heading).chain(typed).collect();
    }
    let wildcard = Span::raw(playground.wildcard().to_string());
    let signs = vec![
        Span::styled(look.glyphs.caution, look.caution),
        Span::styled(" unused   ", look.faint),
        Span::styled(look.glyphs.held, look.strong),
        Span::styled(" kept all the same ", look.faint),
    ];
    let signs = if heading.width() + wildcard.width() + signs.iter().map(Span::width).sum::<usize>()
        < room
    {
        signs
    } else {
        Vec::new()
    };
    spread(vec![heading, wildcard], signs, room, look.glyphs.more)
}

/// `58 names, 3 unused · cut at words`
pub(super) fn facts(look: &Look, screen: &PracticeScreen, playground: &Playground) -> String {
    let names = counted(playground.count(), "name", "names");
    let listed = screen.listed();
    let unused = listed
        .iter()
        .filter(|(_, fate)| *fate != Fate::Stays)
        .count();
    let cut = match playground.granularity() {
        Granularity::Word => "cut at words",
        Granularity::Character => "cut at every character",
        Granularity::Name => "not cut",
    };
    format!("{names}, {unused} unused {} {cut} ", look.glyphs.dot)
}
