//! What is asked before a step is explained, and how the answer was.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::explain::Names;
use crate::iam::Action;
use crate::lessons::{Question, Reply, Score};
use crate::text::{counted, wrap};
use crate::tui::look::Look;
use crate::tui::steps::Steps;
use crate::tui::text::spread;

/// The key of the next step that every terminal can show.
const NEXT: &str = "Enter";

/// The question, in a sentence.
pub(crate) fn asked(question: &Question, names: Names) -> String {
    let beneath = counted(question.beneath, names.one(), names.many());
    let lie = if question.beneath == 1 { "lies" } else { "lie" };
    format!("What is {}? {beneath} {lie} beneath it.", question.prefix)
}

/// How the question about this step was answered, if there was one.
pub(crate) fn judged(steps: &Steps, look: &Look) -> Option<(&'static str, Style)> {
    let (question, reply) = steps.quiz()?.shown_at(steps.at)?;
    Some(match reply {
        Reply::Passed => ("Not answered.", look.strong),
        Reply::Answer(answer) if question.answer == answer => {
            ("RIGHT.", look.safe.patch(look.strong))
        }
        Reply::Answer(_) => ("WRONG.", look.caution.patch(look.strong)),
    })
}

/// What is decided and why; after a wrong answer with what would have been right.
pub(crate) fn narrated(steps: &Steps) -> String {
    let sentence = steps.walk.narration(steps.at).sentence;
    let asked = (steps.quiz()).and_then(|quiz| quiz.shown_at(steps.at));
    let sentence = match asked {
        Some((question, Reply::Answer(answer))) if question.answer != answer => format!(
            "Not {}, but {}. {}",
            answer.as_str(),
            question.answer.as_str(),
            question.explanation
        ),
        _ => sentence,
    };
    match &steps.closing {
        Some(closing) if steps.is_last() => format!("{sentence} In the end {closing}"),
        _ => sentence,
    }
}

/// What helps to answer, and the score.
pub(crate) fn lines<'a>(steps: &Steps, look: &Look, room: usize, leads_on: bool) -> Vec<Line<'a>> {
    let Some(quiz) = steps.quiz() else {
        return Vec::new();
    };
    let asked = steps.asked();
    if let Some(question) = asked.filter(|_| quiz.has_hint) {
        return hint(question, look, room);
    }
    let Score {
        right,
        answered,
        all,
    } = quiz.score();
    let score = format!("score {right} of {answered} ");
    let facts = match asked {
        Some(question) => nearest_before(question),
        None => match quiz.next_asked(steps.at + 1) {
            Some(step) => format!("the next question is step {}", step + 1),
            None if leads_on && steps.is_lesson && steps.is_last() => match all - answered {
                0 => format!("all is told; {NEXT} goes to the task"),
                open => format!("{open} of {all} not answered; {NEXT} goes to the task"),
            },
            None => format!("no question comes; there are {}", quiz.count()),
        },
    };
    let behind = asked.map_or_else(String::new, nearest_after);
    let first = vec![Span::styled(" PREDICT  ", look.strong), Span::raw(facts)];
    let second = vec![Span::raw(format!("          {behind}"))];
    let score = vec![Span::styled(score, look.strong)];
    vec![
        spread(first, Vec::new(), room, look.glyphs.more),
        spread(second, score, room, look.glyphs.more),
    ]
}

fn hint<'a>(question: &Question, look: &Look, room: usize) -> Vec<Line<'a>> {
    let lines = wrap(&look.spelled(&question.hint), room.saturating_sub(11));
    let line = |(at, text)| {
        let start = if at == 0 { " HINT     " } else { "          " };
        Line::from(vec![Span::styled(start, look.strong), Span::raw(text)])
    };
    lines.into_iter().take(3).enumerate().map(line).collect()
}

/// The unused action that stands before the prefix in the order of names.
fn nearest_before(question: &Question) -> String {
    let name = name(question.before.as_ref());
    format!("last unused before it in the alphabet: {name}")
}

/// The unused action that stands at its place, or is the first behind it.
fn nearest_after(question: &Question) -> String {
    let name = name(question.after.as_ref());
    format!("first unused at or after it: {name}")
}

fn name(action: Option<&Action>) -> String {
    action.map_or_else(|| "none".to_owned(), |action| action.name.to_string())
}
