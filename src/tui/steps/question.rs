//! What is asked before a step is explained, and how the answer was.

use ratatui::style::Style;
use ratatui::text::Line;

use crate::lessons::{Answer, Question, Reply, Score};
use crate::tui::look::Look;
use crate::tui::said::{NO_BREAK, beside};
use crate::tui::steps::Steps;

/// The key of the next step that every terminal can show.
const NEXT: &str = "Enter";

/// The half of the question that is asked, in a sentence; after a first wrong answer behind why that was wrong.
pub(crate) fn asked(steps: &Steps, question: &Question, look_again: Option<&str>) -> String {
    let asked = match steps.asking.found {
        Some(_) => question.sentence_behind(steps.witness()),
        None => question.sentence(steps.walk.names()),
    };
    match look_again {
        Some(why) => format!("{why} Once more: {asked}"),
        None => asked,
    }
}

/// How the question about this step was answered, if there was one.
pub(crate) fn judged(steps: &Steps, look: &Look) -> Option<(&'static str, Style)> {
    let (_, reply) = steps.quiz()?.shown_at(steps.at)?;
    Some(match reply {
        Reply::Passed => ("Not answered.", look.strong),
        Reply::AtOnce => ("RIGHT.", look.safe.patch(look.strong)),
        Reply::Later => ("RIGHT THIS TIME.", look.safe.patch(look.strong)),
        Reply::Wrong(_) => ("WRONG.", look.caution.patch(look.strong)),
    })
}

/// What is decided and why; after a wrong answer with what would have been right.
pub(crate) fn narrated(steps: &Steps) -> String {
    let run = steps.told_of_run();
    let sentence = run.unwrap_or_else(|| steps.walk.narration(steps.at).sentence);
    let asked = (steps.quiz()).and_then(|quiz| quiz.shown_at(steps.at));
    let sentence = match asked {
        Some((question, Reply::Wrong(said))) => format!(
            "You said \u{201c}{said}\u{201d}; it is \u{201c}{}\u{201d}. {}",
            question.right(),
            question.explanation
        ),
        _ => sentence,
    };
    // Where one of several entries was to be chosen, one sees why the others are none.
    let others = asked
        .filter(|(question, reply)| **reply != Reply::Passed && question.answer == Answer::SafeStar)
        .map_or_else(Vec::new, |(question, _)| question.against_others());
    let sentence = std::iter::once(sentence).chain(others);
    let sentence = sentence.collect::<Vec<_>>().join(" ");
    let sentence = match steps.remark() {
        Some(remark) => format!("{sentence} {remark}"),
        None => sentence,
    };
    match &steps.closing {
        Some(closing) if steps.is_last() => format!("{sentence} In the end {closing}"),
        _ => sentence,
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
            let hint = question.hint(steps.asking.found.is_none());
            lines.extend(beside(look, ("HINT    ", look.strong), hint, room));
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
