//! The policy pane: the change being made, entry by entry.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::boxes::indent;
use super::costs::{becomes, costs};
use super::filter::EntryFilter;
use super::row::{OutlineRow, PlacedRow};

use crate::document::Place;
use crate::explain::{outcome_word, policy_name};
use crate::refine::{Claim, EntryOutcome, MarkKind, StaysBecause};
use crate::review::{Decision, EntryPlace, EntryReview, statement_title};
use crate::text::{grouped, printable};
use crate::tui::lines::{
    draw_lines, rows, select_line, tell_hidden, top_for, under_title, without_last,
};
use crate::tui::look::Look;
use crate::tui::review::{Pane, ReviewScreen, pane_title};
use crate::tui::text::{fit_name, spread, width};

/// What the boxes mean, for those who see them for the first time.
const LEGEND: [&str; 3] = [
    " [ ] undecided: written as it was",
    " [x] accepted: narrowed",
    " [-] rejected: left as it was",
];

pub(crate) fn draw(look: &Look, screen: &mut ReviewScreen, frame: &mut Frame<'_>, area: Rect) {
    let (title, mut body) = under_title(area);
    let count = screen.outline.rows().len();
    // The legend must not take a row from the list.
    if rows(body) > count + LEGEND.len() {
        body = without_last(body, LEGEND.len());
        let legend = Rect {
            y: body.bottom(),
            height: area.bottom() - body.bottom(),
            ..area
        };
        let lines = LEGEND.map(|text| Line::styled(text, look.faint));
        draw_lines(frame, legend, lines);
    }
    let filter = screen.outline.filter().as_str();
    let right = vec![Span::styled("  actions ", look.faint)];
    let about = about(screen);
    frame.render_widget(
        pane_title(look, screen, Pane::Policy, &about, right, title.width),
        title,
    );

    let top = top_for(
        screen.outline.cursor(),
        count,
        screen.seen.policy_top,
        rows(body),
    );
    screen.seen.policy_top = top;
    screen.seen.policy = body;
    let lines = (screen.outline.rows().iter().enumerate())
        .skip(top)
        .take(rows(body))
        .map(|(index, placed)| row_line(look, screen, index, placed, usize::from(body.width)));
    draw_lines(frame, body, lines);
    let hidden = count.saturating_sub(top + rows(body));
    tell_hidden(frame, area, hidden, look);
    if count == 0 {
        let text = format!(" None is {filter}; f shows others");
        draw_lines(frame, body, [Line::styled(text, look.faint)]);
    } else if screen.pane == Pane::Policy {
        select_line(frame, body, screen.outline.cursor() - top, look);
    }
}

/// What the title says: which entries are shown, and how many are decided.
fn about(screen: &ReviewScreen) -> String {
    let all = screen.review.state().places().count();
    let decided = all - screen.undecided_places().count();
    let rejected = screen.rejected_places().count();
    let entries = if all == 1 { "entry" } else { "entries" };
    let progress = match (all, decided) {
        (0, _) => "nothing to decide".to_owned(),
        // What is rejected is decided, and changes nothing: one may come back to it.
        (all, decided) if all == decided && rejected > 0 => {
            let accepted = grouped(all - rejected);
            format!("{accepted} accepted, {} rejected", grouped(rejected))
        }
        (all, decided) => format!("{} of {} {entries} decided", grouped(decided), grouped(all)),
    };
    let filter = match screen.outline.filter() {
        EntryFilter::All => None,
        filter => Some(filter.as_str()),
    };
    let order = screen.outline.order().as_str();
    let shown: Vec<&str> = filter.into_iter().chain(order).collect();
    format!("{}  {progress}", shown.join(", "))
        .trim_start()
        .to_owned()
}

