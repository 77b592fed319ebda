//! What practice says: of each entry whether it is right, of each miss why, and in the end how the engine
//! came to its result.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::state::PracticeScreen;
use crate::iam::ActionPattern;
use crate::lessons::{Judgement, PracticeStage};
use crate::text::wrap;
use crate::tui::look::Look;
use crate::tui::text::spread;

/// An entry with its sign, and how it is drawn.
type ShownEntry<'a> = (Span<'a>, String, Style);

/// The entries that are written; once the set is done the result, and what was written beside it.
pub(super) fn shown_entries<'a>(look: &Look, screen: &PracticeScreen) -> Vec<ShownEntry<'a>> {
    let practice = &screen.practice;
    let written = practice.written();
    if !practice.is_done() {
        let judged = judgement(practice.stage());
        let entries = written.iter();
        return entries
            .map(|entry| written_entry(look, entry, judged))
            .collect();
    }
    let result = screen.refining().result();
    let right = result.iter().map(|entry| {
        let (sign, style) = if written.contains(entry) {
            (look.glyphs.safe, look.safe)
        } else {
            ("+", look.safe.patch(look.strong))
        };
        (Span::styled(sign, style), entry.name().to_string(), style)
    });
    let wrong = written.iter().filter(|entry| !result.contains(entry));
    let struck = look.faint.add_modifier(Modifier::CROSSED_OUT);
    let wrong = wrong.map(|entry| {
        let sign = Span::styled(look.glyphs.unused, look.caution);
        (sign, entry.name().to_string(), struck)
    });
    let walk = screen.refining().walk();
    let left_out = walk.left_out().into_iter().map(|out| {
        let text = format!("{}  covered: left out", out.entry.name());
        (Span::styled(look.glyphs.none, look.faint), text, look.faint)
    });
    right.chain(left_out).chain(wrong).collect()
}

/// An entry as it was looked at last; what was written since has no sign.
fn written_entry<'a>(
    look: &Look,
    entry: &ActionPattern,
    judged: Option<&Judgement>,
) -> ShownEntry<'a> {
    let mut entries = judged.into_iter().flat_map(|judged| &judged.entries);
    let found = entries.find(|(other, _)| other == entry);
    let (sign, style) = match found {
        None => (look.glyphs.none, Style::new()),
        Some((_, None)) => (look.glyphs.safe, look.safe),
        Some((_, Some(_))) => (look.glyphs.unused, look.caution),
    };
    (Span::styled(sign, style), entry.name().to_string(), style)
}

fn judgement(stage: &PracticeStage) -> Option<&Judgement> {
    match stage {
        PracticeStage::Open => None,
        PracticeStage::Tried(judgement)
        | PracticeStage::Right(judgement)
        | PracticeStage::Told(judgement) => Some(judgement),
    }
}

/// What is said below the names: why something is missed, or how it is decided.
pub(super) fn explained<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Vec<Line<'a>> {
    match screen.practice.stage() {
        PracticeStage::Open => {
            let old = screen.refining().wildcard();
            let text = if screen.has_rest() {
                format!(
                    "Each entry is a name in full, or a safe prefix and what is left of {} \
                     behind it. What is not unused stays.",
                    old.name()
                )
            } else {
                "Each entry is a name in full, or a safe prefix and a star, as short as it can \
                 be. What is not unused stays."
                    .to_owned()
            };
            said(look, None, &text, room)
        }
        PracticeStage::Tried(judgement) => misses(look, judgement, room),
        PracticeStage::Right(judgement) => {
            let count = judgement.entries.len();
            let word = Some(("RIGHT.", look.safe.patch(look.strong)));
            let text = format!("All {count} entries. {}", decided(screen));
            said(look, word, &text, room)
        }
        PracticeStage::Told(judgement) => {
            let word = Some(("TOLD.", look.caution.patch(look.strong)));
            let mut lines = said(look, word, &decided(screen), room);
            lines.extend(misses(look, judgement, room));
            lines
        }
    }
}

/// How the name under the cursor is decided.
fn decided(screen: &PracticeScreen) -> String {
    let name = screen.name();
    let decided = name.and_then(|name| screen.refining().decided(name));
    decided.unwrap_or_default()
}

fn misses<'a>(look: &Look, judgement: &Judgement, room: usize) -> Vec<Line<'a>> {
    let sign = (look.glyphs.unused, look.caution.patch(look.strong));
    let misses = judgement.misses();
    misses
        .flat_map(|miss| said(look, Some(sign), &miss.sentence, room))
        .collect()
}

/// A sentence behind its word, with a margin.
fn said<'a>(
    look: &Look,
    word: Option<(&'static str, Style)>,
    sentence: &str,
    room: usize,
) -> Vec<Line<'a>> {
    let (word, style) = word.unwrap_or(("", Style::new()));
    let lines = wrap(
        format!("{word} {}", look.spelled(sentence)).trim_start(),
        room.saturating_sub(2),
    );
    let line = |(at, text): (usize, String)| {
        let start = if at == 0 { word } else { "" };
        let rest = text.strip_prefix(start).unwrap_or(&text).to_owned();
        Line::from(vec![
            Span::raw(" "),
            Span::styled(start.to_owned(), style),
            Span::raw(rest),
        ])
    };
    lines.into_iter().enumerate().map(line).collect()
}

/// What is typed, or what Space would take.
pub(super) fn prompt<'a>(look: &Look, screen: &PracticeScreen, room: usize) -> Line<'a> {
    let left = if screen.typed.is_empty() {
        vec![
            Span::styled(" ENTRY  ", look.strong),
            Span::styled(
                format!("{}  Space takes it; or type", screen.pointed_text()),
                look.faint,
            ),
        ]
    } else {
        vec![
            Span::styled(" ENTRY  ", look.strong),
            Span::raw(format!("{}_", screen.typed)),
        ]
    };
    spread(left, Vec::new(), room, look.glyphs.more)
}
