//! What is asked before a step is explained, and how the answer was.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::explain::Names;
use crate::lessons::{Question, Reply, Score};
use crate::text::wrap;
use crate::tui::look::Look;
use crate::tui::steps::Steps;
use crate::tui::text::spread;

/// The key of the next step that every terminal can show.
const NEXT: &str = "Enter";

/// The question, in a sentence; after a first wrong answer, why that was wrong.
pub(crate) fn asked(question: &Question, look_again: Option<&str>, names: Names) -> String {
    match look_again {
        Some(why) => format!(
            "{why} Once more: what is {}? {}",
            question.prefix,
            question.facts(names)
        ),
        None => question.sentence(names),
    }
}

/// How the question about this step was answered, if there was one.
pub(crate) fn judged(steps: &Steps, look: &Look) -> Option<(&'static str, Style)> {
    let (question, reply) = steps.quiz()?.shown_at(steps.at)?;
    Some(match reply {
        Reply::Passed => ("Not answered.", look.strong),
        Reply::Answer(answer) if question.answer == answer => {
            ("RIGHT.", look.safe.patch(look.strong))
        }
        Reply::Answer(_) | Reply::NoWitness | Reply::Chosen(_) => {
            ("WRONG.", look.caution.patch(look.strong))
        }
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
        Some(question) => pointed_at(steps, question),
        None => match quiz.next_asked(steps.at + 1) {
            Some(step) => format!("the next question is step {}", step + 1),
            None if leads_on && steps.is_lesson && steps.is_last() => match all - answered {
                0 => format!("all is told; {NEXT} goes to the task"),
                open => format!("{open} of {all} not answered; {NEXT} goes to the task"),
            },
            None => format!("no question comes; there are {}", quiz.count()),
        },
    };
    let behind = asked.map_or_else(String::new, choices);
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

/// What is pointed at as the witness.
fn pointed_at(steps: &Steps, question: &Question) -> String {
    let pointed = steps.asking.pointed;
    match pointed.and_then(|at| question.unused.get(at)) {
        Some(name) => format!("u says: unsafe, because of {name}"),
        None => "u says: unsafe, because of the unused one you point at".to_owned(),
    }
}

/// What stands for the prefix if it is safe, where that is a question of its own.
fn choices(question: &Question) -> String {
    let rests = question.rests.iter().enumerate();
    let rests: Vec<String> = rests
        .map(|(at, rest)| format!("{} {rest}", at + 1))
        .collect();
    if rests.is_empty() {
        return format!("i says: unsafe too, and {} itself stays", question.prefix);
    }
    format!("safe, and written:  {}", rests.join("  "))
}