/// The columns that the first so many rows need, and the title: at least, with costs in few
/// words, and with them in many.
pub(crate) fn columns(look: &Look, screen: &ReviewScreen, most: usize) -> [usize; 2] {
    let rows = screen.outline.rows().iter().enumerate();
    let seen = rows.take(most);
    let title = " 1 POLICY    actions ".len() + width(&about(screen));
    let is_list = screen.review.input().has_several_principals();
    seen.fold([title; 2], |[least, fullest], (index, placed)| {
        let parts = row_parts(look, screen, index, placed, usize::MAX);
        let left: usize = parts.left.iter().map(Span::width).sum();
        let [full, .., short] = costs(look, screen, placed.row);
        let needed = left + width(&parts.right).max(4) + 2;
        let becomes = parts.becomes.map_or(0, |becomes| becomes.width());
        // What a statement is on can be read among the reasons.
        let needed = match placed.row {
            OutlineRow::Policy(_) if is_list => needed,
            OutlineRow::Policy(_) | OutlineRow::Statement { .. } | OutlineRow::Denies { .. } => {
                needed.min(title)
            }
            _ => needed,
        };
        [
            least.max(needed + width(&short)),
            fullest.max(needed + becomes + width(&full)),
        ]
    })
}

fn row_line<'a>(
    look: &Look,
    screen: &ReviewScreen,
    index: usize,
    placed: &PlacedRow,
    room: usize,
) -> Line<'a> {
    let RowParts {
        mut left,
        name,
        becomes,
        right,
    } = row_parts(look, screen, index, placed, room);
    let right = match right.as_str() {
        "" => " ".to_owned(),
        right => format!(" {right:>4} "),
    };
    if let Some(name) = name {
        let room = room.saturating_sub(width(&right));
        fit_name(&mut left, name, room, look.glyphs.more);
    }
    let taken: usize = left.iter().map(Span::width).sum::<usize>() + width(&right);
    let becomes_cells = becomes.as_ref().map_or(0, Span::width);
    // What goes matters more than what it costs, and that more than how many entries are written for it.
    let [full, short, goes, number] = costs(look, screen, placed.row);
    let fits = |cells: usize, text: &String| taken + cells + width(text) <= room;
    let candidates = [
        (becomes_cells, full.clone()),
        (becomes_cells, short.clone()),
        (0, full),
        (0, short),
        (becomes_cells, goes.clone()),
        (0, goes),
        (becomes_cells, number.clone()),
        (0, number),
    ];
    let shown = candidates
        .into_iter()
        .find(|(cells, text)| fits(*cells, text));
    let (cells, cost) = shown.unwrap_or_default();
    left.extend(becomes.filter(|_| cells > 0));
    let cost = Span::styled(cost, look.faint);
    spread(left, vec![cost, Span::raw(right)], room, look.glyphs.more)
}

/// What a row is made of.
struct RowParts<'a> {
    left: Vec<Span<'a>>,
    /// Which of these is the name of actions, or a pattern of such.
    name: Option<usize>,
    /// How many entries are written in the place of the one, where that is said.
    becomes: Option<Span<'a>>,
    right: String,
}

/// What stands at the left of a row and at its right.
fn row_parts<'a>(
    look: &Look,
    screen: &ReviewScreen,
    index: usize,
    placed: &PlacedRow,
    room: usize,
) -> RowParts<'a> {
    let is_current = index == screen.outline.cursor();
    let cursor = if is_current { look.glyphs.cursor } else { " " };
    let start = indent(placed);
    let mut left = vec![
        Span::raw(" ".repeat(start - 2)),
        Span::raw(format!("{cursor} ")),
    ];
    let (text, right) = match placed.row {
        OutlineRow::Policy(policy) => policy_row(look, screen, policy, room),
        OutlineRow::Statement { policy, statement } => {
            let title = title(look, screen, policy, statement);
            (title, locked(screen, policy, statement).to_owned())
        }
        OutlineRow::Denies { policy, statement } => {
            (denied(look, screen, policy, statement), String::new())
        }
        OutlineRow::Literals { first, count } => literals(look, screen, placed.row, first, count),
        OutlineRow::Entry(place) => entry(look, screen, place),
        OutlineRow::New { place, index } => new_entry(look, screen, place, index),
    };
    // Behind the signs.
    let name = match placed.row {
        OutlineRow::Entry(_) => text.get(2).map(|_| left.len() + 2),
        OutlineRow::New { .. } => text.get(1).map(|_| left.len() + 1),
        _ => None,
    };
    left.extend(text);
    RowParts {
        left,
        name,
        becomes: becomes(look, screen, placed.row),
        right,
    }
}

