//! How one answers in a case: by a number, by pointing, or by typing.

use ratatui::text::{Line, Span};

use super::state::CasesState;
use crate::lessons::AnswerBy;
use crate::tui::look::Look;
use crate::tui::said::{NO_BREAK, beside, choices};
use crate::tui::text::width;

/// How one answers; or how it goes on.
pub(super) fn answers<'a>(look: &Look, state: &CasesState, room: usize) -> Vec<Line<'a>> {
    let Some(question) = state.asked() else {
        let on = match (state.is_last(), state.cases.score()) {
            (true, score) if score.answered < score.all => {
                let open = score.all - score.answered;
                format!(
                    "{open} of {} not answered; Enter goes to the task",
                    score.all
                )
            }
            (true, _) => "no question is left; Enter goes to the task".to_owned(),
            (false, _) => return Vec::new(),
        };
        return vec![Line::styled(format!(" {on}"), look.faint)];
    };
    let mut lines = match &question.answer_by {
        AnswerBy::Choice => choices(look, &question.choices, room),
        AnswerBy::Fact(facts) => {
            let how = format!(
                "\u{2193} points at what decides it, Enter takes it   {}",
                format!("n {}", facts.none).replace(' ', &NO_BREAK.to_string())
            );
            beside(look, ("POINT  ", look.strong), &how, room)
        }
        AnswerBy::Entries(check) => typed(look, state, check.how(), room),
    };
    if let Some(hint) = state.given_hint() {
        lines.extend(beside(look, ("HINT   ", look.strong), &hint, room));
    }
    lines
}

/// What is typed as the answer, and beside or below it what may be typed.
fn typed<'a>(look: &Look, state: &CasesState, how: &str, room: usize) -> Vec<Line<'a>> {
    let word = "WRITE  ";
    let text = state.typed.text();
    let column = width(word) + 2;
    let is_beside = column + width(text) + 1 + GAP + width(how) <= room;
    let mut line = vec![Span::styled(format!(" {word} "), look.strong)];
    line.extend((state.typed).spans(look.strong, room.saturating_sub(column), look.glyphs.more));
    if is_beside {
        line.push(Span::styled(format!("{:GAP$}{how}", ""), look.faint));
        return vec![Line::from(line)];
    }
    let mut lines = vec![Line::from(line)];
    lines.extend(beside(look, ("       ", look.faint), how, room));
    lines
}

/// The cells between what is typed and what may be.
const GAP: usize = 3;
