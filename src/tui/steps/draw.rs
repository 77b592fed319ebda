//! The steps of a wildcard: the trie, the names beside it and the rule, what is decided, and the result so far.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::names::Names;
use super::told::Told;
use super::{question, rule, trie};
use crate::explain::RuleLine;
use crate::iam::ActionPattern;
use crate::lessons::Question;
use crate::tui::lesson::{LessonState, Part};
use crate::tui::lines::{draw_lines, draw_rule, rows, take_bottom, take_right, take_top};
use crate::tui::look::Look;
use crate::tui::prefix_match::{MatchRow, match_lines, matched_lines};
use crate::tui::review::ReviewScreen;
use crate::tui::said::said;
use crate::tui::steps::Steps;
use crate::tui::text::{cells, fit, spread, width};

/// The columns that the rule takes, with the bar before it.
const RULE_COLUMNS: u16 = 29;

/// The columns that the trie has at least, where the names and the rule stand beside it.
const TRIE_COLUMNS: u16 = 40;

/// The columns that it has at least where the names alone do, and those that these have.
const NARROW_TRIE_COLUMNS: u16 = 30;
const NARROW_NAME_COLUMNS: u16 = 30;

/// From this height on there is room for more than the trie and the sentence.
const ROOMY_FROM: u16 = 18;

/// From this height on there is room for blank lines.
const AIRY_FROM: u16 = 30;

/// How many rows of the screen are about so many that the trie does not have.
const ROWS_BESIDE_TRIE: u16 = 15;

/// Draws the steps in the place of all panes. Returns whether there was room for the names or the trie alone.
pub(crate) fn draw(
    look: &Look,
    screen: &ReviewScreen,
    steps: &Steps,
    frame: &mut Frame<'_>,
    area: Rect,
) -> bool {
    let room = usize::from(area.width);
    let mut rest = draw_title(look, screen, steps, frame, area);
    let names = Names::of(steps);
    let mut said = sentences(steps, names.as_ref(), look, room);
    let is_roomy = area.height >= ROOMY_FROM;
    if is_roomy {
        draw_rule(frame, take_bottom(&mut rest, 1), look);
        if steps.quiz().is_some() {
            let on = leads_on(screen);
            let lines = question::lines(steps, look, room, on.as_deref());
            take_lines(frame, &mut rest, lines);
            draw_rule(frame, take_bottom(&mut rest, 1), look);
        }
        let mut result = result(steps, look, room, usize::from(area.height / 10));
        if area.height >= AIRY_FROM {
            result.insert(0, Line::default());
        }
        // While something is asked the names come before what is decided already.
        let left = rows(rest).saturating_sub(said.len() + 1 + result.len());
        if steps.asked().is_none() || left >= RuleLine::ALL.len() {
            take_lines(frame, &mut rest, result);
        }
    }
    let most = rows(rest) / 2;
    let left = rows(rest).saturating_sub(said.len().min(most) + 1);
    let panes = Panes::of(names.as_ref(), area.width, left);
    if is_roomy && panes != Panes::WithRule {
        take_lines(frame, &mut rest, rule::branch(steps, look, room));
    }
    said.truncate(most);
    let matches = matches(steps, look, room);
    if said.len() + matches.len() + usize::from(ROOMY_FROM) <= rows(rest) {
        said.extend(matches);
    }
    take_lines(frame, &mut rest, said);
    if is_roomy {
        draw_rule(frame, take_bottom(&mut rest, 1), look);
    }
    // By the height of the screen alone: what is unfolded is not to change from step to step.
    let unfolded = usize::from(area.height.saturating_sub(ROWS_BESIDE_TRIE));
    if panes == Panes::WithRule {
        let right = take_right(&mut rest, RULE_COLUMNS);
        let lines = rule::lines(steps, look, usize::from(RULE_COLUMNS), rows(rest));
        draw_lines(frame, right, lines);
    }
    match names {
        Some(names) if panes == Panes::OneOfTwo && steps.prefers_names() => {
            names.draw(look, frame, rest);
        }
        Some(names) if panes != Panes::OneOfTwo => {
            let most = rest.width.saturating_sub(NARROW_TRIE_COLUMNS);
            let right = take_right(&mut rest, cells(names.columns()).min(most));
            names.draw(look, frame, right);
            trie::draw(steps, look, frame, rest, unfolded);
        }
        _ => trie::draw(steps, look, frame, rest, unfolded),
    }
    panes == Panes::OneOfTwo && steps.has_names()
}

/// What there is room for beside the trie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Panes {
    /// The names and the whole rule.
    WithRule,
    /// The names.
    WithNames,
    /// Nothing: the trie and the names are seen by turns.
    OneOfTwo,
}

