//! The rule beside the steps, with the line that applies; where there is no room for all of it, the branch one is on.

use ratatui::text::{Line, Span};

use super::state::Found;
use crate::explain::RuleLine;
use crate::tui::look::Look;
use crate::tui::said::{NO_BREAK, beside};
use crate::tui::steps::Steps;
use crate::tui::text::{fit, spread};

/// The last line of the rule, which only some walks come to.
const COVERED: &str = "covered: left out";

/// The rule, with the line that applies marked; without its title where that takes the last row.
pub(super) fn lines<'a>(steps: &Steps, look: &Look, room: usize, height: usize) -> Vec<Line<'a>> {
    let current = current(steps);
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
    let covered = covered_line(steps, look, room);
    let lines = lines.chain(covered);
    let has_title = height > RuleLine::ALL.len();
    let title = has_title.then(|| spread(title, Vec::new(), room, look.glyphs.more));
    let mut all: Vec<Line<'a>> = title.into_iter().chain(lines).collect();
    all.resize_with(height.max(all.len()), || Line::from(bar()));
    all
}

/// The branch of the rule that one is on, and what it comes to; while something is asked, what it may come to.
pub(super) fn branch<'a>(steps: &Steps, look: &Look, room: usize) -> Vec<Line<'a>> {
    let words = |line: RuleLine| line.in_walk_of(&steps.walk.plan().old);
    let mut branches: Vec<String> = Vec::new();
    let mut said = None;
    for line in current(steps) {
        if steps.asked().is_some() {
            // Which of both branches it is has been said before these.
            let itself = (line == RuleLine::Question).then_some(line);
            let all = itself.into_iter().chain(line.branches());
            branches.extend(all.map(|line| words(line).to_owned()));
            continue;
        }
        let above = line.above().filter(|above| Some(*above) != said);
        said = line.above();
        let above = above.map(|above| format!("{} {} ", words(above), look.glyphs.cursor));
        branches.push(above.unwrap_or_default() + words(line));
    }
    branches.extend(is_left_out_now(steps).then(|| COVERED.to_owned()));
    let together = branches
        .iter()
        .map(|one| one.replace(' ', &NO_BREAK.to_string()));
    let together: Vec<String> = together.collect();
    beside(look, ("RULE   ", look.strong), &together.join("   "), room)
}

/// The lines that apply now.
fn current(steps: &Steps) -> Vec<RuleLine> {
    if steps.asked().is_none() {
        let told = steps.run_of(steps.at);
        let mut lines: Vec<RuleLine> = told.map(|at| steps.walk.narration(at).line).collect();
        lines.sort_unstable();
        lines.dedup();
        return lines;
    }
    // What is found out already is not asked any more.
    let line = match steps.asking.found {
        Some(Found::Witness(_)) => RuleLine::Unsafe,
        Some(Found::None) => RuleLine::Safe,
        None => RuleLine::Question,
    };
    vec![line]
}

/// Whether it is told now that something is left out.
fn is_left_out_now(steps: &Steps) -> bool {
    let is_told = steps.asked().is_none() && steps.is_last();
    is_told && !steps.walk.left_out().is_empty()
}

/// The last line of the rule, where it applies in this walk: what another entry covers is left out.
fn covered_line<'a>(steps: &Steps, look: &Look, room: usize) -> Option<Line<'a>> {
    let applies = !steps.walk.left_out().is_empty();
    let is_current = is_left_out_now(steps);
    let sign = if is_current { look.glyphs.cursor } else { " " };
    let text = fit(
        &format!(" {sign} {COVERED}"),
        room.saturating_sub(1),
        look.glyphs.more,
    );
    let style = if is_current { look.strong } else { look.faint };
    applies.then(|| {
        let bar = Span::styled(look.glyphs.bar, look.faint);
        Line::from(vec![bar, Span::styled(text, style)])
    })
}
