//! The last line: what can be done here and now, or what just happened.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::draw_lines;
use crate::text::counted;
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::look::Look;
use crate::tui::model::{Model, Overlay, Status};
use crate::tui::steps::Steps;
use crate::tui::table::COMMANDS;
use crate::tui::text::{cells, fit, width, wrap};

/// The cells that the answers to a question take.
const ANSWERS: usize = 24;

pub(super) fn line<'a>(model: &Model, columns: u16) -> Line<'a> {
    let room = usize::from(columns);
    let always = if model.is_in_account { 2 } else { 1 };
    Footer {
        status: model.status.as_ref(),
        question: question(model, room.saturating_sub(ANSWERS)),
        offered: offered(model),
        always,
    }
    .line(&model.look, room)
}

/// What the last line of a screen tells.
pub(in crate::tui) struct Footer<'m, M: 'static, A: 'static, C: 'static> {
    /// What just happened; nothing else is told then.
    pub(in crate::tui) status: Option<&'m Status>,
    /// What is asked.
    pub(in crate::tui) question: Option<String>,
    /// What can be done here and now, with the words for it, in the order of the table.
    pub(in crate::tui) offered: Vec<(&'static Command<M, A, C>, &'static str)>,
    /// How many of the last ones are always told. The very last leads to all others.
    pub(in crate::tui) always: usize,
}

impl<M, A, C: PartialEq + Copy> Footer<'_, M, A, C> {
    /// The line, in so many cells.
    pub(in crate::tui) fn line<'a>(&self, look: &Look, room: usize) -> Line<'a> {
        if let Some(status) = self.status {
            return status_line(status, room, look);
        }
        let mut spans = Vec::new();
        let mut taken = 1;
        // The hints that answer a question are to stay in sight.
        if let Some(question) = &self.question {
            let question = fit(question, room.saturating_sub(ANSWERS), look.glyphs.more);
            taken = width(&question) + 1;
            spans.push(Span::styled(question, look.caution.patch(look.strong)));
        }
        spans.extend(self.hints(look, room.saturating_sub(taken)));
        Line::from(spans)
    }

    /// As many hints as there is room for, in their order; the last ones always.
    fn hints<'a>(&self, look: &Look, room: usize) -> Vec<Span<'a>> {
        let hint = |(command, word): &(&Command<M, A, C>, &str)| {
            let key = command.keys.first().map(|key| key.name(look.ascii));
            (key.unwrap_or_default(), format!(" {word}  "))
        };
        let cells = |(key, word): &(String, String)| width(key) + width(word);
        let others = self.offered.len().saturating_sub(self.always);
        let (others, last) = self.offered.split_at(others);
        let last: Vec<(String, String)> = last.iter().map(hint).collect();
        let mut left = (room + 2).saturating_sub(last.iter().map(cells).sum());
        let mut chosen: Vec<(String, String)> = Vec::new();
        for offered in others.iter().map(hint) {
            if cells(&offered) <= left {
                left -= cells(&offered);
                chosen.push(offered);
            }
        }
        chosen.extend(last);
        let mut spans = vec![Span::raw(" ")];
        for (key, word) in chosen {
            spans.push(Span::styled(key, look.strong));
            spans.push(Span::raw(word));
        }
        spans
    }
}

/// Draws what just happened over as many of the last lines of `area` as it needs, up to half of
/// them; where one line is enough that is drawn already.
pub(in crate::tui) fn draw_long_status(
    status: Option<&Status>,
    look: &Look,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let room = usize::from(area.width).saturating_sub(2);
    let Some(status) = status.filter(|status| width(&status.text) > room) else {
        return;
    };
    let mut texts = wrap(&status.text, room);
    let most = usize::from(area.height / 2);
    if texts.len() > most {
        let rest = texts.split_off(most.saturating_sub(1)).join(" ");
        texts.push(rest);
    }
    let height = cells(texts.len()).min(area.height);
    let area = Rect {
        y: area.bottom() - height,
        height,
        ..area
    };
    frame.render_widget(Clear, area);
    let line = |text: String| {
        let status = Status {
            text,
            is_error: status.is_error,
        };
        status_line(&status, usize::from(area.width), look)
    };
    draw_lines(frame, area, texts.into_iter().map(line));
}

/// What just happened, in so many cells.
fn status_line<'a>(status: &Status, room: usize, look: &Look) -> Line<'a> {
    let text = fit(&format!(" {}", status.text), room, look.glyphs.more);
    let style = if status.is_error {
        look.caution.patch(look.strong)
    } else {
        look.strong
    };
    Line::styled(text, style)
}

/// The question what to search for: what was typed, and which of how many places the cursor is at.
pub(in crate::tui) fn search_question(typed: &str, found: Option<(usize, usize)>) -> String {
    let found = match found {
        Some((at, count)) => format!("  {at} of {count}"),
        None if typed.is_empty() => String::new(),
        None => "  nowhere".to_owned(),
    };
    format!(" Search: {typed}_{found} ")
}

/// How many cells are left for what is typed, at least.
const TYPED: usize = 24;

/// What is asked, if something is.
fn question(model: &Model, room: usize) -> Option<String> {
    match &model.overlay {
        Overlay::Quit if model.keeps_nothing => {
            let decisions = counted(model.decisions(), "decision", "decisions");
            Some(format!(" Leave? {decisions} will be lost. "))
        }
        Overlay::Quit => {
            let decisions = counted(model.decisions(), "decision is", "decisions are");
            Some(format!(" Leave? {decisions} not written. "))
        }
        Overlay::Keep {
            reaches, reason, ..
        } => {
            let more = model.look.glyphs.more;
            // One has to see what one types, whatever it is about.
            let named = room.saturating_sub(width(" Keep , because: _ ") + TYPED);
            let asked = format!(" Keep {}, because: ", fit(reaches, named, more));
            let left = room.saturating_sub(width(&asked) + 2);
            // The end of what is typed is where one types.
            let skipped = reason.chars().count().saturating_sub(left);
            if skipped == 0 {
                return Some(format!("{asked}{reason}_ "));
            }
            let end: String = reason.chars().skip(skipped + width(more)).collect();
            Some(format!("{asked}{more}{end}_ "))
        }
        Overlay::Search(search) => Some(search_question(&search.typed, search.found)),
        Overlay::Drop { reaches, .. } => Some(format!(" Drop {reaches}? ")),
        _ => model.steps.as_ref().and_then(step_number),
    }
}

fn step_number(steps: &Steps) -> Option<String> {
    let typed = steps.number.as_ref()?;
    Some(format!(" Go to step (1 to {}): {typed}_ ", steps.count()))
}

/// What can be done here and now.
fn offered(model: &Model) -> Vec<(&'static Command, &'static str)> {
    let context = model.context();
    let here = COMMANDS
        .iter()
        .filter(|command| command.is_offered(model, context));
    here.filter_map(|command| Some((command, hint(command, model)?)))
        .collect()
}

/// The word for a command; in a policy of an account leaving and writing are other things.
fn hint(command: &Command, model: &Model) -> Option<&'static str> {
    match command.action {
        Action::Quit if model.is_in_account => Some("to the list"),
        Action::Write if model.is_in_account => None,
        _ => command.hint,
    }
}