impl Panes {
    /// Those that there is room for.
    fn of(names: Option<&Names<'_>>, columns: u16, height: usize) -> Self {
        let names = names.map_or(0, |names| cells(names.columns()));
        let is_high = height >= RuleLine::ALL.len();
        if is_high && columns >= names + TRIE_COLUMNS + RULE_COLUMNS {
            Panes::WithRule
        } else if columns >= names.min(NARROW_NAME_COLUMNS) + NARROW_TRIE_COLUMNS {
            Panes::WithNames
        } else {
            Panes::OneOfTwo
        }
    }
}

/// Where it goes on behind the last of the steps of a lesson.
fn leads_on(screen: &ReviewScreen) -> Option<String> {
    let lesson = screen.watched()?;
    Some(match lesson.next_part() {
        Some(Part::First(next) | Part::Walk(next)) => {
            let plan = next.walk.plan();
            format!("goes on to all {} names", plan.stays + plan.goes)
        }
        Some(Part::Cases(_)) => "goes on".to_owned(),
        None if lesson.has_task() => "goes to the task".to_owned(),
        None => return None,
    })
}

/// Draws what steps these are, and where one is among them. Returns the area below, without the
/// last line of the screen.
pub(crate) fn draw_title(
    look: &Look,
    screen: &ReviewScreen,
    steps: &Steps,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Rect {
    let room = usize::from(area.width);
    let mut rest = area;
    frame.render_widget(title(look, screen, steps, room), take_top(&mut rest));
    frame.render_widget(slider(steps, look, room), take_top(&mut rest));
    take_bottom(&mut rest, 1);
    rest
}

/// Draws `lines` at the end of `rest`, and takes their room from it.
fn take_lines(frame: &mut Frame<'_>, rest: &mut Rect, lines: Vec<Line<'_>>) {
    let height = cells(lines.len()).min(rest.height);
    let area = take_bottom(rest, height);
    draw_lines(frame, area, lines);
}

/// ` Steps of s3:Get*: shortest safe prefixes       actions of 2024-06-10 · step 11 of 17`.
fn title<'a>(look: &Look, screen: &ReviewScreen, steps: &Steps, room: usize) -> Line<'a> {
    let pattern = &steps.walk.plan().old;
    // What stands behind it, and what does where there is no room for that.
    let (heading, behind) = match screen.watched() {
        Some(lesson) => (format!("{} ", lesson.heading), of_lesson(lesson, pattern)),
        None => (
            format!("Steps of {pattern}"),
            [": shortest safe prefixes ".to_owned(), " ".to_owned()],
        ),
    };
    let actions = match screen.review.input().universe.catalogue.date() {
        Some(date) if !steps.is_lesson => format!("actions of {date} {} ", look.glyphs.dot),
        _ => String::new(),
    };
    let score = steps.quiz().map(|quiz| match screen.watched() {
        Some(lesson) => lesson.score(),
        None => quiz.score(),
    });
    let score = score.map_or_else(String::new, |score| {
        format!(
            "score {} of {} {} ",
            score.right, score.answered, look.glyphs.dot
        )
    });
    let right = vec![
        Span::styled(actions, look.faint),
        Span::styled(score, look.strong),
        Span::styled(
            match *steps.run_of(steps.at).start() {
                at if at == steps.at => format!("step {} of {} ", at + 1, steps.count()),
                start => format!(
                    "steps {} to {} of {} ",
                    start + 1,
                    steps.at + 1,
                    steps.count()
                ),
            },
            look.strong,
        ),
    ];
    let right_cells: usize = right.iter().map(Span::width).sum();
    let taken = 1 + width(&heading) + right_cells;
    let [long, short] = behind;
    let behind = if taken + width(&long) <= room {
        long
    } else {
        short
    };
    let left = vec![
        Span::raw(" "),
        Span::styled(heading, look.strong),
        Span::styled(behind, look.faint),
    ];
    spread(left, right, room, look.glyphs.more)
}

/// What stands behind what a lesson is called: how many names these are, and the wildcard where that is not named already;
/// and the same without it.
fn of_lesson(lesson: &LessonState, pattern: &ActionPattern) -> [String; 2] {
    let few = of_few(lesson);
    let pattern = pattern.to_string();
    let long = if lesson.heading.contains(&pattern) {
        few.clone()
    } else {
        format!("{few}{pattern} ")
    };
    [long, few]
}

/// How many names these are, where a lesson begins with a few of them.
fn of_few(lesson: &LessonState) -> String {
    let Some(Part::First(few)) = lesson.part() else {
        return String::new();
    };
    let plan = few.walk.plan();
    format!("first {} names ", plan.stays + plan.goes)
}

/// Where one is among the steps.
fn slider<'a>(steps: &Steps, look: &Look, room: usize) -> Line<'a> {
    let length = room.saturating_sub(2);
    let before = (steps.at * length.saturating_sub(1))
        .checked_div(steps.count() - 1)
        .unwrap_or(length.saturating_sub(1));
    let after = length.saturating_sub(before + 1);
    Line::from(vec![
        Span::raw(" "),
        Span::styled("=".repeat(before), look.safe),
        Span::styled("O", look.strong),
        Span::styled("-".repeat(after), look.faint),
    ])
}

/// What is asked or told.
fn sentences<'a>(
    steps: &Steps,
    names: Option<&Names<'_>>,
    look: &Look,
    room: usize,
) -> Vec<Line<'a>> {
    if let Some(spelled) = names.and_then(Names::spelled) {
        return said(look, None, &spelled, room);
    }
    match steps.asked() {
        Some(question) => asked(steps, question, look, room),
        None => Told::of(steps).lines(look, room),
    }
}

