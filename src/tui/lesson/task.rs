//! The task of a lesson: what is to be done, or how, and whether it is done.

use crate::tui::review::ReviewScreen;
use crate::tui::said::beside;
use crate::tui::shell::Shell;
use crate::tui::text::spread;
use ratatui::text::{Line, Span};

/// The most lines it takes, of a screen of this height.
fn most(height: u16) -> usize {
    usize::from(height / 4).min(7)
}

/// The heading, and the lines below it; none where no task is to be done.
pub(crate) fn task_lines<'a>(
    shell: &Shell,
    screen: &ReviewScreen,
    columns: u16,
    height: u16,
) -> Vec<Line<'a>> {
    let look = &shell.look;
    let Some(lesson) = &screen.lesson else {
        return Vec::new();
    };
    let Some(task) = lesson.task() else {
        return Vec::new();
    };
    let room = usize::from(columns);
    let most = most(height);
    let paragraph = |sign: &str, text: &str, style, most: usize| -> Vec<Line<'a>> {
        let mut lines = beside(look, (sign, style), text, room);
        lines.truncate(most);
        lines
    };
    let title = Span::styled(format!(" {} ", lesson.heading), look.strong);
    let unwritten = Span::styled("nothing is written to a file ", look.faint);
    let right = if title.width() + unwritten.width() > room {
        Vec::new()
    } else {
        vec![unwritten]
    };
    let heading = spread(vec![title], right, room, look.glyphs.more);
    let Some(missing) = lesson.missing() else {
        let sign = format!("{} DONE", look.glyphs.safe);
        let score = screen
            .lesson_score()
            .map_or_else(String::new, |score| format!("Questions: {score}. "));
        let text = format!(
            "{} {score}Enter goes on to practice, q leaves.",
            task.sentence
        );
        let done = paragraph(&sign, &text, look.safe.patch(look.strong), most);
        return [vec![heading], done].concat();
    };
    if let Some((stop, is_last)) = lesson.stop() {
        let on = if is_last {
            "Enter: the task."
        } else {
            "Enter goes on."
        };
        let told = paragraph("LOOK ", &format!("{} {on}", stop.told), look.strong, most);
        let what = paragraph("TASK ", &task.what, look.strong, most);
        // One looks with the task in mind, where there is room for it.
        let what = if what.len() + told.len() <= most {
            what
        } else {
            Vec::new()
        };
        return [vec![heading], what, told].concat();
    }
    let caution = look.caution.patch(look.strong);
    let still = if shell.overlay.asks_in_last_line() {
        paragraph(
            "ASKED",
            "Answer the question in the last line: Enter does it, Esc cancels.",
            caution,
            1,
        )
    } else {
        paragraph("STILL", &format!("{missing}."), caution, 2)
    };
    let upper = most.saturating_sub(still.len()).max(1);
    let hint = lesson.given_hint();
    let hint = hint.map_or_else(Vec::new, |(sign, hint)| {
        paragraph(&sign, hint, look.strong, upper)
    });
    let what = paragraph("TASK ", &task.what, look.strong, upper);
    // Where there is no room for both, the hint is what was asked for.
    let has_room = what.len() + hint.len() <= upper;
    let what = if has_room || hint.is_empty() {
        what
    } else {
        Vec::new()
    };
    [vec![heading], what, hint, still].concat()
}