/// What a policy is called; of one in a block where that is, which is not cut.
fn policy_row<'a>(
    look: &Look,
    screen: &ReviewScreen,
    policy: usize,
    room: usize,
) -> (Vec<Span<'a>>, String) {
    let places = OutlineRow::Policy(policy).places(screen.review.state());
    let mark = decided_box(screen, &places);
    let name = |text: String| {
        vec![
            Span::raw(format!("{mark} ")),
            Span::styled(text, look.strong),
        ]
    };
    let loaded = screen.review.policy(policy).loaded;
    let Some(block) = &loaded.origin.block else {
        let shared = shared(screen, policy).to_owned();
        return (name(policy_name(&screen.review, policy)), shared);
    };
    // In a list of several principals' policies one looks for a principal.
    let called = match block.holders.as_slice() {
        [holder] if screen.review.input().has_several_principals() => holder.clone(),
        _ => block.called(),
    };
    let called = name(printable(&called).into_owned());
    let file = loaded.document.source().name().to_string();
    let mut place = format!("{file}:{}", block.line);
    // The cursor, and blanks around the place.
    let taken = called.iter().map(Span::width).sum::<usize>() + 4;
    if taken.saturating_add(width(&place)) > room {
        let file = file.rsplit('/').next().unwrap_or_default();
        place = format!("{file}:{}", block.line);
    }
    (called, place)
}

/// That others have a policy too, and keep it as it is.
fn shared(screen: &ReviewScreen, policy: usize) -> &'static str {
    let input = screen.review.input();
    match input.principal.shares(&input.policies[policy].loaded) {
        Some(_) => "shared",
        None => "",
    }
}

fn title<'a>(look: &Look, screen: &ReviewScreen, policy: usize, statement: usize) -> Vec<Span<'a>> {
    let document = screen.review.input().document(policy);
    let text = statement_title(&document.policy().statements[statement]);
    let mut spans = vec![Span::styled(
        format!("#{} {text}", statement + 1),
        look.strong,
    )];
    if screen.review.outcomes()[policy].is_removed(statement) {
        spans.push(Span::styled("  goes", look.caution));
    }
    spans
}

/// That a statement stays whatever is accepted of it, or that nobody knows all that it grants.
fn locked(screen: &ReviewScreen, policy: usize, statement: usize) -> &'static str {
    let input = screen.review.input();
    let state = screen.review.state();
    let written = &input.document(policy).policy().statements[statement];
    if state.why_whole(input, policy, statement).is_some() {
        "has to stay"
    } else if written.has_unknown_entries {
        "not all is known"
    } else {
        ""
    }
}

fn denied<'a>(
    look: &Look,
    screen: &ReviewScreen,
    policy: usize,
    statement: usize,
) -> Vec<Span<'a>> {
    let document = screen.review.input().document(policy);
    let entries = document.policy().statements[statement].actions.entries();
    let names: Vec<String> = entries.iter().map(ToString::to_string).collect();
    vec![Span::styled(
        format!("      never changed: {}", names.join(", ")),
        look.faint,
    )]
}

fn literals<'a>(
    look: &Look,
    screen: &ReviewScreen,
    row: OutlineRow,
    first: EntryPlace,
    count: usize,
) -> (Vec<Span<'a>>, String) {
    let state = screen.review.state();
    let Some(entry) = state.entry(first) else {
        return (Vec::new(), String::new());
    };
    let service = entry
        .plan
        .old
        .service()
        .map_or("", |service| service.as_str());
    let name = format!("{count} literal {service} actions");
    let places = row.places(state);
    let decision = places.first().and_then(|place| state.decision(*place));
    let mark = decided_box(screen, &places);
    let spans = changed(look, mark, entry, decision, name);
    (spans, outcome_word(&entry.plan.outcome).to_owned())
}