/// What is asked; after a first wrong answer behind why that was wrong.
fn asked<'a>(steps: &Steps, question: &Question, look: &Look, room: usize) -> Vec<Line<'a>> {
    let not_yet = ("NOT YET.", look.caution.patch(look.strong));
    let again = steps.look_again();
    let again = again.map(|why| said(look, Some(not_yet), why, room));
    let asked = said(look, None, &question::asked(steps, question), room);
    let asked = asked.into_iter().map(|line| line.patch_style(look.strong));
    again.into_iter().flatten().chain(asked).collect()
}

/// How the prefix matches the wildcard: once the step is told with what is left, and without while that is asked.
fn matches<'a>(steps: &Steps, look: &Look, room: usize) -> Vec<Line<'a>> {
    let rows = MatchRow::of_step(&steps.walk, steps.at);
    match (steps.asked(), steps.asking.found) {
        (None, _) => match_lines(look, &rows, room),
        // What is left is asked then.
        (Some(question), Some(_)) if !question.rests.is_empty() => matched_lines(look, &rows, room),
        (Some(_), _) => Vec::new(),
    }
}

/// The entries so far, in at most `most` lines; the earlier ones give way to the later.
fn result<'a>(steps: &Steps, look: &Look, room: usize, most: usize) -> Vec<Line<'a>> {
    let here = if steps.asked().is_some() {
        &[]
    } else {
        steps.walk.emitted_at(steps.at)
    };
    let mut collected = steps.walk.result_after(steps.told_steps());
    let is_told = steps.is_last() && steps.asked().is_none();
    let left_out = if is_told {
        steps.walk.left_out()
    } else {
        Vec::new()
    };
    let is_left_out = |entry: &ActionPattern| left_out.iter().any(|out| out.entry == entry);
    // What is left out comes last, and is no part of it.
    collected.sort_by_key(|new| is_left_out(&new.entry));
    let heading = " RESULT  ";
    let margin = " ".repeat(width(heading));
    let room = room.saturating_sub(width(heading) + 1);
    let mut lines: Vec<Vec<Span<'a>>> = vec![Vec::new()];
    let mut taken = 0;
    for new in &collected {
        let is_left_out = is_left_out(&new.entry);
        let name = steps.walk.short(&new.entry);
        let name = if is_left_out {
            format!("({name}: left out)")
        } else {
            name
        };
        let name = fit(&name, room, look.glyphs.more);
        let style = if is_left_out {
            look.faint.add_modifier(Modifier::CROSSED_OUT)
        } else if here.iter().any(|emitted| emitted.entry == new.entry) {
            look.safe.patch(look.strong)
        } else {
            look.safe
        };
        if taken > 0 && taken + width(&name) > room {
            lines.push(Vec::new());
            taken = 0;
        }
        taken += width(&name) + 2;
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(name, style));
            line.push(Span::raw("  "));
        }
    }
    if collected.is_empty() {
        lines[0].push(Span::styled("nothing yet", look.faint));
    }
    let skipped = lines.len().saturating_sub(most.max(1));
    lines
        .into_iter()
        .skip(skipped)
        .enumerate()
        .map(|(at, spans)| {
            let start = match (at, skipped) {
                (0, 0) => Span::styled(heading, look.strong),
                (0, _) => {
                    let cut = format!(" RESULT {}", look.glyphs.more);
                    Span::styled(format!("{cut:<9}"), look.strong)
                }
                _ => Span::raw(margin.clone()),
            };
            let mut line = vec![start];
            line.extend(spans);
            Line::from(line)
        })
        .collect()
}
