//! What would be written of an account.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text::{counted, grouped};
use crate::tui::look::{Look, Sign};
use crate::tui::text::{fit, spread};
use crate::tui::view::{draw_lines, rows, signed, tell_hidden};

/// What would be written, as found out by the one who writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The folder.
    pub folder: String,
    /// The policies that change, in the order of the list.
    pub changing: Vec<Changing>,
    /// Policies of which something is accepted that cannot be brought to AWS, and why.
    pub kept: Vec<(String, String)>,
}

/// A policy that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changing {
    /// What it is called.
    pub name: String,
    /// How many actions go.
    pub goes: usize,
    /// How many it allows.
    pub granted: usize,
    /// How many of those that go stay allowed to some who have it, by another policy.
    pub still_granted: usize,
    /// Whether nothing is left of it.
    pub is_emptied: bool,
}

impl Preview {
    /// Whether there is something to write.
    pub fn can_be_written(&self) -> bool {
        !self.changing.is_empty()
    }

    /// Draws it from the line `top` on, or as near to that as fills the area; `undecided` policies
    /// are not decided wholly. Returns how many lines it has, and how many are seen.
    pub(super) fn draw(
        &self,
        undecided: usize,
        look: &Look,
        frame: &mut Frame<'_>,
        area: Rect,
        top: &mut usize,
    ) -> (usize, usize) {
        let lines = self.lines(undecided, look, usize::from(area.width));
        *top = (*top).min(lines.len().saturating_sub(rows(area)));
        let seen = (lines.len(), rows(area));
        let hidden = lines.len().saturating_sub(*top + rows(area));
        draw_lines(frame, area, lines.into_iter().skip(*top));
        tell_hidden(frame, area, hidden, look);
        seen
    }

    fn lines(&self, undecided: usize, look: &Look, room: usize) -> Vec<Line<'static>> {
        let mut lines = vec![Line::styled(" WRITE THIS?", look.strong)];
        for (sign, sentence) in self.sentences(undecided) {
            lines.extend(signed(look, Some(sign), &sentence, room));
        }
        if self.can_be_written() {
            lines.push(Line::raw(""));
            let title = vec![Span::raw(" policy")];
            let right = vec![Span::raw("actions that go ")];
            lines.push(spread(title, right, room, look.glyphs.more).style(look.faint));
        }
        for own in &self.changing {
            let what = if own.is_emptied {
                "all: nothing is left".to_owned()
            } else {
                format!("{} of {}", grouped(own.goes), grouped(own.granted))
            };
            let name = fit(&own.name, room, look.glyphs.more);
            let left = vec![Span::raw(format!(" {name} "))];
            let right = vec![Span::raw(format!("{what} "))];
            lines.push(spread(left, right, room, look.glyphs.more));
        }
        lines
    }

    fn sentences(&self, undecided: usize) -> Vec<(Sign, String)> {
        let mut told = Vec::new();
        if self.can_be_written() {
            let goes = self.changing.iter().map(|own| own.goes).sum();
            let policies = counted(self.changing.len(), "policy changes", "policies change");
            let goes = counted(goes, "action goes", "actions go");
            told.push((Sign::Holds, format!("{policies}, {goes}.")));
            let still = self.changing.iter().map(|own| own.still_granted).sum();
            if still > 0 {
                let actions = counted(still, "of these stays", "of these stay");
                let text = format!(
                    "{actions} allowed to some who have the policy, by another one: the review in \
                     the folder tells which."
                );
                told.push((Sign::Caution, text));
            }
            let proved = "Proved for each: nothing new is granted, what is accepted goes, nothing \
                          else is lost.";
            told.push((Sign::Holds, proved.to_owned()));
            let folder = format!(
                "Into the folder {}: what each was and is to be, a review, and scripts to apply \
                 and to go back. Nothing is done in AWS.",
                self.folder
            );
            told.push((Sign::Holds, folder));
        } else {
            let nothing = "Nothing that can be brought to AWS is accepted: there is nothing to \
                           write.";
            told.push((Sign::Caution, nothing.to_owned()));
        }
        for (name, why) in &self.kept {
            told.push((Sign::Caution, format!("{name} is kept as it is: {why}.")));
        }
        if undecided > 0 {
            let has = counted(undecided, "policy has", "policies have");
            let text = format!("{has} something undecided, which stays as it was.");
            told.push((Sign::Caution, text));
        }
        told
    }
}
