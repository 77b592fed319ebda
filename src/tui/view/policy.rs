//! The policy pane: the change being made, entry by entry.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{
    draw_lines, pane_title, rows, select_line, tell_hidden, top_for, under_title, without_last,
};
use crate::refine::{EntryOutcome, GoesBecause, StaysBecause};
use crate::review::{Decision, EntryPlace, EntryReview, statement_title};
use crate::text::grouped;
use crate::tui::filter::Filter;
use crate::tui::model::{Model, Pane};
use crate::tui::outline::{OutlineRow, Placed};
use crate::tui::text::spread;
use crate::tui::why::policy_name;

/// What the boxes mean, for those who see them for the first time.
const LEGEND: [&str; 3] = [
    " [ ] undecided: written as it was",
    " [x] accepted: narrowed",
    " [-] rejected: left as it was",
];

/// The columns of the pane where the box of a row stands; none for rows without one.
pub(in crate::tui) fn box_columns(placed: &Placed) -> Range<usize> {
    match placed.row {
        OutlineRow::Entry(_) | OutlineRow::Literals { .. } => {
            let start = indent(placed);
            start..start + 3
        }
        _ => 0..0,
    }
}

/// The column where a row's text begins.
fn indent(placed: &Placed) -> usize {
    match placed.row {
        OutlineRow::Policy(_) | OutlineRow::Statement { .. } => 2,
        OutlineRow::New { .. } => 2 * placed.depth + 2,
        _ => 2 * placed.depth,
    }
}

pub(super) fn draw(model: &mut Model, frame: &mut Frame<'_>, area: Rect) {
    let (title, mut body) = under_title(area);
    let count = model.outline.rows().len();
    // The legend must not take a row from the list.
    if rows(body) > count + LEGEND.len() {
        body = without_last(body, LEGEND.len());
        let legend = Rect {
            y: body.bottom(),
            height: area.bottom() - body.bottom(),
            ..area
        };
        let lines = LEGEND.map(|text| Line::styled(text, model.look.faint));
        draw_lines(frame, legend, lines);
    }
    let undecided = model.undecided_places().count();
    let right = match undecided {
        0 => "all decided ".to_owned(),
        count => format!("{} undecided ", grouped(count)),
    };
    let right = vec![Span::raw(right)];
    let filter = match model.outline.filter() {
        Filter::All => "",
        filter => filter.as_str(),
    };
    frame.render_widget(
        pane_title(model, Pane::Policy, filter, right, title.width),
        title,
    );

    let top = top_for(
        model.outline.cursor(),
        count,
        model.seen.policy_top,
        rows(body),
    );
    model.seen.policy_top = top;
    model.seen.policy = body;
    let lines = (model.outline.rows().iter().enumerate())
        .skip(top)
        .take(rows(body))
        .map(|(index, placed)| row_line(model, index, placed, usize::from(body.width)));
    draw_lines(frame, body, lines);
    let hidden = count.saturating_sub(top + rows(body));
    tell_hidden(frame, area, hidden, &model.look);
    if count == 0 {
        let text = format!(" None is {filter}; f shows others");
        draw_lines(frame, body, [Line::styled(text, model.look.faint)]);
    } else if model.pane == Pane::Policy {
        select_line(frame, body, model.outline.cursor() - top, &model.look);
    }
}

fn row_line<'a>(model: &Model, index: usize, placed: &Placed, room: usize) -> Line<'a> {
    let look = &model.look;
    let is_current = index == model.outline.cursor();
    let cursor = if is_current { look.glyphs.cursor } else { " " };
    let start = indent(placed);
    let mut left = vec![
        Span::raw(" ".repeat(start - 2)),
        Span::raw(format!("{cursor} ")),
    ];
    let (text, right) = match placed.row {
        OutlineRow::Policy(policy) => (
            vec![Span::styled(
                policy_name(&model.review, policy),
                look.strong,
            )],
            String::new(),
        ),
        OutlineRow::Statement { policy, statement } => {
            (title(model, policy, statement), String::new())
        }
        OutlineRow::Denies { policy, statement } => {
            (denied(model, policy, statement), String::new())
        }
        OutlineRow::Literals { first, count } => literals(model, placed.row, first, count),
        OutlineRow::Entry(place) => entry(model, placed.row, place),
        OutlineRow::New { place, index } => new_entry(model, place, index),
    };
    left.extend(text);
    let right = vec![Span::raw(format!(" {right:>4} "))];
    spread(left, right, room, look.glyphs.more)
}

fn title<'a>(model: &Model, policy: usize, statement: usize) -> Vec<Span<'a>> {
    let look = &model.look;
    let document = model.review.input().document(policy);
    let text = statement_title(&document.policy().statements[statement]);
    let mut spans = vec![Span::styled(
        format!("#{} {text}", statement + 1),
        look.strong,
    )];
    if model.review.outcomes()[policy].is_removed(statement) {
        spans.push(Span::styled("  goes", look.caution));
    }
    spans
}

fn denied<'a>(model: &Model, policy: usize, statement: usize) -> Vec<Span<'a>> {
    let document = model.review.input().document(policy);
    let entries = document.policy().statements[statement].actions.entries();
    let names: Vec<String> = entries.iter().map(ToString::to_string).collect();
    vec![Span::styled(
        format!("      never changed: {}", names.join(", ")),
        model.look.faint,
    )]
}

