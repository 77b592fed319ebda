//! The last line: what can be done here and now, or what just happened.

use ratatui::text::{Line, Span};

use crate::tui::command::Command;
use crate::tui::model::{Model, Overlay};
use crate::tui::steps::Steps;
use crate::tui::table::COMMANDS;
use crate::tui::text::{counted, fit, width};

/// The cells that the answers to a question take.
const ANSWERS: usize = 24;

pub(super) fn line<'a>(model: &Model, columns: u16) -> Line<'a> {
    let look = &model.look;
    let room = usize::from(columns);
    if let Some(status) = &model.status {
        let text = fit(&format!(" {}", status.text), room, look.glyphs.more);
        let style = if status.is_error {
            look.caution.patch(look.strong)
        } else {
            look.strong
        };
        return Line::styled(text, style);
    }
    let mut spans = Vec::new();
    let mut taken = 1;
    // The hints that answer a question are to stay in sight.
    if let Some(question) = question(model, room.saturating_sub(ANSWERS)) {
        let question = fit(&question, room.saturating_sub(ANSWERS), look.glyphs.more);
        taken = width(&question) + 1;
        spans.push(Span::styled(question, look.caution.patch(look.strong)));
    }
    add_hints(model, spans, room.saturating_sub(taken))
}

/// What is asked, if something is.
fn question(model: &Model, room: usize) -> Option<String> {
    match &model.overlay {
        Overlay::Quit => {
            let decisions = counted(model.decided(), "decision is", "decisions are");
            Some(format!(" Leave? {decisions} not written. "))
        }
        Overlay::Keep {
            reaches, reason, ..
        } => {
            let asked = format!(" Keep {reaches}, because: ");
            let left = room.saturating_sub(width(&asked) + 2);
            // The end of what is typed is where one types.
            let skipped = reason.chars().count().saturating_sub(left);
            let end: String = reason.chars().skip(skipped).collect();
            Some(format!("{asked}{end}_ "))
        }
        Overlay::Search(search) => {
            let found = match search.found {
                Some((at, count)) => format!("  {at} of {count}"),
                None if search.typed.is_empty() => String::new(),
                None => "  nowhere".to_owned(),
            };
            Some(format!(" Search: {}_{found} ", search.typed))
        }
        Overlay::Drop { reaches, .. } => Some(format!(" Drop {reaches}? ")),
        _ => model.steps.as_ref().and_then(step_number),
    }
}

fn step_number(steps: &Steps) -> Option<String> {
    let typed = steps.number.as_ref()?;
    Some(format!(" Go to step (1 to {}): {typed}_ ", steps.count()))
}

/// As many hints as there is room for, in the order of the table; the last of them, which leads to
/// all others, always.
fn add_hints<'a>(model: &Model, mut spans: Vec<Span<'a>>, room: usize) -> Line<'a> {
    let context = model.context();
    let offered: Vec<(&Command, &str)> = COMMANDS
        .iter()
        .filter(|command| command.is_in(context) && (command.enabled)(model))
        .filter_map(|command| Some((command, command.hint?)))
        .collect();
    let Some((last, others)) = offered.split_last() else {
        return Line::from(spans);
    };
    let hint = |(command, word): &(&Command, &str)| {
        let key = command.keys.first().map(|key| key.name(model.look.ascii));
        (key.unwrap_or_default(), format!(" {word}  "))
    };
    let cells = |(key, word): &(String, String)| width(key) + width(word);
    let last = hint(last);
    let mut left = room.saturating_sub(cells(&last) - 2);
    let mut chosen: Vec<(String, String)> = Vec::new();
    for offered in others.iter().map(hint) {
        if cells(&offered) <= left {
            left -= cells(&offered);
            chosen.push(offered);
        }
    }
    chosen.push(last);
    spans.push(Span::raw(" "));
    for (key, word) in chosen {
        spans.push(Span::styled(key, model.look.strong));
        spans.push(Span::raw(word));
    }
    Line::from(spans)
}
