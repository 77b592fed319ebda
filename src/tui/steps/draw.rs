//! The steps of a wildcard: the trie as far as it is visited, the rule next to it, what is decided,
//! and the result so far.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::names::Names;
use super::state::Found;
use super::{question, trie};
use crate::explain::RuleLine;
use crate::iam::ActionPattern;
use crate::text::wrap;
use crate::tui::lesson::{LessonState, Part};
use crate::tui::lines::{draw_lines, draw_rule, rows, take_bottom, take_right, take_top};
use crate::tui::look::Look;
use crate::tui::prefix_match::{MatchRow, match_lines, matched_lines};
use crate::tui::review::ReviewScreen;
use crate::tui::said::readable;
use crate::tui::steps::Steps;
use crate::tui::text::{cells, fit, spread, width};

/// The columns that the rule takes, with the bar before it.
const RULE_COLUMNS: u16 = 29;

/// The columns that the trie has at least, where the names stand beside it.
const TRIE_COLUMNS: u16 = 40;

/// From this height on there is room for more than the trie and the sentence.
const ROOMY_FROM: u16 = 18;

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
    let said = sentence(steps, names.as_ref(), look, room);
    if area.height >= ROOMY_FROM {
        draw_rule(frame, take_bottom(&mut rest, 1), look);
        if steps.quiz().is_some() {
            let on = leads_on(screen);
            let lines = question::lines(steps, look, room, on.as_deref());
            take_lines(frame, &mut rest, lines);
            draw_rule(frame, take_bottom(&mut rest, 1), look);
        }
        let result = result(steps, look, room, usize::from(area.height / 10));
        // While something is asked the rule comes before what is decided already.
        let left = rows(rest).saturating_sub(said.len() + 1 + result.len());
        if steps.asked().is_none() || left >= RuleLine::ALL.len() {
            take_lines(frame, &mut rest, result);
        }
    }
    let most = rows(rest) / 2;
    let mut said: Vec<Line<'_>> = said.into_iter().take(most).collect();
    let matches = matches(steps, look, room);
    if said.len() + matches.len() + usize::from(ROOMY_FROM) <= rows(rest) {
        said.extend(matches);
    }
    take_lines(frame, &mut rest, said);
    if area.height >= ROOMY_FROM {
        draw_rule(frame, take_bottom(&mut rest, 1), look);
    }
    draw_trie_and_rule(steps, names.as_ref(), look, frame, rest)
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
    let mut left = match screen.watched() {
        Some(lesson) => vec![
            Span::raw(" "),
            Span::styled(format!("{} ", lesson.heading), look.strong),
        ],
        None => vec![
            Span::raw(" "),
            Span::styled(format!("Steps of {pattern}"), look.strong),
            Span::styled(": shortest safe prefixes ", look.faint),
        ],
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
    // Where it would cut what the lesson is called it is left out.
    let taken: usize = left.iter().chain(&right).map(Span::width).sum();
    let wildcard = format!("{pattern} ");
    let is_cut = |text: &&String| taken + width(text) > room;
    if let Some(lesson) = screen.watched() {
        let few = of_few(lesson);
        let texts = [few.clone() + &wildcard, few];
        let text = texts.iter().find(|text| !is_cut(text)).unwrap_or(&texts[1]);
        left.push(Span::styled(text.clone(), look.faint));
    }
    spread(left, right, room, look.glyphs.more)
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

/// What is decided and why, with a margin; how an answer was is not to be overlooked.
fn sentence<'a>(
    steps: &Steps,
    names: Option<&Names<'_>>,
    look: &Look,
    room: usize,
) -> Vec<Line<'a>> {
    let spelled = names.and_then(Names::spelled);
    let (judged, sentence) = match (steps.asked(), spelled) {
        (_, Some(spelled)) => (None, spelled),
        (Some(question), None) => {
            let look_again = steps.look_again();
            let word = look_again.map(|_| ("NOT YET.", look.caution.patch(look.strong)));
            (word, question::asked(steps, question, look_again))
        }
        (None, None) => (question::judged(steps, look), question::narrated(steps)),
    };
    let sentence = look.spelled(&sentence);
    let word = judged.as_ref().map_or("", |(word, _)| word);
    let lines = wrap(
        format!("{word} {sentence}").trim_start(),
        readable(room.saturating_sub(2)),
    );
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    let rest = first.strip_prefix(word).unwrap_or(&first).to_owned();
    let style = judged.map(|(_, style)| style).unwrap_or_default();
    let first = Line::from(vec![
        Span::raw(" "),
        Span::styled(word.to_owned(), style),
        Span::raw(rest),
    ]);
    let others = lines.map(|line| Line::raw(format!(" {line}")));
    std::iter::once(first).chain(others).collect()
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
    let mut shown: Vec<Line<'a>> = lines
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
        .collect();
    shown.insert(0, Line::raw(""));
    shown
}