fn literals<'a>(
    model: &Model,
    row: OutlineRow,
    first: EntryPlace,
    count: usize,
) -> (Vec<Span<'a>>, String) {
    let state = model.review.state();
    let Some(entry) = state.entry(first) else {
        return (Vec::new(), String::new());
    };
    let service = entry.plan.old.service().map_or("", |own| own.as_str());
    let name = format!("{count} literal {service} actions");
    let decisions: Vec<Decision> = row
        .places(state)
        .into_iter()
        .filter_map(|place| state.decision(place))
        .collect();
    let decision = decisions.first().copied();
    let is_mixed = decisions.iter().any(|own| Some(*own) != decision);
    let mark = if is_mixed { "[~]" } else { box_of(decision) };
    let spans = changed(model, mark, entry, decision, name);
    (spans, fate_of(entry).to_owned())
}

fn entry<'a>(model: &Model, row: OutlineRow, place: EntryPlace) -> (Vec<Span<'a>>, String) {
    let state = model.review.state();
    let decision = state.decision(place);
    let Some(entry) = state.entry(place) else {
        return (extension(model, place), String::new());
    };
    let mut spans = changed(
        model,
        box_of(decision),
        entry,
        decision,
        entry.plan.old.to_string(),
    );
    let new = entry.plan.replacements().map_or(0, <[_]>::len);
    if new > 0 && !model.outline.is_open(&model.review, row) {
        let arrow = model.look.glyphs.arrow;
        spans.push(Span::styled(format!(" {arrow} {new}"), model.look.faint));
    }
    let is_edited =
        !entry.marks.is_empty() || entry.granularity != model.review.input().options.granularity;
    if is_edited && decision != Some(Decision::Undecided) {
        let word = if entry.plan.changes() {
            " edited"
        } else {
            " unchanged, kept"
        };
        spans.push(Span::styled(word, model.look.caution));
    }
    let universe = model.review.input().universe_of(place.policy);
    let is_unlisted = |service| !universe.knows_service(service);
    let right = if entry.plan.old.is_literal() {
        fate_of(entry).to_owned()
    } else if entry.plan.old.service().is_some_and(is_unlisted) {
        // What it grants is not known.
        model.look.glyphs.unknown.to_owned()
    } else {
        grouped(entry.plan.stays + entry.plan.goes)
    };
    (spans, right)
}

/// An entry, or several, as they are changed.
fn changed<'a>(
    model: &Model,
    mark: &'static str,
    entry: &EntryReview,
    decision: Option<Decision>,
    name: String,
) -> Vec<Span<'a>> {
    let goes = entry.plan.changes() && decision != Some(Decision::Rejected);
    let (sign, sign_style, style) = match (goes, decision) {
        (true, Some(Decision::Accepted)) => ("- ", model.look.caution, model.look.caution),
        (true, _) => ("- ", model.look.caution, Style::new()),
        (false, _) => ("  ", Style::new(), Style::new()),
    };
    vec![
        Span::raw(format!("{mark} ")),
        Span::styled(sign, sign_style),
        Span::styled(name, style),
    ]
}

fn extension<'a>(model: &Model, place: EntryPlace) -> Vec<Span<'a>> {
    let state = model.review.state();
    let text = match state.additions(place).len() {
        0 => "it grants nothing that is unused".to_owned(),
        1 => "1 entry to append to NotAction".to_owned(),
        count => format!("{count} entries to append to NotAction"),
    };
    let mark = box_of(state.decision(place));
    vec![
        Span::raw(format!("{mark}   ")),
        Span::styled(text, model.look.faint),
    ]
}

fn new_entry<'a>(model: &Model, place: EntryPlace, index: usize) -> (Vec<Span<'a>>, String) {
    let look = &model.look;
    let state = model.review.state();
    let accepted = state.decision(place) == Some(Decision::Accepted);
    let style = if accepted { look.safe } else { Style::new() };
    let sign = Span::styled("+ ", look.safe);
    let replacements = state
        .entry(place)
        .and_then(|entry| entry.plan.replacements());
    let Some(new) = replacements.and_then(|new| new.get(index)) else {
        let added = state.additions(place).get(index);
        let name = added.map(ToString::to_string).unwrap_or_default();
        return (vec![sign, Span::styled(name, style)], String::new());
    };
    let name = new.entry.to_string();
    let outcome = &model.review.outcomes()[place.policy];
    let covered_by = outcome
        .left_out(place.statement, place.entry)
        .find(|left_out| left_out.entry == new.entry)
        .map(|left_out| left_out.covered_by.to_string());
    match covered_by {
        Some(wider) => (
            vec![Span::styled(
                format!("  {name} covered by {wider}"),
                look.faint,
            )],
            String::new(),
        ),
        None => (vec![sign, Span::styled(name, style)], grouped(new.grants)),
    }
}

fn box_of(decision: Option<Decision>) -> &'static str {
    match decision {
        None => "   ",
        Some(Decision::Undecided) => "[ ]",
        Some(Decision::Accepted) => "[x]",
        Some(Decision::Rejected) => "[-]",
    }
}

/// The word at the end of a literal's row.
fn fate_of(entry: &EntryReview) -> &'static str {
    match entry.plan.outcome {
        EntryOutcome::Goes(GoesBecause::Dropped) => "dropped",
        EntryOutcome::Goes(_) => "unused",
        EntryOutcome::Stays(StaysBecause::Kept) => "kept",
        EntryOutcome::Stays(StaysBecause::NotEditable) => "locked",
        _ => "",
    }
}
