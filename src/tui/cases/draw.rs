//! Drawing a case: what is known above, what was found so far beside the rule, and below what is said or
//! asked.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::answers::answers;
use super::known::Known;
use super::picture;
use super::state::CasesState;
use super::told::told;
use crate::lessons::CaseQuestion;
use crate::tui::lines::{
    draw_lines, draw_rule, rows, take_bottom, take_right, take_top, tell_hidden, top_for,
};
use crate::tui::look::Look;
use crate::tui::review::ReviewScreen;
use crate::tui::text::{cells, fit, spread, width};

/// The cells of the rule beside its lines: the bar before them, the sign, and a margin.
const BESIDE_RULE: usize = 5;

/// The rows that the rule and what was found so far have at least, with what parts them from the rest.
const LEAST_ROWS: usize = 5;

/// The rows that facts have at least while one points at them.
const LEAST_FACTS: usize = 3;

/// Draws the case in the place of all panes.
pub(crate) fn draw(
    look: &Look,
    screen: &ReviewScreen,
    state: &CasesState,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let room = usize::from(area.width);
    let mut rest = draw_title(look, screen, state, frame, area);
    let (said, choices) = (told(look, state, room), answers(look, state, room));
    // On a low screen the end of what is said comes first: the question, and what can be chosen.
    let pointing = state.asked_facts().map_or(0, |_| LEAST_FACTS);
    let most = rows(rest).saturating_sub(1 + choices.len() + pointing);
    let skipped = said.len().saturating_sub(most);
    let mut below: Vec<Line<'_>> = said.into_iter().skip(skipped).collect();
    below.extend(choices);
    let question = state.case().question.as_ref();
    let picture =
        question.map_or_else(Vec::new, |question| picture_of(look, state, question, room));
    // What is said comes first, then a part of the rule, then what is known, then all of the rule.
    let known = Known::of(look, state, room);
    let of_rule = question.map_or(0, |question| 1 + question.rule.lines.len());
    let needed = known.lines.len() + 1 + of_rule + 1 + below.len();
    let is_tight = needed > rows(rest);
    if needed + picture.len() <= rows(rest) {
        below.extend(picture);
    }
    let parted = usize::from(!is_tight && !known.lines.is_empty());
    let middle = of_rule + parted;
    let above = rows(rest).saturating_sub(below.len() + 1);
    let above = above
        .saturating_sub(middle.min(LEAST_ROWS))
        .max(above.min(pointing));
    known.draw(look, above, frame, &mut rest);
    let mut unseen = None;
    if let Some(question) = question {
        let wanted = middle.max(parted + 1 + state.alike_in_all());
        let most = rows(rest).saturating_sub(below.len() + 1);
        let mut area = rest;
        area.height = cells(wanted.min(most));
        rest.y += area.height;
        rest.height -= area.height;
        if parted > 0 && area.height > 1 {
            draw_rule(frame, take_top(&mut area), look);
        }
        unseen = draw_question(look, state, question, frame, area);
    }
    if rest.height > 0 {
        draw_rule(frame, take_top(&mut rest), look);
    }
    if let Some((area, lines)) = unseen {
        tell_hidden(frame, area, lines, look);
    }
    draw_lines(frame, rest, below);
}

/// What makes the answer plain: once it is told, or as far as a hint may tell it.
fn picture_of<'a>(
    look: &Look,
    state: &CasesState,
    question: &CaseQuestion,
    room: usize,
) -> Vec<Line<'a>> {
    match state.asked() {
        None => picture::lines(look, question, room),
        Some(_) if state.given_hint().is_some() => picture::hint(look, question, room),
        Some(_) => Vec::new(),
    }
}

