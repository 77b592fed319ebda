//! The sheet of a test: what came of each set, and which lesson it was about.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::lessons::{ClosingTest, TestPart};
use crate::text::list;
use crate::tui::lines::{draw_lines, draw_rule, select_line, take_top};
use crate::tui::look::Look;
use crate::tui::said::said;
use crate::tui::text::{cells, spread};

/// Draws a row for each set, and what to do about those that are not right. Returns where the rows are.
pub(super) fn draw(
    look: &Look,
    test: &ClosingTest,
    cursor: usize,
    frame: &mut Frame<'_>,
    area: Rect,
) -> Rect {
    let room = usize::from(area.width);
    let mut rest = area;
    draw_rule(frame, take_top(&mut rest), look);
    let rows: Vec<Line<'_>> = test
        .parts()
        .iter()
        .map(|part| row(look, part, room))
        .collect();
    let of_rows = Rect {
        height: cells(rows.len()).min(rest.height),
        ..rest
    };
    draw_lines(frame, of_rows, rows);
    select_line(frame, of_rows, cursor, look);
    rest.y += of_rows.height;
    rest.height -= of_rows.height;
    draw_rule(frame, take_top(&mut rest), look);
    draw_lines(frame, rest, said(look, None, &verdict(test), room));
    of_rows
}

/// `✓ lesson 3  the sibling trap: an unused name can begin with …   42 s`
fn row<'a>(look: &Look, part: &TestPart, room: usize) -> Line<'a> {
    let subject = part.set.subject;
    let (sign, style) = if part.is_right() {
        (look.glyphs.safe, look.safe)
    } else {
        (look.glyphs.unused, look.caution)
    };
    let about = match subject.lesson() {
        Some(lesson) => format!("lesson {lesson}  {}", subject.title()),
        None => format!("all       {}", subject.title()),
    };
    let told = part.told();
    let told = told.map_or_else(String::new, |told| format!(": {told}"));
    let time = part.time().map(|time| format!(" {time} "));
    let time = Span::styled(time.unwrap_or_default(), look.faint);
    let left = vec![
        Span::raw("   "),
        Span::styled(format!("{sign} "), style),
        Span::raw(about),
        Span::styled(told, look.faint),
    ];
    spread(left, vec![time], room, look.glyphs.more)
}

/// What is to be done next, and whether it counts.
fn verdict(test: &ClosingTest) -> String {
    let missed = test.of_lessons().filter(|part| !part.is_right());
    let mut lessons: Vec<usize> = missed
        .filter_map(|part| part.set.subject.lesson())
        .collect();
    lessons.sort_unstable();
    let first = lessons.first().copied();
    let lessons: Vec<String> = lessons.iter().map(usize::to_string).collect();
    let practise = match first {
        None if test.right() == test.parts().len() => {
            "All are right: you can refine a policy by hand, and say of each entry why it is so."
                .to_owned()
        }
        None => "What to practise on: whole statements, with `iam-refine learn practice whole`."
            .to_owned(),
        Some(first) => format!(
            "What to practise on: {} {}, with `iam-refine learn {first} practice`.",
            if lessons.len() == 1 {
                "lesson"
            } else {
                "lessons"
            },
            list(&lessons)
        ),
    };
    let counts = if test.is_first_time() {
        "This counts: it is kept where it is your best."
    } else {
        "This does not count: results of this seed were seen before."
    };
    // On a narrow screen its row has no room for all of it.
    let statement = test.statement_score();
    let statement = statement.map_or_else(String::new, |score| format!("The statement: {score}. "));
    format!("Enter shows a set with its result, and why. {statement}{practise} {counts}")
}
