//! What is said in a case: what is told and asked, or how it was answered, and why.

use ratatui::style::Style;
use ratatui::text::Line;

use super::state::CasesState;
use crate::lessons::{CaseQuestion, Reply};
use crate::tui::look::Look;
use crate::tui::said::{said, said_strongly};
use crate::tui::text::fit_middle;

/// The cells of a wrong answer that is told, at most.
const LONGEST_QUOTED: usize = 80;

/// What is told, and what is asked or how it was answered.
pub(super) fn told<'a>(look: &Look, state: &CasesState, room: usize) -> Vec<Line<'a>> {
    let case = state.case();
    let Some(question) = &case.question else {
        return said(look, None, &case.told, room);
    };
    if state.asked().is_some() {
        let mut lines = said(look, None, &case.told, room);
        if let Some(why) = state.cases.look_again_at(state.at) {
            let word = ("NOT YET.", look.caution.patch(look.strong));
            lines.extend(said(look, Some(word), why, room));
        }
        lines.extend(said_strongly(look, look.strong, &question.asked, room));
        return lines;
    }
    let mut lines = match state.cases.reply_at(state.at) {
        // What is told first of an example is what is new in it.
        None => said(look, None, &case.told, room),
        Some(_) => Vec::new(),
    };
    let (word, style, against) = outcome(look, state, question);
    let verdict = match question.row.known.as_str() {
        "" => format!("{}: {}", question.before_right, question.right()),
        known => format!("{} is {known}: {}", question.before_right, question.right()),
    };
    lines.extend(said_strongly(
        look,
        style,
        &format!("{word} {verdict}"),
        room,
    ));
    lines.extend(said(look, None, &against, room));
    lines.extend(said(look, None, &question.row.why, room));
    lines
}

/// How a question that is told was answered: a word for it and its colour, and what speaks against the answer.
fn outcome(look: &Look, state: &CasesState, question: &CaseQuestion) -> (String, Style, String) {
    let right = look.safe.patch(look.strong);
    let wrong = |said: &str, against: String| {
        let said = fit_middle(said, LONGEST_QUOTED, look.glyphs.more);
        // What speaks against it may be a part of why the other is right.
        let is_new = !question.row.why.contains(&against);
        let word = format!("WRONG. Not \u{201c}{said}\u{201d}.");
        let against = if is_new { against } else { String::new() };
        (word, look.caution.patch(look.strong), against)
    };
    let (word, style) = match state.cases.reply_at(state.at) {
        None => ("Example:", look.strong),
        Some(Reply::AtOnce) => ("RIGHT.", right),
        Some(Reply::Later) => ("RIGHT THIS TIME.", right),
        Some(Reply::Passed) => ("Not answered:", look.strong),
        Some(Reply::Wrong(said)) => match question.against(said) {
            Some(against) => return wrong(said, against),
            // What another version took for wrong may be right by now.
            None => ("RIGHT THIS TIME.", right),
        },
    };
    (word.to_owned(), style, String::new())
}
