//! A text that is typed into a prompt, and the place in it at which one types.

use ratatui::style::{Modifier, Style};
use ratatui::text::Span;
use tui_input::{Input, InputRequest};

use super::text::width;

/// A text that is typed into a prompt, and the place in it at which one types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed(Input);

/// What a key does to a text that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Goes to the character before.
    Left,
    /// Goes to the next character.
    Right,
    /// Goes before the first character.
    Start,
    /// Goes behind the last character.
    End,
    /// Deletes the character before.
    DeleteBefore,
    /// Deletes the character that one is on.
    DeleteHere,
    /// Deletes the word before.
    DeleteWord,
    /// Deletes all that stands before.
    DeleteToStart,
}

impl Edit {
    fn request(self) -> InputRequest {
        match self {
            Edit::Left => InputRequest::GoToPrevChar,
            Edit::Right => InputRequest::GoToNextChar,
            Edit::Start => InputRequest::GoToStart,
            Edit::End => InputRequest::GoToEnd,
            Edit::DeleteBefore => InputRequest::DeletePrevChar,
            Edit::DeleteHere => InputRequest::DeleteNextChar,
            Edit::DeleteWord => InputRequest::DeletePrevWord,
            Edit::DeleteToStart => InputRequest::DeleteFromStart,
        }
    }
}

impl Typed {
    /// All that is typed.
    pub(crate) fn text(&self) -> &str {
        self.0.value()
    }

    /// What is typed but blanks at its ends; none when nothing is left.
    pub(crate) fn trimmed(&self) -> Option<&str> {
        Some(self.text().trim()).filter(|text| !text.is_empty())
    }

    /// Types `text` where one is.
    pub(crate) fn insert(&mut self, text: &str) {
        for letter in text.chars() {
            self.0.handle(InputRequest::InsertChar(letter));
        }
    }

    /// Does what a key does.
    pub(crate) fn edit(&mut self, edit: Edit) {
        self.0.handle(edit.request());
    }

    /// The text in at most `room` cells, with the place at which one types: behind the text `_`, in
    /// it the character in reverse. Of a longer text that part is shown in which this place is, with
    /// `more` where something before it is not.
    pub(crate) fn spans(&self, style: Style, room: usize, more: &str) -> Vec<Span<'static>> {
        let mut letters = self.text().chars();
        let before: String = letters.by_ref().take(self.0.cursor()).collect();
        let here = letters.next();
        let shown = end_of(&before, room.saturating_sub(1), more);
        let mut left = room.saturating_sub(width(&shown) + 1);
        let after: String = letters
            .take_while(|letter| {
                let cells = width(letter.encode_utf8(&mut [0; 4]));
                let fits = cells <= left;
                left = left.saturating_sub(cells);
                fits
            })
            .collect();
        let Some(here) = here else {
            return vec![Span::styled(shown + "_", style)];
        };
        vec![
            Span::styled(shown, style),
            Span::styled(here.to_string(), style.add_modifier(Modifier::REVERSED)),
            Span::styled(after, style),
        ]
    }
}

/// Two are equal when the same is typed, and one is at the same place in it.
impl PartialEq for Typed {
    fn eq(&self, other: &Self) -> bool {
        (self.text(), self.0.cursor()) == (other.text(), other.0.cursor())
    }
}

impl Eq for Typed {}

impl From<String> for Typed {
    fn from(text: String) -> Self {
        Typed(Input::new(text))
    }
}

/// The end of `text` in at most `room` cells, with `more` before it where it is not all.
fn end_of(text: &str, room: usize, more: &str) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let room = room.saturating_sub(width(more));
    let mut ends = text.char_indices().map(|(at, _)| &text[at..]);
    let end = ends.find(|end| width(end) <= room).unwrap_or_default();
    format!("{more}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, edits: &[Edit]) -> Typed {
        let mut typed = Typed::default();
        typed.insert(text);
        for edit in edits {
            typed.edit(*edit);
        }
        typed
    }

    fn shown(typed: &Typed, room: usize) -> String {
        let spans = typed.spans(Style::new(), room, "…");
        let shown = |span: &Span<'_>| {
            let is_here = span.style.add_modifier.contains(Modifier::REVERSED);
            if is_here {
                format!("[{}]", span.content)
            } else {
                span.content.to_string()
            }
        };
        spans.iter().map(shown).collect()
    }

    #[test]
    fn a_text_is_edited_where_one_is_in_it() {
        use Edit::{DeleteBefore, DeleteHere, DeleteToStart, DeleteWord, End, Left, Right, Start};
        let cases: [(&[Edit], &str); 7] = [
            (&[], "for audit_"),
            (&[Left, Left], "for aud[i]t"),
            (&[Start, Right], "f[o]r audit"),
            (&[Start, DeleteHere, DeleteBefore], "[o]r audit"),
            (&[DeleteWord], "for _"),
            (&[Left, Left, DeleteToStart], "[i]t"),
            (&[Start, End, DeleteBefore], "for audi_"),
        ];
        for (edits, expected) in cases {
            assert_eq!(shown(&typed("for audit", edits), 80), expected, "{edits:?}");
        }
        let mut between = typed("for audit", &[Left; 5]);
        between.insert("the ");
        assert_eq!(between.text(), "for the audit");
    }

    #[test]
    fn where_one_types_is_seen_in_any_room() {
        for text in ["for the audit of 2027", "日本語の監査のため", ""] {
            for left in 0..=text.chars().count() {
                let typed = typed(text, &vec![Edit::Left; left]);
                for room in 3..30 {
                    let spans = typed.spans(Style::new(), room, "…");
                    let cells: usize = spans.iter().map(Span::width).sum();
                    // The character that one is on may take two cells where one was left.
                    assert!(cells <= room + 1, "{text} {left} {room}: {spans:?}");
                    let shown = shown(&typed, room);
                    assert!(shown.contains('[') || shown.ends_with('_'), "{shown}");
                }
            }
        }
        assert_eq!(shown(&typed("for the audit", &[]), 8), "… audit_");
    }
}