/// What was found so far, and beside it the rule. Returns where that is, and how many of its lines are not seen.
fn draw_question(
    look: &Look,
    state: &CasesState,
    question: &CaseQuestion,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Option<(Rect, usize)> {
    let mut left = area;
    if left.height < 2 {
        return None;
    }
    let lines = question.rule.lines.iter().map(|line| width(line));
    let columns = cells(lines.max().unwrap_or_default() + BESIDE_RULE).min(left.width / 2);
    let right = take_right(&mut left, columns);
    draw_rule_lines(look, state, question, frame, right);
    draw_found(look, state, frame, left);
    let lines = if state.hides_rule() {
        1
    } else {
        question.rule.lines.len()
    };
    Some((right, lines.saturating_sub(rows(right) - 1)))
}

/// Draws what lesson it is and where one is in it. Returns the area below, without the last line.
pub(crate) fn draw_title(
    look: &Look,
    screen: &ReviewScreen,
    state: &CasesState,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Rect {
    let room = usize::from(area.width);
    let mut rest = area;
    let heading = (screen.lesson.as_ref()).map_or("", |lesson| &lesson.heading);
    let left = vec![
        Span::raw(" "),
        Span::styled(format!("{heading} "), look.strong),
    ];
    let (at, count) = (state.at + 1, state.cases.all().len());
    let score = screen.lesson_score().unwrap_or_else(|| state.cases.score());
    let text = format!(
        "score {} of {} {} case {at} of {count} ",
        score.right, score.answered, look.glyphs.dot
    );
    let right = vec![Span::styled(text, look.strong)];
    let line = spread(left, right, room, look.glyphs.more);
    frame.render_widget(line, take_top(&mut rest));
    draw_rule(frame, take_top(&mut rest), look);
    take_bottom(&mut rest, 1);
    rest
}

/// What was found by the same rule so far, and what is asked now.
fn draw_found(look: &Look, state: &CasesState, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let alike = state.alike();
    let found: Vec<&CaseQuestion> = alike
        .iter()
        .filter_map(|at| state.cases.all()[*at].question.as_ref())
        .collect();
    let answer = |at: usize, question: &CaseQuestion| match state.cases.asked_at(at) {
        Some(_) => "?".to_owned(),
        None => question.right().to_owned(),
    };
    let lines = alike.iter().zip(found).map(|(&at, question)| {
        let is_current = at == state.at;
        let cursor = if is_current { look.glyphs.cursor } else { " " };
        let (sign, style) = match state.cases.is_right_at(at) {
            Some(true) => (look.glyphs.safe, look.safe),
            Some(false) => (look.glyphs.unused, look.caution),
            None => (look.glyphs.none, look.faint),
        };
        let answer = fit(&answer(at, question), room / 2, look.glyphs.more);
        let what = fit(
            &question.before_right,
            room.saturating_sub(width(&answer) + 8),
            look.glyphs.more,
        );
        let style_of_row = if is_current {
            look.strong
        } else {
            Style::new()
        };
        let left = vec![
            Span::raw(format!(" {cursor} ")),
            Span::styled(sign, style),
            Span::styled(format!(" {what}"), style_of_row),
        ];
        let right = vec![Span::styled(format!("{answer}  "), style_of_row)];
        spread(left, right, room, look.glyphs.more)
    });
    let lines: Vec<Line<'_>> = lines.collect();
    let title = Line::styled("   FOUND SO FAR", look.strong);
    let mut rest = area;
    frame.render_widget(title, take_top(&mut rest));
    let top = top_for(lines.len().saturating_sub(1), lines.len(), 0, rows(rest));
    draw_lines(frame, rest, lines.into_iter().skip(top));
}

/// The rule; once the case is told, with the line that decides it marked.
fn draw_rule_lines(
    look: &Look,
    state: &CasesState,
    question: &CaseQuestion,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let room = usize::from(area.width);
    let is_told = state.asked().is_none();
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let title = vec![
        bar(),
        Span::styled("  RULE  ", look.strong),
        Span::raw(question.rule.title),
    ];
    let lines = question.rule.lines.iter().enumerate().map(|(at, line)| {
        let is_current = is_told && at == question.row.line;
        let sign = if is_current { look.glyphs.cursor } else { " " };
        let text = fit(
            &format!(" {sign} {line}"),
            room.saturating_sub(1),
            look.glyphs.more,
        );
        let style = if is_current { look.strong } else { look.faint };
        Line::from(vec![bar(), Span::styled(text, style)])
    });
    let title = spread(title, Vec::new(), room, look.glyphs.more);
    if state.hides_rule() {
        let hidden = Span::styled("   by heart; H shows it", look.faint);
        let hidden = spread(vec![bar(), hidden], Vec::new(), room, look.glyphs.more);
        let bars = std::iter::repeat_with(|| Line::from(bar()));
        return draw_lines(frame, area, [title, hidden].into_iter().chain(bars));
    }
    // Where there is no room for all of it, one sees the line that decides.
    let seen = rows(area).saturating_sub(1);
    let deciding = if is_told { question.row.line } else { 0 };
    let lines = lines.skip((deciding + 1).saturating_sub(seen));
    let bars = std::iter::repeat_with(|| Line::from(bar()));
    draw_lines(frame, area, std::iter::once(title).chain(lines).chain(bars));
}