fn entry<'a>(look: &Look, screen: &ReviewScreen, place: EntryPlace) -> (Vec<Span<'a>>, String) {
    let state = screen.review.state();
    let decision = state.decision(place);
    let Some(entry) = state.entry(place) else {
        return (extension(look, screen, place), String::new());
    };
    let mut spans = changed(
        look,
        box_of(decision),
        entry,
        decision,
        entry.plan.old.to_string(),
    );
    let is_edited =
        !entry.marks.is_empty() || entry.granularity != screen.review.input().options.granularity;
    if is_edited && decision != Some(Decision::Undecided) {
        let is_whole = entry.marks.iter().any(|mark| mark.kind == MarkKind::Whole);
        let word = if entry.plan.changes() {
            " edited"
        } else if is_whole {
            " left whole"
        } else {
            " unchanged, kept"
        };
        spans.push(Span::styled(word, look.caution));
    }
    let document = screen.review.input().document(place.policy);
    let written = document.place(place.statement, place.entry);
    if let Place::Opaque(_, reason) = written {
        let from = reason.strip_prefix("it comes ").unwrap_or(reason);
        spans.push(Span::styled(format!("  {}", printable(from)), look.faint));
    }
    let universe = screen.review.input().universe_of(place.policy);
    let is_unlisted = |service| !universe.knows_service(service);
    let right = if entry.plan.outcome == EntryOutcome::Stays(StaysBecause::NotEditable) {
        "unused, locked".to_owned()
    } else if !written.is_editable() {
        "locked".to_owned()
    } else if entry.plan.old.is_literal() {
        outcome_word(&entry.plan.outcome).to_owned()
    } else if entry.plan.old.service().is_some_and(is_unlisted) {
        // What it grants is not known.
        look.glyphs.unknown.to_owned()
    } else {
        grouped(entry.plan.stays + entry.plan.goes)
    };
    (spans, right)
}

/// An entry, or several, as they are changed.
fn changed<'a>(
    look: &Look,
    mark: &'static str,
    entry: &EntryReview,
    decision: Option<Decision>,
    name: String,
) -> Vec<Span<'a>> {
    let goes = entry.plan.changes() && decision != Some(Decision::Rejected);
    let (sign, sign_style, style) = match (goes, decision) {
        (true, Some(Decision::Accepted)) => ("- ", look.caution, look.caution),
        // A proposal is no fact.
        (true, _) => ("- ", look.faint, Style::new()),
        (false, _) => ("  ", Style::new(), Style::new()),
    };
    vec![
        Span::raw(format!("{mark} ")),
        Span::styled(sign, sign_style),
        Span::styled(name, style),
    ]
}

fn extension<'a>(look: &Look, screen: &ReviewScreen, place: EntryPlace) -> Vec<Span<'a>> {
    let state = screen.review.state();
    let text = match state.additions(place).len() {
        0 => "it grants nothing that is unused".to_owned(),
        1 => "1 entry to append to NotAction".to_owned(),
        count => format!("{count} entries to append to NotAction"),
    };
    let mark = box_of(state.decision(place));
    vec![
        Span::raw(format!("{mark}   ")),
        Span::styled(text, look.faint),
    ]
}

fn new_entry<'a>(
    look: &Look,
    screen: &ReviewScreen,
    place: EntryPlace,
    index: usize,
) -> (Vec<Span<'a>>, String) {
    let state = screen.review.state();
    let replacements = state
        .entry(place)
        .and_then(|entry| entry.plan.replacements());
    let new = replacements.and_then(|new| new.get(index));
    let is_whole = new.is_some_and(|new| matches!(new.claim, Claim::WholePrefix { .. }));
    let colour = if is_whole { look.caution } else { look.safe };
    let accepted = state.decision(place) == Some(Decision::Accepted);
    // A proposal is no fact.
    let style = if accepted { colour } else { look.faint };
    let sign = Span::styled("+ ", style);
    let Some(new) = new else {
        let added = state.additions(place).get(index);
        let name = added.map(ToString::to_string).unwrap_or_default();
        return (vec![sign, Span::styled(name, style)], String::new());
    };
    let name = new.entry.to_string();
    let left_out = screen.review.left_out(place).into_iter();
    let covered_by = { left_out }
        .find(|left_out| *left_out.entry == new.entry)
        .map(|left_out| left_out.covered_by.to_string());
    if let Some(wider) = covered_by {
        let text = if wider == name {
            format!("  {name} as another entry has it")
        } else {
            format!("  {name} covered by {wider}")
        };
        return (vec![Span::styled(text, look.faint)], String::new());
    }
    let mut spans = vec![sign, Span::styled(name, style)];
    if is_whole {
        spans.push(Span::styled(" left whole", look.caution));
    }
    (spans, grouped(new.grants))
}

/// The box of a row that stands for several entries.
fn decided_box(screen: &ReviewScreen, places: &[EntryPlace]) -> &'static str {
    let state = screen.review.state();
    let mut decisions = places.iter().filter_map(|place| state.decision(*place));
    let first = decisions.next();
    if decisions.any(|other| Some(other) != first) {
        "[~]"
    } else {
        box_of(first)
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
