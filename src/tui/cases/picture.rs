//! What makes the answer of a case plain, drawn below it.

use ratatui::text::{Line, Span};

use crate::lessons::{CasePicture, CaseQuestion, Timeline};
use crate::tui::look::Look;
use crate::tui::prefix_match::{MatchRow, match_lines, matched_lines};
use crate::tui::text::{fit, width};

/// The cells up to the day of the finding, from there to where a newer action begins, and behind that.
const TIMES: [usize; 3] = [24, 6, 12];

/// The picture of a question that is told; nothing where it has none.
pub(super) fn lines<'a>(look: &Look, question: &CaseQuestion, room: usize) -> Vec<Line<'a>> {
    match &question.picture {
        Some(CasePicture::Matches(matches)) => match_lines(look, &MatchRow::of_case(matches), room),
        Some(CasePicture::Times(times)) => timeline(look, times, room),
        None => Vec::new(),
    }
}

/// What of it may be seen before the answer.
pub(super) fn hint<'a>(look: &Look, question: &CaseQuestion, room: usize) -> Vec<Line<'a>> {
    match &question.picture {
        Some(CasePicture::Matches(matches)) => {
            matched_lines(look, &MatchRow::of_case(matches), room)
        }
        Some(CasePicture::Times(times)) => timeline(look, times, room),
        None => Vec::new(),
    }
}

/// The time that the finding is about, and below it that of the action, in the colour of what is safe where the finding
/// sees it.
fn timeline<'a>(look: &Look, times: &Timeline, room: usize) -> Vec<Line<'a>> {
    let names = ["the finding", times.action.as_str()];
    let column = names.map(width).into_iter().max().unwrap_or_default() + 2;
    let heading = |name: &str| Span::styled(format!(" {name:<column$}"), look.strong);
    let seen = |cells: usize| Span::styled("=".repeat(cells), look.safe);
    let unseen = |cells: usize| Span::styled("-".repeat(cells), look.faint);
    let [watched, between, later] = TIMES;
    let made = times.finding.map_or_else(
        || "made half a year later".to_owned(),
        |day| format!("made on {day}"),
    );
    let finding = vec![
        heading(names[0]),
        Span::raw("=".repeat(watched)),
        Span::raw(format!("| {made}")),
    ];
    let mut action = vec![heading(names[1])];
    if times.is_newer() {
        action.push(Span::raw(" ".repeat(watched + between)));
        action.push(Span::raw("|"));
        action.push(unseen(later));
    } else if times.tracked == Some(true) {
        action.extend([seen(watched), Span::raw("="), unseen(between + later)]);
    } else {
        action.push(unseen(watched + 1 + between + later));
    }
    let since = times.since.filter(|_| times.is_newer());
    let since = since.map(|since| format!("since {since}"));
    let tracked = times.tracked.map(|is_tracked| {
        let tracked = if is_tracked { "tracked" } else { "not tracked" };
        tracked.to_owned()
    });
    let told: Vec<String> = since.into_iter().chain(tracked).collect();
    let told = format!(" {}", told.join(", "));
    let taken: usize = action.iter().map(Span::width).sum();
    let told = fit(&told, room.saturating_sub(taken + 1), look.glyphs.more);
    action.push(Span::raw(told));
    vec![
        Line::default(),
        Line::from(finding),
        Line::from(action),
        Line::default(),
    ]
}
