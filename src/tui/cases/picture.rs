//! What makes the answer of a case plain, drawn below it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::lessons::{CasePicture, CaseQuestion, FindingMade, Timeline};
use crate::tui::look::Look;
use crate::tui::prefix_match::{MatchRow, match_lines, matched_lines};
use crate::tui::text::width;

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
/// sees it. Nothing where there is no room for both with what is said of them.
fn timeline<'a>(look: &Look, times: &Timeline, room: usize) -> Vec<Line<'a>> {
    let made = match times.finding {
        FindingMade::On(day) => format!("made on {day}"),
        FindingMade::Undated => "made on a day not told".to_owned(),
        FindingMade::Anew => "made half a year later".to_owned(),
    };
    let since = times.since.map(|since| format!("since {since}"));
    let tracked = times.tracked.map(|is_tracked| {
        let tracked = if is_tracked { "tracked" } else { "not tracked" };
        tracked.to_owned()
    });
    let told: Vec<String> = since.into_iter().chain(tracked).collect();
    let told = told.join(", ");
    let names = ["the finding", times.action.as_str()];
    let column = names.map(width).into_iter().max().unwrap_or_default() + 2;
    let words = width(&made).max(width(&told)) + 2;
    // The whole picture, or one half as wide.
    let mut scales = [1, 2].into_iter();
    let is_seen = |scale: &usize| column + TIMES.iter().sum::<usize>() / scale + words + 2 <= room;
    let Some(scale) = scales.find(is_seen) else {
        return Vec::new();
    };
    let [watched, between, later] = TIMES.map(|cells| cells / scale);
    let heading = |name: &str| Span::styled(format!(" {name:<column$}"), look.strong);
    let bar = |sign: &str, cells: usize, style| Span::styled(sign.repeat(cells), style);
    let plain = Style::new();
    let (seen, unseen) = match times.tracked {
        Some(true) => ("=", look.safe),
        Some(false) | None => ("-", look.faint),
    };
    let mut action = vec![heading(names[1])];
    if times.is_newer() {
        action.push(bar(" ", watched + between, plain));
        action.push(bar("|", 1, plain));
        action.push(bar("-", later, look.faint));
    } else {
        // It came while the finding watched, or was there before.
        let before = times.since.map_or(0, |_| watched / 2);
        action.push(bar(" ", before.saturating_sub(1), plain));
        action.push(bar("|", before.min(1), plain));
        action.push(bar(seen, watched + 1 - before, unseen));
        action.push(bar("-", between + later, look.faint));
    }
    action.push(Span::raw(format!(" {told}")));
    let finding = vec![
        heading(names[0]),
        bar("=", watched, plain),
        Span::raw(format!("| {made}")),
    ];
    vec![
        Line::default(),
        Line::from(finding),
        Line::from(action),
        Line::default(),
    ]
}
