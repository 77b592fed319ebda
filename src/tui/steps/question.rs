//! What is asked before a step is explained, and what can be answered.

use ratatui::text::Line;

use crate::lessons::{Question, Score};
use crate::tui::look::Look;
use crate::tui::said::{NO_BREAK, beside};
use crate::tui::steps::Steps;

/// The key of the next step that every terminal can show.
const NEXT: &str = "Enter";

/// The half of the question that is asked, in a sentence.
pub(super) fn asked(steps: &Steps, question: &Question) -> String {
    match steps.asking.found {
        Some(_) => question.sentence_behind(steps.witness()),
        None => question.sentence(steps.walk.names()),
    }
}

/// What can be answered; when nothing is asked, where it goes on. `leads_on` is said where these are the last
/// steps and something comes behind them.
pub(crate) fn lines<'a>(
    steps: &Steps,
    look: &Look,
    room: usize,
    leads_on: Option<&str>,
) -> Vec<Line<'a>> {
    let Some(quiz) = steps.quiz() else {
        return Vec::new();
    };
    let predict = ("PREDICT ", look.strong);
    if let Some(question) = steps.asked() {
        let options = options(steps, question).into_iter();
        let options = options.map(|option| option.replace(' ', &NO_BREAK.to_string()));
        let options = options.collect::<Vec<_>>().join("   ");
        let mut lines = beside(look, predict, &options, room);
        if steps.asking.has_hint {
            let hint = question.hint(steps.asking.found.is_none(), steps.walk.names());
            lines.extend(beside(look, ("HINT    ", look.strong), &hint, room));
        }
        return lines;
    }
    let Score { answered, all, .. } = quiz.score();
    let on = leads_on.filter(|_| steps.is_last());
    let facts = match (quiz.next_asked(steps.at + 1), on) {
        (Some(step), _) => format!("the next question is step {}", step + 1),
        (None, Some(on)) if all == answered => format!("no question is left; {NEXT} {on}"),
        (None, Some(on)) => format!("{} of {all} not answered; {NEXT} {on}", all - answered),
        (None, None) => match quiz.open_before(steps.at) {
            0 => "no question is left here".to_owned(),
            open => format!("no question is left from here on; {open} before are not answered"),
        },
    };
    beside(look, predict, &facts, room)
}

/// What can be said to the half that is asked, each with its key.
fn options(steps: &Steps, question: &Question) -> Vec<String> {
    if steps.asking.found.is_some() {
        let choices = steps.choices().into_iter().enumerate();
        let choices = choices.map(|(at, choice)| format!("{} {}", at + 1, choice.words));
        return choices.collect();
    }
    let pointed = steps.asking.pointed.and_then(|at| question.unused.get(at));
    let this_one = match pointed {
        Some(name) => format!("Enter {name} does"),
        None => "\u{2193} points at one, Enter takes it".to_owned(),
    };
    vec![this_one, "n none does".to_owned()]
}
