//! What is known in a case, drawn: lines, and facts that one points at.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::state::CasesState;
use crate::lessons::{AnswerBy, Fact, Facts};
use crate::tui::lines::{take_top, top_for};
use crate::tui::look::Look;
use crate::tui::said::known_lines;
use crate::tui::text::{fit, width};

/// What is known, a line each.
pub(super) struct Known<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// The line that is to be seen where not all of them are.
    looked_at: usize,
}

impl Known<'_> {
    pub(super) fn of(look: &Look, state: &CasesState, room: usize) -> Self {
        let case = state.case();
        let mut lines = known_lines(look, &case.known, room);
        let mut looked_at = 0;
        let answer_by = case.question.as_ref().map(|question| &question.answer_by);
        if let Some(AnswerBy::Fact(facts)) = answer_by {
            let above = lines.len();
            let (facts, at) = fact_lines(look, state, facts, room);
            lines.extend(facts);
            looked_at = at.map_or(0, |at| above + at);
        }
        Known { lines, looked_at }
    }

    /// Draws so many rows of it at the top of what is left of the screen, and says how many are hidden.
    pub(super) fn draw(&self, look: &Look, rows: usize, frame: &mut Frame<'_>, rest: &mut Rect) {
        let count = self.lines.len();
        let top = top_for(self.looked_at, count, 0, rows);
        let hidden = count.saturating_sub(top + rows);
        for (row, line) in self.lines.iter().skip(top).take(rows).enumerate() {
            let area = take_top(rest);
            frame.render_widget(line, area);
            if hidden > 0 && row + 1 == rows {
                let more = format!(" {} {hidden} more ", look.glyphs.below);
                let more = Line::styled(more, look.faint).right_aligned();
                frame.render_widget(more, area);
            }
        }
    }
}

/// The facts, and at which of these lines one points; once it is told, which of them decides.
fn fact_lines<'a>(
    look: &Look,
    state: &CasesState,
    facts: &Facts,
    room: usize,
) -> (Vec<Line<'a>>, Option<usize>) {
    let is_asked = state.asked().is_some();
    let at = if is_asked {
        state.pointed
    } else {
        facts.deciding()
    };
    // Where both columns have no room beside each other, they stand below each other.
    let columns = facts.lines();
    let is_wide = columns.iter().all(|line| width(line) + 3 <= room);
    let narrow = |fact: &Fact| [fact.known.clone(), format!("   {}", fact.of)];
    let rows: Vec<(usize, String)> = if is_wide {
        columns.into_iter().enumerate().collect()
    } else {
        let rows = facts.rows.iter().enumerate();
        rows.flat_map(|(row, fact)| narrow(fact).map(|line| (row, line)))
            .collect()
    };
    let looked_at = rows.iter().rposition(|(row, _)| at == Some(*row));
    let lines = rows.iter().map(|(row, line)| {
        let is_here = at == Some(*row);
        let is_marked = is_here && !line.starts_with(' ');
        let sign = if is_marked { look.glyphs.cursor } else { " " };
        let style = match (is_here, is_asked) {
            (true, true) => look.strong,
            (true, false) => look.safe.patch(look.strong),
            (false, _) => Style::new(),
        };
        let text = fit(&format!(" {sign} {line}"), room, look.glyphs.more);
        Line::styled(text, style)
    });
    (lines.collect(), looked_at)
}
