//! What practice says: of each miss why it is one, and in the end how the result came to be.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::lessons::{Choosing, ChoosingRow, ChosenRows, PracticeStage, Writing, WrittenEntries};
use crate::text::counted;
use crate::tui::look::Look;
use crate::tui::prefix_match::{MatchRow, match_lines};
use crate::tui::said::said;
use crate::tui::text::{spread, width};

/// What is said below the rows.
pub(super) fn lines<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    let stage = screen.attempt().stage();
    let style = if stage == PracticeStage::Right {
        look.safe
    } else {
        look.caution
    };
    let verdict = screen.work.verdict();
    let verdict = verdict.map(|word| (word, style.patch(look.strong)));
    let hint = screen.hint();
    let verdict = hint
        .as_ref()
        .map_or(verdict, |_| Some(("HINT.", look.strong)));
    let here = match (screen.writing(), screen.choosing()) {
        _ if hint.is_some() => hint.unwrap_or_default(),
        (Some(writing), _) => of_name(screen, writing),
        (_, Some(choosing)) => of_row(screen, choosing),
        (None, None) => String::new(),
    };
    // What a task is about, its lesson says.
    let entries = screen.attempt().entries();
    let entries = entries.filter(|_| screen.attempt().is_done() && screen.work.tells_point());
    let point = entries.and_then(WrittenEntries::point);
    let mut lines = match (point, here.as_str()) {
        (Some(point), here) => {
            let mut lines = said(look, verdict, &format!("The point: {point}"), room);
            lines.extend(said(look, None, here, room));
            lines
        }
        (None, "") => Vec::new(),
        (None, here) => said(look, verdict, here, room),
    };
    if matches!(stage, PracticeStage::Tried | PracticeStage::Told) {
        lines.extend(misses(look, screen, room));
    }
    lines
}

/// How the prefix that decides about the name under the cursor matches the wildcard, once that may be told.
pub(super) fn matched<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    let walk = screen.walk().filter(|_| screen.may_be_told());
    let matches = walk.zip(screen.action()).and_then(|(walk, action)| {
        let at = walk.steps_above(&action).pop()?;
        Some(MatchRow::of_step(walk, at))
    });
    match_lines(look, &matches.unwrap_or_default(), room)
}

/// What is to be known of the name under the cursor: how it is decided, once that may be told.
fn of_name(screen: &PracticeScreen, writing: &dyn Writing) -> String {
    match screen.attempt().stage() {
        PracticeStage::Open => screen.work.reminder(writing),
        PracticeStage::Tried => how_far(screen),
        PracticeStage::Right | PracticeStage::Told => {
            let decided = screen.action().and_then(|action| writing.decided(&action));
            decided.unwrap_or_default()
        }
    }
}

/// What is to be known of the row under the cursor.
fn of_row(screen: &PracticeScreen, choosing: &Choosing) -> String {
    let Some(row) = choosing.rows.get(screen.cursor) else {
        return String::new();
    };
    if screen.attempt().is_done() {
        return row.why.clone();
    }
    let known = match row.known.as_str() {
        "" => String::new(),
        known => format!("{}: {known}.", row.what),
    };
    match screen.attempt().stage() {
        PracticeStage::Tried => format!("{} {known}", how_far(screen)).trim_end().to_owned(),
        _ => known,
    }
}

fn misses<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    let sign = (look.glyphs.unused, look.caution.patch(look.strong));
    let told = |sentence: &str| said(look, Some(sign), sentence, room);
    let practice = screen.attempt();
    if let Some(entries) = practice.entries() {
        let misses = entries.misses().into_iter();
        return misses.flat_map(|miss| told(&miss.sentence)).collect();
    }
    let Some(rows) = practice.rows() else {
        return Vec::new();
    };
    let all = rows.choosing().rows.iter();
    let wrong = all.zip(rows.judged()).zip(rows.chosen());
    let wrong = wrong.filter(|((_, judged), _)| **judged == Some(false));
    // What is right is not told yet: what speaks against the choice is.
    let why = |((row, _), chosen): ((&ChoosingRow, _), &Option<usize>)| {
        if practice.is_done() {
            row.why.clone()
        } else {
            row.against(chosen.unwrap_or(row.right)).to_owned()
        }
    };
    wrong.flat_map(|row| told(&why(row))).collect()
}

/// How much was right when it was checked last; what was changed since is checked again first.
fn how_far(screen: &PracticeScreen) -> String {
    let attempt = screen.attempt();
    if !attempt.is_checked() {
        return "It was changed since: Enter checks it again, Esc Esc tells the result.".to_owned();
    }
    let judgement = attempt.entries().and_then(WrittenEntries::judgement);
    let (right, one, several, wrong) = if let Some(judgement) = judgement {
        let right = judgement.right();
        let wrong = judgement.entries.len() - right;
        (right, "entry is", "entries are", wrong)
    } else {
        let rows = attempt.rows().into_iter().flat_map(ChosenRows::judged);
        let right = rows.filter(|judged| **judged == Some(true)).count();
        (right, "row is", "rows are", 0)
    };
    let right = match right {
        0 => format!("No {one} right"),
        right => format!("{} right", counted(right, one, several)),
    };
    match wrong {
        0 => format!("{right}; try again, or Esc Esc tells the result."),
        1 => format!(
            "{right}, 1 has to go: type it again to take it back. Esc Esc tells the result."
        ),
        wrong => {
            format!(
                "{right}, {wrong} have to go: type one again to take it back. Esc Esc tells the result."
            )
        }
    }
}

/// What is typed, or what Space would take.
pub(super) fn prompt<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let heading = Span::styled(" ENTRY  ", look.strong);
    let mut right = Vec::new();
    let left = if screen.is_typing() {
        let grants = screen.granted_by_typed();
        let grants = grants.map(|grants| Span::styled(format!("grants {grants} "), look.faint));
        // What is typed comes first.
        let typed = heading.width() + width(screen.typed.text()) + 3;
        right.extend(grants.filter(|grants| typed + grants.width() <= room));
        let taken: usize = right.iter().map(Span::width).sum();
        let room = room.saturating_sub(heading.width() + taken + 1);
        let typed = screen.typed.spans(Style::new(), room, look.glyphs.more);
        std::iter::once(heading).chain(typed).collect()
    } else {
        let takes = if screen.has_rest() {
            "Space types it so far"
        } else {
            "Space takes it"
        };
        let pointed = |or: &str| format!("{}  {takes}, {or}", screen.pointed_text());
        let pointed = match screen.attempt().entries().and_then(WrittenEntries::last) {
            None => pointed("or type"),
            Some(last) => {
                let named = pointed(&format!("Backspace takes {} back", screen.shown(last)));
                let has_room = heading.width() + width(&named) <= room;
                Some(named)
                    .filter(|_| has_room)
                    .unwrap_or_else(|| pointed("Backspace takes one back"))
            }
        };
        vec![heading, Span::styled(pointed, look.faint)]
    };
    spread(left, right, room, look.glyphs.more)
}
