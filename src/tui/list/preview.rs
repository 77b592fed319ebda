//! Drawing what would be written of an account.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::folder_preview::FolderPreview;
use crate::explain::Sign;
use crate::text::{counted, grouped};
use crate::tui::lines::{scroll, signed};
use crate::tui::look::Look;
use crate::tui::text::{fit, spread};

/// Draws it from the line `top` on, or as near to that as fills the area; `undecided` policies
/// are not decided wholly. Returns how many lines it has, and how many are seen.
pub(crate) fn draw(
    preview: &FolderPreview,
    undecided: usize,
    look: &Look,
    frame: &mut Frame<'_>,
    area: Rect,
    top: &mut usize,
) -> (usize, usize) {
    let lines = lines(preview, undecided, look, usize::from(area.width));
    scroll(look, frame, area, lines, top)
}

fn lines(
    preview: &FolderPreview,
    undecided: usize,
    look: &Look,
    room: usize,
) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(" WRITE THIS?", look.strong)];
    for (sign, sentence) in sentences(preview, undecided) {
        lines.extend(signed(look, Some(sign), &sentence, room));
    }
    if preview.can_be_written() {
        lines.push(Line::raw(""));
        let title = vec![Span::raw(" policy")];
        let right = vec![Span::raw("actions that go ")];
        lines.push(spread(title, right, room, look.glyphs.more).style(look.faint));
    }
    for policy in &preview.changing {
        let what = if policy.is_emptied {
            "all: nothing is left".to_owned()
        } else {
            format!("{} of {}", grouped(policy.goes), grouped(policy.granted))
        };
        let name = fit(&policy.name, room, look.glyphs.more);
        let left = vec![Span::raw(format!(" {name} "))];
        let right = vec![Span::raw(format!("{what} "))];
        lines.push(spread(left, right, room, look.glyphs.more));
    }
    lines
}

fn sentences(preview: &FolderPreview, undecided: usize) -> Vec<(Sign, String)> {
    let mut sentences = Vec::new();
    if preview.can_be_written() {
        let goes = preview.changing.iter().map(|policy| policy.goes).sum();
        let policies = counted(preview.changing.len(), "policy changes", "policies change");
        let goes = counted(goes, "action goes", "actions go");
        sentences.push((Sign::Holds, format!("{policies}, {goes}.")));
        let still = preview
            .changing
            .iter()
            .map(|policy| policy.still_granted)
            .sum();
        if still > 0 {
            let actions = counted(still, "of these stays", "of these stay");
            let text = format!(
                "{actions} allowed to some who have the policy, by another one: the review in \
                 the folder tells which."
            );
            sentences.push((Sign::Caution, text));
        }
        let proved = "Proved for each: nothing new is granted, what is accepted goes, nothing \
                      else is lost.";
        sentences.push((Sign::Holds, proved.to_owned()));
        let folder = format!(
            "Into the folder {}: what each was and is to be, a review, and scripts to apply \
             and to go back. Nothing is done in AWS.",
            preview.folder
        );
        sentences.push((Sign::Holds, folder));
    } else {
        let nothing = "Nothing that can be brought to AWS is accepted: there is nothing to \
                       write.";
        sentences.push((Sign::Caution, nothing.to_owned()));
    }
    for (name, why) in &preview.kept {
        sentences.push((Sign::Caution, format!("{name} is kept as it is: {why}.")));
    }
    if undecided > 0 {
        let has = counted(undecided, "policy has", "policies have");
        let text = format!("{has} something undecided, which stays as it was.");
        sentences.push((Sign::Caution, text));
    }
    sentences
}