/// The trie, and beside it the rule; between them the names, where there is room for all three. Returns
/// whether there was room for the names or the trie alone.
fn draw_trie_and_rule(
    steps: &Steps,
    names: Option<&Names<'_>>,
    look: &Look,
    frame: &mut Frame<'_>,
    area: Rect,
) -> bool {
    let mut left = area;
    if rows(area) >= RuleLine::ALL.len() {
        let columns = RULE_COLUMNS.min(area.width / 2);
        let right = take_right(&mut left, columns);
        let lines = rule(steps, look, usize::from(columns), rows(area));
        draw_lines(frame, right, lines);
    }
    let Some(names) = names else {
        trie::draw(steps, look, frame, left);
        return false;
    };
    let needed = cells(names.columns());
    if left.width >= needed + TRIE_COLUMNS {
        let middle = take_right(&mut left, needed);
        names.draw(look, frame, middle);
        trie::draw(steps, look, frame, left);
        return false;
    }
    if steps.prefers_names() {
        names.draw(look, frame, left);
    } else {
        trie::draw(steps, look, frame, left);
    }
    true
}

/// The last line of the rule, where it applies in this walk: what another entry covers is left out.
fn covered_line<'a>(steps: &Steps, look: &Look, room: usize, is_told: bool) -> Option<Line<'a>> {
    let applies = !steps.walk.left_out().is_empty();
    let is_current = is_told && steps.is_last();
    let sign = if is_current { look.glyphs.cursor } else { " " };
    let text = fit(
        &format!(" {sign} covered: left out"),
        room.saturating_sub(1),
        look.glyphs.more,
    );
    let style = if is_current { look.strong } else { look.faint };
    applies.then(|| {
        let bar = Span::styled(look.glyphs.bar, look.faint);
        Line::from(vec![bar, Span::styled(text, style)])
    })
}

/// The rule, with the line that applies marked; without its title where that takes the last row.
fn rule<'a>(steps: &Steps, look: &Look, room: usize, height: usize) -> Vec<Line<'a>> {
    let is_told = steps.asked().is_none();
    let told = steps.run_of(steps.at).filter(|_| is_told);
    let mut current: Vec<RuleLine> = told.map(|at| steps.walk.narration(at).line).collect();
    // What is found out already is not asked any more.
    let found = steps.asking.found.filter(|_| !is_told);
    current.extend(found.map(|found| match found {
        Found::Witness(_) => RuleLine::Unsafe,
        Found::None => RuleLine::Safe,
    }));
    current.extend(steps.is_pointing().then_some(RuleLine::Question));
    let bar = || Span::styled(look.glyphs.bar, look.faint);
    let title = vec![
        bar(),
        Span::styled("  RULE  ", look.strong),
        Span::raw("visit(node)"),
    ];
    let lines = RuleLine::ALL.iter().map(|&line| {
        let is_current = current.contains(&line);
        let sign = if is_current { look.glyphs.cursor } else { " " };
        let words = line.in_walk_of(&steps.walk.plan().old);
        let text = format!(" {sign} {:indent$}{words}", "", indent = 2 * line.depth());
        let text = fit(&text, room.saturating_sub(1), look.glyphs.more);
        let style = if is_current { look.strong } else { look.faint };
        Line::from(vec![bar(), Span::styled(text, style)])
    });
    let covered = covered_line(steps, look, room, is_told);
    let lines = lines.chain(covered);
    let has_title = height > RuleLine::ALL.len();
    let title = has_title.then(|| spread(title, Vec::new(), room, look.glyphs.more));
    let mut all: Vec<Line<'a>> = title.into_iter().chain(lines).collect();
    all.resize_with(height.max(all.len()), || Line::from(bar()));
    all
}
